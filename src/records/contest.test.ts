import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  answerGap,
  comparableReasons,
  contestMoves,
  contestNext,
  contestSteps,
  effectAfter,
  effectMoves,
  freezes,
  movedTo,
  reviewerConflict,
  stepOf,
} from './contest.ts'
import {
  type ContestFacts,
  contestExtendedLetter,
  contestOutcomeLetter,
  contestReceivedLetter,
} from './contest-letter.ts'
import { confirms, GIVE_UP_MS, nextTry, signedText, signingKey } from './outbox/webhook.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/states/contest.md'), 'utf8')

const [steps, effects] = page.split('## Its effect') as [string, string]
const drawnIn = (part: string) =>
  [...part.matchAll(/^ {2}(\w+) --> (\w+): (\w+)$/gm)].map(([, from, to, move]) => `${from} ${to} ${move}`).sort()
const codedIn = (moves: Readonly<Record<string, { from: readonly string[]; to: string }>>) =>
  Object.entries(moves)
    .flatMap(([move, { from, to }]) => from.map((one) => `${one} ${to} ${move}`))
    .sort()
const rowsIn = (part: string) =>
  [...part.matchAll(/^\| (\w+) \| (\w+) \| `([\w.]+)` \|$/gm)].map(([, ...cells]) => cells)

describe('states of a contest', () => {
  test('the drawings have every way and no other', () => {
    assert.deepEqual(drawnIn(steps), codedIn(contestMoves))
    assert.deepEqual(drawnIn(effects), codedIn(effectMoves))
  })
  test('the tables name who makes a move and the entry it leaves', () => {
    for (const [part, moves] of [
      [steps, contestMoves],
      [effects, effectMoves],
    ] as const)
      assert.deepEqual(
        rowsIn(part),
        Object.entries(moves).map(([move, { by, event }]) => [move, by, event]),
      )
  })
  test('from an end nothing leads on', () => {
    for (const step of contestSteps.filter((one) => ['kept', 'changed', 'withdrawn', 'ended'].includes(one)))
      for (const move of Object.keys(contestMoves) as (keyof typeof contestMoves)[])
        assert.equal(movedTo(step, move), undefined)
  })
  test('no answer leads from what nobody read', () => {
    assert.equal(movedTo('received', 'keep'), undefined)
    assert.equal(movedTo('received', 'change'), undefined)
  })
  test('where it stands follows from what is kept', () => {
    for (const [standing, step] of [
      [{ state: 'open', readBy: null, verdict: null }, 'received'],
      [{ state: 'open', readBy: 'a', verdict: null }, 'in_review'],
      [{ state: 'answered', readBy: 'a', verdict: 'confirmed' }, 'kept'],
      [{ state: 'answered', readBy: 'a', verdict: 'changed' }, 'changed'],
      [{ state: 'withdrawn', readBy: 'a', verdict: null }, 'withdrawn'],
      [{ state: 'ended', readBy: null, verdict: null }, 'ended'],
    ] as const)
      assert.equal(stepOf(standing), step)
  })
  test('what comes next: somebody to do it, a hold that nobody confirmed, the words, the review, the change', () => {
    const base = { step: 'received', owner: 'a', effect: 'asked', unconfirmed: false } as const
    for (const [facts, next] of [
      [{ ...base, owner: null, effect: 'not_confirmed' }, 'assign'],
      [{ ...base, effect: 'not_confirmed' }, 'confirm_hold'],
      [{ ...base, step: 'in_review', effect: 'not_confirmed' }, 'confirm_hold'],
      [base, 'read'],
      [{ ...base, step: 'in_review', effect: 'confirmed' }, 'review'],
      [{ ...base, step: 'in_review', effect: 'released' }, 'review'],
      [{ ...base, step: 'changed', unconfirmed: true }, 'confirm_change'],
      [{ ...base, step: 'changed' }, null],
      [{ ...base, step: 'kept', effect: 'not_confirmed', unconfirmed: true }, null],
    ] as const)
      assert.equal(contestNext(facts), next, JSON.stringify(facts))
  })
  test('an effect that cannot be held is never held, and no answer undoes a confirmation by time', () => {
    for (const move of Object.keys(effectMoves) as (keyof typeof effectMoves)[]) {
      assert.equal(effectAfter('not_possible', move), undefined)
      assert.equal(effectAfter(null, move), undefined)
    }
    assert.equal(effectAfter('confirmed', 'lapse'), undefined)
    assert.equal(effectAfter('not_confirmed', 'hold'), 'confirmed', 'late is better than never')
    for (const effect of freezes) assert.notEqual(effectAfter(effect, 'lapse'), effect)
  })
})

