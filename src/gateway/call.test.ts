import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { KeyDecision } from '../access/rules.ts'
import { anyone, type ConsentEvent } from '../privacy/rules.ts'
import type { Purpose } from '../records/contract.ts'
import { type CallFacts, isObserving, type Plan, planCall, type Refusal } from './call.ts'
import { type RefusalCode, refusalCodes } from './contract.ts'
import { problem } from './prompt.ts'

const now = new Date('2026-11-25T12:00:00Z')
const day = 86_400_000
const later = new Date(now.getTime() + day)
const earlier = new Date(now.getTime() - day)

const purpose: Purpose = {
  id: 'klantenservice',
  client: 'kaapstroom',
  name: { nl: 'uw vraag beantwoorden', en: 'answering your question' },
  basis: 'consent',
  dataKinds: { nl: 'uw vraag', en: 'your question' },
  retentionDays: 30,
  objectable: true,
}

let events = 0
const event = (state: ConsentEvent['state'], more: Partial<ConsentEvent> = {}): ConsentEvent => ({
  id: `e${++events}`,
  subject: 's1',
  purpose: 'klantenservice',
  system: null,
  state,
  at: earlier.toISOString(),
  wording: { version: '1', language: 'nl', channel: 'chat' },
  by: 'customer',
  ...more,
})
const given = event('given')

/** A call that may go: explicit consent, a passed gate, oversight, a disclosure made. */
const fine: CallFacts = {
  now,
  audit: false,
  key: {
    ok: true,
    key: {
      keyId: 'k',
      tenant: 'dekade',
      client: 'kaapstroom',
      system: 'bot',
      secretHash: new Uint8Array(32),
      expiresAt: null,
      revokedAt: null,
    },
  },
  form: [],
  systemAsked: 'bot',
  system: {
    id: 'bot',
    mode: 'enforce',
    observeUntil: null,
    observeSignedBy: [],
    disclosure: 'require',
    emotionInference: 'none',
    biometricCategorisation: false,
    prohibited: null,
  },
  version: { id: '1', model: 'm' },
  modelAsked: 'm',
  standing: {
    system: 'bot',
    version: '1',
    gate: { state: 'passed', record: 'g1', validUntil: later.toISOString() },
    oversight: { state: 'present', record: 'o1', validUntil: later.toISOString() },
    stop: null,
  },
  stops: [],
  purposeAsked: 'klantenservice',
  purpose,
  person: anyone,
  dial: null,
  consents: [given],
  restrictedSince: null,
  provider: { name: 'P', region: 'EU', client: 'kaapstroom', refused: null },
  conversation: {
    id: 'c1',
    channel: 'chat',
    disclosedAt: earlier,
    disclosureRecord: 'd1',
    secondNotices: [],
    heldSince: null,
  },
  canInject: true,
  content: null,
  explanationMissing: false,
  limits: [],
  broken: null,
}

type Change = (facts: CallFacts) => CallFacts
const withForm =
  (refusal: Refusal): Change =>
  (facts) => ({ ...facts, form: [...facts.form, refusal] })
const withKey =
  (refused: Exclude<KeyDecision, { ok: true }>['refused']): Change =>
  (facts) => ({ ...facts, key: { ok: false, refused } })

