import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { decisionRules } from '../src/records/contract.ts'
import { readOrganisation } from '../src/records/organisation-reading.ts'
import { ruleProblems } from '../src/records/organisation-rules.ts'
import { computeRegistered, readRegistered } from '../src/transparency/rules.ts'
import { type Conversation, labels, type Span } from './conversation.ts'
import { buildDecisions, type DemoDecision, offerModel } from './decisions.ts'
import { build } from './generate.ts'

const here = import.meta.dirname
const read = (path: string) => readFileSync(join(here, path), 'utf8')

type Consent = { purpose: string; state: string; at: string; expiresAt?: string; by: string; channel: string }
type Organisation = {
  clients: { id: string }[]
  purposes: { id: string; client: string; basis: string; signedBy?: string }[]
  upstreams: { id: string; knowledge: string }[]
  people: { id: string; email: string; qualifications?: { kind: string; validUntil: string }[] }[]
  systems: {
    id: string
    client: string
    kind: string
    owner: string
    purposes: string[]
    upstream: string
    disclosure: string
    versions: { id: string; current: boolean }[]
    gates?: { version: string; decision: string; by: string; at: string; validUntil: string }[]
    overseers?: { person: string }[]
    stopped?: { by: string; reason: string }
  }[]
  subjects: { reference: string; client: string; kind: string; consents?: Consent[] }[]
  keys: { system: string }[]
}
type Fault = {
  id: string
  kind: string
  conversations: string[]
  /** Client and purpose, of a fault in the register. */
  purposes?: string[]
  /** Of `audits.yaml`. */
  audits?: string[]
  monitors?: string[]
  what: { nl: string; en: string }
  foundBy: string
}

const organisation = parse(read('organisation.yaml')) as Organisation
const files = readdirSync(join(here, 'conversations')).sort()
const conversations = files.flatMap((file) =>
  read(`conversations/${file}`)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Conversation),
)
const audited = parse(read('audits.yaml')) as { audits: { id: string }[]; monitors: { id: string }[] }
const faults = JSON.parse(read('faults.json')) as Fault[]
const expected = JSON.parse(read('expected.json')) as {
  calls: number
  forwarded: number
  refused: Record<string, number>
  spans: { total: number; byLabel: Record<string, number> }
}
const count = (what: (one: Conversation) => boolean) => conversations.filter(what).length
const withTag = (tag: string) => conversations.filter((one) => one.tags.includes(tag))

test('the committed files are what the sources give', () => {
  const made = build()
  for (const [path, content] of made)
    assert.equal(existsSync(join(here, path)) && read(path) === content, true, `${path}: run node demo/generate.ts`)
  assert.deepEqual(
    files.map((file) => `conversations/${file}`),
    [...made.keys()].filter((path) => path.startsWith('conversations/')).sort(),
  )
})

test('there are as many conversations of each kind as the README says', () => {
  assert.equal(conversations.length, 121)
  assert.equal(new Set(conversations.map((one) => one.id)).size, 121)
  assert.equal(
    count((one) => one.handWritten),
    37,
  )
  const table: [string, number, (one: Conversation) => boolean][] = [
    ['nl', 73, (one) => one.language === 'nl'],
    ['en', 40, (one) => one.language === 'en'],
    ['other languages', 8, (one) => !['nl', 'en'].includes(one.language)],
    ['chat', 70, (one) => one.channel === 'chat'],
    ['voice', 41, (one) => one.channel === 'voice'],
    ['email', 10, (one) => one.channel === 'email'],
    ['contract', 63, (one) => one.ground === 'contract'],
    ['given', 7, (one) => one.ground === 'given'],
    ['representative', 4, (one) => one.ground === 'representative'],
    ['recording_only', 10, (one) => one.ground === 'recording_only'],
    ['refused', 8, (one) => one.ground === 'refused'],
    ['none', 10, (one) => one.ground === 'none'],
    ['expired', 6, (one) => one.ground === 'expired'],
    ['other_purpose', 4, (one) => one.ground === 'other_purpose'],
    ['withdrawn', 8, (one) => one.ground === 'withdrawn'],
    ['objected', 1, (one) => one.ground === 'objected'],
  ]
  for (const [name, n, what] of table) assert.equal(count(what), n, name)
  const lengths = conversations.map((one) => one.turns.length).sort((a, b) => a - b)
  assert.equal(lengths[60], 10, 'median number of turns')
  assert.ok(lengths.at(-1)! >= 60, 'the longest conversation')
  assert.ok(count((one) => one.client === 'kaapstroom') > 60)
})

