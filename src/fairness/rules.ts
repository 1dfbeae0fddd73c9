export { type Advice, adviceOf, weightsCsv } from './advice.ts'
export { runAudit } from './audit.ts'
export { type AuditTextKey, auditText } from './audits/texts.ts'
export { readZip, ZipUnreadable, zipOf } from './audits/zip.ts'
export {
  catalogue,
  columnsFor,
  measureFor,
  type Signal,
  type SignalColumns,
  type SignalId,
  signalIds,
} from './catalogue.ts'
export type { CellTable, Tuple } from './cells.ts'
export { cellsBytes, cellsPieces, type KeptCells, keptCells, readCells } from './cells-bytes.ts'
export { runCoverage } from './coverage.ts'
export { type Combinations, type CoverageIntake, createCoverageIntake } from './coverage-intake.ts'
export { createIntake, type Intake } from './intake.ts'
export {
  lookNow,
  type MonitorOptions,
  type MonitorRate,
  monitorRates,
  type ObservationProblem,
  type Observed,
  observationProblems,
  observe,
  observeBatch,
  problemOf,
  startMonitor,
} from './monitor.ts'
export { type PlanReading, planBytes, readAuditPlan, readCoveragePlan } from './plan.ts'
export { publish } from './publish.ts'
export {
  coverageSentence,
  findingSentence,
  groupName,
  metricName,
  problemSentence,
  problemSentences,
  verdictSentence,
} from './sentences.ts'
export { cellsQuery, type Dialect, quotedTable, type SqlColumn } from './sql.ts'
export { type FairnessTextKey, fairnessText, isFairnessTextKey } from './texts.ts'
