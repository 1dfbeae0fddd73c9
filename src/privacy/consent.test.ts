import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type ConsentEvent, type ConsentStateName, consentStates, decideUse, inConversation } from './consent.ts'
import { type LawfulBasis, needsConsent, type Purpose } from './purpose.ts'
import { anyone } from './representative.ts'

const now = new Date('2026-11-23T12:00:00.000Z')

function purpose(basis: LawfulBasis, more: Partial<Purpose> = {}): Purpose {
  const text = { nl: 'Vragen beantwoorden', en: 'Answer questions' }
  return {
    id: 'service',
    client: 'client',
    name: text,
    basis,
    dataKinds: text,
    retentionDays: 30,
    objectable: false,
    ...more,
  }
}

let counter = 0
function event(state: ConsentStateName, more: Partial<ConsentEvent> = {}): ConsentEvent {
  return {
    id: `event-${++counter}`,
    subject: 'subject',
    purpose: 'service',
    system: null,
    state,
    at: '2026-11-01T09:00:00.000Z',
    wording: { version: '1', language: 'nl', channel: 'chat' },
    by: 'customer',
    ...more,
  }
}

const outcome = (events: readonly ConsentEvent[], of = purpose('consent'), at = now): string => {
  const use = decideUse(of, 'bot', events, at, anyone)
  return use.use === 'allowed' ? 'allowed' : `${use.code}:${use.reason}`
}

describe('a purpose on consent', () => {
  const cases: readonly (readonly [string, readonly ConsentStateName[], string])[] = [
    ['nothing was ever said', [], 'consent_missing:never_given'],
    ['only asked', ['asked'], 'consent_missing:never_given'],
    ['given', ['asked', 'given'], 'allowed'],
    ['refused', ['asked', 'refused'], 'consent_missing:refused'],
    ['refused after it was given', ['given', 'refused'], 'consent_missing:refused'],
    ['withdrawn', ['given', 'withdrawn'], 'consent_withdrawn:withdrawn'],
    ['withdrawn before it was ever given', ['withdrawn'], 'consent_withdrawn:withdrawn'],
    ['asked again after withdrawal', ['given', 'withdrawn', 'asked'], 'consent_withdrawn:withdrawn'],
    ['given again after withdrawal', ['given', 'withdrawn', 'asked', 'given'], 'allowed'],
    ['expired', ['given', 'expired'], 'consent_missing:expired'],
    ['superseded', ['given', 'superseded'], 'consent_missing:superseded'],
    ['given under the wording that came after', ['given', 'superseded', 'given'], 'allowed'],
    [
      'an end of term after withdrawal does not soften it',
      ['given', 'withdrawn', 'expired'],
      'consent_withdrawn:withdrawn',
    ],
    ['superseded after a refusal', ['refused', 'superseded'], 'consent_missing:refused'],
    ['asked while given', ['given', 'asked'], 'allowed'],
  ]
  for (const [name, states, expected] of cases) {
    test(name, () => assert.equal(outcome(states.map((state) => event(state))), expected))
  }

  test('a state this version does not know is read as a no', () => {
    const strange = { ...event('given'), state: 'paused' } as unknown as ConsentEvent
    assert.equal(outcome([event('given'), strange]), 'consent_missing:unreadable')
  })

  test('the decision names the grant it rests on and the event that ended it', () => {
    const given = event('given')
    const withdrawn = event('withdrawn')
    assert.deepEqual(decideUse(purpose('consent'), 'bot', [given], now, anyone), {
      use: 'allowed',
      basis: 'consent',
      consent: given.id,
    })
    assert.deepEqual(decideUse(purpose('consent'), 'bot', [given, withdrawn], now, anyone), {
      use: 'refused',
      code: 'consent_withdrawn',
      reason: 'withdrawn',
      event: withdrawn.id,
    })
  })
})

