export { readFileWithin } from './explain/io/model-file.ts'
export { attributeByScorer, changeByScorer, computeByScorer, openScorer, type Scorer } from './explain/io/scorer.ts'
export { type LinkTo, loadLinkDecisions } from './io/portal-decisions.ts'
export { type NewDisclosure, recordDisclosure } from './store.ts'
