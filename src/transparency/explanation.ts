/**
 * How an answer came about, made from recorded facts only and never by a model that guesses. First the statements with
 * what they rest on, then a check of each statement against the record, then the sentences (AI Act art. 86 and GDPR
 * art. 15(1)(h): meaningful information about the logic involved).
 */

import { formatList, type Language } from '../platform/text.ts'
import type { TurnRole } from '../records/contract.ts'
import { labelWord, transparencyText } from './texts.ts'

export type Source = { readonly id: string; readonly title: string }
/** How many values of each class; never the values. */
export type Counts = Readonly<Record<string, number>>

/** What is on record about one call of an AI system. */
export type CallFacts = {
  readonly id: string
  readonly startedAt: Date
  readonly state: 'admitted' | 'refused' | 'completed' | 'failed' | 'cancelled' | 'stopped'
  /** Why it was refused. */
  readonly code: string | null
  /** In observe: why it would have been refused. */
  readonly wouldRefuse: string | null
  /**
   * What answered, as far as the record tells: one of the built-in engines, whose working is known, or a model of which
   * only what went in and came out is known.
   */
  readonly engine: Engine
  readonly turnFrom: number | null
  readonly turnTo: number | null
  /** Hidden from the computer. */
  readonly redacted: Counts
  /** Hidden from the customer in the reply, because it belonged to someone else. */
  readonly masked: Counts
  readonly sources: readonly Source[]
  readonly tools: readonly string[]
  readonly admittedEvent: string | null
  readonly endEvent: string | null
}
export type Engine = 'retrieval' | 'summary' | 'routing' | 'model'

/** What is on record about one turn. */
export type TurnFacts = {
  readonly seq: number
  readonly role: TurnRole
  readonly call: string | null
  readonly redacted: Counts
  readonly disclosure: boolean
}

/** One thing that is said about a turn, with all it names. */
export type Statement =
  | { readonly says: 'sources'; readonly engine: Engine; readonly sources: readonly Source[] }
  | { readonly says: 'no_source'; readonly engine: Engine }
  | { readonly says: 'summary' }
  | { readonly says: 'routing' }
  | { readonly says: 'tools'; readonly tools: readonly string[] }
  | { readonly says: 'held_back'; readonly labels: readonly string[] }
  | { readonly says: 'masked'; readonly labels: readonly string[] }
  | { readonly says: 'ended'; readonly how: 'failed' | 'cancelled' | 'stopped' | 'open' }
  | { readonly says: 'refused'; readonly code: string }
  | { readonly says: 'observed' }
  | { readonly says: 'not_recorded' }

/** The engine behind a call: `builtin` and `model` as recorded. */
export function engineOf(builtin: string | null, model: string | null): Engine {
  if (builtin !== 'assistant') return 'model'
  if (model === 'waarborg-summary') return 'summary'
  if (model === 'waarborg-routing') return 'routing'
  return 'retrieval'
}

/**
 * What can be said about a turn of the computer, of its call if there is one on record; or of a turn of the customer,
 * of what was hidden in it and of calls that were refused after it.
 */
export function statementsOf(
  turn: TurnFacts,
  call: CallFacts | undefined,
  refusedAfter: readonly CallFacts[] = [],
): Statement[] {
  const hidden = labelsIn(turn.redacted)
  const heldBack: Statement[] = hidden.length > 0 && turn.role !== 'ai' ? [{ says: 'held_back', labels: hidden }] : []
  const refused = refusedAfter.map(
    ({ code }): Statement => ({ says: 'refused', code: code ?? 'safeguard_unavailable' }),
  )
  return [...heldBack, ...(turn.role === 'ai' ? aboutReply(call) : []), ...refused]
}

function aboutReply(call: CallFacts | undefined): Statement[] {
  if (call === undefined) return [{ says: 'not_recorded' }]
  const masked = labelsIn(call.masked)
  return [
    ...aboutOrigin(call),
    ...(call.tools.length > 0 ? [{ says: 'tools', tools: call.tools } as const] : []),
    ...(masked.length > 0 ? [{ says: 'masked', labels: masked } as const] : []),
    ...aboutEnd(call),
    ...(call.wouldRefuse === null ? [] : [{ says: 'observed' } as const]),
  ]
}

function aboutOrigin({ engine, sources, state }: CallFacts): Statement[] {
  if (engine === 'summary') return [{ says: 'summary' }]
  if (engine === 'routing') return [{ says: 'routing' }]
  if (sources.length > 0) return [{ says: 'sources', engine, sources }]
  // Of an answer that was cut off nothing is known about its source: its facts come with its end.
  return state === 'completed' ? [{ says: 'no_source', engine }] : []
}

