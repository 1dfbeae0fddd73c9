/** Chooses how each line of a topic is said, so that conversations on one topic differ and still hang together. */
import type { Chance } from './chance.ts'
import type { Step, Way } from './topics.ts'

/** What the helper says, as a computer and as a person. */
export type Help = { readonly computer: string; readonly person: string }
export type Exchange = { readonly K: string; readonly H: Help | undefined; readonly tool: boolean }

/** How often each way was chosen so far: the least heard go first. */
export type Heard = Map<string, number>

/**
 * One of the ways that fit after way `before` (from 1) of the step above; among the least heard, by chance.
 * @throws Error when no way fits.
 */
export function chooseWay(
  ways: readonly Way[],
  before: number | undefined,
  chance: Chance,
  heard: Heard,
): { readonly words: string; readonly index: number } {
  const fitting = ways
    .map((way, at) => ({ ...way, index: at + 1, times: heard.get(way.words) ?? 0 }))
    .filter(({ after }) => after === undefined || (before !== undefined && after.includes(before)))
  const least = Math.min(...fitting.map(({ times }) => times))
  if (fitting.length === 0) throw new Error(`no way fits after way ${before}: ${ways[0]?.words}`)
  const { words, index, times } = chance.pick(fitting.filter(({ times }) => times === least))
  heard.set(words, times + 1)
  return { words, index }
}

/** Walks through a topic: customer and helper in turn, optional parts in or out, and the recorded summary. */
export function chooseLines(
  steps: readonly Step[],
  chance: Chance,
  heard: Heard,
): { readonly exchanges: Exchange[]; readonly summary: string } {
  const exchanges: Exchange[] = []
  let summary = ''
  let open: { K: string; tool: boolean } | undefined
  let before: number | undefined
  const walk = (list: readonly Step[]) => {
    for (const step of list) {
      if (step.who === 'maybe') {
        if (chance.in100(step.percent)) walk(step.steps)
      } else if (step.who === 'tool') {
        if (open) open.tool = true
      } else if (step.who === 'S') summary = chance.pick(step.ways).words
      else {
        const { words, index } = chooseWay(step.ways, before, chance, heard)
        before = index
        if (step.who === 'K') {
          if (open) exchanges.push({ ...open, H: undefined })
          open = { K: words, tool: false }
        } else if (open) {
          const [computer, person] = words.split(' || ') as [string, string | undefined]
          exchanges.push({ ...open, H: { computer, person: person ?? computer } })
          open = undefined
        }
      }
    }
  }
  walk(steps)
  if (open) exchanges.push({ ...open, H: undefined })
  return { exchanges, summary }
}
