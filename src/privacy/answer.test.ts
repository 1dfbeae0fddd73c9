import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Answer, answerRefusal as refusalFor, useOf } from './answer.ts'
import { type ConsentEvent, type ConsentStateName, consentStates } from './consent.ts'
import type { LawfulBasis, Purpose } from './purpose.ts'
import { anyone, type Person } from './representative.ts'

const now = new Date('2026-11-25T12:00:00.000Z')
const after = (ms: number) => new Date(now.getTime() + ms)
const text = { nl: 'advies', en: 'advice' }
const purpose = (basis: LawfulBasis, more: Partial<Purpose> = {}): Purpose => ({
  id: 'advice',
  client: 'a',
  name: text,
  basis,
  dataKinds: text,
  retentionDays: 30,
  objectable: false,
  ...more,
})
const event = (state: ConsentStateName, more: Partial<ConsentEvent> = {}): ConsentEvent => ({
  id: state,
  subject: 's',
  purpose: 'advice',
  system: null,
  state,
  at: now.toISOString(),
  wording: { version: '1', language: 'nl', channel: 'chat' },
  by: 'customer',
  ...more,
})
/** By somebody who decides for themselves. */
const answerRefusal = (about: Purpose | null, answer: Answer, events: readonly ConsentEvent[], at: Date) =>
  refusalFor(about, answer, events, at, anyone)
const prohibited = { practice: 'emotion recognition at work', lawRef: 'AI Act art. 5(1)(f)' }

describe('an answer that can be recorded', () => {
  type Case = readonly [
    name: string,
    purpose: Purpose | null,
    state: ConsentStateName,
    earlier: ConsentStateName[],
    refusal: string,
  ]
  const cases: readonly Case[] = [
    ['a yes to a purpose on consent', purpose('consent'), 'given', [], 'none'],
    ['a no to it', purpose('consent'), 'refused', [], 'none'],
    ['a withdrawal of what was never given', purpose('consent'), 'withdrawn', [], 'none'],
    ['a yes to a purpose that rests on a contract', purpose('contract'), 'given', [], 'not_on_consent'],
    ['a no to it', purpose('contract'), 'withdrawn', [], 'not_on_consent'],
    ['a no to one that rested on consent when a yes was given', purpose('contract'), 'withdrawn', ['given'], 'none'],
    ['a yes to that one', purpose('contract'), 'given', ['given'], 'not_on_consent'],
    [
      'an objection where one is possible',
      purpose('legitimate_interests', { objectable: true }),
      'objected',
      [],
      'none',
    ],
    ['an objection elsewhere', purpose('legitimate_interests'), 'objected', [], 'not_objectable'],
    ['an objection to a purpose on consent', purpose('consent'), 'objected', [], 'not_objectable'],
    [
      'taking back an objection that is no longer possible',
      purpose('contract'),
      'objection_lifted',
      ['objected'],
      'none',
    ],
    ['taking back what was never said', purpose('contract'), 'objection_lifted', [], 'not_objectable'],
    ['a yes to a prohibited practice', purpose('consent', { prohibited }), 'given', [], 'prohibited_practice'],
    ['a no to a prohibited practice', purpose('consent', { prohibited }), 'refused', [], 'none'],
    ['an answer about a purpose nobody knows', null, 'given', [], 'purpose_unknown'],
  ]
  for (const [name, about, state, earlier, refusal] of cases)
    test(`${name}: ${refusal}`, () => {
      const found = answerRefusal(
        about,
        { state, by: 'customer', at: now, expiresAt: null },
        earlier.map((one) => event(one)),
        now,
      )
      assert.equal(found?.code ?? 'none', refusal)
    })

  test('taking an objection back is a yes: nobody does it for themselves who does not decide alone', () => {
    const lifted = (state: 'objected' | 'objection_lifted', circumstance: Person['circumstance'], by: Answer['by']) =>
      refusalFor(purpose('contract', { objectable: true }), { state, by, at: null, expiresAt: null }, [], now, {
        circumstance,
        representatives: [],
      })?.code
    assert.equal(lifted('objection_lifted', 'minor', 'customer'), 'guardian_missing')
    assert.equal(lifted('objection_lifted', 'adult', 'representative'), 'mandate_missing')
    assert.equal(lifted('objection_lifted', 'adult', 'customer'), undefined)
    assert.equal(lifted('objected', 'minor', 'customer'), undefined)
  })
  test('a moment that has not come is refused; a clock that is a minute ahead is not', () => {
    const at = (ms: number) =>
      answerRefusal(purpose('consent'), { state: 'given', by: 'customer', at: after(ms), expiresAt: null }, [], now)
        ?.code
    assert.equal(at(60_000), undefined)
    assert.equal(at(60_001), 'consent_future')
    assert.equal(at(-86_400_000), undefined)
  })
  test('only a yes has an end, and it lies ahead', () => {
    const end = (state: ConsentStateName, ms: number) =>
      answerRefusal(purpose('consent'), { state, by: 'customer', at: now, expiresAt: after(ms) }, [], now)?.code
    assert.equal(end('given', 1), undefined)
    assert.equal(end('given', 0), 'consent_end')
    assert.equal(end('withdrawn', 1000), 'consent_end')
  })
  test('a yes that was said before the last no is outdated; at the same moment or later it counts', () => {
    const said = (ms: number, state: ConsentStateName = 'given') =>
      answerRefusal(
        purpose('consent'),
        { state, by: 'customer', at: after(ms), expiresAt: null },
        [event('withdrawn')],
        now,
      )?.code
    assert.deepEqual([said(-1), said(0), said(1)], ['consent_outdated', undefined, undefined])
    assert.equal(said(-1, 'refused'), undefined)
    const live = { state: 'given', by: 'customer', at: null, expiresAt: null } as const
    assert.equal(answerRefusal(purpose('consent'), live, [event('withdrawn')], after(-60_000)), undefined)
  })
  test('a grant for another purpose makes no difference', () => {
    const other = event('given', { purpose: 'training' })
    const refusal = answerRefusal(
      purpose('contract'),
      { state: 'withdrawn', by: 'customer', at: now, expiresAt: null },
      [other],
      now,
    )
    assert.equal(refusal?.code, 'not_on_consent')
  })
  test('a no about a purpose on consent can always be recorded', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...consentStates)),
        fc.constantFrom('refused' as const, 'withdrawn' as const),
        fc.boolean(),
        (earlier, state, isProhibited) => {
          const about = purpose('consent', isProhibited ? { prohibited } : {})
          const events = earlier.map((one) => event(one))
          assert.equal(
            answerRefusal(about, { state, by: 'customer', at: now, expiresAt: null }, events, now),
            undefined,
          )
        },
      ),
    )
  })
})

describe('what the next call would meet', () => {
  test('a purpose nobody knows is refused by its own code', () => {
    const use = useOf({ id: 'other', unknown: true }, { system: 'bot', conversation: null, person: anyone }, [], now)
    assert.deepEqual(
      [use.purpose, use.basis, use.use, use.code, use.reason],
      ['other', null, 'refused', 'purpose_unknown', 'purpose_unknown'],
    )
  })
  test('a grant of this conversation counts here and nowhere else', () => {
    const events = [event('given', { conversation: 'c' })]
    const use = (conversation: string | null) =>
      useOf(purpose('consent'), { system: 'bot', conversation, person: anyone }, events, now)
    assert.deepEqual([use('c').use, use('c').event], ['allowed', 'given'])
    assert.deepEqual([use('d').code, use(null).reason], ['consent_missing', 'never_given'])
  })
})
