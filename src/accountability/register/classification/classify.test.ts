import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { lawLink, lawTexts } from '../law.ts'
import { type Answers, type Classification, classify, dutyAt, type Outcome } from './classify.ts'
import { type Tree, treeHash, treeProblems } from './tree.ts'
import { currentTree, findTree, trees } from './trees.ts'

const outcomeOf = (answers: Answers, tree: Tree = currentTree): Outcome => {
  const found = classify(tree, answers)
  assert.ok(!('refused' in found), JSON.stringify(found))
  assert.ok(found.done, 'next' in found ? found.next : '')
  return found.outcome
}
/** «No» to everything that is asked, but for what is given. */
function filled(given: Answers, tree: Tree = currentTree): Answers {
  const answers: Record<string, string> = { ...given }
  for (;;) {
    const found = classify(tree, answers)
    assert.ok(!('refused' in found), JSON.stringify(found))
    if (found.done) return answers
    const { answers: known } = tree.questions.find(({ id }) => id === found.next)!
    answers[found.next] = known.find((one) => one === 'no' || one === 'none') ?? known[0]!
  }
}
const ids = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id)
/** A bot under its own name on a bought model, used by who answers here. */
const bot: Answers = { ai_system: 'yes', made_by: 'bought', own_brand: 'yes', uses: 'yes', general_model: 'supplier' }
const of = (answers: Answers) => outcomeOf(filled({ ...bot, ...answers }))

