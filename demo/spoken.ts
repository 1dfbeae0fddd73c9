/** Writes a marked text the way a speech recogniser would: lower case, no punctuation, numbers in words. */
import { unmark } from './talk.ts'

type Language = 'nl' | 'en'

const units = {
  nl: 'nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien'.split(
    ' ',
  ),
  en: 'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  ),
}
const tens = {
  nl: ['', '', 'twintig', 'dertig', 'veertig', 'vijftig', 'zestig', 'zeventig', 'tachtig', 'negentig'],
  en: ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'],
}

/** A whole number from 0 to 999,999 in words. */
export function inWords(n: number, language: Language): string {
  const unit = units[language]
  const ten = tens[language]
  if (!Number.isInteger(n) || n < 0 || n > 999_999) throw new RangeError(`no words for ${n}`)
  if (n < 20) return unit[n]!
  if (n < 100) {
    const rest = n % 10
    if (rest === 0) return ten[Math.floor(n / 10)]!
    if (language === 'en') return `${ten[Math.floor(n / 10)]} ${unit[rest]}`
    // Dutch: a dotted e where two vowels would run together (tweeëntwintig).
    return `${unit[rest]}${unit[rest]!.endsWith('e') ? 'ën' : 'en'}${ten[Math.floor(n / 10)]}`
  }
  const size = n < 1000 ? 100 : 1000
  const head = Math.floor(n / size)
  const rest = n % size
  const name = language === 'nl' ? (size === 100 ? 'honderd' : 'duizend') : size === 100 ? 'hundred' : 'thousand'
  const tail = rest === 0 ? '' : inWords(rest, language)
  if (language === 'en')
    return `${inWords(head, 'en')} ${name}${tail ? (size === 100 ? ` and ${tail}` : ` ${tail}`) : ''}`
  const first = head === 1 ? '' : inWords(head, 'nl')
  return size === 100 ? `${first}${name}${tail}` : `${first}${name}${tail ? ` ${tail}` : ''}`
}

/** A year as people say it: negentien eenenvijftig, nineteen fifty one, tweeduizend elf. */
function year(n: number, language: Language): string {
  if (n >= 2000 && n < 2010) return inWords(n, language)
  if (n >= 2010 && n < 2100 && language === 'nl') return inWords(n, language)
  return `${inWords(Math.floor(n / 100), language)} ${inWords(n % 100, language)}`
}

const digits = (text: string, language: Language) =>
  [...text]
    .map((one) =>
      /\d/.test(one) ? (language === 'en' && one === '0' ? 'oh' : units[language][Number(one)]!) : one.toLowerCase(),
    )
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()

/** Character by character: letters apart, digits in words. */
const spell = (text: string, language: Language) => digits(text.replace(/[^\p{L}\d]/gu, ''), language)

const months = {
  nl: 'januari februari maart april mei juni juli augustus september oktober november december'.split(' '),
  en: 'january february march april may june july august september october november december'.split(' '),
}

function date(text: string, language: Language): string {
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  const short = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d\d)$/.exec(text)
  const [day, month, of] = iso
    ? [Number(iso[3]), Number(iso[2]), Number(iso[1])]
    : short
      ? [Number(short[1]), Number(short[2]), Number(short[3])]
      : []
  if (day === undefined || month === undefined || of === undefined)
    return plain(
      text.replace(/\b(?:19|20)\d\d\b/, (of) => year(Number(of), language)),
      language,
    )
  const name = months[language][month - 1]!
  const spoken = of < 100 ? inWords(of, language) : year(of, language)
  return language === 'nl' ? `${inWords(day, 'nl')} ${name} ${spoken}` : `the ${ordinal(day)} of ${name} ${spoken}`
}

const irregular: Record<number, string> = {
  1: 'first',
  2: 'second',
  3: 'third',
  5: 'fifth',
  8: 'eighth',
  9: 'ninth',
  12: 'twelfth',
  20: 'twentieth',
  30: 'thirtieth',
}
const ordinal = (n: number): string =>
  irregular[n] ?? (n > 20 && n % 10 ? `${tens.en[Math.floor(n / 10)]} ${ordinal(n % 10)}` : `${inWords(n, 'en')}th`)

const irregularNl: Record<number, string> = { 1: 'eerste', 3: 'derde', 8: 'achtste' }
const ordinalNl = (n: number) => irregularNl[n] ?? `${inWords(n, 'nl')}${n < 20 ? 'de' : 'ste'}`

function email(text: string, language: Language): string {
  const words =
    language === 'nl'
      ? { '.': 'punt', '@': 'apenstaartje', '-': 'streepje', _: 'underscore' }
      : { '.': 'dot', '@': 'at', '-': 'dash', _: 'underscore' }
  return text
    .toLowerCase()
    .replace(/[.@_-]/g, (sign) => ` ${words[sign as '.']} `)
    .replace(/(\D)(\d)/g, '$1 $2')
    .replace(/\d+/g, (run) => (run.length > 4 ? digits(run, language) : inWords(Number(run), language)))
    .replace(/\s+/g, ' ')
    .trim()
}

