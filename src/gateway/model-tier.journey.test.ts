// A model beside the rules, in the path of a call.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ModelFailed, type OnFailure } from '../privacy/rules.ts'
import { openSafeguards } from './io/safeguards.ts'
import { type World, world } from './testing.ts'

describe('a model beside the rules', () => {
  let w: World
  let key: string
  before(async () => {
    w = await world()
    key = await w.system('model')
  })
  after(() => w.close())

  const run = async (onFailure: OnFailure, failing: boolean) => {
    const model = {
      id: 'proef@000000000000',
      close: async () => {},
      async find(texts: readonly string[]) {
        if (failing) throw new ModelFailed('model_timeout')
        return texts.map((text) => {
          const start = text.indexOf('vlinder')
          return start < 0 ? [] : [{ start, end: start + 7, label: 'PERSON' as const, confidence: 0.9 }]
        })
      },
    }
    const running = await w.gateway({ safeguards: openSafeguards({ model, onFailure }) })
    w.upstream.received.length = 0
    const reply = await fetch(`${running.url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'testmodel', messages: [{ role: 'user', content: 'de rode vlinder zag het' }] }),
    })
    const call = reply.headers.get('x-waarborg-call')
    const answer = (await reply.json()) as {
      choices?: { message: { content: string } }[]
      error?: { code: string; waarborg: { reason: string } }
    }
    const rows = await w.sql<{ payload: Buffer }>(
      'select payload from ledger_pending where call_id = $1 order by seq',
      [call],
    )
    const entries = rows.map(
      ({ payload }) => JSON.parse(payload.toString()) as { type: string; body: Record<string, unknown> },
    )
    await running.close()
    return { status: reply.status, answer, left: w.upstream.received.map(({ text }) => text), entries }
  }

  test('what it finds leaves as a pseudonym and comes back', async () => {
    w.upstream.answer((res, { body }) => {
      const asked = (body.messages as { content: string }[]).at(-1)!.content
      res.writeHead(200, { 'content-type': 'application/json' })
      res.end(
        JSON.stringify({
          choices: [{ index: 0, message: { role: 'assistant', content: asked }, finish_reason: 'stop' }],
        }),
      )
    })
    const { left, answer, entries } = await run('refuse', false)
    assert.match(left[0]!, /de rode \[PERSON_1\] zag/)
    assert.match(answer.choices![0]!.message.content, /de rode vlinder zag het$/)
    assert.ok(!('modelSkipped' in entries.find(({ type }) => type === 'call.admitted')!.body))
  })

  test('when it does not answer the call is refused and nothing leaves', async () => {
    const { status, answer, left, entries } = await run('refuse', true)
    assert.deepEqual(
      [status, answer.error?.code, answer.error?.waarborg.reason],
      [503, 'safeguard_unavailable', 'redaction'],
    )
    assert.deepEqual(left, [])
    assert.deepEqual(
      entries.map(({ type }) => type),
      ['call.refused'],
    )
  })

  test('with rules_only the rules go on alone, and the entry of the call says so', async () => {
    const { status, left, entries } = await run('rules_only', true)
    assert.equal(status, 200)
    assert.match(left[0]!, /vlinder/)
    assert.equal(entries.find(({ type }) => type === 'call.admitted')!.body.modelSkipped, 'model_timeout')
  })
})
