/** One run: carries a workload out over the real product, several steps at a time, and gives back what was seen. */
import type { Clock } from '../../src/platform/clock.ts'
import { createLog } from '../../src/platform/log.ts'
import { testDatabase } from '../../src/platform/testing.ts'
import { failureOf } from '../../web/api.ts'
import { ask, post } from './client.ts'
import { type Broken, brokenIn } from './invariants.ts'
import { valuesOf } from './persona.ts'
import { openProduct, type Product } from './product.ts'
import { scriptedProvider } from './provider.ts'
import { systems, systemVersion } from './register.ts'
import type { CallSeen, ChangeSeen, Trace } from './trace.ts'
import {
  bodyOf,
  type CallStep,
  type ChangeStep,
  drawWorkload,
  groundName,
  groundsOf,
  lastSaid,
  type Step,
  type Workload,
} from './workload.ts'

export type RunResult = {
  readonly seed: number
  readonly steps: number
  readonly broken: readonly Broken[]
  readonly outcomes: Readonly<Record<string, number>>
  readonly refusals: Readonly<Record<string, number>>
  /** Requests that reached the provider. */
  readonly received: number
  readonly entries: number
}

/** Same seed, same steps; what meets what at the same moment differs from run to run. */
export async function runSimulation(seed: number, steps: number): Promise<RunResult> {
  const trace = await traceOf(drawWorkload(seed, steps))
  const count = (names: readonly string[]) =>
    Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]))
  return {
    seed,
    steps,
    broken: brokenIn(trace),
    outcomes: count(trace.calls.map(({ outcome }) => outcome)),
    refusals: count(trace.calls.flatMap(({ code }) => code ?? [])),
    received: trace.received.length,
    entries: trace.entries.length,
  }
}

async function traceOf(workload: Workload): Promise<Trace> {
  const db = await testDatabase()
  let counted = 0
  const tick = () => ++counted
  const lines: string[] = []
  const log = createLog('debug', { write: (line) => lines.push(line) })
  const clock = movableClock()
  const calls = new Map(
    workload.steps.filter((step): step is CallStep => step.kind === 'call').map((step) => [step.n, step]),
  )
  const provider = await scriptedProvider({
    behaviourOf: (n) => calls.get(n)!.behaviour,
    observer: db.urls.super,
    tick,
  })
  const product = await openProduct({ db, upstream: provider.url, clock, log })
  try {
    const conduct = new Conduct({ product, clock, tick })
    await conduct.all(workload)
    const { entries, ledger } = await product.finish()
    return {
      ...conduct.seen(),
      received: provider.received,
      entries,
      ledger,
      closedAtFirst: closedAtFirst(workload),
      values: valuesByOwner(workload),
      secrets: [
        ...workload.conversations.flatMap(({ subject, name }) => [name, ...(subject === undefined ? [] : [subject])]),
        ...systems.flatMap((system) => [product.key(system, 'own'), product.key(system, 'revoked')]),
      ],
      log: lines.join(''),
    }
  } finally {
    await product.close()
    await provider.close()
    await db.close()
  }
}

type MovableClock = Clock & { move(byMs: number): void }

function movableClock(): MovableClock {
  let movedMs = 0
  return {
    now: () => new Date(Date.now() + movedMs),
    move(byMs) {
      movedMs += byMs
    },
  }
}

function closedAtFirst({ steps }: Workload): Set<string> {
  const grounds = steps.flatMap((step) => (step.kind === 'call' ? groundsOf(step) : []))
  return new Set(grounds.filter(({ kind }) => kind === 'consent').map(groundName))
}

function valuesByOwner({ conversations }: Workload): Map<string, Set<string>> {
  const owners = new Map<string, Set<string>>()
  for (const { name, persona } of conversations)
    for (const value of valuesOf(persona)) owners.set(value, (owners.get(value) ?? new Set()).add(name))
  return owners
}

/** Carries steps out and writes down when each began and ended. */
class Conduct {
  readonly #product: Product
  readonly #clock: MovableClock
  readonly #tick: () => number
  readonly #calls: CallSeen[] = []
  readonly #changes: ChangeSeen[] = []
  readonly #restarts: { began: number; ended: number }[] = []
  #clockMoved = false
  #restarting: Promise<void> = Promise.resolve()

  constructor({ product, clock, tick }: { product: Product; clock: MovableClock; tick: () => number }) {
    this.#product = product
    this.#clock = clock
    this.#tick = tick
  }

  /** Takes the steps in their order, at most `width` under way at once. */
  async all({ steps, width }: Workload): Promise<void> {
    const ahead = steps.entries()
    const worker = async () => {
      for (const [index, step] of ahead) {
        // What is under way meets the restart; what follows waits until somebody listens again.
        await this.#restarting
        await this.#take(step, index)
      }
    }
    await Promise.all(Array.from({ length: width }, worker))
  }

  seen(): Pick<Trace, 'calls' | 'changes' | 'restarts' | 'clockMoved'> {
    return {
      calls: this.#calls,
      changes: this.#changes,
      restarts: this.#restarts,
      clockMoved: this.#clockMoved,
    }
  }

