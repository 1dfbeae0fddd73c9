import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { bytesOf, codesOf, conversationOf, now, problemOf, readOne, text, tools, vcon } from './testing.ts'
import { readVcon } from './vcon.ts'

const read = (change: Record<string, unknown> = {}) => conversationOf(readOne(vcon(change)))
const refused = (change: Record<string, unknown>) => problemOf(readOne(vcon(change)))

describe('an unsigned vCon', () => {
  test('that follows the draft is conformant, with its words and roles', () => {
    const conversation = read()
    assert.equal(conversation.grade, 'conformant')
    assert.deepEqual(conversation.deviations, [])
    assert.deepEqual(
      conversation.turns.map(({ party, at, offsetMs, text }) => [party, at, offsetMs, text]),
      [
        [0, '2026-03-01T10:00:00.000Z', 0, 'Goedemorgen, mijn rekening klopt niet.'],
        [1, '2026-03-01T10:00:05.000Z', 5000, 'U spreekt met een computer. Waar kan ik mee helpen?'],
      ],
    )
    assert.deepEqual(
      conversation.parties.map(({ role, sourceRole, tel }) => [role, sourceRole, tel]),
      [
        ['customer', 'customer', '+31201234567'],
        ['ai', 'bot', undefined],
      ],
    )
    assert.equal(conversation.idempotencyKey, 'vcon:01970000-0000-8000-8000-00000000000a')
    assert.equal(conversation.timeQuality, 'exact')
    assert.equal(conversation.startedAt, '2026-03-01T10:00:00.000Z')
  })

  test('is put in order of time, since its list is in order of adding', () => {
    const conversation = read({
      dialog: [
        text('2026-03-01T10:00:09Z', 0, 'derde'),
        text('2026-03-01T10:00:01Z', 1, 'eerste'),
        text('2026-03-01T11:00:05+01:00', 0, 'tweede'),
      ],
    })
    assert.deepEqual(
      conversation.turns.map((turn) => turn.text),
      ['eerste', 'tweede', 'derde'],
    )
    assert.deepEqual(
      conversation.turns.map((turn) => turn.pointer),
      ['/dialog/1', '/dialog/2', '/dialog/0'],
    )
  })

  test('keeps the order of the file when a time is missing, and says so', () => {
    const { start: _, ...timeless } = text('', 1, 'zonder tijd')
    const conversation = read({
      dialog: [text('2026-03-01T10:00:09Z', 0, 'laat'), timeless, text('2026-03-01T10:00:01Z', 1, 'vroeg')],
    })
    assert.deepEqual(
      conversation.turns.map((turn) => turn.text),
      ['laat', 'zonder tijd', 'vroeg'],
    )
    assert.ok(codesOf(conversation).includes('order_of_file_kept'))
    assert.equal(conversation.timeQuality, 'none')
  })

  test('without time zones tells distances and no moments', () => {
    const conversation = read({ dialog: [text('2026-03-01T10:00:09', 0, 'b'), text('2026-03-01T10:00:01', 1, 'a')] })
    assert.equal(conversation.timeQuality, 'offset_only')
    assert.deepEqual(
      conversation.turns.map(({ at, offsetMs, text }) => [at, offsetMs, text]),
      [
        [undefined, 0, 'a'],
        [undefined, 8000, 'b'],
      ],
    )
    assert.equal(conversation.startedAt, undefined)
  })

  test('with times that cannot be meant is read without them', () => {
    const conversation = read({ dialog: [text('1970-01-01T00:00:00Z', 0, 'a'), text('2099-01-01T00:00:00Z', 1, 'b')] })
    assert.equal(conversation.timeQuality, 'none')
    assert.deepEqual(
      conversation.turns.map((turn) => turn.at),
      [undefined, undefined],
    )
    assert.ok(codesOf(conversation).includes('time_implausible'))
  })

  test('with an end before its start says so', () => {
    const conversation = read({ dialog: [text('2026-03-01T10:00:00Z', 0, 'a', { duration: -3 })] })
    assert.ok(codesOf(conversation).includes('time_end_before_start'))
    assert.equal(conversation.turns[0]!.endMs, undefined)
  })

  const who: readonly (readonly [string, Record<string, unknown>, number | null])[] = [
    ['the first of the parties', { parties: [1, 0] }, 1],
    ['the originator when one is named', { parties: [0, 1], originator: 1 }, 1],
    ['the only party', { parties: 1 }, 1],
    ['the first of a nested list', { parties: [[1], [0]] }, 1],
    ['unknown when the index does not exist', { parties: [7] }, null],
    ['unknown when nobody is named', { parties: [] }, null],
    ['unknown when the index is no number', { parties: ['0'] }, null],
  ]
  for (const [name, change, party] of who)
    test(`the speaker is ${name}`, () =>
      assert.equal(read({ dialog: [text('2026-03-01T10:00:00Z', 0, 'hallo', change)] }).turns[0]!.party, party))

  test('three speakers without a role stay unknown', () => {
    const conversation = read({ parties: [{ name: 'Spreker 1' }, { role: 'speaker 2' }, {}] })
    assert.deepEqual(
      conversation.parties.map(({ role, sourceRole }) => [role, sourceRole]),
      [
        ['unknown', undefined],
        ['unknown', 'speaker 2'],
        ['unknown', undefined],
      ],
    )
  })

  const bodies: readonly (readonly [string, Record<string, unknown>, string, string | undefined])[] = [
    ['plain', { body: ' <b>hallo</b>\r\n=1+1 \u202e ' }, ' <b>hallo</b>\r\n=1+1 \u202e ', undefined],
    [
      'base64url',
      { body: Buffer.from('Één café').toString('base64url'), encoding: 'base64url' },
      'Één café',
      undefined,
    ],
    ['a JSON string', { body: 'hallo', encoding: 'json' }, 'hallo', undefined],
    ['a JSON object', { body: { b: 1, a: 'x' }, encoding: 'json' }, '{"a":"x","b":1}', 'text_not_readable'],
    [
      'base64 that is no text',
      { body: Buffer.from([0xff, 0xfe, 0x80]).toString('base64url'), encoding: 'base64url' },
      '',
      'text_not_readable',
    ],
    ['absent', { body: undefined, encoding: undefined }, '', 'dialog_without_content'],
    [
      'elsewhere',
      { body: undefined, encoding: undefined, url: 'https://a.example/t.txt', content_hash: 'sha512-x' },
      '',
      'text_by_reference',
    ],
  ]
  for (const [name, change, expected, deviation] of bodies)
    test(`words that are ${name} are kept as they are`, () => {
      const conversation = read({ dialog: [text('2026-03-01T10:00:00Z', 0, '', change)] })
      assert.equal(conversation.turns[0]!.text, expected)
      if (deviation !== undefined) assert.ok(codesOf(conversation).includes(deviation), codesOf(conversation).join())
    })

  test('what the source hid is marked and is not hidden again', () => {
    const conversation = read({
      dialog: [text('2026-03-01T10:00:00Z', 0, 'Ik ben [PII].')],
      redacted: { type: 'pii', uuid: '01970000-0000-8000-8000-00000000000b' },
    })
    assert.deepEqual(conversation.turns[0]!.redaction, { by: 'source', spans: [[7, 12]] })
    assert.deepEqual(conversation.links, [
      { relation: 'redacts', uuid: '01970000-0000-8000-8000-00000000000b', what: 'pii' },
    ])
  })

  test('empty dialogs, transfers, failed calls and people coming and going are events', () => {
    const conversation = read({
      dialog: [
        {},
        text('2026-03-01T10:00:00Z', 0, 'hallo', {
          party_history: [
            { party: 0, time: '2026-03-01T10:00:00Z', event: 'join' },
            { party: 1, time: '2026-03-01T10:01:00Z', event: 'drop' },
          ],
        }),
        { type: 'transfer', start: '2026-03-01T10:02:00Z', transferee: 0, transferor: 1, transfer_target: 1 },
        { type: 'incomplete', start: '2026-03-01T10:03:00Z', disposition: 'busy' },
      ],
    })
    assert.deepEqual(
      conversation.events.map(({ kind, name }) => [kind, name]),
      [
        ['unknown', undefined],
        ['join', undefined],
        ['leave', undefined],
        ['transfer', undefined],
        ['incomplete', 'busy'],
      ],
    )
    assert.equal(conversation.turns.length, 1)
  })

  test('a recording is pointed to without the key that opens it, and is never fetched', () => {
    const recording = (url: string) => ({
      type: 'recording',
      start: '2026-03-01T10:00:00Z',
      parties: [0, 1],
      mediatype: 'audio/wav',
      url,
      content_hash: 'sha512-x',
      duration: 3,
    })
    const urls: readonly (readonly [string, string | undefined])[] = [
      ['https://user:geheim@a.example/r.wav?Signature=abc&Expires=1#x', 'https://a.example/r.wav'],
      ['http://169.254.169.254/latest/meta-data?x=1', 'http://169.254.169.254/latest/meta-data'],
      ['file:///etc/passwd', 'file:///etc/passwd'],
      ['geen adres', undefined],
    ]
    for (const [url, plain] of urls) {
      const { recordings } = read({ dialog: [recording(url)] })
      assert.equal(recordings[0]!.url, plain)
      assert.equal(recordings[0]!.fetched, false)
      assert.doesNotMatch(JSON.stringify(recordings), /geheim|Signature/)
    }
  })

  test('analysis is a label of somebody else, never a turn', () => {
    const conversation = read({
      analysis: [{ type: 'transcript', vendor: 'x', dialog: 0, body: 'Alles wat er is gezegd', encoding: 'none' }],
    })
    assert.equal(conversation.turns.length, 2)
    assert.deepEqual(
      conversation.foreignLabels.map(({ kind, verified }) => [kind, verified]),
      [['transcript', false]],
    )
  })

  test('a judgement of emotion in a voice is dropped, one of text is kept', () => {
    const recording = {
      type: 'recording',
      start: '2026-03-01T10:00:00Z',
      parties: [0],
      mediatype: 'audio/wav',
      url: 'https://a.example/r',
      content_hash: 'sha512-x',
    }
    const sentiment = (dialog: number) => ({ type: 'sentiment', vendor: 'x', dialog, body: 'boos', encoding: 'none' })
    const conversation = read({
      dialog: [text('2026-03-01T10:00:00Z', 0, 'a'), recording],
      analysis: [sentiment(0), sentiment(1)],
    })
    assert.deepEqual(
      conversation.foreignLabels.map(({ pointer }) => pointer),
      ['/analysis/0'],
    )
    assert.ok(codesOf(conversation).includes('agent_emotion_dropped'))
  })
})

