/**
 * What a contact centre can compare between groups beside the decision itself: a template per signal, for the wizard that makes a
 * plan. Names and reasons stand in the texts (`fairness.catalogue.<id>`, `.why`).
 */
import type { Measure } from './contract.ts'

export type Signal = {
  readonly id: SignalId
  readonly kind: Measure['kind']
  /** Whether more is better for the customer; null when neither is better by itself. */
  readonly better: 'more' | 'less' | null
  /** Compare within strata as well: a difference may come from what people asked for. */
  readonly stratify: boolean
  /** About staff: employment is a high-risk use (AI Act, Annex III). */
  readonly aboutStaff: boolean
}

export const signalIds = [
  'wait',
  'handle_time',
  'containment',
  'escalation',
  'back_again',
  'resolution',
  'satisfaction',
  'refund_granted',
  'refund_amount',
  'own_language',
  'speech_errors',
  'redaction_recall',
  'staff_score',
] as const
export type SignalId = (typeof signalIds)[number]

const signal = (id: SignalId, kind: Measure['kind'], better: Signal['better'], more: Partial<Signal> = {}): Signal => ({
  id,
  kind,
  better,
  stratify: false,
  aboutStaff: false,
  ...more,
})

export const catalogue: readonly Signal[] = [
  signal('wait', 'duration', 'less'),
  signal('handle_time', 'duration', null, { stratify: true }),
  signal('containment', 'rate', null),
  signal('escalation', 'rate', null, { stratify: true }),
  signal('back_again', 'rate', 'less'),
  signal('resolution', 'rate', 'more', { stratify: true }),
  signal('satisfaction', 'mean', 'more'),
  signal('refund_granted', 'rate', 'more', { stratify: true }),
  signal('refund_amount', 'amount', 'more', { stratify: true }),
  signal('own_language', 'rate', 'more'),
  signal('speech_errors', 'errors', 'less'),
  signal('redaction_recall', 'rate', 'more'),
  signal('staff_score', 'mean', null, { aboutStaff: true, stratify: true }),
]

/** Which columns a signal stands in, and which of them it cannot do without. */
export function columnsFor({ id, kind }: Pick<Signal, 'id' | 'kind'>): {
  column: 'column' | 'when' | 'backAgain' | 'units' | 'cluster'
  needed: boolean
}[] {
  const needed = (column: 'column' | 'units' | 'cluster') => ({ column, needed: true })
  switch (kind) {
    case 'errors':
      return [needed('column'), needed('units'), needed('cluster')]
    case 'duration':
    case 'amount':
      return [needed('column'), { column: 'when', needed: false }]
    case 'rate':
      // Containment alone rewards customers who gave up.
      return id === 'containment' ? [needed('column'), { column: 'backAgain', needed: true }] : [needed('column')]
    case 'mean':
      return [needed('column')]
  }
}

/** Columns that a template is filled with; which are needed depends on the kind of the signal. */
export type SignalColumns = {
  readonly column: string
  /** Duration: whether the end was seen. Amount: whether anything was granted. */
  readonly when?: string
  /** Containment: whether the customer came back. */
  readonly backAgain?: string
  /** Errors: how many units there were, and whose they are. */
  readonly units?: string
  readonly cluster?: string
  readonly yes?: string | number | boolean
}

/** The measure of a plan that looks at this signal; undefined when a column is missing that its kind needs. */
export function measureFor(id: SignalId, columns: SignalColumns): Measure | undefined {
  const { kind } = catalogue.find((one) => one.id === id)!
  const { column, when, backAgain, units, cluster, yes = 1 } = columns
  switch (kind) {
    case 'rate':
      return {
        name: id,
        kind,
        column,
        positive: yes,
        ...(id === 'containment' && backAgain !== undefined ? { backAgain: { column: backAgain, positive: yes } } : {}),
      }
    case 'duration':
      return { name: id, kind, column, ...(when === undefined ? {} : { ended: { column: when, positive: yes } }) }
    case 'amount':
      return { name: id, kind, column, ...(when === undefined ? {} : { given: { column: when, positive: yes } }) }
    case 'mean':
      return { name: id, kind, column }
    case 'errors':
      return units === undefined || cluster === undefined ? undefined : { name: id, kind, column, units, cluster }
  }
}
