// A client's own numbers, on a running gateway with the real recogniser.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openSafeguards } from './io/safeguards.ts'
import { type World, world } from './testing.ts'

let w: World
before(async () => {
  w = await world()
})
after(() => w.close())

test('an own number leaves as a pseudonym and comes back, at the call after it was put on record', async () => {
  const key = await w.system('eigen')
  const running = await w.gateway({ safeguards: openSafeguards() })
  const ask = async () => {
    const reply = await fetch(`${running.url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'testmodel', messages: [{ role: 'user', content: 'ik zit in grp-q rood' }] }),
    })
    assert.equal(reply.status, 200, await reply.clone().text())
    const { choices } = (await reply.json()) as { choices: { message: { content: string } }[] }
    return { left: w.upstream.received.at(-1)!.text, said: choices[0]!.message.content }
  }
  w.upstream.answer((res, { body }) => {
    const asked = (body.messages as { content: string }[]).at(-1)!.content
    res.writeHead(200, { 'content-type': 'application/json' })
    const message = { role: 'assistant', content: `Groep: ${asked.split(' ').at(-2)}` }
    res.end(
      JSON.stringify({ id: 'x', object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }] }),
    )
  })
  assert.match((await ask()).left, /grp-q/)
  await w.sql(`update client set profile = profile || $1::jsonb`, [
    JSON.stringify({ recognisers: [{ id: 'groep', label: 'CUSTREF', shape: 'GRP-A', example: 'GRP-B' }] }),
  ])
  const { left, said } = await ask()
  assert.doesNotMatch(left, /grp-q/)
  assert.match(left, /\[CUSTREF_1\]/)
  assert.match(said, /grp-q/)
})