  async #take(step: Step, index: number): Promise<void> {
    switch (step.kind) {
      case 'call':
        return this.#call(step, index)
      case 'change':
        return this.#change(step, index)
      case 'ask':
        await this.#answer(step, 'asked')
        return
      case 'clock':
        this.#clockMoved = true
        return this.#clock.move(step.byMs)
      case 'cut':
        return this.#product.cut(step.role)
      case 'restart':
        this.#restarting = this.#restarting.then(() => this.#restart(step.drainMs))
        return this.#restarting
    }
  }

  async #restart(drainMs: number): Promise<void> {
    const restart = { began: this.#tick(), ended: Number.POSITIVE_INFINITY }
    this.#restarts.push(restart)
    await this.#product.restart(drainMs)
    restart.ended = this.#tick()
  }

  async #call(step: CallStep, index: number): Promise<void> {
    const { conversation, defect, behaviour, idempotencyKey, leavesAfterMs, purpose, n } = step
    const began = this.#tick()
    const seen = await ask(this.#product.url(), { headers: this.#headersOf(step), body: bodyOf(step), leavesAfterMs })
    const repeats = behaviour === 'echo' || behaviour === 'slow_echo' || behaviour === 'tool_call'
    const said = lastSaid(step)
    this.#calls.push({
      step: index,
      n,
      began,
      ended: this.#tick(),
      owner: conversation.name,
      grounds: groundsOf({ conversation, purpose }).map(groundName),
      defect,
      behaviour,
      idempotencyKey,
      ...seen,
      expected: !repeats ? null : behaviour === 'tool_call' ? JSON.stringify({ vraag: said }) : said,
    })
  }

  #headersOf({ conversation, purpose, defect, idempotencyKey }: CallStep): Record<string, string> {
    const { system, name, subject } = conversation
    const key = this.#product.key(system, defect === 'revoked_key' ? 'revoked' : 'own')
    return {
      authorization: `Bearer ${defect === 'unknown_key' ? `${key.slice(0, -6)}000000` : key}`,
      'x-waarborg-conversation': name,
      'x-waarborg-purpose': defect === 'unknown_purpose' ? 'marketing' : purpose,
      ...(subject === undefined ? {} : { 'x-waarborg-subject': subject }),
      ...(idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey }),
    }
  }

  async #change(step: ChangeStep, index: number): Promise<void> {
    const began = this.#tick()
    const outcome = await this.#carryOut(step)
    const { ground, to } = step
    this.#changes.push({ step: index, began, ended: this.#tick(), ground: groundName(ground), to, outcome })
  }

  async #carryOut({ ground, to, as }: ChangeStep): Promise<ChangeSeen['outcome']> {
    const open = to === 'open'
    switch (ground.kind) {
      case 'system_stop':
        return this.#decide('post', `/api/systems/${ground.system}/${open ? 'resume' : 'stop'}`, stopBody(open))
      case 'client_stop':
        return this.#decide('post', `/api/clients/${ground.client}/${open ? 'resume' : 'stop'}`, stopBody(open))
      case 'gate':
        return this.#decide('post', `/api/systems/${ground.system}/gate`, {
          version: systemVersion,
          decision: open ? 'approve' : 'reject',
          reasons: 'Opnieuw bekeken en besloten.',
          validUntil: new Date(this.#clock.now().getTime() + GATE_MS).toISOString(),
        })
      case 'oversight': {
        const path = `/api/systems/${ground.system}/overseers`
        const { overseer } = this.#product
        return open ? this.#decide('post', path, { person: overseer }) : this.#decide('delete', `${path}/${overseer}`)
      }
      case 'consent':
        return this.#answer(ground, open ? 'given' : as)
      case 'objection':
        return this.#answer(ground, open ? 'objection_lifted' : 'objected')
    }
  }

  async #decide(method: 'post' | 'delete', path: string, body?: object): Promise<ChangeSeen['outcome']> {
    try {
      await this.#product.api()[method](path, body)
      return 'done'
    } catch (error) {
      const status = failureOf(error)?.status
      return status !== undefined && status < 500 ? 'refused' : 'unknown'
    }
  }

  async #answer(
    { conversation, purpose }: Pick<CallStep, 'conversation' | 'purpose'>,
    state: string,
  ): Promise<ChangeSeen['outcome']> {
    const { subject, name, system } = conversation
    const status = await post(`${this.#product.url()}/v1/consents`, {
      headers: { authorization: `Bearer ${this.#product.key(system, 'own')}` },
      body: JSON.stringify({
        ...(subject === undefined ? { conversation: name } : { subject }),
        purpose,
        state,
        wording: { version: '1', language: 'nl', channel: 'chat' },
      }),
    })
    if (status === 201) return 'done'
    return status !== undefined && status < 500 ? 'refused' : 'unknown'
  }
}

const GATE_MS = 300 * 86_400_000
const stopBody = (resume: boolean) => (resume ? { reason: 'Bekeken en in orde.' } : { reason: 'wrong_answers' })
