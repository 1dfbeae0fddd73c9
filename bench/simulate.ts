/**
 * `npm run simulate -- [--runs 100] [--steps 300] [--seed 1]`: random runs of the path of a call over the whole product
 * in this process, with a provider, people, customers and a database that do what they like. After each run every
 * invariant is checked over what was seen from outside; one that is broken is named with seed and step, and the exit
 * code is 1. `--seed S --runs 1 --steps N` draws the same steps again; what meets what at the same moment is up to the
 * machine. Figures go to docs/bench/simulation.md. An interrupted row of runs is taken up again.
 */
import { parseArgs } from 'node:util'
import { invariantNames } from './simulation/invariants.ts'
import { type RunResult, runSimulation } from './simulation/run.ts'
import { progress, write } from './table.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    steps: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  },
})
const [runs, steps, seed] = [values.runs, values.steps, values.seed].map(Number) as [number, number, number]
if (![runs, steps, seed].every((number) => Number.isInteger(number) && number > 0)) {
  console.error('runs, steps and seed are whole numbers above 0')
  process.exit(2)
}

// Ends by exit, so that the database server of this row goes too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const done = progress<RunResult>('data/simulation-progress.json')
/** One seed that is looked at again is no figure, and says nothing about a row of runs that waits to be taken up. */
const isRow = runs > 1
const results: RunResult[] = []
for (let n = 0; n < runs; n++) {
  const name = `${seed + n}/${steps}`
  const result = (isRow ? done.get(name) : undefined) ?? (await runSimulation(seed + n, steps))
  if (isRow) done.set(name, result)
  results.push(result)
  tell(n, result)
}
if (isRow) {
  report()
  done.clear()
}
process.exit(results.every(({ broken }) => broken.length === 0) ? 0 : 1)

function tell(n: number, { seed: own, outcomes, received, entries, broken: found }: RunResult): void {
  console.error(
    `${n + 1}/${runs} seed ${own}: ${JSON.stringify(outcomes)}, ${received} to the provider, ${entries} entries`,
  )
  for (const { invariant, step, detail } of found)
    console.error(`  BROKEN seed ${own}, step ${step ?? 'none'}: ${invariant}: ${detail}`)
}

function report(): void {
  const total = (of: (result: RunResult) => number) => results.reduce((sum, result) => sum + of(result), 0)
  const summed = (kind: string, counts: (result: RunResult) => Readonly<Record<string, number>>) =>
    [...new Set(results.flatMap((result) => Object.keys(counts(result))))]
      .map((name) => [kind, name, total((result) => counts(result)[name] ?? 0)] as const)
      .sort((a, b) => b[2] - a[2])
  write('docs/bench/simulation.md', {
    title: 'Random runs',
    about: `The whole product in one process over a real PostgreSQL, ${runs} runs of ${steps} steps from seed ${seed}, one to eight steps under way at once. Steps: calls with and without stream, with invented personal data in messages of every role and in tool results, well and badly formed, with good, unknown and revoked keys; consent, objection, stop, release and oversight given and taken back; a provider that answers, hangs, breaks off, talks nonsense, fails or is not there; clients that leave; a clock that jumps; database connections that are cut; processes that stop and start. What was seen from outside is then held against a model of a page (bench/simulation/model.ts), which shares no rule with the product. The same seed draws the same steps; their meeting in time differs per run and machine.`,
    columns: ['what', 'which', 'how often'],
    rows: [
      ['runs', '', runs],
      ['steps', '', total((result) => result.steps)],
      ['requests at the provider', '', total(({ received }) => received)],
      ['ledger entries about calls', '', total(({ entries }) => entries)],
      ...summed('calls', ({ outcomes }) => outcomes),
      ...summed('refused or failed with', ({ refusals }) => refusals),
    ],
    goals: invariantNames.map((invariant) => {
      const found = results.filter((result) => result.broken.some((one) => one.invariant === invariant))
      const seeds = found.length === 0 ? '' : `: seeds ${found.map((result) => result.seed).join(', ')}`
      return { goal: invariant, found: `broken in ${found.length} of ${runs} runs${seeds}`, met: found.length === 0 }
    }),
  })
}
