/** Values as people type and say them. Numbers pass their checks where a kind has one; none is known to belong to anybody. */
import { names } from './names.ts'
import type { Random } from './random.ts'

export type Half = 'development' | 'held-out'
export type Given = { readonly random: Random; readonly half: Half; readonly origin: string }

export const halved = <T>(list: readonly T[], half: Half): readonly T[] =>
  half === 'development' ? list.slice(0, list.length / 2) : list.slice(list.length / 2)
export const given = ({ random, half, origin }: Given): string =>
  random.pick(halved(names[origin]![0].split(' '), half))
export const family = ({ random, half, origin }: Given): string =>
  random.pick(halved(names[origin]![1].split('|'), half))
const full = (g: Given): string => `${given(g)} ${family(g)}`
export const lettersOf = (text: string): string[] =>
  [...text.normalize('NFD').replace(/[^A-Za-zıŞş]/g, '')].map((letter) => letter.toLowerCase())

const nlDigits = 'nul een twee drie vier vijf zes zeven acht negen'.split(' ')
const enDigits = 'zero one two three four five six seven eight nine'.split(' ')
export const saidIn = (words: readonly string[], digits: string): string =>
  [...digits].map((digit) => words[Number(digit)]!).join(' ')

/** Dutch below 100 in one word, as a recogniser of speech writes it. */
export function dutchNumber(value: number): string {
  const small =
    'nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien'
  const tens = 'twintig dertig veertig vijftig zestig zeventig tachtig negentig'.split(' ')
  if (value < 20) return small.split(' ')[value]!
  const unit = value % 10
  const ten = tens[Math.floor(value / 10) - 2]!
  return unit === 0 ? ten : `${nlDigits[unit]}${/e$/.test(nlDigits[unit]!) ? 'ën' : 'en'}${ten}`
}

export function englishNumber(value: number): string {
  const small =
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
  const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
  if (value < 20) return small.split(' ')[value]!
  return `${tens[Math.floor(value / 10) - 2]!}${value % 10 === 0 ? '' : ` ${enDigits[value % 10]}`}`
}

export const months = {
  nl: 'januari februari maart april mei juni juli augustus september oktober november december'.split(' '),
  en: 'January February March April May June July August September October November December'.split(' '),
}

function bsn(random: Random): string {
  for (;;) {
    const first = `9999${random.digits(4)}`
    let sum = 0
    for (let i = 0; i < 8; i++) sum += Number(first[i]) * (9 - i)
    if (sum % 11 < 10) return first + (sum % 11)
  }
}

