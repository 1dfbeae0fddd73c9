import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { anyone, type ConsentEvent } from '../privacy/rules.ts'
import type { Purpose } from '../records/contract.ts'
import { choiceSentence, choicesOf, consentQuestion, stepFor } from './choice.ts'
import { portalView, transparencyCodes } from './contract.ts'
import type { CallFacts } from './explanation.ts'
import { composePortal, type PortalFacts, type PortalTurn } from './portal.ts'
import { listSystems, stateOf } from './public-list.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }
import { isTransparencyTextKey } from './texts.ts'

const start = new Date('2026-11-25T12:00:00Z')
const at = (minutes: number) => new Date(start.getTime() + minutes * 60_000)
const both = (text: string) => ({ nl: text, en: `${text} (en)` })
const purpose = (more: Partial<Purpose> = {}): Purpose => ({
  id: 'service',
  client: 'c',
  name: both('uw vraag beantwoorden'),
  basis: 'contract',
  reasoning: both('omdat het moet'),
  dataKinds: both('uw vraag'),
  retentionDays: 30,
  objectable: false,
  ...more,
})
const turn = (seq: number, more: Partial<PortalTurn> = {}): PortalTurn => ({
  seq,
  role: 'customer',
  at: at(seq),
  call: null,
  said: `tekst ${seq}`,
  redacted: {},
  disclosure: false,
  ...more,
})
const call = (id: string, more: Partial<CallFacts> = {}): CallFacts => ({
  id,
  startedAt: at(1),
  state: 'completed',
  code: null,
  wouldRefuse: null,
  engine: 'retrieval',
  turnFrom: 1,
  turnTo: 1,
  redacted: {},
  masked: {},
  sources: [{ id: 'k', title: 'Verhuizen' }],
  tools: [],
  admittedEvent: `${id}-admitted`,
  endEvent: `${id}-end`,
  ...more,
})
const profile = {
  contact: { phone: '088-0000100' },
  allow: [],
  handoff: {
    channel: 'chat' as const,
    hours: {},
    timezone: 'Europe/Amsterdam',
    humanWord: both('medewerker'),
    answerWithinHours: 24,
  },
}
const facts = (more: Partial<PortalFacts> = {}): PortalFacts => ({
  organisation: 'De Kade',
  notices: [],
  client: { name: 'Kaapstroom', profile },
  conversation: { id: 'v', startedAt: start, channel: 'chat', language: 'nl', turns: 2, disclosedAt: at(2) },
  system: { name: both('Klantassistent'), description: both('Beantwoordt vragen.'), kind: 'chatbot', version: '4.2' },
  turns: [turn(1), turn(2, { role: 'ai', call: 'c1' })],
  calls: [call('c1')],
  purpose: purpose(),
  choices: [],
  handOffs: [],
  entries: [],
  ...more,
})
const texts = { refusal: (code: string) => `<${code}>`, handOff: 'Wilt u een medewerker?', handOffOpen: true }
const compose = (more: Partial<PortalFacts> = {}, language: 'nl' | 'en' = 'nl') =>
  composed.parse(composePortal(facts(more), language, texts))

/** What is composed here; whose client it is and which notices were shown come from elsewhere. */
const composed = portalView.omit({ clientId: true, notices: true })

