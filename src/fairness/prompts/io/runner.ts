/**
 * Carries paired-prompt audits out: each question goes through the gateway as a customer's would, under a key of its own that says that
 * it is a test. Who works on one says so in its row with every answer; when a process dies, another one goes on with what is not
 * answered yet.
 */
import { type Act, createKey, revokeAuditKeys, revokeKey } from '../../../access/index.ts'
import type { Database, Scope } from '../../../platform/database.ts'
import type { Ask, Outcomes, PromptOutcome } from '../contract.ts'
import { base, type Persona, type Template } from '../material.ts'
import { outcomesOf } from '../outcomes.ts'
import { asksFor, factorOf, templatesOf } from '../plan.ts'
import { render } from '../render.ts'
import {
  beat,
  callFacts,
  claimAbandoned,
  completePrompts,
  type EndReason,
  endPrompts,
  keepAnswer,
  loadAnswers,
  loadPrompts,
  type StoredAnswer,
  type StoredPrompts,
  systemToAsk,
} from './store.ts'

/** One question to the gateway, as an application asks it. */
export type Asked = {
  readonly key: string
  readonly model: string
  readonly text: string
  readonly language: string
  readonly channel: string
  /** Of our own: the same question again is the same conversation, and is not sent to the provider twice. */
  readonly conversation: string
}
export type Heard = {
  readonly status: number
  /** Of a refusal. */
  readonly code: string | null
  readonly text: string
  readonly call: string | null
  readonly conversation: string | null
}
export type AskGateway = (asked: Asked, signal: AbortSignal) => Promise<Heard>

export type PromptRunnerDeps = {
  readonly database: Database
  readonly ask: AskGateway
  readonly act: () => Act
  /** Until so many milliseconds have passed, or the signal goes. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told of what was not foreseen. */
  readonly failed: (error: unknown) => void
}

export type PromptRunner = {
  /** Begins to work on an audit that is on record; returns at once. */
  start(audit: { readonly scope: Scope; readonly id: string }): void
  /** Breaks off what this process does for it, when it does. */
  stop(id: string): void
  /** Takes over audits whose process is gone. Gives how many. */
  resume(): Promise<number>
  settled(): Promise<void>
  /** Breaks everything off; what was under way is taken over at the next start. */
  close(): Promise<void>
}

/** Questions that are out at once: a test never fills the system that customers use. */
const AT_ONCE = 2
const TRIES = 4
const RETRY_MS = 500
/** A full minute of calls is waited for; after so many times it gives up. */
const LIMIT_WAITS = 60
const LIMIT_WAIT_MS = 5_000
/** So many questions in a row without any answer: the provider is gone, and the numbers would be about that. */
const MOST_FAILED_IN_A_ROW = 10
const SILENT_MS = 60_000
const BEAT_MS = 5_000
const KEY_MS = 86_400_000

const actor: Scope['actor'] = { kind: 'job', id: 'prompts' }

class Ended extends Error {
  readonly reason: EndReason
  constructor(reason: EndReason) {
    super(reason)
    this.reason = reason
  }
}

export function createPromptRunner(deps: PromptRunnerDeps): PromptRunner {
  const { database, act, failed } = deps
  const working = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>()
  let closing = false

  async function carryOut(scope: Scope, id: string, signal: AbortSignal): Promise<void> {
    const { audit, done, system } = await database.inTx(
      scope,
      async (tx) => {
        const audit = await loadPrompts(tx, id)
        return { audit, done: await loadAnswers(tx, audit), system: await systemToAsk(tx, audit.system) }
      },
      { readOnly: true },
    )
    if (audit.state !== 'running') return
    if (system.version !== audit.version) return end(scope, id, 'version')
    const answered = new Set(done.map(({ n }) => n))
    const left = asksFor(audit.plan, audit.canary !== null).filter(({ n }) => !answered.has(n))
    const expiresAt = new Date(act().now.getTime() + KEY_MS)
    const { row, key } = await database.inTx(scope, async (tx) => {
      // Of a process that died: one audit of a system runs at a time.
      await revokeAuditKeys(tx, audit.system, act())
      return createKey(tx, { system: audit.system, label: 'paired-prompts', expiresAt, audit: true }, act())
    })
    const timer = setInterval(() => {
      database.inTx(scope, (tx) => beat(tx, id, act().now)).catch(failed)
    }, BEAT_MS)
    try {
      await askAll({ ...deps, scope, audit, system, key, signal }, left)
      if (!signal.aborted) await database.inTx(scope, (tx) => completePrompts(tx, id, act()))
    } catch (error) {
      if (!(error instanceof Ended)) throw error
      await end(scope, id, error.reason)
    } finally {
      clearInterval(timer)
      await database.inTx(scope, (tx) => revokeKey(tx, row.id, act())).catch(failed)
    }
  }

  const end = async (scope: Scope, id: string, reason: EndReason) => {
    await database.inTx(scope, (tx) => endPrompts(tx, { id, state: 'failed', reason }, act()))
  }

  return {
    start({ scope: { tenant, clients }, id }) {
      if (closing || working.has(id)) return
      const abort = new AbortController()
      const scope: Scope = { tenant, clients, actor }
      const done = carryOut(scope, id, abort.signal)
        .catch(async (error: unknown) => {
          // Who cancelled has ended it; when this process stops, the row stays for the next.
          if (abort.signal.aborted) return
          failed(error)
          await end(scope, id, 'internal').catch(failed)
        })
        .finally(() => working.delete(id))
      working.set(id, { abort, done })
    },
    stop: (id) => working.get(id)?.abort.abort(),
    async resume() {
      const { now } = act()
      const taken = await database.inTx({ tenant: '*', clients: '*', actor }, (tx) =>
        claimAbandoned(tx, { before: new Date(now.getTime() - SILENT_MS), now }),
      )
      const mine = taken.filter(({ id }) => !working.has(id))
      for (const { tenant, client, id } of mine) this.start({ scope: { tenant, clients: [client], actor }, id })
      return mine.length
    },
    async settled() {
      while (working.size > 0) await Promise.all([...working.values()].map(({ done }) => done))
    },
    async close() {
      closing = true
      for (const { abort } of working.values()) abort.abort()
      await this.settled()
    },
  }
}

