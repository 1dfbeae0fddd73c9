/** Reads the .topics format: what a conversation is about, with several ways to say each line; described in README.md. */
import { TalkError } from './talk.ts'

/** One way to say a line. `after`: only when the step before was said in one of these ways (from 1); absent: always. */
export type Way = { readonly words: string; readonly after?: readonly number[] }

export type Step =
  | { readonly who: 'K' | 'H' | 'S'; readonly ways: readonly Way[] }
  | { readonly who: 'tool' }
  /** Steps that are there in `percent` of 100 conversations. */
  | { readonly who: 'maybe'; readonly percent: number; readonly steps: readonly Step[] }

export type Topics = ReadonlyMap<string, readonly Step[]>

/** @throws TalkError naming file and line. */
export function readTopics(file: string, content: string): Topics {
  const topics = new Map<string, Step[]>()
  let steps: Step[] | undefined
  let inside: { percent: number; steps: Step[] } | undefined
  let ways: Way[] | undefined
  for (const [index, line] of content.split('\n').entries()) {
    const fail = (problem: string): never => {
      throw new TalkError(file, index + 1, problem)
    }
    if (line.trim() === '' || line.startsWith('#')) continue
    const head = /^(?:==|--) (\S+)$/.exec(line)
    if (head) {
      if (inside) fail('the optional part above is not closed with a dot')
      if (topics.has(head[1]!)) fail(`${head[1]} stands here twice`)
      steps = []
      topics.set(head[1]!, steps)
      continue
    }
    const target: Step[] = inside?.steps ?? steps ?? fail('a topic starts with == name, a part with -- name')
    const said = /^([KHS]): (.+)$/.exec(line)
    if (said) {
      ways = [way(said[2]!)]
      target.push({ who: said[1] as 'K' | 'H' | 'S', ways })
    } else if (line.startsWith('/ ')) (ways ?? fail('/ follows a line')).push(way(line.slice(2)))
    else if (line.startsWith('|')) {
      const last = ways?.pop() ?? fail('| follows a line')
      ways!.push({ ...last, words: `${last.words}\n${line.slice(2)}` })
    } else if (line === '@ tool') target.push({ who: 'tool' })
    else if (/^\? \d+$/.test(line)) inside = { percent: Number(line.slice(2)), steps: [] }
    else if (line === '.') {
      const done = inside ?? fail('a dot without an optional part')
      steps!.push({ who: 'maybe', ...done })
      inside = undefined
    } else fail('not a line of a topic')
  }
  return topics
}

function way(line: string): Way {
  const bound = /^\[(\d+(?:,\d+)*)\] (.+)$/.exec(line)
  return bound ? { words: bound[2]!, after: bound[1]!.split(',').map(Number) } : { words: line }
}