describe('the customer’s page', () => {
  test('it tells what happened, why, and with which receipt', () => {
    const view = compose()
    assert.deepEqual(view.summary, [
      'Een computer met AI gaf u één antwoord.',
      'Op 25 november 2026, 13.02 uur is u gezegd dat het een computer was.',
    ])
    assert.deepEqual(
      view.turns.map(({ receipt }) => receipt),
      ['c1-admitted', 'c1-end'],
    )
    assert.match(view.turns[1]!.why[0]!, /^Dit antwoord komt uit: Verhuizen/)
    assert.deepEqual(view.used, ['wat u in dit gesprek zei of schreef', 'onze eigen teksten: Verhuizen'])
    assert.equal(view.ground.reasoning, 'omdat het moet')
  })

  test('a conversation without a recorded disclosure says that it should have been there', () => {
    assert.match(
      compose({ conversation: { ...facts().conversation, disclosedAt: null } }).summary[1]!,
      /Dat had wel gemoeten/,
    )
  })

  test('an agent who was helped by a computer is told as that, without a missing disclosure', () => {
    const view = compose({
      system: { ...facts().system!, kind: 'agent_assist' },
      conversation: { ...facts().conversation, disclosedAt: null },
    })
    assert.deepEqual(view.summary, ['Een computer met AI hielp een medewerker in dit gesprek.'])
  })

  test('a refused call stands with the question it refused, and nothing was used', () => {
    const view = compose({
      turns: [turn(1), turn(2)],
      calls: [
        call('c1', {
          state: 'refused',
          code: 'consent_withdrawn',
          startedAt: at(1.5),
          turnFrom: null,
          turnTo: null,
          sources: [],
        }),
      ],
    })
    assert.deepEqual(
      view.turns.map(({ refused }) => refused),
      ['consent_withdrawn', null],
    )
    assert.deepEqual(view.turns[0]!.why, ['<consent_withdrawn>'])
    assert.equal(view.turns[0]!.receipt, 'c1-end')
    assert.deepEqual(view.used, [])
    assert.deepEqual(view.summary, ['Eén keer mocht de computer niet antwoorden.'])
  })

  test('a refusal that names its turn stands there, and one without any turn of the customer is in the summary only', () => {
    const refused = call('c1', { state: 'refused', code: 'objected', turnFrom: 1, turnTo: 2, startedAt: at(-9) })
    assert.deepEqual(
      compose({ turns: [turn(1), turn(2), turn(3)], calls: [refused] }).turns.map((each) => each.refused),
      [null, 'objected', null],
    )
    assert.deepEqual(compose({ turns: [], calls: [refused] }).summary, ['Eén keer mocht de computer niet antwoorden.'])
  })

  test('what was hidden counts once, however often the conversation was sent', () => {
    const view = compose({
      turns: [turn(1, { redacted: { IBAN: 2, PERSON: 1 } }), turn(2, { role: 'ai', call: 'c1' })],
      calls: [call('c1', { redacted: { IBAN: 2, PERSON: 1, DOB: 3 } }), call('c2', { redacted: { IBAN: 2, DOB: 3 } })],
    })
    assert.deepEqual(view.heldBack, [
      { label: 'DOB', word: 'geboortedatum', n: 3 },
      { label: 'IBAN', word: 'rekeningnummer', n: 2 },
      { label: 'PERSON', word: 'naam', n: 1 },
    ])
  })

  test('erased contents stay away, and the rest of the page stands', () => {
    const view = compose({ turns: [turn(1, { said: null }), turn(2, { said: null, role: 'ai', call: 'c1' })] })
    assert.deepEqual(
      view.turns.map(({ text }) => text),
      [null, null],
    )
  })

  test('no purpose on record is said as our fault', () => {
    assert.match(compose({ purpose: null }).ground.sentence, /Dat is onze fout/)
  })

  for (const [state, answerBy, expected] of [
    ['requested', at(60), /krijgt antwoord uiterlijk op 25 november 2026/],
    ['requested', null, /doorgegeven/],
    ['accepted', null, /overgenomen/],
    ['completed', null, /geholpen/],
    ['missed', null, /onze fout/],
  ] as const)
    test(`a hand-off that was ${state}${answerBy ? ' with a term' : ''} is told`, () =>
      assert.ok(
        compose({ handOffs: [{ id: 'h', state, requestedAt: start, answerBy }] }).summary.some((sentence) =>
          expected.test(sentence),
        ),
      ))

  test('three sentences at most, and what should not have happened is among them', () => {
    const view = compose({
      conversation: { ...facts().conversation, disclosedAt: null },
      turns: [turn(1), turn(2, { role: 'ai', call: 'c1' }), turn(3)],
      calls: [call('c1'), call('c2', { state: 'refused', code: 'objected', startedAt: at(4) })],
      handOffs: [{ id: 'h', state: 'completed', requestedAt: start, answerBy: null }],
    })
    assert.equal(view.summary.length, 3)
    assert.match(view.summary[1]!, /had wel gemoeten/)
  })

  test('each entry about the customer has a receipt, and a look by staff is listed with their role', () => {
    const entries = [
      { event: 'e1', type: 'call.completed', at: at(2), index: 7, role: null },
      { event: 'e2', type: 'conversation.viewed', at: at(3), index: null, role: 'dpo' },
      { event: 'e3', type: 'gremlin.fed', at: at(4), index: 9, role: null },
    ]
    const view = compose({ entries })
    assert.deepEqual(
      view.receipts.map(({ sentence, index }) => [sentence, index]),
      [
        ['De computer gaf antwoord.', 7],
        ['Iemand van ons bekeek het gesprek.', null],
        ['Wij legden een stap vast. De soort is: gremlin.fed.', 9],
      ],
    )
    assert.deepEqual(view.views, [{ at: at(3).toISOString(), role: 'onze privacy-functionaris (FG)', receipt: 'e2' }])
  })

  test('in English it says the same', () => {
    assert.deepEqual(compose({}, 'en').summary, [
      'A computer with AI gave you one answer.',
      'On 25 November 2026, 13:02 you were told that it was a computer.',
    ])
  })
})

