import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stemEnglish } from './stem-en.ts'
import { stemDutch } from './stem-nl.ts'
import { snippetOf, spokenIn, wantedIn } from './words.ts'

// Pairs worked out by hand along the steps of the two algorithms.
const english: Readonly<Record<string, string>> = {
  caresses: 'caress',
  ties: 'tie',
  cries: 'cri',
  gas: 'gas',
  this: 'this',
  gaps: 'gap',
  kiwis: 'kiwi',
  agreed: 'agre',
  feed: 'feed',
  luxuriated: 'luxuri',
  hopping: 'hop',
  hoping: 'hope',
  disabled: 'disabl',
  conflated: 'conflat',
  happy: 'happi',
  by: 'by',
  say: 'say',
  relational: 'relat',
  conditional: 'condit',
  vietnamization: 'vietnam',
  operator: 'oper',
  hopefulness: 'hope',
  formality: 'formal',
  electrical: 'electr',
  goodness: 'good',
  revival: 'reviv',
  adjustment: 'adjust',
  adoption: 'adopt',
  generate: 'generat',
  generously: 'generous',
  communication: 'communic',
  probate: 'probat',
  controlling: 'control',
  rolling: 'roll',
  invoices: 'invoic',
  invoice: 'invoic',
  payment: 'payment',
  payments: 'payment',
  skies: 'sky',
  news: 'news',
  proceed: 'proceed',
  "customer's": 'custom',
  employees: 'employe',
  yields: 'yield',
  cancelled: 'cancel',
  cancelling: 'cancel',
}
const dutch: Readonly<Record<string, string>> = {
  lichaamsziek: 'lichaamsziek',
  lichamelijk: 'licham',
  lichamelijke: 'licham',
  lichamen: 'licham',
  opgingen: 'opging',
  opglimpen: 'opglimp',
  rekening: 'reken',
  rekeningen: 'reken',
  factuur: 'factur',
  facturen: 'factur',
  betaling: 'betal',
  betalingen: 'betal',
  betaald: 'betaald',
  klacht: 'klacht',
  klachten: 'klacht',
  brieven: 'briev',
  pakketten: 'pakket',
  pakket: 'pakket',
  mogelijkheden: 'mogelijk',
  mogelijkheid: 'mogelijk',
  mogelijk: 'mogelijk',
  huis: 'huis',
  maan: 'man',
  brood: 'brod',
  broden: 'brod',
  vuurwerk: 'vuurwerk',
  drinkbaar: 'drinkbar',
  gelukkig: 'gelukk',
  gelukkige: 'gelukk',
  vriendelijkheid: 'vriendelijk',
  kinderen: 'kinder',
  monteurs: 'monteur',
  monteur: 'monteur',
  één: 'een',
  reünie: 'reunie',
  groeien: 'groei',
}

describe('stems', () => {
  for (const [word, stem] of Object.entries(english)) test(`en: ${word}`, () => assert.equal(stemEnglish(word), stem))
  for (const [word, stem] of Object.entries(dutch)) test(`nl: ${word}`, () => assert.equal(stemDutch(word), stem))
  test('any text of letters ends', () => {
    for (const word of [
      '',
      'y',
      'yy',
      "'",
      "''s",
      'ieieie',
      'yyyyyy',
      'enenenen',
      'heden',
      'e',
      'lijkheid'.repeat(8),
    ]) {
      assert.equal(typeof stemEnglish(word), 'string')
      assert.equal(typeof stemDutch(word), 'string')
    }
  })
})

describe('words', () => {
  test('places count every word, small ones too; small ones are left out', () => {
    assert.deepEqual(spokenIn('De factuur van mei: facturen!', 'nl'), [
      { stem: 'factur', places: [1, 4] },
      { stem: 'mei', places: [3] },
    ])
    assert.deepEqual(spokenIn('', 'nl'), [])
    assert.deepEqual(spokenIn('Auto’s, CAFÉ; cv-ketel: 14:30', 'nl'), [
      { stem: 'auto', places: [0] },
      { stem: 'caf', places: [1] },
      { stem: 'cvketel', places: [2] },
      { stem: 'cv', places: [2] },
      { stem: 'ketel', places: [3] },
      { stem: '1430', places: [4] },
      { stem: '14', places: [4] },
      { stem: '30', places: [5] },
    ])
  })
  test('words and phrases, in both languages at once', () => {
    assert.deepEqual(wantedIn('monteurs "kapotte ketel"')?.phrases, [
      [{ forms: ['monteur'], offset: 0 }],
      [
        { forms: ['kapot', 'kapott'], offset: 0 },
        { forms: ['ketel'], offset: 1 },
      ],
    ])
    assert.deepEqual(wantedIn('"open quote')?.phrases.length, 1)
    assert.deepEqual(wantedIn('e-mail jan@voorbeeld.nl 1.250,50')?.phrases, [
      [{ forms: ['email'], offset: 0 }],
      [
        { forms: ['jan'], offset: 0 },
        { forms: ['voorbeeld'], offset: 1 },
        { forms: ['nl'], offset: 2 },
      ],
      [{ forms: ['125050'], offset: 0 }],
    ])
    for (const nothing of ['', 'de het een', '"van de"', Array(13).fill('woord').join(' ')])
      assert.equal(wantedIn(nothing), undefined)
  })
  test('a snippet shows what is around the first word that fits', () => {
    const text = `${'x '.repeat(60)}De monteurs komen morgen. ${'y '.repeat(60)}`
    const found = snippetOf(text, wantedIn('monteur')!, 10)
    assert.deepEqual(found, { before: '… x x x De ', hit: 'monteurs', after: ' komen mor…' })
    assert.equal(snippetOf('niets', wantedIn('monteur')!), undefined)
  })
  test('a snippet shows a phrase from its first word to its last, and what is written with hyphens whole', () => {
    const hit = (text: string, words: string) => snippetOf(text, wantedIn(words)!, 0)?.hit
    assert.equal(hit('De ketel. De kapotte oude ketel hier.', '"kapotte oude ketel"'), 'kapotte oude ketel')
    assert.equal(hit('De ketel. De kapotte oude ketel hier.', '"kapotte de ketel"'), 'kapotte oude ketel')
    assert.equal(hit('Een cv-ketel, geen ketel.', 'ketel'), 'cv-ketel')
    assert.equal(hit('Mijn e\u00adma\u00adil is weg.', 'email'), 'e\u00adma\u00adil')
    assert.equal(hit('Om 14:30 kwam hij, niet om 1430.', '1430'), '14:30')
  })
})
