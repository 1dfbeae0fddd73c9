import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { LetterFacts, VerdictFacts } from './complaint-facts.ts'
import {
  acknowledgedLetter,
  extendedLetter,
  handedOverLetter,
  receivedLetter,
  verdictLetter,
  withdrawnLetter,
} from './letter.ts'
import { openRoutes, profileIds } from './profile.ts'

const facts: LetterFacts = {
  about: {
    organisation: 'Proef BV',
    address: null,
    phone: '088-1',
    email: 'help@proef.example',
    timeZone: 'Europe/Amsterdam',
  },
  reference: 'K-2026-000255',
  profile: 'default',
  language: 'nl',
  fullName: null,
  receivedAt: new Date('2026-11-23T10:00:00Z'),
  promisedOn: '2027-01-04',
  signer: { name: null, role: 'klachtbehandelaar' },
}
const verdict: VerdictFacts = {
  ...facts,
  verdict: 'upheld',
  points: [{ point: 'Het bedrag', verdict: 'upheld', reasons: 'Het was oud.' }],
  complaintQuote: 'Het bedrag klopt niet',
  remedy: 'een verbetering',
  heardOn: null,
  notHeard: true,
  evidence: ['het gesprek van 20 november 2026'],
  findings: 'De tekst was van vorig jaar',
  reasons: 'U mocht erop rekenen.',
  measures: null,
  measuresBy: null,
  improvements: null,
  ai: null,
  late: false,
  lawRef: 'Awb 9:11(1)',
  appealUntil: '2027-01-09',
  routes: openRoutes('default', { decided: true, late: false }),
  final: false,
}
const text = (letter: { paragraphs: readonly string[] }) => letter.paragraphs.join('\n')

describe('letters about a complaint', () => {
  test('the outcome stands first after the opening, whatever it is', () => {
    for (const [one, words] of [
      ['upheld', 'is gegrond'],
      ['partly', 'is deels gegrond'],
      ['not', 'is ongegrond'],
    ] as const)
      assert.ok(verdictLetter({ ...verdict, verdict: one }).paragraphs[2]!.includes(words), one)
  })
  test('an apology goes with our own fault alone', () => {
    assert.match(text(verdictLetter(verdict)), /Het spijt ons/)
    assert.match(text(verdictLetter({ ...verdict, verdict: 'partly' })), /Het spijt ons/)
    assert.doesNotMatch(text(verdictLetter({ ...verdict, verdict: 'not' })), /spijt/)
  })
  test('every way on that is open stands in it, and none that is not', () => {
    const letter = text(verdictLetter(verdict))
    for (const part of ['degeschillencommissie.nl', 'autoriteitpersoonsgegevens.nl', '9 januari 2027'])
      assert.ok(letter.includes(part), part)
    const awb = text(
      verdictLetter({
        ...verdict,
        profile: 'awb',
        appealUntil: null,
        routes: openRoutes('awb', { decided: true, late: false }),
      }),
    )
    assert.ok(awb.includes('nationaleombudsman.nl') && !awb.includes('opnieuw te kijken'))
    assert.doesNotMatch(text(verdictLetter({ ...verdict, routes: [], appealUntil: null })), /Dan kunt u dit doen/)
  })
  test('lateness is said, and called our fault', () => {
    assert.doesNotMatch(text(verdictLetter(verdict)), /te laat/)
    assert.match(text(verdictLetter({ ...verdict, late: true })), /Wij zijn te laat\. Dat is onze fout\./)
  })
  test('points are listed when there is more than one, each with its own verdict', () => {
    assert.doesNotMatch(text(verdictLetter(verdict)), /Per punt/)
    const two = verdictLetter({
      ...verdict,
      points: [...verdict.points, { point: 'De toon.', verdict: 'not', reasons: 'De toon was gewoon' }],
    })
    assert.match(text(two), /• De toon: ongegrond\. De toon was gewoon\./)
  })
  test('a name of staff stands in it only when it is given', () => {
    assert.match(text(acknowledgedLetter(facts)), /Een klachtbehandelaar onderzoekt uw klacht/)
    const named = { ...facts, signer: { name: 'Anna Postma', role: 'klachtbehandelaar' } }
    assert.match(text(acknowledgedLetter(named)), /Anna Postma onderzoekt uw klacht/)
    assert.match(text(acknowledgedLetter(named)), /Anna Postma \(klachtbehandelaar\), Proef BV/)
  })
  test('a letter that no person read does not say that one did', () => {
    assert.match(text(receivedLetter(facts)), /stuurde deze bevestiging vanzelf/)
    assert.doesNotMatch(text(receivedLetter(facts)), /Een mens heeft deze brief gelezen/)
    assert.match(text(verdictLetter(verdict)), /Een mens heeft deze brief gelezen en goedgekeurd/)
  })
  test('in every profile and language more time names the old and the new date, the reason and the rule', () => {
    for (const profile of profileIds)
      for (const language of ['nl', 'en'] as const) {
        const letter = text(
          extendedLetter(
            { ...facts, profile, language, promisedOn: '2027-02-01' },
            { previousPromisedOn: '2027-01-04', reasons: 'wij wachten' },
          ),
        )
        for (const part of language === 'nl'
          ? ['1 februari 2027', '4 januari 2027', 'wij wachten.']
          : ['1 February 2027', '4 January 2027', 'wij wachten.'])
          assert.ok(letter.includes(part), `${profile} ${language} ${part}`)
        assert.doesNotMatch(letter, /[{}]|undefined/)
      }
  })
  test('words of people are quoted as they are, also when they look like a place for a value', () => {
    const letter = text(
      verdictLetter({ ...verdict, complaintQuote: 'mijn {naam} klopt niet <b>', reasons: '{organisation} had gelijk' }),
    )
    assert.ok(letter.includes('“mijn {naam} klopt niet <b>”'))
    assert.ok(letter.includes('{organisation} had gelijk.'))
  })
  test('every letter has the number, the opening and a way to ask, also without telephone or mail', () => {
    const bare = { ...facts, about: { ...facts.about, phone: null, email: null } }
    for (const letter of [
      receivedLetter(bare),
      withdrawnLetter(bare),
      handedOverLetter(bare, { kind: 'request', reference: 'G-2026-000001' }),
    ]) {
      assert.equal(letter.paragraphs[0], 'Ons nummer: K-2026-000255.')
      assert.equal(letter.paragraphs[1], 'Beste klant,')
      assert.match(text(letter), /Stel ze op uw klantpagina/)
    }
  })
})
