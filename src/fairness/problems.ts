/** What is wrong with plan or data: all of it is counted, the first twenty are kept. */
import { editDistance } from '../platform/settings.ts'
import { limits, type Problem, type ProblemList } from './contract.ts'

export type Problems = {
  add(problem: Problem): void
  readonly total: number
  list(): ProblemList
}

const VALUE_SHOWN = 60

export function createProblems(most: number = limits.problemsShown): Problems {
  const kept: Problem[] = []
  let total = 0
  return {
    add(problem) {
      total++
      if (kept.length >= most) return
      kept.push(
        problem.value !== undefined && problem.value.length > VALUE_SHOWN
          ? { ...problem, value: `${problem.value.slice(0, VALUE_SHOWN)}…` }
          : problem,
      )
    },
    get total() {
      return total
    },
    list: () => ({ problems: [...kept], total }),
  }
}

/** The known name that looks most like this one, when one does: case, blanks and underscores aside, at most half of it differs. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const bare = (text: string) =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\s_-]+/g, '')
  const wanted = bare(name)
  const most = Math.min(wanted.length - 1, Math.max(1, Math.floor(wanted.length / 2)))
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const one of known.slice(0, 1_000)) {
    const distance = editDistance(wanted, bare(one))
    if (one !== '' && (best === undefined || distance < best.distance)) best = { name: one, distance }
  }
  return best !== undefined && best.distance <= most ? best.name : undefined
}
