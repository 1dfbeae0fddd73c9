/**
 * A model of the register: read with the names that its system's decisions use, and asked about one decision. Everything that
 * would keep it from explaining shows when it is registered, not with the first customer.
 */
import type { DecisionRules, VersionExplainer } from '../../records/contract.ts'
import { unseenModel } from './attribute.ts'
import { type Computed, computeByModel } from './compute.ts'
import type { InputValue } from './contract.ts'
import type { Action, Limit, ReadModel, Row } from './model.ts'
import { ExplainError, type ExplainProblem, refuse } from './problem.ts'
import { readBackground, readInput } from './read-input.ts'
import { readJsonFile } from './read-json.ts'
import { featuresNamed, readModel } from './read-model.ts'

type Features = DecisionRules['features']

export type Registered = {
  readonly read: ReadModel
  /** Features in the order of the model, by the names of the register. */
  readonly names: readonly string[]
  readonly background: readonly Row[] | null
  /** Of the file; null for a scorer. */
  readonly sha256: string | null
  /** The score of a decision is the chance, where the model adds up log-odds. */
  readonly scoreIs: 'output' | 'probability'
}

export type ExplainerFiles = { readonly model: Uint8Array | null; readonly background: Uint8Array | null }

/** Most rows that a search for a change asks about while the sender waits. */
export const ASKED_IN_REQUEST = 2_000

/**
 * Reads an explainer's files. Errors (`ExplainError`): everything that is wrong with the file; `method_impossible` for what
 * this product does not explain (a game, a model with several outputs of which none is picked); `input_name_unknown` for a
 * feature that the register does not list.
 */
export function readRegistered(explainer: VersionExplainer, files: ExplainerFiles, features: Features): Registered {
  if (explainer.kind === 'scorer') {
    const names = features.map(({ feature }) => feature)
    const read = unseenModel(names, names.length)
    return { read, names, background: backgroundOf(files, read, names.length), sha256: null, scoreIs: 'output' }
  }
  if (files.model === null) return refuse('model_unknown')
  const { output, sha256, scoreIs } = explainer
  const read = readModel(files.model, { output })
  if (read.model.family === 'game') refuse('method_impossible', '', { what: 'game' })
  if (output === null && hasClasses(files.model, read)) refuse('method_impossible', '', { what: 'several outputs' })
  if (scoreIs === 'probability' && read.scale !== 'log_odds')
    refuse('method_impossible', 'score', { what: 'probability' })
  const names = namesOf(read, features)
  const named = { ...read, names }
  return {
    read: named,
    names,
    background: backgroundOf(files, named, names.length) ?? read.background,
    sha256,
    scoreIs,
  }
}

/** More than two classes or targets: "the" score is then one of them, and somebody has to say which. */
function hasClasses(bytes: Uint8Array, { format }: ReadModel): boolean {
  if (format === 'own') return false
  try {
    readModel(bytes, { output: 2 })
    return true
  } catch (error) {
    if (error instanceof ExplainError) return false
    throw error
  }
}

function namesOf(read: ReadModel, features: Features): readonly string[] {
  const registered = features.map(({ feature }) => feature)
  if (read.names !== null) return read.names
  if (read.model.family === 'rules')
    return [...new Set(read.model.rules.flatMap(({ when }) => when.map(({ feature }) => feature)))]
  const expected = featuresNamed(read)
  const fits = read.features === null ? expected <= registered.length : expected === registered.length
  return fits ? registered : refuse('length_differs', 'names', { found: expected, expected: registered.length })
}

function backgroundOf({ background }: ExplainerFiles, read: ReadModel, features: number): readonly Row[] | null {
  return background === null ? null : readBackground(readJsonFile(background), read, features)
}

export type ExplainerFault = { readonly at: 'model' | 'background'; readonly problem: ExplainProblem }

/** Everything that keeps this explainer from being used, found by reading it and explaining one case; empty when it can be. */
export function explainerFaults(
  explainer: VersionExplainer,
  files: ExplainerFiles,
  features: Features,
): readonly ExplainerFault[] {
  try {
    const registered = readRegistered(explainer, files, features)
    const unfit = unfitFeatures(registered, features)
    if (unfit.length > 0) return unfit
    if (explainer.kind === 'scorer') {
      if (registered.background === null) refuse('background_missing', 'background')
      return []
    }
    tryOne(registered, features)
    return []
  } catch (error) {
    if (!(error instanceof ExplainError)) throw error
    return error.problems.map((problem) => ({
      at: problem.code.startsWith('background_') || problem.place.startsWith('background') ? 'background' : 'model',
      problem,
    }))
  }
}

