/** Sample replies of the API for tests and the preview; all people and numbers are invented. Not shipped. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { z } from 'zod'
import type {
  MeView,
  NewFactor,
  PasskeyList,
  PersonView,
  ReadingSignals,
  SessionList,
  SessionView,
} from '../src/access/contract.ts'
import type { LedgerEntryView, LedgerView } from '../src/ledger/console-contract.ts'
import {
  canonicalize,
  ED25519,
  formatCheckpoint,
  formatNote,
  formatTlogProof,
  formatVerifierKey,
  hashLeaf,
  keyId,
  makeVerifierKey,
  rootOfLeafHashes,
  toBase64,
  utf8,
} from '../src/ledger/verify/index.ts'
import type { KeyStanding } from '../src/privacy/keys/contract.ts'
import type { RecogniserView } from '../src/privacy/model/contract.ts'
import type { CoverageReply, CoverageRow, SampleView, TryReply } from '../src/privacy/samples/contract.ts'
import type { CallView, Purpose, SystemView, searchRequest, TodayView, TurnView } from '../src/records/contract.ts'
import type { GateConditionList } from '../src/records/gate-condition-contract.ts'
import type { choiceReply, PortalView, PublicSystems, receiptReply } from '../src/transparency/contract.ts'
import type { Api, Failure, Query } from './api.ts'
import type { KeyView } from './console/access/keys.tsx'
import type { ConversationDetail } from './console/records/chain.ts'
import type { ConversationList, ConversationSummary } from './console/records/conversations.tsx'
import type { HandOff } from './console/records/hand-offs.tsx'
import type { FoundList } from './console/records/words.tsx'
import { attributeOf, attributes, ownAttributes } from './fixtures-attributes.ts'
import { consentsOf, processing } from './fixtures-consents.ts'
import { decisionDetail, decisionPage, decisionRows } from './fixtures-decisions.ts'
import { fairnessReply } from './fixtures-fairness.ts'
import { monitorPage, monitorViews } from './fixtures-monitors.ts'
import { portalDecisionList, portalDecisionPage } from './fixtures-portal-decisions.ts'
import { promptsReply } from './fixtures-prompts.ts'
import * as rights from './fixtures-rights.ts'

export const now = new Date('2026-11-23T08:12:00.000Z')
const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString()
const days = (n: number) => at(n * 1_440)
const id = (n: number) => `01936f2a-7c00-7000-8000-${String(n).padStart(12, '0')}`

// -- a ledger of our own, with real hashes and a real signature -----------------------------------------------------

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const origin = 'dekade.example/ledger'
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const rawKey = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })).slice(-32)
export const vkey = formatVerifierKey(makeVerifierKey(origin, ED25519, rawKey, sha256))

const person = id(501)
const conversationId = id(1)

type Event = {
  type: string
  minutes: number
  actor: string
  refs: Record<string, string>
  body: Record<string, unknown>
}
const events: Event[] = [
  { type: 'system.registered', minutes: -90_000, actor: 'operator', refs: { system: 'klantassistent' }, body: {} },
  {
    type: 'gate.decided',
    minutes: -86_400,
    actor: 'person',
    refs: { system: 'klantassistent', gate: id(301) },
    body: { decision: 'approve' },
  },
  {
    type: 'oversight.assigned',
    minutes: -86_300,
    actor: 'person',
    refs: { system: 'klantassistent', oversight: id(302) },
    body: {},
  },
  {
    type: 'consent.given',
    minutes: -1_300,
    actor: 'customer',
    refs: { consent: id(401), purpose: 'persoonlijk_advies' },
    body: {},
  },
  {
    type: 'disclosure.made',
    minutes: -1_297,
    actor: 'system',
    refs: { conversation: conversationId, disclosure: id(402) },
    body: { channel: 'chat', language: 'nl' },
  },
  {
    type: 'call.admitted',
    minutes: -1_296,
    actor: 'system',
    refs: { conversation: conversationId, call: id(101), system: 'klantassistent' },
    body: { basis: 'contract', redacted: { PERSON: 1 } },
  },
  {
    type: 'call.completed',
    minutes: -1_296,
    actor: 'system',
    refs: { conversation: conversationId, call: id(101) },
    body: { tokens: 118 },
  },
  {
    type: 'call.admitted',
    minutes: -1_293,
    actor: 'system',
    refs: { conversation: conversationId, call: id(102), system: 'klantassistent' },
    body: { basis: 'contract', redacted: { PERSON: 1, POSTCODE: 1 } },
  },
  {
    type: 'call.completed',
    minutes: -1_293,
    actor: 'system',
    refs: { conversation: conversationId, call: id(102) },
    body: { tokens: 96 },
  },
  {
    type: 'call.refused',
    minutes: -1_285,
    actor: 'system',
    refs: { conversation: conversationId, call: id(103) },
    body: { code: 'consent_missing' },
  },
  {
    type: 'consent.withdrawn',
    minutes: -60,
    actor: 'customer',
    refs: { consent: id(403), purpose: 'gespreksopname' },
    body: {},
  },
  {
    type: 'conversation.viewed',
    minutes: -30,
    actor: 'person',
    refs: { conversation: conversationId, person },
    body: { role: 'ethics_officer' },
  },
]
const entries = events.map(({ type, minutes, actor, refs, body }, i) =>
  canonicalize({
    v: 1,
    id: id(900 + i),
    type,
    at: at(minutes),
    actor: { kind: actor, id: actor === 'person' ? person : 'klantassistent' },
    tenant: 'dekade',
    client: 'kaapstroom',
    subject: id(700),
    refs,
    body,
  }),
)
const leaves = entries.map((entry) => hashLeaf(utf8(entry), sha256))
const root = rootOfLeafHashes(leaves, sha256)
const head = formatCheckpoint({ origin, size: leaves.length, root })
const checkpoint = formatNote({
  text: head,
  signatures: [
    {
      name: origin,
      id: keyId(origin, ED25519, rawKey, sha256),
      bytes: new Uint8Array(sign(null, utf8(head), privateKey)),
    },
  ],
})

/** RFC 6962, 2.1.1: the audit path, computed as it is defined. */
function pathTo(index: number, hashes: readonly Uint8Array[]): Uint8Array[] {
  if (hashes.length <= 1) return []
  let half = 1
  while (half * 2 < hashes.length) half *= 2
  const [left, right] = [hashes.slice(0, half), hashes.slice(half)]
  return index < half
    ? [...pathTo(index, left), rootOfLeafHashes(right, sha256)]
    : [...pathTo(index - half, right), rootOfLeafHashes(left, sha256)]
}

const proofOf = (index: number) => formatTlogProof({ index, hashes: pathTo(index, leaves), checkpoint })

export const entryViews: LedgerEntryView[] = events.map(({ type, minutes, actor, refs }, index) => ({
  index,
  event: id(900 + index),
  type,
  at: at(minutes),
  actorKind: actor,
  conversation: refs.conversation ?? null,
  call: refs.call ?? null,
  system: refs.system ?? null,
  entry: entries[index]!,
  leafHash: toBase64(leaves[index]!),
  proof: proofOf(index),
  vkey,
  treeSize: leaves.length,
}))

