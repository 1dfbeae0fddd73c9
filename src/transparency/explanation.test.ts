import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { lawfulBases } from '../records/contract.ts'
import {
  type CallFacts,
  engineOf,
  labelsIn,
  type SayTexts,
  sayStatements,
  statementsOf,
  sumCounts,
  type TurnFacts,
  unsupported,
  wordsOf,
} from './explanation.ts'
import { gdprArticle, groundOf } from './ground.ts'

const texts: SayTexts = { refusal: (code) => `<${code}>`, handOff: 'Wilt u een medewerker?' }
const call = (more: Partial<CallFacts> = {}): CallFacts => ({
  id: 'c',
  startedAt: new Date(0),
  state: 'completed',
  code: null,
  wouldRefuse: null,
  engine: 'model',
  turnFrom: 1,
  turnTo: 1,
  redacted: {},
  masked: {},
  sources: [],
  tools: [],
  admittedEvent: 'a',
  endEvent: 'e',
  ...more,
})
const turn = (more: Partial<TurnFacts> = {}): TurnFacts => ({
  seq: 2,
  role: 'ai',
  call: 'c',
  redacted: {},
  disclosure: false,
  ...more,
})
const say = (t: TurnFacts, c: CallFacts | undefined, refused: readonly CallFacts[] = []) =>
  sayStatements(statementsOf(t, c, refused), 'nl', texts).join(' ')

describe('how an answer came about', () => {
  const source = { id: 'kb-1', title: 'Verhuizen' }
  for (const [what, t, c, expected] of [
    [
      'an answer of a model names its sources and what cannot be known',
      turn(),
      call({ sources: [source] }),
      /^Dit antwoord komt uit: Verhuizen\. .*Waarom de computer precies deze woorden koos, kunnen wij niet zien\.$/,
    ],
    [
      'an answer of the built-in engine does not claim that it made sentences',
      turn(),
      call({ engine: 'retrieval', sources: [source] }),
      /^Dit antwoord komt uit: Verhuizen\. (?!.*maakte).*nam er zinnen uit over/,
    ],
    [
      'an answer without a source says so and offers a person',
      turn(),
      call(),
      /^Bij dit antwoord hoort geen bron\. .*Wilt u een medewerker\?$/,
    ],
    [
      'the built-in engine without a source found nothing',
      turn(),
      call({ engine: 'retrieval' }),
      /^De computer vond geen tekst/,
    ],
    ['a summary says what it is', turn(), call({ engine: 'summary' }), /^De computer maakte een verslag/],
    ['a routing says what it is', turn(), call({ engine: 'routing' }), /^De computer telde woorden/],
    ['a tool that was used is named', turn(), call({ sources: [source], tools: ['order_status'] }), /order_status/],
    [
      'what was masked in the answer is named by class',
      turn(),
      call({ sources: [source], masked: { IBAN: 1 } }),
      /afgeschermd|rekeningnummer/,
    ],
    [
      'an answer that broke off says so and claims no missing source',
      turn(),
      call({ state: 'failed' }),
      /^De computer gaf geen antwoord, want/,
    ],
    ['a customer who left is told the answer stopped', turn(), call({ state: 'cancelled' }), /^Het antwoord stopte/],
    ['a stop during the answer is told', turn(), call({ state: 'stopped', sources: [source] }), /stilgezet\.$/],
    ['an answer under way is not finished', turn(), call({ state: 'admitted' }), /^Dit antwoord is nog niet klaar\.$/],
    [
      'an answer of which no call is on record says that',
      turn({ call: null }),
      undefined,
      /^Wij hebben niet vastgelegd/,
    ],
    [
      'an answer that observe let through says so',
      turn(),
      call({ sources: [source], wouldRefuse: 'consent_missing' }),
      /niet mogen doen/,
    ],
    [
      'what the customer said is explained by what was hidden',
      turn({ role: 'customer', call: null, redacted: { PERSON: 1, IBAN: 2 } }),
      undefined,
      /^Wij hebben deze gegevens eerst verborgen: rekeningnummer en naam\./,
    ],
    [
      'a turn of the customer without anything hidden needs no explanation',
      turn({ role: 'customer', call: null }),
      undefined,
      /^$/,
    ],
    ['a turn of an agent needs none either', turn({ role: 'agent', call: null }), undefined, /^$/],
  ] as const)
    test(what, () => assert.match(say(t, c), expected))

  test('a refusal stands with the turn of the customer, in the words of the gateway', () => {
    const refused = call({ state: 'refused', code: 'consent_withdrawn' })
    assert.equal(say(turn({ role: 'customer', call: null }), undefined, [refused]), '<consent_withdrawn>')
  })

  for (const [builtin, model, expected] of [
    ['assistant', 'waarborg-retrieval', 'retrieval'],
    ['assistant', 'waarborg-summary', 'summary'],
    ['assistant', 'waarborg-routing', 'routing'],
    ['assistant', null, 'retrieval'],
    ['record', 'anything', 'model'],
    [null, 'waarborg-summary', 'model'],
  ] as const)
    test(`${builtin ?? 'an own upstream'} with ${model ?? 'no model'} is a ${expected}`, () =>
      assert.equal(engineOf(builtin, model), expected))
})

