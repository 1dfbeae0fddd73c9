/** Fills `<slot>` in a topic's lines with invented values, marked where they say something about a person. */
import type { Chance } from './chance.ts'

/** The invented customer behind a reference (customers.json). */
export type Customer = {
  readonly name: string
  readonly born: string
  readonly street: string
  readonly number: string
  readonly postcode: string
  readonly city: string
  readonly phone: string
  readonly email: string
  readonly iban: string
  readonly bsn: string
  readonly note?: string
}

type Language = 'nl' | 'en'

/** First names of people around the customer; a reader should not stumble over a husband called Ingrid. */
const firstNames = {
  nl: {
    m: [
      'Bram',
      'Mehmet',
      'Roel',
      'Teun',
      'Joris',
      'Wout',
      'Giorgio',
      'Tygo',
      'Omar',
      'Rens',
      'Sjors',
      'Ilyas',
      'Gerrit',
      'Marnix',
    ],
    v: [
      'Fenna',
      'Ineke',
      'Dewi',
      'Khadija',
      'Marga',
      'Aisha',
      'Lies',
      'Saskia',
      'Nelleke',
      'Floor',
      'Gülay',
      'Betsy',
      'Imane',
      'Roos',
    ],
  },
  en: {
    m: [
      'Callum',
      'Ravi',
      'Kofi',
      'Jamal',
      'Hugo',
      'Owen',
      'Pieter',
      'Tom',
      'Erik',
      'Joao',
      'Desmond',
      'Yusuf',
      'Angus',
      'Li Wei',
    ],
    v: [
      'Amy',
      'Ingrid',
      'Bea',
      'Niamh',
      'Leila',
      'Suki',
      'Zara',
      'Blessing',
      'Maeve',
      'Dilan',
      'Olga',
      'Precious',
      'Fern',
      'Noor',
    ],
  },
}
const agents = ['Tarik', 'Hajar', 'Bo', 'Jip', 'Anouk', 'Jelle', 'Romy', 'Sem']
/** Streets that do not exist, in towns that do; their postcodes lie in the towns' blocks for post boxes. */
const addresses = [
  ['Zeemansknoop', '3001 QH', 'Rotterdam'],
  ['Kraaiheidelaan', '5001 QT', 'Tilburg'],
  ['Roerdompwal', '8001 QE', 'Zwolle'],
  ['Kastelijnspad', '3501 QN', 'Utrecht'],
  ['Molenmakershof', '9701 QC', 'Groningen'],
  ['Windjammerkade', '1001 QV', 'Amsterdam'],
  ['Hertshooiweg', '6501 QA', 'Nijmegen'],
  ['Koperslagerpad', '2001 QF', 'Haarlem'],
  ['Bleekersdijkje', '7501 QR', 'Enschede'],
  ['Vijfhoevenlaan', '4801 QS', 'Breda'],
] as const
const articles = {
  nl: ['theepot', 'snijplank', 'wandlamp', 'wekker', 'waterkoker', 'paraplu', 'vaas', 'ovenschaal'],
  en: ['teapot', 'cutting board', 'wall lamp', 'kitchen clock', 'kettle', 'vase', 'mirror', 'casserole dish'],
}
const days = {
  nl: ['maandag', 'dinsdag', 'woensdag', 'donderdag', 'vrijdag 4 december', 'maandag 14 december', '2 december'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday 4 December', 'Monday 14 December', '2 December'],
}
const health: Readonly<Record<string, Record<Language, readonly string[]>>> = {
  noun: {
    nl: ['reuma', 'copd', 'artrose', 'een hernia', 'ms', 'diabetes'],
    en: ['arthritis', 'copd', 'ms', 'a slipped disc', 'long covid', 'diabetes'],
  },
  in: { nl: ['de WIA', 'de ziektewet'], en: ['rehab'] },
  adj: { nl: ['slechtziend', 'slecht ter been', 'hartpatiënt'], en: ['visually impaired'] },
  is: { nl: ['afgekeurd', 'overspannen', 'ernstig ziek'], en: ['seriously ill'] },
  lay: { nl: ['in het ziekenhuis', 'met longontsteking in bed'], en: ['in hospital'] },
}
const monthNames = {
  nl: 'januari februari maart april mei juni juli augustus september oktober november december'.split(' '),
  en: 'January February March April May June July August September October November December'.split(' '),
}

/** The day on which ages are counted: fixed, so that the files stay the same. */
const today = { year: 2026, month: 11, day: 25 }

export type Slots = { fill(line: string): string }

/** One conversation's values: the same slot gives the same value each time. `number` is the conversation's. */
export function slotsFor(
  customer: Customer,
  reference: string,
  language: Language,
  number: number,
  chance: Chance,
): Slots {
  const known = new Map<string, string>()
  const make = makers(customer, reference, language, number, chance)
  return {
    fill: (line) =>
      line
        .replace(/<([a-z0-9.]+)>/g, (whole, name: string) => {
          const value = known.get(name) ?? make(name)
          if (value === undefined) throw new Error(`unknown slot ${whole}`)
          known.set(name, value)
          return value
        })
        // A first name and a surname beside each other are one name.
        .replace(/\{PERSON\|([^{}]+)\} \{PERSON\|/g, '{PERSON|$1 '),
  }
}

function makers(customer: Customer, reference: string, language: Language, number: number, chance: Chance) {
  const nl = language === 'nl'
  const first = customer.name.split(' ')[0]!
  const last = customer.name.slice(first.length + 1)
  const address = chance.pick(addresses)
  const shop = reference.startsWith('W')
  const shuffled = (names: readonly string[]) =>
    names
      .filter((name) => !customer.name.includes(name))
      .map((name) => ({ name, at: chance.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ name }) => name)
  const men = shuffled(firstNames[language].m)
  const women = shuffled(firstNames[language].v)
  const monthly = chance.between(88, 240)
  const house = String(chance.between(2, 140))
  const serial = String(100_000 + number * 37).slice(1)
  const money = (euros: number, cents = 0) =>
    `€${nl ? ' ' : ''}${euros.toLocaleString(nl ? 'nl-NL' : 'en-GB')}${cents ? `${nl ? ',' : '.'}${String(cents).padStart(2, '0')}` : ''}`
  const ascii = (name: string) =>
    name
      .normalize('NFD')
      .replace(/[^\x20-\x7e]/g, '')
      .toLowerCase()

  const slots: Record<string, () => string> = {
    name: () => `{PERSON|${customer.name}}`,
    first: () => `{PERSON|${first}}`,
    last: () => `{PERSON|${last}}`,
    m: () => `{PERSON|${men[0]}}`,
    m2: () => `{PERSON|${men[1]}}`,
    m3: () => `{PERSON|${men[2]}}`,
    v: () => `{PERSON|${women[0]}}`,
    v2: () => `{PERSON|${women[1]}}`,
    agent: () => `{PERSON|${chance.pick(agents)}}`,
    brand: () => (shop ? 'Wijkwinkel' : 'Kaapstroom'),
    ref: () => `{CUSTREF|${chance.pick([reference, reference, reference.replace('-', ''), reference.toLowerCase()])}}`,
    order: () => `{CUSTREF|${orderNumber(shop, number)}}`,
    order6: () => `20${serial}`,
    contract: () => `{CUSTREF|KC-${200_000 + number * 3}}`,
    dossier: () => `{CUSTREF|2026/INC/0${serial}}`,
    meter: () => `{CUSTREF|E0000 0${serial.slice(0, 3)} 0${serial.slice(2)}}`,
    ean: () => `{CUSTREF|87160000000000${String(1000 + number)}}`,
    phone: () => `{PHONE|${phone(customer.phone, chance)}}`,
    phone2: () => `{PHONE|${nl ? `020-5550${String(100 + number)}` : `07700 900${String(100 + number)}`}}`,
    email: () => `{EMAIL|${customer.email}}`,
    email2: () =>
      `{EMAIL|${ascii(women[0]!)}.${ascii(last).replace(/[^a-z]/g, '')}@${chance.pick(['example.org', 'example.net', 'voorbeeld.nl'])}}`,
    'email.m': () => `{EMAIL|${ascii(men[0]!).replace(/[^a-z]/g, '')}.verhuur@example.org}`,
    street: () => `{ADDRESS|${customer.street} ${customer.number}}`,
    straatnaam: () => `{ADDRESS|${customer.street}}`,
    nr: () => `{ADDRESS|${customer.number}}`,
    nr2: () => `{ADDRESS|${Number(customer.number) + 2}}`,
    postcode: () =>
      `{POSTCODE|${chance.pick([customer.postcode, customer.postcode, customer.postcode.replace(' ', ''), customer.postcode.toLowerCase()])}}`,
    city: () => `{CITY|${customer.city}}`,
    street2: () => `{ADDRESS|${address[0]} ${house}${chance.pick(['', '', '-B', ' hs'])}}`,
    postcode2: () => `{POSTCODE|${address[1]}}`,
    city2: () => `{CITY|${address[2]}}`,
    dob: () => `{DOB|${birthday(customer.born, language, chance)}}`,
    geboortejaar: () => `{DOB|${customer.born.slice(0, 4)}}`,
    age: () => `{AGE|${age(customer.born)}}`,
    'age.old': () => `{AGE|${chance.between(78, 93)}}`,
    'age.baby': () => `{AGE|${chance.between(3, 11)} ${nl ? 'maanden' : 'months'}}`,
    'age.baby2': () => `{AGE|${chance.between(4, 11)}}`,
    iban: () =>
      `{IBAN|${chance.pick([customer.iban, customer.iban.replace(/(.{4})(?=.)/g, '$1 '), customer.iban.toLowerCase()])}}`,
    plate: () =>
      `{PLATE|${chance.pick(['T', 'R', 'G'])}${chance.pick(['X', 'B', 'Z'])}-000-${chance.pick(['K', 'P', 'S'])}}`,
    user: () =>
      `{USERNAME|${ascii(first)}_${ascii(last)
        .replace(/[^a-z]/g, '')
        .slice(0, 3)}${customer.born.slice(2, 4)}}`,
    secret: () =>
      `{SECRET|${chance.pick(nl ? ['Zomer2026!', 'Hallo12345', 'Poes&Hond77'] : ['Summer2026!', 'letmein99', 'Rover&Rex77'])}}`,
    code: () => `{SECRET|${chance.between(100, 999)} ${chance.between(100, 999)}}`,
    ip: () => `{IP|${chance.pick(['192.0.2', '198.51.100', '203.0.113'])}.${chance.between(2, 250)}}`,
    url: () => `{URL|https://${shop ? 'foto.example.net/b' : 'mijn-kaapstroom.example.net/inlog'}?klant=${reference}}`,
    doc: () => `{DOC|SPECI20${chance.between(11, 25)}}`,
    bedrag: () => money(monthly),
    bedrag2: () => money(monthly + chance.between(31, 95)),
    bedrag3: () => money(chance.between(180, 1_340), chance.between(1, 99)),
    stand: () => String(chance.between(10_200, 38_900)),
    stand2: () => String(chance.between(10_100, 41_700)),
    stand3: () => `0${chance.between(4_100, 9_800)}`,
    stand4: () => chance.between(1_150, 4_900).toLocaleString(nl ? 'nl-NL' : 'en-GB'),
    klein: () => String(chance.between(2, 5)),
    aantal: () => String(chance.between(4, 14)),
    dag: () => chance.pick(days[language]),
    bouwjaar: () => String(chance.between(1921, 1988)),
    artikel: () => chance.pick(articles[language]),
  }
  return (name: string): string | undefined => {
    const [kind, form] = name.split('.')
    if (kind === 'health') return `{HEALTH|${chance.pick(health[form ?? '']?.[language] ?? [])}}`
    return slots[name]?.()
  }
}

/** The order or appointment number of a conversation. */
export const orderNumber = (shop: boolean, number: number) =>
  `${shop ? 'WW-200' : 'KS-500'}${String(number).padStart(3, '0')}`

function phone(number: string, chance: Chance): string {
  const rest = number.slice(3)
  return chance.pick([
    number,
    number.replace('-', ''),
    `06 ${rest.slice(0, 2)} ${rest.slice(2, 4)} ${rest.slice(4, 6)} ${rest.slice(6)}`,
    `+31 6 ${rest}`,
  ])
}

function birthday(born: string, language: Language, chance: Chance): string {
  const [year, month, day] = born.split('-') as [string, string, string]
  const inWords = `${Number(day)} ${monthNames[language][Number(month) - 1]} ${year}`
  return chance.pick([
    inWords,
    `${day}-${month}-${year}`,
    language === 'nl' ? `${Number(day)}-${Number(month)}-${year}` : `${day}/${month}/${year}`,
  ])
}

function age(born: string): number {
  const [year, month, day] = born.split('-').map(Number) as [number, number, number]
  const had = month < today.month || (month === today.month && day <= today.day)
  return today.year - year - (had ? 0 : 1)
}
