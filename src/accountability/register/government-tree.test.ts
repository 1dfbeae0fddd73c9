import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { sharedData, without } from '../../platform/shared-data.ts'
import { classify, type Outcome } from './classification/classify.ts'
import { currentTree } from './classification/trees.ts'
import { aspects, compareTrees, treeWarnings } from './compare-trees.ts'
import { holds, readCondition } from './government-condition.ts'
import {
  GOVERNMENT_TREE_CHARACTERS,
  type GovernmentOutcome,
  type GovernmentTree,
  readGovernmentTree,
  walkGovernmentTree,
} from './government-tree.ts'
import { isRegisterTextKey } from './texts.ts'

const small = `version: "1"
name: Klein
questions:
  - questionId: "1"
    question: "Is het <strong>AI</strong>?<br>"
    explanation: "Geldt vanaf 2030."
    category: a
    subcategory: b
    answers:
      - answer: Ja
        labels: ["AI-systeem", "aanbieder"]
        nextQuestionId: "2"
      - answer: Nee
        nextConclusionId: "11.0"
  - questionId: "2"
    question: Hoog risico?
    explanation: ""
    category: a
    subcategory: b
    answers:
      - answer: Ja
        labels: [hoog-risico AI]
        redirects:
          - nextQuestionId: "1"
            if: '"distributeur" in labels'
          - nextConclusionId: "12"
      - answer: Nee
        redirects:
          - nextConclusionId: "12"
            if: '"distributeur" in labels'
      - answer: Terug
        nextQuestionId: "1"
conclusions:
  - conclusionId: "11.0"
    conclusion: Geen AI.
    obligation: "Vanaf 2030 niets."
  - conclusionId: "12"
    conclusion: "Hoog <em>risico</em>."
    obligation: "Vanaf 2030 alles."
    sources:
      - source: Artikel 6
        url: https://example.org/6
`
const read = (text: string): GovernmentTree => {
  const found = readGovernmentTree(text)
  assert.ok('tree' in found, JSON.stringify(found))
  return found.tree
}
const problemsOf = (text: string) => {
  const found = readGovernmentTree(text)
  assert.ok('problems' in found)
  return found.problems.map(({ code, line, column, field }) => `${line}:${column} ${code} ${field}`)
}

describe('conditions on labels', () => {
  const labels = new Set(['a', 'b'])
  for (const [condition, expected] of [
    ['"a" in labels', true],
    ['"c" in labels', false],
    ['!("c" in labels)', true],
    ['"a" in labels && "c" in labels', false],
    ['"c" in labels || "a" in labels && "b" in labels', true],
    ['("c" in labels || "a" in labels) && !("b" in labels)', false],
    ['!("c" in labels) && !("d" in labels) && "a" in labels ', true],
  ] as const)
    test(`${condition}: ${expected}`, () => assert.equal(holds(readCondition(condition)!, labels), expected))

  test('what is not of this form is not read', () => {
    for (const condition of [
      '',
      '"a"',
      'a in labels',
      '"a" in labels &&',
      '("a" in labels',
      '"a" in labels)',
      '"a" in labels "b" in labels',
      '&& "a" in labels',
      'process.exit()',
      `${'('.repeat(30)}"a" in labels${')'.repeat(30)}`,
      `"${'a'.repeat(2_000)}" in labels`,
    ])
      assert.equal(readCondition(condition), undefined, condition)
  })
})

