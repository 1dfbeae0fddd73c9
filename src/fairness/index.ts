export { auditFile, auditTable, type FileAudit, sha256, type TableAudit } from './io/audit-file.ts'
export { coverageOfFile, type FileCoverage } from './io/coverage-file.ts'
export type { Connection } from './io/postgres.ts'
export { type Read, type ReadOptions, readTable } from './io/table.ts'