describe('which events count', () => {
  test('a grant for another purpose is none for this one', () => {
    assert.equal(outcome([event('given', { purpose: 'training' })]), 'consent_missing:never_given')
  })
  test('a grant for another system is none for this one', () => {
    assert.equal(outcome([event('given', { system: 'scorer' })]), 'consent_missing:never_given')
    assert.equal(outcome([event('given', { system: 'bot' })]), 'allowed')
  })
  test('a withdrawal for one system leaves the others', () => {
    const events = [event('given'), event('withdrawn', { system: 'scorer' })]
    assert.equal(outcome(events), 'allowed')
    const scorer = decideUse(purpose('consent'), 'scorer', events, now, anyone)
    assert.equal(scorer.use, 'refused')
  })
  test('a withdrawal for all systems reaches a grant for one', () => {
    assert.equal(outcome([event('given', { system: 'bot' }), event('withdrawn')]), 'consent_withdrawn:withdrawn')
  })
  test('a grant given in a conversation counts there and nowhere else', () => {
    const events = [event('given', { conversation: 'a' })]
    assert.equal(outcome(inConversation(events, 'a')), 'allowed')
    assert.equal(outcome(inConversation(events, 'b')), 'consent_missing:never_given')
    assert.equal(outcome(inConversation(events, null)), 'consent_missing:never_given')
  })
  test('of two events at one instant the one appended last counts', () => {
    assert.equal(outcome([event('given'), event('withdrawn')]), 'consent_withdrawn:withdrawn')
    assert.equal(outcome([event('withdrawn'), event('given')]), 'allowed')
  })
})

describe('terms', () => {
  const term = '2026-11-23T12:00:00.000Z'
  const cases: readonly (readonly [string, string, string])[] = [
    ['one millisecond before its end', '2026-11-23T11:59:59.999Z', 'allowed'],
    ['at its end', '2026-11-23T12:00:00.000Z', 'consent_missing:expired'],
    ['after its end', '2027-01-01T00:00:00.000Z', 'consent_missing:expired'],
    ['with an offset in the moment', '2026-11-23T12:59:59.999+01:00', 'allowed'],
  ]
  for (const [name, at, expected] of cases) {
    test(`a grant ${name}`, () =>
      assert.equal(outcome([event('given', { expiresAt: term })], purpose('consent'), new Date(at)), expected))
  }
  test('a term that cannot be read has passed', () => {
    assert.equal(outcome([event('given', { expiresAt: 'next summer' })]), 'consent_missing:expired')
  })
  test('a clock that jumps back does not revive what had ended', () => {
    const given = event('given', { at: '2026-01-01T00:00:00.000Z', expiresAt: '2026-06-01T00:00:00.000Z' })
    const asked = event('asked', { at: '2026-07-01T00:00:00.000Z' })
    const before = new Date('2026-02-01T00:00:00.000Z')
    assert.equal(outcome([given, asked], purpose('consent'), before), 'consent_missing:expired')
    assert.equal(
      outcome([given, event('withdrawn', { at: '2026-07-01T00:00:00.000Z' })], purpose('consent'), before),
      'consent_withdrawn:withdrawn',
    )
  })
  test('an event dated earlier than the one before it still comes after it', () => {
    const events = [
      event('given', { at: '2026-11-20T10:00:00.000Z' }),
      event('withdrawn', { at: '2026-11-19T10:00:00.000Z' }),
    ]
    assert.equal(outcome(events), 'consent_withdrawn:withdrawn')
  })
})

