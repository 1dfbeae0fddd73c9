/** What a token-classification model says of pieces, as stretches of personal data. */
import type { Label } from '../personal-data.ts'
import type { ModelSpan } from './model.ts'
import type { Piece } from './tokenizer.ts'

/**
 * Names that models give to what they find, in letters only and upper case. What is not here is no personal data (`ORG`,
 * `MISC`) or is found better by rules.
 */
const labels: Readonly<Record<string, Label>> = {
  PER: 'PERSON',
  PERSON: 'PERSON',
  PERSONNAME: 'PERSON',
  NAME: 'PERSON',
  FIRSTNAME: 'PERSON',
  MIDDLENAME: 'PERSON',
  LASTNAME: 'PERSON',
  GIVENNAME: 'PERSON',
  SURNAME: 'PERSON',
  LOC: 'CITY',
  LOCATION: 'CITY',
  GPE: 'CITY',
  CITY: 'CITY',
  ADDRESS: 'ADDRESS',
  STREETADDRESS: 'ADDRESS',
  STREET: 'ADDRESS',
  BUILDINGNUM: 'ADDRESS',
  BUILDINGNUMBER: 'ADDRESS',
  ZIPCODE: 'POSTCODE',
  POSTCODE: 'POSTCODE',
  EMAIL: 'EMAIL',
  EMAILADDRESS: 'EMAIL',
  PHONE: 'PHONE',
  PHONENUMBER: 'PHONE',
  TELEPHONENUM: 'PHONE',
  IBAN: 'IBAN',
  IBANCODE: 'IBAN',
  ACCOUNTNUM: 'IBAN',
  ACCOUNTNUMBER: 'IBAN',
  CREDITCARD: 'CARD',
  CREDITCARDNUMBER: 'CARD',
  IPADDRESS: 'IP',
  IP: 'IP',
  URL: 'URL',
  USERNAME: 'USERNAME',
  PASSWORD: 'SECRET',
  DATEOFBIRTH: 'DOB',
  DOB: 'DOB',
  AGE: 'AGE',
  SSN: 'NATID',
  USSSN: 'NATID',
  SOCIALNUM: 'NATID',
  UKNHS: 'NATID',
  UKNINO: 'NATID',
  IDCARDNUM: 'DOC',
  DRIVERLICENSENUM: 'DOC',
  PASSPORT: 'DOC',
  USPASSPORT: 'DOC',
  USDRIVERLICENSE: 'DOC',
  NRP: 'ORIGIN',
}

/** The label of an entity of a model: `B-PER`, `I-PER`, `US_SSN`; undefined for what is not personal here. */
export const labelOfEntity = (entity: string): Label | undefined =>
  labels[
    entity
      .replace(/^[BIESLU][-_]/, '')
      .replace(/[^A-Za-z]/g, '')
      .toUpperCase()
  ]

/** `entity` begins anew where it stands, even right after one of its kind. */
const begins = (entity: string): boolean => /^[BSU][-_]/.test(entity)

/** The likeliest entity of a piece and how likely. */
export type Said = { readonly entity: string; readonly confidence: number }

/** The likeliest of one piece's scores (logits), as softmax. */
export function likeliest(scores: ArrayLike<number>, from: number, names: readonly string[]): Said {
  let best = 0
  for (let i = 1; i < names.length; i++) if (scores[from + i]! > scores[from + best]!) best = i
  let sum = 0
  for (let i = 0; i < names.length; i++) sum += Math.exp(scores[from + i]! - scores[from + best]!)
  return { entity: names[best]!, confidence: 1 / sum }
}

/** Pieces of one kind that follow each other are one stretch; it is as sure as its pieces are on average. */
export function spansOf(text: string, pieces: readonly Piece[], said: readonly Said[]): ModelSpan[] {
  const spans: { start: number; end: number; label: Label; sum: number; n: number }[] = []
  let open = false
  for (const [i, { start, end }] of pieces.entries()) {
    const { entity, confidence } = said[i]!
    const label = labelOfEntity(entity)
    if (label === undefined || start >= end) {
      if (label === undefined) open = false
      continue
    }
    const last = spans.at(-1)
    if (open && last !== undefined && last.label === label && (!begins(entity) || start === last.end)) {
      last.end = Math.max(last.end, end)
      last.sum += confidence
      last.n++
    } else spans.push({ start, end, label, sum: confidence, n: 1 })
    open = true
  }
  return spans.flatMap(({ start, end, label, sum, n }) => {
    const said = text.slice(start, end)
    const lead = said.length - said.trimStart().length
    const trimmed = said.trim()
    return trimmed === ''
      ? []
      : [{ start: start + lead, end: start + lead + trimmed.length, label, confidence: sum / n }]
  })
}

/** Windows over more pieces than a model takes; each piece is judged where it has most around it. */
export function windowsOf(
  count: number,
  size: number,
): { readonly from: number; readonly to: number; readonly keepFrom: number; readonly keepTo: number }[] {
  const overlap = Math.min(64, Math.floor(size / 4))
  const windows = []
  for (let from = 0; ; from += size - overlap) {
    const to = Math.min(count, from + size)
    const isLast = to === count
    windows.push({
      from,
      to,
      keepFrom: from === 0 ? 0 : from + Math.floor(overlap / 2),
      keepTo: isLast ? to : to - Math.ceil(overlap / 2),
    })
    if (isLast) return windows
  }
}

/** Offsets that count characters (code points) as offsets in UTF-16 code units; undefined past the end. */
export function unitOffsets(text: string): (characters: number) => number | undefined {
  const offsets: number[] = []
  let at = 0
  for (const character of text) {
    offsets.push(at)
    at += character.length
  }
  offsets.push(at)
  return (characters) => offsets[characters]
}
