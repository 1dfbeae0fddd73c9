/**
 * What the gateway costs: the same provider called directly and through a whole Waarborg (`waarborg start`) with consent,
 * redaction, sealed turns and ledger entries on. Provider, Waarborg and load are processes of their own.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'undici'
import { type BenchContext, quantile, type Table } from './table.ts'

const waarborg = ['--import', './src/platform/jsx.mjs', 'src/cli/main.ts']
const customers = 200
const words = 'U leest de meterstand af en geeft die door in de app of op de site, dan rekenen wij het bedrag uit. '

// -- provider -----------------------------------------------------------------------------------------------------

/** Answers at once: what is measured is what stands before it. */
function serveProvider(): void {
  const head = { id: 'chatcmpl-1', created: 1_764_000_000, model: 'bench' }
  const content = words.repeat(3).trim()
  const whole = JSON.stringify({
    ...head,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 80, completion_tokens: 60, total_tokens: 140 },
  })
  const chunk = (delta: object, finish: string | null = null) =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`
  const pieces = [
    chunk({ role: 'assistant', content: '' }),
    ...content.split(/(?<= )/).map((word) => chunk({ content: word })),
    `${chunk({}, 'stop')}data: [DONE]\n\n`,
  ]
  const server = createServer((req, res) => {
    let streamed = false
    req.on('data', (piece: Buffer) => {
      streamed ||= piece.includes('"stream":true')
    })
    req.on('end', async () => {
      if (!streamed) {
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(whole) })
        res.end(whole)
        return
      }
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const piece of pieces) {
        res.write(piece)
        await new Promise(setImmediate)
      }
      res.end()
    })
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}
if (import.meta.main && process.argv[2] === 'provider') serveProvider()

async function startProvider(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [import.meta.filename, 'provider'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const port = await new Promise((resolve) => child.once('message', resolve))
  return { child, url: `http://127.0.0.1:${port}/v1` }
}

// -- Waarborg -----------------------------------------------------------------------------------------------------

const organisation = (provider: string) => ({
  waarborg: 1,
  tenant: { id: 'bench', name: 'Bench' },
  clients: [{ id: 'winkel', name: 'Winkel' }],
  purposes: [
    {
      id: 'hulp',
      client: 'winkel',
      name: { nl: 'uw vraag beantwoorden', en: 'answering your question' },
      basis: 'consent',
      dataKinds: { nl: 'uw vraag', en: 'your question' },
      retentionDays: 30,
    },
  ],
  upstreams: [{ id: 'model', baseUrl: provider, provider: { name: 'Bench' } }],
  people: [
    {
      id: 'noor',
      name: 'Noor Bench',
      roles: [{ role: 'ethics_officer' }, { role: 'overseer' }],
      qualifications: [{ kind: 'human_oversight', attainedOn: '-10d', validUntil: '+90d' }],
    },
  ],
  systems: [
    {
      id: 'bot',
      client: 'winkel',
      name: { nl: 'Bot', en: 'Bot' },
      description: { nl: 'Een bot.', en: 'A bot.' },
      kind: 'chatbot',
      decisionClass: 'inform',
      channel: 'chat',
      language: 'nl',
      purposes: ['hulp'],
      upstream: 'model',
      model: 'bench',
      disclosure: 'inject',
      mode: 'enforce',
      versions: [{ id: '1', model: 'bench', prompt: '-', knowledge: '-', current: true }],
      gates: [
        {
          version: '1',
          decision: 'approve',
          by: 'noor',
          reasons: { nl: 'Gemeten.', en: 'Measured.' },
          at: '-1d',
          validUntil: '+30d',
        },
      ],
      overseers: [{ person: 'noor', from: '-1d' }],
    },
  ],
  subjects: Array.from({ length: customers }, (_, i) => ({
    reference: `K-${i}`,
    client: 'winkel',
    consents: [{ purpose: 'hulp', state: 'given', at: '-1d' }],
  })),
  keys: [{ system: 'bot', label: 'bench' }],
})

type Running = {
  readonly child: ChildProcess
  readonly url: string
  readonly key: string
  readonly databasePid: number | undefined
}

