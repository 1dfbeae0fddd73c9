import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dayIn } from '../../deadlines/index.ts'
import type { Circumstance, Representative } from '../representative.ts'
import { decidedLetter, extendedLetter, receivedLetter } from './letter.ts'
import {
  articleOf,
  clockState,
  decideAsker,
  decisionRefusal,
  dueOf,
  extensionRefusal,
  groundsOf,
  momentOn,
  type RequestKind,
  receivedRefusal,
  refusalGrounds,
  requestKinds,
} from './request.ts'

describe('who may ask', () => {
  const now = new Date('2026-11-25T12:00:00Z')
  const guardian: Representative = {
    id: 'g',
    kind: 'guardian',
    relation: 'parent',
    purposes: null,
    validUntil: '2027-01-01T00:00:00Z',
    ended: false,
  }
  const mandate: Representative = { ...guardian, id: 'm', kind: 'mandate', relation: 'authorised' }
  const both = [guardian, mandate]
  const heir: Representative = { ...mandate, id: 'h', relation: 'heir' }
  const forAdvice = { ...mandate, purposes: ['advice', 'training'] }
  type Case = readonly [
    what: string,
    circumstance: Circumstance,
    by: 'customer' | 'representative',
    representatives: readonly Representative[],
    answer: string | null,
    more?: { readonly representative?: string; readonly purposes?: readonly string[] },
  ]
  const cases: readonly Case[] = [
    ['an adult', 'adult', 'customer', [], null],
    ['somebody of whom nothing is known', 'unknown', 'customer', [], null],
    ['somebody for an adult, without a mandate', 'adult', 'representative', [], 'mandate_missing'],
    ['somebody for an adult, with a mandate', 'adult', 'representative', [mandate], 'm'],
    ['a parent of an adult', 'adult', 'representative', [guardian], 'mandate_missing'],
    ['a parent of somebody of unknown age', 'unknown', 'representative', [guardian], 'g'],
    ['a child', 'minor', 'customer', both, 'guardian_needed'],
    ['somebody for a child, without a guardian', 'minor', 'representative', [], 'guardian_missing'],
    ['somebody with a mandate for a child', 'minor', 'representative', [mandate], 'guardian_missing'],
    ['the guardian of a child', 'minor', 'representative', both, 'g'],
    ['a guardian that was ended', 'minor', 'representative', [{ ...guardian, ended: true }], 'guardian_missing'],
    [
      'a guardian at the last moment',
      'minor',
      'representative',
      [{ ...guardian, validUntil: now.toISOString() }],
      'guardian_missing',
    ],
    ['somebody under guardianship', 'represented', 'customer', both, 'representative_needed'],
    ['their representative', 'represented', 'representative', both, 'm'],
    ['a representative nobody recorded', 'represented', 'representative', [guardian], 'mandate_missing'],
    ['the dead', 'deceased', 'customer', [], 'subject_deceased'],
    ['an heir', 'deceased', 'representative', [heir], 'subject_deceased'],
    ['an heir of the living', 'adult', 'representative', [heir], 'mandate_missing'],
    ['a mandate for some purposes, about everything', 'adult', 'representative', [forAdvice], 'mandate_missing'],
    ['for one of them', 'adult', 'representative', [forAdvice], 'm', { purposes: ['advice'] }],
    ['for one more', 'adult', 'representative', [forAdvice], 'mandate_missing', { purposes: ['advice', 'sales'] }],
    ['by the record that is named', 'unknown', 'representative', both, 'm', { representative: 'm' }],
    ['by a record of somebody else', 'unknown', 'representative', both, 'mandate_missing', { representative: 'x' }],
    ['a circumstance that nobody knows', 'anders' as Circumstance, 'customer', both, 'subject_deceased'],
  ]
  for (const [what, circumstance, by, representatives, answer, { representative, purposes = null } = {}] of cases)
    test(`${what}: ${answer ?? 'may'}`, () => {
      const person = { circumstance, representatives }
      const asker = decideAsker({ person, by, representative, purposes }, now)
      assert.equal(asker.may ? asker.representative : asker.code, answer)
    })
})

describe('terms', () => {
  const received = new Date('2026-11-25T12:00:00Z')
  test('one month, and three from the same receipt when it was extended', () => {
    assert.deepEqual(dueOf(received, false, 'Europe/Amsterdam'), { strict: '2026-12-25', latest: '2026-12-28' })
    assert.deepEqual(dueOf(received, true, 'Europe/Amsterdam'), { strict: '2027-02-25', latest: '2027-02-25' })
  })
  test('a day of receipt is not in the future and not more than a year ago', () => {
    const today = '2026-11-25'
    for (const [day, refused] of [
      ['2026-11-26', 'received_future'],
      ['2026-11-25', undefined],
      ['2025-11-24', undefined],
      ['2025-11-23', 'received_too_early'],
    ] as const)
      assert.equal(receivedRefusal(day, today), refused, day)
  })
  test('a moment on a day is on that day, wherever the client is', () => {
    for (const zone of ['Europe/Amsterdam', 'Pacific/Kiritimati', 'Pacific/Auckland', 'America/Curacao', 'Etc/GMT+12'])
      for (const day of ['2026-01-01', '2026-03-29', '2026-10-25'])
        assert.equal(dayIn(momentOn(day, zone), zone), day, zone)
  })
  test('an extension is announced within the first month, once, before the decision', () => {
    const clock = (state: Parameters<typeof extensionRefusal>[0]['state']) => ({ state, dueLatest: '2026-12-28' })
    assert.equal(extensionRefusal(clock('received'), '2026-12-28'), undefined)
    assert.equal(extensionRefusal(clock('received'), '2026-12-29'), 'extension_late')
    assert.equal(extensionRefusal(clock('extended'), '2026-12-01'), 'extended_already')
    assert.equal(extensionRefusal(clock('completed'), '2026-12-01'), 'request_decided')
    assert.equal(extensionRefusal(clock('refused'), '2026-12-01'), 'request_decided')
  })
  test('both days are told apart', () => {
    const due = { decided: false, dueStrict: '2026-12-25', dueLatest: '2026-12-28' }
    assert.deepEqual(
      ['2026-12-25', '2026-12-26', '2026-12-28', '2026-12-29'].map((today) => clockState(due, today)),
      ['in_time', 'strict_passed', 'strict_passed', 'late'],
    )
    assert.equal(clockState({ ...due, decided: true }, '2027-01-01'), 'answered')
  })
})