/** The smallest change that makes a call refused for each code that the plan can give. */
const breaks: Partial<Record<RefusalCode, Change>> = {
  unknown_key: withKey('unknown_key'),
  key_revoked: withKey('key_revoked'),
  key_expired: withKey('key_expired'),
  invalid_request: withForm(problem('missing', 'messages')),
  unsupported_endpoint: withForm({ code: 'unsupported_endpoint', values: {} }),
  model_unknown: (facts) => ({ ...facts, modelAsked: 'gpt-9' }),
  request_too_large: withForm({ code: 'request_too_large', values: { maximum: 1 } }),
  media_type: withForm({ code: 'media_type', values: {} }),
  attribute_protected: withForm({
    code: 'attribute_protected',
    values: { feature: 'age', attribute: 'age', system: 's' },
  }),
  feature_unknown: withForm({ code: 'feature_unknown', values: { param: 'tools' } }),
  request_timeout: withForm({ code: 'request_timeout', values: { seconds: 30 } }),
  idempotency_conflict: withForm({ code: 'idempotency_conflict', values: {} }),
  system_unknown: (facts) => ({ ...facts, systemAsked: 'other' }),
  system_stopped: (facts) => ({ ...facts, stops: [{ record: 'x1', reason: 'harm', at: earlier }] }),
  gate_not_passed: (facts) => ({
    ...facts,
    standing: { ...facts.standing!, gate: { state: 'missing', record: null, validUntil: null } },
  }),
  oversight_missing: (facts) => ({
    ...facts,
    standing: { ...facts.standing!, oversight: { state: 'missing', record: null, validUntil: null } },
  }),
  purpose_unknown: (facts) => ({ ...facts, purpose: null }),
  consent_missing: (facts) => ({
    ...facts,
    consents: facts.consents.filter(({ state }) => state !== 'given' && state !== 'withdrawn'),
  }),
  consent_withdrawn: (facts) => ({ ...facts, consents: [...facts.consents, event('withdrawn')] }),
  objected: (facts) => ({ ...facts, consents: [...facts.consents, event('objected')] }),
  restricted: (facts) => ({ ...facts, restrictedSince: now }),
  prohibited_practice: (facts) => ({
    ...facts,
    system: { ...facts.system!, prohibited: { practice: 'x', lawRef: '5' } },
  }),
  provider_not_allowed: (facts) => ({ ...facts, provider: { ...facts.provider, refused: 'region_not_listed' } }),
  disclosure_missing: (facts) => ({ ...facts, conversation: { ...facts.conversation, disclosedAt: null } }),
  content_not_allowed: (facts) => ({ ...facts, content: { part: 'messages[0].content[0]', kind: 'image' } }),
  explanation_missing: (facts) => ({ ...facts, explanationMissing: true }),
  limit_exceeded: (facts) => ({ ...facts, limits: [{ limit: 'callsPerMinute', value: 3, maximum: 3, freeAt: later }] }),
  safeguard_unavailable: (facts) => ({ ...facts, broken: { safeguard: 'ledger', errorCode: 'x', call: 'c' } }),
}
const planned = Object.keys(breaks) as RefusalCode[]
/** Given by the shell, after or before there is a plan. */
const elsewhere: RefusalCode[] = [
  'upstream_failed',
  'upstream_unauthorised',
  'upstream_timeout',
  'store_unavailable',
  'overloaded',
]

const codeOf = (plan: Plan) => (plan.plan === 'refuse' ? plan.code : 'forward')
const observe: Change = (facts) => ({
  ...facts,
  system: { ...facts.system!, mode: 'observe', observeUntil: later, observeSignedBy: ['a', 'b'] },
})

describe('the order of refusals', () => {
  test('every code of the contract is planned here or named as given elsewhere', () => {
    assert.deepEqual([...planned, ...elsewhere].sort(), [...refusalCodes].sort())
  })

  test('a call with nothing against it goes, and names what it rests on', () => {
    assert.deepEqual(planCall(fine), {
      plan: 'forward',
      model: 'm',
      basis: 'consent',
      groundRecord: given.id,
      gateRecord: 'g1',
      oversightRecord: 'o1',
      disclosure: 'made',
      disclosureRecord: 'd1',
      wouldRefuse: null,
    })
  })

  for (const code of planned)
    test(`${code} alone is refused as that`, () => {
      assert.equal(codeOf(planCall(breaks[code]!(fine))), code)
    })

  // A key has one state, and no two states of one consent hold at once.
  const exclusive = [
    ['unknown_key', 'key_revoked', 'key_expired'],
    ['consent_missing', 'consent_withdrawn'],
    ['purpose_unknown', 'consent_missing', 'consent_withdrawn', 'objected'],
  ]
  const pairs = planned.flatMap((first, i) => planned.slice(i + 1).map((second) => [first, second] as const))
  const possible = pairs.filter(([a, b]) => !exclusive.some((codes) => codes.includes(a) && codes.includes(b)))
  test(`of two grounds the earlier in the contract decides (${possible.length} pairs, in both ways of coming about)`, () => {
    for (const [a, b] of possible) {
      const expected = [a, b].sort((x, y) => refusalCodes.indexOf(x) - refusalCodes.indexOf(y))[0]
      assert.equal(codeOf(planCall(breaks[a]!(breaks[b]!(fine)))), expected, `${a} after ${b}`)
      assert.equal(codeOf(planCall(breaks[b]!(breaks[a]!(fine)))), expected, `${b} after ${a}`)
    }
  })

  test('any set of grounds is refused for the first of them, and none by none', () => {
    fc.assert(
      fc.property(fc.subarray(planned), (codes) => {
        const facts = codes.reduce((changed, code) => breaks[code]!(changed), fine)
        const plan = planCall(facts)
        if (codes.length === 0) assert.equal(plan.plan, 'forward')
        else assert.equal(plan.plan, 'refuse')
        assert.deepEqual(planCall(facts), plan, 'the same facts, the same plan')
      }),
    )
  })
})

