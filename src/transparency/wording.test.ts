import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ClientProfile, DisclosureWording } from '../records/contract.ts'
import { disclosureText, missingSecondNotices, secondNotices, secondNoticeText, wordingVersion } from './disclosure.ts'
import { checkSecondNotice } from './second-notice.ts'
import { wordingFaults, wordingFaultText } from './wording-check.ts'

const name = 'Kaapstroom Energie'
const profile: ClientProfile = {
  contact: {},
  allow: ['Kaapstroom', 'Zonnestroom Vast'],
  handoff: {
    channel: 'chat',
    hours: {},
    timezone: 'Europe/Amsterdam',
    humanWord: { nl: 'medewerker', en: 'person' },
    answerWithinHours: 24,
  },
}
const good = {
  nl: 'U chat met een robot van {organisation}. Typ {humanWord} voor een medewerker.',
  en: 'You are chatting with a robot of {organisation}. Type {humanWord} for a person.',
}
const faults = (wording: DisclosureWording, nl: string, en = good.en) =>
  wordingFaults({ name, profile: { ...profile, disclosures: { [wording]: { nl, en } } } }, 'De Kade').map((fault) => [
    fault.wording,
    fault.language,
    [...fault.missing, ...fault.unknown],
  ])

describe('a client’s own words for a disclosure', () => {
  for (const [wording, text, expected] of [
    ['chat', good.nl, []],
    ['chat', 'U chat met een computer van Kaapstroom. Typ medewerker voor een medewerker.', []],
    ['chat', 'U chat met een computer van De Kade. Typ medewerker voor een medewerker.', []],
    ['chat', 'U chat met de assistent van {organisation}. Typ {humanWord} voor een medewerker.', ['computer']],
    ['chat', 'U chat met de digitale assistent van {organisation}. Typ {humanWord}.', ['computer']],
    ['chat', 'U chat met een robot. Typ {humanWord} voor een medewerker.', ['organisation']],
    ['chat', 'U chat met een robot van {organisation}.', ['person']],
    ['chat', 'Hallo, ik ben Sophie, de robot van {organisation}. Typ {humanWord} voor een medewerker.', ['first_name']],
    ['chat', 'Sophie is de robot van {organisation}. Typ {humanWord} voor een medewerker.', ['first_name']],
    ['chat', 'U chat met Sem, een robot van {organisation}. Typ {humanWord} voor een medewerker.', ['first_name']],
    ['chat', 'Dit is een robot van {organisation}. Typ {humanWord} voor een medewerker.', []],
    ['chat', 'U chat met een robot van {organisation}. Typ {humanWord} voor {naam}.', ['naam']],
    ['emailRead', 'Een computer schreef dit. Een medewerker van {organisation} heeft het gelezen.', []],
    ['emailUnread', 'Een computer schreef dit namens {organisation}.', ['person']],
    ['agentAssist', 'Onze medewerker krijgt tips van een computer.', []],
    ['emotion', 'Een computer hoort of u boos klinkt, voor: {purpose}. Zeg {optOutWord} en het gaat uit.', []],
    ['emotion', 'Een computer luistert mee voor: {purpose}. Zeg {optOutWord} en het gaat uit.', ['emotion']],
    ['emotion', 'Een computer hoort of u boos klinkt, voor: {purpose}. Dat helpt ons.', ['optOut']],
    ['emotion', 'Wij horen of u boos klinkt. Zeg {optOutWord} en het gaat uit.', ['computer']],
    ['emotion', 'Een computer hoort emoties. Zeg {humanWord} of {optOutWord}.', ['humanWord']],
    ['biometric', 'Een computer deelt u in met uw stem. Zeg {optOutWord} en het gaat uit.', []],
  ] as const)
    test(`${wording}: ${text} → ${expected.join(', ') || 'complete'}`, () =>
      assert.deepEqual(
        faults(wording, text).filter(([, language]) => language === 'nl'),
        expected.length === 0 ? [] : [[wording, 'nl', [...expected]]],
      ))

  test('are asked in both languages', () =>
    assert.deepEqual(
      faults('chat', good.nl, 'You are chatting with Emma, an AI of {organisation}. Type {humanWord}.'),
      [['chat', 'en', ['first_name']]],
    ))

  test('what is wrong is said in the reader’s language', () => {
    const [fault] = wordingFaults(
      { name, profile: { ...profile, disclosures: { chat: { nl: 'U chat met {wie} van ons.', en: good.en } } } },
      'De Kade',
    )
    assert.equal(
      wordingFaultText('nl', fault!),
      'Nog nodig: dat het een computer met AI is, de naam van de organisatie en hoe iemand een medewerker krijgt. Deze plaatsen kan niemand invullen: {wie}.',
    )
    assert.match(wordingFaultText('en', fault!), /^Still needed: that it is a computer with AI/)
  })

  test('are said instead of ours, with a version that changes with a word', () => {
    const own = { chat: good }
    const said = disclosureText({ channel: 'chat', language: 'nl', organisation: name, humanWord: 'mens', own })
    assert.equal(said.text, 'U chat met een robot van Kaapstroom Energie. Typ mens voor een medewerker.')
    assert.equal(said.key, 'disclosure.chat')
    assert.equal(said.version, wordingVersion('nl', 'disclosure.chat', good.nl))
    const other = { chat: { ...good, nl: `${good.nl} Dank u.` } }
    const versions = [undefined, own, other].map(
      (words) =>
        disclosureText({ channel: 'chat', language: 'nl', organisation: name, humanWord: 'mens', own: words }).version,
    )
    assert.equal(new Set(versions).size, 3)
    const voice = disclosureText({ channel: 'voice', language: 'nl', organisation: name, humanWord: 'mens', own })
    assert.match(voice.text, /^Goedendag/, 'of another channel ours stay')
  })
})