describe('earlier forms of vCon', () => {
  const old = {
    vcon: '0.0.1',
    uuid: 'URN:UUID:01970000-0000-8000-8000-00000000000A',
    created_at: '2026-03-01T10:00:00Z',
    redacted: {},
    group: [],
    parties: [
      { tel: '', email: 'a@voorbeeld.example', meta: { role: 'agent' } },
      { name: 'x', role: 'customer' },
    ],
    dialog: [
      { type: 'text', start: '2026-03-01T10:00:00Z', parties: [0, 1], mimetype: 'text/plain', body: 'hallo' },
      {
        type: 'recording',
        start: '2026-03-01T10:00:00Z',
        parties: [0, 1],
        mimetype: 'audio/wav',
        url: 'https://a.example/r?key=1',
        alg: 'SHA-512',
        signature: 'abc',
      },
    ],
    attachments: [{ type: 'notitie', body: 'x', encoding: 'none' }],
    analysis: [],
  }
  test('0.0.1 is read, with each old name listed', () => {
    const conversation = conversationOf(readOne(old))
    assert.equal(conversation.grade, 'readable')
    assert.equal(conversation.formatVersion, '0.0.1')
    assert.equal(conversation.sourceId, '01970000-0000-8000-8000-00000000000a')
    assert.deepEqual(
      conversation.parties.map(({ role, mailto, tel }) => [role, mailto, tel]),
      [
        ['human_agent', 'a@voorbeeld.example', undefined],
        ['customer', undefined, undefined],
      ],
    )
    assert.equal(conversation.recordings[0]!.contentHash, 'sha512-abc')
    assert.deepEqual(conversation.links, [])
    const names = conversation.deviations.filter(({ code }) => code === 'old_name').map(({ detail }) => detail)
    assert.deepEqual(names.sort(), [
      'alg, signature → content_hash',
      'email → mailto',
      'group is no longer part of vCon',
      'mimetype → mediatype',
      'mimetype → mediatype',
      'type → purpose',
    ])
  })

  const generations: readonly (readonly [Record<string, unknown>, string])[] = [
    [
      { dialog: [{ type: 'text', start: '2026-03-01T10:00:00Z', parties: [0], mimetype: 'text/plain', body: 'x' }] },
      '0.0.1-style (no vcon field)',
    ],
    [
      { dialog: [{ type: 'transfer', start: '2026-03-01T10:00:00Z', 'transfer-target': 1, 'target-dialog': 0 }] },
      '0.0.2-style (no vcon field)',
    ],
    [{ appended: { uuid: '01970000-0000-8000-8000-00000000000b' } }, '0.3.0-style (no vcon field)'],
    [{}, '0.4.0-style (no vcon field)'],
    [{ vcon: '0.3.0' }, '0.3.0'],
  ]
  for (const [change, version] of generations)
    test(`the names show ${version}`, () => assert.equal(read(change).formatVersion, version))

  test('appended, amended and group are links to other versions', () => {
    const conversation = read({
      amended: { uuid: 'A', url: 'https://x.example/v?k=1', content_hash: 'sha512-x' },
      group: [{ uuid: 'g1' }],
      appended: { uuid: 'p' },
    })
    assert.deepEqual(
      conversation.links.map(({ relation, uuid, url }) => [relation, uuid, url]),
      [
        ['amends', 'a', 'https://x.example/v'],
        ['appends', 'p', undefined],
        ['group_member', 'g1', undefined],
      ],
    )
  })

  test('the same words under new names are the same content', () => {
    const plain = conversationOf(readOne(vcon()))
    const dialog = (vcon().dialog as Record<string, unknown>[]).map(({ mediatype, ...rest }) => ({
      ...rest,
      mimetype: mediatype,
    }))
    const renamed = read({ dialog, vcon: '0.0.1' })
    assert.equal(renamed.contentHash, plain.contentHash)
    assert.notEqual(read({ dialog: [text('2026-03-01T10:00:00Z', 0, 'iets anders')] }).contentHash, plain.contentHash)
  })
})

