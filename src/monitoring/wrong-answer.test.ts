import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { comparedSentences, matchOf } from './answer-sentences.ts'
import { reaches, wrongStates } from './contract.ts'
import {
  correctionLanguage,
  correctionSentence,
  correctionVersion,
  mayMove,
  previewHash,
  usualLook,
} from './wrong-answer.ts'

describe('by what the same answer is known', () => {
  const sentences = (answer: string, title: string | null = null) => comparedSentences(answer, title)

  test('case, spaces, marks and the person do not count; numbers do', () => {
    const one = sentences('Beste [PERSON_1], opzeggen kan binnen 14 dagen. Het kost € 0,09 per dag.')
    assert.deepEqual(one, ['beste person opzeggen kan binnen 14 dagen', 'het kost € 0_09 per dag'])
    assert.deepEqual(sentences('BESTE [PERSON_7]: opzeggen  kan binnen 14 dagen!\nHet kost €0,09 per dag'), [
      'beste person opzeggen kan binnen 14 dagen',
      'het kost € 0_09 per dag',
    ])
    assert.deepEqual(matchOf(one, sentences('Het kost € 0,10 per dag.')), undefined)
  })

  test('short sentences and the name of the article are not what an answer is known by', () => {
    assert.deepEqual(
      sentences(
        'Goedemorgen. U mag binnen 14 dagen opzeggen. [bron: Opzeggen en verhuizen naar elders]',
        'Opzeggen en verhuizen naar elders',
      ),
      ['u mag binnen 14 dagen opzeggen'],
    )
    assert.deepEqual(sentences('Dit staat in: Opzeggen en verhuizen.', 'Opzeggen en verhuizen'), [
      'dit staat in opzeggen en verhuizen',
    ])
    assert.deepEqual(sentences('Ja.'), ['ja'], 'what is short as a whole is known as a whole')
    assert.deepEqual(sentences(' \n …'), [])
  })

  test('a sentence counts once, and other scripts are words too', () => {
    assert.deepEqual(sentences('Dat kan tot 1 mei. Dat kan tot 1 mei.'), ['dat kan tot 1 mei'])
    assert.deepEqual(sentences('يمكنك الإلغاء خلال 14 يوما.'), ['يمكنك الإلغاء خلال 14 يوما'])
  })

  test('same: all of the wrong answer, whatever else is said; shared: a part of it', () => {
    const wrong = ['a', 'b']
    assert.deepEqual(matchOf(wrong, ['c', 'b', 'a']), { match: 'same', shared: 2 })
    assert.deepEqual(matchOf(wrong, ['b', 'c']), { match: 'shared', shared: 1 })
    assert.equal(matchOf(wrong, ['c']), undefined)
    assert.equal(matchOf(wrong, []), undefined)
    assert.equal(matchOf([], ['a']), undefined, 'an answer of which nothing is left is like no other')
  })
})

describe('a wrong answer', () => {
  const facts = { state: 'reported' as const, reportedBy: 'reporter', lookedEverywhere: true }

  test('two people look: who reported it does not judge it', () => {
    for (const move of ['confirm', 'reject'] as const) {
      assert.equal(mayMove(facts, move, 'reporter'), 'own_report')
      assert.equal(mayMove(facts, move, 'colleague'), null)
    }
  })

  test('each move from each state', () => {
    const table = {
      reported: { confirm: null, reject: null, look: null, correct: 'answer_unconfirmed' },
      confirmed: { confirm: 'answer_judged', reject: 'answer_judged', look: null, correct: null },
      rejected: {
        confirm: 'answer_judged',
        reject: 'answer_judged',
        look: 'answer_rejected',
        correct: 'answer_rejected',
      },
      corrected: {
        confirm: 'answer_judged',
        reject: 'answer_judged',
        look: 'answer_corrected',
        correct: 'answer_corrected',
      },
    } as const
    for (const state of wrongStates)
      for (const [move, expected] of Object.entries(table[state]))
        assert.equal(mayMove({ ...facts, state }, move as 'look', 'colleague'), expected, `${state} ${move}`)
  })

  test('nobody is told before everywhere was looked', () =>
    assert.equal(
      mayMove({ ...facts, state: 'confirmed', lookedEverywhere: false }, 'correct', 'colleague'),
      'look_running',
    ))

  test('ninety days before the answer, up to now', () => {
    const now = new Date('2026-11-25T12:00:00Z')
    assert.deepEqual(usualLook(new Date('2026-11-20T00:00:00Z'), now), {
      from: new Date('2026-08-22T00:00:00Z'),
      until: now,
    })
  })
})

describe('what a customer reads of a correction', () => {
  const correction = { nl: 'opzeggen kan binnen 30 dagen. ', en: 'you can cancel within 30 days' }
  const given = (contact: { phone?: string; email?: string; website?: string }) => ({
    answeredAt: new Date('2026-11-20T23:30:00Z'),
    correction,
    client: { name: 'Kaapstroom', contact },
  })

  test('the model sentence, with the day of their own answer in the Netherlands', () => {
    assert.equal(
      correctionSentence(given({ phone: '088-0000100', email: 'help@kaapstroom.example' }), 'nl'),
      'Wij gaven u een verkeerd antwoord op 21 november 2026. Dat was onze fout. Het juiste antwoord is: opzeggen kan binnen 30 dagen. Hebt u schade? Laat het ons weten: 088-0000100 of help@kaapstroom.example.',
    )
    assert.match(
      correctionSentence(given({ website: 'https://kaapstroom.example' }), 'en'),
      /^We gave you a wrong answer on 21 November 2026\. .* you can cancel within 30 days\. .* https:\/\/kaapstroom\.example\.$/,
    )
    assert.match(correctionSentence(given({}), 'nl'), /weten: Kaapstroom\.$/)
  })

  test('in the language of the conversation', () => {
    for (const [tag, language] of [
      ['nl', 'nl'],
      ['nl-BE', 'nl'],
      ['fy', 'nl'],
      ['und', 'nl'],
      ['en-GB', 'en'],
      ['ar', 'en'],
      ['nlx', 'en'],
    ] as const)
      assert.equal(correctionLanguage(tag), language, tag)
  })

  test('another text is another version, and what was shown is approved as it was', () => {
    assert.match(correctionVersion(correction, 'nl'), /^[0-9a-f]{12}$/)
    assert.notEqual(correctionVersion(correction, 'nl'), correctionVersion({ ...correction, nl: 'anders' }, 'nl'))
    const preview = { id: 'a', reach: 'same' as const, correction, recipients: { nl: 2, en: 1 }, sentences: correction }
    const hash = previewHash(preview)
    assert.equal(previewHash({ ...preview }), hash)
    for (const other of [
      { ...preview, recipients: { nl: 3, en: 1 } },
      { ...preview, reach: reaches[1] },
      { ...preview, sentences: { ...correction, en: 'x' } },
    ])
      assert.notEqual(previewHash(other), hash)
  })
})
