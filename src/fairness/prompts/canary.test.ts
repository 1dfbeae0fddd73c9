// The same questions again: nothing changed, and something did.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freshCanary, levelOf, readCanary } from './canary.ts'
import type { Answer } from './contract.ts'
import { answersOf, type Bot, planOf } from './testing.ts'

const plan = planOf({ outcomes: ['answered'], factors: ['learner'], repeats: 2 })
const noisy: Bot = (_, own, random) => ({ yes: 0.3 + 0.6 * own, words: 20 + Math.floor(random.uniform() * 40) })
const nights = (first: readonly Answer[], bot: (night: number) => Bot, most: number) => {
  let state = freshCanary(plan.alpha)
  for (let night = 1; night <= most && state.alarm.length === 0; night++)
    state = readCanary(state, plan, first, answersOf(plan, bot(night), 10_000 + night))
  return state
}

describe('a canary', () => {
  test('levels of all readings together are alpha', () => {
    const total = Array.from({ length: 100_000 }, (_, k) => levelOf(0.05, k + 1)).reduce((sum, level) => sum + level, 0)
    assert.ok(total < 0.05 && total > 0.0499)
  })
  test('answers that vary by themselves stay quiet', () => {
    let alarms = 0
    for (let run = 0; run < 20; run++)
      if (nights(answersOf(plan, noisy, run), () => noisy, 10).alarm.length > 0) alarms++
    assert.ok(alarms <= 2, `${alarms} of 8`)
  })
  test('a bot that refuses more from the fourth night on is seen, and how', () => {
    const refuses: Bot = (ask, own, random) => ({ ...noisy(ask, own, random), yes: 0.1 })
    const state = nights(answersOf(plan, noisy, 1), (night) => (night < 4 ? noisy : refuses), 20)
    assert.ok(state.readings >= 4 && state.readings <= 8, String(state.readings))
    assert.ok(state.alarm.includes('answered'))
  })
  test('other answers that are on average the same are seen by what they say', () => {
    // One half of the questions was answered and now is not, the other half the other way round.
    const steady =
      (turned: boolean): Bot =>
      ({ template }) => ({
        yes: (plan.templates.indexOf(template) % 2 === 0) === turned ? 1 : 0,
        words: 30,
      })
    const state = nights(answersOf(plan, steady(false), 1), () => steady(true), 3)
    assert.deepEqual(state.alarm, ['changed'])
  })
  test('answers that grow half as long again are seen by their length', () => {
    const lengths = planOf({ outcomes: ['words'], factors: ['learner'] })
    const long =
      (times: number): Bot =>
      (_, own, random) => ({ yes: 1, words: times * (20 + own * 20 + random.uniform()) })
    const state = readCanary(
      freshCanary(0.05),
      lengths,
      answersOf(lengths, long(1), 1),
      answersOf(lengths, long(1.5), 2),
    )
    assert.ok(state.alarm.includes('words'))
  })
  test('the state is plain JSON, and an alarm stays', () => {
    const first = answersOf(plan, noisy, 1)
    const alarmed = { ...freshCanary(0.05), readings: 3, alarm: ['answered' as const] }
    const next = readCanary(JSON.parse(JSON.stringify(alarmed)), plan, first, first)
    assert.deepEqual([next.readings, next.alarm], [4, ['answered']])
  })
})
