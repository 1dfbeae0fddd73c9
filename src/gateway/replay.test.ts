import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { replayChunks } from './replay.ts'
import { type Chunk, Reply } from './reply.ts'

/** What a client adds up from chunks, per choice, and the token counts at the end. */
function addUp(chunks: readonly Chunk[]) {
  const choices: Record<number, { text: Record<string, string>; calls: object[]; finish: string | null }> = {}
  let usage: unknown = null
  for (const chunk of chunks) {
    usage = chunk.usage ?? usage
    for (const { index, delta, finish_reason } of chunk.choices) {
      choices[index] ??= { text: {}, calls: [], finish: null }
      const choice = choices[index]
      choice.finish = finish_reason ?? choice.finish
      for (const name of ['content', 'refusal', 'role'] as const)
        if (typeof delta[name] === 'string') choice.text[name] = `${choice.text[name] ?? ''}${delta[name]}`
      const given = (delta.tool_calls ?? []) as { index: number; id?: string; function: Record<string, string> }[]
      for (const { index: at, id, function: part } of given) {
        const known = (choice.calls[at] ?? { id, name: '', arguments: '' }) as Record<string, string>
        choice.calls[at] = known
        known.name += part.name ?? ''
        known.arguments += part.arguments ?? ''
      }
    }
  }
  return { choices, usage, ids: new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)) }
}

const head = { id: 'up', created: 7, model: 'm', system_fingerprint: 'f' }
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }

describe('an answer given again as a stream', () => {
  const choice = fc.record({
    content: fc.array(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 5 }),
    refusal: fc.array(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 2 }),
    calls: fc.array(fc.array(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }), {
      maxLength: 2,
    }),
    finish: fc.constantFrom('stop', 'length', 'tool_calls'),
  })

  test('says what the first stream said, whatever that was', () => {
    fc.assert(
      fc.property(fc.array(choice, { minLength: 1, maxLength: 3 }), fc.boolean(), (choices, usageAsked) => {
        const lane = () => ({ push: (text: string) => text, end: () => '' })
        const disclosure = { text: 'U spreekt met AI.', divider: ' ' }
        const reply = new Reply({ id: 'chatcmpl-1', lane, disclosure, usageAsked, trusted: false })
        const chunks: Chunk[] = []
        const give = (index: number, delta: object, finish: string | null = null) =>
          chunks.push(...reply.chunk({ ...head, choices: [{ index, delta, finish_reason: finish }] }))
        for (const [index, { content, refusal, calls, finish }] of choices.entries()) {
          for (const text of content) give(index, { content: text })
          for (const text of refusal) give(index, { refusal: text })
          for (const [at, parts] of calls.entries())
            for (const [n, text] of parts.entries())
              give(index, {
                tool_calls: [
                  n === 0
                    ? { index: at, id: `c${at}`, type: 'function', function: { name: 'f', arguments: text } }
                    : { index: at, function: { arguments: text } },
                ],
              })
          give(index, {}, finish)
        }
        reply.chunk({ ...head, choices: [], usage })
        chunks.push(...reply.close())
        const again = replayChunks({ body: JSON.parse(JSON.stringify(reply.assembled())), usageAsked })
        const first = addUp(chunks)
        const second = addUp(again)
        // A choice that said nothing has a role in neither, or an empty text in the second: to a client that is the same.
        for (const { text } of [...Object.values(first.choices), ...Object.values(second.choices)])
          if ((text.content ?? '') === '') delete text.content
        for (const { text } of [...Object.values(first.choices), ...Object.values(second.choices)]) delete text.role
        assert.deepEqual(second, first)
        assert.equal(second.usage !== null, usageAsked)
      }),
    )
  })

  test('every choice begins with its role and ends with its finish reason', () => {
    const message = { role: 'assistant', content: 'Dag.', refusal: null }
    const body = { id: 'x', created: 1, model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }], usage }
    assert.deepEqual(replayChunks({ body, usageAsked: true }), [
      {
        id: 'x',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta: { role: 'assistant', content: 'Dag.' }, finish_reason: null, logprobs: null }],
        usage: null,
      },
      {
        id: 'x',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta: {}, finish_reason: 'stop', logprobs: null }],
        usage: null,
      },
      { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage },
    ])
  })
})
