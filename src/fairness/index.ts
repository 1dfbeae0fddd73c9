export { auditFile, type FileAudit, sha256 } from './io/audit-file.ts'
export { coverageOfFile, type FileCoverage } from './io/coverage-file.ts'
export { type Read, type ReadOptions, readTable } from './io/table.ts'
