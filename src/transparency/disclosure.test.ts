import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type DisclosureChannel, disclosurePlan, disclosureText, textVersion } from './disclosure.ts'
import { checkDisclosure } from './disclosure-check.ts'

const organisation = 'Kaapstroom Energie'
const check = (text: string, more: Partial<Parameters<typeof checkDisclosure>[1]> = {}) =>
  checkDisclosure(text, {
    channel: 'chat',
    language: 'nl',
    organisation: [organisation, 'Kaapstroom'],
    humanWord: 'medewerker',
    ...more,
  })

const channels: readonly DisclosureChannel[] = ['chat', 'voice', 'email', 'agent_assist', 'other']
const facts = fc.record({
  channel: fc.constantFrom(...channels),
  language: fc.constantFrom('nl' as const, 'en' as const),
  organisation: fc.constantFrom(
    'Kaapstroom',
    'De Kade & Zn.',
    "L'Oréal Nederland",
    '4You B.V.',
    'Gemeente ’s-Hertogenbosch',
  ),
  humanWord: fc.constantFrom('medewerker', 'mens', 'person', 'agent', 'help mij'),
  read: fc.boolean(),
})

describe('the sentence that says it is AI', () => {
  test('it always holds what a disclosure must hold', () => {
    fc.assert(
      fc.property(facts, (f) =>
        assert.deepEqual(checkDisclosure(disclosureText(f).text, { ...f, organisation: [f.organisation] }), []),
      ),
    )
  })

  test('spoken, it has no capitals and no punctuation, and still does', () => {
    fc.assert(
      fc.property(facts, (f) => {
        fc.pre(f.channel === 'voice')
        const heard = disclosureText(f)
          .text.toLowerCase()
          .replaceAll(/[.,?:]/g, '')
        assert.deepEqual(checkDisclosure(heard, { ...f, organisation: [f.organisation] }), [])
      }),
    )
  })

  test('an e-mail that was read by a person says so, any other says it was not', () => {
    const mail = (read: boolean) =>
      disclosureText({ channel: 'email', language: 'nl', organisation, humanWord: 'medewerker', read })
    assert.equal(mail(true).key, 'disclosure.email.read')
    assert.equal(mail(false).key, 'disclosure.email.unread')
    assert.equal(
      disclosureText({ channel: 'email', language: 'nl', organisation, humanWord: 'medewerker' }).key,
      'disclosure.email.unread',
    )
  })

  test('a version belongs to one sentence in one language, whoever says it', () => {
    const versions = (['nl', 'en'] as const).flatMap((language) =>
      channels.map((channel) => disclosureText({ channel, language, organisation, humanWord: 'medewerker' }).version),
    )
    assert.equal(new Set(versions).size, versions.length)
    assert.equal(
      disclosureText({ channel: 'chat', language: 'nl', organisation: 'X', humanWord: 'y' }).version,
      textVersion('nl', 'disclosure.chat'),
    )
    assert.match(textVersion('nl', 'disclosure.chat'), /^[0-9a-f]{12}$/)
  })

  test('it never calls itself an assistant without saying computer', () => {
    for (const language of ['nl', 'en'] as const)
      for (const channel of channels)
        assert.match(disclosureText({ channel, language, organisation, humanWord: 'x' }).text, /computer/)
  })
})

