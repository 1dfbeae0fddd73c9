import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Chunk, type Lane, type LaneKind, Reply, ReplyBroken, type ReplyOptions } from './reply.ts'

/** Puts `Jan` for `[A]` and holds back what may become `[A]`; arguments of tools get it escaped. */
function restoring(kind: LaneKind): Lane {
  const value = kind.kind === 'arguments' && kind.json ? 'J\\"n' : 'Jan'
  let held = ''
  const take = (text: string, last: boolean) => {
    const whole = (held + text).replaceAll('[A]', value)
    const open = last ? -1 : whole.search(/\[A?$/)
    held = open < 0 ? '' : whole.slice(open)
    return open < 0 ? whole : whole.slice(0, open)
  }
  return { push: (text) => take(text, false), end: () => take('', true) }
}

const options = (more: Partial<ReplyOptions> = {}): ReplyOptions => ({
  id: 'chatcmpl-1',
  lane: restoring,
  disclosure: null,
  usageAsked: false,
  trusted: false,
  ...more,
})
const delta = (fields: object, finish: string | null = null, index = 0) => ({
  id: 'x',
  created: 7,
  model: 'm',
  choices: [{ index, delta: fields, finish_reason: finish }],
})

/** What a client adds up from chunks. */
function addUp(chunks: readonly Chunk[]) {
  const choices = new Map<
    number,
    { content: string; refusal: string; calls: { name: string; arguments: string }[]; finish: string | null }
  >()
  for (const { choices: parts } of chunks)
    for (const { index, delta: fields, finish_reason } of parts) {
      const choice = choices.get(index) ?? { content: '', refusal: '', calls: [], finish: null }
      choices.set(index, choice)
      const { content, refusal, tool_calls } = fields as {
        content?: string
        refusal?: string
        tool_calls?: { index: number; function: { name?: string; arguments?: string } }[]
      }
      choice.content += content ?? ''
      choice.refusal += refusal ?? ''
      for (const call of tool_calls ?? []) {
        const known = choice.calls[call.index] ?? { name: '', arguments: '' }
        choice.calls[call.index] = known
        known.name += call.function.name ?? ''
        known.arguments += call.function.arguments ?? ''
      }
      if (finish_reason !== null) choice.finish = finish_reason
    }
  return choices
}

function stream(parts: readonly object[], given = options()) {
  const reply = new Reply(given)
  const chunks = [...parts.flatMap((part) => reply.chunk(part)), ...reply.close()]
  return { chunks, reply, total: addUp(chunks) }
}

const whole = (message: object, finish = 'stop') => ({
  id: 'x',
  created: 7,
  model: 'm',
  choices: [{ index: 0, message, finish_reason: finish }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
})

describe('a stream', () => {
  test('gives pseudonyms back however they were cut', () => {
    const { total } = stream([
      delta({ role: 'assistant', content: '' }),
      delta({ content: 'Dag [' }),
      delta({ content: 'A' }),
      delta({ content: '], hallo [' }),
      delta({}, 'stop'),
    ])
    assert.deepEqual(total.get(0), { content: 'Dag Jan, hallo [', refusal: '', calls: [], finish: 'stop' })
  })

  test('sends the finish reason only when it is closed', () => {
    const reply = new Reply(options())
    assert.deepEqual(
      reply.chunk(delta({ content: 'a' }, 'stop')).map((chunk) => chunk.choices[0]!.finish_reason),
      [null],
    )
    assert.deepEqual(
      reply.close().map((chunk) => chunk.choices[0]!.finish_reason),
      ['stop'],
    )
  })

  test('keeps several answers apart, also when they are mixed', () => {
    const { total } = stream([
      delta({ content: '[' }, null, 0),
      delta({ content: '[A' }, null, 1),
      delta({ content: 'A]' }, 'stop', 0),
      delta({ content: ']!' }, 'length', 1),
    ])
    assert.deepEqual([total.get(0)?.content, total.get(1)?.content, total.get(1)?.finish], ['Jan', 'Jan!', 'length'])
  })

  test('restores arguments of tools with escapes, per tool, also when the text comes with the finish reason', () => {
    const call = (index: number, text: string, first = false) => ({
      tool_calls: [
        {
          index,
          ...(first ? { id: `c${index}`, type: 'function' } : {}),
          function: { ...(first ? { name: 'f' } : {}), arguments: text },
        },
      ],
    })
    const { total, reply } = stream([
      delta(call(0, '{"a":"[', true)),
      delta(call(1, '{"b":"[A', true)),
      delta(call(0, 'A]"}')),
      delta(call(1, ']"}'), 'tool_calls'),
    ])
    assert.deepEqual(total.get(0)?.calls, [
      { name: 'f', arguments: '{"a":"J\\"n"}' },
      { name: 'f', arguments: '{"b":"J\\"n"}' },
    ])
    assert.deepEqual(JSON.parse(total.get(0)!.calls[1]!.arguments), { b: 'J"n' })
    assert.deepEqual(reply.summary().tools, ['f'])
    assert.equal(reply.summary().seen, 'f({"a":"[A]"})\nf({"b":"[A]"})')
  })

  test('without a finish reason it is cut off, and must not look whole', () => {
    assert.throws(() => stream([delta({ content: 'a' })]), { code: 'cut_off' })
    assert.throws(() => stream([delta({ content: 'a' }, 'stop', 0), delta({ content: 'a' }, null, 1)]), {
      code: 'cut_off',
    })
    assert.throws(() => stream([]), { code: 'empty' })
  })

  test('text after the finish reason still arrives', () => {
    assert.equal(
      stream([delta({ content: 'a[' }, 'stop'), delta({ content: '[A]b[' })]).total.get(0)?.content,
      'a[Janb[',
    )
  })

  test('token counts come as the last chunk, without choices, when they were asked for', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }
    const parts = [delta({ content: 'a' }, 'stop'), { ...delta({}), choices: [], usage }]
    assert.deepEqual(stream(parts, options({ usageAsked: true })).chunks.at(-1), {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 7,
      model: 'm',
      choices: [],
      usage,
    })
    const unasked = stream(parts)
    assert.ok(unasked.chunks.every((chunk) => !('usage' in chunk)))
    assert.deepEqual(unasked.reply.summary().usage, usage)
  })
})