describe('an AI in the conversation', () => {
  const session = {
    extensions: ['agent_session'],
    critical: ['agent_session'],
    parties: [
      { role: 'customer' },
      { role: 'agent', meta: { agent_session: { model_id: 'model-1', provider: 'x' } } },
      { role: 'agent' },
    ],
  }
  test('is an AI by its session and not a colleague by its role', () => {
    assert.deepEqual(
      read(session).parties.map(({ role, model }) => [role, model]),
      [
        ['customer', undefined],
        ['ai', 'model-1'],
        ['unknown', undefined],
      ],
    )
  })
  test('what it did between its words becomes events', () => {
    const entries = [
      { type: 'user', content: 'hallo' },
      { type: 'tool-call', name: 'zoek', arguments: { b: 2, a: 1 }, timestamp: '2026-03-01T10:00:01Z' },
      { type: 'tool-result', output: 'niets' },
      { type: 'reasoning', content: 'dan weet ik het niet' },
    ]
    const conversation = read({
      ...session,
      analysis: [
        { type: 'agent_trace', vendor: 'x', encoding: 'json', body: JSON.stringify({ 'session-trace': { entries } }) },
      ],
    })
    assert.deepEqual(
      conversation.events.map(({ kind, name, at, content }) => [kind, name, at, content]),
      [
        ['tool_call', 'zoek', '2026-03-01T10:00:01.000Z', '{"a":1,"b":2}'],
        ['tool_result', undefined, undefined, 'niets'],
        ['reasoning', undefined, undefined, 'dan weet ik het niet'],
      ],
    )
    assert.deepEqual(conversation.foreignLabels, [])
  })
})

