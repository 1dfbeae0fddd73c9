// Time is linear in the length of a text, also of one that is made to be slow: counted in looks at tokens, not in seconds.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { hostileTexts } from '../../../bench/privacy/hostile.ts'
import { recognise } from '../find.ts'
import { lexiconFor } from '../lexicon/lexicon.ts'
import type { Channel } from '../personal-data.ts'
import { Memory } from './memory.ts'
import { scanCopy } from './scan-copy.ts'
import type { Token } from './tokens.ts'
import { readTurn } from './turn.ts'

const lexicon = lexiconFor(['nl', 'en'])
const demonstration = join(import.meta.dirname, '../../../demo/conversations')
type Recorded = { readonly turns: readonly { readonly text: string }[] }

/** How often a token is looked at when a message of a customer is read, searched and remembered. */
function looksAt(text: string, channel: Channel = 'chat'): number {
  let looks = 0
  const handed = (tokens: readonly Token[]): readonly Token[] =>
    new Proxy(tokens, {
      get(target, key, receiver) {
        if (typeof key === 'string' && key !== 'length') looks++
        return Reflect.get(target, key, receiver)
      },
    })
  const turn = readTurn(scanCopy(text).text, {
    role: 'customer',
    channel,
    lexicon,
    asked: ['name', 'address', 'reference'],
    handed,
  })
  const memory = new Memory()
  memory.remember(turn, recognise(turn, false))
  memory.findIn(turn)
  return looks
}

const repeated = (seed: string, length: number): string => seed.repeat(Math.ceil(length / seed.length)).slice(0, length)
const ordinaryText = globSync('*.jsonl', { cwd: demonstration })
  .sort()
  .flatMap((file) => readFileSync(join(demonstration, file), 'utf8').split('\n'))
  .filter((line) => line !== '')
  .flatMap((line) => (JSON.parse(line) as Recorded).turns.map(({ text }) => text))
  .join(' ')

describe('looks at tokens', () => {
  const long = 64_000
  const middle = 8_000
  const ordinary = looksAt(repeated(ordinaryText, long))
  test('ordinary text: about as many for each character of a long message as of a short one', () => {
    const short = looksAt(repeated(ordinaryText, long / 8))
    assert.ok(short > 0 && ordinary <= 10 * short, `${short} and ${ordinary}`)
  })

  for (const seed of hostileTexts)
    test(`${JSON.stringify(seed)} over and over: at most four times those of ordinary text, and linear`, () => {
      const looks = looksAt(repeated(seed, middle))
      assert.ok(looks <= 4 * ordinary * (middle / long), `${looks} against ${ordinary * (middle / long)}`)
      assert.ok(looks <= 9 * looksAt(repeated(seed, middle / 8)) + 1000, 'grows faster than the text')
    })

  for (const seed of ['a@', 'DO-TN 12 ', '1234 AB '])
    test(`64,000 characters of ${JSON.stringify(seed)}: at most four times those of ordinary text`, () =>
      assert.ok(looksAt(repeated(seed, long)) <= 4 * ordinary))
})