type Work = PromptRunnerDeps & {
  readonly scope: Scope
  readonly audit: StoredPrompts
  readonly system: Awaited<ReturnType<typeof systemToAsk>>
  readonly key: string
  readonly signal: AbortSignal
}

/** A few at once, in order. Throws `Ended` where going on makes no sense; then no other question goes out. */
async function askAll(work: Work, asks: readonly Ask[]): Promise<void> {
  const templates = new Map(templatesOf(work.audit.plan).map((one) => [one.id, one]))
  const left = [...asks]
  let failedInARow = 0
  const lane = async () => {
    for (let ask = left.shift(); ask !== undefined && !work.signal.aborted; ask = left.shift()) {
      const answer = await askOne(work, ask, templates.get(ask.template)!)
      if (answer === undefined) return
      const { now } = work.act()
      const kept = await work.database.inTx(work.scope, (tx) => keepAnswer(tx, { id: work.audit.id, answer }, now))
      // Cancelled, or ended by another process.
      if (!kept) left.length = 0
      failedInARow = answer.state === 'failed' ? failedInARow + 1 : 0
      if (failedInARow >= MOST_FAILED_IN_A_ROW) throw new Ended('provider')
    }
  }
  const stopping = () =>
    lane().catch((error: unknown) => {
      left.length = 0
      throw error
    })
  const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, stopping))
  for (const one of lanes) if (one.status === 'rejected') throw one.reason
}

const personaOf = ({ factor, persona }: Ask): Persona =>
  factor === 'base' || factor === 'again' ? base : factorOf(factor).personas[persona]!

/** Codes after which no question of this audit would be answered. */
const hopeless: readonly string[] = [
  'system_stopped',
  'prohibited_practice',
  'provider_not_allowed',
  'system_unknown',
  'key_revoked',
  'key_expired',
  'unknown_key',
]

/** Undefined when it was broken off. */
async function askOne(work: Work, ask: Ask, template: Template): Promise<StoredAnswer | undefined> {
  const text = render(template, personaOf(ask))
  const asked: Asked = {
    key: work.key,
    model: work.system.model,
    text,
    language: template.language,
    channel: work.system.channel,
    conversation: `prompts-${work.audit.id}-${ask.n}`,
  }
  let limited = 0
  for (let tried = 1; ; tried++) {
    const heard = await work.ask(asked, work.signal).catch(() => undefined)
    if (work.signal.aborted) return undefined
    if (heard?.code === 'limit_exceeded' && ++limited <= LIMIT_WAITS) {
      await work.wait(LIMIT_WAIT_MS, work.signal)
      tried--
    } else if (heard !== undefined && heard.code !== null && hopeless.includes(heard.code)) throw new Ended('stopped')
    else if (
      heard !== undefined &&
      (heard.status === 200 || (heard.status >= 400 && heard.status < 500 && heard.code !== 'limit_exceeded'))
    )
      return answerOf(work, ask, { heard, text, template })
    else if (tried >= TRIES) return { ...ask, state: 'failed', conversation: null, nameHidden: false, outcomes: {} }
    else await work.wait(RETRY_MS * 2 ** tried, work.signal)
    if (work.signal.aborted) return undefined
  }
}

async function answerOf(
  { database, scope, audit }: Work,
  ask: Ask,
  { heard, text, template }: { readonly heard: Heard; readonly text: string; readonly template: Template },
): Promise<StoredAnswer> {
  const facts =
    heard.call === null
      ? { sources: 0, handOff: false, nameHidden: false }
      : await database.inTx(scope, (tx) => callFacts(tx, heard.call!), { readOnly: true })
  const refused = heard.status !== 200
  const reply = { text: heard.text, sources: facts.sources, handOff: facts.handOff, refused }
  const outcomes = outcomesOf(reply, { text, language: template.language }, audit.plan.outcomes)
  return {
    ...ask,
    state: refused ? 'refused' : 'answered',
    conversation: heard.conversation,
    nameHidden: facts.nameHidden,
    outcomes: refused ? ofRefusal(outcomes) : outcomes,
  }
}

/** What the gateway says in the bot's place is no answer of the bot: only that none came, and whether a person was offered. */
const ofRefusal = (outcomes: Outcomes): Outcomes =>
  Object.fromEntries(
    (Object.entries(outcomes) as [PromptOutcome, number | null][]).map(([outcome, value]) => [
      outcome,
      outcome === 'answered' || outcome === 'hand_off' ? value : null,
    ]),
  )
