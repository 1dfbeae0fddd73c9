/** `waarborg audit`: are groups treated differently? Reads a file by a plan and says what can be said. Needs no store. */
import { type AuditReport, limits } from '../fairness/contract.ts'
import { auditFile, sha256 } from '../fairness/index.ts'
import { cellsPieces, findingSentence, planBytes, readAuditPlan, verdictSentence } from '../fairness/rules.ts'
import { auditFolder } from './auditing/folder.ts'
import { readPlan, refuse } from './auditing/plan-file.ts'
import { auditText } from './auditing/text.ts'
import type { Command, Io } from './command.ts'

export const command: Command = {
  name: 'audit',
  summary: { nl: 'Vergelijk uitkomsten tussen groepen.', en: 'Compare outcomes between groups.' },
  usage: 'DATA --plan PLAN.json [--json] [--out DIR] [--max-bytes N]',
  options: {
    plan: { type: 'string', help: { nl: 'Wat er gevraagd wordt, als JSON.', en: 'What is asked, as JSON.' } },
    out: {
      type: 'string',
      help: {
        nl: 'Map voor plan, tellingen en verslag. Een ander plan hoort in een andere map.',
        en: 'Folder for plan, counts and report. Another plan belongs in another folder.',
      },
    },
    'max-bytes': {
      type: 'string',
      help: {
        nl: `Grootste bestand, uitgepakt (standaard ${limits.bytes}).`,
        en: `Largest file, unpacked (default ${limits.bytes}).`,
      },
    },
  },
  async run(io, { values, positionals }) {
    const [file, ...more] = positionals
    const json = values.json === true
    if (file === undefined || more.length > 0 || typeof values.plan !== 'string') {
      io.stderr.write(`${auditText(io.language, 'audit.which')}\n`)
      return 2
    }
    const limitBytes = values['max-bytes'] === undefined ? limits.bytes : Number(values['max-bytes'])
    if (!Number.isSafeInteger(limitBytes) || limitBytes < 1) {
      io.stderr.write(`${auditText(io.language, 'audit.number', { option: 'max-bytes' })}\n`)
      return 2
    }
    const read = readPlan(values.plan, readAuditPlan)
    if ('problems' in read) return refuse(io, read.problems, { json, exit: read.exit })
    const { plan } = read
    const out = typeof values.out === 'string' ? values.out : undefined
    const folder = out === undefined ? undefined : auditFolder(out, sha256)
    try {
      const bytes = planBytes(plan)
      const changed = folder?.begin(bytes, sha256([bytes]))
      if (changed) return refuse(io, { problems: [changed], total: 1 }, { json, exit: 3 })
      const audit = await auditFile(file, plan, { limitBytes })
      if (!audit.ok) {
        folder?.abandon()
        return refuse(io, audit.problems, { json, exit: 2 })
      }
      folder?.finish(cellsPieces(audit.table), `${JSON.stringify(audit.report)}\n`)
      if (json) io.stdout.write(`${JSON.stringify(audit.report)}\n`)
      else show(io, audit.report)
      if (out !== undefined) io.stderr.write(`${auditText(io.language, 'audit.written', { folder: out })}\n`)
      return 0
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === undefined || out === undefined) throw error
      io.stderr.write(`${auditText(io.language, 'audit.unwritable', { folder: out, code })}\n`)
      return 2
    }
  },
}

function show(io: Io, report: AuditReport): void {
  const say = (line: string) => io.stdout.write(`${line}\n`)
  const text = (key: Parameters<typeof auditText>[1], given: Record<string, string | number> = {}) =>
    auditText(io.language, key, given)
  say(text('audit.read', { n: report.n, groups: report.groups.length }))
  say(text('audit.plan', { hash: report.planSha256 }))
  say(text('audit.cells', { hash: report.cellsSha256 }))
  say(`\n${text('audit.verdicts')}`)
  for (const verdict of report.verdicts) say(`- ${verdictSentence(verdict, io.language)}`)
  if (report.verdicts.length === 0) say(text('audit.noVerdicts'))
  say(`\n${text('audit.findings')}`)
  for (const finding of report.findings) say(`- ${findingSentence(finding, io.language)}`)
  if (report.findings.length === 0) say(text('audit.noFindings'))
}