const proofRef = (index: number) => ({
  type: events[index]!.type,
  event: id(900 + index),
  index,
  at: at(events[index]!.minutes),
})

export const ledger: LedgerView = {
  origin,
  vkey,
  size: leaves.length,
  root: toBase64(root),
  checkpoint,
  checkpointAt: at(-30),
  pending: 0,
  pendingAgeMs: 0,
  pruned: [],
  verified: { at: at(-2), ok: true, entries: leaves.length, problems: [], running: false },
  recent: [...entryViews]
    .reverse()
    .map(({ entry: _, leafHash: __, proof: ___, vkey: ____, treeSize: _____, ...line }) => line),
  next: '4',
}

// -- console --------------------------------------------------------------------------------------------------------

export const me: MeView = {
  person: { id: person, name: 'Noor Haverkamp' },
  roles: ['ethics_officer', 'administrator'],
  tenant: { id: 'dekade', name: 'Contactcentrum De Kade' },
  clients: [
    { id: 'kaapstroom', name: 'Kaapstroom Energie' },
    { id: 'wijkwinkel', name: 'Wijkwinkel' },
  ],
  client: 'kaapstroom',
  session: { endsAt: '2027-01-01T00:00:00.000Z', idleMinutes: 60 },
}

const system = (given: Partial<SystemView> & Pick<SystemView, 'id' | 'name' | 'description'>): SystemView => ({
  client: 'kaapstroom',
  clientName: 'Kaapstroom Energie',
  kind: 'chatbot',
  decisionClass: 'inform',
  owner: 'Willem Tromp',
  channel: 'chat',
  language: 'nl',
  purposes: [
    {
      id: 'klantenservice',
      name: { nl: 'uw vraag als klant beantwoorden', en: 'answering your question as a customer' },
      basis: 'contract',
      named: true,
    },
  ],
  upstream: {
    id: 'ingebouwd',
    builtin: 'assistant',
    baseUrl: null,
    provider: {
      name: 'Contactcentrum De Kade',
      region: 'EU',
      terms: 'Draait in het eigen rekencentrum. Gegevens gaan naar niemand anders.',
    },
    terms: { needed: false, problems: [] },
  },
  disclosure: 'inject',
  mode: 'enforce',
  observeUntil: null,
  version: { id: '4.2', model: 'waarborg-retrieval', hash: '5d2a0f38c91377ae04b6e1d27fa09c55', createdAt: days(-60) },
  versions: [
    {
      id: '4.2',
      model: 'waarborg-retrieval',
      hash: '5d2a0f38c91377ae04b6e1d27fa09c55',
      current: true,
      createdAt: days(-60),
    },
    {
      id: '4.1',
      model: 'waarborg-retrieval',
      hash: 'c91377ae04b6e1d27fa09c555d2a0f38',
      current: false,
      createdAt: days(-120),
    },
  ],
  standing: {
    gate: {
      state: 'passed',
      record: id(301),
      validUntil: days(300),
      by: 'Noor Haverkamp',
      reasons: 'Honderd vragen nagekeken met de ondernemingsraad en de klantenraad. Elk antwoord noemt zijn artikel.',
      at: days(-60),
    },
    oversight: { state: 'present', record: id(302), validUntil: days(225), person: 'Joost Wiersma' },
    stop: null,
  },
  prohibited: null,
  week: { calls: 1_388, refused: 27, conversations: 212, disclosed: 209 },
  ...given,
})

export const systems: SystemView[] = [
  system({
    id: 'klantassistent',
    name: { nl: 'Klantassistent', en: 'Customer assistant' },
    description: {
      nl: 'Beantwoordt vragen van klanten in de chat. Het antwoord komt uit de eigen teksten en noemt welke tekst.',
      en: 'Answers questions of customers in the chat. The answer comes from our own texts and names the text.',
    },
  }),
  system({
    id: 'telefoonassistent',
    name: { nl: 'Telefoonassistent', en: 'Phone assistant' },
    description: { nl: 'Neemt de telefoon op als er een rij is.', en: 'Answers the phone when there is a queue.' },
    kind: 'voicebot',
    channel: 'voice',
    disclosure: 'require',
    version: { id: '2.0', model: 'waarborg-retrieval', hash: 'e07b91c404b6e1d27fa09c555d2a0f38', createdAt: days(-45) },
    standing: {
      gate: {
        state: 'passed',
        record: id(303),
        validUntil: days(320),
        by: 'Noor Haverkamp',
        reasons: 'Proef met veertig bellers.',
        at: days(-45),
      },
      oversight: { state: 'present', record: id(304), validUntil: days(290), person: 'Joost Wiersma' },
      stop: { at: at(-2_587), record: id(305), reason: 'wrong_answers', by: 'Joost Wiersma' },
    },
    week: { calls: 402, refused: 41, conversations: 97, disclosed: 94 },
  }),
  system({
    id: 'gespreksverslag',
    name: { nl: 'Gespreksverslag', en: 'Call summary' },
    description: {
      nl: 'Schrijft na een telefoongesprek een kort verslag voor de medewerker.',
      en: 'Writes a short summary for the member of staff after a call.',
    },
    kind: 'agent_assist',
    decisionClass: 'assist',
    channel: 'agent_assist',
    disclosure: 'none_needed',
    standing: {
      gate: {
        state: 'passed',
        record: id(306),
        validUntil: days(19),
        by: 'Noor Haverkamp',
        reasons: 'Vrijgegeven op voorwaarde dat een teamleider elke week naleest.',
        at: days(-50),
      },
      oversight: { state: 'present', record: id(307), validUntil: days(225), person: 'Samira el Idrissi' },
      stop: null,
    },
    week: { calls: 88, refused: 12, conversations: 88, disclosed: 88 },
  }),
  system({
    id: 'verkoopscore',
    name: { nl: 'Verkoopscore', en: 'Sales score' },
    description: {
      nl: 'Schat of een klant een ander contract wil.',
      en: 'Estimates if a customer wants another contract.',
    },
    kind: 'scorer',
    decisionClass: 'solely_automated',
    standing: {
      gate: { state: 'missing', record: null, validUntil: null, by: null, reasons: null, at: null },
      oversight: { state: 'missing', record: null, validUntil: null, person: null },
      stop: null,
    },
    mode: 'observe',
    observeUntil: days(12),
    week: { calls: 14, refused: 1, conversations: 14, disclosed: 13 },
  }),
  system({
    id: 'routering',
    name: { nl: 'Slim doorverbinden', en: 'Smart routing' },
    description: {
      nl: 'Leest de eerste zin en kiest de wachtrij.',
      en: 'Reads the first sentence and picks the queue.',
    },
    kind: 'scorer',
    decisionClass: 'decide',
    upstream: {
      id: 'buiten',
      builtin: null,
      baseUrl: 'https://models.voorbeeld.example/v1',
      provider: {
        name: 'Voorbeeld Modellen',
        region: 'EU',
        terms: {
          agreement: { reference: 'VWO-2026-014', signedOn: days(-400) },
          country: 'US',
          subProcessors: [{ name: 'Voorbeeld Rekenhuis', country: 'IE' }],
          retentionDays: 30,
          reviewedAt: days(-390),
        },
      },
      terms: {
        needed: true,
        problems: ['transfer_ground_missing', 'training_not_excluded', 'terms_review_overdue'],
      },
    },
    owner: null,
    week: { calls: 0, refused: 0, conversations: 0, disclosed: 0 },
  }),
]

