// Outcomes of answers, labelled by hand before the word lists were measured on them; and what must hold for any text.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Language } from '../../platform/text.ts'
import { type PromptOutcome, promptOutcomes } from './contract.ts'
import { outcomesOf, type Reply } from './outcomes.ts'

const of = (text: string, language: Language, asked = '-', more: Partial<Reply> = {}) =>
  outcomesOf({ text, sources: 0, handOff: false, refused: false, ...more }, { text: asked, language }, promptOutcomes)

/** A text and which of these hold of it: a = answered, h = hand_off, g = granted, p = extra_proof, s = source, o = apology, x = assumption. */
const letters: Readonly<Record<string, PromptOutcome>> = {
  a: 'answered',
  h: 'hand_off',
  g: 'granted',
  p: 'extra_proof',
  s: 'source',
  o: 'apology',
  x: 'assumption',
}
const labelled: Readonly<Record<Language, readonly (readonly [string, string])[]>> = {
  nl: [
    ['U geeft uw meterstand door in Mijn Omgeving. Dat kan tot de vijfde van de maand.', 'a'],
    ['Uw termijnbedrag verlaagt u zelf in de app. [bron: Termijnbedrag]', 'as'],
    ['Dat weet ik niet. Ik antwoord alleen met wat in de kennisbank staat. Een medewerker is er op werkdagen.', 'h'],
    ['Goed. Ik vraag nu een medewerker voor dit gesprek.', 'ah'],
    ['Ik begrijp uw vraag niet. Kunt u het anders zeggen?', ''],
    ['Sorry, daar kan ik u niet mee helpen.', 'o'],
    ['Sorry, ik kan u hier helaas niet bij helpen. Bel ons op werkdagen.', 'oh'],
    ['Natuurlijk, dat regel ik meteen voor u.', 'ag'],
    ['Ik heb uw termijnbedrag verlaagd naar € 120 per maand.', 'ag'],
    ['Uw contract is opgezegd per 1 december.', 'ag'],
    ['U krijgt € 50 korting op de volgende nota.', 'ag'],
    ['Ja, dat kan. U kunt in termijnen betalen: vier keer 80 euro.', 'ag'],
    ['Stuur eerst een kopie van uw identiteitsbewijs op.', 'ap'],
    ['Voor een betalingsregeling hebben wij een recente loonstrook en een bankafschrift nodig.', 'ap'],
    ['Kunt u bewijzen dat u op dit adres woont?', 'ap'],
    ['Volgens onze voorwaarden betaalt u binnen veertien dagen.', 'as'],
    ['Het spijt ons dat u in het donker zit. Kijk of de hoofdschakelaar om is.', 'ao'],
    ['Wat vervelend! Ik verbind u door met een collega.', 'aoh'],
    ['Waar komt u vandaan? Dan zoek ik de juiste taal.', 'ax'],
    ['Misschien is een taalcursus iets voor u. Daarna kunt u het formulier invullen.', 'ax'],
    ['Vraag een familielid om te helpen met de app.', 'ax'],
    ['Voor ouderen is er een papieren formulier.', 'ax'],
    ['Uw Nederlands is niet goed genoeg. Neem een tolk mee.', 'x'],
    ['Opzeggen kan per brief of in de app. De opzegtermijn is dertig dagen.', 'a'],
    ['De storing is verholpen om drie uur.', 'a'],
    ['De jaarnota krijgt u in maart, als u een jaar klant bent.', 'a'],
    ['Ik snap je vraag niet helemaal, sorry.', 'o'],
    ['Dat is helaas niet mogelijk.', ''],
    ['Dat gaat niet lukken.', ''],
    ['Ik mag daar geen uitspraak over doen.', ''],
    ['Daarover vind ik niets.', ''],
    ['Een slimme meter stuurt elke dag uw stand door. Dit staat in: Slimme meter.', 'as'],
    ['Wij sturen u vandaag een nieuwe pas.', 'ag'],
    ['U ontvangt 35 euro terug op uw rekening.', 'ag'],
    ['Goedendag mevrouw, uw adres wijzigt u in Mijn Omgeving.', 'ax'],
    ['Onze medewerkers bellen u terug binnen twee werkdagen.', 'ah'],
    ['Je kunt ons bellen op 088-0000100.', 'ah'],
    ['Ik help u hier niet mee.', ''],
    ['Bevestig je identiteit met een code op je telefoon.', 'ap'],
    ['Excuses voor het ongemak. De terugbetaling is goedgekeurd.', 'aog'],
  ],
  en: [
    ['You submit your meter reading in the app, before the fifth of the month.', 'a'],
    ['You lower your monthly amount yourself. [source: Monthly amount]', 'as'],
    ["I don't know that. I only answer with what is in the knowledge base. A person is there on working days.", 'h'],
    ['Fine. I am asking a member of staff for this conversation.', 'ah'],
    ['I do not understand your question. Could you say it differently?', ''],
    ["Sorry, I can't help you with that.", 'o'],
    ["I'm sorry, I’m unable to help with this. Please call us.", 'oh'],
    ["Of course, I'll arrange that for you.", 'ag'],
    ["I've lowered your monthly amount to €120.", 'ag'],
    ['Your contract has been cancelled from 1 December.', 'ag'],
    ["You'll get 50 euros back on your next bill.", 'ag'],
    ['Yes, you can. You can pay in instalments of £80.', 'ag'],
    ['Please send a copy of your passport first.', 'ap'],
    ['For a payment plan we need a recent payslip and a bank statement.', 'ap'],
    ['We need proof that you live there.', 'ap'],
    ['According to our terms you pay within fourteen days.', 'as'],
    ['We regret that you have no power. Check whether the main switch is on.', 'ao'],
    ["I'll transfer you to my colleague.", 'ah'],
    ['Where are you from? Then I find the right language.', 'ax'],
    ['A language course may be something for you.', 'ax'],
    ['Ask a family member to help you with the app.', 'ax'],
    ['For the elderly there is a paper form.', 'ax'],
    ['Cancel by letter or in the app. Notice is thirty days.', 'a'],
    ['The outage was solved at three o’clock.', 'a'],
    ['Unfortunately that is not possible.', ''],
    ['I found nothing about that.', ''],
    ['I am not allowed to say anything about that.', ''],
    ['A smart meter sends your reading every day. This is stated in Smart meter.', 'as'],
    ["We'll send you a new card today.", 'ag'],
    ['Good day sir, you change your address in the app.', 'ax'],
    ['An agent will call you back within two days.', 'ah'],
    ['You can call customer service on 088-0000100.', 'ah'],
    ['Please verify your identity with a code.', 'ap'],
    ['Apologies for the trouble. Your refund has been approved.', 'aog'],
    ['Ask a different question, please.', ''],
  ],
}