describe('words that a platform says were spoken', () => {
  for (const [text, expected] of [
    ['U spreekt met een computer van Kaapstroom. Voor een medewerker drukt u op 0.', []],
    ['Hallo, ik ben de AI-assistent van Kaapstroom. Liever een medewerker? Zeg het gerust.', []],
    ['u spreekt met de ai assistent van kaapstroom zeg medewerker als u een mens wilt', []],
    ['U chat niet met een mens, maar met een robot van Kaapstroom. Typ medewerker voor een mens.', []],
    ['Een chatbot van kaapstroom energie helpt u. U kunt een medewerker vragen.', []],
    ['U spreekt met de digitale assistent van Kaapstroom. Zeg medewerker voor een medewerker.', ['computer']],
    ['U spreekt met Eva van Kaapstroom. Zeg medewerker voor een medewerker.', ['computer']],
    ['Dit is geen computer van Kaapstroom. Wilt u een medewerker? Zeg het.', ['computer']],
    ['U spreekt niet met een robot van Kaapstroom. Wilt u een medewerker? Zeg het.', ['computer']],
    ['Ai, dat is jammer. Kaapstroom helpt u. Zeg medewerker voor een medewerker.', ['computer']],
    ['U spreekt met een computer. Zeg medewerker voor een medewerker.', ['organisation']],
    ['U spreekt met een computer van Kaapstroomlijn. Zeg medewerker voor een medewerker.', ['organisation']],
    ['U spreekt met een computer van Kaapstroom.', ['person']],
    ['U spreekt met een computer van Kaapstroom. Dit is geen medewerker.', ['person']],
    ['U spreekt met een computer van Kaapstroom. U kunt geen medewerker spreken.', ['person']],
    ['De computer van Kaapstroom vervangt onze medewerker.', ['person']],
    ['U chat met een computer van Kaapstroom. Vraag onze digitale collega gerust alles.', ['person']],
    [
      'U spreekt met een echte medewerker van Kaapstroom die AI gebruikt. Wilt u iemand anders? Zeg het.',
      ['human_claim'],
    ],
    ['Welkom en een fijne dag gewenst.', ['computer', 'organisation', 'person']],
    ['', ['computer', 'organisation', 'person']],
  ] as const)
    test(`${text || '(nothing)'} → ${expected.join(', ') || 'complete'}`, () => assert.deepEqual(check(text), expected))

  for (const [language, text, expected] of [
    ['en', 'You are talking to an AI agent of Kaapstroom. Say person to speak to a human.', []],
    ['en-GB', 'You are talking to a bot of Kaapstroom. Press 0 for a person.', []],
    ['en', 'You are talking to the virtual assistant of Kaapstroom. Press 0 for a person.', ['computer']],
    ['en', 'You are not talking to a robot. This is Kaapstroom. Press 0 for a person.', ['computer']],
    [
      'en',
      'You are speaking with a real person from Kaapstroom who uses AI. Press 0 to ask for another.',
      ['person', 'human_claim'],
    ],
    ['de', 'Sie sprechen mit einem Computer von Kaapstroom. Möchten Sie einen Mitarbeiter? Sagen Sie: medewerker.', []],
    ['de', 'Sie sprechen mit Eva von Kaapstroom. Möchten Sie einen Mitarbeiter?', ['computer']],
    ['fr', 'Vous parlez avec un ordinateur de Kaapstroom. Tapez 0 pour parler à un conseiller.', []],
    ['es', 'Habla con un ordenador de Kaapstroom. Si prefiere una persona, pulse 0.', []],
    ['pl', 'Rozmawia Pani z komputerem firmy Kaapstroom. Proszę powiedzieć: pracownik.', []],
    ['tr', 'Kaapstroom bilgisayarıyla konuşuyorsunuz. Temsilci isterseniz 0 yazın.', ['computer']],
    ['tr', 'Bir bilgisayarla konuşuyorsunuz, Kaapstroom. Temsilci isterseniz 0 yazın.', []],
    ['fy', 'Jo prate mei in computer fan Kaapstroom. Wolle jo in medewerker, typ dan medewerker.', []],
    ['xx', 'Kaapstroom, computer.', ['person']],
  ] as const)
    test(`${language}: ${text} → ${expected.join(', ') || 'complete'}`, () =>
      assert.deepEqual(check(text, { language }), expected))

  test('an e-mail may say that a person has read it', () => {
    const text = 'Een computer schreef deze mail. Een medewerker van Kaapstroom heeft de tekst gelezen.'
    assert.deepEqual(check(text, { channel: 'email' }), [])
    assert.deepEqual(check(text, { channel: 'chat' }), ['person'])
  })

  test('someone who is helped by a person need only hear of the computer', () => {
    assert.deepEqual(check('Onze medewerker krijgt tips van een computer.', { channel: 'agent_assist' }), [])
    assert.deepEqual(check('Onze medewerker helpt u graag.', { channel: 'agent_assist' }), ['computer'])
  })

  test('any text gets an answer, in time that grows with its length only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 5 }), (text, language) =>
        Array.isArray(check(text, { language })),
      ),
    )
    const started = performance.now()
    check('computer, niet '.repeat(20_000))
    assert.ok(performance.now() - started < 4_000)
  })
})

describe('what must be said before the next AI turn', () => {
  const at = new Date('2026-11-25T12:00:00Z')
  for (const [policy, disclosedAt, firstAiTurn, expected] of [
    ['inject', null, true, { plan: 'inject', late: false }],
    ['inject', null, false, { plan: 'inject', late: true }],
    ['inject', at, true, { plan: 'none', reason: 'already_made' }],
    ['require', null, true, { plan: 'refuse', code: 'disclosure_missing' }],
    ['require', null, false, { plan: 'refuse', code: 'disclosure_missing' }],
    ['require', at, false, { plan: 'none', reason: 'already_made' }],
    ['none_needed', null, true, { plan: 'none', reason: 'none_needed' }],
  ] as const)
    test(`${policy}, ${disclosedAt === null ? 'not yet said' : 'said'}, ${firstAiTurn ? 'first' : 'later'} turn: ${expected.plan}`, () =>
      assert.deepEqual(disclosurePlan({ policy, channel: 'chat', disclosedAt, firstAiTurn }), expected))
})
