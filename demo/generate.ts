/**
 * Makes conversations/*.jsonl, orders.json and expected.json from what people wrote: written/, templates/,
 * organisation.yaml and customers.json. `node demo/generate.ts` writes them; a test compares.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { chanceFrom } from './chance.ts'
import type { Heard } from './choose.ts'
import { type Conversation, grounds, type Span } from './conversation.ts'
import { grow, type Row } from './grow.ts'
import type { Customer } from './slots.ts'
import { readTalk, type Surroundings, unmarkJson } from './talk.ts'
import { readTopics, type Step } from './topics.ts'

const here = import.meta.dirname
const seed = 'de kade 1'

const organisationShape = z.object({
  systems: z.array(
    z.object({
      id: z.string(),
      client: z.string(),
      kind: z.enum(['chatbot', 'voicebot', 'email', 'agent_assist', 'scorer']),
      purposes: z.array(z.string()).min(1),
    }),
  ),
})
const customersShape = z.record(
  z.string(),
  z.object({
    name: z.string(),
    born: z.string(),
    street: z.string(),
    number: z.string(),
    postcode: z.string(),
    city: z.string(),
    phone: z.string(),
    email: z.string(),
    iban: z.string(),
    bsn: z.string(),
    note: z.string().optional(),
  }),
)
const ordersShape = z.object({ tool: z.record(z.string(), z.unknown()), orders: z.record(z.string(), z.unknown()) })
const said = z.object({ K: z.string(), H: z.string() })
const planShape = z.array(
  z.strictObject({
    id: z.string().regex(/^d\d{3}$/),
    system: z.string(),
    language: z.enum(['nl', 'en']),
    ground: z.enum(grounds),
    topic: z.string(),
    subject: z.string(),
    handoff: z.int().min(1).optional(),
    before: said.optional(),
    refused: z.string().optional(),
    faults: z.array(z.string()).optional(),
    tags: z.array(z.string()).optional(),
  }),
)

const read = (...parts: string[]) => readFileSync(join(here, ...parts), 'utf8')

/** Every generated file: path inside demo/ and content. Same sources, same bytes. */
export function build(): ReadonlyMap<string, string> {
  const organisation = organisationShape.parse(parse(read('organisation.yaml')))
  const customers: Readonly<Record<string, Customer>> = customersShape.parse(
    JSON.parse(read('customers.json')),
  ) as Record<string, Customer>
  const kinds = new Map(organisation.systems.map((system) => [system.id, system]))
  const systems: Surroundings['systems'] = new Map(
    organisation.systems.map((system) => [system.id, { client: system.client, purpose: system.purposes[0]! }]),
  )
  const { tool, orders: writtenOrders } = ordersShape.parse(parse(read('written', 'orders.yaml')))
  const orders: Orders = new Map(Object.entries(writtenOrders).map(([number, marked]) => [number, unmarkJson(marked)]))

  const talk = growAll(kinds, customers, orders)

  const around: Surroundings = { systems, orders }
  const conversations = readdirSync(join(here, 'written'))
    .filter((name) => name.endsWith('.talk'))
    .sort()
    .flatMap((name) => readTalk(`written/${name}`, read('written', name), around, { handWritten: true }))
  conversations.push(...readTalk('grown from templates', talk, around, { handWritten: false }))
  conversations.sort((a, b) => (a.id < b.id ? -1 : 1))

  const files = new Map<string, string>()
  for (const one of conversations) {
    const path = `conversations/${one.client}-${one.channel}.jsonl`
    files.set(path, `${files.get(path) ?? ''}${JSON.stringify(one)}\n`)
  }
  const results = [...orders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([number, order]) => [number, order.result])
  files.set('orders.json', `${JSON.stringify({ tool, orders: Object.fromEntries(results) }, null, 1)}\n`)
  files.set('expected.json', `${JSON.stringify(expectation(conversations), null, 1)}\n`)
  return files
}

type Orders = Map<string, { result: unknown; spans: readonly Span[] }>
type Systems = ReadonlyMap<string, z.output<typeof organisationShape>['systems'][number]>

