/**
 * Model `waarborg-summary`: sentences of the conversation itself, chosen by rank. It adds no word, so it cannot say what
 * nobody said; a complaint is always among them.
 */
import type { Language } from '../../platform/text.ts'
import { gatewayText } from '../texts.ts'
import { sentencesOf } from './article.ts'
import type { Answer } from './completion.ts'
import { fold, termsOf, wordsOf } from './stem.ts'
import type { Request } from './transcript.ts'

const MAX_SENTENCES = 6
/** A transcript is read up to here; cost is linear in it. */
const MAX_READ = 2_000

const complaint = /\b(klacht|klagen|boos|schandalig|onacceptabel|complaint|complain|angry|unacceptable|disgrace\w*)\b/
const agreed =
  /\b(afgesproken|afspraak|spreek af|regelen|geregeld|sturen|stuurt|bellen|belt|terugbellen|uiterlijk|wordt|komt|zetten|noteer\w*|agreed|appointment|arrange\w*|send|will|by|call you back|booked|noted)\b/
const asks = /\?|^(hoe|wat|waar|wanneer|waarom|kan|mag|kunt|how|what|where|when|why|can|may|could)\b/
const fact = /\[[A-Z]+_\d+\]|\d|€|£/

type Line = { readonly text: string; readonly at: number; readonly score: number; readonly complaint: boolean }

export function summarise({ messages }: Request, language: Language): Answer {
  const said = messages.filter(({ role, text }) => role !== 'system' && role !== 'tool' && text.trim() !== '')
  const lines = said.flatMap(({ text }) => sentencesOf(text)).slice(0, MAX_READ)
  const frequency = countTerms(lines, language)
  const scored = lines.map((text, at) => score(text, at, lines.length, frequency, language))
  const chosen = choose(scored)
  if (chosen.length === 0) return { content: gatewayText(language, 'assistant.summary.empty') }
  const head = gatewayText(language, 'assistant.summary.head')
  return { content: [head, ...chosen.map(({ text }) => `- ${text}`)].join('\n') }
}

function countTerms(lines: readonly string[], language: Language): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines)
    for (const term of new Set(termsOf(line, language))) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}

function score(
  text: string,
  at: number,
  count: number,
  frequency: ReadonlyMap<string, number>,
  language: Language,
): Line {
  const folded = fold(text)
  const terms = new Set(termsOf(text, language))
  const weight = [...terms].reduce((sum, term) => sum + Math.log(1 + (frequency.get(term) ?? 0)), 0)
  const length = Math.max(4, wordsOf(text).length)
  const cues =
    (asks.test(folded) ? 1 : 0) +
    (agreed.test(folded) ? 1.5 : 0) +
    (fact.test(text) ? 0.75 : 0) +
    (at === 0 ? 1 : 0) +
    (at === count - 1 ? 0.5 : 0)
  return {
    text,
    at,
    complaint: complaint.test(folded),
    score: terms.size === 0 ? 0 : weight / Math.sqrt(length) + cues,
  }
}

/** Complaints first, then by rank; told in the order in which they were said, each once. */
function choose(lines: readonly Line[]): Line[] {
  const once = lines.filter(
    ({ text, score: rank }, i) => rank > 0 && lines.findIndex((line) => line.text === text) === i,
  )
  return [...once]
    .sort((a, b) => Number(b.complaint) - Number(a.complaint) || b.score - a.score || a.at - b.at)
    .slice(0, MAX_SENTENCES)
    .sort((a, b) => a.at - b.at)
}
