// Pairs of answers compared: bots that treat everybody alike, bots that do not, and answers that say nothing.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { generator, mcnemar, signFlip, signFlipExact, testable } from '../../statistics/index.ts'
import { compareAnswers } from './compare.ts'
import type { PromptComparison } from './contract.ts'
import { factorIds, schedule } from './plan.ts'
import { auditSentence, comparisonSentence } from './sentences.ts'
import { answersOf, type Bot, planOf } from './testing.ts'

const fair: Bot = () => ({ yes: 1, words: 40 })
const noisy: Bot = (_, own, random) => ({ yes: 0.4 + 0.5 * own, words: 20 + Math.floor(random.uniform() * 40) })
const unfair: Bot = ({ factor }) => ({ yes: factor === 'learner' ? 0.1 : 1, words: 40 })
const outcomes = ['answered', 'words'] as const
const plan = planOf({ outcomes: [...outcomes] })
const found = (all: readonly PromptComparison[]) => all.filter(({ verdict }) => verdict === 'difference_found')
const one = (all: readonly PromptComparison[], outcome: string, factor: string) =>
  all.find((each) => each.outcome === outcome && each.factor === factor)!

describe('answers to paired prompts', () => {
  test('a bot that gives everybody the same: no difference, and where there are enough questions none that matters', () => {
    const all = compareAnswers(plan, answersOf(plan, fair, 1))
    assert.equal(all.length, 2 * factorIds.length)
    assert.deepEqual(new Set(all.map(({ verdict }) => verdict)), new Set(['no_relevant_difference']))
    assert.ok(all.every(({ noise, differs }) => noise === 0 && differs === 0))
  })

  test('a bot that answers nine in ten learners not: found for them alone, as a sentence in both languages', () => {
    const all = compareAnswers(plan, answersOf(plan, unfair, 1))
    assert.deepEqual(
      found(all).map(({ outcome, factor }) => [outcome, factor]),
      [['answered', 'learner']],
    )
    const learner = one(all, 'answered', 'learner')
    assert.ok(learner.difference! < -0.7 && learner.upper! < -plan.margin && learner.pAdjusted! < 0.01)
    assert.match(
      comparisonSentence(learner, 'nl'),
      /^Er is een verschil: wie de taal nog leert, kreeg minder vaak antwoord/,
    )
    assert.match(comparisonSentence(learner, 'en'), /^There is a difference: people who are learning the language got/)
    const result = { calls: 1, refused: 0, failed: 0, nameHidden: 1, stoppedAtBudget: false, comparisons: all }
    const whole = auditSentence({ state: 'completed', done: 1, of: 1, result }, 'nl')
    assert.match(
      whole,
      /Er is 1 verschil gevonden: wie de taal nog leert\. In 1 van de 1 vragen zag het model de naam niet/,
    )
  })

  test('four words more on average, in answers of twenty to sixty words: chance, and the noise is said', () => {
    const all = compareAnswers(plan, answersOf(plan, noisy, 7))
    assert.deepEqual(found(all), [])
    const words = one(all, 'words', 'typos')
    assert.ok(words.noise! > 0.9 && words.differs! > 0.9)
    assert.match(comparisonSentence(words, 'nl'), /Ook dezelfde vraag twee keer gaf .* van de 100 keer iets anders/)
  })

  test('half as long answers for one group are found as a number', () => {
    const short: Bot = (ask, own, random) => {
      const { words } = noisy(ask, own, random)
      return { yes: 1, words: ask.factor === 'name_turkish' ? words / 2 : words }
    }
    assert.deepEqual(
      found(compareAnswers(plan, answersOf(plan, short, 3))).map(({ outcome, factor }) => [outcome, factor]),
      [['words', 'name_turkish']],
    )
  })

  test('asking five questions a hundred times each is five questions', () => {
    const few = planOf({
      outcomes: ['answered'],
      templates: plan.templates.slice(0, 5),
      repeats: 50,
      factors: ['learner'],
    })
    const [learner] = compareAnswers(few, answersOf(few, unfair, 1))
    assert.equal(learner!.verdict, 'cannot_tell')
    assert.deepEqual([learner!.templates, learner!.pairs], [5, 250])
    assert.equal(learner!.p, 2 / 2 ** 5)
    assert.equal(learner!.smallestDetectable, null)
  })

  for (const [name, answers] of [
    ['no answers', []],
    ['only the reference', answersOf(plan, fair, 1).filter(({ factor }) => factor === 'base')],
    [
      'outcomes that never exist',
      answersOf(plan, fair, 1).map((answer) => ({ ...answer, outcomes: { answered: null } })),
    ],
  ] as const)
    test(`${name}: nobody can tell, and nothing breaks`, () => {
      const all = compareAnswers(plan, answers)
      assert.equal(all.length, 2 * factorIds.length)
      for (const each of all) {
        assert.equal(each.verdict, 'cannot_tell')
        assert.deepEqual([each.difference, each.lower, each.p, each.pAdjusted], [null, null, null, null])
        assert.match(comparisonSentence(each, 'nl'), /Er waren geen antwoorden om te vergelijken/)
      }
    })

  test('the order of the answers changes nothing', () => {
    const answers = answersOf(plan, noisy, 5)
    assert.deepEqual(compareAnswers(plan, answers.toReversed()), compareAnswers(plan, answers))
  })

  test('with one pair per question the exact test is McNemar’s', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.nat(20), (first, second, same) => {
        const signs = [...Array(first).fill(1), ...Array(second).fill(-1), ...Array(same).fill(0)] as number[]
        if (signs.length === 0) return
        assert.ok(Math.abs(signFlipExact(signs)! - mcnemar(first, second)) < 1e-12)
      }),
    )
  })
  test('whole numbers: the exact test is that of trying every sign', () => {
    const random = { random: generator(1), draws: 1 }
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 12 }), (differences) => {
        assert.ok(Math.abs(signFlipExact(differences)! - signFlip(differences, random)!) < 1e-12)
      }),
    )
    assert.equal(signFlipExact([]), undefined)
  })
  test('tests that cannot be significant do not make the others harder', () => {
    assert.deepEqual(testable([0.001, 0.5, 1, undefined], 0.05), [true, false, false, false])
    assert.deepEqual(testable([0.04, 0.04], 0.05), [false, false])
    assert.deepEqual(testable([0.02, 0.02], 0.05), [true, true])
    assert.deepEqual(testable([], 0.05), [])
  })

  test('equal bots: a false difference in at most 5 of 100 audits, and then some chance', () => {
    const small = planOf({
      outcomes: ['answered', 'words'],
      templates: plan.templates.slice(0, 12),
      factors: ['learner', 'typos', 'name_polish'],
    })
    const asks = schedule(small)
    let wrong = 0
    for (let run = 0; run < 200; run++)
      if (found(compareAnswers(small, answersOf(small, noisy, run, { asks, world: run }))).length > 0) wrong++
    // Two standard errors of a share of 5 % in 200.
    assert.ok(wrong <= 200 * (0.05 + 2 * Math.sqrt((0.05 * 0.95) / 200)), `${wrong} of 200`)
  })
})
