/** One audit in a process of its own: what it takes from file to report. Arguments: path, plan as JSON, engine. Prints JSON. */
import { auditFile } from '../../src/fairness/io/audit-file.ts'
import { readAuditPlan } from '../../src/fairness/plan.ts'

const [path, plan, engine = 'own'] = process.argv.slice(2)
const read = readAuditPlan(JSON.parse(plan!))
if (!read.ok) throw new Error(JSON.stringify(read.problems))
const cpu = process.cpuUsage()
const start = performance.now()
const audit = await auditFile(path!, read.plan, { engine: engine as 'own' })
if (!audit.ok) throw new Error(JSON.stringify(audit.problems))
const ms = performance.now() - start
const { user, system } = process.cpuUsage(cpu)
console.log(
  JSON.stringify({
    ms,
    cpuMs: (user + system) / 1000,
    mib: process.resourceUsage().maxRSS / 1024,
    n: audit.report.n,
    cells: audit.table.cells.length,
    cellsSha256: audit.report.cellsSha256,
  }),
)