const texts = conversations.flatMap((one) => [
  ...one.turns.map((turn, n) => ({
    id: `${one.id} turn ${n}`,
    text: turn.text,
    spans: turn.spans,
    channel: one.channel,
  })),
  ...one.tools.flatMap((use) => [
    { id: `${one.id} arguments`, text: JSON.stringify(use.arguments), spans: use.spans.arguments, channel: 'chat' },
    { id: `${one.id} result`, text: JSON.stringify(use.result), spans: use.spans.result, channel: 'chat' },
  ]),
])

test('every span lies inside its text, is not empty, sorted and apart from the next', () => {
  for (const { id, text, spans } of texts) {
    let end = 0
    for (const span of spans) {
      const [from, to, label] = span as Span
      assert.ok(from >= end && to > from && to <= text.length, `${id}: ${span}`)
      const words = text.slice(from, to)
      assert.equal(words, words.trim(), `${id}: ${span} starts or ends with a space`)
      assert.ok((labels as readonly string[]).includes(label), `${id}: ${label}`)
      end = to
    }
  }
})

test('at least 600 spans of at least 20 kinds, as many as expected.json says', () => {
  const byLabel: Record<string, number> = {}
  for (const { spans } of texts) for (const [, , label] of spans) byLabel[label] = (byLabel[label] ?? 0) + 1
  const total = Object.values(byLabel).reduce((sum, n) => sum + n, 0)
  assert.ok(total >= 600, String(total))
  assert.ok(Object.keys(byLabel).length >= 20)
  assert.deepEqual(
    { total, byLabel: { ...byLabel } },
    expected.spans && { total: expected.spans.total, byLabel: expected.spans.byLabel },
  )
})

test('what is marked once is marked wherever it stands in that conversation', () => {
  const literal = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const lasting = [
    'PERSON',
    'ADDRESS',
    'CITY',
    'CUSTREF',
    'PHONE',
    'EMAIL',
    'IBAN',
    'POSTCODE',
    'USERNAME',
    'BSN',
    'CARD',
  ]
  for (const one of conversations) {
    const known = new Set<string>()
    for (const turn of one.turns)
      for (const [from, to, label] of turn.spans) {
        const words = turn.text.slice(from, to)
        // Of a name each part counts, but not the small words in it (van, de).
        if (label === 'PERSON') for (const part of words.split(/[ .-]+/)) if (part.length > 3) known.add(part)
        if (lasting.includes(label) && words.length > 3) known.add(words)
      }
    for (const turn of one.turns) {
      let open = turn.text
      for (const [from, to] of turn.spans) open = open.slice(0, from) + '\0'.repeat(to - from) + open.slice(to)
      for (const words of known)
        assert.ok(
          !new RegExp(`(?<![\\p{L}\\d])${literal(words)}(?![\\p{L}\\d])`, 'iu').test(open),
          `${one.id}: ${words} without a mark in “${turn.text}”`,
        )
    }
  }
})

test('systems, purposes, subjects, acts and tools exist and belong together', () => {
  const systems = new Map(organisation.systems.map((system) => [system.id, system]))
  const subjects = new Map(organisation.subjects.map((subject) => [subject.reference, subject]))
  const orders = (JSON.parse(read('orders.json')) as { orders: Record<string, unknown> }).orders
  const customers = JSON.parse(read('customers.json')) as Record<string, unknown>
  for (const one of conversations) {
    const system = systems.get(one.system)
    assert.ok(system, `${one.id}: ${one.system}`)
    assert.equal(system.client, one.client, one.id)
    assert.ok(system.purposes.includes(one.purpose), `${one.id}: ${one.purpose}`)
    if (one.subject !== null) {
      assert.equal(subjects.get(one.subject)?.client, one.client, `${one.id}: ${one.subject}`)
      assert.ok(customers[one.subject], `${one.id}: ${one.subject} has nobody behind it`)
    }
    for (const act of one.acts) {
      assert.ok(act.beforeTurn >= 0 && act.beforeTurn <= one.turns.length, one.id)
      if (act.act === 'stop' || act.act === 'resume') assert.ok(systems.has(act.system), one.id)
      if (act.act === 'consent') assert.equal(act.purpose, one.purpose, one.id)
      if (act.act === 'disclosure') assert.ok(/computer/.test(act.text) && act.text.length > 40, one.id)
    }
    for (const use of one.tools) {
      assert.ok(use.afterTurn >= 0 && use.afterTurn < one.turns.length, one.id)
      assert.deepEqual(orders[use.arguments.order ?? ''], use.result, one.id)
    }
  }
})