describe('a small tree', () => {
  test('is read as plain text, without explanations and duties', () => {
    const tree = read(small)
    assert.equal(tree.questions[0]!.question, 'Is het AI ?')
    assert.deepEqual(tree.conclusions[1], {
      id: '12',
      conclusion: 'Hoog risico .',
      sources: [{ source: 'Artikel 6', url: 'https://example.org/6' }],
    })
    assert.doesNotMatch(JSON.stringify(tree), /2030/)
  })

  test('is walked to its conclusion', () => {
    const tree = read(small)
    const next = walkGovernmentTree(tree, { '1': 'Ja' })
    assert.ok('next' in next)
    assert.equal(next.next.id, '2')
    const end = walkGovernmentTree(tree, { '2': 'Ja', '1': 'Ja' })
    assert.ok('done' in end && end.done)
    assert.equal(end.conclusion.id, '12')
    assert.deepEqual(end.labels, ['AI-systeem', 'aanbieder', 'hoog-risico AI'])
    assert.deepEqual(
      end.path.map(({ question }) => question),
      ['1', '2'],
    )
  })

  test('does not go on for ever, and says where it is stuck', () => {
    const tree = read(small)
    assert.deepEqual(walkGovernmentTree(tree, { '1': 'Ja', '2': 'Terug' }), { stuck: { question: '1', why: 'loops' } })
    assert.deepEqual(walkGovernmentTree(tree, { '1': 'Ja', '2': 'Nee' }), { stuck: { question: '2', why: 'no_way' } })
  })

  test('refuses an answer and a question that it does not have', () => {
    const tree = read(small)
    assert.deepEqual(walkGovernmentTree(tree, { '1': 'ja' }), { refused: { question: '1', answer: 'ja' } })
    assert.deepEqual(walkGovernmentTree(tree, { constructor: 'Ja' }), { refused: { question: 'constructor' } })
  })

  const broken: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'a way to a question that is not there',
      small.replace('nextQuestionId: "2"', 'nextQuestionId: "3"'),
      ['12:9 reference_unknown questions[0].answers[0].nextQuestionId'],
    ],
    [
      'a way to a conclusion that is not there',
      small.replace('"11.0"', '"11.9"'),
      ['14:9 reference_unknown questions[0].answers[1].nextConclusionId'],
    ],
    ['no way at all', small.replace('        nextQuestionId: "2"\n', ''), ['10:9 way_missing questions[0].answers[0]']],
    [
      'two ways',
      small.replace('nextQuestionId: "2"', 'nextQuestionId: "2"\n        nextConclusionId: "12"'),
      ['10:9 way_missing questions[0].answers[0]'],
    ],
    [
      'a condition that is code',
      small.replace(`'"distributeur" in labels'`, `'process.exit()'`),
      ['25:13 condition_unreadable questions[1].answers[0].redirects[0].if'],
    ],
    [
      'a question twice',
      small.replace('questionId: "2"', 'questionId: "1"'),
      ['12:9 reference_unknown questions[0].answers[0].nextQuestionId', '15:5 id_twice questions[1].questionId'],
    ],
    [
      'an answer twice',
      small.replace('answer: Terug', 'answer: Nee'),
      ['31:9 id_twice questions[1].answers[2].answer'],
    ],
    [
      'a field that is not known',
      small.replace('name: Klein', 'naam: Klein'),
      ['1:1 field_missing name', '2:1 field_unknown naam'],
    ],
    [
      'a number for a text',
      small.replace('questionId: "1"', 'questionId: 1'),
      ['4:5 field_wrong_kind questions[0].questionId'],
    ],
    [
      'no questions',
      'version: "1"\nname: x\nquestions: []\nconclusions: []\n',
      ['3:1 field_missing questions', '4:1 field_missing conclusions'],
    ],
    ['no tree', '- 1\n', ['1:1 field_wrong_kind ']],
    ['nothing', '', ['1:1 field_wrong_kind ']],
    ['what is no YAML', 'version: "1\n', ['2:1 yaml_unreadable ']],
    ['a name twice', 'version: "1"\nversion: "2"\n', ['2:1 yaml_unreadable ']],
    ['two documents', 'a: 1\n---\nb: 2\n', ['2:1 yaml_several_documents ']],
    [
      'an alias',
      small.replace('name: Klein', 'name: &n Klein').replace('category: a', 'category: *n'),
      ['1:1 yaml_unreadable '],
    ],
    ['deep nesting', '['.repeat(10_000), ['1:1 yaml_unreadable ']],
    ['too much', 'x'.repeat(GOVERNMENT_TREE_CHARACTERS + 1), ['1:1 file_too_large ']],
  ]
  for (const [what, text, expected] of broken)
    test(`with ${what}: ${expected.join(', ')}`, () => assert.deepEqual(problemsOf(text), expected))
})

const own = (answers: Readonly<Record<string, string>>): Outcome => {
  const all: Record<string, string> = { ...answers }
  for (;;) {
    const found = classify(currentTree, all)
    assert.ok(!('refused' in found))
    if (found.done) return found.outcome
    const { answers: known } = currentTree.questions.find(({ id }) => id === found.next)!
    all[found.next] = known.includes('no') ? 'no' : (known.find((one) => one === 'none') ?? known[0]!)
  }
}