async function startWaarborg(folder: string, provider: string): Promise<Running> {
  // JSON is YAML. The file lies in the data folder itself: the database's account must be able to reach that.
  const file = join(folder, 'organisation.yaml')
  writeFileSync(file, JSON.stringify(organisation(provider)))
  const data = folder
  const printed = execFileSync(process.execPath, [...waarborg, 'apply', file, '--data', data], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [{ key } = { key: '' }] = (JSON.parse(printed) as { keys: { key: string }[] }).keys
  const child = spawn(process.execPath, [...waarborg, 'start', '--no-demo', '--data', data, '--port', '0'], {
    stdio: 'ignore',
    env: { ...process.env, WAARBORG_LOG_LEVEL: 'silent' },
  })
  const address = join(data, 'address')
  for (const until = performance.now() + 60_000; performance.now() < until; await wait(50)) {
    if (child.exitCode !== null) throw new Error(`start ended with ${child.exitCode}`)
    if (!existsSync(address)) continue
    const url = readFileSync(address, 'utf8').trim()
    if (url !== '' && (await fetch(`${url}/healthz`).catch(() => undefined))?.ok)
      return { child, url: `${url}/v1`, key, databasePid: databasePid(data) }
  }
  throw new Error('Waarborg did not start within a minute')
}

function databasePid(data: string): number | undefined {
  const home = join(data, 'server.home')
  const file = join(existsSync(home) ? readFileSync(home, 'utf8').trim() : data, 'postgres', 'postmaster.pid')
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined
}

const TICK_MS = 10

/** Processor time of a process and, if asked, its children, in milliseconds; 0 where /proc is not there. */
function processorMs(pid: number | undefined, children: boolean): number {
  if (pid === undefined) return 0
  let ticks = 0
  const pids = children ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [String(pid)]
  for (const one of pids) {
    try {
      const fields = readFileSync(`/proc/${one}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
      const parent = Number(fields[1])
      if (Number(one) !== pid && parent !== pid) continue
      ticks += Number(fields[11]) + Number(fields[12])
      // Backends that ended are counted at their parent.
      if (Number(one) === pid && children) ticks += Number(fields[13]) + Number(fields[14])
    } catch {
      // gone meanwhile
    }
  }
  return ticks * TICK_MS
}

// -- load ---------------------------------------------------------------------------------------------------------

type Target = { readonly url: string; readonly key: string }
type Measured = {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly calls: number
  /** Answered with 503: the machine could not keep up. */
  readonly turnedAway: number
}

const question = (n: number) =>
  `Goedemorgen, met Jan de Vries-${n % 50}, klantnummer K-10${n % 97}. Mijn mail is jan.${n % 50}@voorbeeld.nl en mijn postcode is 1012 AB 7. Waar geef ik mijn meterstand door, en wanneer krijg ik de jaarnota?`

/** Conversations of five calls, each with the history so far; `connections` of them at a time. */
async function load(target: Target, connections: number, ms: number, stream: boolean, tag: string): Promise<Measured> {
  const pool = new Pool(new URL(target.url).origin, { connections, pipelining: 1 })
  const path = `${new URL(target.url).pathname}/chat/completions`
  const times: number[] = []
  const began = performance.now()
  let conversation = 0
  let turnedAway = 0
  const worker = async () => {
    while (performance.now() - began < ms) {
      const n = conversation++
      const messages: { role: string; content: string }[] = []
      for (let turn = 0; turn < 5; turn++) {
        messages.push({ role: 'user', content: question(n + turn) })
        const at = performance.now()
        const reply = await pool.request({
          method: 'POST',
          path,
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${target.key}`,
            'x-waarborg-conversation': `${tag}-${n}`,
            'x-waarborg-subject': `K-${n % customers}`,
          },
          body: JSON.stringify({ model: 'bench', messages, ...(stream ? { stream: true } : {}) }),
        })
        let text = ''
        let first: number | undefined
        for await (const piece of reply.body) {
          text += piece
          // The role alone is no word yet.
          if (first === undefined && /"content":"[^"]/.test(text)) first = performance.now() - at
        }
        if (reply.statusCode === 503) turnedAway++
        else if (reply.statusCode !== 200) throw new Error(`${reply.statusCode} ${text.slice(0, 300)}`)
        else times.push(stream ? (first ?? Number.NaN) : performance.now() - at)
        messages.push({ role: 'assistant', content: words })
        if (performance.now() - began >= ms) break
      }
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  const seconds = (performance.now() - began) / 1000
  await pool.close()
  return {
    perSecond: times.length / seconds,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    calls: times.length,
    turnedAway,
  }
}

