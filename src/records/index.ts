export {
  type Applied,
  type ApplyDeps,
  applyOrganisation,
  type ConsentGiven,
  type NewSystemKey,
  OrganisationRefused,
  previewOrganisation,
} from './io/apply.ts'
export { type Entry, recordEvent, tenantOf } from './io/event.ts'
export { loadRegister } from './io/register.ts'
export {
  addAnonymousSubject,
  addSubjects,
  findSubjects,
  type NewSubject,
  referenceHash,
  type SubjectReference,
  type SubjectRow,
  subjectFor,
} from './io/subjects.ts'
export {
  loadGates,
  loadStanding,
  loadStops,
  lockSystem,
  oversightChanged,
  refreshStanding,
  rewriteStanding,
  type StoredGate,
  type StoredStop,
  type SystemRow,
  saveText,
  systemsOf,
  writtenIn,
} from './store.ts'
