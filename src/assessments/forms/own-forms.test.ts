// Our own forms: in both languages, easy to read, each question of the law with its paragraph, and nothing to warn about.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AnswerValue, noAnswers } from './answers.ts'
import { type Form, type FormText, tasksOf } from './definition.ts'
import { partsOf } from './expression.ts'
import { fill } from './filled.ts'
import { outcomesOf } from './outcome.ts'
import { progressOf } from './progress.ts'
import { readForm } from './read-form.ts'
import { plainText } from './render-text.ts'
import { answered, ownForm, ownForms, ownText } from './testing.ts'
import { shownTasks, visible } from './visible.ts'

function textsOf(form: Form): FormText[] {
  const found = [form.name, form.description]
  for (const task of tasksOf(form.tasks)) {
    found.push(task.label, ...task.options.map(({ label }) => label))
    for (const text of [task.description, task.itemName, task.instanceLabel?.template])
      if (text !== undefined) found.push(text)
    for (const { description } of task.sources) if (description !== undefined) found.push(description)
  }
  for (const { levels } of form.outcomes)
    for (const { result, explanation, criteria } of levels)
      found.push(result, ...(explanation === undefined ? [] : [explanation]), ...criteria.map((one) => one.explanation))
  return found
}

/** Every address in a form, with the article it is said to be. */
const articles = (form: Form, id: string) => form.byId.get(id)!.sources.map(({ description }) => description!.en)
/** The articles that at least one required question stands for. */
const covered = (form: Form) =>
  new Set([...tasksOf(form.tasks)].filter(({ required }) => required).flatMap(({ id }) => articles(form, id)))

for (const name of ownForms)
  describe(`our own ${name}`, () => {
    const form = ownForm(name)

    test('is read without a warning', () => {
      const read = readForm(ownText(name), { name })
      assert.deepEqual(read.ok ? read.warnings : read.problems, [])
      assert.equal(form.urn, `urn:waarborg:${name}`)
    })

    test('says everything in both languages, with the same answers filled in', () => {
      for (const { nl, en } of textsOf(form)) {
        assert.ok(nl.trim() !== '' && en !== undefined && en.trim() !== '', nl)
        const filled = (text: string) => [...text.matchAll(/\{[^}]*\}/g)].map(([one]) => one).sort()
        assert.deepEqual(filled(nl), filled(en))
      }
    })

    test('is easy to read: short sentences, no shouting, and people are addressed with respect', () => {
      for (const { nl, en = '' } of textsOf(form)) {
        for (const text of [nl, en]) {
          assert.ok(!text.includes('!'), text)
          assert.equal(plainText(text), text.replace(/\s+/g, ' ').trim(), text)
          for (const sentence of text.split(/(?<=[.?:])\s+/)) assert.ok(sentence.split(/\s+/).length <= 20, sentence)
        }
        assert.ok(!/\b(je|jij|jou|jouw|jullie)\b/i.test(nl), nl)
        assert.ok(!/\b(middels|teneinde|derhalve|alsmede|betreffende|conform|krachtens)\b/i.test(nl), nl)
        assert.ok(!/\b(pursuant|utilise|herein|thereof|notwithstanding)\b/i.test(en), en)
      }
    })

    test('names the law with an address and the day on which somebody looked', () => {
      for (const task of tasksOf(form.tasks))
        for (const { source, description, seen } of task.sources) {
          assert.match(
            source,
            /^https:\/\/(eur-lex\.europa\.eu\/legal-content\/NL\/TXT\/\?uri=CELEX:|wetten\.overheid\.nl\/)/,
          )
          assert.match(description!.en!, /article \d+/)
          assert.ok(
            source.includes('overheid') || source.endsWith(`#art_${/article (\d+)/.exec(description!.en!)![1]}`),
            source,
          )
          assert.match(seen ?? '', /^2026-11-\d\d$/)
        }
    })

    test('marks what is required, and a new one is open there', () => {
      const { required, open, shown } = progressOf(visible(form, noAnswers))
      assert.ok(required > 0 && required <= shown)
      assert.equal(open.length, required)
    })

    test('gives as a reason for an outcome only what that outcome rests on', () => {
      for (const { levels } of form.outcomes)
        for (const { expression, criteria } of levels) {
          const read = new Set([...partsOf(expression)].flatMap((part) => (part.is === 'criterion' ? [part.id] : [])))
          assert.deepEqual(
            criteria.map(({ id }) => id),
            [...read],
          )
        }
    })

    test('sets no sum on an answer that is not there, and gives an outcome for nothing', () => {
      for (const { level } of outcomesOf(fill(form, noAnswers))) assert.equal(level, 'undecided')
    })
  })