describe('what an answer needs', () => {
  const today = '2026-11-25'
  const full = { points: 'Uw betaling kwam op tijd.', nextSteps: 'Wij sturen een aanbod', nextBy: today }
  for (const [why, wrote, given, gap] of [
    ['everything there', true, full, undefined],
    ['no answer to what was written', true, { ...full, points: undefined }, 'decision_points_needed points'],
    ['nothing was written, so nothing to answer', false, { ...full, points: undefined }, undefined],
    ['nothing happens next', false, { ...full, nextSteps: undefined }, 'decision_next_needed nextSteps'],
    ['no day', false, { ...full, nextBy: undefined }, 'decision_next_needed nextBy'],
    ['yesterday', false, { ...full, nextBy: '2026-11-24' }, 'decision_next_past nextBy'],
  ] as const)
    test(why, () => {
      const found = answerGap({ wrote, today }, given)
      assert.equal(found && `${found.code} ${found.param}`, gap)
    })
  test('reasons are the same text with other capitals, signs and spaces, and another with other words', () => {
    assert.equal(comparableReasons(' De  betaling KLOPT. '), comparableReasons('de betaling klopt'))
    assert.notEqual(comparableReasons('de betaling klopt'), comparableReasons('de betaling klopt niet'))
  })
})

describe('who looks again', () => {
  const nobody = { decided: null, reviewed: [], spoke: [] }
  const fit = { id: 'a', roles: ['reviewer'], elsewhere: false, trained: true } as const
  for (const [why, reviewer, took, trainedOnly, code] of [
    ['an overseer', { ...fit, roles: ['overseer'], trained: null }, nobody, false, undefined],
    ['somebody without the role', { ...fit, roles: ['supervisor', 'agent'] }, nobody, false, 'reviewer_role_missing'],
    ['with the role elsewhere', { ...fit, roles: [], elsewhere: true }, nobody, false, 'reviewer_other_client'],
    ['whose training ended', { ...fit, trained: false }, nobody, false, 'reviewer_unqualified'],
    ['with a training that holds', fit, nobody, true, undefined],
    ['without one, where one is needed', { ...fit, trained: null }, nobody, true, 'reviewer_unqualified'],
    ['who took the decision', fit, { ...nobody, decided: 'a' }, false, 'reviewer_took_decision'],
    ['who looked at it before', fit, { ...nobody, reviewed: ['a'] }, false, 'reviewer_took_decision'],
    [
      'who spoke with the customer',
      fit,
      { ...nobody, reviewed: ['b'], spoke: ['a'] },
      false,
      'reviewer_in_conversation',
    ],
    ['where others had a part', fit, { decided: 'b', reviewed: ['c'], spoke: ['d'] }, true, undefined],
  ] as const)
    test(why, () => assert.equal(reviewerConflict(reviewer, took, { trainedOnly }), code))
})

