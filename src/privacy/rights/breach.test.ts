import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  assessmentRefusal,
  breachClock,
  breachNext,
  closeRefusal,
  notifyBy,
  type Reporting,
  reportRefusal,
} from './breach.ts'
import { type AboutBreach, breachLetter } from './letter.ts'

const now = new Date('2027-03-27T11:00:00Z')
const reporting: Reporting = {
  state: 'assessed',
  notifyAuthority: true,
  tellPeople: false,
  notifiedAt: null,
  toldAt: null,
  dueAt: notifyBy(now),
  untold: 0,
}

describe('a breach', () => {
  test('is reported within 72 hours that pass, also over a change of the clock', () =>
    assert.equal(notifyBy(now).toISOString(), '2027-03-30T11:00:00.000Z'))

  test('with a risk the authority is told, with a high risk the people, unless the law says otherwise', () => {
    const plain = { risk: 'risk', notifyAuthority: true, tellPeople: false, tellException: undefined } as const
    assert.equal(assessmentRefusal('recorded', plain), undefined)
    assert.equal(assessmentRefusal('recorded', { ...plain, notifyAuthority: false }), 'authority_needed')
    assert.equal(assessmentRefusal('recorded', { ...plain, risk: 'unlikely', notifyAuthority: false }), undefined)
    assert.equal(assessmentRefusal('recorded', { ...plain, risk: 'high' }), 'people_needed')
    assert.equal(assessmentRefusal('recorded', { ...plain, risk: 'high', tellException: 'unreadable' }), undefined)
    assert.equal(assessmentRefusal('recorded', { ...plain, risk: 'high', tellPeople: true }), undefined)
    assert.equal(assessmentRefusal('closed', plain), 'breach_closed')
  })

  test('a report at the last moment is in time; after it, it says why', () => {
    const plain = { people: false, worded: false }
    const report = (at: Date, lateReason?: string) => reportRefusal(reporting, { ...plain, at, lateReason })
    assert.equal(report(reporting.dueAt), undefined)
    const after = new Date(reporting.dueAt.getTime() + 1)
    assert.equal(report(after), 'late_reason_needed')
    assert.equal(report(after, ' '), 'late_reason_needed')
    assert.equal(report(after, 'De leverancier meldde het laat.'), undefined)
    assert.equal(
      reportRefusal({ ...reporting, notifyAuthority: null }, { ...plain, at: now, lateReason: undefined }),
      'breach_not_assessed',
    )
  })

  test('people are told what was written down, and nothing else', () => {
    const told = (worded: boolean) => reportRefusal(reporting, { at: now, lateReason: undefined, people: true, worded })
    assert.deepEqual([told(false), told(true)], ['breach_words_needed', undefined])
  })

  test('is closed when everybody who had to be told was', () => {
    assert.equal(closeRefusal(reporting), 'authority_not_told')
    assert.equal(closeRefusal({ ...reporting, notifiedAt: now, tellPeople: true }), 'people_not_told')
    assert.equal(closeRefusal({ ...reporting, notifiedAt: now, tellPeople: true, toldAt: now }), undefined)
    assert.equal(
      closeRefusal({ ...reporting, notifiedAt: now, tellPeople: true, toldAt: now, untold: 1 }),
      'people_not_told',
      'somebody was found later',
    )
    assert.equal(closeRefusal({ ...reporting, notifyAuthority: false }), undefined)
    assert.equal(closeRefusal({ ...reporting, notifyAuthority: null }), 'breach_not_assessed')
  })

  test('its clock stands still when it was reported, or need not be', () => {
    const after = new Date(reporting.dueAt.getTime() + 1)
    assert.deepEqual([breachClock(reporting, reporting.dueAt), breachClock(reporting, after)], ['in_time', 'late'])
    assert.equal(breachClock({ ...reporting, notifiedAt: now }, after), 'reported')
    assert.equal(breachClock({ ...reporting, notifyAuthority: false }, after), 'not_needed')
  })
})