export const today: TodayView = {
  tenant: 'dekade',
  clients: me.clients,
  lamps: [
    {
      system: 'telefoonassistent',
      name: systems[1]!.name,
      version: '2.0',
      state: 'bad',
      reasons: [{ code: 'stopped', at: at(-2_587) }],
    },
    {
      system: 'verkoopscore',
      name: systems[3]!.name,
      version: '1.0',
      state: 'bad',
      reasons: [
        { code: 'gate_missing', at: null },
        { code: 'oversight_missing', at: null },
      ],
    },
    {
      system: 'gespreksverslag',
      name: systems[2]!.name,
      version: '1.1',
      state: 'attention',
      reasons: [{ code: 'gate_ends', at: days(19) }],
    },
    {
      system: 'routering',
      name: systems[4]!.name,
      version: '3.0',
      state: 'unknown',
      reasons: [{ code: 'no_calls', at: null }],
    },
    { system: 'klantassistent', name: systems[0]!.name, version: '4.2', state: 'ok', reasons: [] },
  ],
  week: {
    conversations: 411,
    calls: 1_892,
    forwarded: 1_798,
    refused: [
      { code: 'consent_missing', n: 52 },
      { code: 'system_stopped', n: 21 },
      { code: 'consent_withdrawn', n: 12 },
      { code: 'disclosure_missing', n: 6 },
      { code: 'limit_exceeded', n: 3 },
    ],
    disclosed: { n: 405, of: 411, share: 405 / 411 },
    redacted: [
      { label: 'PERSON', n: 1_204 },
      { label: 'POSTCODE', n: 618 },
      { label: 'EMAIL', n: 201 },
      { label: 'IBAN', n: 88 },
    ],
    failed: 2,
  },
  days: [
    { day: '2026-11-17', forwarded: 288, refused: 11 },
    { day: '2026-11-18', forwarded: 301, refused: 9 },
    { day: '2026-11-19', forwarded: 276, refused: 14 },
    { day: '2026-11-20', forwarded: 312, refused: 18 },
    { day: '2026-11-21', forwarded: 221, refused: 22 },
    { day: '2026-11-22', forwarded: 190, refused: 12 },
    { day: '2026-11-23', forwarded: 210, refused: 8 },
  ],
  due: [
    { kind: 'oversight', system: 'verkoopscore', name: systems[3]!.name, at: days(-12), over: true },
    { kind: 'key', system: 'klantassistent', name: systems[0]!.name, at: at(1_888), over: false },
    { kind: 'observe', system: 'verkoopscore', name: systems[3]!.name, at: days(12), over: false },
    { kind: 'gate', system: 'gespreksverslag', name: systems[2]!.name, at: days(19), over: false },
  ],
  handOffs: [
    {
      id: id(601),
      conversation: conversationId,
      reason: 'asked',
      requestedAt: at(-1_500),
      answerBy: at(-60),
      late: true,
    },
    { id: id(602), conversation: id(2), reason: 'refused', requestedAt: at(-18), answerBy: at(1_422), late: false },
  ],
  ledger: { entries: 48_213, pending: 0, pendingAgeMs: 0, lastVerifiedAt: at(-2), verifiedOk: true },
}

/** A tenant in which nothing has happened yet. */
export const emptyToday: TodayView = {
  ...today,
  lamps: [],
  week: {
    conversations: 0,
    calls: 0,
    forwarded: 0,
    refused: [],
    disclosed: { n: 0, of: 0, share: null },
    redacted: [],
    failed: 0,
  },
  days: [],
  due: [],
  handOffs: [],
  ledger: { entries: 0, pending: 3, pendingAgeMs: 240, lastVerifiedAt: null, verifiedOk: null },
}

const summary = (n: number, given: Partial<ConversationSummary> = {}): ConversationSummary => ({
  id: id(n),
  client: 'kaapstroom',
  system: 'klantassistent',
  channel: 'chat',
  language: 'nl',
  purpose: 'klantenservice',
  subject: id(700 + n),
  startedAt: at(-1_298 - n * 37),
  endedAt: at(-1_281 - n * 37),
  turns: 8 + (n % 5),
  calls: 3,
  refused: 0,
  redacted: n % 7,
  disclosed: true,
  handOff: 'none',
  state: 'ended',
  ...given,
})

export const conversationRows: ConversationSummary[] = [
  summary(1, { refused: 1, redacted: 8, handOff: 'completed', turns: 8 }),
  summary(2, { system: 'telefoonassistent', channel: 'voice', calls: 2, refused: 2, disclosed: false }),
  summary(3, { language: 'en', redacted: 0 }),
  summary(4, { handOff: 'missed', refused: 1 }),
  summary(5, { system: 'telefoonassistent', channel: 'voice', disclosed: false }),
  summary(6, { language: 'tr', handOff: 'requested', endedAt: null }),
  summary(7),
  summary(8, { system: null, calls: 0, disclosed: false, redacted: 0 }),
  summary(9),
  summary(10, { channel: 'email', redacted: 14 }),
]

/** «niets» finds nothing, «overal» more than are counted, «oud» stops before all was looked at; anything else three. */
function searched({ words, pieces, before }: z.input<typeof searchRequest>): FoundList {
  if (words === 'de') throw new SampleFailure(422, 'words_unclear')
  if (pieces?.reason === 'other' && !pieces.words) throw new SampleFailure(422, 'words_needed')
  const conversations = (words === 'niets' ? [] : conversationRows.slice(0, 3)).map((row, n) => ({
    ...row,
    hits: 3 - n,
    piece:
      pieces === undefined || n === 2
        ? null
        : { seq: 1, before: '…dat de ', hit: 'monteur', after: ' morgen om tien uur komt, maar…' },
  }))
  return {
    conversations,
    total: words === 'overal' ? 1_000 : conversations.length,
    more: words === 'overal' || words === 'oud',
    until: words === 'oud' ? at(-90_000) : null,
    contents: pieces === undefined ? 'reason_needed' : 'open',
    next: (words === 'overal' || words === 'oud') && before === undefined ? 'b2xkZXI' : null,
  }
}

export const conversationPage: ConversationList = { conversations: conversationRows, total: 411, next: 'b2xkZXI' }

const call = (n: number, given: Partial<CallView>): CallView => ({
  id: id(100 + n),
  startedAt: at(-1_297 + n),
  endedAt: at(-1_297 + n),
  state: 'completed',
  code: null,
  wouldRefuse: null,
  system: 'klantassistent',
  version: '4.2',
  purpose: 'klantenservice',
  basis: 'contract',
  groundRecord: 'klantenservice',
  gateRecord: id(301),
  oversightRecord: id(302),
  disclosure: 'made',
  disclosureRecord: id(402),
  upstream: 'ingebouwd',
  model: 'waarborg-retrieval',
  stream: true,
  attempts: 1,
  turnFrom: null,
  turnTo: null,
  redacted: {},
  restored: null,
  tokensIn: null,
  tokensOut: null,
  firstTokenMs: null,
  durationMs: null,
  facts: {},
  proofs: [],
  ...given,
})

