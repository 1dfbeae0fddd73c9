/**
 * What counts as personal data here, and the shape of what goes in and what comes out of the recogniser.
 * Labels follow the scheme of the labelled samples; GDPR 9 and 10 decide which ones are `special`.
 */
import { recogniserLabels } from '../records/rules.ts'

/** Who wrote a part of the dialogue. `system` is the instruction to the model, `tool` what a tool was asked or answered. */
export type Role = 'system' | 'customer' | 'agent' | 'ai' | 'tool'

/**
 * One piece of text of a conversation, in dialogue order. `json` is tried as JSON first and read as text when it does not
 * parse; `text` that is JSON is read as JSON too. `name` is a bare name field of a message (a participant's name).
 */
export type Part = { readonly role: Role; readonly kind: 'text' | 'json' | 'name'; readonly text: string }

export type Language = 'nl' | 'en'
export type Channel = 'chat' | 'speech' | 'email'

/** The kinds of personal data; an organisation's own numbers have one of them too, so they stand beside those. */
export const labels = recogniserLabels
export type Label = (typeof labels)[number]

/** Special categories: GDPR 9 (health to politics) and 10 (criminal convictions). A lexicon never finds them all. */
export const specialLabels: readonly Label[] = ['HEALTH', 'BELIEF', 'UNION', 'CRIME', 'ORIENT', 'ORIGIN', 'POLITICS']

export type RedactionOptions = {
  /** Languages of the conversation, the likeliest first. Cues of all languages are read; ordinary words of these. */
  readonly languages: readonly Language[]
  /** `speech`: written by a speech recogniser, so lower case, without punctuation, numbers in words. */
  readonly channel: Channel
  /** Brands, products, the organisation's own number and address: exact values that stay (case and spaces ignored). */
  readonly allow: readonly string[]
  /**
   * `both` (default): a value found anywhere is hidden in every part. `backward`: only in its own part and in later
   * ones, for readers that see a dialogue line by line.
   */
  readonly memory?: 'both' | 'backward'
  /** What happens to special categories: hidden (default) or left to a lexicon-free policy. */
  readonly special?: 'hide' | 'leave'
  /** Values hidden earlier in this conversation (its pseudonyms): hidden here too, whatever the context. */
  readonly known?: readonly KnownValue[]
  /** The organisation's own numbers, hidden beside all that is found anyway. */
  readonly custom?: readonly CustomRecogniser[]
  /** What a model found, one list for each part: hidden too, with all that follows from it. Never takes anything away. */
  readonly extra?: readonly (readonly Finding[])[]
}

/** An own number by its shape (records/token-shape.ts); with `cues` only where one of these words stands near. */
export type CustomRecogniser = {
  readonly id: string
  readonly label: Label
  readonly shape: string
  readonly cues?: readonly string[] | undefined
}

export type KnownValue = { readonly label: string; readonly value: string }

/**
 * One stretch of personal data. Offsets are UTF-16 code units of the part's text as it came in, end exclusive; inside JSON
 * they point into the raw JSON text. `confidence` is in (0, 1]: 0.3 and up is hidden, 0.8 and up may be told to people.
 * `reason` is a code: `checksum:bsn`, `cue:name`, `asked:phone`, `key:dob`, `memory:name`, `long-number` …
 */
export type Finding = {
  readonly start: number
  readonly end: number
  readonly label: Label
  readonly confidence: number
  readonly reason: string
}

/** The words a piece of data goes by: in a customer's sentence, in an agent's question, in a JSON key. */
export type Kind =
  | 'name'
  | 'phone'
  | 'email'
  | 'iban'
  | 'bsn'
  | 'natid'
  | 'card'
  | 'cvc'
  | 'secret'
  | 'username'
  | 'reference'
  | 'number'
  | 'postcode'
  | 'house'
  | 'address'
  | 'city'
  | 'birth'
  | 'age'
  | 'plate'
  | 'document'
  | 'quantity'
  | 'thing'
  | 'other'

/** The label a value gets when its kind is known from a cue, a question or a key. */
export const labelOfKind: Readonly<Record<Exclude<Kind, 'quantity' | 'thing' | 'other'>, Label>> = {
  name: 'PERSON',
  phone: 'PHONE',
  email: 'EMAIL',
  iban: 'IBAN',
  bsn: 'BSN',
  natid: 'NATID',
  card: 'CARD',
  cvc: 'CVC',
  secret: 'SECRET',
  username: 'USERNAME',
  reference: 'CUSTREF',
  number: 'CUSTREF',
  postcode: 'POSTCODE',
  house: 'ADDRESS',
  address: 'ADDRESS',
  city: 'CITY',
  birth: 'DOB',
  age: 'AGE',
  plate: 'PLATE',
  document: 'DOC',
}
