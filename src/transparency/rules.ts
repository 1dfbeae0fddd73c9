export * from './choice.ts'
export * from './clarification.ts'
export { decisionWords, type RuleWords } from './decision-words.ts'
export * from './disclosure.ts'
export * from './disclosure-check.ts'
export { type AttributeOptions, attribute, unseenModel } from './explain/attribute.ts'
export { type Attribution, additivityGap } from './explain/attribution.ts'
export { askModel, findChange } from './explain/change.ts'
export { type TextProblem, unsupportedIn } from './explain/check.ts'
export { type Citation, checkCitation } from './explain/citation.ts'
export { type Computed, type ComputeQuestion, computeByModel } from './explain/compute.ts'
export type { Counterfactual } from './explain/counterfactual.ts'
export { type Explanation, type ExplanationFacts, makeExplanation } from './explain/explanation.ts'
export { type Fired, firedRules } from './explain/fired-rules.ts'
export type { Action, AskedMethod, Limit, ReadModel, Row } from './explain/model.ts'
export { ExplainError, type ExplainProblem } from './explain/problem.ts'
export { type Input, readActionsFile, readBackground, readInput } from './explain/read-input.ts'
export { readJsonFile } from './explain/read-json.ts'
export { readModel } from './explain/read-model.ts'
export {
  actionsFor,
  type ComputedDecision,
  computeRegistered,
  type ExplainerFault,
  type ExplainerFiles,
  explainerFaults,
  type Registered,
  readRegistered,
  scoreOfOutput,
  scoreOnModel,
} from './explain/registered.ts'
export { type Said, sayExplanation, sayRefusal } from './explain/sentence.ts'
export { explainFaultText, explainProblemText, explainText } from './explain/texts.ts'
export { plainWords, readWords, type WordIndex } from './explain/words.ts'
export * from './explanation.ts'
export * from './ground.ts'
export * from './portal.ts'
export * from './public-list.ts'
export * from './second-notice.ts'
export * from './texts.ts'
export * from './wording-check.ts'
