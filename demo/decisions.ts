/**
 * Writes `decisions/*.jsonl`: decisions of the routing scorer and of the offer score, about invented customers, as their systems
 * would send them. The same seed gives the same files.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Chance, chanceFrom } from './chance.ts'

/** One line: the body of `POST /v1/decisions` without its time, and what became of it. */
export type DemoDecision = {
  readonly system: 'routering' | 'aanbodscore'
  /** Before the replay. */
  readonly hoursAgo: number
  readonly decision: Readonly<Record<string, unknown>> & { readonly key: string }
  readonly outcome?: { readonly observed: string; readonly positive: boolean; readonly hoursLater: number }
}

export const DECISIONS_PER_SYSTEM = 200
const WEEKS = 12

const queues = ['betalen', 'verhuizen', 'storing', 'contract', 'klacht'] as const
type Queue = (typeof queues)[number] | 'overig'
const wordsOf = (queue: (typeof queues)[number]) => `words_${queue}`

const channels = ['voice', 'voice', 'voice', 'chat'] as const
const languages = ['nl', 'nl', 'nl', 'nl', 'en'] as const

function head(chance: Chance, key: string, n: number) {
  return {
    key,
    subject: `K-3${String(n).padStart(5, '0')}`,
    channel: chance.pick(channels),
    language: chance.pick(languages),
  }
}

/** A beller's first sentence, as counts of words per queue. The queue with the most wins; none or a tie goes to `overig`. */
function routed(n: number): DemoDecision {
  const chance = chanceFrom(`routering-${n}`)
  const topic = chance.pick(queues)
  const counts = Object.fromEntries(
    queues.map((queue) => [queue, queue === topic ? chance.between(0, 4) : chance.in100(20) ? 1 : 0]),
  ) as Record<(typeof queues)[number], number>
  const most = Math.max(...Object.values(counts))
  const leaders = queues.filter((queue) => counts[queue] === most)
  const queue: Queue = most === 0 || leaders.length > 1 ? 'overig' : leaders[0]!
  const features = {
    ...Object.fromEntries(queues.map((one) => [wordsOf(one), counts[one]])),
    sentence_words: chance.between(Math.max(3, most + 2), 26),
  }
  const rule =
    queue === 'overig'
      ? most === 0
        ? {
            rule: 'geen-woord',
            label: { nl: 'geen woord wijst een wachtrij aan', en: 'no word points to a queue' },
            when: queues.map((one) => ({ feature: wordsOf(one), is: '=', limit: 0 })),
          }
        : {
            rule: 'gelijk',
            label: { nl: 'meer wachtrijen passen even goed', en: 'several queues fit equally well' },
            when: leaders.map((one) => ({ feature: wordsOf(one), is: '=', limit: most })),
          }
      : {
          rule: `meeste-${queue}`,
          label: { nl: `de meeste woorden gaan over ${queue}`, en: `most words are about ${english[queue]}` },
          when: [{ feature: wordsOf(queue), is: '>=', limit: most }],
        }
  const right = queue === topic ? chance.in100(92) : chance.in100(35)
  return {
    system: 'routering',
    hoursAgo: hoursAgo(n, chance),
    decision: {
      ...head(chance, `route-${n}`, n),
      outcome: { label: queue },
      features,
      explanation: { method: 'rules', rules: [rule] },
    },
    ...(chance.in100(70)
      ? { outcome: { observed: right ? 'stayed' : 'transferred', positive: right, hoursLater: 1 } }
      : {}),
  }
}
const english = {
  betalen: 'paying',
  verhuizen: 'moving',
  storing: 'a fault',
  contract: 'the contract',
  klacht: 'a complaint',
}

/** Weights of the linear model, and the mean of its examples: what a contribution is measured from. */
const model = [
  { feature: 'contract_months', weight: 0.0078125, mean: 24 },
  { feature: 'late_payments', weight: -0.125, mean: 0.5 },
  { feature: 'complaints_last_year', weight: -0.0625, mean: 0.5 },
  { feature: 'digital_contact', weight: 0.0625, mean: 0.75 },
] as const
const BASE = 0.5625

function offered(n: number): DemoDecision {
  const chance = chanceFrom(`aanbodscore-${n}`)
  const features = {
    contract_months: chance.between(1, 72),
    late_payments: chance.in100(65) ? 0 : chance.between(1, 4),
    complaints_last_year: chance.in100(70) ? 0 : chance.between(1, 3),
    digital_contact: chance.in100(75),
  }
  const contributions = model.map(({ feature, weight, mean }) => ({
    feature,
    effect: weight * (Number(features[feature]) - mean),
  }))
  const value = contributions.reduce((sum, { effect }) => sum + effect, BASE)
  const label = value >= 0.5 ? 'aanbod' : 'geen_aanbod'
  const accepted = chance.in100(Math.round(20 + 50 * Math.min(1, Math.max(0, value))))
  return {
    system: 'aanbodscore',
    hoursAgo: hoursAgo(n, chance),
    decision: {
      ...head(chance, `offer-${n}`, n + 500),
      outcome: { label },
      score: { value },
      features,
      explanation: { method: 'linear', baseline: { value: BASE, kind: 'background', rows: 400 }, contributions },
    },
    ...(label === 'aanbod' && chance.in100(60)
      ? { outcome: { observed: accepted ? 'accepted' : 'declined', positive: accepted, hoursLater: 48 } }
      : {}),
  }
}

/** Spread over twelve weeks, the oldest first. */
function hoursAgo(n: number, chance: Chance): number {
  const step = (WEEKS * 7 * 24) / DECISIONS_PER_SYSTEM
  return Math.round((DECISIONS_PER_SYSTEM - n) * step + chance.between(50, 56))
}

/** Path under `demo/` → contents. */
export function buildDecisions(): ReadonlyMap<string, string> {
  const all = Array.from({ length: DECISIONS_PER_SYSTEM }, (_, n) => n)
  const lines = (make: (n: number) => DemoDecision) => `${all.map((n) => JSON.stringify(make(n))).join('\n')}\n`
  return new Map([
    ['decisions/routering.jsonl', lines(routed)],
    ['decisions/aanbodscore.jsonl', lines(offered)],
  ])
}

if (import.meta.main) {
  const here = import.meta.dirname
  mkdirSync(join(here, 'decisions'), { recursive: true })
  for (const [path, content] of buildDecisions()) writeFileSync(join(here, path), content)
}
