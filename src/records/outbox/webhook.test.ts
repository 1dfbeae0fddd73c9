import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hears } from './webhook.ts'

test('an address hears what it wants; who is asked to hold an effect also hears that nobody waits for it any more', () => {
  assert.ok(hears(['contest.kept'], 'contest.kept'))
  assert.ok(!hears(['contest.kept'], 'contest.changed'))
  assert.ok(hears(['contest.received'], 'contest.ended'))
  assert.ok(hears(['contest.ended'], 'contest.ended'))
  assert.ok(!hears(['contest.kept', 'complaint.received'], 'contest.ended'))
  assert.ok(!hears(['contest.ended'], 'contest.received'))
})