describe('edges', () => {
  const cases: [string, Change, string][] = [
    [
      'a gate that ends now has ended',
      (f) => ({ ...f, standing: { ...f.standing!, gate: { ...f.standing!.gate, validUntil: now.toISOString() } } }),
      'gate_not_passed',
    ],
    [
      'a gate that ends a millisecond later still holds',
      (f) => ({
        ...f,
        standing: {
          ...f.standing!,
          gate: { ...f.standing!.gate, validUntil: new Date(now.getTime() + 1).toISOString() },
        },
      }),
      'forward',
    ],
    [
      'a gate without an end is no gate',
      (f) => ({ ...f, standing: { ...f.standing!, gate: { ...f.standing!.gate, validUntil: null } } }),
      'gate_not_passed',
    ],
    [
      'a gate that said no',
      (f) => ({
        ...f,
        standing: { ...f.standing!, gate: { state: 'rejected', record: 'g', validUntil: later.toISOString() } },
      }),
      'gate_not_passed',
    ],
    [
      'oversight that ends now has ended',
      (f) => ({
        ...f,
        standing: { ...f.standing!, oversight: { ...f.standing!.oversight, validUntil: now.toISOString() } },
      }),
      'oversight_missing',
    ],
    ['a version nobody looked at', (f) => ({ ...f, standing: null }), 'gate_not_passed'],
    ['a system without a current version', (f) => ({ ...f, version: null }), 'system_unknown'],
    ['a system that is not in the register', (f) => ({ ...f, system: null }), 'system_unknown'],
    [
      'a stop that stands in the standing only',
      (f) => ({ ...f, standing: { ...f.standing!, stop: { at: earlier.toISOString(), record: 'x', reason: 'harm' } } }),
      'system_stopped',
    ],
    ['the system’s own name as model', (f) => ({ ...f, modelAsked: 'bot' }), 'forward'],
    [
      'consent for another purpose',
      (f) => ({ ...f, consents: [event('given', { purpose: 'reclame' })] }),
      'consent_missing',
    ],
    [
      'consent for another system',
      (f) => ({ ...f, consents: [event('given', { system: 'other' })] }),
      'consent_missing',
    ],
    ['consent for this system', (f) => ({ ...f, consents: [event('given', { system: 'bot' })] }), 'forward'],
    [
      'consent that expires now has expired',
      (f) => ({ ...f, consents: [event('given', { expiresAt: now.toISOString() })] }),
      'consent_missing',
    ],
    [
      'consent given again after withdrawal',
      (f) => ({ ...f, consents: [given, event('withdrawn'), event('given')] }),
      'forward',
    ],
    [
      'a withdrawal that carries an earlier time still counts: order decides, not the clock',
      (f) => ({ ...f, consents: [given, event('withdrawn', { at: '2020-01-01T00:00:00Z' })] }),
      'consent_withdrawn',
    ],
    [
      'another basis asks for no consent',
      (f) => ({ ...f, purpose: { ...purpose, basis: 'contract' }, consents: [] }),
      'forward',
    ],
    [
      'another basis does not stop at withdrawn consent',
      (f) => ({ ...f, purpose: { ...purpose, basis: 'contract', objectable: false }, consents: [event('withdrawn')] }),
      'forward',
    ],
    [
      'an objection does not count where the law gives none',
      (f) => ({ ...f, purpose: { ...purpose, basis: 'contract', objectable: false }, consents: [event('objected')] }),
      'forward',
    ],
    [
      'an objection that was lifted',
      (f) => ({
        ...f,
        purpose: { ...purpose, basis: 'legitimate_interests' },
        consents: [event('objected'), event('objection_lifted')],
      }),
      'forward',
    ],
    [
      'a prohibited purpose',
      (f) => ({ ...f, purpose: { ...purpose, prohibited: { practice: 'x', lawRef: '5' } } }),
      'prohibited_practice',
    ],
    [
      'a limit with room for one more',
      (f) => ({ ...f, limits: [{ limit: 'openCalls', value: 2, maximum: 3, freeAt: later }] }),
      'forward',
    ],
    [
      'an inner system that no customer meets',
      (f) => ({
        ...f,
        system: { ...f.system!, disclosure: 'none_needed' },
        conversation: { ...f.conversation, disclosedAt: null },
      }),
      'forward',
    ],
    [
      'a disclosure that can be put before the reply',
      (f) => ({
        ...f,
        system: { ...f.system!, disclosure: 'inject' },
        conversation: { ...f.conversation, disclosedAt: null },
      }),
      'forward',
    ],
    [
      'a reply that must be JSON cannot begin with a sentence',
      (f) => ({
        ...f,
        system: { ...f.system!, disclosure: 'inject' },
        conversation: { ...f.conversation, disclosedAt: null },
        canInject: false,
      }),
      'disclosure_missing',
    ],
  ]
  for (const [name, change, expected] of cases)
    test(name, () => {
      assert.equal(codeOf(planCall(change(fine))), expected)
    })
})