test('the organisation refers only to what it defines', () => {
  const people = new Set(organisation.people.map((person) => person.id))
  const purposes = new Map(organisation.purposes.map((purpose) => [purpose.id, purpose]))
  const upstreams = new Map(organisation.upstreams.map((upstream) => [upstream.id, upstream]))
  for (const upstream of upstreams.values()) assert.ok(existsSync(join(here, upstream.knowledge)), upstream.knowledge)
  for (const purpose of purposes.values())
    assert.ok(purpose.basis === 'consent' || people.has(purpose.signedBy ?? ''), `${purpose.id} is signed by nobody`)
  for (const system of organisation.systems) {
    assert.ok(people.has(system.owner) && upstreams.has(system.upstream), system.id)
    for (const id of system.purposes) assert.equal(purposes.get(id)?.client, system.client, `${system.id}: ${id}`)
    assert.equal(system.versions.filter((version) => version.current).length, 1, system.id)
    for (const gate of system.gates ?? [])
      assert.ok(people.has(gate.by) && system.versions.some((version) => version.id === gate.version), system.id)
    for (const overseer of system.overseers ?? []) assert.ok(people.has(overseer.person), system.id)
  }
  assert.deepEqual(
    organisation.keys.map((key) => key.system).sort(),
    organisation.systems.map((system) => system.id).sort(),
  )
  for (const subject of organisation.subjects)
    for (const consent of subject.consents ?? [])
      assert.equal(purposes.get(consent.purpose)?.client, subject.client, `${subject.reference}: ${consent.purpose}`)
})

test('the organisation file is one that apply accepts, today and in ten years', () => {
  for (const now of [new Date('2026-12-01T12:00:00Z'), new Date('2036-02-29T00:00:00Z')]) {
    const answer = readOrganisation(parse(read('organisation.yaml')), { now, resolve: (path) => path })
    assert.ok('organisation' in answer, JSON.stringify(answer).slice(0, 2_000))
    assert.deepEqual(ruleProblems(answer.organisation, now), [])
  }
})

/** Days from now that a relative time of the organisation file stands for. */
const days = (relative: string) => {
  const found = /^([+-]\d+)d$/.exec(relative)
  assert.ok(found, `${relative} is no relative number of days`)
  return Number(found[1])
}

/** What the gateway must answer, worked out from the organisation file and the acts so far: a second way to come to `expect`. */
function derive(one: Conversation): (string | undefined)[] {
  const system = organisation.systems.find((each) => each.id === one.system)!
  const purpose = organisation.purposes.find((each) => each.id === one.purpose)!
  const current = system.versions.find((version) => version.current)!
  const gate = (system.gates ?? [])
    .filter((each) => each.version === current.id)
    .sort((a, b) => days(b.at) - days(a.at))[0]
  const released = gate !== undefined && gate.decision !== 'reject' && days(gate.validUntil) > 0
  const overseen = (system.overseers ?? []).some((overseer) =>
    organisation.people
      .find((person) => person.id === overseer.person)
      ?.qualifications?.some((held) => held.kind === 'human_oversight' && days(held.validUntil) > 0),
  )
  const consents = organisation.subjects.find((subject) => subject.reference === one.subject)?.consents ?? []
  let state: string | undefined
  for (const consent of consents.filter((each) => each.purpose === one.purpose))
    state = consent.state === 'given' && days(consent.expiresAt ?? '+1d') <= 0 ? 'expired' : consent.state
  let stopped = system.stopped !== undefined
  let disclosed = system.disclosure !== 'require'
  return one.turns.map((turn, index) => {
    for (const act of one.acts.filter((each) => each.beforeTurn === index)) {
      if (act.act === 'consent') state = act.state
      if (act.act === 'stop') stopped = true
      if (act.act === 'resume') stopped = false
      if (act.act === 'disclosure') disclosed = true
    }
    if (turn.role !== 'customer' || turn.sent === false) return undefined
    if (stopped) return 'system_stopped'
    if (!released) return 'gate_not_passed'
    if (!overseen) return 'oversight_missing'
    if (purpose.basis === 'consent' && state === 'withdrawn') return 'consent_withdrawn'
    if (purpose.basis === 'consent' && state !== 'given') return 'consent_missing'
    if (purpose.basis !== 'consent' && state === 'objected') return 'objected'
    if (!disclosed) return 'disclosure_missing'
    return undefined
  })
}

