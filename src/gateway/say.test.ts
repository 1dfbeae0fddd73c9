import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { refusalCodes } from './contract.ts'
import { say } from './say.ts'

const handoff = { nl: 'Wilt u een medewerker? Kies: medewerker.', en: 'Do you want a person? Choose: person.' }

describe('why a call was refused, told afterwards', () => {
  for (const code of [...refusalCodes, 'something_of_later'])
    test(`${code} has a whole sentence in both languages, and a way to a person`, () => {
      for (const language of ['nl', 'en'] as const) {
        const sentence = say.refusal(code, language, { purpose: 'uw vraag', handoff: handoff[language] })
        assert.ok(sentence.endsWith(handoff[language]), sentence)
        assert.doesNotMatch(sentence, /[{}]|undefined/)
      }
    })

  test('one about consent names the purpose', () => {
    assert.match(say.refusal('consent_missing', 'nl', { purpose: 'advies', handoff: '' }), /advies/)
  })
})

test('which way to a person is open follows the client’s hours', () => {
  const profile = {
    contact: { phone: '088-0000100' },
    handoff: {
      channel: 'chat' as const,
      hours: { 'mon-fri': '09:00-17:00' },
      timezone: 'Europe/Amsterdam',
      humanWord: { nl: 'medewerker', en: 'person' },
      answerWithinHours: 24,
    },
  }
  const open = say.handOff(profile, new Date('2026-11-25T10:00:00Z'), 'nl')
  assert.deepEqual(open, { open: true, sentence: 'Wilt u een medewerker? Kies: medewerker.' })
  const closed = say.handOff(profile, new Date('2026-11-25T20:00:00Z'), 'nl')
  assert.equal(closed.open, false)
  assert.match(closed.sentence, /maandag tot en met vrijdag van 9\.00 tot 17\.00 uur/)
})
