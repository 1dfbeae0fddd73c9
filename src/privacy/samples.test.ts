// Labelled samples and whole conversations by others. They lie beside the checkout; without them these tests are skipped.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { contactCentreCases, negativeCases, proseCases, stressCases } from '../../bench/privacy/cases/cases.ts'
import { banking77, multidogo } from '../../bench/privacy/sets.ts'
import { sharedData, without } from '../platform/shared-data.ts'
import { findPersonalData } from './find.ts'
import type { Finding, Part } from './personal-data.ts'
import { type Labelled, parseLabelled, type Span, score } from './testing.ts'

const contactCentre = sharedData('privacy', 'contact-centre-dev.jsonl')
const nameOrigin = sharedData('privacy', 'name-origin-dev.jsonl')
const airline = sharedData('conversations', 'tau-bench', 'gpt-4o-airline.jsonl.gz')

function found({ lang, channel, roles, text }: Labelled): Span[] {
  const parts = text.split('\n').map((line, i): Part => ({ role: roles[i]!, kind: 'text', text: line }))
  const findings = findPersonalData(parts, {
    languages: lang === 'nl' ? ['nl', 'en'] : ['en', 'nl'],
    channel,
    allow: [],
    memory: 'backward',
  })
  let offset = 0
  return parts.flatMap((part, i) => {
    const begin = offset
    offset += part.text.length + 1
    return findings[i]!.map(({ start, end, label }): Span => [begin + start, begin + end, label])
  })
}

describe('labelled samples', () => {
  test('contact centre: little leaks, identifiers and secrets never', { skip: without(contactCentre) }, (t) => {
    const result = score(parseLabelled(readFileSync(contactCentre!, 'utf8')), found)
    t.diagnostic(`leak ${result.leakShare}, untouched ${result.untouchedShare}, over-hidden ${result.overHiddenShare}`)
    assert.ok(result.leakShare <= 0.05, String(result.leakShare))
    assert.ok(result.untouchedShare >= 0.92, String(result.untouchedShare))
    for (const label of ['BSN', 'IBAN', 'CARD', 'CVC', 'SECRET'])
      assert.deepEqual(
        result.leaks.filter((leak) => leak.label === label),
        [],
      )
  })

  test('names of every origin are found about as often', { skip: without(nameOrigin) }, (t) => {
    const result = score(parseLabelled(readFileSync(nameOrigin!, 'utf8')), found)
    t.diagnostic(`leak ${result.leakShare}, gap ${result.originGap}`)
    assert.ok(result.leakShare <= 0.05, String(result.leakShare))
    assert.ok(result.originGap <= 0.05, String(result.originGap))
  })
})

describe('sets by others, and our own cases', () => {
  const typed = multidogo()
  test('typed turns without a question: little leaks, most others stay', { skip: typed === undefined }, (t) => {
    const result = score(typed!, found)
    t.diagnostic(`leak ${result.leakShare}, untouched ${result.untouchedShare}`)
    assert.ok(result.leakShare <= 0.15, String(result.leakShare))
    assert.ok(result.untouchedShare >= 0.88, String(result.untouchedShare))
  })

  const questions = banking77()
  test('questions to a bank without personal data stay as they are', { skip: questions === undefined }, () =>
    assert.ok(score(questions!, found).untouchedShare >= 0.98),
  )

  for (const half of ['development', 'held-out'] as const)
    test(`cases of our own, ${half}`, () => {
      assert.ok(score(contactCentreCases(half), found).leakShare <= 0.05)
      assert.ok(score(proseCases(half), found).leakShare <= 0.1)
    })

  for (const kind of ['sentences', 'calls', 'agents'] as const)
    test(`harder cases: ${kind}`, () => {
      assert.ok(score(stressCases(kind, 'development'), found).leakShare <= 0.03)
      assert.ok(score(stressCases(kind, 'held-out'), found).leakShare <= 0.1)
    })

  for (const [kind, least] of [
    ['typed', 0.88],
    ['said', 0.94],
    ['agents', 0.95],
  ] as const)
    test(`messages without personal data stay as they are: ${kind}`, () => {
      for (const half of ['development', 'held-out'] as const)
        assert.ok(score(negativeCases(kind, half), found).untouchedShare >= least, half)
    })
})

type Message = {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly content?: string | null
  readonly tool_calls?: readonly { readonly function: { readonly arguments: string } }[] | null
}

describe('airline conversations with tools', () => {
  test('no birth date, e-mail address or part of a name remains in any call', { skip: without(airline) }, (t) => {
    const lines = gunzipSync(readFileSync(airline!)).toString().trim().split('\n')
    const cost = { calls: 0, ms: 0 }
    for (const line of lines) checkConversation((JSON.parse(line) as { traj: readonly Message[] }).traj, cost)
    t.diagnostic(`${lines.length} conversations, ${cost.calls} calls, ${(cost.ms / cost.calls).toFixed(1)} ms each`)
    assert.ok(cost.calls > 1000)
  })
})

/** One call for each message of the assistant, with all that was said before it. */
function checkConversation(messages: readonly Message[], cost: { calls: number; ms: number }): void {
  const parts: Part[] = []
  const told = { names: new Set<string>(), births: new Set<string>() }
  for (const message of messages) {
    if (message.role === 'assistant' && parts.length > 0) {
      const begin = performance.now()
      const findings = findPersonalData(parts, { languages: ['en', 'nl'], channel: 'chat', allow: [] })
      cost.ms += performance.now() - begin
      cost.calls++
      parts.forEach(({ text }, i) => {
        checkText(hidden(text, findings[i]!), told)
      })
    }
    parts.push(...partsOf(message))
    if (message.role === 'tool') collect(message.content ?? '', told)
  }
}

const roles = { system: 'system', user: 'customer', assistant: 'ai', tool: 'tool' } as const

function partsOf({ role, content, tool_calls }: Message): Part[] {
  const kind = role === 'tool' ? 'json' : 'text'
  const said: Part[] = typeof content === 'string' ? [{ role: roles[role], kind, text: content }] : []
  const called = (tool_calls ?? []).map((call): Part => ({ role: 'ai', kind: 'json', text: call.function.arguments }))
  return [...said, ...called]
}

function hidden(text: string, findings: readonly Finding[]): string {
  let out = ''
  let at = 0
  for (const { start, end } of findings) {
    out += `${text.slice(at, start)}…`
    at = end
  }
  return out + text.slice(at)
}

function checkText(text: string, told: { names: ReadonlySet<string>; births: ReadonlySet<string> }): void {
  assert.doesNotMatch(text, /[\w.+-]+@[\w-]+\.\w+/)
  for (const date of told.births) assert.ok(!text.includes(date), 'a birth date remains')
  const words = new Set(text.match(/[\p{L}\p{M}\p{N}]+/gu))
  for (const name of told.names) assert.ok(!words.has(name), 'a part of a name remains')
}

function collect(content: string, told: { names: Set<string>; births: Set<string> }): void {
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (/^(first_name|last_name|name)$/.test(key)) for (const word of value.split(/\s+/)) told.names.add(word)
      if (key === 'dob') told.births.add(value)
    } else if (Array.isArray(value)) for (const item of value) walk(item, key)
    else if (typeof value === 'object' && value !== null)
      for (const [inner, item] of Object.entries(value)) walk(item, inner)
  }
  try {
    walk(JSON.parse(content), '')
  } catch {
    // Not every tool answers in JSON.
  }
}
