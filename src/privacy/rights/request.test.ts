import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decidedLetter, extendedLetter, receivedLetter } from './letter.ts'
import {
  articleOf,
  askerRefusal,
  clockState,
  decisionRefusal,
  dueOf,
  extensionRefusal,
  groundsOf,
  type RequestKind,
  refusalGrounds,
  requestKinds,
} from './request.ts'

describe('who may ask', () => {
  for (const [circumstance, by, mandate, refused] of [
    ['adult', 'customer', null, undefined],
    ['unknown', 'customer', null, undefined],
    ['adult', 'representative', null, 'mandate_missing'],
    ['adult', 'representative', 'M-1', undefined],
    ['minor', 'customer', null, 'guardian_needed'],
    ['minor', 'customer', 'M-1', 'guardian_needed'],
    ['minor', 'representative', null, 'mandate_missing'],
    ['minor', 'representative', 'G-1', undefined],
    ['represented', 'customer', null, 'representative_needed'],
    ['represented', 'representative', 'C-1', undefined],
    ['deceased', 'representative', 'E-1', 'subject_deceased'],
  ] as const)
    test(`${circumstance}, by ${by}, ${mandate ?? 'nothing shown'}: ${refused ?? 'may'}`, () =>
      assert.equal(askerRefusal({ circumstance, by, mandate }), refused))
})

describe('terms', () => {
  const received = new Date('2026-11-25T12:00:00Z')
  test('one month, and three from the same receipt when it was extended', () => {
    assert.deepEqual(dueOf(received, false, 'Europe/Amsterdam'), { strict: '2026-12-25', latest: '2026-12-28' })
    assert.deepEqual(dueOf(received, true, 'Europe/Amsterdam'), { strict: '2027-02-25', latest: '2027-02-25' })
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
