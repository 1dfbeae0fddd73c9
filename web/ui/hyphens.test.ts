import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { hyphenated, joints } from './hyphens.ts'

const root = join(import.meta.dirname, '../..')
const plain = (text: string) => text.replaceAll('\u00ad', '')

describe('long words', () => {
  test('are broken at their joints, with their capitals, and nowhere else', () => {
    assert.equal(hyphenated('Verwerkingsregister'), 'Verwerkings\u00adregister')
    assert.equal(hyphenated('BURGERSERVICENUMMER, en meer'), 'BURGER\u00adSERVICE\u00adNUMMER, en meer')
    assert.equal(hyphenated('verwerkingsregisters'), 'verwerkingsregisters')
    assert.equal(hyphenated('kort'), 'kort')
  })

  test('lose nothing', () => {
    for (const word of joints) {
      const whole = word.replaceAll('-', '')
      assert.equal(plain(hyphenated(`De ${whole}, ${whole}`)), `De ${whole}, ${whole}`)
    }
  })

  test('leave no piece that is too long for a small screen', () => {
    assert.deepEqual(
      joints.filter((word) => word.split('-').some(({ length }) => length > 13)),
      [],
    )
  })

  test('of the Dutch texts of the screens have their joints here: add a word with hyphens to the list', () => {
    const unknown = new Set<string>()
    for (const file of globSync('web/**/text.nl.json', { cwd: root }))
      for (const text of Object.values(JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, string>))
        for (const [word] of text.matchAll(/\p{L}{17,}/gu))
          if (hyphenated(word) === word) unknown.add(`${file}: ${word}`)
    assert.deepEqual([...unknown], [])
  })
})
