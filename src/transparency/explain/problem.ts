/** What is wrong with a model, an input or a scorer: a code, the place, and the whole list at once. */
import type { ExplainCode } from './contract.ts'

export type ExplainProblem = {
  readonly code: ExplainCode
  /** Where in the file, as a path: `trees[3].nodes[12].threshold`; empty for the file as a whole. Never contents. */
  readonly place: string
  readonly values: Readonly<Record<string, string | number>>
}

/** No more are listed; the others are counted. */
export const MAX_PROBLEMS = 20

/** Nothing was explained; `problems` holds the first 20 in order of discovery, `total` counts all. */
export class ExplainError extends Error {
  readonly problems: readonly ExplainProblem[]
  readonly total: number
  readonly code: ExplainCode

  constructor(problems: readonly ExplainProblem[], total = problems.length) {
    super(problems.map(({ code, place }) => (place === '' ? code : `${code} at ${place}`)).join(', '))
    this.problems = problems
    this.total = total
    this.code = problems[0]!.code
  }
}

/** One problem that stands alone. */
export function refuse(code: ExplainCode, place = '', values: ExplainProblem['values'] = {}): never {
  throw new ExplainError([{ code, place, values }])
}

/** Gathers problems, so that a reader sees all that is wrong with a file and not only the first. */
export class Problems {
  readonly #list: ExplainProblem[] = []
  #total = 0

  get total(): number {
    return this.#total
  }

  add(code: ExplainCode, place: string, values: ExplainProblem['values'] = {}): void {
    this.#total++
    if (this.#list.length < MAX_PROBLEMS) this.#list.push({ code, place, values })
  }

  /** Throws `ExplainError` when anything was added. */
  check(): void {
    if (this.#total > 0) throw new ExplainError(this.#list, this.#total)
  }
}