test('what each turn expects follows from the organisation file', () => {
  for (const one of conversations)
    assert.deepEqual(
      one.turns.map((turn) => turn.expect?.refused),
      derive(one),
      one.id,
    )
})

test('each reason to refuse is there, and expected.json counts them', () => {
  const refused: Record<string, number> = {}
  let calls = 0
  for (const one of conversations)
    for (const turn of one.turns) {
      if (turn.role !== 'customer' || turn.sent === false) continue
      calls++
      if (turn.expect) refused[turn.expect.refused] = (refused[turn.expect.refused] ?? 0) + 1
    }
  assert.deepEqual(expected.refused, refused)
  assert.equal(expected.calls, calls)
  assert.equal(expected.forwarded, calls - Object.values(refused).reduce((sum, n) => sum + n, 0))
  for (const code of [
    'system_stopped',
    'gate_not_passed',
    'oversight_missing',
    'consent_missing',
    'consent_withdrawn',
    'objected',
    'disclosure_missing',
  ])
    assert.ok((refused[code] ?? 0) > 0, code)
})

test('conversations may be replayed in any order: what one changes, no other leans on', () => {
  for (const one of conversations)
    for (const act of one.acts) {
      if (act.act === 'consent' && one.subject !== null)
        assert.equal(
          count((each) => each.subject === one.subject),
          1,
          `${one.subject} is in more than one conversation`,
        )
      if (act.act === 'stop') {
        assert.equal(
          count((each) => each.system === act.system),
          1,
          `${act.system} is in more than one conversation`,
        )
        assert.ok(
          one.acts.some((later) => later.act === 'resume' && later.system === act.system),
          `${one.id} leaves ${act.system} stopped`,
        )
      }
    }
  // And again: a conversation that withdraws, first gives.
  for (const one of conversations.filter((each) => each.ground === 'withdrawn'))
    assert.equal(one.acts.find((act) => act.act === 'consent')?.state, 'given', one.id)
})

test('special situations are there', () => {
  const names = JSON.parse(read('customers.json')) as Record<string, { name: string }>
  const namesakes = withTag('namesake')
  assert.equal(namesakes.length, 2)
  assert.equal(new Set(namesakes.map((one) => names[one.subject ?? '']?.name)).size, 1)
  assert.equal(new Set(namesakes.map((one) => one.subject)).size, 2)
  for (const tag of [
    'minor',
    'representative',
    'deceased',
    'stopped',
    'no_gate',
    'oversight_missing',
    'handoff',
    'handoff_not_reached',
    'handback',
    'withdrawal',
    'persona',
    'prompt_injection',
    'prompt_injection_tool',
    'invented_tariff',
    'bsn',
    'complaint_lost',
    'late_complaint',
    'disclosure_missing',
    'anonymous',
    'objection',
    'language_gap',
    'special_category',
  ])
    assert.ok(withTag(tag).length > 0, tag)
  for (const kind of ['minor', 'represented', 'deceased'])
    assert.ok(
      organisation.subjects.some((subject) => subject.kind === kind),
      kind,
    )
  for (const one of withTag('handoff_not_reached')) {
    assert.equal(one.acts.filter((act) => act.act === 'handoff' && act.reason === 'asked').length, 3, one.id)
    assert.ok(!one.turns.some((turn) => turn.role === 'agent') && !one.outcome.reachedHuman, one.id)
  }
})

