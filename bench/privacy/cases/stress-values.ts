/**
 * Values of the harder cases: addresses and numbers as they are written in many countries, and numbers, letters and dates as
 * they are said. A label of '' is a value that is not personal; what stands between ⟨ and ⟩ is outside the labelled stretch.
 */

import type { Random } from './random.ts'
import type { Given } from './values.ts'
import {
  card,
  dutchNumber,
  englishNumber,
  family,
  foreignIban,
  given,
  halved,
  inFours,
  lettersOf,
  type Maker,
  months,
  plain,
  saidIn,
  two,
} from './values.ts'

const lists = (development: string, heldOut: string) => ({
  development: development.split('|'),
  'held-out': heldOut.split('|'),
})

/** # is the number of the house. */
const streets = lists(
  '# Calle de la Luna|Koskikatu #|# rue des Tilleuls|Via Garibaldi #|Rua das Flores #|ul. Polna #/3|Storgatan #|Strandvejen #|Petofi utca #|Nádražní #|# Banksia Street|# Maple Hollow Lane|Lindenstrasse #|# Oak Ridge Drive|Laugavegur #|C/ Libertad #|# Boulevard Voltaire|Heirweg #|# Pheasant Run Road|P.O. Box #',
  '# Avenida del Sol|Hämeentie #|# allée des Cerisiers|Corso Mazzini #|Travessa do Carmo #|ul. Leśna #|Kungsgatan #|Vestergade #|Kossuth tér #|Husova #|# Wattle Crescent|# Cedar Springs Court|Bahnhofstrasse #|# Willow Bend Avenue|Skólavörðustígur #|Plaza Mayor #|# place de la Mairie|Dorpsstraat #|# Quail Hollow Way|PO Box #',
)
const units = lists('Apt. 12|Suite 480|Unit 7B|Flat 3', 'Apartment 9|Ste 210|#14|Floor 2')
const towns = lists(
  'Hellerburg|Artilla|Vantaa|Lodève|Kuopio|Pärnu|Odivelas|Springvale|Nyborg|Tarnowo|Klosters|Arroyo Seco',
  'Westhaven|Mirador|Turku|Vézelay|Rauma|Viljandi|Setúbal|Fairmont Hill|Svendborg|Opolno|Davosdorf|Rio Claro',
)
const regions = lists('CO|NSW|TX|BC', 'OR|VIC|ME|ON')
const countries = lists('Spain|Finland|Uruguay|France|Canada', 'Portugal|Iceland|Chile|Belgium|Australia')
const jobs = lists('sales manager|plumber|teacher', 'nurse|painter|tax adviser')
const firms = lists('Globex Corporation|Northwind Traders|Acme Ltd', 'Initech Inc|Contoso Group|Umbrella Services')
const titles = lists('Mr|Mrs.|Dr.', 'Ms.|Mr.|Professor')
const kins = lists('brother|aunt|wife', 'sister|uncle|husband')

const pick = ({ random, half }: Given, list: ReturnType<typeof lists>): string => random.pick(list[half])
const numbered = (g: Given): string => pick(g, streets).replace('#', String(g.random.between(1, 9800)))
const zip = (random: Random): string =>
  random.pick([
    random.digits(5),
    random.digits(4),
    `${random.digits(3)} ${random.digits(2)}`,
    `${random.digits(5)}-${random.digits(4)}`,
    `${random.digits(4)}-${random.digits(3)}`,
  ])

/** A street, sometimes a unit, then a place, sometimes a region and a country, and a postcode in front or behind. */
function addressBlock(g: Given): string {
  const { random } = g
  const code = zip(random)
  const place = random.pick([
    () => `${pick(g, towns)}, ${pick(g, regions)} ${code}`,
    () => `${code} ${pick(g, towns)}`,
    () => `${pick(g, towns)} ${code}, ${pick(g, countries)}`,
    () => `${code} ${pick(g, towns)}, ${pick(g, countries)}`,
    () => `${pick(g, towns)}, ${pick(g, countries)} ${code}`,
  ])()
  const parts = [numbered(g), ...(random.below(3) === 0 ? [pick(g, units)] : []), place]
  return parts.join(random.pick([', ', ', ', '\n', ' ']))
}

