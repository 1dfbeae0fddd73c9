/** `waarborg coverage`: who is in a data set, who is not, and what gives an attribute away. Needs no store. */
import { coverageOfFile } from '../fairness/index.ts'
import { coverageSentence, readCoveragePlan } from '../fairness/rules.ts'
import { readPlan, refuse } from './auditing/plan-file.ts'
import { auditText } from './auditing/text.ts'
import type { Command } from './command.ts'

export const command: Command = {
  name: 'coverage',
  summary: { nl: 'Kijk wie er in een gegevensset zit, en wie niet.', en: 'See who is in a data set, and who is not.' },
  usage: 'DATA --plan PLAN.json [--json]',
  options: {
    plan: { type: 'string', help: { nl: 'Wat er gevraagd wordt, als JSON.', en: 'What is asked, as JSON.' } },
  },
  async run(io, { values, positionals }) {
    const [file, ...more] = positionals
    const json = values.json === true
    if (file === undefined || more.length > 0 || typeof values.plan !== 'string') {
      io.stderr.write(`${auditText(io.language, 'audit.which')}\n`)
      return 2
    }
    const read = readPlan(values.plan, readCoveragePlan)
    if ('problems' in read) return refuse(io, read.problems, { json, exit: read.exit })
    const result = await coverageOfFile(file, read.plan)
    if (!result.ok) return refuse(io, result.problems, { json, exit: 2 })
    const { report } = result
    if (json) {
      io.stdout.write(`${JSON.stringify(report)}\n`)
      return 0
    }
    const columns = report.columns.join(', ')
    io.stdout.write(`${auditText(io.language, 'coverage.read', { n: report.n, columns })}\n`)
    for (const finding of report.findings) io.stdout.write(`- ${coverageSentence(finding, io.language)}\n`)
    if (report.maximalUncoveredPatterns.length === 0) io.stdout.write(`${auditText(io.language, 'coverage.enough')}\n`)
    return 0
  },
}