describe('the law', () => {
  test('art. 27(1)(a) to (f) of the AI Act each have a required question', () => {
    const found = covered(ownForm('fria'))
    for (const point of ['a', 'b', 'c', 'd', 'e', 'f']) assert.ok(found.has(`AI Act article 27(1)(${point})`), point)
  })

  test('art. 35(7)(a) to (d), 35(2) and 35(9) of the GDPR each have a required question', () => {
    const found = covered(ownForm('dpia'))
    for (const point of ['(7)(a)', '(7)(b)', '(7)(c)', '(7)(d)', '(2)', '(9)'])
      assert.ok(found.has(`GDPR article 35${point}`), point)
  })
})

describe('what they lead to', () => {
  const outcomes = (name: string, list: [string, string, AnswerValue?][]) => {
    const form = ownForm(name)
    return Object.fromEntries(outcomesOf(fill(form, answered(form, list))).map(({ id, level }) => [id, level]))
  }

  test('an assessment that is not acceptable, or of a system not meant for this, stops', () => {
    assert.equal(outcomes('fria', [['1.3', '', false]]).STOP, 'required')
    assert.equal(
      outcomes('fria', [
        ['1.3', '', true],
        ['7.3', '', false],
      ]).STOP,
      'required',
    )
    assert.equal(
      outcomes('fria', [
        ['1.3', '', true],
        ['7.3', '', true],
      ]).STOP,
      'none',
    )
  })

  test('who has to make it tells the authority; who chose to does not', () => {
    assert.equal(outcomes('fria', [['0.1', '', 'credit']]).NOTIFY, 'required')
    assert.equal(outcomes('fria', [['0.1', '', 'by_choice']]).NOTIFY, 'none')
  })

  test('a large risk that remains goes to the authority first', () => {
    assert.equal(outcomes('dpia', [['7.1', '', true]]).CONSULT, 'required')
    assert.equal(outcomes('dpia', [['7.1', '', false]]).CONSULT, 'none')
  })

  test('a small change of texts opens nothing; what it touches decides what does', () => {
    const nothing: [string, string, AnswerValue][] = ['2.1', '2.2', '2.3', '2.4', '2.5', '2.6'].map((id) => [
      id,
      '',
      false,
    ])
    const change = (kind: string, ...touched: string[]) =>
      outcomes('change', [
        ...nothing,
        ['1.2', '', [kind]],
        ...touched.map((id): [string, string, AnswerValue] => [id, '', true]),
      ])
    const none = { GATE: 'none', DPIA: 'none', FRIA: 'none', PROMPTS: 'none', WORKS_COUNCIL: 'none' }
    assert.deepEqual(change('knowledge'), { ...none, GATE: 'recommended' })
    assert.deepEqual(change('model'), { ...none, GATE: 'required', PROMPTS: 'required' })
    assert.deepEqual(change('supplier'), { ...none, GATE: 'required', DPIA: 'required' })
    assert.deepEqual(change('other', '2.1'), { ...none, GATE: 'required', DPIA: 'required', FRIA: 'required' })
    assert.deepEqual(change('other', '2.2'), { ...none, GATE: 'required', DPIA: 'required' })
    assert.deepEqual(change('other', '2.3'), {
      GATE: 'required',
      DPIA: 'required',
      FRIA: 'required',
      PROMPTS: 'required',
      WORKS_COUNCIL: 'none',
    })
    assert.deepEqual(change('other', '2.4'), { ...none, GATE: 'required', FRIA: 'required' })
    assert.deepEqual(change('other', '2.5'), { ...none, GATE: 'required', FRIA: 'required' })
    assert.deepEqual(change('other', '2.6'), { ...none, GATE: 'required', FRIA: 'required', WORKS_COUNCIL: 'required' })
  })

  test('a computer with the last word is talked about', () => {
    assert.equal(outcomes('canvas', [['5.1', '', 'computer']]).TALK, 'recommended')
    assert.equal(
      outcomes('canvas', [
        ['5.1', '', 'person'],
        ['4.1.3', '1', 'nuisance'],
      ]).TALK,
      'none',
    )
  })

  test('each group has its risks, and each risk its measures', () => {
    const form = ownForm('fria')
    const answers = answered(form, [
      ['3.1', 'b'],
      ['3.1.1', '1', 'Callers'],
      ['3.1.1', 'b', 'Staff'],
      ['4.1.1', 'b/r'],
      ['4.1.1.1', '1/1', 'Not understood'],
      ['4.1.1.1', 'b/r', 'Watched'],
    ])
    assert.deepEqual(
      shownTasks(visible(form, answers).sections)
        .filter(({ task }) => task.id === '6.1')
        .map(({ instances, instance }) => [instances.join('/'), instance!.named.get('4.1.1.1')]),
      [
        ['1~1', 'Not understood'],
        ['b~1', ''],
        ['b~r', 'Watched'],
      ],
    )
  })
})
