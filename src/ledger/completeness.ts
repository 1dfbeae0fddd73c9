/**
 * Whether the record is complete, over entries in their order: every call that was admitted has exactly one end, and the
 * turns of a conversation have no gap. Keeps the open calls and one number per conversation, not the log. Where entries
 * are gone, what may have stood there is not held against the rest.
 */
import { type Envelope, turnRange } from './contract.ts'
import type { Problem, ProblemCode } from './problem.ts'

const ends: ReadonlySet<string> = new Set(['call.completed', 'call.failed', 'call.cancelled', 'call.stopped'])
/** Entries stand in order of recording, not of time: so much may two clocks differ. */
const CLOCK_SLACK_MS = 86_400_000
const withTurns = (type: string): boolean =>
  type.startsWith('call.') || type === 'conversation.recorded' || type === 'conversation.imported'

export type OpenCall = {
  readonly call: string
  readonly conversation: string | null
  /** null while the entry waits for its number. */
  readonly index: number | null
  readonly event: string
  readonly at: string
}

type Place = { readonly index: number | null; readonly event: string }
type Interval = { readonly from: number; readonly to: number } & Place

export class Completeness {
  /** false when reading starts in the middle: an end may then belong to a call that was admitted before. */
  readonly #fromStart: boolean
  readonly #open = new Map<string, OpenCall>()
  /** Per conversation the last turn up to which nothing is missing. */
  readonly #covered = new Map<string, number>()
  /** Turns that came before an earlier one. */
  readonly #ahead = new Map<string, Interval[]>()
  /** Calls and conversations that began until then may have had entries that are gone; undefined: none are gone. */
  #mayBeGone: number | undefined
  /** The last entry before which entries are gone. */
  #holeBefore = -1
  #problems: Problem[] = []

  constructor({ fromStart = true }: { readonly fromStart?: boolean } = {}) {
    this.#fromStart = fromStart
  }

  /** Takes the next entry. Returns what it shows to be wrong at once. */
  add(index: number | null, entry: Envelope): Problem[] {
    const { type } = entry
    if (!withTurns(type)) return []
    this.#problems = []
    const place = { index, event: entry.id }
    if (type.startsWith('call.')) this.#call(entry, place)
    if (entry.body.turns !== undefined) this.#turns(entry, place)
    return this.#problems
  }

  /** Entries before number `index` are gone, after others that are there; `at` is when that entry was recorded. */
  hole(index: number, at: string): void {
    this.#mayBeGone = Math.max(this.#mayBeGone ?? 0, Date.parse(at) + CLOCK_SLACK_MS)
    this.#holeBefore = index
  }

  /** An id that is a UUIDv7 says when it was made; of any other nobody can tell. */
  #mayHaveBegunInHole(id: string): boolean {
    if (this.#mayBeGone === undefined) return false
    const begun = timeOf(id)
    return begun === undefined || begun <= this.#mayBeGone
  }

  /** Calls without an end, and gaps that stayed. */
  finish(): { readonly open: OpenCall[]; readonly problems: Problem[] } {
    this.#problems = []
    for (const [key, intervals] of this.#ahead) {
      const covered = this.#covered.get(key) ?? 0
      const first = intervals.reduce((a, b) => (b.from < a.from ? b : a))
      if (first.index !== null && first.index < this.#holeBefore) continue
      this.#report('turns_missing', first, `${conversationOf(key)}: ${covered + 1} to ${first.from - 1}`)
    }
    // The end of a call from before a hole may have stood in it.
    const open = [...this.#open.values()].filter(({ index }) => index === null || index >= this.#holeBefore)
    return { open, problems: this.#problems }
  }

  #call(entry: Envelope, place: Place): void {
    const { call, conversation } = entry.refs
    const admitted = entry.type === 'call.admitted'
    const closes = ends.has(entry.type) || entry.type === 'call.refused'
    if (call === undefined) {
      if (admitted || closes) this.#report('call_unnamed', place, entry.type)
      return
    }
    const key = keyOf(entry.tenant, call)
    const open = this.#open.get(key)
    if (admitted) {
      if (open !== undefined) this.#report('call_admitted_twice', place, call)
      this.#open.set(key, { call, conversation: conversation ?? null, ...place, at: entry.at })
    } else if (entry.type === 'call.refused') {
      // A refusal stands alone: nothing was admitted, so nothing may be open.
      if (open !== undefined) this.#report('call_end_unexpected', place, `${call} ${entry.type}`)
    } else if (ends.has(entry.type)) {
      if (open === undefined && this.#fromStart && !this.#mayHaveBegunInHole(call))
        this.#report('call_end_unexpected', place, `${call} ${entry.type}`)
      this.#open.delete(key)
    }
  }

  #turns(entry: Envelope, place: Place): void {
    const parsed = turnRange.safeParse(entry.body.turns)
    const { conversation } = entry.refs
    if (!parsed.success || conversation === undefined) {
      this.#report('turns_malformed', place, entry.type)
      return
    }
    const key = keyOf(entry.tenant, conversation)
    const { from, to } = parsed.data
    let covered = this.#covered.get(key) ?? (this.#fromStart ? 0 : from - 1)
    if (from > covered + 1 && this.#mayHaveBegunInHole(conversation)) covered = from - 1
    if (from > covered + 1) {
      const ahead = this.#ahead.get(key) ?? []
      ahead.push({ from, to, ...place })
      this.#ahead.set(key, ahead)
      return
    }
    covered = Math.max(covered, to)
    const ahead = this.#ahead.get(key)
    if (ahead !== undefined) covered = this.#catchUp(key, ahead, covered)
    this.#covered.set(key, covered)
  }

  #catchUp(key: string, ahead: Interval[], covered: number): number {
    let reached = covered
    const rest = ahead
      .sort((a, b) => a.from - b.from)
      .filter(({ from, to }) => {
        if (from > reached + 1) return true
        reached = Math.max(reached, to)
        return false
      })
    if (rest.length === 0) this.#ahead.delete(key)
    else this.#ahead.set(key, rest)
    return reached
  }

  #report(code: ProblemCode, { index, event }: Place, detail: string): void {
    this.#problems.push({ code, index, event, detail })
  }
}

/** RFC 9562, 5.7: the first 48 bits of a version 7 are milliseconds since 1970. */
function timeOf(id: string): number | undefined {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id)) return undefined
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

const keyOf = (tenant: string, id: string): string => `${tenant}\n${id}`
const conversationOf = (key: string): string => key.slice(key.indexOf('\n') + 1)
