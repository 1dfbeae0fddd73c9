import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { brokenIn, type InvariantName, invariantNames } from './invariants.ts'
import { surelyClosed, surelyOpen } from './model.ts'
import type { CallSeen, ChangeSeen, Received, Trace } from './trace.ts'

const email = 'fatima.zuurbier1@voorbeeld.nl'
const call = (given: Partial<CallSeen> = {}): CallSeen => ({
  step: 4,
  n: 4,
  began: 10,
  ended: 20,
  owner: 'een',
  grounds: ['gate:bot', 'consent:noord:K-1:advies'],
  defect: null,
  behaviour: 'echo',
  idempotencyKey: null,
  outcome: 'completed',
  code: null,
  reason: null,
  call: 'c-1',
  text: `Mail naar ${email}`,
  expected: `Mail naar ${email}`,
  ...given,
})
const refused = (code: string, given: Partial<CallSeen> = {}) =>
  call({ outcome: 'refused', code, text: '', expected: null, ...given })
const arrival = (given: Partial<Received> = {}): Received => ({
  at: 12,
  n: 4,
  raw: '/v1/chat/completions Mail naar [EMAIL_1]',
  onRecord: { attempted: 1, admitted: 1, arrived: 1, calls: 1 },
  ...given,
})
const change = (given: Partial<ChangeSeen> = {}): ChangeSeen => ({
  step: 1,
  began: 1,
  ended: 2,
  ground: 'gate:bot',
  to: 'closed',
  outcome: 'done',
  ...given,
})
const entriesOf = (...types: string[]) =>
  types.map((type) => ({ call: 'c-1', type: `call.${type}`, code: type === 'failed' ? 'upstream_failed' : null }))
/** A run of one call that went well. */
const trace = (given: Partial<Trace> = {}): Trace => ({
  calls: [call()],
  changes: [],
  received: [arrival()],
  entries: entriesOf('admitted', 'attempted', 'completed'),
  ledger: { problems: [], pending: 0 },
  closedAtFirst: new Set(),
  values: new Map([[email, new Set(['een'])]]),
  secrets: ['klantref-1', 'wb_key'],
  log: '{"event":"gateway.call_ended"}',
  restarts: [],
  clockMoved: false,
  ...given,
})

test('a run in which all went well breaks nothing', () => assert.deepEqual(brokenIn(trace()), []))

describe('each invariant is seen to be broken', () => {
  const cases: Readonly<Record<InvariantName, Readonly<Record<string, Partial<Trace>>>>> = {
    'nothing leaves unrecorded': {
      'a request arrives before its try is on record': {
        received: [arrival({ onRecord: { attempted: 0, admitted: 1, arrived: 1, calls: 1 } })],
      },
      'a request arrives before its call is admitted': {
        received: [arrival({ onRecord: { attempted: 1, admitted: 0, arrived: 1, calls: 1 } })],
      },
      'a call has no end': { entries: entriesOf('admitted', 'attempted') },
      'a call has two ends': { entries: entriesOf('admitted', 'attempted', 'completed', 'failed') },
    },
    'a no holds from the next call on': {
      'a call passes after a no': { changes: [change()] },
      'a call passes that nobody ever allowed': { closedAtFirst: new Set(['consent:noord:K-1:advies']) },
      'a malformed call passes': { calls: [call({ defect: 'wrong_model' })] },
    },
    'a refusal has its reason': {
      'a refusal for something that is open': { calls: [refused('gate_not_passed')], received: [] },
      'a refusal for another reason than the one that holds': {
        calls: [refused('objected')],
        changes: [change()],
        received: [],
      },
      'a stream that ends without a word': { calls: [call({ outcome: 'cut' })] },
    },
    'nothing personal leaves': {
      'a value in capitals and with spaces': { received: [arrival({ raw: 'FATIMA.ZUURBIER1 @voorbeeld.nl' })] },
      'a customer reference in a header': { received: [arrival({ raw: '["x-subject","klantref-1"]' })] },
    },
    'originals return to their own conversation': {
      'a value of another conversation': { values: new Map([[email, new Set(['twee'])]]) },
      'a pseudonym that stayed': { calls: [call({ text: 'Mail naar [EMAIL_1]' })] },
    },
    'what a client saw is on record': {
      'a whole answer that failed on record': { entries: entriesOf('admitted', 'attempted', 'failed') },
      'a refusal that is not on record': {
        calls: [refused('gate_not_passed', { call: 'c-2' })],
        changes: [change()],
      },
      'a refusal that is recorded as another': {
        calls: [refused('store_unavailable')],
        entries: entriesOf('admitted', 'attempted', 'failed'),
      },
    },
    'the ledger is whole': {
      'verification finds something': { ledger: { problems: ['hash at 3'], pending: 0 } },
      'an entry waits': { ledger: { problems: [], pending: 1 } },
      'an end comes before its try': { entries: entriesOf('admitted', 'completed', 'attempted') },
      'a call is refused and admitted': { entries: entriesOf('refused', 'admitted', 'attempted', 'completed') },
    },
    'logs hold nothing personal': {
      'a value': { log: `{"error":"${email}"}` },
      'a key': { log: '{"key":"wb_key"}' },
    },
  }
  for (const invariant of invariantNames)
    for (const [name, broken] of Object.entries(cases[invariant]))
      test(`${invariant}: ${name}`, () => {
        const found = brokenIn(trace(broken)).map((one) => one.invariant)
        assert.ok(found.includes(invariant), `found only ${JSON.stringify(found)}`)
      })
})

describe('what the model can say of a ground', () => {
  const open = change({ to: 'open' })
  const during = { began: 12, ended: 13 }
  for (const [name, changes, isClosed, isOpen] of [
    ['open from the beginning', [], false, true],
    ['closed before the call', [change()], true, false],
    ['closed and opened before it', [change(), { ...open, began: 3, ended: 4 }], false, true],
    ['closed and opened at once, in an order that nobody knows', [change(), open], false, false],
    ['closed during the call', [change(during)], false, false],
    ['closed, and opened during the call', [change(), { ...open, ...during }], false, false],
    ['closed after the call', [change({ began: 21, ended: 22 })], false, true],
    ['a no that was turned away', [change({ outcome: 'refused' })], false, true],
    ['a no of which nobody can say whether it counts', [change({ outcome: 'unknown' })], false, false],
    [
      'a yes after it that nobody can be sure of',
      [change(), { ...open, began: 3, ended: 4, outcome: 'unknown' }],
      false,
      false,
    ],
  ] as const)
    test(name, () => {
      const seen = { changes, closedAtFirst: new Set<string>() }
      assert.equal(surelyClosed(seen, 'gate:bot', call()), isClosed, 'surely closed')
      assert.equal(surelyOpen(seen, 'gate:bot', call()), isOpen, 'surely open')
    })
})
