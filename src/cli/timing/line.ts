import {
  type Calendar,
  type Due,
  dueOf,
  findRule,
  type MomentProblem,
  readMoment,
  TimeNeeded,
  termRules,
} from '../../deadlines/index.ts'
import { nearest } from '../../records/rules.ts'

export type DueProblem =
  | { readonly code: 'json' | 'id' | 'rule' | 'event' | 'time_needed' }
  | { readonly code: 'rule_unknown' | MomentProblem; readonly value: string }
  | { readonly code: 'rule_near'; readonly value: string; readonly near: string }

export type DueLine = { readonly id: string | number; readonly rule: string; readonly event: string }

/** One line of `due --jsonl`. */
export function parseDueLine(line: string): DueLine | DueProblem {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { code: 'json' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { code: 'json' }
  const { id, rule, event } = value as Record<string, unknown>
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') return { code: 'id' }
  if (typeof rule !== 'string') return { code: 'rule' }
  return typeof event === 'string' ? { id, rule, event } : { code: 'event' }
}

/** When it is due, or what is wrong with the question. */
export function answerDue(rule: string, event: string, calendar: Calendar): Due | DueProblem {
  const known = findRule(rule)
  if (known === undefined) return unknownRule(rule)
  const read = readMoment(event, calendar.timeZone)
  if (!read.ok) return { code: read.problem, value: event }
  try {
    return dueOf(
      known,
      read.kind === 'day' ? { kind: 'day', day: read.day } : { kind: 'instant', at: read.at },
      calendar,
    )
  } catch (error) {
    if (error instanceof TimeNeeded) return { code: 'time_needed' }
    throw error
  }
}

function unknownRule(value: string): DueProblem {
  const near = nearest(
    value,
    termRules.map(({ id }) => id),
  )
  return near === undefined ? { code: 'rule_unknown', value } : { code: 'rule_near', value, near }
}