test('any way of cutting an answer gives the text of the whole answer', () => {
  const text = fc
    .array(fc.constantFrom('[A]', '[', 'A', ']', 'é', '🙂', ' ', 'x', '"', '\\'), { maxLength: 40 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(
      text,
      text,
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
      fc.boolean(),
      (content, args, sizes, disclose) => {
        const disclosure = disclose ? { text: 'Ik ben een computer.', divider: '\n\n' } : null
        const message = {
          role: 'assistant',
          content,
          tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: args } }],
        }
        const expected = new Reply(options({ disclosure })).whole(whole(message)) as {
          choices: { message: { content: string; tool_calls: { function: { arguments: string } }[] } }[]
        }
        const cut = (given: string) => {
          const out: string[] = []
          let rest = given
          for (let i = 0; rest !== ''; i++) {
            out.push(rest.slice(0, sizes[i % sizes.length]!))
            rest = rest.slice(sizes[i % sizes.length]!)
          }
          return out
        }
        const parts = [
          ...cut(content).map((piece) => delta({ content: piece })),
          delta({ tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '' } }] }),
          ...cut(args).map((piece) => delta({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
          delta({}, 'stop'),
        ]
        const { total, reply } = stream(parts, options({ disclosure }))
        assert.equal(total.get(0)?.content, expected.choices[0]!.message.content)
        assert.equal(total.get(0)?.calls[0]?.arguments, expected.choices[0]!.message.tool_calls[0]!.function.arguments)
        assert.equal(reply.summary().content, total.get(0)?.content)
      },
    ),
  )
})

describe('the disclosure', () => {
  const disclosure = { text: 'U chat met een computer.', divider: '\n\n' }
  const given = options({ disclosure })

  test('begins the first text of a stream, once', () => {
    const { total, reply } = stream(
      [delta({ role: 'assistant', content: '' }), delta({ content: 'Dag' }), delta({ content: ' u' }, 'stop')],
      given,
    )
    assert.equal(total.get(0)?.content, 'U chat met een computer.\n\nDag u')
    assert.equal(reply.summary().disclosed, true)
    assert.equal(reply.summary().seen, 'Dag u')
  })

  test('begins each of several answers, and a refusal by the model too', () => {
    const { total } = stream([delta({ content: 'a' }, 'stop', 0), delta({ refusal: 'nee' }, 'stop', 1)], given)
    assert.deepEqual(
      [total.get(0)?.content, total.get(1)?.refusal],
      ['U chat met een computer.\n\na', 'U chat met een computer.\n\nnee'],
    )
  })

  test('waits when the answer is only a call of a tool, which no customer sees', () => {
    const { reply } = stream(
      [delta({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '{}' } }] }, 'tool_calls')],
      given,
    )
    assert.equal(reply.summary().disclosed, false)
  })

  test('begins a whole answer', () => {
    const reply = new Reply(given)
    const { choices } = reply.whole(whole({ role: 'assistant', content: 'Dag [A]' })) as {
      choices: { message: { content: string } }[]
    }
    assert.equal(choices[0]!.message.content, 'U chat met een computer.\n\nDag Jan')
    assert.equal(reply.summary().disclosed, true)
  })
})

