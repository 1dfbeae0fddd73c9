/**
 * Looks, while calls are under way, whether a stop order was given or a consent withdrawn since, in this process or in
 * another over the same database, and ends the calls it is about.
 */
import type { Database } from '../../platform/database.ts'
import type { Log } from '../../platform/log.ts'
import { anyone, type ConsentEvent, decideUse, type Purpose } from '../../privacy/rules.ts'
import { onHold, type Refusal } from '../call.ts'
import { Ended } from './exchange.ts'
import { consentOf } from './load.ts'

/** A call under way, as far as it can be ended by others. */
export type WatchedCall = {
  readonly tenant: string
  readonly client: string
  readonly system: string
  readonly version: string
  readonly subject: string
  readonly conversation: string
  readonly purpose: Purpose | null
  /** The call goes on although there was no ground (`observe`): only a withdrawal or an objection ends it. */
  end(reason: Ended): void
}

/** Between two looks: with the look itself well under the second in which a stop must work. */
const INTERVAL_MS = 300
/** Longer without a look, and nobody can say that the calls may go on. */
const BLIND_MS = 3_000

export class Watch {
  readonly #database: Database
  readonly #log: Log
  readonly #now: () => Date
  readonly #calls = new Set<WatchedCall>()
  #timer: NodeJS.Timeout | undefined
  #looking = false
  #lastLook = 0

  constructor({ database, log, now }: { database: Database; log: Log; now: () => Date }) {
    this.#database = database
    this.#log = log
    this.#now = now
  }

  /** Watches a call until the function that comes back is called. */
  add(call: WatchedCall): () => void {
    if (this.#calls.size === 0) this.#lastLook = performance.now()
    this.#calls.add(call)
    this.#timer ??= setInterval(() => void this.look(), INTERVAL_MS)
    return () => {
      this.#calls.delete(call)
      if (this.#calls.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  /** One look. Fails closed: calls that could not be looked after for too long are ended. */
  async look(): Promise<void> {
    if (performance.now() - this.#lastLook > BLIND_MS + INTERVAL_MS) this.#endAll()
    if (this.#looking || this.#calls.size === 0) return
    this.#looking = true
    try {
      const calls = [...this.#calls]
      const found = await this.#load(calls)
      this.#lastLook = performance.now()
      for (const call of calls) this.#judge(call, found)
    } catch (error) {
      this.#log.warn('gateway.watch_failed', { error })
    } finally {
      this.#looking = false
    }
  }

  #endAll(): void {
    this.#log.error('gateway.watch_blind', { count: this.#calls.size })
    this.#lastLook = performance.now()
    for (const call of this.#calls) call.end(new Ended('store'))
  }

  #judge(call: WatchedCall, { stops, held, consents }: Found): void {
    const stop = stops.find(
      (row) =>
        row.tenant_id === call.tenant &&
        row.client_id === call.client &&
        (row.system_id === null || row.system_id === call.system),
    )
    if (stop) {
      const values = { system: call.system, date: stop.stopped_at, time: stop.stopped_at, reasonCode: stop.reason }
      call.end(new Ended('stop', { code: 'system_stopped', reason: stop.reason, values }, { stop: stop.stop_id }))
      return
    }
    if (held.has(call.conversation)) {
      call.end(new Ended('stop', onHold(call.system), {}))
      return
    }
    if (call.purpose === null) return
    const events = consents.filter(({ tenant, event }) => tenant === call.tenant && isAbout(event, call))
    const use = decideUse(
      call.purpose,
      call.system,
      events.map(({ event }) => event),
      this.#now(),
      // That a mandate ended counts from the next call on; only a withdrawal or an objection ends a call under way.
      anyone,
    )
    if (use.use === 'allowed' || (use.code !== 'consent_withdrawn' && use.code !== 'objected')) return
    const record = events.find(({ event }) => event.id === use.event)?.event
    const refusal: Refusal = {
      code: use.code,
      reason: use.reason,
      values: { purpose: call.purpose.name, date: record === undefined ? this.#now() : new Date(record.at) },
    }
    call.end(new Ended('stop', refusal, use.event === undefined ? {} : { consent: use.event }))
  }

  #load(calls: readonly WatchedCall[]): Promise<Found> {
    const subjects = [...new Set(calls.filter(({ purpose }) => purpose !== null).map(({ subject }) => subject))]
    const tenants = [...new Set(calls.map(({ tenant }) => tenant))]
    const conversations = [...new Set(calls.map(({ conversation }) => conversation))]
    return this.#database.inTx(
      { tenant: '*', clients: '*', actor: { kind: 'job', id: 'gateway' } },
      async (tx) => {
        const stops = await tx.query<StopRow>(
          `select tenant_id, client_id, system_id, stop_id, reason, stopped_at from stop_order where tenant_id = any($1) and resumed_at is null
           union all
           select tenant_id, client_id, system_id, coalesce(stop_record, ''), coalesce(stop_reason, 'other'), stopped_at from standing
           where tenant_id = any($1) and stopped_at is not null`,
          [tenants],
        )
        const events =
          subjects.length === 0
            ? []
            : (
                await tx.query<{ event: Record<string, unknown> }>(
                  `select to_jsonb(e) as event from consent_event e
                   where e.tenant_id = any($1) and (e.subject_id = any($2) and e.conversation_id is null or e.conversation_id = any($3)) order by e.seq`,
                  [tenants, subjects, conversations],
                )
              ).rows
        const held = await tx.query<{ conversation_id: string }>(
          'select conversation_id from conversation where tenant_id = any($1) and conversation_id = any($2) and held_at is not null',
          [tenants, conversations],
        )
        return {
          stops: stops.rows,
          held: new Set(held.rows.map((row) => row.conversation_id)),
          consents: events.map(({ event }) => ({ tenant: event.tenant_id as string, event: consentOf(event) })),
        }
      },
      { readOnly: true },
    )
  }
}

type StopRow = {
  tenant_id: string
  client_id: string
  system_id: string | null
  stop_id: string
  reason: string
  stopped_at: Date
}
type Found = {
  readonly stops: readonly StopRow[]
  readonly held: ReadonlySet<string>
  readonly consents: readonly { readonly tenant: string; readonly event: ConsentEvent }[]
}

/** By this customer for every conversation, or in this conversation, also before they made themselves known in it. */
const isAbout = (event: ConsentEvent, { subject, purpose, conversation }: WatchedCall): boolean =>
  event.purpose === purpose?.id &&
  (event.conversation === undefined ? event.subject === subject : event.conversation === conversation)
