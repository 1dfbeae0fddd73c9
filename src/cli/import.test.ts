import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import { sharedData, without } from '../platform/shared-data.ts'
import { main } from './main.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('cli: import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  const write = (name: string, content: string): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }

  async function run(...argv: string[]): Promise<{ exit: number; out: string; error: string }> {
    let out = ''
    let error = ''
    const exit = await main(['import', ...argv], {
      stdin: Readable.from([]),
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (error += text) },
      env: {},
      language: 'en',
    })
    return { exit, out, error }
  }

  const chat = (id: string) => JSON.stringify({ id, messages: [{ role: 'user', content: `question ${id}` }] })

  describe('waarborg import --dry-run', () => {
    test('gives one object per file with counts, conversations and reasons', async () => {
      const { exit, out } = await run(
        write('a.jsonl', `${chat('k1')}\n{"messages":\n${chat('k1')}\n`),
        '--purpose',
        'service',
        '--dry-run',
        '--json',
      )
      assert.equal(exit, 1)
      const report = JSON.parse(out)
      assert.deepEqual(
        [report.accepted, report.refused, report.duplicate, report.conflict, report.held],
        [1, 1, 1, 0, 0],
      )
      assert.deepEqual(
        report.conversations.map(({ id, state, parties, turns }: Record<string, unknown>) => [
          id,
          state,
          parties,
          turns,
        ]),
        [
          ['k1', 'accepted', 1, 1],
          ['k1', 'duplicate', 1, 1],
        ],
      )
      assert.deepEqual(
        report.problems.map(({ code, line, message }: Record<string, unknown>) => [code, line, message]),
        [
          [
            'json_truncated',
            2,
            'Line 2, column 13, place /messages: The JSON ends before the text is complete. Get the file again.',
          ],
        ],
      )
    })

    test('says it in words without --json, and control characters do not reach the terminal', async () => {
      const { exit, out } = await run(write('b\u001b[31m.jsonl', chat('k1')), '--purpose', 'service', '--dry-run')
      assert.equal(exit, 0)
      assert.match(out, /imported 1, refused 0, duplicate 0, conflicting 0, kept apart 0/)
      assert.match(out, /Only looked: 1 to import/)
      assert.doesNotMatch(out, /\u001b/)
    })

    const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
      ['no file', ['--purpose', 'service'], /Name one or more files/],
      ['no purpose', ['x.json'], /--purpose/],
      ['an unknown format', ['x.json', '--purpose', 'service', '--format', 'word'], /auto, vcon, openai-chat, mapped/],
      ['an unknown encoding', ['x.json', '--purpose', 'service', '--encoding', 'ebcdic'], /utf-8, utf-16le/],
      [
        'a mapping that is not there',
        ['x.json', '--purpose', 'service', '--mapping', '/nergens.yaml'],
        /does not exist/,
      ],
      ['an unknown option', ['x.json', '--purpose', 'service', '--paars'], /paars/],
    ]
    for (const [name, argv, expected] of wrong)
      test(`with ${name} is bad input`, async () => {
        const { exit, out, error } = await run(...argv, '--dry-run')
        assert.equal(exit, 2)
        assert.equal(out, '')
        assert.match(error, expected)
      })

    test('of a file that is not there is bad input, and the others are read', async () => {
      const { exit, out } = await run(
        join(folder, 'weg.json'),
        write('c.jsonl', chat('k1')),
        '--purpose',
        'service',
        '--dry-run',
        '--json',
      )
      assert.equal(exit, 2)
      assert.deepEqual(
        out
          .trim()
          .split('\n')
          .map((line) => [JSON.parse(line).accepted, JSON.parse(line).refused]),
        [
          [0, 1],
          [1, 0],
        ],
      )
    })

    test('of a wrong mapping names line and place', async () => {
      const { exit, error } = await run(
        'x.csv',
        '--purpose',
        'service',
        '--mapping',
        write('m.yaml', 'mapping: 1\nname: x\nconversation: {}\nturns: { text: a, role: { is: niemand } }\n'),
        '--dry-run',
      )
      assert.equal(exit, 2)
      assert.match(error, /Line 4, place \/turns\/role\/is: The mapping file is wrong here/)
    })

    const vcons = sharedData('conversations', 'fake-vcons', 'vcons.jsonl.gz')
    test('gives the joined hash of a file of many conversations', { skip: without(vcons) }, async () => {
      const truth = JSON.parse(
        (await import('node:fs')).readFileSync(sharedData('conversations', 'INDEX.json')!, 'utf8'),
      ).corpora['fake-vcons'].expected
      const { exit, out } = await run(vcons!, '--purpose', 'service', '--dry-run', '--json')
      const report = JSON.parse(out)
      assert.equal(exit, 0)
      assert.deepEqual(
        [report.accepted, report.conversations.length, report.textSha256],
        [truth.vcons, truth.vcons, truth.text_sha256],
      )
    })
  })
})