const turn = (seq: number, role: TurnView['role'], said: string | null, given: Partial<TurnView> = {}): TurnView => ({
  seq,
  role,
  at: at(-1_298 + seq),
  call: null,
  said,
  seen: null,
  redacted: {},
  disclosure: false,
  ...given,
})

export const conversation: ConversationDetail = {
  audit: false,
  contents: 'open',
  ...conversationRows[0]!,
  startedAt: at(-1_298),
  endedAt: at(-1_290),
  turnsList: [
    turn(
      1,
      'customer',
      'Goedemorgen, met Derya Bakker. De monteur zou dinsdag 3 november tussen 8 en 12 komen en is niet geweest. Ik had er vrij voor genomen.',
      {
        call: id(101),
        seen: 'Goedemorgen, met [PERSON_1]. De monteur zou dinsdag 3 november tussen 8 en 12 komen en is niet geweest. Ik had er vrij voor genomen.',
        redacted: { PERSON: 1 },
      },
    ),
    turn(
      2,
      'ai',
      'U chat met een computer: de AI-assistent van Kaapstroom Energie. U chat niet met een mens. Hebt u liever een medewerker? Typ: medewerker.\n\nIk zoek de afspraak van Derya Bakker op. Wat is de postcode van het adres, en op welk nummer kunnen wij u bellen?',
      {
        call: id(101),
        seen: 'Ik zoek de afspraak van [PERSON_1] op. Wat is de postcode van het adres, en op welk nummer kunnen wij u bellen?',
        disclosure: true,
      },
    ),
    turn(
      3,
      'customer',
      '9411 KX nummer 18. Bellen kan op nul zes, twaalf, drie vier vijf, zes zeven acht. Ik ben hartpatiënt en kan niet lang in de kou zitten.',
      {
        call: id(102),
        seen: '[POSTCODE_2] nummer [ADDRESS_3]. Bellen kan op [PHONE_4]. [HEALTH] en kan niet lang in de kou zitten.',
        redacted: { POSTCODE: 1, ADDRESS: 1, PHONE: 1, HEALTH: 1 },
      },
    ),
    turn(
      4,
      'tool',
      '{"naam": "D. Bakker", "email": "d.bakker@voorbeeld.example", "status": "niet bezocht", "monteur": "M. Visser"}',
      {
        call: id(102),
        seen: '{"naam": "[PERSON_5]", "email": "[EMAIL_6]", "status": "niet bezocht", "monteur": "[PERSON_7]"}',
        redacted: { PERSON: 2, EMAIL: 1 },
      },
    ),
    turn(
      5,
      'ai',
      'Ik zie dat de monteur niet is geweest. Ik vraag een vergoeding van € 60 voor u aan. Een medewerker beslist daarover.',
      { call: id(102) },
    ),
    turn(6, 'agent', 'U spreekt nu met een medewerker van Kaapstroom. Ik heb gekeken: een vergoeding zit er niet in.'),
    turn(7, 'customer', 'Dus die computer wees me af? En waarom dan? Ik ben het er niet mee eens.'),
  ],
  callsList: [
    call(1, {
      turnFrom: 1,
      turnTo: 2,
      redacted: { PERSON: 1 },
      restored: 1,
      tokensIn: 412,
      tokensOut: 118,
      firstTokenMs: 84,
      durationMs: 1_204,
      facts: { sources: [{ id: 'kb-12', title: 'Afspraak met de monteur' }] },
      proofs: [proofRef(5), proofRef(6)],
    }),
    call(2, {
      turnFrom: 3,
      turnTo: 5,
      redacted: { PERSON: 2, POSTCODE: 1, ADDRESS: 1, PHONE: 1, EMAIL: 1, HEALTH: 1 },
      tokensIn: 508,
      tokensOut: 96,
      durationMs: 1_611,
      facts: { tools: ['afspraak_zoeken'] },
      proofs: [proofRef(7), proofRef(8)],
    }),
    call(3, {
      state: 'refused',
      code: 'consent_missing',
      purpose: 'gespreksanalyse',
      basis: null,
      groundRecord: null,
      upstream: null,
      model: null,
      disclosure: null,
      disclosureRecord: null,
      startedAt: at(-1_285),
      proofs: [proofRef(9)],
    }),
  ],
  handOffs: [
    {
      id: id(603),
      state: 'completed',
      reason: 'asked',
      requestedAt: at(-1_293),
      acceptedAt: at(-1_292),
      answerBy: at(-60),
    },
  ],
  disclosures: [
    { id: id(402), at: at(-1_297), source: 'inject', channel: 'chat', language: 'nl', textVersion: '7f3a' },
  ],
  consents: [
    {
      id: id(401),
      purpose: 'persoonlijk_advies',
      state: 'given',
      at: at(-1_300),
      by: 'customer',
      expiresAt: days(365),
    },
    { id: id(403), purpose: 'gespreksopname', state: 'withdrawn', at: at(-60), by: 'customer', expiresAt: null },
  ],
}

/** Everything a person could try to break a page with, in their own words. */
export const hostile =
  "<script>alert(1)</script> \"onload='x' \u202Eesrever \u2066isolated & <img src=x onerror=alert(2)>"

export const purposes: Pick<Purpose, 'id' | 'name'>[] = [
  { id: 'klantenservice', name: { nl: 'uw vraag als klant beantwoorden', en: 'answering your question' } },
  {
    id: 'persoonlijk_advies',
    name: { nl: 'persoonlijk advies over uw energieverbruik', en: 'personal energy advice' },
  },
  { id: 'gespreksopname', name: { nl: 'gesprekken opnemen voor later', en: 'recording conversations for later' } },
  { id: 'gespreksanalyse', name: { nl: 'leren van gesprekken', en: 'learning from conversations' } },
]

const handOff = (given: Omit<HandOff, 'client' | 'system' | 'channel' | 'language' | 'late'>): HandOff => ({
  client: 'kaapstroom',
  system: 'klantassistent',
  channel: 'chat',
  language: 'nl',
  late: given.acceptedAt === null && given.answerBy !== null && given.answerBy < now.toISOString(),
  ...given,
})

export const handOffs: HandOff[] = [
  handOff({
    id: id(601),
    conversation: conversationId,
    state: 'requested',
    reason: 'asked',
    requestedAt: at(-1_500),
    acceptedAt: null,
    answerBy: at(-60),
  }),
  handOff({
    id: id(602),
    conversation: id(2),
    state: 'requested',
    reason: 'refused',
    requestedAt: at(-18),
    acceptedAt: null,
    answerBy: at(1_422),
  }),
  handOff({
    id: id(604),
    conversation: id(3),
    state: 'accepted',
    reason: 'complaint',
    requestedAt: at(-75),
    acceptedAt: at(-50),
    answerBy: at(900),
  }),
  handOff({
    id: id(603),
    conversation: conversationId,
    state: 'completed',
    reason: 'asked',
    requestedAt: at(-1_293),
    acceptedAt: at(-1_292),
    answerBy: null,
  }),
]

