import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { contestMoves, contestNext, contestSteps, movedTo, reviewerConflict, stepOf } from './contest.ts'
import {
  type ContestFacts,
  contestExtendedLetter,
  contestOutcomeLetter,
  contestReceivedLetter,
} from './contest-letter.ts'
import { confirms, GIVE_UP_MS, nextTry, signedText } from './outbox/webhook.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/states/contest.md'), 'utf8')

describe('states of a contest', () => {
  test('the drawing has every way and no other', () => {
    const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+): (\w+)$/gm)].map(
      ([, from, to, move]) => `${from} ${to} ${move}`,
    )
    const coded = Object.entries(contestMoves).flatMap(([move, { from, to }]) =>
      from.map((one) => `${one} ${to} ${move}`),
    )
    assert.deepEqual(drawn.sort(), coded.sort())
  })
  test('the table names who makes a move and the entry it leaves', () => {
    const rows = [...page.matchAll(/^\| (\w+) \| (\w+) \| `([\w.]+)` \|$/gm)].map(([, ...cells]) => cells)
    assert.deepEqual(
      rows,
      Object.entries(contestMoves).map(([move, { by, event }]) => [move, by, event]),
    )
  })
  test('from an end nothing leads on', () => {
    for (const step of contestSteps.filter((one) => ['kept', 'changed', 'withdrawn'].includes(one)))
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
    ] as const)
      assert.equal(stepOf(standing), step)
  })
  test('a change that no system confirmed is still to be done', () => {
    assert.equal(contestNext('changed', 'a', true), 'confirm_change')
    assert.equal(contestNext('changed', 'a', false), null)
    assert.equal(contestNext('received', null, false), 'assign')
  })
})

describe('who looks again', () => {
  const nobody = { reviewed: [], spoke: [] }
  for (const [why, reviewer, took, code] of [
    ['an overseer', { id: 'a', roles: ['overseer'], trained: null }, nobody, undefined],
    [
      'somebody without the role',
      { id: 'a', roles: ['supervisor', 'agent'], trained: null },
      nobody,
      'reviewer_role_missing',
    ],
    ['whose training ended', { id: 'a', roles: ['reviewer'], trained: false }, nobody, 'reviewer_unqualified'],
    ['with a training that holds', { id: 'a', roles: ['reviewer'], trained: true }, nobody, undefined],
    [
      'who looked at it before',
      { id: 'a', roles: ['reviewer'], trained: true },
      { reviewed: ['a'], spoke: [] },
      'reviewer_took_decision',
    ],
    [
      'who spoke with the customer',
      { id: 'a', roles: ['reviewer'], trained: true },
      { reviewed: ['b'], spoke: ['a'] },
      'reviewer_in_conversation',
    ],
  ] as const)
    test(why, () => assert.equal(reviewerConflict(reviewer, took), code))
})

describe('letters about a contest', () => {
  const facts: ContestFacts = {
    organisation: 'Proef BV',
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
    reviewer: null,
    reviewedAt: new Date('2026-11-25T10:00:00Z'),
    view: 'ik betaalde {op tijd}',
    answer: 'Uw betaling stond niet goed bij ons.',
    nextSteps: null,
    nextBy: null,
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
  test('both languages have every part', () => {
    for (const language of ['nl', 'en'] as const)
      for (const letter of [
        contestReceivedLetter({ ...facts, language }),
        contestOutcomeLetter({ ...outcome, language, nextSteps: 'X', nextBy: 'Y' }),
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
  test('are signed over id, time and body', () => assert.equal(signedText('a', 12, '{}'), 'a.12.{}'))
})
