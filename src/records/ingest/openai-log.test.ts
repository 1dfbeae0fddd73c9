import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readOpenAiForReplay, readOpenAiLog } from './openai-log.ts'
import { parseJson } from './strict-json.ts'
import { conversationOf, now, problemOf, tools } from './testing.ts'

const messages = [
  { role: 'system', content: 'U bent de assistent van De Kade.' },
  { role: 'user', content: 'Waar is mijn bestelling?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c1', type: 'function', function: { name: 'bestelling', arguments: '{"nr":7}' } }],
  },
  { role: 'tool', tool_call_id: 'c1', name: 'bestelling', content: '{"status":"onderweg"}' },
  { role: 'assistant', content: 'Uw bestelling is onderweg.' },
]
const place = { file: 'log.jsonl', line: 3 }
const read = (record: unknown, field?: string) => readOpenAiLog(JSON.stringify(record), place, { field }, tools)
const replay = (record: unknown, field?: string) => {
  const parsed = parseJson(JSON.stringify(record))
  assert.ok(parsed.ok)
  return readOpenAiForReplay(parsed.value, place, { field }, tools)
}

describe('a chat log', () => {
  test('turns are what customer and AI said; the rest are events', () => {
    const conversation = conversationOf(read({ messages }))
    assert.deepEqual(
      conversation.turns.map(({ party, text, pointer }) => [party, text, pointer]),
      [
        [0, 'Waar is mijn bestelling?', '/messages/1'],
        [1, 'Uw bestelling is onderweg.', '/messages/4'],
      ],
    )
    assert.deepEqual(
      conversation.events.map(({ kind, name, pointer, content }) => [kind, name, pointer, content]),
      [
        ['instruction', undefined, '/messages/0', 'U bent de assistent van De Kade.'],
        ['tool_call', 'bestelling', '/messages/2/tool_calls/0', '{"nr":7}'],
        ['tool_result', 'bestelling', '/messages/3', '{"status":"onderweg"}'],
      ],
    )
    assert.deepEqual(
      conversation.parties.map(({ role, sourceRole }) => [role, sourceRole]),
      [
        ['customer', 'user'],
        ['ai', 'assistant'],
      ],
    )
    assert.equal(conversation.grade, 'conformant')
  })

  const homes: readonly (readonly [string, unknown, string | undefined])[] = [
    ['messages', { messages }, undefined],
    ['traj', { traj: messages, reward: 1 }, undefined],
    ['a field that is named', { request: { body: [{ gesprek: messages }] } }, 'request.body[0].gesprek'],
    ['a JSON pointer', { 'a.b': { c: messages } }, '/a.b/c'],
    ['the record itself', messages, undefined],
  ]
  for (const [name, record, field] of homes)
    test(`messages under ${name} are replayed as they were`, () => {
      const result = replay(record, field)
      assert.equal(result.kind, 'conversation')
      if (result.kind === 'conversation')
        assert.equal(JSON.stringify(result.conversation.messages), JSON.stringify(messages))
      assert.equal(conversationOf(read(record, field)).turns.length, 2)
    })

  test('what stands beside the messages goes along', () => {
    const record = {
      task_id: 4,
      trial: 0,
      metadata: { conversation_id: 'k-1', channel: 'Chat', language: 'nl', ok: true },
      user: 'klant-7',
      info: { diep: 1 },
      traj: messages,
    }
    const result = replay(record)
    assert.ok(result.kind === 'conversation')
    assert.equal(result.conversation.id, 'k-1')
    assert.deepEqual(
      { ...result.conversation.metadata.values },
      { conversation_id: 'k-1', channel: 'Chat', language: 'nl', ok: true, task_id: 4, trial: 0, user: 'klant-7' },
    )
    assert.equal(result.conversation.metadata.subject, 'klant-7')
    const conversation = conversationOf(read(record))
    assert.deepEqual(
      [conversation.channel, conversation.language, conversation.subjectReference, conversation.idempotencyKey],
      ['chat', 'nl', 'klant-7', 'openai-chat:id:k-1'],
    )
  })

  test('without an id it is known by its contents, whatever the order of names', () => {
    const key = conversationOf(read({ messages })).idempotencyKey
    const turned = messages.map((message) => Object.fromEntries(Object.entries(message).reverse()))
    assert.equal(conversationOf(read({ messages: turned, extra: 1 })).idempotencyKey, key)
    assert.notEqual(conversationOf(read({ messages: messages.slice(1) })).idempotencyKey, key)
    assert.match(key, /^openai-chat:sha256:[0-9a-f]{64}$/)
  })

  test('with an id, a changed tool result is other content', () => {
    const changed = messages.map((message) =>
      message.role === 'tool' ? { ...message, content: '{"status":"kwijt"}' } : message,
    )
    const [first, second] = [
      conversationOf(read({ id: 1, messages })),
      conversationOf(read({ id: 1, messages: changed })),
    ]
    assert.equal(first.idempotencyKey, second.idempotencyKey)
    assert.notEqual(first.contentHash, second.contentHash)
  })

  test('parts of a message are text, and what is no text is named', () => {
    const parts = [
      { type: 'text', text: 'Kijk eens:' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      { type: 'text', text: 'ziet u het' },
    ]
    const conversation = conversationOf(
      read({
        messages: [
          { role: 'user', content: parts },
          { role: 'assistant', content: null, refusal: 'Dat doe ik niet.' },
        ],
      }),
    )
    assert.deepEqual(
      conversation.turns.map(({ text }) => text),
      ['Kijk eens:\nziet u het', 'Dat doe ik niet.'],
    )
    assert.deepEqual(
      conversation.events.map(({ kind, name, pointer }) => [kind, name, pointer]),
      [['attachment', 'image_url', '/messages/0/content/1']],
    )
  })

  test('two customers with names are two parties', () => {
    const conversation = conversationOf(
      read({
        messages: [
          { role: 'user', name: 'An', content: 'a' },
          { role: 'user', name: 'Bo', content: 'b' },
          { role: 'user', name: 'An', content: 'c' },
        ],
      }),
    )
    assert.deepEqual(
      conversation.turns.map(({ party }) => party),
      [0, 1, 0],
    )
  })

  test('a clock that runs back lowers what is said about time', () => {
    const conversation = conversationOf(
      read({
        messages: [
          { role: 'user', content: 'a', timestamp: 1772359200 },
          { role: 'assistant', content: 'b', timestamp: '2026-03-01T09:59:59Z' },
        ],
      }),
    )
    assert.equal(conversation.timeQuality, 'offset_only')
    assert.deepEqual(
      conversation.deviations.map(({ code, pointer }) => [code, pointer]),
      [['time_goes_back', '/messages/1']],
    )
    assert.deepEqual(
      conversation.turns.map(({ text }) => text),
      ['a', 'b'],
    )
  })

  test('a log of instructions alone has no turns and says so', () => {
    const conversation = conversationOf(read({ messages: [messages[0]] }))
    assert.equal(conversation.turns.length, 0)
    assert.deepEqual(
      conversation.deviations.map(({ code }) => code),
      ['no_turns'],
    )
  })

  test('an objection beside the messages is seen', () => {
    assert.equal(conversationOf(read({ messages, metadata: { objection: true } })).objection, true)
    assert.equal(conversationOf(read({ messages, no_recording: true })).noRecording, true)
  })

  const wrong: readonly (readonly [string, unknown, string, string | undefined])[] = [
    ['no list', { berichten: messages }, 'messages_missing', undefined],
    ['an empty list', { messages: [] }, 'nothing_said', '/messages'],
    [
      'an unknown role',
      { messages: [messages[1], { role: 'klant', content: 'x' }] },
      'message_invalid',
      '/messages/1/role',
    ],
    ['no role', { messages: [{ content: 'x' }] }, 'message_invalid', '/messages/0/role'],
    [
      'content that is a number',
      { messages: [{ role: 'user', content: 7 }] },
      'message_invalid',
      '/messages/0/content',
    ],
    ['no content', { messages: [{ role: 'user' }] }, 'message_invalid', '/messages/0/content'],
    [
      'a part without type',
      { messages: [{ role: 'user', content: ['x'] }] },
      'message_invalid',
      '/messages/0/content/0',
    ],
    [
      'tool calls that are no list',
      { messages: [{ role: 'assistant', content: null, tool_calls: {} }] },
      'message_invalid',
      '/messages/0/tool_calls',
    ],
    ['a message that is text', { messages: ['hallo'] }, 'message_invalid', '/messages/0'],
    [
      'a turn without end',
      { messages: [{ role: 'user', content: 'x'.repeat(65_537) }] },
      'turn_too_long',
      '/messages/0',
    ],
  ]
  for (const [name, record, code, pointer] of wrong)
    test(`with ${name} it is refused with ${code}`, () => {
      const { problem } = read(record) as { problem: ReturnType<typeof problemOf> }
      assert.deepEqual([problem.code, problem.pointer, problem.file, problem.line], [code, pointer, 'log.jsonl', 3])
      if (code !== 'turn_too_long') assert.equal(problemOf(replay(record)).code, code)
    })

  test('a cut line is refused with its place', () => {
    const problem = problemOf(readOpenAiLog('{"messages":[{"role":"user","content":"hal', place, {}, tools))
    assert.deepEqual(problem, {
      code: 'json_truncated',
      file: 'log.jsonl',
      line: 3,
      column: 43,
      pointer: '/messages/0/content',
    })
  })

  test('no list of messages makes the reader fall over', () => {
    const message = fc.dictionary(
      fc.constantFrom('role', 'content', 'tool_calls', 'name', 'function_call', 'refusal', 'timestamp'),
      fc.oneof(
        fc.constantFrom('user', 'assistant', 'tool', 'system', '', null, 1e12, '2026-01-01T00:00:00Z'),
        fc.jsonValue({ maxDepth: 2 }),
      ),
    )
    fc.assert(
      fc.property(fc.array(message, { maxLength: 4 }), (list) => {
        const [imported, replayed] = [read({ messages: list }), replay({ messages: list })]
        if (imported.kind === 'conversation')
          assert.ok(imported.conversation.turns.length + imported.conversation.events.length > 0)
        if (replayed.kind === 'conversation') assert.equal(replayed.conversation.messages.length, list.length)
      }),
      { numRuns: 2000 },
    )
    assert.ok(now)
  })
})