export function card(random: Random): string {
  const start = random.pick(['400000', '555555', '222300', '520082']) + random.digits(9)
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const value = Number(start[i]) * (i % 2 === 0 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return start + ((10 - (sum % 10)) % 10)
}

function iban(country: string, account: string): string {
  let rest = 0
  for (const character of `${account}${country}00`) {
    const value = Number.parseInt(character, 36)
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97
  }
  return `${country}${String(98 - rest).padStart(2, '0')}${account}`
}
export const inFours = (text: string): string => text.replace(/(.{4})(?=.)/g, '$1 ')

export function foreignIban(random: Random): string {
  return random.pick([
    () => iban('BE', random.digits(12)),
    () => iban('DE', random.digits(18)),
    () => iban('GB', `TEST${random.digits(14)}`),
    () => iban('PL', random.digits(24)),
    () => iban('FR', random.digits(23)),
    () => iban('TR', random.digits(22)),
    () => iban('LT', random.digits(16)),
    () => iban('UA', random.digits(25)),
    () => iban('SK', random.digits(20)),
  ])()
}

/** Belgian: birth date, serial number, 97 minus the rest. */
function rijksregister(random: Random): string {
  const nine = `${random.between(40, 99)}${two(random.between(1, 12))}${two(random.between(1, 28))}${random.digits(3)}`
  const check = String(97 - (Number(nine) % 97)).padStart(2, '0')
  const all = nine + check
  return random.pick([
    all,
    `${all.slice(0, 2)}.${all.slice(2, 4)}.${all.slice(4, 6)}-${all.slice(6, 9)}.${all.slice(9)}`,
  ])
}

/** German, ISO 7064 mod 11,10 over ten digits. */
function steuerId(random: Random): string {
  const ten = `${random.between(1, 9)}${random.digits(9)}`
  let product = 10
  for (const digit of ten) {
    const sum = (Number(digit) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  const all = ten + ((11 - product) % 10)
  return random.pick([all, `${all.slice(0, 2)} ${all.slice(2, 5)} ${all.slice(5, 8)} ${all.slice(8)}`])
}

function nhs(random: Random): string {
  for (;;) {
    const nine = `999${random.digits(6)}`
    let sum = 0
    for (let i = 0; i < 9; i++) sum += Number(nine[i]) * (10 - i)
    const check = (11 - (sum % 11)) % 11
    if (check < 10) return `${nine.slice(0, 3)} ${nine.slice(3, 6)} ${nine.slice(6)}${check}`
  }
}

export const two = (value: number): string => String(value).padStart(2, '0')

function plate(random: Random): string {
  const shape = random.pick(
    'XX-99-99 99-99-XX 99-XX-99 XX-99-XX XX-XX-99 99-XX-XX 99-XXX-9 9-XXX-99 XX-999-X X-999-XX XXX-99-X'.split(' '),
  )
  const text = shape.replace(/X/g, () => random.letters(1)).replace(/9/g, () => random.digits(1))
  return random.pick([text, text, text.replaceAll('-', ''), text.replaceAll('-', ' '), text.toLowerCase()])
}

const nlStreets = {
  development:
    'Kastanjelaan|Burgemeester Kolfschotenstraat|Meeuwensingel|Oude Gracht|Lange Nieuwstraat|Dr. Schaepmanlaan|Aalscholver|Het Wed'.split(
      '|',
    ),
  'held-out':
    'Pimpelmeesstraat|Prins Hendrikkade|Korte Vijverberg|Sint Jansweg|Professor Lorentzlaan|Zandpad|Buizerd|De Vennen'.split(
      '|',
    ),
}
const cities = {
  development: 'Almelo|Heerhugowaard|Kampen|Den Bosch|Middelburg|Assen'.split('|'),
  'held-out': 'Doetinchem|Venlo|Bergen op Zoom|Sneek|Tiel|Hoofddorp'.split('|'),
}
const gbStreets = {
  development: 'Marlborough Road|Tithe Barn Lane|Station Approach|Ferndale Avenue|Queensway|St Mary’s Close'.split('|'),
  'held-out': 'Haverstock Hill|Bramley Drive|Old Mill Court|Coronation Street|The Paddocks|Kingfisher Way'.split('|'),
}
const gbTowns = {
  development: 'Kettering|Stockport|Truro'.split('|'),
  'held-out': 'Wrexham|Lowestoft|Paisley'.split('|'),
}

const domain = (random: Random): string =>
  random.pick(['voorbeeld.nl', 'example.com', 'mail.example', 'example.co.uk', 'post.voorbeeld.be'])
export const plain = (text: string): string => lettersOf(text).join('').replace(/ı/g, 'i').replace(/ş/g, 's')

function phoneNl(random: Random): string {
  const mobile = random.digits(8)
  const area = random.pick(['020', '010', '0592', '0118', '073'])
  const fixed = random.digits(10 - area.length)
  return random.pick([
    `06${mobile}`,
    `06-${mobile}`,
    `06 ${mobile.replace(/(..)(?=.)/g, '$1 ')}`,
    `+31 6 ${mobile.slice(0, 4)} ${mobile.slice(4)}`,
    `+316${mobile}`,
    `0031 6${mobile}`,
    `+31 (0)6 ${mobile}`,
    `${area}-${fixed}`,
    `(${area}) ${fixed}`,
    `06.${mobile.slice(0, 2)}.${mobile.slice(2, 4)}.${mobile.slice(4, 6)}.${mobile.slice(6)}`,
    `06/${mobile}`,
  ])
}

function phoneForeign(random: Random): string {
  const d = (count: number): string => random.digits(count)
  return random.pick([
    `+32 4${d(2)} ${d(2)} ${d(2)} ${d(2)}`,
    `0032 ${d(2)} ${d(3)} ${d(2)} ${d(2)}`,
    `0470/${d(2)}.${d(2)}.${d(2)}`,
    `+49 151 ${d(8)}`,
    `0176 ${d(4)} ${d(4)}`,
    `+44 7700 900${d(3)}`,
    `07700 900${d(3)}`,
    `(020) 7946 0${d(3)}`,
    `+1 (415) 555-01${d(2)}`,
    `212-555-01${d(2)}`,
    `+48 ${d(3)} ${d(3)} ${d(3)}`,
    `+90 5${d(2)} ${d(3)} ${d(2)} ${d(2)}`,
    `+212 6${d(2)}-${d(6)}`,
    `+597 8${d(2)}-${d(4)}`,
    `+91 9${d(4)} ${d(5)}`,
  ])
}

function date(random: Random): { day: number; month: number; year: number } {
  return { day: random.between(1, 28), month: random.between(1, 12), year: random.between(1938, 2006) }
}

function ordinalNl(day: number): string {
  const word = dutchNumber(day)
  if (day === 1) return 'eerste'
  if (day === 3) return 'derde'
  return day === 8 || day >= 20 ? `${word}ste` : `${word}de`
}

export type Maker = (given: Given) => string

/** Each slot of a template: its label and how its value is made. */
export const makers: Readonly<Record<string, readonly [label: string, Maker]>> = {
  name: ['PERSON', full],
  first: ['PERSON', given],
  last: ['PERSON', family],
  lname: ['PERSON', (g) => full(g).toLowerCase()],
  lfirst: ['PERSON', (g) => given(g).toLowerCase()],
  llast: ['PERSON', (g) => family(g).toLowerCase()],
  initials: [
    'PERSON',
    (g) => `${given(g)[0]!}.${g.random.pick(['', ' '])}${g.random.letters(1, 'AEJMPT')}. ${family(g)}`,
  ],
  lastfirst: ['PERSON', (g) => `${family(g)}, ${given(g)}`],
  loud: ['PERSON', (g) => full(g).toUpperCase()],
  spelled: ['PERSON', (g) => lettersOf(family(g)).join(' ')],
  spelledMarks: ['PERSON', (g) => lettersOf(family(g)).join('-').toUpperCase()],
  phone: ['PHONE', ({ random }) => phoneNl(random)],
  phoneForeign: ['PHONE', ({ random }) => phoneForeign(random)],
  phoneSaidNl: ['PHONE', ({ random }) => `nul zes ${saidIn(nlDigits, random.digits(8))}`],
  phonePairsNl: [
    'PHONE',
    ({ random }) => `nul zes ${Array.from({ length: 4 }, () => dutchNumber(random.between(11, 99))).join(' ')}`,
  ],
  phoneSaidEn: ['PHONE', ({ random }) => `oh seven seven double oh ${saidIn(enDigits, `900${random.digits(3)}`)}`],
  phoneStart: ['PHONE', ({ random }) => `06${random.digits(2)}`],
  phone06: ['PHONE', () => '06'],
  area: ['PHONE', ({ random }) => random.pick(['010', '020', '0592'])],
  digits3: ['PHONE', ({ random }) => random.digits(3)],
  digits4: ['PHONE', ({ random }) => random.digits(4)],
  bsn: ['BSN', ({ random }) => bsn(random)],
  bsnDots: [
    'BSN',
    ({ random }) =>
      bsn(random)
        .replace(/(...)(..)(...)/, '$1.$2.$3.')
        .replace(/\.$/, ''),
  ],
  bsnWrong: ['BSN', ({ random }) => `9999${random.digits(5)}`],
  bsnSaid: ['BSN', ({ random }) => saidIn(nlDigits, bsn(random))],
  iban: [
    'IBAN',
    ({ random }) => {
      const value = iban('NL', `TEST${random.digits(10)}`)
      return random.pick([value, inFours(value), value.toLowerCase(), value.replace(/^(....)(....)/, '$1 $2 ')])
    },
  ],
  ibanForeign: [
    'IBAN',
    ({ random }) => {
      const value = foreignIban(random)
      return random.pick([value, inFours(value)])
    },
  ],
  ibanWrong: [
    'IBAN',
    ({ random }) => `NL${random.digits(2)} TEST ${random.digits(4)} ${random.digits(4)} ${random.digits(2)}`,
  ],
  ibanSaid: [
    'IBAN',
    ({ random }) => `n l ${saidIn(nlDigits, random.digits(2))} t e s t ${saidIn(nlDigits, random.digits(10))}`,
  ],
  accountTail: ['IBAN', ({ random }) => random.digits(4)],
  sortCode: ['IBAN', ({ random }) => `${random.digits(2)}-${random.digits(2)}-${random.digits(2)}`],
  accountGb: ['IBAN', ({ random }) => random.digits(8)],
  card: [
    'CARD',
    ({ random }) => random.pick([card(random), inFours(card(random)), card(random).replace(/(.{4})(?=.)/g, '$1-')]),
  ],
  cardWrong: ['CARD', ({ random }) => `4${random.digits(15)}`],
  cardSaidNl: ['CARD', ({ random }) => saidIn(nlDigits, card(random))],
  cardSaidEn: ['CARD', ({ random }) => saidIn(enDigits, card(random))],
  cardTail: ['CARD', ({ random }) => random.digits(4)],
  cvc: ['CVC', ({ random }) => random.digits(3)],
  cvcSaid: ['CVC', ({ random }) => saidIn(nlDigits, random.digits(3))],
  plate: ['PLATE', ({ random }) => plate(random)],
  plateGb: [
    'PLATE',
    ({ random }) => `${random.letters(2)}${random.pick(['19', '22', '68', '73'])} ${random.letters(3)}`,
  ],
  plateBe: ['PLATE', ({ random }) => `${random.between(1, 2)}-${random.letters(3)}-${random.digits(3)}`],
  plateDe: [
    'PLATE',
    ({ random }) => `${random.pick(['B', 'HH', 'K', 'DO'])}-${random.letters(2)} ${random.between(10, 9999)}`,
  ],
  passport: ['DOC', ({ random }) => `${random.letters(2)}${random.letters(1)}${random.digits(5)}${random.digits(1)}`],
  passportGb: ['DOC', ({ random }) => random.digits(9)],
  licence: ['DOC', ({ random }) => random.digits(10)],
  vnumber: ['DOC', ({ random }) => random.pick([`V-${random.digits(10)}`, random.digits(10)])],
  ref: [
    'CUSTREF',
    ({ random }) =>
      random.pick([
        random.digits(8),
        random.digits(6),
        `${random.letters(2)}-${random.digits(4)}-${random.digits(3)}`,
        `${random.letters(3)}${random.digits(6)}`,
        `2026/${random.digits(5)}`,
        `${random.digits(4)} ${random.digits(2)} ${random.digits(3)}`,
        `${random.letters(1)}${random.digits(3)}-${random.letters(2)}${random.digits(2)}`,
        `#${random.digits(5)}`,
        `${random.digits(3)}-${random.digits(7)}-${random.digits(7)}`,
        `1Z${random.digits(8)}${random.letters(2)}`,
        `3S${random.letters(4)}${random.digits(9)}`,
        `${random.letters(2).toLowerCase()}${random.digits(7)}`,
        `${random.digits(2)}.${random.digits(3)}.${random.digits(3)}`,
        `KLT_${random.digits(5)}`,
      ]),
  ],
  booking: [
    'CUSTREF',
    ({ random }) =>
      `${random.letters(1)}${random.digits(1)}${random.letters(2)}${random.digits(1)}${random.letters(1)}`,
  ],
  refSaidNl: [
    'CUSTREF',
    ({ random }) => Array.from({ length: 3 }, () => dutchNumber(random.between(11, 99))).join(' '),
  ],
  refSaidEn: ['CUSTREF', ({ random }) => saidIn(enDigits, random.digits(7))],
  nino: [
    'NATID',
    ({ random }) => random.pick(['QQ 12 34 56 C', `QQ${random.digits(6)}${random.pick(['A', 'B', 'D'])}`]),
  ],
  ssn: [
    'NATID',
    ({ random }) =>
      random.pick([`9${random.digits(2)}-${random.digits(2)}-${random.digits(4)}`, `9${random.digits(8)}`]),
  ],
  ssnTail: ['NATID', ({ random }) => random.digits(4)],
  nhs: ['NATID', ({ random }) => nhs(random)],
  rijksregister: ['NATID', ({ random }) => rijksregister(random)],
  steuerId: ['NATID', ({ random }) => steuerId(random)],
  street: [
    'ADDRESS',
    ({ random, half }) =>
      `${random.pick(nlStreets[half])} ${random.between(1, 320)}${random.pick(['', '', '', ' A', '-2', 'b', ' bis', '-III'])}`,
  ],
  streetLower: [
    'ADDRESS',
    ({ random, half }) => `${random.pick(nlStreets[half].slice(0, 6)).toLowerCase()} ${random.between(1, 320)}`,
  ],
  streetSaid: [
    'ADDRESS',
    ({ random, half }) =>
      `${random.pick(nlStreets[half].slice(0, 5)).toLowerCase().replace('.', '')} ${dutchNumber(random.between(2, 99))}`,
  ],
  house: ['ADDRESS', ({ random }) => `${random.between(1, 420)}${random.pick(['', '', 'a', '-3'])}`],
  postcode: [
    'POSTCODE',
    ({ random }) => {
      const [digits, letters] = [`${random.between(1000, 9999)}`, random.letters(2)]
      return random.pick([
        `${digits} ${letters}`,
        `${digits}${letters}`,
        `${digits}${letters.toLowerCase()}`,
        `${digits} ${letters.toLowerCase()}`,
      ])
    },
  ],
  city: ['CITY', ({ random, half }) => random.pick(cities[half])],
  cityLower: ['CITY', ({ random, half }) => random.pick(cities[half]).toLowerCase()],
  streetBe: [
    'ADDRESS',
    ({ random, half }) =>
      `${half === 'development' ? 'Mechelsesteenweg' : 'Brugsestraat'} ${random.between(1, 400)} bus ${random.between(1, 20)}`,
  ],
  postcodeBe: ['POSTCODE', ({ random }) => random.pick(['2018', '9000', '3500', '8200'])],
  cityBe: ['CITY', ({ half }) => (half === 'development' ? 'Antwerpen' : 'Hasselt')],
  streetDe: [
    'ADDRESS',
    ({ random, half }) =>
      `${half === 'development' ? random.pick(['Schillerstraße', 'Am Markt']) : random.pick(['Gartenweg', 'Lindenallee'])} ${random.between(1, 90)}`,
  ],
  postcodeDe: ['POSTCODE', ({ random }) => random.pick(['10969', '50667', '48143', '20095'])],
  cityDe: ['CITY', ({ half }) => (half === 'development' ? 'Münster' : 'Bremen')],
  streetGb: [
    'ADDRESS',
    ({ random, half }) =>
      `${random.pick(['', '', 'Flat 4, '])}${random.between(1, 190)} ${random.pick(gbStreets[half])}`,
  ],
  streetGbLower: [
    'ADDRESS',
    ({ random, half }) => `${random.between(1, 190)} ${random.pick(gbStreets[half].slice(0, 4)).toLowerCase()}`,
  ],
  postcodeGb: [
    'POSTCODE',
    ({ random }) =>
      `${random.pick(['NN16', 'SK4', 'TR1', 'LL13', 'M1', 'EC1A'])} ${random.digits(1)}${random.letters(2, 'ABDEFGHJLNPQRSTUWXYZ')}`,
  ],
  townGb: ['CITY', ({ random, half }) => random.pick(gbTowns[half])],
  streetUs: [
    'ADDRESS',
    ({ random, half }) =>
      `${random.between(100, 9900)} ${half === 'development' ? random.pick(['Maple Ave', 'W Jackson Blvd', 'Elm Street Apt 4B']) : random.pick(['Pine Ridge Rd', 'N Lincoln Pkwy', 'Cedar Ct Unit 12'])}`,
  ],
  stateZip: ['POSTCODE', ({ random }) => random.pick(['62704', '73301', '02139-4307', '98052'])],
  cityUs: ['CITY', ({ half }) => (half === 'development' ? 'Springfield' : 'Tulsa')],
  dob: [
    'DOB',
    ({ random }) => {
      const { day, month, year } = date(random)
      return random.pick([
        `${two(day)}-${two(month)}-${year}`,
        `${day}/${month}/${year}`,
        `${two(day)}.${two(month)}.${year}`,
        `${year}-${two(month)}-${two(day)}`,
        `${two(day)}${two(month)}${year}`,
      ])
    },
  ],
  dobNl: [
    'DOB',
    ({ random }) => {
      const { day, month, year } = date(random)
      return random.pick([
        `${day} ${months.nl[month - 1]} ${year}`,
        `${day} ${months.nl[month - 1]!.replace(/^maart$/, 'mrt').slice(0, 3)} '${two(year % 100)}`,
      ])
    },
  ],
  dobEn: [
    'DOB',
    ({ random }) => {
      const { day, month, year } = date(random)
      return random.pick([
        `${day} ${months.en[month - 1]} ${year}`,
        `${months.en[month - 1]} ${day}, ${year}`,
        `the ${day}th of ${months.en[month - 1]} ${year}`,
      ])
    },
  ],
  dobSaidNl: [
    'DOB',
    ({ random }) => {
      const { day, month, year } = date(random)
      return random.pick([
        `${dutchNumber(day)} ${months.nl[month - 1]} negentienhonderd ${dutchNumber(year < 2000 ? year - 1900 : 88)}`,
        `${ordinalNl(day)} ${months.nl[month - 1]} ${dutchNumber(year < 2000 ? year - 1900 : 79)}`,
        `${dutchNumber(day)} ${dutchNumber(month)} negentien ${dutchNumber(year < 2000 ? year - 1900 : 65)}`,
      ])
    },
  ],
  dobSaidEn: [
    'DOB',
    ({ random }) => {
      const { day, month, year } = date(random)
      return `${englishNumber(day)} ${months.en[month - 1]!.toLowerCase()} nineteen ${englishNumber(year < 2000 ? year - 1900 : 71)}`
    },
  ],
  age: ['AGE', ({ random }) => String(random.between(19, 94))],
  ageSaidEn: ['AGE', ({ random }) => englishNumber(random.between(21, 94))],
  ageSaidNl: ['AGE', ({ random }) => dutchNumber(random.between(21, 94))],
  email: [
    'EMAIL',
    (g) =>
      `${g.random.pick([plain(given(g)), `${plain(given(g))}.${plain(family(g))}`, `${plain(family(g))}${g.random.digits(2)}`, `${plain(given(g))[0]}_${plain(family(g))}`, `${plain(given(g))}+shop`])}@${domain(g.random)}`,
  ],
  emailSaidNl: [
    'EMAIL',
    (g) =>
      `${plain(given(g))} punt ${plain(family(g))} apenstaartje ${g.random.pick(['voorbeeld punt nl', 'example punt com'])}`,
  ],
  emailSaidEn: [
    'EMAIL',
    (g) => `${plain(given(g))} dot ${plain(family(g))} at example dot ${g.random.pick(['com', 'org', 'co dot uk'])}`,
  ],
  emailLettersNl: ['EMAIL', (g) => `${lettersOf(given(g)).slice(0, 6).join(' ')} apenstaartje voorbeeld punt nl`],
  user: [
    'USERNAME',
    (g) =>
      g.random.pick([
        `${plain(given(g))}_${g.random.digits(2)}`,
        `${plain(given(g))}${g.random.digits(4)}`,
        `${plain(family(g))}.${plain(given(g))[0]}`,
        `x_${plain(given(g))}_x`,
      ]),
  ],
  ip: [
    'IP',
    ({ random }) =>
      random.pick([
        `192.0.2.${random.between(1, 254)}`,
        `203.0.113.${random.between(1, 254)}`,
        `2001:db8::${random.digits(2)}:${random.digits(4)}`,
        `00:00:5e:00:53:${random.digits(2)}`,
      ]),
  ],
  url: [
    'URL',
    (g) =>
      `https://www.example.com/${g.random.pick([`profile/${plain(given(g))}-${plain(family(g))}`, `users/${g.random.digits(6)}`, `invite?email=${plain(given(g))}%40example.com`])}`,
  ],
  password: [
    'SECRET',
    (g) =>
      g.random.pick([
        `${given(g).replace(/[^A-Za-z]/g, 'x')}${g.random.digits(2)}!`,
        `Zomer${g.random.digits(4)}`,
        `p@ss-${g.random.letters(3)}${g.random.digits(2)}`,
        `Welkom#${g.random.digits(3)}`,
        `koffie${g.random.digits(3)}`,
      ]),
  ],
  passwordWord: [
    'SECRET',
    ({ random, half }) =>
      random.pick(
        half === 'development' ? ['zonnebloem', 'Appeltaart', 'bluebird'] : ['regenboog', 'Kandelaar', 'tangerine'],
      ),
  ],
  otp: [
    'SECRET',
    ({ random }) =>
      random.pick([
        random.digits(6),
        `${random.digits(3)} ${random.digits(3)}`,
        `${random.digits(3)}-${random.digits(3)}`,
      ]),
  ],
  otpSaid: ['SECRET', ({ random }) => saidIn(nlDigits, random.digits(6))],
  pin: ['SECRET', ({ random }) => random.digits(4)],
}
