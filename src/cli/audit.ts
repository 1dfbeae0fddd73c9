/** `waarborg audit`: are groups treated differently? Reads a file by a plan and says what can be said. Needs no store. */
import { type AuditPlan, type AuditReport, limits } from '../fairness/contract.ts'
import { sha256 } from '../fairness/index.ts'
import {
  cellsPieces,
  cellsQuery,
  createIntake,
  findingSentence,
  planBytes,
  quotedTable,
  readAuditPlan,
  verdictSentence,
} from '../fairness/rules.ts'
import { auditFolder } from './auditing/folder.ts'
import { readPlan, refuse } from './auditing/plan-file.ts'
import { audit, type Source, sourceOf } from './auditing/source.ts'
import { auditText } from './auditing/text.ts'
import type { Command, ExitCode, Io } from './command.ts'

export const command: Command = {
  name: 'audit',
  summary: { nl: 'Vergelijk uitkomsten tussen groepen.', en: 'Compare outcomes between groups.' },
  usage: 'DATA --plan PLAN.json [--json] [--out DIR] | --table NAME [--database URL] --plan PLAN.json',
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
    engine: {
      type: 'string',
      help: {
        nl: 'own, duckdb, of auto (standaard): DuckDB voor grote Parquet, waar het is geïnstalleerd.',
        en: 'own, duckdb, or auto (default): DuckDB for large Parquet, where it is installed.',
      },
    },
    table: {
      type: 'string',
      help: {
        nl: 'Tabel die PostgreSQL zelf telt: schema.naam. Alleen tellingen komen terug.',
        en: 'Table that PostgreSQL counts itself: schema.name. Only counts come back.',
      },
    },
    database: {
      type: 'string',
      help: {
        nl: 'Adres van die database (anders PGHOST enzovoort).',
        en: 'Address of that database (otherwise PGHOST and so on).',
      },
    },
    'print-sql': {
      type: 'boolean',
      help: {
        nl: 'Toon de vraag aan de database, en stel die niet.',
        en: 'Show the query to the database, and do not ask it.',
      },
    },
  },
  async run(io, { values, positionals }) {
    const json = values.json === true
    const source = sourceOf(values, positionals)
    if (typeof values.plan !== 'string' || 'wrong' in source) {
      const wrong = 'wrong' in source && source.wrong !== 'DATA' ? source.wrong : undefined
      const sentence =
        wrong === undefined
          ? auditText(io.language, 'audit.which')
          : auditText(io.language, 'audit.option', { option: wrong })
      io.stderr.write(`${sentence}\n`)
      return 2
    }
    const read = readPlan(values.plan, readAuditPlan)
    if ('problems' in read) return refuse(io, read.problems, { json, exit: read.exit })
    if (values['print-sql'] === true) {
      const table = source.kind === 'table' ? source.table : 'decisions'
      io.stdout.write(`${cellsQuery(createIntake(read.plan).needs, [], quotedTable(table), 'postgresql')}\n`)
      return 0
    }
    return auditInto(io, source, read.plan, { json, out: typeof values.out === 'string' ? values.out : undefined })
  },
}

type Output = { readonly json: boolean; readonly out: string | undefined }

/** The plan is written before data are read; when they are refused, nothing of it stays. */
async function auditInto(io: Io, source: Source, plan: AuditPlan, { json, out }: Output): Promise<ExitCode> {
  const folder = out === undefined ? undefined : auditFolder(out, sha256)
  try {
    const bytes = planBytes(plan)
    const changed = folder?.begin(bytes, sha256([bytes]))
    if (changed) return refuse(io, { problems: [changed], total: 1 }, { json, exit: 3 })
    const result = await audit(source, plan)
    if (!result.ok) {
      folder?.abandon()
      return refuse(io, result.problems, { json, exit: 2 })
    }
    folder?.finish(cellsPieces(result.table), `${JSON.stringify(result.report)}\n`)
    if (json) io.stdout.write(`${JSON.stringify(result.report)}\n`)
    else show(io, result.report)
    if (out !== undefined) io.stderr.write(`${auditText(io.language, 'audit.written', { folder: out })}\n`)
    return 0
  } catch (error) {
    folder?.abandon()
    const code = (error as NodeJS.ErrnoException).code
    if (code === undefined || out === undefined) throw error
    io.stderr.write(`${auditText(io.language, 'audit.unwritable', { folder: out, code })}\n`)
    return 2
  }
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