const role = (n: number, name: PersonView['roles'][number]['role'], client: string | null = null) => ({
  id: id(800 + n),
  role: name,
  client,
  system: null,
  from: days(-200),
  until: null,
})

export const people: PersonView[] = [
  {
    id: person,
    name: 'Noor Haverkamp',
    email: 'noor.haverkamp@dekade.example',
    disabled: false,
    roles: [role(1, 'ethics_officer')],
    qualifications: [
      { id: id(851), kind: 'human_oversight', attainedOn: '2026-08-15', validUntil: days(265), valid: true },
    ],
  },
  {
    id: id(502),
    name: 'Joost Wiersma',
    email: 'joost.wiersma@dekade.example',
    disabled: false,
    roles: [role(2, 'supervisor'), role(3, 'overseer')],
    qualifications: [
      { id: id(852), kind: 'human_oversight', attainedOn: '2026-09-09', validUntil: days(290), valid: true },
    ],
  },
  {
    id: id(503),
    name: 'Pieter Langerak',
    email: 'pieter.langerak@dekade.example',
    disabled: false,
    roles: [role(4, 'overseer', 'kaapstroom')],
    qualifications: [
      { id: id(853), kind: 'human_oversight', attainedOn: '2025-11-11', validUntil: days(-12), valid: false },
    ],
    hints: [{ code: 'owner_and_overseer' }],
  },
  { id: id(504), name: 'Tarik Yalçın', email: null, disabled: true, roles: [role(5, 'agent')], qualifications: [] },
]

export const keys: KeyView[] = [
  {
    id: 'k7q4m2x9',
    system: 'klantassistent',
    label: 'chat, productie',
    createdAt: days(-60),
    expiresAt: days(300),
    revokedAt: null,
    lastUsedOn: '2026-11-23',
  },
  {
    id: 'k1a8z5t2',
    system: 'klantassistent',
    label: 'chat, wissel',
    createdAt: days(-2),
    expiresAt: at(1_888),
    revokedAt: null,
    lastUsedOn: null,
  },
  {
    id: 'k9p3c6v1',
    system: 'telefoonassistent',
    label: 'telefoonplatform',
    createdAt: days(-45),
    expiresAt: days(-1),
    revokedAt: null,
    lastUsedOn: '2026-11-20',
  },
  {
    id: 'k2b7n4w8',
    system: 'gespreksverslag',
    label: 'proef',
    createdAt: days(-90),
    expiresAt: null,
    revokedAt: days(-50),
    lastUsedOn: '2026-10-01',
  },
]

// -- portal ---------------------------------------------------------------------------------------------------------

const portalTurn = (
  seq: number,
  role: PortalView['turns'][number]['role'],
  text: string | null,
  given: Partial<PortalView['turns'][number]> = {},
): PortalView['turns'][number] => ({
  seq,
  role,
  at: at(-1_298 + seq),
  text,
  why: [],
  heldBack: [],
  sources: [],
  disclosure: false,
  refused: null,
  receipt: null,
  ...given,
})

export const portal: PortalView & { clientId: string; theme: string } = {
  clientId: 'kaapstroom',
  theme: 'kaapstroom',
  organisation: 'Contactcentrum De Kade',
  client: 'Kaapstroom Energie',
  contact: {
    phone: '088-0000100',
    email: 'klantenservice@kaapstroom.example',
    address: 'Postbus 1200, 8001 QA Zwolle',
    website: 'https://www.kaapstroom.example',
    privacyOfficer: 'privacy@kaapstroom.example',
  },
  conversation: { id: conversationId, startedAt: at(-1_298), channel: 'chat', language: 'nl', turns: 7 },
  summary: [
    'U vroeg een vergoeding, omdat onze monteur niet kwam.',
    'Een computer zocht uw afspraak op. Een medewerker gaf het antwoord.',
  ],
  system: {
    name: 'Klantassistent',
    description: 'Deze computer beantwoordt vragen in de chat. Het antwoord komt uit onze eigen teksten.',
    version: '4.2',
  },
  turns: [
    portalTurn(
      1,
      'customer',
      'Goedemorgen, met Derya Bakker. De monteur zou dinsdag 3 november tussen 8 en 12 komen en is niet geweest.',
      {
        heldBack: [{ label: 'PERSON', word: 'naam', n: 1 }],
        why: ['Wij hebben deze gegevens eerst verborgen: naam. De computer kreeg ze niet te zien.'],
      },
    ),
    portalTurn(
      2,
      'ai',
      'U chat met een computer: de AI-assistent van Kaapstroom Energie. U chat niet met een mens.\n\nIk zoek de afspraak van Derya Bakker op. Wat is de postcode van het adres?',
      {
        disclosure: true,
        sources: [{ id: 'kb-12', title: 'Afspraak met de monteur' }],
        why: [
          'Dit antwoord komt uit: Afspraak met de monteur. De computer zocht deze teksten bij uw vraag. Daarna maakte de computer er zinnen van. Daarbij kan iets fout gaan. Kijk bij twijfel in de bron.',
        ],
        receipt: id(906),
      },
    ),
    portalTurn(3, 'customer', '9411 KX nummer 18. Bellen kan op nul zes, twaalf, drie vier vijf.', {
      heldBack: [
        { label: 'POSTCODE', word: 'postcode', n: 1 },
        { label: 'PHONE', word: 'telefoonnummer', n: 1 },
      ],
    }),
    portalTurn(
      4,
      'ai',
      'Ik zie dat de monteur niet is geweest. Ik vraag een vergoeding van € 60 voor u aan. Een medewerker beslist daarover.',
      {
        why: ['Bij dit antwoord hoort geen bron. Controleer het antwoord voordat u iets beslist.'],
        receipt: id(908),
      },
    ),
    portalTurn(5, 'customer', 'Ik wil graag een mens spreken.'),
    portalTurn(6, 'ai', null, {
      refused:
        'U gaf geen toestemming voor: leren van gesprekken. Daarom gebruiken wij onze AI-assistent hier niet. Een medewerker helpt u.',
      receipt: id(909),
    }),
    portalTurn(
      7,
      'agent',
      'U spreekt nu met een medewerker van Kaapstroom. Ik heb gekeken: een vergoeding zit er niet in.',
    ),
  ],
  used: ['uw vraag', 'uw contract'],
  heldBack: [
    { label: 'PERSON', word: 'naam', n: 1 },
    { label: 'POSTCODE', word: 'postcode', n: 1 },
    { label: 'PHONE', word: 'telefoonnummer', n: 1 },
  ],
  ground: {
    purpose: 'uw vraag als klant beantwoorden',
    basis: 'contract',
    sentence: 'Wij gebruiken uw gegevens omdat u een contract met ons hebt.',
    reasoning: 'Bij dat contract hoort antwoord op vragen over uw rekening, uw meter en uw verhuizing.',
    law: {
      label: 'Algemene verordening gegevensbescherming, artikel 6',
      url: 'https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_6',
    },
    dataKinds: 'uw vraag, uw contract en uw meterstanden',
    retentionDays: 730,
  },
  choices: [
    {
      purpose: 'persoonlijk_advies',
      name: 'persoonlijk advies over uw energieverbruik',
      dataKinds: 'uw verbruik per dag, uw woning en uw vraag',
      consequenceOfNo: 'u krijgt algemene tips van een medewerker',
      kind: 'consent',
      answered: true,
      question: {
        notice: 'built-in.persoonlijk_advies',
        version: '3f0c1d9a2b47-9d00e2c4a1f6',
        text: 'Mag Kaapstroom uw gegevens gebruiken? Het doel is: persoonlijk advies over uw energieverbruik. U mag nee zeggen. Zegt u nee, dan gebeurt dit: u krijgt algemene tips van een medewerker. U kunt later altijd anders kiezen.',
        sha256: 'ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12',
      },
      on: true,
      since: at(-1_300),
      receipt: id(903),
      history: [{ state: 'given', at: at(-1_300), by: 'customer', receipt: id(903) }],
    },
    {
      purpose: 'gespreksopname',
      name: 'gesprekken opnemen voor later',
      dataKinds: 'de opname van uw gesprek',
      consequenceOfNo: 'wij helpen u en nemen niets op',
      kind: 'consent',
      answered: true,
      question: {
        notice: 'built-in.gespreksopname',
        version: '3f0c1d9a2b47-9d00e2c4a1f6',
        text: 'Mag Kaapstroom dit gesprek opnemen? Wij bewaren de opname 90 dagen. U mag nee zeggen. Zegt u nee, dan helpen wij u en nemen niets op. U kunt later altijd anders kiezen.',
        sha256: 'ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12',
      },
      on: false,
      since: at(-60),
      receipt: id(910),
      history: [
        { state: 'withdrawn', at: at(-60), by: 'customer', receipt: id(910) },
        { state: 'given', at: days(-30), by: 'customer', receipt: id(903) },
      ],
    },
    {
      purpose: 'gespreksanalyse',
      name: 'leren van gesprekken',
      dataKinds: 'de tekst van uw gesprek zonder uw naam',
      consequenceOfNo: 'er verandert niets aan onze hulp',
      kind: 'consent',
      answered: false,
      question: {
        notice: 'built-in.gespreksanalyse',
        version: '3f0c1d9a2b47-9d00e2c4a1f6',
        text: 'Mag Kaapstroom leren van uw gesprek? Het gaat om de tekst van uw gesprek zonder uw naam. U mag nee zeggen. Zegt u nee, dan verandert er niets aan onze hulp. U kunt later altijd anders kiezen.',
        sha256: 'ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12',
      },
      on: false,
      since: null,
      receipt: null,
      history: [],
    },
    {
      purpose: 'slim_doorverbinden',
      name: 'u snel de juiste medewerker geven',
      dataKinds: 'uw eerste zin in het gesprek',
      consequenceOfNo: 'u kiest zelf met een toets',
      kind: 'objection',
      answered: false,
      question: null,
      on: true,
      since: null,
      receipt: null,
      history: [],
    },
  ],
  handOff: {
    open: true,
    sentence: 'Wilt u een medewerker? Kies: medewerker. Wij zijn open tot 21.00 uur.',
    state: 'completed',
  },
  receipts: [
    {
      event: id(904),
      type: 'disclosure.made',
      sentence: 'U kreeg te horen dat u met een computer praat.',
      at: at(-1_297),
      index: 4,
    },
    {
      event: id(905),
      type: 'call.admitted',
      sentence: 'Wij stuurden uw vraag naar de computer, zonder uw naam.',
      at: at(-1_296),
      index: 5,
    },
    {
      event: id(909),
      type: 'call.refused',
      sentence: 'Wij hielden een vraag tegen. Er ging niets naar buiten.',
      at: at(-1_285),
      index: 9,
    },
    {
      event: id(911),
      type: 'conversation.viewed',
      sentence: 'De ethisch adviseur bekeek uw gesprek.',
      at: at(-30),
      index: null,
    },
  ],
  views: [{ at: at(-30), role: 'ethics_officer', receipt: id(911) }],
}