describe('a vCon that does not go in', () => {
  const table: readonly (readonly [string, unknown, string, string | undefined])[] = [
    ['an empty object', {}, 'uuid_missing', '/uuid'],
    ['no uuid', vcon({ uuid: undefined }), 'uuid_missing', '/uuid'],
    ['an empty uuid', vcon({ uuid: ' ' }), 'uuid_missing', '/uuid'],
    ['a number for uuid', vcon({ uuid: 7 }), 'uuid_missing', '/uuid'],
    ['nothing but parties', vcon({ dialog: [] }), 'nothing_said', '/dialog'],
    ['parties that are no list', vcon({ parties: {} }), 'value_type', '/parties'],
    ['dialog that is no list', vcon({ dialog: 'x' }), 'value_type', '/dialog'],
    [
      'an extension that must be known and is not',
      vcon({ critical: ['lawful_basis', 'toekomst'] }),
      'critical_unknown',
      '/critical',
    ],
    ['the same under its old name', vcon({ must_support: ['toekomst'] }), 'critical_unknown', '/must_support'],
    ['a critical list that is no list', vcon({ critical: { toekomst: true } }), 'critical_unknown', '/critical'],
    ['too many parties', vcon({ parties: Array.from({ length: 257 }, () => ({})) }), 'too_many_parties', '/parties'],
    [
      'too many turns',
      vcon({ dialog: Array.from({ length: 20_001 }, () => text('2026-03-01T10:00:00Z', 0, 'x')) }),
      'too_many_turns',
      '/dialog',
    ],
    [
      'a turn without end',
      vcon({ dialog: [text('2026-03-01T10:00:00Z', 0, 'x'.repeat(65_537))] }),
      'turn_too_long',
      '/dialog/0',
    ],
    ['a list', [vcon()], 'value_type', ''],
    ['nothing', '', 'file_empty', undefined],
    ['cut JSON', JSON.stringify(vcon()).slice(0, 200), 'json_truncated', '/parties/0/role'],
  ]
  for (const [name, value, code, pointer] of table)
    test(`${name} is refused with ${code}`, () => {
      const problem = problemOf(readOne(value))
      assert.equal(problem.code, code)
      if (code !== 'json_truncated') assert.equal(problem.pointer, pointer)
      assert.equal(problem.file, 'a.vcon')
    })

  test('the extension that is not known is named, unless its name is a trap', () => {
    assert.equal(refused({ critical: ['toekomst', '\u001b[31m'] }).params?.names, 'toekomst, ?')
  })

  test('a cut file names byte, line and place', () => {
    const cut = `${JSON.stringify(vcon(), null, 2).split('"Sanne')[0]}"é`
    const problem = problemOf(readVcon(bytesOf(cut), { file: 'a.vcon' }, tools))
    assert.deepEqual(
      { ...problem, column: 0 },
      {
        code: 'json_truncated',
        file: 'a.vcon',
        line: 6,
        column: 0,
        byte: Buffer.byteLength(cut) + 1,
        pointer: '/parties/0/name',
      },
    )
  })
})

