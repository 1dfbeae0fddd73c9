/**
 * What finding personal data costs and what it finds: speed on the demonstration's conversations, growth with length, hostile
 * text against ordinary text, and the scores on the labelled samples when these lie beside the checkout.
 */
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { spansOf } from '../src/cli/redact.ts'
import { sharedData } from '../src/platform/shared-data.ts'
import { findPersonalData, type Part, type RedactionOptions, type Role } from '../src/privacy/rules.ts'
import { type Labelled, parseLabelled, score } from '../src/privacy/testing.ts'
import { hostileTexts } from './privacy/hostile.ts'
import { type BenchContext, median, quantile, type Table } from './table.ts'

type Row = Table['rows'][number]
type Goal = NonNullable<Table['goals']>[number]
type Recorded = { readonly turns: readonly { readonly role: Role; readonly text: string }[] }

const options: RedactionOptions = { languages: ['nl', 'en'], channel: 'chat', allow: [] }
const demonstration = join(import.meta.dirname, '../demo/conversations')

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const conversations = readDemonstration()
  const rows: Row[] = []
  const goals: Goal[] = []
  const rounds = quick ? 2 : 12
  rows.push(...measureSpeed(conversations, rounds, goals))
  say('speed measured')
  rows.push(...measureMessages(conversations, quick, goals))
  rows.push(...measureGrowth(conversations, quick))
  rows.push(...measureHostile(conversations, quick, goals))
  say('hostile text measured')
  rows.push(...measureScores(goals))
  return {
    title: 'Finding personal data',
    about:
      'Processor time of one process, not wall-clock time. Speed: whole conversations of the demonstration, each read at once, as a call with its history is; ' +
      'a call of n turns reads all n, so a conversation of n calls costs n²/2 turns unless what was read is kept. ' +
      'Growth and hostile text: one message of the given length. Time is linear in the length; each recogniser looks a bounded number of words around a place. ' +
      'Scores by the scheme of the labelled samples: a leak is a labelled stretch of which one letter or digit stays readable.',
    columns: ['What', 'Size', 'Result'],
    rows,
    goals,
  }
}

