export { readFileWithin } from './explain/io/model-file.ts'
export { attributeByScorer, changeByScorer, computeByScorer, openScorer, type Scorer } from './explain/io/scorer.ts'
export { recordWordings } from './io/wordings.ts'
export { type NewDisclosure, recordDisclosure } from './store.ts'