function aboutEnd({ state }: CallFacts): Statement[] {
  if (state === 'failed' || state === 'cancelled' || state === 'stopped') return [{ says: 'ended', how: state }]
  return state === 'admitted' ? [{ says: 'ended', how: 'open' }] : []
}

/** Statements that the record does not carry, in a second reading of it; empty for what `statementsOf` gives. */
export function unsupported(
  statements: readonly Statement[],
  turn: TurnFacts,
  call: CallFacts | undefined,
  refusedAfter: readonly CallFacts[] = [],
): Statement[] {
  return statements.filter((statement) => !isSupported(statement, turn, call, refusedAfter))
}

function isSupported(
  statement: Statement,
  turn: TurnFacts,
  call: CallFacts | undefined,
  refusedAfter: readonly CallFacts[],
): boolean {
  switch (statement.says) {
    case 'sources':
      return (
        call !== undefined &&
        statement.engine === call.engine &&
        statement.sources.length === call.sources.length &&
        statement.sources.every(
          (source, i) => call.sources[i]?.id === source.id && call.sources[i]?.title === source.title,
        )
      )
    case 'no_source':
      return (
        call !== undefined &&
        call.state === 'completed' &&
        statement.engine === call.engine &&
        call.sources.length === 0
      )
    case 'summary':
    case 'routing':
      return call?.engine === statement.says
    case 'tools':
      return (
        call !== undefined &&
        statement.tools.length === call.tools.length &&
        statement.tools.every((tool, i) => call.tools[i] === tool)
      )
    case 'held_back':
      return sameSet(statement.labels, labelsIn(turn.redacted))
    case 'masked':
      return sameSet(statement.labels, labelsIn(call?.masked ?? {}))
    case 'ended':
      return call?.state === (statement.how === 'open' ? 'admitted' : statement.how)
    case 'refused':
      return refusedAfter.some(({ state, code }) => state === 'refused' && code === statement.code)
    case 'observed':
      return call !== undefined && call.wouldRefuse !== null
    case 'not_recorded':
      return call === undefined
  }
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one))
}

/** What is said in place of a name that only the caller knows. */
export type SayTexts = {
  /** The customer's sentence for a refusal, ending with the way to a person. */
  readonly refusal: (code: string) => string
  /** The way to a person that is open now. */
  readonly handOff: string
}

/** The sentences of these statements in the reader's language, in their order. */
export function sayStatements(statements: readonly Statement[], language: Language, texts: SayTexts): string[] {
  return statements.map((statement) => sayStatement(statement, language, texts))
}

function sayStatement(statement: Statement, language: Language, { refusal, handOff }: SayTexts): string {
  switch (statement.says) {
    case 'sources':
      return transparencyText(language, statement.engine === 'retrieval' ? 'explain.retrieval' : 'explain.chat', {
        sources: formatList(
          statement.sources.map(({ title }) => title),
          language,
        ),
      })
    case 'no_source':
      return transparencyText(
        language,
        statement.engine === 'retrieval' ? 'explain.retrieval.noSource' : 'explain.chat.noSource',
        { handoff: handOff },
      ).trim()
    case 'summary':
      return transparencyText(language, 'explain.summary')
    case 'routing':
      return transparencyText(language, 'explain.routing')
    case 'tools':
      return transparencyText(language, 'explain.tools', { tools: formatList(statement.tools, language) })
    case 'held_back':
      return transparencyText(language, 'explain.redacted', { classes: wordsOf(statement.labels, language) })
    case 'masked':
      return transparencyText(language, 'explain.masked', { classes: wordsOf(statement.labels, language) })
    case 'ended':
      return transparencyText(language, `explain.${statement.how}`)
    case 'refused':
      return refusal(statement.code)
    case 'observed':
      return transparencyText(language, 'explain.observed')
    case 'not_recorded':
      return transparencyText(language, 'explain.notRecorded')
  }
}

/** Labels as a list of words, each word once. */
export function wordsOf(labels: readonly string[], language: Language): string {
  return formatList([...new Set(labels.map((label) => labelWord(label, language)))], language)
}

/** Classes that occur, the most frequent first and then by name, so that the order tells nothing by chance. */
export function labelsIn(counts: Counts): string[] {
  return Object.entries(counts)
    .filter(([, n]) => n > 0)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([label]) => label)
}

/** Counts added up. */
export function sumCounts(list: readonly Counts[]): Counts {
  const sum: Record<string, number> = {}
  for (const counts of list) for (const [label, n] of Object.entries(counts)) sum[label] = (sum[label] ?? 0) + n
  return sum
}
