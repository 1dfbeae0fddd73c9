/**
 * Who a call is about and to which conversation it belongs, as the caller says: headers first, else the request's
 * metadata, else `safety_identifier` or `user` for the subject. So an unmodified OpenAI client works with `user` alone.
 */

import type { Language } from '../platform/text.ts'
import { type Channel, channels } from '../records/contract.ts'
import type { Refusal } from './call.ts'
import { problem } from './prompt.ts'

export type Asked = {
  /** Our id, or the caller's own. */
  readonly conversation: string | undefined
  /** The organisation's own customer reference. */
  readonly subject: string | undefined
  readonly purpose: string | undefined
  readonly channel: Channel | undefined
  readonly language: string | undefined
  /** The system the caller thinks it is; the key decides. */
  readonly system: string | undefined
  /** Of a sales call: the number that is dialled. It is compared and never kept. */
  readonly number: string | undefined
  readonly idempotencyKey: string | undefined
  readonly form: readonly Refusal[]
}

const fields = ['conversation', 'subject', 'purpose', 'channel', 'language', 'system', 'number'] as const
type Field = (typeof fields)[number]
const MAX_LENGTH = 200
const languageTag = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/

/** `headers` as Node gives them apart (`headersDistinct`); `body` is undefined when it could not be read. */
export function readAsked(headers: Readonly<Record<string, readonly string[] | undefined>>, body: unknown): Asked {
  const form: Refusal[] = []
  const request = isFields(body) ? body : {}
  const { metadata } = request
  if (metadata !== undefined && metadata !== null && !isFields(metadata)) form.push(problem('wrong_type', 'metadata'))
  const labels = isFields(metadata) ? metadata : {}
  const given = (field: Field): string | undefined =>
    headerOf(headers, `x-waarborg-${field}`, form) ?? textOf(labels[field], `metadata.${field}`, form)
  const asked = Object.fromEntries(fields.map((field) => [field, given(field)])) as Record<Field, string | undefined>
  const subject =
    asked.subject ?? textOf(request.safety_identifier, 'safety_identifier', form) ?? textOf(request.user, 'user', form)
  if (asked.channel !== undefined && !(channels as readonly string[]).includes(asked.channel))
    form.push(problem('wrong_value', 'channel'))
  if (asked.language !== undefined && (asked.language.length > 20 || !languageTag.test(asked.language)))
    form.push(problem('wrong_value', 'language'))
  return {
    ...asked,
    channel: asked.channel as Channel | undefined,
    subject,
    idempotencyKey: headerOf(headers, 'idempotency-key', form),
    form,
  }
}

/** Node reads header bytes as Latin-1; callers send UTF-8. A header sent twice could mean either, so it means neither. */
function headerOf(
  headers: Readonly<Record<string, readonly string[] | undefined>>,
  name: string,
  form: Refusal[],
): string | undefined {
  const values = headers[name]
  if (values === undefined) return undefined
  if (values.length > 1) form.push(problem('given_twice', name))
  return textOf(Buffer.from(values[0] ?? '', 'latin1').toString('utf8'), name, form)
}

/** Empty is absent; a number in metadata counts as its digits. */
function textOf(value: unknown, place: string, form: Refusal[]): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (text === undefined || text === null) return undefined
  if (typeof text !== 'string') form.push(problem('wrong_type', place))
  else if (text.length > MAX_LENGTH) form.push(problem('wrong_value', place))
  else return text.trim() === '' ? undefined : text.trim().toWellFormed()
  return undefined
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The language to speak to this customer in, of the two we have: the conversation's, else the system's, else English. */
export function spokenLanguage(...tags: readonly (string | undefined)[]): Language {
  for (const tag of tags) {
    const primary = tag?.slice(0, 2).toLowerCase()
    if (primary === 'nl' || primary === 'en') return primary
  }
  return 'en'
}

/** The part of a message list that is new to a conversation: from `seen` on if what we saw is its beginning, else all
 * that comes after the last answer, since a caller may send only a window of what was said. */
export function newFrom(roles: readonly string[], seen: { readonly count: number; readonly matches: boolean }): number {
  if (seen.matches && seen.count <= roles.length) return seen.count
  return roles.lastIndexOf('ai') + 1
}

/** How many beginnings of a list are tried to find its conversation again. */
const MAX_BEGINNINGS = 16

/**
 * Lengths of the beginnings of a message list that a recorded conversation may end at, longest first: after each answer,
 * and the whole list (the same call again). Without a subject only beginnings with an answer count, since two customers
 * can open with the same words.
 */
export function beginningsOf(roles: readonly (string | null)[], subjectKnown: boolean): number[] {
  const ends = roles.flatMap((role, i) => (role === 'ai' ? [i + 1] : []))
  const answered = roles.includes('ai')
  if ((subjectKnown || answered) && ends.at(-1) !== roles.length) ends.push(roles.length)
  return ends.reverse().slice(0, MAX_BEGINNINGS)
}