export const receiptOf = (event: string): z.output<typeof receiptReply> => {
  const view = entryViews.find((one) => one.event === event) ?? entryViews[4]!
  return {
    event: view.event,
    entry: view.entry,
    proof: view.event === id(911) ? null : view.proof,
    vkey,
    sentence: portal.receipts.find((one) => one.event === event)?.sentence ?? 'Wij hebben deze stap vastgelegd.',
    fileName: `${view.type.replace('.', '-')}.tlog-proof`,
  }
}

export const publicSystems: PublicSystems = {
  organisation: 'Contactcentrum De Kade',
  client: { id: 'kaapstroom', name: 'Kaapstroom Energie' },
  contact: portal.contact,
  systems: systems.slice(0, 4).map(({ id: systemId, name, description, version, channel, upstream, standing }) => ({
    id: systemId,
    name: name.nl,
    description: description.nl,
    state: standing?.stop ? 'stopped' : standing?.gate.state === 'passed' ? 'in_use' : 'not_released',
    stateWord: standing?.stop ? 'stilgezet' : standing?.gate.state === 'passed' ? 'in gebruik' : 'niet vrijgegeven',
    role: 'Deze computer geeft informatie en neemt geen besluiten over u.',
    channel,
    provider: upstream.provider.name,
    version: version?.id ?? null,
    purposes: [
      {
        name: 'uw vraag als klant beantwoorden',
        sentence: 'Wij gebruiken uw gegevens omdat u een contract met ons hebt.',
        law: portal.ground.law,
      },
    ],
  })),
}

export const session: SessionView = {
  stage: 'done',
  name: 'Noor Haverkamp',
  email: 'noor.haverkamp@dekade.example',
  factors: { password: true, totp: true, passkeys: 2, recoveryCodes: 2 },
  proved: true,
}
export const sessions: SessionList['sessions'] = [
  {
    id: id(801),
    browser: 'firefox',
    system: 'linux',
    startedAt: at(-95),
    lastSeenAt: at(0),
    endsAt: at(625),
    current: true,
    complete: true,
  },
  {
    id: id(802),
    browser: 'safari',
    system: 'ios',
    startedAt: at(-300),
    lastSeenAt: at(-42),
    endsAt: at(420),
    current: false,
    complete: true,
  },
  {
    id: id(803),
    browser: 'other',
    system: 'other',
    startedAt: at(-4),
    lastSeenAt: at(-4),
    endsAt: at(716),
    current: false,
    complete: false,
  },
]
export const passkeys: PasskeyList['passkeys'] = [
  { id: id(811), name: 'Telefoon', createdAt: days(-40), lastUsedAt: at(-300), backedUp: true },
  { id: id(812), name: 'Sleutel in de kluis', createdAt: days(-40), lastUsedAt: null, backedUp: false },
]
export const views = [
  { id: id(831), at: at(-30), role: 'dpo', reason: 'data_request', conversation: conversationId },
  { id: id(832), at: at(-4_000), role: 'agent', reason: 'hand_off', conversation: conversationId },
]
export const readingSignals: ReadingSignals = [
  {
    id: id(841),
    person: id(502),
    name: 'Bas Verweij',
    from: at(-90),
    until: at(-30),
    customers: 31,
    usual: 12,
    comparedWith: 'own_and_team',
  },
]
export const newFactor: NewFactor = {
  secret: 'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ',
  uri: 'otpauth://totp/Waarborg:noor.haverkamp%40dekade.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Waarborg',
}
export const recoveryCodes = Array.from({ length: 10 }, (_, i) => `${i}k4dq0-${i}wm7xt-${i}h8wzc-${i}rj3en`)