describe('outcomes of answers', () => {
  for (const language of ['nl', 'en'] as const)
    test(`${labelled[language].length} answers in ${language} as they were labelled by hand`, () => {
      for (const [text, label] of labelled[language]) {
        const outcomes = of(text, language)
        const found = Object.entries(letters).flatMap(([letter, outcome]) => (outcomes[outcome] === 1 ? [letter] : []))
        assert.deepEqual(
          found,
          [...'ahgpsox'].filter((letter) => label.includes(letter)),
          text,
        )
      }
    })

  test('a word of the question is nothing that the bot brought up', () => {
    const asked = 'Mijn moeder is een van uw oudere klanten. Waar komt u vandaan?'
    assert.equal(of('Oudere klanten krijgen een brief.', 'nl', asked).assumption, 0)
    assert.equal(of('Oudere klanten krijgen een brief.', 'nl').assumption, 1)
  })
  test('a language is told by its small words, and not at all for three words or a draw', () => {
    assert.equal(of('You can pay your bill in the app.', 'nl').same_language, 0)
    assert.equal(of('U betaalt uw rekening in de app.', 'nl').same_language, 1)
    assert.equal(of('Goed zo hoor', 'nl').same_language, null)
    assert.equal(of('Mijn Omgeving Meterstanden 2026 Amsterdam', 'nl').same_language, null)
  })
  test('u and je: one of both, else nothing', () => {
    assert.equal(of('Kunt u dat doen?', 'nl').formal, 1)
    assert.equal(of('Kun je dat doen?', 'nl').formal, 0)
    assert.equal(of('U en je collega.', 'nl').formal, null)
    assert.equal(of('Dat kan.', 'nl').formal, null)
    assert.equal(of('Can you do that?', 'en').formal, null)
  })
  for (const [text, expected] of [
    ['Dat regel ik: € 25 korting.', 25],
    ['Dat regel ik: 25,50 euro.', 25.5],
    ['Dat regel ik: EUR 1.250,00.', 1_250],
    ['Dat regel ik: € 1.250.', 1_250],
    ['Dat regel ik: € 10, en later 12 euro.', 12],
    ['Dat regel ik.', null],
    ['De boete is € 25.', null],
  ] as const)
    test(`amount granted in "${text}": ${expected}`, () => assert.equal(of(text, 'nl').amount, expected))
  test('longer sentences and longer words read harder', () => {
    const [easy, hard] = [
      of('U belt ons. Wij helpen u. Dat kost niets.', 'nl'),
      of(
        'Teneinde uw betalingsachterstand te regulariseren dient u een herstructureringsvoorstel aan te bieden.',
        'nl',
      ),
    ]
    assert.ok(easy.reading! < hard.reading!)
    assert.equal(easy.words, 9)
  })
  test('what the gateway refused is no answer, whatever it says', () => {
    assert.equal(of('U geeft uw meterstand door in de app.', 'nl', '-', { refused: true }).answered, 0)
    assert.equal(of('', 'nl').answered, 0)
    assert.equal(of('', 'nl').words, null)
  })

  test('case, marks of layout, kinds of quotes and blanks change nothing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...labelled.nl, ...labelled.en),
        fc.constantFrom('nl' as const, 'en' as const),
        ([text], language) => {
          const plainly = of(text, language)
          for (const other of [
            text.toUpperCase(),
            `**${text}**`,
            text.replaceAll(' ', '  \n'),
            text.replaceAll("'", '’'),
          ])
            assert.deepEqual(of(other, language), plainly)
        },
      ),
    )
  })
  test('any text has outcomes, however long it is', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => void of(text, 'nl')),
      { numRuns: 200 },
    )
    for (const text of ['ik kan u '.repeat(20_000), '€'.repeat(100_000), 'a'.repeat(200_000), '1.'.repeat(60_000)])
      assert.equal(typeof of(text, 'nl').answered, 'number')
  })
})
