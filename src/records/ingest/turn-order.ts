/** Puts turns in order and says how far their times can be trusted; the same rule for every format. */
import type { Deviation, ImportedConversation, ImportedTurn } from './contract.ts'
import { isoTime, type TimeRead } from './times.ts'

export type UnplacedTurn = Omit<ImportedTurn, 'seq' | 'at' | 'offsetMs' | 'endMs'> & {
  readonly time: TimeRead | undefined
  readonly durationMs: number
}

export type Placed = {
  readonly turns: ImportedTurn[]
  readonly timeQuality: ImportedConversation['timeQuality']
  readonly span: { readonly startedAt?: string; readonly endedAt?: string }
}

/**
 * `by_time`: the format says that its order is no order of time (vCon), so turns are sorted when every one has a time
 * of the same kind. `as_given`: the file's order holds, and a clock that runs back is reported.
 * `dates` are the times of everything dated in the record, for its start and end; without them those of the turns.
 */
export function placeTurns(
  turns: readonly UnplacedTurn[],
  order: 'by_time' | 'as_given',
  deviations: Deviation[],
  dates: readonly { readonly start: TimeRead; readonly durationMs: number }[] = turns.flatMap((turn) =>
    turn.time === undefined ? [] : [{ start: turn.time, durationMs: turn.durationMs }],
  ),
): Placed {
  const kind = commonKind(turns.length > 0 ? turns.map((turn) => turn.time) : dates.map((date) => date.start))
  const sorted = [...turns]
  if (order === 'by_time' && kind !== undefined) sorted.sort((a, b) => msOf(a.time) - msOf(b.time))
  if (order === 'by_time' && kind === undefined && turns.length > 1 && turns.some((turn) => turn.time !== undefined))
    deviations.push({ code: 'order_of_file_kept', pointer: '', detail: '' })
  let back = false
  if (order === 'as_given' && kind !== undefined) {
    const at = turns.findIndex((turn, n) => n > 0 && msOf(turn.time) < msOf(turns[n - 1]!.time))
    if (at !== -1) {
      deviations.push({ code: 'time_goes_back', pointer: turns[at]!.pointer, detail: '' })
      back = true
    }
  }
  const first = Math.min(...(kind === undefined ? [] : sorted.map((turn) => msOf(turn.time))))
  const placed = sorted.map(({ time, durationMs, ...turn }, seq): ImportedTurn => {
    const exact = time?.kind === 'exact' ? { at: isoTime(time.ms) } : {}
    if (kind === undefined || time === undefined || !('ms' in time)) return { seq, ...turn, ...exact }
    const offsetMs = time.ms - first
    return { seq, ...turn, ...exact, offsetMs, ...(durationMs > 0 ? { endMs: offsetMs + durationMs } : {}) }
  })
  const exactDates = dates.flatMap((date) =>
    date.start.kind === 'exact' ? [{ from: date.start.ms, to: date.start.ms + date.durationMs }] : [],
  )
  const span =
    exactDates.length === 0
      ? {}
      : {
          startedAt: isoTime(exactDates.reduce((least, date) => Math.min(least, date.from), Number.POSITIVE_INFINITY)),
          endedAt: isoTime(exactDates.reduce((most, date) => Math.max(most, date.to), 0)),
        }
  return {
    turns: placed,
    timeQuality: kind === 'exact' && !back ? 'exact' : kind === undefined ? 'none' : 'offset_only',
    span,
  }
}

/** `exact` or `wall` when every time is of that kind; undefined when one is missing, unreadable or of the other kind. */
function commonKind(times: readonly (TimeRead | undefined)[]): 'exact' | 'wall' | undefined {
  const kind = times[0]?.kind
  if (kind !== 'exact' && kind !== 'wall') return undefined
  return times.every((time) => time?.kind === kind) ? kind : undefined
}

function msOf(time: TimeRead | undefined): number {
  return time !== undefined && 'ms' in time ? time.ms : 0
}