describe('observe', () => {
  const passed: RefusalCode[] = [
    'gate_not_passed',
    'oversight_missing',
    'purpose_unknown',
    'consent_missing',
    'provider_not_allowed',
    'explanation_missing',
  ]

  for (const code of passed)
    test(`${code} goes on and is recorded as it would have been`, () => {
      const plan = planCall(breaks[code]!(observe(fine)))
      assert.equal(plan.plan, 'forward')
      assert.equal(plan.plan === 'forward' && plan.wouldRefuse?.code, code)
    })

  for (const code of planned.filter((each) => !passed.includes(each)))
    test(`${code} is refused all the same`, () => {
      assert.equal(codeOf(planCall(breaks[code]!(observe(fine)))), code)
    })

  test('the first ground that would refuse is recorded, and one that must refuse still does', () => {
    const both = breaks.gate_not_passed!(breaks.oversight_missing!(observe(fine)))
    const plan = planCall(both)
    assert.equal(plan.plan === 'forward' && plan.wouldRefuse?.code, 'gate_not_passed')
    assert.equal(codeOf(planCall(breaks.consent_withdrawn!(both))), 'consent_withdrawn')
    assert.equal(codeOf(planCall(breaks.objected!(breaks.consent_missing!(observe(fine))))), 'objected')
  })

  const system = observe(fine).system!
  for (const [name, changed, expected] of [
    ['ends by itself', { ...system, observeUntil: now }, false],
    ['needs an end', { ...system, observeUntil: null }, false],
    ['needs two people', { ...system, observeSignedBy: ['a'] }, false],
    ['needs two different people', { ...system, observeSignedBy: ['a', 'a'] }, false],
    ['holds until its last millisecond', { ...system, observeUntil: new Date(now.getTime() + 1) }, true],
    ['is not what enforce means', { ...system, mode: 'enforce' as const }, false],
  ] as const)
    test(name, () => {
      assert.equal(isObserving(changed, now), expected)
    })
})

test('nothing in the plan lets a stopped system, a withdrawal or an objection through, whatever else holds', () => {
  const others = planned.filter((code) => !['unknown_key', 'key_revoked', 'key_expired'].includes(code))
  fc.assert(
    fc.property(
      fc.subarray(others),
      fc.constantFrom('system_stopped', 'consent_withdrawn', 'objected', 'disclosure_missing', 'content_not_allowed'),
      fc.boolean(),
      (codes, must, observing) => {
        const start = observing ? observe(fine) : fine
        const facts = [
          ...codes.filter((code) => code !== 'purpose_unknown' && code !== 'consent_missing'),
          must as RefusalCode,
        ].reduce((changed, code) => breaks[code]!(changed), start)
        assert.equal(planCall(facts).plan, 'refuse')
      },
    ),
  )
})