test('each planted fault names its conversation or its purpose, and the conversation names it', () => {
  const kinds: Record<string, number> = {}
  for (const fault of faults) {
    kinds[fault.kind] = (kinds[fault.kind] ?? 0) + 1
    assert.ok(fault.what.nl && fault.what.en && /^[a-z]+:[a-zA-Z_]+$/.test(fault.foundBy), fault.id)
    const { conversations: spoken, purposes = [], audits = [], monitors = [] } = fault
    assert.ok(spoken.length + purposes.length + audits.length + monitors.length > 0, `${fault.id} is nowhere`)
    for (const id of audits)
      assert.ok(
        audited.audits.some((one) => one.id === id),
        `${fault.id} in ${id}`,
      )
    for (const id of monitors)
      assert.ok(
        audited.monitors.some((one) => one.id === id),
        `${fault.id} in ${id}`,
      )
    for (const id of purposes)
      assert.ok(
        organisation.purposes.some((purpose) => `${purpose.client}/${purpose.id}` === id),
        `${fault.id} in ${id}`,
      )
    for (const id of fault.conversations)
      assert.ok(conversations.find((one) => one.id === id)?.faults.includes(fault.id), `${fault.id} in ${id}`)
  }
  for (const one of conversations)
    for (const id of one.faults)
      assert.ok(
        faults.some((fault) => fault.id === id && fault.conversations.includes(one.id)),
        `${one.id}: ${id}`,
      )
  assert.deepEqual(kinds, {
    disclosure_missing: 3,
    second_disclosure_missing: 1,
    human_not_reached: 2,
    human_persona: 1,
    prompt_injection: 2,
    prompt_injection_tool: 1,
    invented_tariff: 2,
    bsn_without_basis: 2,
    complaint_lost: 1,
    late_complaint: 1,
    call_while_stopped: 5,
    processing_record_incomplete: 1,
    unequal_outcome: 1,
    explained_difference: 1,
    too_few_to_tell: 1,
    fair_system: 1,
    drift: 1,
  })
})

/** Words back to digits, for numbers that were spoken one by one. */
const spoken: Record<string, string> = {
  nul: '0',
  een: '1',
  twee: '2',
  drie: '3',
  vier: '4',
  vijf: '5',
  zes: '6',
  zeven: '7',
  acht: '8',
  negen: '9',
  oh: '0',
  zero: '0',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  sıfır: '0',
  bir: '1',
  altı: '6',
  üç: '3',
}
const digits = (text: string) =>
  text
    .toLowerCase()
    .replace(/double (\w+)/g, '$1 $1')
    .split(/[\s.-]+/)
    .map((word) => spoken[word] ?? word.replace(/\D/g, ''))
    .join('')

test('no number, address or site outside the declared ranges', () => {
  const phone = /^(?:(?:31|)0?600000\d{3}|0880000\d{3}|0(?:20|24|58)5550\d{3}|03023125\d{3}|07700900\d{3})$/
  const cards = [
    '4242424242424242',
    '4111111111111111',
    '5555555555554444',
    '5105105105105100',
    '4242',
    '4444',
    '1111',
    '0005',
  ]
  const rules: Partial<Record<(typeof labels)[number], (words: string, channel: string) => boolean>> = {
    PHONE: (words) => phone.test(digits(words)),
    EMAIL: (words, channel) =>
      channel === 'voice'
        ? /(voorbeeld punt nl|example (punt|dot) (org|net|com)|voorbeeld dot nl)$/.test(words)
        : /(@voorbeeld\.nl|@example\.(org|net|com)|\.example)$/.test(words),
    URL: (words) => /^https:\/\/[a-z.-]*\bexample(\.(net|org|com))?\//.test(words),
    BSN: (words) => /^(9999|0000)|^\d{1,5}$/.test(digits(words)),
    IBAN: (words, channel) =>
      channel === 'voice' ? /\btest\b|t e s t/.test(words) : /^NL\d\dTEST\d{10}$/i.test(words.replace(/ /g, '')),
    CARD: (words) => cards.includes(digits(words)),
    DOC: (words) => /^specimens?|^s ?p ?e ?c ?i/i.test(words),
    PLATE: (words) => /000|nul nul nul|oh oh oh/.test(words.replace(/-/g, '')),
    IP: (words, channel) => channel === 'voice' || /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/.test(words),
    NATID: (words) => /^q ?q/i.test(words),
    POSTCODE: (words, channel) => channel === 'voice' || /^[1-9]\d0\d ?[a-z]{2}$/i.test(words),
  }
  for (const { id, text, spans, channel } of texts)
    for (const [from, to, label] of spans)
      assert.ok(rules[label]?.(text.slice(from, to), channel) ?? true, `${id}: ${label} ${text.slice(from, to)}`)
  for (const { id, text } of texts) {
    let open = text
    for (const [from, to] of texts.find((each) => each.id === id)!.spans)
      open = open.slice(0, from) + '_'.repeat(to - from) + open.slice(to)
    assert.ok(!/\d{7,}|\S@\S|https?:/.test(open), `${id}: a number or address without a mark in “${open}”`)
  }
  for (const person of organisation.people) assert.match(person.email, /\.example$/)
})

