export { endAttributesAgain } from './attributes/io/restored.ts'
export {
  type AttributePlace,
  joinValues,
  loadAttributes,
  recordRead,
} from './attributes/io/store.ts'
export { assignCase, type Hinder, type NextFor, noteCase, rolesAmong } from './cases/io/acts.ts'
export {
  addFile,
  addLetter,
  addMessage,
  addNote,
  type CasePlace,
  checkFile,
  filesOf,
  keep,
  keptOf,
  lettersOf,
  messagesOf,
  type NewLetter,
  notesOf,
  placeOf as casePlaceOf,
  readFileOf,
  readingKey,
  writingKey,
} from './cases/io/contents.ts'
export { type LetterParts, sendCaseLetter, wayTo } from './cases/io/letters.ts'
export { type CaseLink, caseLinkOf, caseOfLink, casesOfLink } from './cases/io/link.ts'
export { type CaseReader, clockView, countCases, listCases, namesOf, viewCase } from './cases/io/list.ts'
export type { SaidMore } from './cases/io/portal-routes.ts'
export {
  type CaseChange,
  type CaseRow,
  type ClockAct,
  calendarOf,
  caseByReference,
  changeCase,
  clocksOf,
  lockCase,
  type NewCase,
  openCase,
  readCase,
} from './cases/io/store.ts'
export { keepCases, recountCases } from './cases/jobs.ts'
export { type Adoption, adoptConversation } from './io/adoption.ts'
export { raiseAlarm, settleAlarm } from './io/alarms.ts'
export {
  type Applied,
  type ApplyDeps,
  applyOrganisation,
  type ConsentGiven,
  type NewSystemKey,
  OrganisationRefused,
  previewOrganisation,
  registerNotice,
} from './io/apply.ts'
export { confirmContest, endContests, explainContest, lapseHolds, withdrawContest } from './io/contest-effect.ts'
export { contestHinder, contestNextFor } from './io/contest-reviewer.ts'
export { contestDecision, contestOf } from './io/contests.ts'
export {
  type ConversationWanted,
  endConversation,
  externalHash,
  type FoundConversation,
  findConversation,
  openConversation,
  recordTurns,
  type TurnToRecord,
} from './io/conversations.ts'
export { reviewsOf } from './io/decision-reads.ts'
export {
  decisionKey,
  decisionPlace,
  findDecision,
  insertDecision,
  insertOutcome,
  type KnownDecision,
  loadDecisionRules,
  lockDecisionKey,
} from './io/decisions.ts'
export { type Entry, recordEvent, tenantOf } from './io/event.ts'
export { type CheckExplainer, type ExplainerBytes, loadExplainerFiles } from './io/explainers.ts'
export { factSources } from './io/facts.ts'
export { loadGateConditions, type VersionPlace, writeGateCondition } from './io/gate-conditions.ts'
export { type HandOffLine, listHandOffs, takeHandOff } from './io/hand-offs.ts'
export {
  type LocatedProblem,
  located,
  organisationYaml,
  type ReadFile,
  readOrganisationBytes,
  readOrganisationFile,
} from './io/organisation-file.ts'
export { type DecideGround, type RecordingDeps, recordConversation } from './io/recording.ts'
export { loadRegister, loadSubjects } from './io/register.ts'
export { subjectStores } from './io/subject-stores.ts'
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
export { loadPurposes } from './io/systems.ts'
export { expireAttributesForAll, keepRegister, recountCasesForAll } from './jobs.ts'
export { type LetterMail, letterCameBack, mailTo, sendLetters } from './outbox/io/letters.ts'
export {
  dropOutgoingOf,
  type OnConfirmed,
  type Post,
  queueMail,
  queueWebhooks,
  sendOutgoing,
} from './outbox/io/queue.ts'
export type { WebhookBody, WebhookEvent } from './outbox/webhook.ts'
export { dropWords, indexTurns } from './search/io/tokens.ts'
export {
  currentVersion,
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
