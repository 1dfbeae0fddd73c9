/**
 * What an organisation's own number looks like, said without a pattern language: `A` is any letter, `9` any digit, every
 * other character itself. So a shape always ends, costs at most its own length at a place, and can be read by anybody.
 */

/** The kinds of personal data, which an own number is one of too: the labels of the recogniser (privacy/personal-data.ts). */
export const recogniserLabels = [
  'PERSON',
  'PHONE',
  'BSN',
  'NATID',
  'IBAN',
  'CARD',
  'CVC',
  'PLATE',
  'DOC',
  'CUSTREF',
  'ADDRESS',
  'POSTCODE',
  'CITY',
  'DOB',
  'AGE',
  'EMAIL',
  'USERNAME',
  'IP',
  'URL',
  'SECRET',
  'HEALTH',
  'BELIEF',
  'UNION',
  'CRIME',
  'ORIENT',
  'ORIGIN',
  'POLITICS',
] as const

export const SHAPE_MIN = 3
export const SHAPE_MAX = 40
export const RECOGNISERS_PER_CLIENT = 50

const letter = /[\p{L}\p{M}]/u
const letterOrDigit = /[\p{L}\p{M}\p{N}]/u

/**
 * `*` and control characters are refused, so that nobody takes this for a pattern language. A shape of nothing but
 * letters of any kind would hide ordinary words: at least one place is a digit, or a letter or figure that is itself.
 */
export function isShape(shape: string): boolean {
  const places = [...shape]
  if (places.length < SHAPE_MIN || places.length > SHAPE_MAX || shape.trim() !== shape) return false
  if (places.some((place) => place === '*' || place.length !== 1 || /[\p{C}]/u.test(place))) return false
  return places.some((place) => place !== 'A' && letterOrDigit.test(place))
}

/**
 * Where a shape that begins at `at` ends; undefined when it does not stand there. Letters go by either case, any dash is
 * a dash and any white space a space. A letter or digit right before or after belongs to something longer.
 */
export function shapeEnd(shape: string, text: string, at: number): number | undefined {
  const end = at + shape.length
  if (end > text.length) return undefined
  for (let i = 0; i < shape.length; i++) if (!fits(shape[i]!, text[at + i]!)) return undefined
  if (touches(text[at - 1], shape[0]!) || touches(text[end], shape.at(-1)!)) return undefined
  return end
}

/** Whether a text is of this shape, from its first character to its last. */
export function hasShape(shape: string, text: string): boolean {
  return shapeEnd(shape, text, 0) === text.length
}

export function fits(place: string, unit: string): boolean {
  if (place === 'A') return letter.test(unit)
  if (place === '9') return unit >= '0' && unit <= '9'
  return place === unit || plain(place) === plain(unit)
}

function touches(unit: string | undefined, place: string): boolean {
  return unit !== undefined && letterOrDigit.test(unit) && letterOrDigit.test(place)
}

function plain(unit: string): string {
  if (/\s/.test(unit)) return ' '
  return /[\u2010-\u2014\u2212]/.test(unit) ? '-' : unit.toLowerCase()
}