describe('letters about a contest', () => {
  const facts: ContestFacts = {
    organisation: 'Proef BV',
    contact: { phone: '088-1', email: null },
    reference: 'H-2026-000255',
    language: 'nl',
    receivedAt: new Date('2026-11-23T10:00:00Z'),
    promisedOn: '7 december 2026',
    freeze: 'not_possible',
    freezeReason: null,
  }
  const outcome = {
    ...facts,
    decidedAt: new Date('2026-11-20T10:00:00Z'),
    oldOutcome: 'geen aanbod',
    newOutcome: 'wel een aanbod',
    system: 'Aanbodscore',
    version: '2.1',
    alone: true,
    explained: ['te late betalingen: 3. Dit maakte uw score lager.'],
    notUsed: ['uw leeftijd'],
    aiOutput: 'geen aanbod',
    inputs: ['te late betalingen', 'maanden klant'],
    signer: { name: null, role: 'reviewer' },
    reviewedAt: new Date('2026-11-25T10:00:00Z'),
    view: 'ik betaalde {op tijd}',
    answer: 'Uw betaling stond niet goed bij ons.',
    points: 'Wij zagen de betaling van 3 november.',
    nextSteps: 'Wij sturen u een aanbod',
    nextBy: '1 december 2026',
    late: false,
  } as const
  const text = (letter: { paragraphs: readonly string[] }) => letter.paragraphs.join('\n')
  test('what is said of the effect is what is on record', () => {
    assert.match(text(contestReceivedLetter({ ...facts, freeze: 'confirmed' })), /voeren wij het besluit niet uit/)
    assert.match(text(contestReceivedLetter({ ...facts, freeze: 'asked' })), /Wij hebben gevraagd/)
    assert.match(text(contestReceivedLetter(facts)), /blijft het besluit gelden\.$/m)
    assert.match(
      text(
        contestReceivedLetter({ ...facts, freezeReason: { nl: 'de bestelling is al weg', en: 'the order has left' } }),
      ),
      /De reden is: de bestelling is al weg\./,
    )
  })
  test('the outcome comes first, then who looked, the customer’s own words, the reason and what can be done', () => {
    const letter = text(contestOutcomeLetter(outcome))
    for (const part of [
      'Eerst was het: geen aanbod. Nu is het: wel een aanbod.',
      'Er keek geen mens mee',
      '“ik betaalde {op tijd}”',
      'artikel 22 AVG',
      'Autoriteit Persoonsgegevens',
    ])
      assert.ok(letter.includes(part), part)
    assert.match(text(contestOutcomeLetter({ ...outcome, newOutcome: null })), /blijft: geen aanbod\./)
    assert.match(
      text(contestOutcomeLetter({ ...outcome, explained: [] })),
      /kunnen het eerste besluit niet goed uitleggen/,
    )
    assert.doesNotMatch(text(contestOutcomeLetter({ ...outcome, alone: false })), /artikel 22/)
  })
  test('it names what the computer was given, the answer to the customer, and what happens by when', () => {
    const letter = text(contestOutcomeLetter(outcome))
    for (const part of [
      'te late betalingen en maanden klant. De uitkomst van de computer was: geen aanbod.',
      'Ons antwoord op uw punten is: Wij zagen de betaling van 3 november.',
      'Dit gebeurt nu, uiterlijk op 1 december 2026: Wij sturen u een aanbod',
    ])
      assert.ok(letter.includes(part), part)
    assert.doesNotMatch(text(contestOutcomeLetter({ ...outcome, points: null, view: null })), /punten|eigen woorden/)
    assert.doesNotMatch(letter, /te laat\./)
    assert.match(text(contestOutcomeLetter({ ...outcome, late: true })), /Wij zijn te laat\. Dat is onze fout\./)
  })
  test('a person signs what they read, by name only where the client names its staff', () => {
    const letter = text(contestOutcomeLetter(outcome))
    assert.match(letter, /Een mens heeft deze brief gelezen en goedgekeurd/)
    assert.match(letter, /Met vriendelijke groet, herbeoordelaar van Proef BV/)
    const named = { ...outcome, signer: { name: 'Bram de Ruiter', role: 'overseer' } } as const
    assert.match(text(contestOutcomeLetter(named)), /Bram de Ruiter \(toezichtmedewerker\), Proef BV/)
    assert.match(text(contestOutcomeLetter(named)), /Bram de Ruiter keek opnieuw op 25 november 2026/)
    const received = text(contestReceivedLetter(facts))
    assert.match(received, /stuurde deze bevestiging vanzelf/)
    assert.doesNotMatch(received, /Een mens heeft deze brief gelezen/)
    assert.match(received, /Bel 088-1\./)
    assert.match(text(contestReceivedLetter({ ...facts, contact: { phone: null, email: null } })), /op uw klantpagina/)
  })
  test('both languages have every part', () => {
    for (const language of ['nl', 'en'] as const)
      for (const letter of [
        contestReceivedLetter({ ...facts, language }),
        contestOutcomeLetter({ ...outcome, language, late: true }),
        contestExtendedLetter({ ...facts, language }, 'Z', 'drukte'),
      ])
        assert.doesNotMatch(text(letter).replace('{op tijd}', ''), /[{}]|undefined/)
  })
})

describe('messages to systems of the organisation', () => {
  const at = new Date('2026-11-25T12:00:00Z')
  test('are tried again ever later, for three days', () => {
    const waits = [1, 2, 3, 20].map((attempts) => nextTry(at, attempts, at)!.getTime() - at.getTime())
    assert.deepEqual(waits, [15_000, 30_000, 60_000, 3_600_000])
    assert.equal(nextTry(at, 80, new Date(at.getTime() + GIVE_UP_MS)), undefined)
  })
  test('are confirmed by a reply that says so, and by nothing else', () => {
    for (const [status, body, yes] of [
      [200, '{"confirmed":true}', true],
      [200, '{"confirmed":"true"}', false],
      [200, 'ok', false],
      [204, '', false],
      [500, '{"confirmed":true}', false],
    ] as const)
      assert.equal(confirms(status, body), yes, body)
  })
  test('are signed with the key that a receiver was given, as text or as the standard writes it', () => {
    assert.deepEqual(signingKey('geheim'), Buffer.from('geheim'))
    assert.deepEqual(signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')?.length, 24)
    for (const none of ['whsec_', 'whsec_geen base64', 'whsec_abcde']) assert.equal(signingKey(none), undefined, none)
  })
  test('are signed over id, time and body', () => assert.equal(signedText('a', 12, '{}'), 'a.12.{}'))
})