describe('decision trees', () => {
  for (const tree of trees) {
    test(`${tree.version} is sound: it looks back only, and has every sentence and article`, () => {
      assert.deepEqual(treeProblems(tree), [])
      for (const { law } of [...tree.questions, ...tree.conclusions, ...tree.duties])
        for (const one of law) assert.match(lawLink(one, 'nl'), /#(art|anx)_/)
      assert.equal(findTree(tree.version), tree)
    })
    test(`${tree.version} can be kept as data`, () =>
      assert.deepEqual(JSON.parse(JSON.stringify(tree)), structuredClone(tree)))
  }

  test('the current tree follows the text of law that is linked to', () =>
    assert.equal(currentTree.lawTextOf, lawTexts.ai_act.textOf))

  // What somebody answered to does not change under their answers: a tree that was released is followed by another.
  const released: Readonly<Record<string, string>> = {
    '2026-11': '6d22a4b5c8d0136e7e46f28dcf0ea2a632aaa9c9df14063e9114499babd32ac9',
  }
  test('a tree that was released is as it was', () =>
    assert.deepEqual(Object.fromEntries(trees.map((tree) => [tree.version, treeHash(tree)])), released))

  test('a tree that looks ahead, at itself or at what is not there is not sound', () => {
    const small = (questions: Tree['questions']): Tree => ({
      version: 'x',
      date: '2026-11-27',
      lawTextOf: '2026-07-27',
      questions,
      conclusions: [
        { id: 'c', kind: 'role', when: { question: 'a', is: ['yes'] }, law: [{ law: 'gdpr', article: '22' }] },
      ],
      duties: [],
      texts: currentTree.texts,
    })
    const wrong = (questions: Tree['questions']) =>
      treeProblems(small(questions)).filter((one) => !/^(nl|en) /.test(one))
    const law = [{ law: 'gdpr', article: '22' }] as const
    const a = { id: 'a', answers: ['yes', 'no'], law }
    const b = { id: 'b', answers: ['yes', 'no', 'unknown'], law }
    assert.deepEqual(wrong([a, b]), [])
    assert.deepEqual(wrong([{ ...a, ask: { question: 'b', is: ['yes'] } }, b]), ['a: question b is not before it'])
    assert.deepEqual(wrong([{ ...a, ask: { not: { question: 'a', is: ['yes'] } } }]), [
      'a: question a is not before it',
    ])
    assert.deepEqual(wrong([a, { ...b, ask: { all: [{ question: 'a', is: ['maybe'] }] } }]), ['b: answers of a'])
    assert.deepEqual(wrong([a, b, { ...b, id: 'd', ask: { question: 'b', is: ['unknown'] } }]), ['d: answers of b'])
    assert.deepEqual(wrong([a, { ...b, ask: { any: [] } }]), ['b: empty'])
    assert.deepEqual(wrong([a, { ...b, ask: { conclusion: 'c' } }]), ['b: conclusion c is not before it'])
    assert.deepEqual(wrong([a, a]), ['a: twice'])
    assert.deepEqual(wrong([{ ...a, law: [{ law: 'gdpr', article: 'art. 22' }] }]), ['a: law'])
  })
})

describe('any answers', () => {
  const one = fc.record(
    Object.fromEntries(currentTree.questions.map(({ id, answers }) => [id, fc.constantFrom(...answers)])),
  ) as fc.Arbitrary<Record<string, string>>
  const some = fc.record(
    Object.fromEntries(currentTree.questions.map(({ id, answers }) => [id, fc.constantFrom(...answers)])),
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, string>>
  const accepted = (found: Classification) => {
    assert.ok(!('refused' in found))
    return found
  }

  test('every walk ends, in as many steps as there are questions at most', () => {
    fc.assert(
      fc.property(some, one, (begun, rest) => {
        const answers = { ...begun }
        for (let step = 0; step <= currentTree.questions.length; step++) {
          const found = accepted(classify(currentTree, answers))
          if (found.done) return true
          assert.ok(!(found.next in answers))
          answers[found.next] = rest[found.next]!
        }
        return false
      }),
    )
  })

  test('the order of answers changes nothing, and neither does what is ignored', () => {
    fc.assert(
      fc.property(one, (answers) => {
        const found = accepted(classify(currentTree, answers))
        assert.deepEqual(classify(currentTree, Object.fromEntries(Object.entries(answers).toReversed())), found)
        const onPath = Object.fromEntries(found.path.map(({ question, answer }) => [question, answer]))
        const again = accepted(classify(currentTree, onPath))
        assert.ok(found.done && again.done)
        assert.deepEqual(again.outcome, found.outcome)
        assert.deepEqual(again.ignored, [])
        assert.equal(found.path.length + found.ignored.length, Object.keys(answers).length)
      }),
    )
  })

  test('every conclusion and duty names answers that were given, and comes out of these alone', () => {
    fc.assert(
      fc.property(one, (answers) => {
        const found = accepted(classify(currentTree, answers))
        assert.ok(found.done)
        const { outcome, path } = found
        const concluded = [outcome.role, outcome.prohibited, outcome.highRisk, outcome.exempt, outcome.transparency]
        for (const { id, because } of [
          ...concluded,
          outcome.model,
          outcome.privacy,
          outcome.notAi,
          outcome.duties,
        ].flat()) {
          assert.ok(because.length > 0, id)
          for (const { question, answer } of because)
            assert.ok(
              path.some((step) => step.question === question && step.answer === answer),
              `${id} ${question}`,
            )
        }
      }),
    )
  })

  test('what profiles people is never taken out of high risk, and no outcome is both', () => {
    fc.assert(
      fc.property(one, (answers) => {
        const found = accepted(classify(currentTree, answers))
        assert.ok(found.done)
        const { exempt, highRisk } = found.outcome
        if (answers.profiling !== 'no') assert.deepEqual(exempt, [])
        assert.ok(exempt.length === 0 || highRisk.length === 0)
      }),
    )
  })

  test('every question is reached with every answer, and every conclusion and duty is drawn', () => {
    const seen = new Set<string>()
    for (const answers of fc.sample(one, { numRuns: 4_000, seed: 1 })) {
      const found = accepted(classify(currentTree, answers))
      assert.ok(found.done)
      for (const { question, answer } of found.path) seen.add(`${question} ${answer}`)
      const { tree: _, category, open: __, ...lists } = found.outcome
      seen.add(category)
      for (const { id } of Object.values(lists).flat()) seen.add(id)
    }
    const wanted = [
      ...currentTree.questions.flatMap(({ id, answers }) => answers.map((answer) => `${id} ${answer}`)),
      ...currentTree.conclusions.map(({ id }) => id),
      ...currentTree.duties.map(({ id }) => id),
    ]
    assert.deepEqual(
      wanted.filter((one) => !seen.has(one)),
      [],
    )
  })
})

describe('systems of a contact centre', () => {
  const cases: readonly (readonly [string, Answers, string, readonly string[]])[] = [
    ['a chatbot', { talks: 'yes' }, 'transparency', []],
    ['a summary for staff', {}, 'other', []],
    ['a voice that hears anger of customers', { emotion_customer: 'yes' }, 'high_risk', ['high_risk.emotion_customer']],
    ['a voice that hears anger of staff', { emotion_staff: 'yes' }, 'prohibited', []],
    [
      'the same, not known whether for safety',
      { emotion_staff: 'yes', emotion_staff_safety: 'unknown' },
      'prohibited',
      [],
    ],
    [
      'the same, for safety',
      { emotion_staff: 'yes', emotion_staff_safety: 'yes' },
      'high_risk',
      ['high_risk.emotion_staff_safety'],
    ],
    ['scores of staff', { staff_scoring: 'yes' }, 'high_risk', ['high_risk.staff_scoring']],
    ['benefits', { public_benefits: 'yes' }, 'high_risk', ['high_risk.public_benefits']],
    ['credit', { credit: 'yes' }, 'high_risk', ['high_risk.credit']],
    ['insurance', { insurance: 'yes' }, 'high_risk', ['high_risk.insurance']],
    ['emergency calls', { emergency: 'yes' }, 'high_risk', ['high_risk.emergency']],
    ['benefits, a small task', { public_benefits: 'yes', minor_task: 'prepares' }, 'other', []],
    [
      'benefits, a small task that profiles',
      { public_benefits: 'yes', profiling: 'yes' },
      'high_risk',
      ['high_risk.public_benefits'],
    ],
    [
      'benefits, not known whether it profiles',
      { public_benefits: 'yes', profiling: 'unknown' },
      'high_risk',
      ['high_risk.public_benefits'],
    ],
    [
      'sorting voices by age',
      { biometric: 'yes', biometric_traits: 'protected' },
      'high_risk',
      ['high_risk.biometric_traits'],
    ],
    ['sorting voices by origin', { biometric: 'yes', biometric_traits: 'sensitive' }, 'prohibited', []],
    ['a bot that deceives', { manipulates: 'yes' }, 'prohibited', []],
    ['a bot that exploits', { exploits: 'yes' }, 'prohibited', []],
    ['fixed rules', { ai_system: 'no' }, 'not_ai', []],
  ]
  for (const [what, answers, category, highRisk] of cases)
    test(`${what}: ${category}`, () => {
      const outcome = outcomeOf(filled(answers.ai_system === 'no' ? answers : { ...bot, ...answers }))
      assert.equal(outcome.category, category)
      assert.deepEqual(ids(outcome.highRisk), highRisk)
    })

  test('a bot under its own name on a bought model makes a provider, who tells that it is AI since 2 August 2026', () => {
    const { role, duties } = of({ talks: 'yes' })
    assert.deepEqual(
      role.map(({ id, because }) => [id, because]),
      [
        ['provider', [{ question: 'own_brand', answer: 'yes' }]],
        ['deployer', [{ question: 'uses', answer: 'yes' }]],
      ],
    )
    const tell = duties.find(({ id }) => id === 'tell_ai')!
    assert.equal(tell.from, '2026-08-02')
    assert.deepEqual(tell.law[0], { law: 'ai_act', article: '50(1)' })
    assert.deepEqual(tell.because, [
      { question: 'own_brand', answer: 'yes' },
      { question: 'talks', answer: 'yes' },
    ])
  })

  test('a bought system under the supplier’s name makes a deployer, unless its purpose was changed', () => {
    assert.deepEqual(ids(of({ own_brand: 'no' }).role), ['deployer'])
    assert.deepEqual(ids(of({ own_brand: 'no', changed_purpose: 'yes' }).role), ['provider', 'deployer'])
    assert.ok(!ids(of({ own_brand: 'no', talks: 'yes' }).duties).includes('tell_ai'))
  })

  test('the reason of high risk names the answer that closes the exception', () => {
    const why = (answers: Answers) => of({ credit: 'yes', ...answers }).highRisk[0]!.because
    assert.deepEqual(why({ profiling: 'yes' }), [
      { question: 'credit', answer: 'yes' },
      { question: 'profiling', answer: 'yes' },
    ])
    assert.deepEqual(why({ minor_task: 'none' }), [
      { question: 'credit', answer: 'yes' },
      { question: 'minor_task', answer: 'none' },
    ])
  })

  test('every duty of high risk applies from 2 December 2027, and of article 50 none does', () => {
    const { duties } = of({
      credit: 'yes',
      emotion_customer: 'yes',
      talks: 'yes',
      makes_content: 'yes',
      public_service: 'yes',
    })
    const articles = (from: string) =>
      duties.filter((duty) => duty.from === from && duty.law[0]!.law === 'ai_act').map(({ law }) => law[0]!.article)
    assert.deepEqual(articles('2027-12-02'), [
      ...['16', '49(1)', '72(1)', '73(1)', '26(1)', '26(2)', '26(4)', '26(5)', '26(6)', '26(11)', '27(1)', '86(1)'],
    ])
    assert.deepEqual(articles('2026-08-02'), ['50(1)', '50(2)', '50(3)'])
  })

  test('marking has more time for what was on the market before 2 August 2026', () => {
    const dates = (before: string) =>
      of({ makes_content: 'yes', before_august_2026: before }).duties.flatMap(({ id, from }) =>
        id.startsWith('mark_content') ? [from] : [],
      )
    assert.deepEqual(dates('no'), ['2026-08-02'])
    assert.deepEqual(dates('yes'), ['2026-12-02'])
    assert.deepEqual(dates('unknown'), ['2026-08-02'])
  })

  test('the rights assessment is for public services, credit and insurance', () => {
    for (const [answers, asked] of [
      [{ staff_scoring: 'yes' }, false],
      [{ staff_scoring: 'yes', public_service: 'yes' }, true],
      [{ credit: 'yes' }, true],
      [{ insurance: 'yes' }, true],
      [{ credit: 'yes', uses: 'no' }, false],
    ] as const)
      assert.equal(ids(of(answers).duties).includes('rights_assessment'), asked, JSON.stringify(answers))
  })

  test('a decision by the system alone needs a ground, also when it is no AI', () => {
    const alone = (ground: string) =>
      outcomeOf(filled({ ai_system: 'no', solely_automated: 'yes', automated_ground: ground }))
    assert.deepEqual(ids(alone('none').privacy), ['automated_without_ground'])
    assert.deepEqual(ids(alone('law').privacy), ['automated_with_ground'])
    assert.deepEqual(ids(alone('unknown').privacy), [])
    assert.deepEqual(alone('unknown').open, ['automated_ground'])
  })
})

describe('answers that do not fit', () => {
  test('what the tree does not have is refused, with every place', () => {
    const wrong = { ai_system: 'maybe', colour: 'red', uses: 'yes', constructor: 'yes' }
    assert.deepEqual(classify(currentTree, wrong), {
      refused: [
        { code: 'answer_unknown', question: 'ai_system', answer: 'maybe' },
        { code: 'question_unknown', question: 'colour' },
        { code: 'question_unknown', question: 'constructor' },
      ],
    })
  })

  test('answers off the path are listed and count for nothing; answers ahead are kept', () => {
    assert.deepEqual(classify(currentTree, { ai_system: 'no', credit: 'yes', solely_automated: 'no' }), {
      done: false,
      next: 'profiling',
      path: [{ question: 'ai_system', answer: 'no' }],
      ignored: [{ question: 'credit', answer: 'yes' }],
    })
  })

  test('«I do not know» is asked on, and leaves its question open', () => {
    const outcome = outcomeOf(filled({ ...bot, ai_system: 'unknown', credit: 'unknown' }))
    assert.deepEqual(outcome.open, ['ai_system', 'credit'])
  })
})

test('a duty applies from its first day to its last', () => {
  const duty = { from: '2027-12-02', until: '2029-01-01' }
  assert.deepEqual(
    ['2027-12-01', '2027-12-02', '2029-01-01', '2029-01-02'].map((day) => dutyAt(duty, day)),
    ['coming', 'in_force', 'in_force', 'ended'],
  )
  assert.equal(dutyAt({ from: '2026-08-02', until: null }, '2026-11-27'), 'in_force')
})