describe('a call of a paired-prompt audit', () => {
  const audited = (change?: Change) => {
    const facts = { ...fine, audit: true, consents: [] }
    const made = planCall(change === undefined ? facts : change(facts))
    return made.plan === 'refuse' ? made.code : 'forward'
  }
  /** About release, about oversight, and about a customer. */
  const notAsked: readonly RefusalCode[] = [
    'gate_not_passed',
    'oversight_missing',
    'consent_missing',
    'consent_withdrawn',
    'objected',
    'restricted',
  ]
  for (const code of planned)
    test(`${code}: ${notAsked.includes(code) ? 'does not hold it up' : 'refuses it as any call'}`, () => {
      assert.equal(audited(breaks[code]), notAsked.includes(code) ? 'forward' : code)
    })
})

describe('a sales call', () => {
  const plan = (dial: CallFacts['dial'], consents = fine.consents) => {
    const made = planCall({ ...fine, dial, consents })
    return made.plan === 'refuse' ? [made.code, made.reason] : ['forward']
  }
  test('needs its number, and goes nowhere where somebody said "do not call me"', () => {
    assert.deepEqual(plan(null), ['forward'])
    assert.deepEqual(plan({ number: true, objected: false }), ['forward'])
    assert.deepEqual(plan({ number: false, objected: false }), ['consent_missing', 'number_missing'])
    assert.deepEqual(plan({ number: true, objected: true }), ['objected', 'call_objection'])
    assert.deepEqual(plan({ number: true, objected: false }, []), ['consent_missing', 'never_given'])
  })
})

describe('a second notice (AI Act 50(3))', () => {
  type Told = readonly ('emotion' | 'biometric')[]
  const facts = (emotion: 'none' | 'customer', biometric: boolean, told: Told, more: Partial<CallFacts> = {}) => ({
    ...fine,
    system: { ...fine.system!, emotionInference: emotion, biometricCategorisation: biometric },
    conversation: { ...fine.conversation, secondNotices: told },
    ...more,
  })
  const plan = (...given: Parameters<typeof facts>) => {
    const made = planCall(facts(...given))
    return made.plan === 'refuse' ? `${made.code}/${made.reason}` : 'forward'
  }
  for (const [emotion, biometric, told, expected] of [
    ['none', false, [], 'forward'],
    ['customer', false, [], 'disclosure_missing/emotion_notice_missing'],
    ['customer', false, ['biometric'], 'disclosure_missing/emotion_notice_missing'],
    ['customer', false, ['emotion'], 'forward'],
    ['none', true, [], 'disclosure_missing/biometric_notice_missing'],
    ['none', true, ['emotion'], 'disclosure_missing/biometric_notice_missing'],
    ['none', true, ['biometric'], 'forward'],
    ['customer', true, ['emotion'], 'disclosure_missing/biometric_notice_missing'],
    ['customer', true, ['biometric'], 'disclosure_missing/emotion_notice_missing'],
    ['customer', true, ['biometric', 'emotion'], 'forward'],
  ] as const)
    test(`emotions of ${emotion}, biometric ${biometric}, told ${told.join(' and ') || 'nothing'}: ${expected}`, () =>
      assert.equal(plan(emotion, biometric, told), expected))

  test('stands beside that it is AI: one does not stand in for the other', () => {
    const untold = { ...fine.conversation, disclosedAt: null, secondNotices: ['emotion'] as Told }
    assert.equal(plan('customer', false, ['emotion'], { conversation: untold }), 'disclosure_missing/undefined')
  })
  test('is not passed over while an organisation observes', () =>
    assert.equal(codeOf(planCall(observe(facts('customer', false, [])))), 'disclosure_missing'))
  test('is not asked of paired prompts, which nobody says', () =>
    assert.equal(plan('customer', true, [], { audit: true, consents: [] }), 'forward'))
})
