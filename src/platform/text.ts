/** Sentences by key and language, filled with values; numbers and dates by Intl only. */

export type Language = 'nl' | 'en'
export const languages: readonly Language[] = ['nl', 'en']

export type Texts = Readonly<Record<string, string>>
export type Values = Readonly<Record<string, string | number>>

/** The sentence functions of one capability: both languages hold the same keys (a test compares them). */
export function createTexts<T extends Texts>(nl: T, en: Readonly<Record<keyof T & string, string>>) {
  return (language: Language, key: keyof T & string, values: Values = {}): string =>
    fill((language === 'nl' ? nl : en)[key]!, values, language)
}

/** Fills `{name}`; a number is formatted for the language. A missing value throws: half a sentence must not be said. */
export function fill(sentence: string, values: Values, language: Language): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`no value for {${name}} in: ${sentence}`)
    return typeof value === 'number' ? formatNumber(value, language) : value
  })
}

const locale = { nl: 'nl-NL', en: 'en-GB' } as const
const zone = 'Europe/Amsterdam'
const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.ListFormat>()
function cached<F extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.ListFormat>(key: string, make: () => F): F {
  let format = cache.get(key)
  if (format === undefined) {
    format = make()
    cache.set(key, format)
  }
  return format as F
}

export function formatNumber(value: number, language: Language): string {
  return cached(`n${language}`, () => new Intl.NumberFormat(locale[language], { maximumFractionDigits: 2 })).format(
    value,
  )
}

/** A share in [0, 1] as percentage with one decimal; 0 and 100 only when exact. */
export function formatShare(share: number, language: Language): string {
  const format = cached(
    `s${language}`,
    () =>
      new Intl.NumberFormat(locale[language], { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  )
  const rounded = Math.round(share * 1000) / 1000
  if (share > 0 && rounded === 0) return `< ${format.format(0.001)}`
  if (share < 1 && rounded === 1) return `> ${format.format(0.999)}`
  return format.format(share)
}

/** 23 november 2026 / 23 November 2026, in Amsterdam. */
export function formatDate(at: Date, language: Language): string {
  return cached(
    `d${language}`,
    () => new Intl.DateTimeFormat(locale[language], { day: 'numeric', month: 'long', year: 'numeric', timeZone: zone }),
  ).format(at)
}

/** 14.05 uur / 14:05, in Amsterdam. */
export function formatTime(at: Date, language: Language): string {
  const text = cached(
    `t${language}`,
    () =>
      new Intl.DateTimeFormat(locale[language], { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: zone }),
  ).format(at)
  return language === 'nl' ? `${text.replace(/^0/, '').replace(':', '.')} uur` : text
}

/** wo 25 nov, 14.05 / Wed 25 Nov, 14:05: for tables and time lines of the console only. */
export function formatMoment(at: Date, language: Language): string {
  const day = cached(
    `m${language}`,
    () =>
      new Intl.DateTimeFormat(locale[language], { weekday: 'short', day: 'numeric', month: 'short', timeZone: zone }),
  ).format(at)
  return `${day}, ${formatTime(at, language).replace(' uur', '')}`
}

export function formatList(items: readonly string[], language: Language): string {
  return cached(`l${language}`, () => new Intl.ListFormat(locale[language], { type: 'conjunction' })).format(items)
}

/** The reader's language from Accept-Language or a BCP 47 tag; Dutch when neither is asked for. */
export function chooseLanguage(header: string | undefined | null): Language {
  for (const part of (header ?? '').split(',')) {
    const tag = part.trim().slice(0, 2).toLowerCase()
    if (tag === 'nl' || tag === 'en') return tag
  }
  return 'nl'
}
