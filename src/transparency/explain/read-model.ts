/** A file of any known shape → a model. Which shape it is shows from its contents, never from its name. */
import { limits } from './build-tree.ts'
import { fieldOf, isObject } from './formats/fields.ts'
import { isLightgbm, readLightgbm } from './formats/lightgbm.ts'
import { isOnnx, readOnnx } from './formats/onnx.ts'
import { isOwn, readOwn } from './formats/own.ts'
import { isScikitLearn, readScikitLearn } from './formats/scikit-learn.ts'
import { isXgboost, readXgboost } from './formats/xgboost.ts'
import type { ReadModel } from './model.ts'
import { Problems, refuse } from './problem.ts'
import { readJsonFile } from './read-json.ts'

/**
 * `output` picks the class or target of a model with several (from 0; null: the last). Errors (`ExplainError`): everything
 * that is wrong with the file, each with its place; `model_unknown` when it is of no known shape.
 */
export function readModel(bytes: Uint8Array, { output = null }: { readonly output?: number | null } = {}): ReadModel {
  if (bytes.length > limits.fileBytes) refuse('file_too_large', '', { maximum: limits.fileBytes })
  if (bytes.length === 0) refuse('model_unknown')
  const problems = new Problems()
  const read = isOnnx(bytes) ? readOnnx(bytes, output, problems) : fromJson(readJsonFile(bytes), output, problems)
  problems.check()
  if (read === undefined) return refuse('model_unknown')
  checkSize(read)
  return read
}

function fromJson(file: unknown, output: number | null, problems: Problems): ReadModel | undefined {
  if (isXgboost(file)) return readXgboost(file, output, problems)
  if (!isObject(file)) return refuse('model_unknown')
  if (isLightgbm(file)) return readLightgbm(file, output, problems)
  if (isScikitLearn(file)) return readScikitLearn(file, output, problems)
  if (isOwn(file)) return readOwn(file, problems)
  const named = fieldOf(file, 'format') ?? fieldOf(file, 'kind')
  return refuse('model_unknown', named === undefined ? '' : 'format')
}

function checkSize({ model }: ReadModel): void {
  if (model.family !== 'trees') return
  const nodes = model.trees.reduce((sum, tree) => sum + tree.feature.length, 0)
  if (nodes > limits.nodes) refuse('too_many_nodes', '', { maximum: limits.nodes })
}

/** Features that a row must have at least: one more than the highest that a split names. */
export function featuresNamed({ model, features, names }: ReadModel): number {
  if (features !== null) return features
  if (names !== null) return names.length
  if (model.family === 'linear') return model.weights.length
  if (model.family === 'game') return model.players
  if (model.family === 'rules' || model.family === 'unseen') return 0
  let most = -1
  for (const tree of model.trees) for (const feature of tree.feature) most = Math.max(most, feature)
  return most + 1
}