describe('deciding', () => {
  const yes = { decision: 'granted', grounds: [], explanation: undefined, leaveOut: [] } as const
  const no = {
    decision: 'refused',
    grounds: ['excessive'],
    explanation: 'Dit vroeg u gisteren ook.',
    leaveOut: [],
  } as const
  test('a yes needs nothing, and has no ground to refuse', () => {
    for (const kind of requestKinds) assert.equal(decisionRefusal(kind, 'received', yes), undefined)
    assert.equal(decisionRefusal('access', 'received', { ...yes, grounds: ['excessive'] }), 'grounds_unneeded')
    assert.equal(decisionRefusal('access', 'received', { ...yes, leaveOut: ['views'] }), 'grounds_unneeded')
  })
  test('a no needs a ground of that right, and its reasons', () => {
    for (const kind of requestKinds) {
      assert.equal(decisionRefusal(kind, 'extended', no), undefined)
      assert.equal(decisionRefusal(kind, 'received', { ...no, grounds: [] }), 'grounds_needed')
      assert.equal(decisionRefusal(kind, 'received', { ...no, explanation: '  ' }), 'explanation_needed')
    }
    assert.equal(decisionRefusal('access', 'received', { ...no, grounds: ['legal_claims'] }), 'ground_other_right')
  })
  test('in part: not an erasure and not a pause; a copy says what it leaves out', () => {
    const partly = { ...no, decision: 'partly' } as const
    assert.equal(decisionRefusal('erasure', 'received', partly), 'not_in_part')
    assert.equal(decisionRefusal('restriction', 'received', partly), 'not_in_part')
    assert.equal(decisionRefusal('access', 'received', partly), 'leave_out_needed')
    assert.equal(decisionRefusal('access', 'received', { ...partly, leaveOut: ['views'] }), undefined)
    assert.equal(decisionRefusal('rectification', 'received', partly), undefined)
  })
  test('is done once', () => {
    for (const state of ['completed', 'refused'] as const)
      assert.equal(decisionRefusal('access', state, yes), 'request_decided')
  })
  test('every ground has its article, and belongs to a right', () => {
    assert.deepEqual(Object.keys(articleOf).sort(), [...refusalGrounds].sort())
    for (const grounds of Object.values(groundsOf)) assert.equal(new Set(grounds).size, grounds.length)
  })
})

describe('letters', () => {
  const now = new Date('2026-11-25T12:00:00Z')
  const about = (kind: RequestKind) => ({ kind, id: 'r-1', receivedAt: now, organisation: 'Kaapstroom' })
  const answer = {
    decision: 'granted',
    grounds: [],
    explanation: undefined,
    leaveOut: [],
    copyUntil: new Date('2026-12-25T12:00:00Z'),
    backupsUntil: new Date('2027-01-06T12:00:00Z'),
    recipients: ['Voorbeeld'],
    purposes: ['advies'],
  } as const
  test('say the day, the right and the number', () => {
    const { subject, paragraphs } = receivedLetter(about('erasure'), '2026-12-25', 'nl', now)
    assert.match(subject, /ontvangen/)
    assert.match(paragraphs.join('\n'), /25 december 2026/)
    assert.match(paragraphs.join('\n'), /Mijn gegevens wissen[\s\S]*r-1/)
    const more = {
      before: '2026-12-25',
      due: '2027-02-25',
      reason: 'complex',
      explanation: 'Het zijn veel gesprekken.',
    } as const
    assert.match(
      extendedLetter(about('access'), more, 'en', now).paragraphs.join('\n'),
      /25 February 2027[\s\S]*Het zijn veel gesprekken/,
    )
  })
  test('a no names ground, article, reasons and where to go; every decision has its letter in both languages', () => {
    for (const language of ['nl', 'en'] as const)
      for (const kind of requestKinds) {
        const refused = {
          ...answer,
          decision: 'refused',
          grounds: [...groundsOf[kind]],
          explanation: 'Daarom.',
        } as const
        const text = decidedLetter(about(kind), refused, language, now).paragraphs.join('\n')
        assert.match(text, /12\(5\)[\s\S]*Daarom\.[\s\S]*autoriteitpersoonsgegevens\.nl/)
        const granted = decidedLetter(about(kind), answer, language, now).paragraphs.join('\n')
        assert.doesNotMatch(granted, /\{|undefined|12\(5\)/)
        assert.match(granted, /autoriteitpersoonsgegevens\.nl/)
      }
  })
  test('erasure names the day on which backups are blind, or that nobody can say it', () => {
    assert.match(decidedLetter(about('erasure'), answer, 'nl', now).paragraphs.join(), /6 januari 2027/)
    assert.match(
      decidedLetter(about('erasure'), { ...answer, backupsUntil: null }, 'nl', now).paragraphs.join(),
      /kunnen uw gegevens nog staan/,
    )
  })
})
