import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import { main } from './main.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('cli: redact', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redact-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function run(input: string, ...argv: string[]): Promise<{ exit: number; out: string; error: string }> {
    let out = ''
    let error = ''
    const exit = await main(['redact', ...argv], {
      stdin: Readable.from([Buffer.from(input)]),
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (error += text) },
      env: {},
      language: 'en',
    })
    return { exit, out, error }
  }

  const line = (id: string | number, text: string, more: object = {}) =>
    JSON.stringify({ id, lang: 'nl', text, ...more })
  const spans = (out: string) =>
    out
      .trim()
      .split('\n')
      .map((json) => JSON.parse(json) as { id: unknown; spans: [number, number, string][] })

  describe('waarborg redact --jsonl', () => {
    test('gives the spans of each conversation, in the order of the lines', async () => {
      const input = `${line('a', 'mijn naam is Hidde Wagenaar')}\n${line(2, 'dank u wel')}\n`
      const { exit, out, error } = await run(input, '--jsonl')
      assert.deepEqual([exit, error], [0, ''])
      assert.deepEqual(spans(out), [
        { id: 'a', spans: [[13, 27, 'PERSON']] },
        { id: 2, spans: [] },
      ])
    })

    test('with --explain each place says how sure it is and why, and alone it is refused', async () => {
      const { out } = await run(line('a', 'mijn naam is Hidde Wagenaar'), '--jsonl', '--explain')
      const [[start, end, label, confidence, reason] = []] = (
        JSON.parse(out) as { spans: [number, number, string, number, string][] }
      ).spans
      assert.deepEqual([start, end, label], [13, 27, 'PERSON'])
      assert.ok(confidence! > 0.5 && confidence! <= 1, String(confidence))
      assert.match(reason!, /^[a-z][a-z:-]+$/)
      assert.equal((await run('tekst', '-', '--explain')).exit, 2)
    })

    test('offsets count from the start of the whole text, and the agent’s question explains the answer', async () => {
      const text = 'Met wie spreek ik?\nsanne'
      const { out } = await run(line('a', text, { roles: ['agent', 'customer'], channel: 'chat' }), '--jsonl')
      assert.deepEqual(spans(out)[0]!.spans, [[19, 24, 'PERSON']])
    })

    test('never looks forward: a name told later is readable before', async () => {
      const text = 'Kijk, Wagenaar.\nmijn naam is Hidde Wagenaar'
      const { out } = await run(line('a', text, { roles: ['ai', 'customer'] }), '--jsonl')
      assert.deepEqual(
        spans(out)[0]!.spans.filter(([start]) => start < 15),
        [],
      )
    })

    const bad: readonly (readonly [problem: string, line: string, word: string])[] = [
      ['no JSON', '{"id":', 'JSON'],
      ['no object', '[1]', 'JSON'],
      ['no id', '{"text":"x"}', 'id'],
      ['no text', '{"id":"a"}', 'text'],
      ['too few roles', JSON.stringify({ id: 'a', text: 'x\ny', roles: ['agent'] }), 'roles'],
      ['an unknown role', JSON.stringify({ id: 'a', text: 'x', roles: ['boss'] }), 'roles'],
      ['an unknown channel', JSON.stringify({ id: 'a', text: 'x', channel: 'fax' }), 'channel'],
      ['an unknown language', JSON.stringify({ id: 'a', text: 'x', lang: 'tlh' }), 'lang'],
    ]
    for (const [problem, json, word] of bad)
      test(`a line with ${problem} is named, and the others go on`, async () => {
        const { exit, out, error } = await run(`${line('a', 'dag')}\n${json}\n${line('b', 'dag')}\n`, '--jsonl')
        assert.equal(exit, 2)
        assert.match(error, /^Line 2: /)
        assert.match(error, new RegExp(word))
        assert.deepEqual(
          spans(out).map(({ id }) => id),
          ['a', 'b'],
        )
      })

    test('blank lines, a byte order mark and Windows line ends do no harm', async () => {
      const { exit, out } = await run(`\ufeff${line('a', 'dag')}\r\n\r\n${line('b', 'dag')}\r\n`, '--jsonl')
      assert.equal(exit, 0)
      assert.equal(spans(out).length, 2)
    })

    test('no input gives no output', async () =>
      assert.deepEqual(await run('', '--jsonl'), { exit: 0, out: '', error: '' }))
  })

  describe('waarborg redact', () => {
    test('gives the text of a file without personal data, the same person by the same token', async () => {
      const path = join(folder, 'talk.txt')
      writeFileSync(path, 'Klant: mijn naam is Hidde Wagenaar\nMedewerker: dag Hidde Wagenaar\n')
      const { exit, out } = await run('', path)
      assert.equal(exit, 0)
      assert.equal(out, 'Klant: mijn naam is [PERSON_1]\nMedewerker: dag [PERSON_1]\n')
    })

    test('reads standard input for -', async () => {
      const { out } = await run('mail naar jan@voorbeeld.nl', '-')
      assert.equal(out, 'mail naar [EMAIL_1]')
    })

    test('an allowed value stays', async () => {
      const { out } = await run('mail naar info@noordlicht.example', '-', '--allow', 'info@noordlicht.example')
      assert.equal(out, 'mail naar info@noordlicht.example')
    })

    const refused: readonly (readonly [why: string, ...argv: string[]])[] = [
      ['no file'],
      ['two files', 'a', 'b'],
      ['an unknown language', '-', '--lang', 'tlh'],
      ['an unknown channel', '-', '--channel', 'fax'],
      ['a file that is not there', join(folder, 'nothing.txt')],
    ]
    for (const [why, ...argv] of refused)
      test(`refuses ${why} with a sentence`, async () => {
        const { exit, out, error } = await run('', ...argv)
        assert.deepEqual([exit, out], [2, ''])
        assert.match(error, /\w+.*\.\n$/)
      })
  })
})