describe('the switches', () => {
  const event = (id: string, state: ConsentEvent['state'], more: Partial<ConsentEvent> = {}): ConsentEvent => ({
    id,
    subject: 's',
    purpose: 'advice',
    system: null,
    state,
    at: at(Number(id)).toISOString(),
    by: 'customer',
    wording: { version: 'v', language: 'nl', channel: 'portal' },
    ...more,
  })
  const advice = purpose({ id: 'advice', basis: 'consent', name: both('advies') })
  const routing = purpose({ id: 'routing', basis: 'legitimate_interests', objectable: true })
  const place = { conversation: 'v', systemsOf: new Map([['advice', ['one', 'two']]]), person: anyone }
  const one = (about: Purpose, events: readonly ConsentEvent[]) => choicesOf([about], events, place, at(60))[0]!

  test('there is one for each purpose on consent or open to objection, and none for what the contract needs or the law forbids', () => {
    const forbidden = purpose({ id: 'x', basis: 'consent', prohibited: { practice: 'p', lawRef: 'l' } })
    assert.deepEqual(
      choicesOf([advice, routing, purpose(), forbidden], [], place, start).map((choice) => [
        choice.purpose.id,
        choice.kind,
        choice.on,
      ]),
      [
        ['advice', 'consent', false],
        ['routing', 'objection', true],
      ],
    )
  })

  test('it shows who set it, and the history of its own purpose', () => {
    const choice = one(advice, [
      event('1', 'asked'),
      event('2', 'given'),
      event('3', 'withdrawn'),
      event('4', 'given', { purpose: 'other' }),
    ])
    assert.deepEqual([choice.on, choice.set?.id, choice.history.map(({ id }) => id)], [false, '3', ['1', '2', '3']])
  })

  test('it is on as long as one system may go on, so that it can be switched off', () => {
    assert.equal(one(advice, [event('1', 'given', { system: 'two' })]).on, true)
    assert.equal(one(advice, [event('1', 'given', { system: 'two' }), event('2', 'withdrawn')]).on, false)
    assert.equal(one(advice, [event('1', 'given'), event('2', 'withdrawn', { system: 'two' })]).on, true)
  })

  test('an answer for another conversation does not count, one whose term ran out no longer', () => {
    assert.equal(one(advice, [event('1', 'given', { conversation: 'other' })]).on, false)
    assert.equal(one(advice, [event('1', 'given', { conversation: 'v' })]).on, true)
    assert.equal(one(advice, [event('1', 'given', { expiresAt: at(60).toISOString() })]).on, false)
  })

  for (const [what, about, events, to, expected] of [
    ['yes to what was off', advice, [], true, 'given'],
    ['yes again changes nothing', advice, [event('1', 'given')], true, null],
    ['yes after withdrawing', advice, [event('1', 'given'), event('2', 'withdrawn')], true, 'given'],
    ['no to what was on', advice, [event('1', 'given')], false, 'withdrawn'],
    ['no to what was never asked', advice, [], false, 'refused'],
    ['no to what has expired', advice, [event('1', 'given'), event('2', 'expired')], false, 'refused'],
    ['no again changes nothing', advice, [event('1', 'refused')], false, null],
    ['no after withdrawing changes nothing', advice, [event('1', 'given'), event('2', 'withdrawn')], false, null],
    ['objection', routing, [], false, 'objected'],
    ['objection again changes nothing', routing, [event('1', 'objected', { purpose: 'routing' })], false, null],
    ['taking the objection back', routing, [event('1', 'objected', { purpose: 'routing' })], true, 'objection_lifted'],
    ['taking back what was never objected to changes nothing', routing, [], true, null],
  ] as const)
    test(what, () => assert.deepEqual(stepFor(one(about, events), to), { record: expected }))

  test('whatever came before, what is recorded leaves the switch where it was put', () => {
    const state = fc.constantFrom(
      'asked' as const,
      'given' as const,
      'refused' as const,
      'withdrawn' as const,
      'expired' as const,
      'superseded' as const,
      'objected' as const,
      'objection_lifted' as const,
    )
    fc.assert(
      fc.property(
        fc.array(fc.record({ state, system: fc.constantFrom(null, 'one', 'two') }), { maxLength: 6 }),
        fc.constantFrom(advice, routing),
        fc.boolean(),
        (list, about, on) => {
          const events = list.map(({ state: each, system }, i) => event(String(i), each, { system, purpose: about.id }))
          const { record } = stepFor(one(about, events), on)
          const then = record === null ? events : [...events, event('9', record, { purpose: about.id })]
          assert.equal(one(about, then).on, on)
        },
      ),
    )
  })

  test('the answer names the purpose and the moment', () => {
    assert.match(
      choiceSentence(advice, 'withdrawn', start, 'nl'),
      /op 25 november 2026, 13\.00 uur\. Dit geldt direct, ook in een gesprek dat nog loopt\..*advies/,
    )
    assert.match(choiceSentence(advice, 'given', start, 'en'), /advies \(en\)/)
  })

  test('the question names everything that a choice needs', () => {
    const question = consentQuestion({ ...advice, consequenceOfNo: both('u krijgt algemene tips') }, 'Kaapstroom', 'nl')
    for (const part of ['Kaapstroom', 'advies', 'uw vraag', '30 dagen', 'u krijgt algemene tips', 'U mag nee zeggen'])
      assert.ok(question.includes(part), part)
    assert.match(consentQuestion({ ...advice, retentionDays: 1 }, 'K', 'en'), /one day/)
  })
})