/** A name that decisions do not have, or one whose values are words where the model reckons with numbers. */
function unfitFeatures({ names, read }: Registered, features: Features): ExplainerFault[] {
  const listed = new Map(features.map((one) => [one.feature, one]))
  return names.flatMap((name): ExplainerFault[] => {
    const feature = listed.get(name)
    const fault = (
      code: 'input_name_unknown' | 'input_not_number',
      values: Record<string, string>,
    ): ExplainerFault => ({
      at: 'model',
      problem: { code, place: `names.${name.slice(0, 100)}`, values },
    })
    if (feature === undefined) return [fault('input_name_unknown', { name: name.slice(0, 100), nearest: '–' })]
    const words = feature.show === 'choice' && (feature.values?.some(({ value }) => typeof value === 'string') ?? true)
    return words && read.model.family !== 'rules' ? [fault('input_not_number', { name })] : []
  })
}

/** A row of the background, or of zeros: what a method needs and the file lacks shows with any row. */
function tryOne(registered: Registered, features: Features): void {
  const { names, background } = registered
  const listed = new Map(features.map((one) => [one.feature, one]))
  const values = names.map((name, i): [string, InputValue] => [
    name,
    background?.[0]?.[i] ?? listed.get(name)?.values?.[0]?.value ?? 0,
  ])
  computeRegistered(registered, { values: Object.fromEntries(values), actions: null, limit: null })
}

export type RegisteredQuestion = {
  readonly values: Readonly<Record<string, InputValue>>
  /** What the person could change; null when nobody is worse off, or nothing is registered. */
  readonly actions: readonly Action[] | null
  /** In units of the score of a decision. */
  readonly limit: Limit | null
}

export type ComputedDecision = Computed & {
  readonly names: readonly string[]
  readonly values: ReadonlyMap<string, InputValue>
  /** On the scale of the model. */
  readonly limit: Limit | null
}

/** Errors (`ExplainError`): `input_…` for values that the model cannot read, and those of `attribute`. */
export function computeRegistered(registered: Registered, question: RegisteredQuestion): ComputedDecision {
  const { read, names, background } = registered
  const { row, values } = readInput({ x: pick(question.values, names) }, read)
  // A rule may compare words, and a search knows numbers only.
  const numbers = [...values.values()].every((value) => typeof value !== 'string')
  const limit = limitOnModel(registered, question.limit)
  return {
    ...computeByModel(read, {
      row,
      values,
      background,
      actions: numbers ? question.actions : null,
      limit,
      asked: ASKED_IN_REQUEST,
    }),
    names,
    values,
    limit,
  }
}

/** The values of these names, as far as they are there. */
export function pick(values: RegisteredQuestion['values'], names: readonly string[]): Record<string, InputValue> {
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(values, name) ? [[name, values[name]!] as const] : [])),
  )
}

/** What a decision was sent with, as the model reckons: log-odds of a chance. */
export function scoreOnModel({ scoreIs }: Pick<Registered, 'scoreIs'>, score: number): number {
  return scoreIs === 'probability' ? Math.log(score / (1 - score)) : score
}

/** The score of a decision for what the model answers. */
export function scoreOfOutput({ scoreIs }: Pick<Registered, 'scoreIs'>, output: number): number {
  return scoreIs === 'probability' ? 1 / (1 + Math.exp(-output)) : output
}

function limitOnModel(registered: Registered, limit: Limit | null): Limit | null {
  return limit === null ? null : { ...limit, value: scoreOnModel(registered, limit.value) }
}

/** What a person can change, by the register, in the order of the model; null when that is nothing. */
export function actionsFor(names: readonly string[], features: Features): readonly Action[] | null {
  const listed = new Map(features.map((one) => [one.feature, one]))
  const actions = names.map((name): Action => {
    const { actionable, show } = listed.get(name) ?? {}
    if (actionable === undefined) return { lower: 0, upper: 0, step: 1, direction: 'fixed', costPerStep: null }
    const { direction, min = 0, max = show === 'yes_no' ? 1 : 0, step = 1, cost = 1 } = actionable
    return { lower: min, upper: max, step, direction: directions[direction], costPerStep: cost }
  })
  return actions.every(({ direction }) => direction === 'fixed') ? null : actions
}
const directions = { up: 'increase', down: 'decrease', any: 'any' } as const
