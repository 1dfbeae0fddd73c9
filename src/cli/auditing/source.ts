/** Where the data of an audit come from: a file, or a table that the database counts. */
import { type AuditPlan, limits } from '../../fairness/contract.ts'
import { auditFile, auditTable, type FileAudit, type TableAudit } from '../../fairness/index.ts'
import type { Values } from '../command.ts'

export type Source =
  | {
      readonly kind: 'file'
      readonly path: string
      readonly limitBytes: number
      readonly engine: 'auto' | 'own' | 'duckdb'
    }
  | { readonly kind: 'table'; readonly table: string; readonly database: string | undefined }

const engines = ['auto', 'own', 'duckdb'] as const

/** The source that the command line names, or the option that cannot be. */
export function sourceOf(values: Values, positionals: readonly string[]): Source | { readonly wrong: string } {
  const [path, ...more] = positionals
  if (typeof values.table === 'string')
    return path === undefined
      ? { kind: 'table', table: values.table, database: values.database as string | undefined }
      : { wrong: 'DATA' }
  if (path === undefined || more.length > 0) return { wrong: 'DATA' }
  const limitBytes = values['max-bytes'] === undefined ? limits.bytes : Number(values['max-bytes'])
  if (!Number.isSafeInteger(limitBytes) || limitBytes < 1) return { wrong: 'max-bytes' }
  const engine = engines.find((name) => name === (values.engine ?? 'auto'))
  return engine === undefined ? { wrong: 'engine' } : { kind: 'file', path, limitBytes, engine }
}

export async function audit(source: Source, plan: AuditPlan): Promise<FileAudit | TableAudit> {
  if (source.kind === 'file') return auditFile(source.path, plan, source)
  const { default: pg } = await import('pg')
  const client = new pg.Client(source.database === undefined ? {} : { connectionString: source.database })
  try {
    await client.connect()
  } catch (error) {
    const value = (error as { code?: string }).code ?? 'unknown'
    return { ok: false, problems: { problems: [{ code: 'query_failed', value }], total: 1 } }
  }
  try {
    return await auditTable(client, source.table, plan)
  } finally {
    await client.end()
  }
}
