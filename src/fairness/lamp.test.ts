import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type LampFacts, lampNotes } from './lamp.ts'

const at = new Date('2026-11-25T12:00:00Z')
const facts = (given: Partial<LampFacts> = {}): LampFacts => ({
  system: 'kredietscore',
  decisionClass: 'decide',
  realSince: null,
  overdueSince: null,
  audited: true,
  ...given,
})

describe('the lamp of a system', () => {
  for (const [name, given, codes] of [
    ['says nothing of one that was audited', {}, []],
    ['names one that decides and was never audited', { audited: false }, ['never_audited']],
    ['also one that decides alone', { audited: false, decisionClass: 'solely_automated' }, ['never_audited']],
    ['not one that only informs', { audited: false, decisionClass: 'inform' }, []],
    ['nor one that assists a person', { audited: false, decisionClass: 'assist' }, []],
    [
      'puts a real difference before a late audit',
      { realSince: at, overdueSince: at },
      ['difference_real', 'audit_overdue'],
    ],
  ] as const)
    test(name, () =>
      assert.deepEqual(
        lampNotes(facts(given)).map(({ code }) => code),
        codes,
      ),
    )
})
