import type { Labelled, Span } from '../../../src/privacy/testing.ts'
import { names } from './names.ts'
import { agents, said, typed } from './negatives.ts'
import { Random } from './random.ts'
import { notSpecial, special } from './special.ts'
import * as stress from './stress.ts'
import { stressMakers } from './stress-values.ts'
import * as templates from './templates.ts'
import { type Half, makers } from './values.ts'

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '')
const halfOf = (lines: readonly string[], half: Half): string[] =>
  lines.filter((_, i) => (i % 2 === 0) === (half === 'development'))
const origins = Object.keys(names)

type Source = {
  readonly kind: string
  readonly lang: 'nl' | 'en'
  readonly channel: Labelled['channel']
  readonly lines: string[]
}

/** Cases of one half, each template filled in as often as `times`; names of all origins take turns. */
export function contactCentreCases(half: Half, times = 6): Labelled[] {
  const sources: Source[] = [
    { kind: 'chat-nl', lang: 'nl', channel: 'chat', lines: linesOf(templates.chatNl) },
    { kind: 'speech-nl', lang: 'nl', channel: 'speech', lines: linesOf(templates.speechNl) },
    { kind: 'chat-en', lang: 'en', channel: 'chat', lines: linesOf(templates.chatEn) },
    { kind: 'speech-en', lang: 'en', channel: 'speech', lines: linesOf(templates.speechEn) },
  ]
  return sources.flatMap((source) => casesOf(source, half, times))
}

const negatives = { typed, said, agents }
export type KindOfNegative = keyof typeof negatives

/** Messages in which nothing is personal. */
export function negativeCases(kind: KindOfNegative, half: Half): Labelled[] {
  return byLanguage(kind, linesOf(negatives[kind]), half, kind === 'said' ? 'speech' : 'chat')
}

/** Special categories, and sentences that only look like them. */
export const specialCases = (half: Half): Labelled[] => [
  ...byLanguage('special', linesOf(special), half),
  ...byLanguage('not-special', linesOf(notSpecial), half),
]

const byLanguage = (kind: string, lines: readonly string[], half: Half, channel: Labelled['channel'] = 'chat') =>
  halfOf(lines, half).map((line, i) => {
    const [lang, text] = [line.slice(0, 2) as 'nl' | 'en', line.slice(3)]
    return filled(`${kind}-${half}-${i}`, text, { lang, channel, origin: 'nl', random: new Random(i), half })
  })

export type KindOfStress = 'sentences' | 'calls' | 'agents'

/** The harder ones. */
export function stressCases(kind: KindOfStress, half: Half, times = 6): Labelled[] {
  if (kind === 'agents') return agentCases(half, times)
  const sources: Source[] =
    kind === 'sentences'
      ? [{ kind, lang: 'en', channel: 'chat', lines: linesOf(stress.sentencesEn) }]
      : [
          { kind: 'calls-nl', lang: 'nl', channel: 'speech', lines: linesOf(stress.callsNl) },
          { kind: 'calls-en', lang: 'en', channel: 'speech', lines: linesOf(stress.callsEn) },
        ]
  return sources.flatMap((source) => casesOf(source, half, times))
}

function agentCases(half: Half, times: number): Labelled[] {
  const lines = linesOf(stress.agentsWrite)
  return (['nl', 'en'] as const).flatMap((lang) => {
    const own = lines.filter((line) => line.startsWith(lang)).map((line) => line.slice(3))
    return casesOf({ kind: `agents-${lang}`, lang, channel: 'chat', lines: own }, half, times)
  })
}

export function proseCases(half: Half, times = 8): Labelled[] {
  return casesOf({ kind: 'prose-en', lang: 'en', channel: 'chat', lines: linesOf(templates.proseEn) }, half, times)
}

function casesOf({ kind, lang, channel, lines }: Source, half: Half, times: number): Labelled[] {
  return halfOf(lines, half).flatMap((line, i) =>
    Array.from({ length: times }, (_, n) => {
      const at = i * times + n
      const origin = origins[at % origins.length]!
      const random = new Random(at * 7919 + kind.length * 104729 + (half === 'development' ? 0 : 1_000_003))
      return filled(`${kind}-${half}-${i}-${n}`, line, { lang, channel, origin, random, half })
    }),
  )
}

type Filling = {
  readonly lang: 'nl' | 'en'
  readonly channel: Labelled['channel']
  readonly origin: string
  readonly random: Random
  readonly half: Half
}

function filled(id: string, template: string, { lang, channel, origin, random, half }: Filling): Labelled {
  const spans: Span[] = []
  const roles: ('customer' | 'agent')[] = []
  let text = ''
  let hasName = false
  for (const turn of template.split(' | ')) {
    if (text !== '' || roles.length > 0) text += '\n'
    const isAgent = turn.startsWith('A: ')
    roles.push(isAgent ? 'agent' : 'customer')
    for (const part of (isAgent ? turn.slice(3) : turn).split(/(\{\w+\}|\[[A-Z]+:[^\]]+\])/)) {
      const slot = /^\{(\w+)\}$/.exec(part)?.[1]
      const phrase = /^\[([A-Z]+):([^\]]+)\]$/.exec(part)
      if (slot === undefined && phrase === null) {
        text += part
        continue
      }
      const [label, value] = slot === undefined ? [phrase![1]!, phrase![2]!] : made(slot, { random, half, origin })
      hasName ||= label === 'PERSON'
      // What stands between these marks is no part of the value: "nul zes ⟨eh⟩ twee".
      for (const piece of value.split(/(⟨[^⟩]*⟩)/)) {
        const plain = piece.replace(/[⟨⟩]/g, '')
        if (plain === piece && label !== '') spans.push([text.length, text.length + plain.length, label])
        text += plain
      }
      for (let line = value.indexOf('\n'); line >= 0; line = value.indexOf('\n', line + 1)) roles.push(roles.at(-1)!)
    }
  }
  return { id, lang, channel, roles, text, spans, origin: hasName ? origin : null }
}

function made(slot: string, given: Parameters<(typeof makers)[string][1]>[0]): [string, string] {
  const maker = makers[slot] ?? stressMakers[slot]
  if (maker === undefined) throw new Error(`no values for {${slot}}`)
  return [maker[0], maker[1](given)]
}
