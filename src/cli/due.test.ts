import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { main } from './main.ts'

describe('cli: due', () => {
  async function run(input: string, language: 'nl' | 'en', ...argv: string[]) {
    let out = ''
    let error = ''
    const exit = await main(['due', ...argv], {
      stdin: Readable.from([Buffer.from(input)]),
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (error += text) },
      env: {},
      language,
    })
    return { exit, out, error }
  }
  const rows = (out: string) =>
    out
      .trim()
      .split('\n')
      .map((json) => JSON.parse(json))

  test('answers every vector, in order', async () => {
    const vectors = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../testdata/vectors/deadlines/due.json'), 'utf8'),
    ) as { id: string; rule: string; event: string; strict: string; latest: string }[]
    const input = vectors.map(({ id, rule, event }) => JSON.stringify({ id, rule, event })).join('\r\n')
    const { exit, out, error } = await run(`\ufeff${input}`, 'nl', '--jsonl')
    assert.deepEqual([exit, error], [0, ''])
    assert.deepEqual(
      rows(out).map(({ id, strict, latest }) => ({ id, strict, latest })),
      vectors.map(({ id, strict, latest }) => ({ id, strict, latest })),
    )
  })

  test('names each line that is wrong, and answers the others', async () => {
    const lines = [
      { id: 1, rule: 'gdpr.12.3.mont', event: '2026-11-26' },
      { id: 2, rule: 'gdpr.12.3.month', event: '2026-11-26' },
      { id: 3, rule: 'gdpr.33.72h', event: '2026-11-26' },
      { id: 4, rule: 'gdpr.33.72h', event: '2026-03-29T02:30' },
      { id: 5, rule: 'gdpr.33.72h', event: '2026-10-25T02:30' },
      { id: '', rule: 'gdpr.33.72h', event: '2026-10-25' },
      { id: 7, rule: 'gdpr.12.3.month' },
    ]
    const input = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{\n`
    const { exit, out, error } = await run(input, 'en', '--jsonl')
    assert.equal(exit, 2)
    assert.deepEqual(
      rows(out).map(({ id }) => id),
      [2],
    )
    assert.deepEqual(
      error
        .trim()
        .split('\n')
        .map((line) => line.split(':')[0]),
      ['Line 1', 'Line 3', 'Line 4', 'Line 5', 'Line 6', 'Line 7', 'Line 8'],
    )
    assert.match(error, /Do you mean gdpr\.12\.3\.month\?/)
  })

  test('tells of twenty lines and counts the rest', async () => {
    const { exit, error } = await run('x\n'.repeat(25), 'nl', '--jsonl')
    assert.equal(exit, 2)
    assert.equal(error.trim().split('\n').length, 21)
    assert.match(error, /nog 5 regels/)
  })

  test('one term in words, with the time of the Netherlands', async () => {
    const { exit, out } = await run('', 'nl', 'gdpr.33.72h', '2027-03-27T12:00')
    assert.equal(exit, 0)
    assert.match(out, /2027-03-30T13:00:00\+02:00/)
    const json = await run('', 'en', 'house.ack.5wd', '2026-12-18', '--closed', '2026-12-28', '--json')
    assert.deepEqual(rows(json.out), [
      { rule: 'house.ack.5wd', event: '2026-12-18', strict: '2026-12-29', latest: '2026-12-29' },
    ])
  })

  test('a closing day that is none, or a missing start, is refused', async () => {
    for (const argv of [['gdpr.33.72h'], [], ['house.ack.5wd', '2026-12-18', '--closed', 'kerst']])
      assert.equal((await run('', 'nl', ...argv)).exit, 2)
  })

  test('the terms are listed with their law', async () => {
    const { out } = await run('', 'en', '--rules')
    assert.match(out, /gdpr\.33\.72h +72 hour +GDPR 33\(1\)/)
    assert.equal(JSON.parse((await run('', 'en', '--rules', '--json')).out).length, 25)
  })
})