function phoneAny(random: Random): string {
  const d = (count: number): string => random.digits(count)
  return random.pick([
    `(${d(3)}) 555-01${d(2)}`,
    `(${d(3)})555-01${d(2)}x${d(3)}`,
    `${d(3)}.555.01${d(2)}`,
    `001-${d(3)}-555-01${d(2)}x${d(4)}`,
    `+1-${d(3)}-555-01${d(2)}`,
    `1-${d(3)}-555-01${d(2)}`,
    `(0${d(1)}) 555${d(1)} ${d(4)}`,
    `0${d(3)} ${d(2)} ${d(2)} ${d(2)}`,
    `+33 6 ${d(2)} ${d(2)} ${d(2)} ${d(2)}`,
    `07${d(3)} ${d(6)}`,
    `07${d(1)} ${d(4)} ${d(4)}`,
    `+61 4${d(2)} ${d(3)} ${d(3)}`,
    `+358 40 ${d(7)}`,
    `0${d(2)}-${d(3)} ${d(2)} ${d(2)}`,
    `06 ${d(4)} ${d(4)}`,
  ])
}

const emailAny = (g: Given): string =>
  `${g.random.pick([plain(given(g)), `${plain(given(g))}${plain(family(g))}`, `${plain(family(g))}.${plain(given(g))}`, `${plain(given(g))}_${g.random.digits(2)}`, `${plain(given(g)).slice(0, 1)}${plain(family(g))}`])}@${g.random.pick(['example.org', 'mail.example.com', 'superrito.example', 'example.net', 'voorbeeld.nl'])}`

const nl = 'nul een twee drie vier vijf zes zeven acht negen'.split(' ')
const en = 'zero one two three four five six seven eight nine'.split(' ')
const ohs = 'oh one two three four five six seven eight nine'.split(' ')

const groupsOf = (digits: string, sizes: readonly number[]): string[] => {
  let at = 0
  return sizes.map((size) => {
    at += size
    return digits.slice(at - size, at)
  })
}
const tripleNl = (three: string): string =>
  three.startsWith('0')
    ? saidIn(nl, three)
    : `${Number(three[0]) === 1 ? '' : nl[Number(three[0])]}honderd${three.slice(1) === '00' ? '' : ` ${dutchNumber(Number(three.slice(1)))}`}`
const pairNl = (pair: string): string => (pair.startsWith('0') ? saidIn(nl, pair) : dutchNumber(Number(pair)))
const pairEn = (pair: string): string => (pair.startsWith('0') ? saidIn(ohs, pair) : englishNumber(Number(pair)))

const spellNl: Readonly<Record<string, string>> = {
  a: 'anton',
  b: 'bernard',
  c: 'cornelis',
  d: 'dirk',
  e: 'eduard',
  f: 'ferdinand',
  g: 'gerard',
  h: 'hendrik',
  i: 'izaak',
  j: 'johan',
  k: 'karel',
  l: 'lodewijk',
  m: 'maria',
  n: 'nico',
  o: 'otto',
  p: 'pieter',
  q: 'quotient',
  r: 'rudolf',
  s: 'simon',
  t: 'teunis',
  u: 'utrecht',
  v: 'victor',
  w: 'willem',
  x: 'xantippe',
  y: 'ypsilon',
  z: 'zaandam',
}
const spellEn: Readonly<Record<string, string>> = {
  a: 'apple',
  b: 'bravo',
  c: 'charlie',
  d: 'david',
  e: 'echo',
  f: 'frank',
  g: 'golf',
  h: 'hotel',
  i: 'india',
  j: 'john',
  k: 'kilo',
  l: 'lima',
  m: 'mike',
  n: 'november',
  o: 'oscar',
  p: 'peter',
  q: 'queen',
  r: 'romeo',
  s: 'sierra',
  t: 'tango',
  u: 'uniform',
  v: 'victor',
  w: 'whiskey',
  x: 'xray',
  y: 'yankee',
  z: 'zulu',
}
/** "b van bernard a v e r": some letters with what they stand for. */
function spelled(g: Given, words: Readonly<Record<string, string>>, link: string): string {
  const style = g.random.below(3)
  return lettersOf(family(g))
    .slice(0, 9)
    .map((letter, i) =>
      style === 2 || (style === 1 && i % 3 === 0) ? `${letter} ${link} ${words[letter] ?? letter}` : letter,
    )
    .join(' ')
}

const ordinalEn =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'.split(
    ' ',
  )
const ordinalNl =
  'eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende vijftiende zestiende zeventiende achttiende negentiende twintigste'.split(
    ' ',
  )
const dayAndMonth = (random: Random) => ({
  day: random.between(1, 20),
  month: random.between(0, 11),
  year: random.between(1938, 1999),
})

const digitsSaid =
  (words: readonly string[]) =>
  (random: Random, count: number): string =>
    saidIn(words, random.digits(count))
const saidNl = digitsSaid(nl)
const saidEn = digitsSaid(ohs)

