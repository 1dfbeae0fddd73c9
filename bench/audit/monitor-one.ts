/** The monitor in a process of its own, as on the command line. Argument: a file of lines. Prints JSON. */
import { main } from '../../src/cli/main.ts'

const cpu = process.cpuUsage()
const start = performance.now()
let bytes = 0
const exit = await main(['monitor', '--jsonl', process.argv[2]!], {
  stdin: process.stdin,
  stdout: { write: (text: string) => (bytes += text.length) },
  stderr: process.stderr,
  env: {},
  language: 'en',
})
if (exit !== 0 || bytes === 0) process.exit(1)
const { user, system } = process.cpuUsage(cpu)
console.log(
  JSON.stringify({
    ms: performance.now() - start,
    cpuMs: (user + system) / 1000,
    mib: process.resourceUsage().maxRSS / 1024,
    cells: 0,
  }),
)