describe('two trees side by side', () => {
  const theirs = (id: string, ...labels: string[]): GovernmentOutcome => ({
    conclusion: { id, conclusion: '', sources: [] },
    labels,
    path: [],
  })
  const bot = { ai_system: 'yes', own_brand: 'yes', uses: 'yes', talks: 'yes' }
  const roles = ['AI-systeem', 'aanbieder', 'gebruiksverantwoordelijke']

  test('a chatbot: they agree, and dates are not shown', () => {
    const found = compareTrees(own(bot), theirs('14.0.3', ...roles, 'geen hoog-risico AI', 'transparantieverplichting'))
    assert.equal(found.agrees, true)
    assert.ok(found.rows.every(({ agrees }) => agrees === true))
    assert.deepEqual(found.warnings, ['dates_not_shown'])
  })

  test('they differ where one says high risk and the other does not', () => {
    const found = compareTrees(
      own({ ...bot, credit: 'yes' }),
      theirs('14.0.3', ...roles, 'geen hoog-risico AI', 'transparantieverplichting'),
    )
    assert.equal(found.agrees, false)
    assert.deepEqual(
      found.rows.filter(({ agrees }) => agrees === false),
      [{ aspect: 'high_risk', own: true, theirs: false, agrees: false }],
    )
  })

  test('what was not asked is no difference', () => {
    const found = compareTrees(own({ ...bot, manipulates: 'yes' }), theirs('14.0.0', ...roles, 'verboden AI'))
    assert.equal(found.agrees, true)
    assert.deepEqual(
      found.rows.filter(({ agrees }) => agrees === null).map(({ aspect }) => aspect),
      ['high_risk', 'transparency'],
    )
    assert.equal(compareTrees(own({ ai_system: 'no' }), theirs('11.0', 'geen algoritme')).agrees, true)
    assert.equal(compareTrees(own(bot), theirs('11.0', 'geen algoritme')).agrees, false)
  })

  test('what is open with us, and what only they know, is said', () => {
    const found = compareTrees(
      own({ ...bot, credit: 'unknown' }),
      theirs('15.2.1', 'importeur', 'AI-model voor algemene doeleinden'),
    )
    assert.deepEqual(found.warnings, [...treeWarnings])
  })

  test('aspects and warnings have words', () => {
    for (const aspect of aspects) assert.ok(isRegisterTextKey(`aspect.${aspect}`), aspect)
    for (const warning of treeWarnings) assert.ok(isRegisterTextKey(`warning.${warning}`), warning)
  })
})

const path = sharedData('governance', 'nl-ai-verordening-beslishulp', 'decision-tree.yaml')
describe('the tree of the government', { skip: without(path) }, () => {
  const tree = path === undefined ? read(small) : read(readFileSync(path, 'utf8'))

  test('has 22 questions and 50 conclusions, and nothing of it that is kept has a year', () => {
    assert.equal(tree.questions.length, 22)
    assert.equal(tree.conclusions.length, 50)
    const kept = JSON.stringify(
      { ...tree, questions: tree.questions.map(({ sources: _, ...one }) => one) },
      (key, value) => (key === 'sources' ? undefined : value),
    )
    assert.doesNotMatch(kept, /\b20\d\d\b|[<>]/)
  })

  test('is walked in every way without loops, to every conclusion that it leads to', () => {
    const reached = new Set<string>()
    const stuck: string[] = []
    const seen = new Set<string>()
    // Ways that come to the same question with the same labels go on alike: the answers of one of them do.
    const walk = (answers: Readonly<Record<string, string>>, labels: string) => {
      const found = walkGovernmentTree(tree, answers)
      assert.ok(!('refused' in found))
      if ('stuck' in found) {
        stuck.push(`${found.stuck.question} ${found.stuck.why}`)
        return
      }
      if (found.done) {
        reached.add(found.conclusion.id)
        return
      }
      const state = `${found.next.id} ${labels}`
      if (seen.has(state)) return
      seen.add(state)
      for (const { answer, labels: more } of found.next.answers)
        walk(
          { ...answers, [found.next.id]: answer },
          [...new Set([...labels.split('|'), ...more])].filter(Boolean).sort().join('|'),
        )
    }
    walk({}, '')
    assert.deepEqual(stuck, [])
    assert.deepEqual(
      tree.conclusions.map(({ id }) => id).filter((id) => !reached.has(id)),
      [],
    )
  })

  test('calls a chatbot under the own name on a bought model transparent, as ours does', () => {
    const found = walkGovernmentTree(tree, {
      '1.1': 'Ja',
      '1.2': 'We gebruiken een extern ontwikkelde toepassing met aanpassingen',
      '1.3': 'In gebruik',
      '1.4.1': 'Ja, het is een AI-systeem',
      '1.5': 'Nee',
      '2.0': 'Naar risicogroep bepaling',
      '2.1': 'Nee',
      '2.3': 'Geen van beide',
      '2.4': 'Nee',
      '2.11': 'Nee',
      '2.9': 'Ja',
      '2.10': 'Nee',
    })
    assert.ok('done' in found, JSON.stringify(found))
    assert.ok(found.done, JSON.stringify(found))
    assert.equal(found.conclusion.id, '14.0.3')
    const compared = compareTrees(own({ ai_system: 'yes', own_brand: 'yes', uses: 'yes', talks: 'yes' }), found)
    assert.ok(compared.rows.every(({ agrees }) => agrees === true))
  })
})
