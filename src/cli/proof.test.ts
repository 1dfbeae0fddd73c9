import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import type { Io } from './command.ts'
import { command } from './proof.ts'

const vectors = resolve(import.meta.dirname, '../../testdata/vectors/ledger')

async function run(
  input: string | Buffer[],
  {
    values = { jsonl: true },
    positionals = ['check'],
  }: { values?: Record<string, boolean>; positionals?: string[] } = {},
) {
  let out = ''
  let err = ''
  const io: Io = {
    stdin: Readable.from(Array.isArray(input) ? input : [input]),
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    env: {},
    language: 'nl',
    openStore: () => assert.fail('proof check needs no store'),
  }
  const code = await command.run(io, { values, positionals })
  return {
    code,
    err,
    answers: out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

describe('waarborg proof check', () => {
  test('answers each row of a file in order, by the kind it is given and not by the one in the file', async () => {
    const rows = readFileSync(resolve(vectors, 'checkpoints.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const input = rows
      .map((row, i) => JSON.stringify({ ...row, kind: 'checkpoints', id: `c${i}`, valid: 'unread' }))
      .join('\n')
    const { code, answers, err } = await run(input)
    assert.equal(code, 0)
    assert.equal(err, '')
    assert.deepEqual(
      answers,
      rows.map((row, i) => ({ id: `c${i}`, valid: row.valid })),
    )
  })

  test('cosignatures come with the number of witnesses', async () => {
    const rows = readFileSync(resolve(vectors, 'cosignatures.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const { answers } = await run(
      rows.map((row, id) => `${JSON.stringify({ ...row, kind: 'cosignatures', id })}\n`).join(''),
    )
    assert.deepEqual(
      answers,
      [2, 1, 0, 1, 0, 0].map((validCosigners, id) => ({ id, valid: id < 4, validCosigners })),
    )
  })

  test('a row that cannot be read gets an error, the others their answer, and the end is 2', async () => {
    const path = JSON.stringify({ kind: 'tile-paths', id: 'good', path: 'tile/0/000' })
    const lines = [
      path,
      'no json',
      '[]',
      JSON.stringify({ id: 7, kind: 'banana' }),
      JSON.stringify({ id: 8 }),
      JSON.stringify({ id: 9, kind: 'tile-paths' }),
      JSON.stringify({ id: 10, kind: 'toString' }),
      '',
      '  ',
      path,
    ]
    const { code, answers, err } = await run(lines.join('\r\n'))
    assert.equal(code, 2)
    assert.deepEqual(answers, [
      { id: 'good', valid: true },
      { id: null, error: 'line_not_json (line 2)' },
      { id: null, error: 'line_not_object (line 3)' },
      { id: 7, error: 'kind_unknown: banana (line 4)' },
      { id: 8, error: 'kind_unknown: undefined (line 5)' },
      { id: 9, error: 'field_missing: path (line 6)' },
      { id: 10, error: 'kind_unknown: toString (line 7)' },
      { id: 'good', valid: true },
    ])
    assert.match(err, /6 van de 8 regels/)
  })

  test('a field with a wrong type makes the claim false, not the row unreadable', async () => {
    const row = { kind: 'inclusion', id: 1, index: '0', size: 1, leaf_hash: '', proof: [], root: '' }
    const wrong = [
      row,
      { ...row, index: 0.5 },
      { ...row, index: -1 },
      { ...row, index: null },
      { ...row, index: 0, leaf_hash: 5 },
      { ...row, index: 0, proof: 'x' },
      { ...row, index: 0, proof: [1] },
      { ...row, index: 0, proof: null },
    ]
    const { code, answers } = await run(wrong.map((row) => JSON.stringify(row)).join('\n'))
    assert.equal(code, 0)
    assert.deepEqual(
      answers,
      wrong.map(() => ({ id: 1, valid: false })),
    )
  })

  test('lines may be cut anywhere on their way in; bytes that are not UTF-8 are an error', async () => {
    const line = Buffer.from(`${JSON.stringify({ kind: 'vkeys', id: 'é', vkey: 'x' })}\n`)
    const cut = Array.from(line, (byte) => Buffer.of(byte))
    const { code, answers } = await run([...cut, Buffer.of(0x22, 0xff, 0x22, 0x0a)])
    assert.deepEqual(answers, [
      { id: 'é', valid: false },
      { id: null, error: 'line_not_utf8 (line 2)' },
    ])
    assert.equal(code, 2)
  })

  test('a line without end does not fill the memory', async () => {
    const mega = Buffer.alloc(1024 * 1024, 0x61)
    const { answers } = await run([
      ...Array.from({ length: 17 }, () => mega),
      Buffer.from('\n{"kind":"tile-paths","id":2,"path":"tile/0/000"}'),
    ])
    assert.deepEqual(answers, [
      { id: null, error: 'line_too_long (line 1)' },
      { id: 2, valid: true },
    ])
  })

  test('reasons are given when asked for', async () => {
    const { answers } = await run('{"kind":"tile-paths","id":2,"path":"x"}', { values: { jsonl: true, reasons: true } })
    assert.deepEqual(answers, [{ id: 2, valid: false, reason: 'tile_path_malformed' }])
  })

  test('another part, or no --jsonl, is bad input', async () => {
    for (const args of [
      { positionals: [] },
      { positionals: ['banana'] },
      { positionals: ['check', 'x'] },
      { values: {} },
    ]) {
      const { code, err, answers } = await run('', args)
      assert.equal(code, 2)
      assert.match(err, /check/)
      assert.deepEqual(answers, [])
    }
  })
})