/** Letters of a bank or a code, one by one. */
const letters = (random: Random, count: number): string => random.letters(count).toLowerCase().split('').join(' ')

export const stressMakers: Readonly<Record<string, readonly [label: string, Maker]>> = {
  addressBlock: ['ADDRESS', addressBlock],
  streetAny: ['ADDRESS', numbered],
  zipAny: ['POSTCODE', ({ random }) => random.digits(5)],
  phoneAny: ['PHONE', ({ random }) => phoneAny(random)],
  cardAny: [
    'CARD',
    ({ random }) =>
      random.pick([
        card(random),
        inFours(card(random)),
        card(random).replace(/(.{4})(?=.)/g, '$1-'),
        `37${random.digits(13)}`,
      ]),
  ],
  ibanAny: ['IBAN', ({ random }) => random.pick([(value: string) => value, inFours])(foreignIban(random))],
  ssnAny: [
    'NATID',
    ({ random }) =>
      random.pick([
        `9${random.digits(2)}-${random.digits(2)}-${random.digits(4)}`,
        `9${random.digits(2)} ${random.digits(2)} ${random.digits(4)}`,
      ]),
  ],
  licenceAny: [
    'DOC',
    ({ random }) =>
      random.pick([
        random.digits(8),
        `${random.letters(1)}${random.digits(7)}`,
        `${random.letters(1)}${random.digits(3)}-${random.digits(4)}-${random.digits(4)}`,
      ]),
  ],
  passportAny: [
    'DOC',
    ({ random }) =>
      random.pick([
        random.digits(9),
        `${random.letters(1)}${random.digits(8)}`,
        `${random.letters(2)}${random.digits(7)}`,
      ]),
  ],
  dobAny: [
    'DOB',
    ({ random }) => {
      const { day, month, year } = dayAndMonth(random)
      return random.pick([
        `${two(month + 1)}/${two(day)}/${year}`,
        `${day} ${months.en[month]} ${year}`,
        `${months.en[month]} ${day}, ${year}`,
        `${year}-${two(month + 1)}-${two(day)}`,
      ])
    },
  ],
  ageYears: ['AGE', ({ random }) => `${random.between(19, 94)} years old`],
  emailAny: ['EMAIL', emailAny],
  urlAny: [
    'URL',
    (g) => `https://www.example.net/${g.random.pick(['people/', 'u/'])}${plain(given(g))}${plain(family(g))}`,
  ],
  country: ['', (g) => pick(g, countries)],
  org: ['', (g) => pick(g, firms)],
  job: ['', (g) => pick(g, jobs)],
  title: ['', (g) => pick(g, titles)],
  kin: ['', (g) => pick(g, kins)],
  year: ['', ({ random }) => String(random.between(1980, 2023))],
  dateWords: [
    '',
    ({ random }) => `${months.en[random.below(12)]} ${random.between(1, 28)}, ${random.between(2019, 2026)}`,
  ],

  phoneTripleNl: [
    'PHONE',
    ({ random }) => `nul zes ${tripleNl(random.digits(3))} ${tripleNl(random.digits(3))} ${pairNl(random.digits(2))}`,
  ],
  phoneDoubleNl: [
    'PHONE',
    ({ random }) =>
      `nul zes dubbel ${nl[random.between(1, 9)]} ${saidNl(random, 3)} dubbel ${nl[random.between(1, 9)]} ${nl[random.below(10)]}`,
  ],
  phoneFillerNl: [
    'PHONE',
    ({ random }) =>
      `nul zes ${saidNl(random, 2)}⟨ ${random.pick(['eh', 'euh', 'nee wacht', 'ja', 'even kijken'])} ⟩${saidNl(random, 6)}`,
  ],
  spelledSaidNl: ['PERSON', (g) => spelled(g, spellNl, 'van')],
  emailAtNl: [
    'EMAIL',
    (g) =>
      `${plain(given(g))}${g.random.pick(['', ' punt ', ' underscore ', ' streepje '])}${plain(family(g))} ${g.random.pick(['at', 'apenstaartje', 'apestaartje'])} ${g.random.pick(['voorbeeld punt nl', 'mail punt example', 'example punt com'])}`,
  ],
  dobOrdinalNl: [
    'DOB',
    ({ random }) => {
      const { day, month, year } = dayAndMonth(random)
      return `${random.pick(['de ', ''])}${ordinalNl[day - 1]} ${random.pick([months.nl[month]!, `van de ${ordinalNl[month]}`])} ${random.pick(['negentien', 'negentienhonderd'])} ${pairNl(String(year).slice(2))}`
    },
  ],
  postcodeSaidNl: [
    'POSTCODE',
    ({ random }) =>
      `${dutchNumber(random.between(10, 99))} ${dutchNumber(random.between(11, 99))} ${random.pick([
        letters(random, 2),
        letters(random, 2)
          .split(' ')
          .map((letter) => spellNl[letter]!)
          .join(' '),
      ])}`,
  ],
  houseSaidNl: ['ADDRESS', ({ random }) => dutchNumber(random.between(2, 99))],
  refFillerNl: [
    'CUSTREF',
    ({ random }) => `${saidNl(random, 3)}⟨ ${random.pick(['eh', 'nee sorry', 'uh'])} ⟩${saidNl(random, 3)}`,
  ],
  bsnGroupsNl: [
    'BSN',
    ({ random }) =>
      groupsOf(`9999${random.digits(5)}`, [2, 2, 2, 3])
        .map((group) => (group.length === 2 ? pairNl(group) : saidIn(nl, group)))
        .join(' '),
  ],
  cardGroupsNl: ['CARD', ({ random }) => groupsOf(card(random), [2, 2, 2, 2, 2, 2, 2, 2]).map(pairNl).join(' ')],
  plateSaidNl: [
    'PLATE',
    ({ random }) =>
      random.pick([
        `${letters(random, 2)} ${saidNl(random, 3)} ${letters(random, 1)}`,
        `${saidNl(random, 1)} ${letters(random, 3)} ${pairNl(`${random.between(11, 99)}`)}`,
      ]),
  ],

  phoneUsSaid: ['PHONE', ({ random }) => `${saidEn(random, 3)} five five five ${saidEn(random, 4)}`],
  phoneFillerEn: [
    'PHONE',
    ({ random }) =>
      `oh seven ${saidEn(random, 3)}⟨ ${random.pick(['um', 'er', 'no wait', 'hang on'])} ⟩${saidEn(random, 6)}`,
  ],
  phoneHyphenEn: [
    'PHONE',
    ({ random }) =>
      groupsOf(`07${random.digits(9)}`, [2, 3, 2, 2, 2])
        .map((group) =>
          group.length === 2 && !group.includes('0')
            ? englishNumber(Number(group)).replace(' ', '-')
            : saidIn(ohs, group),
        )
        .join(' '),
  ],
  spelledSaidEn: ['PERSON', (g) => spelled(g, spellEn, g.random.pick(['for', 'as in']))],
  emailAtEn: [
    'EMAIL',
    (g) =>
      `${plain(given(g))}${g.random.pick(['', ' dot ', ' underscore ', ' dash '])}${plain(family(g))} at ${g.random.pick(['example dot com', 'mail dot example', 'example dot co dot uk'])}`,
  ],
  dobOrdinalEn: [
    'DOB',
    ({ random }) => {
      const { day, month, year } = dayAndMonth(random)
      const name = months.en[month]!.toLowerCase()
      return random.pick([
        `the ${ordinalEn[day - 1]} of ${name} nineteen ${pairEn(String(year).slice(2))}`,
        `${name} ${ordinalEn[day - 1]} nineteen ${pairEn(String(year).slice(2))}`,
      ])
    },
  ],
  zipSaid: ['POSTCODE', ({ random }) => saidIn(ohs, `${random.between(10000, 99950)}`)],
  postcodeGbSaid: [
    'POSTCODE',
    ({ random }) =>
      `${letters(random, 2)} ${saidIn(en, String(random.between(1, 9)))} ${saidIn(en, String(random.between(1, 9)))} ${letters(random, 2)}`,
  ],
  streetGbSaid: [
    'ADDRESS',
    ({ random, half }) =>
      `${englishNumber(random.between(2, 99))} ${random.pick(halved(['marlborough road', 'ferndale avenue', 'station approach', 'haverstock hill', 'bramley drive', 'old mill court'], half))}`,
  ],
  streetUsSaid: [
    'ADDRESS',
    ({ random, half }) =>
      `${pairEn(String(random.between(11, 99)))} ${pairEn(String(random.between(11, 99)))} ${random.pick(halved(['maple avenue', 'birch street', 'elm drive', 'cedar court', 'pine ridge road', 'lincoln boulevard'], half))}`,
  ],
  refLettersEn: ['CUSTREF', ({ random }) => `${letters(random, 2)} ${saidEn(random, 6)}`],
  cardGroupsEn: ['CARD', ({ random }) => groupsOf(card(random), [2, 2, 2, 2, 2, 2, 2, 2]).map(pairEn).join(' ')],
  ssnSaid: ['NATID', ({ random }) => saidEn(random, 9)],
  otpSaidEn: ['SECRET', ({ random }) => saidEn(random, 6)],
}
