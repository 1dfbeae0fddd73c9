import { createTexts, type Language } from '../../platform/text.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

export type NoticeTextKey = keyof typeof nl

/** The sentences that notices are made of, in the reader's language. */
export const noticeText = createTexts(nl, en)

/** A term in whole years where it is that, else in days. */
export function termText(language: Language, days: number): string {
  const years = Math.round(days / 365.25)
  const whole = years > 0 && (days % 365 === 0 || Math.abs(days - years * 365.25) < 1)
  const count = whole ? years : days
  return noticeText(language, `${whole ? 'years' : 'days'}.${count === 1 ? 'one' : 'other'}`, { count })
}

const regions = new Map<Language, Intl.DisplayNames>()

/** What a country (ISO 3166-1 alpha-2) is called in the reader's language. */
export function countryText(language: Language, country: string): string {
  const names = regions.get(language) ?? new Intl.DisplayNames([language], { type: 'region' })
  regions.set(language, names)
  return names.of(country) ?? country
}
