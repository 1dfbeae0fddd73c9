import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { holdRefusal, holdState, LONGEST_HOLD_DAYS } from './hold.ts'
import { addCount, byClient, type Count, cutoff, DEFENCE_DAYS, termsOf } from './retention.ts'

const now = new Date('2026-11-25T12:00:00Z')
const days = (n: number) => new Date(now.getTime() + n * 86_400_000)

describe('terms', () => {
  const daysOf = (given: Parameters<typeof termsOf>[0]) =>
    Object.fromEntries(termsOf(given).map(({ kind, days }) => [kind, days]))

  test('what was said goes by its purpose, what proves it by the default', () =>
    assert.deepEqual(daysOf({ retentionDays: 90, terms: {} }), {
      contents: 90,
      importedRecordings: 90,
      callFacts: DEFENCE_DAYS,
      decisions: DEFENCE_DAYS,
      consentProof: DEFENCE_DAYS,
    }))

  test('a term of the file is taken over, and says that it is', () => {
    const terms = termsOf({ retentionDays: 90, terms: { importedRecordings: 30, callFacts: 365, consentProof: 400 } })
    assert.deepEqual(
      terms.map(({ kind, days, from }) => [kind, days, from]),
      [
        ['contents', 90, 'purpose'],
        ['importedRecordings', 30, 'file'],
        ['callFacts', 365, 'file'],
        ['decisions', 365, 'file'],
        ['consentProof', 400, 'file'],
      ],
    )
  })

  test('facts never go before contents, nor the proof of a consent before the facts', () => {
    const day = fc.integer({ min: 1, max: 36_500 })
    fc.assert(
      fc.property(
        day,
        fc.record({ importedRecordings: day, callFacts: day, consentProof: day }, { requiredKeys: [] }),
        (retentionDays, terms) => {
          const of = daysOf({ retentionDays, terms })
          assert.ok(of.callFacts! >= of.contents! && of.callFacts! >= of.importedRecordings!)
          assert.ok(of.consentProof! >= of.callFacts!)
        },
      ),
    )
  })

  test('the last moment of a term is not past it', () => assert.equal(cutoff(1, now).getTime(), days(-1).getTime()))
})

test('counts of one place add up, nothing is no line, and each client has its own', () => {
  const line = (client: string, n: number): Count => ({ kind: 'contents', client, purpose: 'p', n })
  const counts = [line('a', 2), line('b', 1), line('a', 3), line('c', 0)].reduce<Count[]>(addCount, [])
  assert.deepEqual(counts, [line('a', 5), line('b', 1)])
  assert.deepEqual([...byClient(counts).keys()], ['a', 'b'])
})

describe('a hold', () => {
  test('holds up to its end, waits after it, and is over when lifted', () => {
    assert.equal(holdState({ endsAt: days(1), liftedAt: null }, now), 'holds')
    assert.equal(holdState({ endsAt: now, liftedAt: null }, now), 'expired')
    assert.equal(holdState({ endsAt: days(1), liftedAt: now }, now), 'lifted')
  })
  test('has an end that lies ahead, and not too far', () => {
    assert.equal(holdRefusal(now, now), 'hold_end_past')
    assert.equal(holdRefusal(days(LONGEST_HOLD_DAYS), now), undefined)
    assert.equal(holdRefusal(new Date(days(LONGEST_HOLD_DAYS).getTime() + 1), now), 'hold_end_too_far')
  })
})
