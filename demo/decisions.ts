/**
 * Writes `decisions/*.jsonl`, `attributes/*.jsonl` and `models/*.json`: decisions of the routing scorer and of the offer score, about invented
 * customers, as their systems would send them, and what those customers said of themselves. The same seed gives the same files.
 * Five things were planted for an audit to find, or not to find; they stand in `faults.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Chance, chanceFrom } from './chance.ts'

/** One line: the body of `POST /v1/decisions` without its time, and what became of it. */
export type DemoDecision = {
  readonly system: 'routering' | 'aanbodscore'
  /** Before the replay. */
  readonly hoursAgo: number
  readonly decision: Readonly<Record<string, unknown>> & { readonly key: string }
  readonly outcome?: { readonly observed: string; readonly positive: boolean; readonly hoursLater: number }
}

/** One line: the body of `POST /v1/attributes`, and which system's key sends it. */
export type DemoAttribute = {
  readonly system: 'aanbodscore'
  readonly attribute: {
    readonly subject: string
    readonly attribute: string
    readonly value: string
    readonly evidence?: string
  }
}

export const ROUTED = 960
export const OFFERED = 960
const WEEKS = 12
/** From this week on, of twelve, callers in English are sent to the wrong queue more often. */
export const DRIFT_FROM_WEEK = 9

const queues = ['betalen', 'verhuizen', 'storing', 'contract', 'klacht'] as const
type Queue = (typeof queues)[number] | 'overig'
const wordsOf = (queue: (typeof queues)[number]) => `words_${queue}`

const channels = ['voice', 'voice', 'chat'] as const
const languages = ['nl', 'nl', 'nl', 'en', 'en'] as const

const referenceOf = (n: number) => `K-3${String(n).padStart(5, '0')}`

function head(chance: Chance, key: string, n: number) {
  return { key, subject: referenceOf(n), channel: chance.pick(channels), language: chance.pick(languages) }
}