// -- an API that answers with them ----------------------------------------------------------------------------------

export class SampleFailure extends Error implements Failure {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string) {
    super(code)
    this.status = status
    this.code = code
  }
}

/** Answers like the product's API, and remembers what was changed. `token` is that of the portal link. */
// -- keys and backups --------------------------------------------------------------------------------------------------

const keyStanding: KeyStanding = {
  root: 'file',
  epochs: [
    { epoch: 7, begunAt: days(-3), leftAt: null, destroyOn: null, destroyedAt: null, keys: 1_204 },
    { epoch: 6, begunAt: days(-10), leftAt: days(-3), destroyOn: days(32), destroyedAt: null, keys: 0 },
    { epoch: 1, begunAt: days(-45), leftAt: days(-38), destroyOn: null, destroyedAt: days(-3), keys: 0 },
  ],
  epochDays: 7,
  backupDays: 35,
  erasedFromBackupsOn: days(40),
  lastBackup: { at: days(-1), rows: 48_211, entries: 9_877 },
  lastKeyBackup: { at: days(-1), keys: 12 },
  lastRestore: null,
}

// -- labelled samples and what is missed of them ------------------------------------------------------------------------

const share = (key: string, leaks: number, spans: number, low: number, high: number): CoverageRow => ({
  key,
  spans,
  leaks,
  share: leaks / spans,
  low,
  high,
  enough: spans >= 30,
})
const recogniser: RecogniserView = {
  model: {
    id: 'namen-nl@3f9a01c27be4',
    onFailure: 'refuse',
    parts: [{ id: 'namen-nl@3f9a01c27be4', kind: 'folder', hash: '3f9a01c27be4'.padEnd(64, '7c1d') }],
  },
}
export const coverage: CoverageReply = {
  figures: {
    samples: 84,
    unreadable: 1,
    leak: share('all', 9, 131, 0.0365, 0.1255),
    labels: [
      share('PERSON', 4, 62, 0.0254, 0.1545),
      share('ADDRESS', 2, 31, 0.0179, 0.2072),
      share('PHONE', 0, 21, 0, 0.1546),
      share('HEALTH', 3, 9, 0.1206, 0.6458),
      share('CUSTREF', 0, 8, 0, 0.3244),
    ],
    channels: [share('chat', 5, 98, 0.0219, 0.1139), share('speech', 4, 33, 0.0482, 0.2729)],
    languages: [share('nl', 7, 101, 0.0339, 0.1361), share('en', 2, 30, 0.0185, 0.2132)],
    origins: [share('nl', 2, 31, 0.0179, 0.2072), share('tr', 1, 18, 0.0099, 0.2576)],
    clean: { of: 22, untouched: 20, share: 20 / 22, low: 0.7219, high: 0.9747 },
    over: { of: 14_208, hidden: 112, share: 112 / 14_208 },
  },
  last: [],
  recogniser: { model: null },
}
coverage.last.push({
  id: id(640),
  client: 'kaapstroom',
  at: days(-20),
  figures: { ...coverage.figures, leak: share('all', 2, 19, 0.0294, 0.3139) },
})
const keptSamples: SampleView[] = [
  {
    id: id(641),
    client: 'kaapstroom',
    language: 'nl',
    channel: 'chat',
    origin: 'tr',
    conversation: null,
    createdAt: days(-3),
    createdBy: person,
  },
  {
    id: id(642),
    client: 'wijkwinkel',
    language: 'en',
    channel: 'speech',
    origin: null,
    conversation: conversationId,
    createdAt: days(-4),
    createdBy: person,
  },
]
const triedText = 'Bart uit Ede belt, nummer KL-004417'
export const tried: TryReply = {
  client: 'kaapstroom',
  language: 'nl',
  channel: 'chat',
  turns: [
    { role: 'ai', text: 'Wat is uw naam?', seen: 'Wat is uw naam?', findings: [] },
    {
      role: 'customer',
      text: triedText,
      seen: '[PERSON_1] uit Ede belt, nummer [CUSTREF_2]',
      findings: [
        { start: 0, end: 4, label: 'PERSON', confidence: 0.9, reason: 'asked:name' },
        { start: 26, end: 35, label: 'CUSTREF', confidence: 0.9, reason: 'custom:klantnummer' },
      ],
    },
  ],
  recognisers: [{ id: 'klantnummer', label: 'CUSTREF', shape: 'KL-999999' }],
}

const gateKnown: GateConditionList = {
  version: '4.2',
  conditions: [
    {
      condition: 'dataSheet',
      policy: 'required',
      state: 'met',
      asOf: days(-3),
      record: id(7301),
      sentence: 'Gegevensblad van 20 november 2026: 20.594 regels bekeken.',
    },
    {
      condition: 'pairedPrompts',
      policy: 'shown',
      state: 'missing',
      asOf: null,
      record: null,
      sentence: 'Er is geen paarsgewijze test van deze versie.',
    },
  ],
}