describe('other grounds', () => {
  const others = ['contract', 'legal_obligation', 'public_task', 'vital_interests', 'legitimate_interests'] as const
  for (const basis of others) {
    test(`${basis} asks no consent, and a refusal of consent does not touch it`, () => {
      assert.equal(outcome([], purpose(basis)), 'allowed')
      assert.equal(outcome([event('refused'), event('withdrawn')], purpose(basis)), 'allowed')
    })
    test(`${basis}: an objection refuses only where the register says that it can`, () => {
      assert.equal(outcome([event('objected')], purpose(basis, { objectable: true })), 'objected:objected')
      assert.equal(outcome([event('objected')], purpose(basis)), 'allowed')
      assert.equal(
        outcome([event('objected'), event('objection_lifted')], purpose(basis, { objectable: true })),
        'allowed',
      )
    })
  }
  test('a grant of consent is no grant against an objection', () => {
    assert.equal(
      outcome([event('objected'), event('given')], purpose('legitimate_interests', { objectable: true })),
      'objected:objected',
    )
  })
  test('an unknown purpose and a prohibited practice are refused with their own codes', () => {
    assert.equal(decideUse(null, 'bot', [], now, anyone).use, 'refused')
    const prohibited = { practice: 'emotion', lawRef: 'AI Act 5(1)(f)' }
    assert.equal(outcome([], purpose('contract', { prohibited })), 'prohibited_practice:prohibited_practice')
    assert.equal(
      outcome([event('given')], purpose('consent', { prohibited })),
      'prohibited_practice:prohibited_practice',
    )
    assert.equal(outcome([], purpose('consent', { prohibited })), 'consent_missing:never_given')
  })
})

describe('for any history', () => {
  const history = fc.array(
    fc.record({
      state: fc.constantFrom(...consentStates),
      at: fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      days: fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined }),
      system: fc.constantFrom(null, 'bot', 'scorer'),
    }),
    { maxLength: 12 },
  )
  const eventsOf = (rows: typeof history extends fc.Arbitrary<infer T> ? T : never): ConsentEvent[] =>
    rows.map(({ state, at, days, system }) =>
      event(state, {
        system,
        at: at.toISOString(),
        ...(days === undefined ? {} : { expiresAt: new Date(at.getTime() + days * 86_400_000).toISOString() }),
      }),
    )
  test('a withdrawal appended last refuses, whatever the dates say', () => {
    fc.assert(
      fc.property(history, fc.date({ noInvalidDate: true }), (rows, at) => {
        assert.equal(
          outcome([...eventsOf(rows), event('withdrawn')], purpose('consent'), at),
          'consent_withdrawn:withdrawn',
        )
      }),
    )
  })
  test('use on consent rests on a grant for this system, without anything against it after', () => {
    fc.assert(
      fc.property(history, (rows) => {
        const events = eventsOf(rows)
        const use = decideUse(purpose('consent'), 'bot', events, now, anyone)
        if (use.use === 'refused') return
        const at = events.findIndex(({ id }) => id === use.consent)
        assert.equal(events[at]?.state, 'given')
        assert.ok(events[at]?.system === null || events[at]?.system === 'bot')
        const after = events.slice(at + 1).filter(({ system }) => system === null || system === 'bot')
        assert.ok(after.every(({ state }) => ['asked', 'objected', 'objection_lifted'].includes(state)))
      }),
    )
  })
  test('an earlier moment never allows more than a later one refused for its term, once that is on record', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 3000 }), (rows, days) => {
        const events = [...eventsOf(rows), event('asked', { at: now.toISOString() })]
        const late = decideUse(purpose('consent'), 'bot', events, now, anyone)
        const early = decideUse(purpose('consent'), 'bot', events, new Date(now.getTime() - days * 86_400_000), anyone)
        if (late.use === 'refused') assert.equal(early.use, 'refused')
      }),
    )
  })
  test('bases other than consent never name a grant', () => {
    fc.assert(
      fc.property(history, (rows) => {
        const use = decideUse(purpose('contract'), 'bot', eventsOf(rows), now, anyone)
        assert.ok(!needsConsent({ basis: 'contract' }) && use.use === 'allowed' && use.consent === undefined)
      }),
    )
  })
})

test('of two answers at one instant the one that was recorded last counts, in both orders', () => {
  const at = now.toISOString()
  const both = [event('given', { at }), event('withdrawn', { at })]
  assert.equal(decideUse(purpose('consent'), 'bot', both, now, anyone).use, 'refused')
  assert.equal(decideUse(purpose('consent'), 'bot', both.toReversed(), now, anyone).use, 'allowed')
})