describe('a letter about a breach', () => {
  const about: AboutBreach = {
    id: '0199',
    organisation: 'Kaapstroom',
    contact: ['088-0000100', 'privacy@kaapstroom.example'],
    kinds: ['confidentiality'],
    categories: ['contact', 'contents', 'staff'],
    knownSince: now,
    words: {
      happened: 'Een medewerker stuurde een lijst naar een verkeerd adres.',
      consequences: 'Iemand anders kan uw naam lezen.',
      measures: 'De ontvanger heeft de lijst gewist.',
    },
    conversations: [
      new Date('2027-03-02T10:00:00Z'),
      new Date('2027-03-01T10:00:00Z'),
      new Date('2027-03-02T15:00:00Z'),
    ],
  }
  const text = (more: Partial<AboutBreach> = {}, language: 'nl' | 'en' = 'nl') =>
    breachLetter({ ...about, ...more }, language, now).paragraphs.join('\n')

  test('holds all that the law asks: nature, data, consequences, measures, whom to ask (34(2))', () => {
    const letter = text()
    for (const part of [
      'Iemand anders kon bij gegevens van u. Dat heet een datalek. Wij weten dit sinds 27 maart 2027.',
      'namen en adressen en wat u en wij zeiden in een gesprek',
      about.words.happened,
      about.words.consequences,
      about.words.measures,
      '088-0000100 en privacy@kaapstroom.example',
      '0199',
      'autoriteitpersoonsgegevens.nl',
    ])
      assert.ok(letter.includes(part), part)
    assert.ok(!letter.includes('Dit kunt u zelf doen'), 'no heading without words')
    assert.match(text({ words: { ...about.words, advice: 'Let op valse e-mails.' } }), /Dit kunt u zelf doen:\nLet op/)
  })
  test('names the person’s own days, each once and in order; many as a period; none not at all', () => {
    assert.match(text(), /gesprekken van: 1 maart 2027 en 2 maart 2027\./)
    const many = Array.from({ length: 11 }, (_, n) => new Date(Date.UTC(2027, 2, 20 - n, 10)))
    assert.match(text({ conversations: many }), /van 10 maart 2027 tot en met 20 maart 2027\./)
    assert.doesNotMatch(text({ conversations: [] }), /gesprekken van/)
  })
  test('is in the language of its reader, and of other kinds says what happened to the data', () => {
    assert.match(text({}, 'en'), /Someone else could reach data of yours/)
    assert.match(text({ kinds: ['integrity', 'availability'] }), /zijn veranderd.*waren een tijd weg/)
  })
})

describe('what comes next in a breach', () => {
  const at = new Date('2026-11-25T12:00:00Z')
  const fresh = {
    state: 'recorded',
    notifyAuthority: null,
    tellPeople: null,
    notifiedAt: null,
    toldAt: null,
    untold: 2,
  } as const
  for (const [what, change, next] of [
    ['it is looked at first', {}, 'assess'],
    [
      'then the authority, whose 72 hours run',
      { state: 'assessed', notifyAuthority: true, tellPeople: true },
      'report',
    ],
    ['then the people', { state: 'notified', notifyAuthority: true, tellPeople: true, notifiedAt: at }, 'tell'],
    [
      'also one who was found after the others were told',
      { state: 'notified', notifyAuthority: true, tellPeople: true, notifiedAt: at, toldAt: at, untold: 1 },
      'tell',
    ],
    [
      'and it is closed',
      { state: 'notified', notifyAuthority: true, tellPeople: true, notifiedAt: at, toldAt: at, untold: 0 },
      'close',
    ],
    [
      'at once when nothing has to be reported',
      { state: 'assessed', notifyAuthority: false, tellPeople: false },
      'close',
    ],
    ['nothing after it was closed', { state: 'closed', notifyAuthority: false, tellPeople: false }, null],
  ] as const)
    test(what, () => {
      assert.equal(breachNext({ ...fresh, ...change }), next)
    })
})
