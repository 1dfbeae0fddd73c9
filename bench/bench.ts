/** `npm run bench [-- name…] [-- --quick]`: runs the benchmarks and writes each table into docs/. */
import { parseArgs } from 'node:util'
import { type BenchContext, render, type Table, write } from './table.ts'

const benches: Record<string, () => Promise<{ run(context: BenchContext): Promise<Table> }>> = {
  gateway: () => import('./gateway.ts'),
  ledger: () => import('./ledger.ts'),
  redaction: () => import('./redaction.ts'),
  start: () => import('./start.ts'),
  pages: () => import('./pages.ts'),
  privacy: () => import('./privacy.ts'),
  search: () => import('./search.ts'),
  erase: () => import('./erase.ts'),
  consent: () => import('./consent.ts'),
  fairness: () => import('./fairness.ts'),
  audit: () => import('./audit.ts'),
  explain: () => import('./explain.ts'),
  deadlines: () => import('./deadlines.ts'),
  cases: () => import('./cases.ts'),
  forms: () => import('./forms.ts'),
}

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const wanted = positionals.length > 0 ? positionals : Object.keys(benches)
for (const name of wanted) {
  const load = benches[name]
  if (!load) {
    console.error(`Unknown benchmark ${name}; known: ${Object.keys(benches).join(', ')}`)
    process.exitCode = 2
    continue
  }
  console.error(`== ${name}${values.quick ? ' (quick)' : ''}`)
  const table = await (await load()).run({ quick: values.quick, say: (line) => console.error(line) })
  console.log(render(table))
  if (!values.quick) write(table.path ?? `docs/bench/${name}.md`, table)
}
