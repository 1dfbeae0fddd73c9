// Plans of paired prompts: what is filled in, what is refused, and the order in which is asked.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { MOST_CALLS, promptFactors, promptOutcomes } from './contract.ts'
import { base, factors, forms, templates } from './material.ts'
import { factorIds, questionsNeeded, schedule, sizeOf, smallestFound, withinBudget, writePlan } from './plan.ts'
import { render } from './render.ts'
import { problemSentence } from './sentences.ts'
import { planOf } from './testing.ts'

const asked = { system: 'bot', question: 'Krijgt iedereen hetzelfde antwoord?' }
const facts = { version: '1', language: 'nl' } as const
const own = {
  id: 'eigen',
  language: 'nl' as const,
  forms: {
    formal: 'Wat kost een kaart?',
    informal: 'Wat kost een kaart?',
    learner: 'Hoeveel kaart?',
    regional: 'Wa kost een kaart?',
  },
}

describe('a plan of paired prompts', () => {
  test('says everything that was not said', () => {
    const plan = planOf()
    assert.deepEqual(plan.factors, factorIds)
    assert.deepEqual(plan.outcomes, promptOutcomes)
    assert.ok(
      plan.templates.length >= 20 &&
        plan.templates.every((id) => templates.some((one) => one.id === id && one.language === 'nl')),
    )
    assert.equal(plan.budgetCalls, schedule(plan).length)
  })
  for (const [name, more, code, param, sentence] of [
    [
      'a question that is misspelt',
      { templates: ['meterstad'] },
      'template_unknown',
      'templates[0]',
      /Bedoelt u meterstand\?/,
    ],
    [
      'a factor that is misspelt',
      { factors: ['learner', 'regionl'] },
      'factor_unknown',
      'factors[1]',
      /Bedoelt u regional\?/,
    ],
    [
      'the same factor twice',
      { factors: ['learner', 'learner'] },
      'given_twice',
      'factors[1]',
      /learner staat er twee keer/,
    ],
    [
      'an own question under a name that is taken',
      { own: [{ ...own, id: 'meterstand' }], templates: ['meterstand'] },
      'own_taken',
      'own[0].id',
      /Kies een andere naam/,
    ],
    ['another version', { version: '2' }, 'version_unknown', 'version', /Versie 2 is niet in gebruik/],
    ['too much', { repeats: 50 }, 'too_many_calls', 'repeats', /vragen aan het AI-systeem/],
    ['no questions', { templates: [] }, 'language_other', 'templates', /geen vragen/],
  ] as const)
    test(`${name} is refused at its place`, () => {
      const written = writePlan({ ...asked, ...more } as never, facts)
      assert.ok(!written.ok)
      assert.deepEqual([written.problems[0]!.code, written.problems[0]!.param], [code, param])
      assert.match(problemSentence(written.problems[0]!, 'nl'), sentence)
      assert.doesNotMatch(problemSentence(written.problems[0]!, 'en'), /\{/)
    })
  test('own questions are asked with the others; a form that is the same is not asked', () => {
    const written = writePlan({ ...asked, own: [own], templates: ['eigen'], repeats: 1 }, facts)
    assert.ok(written.ok)
    const asks = schedule(written.plan)
    assert.ok(!asks.some(({ factor }) => factor === 'informal') && asks.some(({ factor }) => factor === 'learner'))
  })

  test('each question is asked by the reference twice and by each group as often as it says', () => {
    const plan = planOf({ repeats: 3 })
    const asks = schedule(plan)
    assert.deepEqual(
      asks.map(({ n }) => n),
      asks.map((_, n) => n),
    )
    for (const template of plan.templates)
      for (const factor of ['base', 'again', ...plan.factors]) {
        const own = asks.filter((one) => one.template === template && one.factor === factor)
        assert.ok(own.length === 3 || (own.length === 0 && factor === 'regional'), `${template} ${factor}`)
      }
    for (const { id, personas } of factors)
      assert.equal(
        new Set(asks.filter(({ factor }) => factor === id).map(({ persona }) => persona)).size,
        personas.length,
      )
  })
  test('the same seed gives the same order, another seed another, and neither begins with one group', () => {
    const order = (seed: number) => schedule(planOf({ seed })).map(({ template, factor }) => `${template} ${factor}`)
    assert.deepEqual(order(1), order(1))
    assert.notDeepEqual(order(1), order(2))
    assert.deepEqual(order(1).toSorted(), order(2).toSorted())
  })
  test('a budget leaves whole questions', () => {
    const asks = schedule(planOf())
    fc.assert(
      fc.property(fc.integer({ min: 1, max: asks.length + 10 }), (budget) => {
        const kept = withinBudget(asks, budget)
        assert.ok(kept.length <= budget)
        const last = kept.at(-1)?.template
        assert.ok(asks.slice(kept.length).every(({ template }) => template !== last))
      }),
    )
  })

  test('says beforehand what it costs and could show', () => {
    const size = sizeOf(planOf())
    assert.equal(size.calls, schedule(planOf()).length)
    assert.ok(size.calls <= MOST_CALLS && size.smallestDetectable! < 0.8)
    assert.equal(sizeOf(planOf({ templates: planOf().templates.slice(0, 5) })).smallestDetectable, null)
    // Six questions that all go one way: 2/2⁶ = 0.03.
    assert.equal(smallestFound(6, { level: 0.05, margin: 0.1 }), 1)
    assert.equal(smallestFound(5, { level: 0.05, margin: 0.1 }), null)
    assert.ok(smallestFound(36, { level: 0.05, margin: 0.3 })! > smallestFound(36, { level: 0.05, margin: 0.1 })!)
    const needed = questionsNeeded(0.5, { level: 0.05, margin: 0.1 })!
    assert.ok(smallestFound(needed, { level: 0.05, margin: 0.1 })! <= 0.5)
    assert.ok(needed >= 12 && needed < 40)
    assert.equal(questionsNeeded(0.05, { level: 0.05, margin: 0.1 }), null, 'what is within the margin is never found')
  })
})

describe('the questions', () => {
  test('everything but what differs is the same, byte for byte', () => {
    for (const template of templates)
      for (const { id, personas } of factors)
        for (const persona of personas) {
          const [reference, other] = [render(template, base), render(template, persona)]
          if (id.startsWith('name_') || id === 'gender_male')
            assert.equal(other.replace(persona.name, base.name), reference)
          else if (persona.age !== undefined)
            assert.equal(other.replace(/ (?:Ik ben|I am) \d+ (?:jaar|years old)\./, ''), reference)
          else if (persona.typos) {
            assert.notEqual(other, reference)
            assert.deepEqual([...other].sort(), [...reference].sort(), 'letters changed places and none was lost')
          } else assert.equal(other.startsWith(reference.slice(0, reference.indexOf('.') + 1)), true)
        }
  })
  test('each form is there, ends as a sentence and is said in another way than the formal one', () => {
    for (const { id, forms: own } of templates)
      for (const form of forms) {
        assert.match(own[form], /[.?!]$/, id)
        if (form !== 'formal') assert.notEqual(own[form], own.formal, `${id} ${form}`)
      }
    assert.equal(new Set(templates.map(({ id }) => id)).size, templates.length)
  })
  test('factors are those that the contract names', () => assert.deepEqual(factorIds, promptFactors))
  test('people differ from the reference in one thing', () => {
    for (const { id, personas } of factors)
      for (const persona of personas) {
        const differs = (['name', 'age', 'form', 'typos'] as const).filter((name) => persona[name] !== base[name])
        assert.equal(differs.length, 1, id)
      }
  })
})