test('the knowledge base has each article in Dutch and in English', () => {
  for (const client of organisation.clients) {
    const folder = join(here, 'knowledge', client.id)
    const articles = readdirSync(folder).sort()
    const ids = new Set(articles.map((name) => name.replace(/\.(nl|en)\.md$/, '')))
    assert.ok(ids.size >= (client.id === 'kaapstroom' ? 25 : 8))
    for (const id of ids)
      for (const lang of ['nl', 'en']) {
        const [, head, body] =
          /^---\n([\s\S]+?)\n---\n\n([\s\S]+)$/.exec(readFileSync(join(folder, `${id}.${lang}.md`), 'utf8')) ?? []
        const front = parse(head ?? '') as Record<string, string>
        assert.deepEqual([front.id, front.client, front.lang], [id, client.id, lang])
        assert.ok(front.title && front.topic && front.updated && body && body.length > 120, `${id}.${lang}`)
      }
  }
})

test('an invented tariff stands in no article', () => {
  const all = organisation.clients
    .flatMap((client) =>
      readdirSync(join(here, 'knowledge', client.id)).map((name) => read(`knowledge/${client.id}/${name}`)),
    )
    .join('\n')
  for (const invented of ['0,24', '0.19', 'gezinskorting', 'family discount', 'trouwe'])
    assert.ok(!all.includes(invented), invented)
})

test('the decisions are those that the generator writes, of systems that take them, about customers of no other file', () => {
  for (const [path, content] of buildDecisions()) assert.equal(read(path), content, path)
  assert.equal(read('models/aanbodscore.json'), offerModel())
  const decisions = [...buildDecisions()].flatMap(([path, content]) =>
    path.startsWith('attributes/')
      ? []
      : content
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as DemoDecision),
  )
  assert.ok(decisions.length >= 300)
  const takers = (
    parse(read('organisation.yaml')) as { systems: { id: string; decisions?: unknown }[] }
  ).systems.filter((one) => one.decisions !== undefined)
  assert.deepEqual([...new Set(decisions.map(({ system }) => system))].sort(), takers.map(({ id }) => id).sort())
  const others = new Set([
    ...organisation.subjects.map(({ reference }) => reference),
    ...Object.keys(JSON.parse(read('customers.json')) as object),
  ])
  for (const { decision } of decisions) assert.ok(!others.has(decision.subject as string))
})

test('the model of the offer score says of each decision what was sent along, and half of them come without', () => {
  const system = (
    parse(read('organisation.yaml')) as {
      systems: { id: string; decisions?: unknown; versions: { explainer?: object }[] }[]
    }
  ).systems.find(({ id }) => id === 'aanbodscore')!
  const rules = decisionRules.parse(system.decisions)
  const bytes = readFileSync(join(here, 'models/aanbodscore.json'))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  assert.deepEqual(system.versions[0]!.explainer, { kind: 'model', file: 'models/aanbodscore.json', sha256 })
  const explainer = { kind: 'model', sha256, output: null, scoreIs: 'output', background: null } as const
  const registered = readRegistered(explainer, { model: bytes, background: null }, rules.features)
  const decisions = read('decisions/aanbodscore.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).decision)
  for (const { features, score, explanation } of decisions) {
    const { found } = computeRegistered(registered, { values: features, actions: null, limit: null })
    assert.ok(found !== null && 'attribution' in found)
    const { base, phi, output } = found.attribution
    assert.ok(Math.abs(output - score.value) < 1e-12)
    if (explanation === undefined) continue
    assert.equal(base, explanation.baseline.value)
    for (const [i, { effect }] of explanation.contributions.entries()) assert.ok(Math.abs(phi[i]! - effect) < 1e-12)
  }
  assert.equal(decisions.filter(({ explanation }) => explanation === undefined).length, decisions.length / 2)
})
