import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { sharedData, without } from '../../platform/shared-data.ts'
import { readPrompt } from '../prompt.ts'
import type { LaneKind } from '../reply.ts'
import type { Pseudonyms, RedactOptions } from '../safeguards.ts'
import { openSafeguards } from './safeguards.ts'

const safeguards = openSafeguards()
const options: RedactOptions = { languages: ['nl', 'en'], channel: 'chat', allow: ['Kaapstroom'] }
const build = { model: 'm', cacheKey: 'c', usage: false }

/** What would leave, and the pseudonyms after it. */
function leaving(body: object, before: Pseudonyms | null = null) {
  const { prompt } = readPrompt(body)
  const redacted = safeguards.redact(prompt!.parts, before, options)
  return { ...redacted, text: JSON.stringify(prompt!.build(redacted.texts, build)) }
}
const reply = (kind: LaneKind, pseudonyms: Pseudonyms, text: string, originals = true) => {
  const guard = safeguards.guardReply(pseudonyms, options, () => originals)
  const lane = guard.lane(kind)
  const given = [...text].map((character) => lane.push(character)).join('') + lane.end()
  return { given, masked: guard.masked() }
}

describe('a call with the recogniser in it', () => {
  const asked = {
    model: 'm',
    messages: [
      { role: 'user', content: 'Goedemorgen, mijn naam is Fatma Yıldız. Mijn mail is fatma.y@voorbeeld.nl.' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'klant', arguments: '{"email":"fatma.y@voorbeeld.nl"}' } },
        ],
      },
      {
        role: 'tool',
        tool_call_id: 'a',
        content: '{"first_name":"Fatma","dob":"1988-03-04","iban":"NL91ABNA0417164300"}',
      },
    ],
  }

  test('hides what customer, tool call and tool result tell of somebody', () => {
    const { text, counts, partCounts } = leaving(asked)
    for (const value of ['Fatma', 'Yıldız', 'voorbeeld', '1988', '0417164300']) assert.ok(!text.includes(value), value)
    assert.equal(partCounts.length, readPrompt(asked).prompt!.parts.length)
    assert.ok((counts.EMAIL ?? 0) >= 2 && (counts.PERSON ?? 0) >= 2)
  })

  test('keeps the same pseudonyms when the history comes again', () => {
    const first = leaving(asked)
    const again = leaving(asked, first.pseudonyms)
    assert.equal(again.text, first.text)
    assert.deepEqual(again.pseudonyms, first.pseudonyms)
  })

  test('gives originals back in the text and in the arguments of a tool, cut anywhere', () => {
    const { pseudonyms } = leaving(asked)
    const mail = pseudonyms.items.find(({ label }) => label === 'EMAIL')!
    assert.equal(
      reply({ kind: 'content' }, pseudonyms, `Ik mail naar ${mail.token}.`).given,
      'Ik mail naar fatma.y@voorbeeld.nl.',
    )
    const tool: LaneKind = { kind: 'arguments', tool: 'klant', json: true }
    assert.deepEqual(JSON.parse(reply(tool, pseudonyms, `{"to":"${mail.token}"}`).given), {
      to: 'fatma.y@voorbeeld.nl',
    })
    assert.equal(reply(tool, pseudonyms, `{"to":"${mail.token}"}`, false).given, `{"to":"${mail.token}"}`)
  })

  test('masks in a reply what nobody in this conversation gave, and counts it', () => {
    const { pseudonyms } = leaving(asked)
    const { given, masked } = reply(
      { kind: 'content' },
      pseudonyms,
      'Een andere klant heeft als mail jan.de.boer@voorbeeld.nl opgegeven.',
    )
    assert.ok(!given.includes('jan.de.boer'))
    assert.deepEqual(masked, { EMAIL: 1 })
  })
})

const recorded = sharedData('conversations/tau-bench/gpt-4o-airline.jsonl.gz')
test('of 30 recorded conversations with tools no birth date and no e-mail address leaves in any call', {
  skip: without(recorded),
}, () => {
  let calls = 0
  for (const line of gunzipSync(readFileSync(recorded!)).toString().trim().split('\n').slice(0, 30)) {
    const { traj } = JSON.parse(line) as { traj: { role: string }[] }
    const text = JSON.stringify(traj)
    const secrets = new Set([
      ...[...text.matchAll(/dob\\*":\s*\\*"(\d{4}-\d{2}-\d{2})/g)].map(([, date]) => date!),
      ...[...text.matchAll(/[\w.+-]+@[\w-]+\.[a-z]{2,}/g)].map(([address]) => address),
    ])
    let pseudonyms: Pseudonyms | null = null
    for (const [i, { role }] of traj.entries()) {
      if (role !== 'assistant') continue
      const call: ReturnType<typeof leaving> = leaving({ model: 'm', messages: traj.slice(0, i) }, pseudonyms)
      pseudonyms = call.pseudonyms
      for (const secret of secrets)
        assert.ok(!call.text.includes(secret), `call ${i} holds one of ${secrets.size} values`)
      calls++
    }
  }
  assert.ok(calls > 300)
})
