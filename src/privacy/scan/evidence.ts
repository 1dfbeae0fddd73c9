import { bit } from '../lexicon/lexicon.ts'
import type { Kind } from '../personal-data.ts'
import type { Cue } from './cues.ts'
import type { Turn } from './turn.ts'

/** Why a value may be of a kind: what the writer called it, and what was asked. */
export type Evidence = {
  /** Kinds named just before the value, nearest first, or just after it ("… is mijn nummer"). */
  readonly cues: readonly Kind[]
  readonly asked: readonly Kind[]
  /** The nearest cue is one common word ("order", "account"): it needs a value that looks like one. */
  readonly alone: boolean
  /** Tokens between the nearest cue and the value. */
  readonly distance: number
}

const reach = 8

/** Evidence for the tokens `[from, to)`. Looks at a bounded number of tokens to both sides. */
export function evidenceFor(turn: Turn, from: number, to: number): Evidence {
  let nearest: Cue | undefined
  let kinds: Kind[] | undefined
  for (let i = lastCueBefore(turn, from); i >= 0 && (kinds === undefined || kinds.length < 4); i--) {
    const cue = turn.cues[i]!
    if (cue.to + reach < from) break
    if (cue.meaning.says !== 'kind' || cue.to > from || !near(turn, cue.to, from)) continue
    nearest ??= cue
    kinds ??= []
    kinds.push(cue.meaning.kind)
  }
  const after = nearest === undefined || nearest.alone ? kindAfter(turn, from, to) : undefined
  return {
    cues: after === undefined ? (kinds ?? none) : [after, ...(kinds ?? none)],
    asked: turn.asked,
    alone: after === undefined && nearest !== undefined && nearest.alone && weakAlone.has(kinds![0]!),
    distance: nearest === undefined ? Number.POSITIVE_INFINITY : from - nearest.to,
  }
}

const none: readonly Kind[] = []

const weakAlone: ReadonlySet<Kind> = new Set(['reference', 'number', 'document', 'plate', 'address', 'name', 'secret'])

/** The kind that the value has, of those it could have: named first, then asked. */
export function supports(evidence: Evidence, kinds: ReadonlySet<Kind>): 'cue' | 'asked' | undefined {
  if (evidence.cues.length > 0 && kinds.has(evidence.cues[0]!)) return 'cue'
  if (evidence.cues.some((kind) => kinds.has(kind)) && evidence.cues[0] !== 'quantity') return 'cue'
  return evidence.asked.some((kind) => kinds.has(kind)) ? 'asked' : undefined
}

/** In one sentence, or at the end of a line with only marks between. */
function near(turn: Turn, cueEnd: number, from: number): boolean {
  if (turn.sentences[cueEnd - 1] === turn.sentences[from]) return true
  for (let i = cueEnd; i < from; i++) if (turn.tokens[i]!.kind !== 'mark') return false
  return turn.tokens[cueEnd]?.kind !== 'mark' || ':.='.includes(turn.tokens[cueEnd]!.lower)
}

/** Index of the last cue that begins before `at`; −1 when there is none. */
export function lastCueBefore(turn: Turn, at: number): number {
  let low = 0
  let high = turn.cues.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (turn.cues[middle]!.from < at) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** "Is … uw geboortedatum?": the verb opens the sentence, or stands after a mark. */
function opensQuestion({ tokens, sentences }: Turn, at: number): boolean {
  if (at < 0 || !/^(?:is|was)$/.test(tokens[at]!.lower)) return false
  return at === 0 || sentences[at] !== sentences[at - 1] || tokens[at - 1]!.kind === 'mark'
}

/** "… is mijn klantnummer", "… is the code", "0612345678 (mobiel)", "is … uw geboortedatum". */
function kindAfter(turn: Turn, from: number, to: number): Kind | undefined {
  let linked = opensQuestion(turn, from - 1)
  for (let i = to; i < to + 4 && i < turn.tokens.length; i++) {
    const token = turn.tokens[i]!
    if (token.gap === 2) return undefined
    if (
      token.lower === 'is' ||
      token.lower === 'was' ||
      token.lower === '(' ||
      token.lower === 'as' ||
      token.lower === 'als'
    )
      linked = true
    if (linked) {
      const cue = turn.cues[lastCueBefore(turn, i + 1)]
      if (cue !== undefined && cue.from === i && cue.meaning.says === 'kind') return cue.meaning.kind
    }
    if (token.kind === 'word' && (token.bits & bit.function) === 0) return undefined
  }
  return undefined
}
