/** For the gateway's own tests: a register with rows, an upstream that misbehaves on request, and a server to call. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatKey, keyHash, keyIdFrom, keySecretFrom } from '../access/rules.ts'
import { systemClock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { randomIds } from '../platform/ids.ts'
import { silentLog } from '../platform/log.ts'
import { readSettings } from '../platform/settings.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { type KeyRing, keyedHash, openKeyRing } from '../vault/index.ts'
import { type Gateway, type GatewayOptions, openGateway } from './io/gateway.ts'
import type { Lane } from './reply.ts'
import type { Safeguards } from './safeguards.ts'

// -- upstream -----------------------------------------------------------------------------------------------------

export type Received = {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly body: Record<string, unknown>
}

export type FakeUpstream = {
  readonly url: string
  readonly received: Received[]
  /** Connections that the other side closed before their answer was complete. */
  readonly aborted: number
  answer(with_: (res: ServerResponse, received: Received, n: number) => void): void
  close(): Promise<void>
}

/** A provider on this machine; answers "Dag." until told otherwise. */
export async function fakeUpstream(): Promise<FakeUpstream> {
  const received: Received[] = []
  const sockets = new Set<Socket>()
  let answer: (res: ServerResponse, received: Received, n: number) => void = (res, { body }) =>
    sendText(res, 'Dag.', body.stream === true)
  let aborted = 0
  const server = createServer((req, res) => {
    const pieces: Buffer[] = []
    req.on('data', (piece: Buffer) => pieces.push(piece))
    req.on('end', () => {
      const text = Buffer.concat(pieces).toString()
      const one = { path: req.url ?? '', headers: req.headers, text, body: JSON.parse(text) as Record<string, unknown> }
      received.push(one)
      answer(res, one, received.length)
    })
    res.on('close', () => {
      if (!res.writableFinished) aborted++
    })
    res.on('error', () => {})
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}/v1`,
    received,
    get aborted() {
      return aborted
    },
    answer(with_) {
      answer = with_
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const completion = (content: string | null, more: object = {}) => ({
  id: 'up-1',
  object: 'chat.completion',
  created: 1_764_000_000,
  model: 'fake',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content, refusal: null, ...more },
      finish_reason: 'tool_calls' in more ? 'tool_calls' : 'stop',
      logprobs: null,
    },
  ],
  usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
})

export const chunk = (delta: object, finish: string | null = null) => ({
  id: 'up-1',
  object: 'chat.completion.chunk',
  created: 1_764_000_000,
  model: 'fake',
  choices: [{ index: 0, delta, finish_reason: finish }],
})
export const event = (data: unknown) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
const usageChunk = { ...chunk({}), choices: [], usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 } }

export function sendText(res: ServerResponse, content: string, stream: boolean): void {
  if (!stream) {
    sendJson(res, 200, completion(content))
    return
  }
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.write(event(chunk({ role: 'assistant', content: '' })))
  for (const word of content.split(/(?<= )/)) res.write(event(chunk({ content: word })))
  res.write(event(chunk({}, 'stop')))
  res.write(event(usageChunk))
  res.end(event('[DONE]'))
}

export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers })
  res.end(JSON.stringify(body))
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

// -- safeguards -----------------------------------------------------------------------------------------------------

/**
 * Stands in for the recogniser where a test is about the path of a call and not about what is found: it hides the words
 * in `hidden` and masks `masked` in replies.
 */
export function wordSafeguards(hidden: Readonly<Record<string, string>>, masked: readonly string[] = []): Safeguards {
  return {
    redact(parts, before) {
      const items = [...(before?.items ?? [])]
      const tokenOf = (label: string, value: string) => {
        let item = items.find((each) => each.value === value)
        if (item === undefined) {
          item = { token: `[${label}_${items.length + 1}]`, label, value }
          items.push(item)
        }
        return item.token
      }
      const counts: Record<string, number> = {}
      const partCounts: Record<string, number>[] = []
      const texts = parts.map(({ text }) => {
        const own: Record<string, number> = {}
        let out = text
        for (const [value, label] of Object.entries(hidden)) {
          const found = out.split(value).length - 1
          if (found === 0) continue
          out = out.replaceAll(value, tokenOf(label, value))
          own[label] = (own[label] ?? 0) + found
          counts[label] = (counts[label] ?? 0) + found
        }
        partCounts.push(own)
        return out
      })
      return { texts, pseudonyms: { next: items.length + 1, items }, counts, partCounts }
    },
    guardReply(pseudonyms, _options, originalsFor) {
      const found: Record<string, number> = {}
      return {
        masked: () => found,
        lane: (kind) => {
          if (kind.kind === 'arguments' && !originalsFor(kind.tool)) return { push: (text) => text, end: () => '' }
          const pairs = pseudonyms.items.map(
            ({ token, value }) =>
              [token, kind.kind === 'arguments' ? JSON.stringify(value).slice(1, -1) : value] as const,
          )
          return replacing([...pairs, ...masked.map((word) => [word, '[verborgen]'] as const)], (word) => {
            if (masked.includes(word)) found.PERSON = (found.PERSON ?? 0) + 1
          })
        },
      }
    },
  }
}

/** Replaces words, also when they are cut in two: the tail that may still become one is held back. */
function replacing(pairs: readonly (readonly [string, string])[], onFound: (word: string) => void): Lane {
  let held = ''
  const take = (text: string, last: boolean): string => {
    held += text
    let out = ''
    for (;;) {
      const first = pairs
        .map(([word, by]) => ({ word, by, at: held.indexOf(word) }))
        .filter(({ at }) => at >= 0)
        .sort((a, b) => a.at - b.at)[0]
      if (!first) break
      onFound(first.word)
      out += held.slice(0, first.at) + first.by
      held = held.slice(first.at + first.word.length)
    }
    const keep = last
      ? 0
      : Math.max(
          0,
          ...pairs.map(
            ([word]) =>
              Array.from({ length: word.length - 1 }, (_, i) => i + 1)
                .filter((n) => held.endsWith(word.slice(0, n)))
                .at(-1) ?? 0,
          ),
        )
    out += held.slice(0, held.length - keep)
    held = held.slice(held.length - keep)
    return out
  }
  return { push: (text) => take(text, false), end: () => take('', true) }
}

// -- round trips ----------------------------------------------------------------------------------------------------

export type RoundTrips = {
  readonly database: Database
  /** What went to the database for calls since the last `take`, a line each: a begin, a statement, a commit. */
  take(): string[]
}

/**
 * Counts what a call asks of the database: each line is one wait for its answer. What runs beside calls, over all
 * organisations (the watch, the heartbeat, the look-up of a key that is remembered), is not of a call.
 */
export function countRoundTrips(database: Database): RoundTrips {
  let lines: string[] = []
  return {
    database: {
      ...database,
      inTx: (scope, work, options) => {
        if (scope.tenant === '*') return database.inTx(scope, work, options)
        lines.push('begin')
        return database
          .inTx(
            scope,
            (tx) =>
              work({
                scope: tx.scope,
                query: (sql, parameters) => {
                  lines.push(sql.replaceAll(/\s+/g, ' ').trim().slice(0, 70))
                  return tx.query(sql, parameters)
                },
              }),
            options,
          )
          .finally(() => lines.push('commit'))
      },
    },
    take() {
      const taken = lines
      lines = []
      return taken
    },
  }
}

// -- register -----------------------------------------------------------------------------------------------------

export type World = {
  readonly db: TestDatabase
  readonly ring: KeyRing
  readonly upstream: FakeUpstream
  sql<R extends Record<string, unknown> = Record<string, unknown>>(
    text: string,
    parameters?: readonly unknown[],
  ): Promise<R[]>
  /** A system with a passed gate and oversight, and its key. */
  system(id: string, more?: Partial<SystemSeed>): Promise<string>
  consent(
    reference: string,
    purpose: string,
    state: string,
    more?: { system?: string; expiresAt?: Date; conversation?: string },
  ): Promise<string>
  gateway(options?: Partial<GatewayOptions>): Promise<Running>
  close(): Promise<void>
}

export type Running = { readonly gateway: Gateway; readonly url: string; close(): Promise<void> }

export type SystemSeed = {
  client: string
  purposes: readonly string[]
  upstream: string
  disclosure: string
  mode: string
  observeUntil: Date | null
  observeSignedBy: readonly string[]
  channel: string
  language: string
  limits: object
  prohibited: object | null
  toolsWithOriginals: readonly string[] | null
  allowedContent: readonly string[]
  standing: 'fine' | 'no_gate' | 'no_oversight' | 'none'
  decisionClass: string
  decisions: object | null
  emotionInference: string
  biometricCategorisation: boolean
}

/** An organisation with two clients: one works under contract, one on explicit consent. */
export async function world(): Promise<World> {
  const db = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-gateway-'))
  const ring = openKeyRing(folder)
  const upstream = await fakeUpstream()
  const running = new Set<Running>()
  const sql = <R extends Record<string, unknown> = Record<string, unknown>>(
    text: string,
    parameters: readonly unknown[] = [],
  ) => db.ownerQuery<R>(text, parameters)
  await seed(sql, upstream.url)
  return {
    db,
    ring,
    upstream,
    sql,
    system: (id, more) => addSystem(sql, id, more),
    consent: (reference, purpose, state, more) => addConsent(sql, ring, reference, purpose, state, more),
    async gateway(options = {}) {
      const one = await runGateway({
        database: db.database,
        ring,
        clock: systemClock,
        ids: randomIds,
        log: silentLog,
        settings: readSettings({}),
        safeguards: wordSafeguards({ 'Jan Jansen': 'PERSON', 'jan@voorbeeld.nl': 'EMAIL' }),
        ledgerPendingAgeMs: () => 0,
        builtin: () => {
          throw new Error('no built-in upstream in this test')
        },
        ...options,
      })
      running.add(one)
      return one
    },
    async close() {
      for (const one of running) await one.close()
      await upstream.close()
      await db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function runGateway(options: GatewayOptions): Promise<Running> {
  const gateway = openGateway(options)
  await gateway.recover()
  const server = createServer((req, res) => {
    if (gateway.handle(req, res)) return
    res.writeHead(404).end()
  })
  const port = await listen(server)
  let closed = false
  return {
    gateway,
    url: `http://127.0.0.1:${port}/v1`,
    async close() {
      if (closed) return
      closed = true
      await gateway.drain(0)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

type Sql = World['sql']

const completeTerms = {
  agreement: { reference: 'VWO-1', signedOn: '2026-01-01T00:00:00Z' },
  country: 'NL',
  subProcessors: [],
  retentionDays: 0,
  trainsOnData: false,
  reviewedAt: '2026-01-01T00:00:00Z',
  reviewBy: '2099-01-01T00:00:00Z',
}

async function seed(sql: Sql, upstreamUrl: string): Promise<void> {
  const profile = {
    contact: { phone: '088-0000100', email: 'klantenservice@kaapstroom.example' },
    allow: ['Kaapstroom'],
    handoff: {
      channel: 'chat',
      hours: { 'mon-sun': '00:00-24:00' },
      timezone: 'Europe/Amsterdam',
      humanWord: { nl: 'medewerker', en: 'person' },
      answerWithinHours: 24,
    },
  }
  const kinds = { nl: 'uw vraag', en: 'your question' }
  await sql(`insert into tenant values ('dekade', 'De Kade', now())`)
  for (const client of ['kaapstroom', 'wijkwinkel'])
    await sql(`insert into client values ('dekade', $1, $2, $3, now())`, [
      client,
      client === 'kaapstroom' ? 'Kaapstroom' : 'Wijkwinkel',
      profile,
    ])
  await sql(
    `insert into upstream (tenant_id, upstream_id, base_url, key_ref, provider, options, updated_at) values
       ('dekade', 'model', $1, null, '{"name":"Voorbeeldmodel","region":"EU"}', '{}', now()),
       ('dekade', 'elders', 'http://10.0.0.1/v1', null, '{"name":"Elders"}', '{}', now()),
       ('dekade', 'zonder-voorwaarden', $1, null, '{"name":"Voorbeeldmodel","region":"EU","terms":{"country":"NL","retentionDays":0}}', '{}', now()),
       ('dekade', 'met-voorwaarden', $1, null, $2, '{}', now()),
       ('dekade', 'weg', 'http://127.0.0.1:9/v1', null, '{"name":"Weg"}', '{}', now())`,
    [upstreamUrl, { name: 'Voorbeeldmodel', region: 'EU', terms: completeTerms }],
  )
  const purpose = (client: string, id: string, basis: string, objectable: boolean, upstreams: string[] | null = null) =>
    sql(
      `insert into purpose (tenant_id, client_id, purpose_id, name, basis, reasoning, signed_by, signed_at, data_kinds, retention_days, objectable, updated_at, upstreams)
       values ('dekade', $1, $2, $3, $4, $5, 'samira', now(), $6, 30, $7, now(), $8)`,
      [
        client,
        id,
        { nl: 'uw vraag beantwoorden', en: 'answering your question' },
        basis,
        { nl: 'nodig', en: 'needed' },
        kinds,
        objectable,
        upstreams,
      ],
    )
  const all = ['model', 'elders', 'zonder-voorwaarden', 'met-voorwaarden', 'weg']
  await purpose('kaapstroom', 'klantenservice', 'contract', false, all)
  await purpose('kaapstroom', 'doorverbinden', 'legitimate_interests', true)
  await purpose('kaapstroom', 'advies', 'consent', false)
  await purpose('wijkwinkel', 'hulp', 'consent', false)
}

const far = new Date('2099-01-01T00:00:00Z')

async function addSystem(sql: Sql, id: string, given: Partial<SystemSeed> = {}): Promise<string> {
  const seeded: SystemSeed = {
    client: 'kaapstroom',
    purposes: ['klantenservice', 'doorverbinden', 'advies'],
    upstream: 'model',
    disclosure: 'none_needed',
    mode: 'enforce',
    observeUntil: null,
    observeSignedBy: [],
    channel: 'chat',
    language: 'nl',
    limits: {},
    prohibited: null,
    toolsWithOriginals: null,
    allowedContent: ['text'],
    standing: 'fine',
    decisionClass: 'inform',
    decisions: null,
    emotionInference: 'none',
    biometricCategorisation: false,
    ...given,
  }
  await sql(
    `insert into ai_system (tenant_id, client_id, system_id, name, description, kind, channel, language, purposes, upstream_id, disclosure, mode, observe_until,
       observe_signed_by, tools_with_originals, allowed_content, limits, prohibited, updated_at, decision_class, decisions,
       emotion_inference, biometric_categorisation)
     values ('dekade', $1, $2, $3, $3, 'chatbot', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, now(), $16, $17, $18, $19)`,
    [
      seeded.client,
      id,
      { nl: id, en: id },
      seeded.channel,
      seeded.language,
      seeded.purposes,
      seeded.upstream,
      seeded.disclosure,
      seeded.mode,
      seeded.observeUntil,
      seeded.observeSignedBy,
      seeded.toolsWithOriginals,
      seeded.allowedContent,
      seeded.limits,
      seeded.prohibited,
      seeded.decisionClass,
      seeded.decisions,
      seeded.emotionInference,
      seeded.biometricCategorisation,
    ],
  )
  await sql(`insert into system_version values ('dekade', $1, '1', 'testmodel', '', '', '{}', 'hash', true, now())`, [
    id,
  ])
  if (seeded.standing !== 'none')
    await sql(`insert into standing values ('dekade', $1, $2, '1', $3, $4, $5, $6, $7, $5, null, null, null, now())`, [
      seeded.client,
      id,
      seeded.standing === 'no_gate' ? 'missing' : 'passed',
      seeded.standing === 'no_gate' ? null : `gate-${id}`,
      far,
      seeded.standing === 'no_oversight' ? 'missing' : 'present',
      seeded.standing === 'no_oversight' ? null : `oversight-${id}`,
    ])
  return addKey(sql, id, seeded.client)
}

/** A new key of a system. */
export async function addKey(
  sql: Sql,
  system: string,
  client = 'kaapstroom',
  ends: { expiresAt?: Date; revokedAt?: Date } = {},
): Promise<string> {
  const keyId = keyIdFrom(randomBytes(8))
  const secret = keySecretFrom(randomBytes(32))
  await sql(`insert into system_key values ('dekade', $1, $2, $3, $4, 'test', now(), 'test', $5, $6, null)`, [
    client,
    keyId,
    system,
    keyHash(secret),
    ends.expiresAt ?? null,
    ends.revokedAt ?? null,
  ])
  return formatKey({ keyId, secret })
}

async function addConsent(
  sql: Sql,
  ring: KeyRing,
  reference: string,
  purpose: string,
  state: string,
  more: { system?: string; expiresAt?: Date; conversation?: string; client?: string } = {},
): Promise<string> {
  const client = purpose === 'hulp' ? 'wijkwinkel' : 'kaapstroom'
  const hmac = keyedHash(ring.indexKey('dekade'), 'reference', client, reference)
  const found = await sql<{ subject_id: string }>(
    `select subject_id from subject_reference where tenant_id = 'dekade' and reference_hmac = $1`,
    [hmac],
  )
  const subject = found[0]?.subject_id ?? randomIds.next()
  if (!found[0]) {
    await sql(`insert into data_subject values ('dekade', $1, $2, 'known', 'unknown', 'nl', now(), null)`, [
      client,
      subject,
    ])
    await sql(`insert into subject_reference values ('dekade', $1, $2, $3)`, [client, hmac, subject])
  }
  const id = randomIds.next()
  await sql(
    `insert into consent_event (tenant_id, client_id, event_id, subject_id, purpose_id, system_id, state, at, expires_at, by_whom, conversation_id, wording)
     values ('dekade', $1, $2, $3, $4, $5, $6, now(), $7, 'customer', $8, '{"version":"1","language":"nl","channel":"chat"}')`,
    [client, id, subject, purpose, more.system ?? null, state, more.expiresAt ?? null, more.conversation ?? null],
  )
  return id
}
