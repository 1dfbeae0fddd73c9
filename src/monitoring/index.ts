export { feedbackFacts } from './io/facts.ts'
export { type AskedAbout, type MayAsk, mayAskByBreach } from './io/may-ask.ts'