/** One call with a long history: median of a few, in milliseconds. */
async function longHistory(target: Target, count: number, rounds: number): Promise<number> {
  const pool = new Pool(new URL(target.url).origin, { connections: 1 })
  const messages = Array.from({ length: count }, (_, i) =>
    i % 2 ? { role: 'assistant', content: words } : { role: 'user', content: question(i) },
  )
  messages.push({ role: 'user', content: 'En nu?' })
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const at = performance.now()
    const reply = await pool.request({
      method: 'POST',
      path: `${new URL(target.url).pathname}/chat/completions`,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${target.key}`,
        'x-waarborg-conversation': `long-${count}`,
        'x-waarborg-subject': 'K-1',
      },
      body: JSON.stringify({ model: 'bench', messages }),
    })
    const text = await reply.body.text()
    if (reply.statusCode !== 200) throw new Error(`${reply.statusCode} ${text.slice(0, 300)}`)
    times.push(performance.now() - at)
  }
  await pool.close()
  // The first of them also seals the whole history.
  return quantile(times.slice(1), 0.5)
}

// -- run ----------------------------------------------------------------------------------------------------------

const ms = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(1))

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-bench-gateway-'))
  const provider = await startProvider()
  const duration = quick ? 2_000 : 10_000
  const rows: (string | number)[][] = []
  let instance: Running | undefined
  try {
    instance = await startWaarborg(folder, provider.url)
    const direct: Target = { url: provider.url, key: 'none' }
    const through: Target = instance
    await load(through, 8, quick ? 1_000 : 3_000, false, 'warm')
    for (const stream of [false, true]) {
      for (const connections of [1, 16, 64]) {
        const plain = await load(direct, connections, duration / 4, stream, 'direct')
        const before = [processorMs(instance.child.pid, false), processorMs(instance.databasePid, true)] as const
        const whole = await load(through, connections, duration, stream, `${stream ? 's' : 'w'}${connections}`)
        const used = [
          (processorMs(instance.child.pid, false) - before[0]) / whole.calls,
          (processorMs(instance.databasePid, true) - before[1]) / whole.calls,
        ] as const
        rows.push([
          stream ? 'first streamed word' : 'whole answer',
          connections,
          Math.round(plain.perSecond),
          Math.round(whole.perSecond),
          ms(used[0]),
          ms(used[1]),
          ms(whole.p50 - plain.p50),
          ms(whole.p99 - plain.p99),
          whole.turnedAway,
        ])
        say(rows.at(-1)!.join(' | '))
      }
    }
    const history: [number, number][] = []
    for (const count of quick ? [20, 200] : [20, 200, 1_000, 2_000]) {
      history.push([count, await longHistory(through, count, quick ? 4 : 8)])
      rows.push([`call with ${count} messages before it`, 1, '', '', '', '', ms(history.at(-1)![1]), '', ''])
      say(rows.at(-1)!.join(' | '))
    }
    const [first, last] = [history[0]!, history.at(-1)!]
    const growth = last[1] / first[1] / (last[0] / first[0])
    return {
      title: 'Gateway',
      about: `The same provider, called directly and through Waarborg. Each call: one statement that loads all facts, redaction of the whole message list, one transaction that seals the new turns and records call.admitted and call.attempted, the provider's answer screened, originals put back, and one transaction with the end. Conversations have five calls, each with the history so far; ${customers} customers have given consent. Load, provider, Waarborg and its database share this machine, so calls per second are for all four. Times are in milliseconds; added is the difference of the quantiles. A call costs time in proportion to its message list, which clients send anew each time: the recogniser reads all of it, since a name at the end is hidden at the beginning too.`,
      columns: [
        'measured',
        'connections',
        'direct calls/s',
        'calls/s',
        'processor per call, Waarborg',
        'processor per call, database',
        'added p50',
        'added p99',
        'turned away (503)',
      ],
      rows,
      goals: [
        {
          goal: 'no quadratic step: time per message does not grow with the list',
          found: `× ${growth.toFixed(2)} from ${first[0]} to ${last[0]} messages`,
          met: growth <= 1.5,
        },
      ],
    }
  } finally {
    instance?.child.kill('SIGTERM')
    if (instance?.child.exitCode === null) await new Promise((ended) => instance!.child.once('exit', ended))
    provider.child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}
