import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ConsentEvent, decideUse } from './consent.ts'
import type { Purpose } from './purpose.ts'
import {
  anyone,
  type Circumstance,
  circumstanceOf,
  circumstances,
  type Representative,
  representationProblem,
} from './representative.ts'

const now = new Date('2026-11-25T12:00:00.000Z')
const later = '2027-01-01T00:00:00.000Z'
const guardian: Representative = {
  id: 'g',
  kind: 'guardian',
  relation: 'parent',
  purposes: null,
  validUntil: later,
  ended: false,
}
const mandate: Representative = { ...guardian, id: 'm', kind: 'mandate', relation: 'curator', purposes: ['advice'] }

describe('who may say yes for whom', () => {
  type Case = readonly [
    name: string,
    circumstance: Circumstance,
    by: ConsentEvent['by'],
    representatives: Representative[],
    problem: string | null,
  ]
  const cases: readonly Case[] = [
    ['an adult', 'adult', 'customer', [], null],
    ['somebody of whom nothing is known', 'unknown', 'customer', [], null],
    ['an adult, by somebody without a mandate', 'adult', 'representative', [], 'mandate_missing'],
    ['an adult, by somebody with a mandate', 'adult', 'representative', [mandate], null],
    ['an adult, by their parent', 'adult', 'representative', [guardian], 'mandate_missing'],
    ['nobody knows their age, by somebody without a mandate', 'unknown', 'representative', [], 'mandate_missing'],
    ['nobody knows their age, by their guardian', 'unknown', 'representative', [guardian], null],
    ['a child by themselves', 'minor', 'customer', [guardian], 'guardian_missing'],
    ['a child, written down by staff', 'minor', 'staff', [guardian], 'guardian_missing'],
    ['a parent nobody recorded', 'minor', 'representative', [], 'guardian_missing'],
    ['a parent on record', 'minor', 'representative', [guardian], null],
    ['a mandate is no guardian', 'minor', 'representative', [mandate], 'guardian_missing'],
    ['a guardian that was ended', 'minor', 'representative', [{ ...guardian, ended: true }], 'guardian_missing'],
    [
      'a guardian at the last moment',
      'minor',
      'representative',
      [{ ...guardian, validUntil: now.toISOString() }],
      'guardian_missing',
    ],
    [
      'a guardian just before it',
      'minor',
      'representative',
      [{ ...guardian, validUntil: '2026-11-25T12:00:00.001Z' }],
      null,
    ],
    [
      'an end that cannot be read',
      'minor',
      'representative',
      [{ ...guardian, validUntil: 'ooit' }],
      'guardian_missing',
    ],
    ['somebody under curatele by themselves', 'represented', 'customer', [mandate], 'mandate_missing'],
    ['their curator', 'represented', 'representative', [mandate], null],
    [
      'a mandate for something else',
      'represented',
      'representative',
      [{ ...mandate, purposes: ['training'] }],
      'mandate_missing',
    ],
    ['a guardian is no mandate', 'represented', 'representative', [guardian], 'mandate_missing'],
    ['an heir of the living', 'represented', 'representative', [{ ...mandate, relation: 'heir' }], 'mandate_missing'],
    ['the dead', 'deceased', 'representative', [{ ...mandate, relation: 'heir' }], 'deceased'],
  ]
  for (const [name, circumstance, by, representatives, problem] of cases)
    test(`${name}: ${problem ?? 'counts'}`, () =>
      assert.equal(representationProblem({ circumstance, representatives }, { by, purpose: 'advice' }, now), problem))

  test('a circumstance that nobody knows lets nothing through', () => {
    const person = { circumstance: 'anders' as Circumstance, representatives: [guardian, mandate] }
    assert.notEqual(representationProblem(person, { by: 'representative', purpose: 'advice' }, now), null)
  })
})

describe('a call for somebody who does not decide alone', () => {
  const text = { nl: 'advies', en: 'advice' }
  const purpose: Purpose = {
    id: 'advice',
    client: 'a',
    name: text,
    basis: 'consent',
    dataKinds: text,
    retentionDays: 30,
    objectable: false,
  }
  const given: ConsentEvent = {
    id: 'e',
    subject: 's',
    purpose: 'advice',
    system: null,
    state: 'given',
    at: now.toISOString(),
    wording: { version: '1', language: 'nl', channel: 'chat' },
    by: 'representative',
  }
  test('is refused as without consent, with the reason, until the representative is on record', () => {
    const use = (circumstance: Circumstance, representatives: Representative[], of = purpose) =>
      decideUse(of, 'bot', [given], now, { circumstance, representatives })
    assert.deepEqual(use('minor', []), {
      use: 'refused',
      code: 'consent_missing',
      reason: 'guardian_missing',
      event: 'e',
    })
    assert.equal(use('minor', [guardian]).use, 'allowed')
    assert.equal(use('represented', [mandate]).use, 'allowed')
    assert.equal(use('deceased', [guardian, mandate]).use, 'refused')
    // Another ground asks nobody.
    assert.equal(use('minor', [], { ...purpose, basis: 'contract' }).use, 'allowed')
  })
  test('a withdrawal stays a withdrawal, whoever it is about', () => {
    for (const circumstance of circumstances) {
      const use = decideUse(purpose, 'bot', [given, { ...given, id: 'w', state: 'withdrawn' }], now, {
        ...anyone,
        circumstance,
      })
      assert.equal(use.use === 'refused' && use.code, 'consent_withdrawn')
    }
  })
})

test('a day of birth decides once: up to the birthday too young, from it on not', () => {
  const cases = [
    ['2010-11-25', 16, 'adult'],
    ['2010-11-26', 16, 'minor'],
    ['2010-11-26', 15, 'adult'],
    ['2012-02-29', 14, 'adult'],
    ['2030-01-01', 16, 'minor'],
  ] as const
  for (const [bornOn, age, circumstance] of cases) assert.equal(circumstanceOf(bornOn, age, now), circumstance, bornOn)
})
