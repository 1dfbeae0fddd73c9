/**
 * Labelled sets to measure the recogniser on: samples of this project, and sets that can be derived from conversations by
 * other authors. All lie beside the checkout; a set that is not there is undefined. Nothing of them is written into the project.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { sharedData } from '../../src/platform/shared-data.ts'
import { type Labelled, parseLabelled, type Span } from '../../src/privacy/testing.ts'

const read = (...path: string[]): string | undefined => {
  const file = sharedData(...path)
  if (file === undefined) return undefined
  return file.endsWith('.gz') ? gunzipSync(readFileSync(file)).toString() : readFileSync(file, 'utf8')
}

const item = (id: string, text: string, spans: readonly Span[], lang: 'nl' | 'en' = 'en'): Labelled => ({
  id,
  lang,
  channel: 'chat',
  roles: text.split('\n').map(() => 'customer'),
  text,
  spans,
})

export function samples(name: 'contact-centre-dev' | 'name-origin-dev'): readonly Labelled[] | undefined {
  const text = read('privacy', `${name}.jsonl`)
  return text === undefined ? undefined : parseLabelled(text)
}

const multidogoLabels: Readonly<Record<string, string>> = {
  name: 'PERSON',
  card_number: 'CARD',
  ssn: 'NATID',
  account_number: 'CUSTREF',
  target_account_number: 'CUSTREF',
  policyid: 'CUSTREF',
  claimid: 'CUSTREF',
  address: 'ADDRESS',
  email_address: 'EMAIL',
  phone_number: 'PHONE',
}

/** Typed turns of customers in finance and insurance, without the question of the agent; neighbours of one label are one stretch. */
export function multidogo({ every = 4 } = {}): readonly Labelled[] | undefined {
  const files = [
    read('conversations', 'multidogo', 'finance.tsv.gz'),
    read('conversations', 'multidogo', 'insurance.tsv.gz'),
  ]
  if (files.some((file) => file === undefined)) return undefined
  return files
    .flatMap((file) => file!.split('\n').slice(1))
    .map((line) => line.split('\t'))
    .filter((columns) => columns.length >= 5 && columns[3]!.trim() !== '')
    .filter((_, i) => i % every === 0)
    .map(([, , id, text, slots]) => item(id!, text!, wordSpans(text!, slots!.split(' '))))
}

function wordSpans(text: string, slots: readonly string[]): Span[] {
  const spans: [number, number, string][] = []
  let before: string | undefined
  let i = 0
  for (const { index, 0: word } of text.matchAll(/\S+/g)) {
    const label = multidogoLabels[slots[i++] ?? 'O']
    const end = index + word.length
    if (label !== undefined && label === before) spans.at(-1)![1] = end
    else if (label !== undefined) spans.push([index, end, label])
    before = label
  }
  return spans
}

/** Questions to a bank in which nothing is personal. */
export function banking77(): readonly Labelled[] | undefined {
  return read('conversations', 'banking77', 'train.csv.gz')
    ?.split('\n')
    .slice(1)
    .map((line) => line.replace(/,[^,]*$/, '').replace(/^"|"$/g, ''))
    .filter((text, i) => text.trim() !== '' && i % 3 === 0)
    .map((text, i) => item(`banking77-${i}`, text, []))
}

type SlotSpan = { readonly text: string; readonly span: readonly [number, number] }

/** Sentences to a bank, said and written down; only the slot with the name of a person is personal. */
export function nlupp(): readonly Labelled[] | undefined {
  return lines(read('conversations', 'nlupp', 'banking.jsonl.gz'))?.map((line, i) => {
    const { text, slots = {} } = JSON.parse(line) as { text: string; slots?: Record<string, SlotSpan> }
    const name = slots.person_name
    return item(`nlupp-${i}`, text, name === undefined ? [] : [[name.span[0], name.span[1], 'PERSON']])
  })
}

type SgdSlot = { readonly slot: string; readonly start: number; readonly exclusive_end: number }
type SgdTurn = {
  readonly speaker: 'USER' | 'SYSTEM'
  readonly utterance: string
  readonly frames: readonly { readonly service: string; readonly slots: readonly SgdSlot[] }[]
}
const sgdLabels: Readonly<Record<string, string>> = {
  recipient_account_name: 'PERSON',
  recipient_name: 'PERSON',
  therapist_name: 'PERSON',
}
/** Of therapists, who are people; the same slots of other services are those of a restaurant or a house. */
const sgdOfPeople: Readonly<Record<string, string>> = { phone_number: 'PHONE', address: 'ADDRESS' }
const therapists = 'Services_4'
const sgdOptional: ReadonlySet<string> = new Set([
  'phone_number',
  'address',
  'street_address',
  'address_of_location',
  'venue_address',
])

/**
 * Transfers between people and appointments with therapists: whole dialogues, of which the names of people and the telephone
 * numbers and addresses of therapists are labelled.
 */
export function sgd(): readonly Labelled[] | undefined {
  const all = ['dev', 'train-banks'].map((name) => lines(read('conversations', 'sgd', `${name}.jsonl.gz`)))
  if (all.some((one) => one === undefined)) return undefined
  return all
    .flatMap((one) => one!)
    .map((line, i) => {
      const { turns } = JSON.parse(line) as { turns: readonly SgdTurn[] }
      const spans: Span[] = []
      const optional: Span[] = []
      let at = 0
      for (const { utterance, frames } of turns) {
        const told = frames.flatMap(({ service, slots }) => slots.map((one) => ({ service, ...one })))
        for (const { service, slot, start, exclusive_end } of told) {
          const label = sgdLabels[slot] ?? (service === therapists ? sgdOfPeople[slot] : undefined)
          if (label !== undefined) spans.push([at + start, at + exclusive_end, label])
          else if (sgdOptional.has(slot)) optional.push([at + start, at + exclusive_end, 'ADDRESS'])
        }
        at += utterance.length + 1
      }
      return {
        id: `sgd-${i}`,
        lang: 'en',
        channel: 'chat',
        roles: turns.map(({ speaker }) => (speaker === 'USER' ? 'customer' : 'agent')),
        text: turns.map(({ utterance }) => utterance.replaceAll('\n', ' ')).join('\n'),
        spans,
        optional,
      } satisfies Labelled
    })
}

const personal = /\b[BI]-(?:artist|location|reference|entity_name|restaurant_name|reminder\/todo)\b/

/** Sentences to an assistant that hold no name and no place: nothing in them is personal. */
export function xsid(lang: 'nl' | 'en'): readonly Labelled[] | undefined {
  return read('conversations', 'xsid', `${lang}.valid.conll.gz`)
    ?.split('\n\n')
    .filter((block) => !personal.test(block))
    .flatMap((block, i) => {
      const text = /^# text = (.*)$/m.exec(block)?.[1]
      return text === undefined ? [] : [item(`xsid-${lang}-${i}`, text, [], lang)]
    })
}

const lines = (text: string | undefined): string[] | undefined => text?.split('\n').filter((line) => line.trim() !== '')
