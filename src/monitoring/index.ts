export type { Deliver } from './io/corrections.ts'
export { feedbackFacts } from './io/facts.ts'
export { type AskedAbout, type MayAsk, mayAskByBreach } from './io/may-ask.ts'
export { type KeptAnswers, keepWrongAnswers } from './jobs.ts'