/** A beller's first sentence, as counts of words per queue. The queue with the most wins; none or a tie goes to `overig`. */
function routed(n: number, chance: Chance): DemoDecision {
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
  const about = head(chance, `route-${n}`, n)
  const at = hoursAgo(n, ROUTED, chance)
  const drifted = about.language === 'en' && at <= (WEEKS - DRIFT_FROM_WEEK + 1) * 7 * 24
  const right = chance.in100(drifted ? 30 : 88)
  return {
    system: 'routering',
    hoursAgo: at,
    decision: {
      ...about,
      outcome: { label: queue },
      features,
      explanation: { method: 'rules', rules: [rule] },
    },
    outcome: { observed: right ? 'stayed' : 'transferred', positive: right, hoursLater: 1 },
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
  { feature: 'digital_contact', weight: 0.25, mean: 0.75 },
] as const
const BASE = 0.5625

/**
 * The model as the register has it (`models/aanbodscore.json`): the same weights, with 400 invented examples that have the means above, so
 * that the sum from the base and the sum from the intercept are one.
 */
export function offerModel(): string {
  const background = Array.from({ length: 400 }, (_, n) => [
    [6, 18, 30, 42][n % 4]!,
    [0, 0, 0, 2][(n >> 1) % 4]!,
    [0, 0, 1, 1][(n >> 2) % 4]!,
    [1, 1, 1, 0][Math.floor(n / 100)]!,
  ])
  const intercept = model.reduce((sum, { weight, mean }) => sum - weight * mean, BASE)
  const names = model.map(({ feature }) => feature)
  return `${JSON.stringify({ kind: 'linear', names, weights: model.map(({ weight }) => weight), intercept, background })}\n`
}

/** Ends of the spans of months from which a contract is drawn. */
const spans = [
  [1, 12],
  [13, 24],
  [25, 48],
  [49, 72],
] as const
/** In the east many houses are new, and so are the contracts; within a span everybody is alike. */
const spanShares = { oost: [70, 25, 5, 0], elsewhere: [10, 15, 30, 45] } as const
/** Who was born elsewhere calls more and uses the website less: that is how the score sees them without asking. */
const digitalShares: Readonly<Record<string, number>> = { nederland: 85, elders: 35 }

type Customer = {
  readonly region: string
  /** Where they say they were born; null: they do not say. */
  readonly origin: string | null
  /** How many of a hundred like them use the website. */
  readonly digital: number
  readonly months: number
}

/** Of one customer: where they live, where they say they were born, and what follows from that. */
function customerOf(n: number, chance: Chance): Customer {
  const islands = n < ISLANDERS
  const region = islands ? 'eilanden' : chance.pick(['noord', 'oost', 'zuid', 'west'])
  const origin = chance.in100(30) ? 'elders' : 'nederland'
  const says = chance.in100(85)
  const shares = spanShares[region === 'oost' ? 'oost' : 'elsewhere']
  let draw = chance.next() * 100
  const span = spans.find((_, i) => {
    draw -= shares[i]!
    return draw < 0
  })
  const [low, high] = span ?? spans[3]
  return { region, origin: says ? origin : null, digital: digitalShares[origin]!, months: chance.between(low, high) }
}
/** So few that nothing can be said of them. */
export const ISLANDERS = 18

function offered(n: number, { months, digital }: Customer, chance: Chance): DemoDecision {
  const features = {
    contract_months: months,
    late_payments: chance.in100(75) ? 0 : chance.between(1, 3),
    complaints_last_year: chance.in100(75) ? 0 : chance.between(1, 3),
    digital_contact: chance.in100(digital),
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
    hoursAgo: hoursAgo(n, OFFERED, chance),
    decision: {
      ...head(chance, `offer-${n}`, n + ROUTED),
      outcome: { label },
      score: { value },
      features,
      // Half of them come without: then the register's own model explains them.
      ...(n % 2 === 0
        ? { explanation: { method: 'linear', baseline: { value: BASE, kind: 'background', rows: 400 }, contributions } }
        : {}),
    },
    ...(label === 'aanbod' && chance.in100(60)
      ? { outcome: { observed: accepted ? 'accepted' : 'declined', positive: accepted, hoursLater: 48 } }
      : {}),
  }
}

function attributesOf(n: number, { region, origin }: Customer): DemoAttribute[] {
  const subject = referenceOf(n + ROUTED)
  const of = (attribute: DemoAttribute['attribute']): DemoAttribute => ({ system: 'aanbodscore', attribute })
  return [
    of({ subject, attribute: 'regio', value: region }),
    ...(origin === null ? [] : [of({ subject, attribute: 'herkomst', value: origin, evidence: 'enquete' })]),
  ]
}

/** Spread over twelve weeks, the oldest first. */
function hoursAgo(n: number, of: number, chance: Chance): number {
  const step = (WEEKS * 7 * 24) / of
  return Math.round((of - n) * step + chance.between(50, 56))
}

/** Path under `demo/` → contents. Another seed gives other people and the same planted differences. */
export function buildDecisions(seed = ''): ReadonlyMap<string, string> {
  // One stream for all: those of many short seeds resemble each other.
  const chance = chanceFrom(`${seed}decisions`)
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)
  const lines = (rows: readonly object[]) => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`
  const customers = upTo(OFFERED).map((n) => customerOf(n, chance))
  return new Map([
    ['decisions/routering.jsonl', lines(upTo(ROUTED).map((n) => routed(n, chance)))],
    ['decisions/aanbodscore.jsonl', lines(customers.map((one, n) => offered(n, one, chance)))],
    ['attributes/kaapstroom.jsonl', lines(customers.flatMap((one, n) => attributesOf(n, one)))],
  ])
}

if (import.meta.main)
  for (const [path, content] of [...buildDecisions(), ['models/aanbodscore.json', offerModel()] as const]) {
    const file = join(import.meta.dirname, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
