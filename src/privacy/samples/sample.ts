/** Labelled samples: are the marks places of the text, and the two forms in which a sample is written. */

import {
  MOST_LINES,
  type OptionalSpan,
  type SampleLine,
  type SampleSpan,
  type SampleTurn,
  sampleLine,
} from './contract.ts'
import { fieldOf } from './field.ts'
import type { Labelled } from './score.ts'

/** What is sealed at rest. */
export type SampleContents = {
  readonly turns: readonly SampleTurn[]
  readonly spans: readonly SampleSpan[]
  readonly optional: readonly OptionalSpan[]
}

const telling = /[\p{L}\p{M}\p{N}]/u

/** The first mark that is no stretch of its turn, holds no letter or digit, or overlaps another; undefined: all are good. */
export function wrongSpan(turns: readonly SampleTurn[], spans: readonly OptionalSpan[]): number | undefined {
  const seen: OptionalSpan[] = []
  for (const [n, span] of spans.entries()) {
    const text = turns[span.turn]?.text
    if (text === undefined || span.start >= span.end || span.end > text.length) return n
    if (!telling.test(text.slice(span.start, span.end))) return n
    if (seen.some((other) => other.turn === span.turn && other.start < span.end && span.start < other.end)) return n
    seen.push(span)
  }
  return undefined
}

/** How many marks there are of each label. */
export function countSpans(spans: readonly SampleSpan[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { label } of spans) counts[label] = (counts[label] ?? 0) + 1
  return counts
}

/** Where each turn begins in the text of all turns joined by a line feed. */
function starts(turns: readonly SampleTurn[]): number[] {
  let at = 0
  return turns.map(({ text }) => {
    const begin = at
    at += text.length + 1
    return begin
  })
}

type About = {
  readonly id: string
  readonly language: 'nl' | 'en'
  readonly channel: Labelled['channel']
  readonly origin: string | null
}

export function lineOf(about: About, { turns, spans, optional }: SampleContents): SampleLine {
  const begin = starts(turns)
  const flat = <L extends string>(list: readonly (OptionalSpan & { readonly label: L })[]) =>
    list
      .map(({ turn, start, end, label }): [number, number, L] => [begin[turn]! + start, begin[turn]! + end, label])
      .toSorted((a, b) => a[0] - b[0])
  return {
    id: about.id,
    lang: about.language,
    channel: about.channel,
    // The exchange form knows two speakers; an AI asks and answers like an agent.
    roles: turns.map(({ role }) => (role === 'customer' ? 'customer' : 'agent')),
    text: turns.map(({ text }) => text).join('\n'),
    spans: flat(spans),
    ...(optional.length === 0 ? {} : { optional: flat(optional) }),
    origin: about.origin,
  }
}

/** The same for the scorer. */
export function labelledOf(about: About, contents: SampleContents): Labelled {
  const { id = about.id, ...line } = lineOf(about, contents)
  return { ...line, id, optional: line.optional ?? [], origin: line.origin ?? null }
}

export type ReadLine = {
  readonly language: 'nl' | 'en'
  readonly channel: Labelled['channel']
  readonly origin: string | null
  readonly contents: SampleContents
}

/** `line` counts from 1. `field` is a place in it, as a path. */
export type LineProblem = { readonly line: number; readonly field: string }

/** Reads JSON Lines; all lines, or the first that cannot be read. Blank lines are left out. */
export function readLines(text: string): { readonly lines: readonly ReadLine[] } | { readonly problem: LineProblem } {
  const lines: ReadLine[] = []
  for (const [n, written] of text.split('\n').entries()) {
    if (written.trim() === '') continue
    const line = n + 1
    if (lines.length >= MOST_LINES) return { problem: { line, field: '' } }
    let value: unknown
    try {
      value = JSON.parse(written)
    } catch {
      return { problem: { line, field: '' } }
    }
    const parsed = sampleLine.safeParse(value)
    if (!parsed.success) return { problem: { line, field: fieldOf(parsed.error.issues[0]?.path ?? []) } }
    const contents = contentsOf(parsed.data)
    if (typeof contents === 'string') return { problem: { line, field: contents } }
    const { lang, channel, origin } = parsed.data
    lines.push({ language: lang, channel, origin: origin ?? null, contents })
  }
  return { lines }
}

/** The field that is wrong, or the turns and marks of a line. */
function contentsOf({ roles, text, spans, optional = [] }: SampleLine): SampleContents | string {
  if (text.includes('\u0000') || !text.isWellFormed() || text.includes('\r')) return 'text'
  const said = text.split('\n')
  if (said.length !== roles.length || said.some((line) => line === '')) return 'roles'
  const turns = said.map((line, i): SampleTurn => ({ role: roles[i]!, text: line }))
  const begin = starts(turns)
  const placed = <L extends string>(list: readonly (readonly [number, number, L])[]) =>
    list.map(([start, end, label]) => {
      const turn = Math.max(
        0,
        begin.findLastIndex((at) => at <= start),
      )
      return { turn, start: start - begin[turn]!, end: end - begin[turn]!, label }
    })
  const [inside, beside] = [placed(spans), placed(optional)]
  const wrong = wrongSpan(turns, inside)
  if (wrong !== undefined) return `spans[${wrong}]`
  const wrongToo = wrongSpan(turns, beside)
  if (wrongToo !== undefined) return `optional[${wrongToo}]`
  return { turns, spans: inside, optional: beside }
}
