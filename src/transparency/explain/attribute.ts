/** Which method explains a model, and what it needs: the one place where that is decided. */
import type { Attribution } from './attribution.ts'
import { answers, EXACT_FEATURES, exactPlan, gameValues, type ShapleyPlan, sampledPlan } from './kernel.ts'
import { linearContributions } from './linear.ts'
import type { AskedMethod, LinearModel, ReadModel, Row, TreeModel } from './model.ts'
import { predict } from './model.ts'
import { refuse } from './problem.ts'
import { interventional, pathDependent } from './tree.ts'

export type AttributeOptions = {
  readonly background: readonly Row[] | null
  readonly method?: AskedMethod
  /** Pairs of orders when coalitions are sampled. */
  readonly pairs?: number
  readonly seed?: number
}

export const DEFAULT_PAIRS = 500
/** Most rows that a model in this process is asked about for one explanation. */
export const MAX_ANSWERS = 20_000_000

/**
 * Contributions to one output. `row` as long as the features. Errors: `background_missing`, `cover_missing`,
 * `method_impossible`, `work_too_large`. Rules have no contributions: see `fired-rules.ts`.
 */
export function attribute(read: ReadModel, row: Row, options: AttributeOptions): Attribution {
  const { model, scale } = read
  const method = options.method ?? read.asked
  switch (model.family) {
    case 'game': {
      const { base, phi } = gameValues(model.players, model.values)
      return {
        method: 'shapley_exact',
        scale,
        base,
        phi,
        output: model.values.at(-1)!,
        halfWidth: null,
        baseline: { kind: 'none', rows: null },
      }
    }
    case 'rules':
    case 'unseen':
      return refuse('method_impossible', '', { what: model.family })
    case 'linear': {
      if (method === 'path-dependent') refuse('method_impossible', 'kind', { what: 'path-dependent' })
      const background = needed(options.background ?? read.background)
      if (model.link === 'logistic') return byCoalitions(model, scale, row, background, options)
      return {
        method: 'linear',
        scale,
        ...linearContributions(model, row, background),
        halfWidth: null,
        baseline: { kind: 'background', rows: background.length },
      }
    }
    case 'trees':
      return ofTrees(model, read, row, method, options)
  }
}

function ofTrees(
  model: TreeModel,
  { scale, background: own }: ReadModel,
  row: Row,
  method: AskedMethod,
  options: AttributeOptions,
): Attribution {
  const background = options.background ?? own
  const covered = model.trees.every(({ cover }) => cover !== null)
  if (model.link === 'logistic') {
    if (method === 'path-dependent') refuse('method_impossible', 'kind', { what: 'probability-path-dependent' })
    return byCoalitions(model, scale, row, needed(background), options)
  }
  if (method === 'interventional' || (method === null && background !== null)) {
    const rows = needed(background)
    return {
      method: 'tree_interventional',
      scale,
      ...interventional(model, row, rows),
      halfWidth: null,
      baseline: { kind: 'background', rows: rows.length },
    }
  }
  if (!covered) refuse('cover_missing')
  return {
    method: 'tree_path_dependent',
    scale,
    ...pathDependent(model, row),
    halfWidth: null,
    baseline: { kind: 'training', rows: trainingRows(model) },
  }
}

/** Rows that went by the root in training, where the cover counts rows. */
function trainingRows({ trees }: TreeModel): number | null {
  const rows = trees[0]!.cover![0]!
  return Number.isInteger(rows) && rows > 0 && trees.every(({ cover }) => cover![0] === rows) ? rows : null
}

function needed(background: readonly Row[] | null): readonly Row[] {
  if (background === null) return refuse('background_missing')
  if (background.length === 0) return refuse('background_empty')
  return background
}

/** All coalitions up to 12 features, a sample of orders above. */
export function planFor(features: number, { pairs, seed }: { pairs: number; seed: number }): ShapleyPlan {
  return features <= EXACT_FEATURES ? exactPlan(features) : sampledPlan(features, { pairs, seed })
}

function byCoalitions(
  model: LinearModel | TreeModel,
  scale: Attribution['scale'],
  row: Row,
  background: readonly Row[],
  { pairs = DEFAULT_PAIRS, seed = 1 }: AttributeOptions,
): Attribution {
  const plan = planFor(row.length, { pairs, seed })
  const work = plan.coalitions.length * background.length
  if (work > MAX_ANSWERS) refuse('work_too_large', 'background', { found: work, maximum: MAX_ANSWERS })
  const { base, phi, halfWidth } = plan.finish(answers(plan, row, background, (each) => predict(model, each)))
  return {
    method: halfWidth === null ? 'shapley_exact' : 'shapley_sampled',
    scale,
    base,
    phi,
    output: predict(model, row),
    halfWidth,
    baseline: { kind: 'background', rows: background.length },
  }
}

/** A model of which only the answers are known: its features, and nothing that it can be explained by. */
export const unseenModel = (names: readonly string[] | null, features: number): ReadModel => ({
  model: { family: 'unseen' },
  format: 'scorer',
  scale: 'score',
  names,
  features,
  asked: null,
  background: null,
  actions: null,
  limit: null,
  remarks: [],
})
