import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { UpstreamCall, UpstreamReply } from '../../io/upstream.ts'
import { builtinProvider } from './builtin.ts'
import { recordProvider } from './record.ts'

const call = (body: Record<string, unknown>, stream = false): UpstreamCall => ({
  body,
  stream,
  context: () => ({ language: 'nl', channel: 'chat', organisation: 'Kaapstroom', handoff: '', handoffOpen: true }),
  signal: new AbortController().signal,
})
async function textOf(reply: UpstreamReply): Promise<string> {
  let text = ''
  for await (const piece of reply.body) text += Buffer.from(piece).toString()
  return text
}

test('what would have left is kept, one line for each call, readable for its owner only', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-record-'))
  const file = join(folder, 'deeper', 'received.jsonl')
  const provider = recordProvider(file)
  const bodies = Array.from({ length: 50 }, (_, n) => ({
    model: 'm',
    messages: [{ role: 'user', content: `Vraag ${n}\n"é"` }],
  }))
  const replies = await Promise.all(bodies.map((body, n) => provider.send(call(body, n % 2 === 1))))
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    bodies,
  )
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(JSON.parse(await textOf(replies[0]!)).choices[0].message.content, 'Ontvangen.')
  assert.match(await textOf(replies[1]!), /"content":"Ontvangen\."[\s\S]*data: \[DONE\]\n\n$/)
  await provider.close()
  rmSync(folder, { recursive: true })
})

test('a file that cannot be written fails the call, and the next one tries again', async () => {
  const provider = recordProvider('/dev/null/nowhere/received.jsonl')
  for (let n = 0; n < 2; n++) await assert.rejects(provider.send(call({ model: 'm' })))
})

test('an upstream whose options are not there fails its calls with a code', async () => {
  assert.throws(() => builtinProvider({ builtin: 'record', options: {} }), { code: 'status' })
  const assistant = builtinProvider({ builtin: 'assistant', options: { knowledge: '/dev/null/nowhere' } })
  await assert.rejects(assistant.send(call({ model: 'waarborg-retrieval', messages: [] })), { status: 500 })
  await assert.rejects(assistant.send(call({ model: 'gpt-9', messages: [] })), { status: 404 })
})
