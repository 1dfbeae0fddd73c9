import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { webhookEvents } from '../../records/outbox/webhook.ts'
import { moves, newComplaint } from './complaint.ts'
import { webhookBody, webhookOf } from './webhook.ts'

const of = {
  id: 'c-1',
  reference: 'K-1',
  via: 'api',
  system: 'bot',
  decision: null,
  at: new Date('2026-11-25T12:00:00Z'),
}

describe('what a help desk hears of a complaint', () => {
  test('each step after which the customer waits for somebody else, and each end', () => {
    const steps = Object.values(moves).filter(({ event }) => webhookOf(event) !== undefined)
    assert.deepEqual(
      steps.map(({ to }) => to),
      ['communicated', 'closed', 'appeal', 'final', 'closed', 'withdrawn', 'handed_over'],
    )
    const events = webhookEvents.filter((event) => event.startsWith('complaint.'))
    assert.deepEqual(
      events.filter((event) => webhookOf(event) !== event),
      [],
    )
    for (const unknown of ['complaint.assessed', 'contest.kept', 'toString'])
      assert.equal(webhookOf(unknown), undefined)
  })

  test('a verdict is told to no system before the customer has it', () => {
    const decided = { ...newComplaint('default', false), state: 'decided', verdict: 'upheld', cause: 'staff' } as const
    const before = webhookBody(decided, of)
    assert.deepEqual([before.verdict, before.cause], [null, null])
    const after = webhookBody({ ...decided, state: 'communicated', communicatedAt: of.at }, of)
    assert.deepEqual([after.verdict, after.cause], ['upheld', 'staff'])
  })

  test('codes, ids and times: nobody of the staff, and no word', () => {
    const complaint = { ...newComplaint('awb', true), handler: 'anna', persons: ['bert'] }
    assert.deepEqual(webhookBody(complaint, of), {
      complaint: 'c-1',
      reference: 'K-1',
      via: 'api',
      system: 'bot',
      decision: null,
      profile: 'awb',
      state: 'received',
      verdict: null,
      finalVerdict: null,
      cause: null,
      at: '2026-11-25T12:00:00.000Z',
    })
  })
})
