import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import { monitorLook, monitorState } from '../fairness/contract.ts'
import { main } from './main.ts'

describe('cli: monitor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'monitor-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function run(input: string, ...argv: string[]): Promise<{ exit: number; out: string; error: string }> {
    let out = ''
    let error = ''
    const exit = await main(['monitor', ...argv], {
      stdin: Readable.from([Buffer.from(input)]),
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (error += text) },
      env: {},
      language: 'en',
    })
    return { exit, out, error }
  }

  const line = (t: number | string, group: string, outcome: unknown) => `${JSON.stringify({ t, group, outcome })}\n`
  const looks = (out: string) =>
    out
      .trim()
      .split('\n')
      .map((json) => monitorLook.parse(JSON.parse(json)))
  const unequal = Array.from({ length: 40 }, (_, t) => line(t, t % 2 ? 'B' : 'A', t % 2)).join('')

  test('one look a line; the alarm comes when the evidence reaches 1/alpha', async () => {
    const { exit, out, error } = await run(unequal, '--jsonl')
    assert.deepEqual([exit, error], [0, ''])
    const all = looks(out)
    assert.equal(all.length, 40)
    const first = all.findIndex(({ alarm }) => alarm)
    assert.ok(first > 0)
    assert.deepEqual(all[first]!.groups, ['B'])
    const strict = looks((await run(unequal, '--jsonl', '--alpha', '0.0001')).out)
    assert.ok(strict.findIndex(({ alarm }) => alarm) > first)
  })

  test('outcomes with the same t are one block: a look for each line, the evidence after the last of them', async () => {
    const rows = Array.from({ length: 12 }, (_, t) => [
      line(t, 'A', t % 3 ? 0 : 1),
      line(t, 'B', 1),
      line(t, 'B', 1),
      line(t, 'B', t % 5 ? 1 : 0),
    ])
    const { exit, out } = await run(rows.flat().join(''), '--jsonl')
    assert.equal(exit, 0)
    const all = looks(out)
    assert.equal(all.length, 48)
    assert.deepEqual(
      all.map(({ t }) => t),
      rows.flat().map((json) => JSON.parse(json).t),
    )
    const sized = looks((await run(rows.flat().join(''), '--jsonl', '--block', '1:3')).out)
    for (let t = 0; t < 12; t++) {
      assert.equal(all[4 * t + 3]!.log10E, sized[4 * t + 3]!.log10E)
      const before = all[4 * t - 1]
      if (before) assert.equal(all[4 * t + 1]!.log10E, before.alarm ? 0 : before.log10E)
    }
  })

  test('stopped and started again it goes on where it was', async () => {
    const file = join(folder, 'state.json')
    const lines = unequal.split('\n').slice(0, -1)
    const whole = (await run(unequal, '--jsonl', '--method', 'pairs')).out
    const one = await run(`${lines.slice(0, 13).join('\n')}\n`, '--jsonl', '--method', 'pairs', '--state', file)
    monitorState.parse(JSON.parse(readFileSync(file, 'utf8')))
    const two = await run(lines.slice(13).join('\n'), '--jsonl', '--state', file)
    assert.equal(one.out + two.out, whole)
    writeFileSync(file, '{"version":1}')
    assert.equal((await run('', '--jsonl', '--state', file)).exit, 2)
  })

  test('a line that cannot count is named, the others go on, and the exit code says so', async () => {
    const input = `${line(1, 'A', 1)}not json\n\n${line(2, 'B', 0.5)}${line(0, 'B', 1)}${line(3, 'B', true)}{"t":4}\n`
    const { exit, out, error } = await run(input, '--jsonl')
    assert.equal(exit, 2)
    assert.deepEqual(
      looks(out).map(({ t }) => t),
      [1, 3],
    )
    assert.deepEqual(
      error
        .trim()
        .split('\n')
        .map((one) => one.split(':')[0]),
      ['Line 2', 'Line 4', 'Line 5', 'Line 7'],
    )
  })

  test('options that cannot be are refused', async () => {
    for (const wrong of [
      [],
      ['--jsonl', 'a', 'b'],
      ['--jsonl', '--method', 'guess'],
      ['--jsonl', '--alpha', '2'],
      ['--jsonl', '--block', '1'],
      ['--jsonl', '--tolerance', '0.1'],
      ['--jsonl', join(folder, 'absent.jsonl')],
    ])
      assert.equal((await run('', ...wrong)).exit, 2, wrong.join(' '))
  })
})