/** The conversations of templates/plan.yaml as .talk text; orders that they name are added to `orders`. */
function growAll(systems: Systems, customers: Readonly<Record<string, Customer>>, orders: Orders): string {
  const topics = new Map(
    (['nl', 'en'] as const).map((language) => [
      language,
      new Map<string, readonly Step[]>(
        [`${language}.topics`, `${language}.mail.topics`].flatMap((file) => [
          ...readTopics(`templates/${file}`, read('templates', file)),
        ]),
      ),
    ]),
  )
  const heard: Heard = new Map()
  let talk = ''
  for (const row of planShape.parse(parse(read('templates', 'plan.yaml')))) {
    const system = systems.get(row.system)
    const customer = customers[row.subject]
    if (!system || !customer) throw new Error(`plan.yaml ${row.id}: unknown system or subject`)
    const grown = grow(row as Row, { kind: system.kind, purpose: system.purposes[0]! }, customer, {
      topics: topics.get(row.language)!,
      heard,
      chance: chanceFrom(`${seed} ${row.id}`),
    })
    talk += `${grown.talk}\n`
    if (grown.order && !orders.has(grown.order.reference))
      orders.set(grown.order.reference, unmarkJson(orderOf(grown.order.reference, grown.order.item, customer)))
  }
  return talk
}

function orderOf(reference: string, item: string | undefined, customer: Customer): unknown {
  const who = {
    name: `{PERSON|${customer.name}}`,
    phone: `{PHONE|${customer.phone}}`,
    email: `{EMAIL|${customer.email}}`,
    address: `{ADDRESS|${customer.street} ${customer.number}}`,
    postcode: `{POSTCODE|${customer.postcode}}`,
  }
  return reference.startsWith('WW')
    ? { order: `{CUSTREF|${reference}}`, status: 'on_the_way', items: [item ?? 'wasmand'], total: 24.95, delivery: who }
    : { order: `{CUSTREF|${reference}}`, kind: 'appointment', status: 'planned', slot: '12:00-17:00', customer: who }
}

/** What a replay of these conversations must come to, counted from the conversations themselves. */
export function expectation(conversations: readonly Conversation[]) {
  const count = () => ({}) as Record<string, number>
  const add = (to: Record<string, number>, key: string, n = 1) => {
    to[key] = (to[key] ?? 0) + n
  }
  const refused = count()
  const spans = count()
  const sentSpans = count()
  const byGround = count()
  const byLanguage = count()
  const byChannel = count()
  const acts = count()
  let customerTurns = 0
  let calls = 0
  let tools = 0
  for (const one of conversations) {
    add(byGround, one.ground)
    add(byLanguage, one.language)
    add(byChannel, one.channel)
    for (const act of one.acts) add(acts, act.act === 'consent' ? `consent_${act.state}` : act.act)
    tools += one.tools.length
    for (const use of one.tools) for (const span of [...use.spans.arguments, ...use.spans.result]) add(spans, span[2])
    for (const turn of one.turns) {
      for (const span of turn.spans) add(spans, span[2])
      if (turn.role !== 'customer') continue
      customerTurns++
      if (turn.sent === false) continue
      calls++
      if (turn.expect) add(refused, turn.expect.refused)
      for (const span of turn.spans) add(sentSpans, span[2])
    }
  }
  const sum = (of: Record<string, number>) => Object.values(of).reduce((total, n) => total + n, 0)
  const sorted = (of: Record<string, number>) =>
    Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)))
  return {
    conversations: conversations.length,
    customerTurns,
    /** Customer turns that are sent through the gateway. */
    calls,
    forwarded: calls - sum(refused),
    refused: sorted(refused),
    acts: sorted(acts),
    tools,
    byGround: sorted(byGround),
    byLanguage: sorted(byLanguage),
    byChannel: sorted(byChannel),
    spans: { total: sum(spans), byLabel: sorted(spans), inSentTurns: sorted(sentSpans) },
  }
}

if (import.meta.main) {
  const files = build()
  mkdirSync(join(here, 'conversations'), { recursive: true })
  for (const old of readdirSync(join(here, 'conversations')))
    if (!files.has(`conversations/${old}`)) rmSync(join(here, 'conversations', old))
  for (const [path, content] of files) writeFileSync(join(here, path), content)
}