describe('the public list', () => {
  const system = {
    id: 's',
    name: both('Bot'),
    description: both('Helpt.'),
    decisionClass: 'inform' as const,
    channel: 'chat',
    provider: 'eigen',
    version: '1',
    prohibited: false,
    stopped: false,
    gate: { passed: true, validUntil: at(10) },
    oversight: { present: true, validUntil: at(20) },
    purposes: ['service'],
  }
  for (const [what, more, now, expected] of [
    ['in use', {}, start, 'in_use'],
    ['in use up to the end of its gate', {}, at(9.99), 'in_use'],
    ['not released from that moment', {}, at(10), 'not_released'],
    ['not released without a gate', { gate: { passed: false, validUntil: null } }, start, 'not_released'],
    ['not released without oversight', { oversight: { present: false, validUntil: null } }, start, 'not_released'],
    ['not released when oversight has ended', { gate: { passed: true, validUntil: at(99) } }, at(20), 'not_released'],
    ['not released without a version', { version: null }, start, 'not_released'],
    ['stopped, whatever else', { stopped: true, gate: { passed: false, validUntil: null } }, start, 'stopped'],
    ['prohibited, whatever else', { stopped: true, prohibited: true }, start, 'prohibited'],
  ] as const)
    test(what, () => assert.equal(stateOf({ ...system, ...more }, now), expected))

  test('names purpose and ground of each system', () => {
    const [listed] = listSystems([system], [purpose(), purpose({ id: 'other' })], 'nl', start)
    assert.equal(listed?.stateWord, 'in gebruik')
    assert.deepEqual(
      listed?.purposes.map(({ name }) => name),
      ['uw vraag beantwoorden'],
    )
  })
})

describe('sentences', () => {
  const variables = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
  test('both languages say the same things with the same variables', () => {
    assert.deepEqual(Object.keys(en), Object.keys(nl))
    for (const key of Object.keys(nl) as (keyof typeof nl)[])
      assert.deepEqual(variables(en[key]), variables(nl[key]), key)
  })
  test('every code has a sentence', () => {
    for (const code of transparencyCodes) assert.ok(isTransparencyTextKey(`error.${code}`), code)
  })
  test('no sentence is longer than 20 words, a text means 12 at most, and none shouts or says je', () => {
    for (const [language, file] of [
      ['nl', nl],
      ['en', en],
    ] as const)
      for (const [key, text] of Object.entries(file)) {
        const lengths = text.split(/(?<=[.?:])\s+/).map((sentence) => sentence.split(/\s+/).length)
        for (const length of lengths) assert.ok(length <= 20, `${language} ${key}`)
        const sentences = text.split(/(?<=[.?])\s+/)
        const mean = sentences.reduce((sum, sentence) => sum + sentence.split(/\s+/).length, 0) / sentences.length
        assert.ok(mean <= 12, `${language} ${key}: ${mean}`)
        assert.doesNotMatch(text, /[!;]|\b(je|jij|jouw|jullie|hij\/zij)\b/i, `${language} ${key}`)
      }
  })
})