/** Words without a mark: money, times, per cent and loose numbers in words; no capitals, no punctuation. */
function plain(text: string, language: Language): string {
  const nl = language === 'nl'
  const number = (digits: string) => Number(digits.replace(nl ? /\./g : /,/g, ''))
  const words = text
    .replace(/€\s?(\d[\d.,]*\d|\d)/g, (_, amount: string) => money(amount, language))
    .replace(nl ? /\b(\d{1,2})\.(\d\d)\b(?: uur)?/g : /\b(\d{1,2}):(\d\d)\b/g, (_, hour: string, minute: string) =>
      timeOfDay(Number(hour), Number(minute), language),
    )
    .replace(/(\d+)%/g, (_, n: string) => `${inWords(Number(n), language)} ${nl ? 'procent' : 'percent'}`)
    .replace(nl ? /\b(\d+)e\b/g : /\b(\d+)(?:st|nd|rd|th)\b/g, (_, n: string) =>
      nl ? ordinalNl(Number(n)) : ordinal(Number(n)),
    )
    .replace(
      nl ? /(\d+),(\d+)/g : /(\d+)\.(\d+)/g,
      (_, whole: string, part: string) =>
        `${inWords(Number(whole), language)} ${nl ? 'komma' : 'point'} ${digits(part, language)}`,
    )
    .replace(/kWh/g, nl ? 'kilowattuur' : 'kilowatt hours')
    .replace(/m³|m3/g, nl ? 'kuub' : 'cubic metres')
    .replace(/\b0\d+\b|\b\d{5,}\b/g, (run) => digits(run, language))
    .replace(
      nl ? /\d{1,3}(?:\.\d{3})+|\d+/g : /\d{1,3}(?:,\d{3})+|\d+/g,
      (run) => ` ${inWords(number(run), language)} `,
    )
  return words
    .toLowerCase()
    .replace(/[.,;:!?"()…/]+/g, ' ')
    .replace(/\s+/g, ' ')
}

function timeOfDay(hour: number, minute: number, language: Language): string {
  const minutes = minute === 0 ? '' : ` ${inWords(minute, language)}`
  if (language === 'nl') return `${inWords(hour, 'nl')} uur${minutes}`
  return `${inWords(hour % 12 || 12, 'en')}${minutes} ${hour < 12 ? 'am' : 'pm'}`
}

function money(amount: string, language: Language): string {
  const nl = language === 'nl'
  const [whole, cents] = amount.split(nl ? ',' : '.') as [string, string | undefined]
  const euros = Number(whole.replace(nl ? /\./g : /,/g, ''))
  if (cents === undefined || Number(cents) === 0) return `${inWords(euros, language)} ${nl ? 'euro' : 'euros'}`
  if (euros === 0) return `${inWords(Number(cents), language)} cent${nl ? '' : 's'}`
  return `${inWords(euros, language)} ${nl ? 'euro' : 'euros'} ${inWords(Number(cents), language)}`
}

function value(label: string, text: string, language: Language): string {
  switch (label) {
    case 'PHONE':
      return (text.startsWith('+') ? 'plus ' : '') + spell(text, language)
    case 'BSN':
    case 'IBAN':
    case 'CARD':
    case 'CVC':
    case 'PLATE':
    case 'DOC':
    case 'NATID':
    case 'CUSTREF':
    case 'IP':
      return spell(text, language)
    case 'POSTCODE': {
      const [, number, letters] = /^(\d{4})\s?([A-Za-z]{2})$/.exec(text) ?? []
      if (!number || !letters) return spell(text, language)
      return language === 'nl'
        ? `${inWords(Number(number.slice(0, 2)), 'nl')} ${digits(number.slice(2), 'nl')} ${spell(letters, 'nl')}`
        : spell(text, 'en')
    }
    case 'EMAIL':
    case 'USERNAME':
    case 'URL':
      return email(text.replace(/^https?:\/\//, '').replace(/[/?=&]/g, ' '), language)
    case 'DOB':
      return /^\d{4}$/.test(text) ? year(Number(text), language) : date(text, language)
    case 'ADDRESS':
      return plain(text.replace(/-/g, ' '), language)
    case 'SECRET':
      return /^[\d ]+$/.test(text) ? spell(text, language) : plain(text, language)
    default:
      return plain(text, language)
  }
}

/** The spoken form of a marked text; the marks stay around what they were around. */
export function speak(marked: string, language: Language): string {
  const { text, spans } = unmark(marked)
  let out = ''
  let from = 0
  for (const [start, end, label] of spans) {
    out += `${plain(text.slice(from, start), language)}{${label}|${value(label, text.slice(start, end), language).trim()}}`
    from = end
  }
  return (out + plain(text.slice(from), language))
    .replace(/ +/g, ' ')
    .replace(/\{([A-Z]+)\| /g, '{$1|')
    .trim()
}
