export { allSubjectStores } from './io/subject-stores.ts'
export { type OpenModel, openModel, recordModel } from './model/io/open.ts'
export { breachSource } from './rights/breach.ts'
export { type KeptBreaches, keepBreachesForAll } from './rights/io/breaches.ts'
export { type Erased, type Erasure, eraseSubject } from './rights/io/erasure.ts'
export { entriesKept } from './rights/io/kept-entries.ts'
export { expirePseudonyms, type RetentionResult, runRetention, runRetentionForAll } from './rights/io/retention.ts'
export { measureCoverage } from './samples/jobs.ts'
export {
  appendConsent,
  decideGround,
  hasCallObjection,
  loadConsentEvents,
  loadNotices,
  loadPerson,
  loadPurpose,
  loadPurposesOf,
  numberOfSubject,
  outdatedSql,
  recordConsent,
  recordRepresentative,
} from './store.ts'
export { type ConsentFormat, exportConsents } from './subject/io/export.ts'