describe('what the source says about its ground', () => {
  const basis = (body: Record<string, unknown>) => ({
    attachments: [
      { purpose: 'lawful_basis', start: '2026-03-01T10:00:00Z', party: 0, dialog: 0, encoding: 'json', body },
    ],
  })
  const grant = (purpose: string, granted: boolean) => ({ purpose, granted, granted_at: '2026-03-01T10:00:00Z' })

  test('a refused recording means that no words are kept', () => {
    assert.equal(
      read(basis({ lawful_basis: 'consent', expiration: null, purpose_grants: [grant('Recording', false)] }))
        .noRecording,
      true,
    )
    assert.equal(
      read(basis({ lawful_basis: 'consent', expiration: null, purpose_grants: [grant('recording', true)] }))
        .noRecording,
      undefined,
    )
  })
  test('an objection is seen in an attachment and in meta', () => {
    assert.equal(
      read({
        attachments: [
          { purpose: 'opt-out', start: '2026-03-01T10:00:00Z', party: 0, dialog: 0, body: '', encoding: 'none' },
        ],
      }).objection,
      true,
    )
    assert.equal(read({ meta: { objection: true } }).objection, true)
    assert.equal(read({ meta: { objection: 'nee' } }).objection, undefined)
  })
  test('a ground that cannot be read is listed and gives nothing', () => {
    const conversation = read(basis({ lawful_basis: 'omdat het kan', expiration: null, purpose_grants: [] }))
    assert.ok(codesOf(conversation).includes('lawful_basis_unreadable'))
    assert.deepEqual(conversation.lawfulBasis?.unreadable, ['/attachments/0'])
  })
})

describe('any input', () => {
  test('no bytes make the reader fall over, and nothing comes out empty', () => {
    const source = bytesOf(vcon({ analysis: [{ type: 'x', vendor: 'y', body: [1, { a: null }], encoding: 'json' }] }))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(source.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(source.length),
        (changes, cut) => {
          const bytes = Buffer.from(source)
          for (const [at, byte] of changes) bytes[at] = byte
          const result = readVcon(bytes.subarray(0, cut % 3 === 0 ? cut : source.length), { file: 'x' }, tools)
          if (result.kind === 'refused') assert.ok(result.problem.code.length > 0)
          else assert.ok(result.conversation.sourceId !== '')
        },
      ),
      { numRuns: 1500 },
    )
  })

  test('no JSON makes the reader fall over', () => {
    const anything = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(null, true, 0, -1, 1.5, '', 'text', 'recording', '2026-03-01T10:00:00Z', 'eyJ9'),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('object'),
      ),
      object: fc.dictionary(
        fc.constantFrom(
          'uuid',
          'parties',
          'dialog',
          'analysis',
          'attachments',
          'type',
          'body',
          'start',
          'payload',
          'signatures',
          'protected',
          'signature',
          'redacted',
          'critical',
          'purpose',
          'meta',
          'party_history',
          'x5c',
          'ciphertext',
          'recipients',
          '__proto__',
        ),
        tie('value'),
        { maxKeys: 8 },
      ),
    })).object
    fc.assert(
      fc.property(anything, (value) => {
        const result = readVcon(
          bytesOf({ uuid: 'u', dialog: [{}], ...(value as object) }),
          { file: 'x' },
          { ...tools, now },
        )
        assert.ok(result.kind === 'refused' || result.conversation.idempotencyKey.startsWith('vcon:'))
      }),
      { numRuns: 3000 },
    )
  })
})
