// A sales call from the dialler's question to the AI's first word: who may be called, at which number, and that "do not call me"
// is final for everybody at that number (Telecommunicatiewet 11.7).
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import OpenAI from 'openai'
import { type Here, startHere } from './application.ts'
import { officer, overseer } from './shop.ts'

const both = (word: string) => ({ nl: word, en: word })
const organisation = (received: string, kind?: string) => ({
  waarborg: 1,
  tenant: { id: 'belhuis', name: 'Belhuis' },
  clients: [{ id: 'goed', name: 'Goed Doel', ...(kind === undefined ? {} : { telemarketing: kind }) }],
  purposes: [
    {
      id: 'werven',
      client: 'goed',
      kind: 'telemarketing',
      name: { nl: 'bellen met een aanbod', en: 'calling with an offer' },
      dataKinds: { nl: 'uw nummer', en: 'your number' },
      retentionDays: 30,
    },
  ],
  upstreams: [{ id: 'eigen', builtin: 'record', file: received, provider: { name: 'Eigen' } }],
  people: [officer, overseer],
  systems: [
    {
      id: 'belbot',
      client: 'goed',
      name: both('Belbot'),
      description: both('Belt met een aanbod.'),
      kind: 'voicebot',
      decisionClass: 'inform',
      channel: 'voice',
      language: 'nl',
      purposes: ['werven'],
      upstream: 'eigen',
      disclosure: 'inject',
      versions: [{ id: '1', model: 'm' }],
      gates: [
        { version: '1', decision: 'approve', by: 'fatima', reasons: 'Nagekeken.', at: '-1d', validUntil: '+300d' },
      ],
      overseers: [{ person: 'bram' }],
    },
  ],
  keys: [{ system: 'belbot', label: 'kiezer' }],
})

type Dial = { dial: string; ground: string | null; code: string | null; reason: string | null }