describe('a second notice', () => {
  test('of ours always holds what it must hold', () => {
    for (const kind of secondNotices)
      for (const channel of ['chat', 'voice', 'email', 'agent_assist', 'other'] as const)
        for (const language of ['nl', 'en'] as const) {
          const facts = { channel, language, organisation: name, purpose: 'x' }
          const optOutWord = language === 'nl' ? 'nee' : 'no'
          assert.deepEqual(checkSecondNotice(kind, secondNoticeText(kind, facts).text, { language, optOutWord }), [])
        }
  })
  test('only a voice is listened to', () => {
    const facts = { language: 'nl', organisation: name, purpose: 'x' } as const
    assert.match(secondNoticeText('emotion', { ...facts, channel: 'voice' }).text, /luistert naar uw stem/)
    assert.doesNotMatch(secondNoticeText('emotion', { ...facts, channel: 'chat' }).text, /stem/)
  })
  for (const [kind, language, text, expected] of [
    ['emotion', 'nl', 'een computer luistert of u boos klinkt zeg nee om dat uit te zetten', []],
    ['emotion', 'en', 'A computer estimates your mood. You can refuse this.', []],
    ['emotion', 'de', 'Ein Computer erkennt Ihre Gefühle. Sie können das ablehnen.', []],
    ['emotion', 'fr', 'Un ordinateur reconnaît vos émotions. Vous pouvez refuser.', []],
    ['emotion', 'nl', 'U spreekt met een computer van Kaapstroom. Zeg medewerker.', ['emotion', 'optOut']],
    ['emotion', 'nl', 'Er luistert geen computer naar emoties. Zeg nee.', ['computer']],
    ['biometric', 'nl', 'Een computer hoort aan uw stem hoe oud u bent. Zeg nee en het stopt.', []],
    ['biometric', 'nl', 'Een computer schat uw emoties. Zeg nee en het stopt.', ['biometric']],
  ] as const)
    test(`${kind}: ${text} → ${expected.join(', ') || 'complete'}`, () =>
      assert.deepEqual(checkSecondNotice(kind, text, { language, optOutWord: undefined }), expected))

  test('is missing as long as it was not said', () => {
    const asks = { emotionInference: 'customer', biometricCategorisation: true } as const
    assert.deepEqual(missingSecondNotices({ ...asks, told: [] }), ['emotion', 'biometric'])
    assert.deepEqual(missingSecondNotices({ ...asks, told: ['emotion'] }), ['biometric'])
    assert.deepEqual(missingSecondNotices({ emotionInference: 'none', biometricCategorisation: false, told: [] }), [])
  })
})