function readDemonstration(): Part[][] {
  return globSync('*.jsonl', { cwd: demonstration })
    .sort()
    .flatMap((file) => readFileSync(join(demonstration, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as Recorded).turns.map(({ role, text }): Part => ({ role, kind: 'text', text })))
}

function processorMs(action: () => void): number {
  const before = process.cpuUsage()
  action()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const lengthOf = (parts: readonly Part[]): number => parts.reduce((sum, { text }) => sum + text.length, 0)
const rate = (characters: number, ms: number): number => characters / 1000 / ms
const shown = (value: number, digits = 1): string => value.toFixed(digits)
const percent = (share: number): string => `${shown(share * 100)} %`

function measureSpeed(conversations: readonly Part[][], rounds: number, goals: Goal[]): Row[] {
  const all = () => {
    for (const parts of conversations) findPersonalData(parts, options)
  }
  for (let i = 0; i < 40; i++) all()
  const characters = conversations.reduce((sum, parts) => sum + lengthOf(parts), 0)
  const speed = median(Array.from({ length: rounds }, () => rate(characters, processorMs(all))))
  goals.push({ goal: 'at least 2 MB/s on conversations', found: `${shown(speed)} MB/s`, met: speed >= 2 })
  return [['speed, whole conversations', `${conversations.length} conversations`, `${shown(speed)} MB/s`]]
}

function ordinaryText(conversations: readonly Part[][], length: number): string {
  const text = conversations.flatMap((parts) => parts.map((part) => part.text)).join(' ')
  return text.repeat(Math.ceil(length / text.length)).slice(0, length)
}

/** Each message of customers by itself, and messages of 4,000 characters made of them. */
function measureMessages(conversations: readonly Part[][], quick: boolean, goals: Goal[]): Row[] {
  const messages = conversations.flatMap((parts) => parts.filter(({ role }) => role === 'customer'))
  const all = () => {
    for (const message of messages) findPersonalData([message], options)
  }
  all()
  const speed = median(Array.from({ length: quick ? 3 : 12 }, () => rate(lengthOf(messages), processorMs(all))))
  goals.push({ goal: 'at least 2 MB/s on short messages (aim 8)', found: `${shown(speed)} MB/s`, met: speed >= 2 })
  const text = ordinaryText(conversations, 200_000)
  const times = Array.from({ length: quick ? 100 : 400 }, (_, i) => {
    const from = (i * 977) % (text.length - 4000)
    const message: Part = { role: 'customer', kind: 'text', text: text.slice(from, from + 4000) }
    return processorMs(() => findPersonalData([message], options))
  })
  const slow = quantile(times, 0.99)
  goals.push({
    goal: '99 of 100 messages of 4,000 characters within 10 ms',
    found: `${shown(slow)} ms`,
    met: slow <= 10,
  })
  return [
    ['speed, messages of customers by themselves', `${messages.length} messages`, `${shown(speed)} MB/s`],
    ['one message, 99th percentile', '4,000 characters', `${shown(slow)} ms`],
  ]
}

function timeOf(text: string, times: number): number {
  const parts: Part[] = [{ role: 'customer', kind: 'text', text }]
  findPersonalData(parts, options)
  return median(Array.from({ length: times }, () => processorMs(() => findPersonalData(parts, options))))
}

function measureGrowth(conversations: readonly Part[][], quick: boolean): Row[] {
  return (quick ? [16, 64] : [16, 64, 256, 1024]).map((kilobytes) => {
    const text = ordinaryText(conversations, kilobytes * 1024)
    const ms = timeOf(text, 5)
    return ['one message', `${kilobytes} kB`, `${shown(ms)} ms, ${shown(rate(text.length, ms))} MB/s`]
  })
}

function measureHostile(conversations: readonly Part[][], quick: boolean, goals: Goal[]): Row[] {
  const length = 64 * 1024
  const ordinary = timeOf(ordinaryText(conversations, length), 7)
  const ratios = hostileTexts.map((seed) => {
    const text = seed.repeat(Math.ceil(length / seed.length)).slice(0, length)
    return { seed, ratio: timeOf(text, quick ? 1 : 5) / ordinary }
  })
  const worst = ratios.sort((a, b) => b.ratio - a.ratio).slice(0, 3)
  goals.push({
    goal: 'hostile text at most 4 times as slow as ordinary text',
    found: `${shown(worst[0]!.ratio)} times`,
    met: worst[0]!.ratio <= 4,
  })
  return worst.map(({ seed, ratio }) => [
    'hostile text against ordinary text',
    `64 kB of ${JSON.stringify(seed)}`,
    `${shown(ratio)} ×`,
  ])
}

function measureScores(goals: Goal[]): Row[] {
  const files = ['contact-centre-dev.jsonl', 'name-origin-dev.jsonl'].map((name) => sharedData('privacy', name))
  return files.flatMap((file): Row[] => {
    if (file === undefined) return [['labelled samples', '–', 'not there']]
    const items = parseLabelled(readFileSync(file, 'utf8'))
    const { gold, leakShare, untouchedShare, overHiddenShare, originGap } = score(items, spansOfItem)
    const name = basename(file, '.jsonl')
    goals.push({ goal: `${name}: leak at most 12 %`, found: percent(leakShare), met: leakShare <= 0.12 })
    goals.push({
      goal: `${name}: at least 88 % without personal data untouched`,
      found: percent(untouchedShare),
      met: untouchedShare >= 0.88,
    })
    if (originGap > 0)
      goals.push({
        goal: `${name}: at most 5 points between origins`,
        found: `${shown(originGap * 100)} points`,
        met: originGap <= 0.05,
      })
    return [
      [
        name,
        `${items.length} conversations, ${gold} stretches`,
        `leak ${percent(leakShare)}, untouched ${percent(untouchedShare)}, over-hidden ${percent(overHiddenShare)}`,
      ],
    ]
  })
}

const spansOfItem = ({ id, lang, channel, roles, text }: Labelled) =>
  spansOf({ id, languages: [lang, lang === 'nl' ? 'en' : 'nl'], channel, roles, text }, [])
