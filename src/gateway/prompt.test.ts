import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { sharedData, without } from '../platform/shared-data.ts'
import { canonicalReply, type PromptReading, readPrompt, sayingOf } from './prompt.ts'

const options = { model: 'registered', cacheKey: 'conversation-1', usage: true }
const hello = { role: 'user', content: 'Hallo' }
const request = (more: object = {}) => ({ model: 'm', messages: [hello], ...more })

/** The request that leaves when each part is replaced by its number in angle brackets (JSON parts stay JSON). */
function numbered(body: unknown, build = options): Record<string, unknown> {
  const { prompt } = read(body)
  return prompt!.build(
    prompt!.parts.map((part, i) => (part.kind === 'json' && isJson(part.text) ? JSON.stringify(`<${i}>`) : `<${i}>`)),
    build,
  )
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function read(body: unknown): PromptReading {
  const reading = readPrompt(body)
  assert.deepEqual(reading.form, [], 'the request is well formed')
  return reading
}

function unchanged(body: unknown): Record<string, unknown> {
  const { prompt } = read(body)
  return prompt!.build(
    prompt!.parts.map(({ text }) => text),
    options,
  )
}

/** Every string in a value. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsOf)
}

describe('every part that can hold text is screened', () => {
  const secret = 'Jan Jansen 06-00000101'
  const places: [string, object][] = [
    ['a customer message', { messages: [{ role: 'user', content: secret }] }],
    ['instructions', { messages: [{ role: 'system', content: secret }, hello] }],
    ['instructions of a developer', { messages: [{ role: 'developer', content: secret }, hello] }],
    ['an earlier answer', { messages: [{ role: 'assistant', content: secret }, hello] }],
    ['a refusal of an earlier answer', { messages: [{ role: 'assistant', content: null, refusal: secret }, hello] }],
    [
      'a text part',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'a' },
              { type: 'text', text: secret },
            ],
          },
        ],
      },
    ],
    ['a refusal part', { messages: [{ role: 'assistant', content: [{ type: 'refusal', refusal: secret }] }, hello] }],
    [
      'an unknown field of a text part',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'a', x: { y: secret } }] }] },
    ],
    [
      'a tool result',
      { messages: [hello, { role: 'tool', tool_call_id: 'c1', content: JSON.stringify({ name: secret }) }] },
    ],
    ['a function result', { messages: [hello, { role: 'function', name: 'f', content: secret }] }],
    [
      'arguments of a tool',
      {
        messages: [
          hello,
          {
            role: 'assistant',
            content: null,
            tool_calls: [
              { id: 'c1', type: 'function', function: { name: 'f', arguments: JSON.stringify({ name: secret }) } },
            ],
          },
        ],
      },
    ],
    [
      'input of a custom tool',
      {
        messages: [
          hello,
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'f', input: secret } }],
          },
        ],
      },
    ],
    [
      'arguments of a function call of the old form',
      {
        messages: [
          hello,
          { role: 'assistant', content: null, function_call: { name: 'f', arguments: `{"a":"${secret}"}` } },
        ],
      },
    ],
    ['an unknown field of a message', { messages: [{ ...hello, reasoning_content: secret }] }],
    ['a description of a tool', { tools: [{ type: 'function', function: { name: 'f', description: secret } }] }],
    [
      'an example in a schema',
      {
        tools: [
          {
            type: 'function',
            function: {
              name: 'f',
              parameters: { type: 'object', properties: { email: { type: 'string', default: secret } } },
            },
          },
        ],
      },
    ],
    [
      'a choice in a schema',
      { tools: [{ type: 'function', function: { name: 'f', parameters: { enum: ['a', secret] } } }] },
    ],
    ['a description of a custom tool', { tools: [{ type: 'custom', custom: { name: 'f', description: secret } }] }],
    ['a description of a function of the old form', { functions: [{ name: 'f', description: secret }] }],
    [
      'a schema of the answer',
      { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { description: secret } } } },
    ],
    ['a predicted answer', { prediction: { type: 'content', content: secret } }],
    ['a predicted answer in parts', { prediction: { type: 'content', content: [{ type: 'text', text: secret }] } }],
    ['a stop word', { stop: ['\n', secret] }],
    ['an unknown field', { x_new: secret }],
    ['deep in an unknown field', { x_new: { a: [{ b: secret }] } }],
    ['the name of an unknown field', { x_new: { [secret]: 1 } }],
    ['a known field of the wrong type', { temperature: secret }],
    ['a choice of tool', { tool_choice: { type: 'function', function: { name: secret } } }],
  ]
  for (const [name, more] of places)
    test(name, () => {
      const { prompt } = read(request(more))
      assert.ok(
        prompt!.parts.some(({ text }) => text.includes('Jan Jansen')),
        'it is a part',
      )
      assert.ok(!JSON.stringify(numbered(request(more))).includes('Jan Jansen'), 'and it is replaced')
    })

  test('any field with any value is either screened or of a known kind', () => {
    const field = fc
      .string({ minLength: 1, maxLength: 12 })
      .filter(
        (name) =>
          ![
            'model',
            'messages',
            'stream',
            'n',
            'tools',
            'functions',
            'modalities',
            'audio',
            'web_search_options',
            'stream_options',
            'response_format',
          ].includes(name),
      )
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue({ maxDepth: 4 })), (fields) => {
        const leaving = numbered(request(fields))
        const left = new Set(stringsOf({ ...leaving, model: '' }))
        for (const text of stringsOf(fields)) if (/\s|@/.test(text.trim())) assert.ok(!left.has(text), text)
      }),
    )
  })
})

describe('what stays as it is', () => {
  test('with nothing to hide, the request that leaves says the same', () => {
    const body = request({
      temperature: 0.2,
      seed: 123_456_789,
      stop: ['\n'],
      parallel_tool_calls: true,
      tool_choice: { type: 'function', function: { name: 'get_user' } },
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_user',
            strict: true,
            parameters: { type: 'object', properties: { first_name: { type: 'string' } }, required: ['first_name'] },
          },
        },
      ],
      x_new: { a: [1, 'two', null, true] },
      messages: [
        { role: 'system', content: 'Wees beleefd.' },
        hello,
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'get_user', arguments: '{"first_name":"A"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', name: 'get_user', content: '{"ok":true}' },
      ],
    })
    assert.deepEqual(unchanged(body), { ...body, model: 'registered' })
  })

  test('tokens are counted in a stream, whether or not the client asked', () => {
    assert.deepEqual(unchanged(request({ stream: true })).stream_options, { include_usage: true })
    assert.deepEqual(
      unchanged(request({ stream: true, stream_options: { include_usage: false, include_obfuscation: false } }))
        .stream_options,
      { include_obfuscation: false, include_usage: true },
    )
    assert.equal(unchanged(request()).stream_options, undefined)
    assert.equal(read(request({ stream: true, stream_options: { include_usage: true } })).usageAsked, true)
  })
})

describe('what never leaves', () => {
  test('the customer’s number, the labels of the organisation, and spelled-out tokens', () => {
    const out = unchanged(
      request({
        user: 'K-1',
        safety_identifier: 'K-1',
        metadata: { subject: 'K-1' },
        logprobs: true,
        top_logprobs: 5,
        store: true,
        prompt_cache_key: 'K-1',
      }),
    )
    assert.deepEqual(out, { model: 'registered', store: false, prompt_cache_key: 'conversation-1', messages: [hello] })
  })

  test('an id of a tool call that is no id gets a number, the same one in both places', () => {
    const body = request({
      messages: [
        hello,
        {
          role: 'assistant',
          content: null,
          tool_calls: ['jan@voorbeeld.nl', 'ok_1', 'mia_li_3668'].map((id) => ({
            id,
            type: 'function',
            function: { name: 'f', arguments: '{}' },
          })),
        },
        ...['jan@voorbeeld.nl', 'ok_1', 'mia_li_3668'].map((id) => ({ role: 'tool', tool_call_id: id, content: '' })),
      ],
    })
    const { prompt } = read(body)
    const out = prompt!.build(
      prompt!.parts.map(({ text }) => text),
      { ...options, unsafeId: (id) => id.includes('mia') },
    ) as { messages: { tool_calls?: { id: string }[]; tool_call_id?: string }[] }
    assert.deepEqual(
      out.messages[1]!.tool_calls!.map(({ id }) => id),
      ['call_1', 'ok_1', 'call_3'],
    )
    assert.deepEqual(
      out.messages.slice(2).map(({ tool_call_id }) => tool_call_id),
      ['call_1', 'ok_1', 'call_3'],
    )
  })

  test('a participant’s name leaves without brackets, which providers refuse there', () => {
    const { prompt } = read(request({ messages: [{ role: 'user', name: 'Jan', content: 'a' }] }))
    const texts = prompt!.parts.map(({ kind, text }) => (kind === 'name' ? '[PERSON_1]' : text))
    assert.equal((prompt!.build(texts, options).messages as { name: string }[])[0]!.name, 'PERSON_1')
  })
})

describe('what cannot be screened is named', () => {
  const cases = [
    [
      'a picture',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'a' },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
            ],
          },
        ],
      },
      'messages[0].content[1]',
      'image',
    ],
    [
      'sound',
      { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: '', format: 'wav' } }] }] },
      'messages[0].content[0]',
      'audio',
    ],
    [
      'a file',
      { messages: [hello, { role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] },
      'messages[1].content[0]',
      'file',
    ],
    [
      'a kind that is not known yet',
      { messages: [{ role: 'user', content: [{ type: 'hologram' }] }] },
      'messages[0].content[0]',
      'hologram',
    ],
    [
      'a kind with a personal name',
      { messages: [{ role: 'user', content: [{ type: 'Jan Jansen' }] }] },
      'messages[0].content[0]',
      'unknown',
    ],
    [
      'an earlier spoken answer',
      { messages: [{ role: 'assistant', content: null, audio: { id: 'a' } }, hello] },
      'messages[0].audio',
      'audio',
    ],
    ['a spoken answer', { modalities: ['text', 'audio'] }, 'modalities', 'audio'],
  ] as const
  for (const [name, more, part, kind] of cases)
    test(name, () => {
      assert.deepEqual(read(request(more)).media[0], { part, kind })
    })
})

describe('a malformed request', () => {
  const message = (more: object) => ({ messages: [hello, { role: 'user', content: 'a', ...more }] })
  const cases: [string, unknown, string, string][] = [
    ['is no object', [], '(body)', 'not_an_object'],
    ['is null', null, '(body)', 'not_an_object'],
    ['has no model', { messages: [hello] }, 'model', 'missing'],
    ['has a model that is no text', request({ model: 3 }), 'model', 'wrong_type'],
    ['has no messages', { model: 'm' }, 'messages', 'missing'],
    ['has an empty list of messages', request({ messages: [] }), 'messages[0]', 'missing'],
    ['has messages that are no list', request({ messages: 'a' }), 'messages', 'wrong_type'],
    ['has too many messages', request({ messages: Array(4_001).fill(hello) }), 'messages', 'too_many'],
    ['has a message that is text', request({ messages: ['a'] }), 'messages[0]', 'wrong_type'],
    ['has a message without a role', request({ messages: [{ content: 'a' }] }), 'messages[0].role', 'missing'],
    ['has an unknown role', request(message({ role: 'boss' })), 'messages[1].role', 'wrong_value'],
    ['has a role that every object has', request(message({ role: 'constructor' })), 'messages[1].role', 'wrong_value'],
    ['has a customer message without content', request(message({ content: null })), 'messages[1].content', 'missing'],
    ['has content that is a number', request(message({ content: 3 })), 'messages[1].content', 'wrong_type'],
    ['has a part that is text', request(message({ content: ['a'] })), 'messages[1].content[0]', 'wrong_type'],
    ['has a part without a type', request(message({ content: [{}] })), 'messages[1].content[0].type', 'missing'],
    [
      'has a text part without text',
      request(message({ content: [{ type: 'text' }] })),
      'messages[1].content[0].text',
      'missing',
    ],
    ['has a name that is no text', request(message({ name: {} })), 'messages[1].name', 'wrong_type'],
    [
      'has tool calls that are no list',
      request(message({ role: 'assistant', tool_calls: {} })),
      'messages[1].tool_calls',
      'wrong_type',
    ],
    [
      'has a tool call without a function',
      request(message({ role: 'assistant', tool_calls: [{ id: 'a', type: 'function' }] })),
      'messages[1].tool_calls[0].function',
      'missing',
    ],
    [
      'has arguments that are an object',
      request(
        message({
          role: 'assistant',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: {} } }],
        }),
      ),
      'messages[1].tool_calls[0].function.arguments',
      'wrong_type',
    ],
    [
      'has a tool whose name is a sentence',
      request({ tools: [{ type: 'function', function: { name: 'Bel Jan op' } }] }),
      'tools[0].function.name',
      'wrong_value',
    ],
    ['has tools that are no list', request({ tools: {} }), 'tools', 'wrong_type'],
    [
      'has too many tools',
      request({ tools: Array(129).fill({ type: 'function', function: { name: 'f' } }) }),
      'tools',
      'too_many',
    ],
    ['streams with a word', request({ stream: 'yes' }), 'stream', 'wrong_type'],
    ['asks for no answers', request({ n: 0 }), 'n', 'wrong_value'],
    ['asks for half an answer', request({ n: 1.5 }), 'n', 'wrong_value'],
    ['asks for a thousand answers', request({ n: 1_000 }), 'n', 'wrong_value'],
  ]
  for (const [name, body, param, code] of cases)
    test(`${name}: ${code} at ${param}`, () => {
      const reading = readPrompt(body)
      assert.equal(reading.prompt, null)
      assert.deepEqual(
        { code: reading.form[0]?.code, reason: reading.form[0]?.reason, param: reading.form[0]?.param },
        { code: 'invalid_request', reason: code, param },
      )
    })

  for (const [name, more, param] of [
    ['a tool that the provider runs', { tools: [{ type: 'mcp', server_url: 'https://a.example' }] }, 'tools[0].type'],
    ['a search of the web', { web_search_options: {} }, 'web_search_options'],
  ] as const)
    test(`${name} is refused as an unknown feature`, () => {
      const { form, prompt } = readPrompt(request(more))
      assert.deepEqual([form[0]?.code, form[0]?.param, prompt], ['feature_unknown', param, null])
    })

  test('no value of JSON makes the reader throw', () => {
    const any = fc.jsonValue({ maxDepth: 5 })
    const message = fc.oneof(
      any,
      fc.record(
        {
          role: fc.constantFrom('user', 'assistant', 'tool', 'x'),
          content: any,
          tool_calls: any,
          name: any,
          function_call: any,
        },
        { requiredKeys: [] },
      ),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          any,
          fc.record(
            {
              model: any,
              messages: fc.oneof(any, fc.array(message)),
              tools: any,
              stream: any,
              response_format: any,
              prediction: any,
              functions: any,
              modalities: any,
            },
            { requiredKeys: [] },
          ),
        ),
        (body) => {
          const { prompt, form } = readPrompt(body)
          assert.equal(prompt === null, form.length > 0)
          prompt?.build(
            prompt.parts.map(({ text }) => text),
            options,
          )
        },
      ),
      { numRuns: 500 },
    )
  })
})

test('half an emoji is replaced, not refused', () => {
  const out = unchanged(request({ messages: [{ role: 'user', content: 'Hoi \ud83d' }] }))
  assert.equal((out.messages as { content: string }[])[0]!.content, 'Hoi \ufffd')
})

test('an answer must be free text for the disclosure to go before it', () => {
  assert.equal(read(request()).canInject, true)
  assert.equal(read(request({ response_format: { type: 'text' } })).canInject, true)
  assert.equal(read(request({ response_format: { type: 'json_object' } })).canInject, false)
})

test('a message is told as the conversation would tell it', () => {
  const { prompt } = read(
    request({
      messages: [
        { role: 'system', content: 'Wees beleefd.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hallo' },
            { type: 'text', text: 'daar' },
          ],
        },
        {
          role: 'assistant',
          content: 'Even kijken.',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'get', arguments: '{"a":1}' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: '{"b":2}' },
      ],
    }),
  )
  const texts = prompt!.parts.map(({ text }) => text)
  assert.deepEqual(
    prompt!.messages.map((message) => [message.turn, sayingOf(message, texts)]),
    [
      [null, 'Wees beleefd.'],
      ['customer', 'Hallo\ndaar'],
      ['ai', 'Even kijken.\nget({"a":1})'],
      ['tool', '{"b":2}'],
    ],
  )
})

test('an answer that a client sends back has the canonical line of the answer', () => {
  const calls = [{ name: 'get', arguments: '{"a":1}' }]
  const sentBack = [
    { role: 'assistant', content: 'Hallo ' },
    { role: 'assistant', content: [{ type: 'text', text: 'Hallo' }], refusal: null },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'x', type: 'function', function: { name: 'get', arguments: '{"a":1}' } }],
    },
  ]
  const { prompt } = read(request({ messages: [...sentBack, hello] }))
  assert.deepEqual(
    prompt!.messages.slice(0, 3).map(({ canonical }) => canonical),
    [canonicalReply('Hallo', []), canonicalReply('Hallo', []), canonicalReply('', calls)],
  )
})

const recorded = sharedData('conversations/tau-bench/gpt-4o-airline.jsonl.gz')
test('all 1,698 calls of 120 recorded conversations with tools are read whole', { skip: without(recorded) }, () => {
  let calls = 0
  for (const line of gunzipSync(readFileSync(recorded!)).toString().trim().split('\n')) {
    const { traj } = JSON.parse(line) as { traj: { role: string }[] }
    for (const [i, { role }] of traj.entries()) {
      if (role !== 'assistant') continue
      const body = { model: 'm', messages: traj.slice(0, i) }
      assert.deepEqual(unchanged(body), { ...body, model: 'registered' })
      calls++
    }
  }
  assert.equal(calls, 1_698)
})
