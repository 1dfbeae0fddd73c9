export {
  type AnswerCell,
  type AnswerError,
  type Answers,
  type AnswerValue,
  addInstance,
  answerErrorCodes,
  answerKey,
  type Cell,
  type Changed,
  clearAnswer,
  FIRST_INSTANCE,
  type ImageValue,
  type InstanceCell,
  instanceKey,
  isAnswered,
  mergeCells,
  noAnswers,
  optionText,
  type Place,
  readKey,
  removeInstance,
  restoreInstance,
  type Stamp,
  setAnswer,
} from './answers.ts'
export type { AnswersProblem } from './answers-problem.ts'
export {
  type Form,
  type FormText,
  type Option,
  type OptionValue,
  type QuestionKind,
  type Reference,
  type Source,
  sayText,
  shortName,
  type Task,
  tasksOf,
  versionedUrn,
} from './definition.ts'
export { type Filled, fill } from './filled.ts'
export { type FormProblem, formErrorCodes, formWarningCodes } from './form-problem.ts'
export { type FoundTerm, findTerms, type Glossary, type GlossaryRead, readGlossary, type Term } from './glossary.ts'
export { type CriterionOutcome, type Outcome, outcomesOf } from './outcome.ts'
export type { OutputFile, OutputMetadata } from './output.ts'
export {
  type Fact,
  type FactTasks,
  type Known,
  type Prefill,
  type Proposal,
  type ProposalSource,
  prefill,
  unknownReferences,
  type View,
} from './prefill.ts'
export { countForm, type FormCount, type Progress, progressOf, type SectionProgress } from './progress.ts'
export { type AnswersRead, readAnswers } from './read-answers.ts'
export { type FormRead, readForm } from './read-form.ts'
export { type Block, type Inline, instanceName, plainText, renderText } from './render-text.ts'
export {
  type Shown,
  type ShownInstance,
  type ShownRepeat,
  type ShownTask,
  shownAnswers,
  shownTasks,
  type Visible,
  visible,
} from './visible.ts'
export { type WriteOptions, writeAnswers } from './write-answers.ts'