describe('a sales call', { timeout: 120_000 }, () => {
  let here: Here
  let key: string
  let received: string
  before(async () => {
    here = await startHere()
    received = join(here.folder, 'received.jsonl')
    key = (await here.apply(organisation(received))).get('belbot')!
  })
  after(() => here.close())

  const headers = (number?: string, more: Record<string, string> = {}) => ({
    authorization: `Bearer ${key}`,
    ...(number === undefined ? {} : { 'x-waarborg-number': number }),
    ...more,
  })
  /** What the dialler is told before it rings. */
  const ask = async (subject: string, number?: string, relation?: string): Promise<Dial> => {
    const query = new URLSearchParams({ subject, purpose: 'werven' })
    const reply = await fetch(`${here.application.url}/v1/consents?${query}`, {
      headers: headers(number, relation === undefined ? {} : { 'x-waarborg-relation': relation }),
    })
    assert.equal(reply.status, 200)
    return ((await reply.json()) as { dials: Dial[] }).dials[0]!
  }
  const say = async (subject: string, state: string, number?: string) => {
    const reply = await fetch(`${here.application.url}/v1/consents`, {
      method: 'POST',
      headers: { ...headers(), 'content-type': 'application/json' },
      body: JSON.stringify({
        subject,
        purpose: 'werven',
        state,
        ...(number === undefined ? {} : { number }),
        wording: { version: '1', language: 'nl', channel: 'voice' },
      }),
    })
    return [reply.status, ((await reply.json()) as { error?: { code: string } }).error?.code]
  }
  let serial = 0
  /** The call itself: null when it was forwarded, else code and reason. */
  const call = async (subject: string, number?: string): Promise<[string, string | undefined] | null> => {
    const openai = new OpenAI({ baseURL: `${here.application.url}/v1`, apiKey: key, maxRetries: 0 })
    try {
      await openai.chat.completions.create(
        { model: 'm', messages: [{ role: 'user', content: 'Dag, met wie spreek ik?' }] },
        {
          headers: {
            'X-Waarborg-Conversation': `bel-${++serial}`,
            'X-Waarborg-Subject': subject,
            ...(number === undefined ? {} : { 'X-Waarborg-Number': number }),
          },
        },
      )
      return null
    } catch (error) {
      if (!(error instanceof OpenAI.APIError)) throw error
      const { code, waarborg } = error.error as { code: string; waarborg: { reason?: string } }
      return [code, waarborg.reason]
    }
  }
  const heard = () => (existsSync(received) ? readFileSync(received, 'utf8').trim().split('\n').length : 0)

  test('without a yes nobody is called, and the AI hears nothing', async () => {
    assert.deepEqual((await ask('K-1', '06 12345678')).reason, 'never_given')
    assert.deepEqual(await call('K-1', '06 12345678'), ['consent_missing', 'never_given'])
    assert.equal(heard(), 0)
  })

  test('a yes is for one customer at one number, however it is written; the dialler and the gateway say the same', async () => {
    assert.deepEqual(await say('K-1', 'given', '06-12345678'), [201, undefined])
    for (const [subject, number, allowed] of [
      ['K-1', '+31612345678', true],
      ['K-1', '0031 6 1234 5678', true],
      ['K-1', '06 87654321', false],
      ['K-1', undefined, false],
      ['K-2', '0612345678', false],
    ] as const) {
      const before = heard()
      const dial = await ask(subject, number)
      const refused = await call(subject, number)
      assert.equal(dial.dial, allowed ? 'allowed' : 'refused', `${subject} ${number}`)
      assert.deepEqual(refused, allowed ? null : [dial.code, dial.reason], `${subject} ${number}`)
      assert.equal(heard() - before, allowed ? 1 : 0)
    }
    assert.equal((await ask('K-1', undefined)).reason, 'number_missing')
  })

  test('a yes taken back is taken back for the next call', async () => {
    assert.deepEqual(await say('K-3', 'given', '0201234567'), [201, undefined])
    assert.equal(await call('K-3', '020 1234567'), null)
    assert.deepEqual(await say('K-3', 'withdrawn', '0201234567'), [201, undefined])
    assert.equal((await ask('K-3', '0201234567')).code, 'consent_withdrawn')
    assert.deepEqual(await call('K-3', '0201234567'), ['consent_withdrawn', 'withdrawn'])
  })

  test('"do not call me" is final: for every customer at that number, and no later yes undoes it', async () => {
    assert.deepEqual(await say('K-4', 'given', '0207654321'), [201, undefined])
    assert.deepEqual(await say('K-4', 'objected', '0207654321'), [201, undefined])
    const before = heard()
    for (const subject of ['K-4', 'K-5', 'K-onbekend']) {
      assert.equal((await ask(subject, '+31 20 765 4321')).code, 'objected', subject)
      assert.deepEqual(await call(subject, '020-7654321'), ['objected', 'call_objection'], subject)
    }
    assert.deepEqual(await say('K-5', 'given', '020 7654321'), [409, 'call_objection_final'])
    assert.equal(heard(), before)
  })

  test('who buys or gives may be rung by a charity, and still no AI speaks without a yes', async () => {
    assert.equal((await ask('K-6', '0301234567', 'customer')).dial, 'refused')
    await here.apply(organisation(received, 'charity'))
    assert.deepEqual((await ask('K-6', '0301234567', 'customer')).ground, 'customer_relation')
    assert.deepEqual(await call('K-6', '0301234567'), ['consent_missing', 'never_given'])
    assert.equal((await ask('K-4', '0207654321', 'customer')).code, 'objected')
  })

  test('no number stands readable in the database, the ledger, the log, or what the AI got', async () => {
    const tables = await here.db.ownerQuery<{ table_name: string }>(
      `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    let rows = 0
    for (const { table_name: table } of tables)
      for (const { text } of await here.db.ownerQuery<{ text: string }>(`select t::text as text from ${table} t`)) {
        rows++
        const readable = text.replace(
          /\\x([0-9a-f]+)/g,
          (all, hex: string) => `${all} ${Buffer.from(hex, 'hex').toString('latin1')}`,
        )
        assert.doesNotMatch(readable, /612345678|207654321|201234567|301234567/, table)
      }
    assert.ok(rows > 50, `${rows} rows`)
    assert.doesNotMatch(here.log.join('\n'), /612345678|207654321|201234567|301234567/)
    assert.doesNotMatch(readFileSync(received, 'utf8'), /612345678|207654321|201234567/)
  })
})
