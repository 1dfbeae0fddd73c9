import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ClientProfile } from '../records/contract.ts'
import { answerBy, handOffOffer, openingAt } from './handoff.ts'

type HandOff = ClientProfile['handoff']
const desk = (hours: HandOff['hours'], more: Partial<HandOff> = {}): HandOff => ({
  channel: 'chat',
  hours,
  timezone: 'Europe/Amsterdam',
  humanWord: { nl: 'medewerker', en: 'person' },
  answerWithinHours: 24,
  ...more,
})
const energy = desk({ 'mon-fri': '08:00-21:00', sat: '09:00-17:00' })
const profile = (handoff: HandOff) => ({
  handoff,
  contact: { phone: '088-0000100', email: 'klantenservice@kaapstroom.example' },
})

describe('opening hours', () => {
  // 25 November 2026 is a Wednesday; Amsterdam is one hour ahead of UTC in winter.
  const cases = [
    ['just before the desk opens', energy, '2026-11-25T06:59:59Z', 'closed until 2026-11-25T07:00:00.000Z'],
    ['at the moment the desk opens', energy, '2026-11-25T07:00:00Z', 'open until 2026-11-25T20:00:00.000Z'],
    ['just before the desk closes', energy, '2026-11-25T19:59:59Z', 'open until 2026-11-25T20:00:00.000Z'],
    ['at the moment the desk closes', energy, '2026-11-25T20:00:00Z', 'closed until 2026-11-26T07:00:00.000Z'],
    ['Saturday has hours of its own', energy, '2026-11-28T08:30:00Z', 'open until 2026-11-28T16:00:00.000Z'],
    ['Saturday evening waits until Monday', energy, '2026-11-28T18:00:00Z', 'closed until 2026-11-30T07:00:00.000Z'],
    [
      'midnight in Amsterdam is not midnight UTC',
      desk({ sun: '00:00-01:00' }),
      '2026-11-28T23:30:00Z',
      'open until 2026-11-29T00:00:00.000Z',
    ],
    [
      'hours across midnight',
      desk({ fri: '22:00-02:00' }),
      '2026-11-28T00:30:00Z',
      'open until 2026-11-28T01:00:00.000Z',
    ],
    [
      'days that wrap around the week',
      desk({ 'sat-mon': '10:00-12:00' }),
      '2026-11-29T10:00:00Z',
      'open until 2026-11-29T11:00:00.000Z',
    ],
    [
      'day and night',
      desk({ 'mon-sun': '00:00-24:00' }),
      '2026-11-25T12:00:00Z',
      'open until 2026-12-03T23:00:00.000Z',
    ],
    [
      'two stretches that touch are one',
      desk({ wed: '08:00-12:00', 'wed-thu': '12:00-18:00' }),
      '2026-11-25T08:00:00Z',
      'open until 2026-11-25T17:00:00.000Z',
    ],
    [
      'the last Sunday of March: two o’clock does not exist',
      desk({ sun: '01:00-04:00' }),
      '2026-03-29T00:30:00Z',
      'open until 2026-03-29T02:00:00.000Z',
    ],
    [
      'the last Sunday of October has an hour more',
      desk({ sun: '01:00-04:00' }),
      '2026-10-25T00:30:00Z',
      'open until 2026-10-25T03:00:00.000Z',
    ],
    ['summer time', energy, '2026-07-01T05:59:59Z', 'closed until 2026-07-01T06:00:00.000Z'],
    [
      'another time zone',
      desk({ 'mon-fri': '09:00-17:00' }, { timezone: 'America/Curacao' }),
      '2026-11-25T12:59:00Z',
      'closed until 2026-11-25T13:00:00.000Z',
    ],
    [
      'a time zone that does not exist counts as Amsterdam',
      desk({ wed: '08:00-09:00' }, { timezone: 'Mars/Olympus' }),
      '2026-11-25T07:30:00Z',
      'open until 2026-11-25T08:00:00.000Z',
    ],
    ['no hours at all', desk({}), '2026-11-25T12:00:00Z', 'never'],
  ] as const
  for (const [name, handoff, now, expected] of cases)
    test(name, () => {
      const { open, opensAt, closesAt } = openingAt(handoff, new Date(now))
      assert.equal(
        open ? `open until ${closesAt?.toISOString()}` : opensAt ? `closed until ${opensAt.toISOString()}` : 'never',
        expected,
      )
    })

  test('closed desks open later than now, open desks close later than now', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('2025-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }), (now) => {
        const { open, opensAt, closesAt } = openingAt(energy, now)
        if (open) assert.ok(closesAt! > now && opensAt === null)
        else assert.ok(opensAt! > now && closesAt === null && openingAt(energy, opensAt!).open)
      }),
    )
  })
})

test('an answer is promised from now when open, from the opening when closed', () => {
  assert.equal(answerBy(energy, new Date('2026-11-25T12:00:00Z')).toISOString(), '2026-11-26T12:00:00.000Z')
  assert.equal(answerBy(energy, new Date('2026-11-28T18:00:00Z')).toISOString(), '2026-12-01T07:00:00.000Z')
})

describe('the sentence', () => {
  const open = new Date('2026-11-25T12:00:00Z')
  const closed = new Date('2026-11-29T12:00:00Z')
  const cases = [
    ['chat, open', energy, open, 'Wilt u een medewerker? Kies: medewerker.', 'Wilt u een medewerker? Zeg: medewerker.'],
    [
      'phone, open',
      desk(energy.hours, { channel: 'phone' }),
      open,
      'Wilt u een medewerker? Bel: 088-0000100.',
      'Wilt u een medewerker? Zeg: medewerker.',
    ],
    [
      'mail is never a desk',
      desk({}, { channel: 'email' }),
      closed,
      'Wilt u een medewerker? Mail naar: klantenservice@kaapstroom.example. Wij reageren uiterlijk op 30 november 2026.',
      undefined,
    ],
    [
      'closed',
      energy,
      closed,
      'Er is nu geen medewerker vrij. Wij zijn open: maandag tot en met vrijdag van 8.00 tot 21.00 uur en zaterdag van 9.00 tot 17.00 uur. Laat uw nummer of e-mailadres achter. Wij reageren uiterlijk op 1 december 2026.',
      'Er is nu geen medewerker vrij. Wij zijn weer open op maandag 30 november 2026, 8.00 uur. Laat uw nummer achter. Wij bellen uiterlijk op 1 december 2026.',
    ],
    [
      'no hours',
      desk({}),
      open,
      'Er is nu geen medewerker vrij. Laat uw nummer of e-mailadres achter. Wij reageren uiterlijk op 26 november 2026.',
      undefined,
    ],
  ] as const
  for (const [name, handoff, now, chat, voice] of cases)
    test(name, () => {
      const offered = handOffOffer(profile(handoff), now, 'nl')
      assert.equal(offered.chat, chat)
      if (voice !== undefined) assert.equal(offered.voice, voice)
    })

  test('nobody is promised to a caller of no client', () => {
    const offered = handOffOffer(null, open, 'en')
    assert.deepEqual(offered, {
      offer: null,
      chat: 'Do you want a person? Contact customer service.',
      voice: 'Do you want a person? Then call customer service later.',
    })
  })

  test('a phone desk without a number falls back to the word', () => {
    const { chat } = handOffOffer({ handoff: desk(energy.hours, { channel: 'phone' }), contact: {} }, open, 'en')
    assert.equal(chat, 'Do you want a person? Choose: person.')
  })
})