const label = fc.constantFrom('PERSON', 'IBAN', 'BSN', 'EMAIL', 'HEALTH', 'SOMETHING_NEW')
const counts = fc.dictionary(label, fc.integer({ min: 0, max: 3 }), { noNullPrototype: true })
const marker = fc.integer({ min: 0, max: 8 })
const anyCall = fc.record(
  {
    state: fc.constantFrom(
      'admitted' as const,
      'completed' as const,
      'failed' as const,
      'cancelled' as const,
      'stopped' as const,
    ),
    engine: fc.constantFrom('retrieval' as const, 'summary' as const, 'routing' as const, 'model' as const),
    wouldRefuse: fc.constantFrom(null, 'gate_not_passed'),
    redacted: counts,
    masked: counts,
    sources: fc
      .uniqueArray(marker, { maxLength: 3 })
      .map((list) => list.map((i) => ({ id: `k${i}`, title: `Bron${i}x` }))),
    tools: fc.uniqueArray(marker, { maxLength: 2 }).map((list) => list.map((i) => `tool_${i}x`)),
  },
  { noNullPrototype: true },
)
const anyTurn = fc.record(
  { role: fc.constantFrom('ai' as const, 'customer' as const, 'agent' as const), redacted: counts },
  { noNullPrototype: true },
)

describe('an explanation and its record', () => {
  test('it never names a source, tool or class that is not on record', () => {
    fc.assert(
      fc.property(
        anyTurn,
        fc.option(anyCall, { nil: undefined }),
        fc.constantFrom('nl' as const, 'en' as const),
        (t, c, language) => {
          const theTurn = turn(t)
          const theCall = c && call(c)
          const text = sayStatements(statementsOf(theTurn, theCall), language, texts).join(' ')
          const allowed = new Set([...(theCall?.sources.map(({ title }) => title) ?? []), ...(theCall?.tools ?? [])])
          for (const named of text.match(/\b(?:Bron|tool_)\d+x\b/g) ?? []) assert.ok(allowed.has(named), named)
          const classes = new Set([...labelsIn(theTurn.redacted), ...labelsIn(theCall?.masked ?? {})])
          for (const each of ['PERSON', 'IBAN', 'BSN', 'EMAIL', 'HEALTH']) {
            const word = wordsOf([each], language)
            if (!classes.has(each))
              assert.ok(!new RegExp(`[:,] ${word}\\b|\\b(?:en|and) ${word}\\b`).test(text), `${each}: ${text}`)
          }
        },
      ),
    )
  })

  test('every statement is carried by the record, in a second reading of it', () => {
    fc.assert(
      fc.property(anyTurn, fc.option(anyCall, { nil: undefined }), (t, c) => {
        const theCall = c && call(c)
        assert.deepEqual(unsupported(statementsOf(turn(t), theCall), turn(t), theCall), [])
      }),
    )
  })

  const full = call({
    sources: [{ id: 'k1', title: 'Bron1' }],
    tools: ['tool_1'],
    masked: { IBAN: 1 },
    wouldRefuse: 'objected',
    state: 'stopped',
  })
  for (const [what, changed] of [
    ['another source', { sources: [{ id: 'k2', title: 'Bron2' }] }],
    ['another title of the source', { sources: [{ id: 'k1', title: 'Bron2' }] }],
    ['one source more', { sources: [...full.sources, { id: 'k2', title: 'Bron2' }] }],
    ['another engine', { engine: 'summary' }],
    ['another tool', { tools: ['tool_2'] }],
    ['no tool', { tools: [] }],
    ['another class masked', { masked: { BSN: 1 } }],
    ['nothing masked', { masked: {} }],
    ['another end', { state: 'completed' }],
    ['no observation', { wouldRefuse: null }],
  ] as const)
    test(`a changed fact makes the check fail: ${what}`, () =>
      assert.ok(unsupported(statementsOf(turn(), full), turn(), call({ ...full, ...changed })).length > 0))

  test('a changed class in the turn, a lost call and another refusal make it fail too', () => {
    const customer = turn({ role: 'customer', redacted: { IBAN: 1 } })
    assert.equal(
      unsupported(statementsOf(customer, undefined), turn({ role: 'customer', redacted: { BSN: 1 } }), undefined)
        .length,
      1,
    )
    assert.ok(unsupported(statementsOf(turn(), full), turn(), undefined).length >= 4)
    const refused = [call({ state: 'refused', code: 'objected' })]
    assert.equal(
      unsupported(statementsOf(customer, undefined, refused), customer, undefined, [
        call({ state: 'refused', code: 'consent_missing' }),
      ]).length,
      1,
    )
  })
})

describe('classes in words', () => {
  test('the most frequent comes first, each word once, and what is new is not guessed', () => {
    assert.deepEqual(labelsIn({ IBAN: 1, PERSON: 3, EMAIL: 0, BSN: 1 }), ['PERSON', 'BSN', 'IBAN'])
    assert.equal(wordsOf(['PERSON', 'SHOE_SIZE', 'HAT_SIZE'], 'nl'), 'naam en ander persoonlijk gegeven')
    assert.deepEqual(sumCounts([{ A: 1 }, { A: 2, B: 1 }, {}]), { A: 3, B: 1 })
  })
})

describe('the ground in words', () => {
  for (const language of ['nl', 'en'] as const)
    test(`each basis has its letter of the article in ${language}`, () => {
      const letters: Record<string, string> = {
        consent: 'a',
        contract: 'b',
        legal_obligation: 'c',
        vital_interests: 'd',
        public_task: 'e',
        legitimate_interests: 'f',
      }
      for (const basis of lawfulBases) {
        const { law } = groundOf(basis, language)
        assert.match(
          law.label,
          language === 'nl' ? new RegExp(`onder ${letters[basis]},`) : new RegExp(`\\(${letters[basis]}\\)`),
        )
        assert.equal(
          law.url,
          `https://eur-lex.europa.eu/legal-content/${language === 'nl' ? 'NL' : 'EN'}/TXT/?uri=CELEX:32016R0679#art_6`,
        )
      }
    })
  test('no basis on record is said as it is', () => {
    assert.match(groundOf(undefined, 'nl').sentence, /niet vastgelegd/)
    assert.equal(gdprArticle(21, 'en'), 'https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32016R0679#art_21')
  })
})