describe('only named fields leave', () => {
  const extra = { reasoning_content: 'geheim', audio: { data: 'x' }, annotations: [{ url: 'x' }] }

  test('of a whole answer', () => {
    const out = new Reply(options()).whole({
      ...whole({ role: 'assistant', content: 'a', ...extra }),
      moderation: 1,
      waarborg: { sources: [] },
    })
    assert.deepEqual(out, {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 7,
      model: 'm',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'a', refusal: null },
          finish_reason: 'stop',
          logprobs: null,
        },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    })
  })

  test('of a stream', () => {
    const { chunks } = stream([{ ...delta({ content: 'a', ...extra }, 'stop'), obfuscation: 'zzz', waarborg: {} }])
    assert.ok(!JSON.stringify(chunks).includes('geheim') && !JSON.stringify(chunks).includes('zzz'))
  })

  test('sources are believed from the built-in assistant only', () => {
    const answer = {
      ...whole({ role: 'assistant', content: 'a' }),
      waarborg: {
        sources: [
          { id: 's', title: 'Tarieven' },
          { id: 't', title: 'Tijden', hash: 'a'.repeat(64) },
          { id: 'u', title: 'Uren', hash: 'geheim' },
        ],
        tools: ['order_status'],
        handoff: 'asked',
      },
    }
    const own = new Reply(options({ trusted: true }))
    own.whole(answer)
    assert.deepEqual(
      [own.summary().sources, own.summary().tools, own.summary().handOff],
      [
        [
          { id: 's', title: 'Tarieven' },
          { id: 't', title: 'Tijden', hash: 'a'.repeat(64) },
          { id: 'u', title: 'Uren' },
        ],
        ['order_status'],
        'asked',
      ],
    )
    const foreign = new Reply(options())
    foreign.whole(answer)
    assert.deepEqual([foreign.summary().sources, foreign.summary().handOff], [[], null])
  })
})

describe('nonsense is refused by a fixed word', () => {
  const cases: [string, unknown, string][] = [
    ['text', 'hello', 'not_a_reply'],
    ['a list', [], 'not_a_reply'],
    ['nothing', null, 'not_a_reply'],
    ['an object without choices', { id: 'x' }, 'not_a_reply'],
    ['choices that are no objects', { choices: [1] }, 'not_a_reply'],
    ['an error of the provider', { error: { message: 'Jan Jansen' } }, 'error_event'],
  ]
  for (const [name, json, code] of cases)
    test(name, () => {
      for (const take of [(reply: Reply) => reply.whole(json), (reply: Reply) => reply.chunk(json)]) {
        assert.throws(
          () => take(new Reply(options())),
          (error) => error instanceof ReplyBroken && error.code === code && !error.message.includes('Jan'),
        )
      }
    })

  test('a whole answer without a message', () => {
    assert.throws(() => new Reply(options()).whole({ choices: [{ index: 0 }] }), { code: 'not_a_reply' })
    assert.throws(() => new Reply(options()).whole({ choices: [] }), { code: 'empty' })
  })

  test('any JSON is taken or refused, never crashed on', () => {
    const any = fc.jsonValue({ maxDepth: 4 })
    const chunk = fc.oneof(
      any,
      fc.record(
        {
          choices: fc.array(
            fc.oneof(
              any,
              fc.record({ index: any, delta: any, message: any, finish_reason: any }, { requiredKeys: [] }),
            ),
          ),
          usage: any,
          waarborg: any,
        },
        { requiredKeys: [] },
      ),
    )
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 5 }), (chunks) => {
        for (const use of [
          (reply: Reply) => [...chunks.flatMap((json) => reply.chunk(json)), ...reply.close()],
          (reply: Reply) => chunks.map((json) => reply.whole(json)),
        ]) {
          const reply = new Reply(options({ trusted: true }))
          try {
            use(reply)
          } catch (error) {
            assert.ok(error instanceof ReplyBroken, String(error))
          }
          reply.summary()
        }
      }),
    )
  })
})

test('a tool call of the old form passes', () => {
  const { chunks } = stream([
    delta({ function_call: { name: 'f', arguments: '{"a":' } }),
    delta({ function_call: { arguments: '"[A]"}' } }, 'function_call'),
  ])
  const calls = chunks
    .map((chunk) => (chunk.choices[0]!.delta as { function_call?: object }).function_call)
    .filter(Boolean)
  assert.deepEqual(calls, [{ name: 'f', arguments: '{"a":' }, { arguments: '"J\\"n"}' }])
})
