import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { roles } from '../platform/http.ts'
import { commandRefusal, table } from './command.ts'
import { accessCodes } from './contract.ts'
import { type Assignment, separationHints } from './role.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }
import { hintText, isAccessTextKey } from './texts.ts'

const variables = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

describe('sentences', () => {
  test('both languages say the same things with the same variables', () => {
    assert.deepEqual(Object.keys(en), Object.keys(nl))
    for (const key of Object.keys(nl) as (keyof typeof nl)[])
      assert.deepEqual(variables(en[key]), variables(nl[key]), key)
  })

  test('every code has a sentence', () => {
    for (const code of accessCodes) assert.ok(isAccessTextKey(`error.${code}`), code)
  })

  test('every hint about separated duties has a sentence', () => {
    const now = new Date(0)
    const all = roles.map(
      (role): Assignment => ({ id: role, person: 'p', role, client: null, system: null, from: now, until: null }),
    )
    const hints = separationHints(all, now)
    assert.ok(hints.length >= 12)
    for (const { code } of hints) assert.notEqual(hintText('nl', code), code)
  })

  test('no sentence is longer than 20 words, has an exclamation mark, or addresses with je', () => {
    for (const [language, texts] of [
      ['nl', nl],
      ['en', en],
    ] as const)
      for (const [key, text] of Object.entries(texts)) {
        for (const sentence of text.split(/(?<=[.?:])\s+/))
          assert.ok(sentence.split(/\s+/).length <= 20, `${language} ${key}: ${sentence}`)
        assert.doesNotMatch(text, /[!;]|\b(je|jij|jouw|jullie)\b/i, `${language} ${key}`)
      }
  })
})

describe('the command line', () => {
  const said = (code: string, values: Record<string, string>) => {
    let text = ''
    const exit = commandRefusal({ language: 'en', stderr: { write: (part: string) => (text += part) } }, code, values)
    return { exit, text }
  }
  test('what policy refuses ends with 3, what is ill asked with 2', () => {
    assert.deepEqual(said('key_limit', {}), {
      exit: 3,
      text: 'This system already has 2 valid keys. Revoke a key first. (key_limit)\n',
    })
    assert.deepEqual(said('tenant_unknown', { tenant: 'x' }), {
      exit: 2,
      text: 'Organisation x does not exist. (tenant_unknown)\n',
    })
  })
  test('a table is aligned and ends without spaces', () => {
    assert.equal(
      table([
        ['a', 'bb'],
        ['ccc', 'd'],
      ]),
      'a    bb\nccc  d\n',
    )
  })
})
