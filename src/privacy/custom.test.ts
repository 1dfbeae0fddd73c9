import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findPersonalData } from './find.ts'
import type { CustomRecogniser, Part, RedactionOptions } from './personal-data.ts'

const member: CustomRecogniser = { id: 'lid', label: 'CUSTREF', shape: 'LID-AA99' }
const options = (custom: readonly CustomRecogniser[], channel: RedactionOptions['channel'] = 'chat') =>
  ({ languages: ['nl', 'en'], channel, allow: [], custom }) satisfies RedactionOptions

function custom(text: string, given: RedactionOptions, kind: Part['kind'] = 'text'): string[] {
  const role = kind === 'json' ? 'tool' : 'customer'
  return findPersonalData([{ role, kind, text }], given)[0]!
    .filter(({ reason }) => reason.startsWith('custom:'))
    .map(({ start, end, label, reason }) => `${reason} ${label} ${text.slice(start, end)}`)
}

describe('an own number', () => {
  for (const [text, ...expected] of [
    ['mijn pas is LID-AB12 graag', 'custom:lid CUSTREF LID-AB12'],
    ['lid-xy99', 'custom:lid CUSTREF lid-xy99'],
    ['LID-AB12 en LID-CD34', 'custom:lid CUSTREF LID-AB12', 'custom:lid CUSTREF LID-CD34'],
    ['LID-AB123'],
    ['xLID-AB12'],
    ['LID AB12'],
    ['ik ben al lang lid'],
  ] as const)
    test(`“${text}”: ${expected.length}`, () => assert.deepEqual(custom(text, options([member])), expected))

  test('is found in the values of tools', () =>
    assert.deepEqual(custom('{"note":"LID-AB12","amount":"LID-CD34"}', options([member]), 'json'), [
      'custom:lid CUSTREF LID-AB12',
      'custom:lid CUSTREF LID-CD34',
    ]))

  test('is found as it is said', () => {
    const said = options([member], 'speech')
    assert.deepEqual(custom('ja dat is lid a b een twee klopt', said), ['custom:lid CUSTREF lid a b een twee'])
    assert.deepEqual(custom('l i d a b twaalf', said), ['custom:lid CUSTREF l i d a b twaalf'])
    assert.deepEqual(custom('ik ben lid op een twee drie', said), [])
    assert.deepEqual(custom('ja dat is lid a b een twee klopt', options([member])), [])
  })

  test('with cues only near one of them', () => {
    const near = options([{ id: 'zaak', label: 'CUSTREF', shape: 'Z9.9', cues: ['dossier', 'één'] }])
    assert.deepEqual(custom('dossier z1.2', near), ['custom:zaak CUSTREF z1.2'])
    assert.deepEqual(custom('z1.2 is mijn Dossier', near), ['custom:zaak CUSTREF z1.2'])
    assert.deepEqual(custom('een z1.2', near), ['custom:zaak CUSTREF z1.2'])
    assert.deepEqual(custom('versie z1.2', near), [])
    assert.deepEqual(custom(`dossier ${'a b '.repeat(8)} z1.2`, near), [])
  })

  test('what may stay, stays', () =>
    assert.deepEqual(custom('bel LID-AB12', { ...options([member]), allow: ['LID-AB12'] }), []))

  test('hostile text costs no more than its length', () => {
    const shapes = Array.from({ length: 50 }, (_, n) => ({ ...member, id: `r${n}`, shape: `${'9'.repeat(38)}-A` }))
    const timed = (repeats: number): number => {
      const begin = performance.now()
      findPersonalData([{ role: 'customer', kind: 'text', text: '1 '.repeat(repeats) }], options(shapes, 'speech'))
      return performance.now() - begin
    }
    timed(1_000)
    const [short, long] = [timed(2_000), timed(16_000)]
    assert.ok(long < Math.max(50, short) * 32, `${short.toFixed(0)} ms, eight times the text ${long.toFixed(0)} ms`)
  })
})
