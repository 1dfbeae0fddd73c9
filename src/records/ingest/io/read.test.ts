import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { Read } from '../contract.ts'
import { defaultLimits } from '../limits.ts'
import { parseMapping } from '../mapping.ts'
import { now, vcon } from '../testing.ts'
import { drySink, importFiles } from './import.ts'
import { type ReadOptions, readForReplay, readRecordings } from './read.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('records: read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ingest-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  async function read(source: string | Uint8Array, options: Partial<ReadOptions> = {}): Promise<string[]> {
    const out: string[] = []
    for await (const each of readRecordings(source, { now, ...options })) out.push(shown(each))
    return out
  }
  const shown = (each: Read): string => {
    if (each.kind === 'conversation')
      return `${each.conversation.sourceId}${each.conversation.place.line === undefined ? '' : `@${each.conversation.place.line}`}`
    const { code, line, pointer, params } = each.problem
    return `${code}${line === undefined ? '' : `@${line}`}${pointer ? ` ${pointer}` : ''}${params?.kind ? ` ${params.kind}` : ''}${params?.guess ? ` ${params.guess}` : ''}${params?.name ? ` ${params.name}` : ''}`
  }
  const one = (n: number) => vcon({ uuid: `u${n}` })
  const chat = (id: string) => ({ id, messages: [{ role: 'user', content: `vraag ${id}` }] })
  const jsonl = (...values: unknown[]) =>
    values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n')
  const csvMapping = (() => {
    const made = parseMapping(
      'mapping: 1\nname: tabel\nfile: { format: csv }\nconversation: { id: gesprek }\nturns: { text: tekst, role: rol }\nroles: { klant: customer, bot: ai }',
      'm',
    )
    assert.ok(made.ok)
    return made.mapping
  })()

  describe('files', () => {
    test('JSON Lines are known by their lines, whatever the name', async () => {
      assert.deepEqual(await read(write('a.log', jsonl(one(1), one(2)))), ['u1@1', 'u2@2'])
      assert.deepEqual(await read(write('b.jsonl.gz', gzipSync(jsonl(one(1), one(2))))), ['u1@1', 'u2@2'])
      assert.deepEqual(await read(write('c', gzipSync(jsonl(one(1))))), ['u1'])
    })

    test('one bad line is reported with its line and reason, and the others go in', async () => {
      assert.deepEqual(
        await read(write('d.jsonl', jsonl(one(1), '{"uuid":"u2","dia', '', '[]', '{}', chat('k'), one(3)))),
        ['u1@1', 'json_truncated@2', 'format_unknown@4', 'format_unknown@5', 'k@6', 'u3@7'],
      )
    })

    test('a first line that is damaged does not cost the others', async () => {
      assert.deepEqual(
        await read(write('e.txt', jsonl('{"uuid":', one(2), one(3)))),
        ['json_syntax@1 /uuid', 'u2@2', 'u3@3'].map((text, n) => (n === 0 ? 'json_truncated@1 /uuid' : text)),
      )
    })

    test('a document over several lines is one, also when its name promises a record per line', async () => {
      assert.deepEqual(await read(write('ff.jsonl', JSON.stringify(one(1), null, 2))), ['u1'])
      assert.deepEqual(await read(write('fg.jsonl', 'hallo\nwereld')), ['json_syntax@1', 'json_syntax@2'])
    })

    test('a document over several lines, a list and a list of messages are read', async () => {
      assert.deepEqual(await read(write('f.json', JSON.stringify(one(1), null, 2))), ['u1'])
      assert.deepEqual(await read(write('g.json', JSON.stringify([one(1), {}, chat('k')], null, 2))), [
        'u1',
        'format_unknown /1',
        'k',
      ])
      assert.equal((await read(write('h.json', JSON.stringify(chat('k').messages, null, 2)))).length, 1)
    })

    test('a document that breaks off is one problem with its place', async () => {
      assert.deepEqual(await read(write('i.json', JSON.stringify(one(1), null, 2).slice(0, 120))), [
        'json_truncated@7 /parties/0',
      ])
      assert.deepEqual(
        await read(write('j.json', JSON.stringify([one(1), one(2)], null, 2).slice(0, -10))).then((out) => out.length),
        1,
      )
    })

    test('a mark at the start of a file is no part of it', async () => {
      assert.deepEqual(await read(write('k.jsonl', `\ufeff${jsonl(one(1), one(2))}`)), ['u1@1', 'u2@2'])
      assert.deepEqual(await read(write('l.json', `\ufeff${JSON.stringify(one(1), null, 2)}`)), ['u1'])
    })

    const nothing: readonly (readonly [string, string | Uint8Array, string])[] = [
      ['nothing', '', 'file_empty'],
      ['blanks', ' \n\n', 'file_empty'],
      ['an empty list', '[]', 'file_empty'],
      ['a schema', JSON.stringify({ $schema: 'x', type: 'object', properties: {} }), 'not_a_conversation schema'],
      ['a description of an interface', 'openapi: 3.0.0\ninfo: {}\n', 'not_a_conversation schema'],
      ['text', 'Geachte mevrouw,\n', 'not_a_conversation text'],
      [
        'sound',
        Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(4), Buffer.from('WAVEfmt ')]),
        'not_a_conversation audio',
      ],
      ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), 'not_a_conversation image'],
      ['an archive', Buffer.from('PK\u0003\u0004rest'), 'archive_not_read archive'],
      ['gzip in gzip', gzipSync(gzipSync('{}')), 'archive_not_read gzip'],
      [
        'a format of somebody else',
        JSON.stringify({ Transcript: [], Participants: [] }),
        'format_unknown Amazon Connect Contact Lens',
      ],
      ['subtitles', 'WEBVTT\n\n00:01.000 --> 00:02.000\nhallo\n', 'format_unknown WebVTT'],
    ]
    for (const [name, content, expected] of nothing)
      test(`${name} is refused in one word`, async () =>
        assert.deepEqual(await read(write(`n-${name.replaceAll(' ', '-')}`, content)), [expected]))

    test('a file that is called a vCon is judged as one', async () => {
      assert.deepEqual(await read(write('o.vcon', '{"text":"x"}')), ['uuid_missing /uuid'])
    })

    test('what is not there, or is a folder in the place of a file, is said', async () => {
      assert.deepEqual(await read(join(folder, 'weg.json')), ['file_not_found'])
    })

    test('a folder gives its files by name; hidden ones and links are left alone', async () => {
      const sub = join(folder, 'map')
      mkdirSync(join(sub, 'diep'), { recursive: true })
      writeFileSync(join(sub, 'b.json'), JSON.stringify(one(2)))
      writeFileSync(join(sub, 'a.json'), JSON.stringify(one(1)))
      writeFileSync(join(sub, '.verborgen.json'), JSON.stringify(one(9)))
      writeFileSync(join(sub, 'diep', 'c.json'), JSON.stringify(one(3)))
      symlinkSync('/etc/passwd', join(sub, 'z.json'))
      assert.deepEqual(await read(sub), ['u1', 'u2', 'u3'])
    })

    test('a chat log under a field of its own needs the name of the field', async () => {
      const path = write('p.jsonl', jsonl({ gesprek: chat('k').messages }))
      assert.deepEqual(await read(path), ['format_unknown@1'])
      assert.equal((await read(path, { format: 'openai-chat', field: 'gesprek' })).length, 1)
      assert.deepEqual(await read(path, { format: 'openai-chat', field: 'anders' }), ['messages_missing@1'])
    })

    test('a named format is the format, whatever the shape', async () => {
      assert.deepEqual(await read(write('q.json', JSON.stringify(one(1))), { format: 'openai-chat' }), [
        'messages_missing',
      ])
      assert.deepEqual(await read(write('q2.json', JSON.stringify(one(1))), { format: 'mapped' }), ['mapping_needed'])
    })
  })

  describe('encodings', () => {
    const line = JSON.stringify({ id: 'k', messages: [{ role: 'user', content: 'één café' }] })
    test('are refused with a guess, and read when they are named', async () => {
      const latin = write('r.jsonl', Buffer.from(`${JSON.stringify(chat('a'))}\n${line}\n`, 'latin1'))
      assert.deepEqual(await read(latin), ['a@1', 'encoding_not_utf8@2 iso-8859-1'])
      assert.deepEqual(await read(latin, { encoding: 'windows-1252' }), ['a@1', 'k@2'])
      const wide = write('s.jsonl', Buffer.from(`\ufeff${line}`, 'utf16le'))
      assert.deepEqual(await read(wide), ['encoding_not_utf8@1 utf-16le'])
      assert.deepEqual(await read(wide, { encoding: 'utf-16le' }), ['k@1'])
      assert.deepEqual(await read(write('t.jsonl', Buffer.alloc(7, 'x')), { encoding: 'utf-16be' }), ['encoding_wrong'])
    })
    test('of a document name the byte', async () => {
      const out: Read[] = []
      for await (const each of readRecordings(Buffer.from(`{\n"a": "\u00e9"}`, 'latin1'), { now, file: 'x.json' }))
        out.push(each)
      assert.deepEqual(out, [
        {
          kind: 'refused',
          problem: { code: 'encoding_not_utf8', file: 'x.json', line: 2, byte: 9, params: { guess: 'iso-8859-1' } },
        },
      ])
    })
    test('of a table end the file, and no half conversation goes in', async () => {
      const bytes = Buffer.concat([
        Buffer.from('gesprek,rol,tekst\na,klant,hallo\n'),
        Buffer.from('a,bot,caf\u00e9\n', 'latin1'),
      ])
      assert.deepEqual(await read(write('u.csv', bytes), { mapping: csvMapping }), ['encoding_not_utf8@3 iso-8859-1'])
    })
  })

  describe('tables', () => {
    test('need a mapping', async () => assert.deepEqual(await read(write('v.csv', 'a,b\n1,2\n')), ['mapping_needed']))
    test('give one conversation per id, in order of appearance', async () => {
      assert.deepEqual(
        await read(write('w.csv', 'gesprek;rol;tekst\na;klant;"hallo; dag"\nb;klant;x\na;bot;y\n'), {
          mapping: csvMapping,
        }),
        ['a@2', 'b@3'],
      )
    })
    test('a row that does not fit its header is refused and never shifted', async () => {
      assert.deepEqual(
        await read(
          write('x.csv', 'gesprek,rol,tekst\na,klant,hallo\na,klant,te,veel\nb,"klant\n,bot,zonder id\nc,bot,dag'),
          { mapping: csvMapping },
        ),
        ['row_ragged@3', 'quote_unclosed@4', 'id_missing@5 gesprek', 'a@2', 'c@6'],
      )
    })
    test('a column that is not there ends the file, with the nearest name', async () => {
      const out: Read[] = []
      for await (const each of readRecordings(write('y.csv', 'gesprek,rol,text\na,klant,x\n'), {
        now,
        mapping: csvMapping,
      }))
        out.push(each)
      assert.deepEqual(out.map((each) => (each.kind === 'refused' ? each.problem : undefined))[0]?.params, {
        column: 'tekst',
        nearest: 'text',
      })
      assert.deepEqual(await read(write('y2.csv', 'gesprek,tekst,rol,tekst\n'), { mapping: csvMapping }), [
        'column_duplicate@1 tekst',
      ])
    })
    test('a table of one utterance a row needs no id', async () => {
      const made = parseMapping(
        'mapping: 1\nname: los\nconversation: {}\nturns: { text: tekst, role: { is: customer } }',
        'm',
      )
      assert.ok(made.ok)
      assert.equal((await read(write('z.csv', 'tekst\nhallo\n"met\nregel"\n'), { mapping: made.mapping })).length, 2)
    })
  })

  describe('limits', () => {
    test('a gzip of blanks is stopped long before it is unfolded', async () => {
      const started = process.hrtime.bigint()
      assert.deepEqual(await read(write('bom.jsonl.gz', gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')))), [
        'gzip_too_much',
      ])
      assert.ok(process.hrtime.bigint() - started < 5_000_000_000n)
    })
    test('a gzip that breaks off gives what was whole and says so', async () => {
      const lines = Array.from({ length: 2000 }, (_, n) => JSON.stringify(chat(`k${n}-${'x'.repeat(n % 50)}`))).join(
        '\n',
      )
      const out = await read(write('half.jsonl.gz', gzipSync(lines).subarray(0, -2000)))
      assert.equal(out.at(-1), 'gzip_damaged')
      assert.ok(out.length > 1 && out.slice(0, -1).every((line) => /^k\d/.test(line)))
    })
    test('a gzip that breaks off gives no half conversation of a table', async () => {
      const rows = Array.from({ length: 20_000 }, (_, n) => `g${n % 7},klant,zin ${n * 7919}`).join('\n')
      assert.deepEqual(
        await read(write('half.csv.gz', gzipSync(`gesprek,rol,tekst\n${rows}`).subarray(0, -5000)), {
          mapping: csvMapping,
        }),
        ['gzip_damaged'],
      )
    })
    const small = { ...defaultLimits, documentBytes: 2000, lineBytes: 1000 }
    test('a document that is too large is refused; a line that is too long costs only itself', async () => {
      const big = JSON.stringify({ ...one(1), subject: 'x'.repeat(3000) }, null, 1)
      assert.deepEqual(await read(write('groot.json', big), { limits: small }), ['file_too_large'])
      assert.deepEqual(
        await read(write('lang.jsonl', jsonl(chat('a'), { id: 'b', x: 'x'.repeat(3000) }, chat('c'))), {
          limits: small,
        }),
        ['a@1', 'line_too_long@2', 'c@3'],
      )
    })
    test('a hundred thousand levels are refused and the next line is read', async () => {
      assert.deepEqual(
        await read(write('diep.jsonl', jsonl('['.repeat(100_000), chat('c')))).then((out) =>
          out.map((line) => line.split(' ')[0]),
        ),
        ['json_too_deep@1', 'c@2'],
      )
    })
  })

  describe('replay', () => {
    const replay = async (source: string, options: Partial<ReadOptions> = {}) => {
      const out: string[] = []
      for await (const each of readForReplay(source, { now, ...options }))
        out.push(
          each.kind === 'refused'
            ? each.problem.code
            : each.conversation.messages.map((message) => `${message.role}:${String(message.content)}`).join(' | '),
        )
      return out
    }
    test('of a vCon is what customer and AI said', async () =>
      assert.deepEqual(await replay(write('ra.json', JSON.stringify(vcon()))), [
        'user:Goedemorgen, mijn rekening klopt niet. | assistant:U spreekt met een computer. Waar kan ik mee helpen?',
      ]))
    test("keeps to the source's own no", async () => {
      const no = {
        attachments: [
          { purpose: 'objection', start: '2026-03-01T10:00:00Z', party: 0, dialog: 0, body: '', encoding: 'none' },
        ],
      }
      assert.deepEqual(
        await replay(
          write(
            'rb.jsonl',
            jsonl(vcon(no), vcon({ meta: { no_recording: true } }), { ciphertext: 'x', recipients: [] }),
          ),
        ),
        ['objected', 'no_recording', 'sealed'],
      )
      const messages = [{ role: 'user', content: 'dag' }]
      assert.deepEqual(
        await replay(
          write(
            'rc.jsonl',
            jsonl(
              { messages, metadata: { no_recording: 'ja' } },
              { messages, objection: 1 },
              { messages, objection: false, metadata: { no_recording: 'nee' } },
            ),
          ),
        ),
        ['no_recording', 'objected', 'user:dag'],
      )
      const mapping = parseMapping(
        'mapping: 1\nname: t\nconversation: { id: id, objection: bezwaar }\nturns: { at: t, text: x, role: { is: customer } }',
        'm',
      )
      assert.ok(mapping.ok)
      const rows = jsonl({ id: 1, bezwaar: 'ja', t: [{ x: 'dag' }] }, { id: 2, bezwaar: '', t: [{ x: 'dag' }] })
      assert.deepEqual(await replay(write('rd.jsonl', rows), { mapping: mapping.mapping }), ['objected', 'user:dag'])
    })
  })

  describe('an import', () => {
    test('accounts for every record, once', async () => {
      const records = fc.array(
        fc.constantFrom(
          jsonl(one(1)),
          jsonl(one(2)),
          jsonl(
            vcon({
              uuid: 'u1',
              dialog: [
                {
                  type: 'text',
                  start: '2026-03-01T10:00:00Z',
                  parties: [0],
                  body: 'anders',
                  encoding: 'none',
                  mediatype: 'text/plain',
                },
              ],
            }),
          ),
          '{',
          '{}',
          '[1]',
          'x',
          jsonl(chat('k')),
          jsonl(vcon({ uuid: 'u3', meta: { objection: true } })),
          jsonl({ ciphertext: 'x', recipients: [] }),
        ),
        { minLength: 1, maxLength: 12 },
      )
      await fc.assert(
        fc.asyncProperty(records, async (lines) => {
          const path = write('telling.jsonl', lines.join('\n'))
          for await (const report of importFiles([path], { now }, drySink('service', now))) {
            assert.equal(report.accepted + report.refused + report.duplicate + report.conflict, lines.length)
            assert.equal(report.refused, report.problems.length)
            assert.equal(report.conversations.length, lines.length - report.refused)
          }
        }),
        { numRuns: 60 },
      )
    })

    test('the same file twice is no second import, and other words under one id are a conflict', async () => {
      const path = write('twee.jsonl', jsonl(one(1), one(2)))
      const other = write(
        'ander.json',
        JSON.stringify(
          vcon({
            uuid: 'u1',
            dialog: [
              {
                type: 'text',
                start: '2026-03-01T10:00:00Z',
                parties: [0],
                body: 'anders',
                encoding: 'none',
                mediatype: 'text/plain',
              },
            ],
          }),
        ),
      )
      const counts = []
      for await (const report of importFiles([path, path, other], { now }, drySink('service', now)))
        counts.push([report.accepted, report.duplicate, report.conflict])
      assert.deepEqual(counts, [
        [2, 0, 0],
        [0, 2, 0],
        [0, 0, 1],
      ])
    })
  })
})