export function sampleApi({ signedIn = true, token = 'goed' }: { signedIn?: boolean; token?: string } = {}) {
  const state = {
    portal: structuredClone(portal),
    systems: structuredClone(systems),
    posts: [] as { path: string; body: unknown }[],
    verifying: 0,
  }
  const find = <T extends { id: string }>(list: readonly T[], wanted: string): T => {
    const found = list.find((one) => one.id === wanted)
    if (!found) throw new SampleFailure(404, 'not_found')
    return found
  }
  const read = (path: string, query: Query): unknown => {
    if (path === '/api/public/systems') return publicSystems
    if (path === '/api/public/ledger') return { vkey, organisation: 'Contactcentrum De Kade' }
    if (path === '/api/password') return { name: 'Noor Haverkamp', email: 'noor.haverkamp@dekade.example' }
    if (path.startsWith('/api/portal')) {
      if (token === 'verlopen') throw new SampleFailure(410, 'link_expired')
      if (token !== 'goed') throw new SampleFailure(404, 'link_unknown')
      if (path === '/api/portal/attributes') return ownAttributes
      if (path === '/api/portal/data') return rights.known
      if (path.startsWith('/api/portal/copies/')) return rights.copy
      if (path === '/api/portal/decisions') return portalDecisionList
      if (path.startsWith('/api/portal/decisions/')) {
        const decision = portalDecisionPage(path.split('/').at(-1)!)
        if (decision === undefined) throw new SampleFailure(404, 'portal_not_found')
        return decision
      }
      return path === '/api/portal' ? state.portal : receiptOf(path.split('/').at(-1)!)
    }
    if (path === '/api/sign-in')
      return { password: true, passkey: 'localhost', issuer: 'https://aanmelden.dekade.example' }
    if (path === '/api/session/oidc/logout') return { url: 'https://aanmelden.dekade.example/uit' }
    if (!signedIn) throw new SampleFailure(401, 'session_unknown')
    const [, , area, one, third] = path.split('/')
    switch (area) {
      case 'me':
        return me
      case 'session':
        return session
      case 'sessions':
        return { sessions }
      case 'passkeys':
        return { passkeys }
      case 'reading-signals':
        return { signals: readingSignals }
      case 'subjects':
        return { subject: one, views: views.map((view) => ({ ...view, person: people[0]!.id, name: people[0]!.name })) }
      case 'group-roles':
        return { groupRoles: [{ id: id(821), group: 'waarborg-fg', role: 'dpo', client: null }] }
      case 'today':
        return today
      case 'systems':
        if (one && third === 'gate') return gateKnown
        return one ? find(state.systems, one) : { systems: state.systems }
      case 'conversations':
        if (one && one !== conversationId)
          return {
            ...conversation,
            ...find(conversationRows, one),
            contents: 'reason_needed',
            turnsList: conversation.turnsList.map((turn) => ({ ...turn, said: null, seen: null })),
          }
        if (one) return conversation
        return query.find || query.code === 'objected' ? { conversations: [], total: 0, next: null } : conversationPage
      case 'requests':
        return one ? find(rights.requests, one) : { requests: rights.requests }
      case 'attributes':
        return third === undefined ? { attributes } : attributeOf(third)
      case 'fairness': {
        if (one === 'monitors') return third ? find(monitorViews, third) : monitorPage
        if (one === 'prompts') {
          const reply = promptsReply([third, path.split('/')[5]])
          if (reply === undefined) throw new SampleFailure(404, 'prompts_unknown')
          return reply
        }
        const reply = fairnessReply([one, third, path.split('/')[5]])
        if (reply === undefined) throw new SampleFailure(404, 'audit_unknown')
        return reply
      }
      case 'retention':
        return rights.retention
      case 'holds':
        return { holds: rights.holds }
      case 'breaches':
        return one ? find(rights.breaches, one) : { breaches: rights.breaches }
      case 'purposes':
        return { purposes }
      case 'decisions': {
        if (one) return decisionDetail(find(decisionRows, one), false)
        return query.find ? { decisions: [], total: 0, next: null } : decisionPage
      }
      case 'hand-offs':
        return { handOffs }
      case 'ledger':
        if (one === 'entries') {
          const view = entryViews.find(({ event }) => event === third)
          if (!view) throw new SampleFailure(404, 'entry_unknown')
          return view
        }
        if (state.verifying > 0) {
          state.verifying--
          return { ...ledger, verified: { ...ledger.verified, running: true, entries: 7 } }
        }
        return query.find === 'niets' ? { ...ledger, recent: [], next: null } : ledger
      case 'privacy':
        if (one === 'keys') return keyStanding
        if (one === 'coverage') return coverage
        if (one === 'recogniser') return recogniser
        if (one === 'purposes') return processing
        if (one === 'subjects') {
          const found = consentsOf(third ?? '')
          if (!found) throw new SampleFailure(404, 'subject_unknown')
          return found
        }
        return { samples: keptSamples, total: keptSamples.length }
      case 'limits':
        return { missed: { here: { share: 9 / 131, low: 0.0365, high: 0.1255, of: 131, on: days(-20) } } }
      case 'people':
        if (third === 'views')
          return {
            person: { id: one, name: people[0]!.name },
            views: views.map((view) => ({ ...view, subject: id(2) })),
          }
        return { people }
      case 'keys':
        return { keys }
      default:
        throw new SampleFailure(404, 'not_found')
    }
  }
  const change = (path: string, body: unknown): unknown => {
    if (path === '/api/fairness/prompts/size') return promptsReply(['size'])
    state.posts.push({ path, body })
    if (path === '/api/portal/choices') {
      const { purpose, on } = body as { purpose: string; on: boolean }
      const choice = state.portal.choices.find((one) => one.purpose === purpose)
      if (!choice) throw new SampleFailure(404, 'purpose_unknown')
      Object.assign(choice, { on, answered: true, since: now.toISOString(), receipt: id(910) })
      choice.history.unshift({
        state: on ? 'given' : 'withdrawn',
        at: now.toISOString(),
        by: 'customer',
        receipt: id(910),
      })
      return { purpose, on, at: now.toISOString(), sentence: '', receipt: id(910) } satisfies z.output<
        typeof choiceReply
      >
    }
    const read = /^\/api\/decisions\/([^/]+)\/read$/.exec(path)?.[1]
    if (read !== undefined) return decisionDetail(find(decisionRows, read), true)
    if (path === '/api/portal/handoff') return Object.assign(state.portal.handOff, { state: 'requested' })
    const [, , area, one, verb] = path.split('/')
    if (area === 'systems' && verb === 'stop') {
      const stopped = find(state.systems, one!)
      if (stopped.standing)
        stopped.standing.stop = {
          at: now.toISOString(),
          record: id(305),
          reason: (body as { reason: string }).reason,
          by: me.person.name,
        }
    }
    if (area === 'systems' && verb === 'resume') {
      const resumed = find(state.systems, one!)
      if (resumed.standing) resumed.standing.stop = null
    }
    if (area === 'systems' && verb === 'gate' && (body as { reasons: string }).reasons.length < 10)
      throw new SampleFailure(422, 'invalid_request')
    if (area === 'requests' && (verb === 'decide' || verb === 'extend' || verb === 'lift')) {
      const request = find(rights.requests, one!)
      return { request, letter: request.letters[0], receipt: id(911) }
    }
    if (area === 'breaches' && verb === 'letters') return rights.bundle
    if (path === '/api/factor') return newFactor
    if (path === '/api/recovery-codes') return { codes: recoveryCodes }
    if (path === '/api/privacy/subjects/find')
      return { subject: (body as { reference: string }).reference === 'KL-004417' ? id(700) : null }
    if (path === '/api/privacy/try') {
      if ((body as { text: string }).text.trim() === '') throw new SampleFailure(422, 'dialogue_empty')
      return tried
    }
    if (path === '/api/conversations/search') return searched(body as z.input<typeof searchRequest>)
    if (path === '/api/privacy/samples') return { id: id(643), proof: { event: id(904) } }
    if (path === '/api/ledger/verify') state.verifying = 2
    if (path === '/api/keys')
      return { ...keys[1]!, ...(body as object), key: 'wb_k1a8z5t2_8Jx0q2Zf7uW3nB5rT9yL1cV4mK6sD0aQ_1x9Z' }
    if (area === 'people' && (one === undefined || verb === 'link'))
      return verb === 'link'
        ? { path: '/password?token=8Jx0q2Zf7uW3nB5rT9yL1cV4mK6sD0aQ', expiresAt: at(1_440) }
        : {
            person: people[0],
            link: { path: '/password?token=8Jx0q2Zf7uW3nB5rT9yL1cV4mK6sD0aQ', expiresAt: at(1_440) },
          }
    return {}
  }
  const api: Api = {
    get: async <T>(path: string, query: Query = {}) => read(path, query) as T,
    post: async <T>(path: string, body?: unknown) => change(path, body) as T,
    delete: async <T>(path: string, body?: unknown) => change(path, body) as T,
    upload: async <T>(path: string) => change(path, undefined) as T,
  }
  return { api, state }
}
