/**
 * What customers are told, traced to its numbers by a second reader: it knows the sentences of the two languages and the model, and
 * nothing of how a text is made. 200 decisions of the demonstration, and 200 of models that chance draws.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { type DecisionRules, decisionRules } from '../records/contract.ts'
import { generator } from '../statistics/random.ts'
import { computeRegistered, type Registered, readRegistered } from '../transparency/rules.ts'
import { readDecision } from './decision.ts'
import { type DecisionRequest, decisionRequest } from './decision-contract.ts'
import { explainDecision } from './decision-explanation.ts'
import { questionFor, withComputedScore } from './decision-model.ts'

const root = join(import.meta.dirname, '../..')
const now = new Date('2026-11-26T12:00:00.000Z')
type Model = (row: readonly number[]) => number
type Case = {
  readonly rules: DecisionRules
  readonly names: readonly string[]
  readonly background: readonly (readonly number[])[]
  readonly model: Model
  readonly registered: Registered
  readonly request: DecisionRequest
}

/** Shapley's value of each feature against the mean of the background, by every coalition. */
function shapley(model: Model, row: readonly number[], background: readonly (readonly number[])[]): number[] {
  const m = row.length
  const worth = Array.from({ length: 1 << m }, (_, coalition) => {
    let sum = 0
    for (const other of background) sum += model(row.map((value, i) => ((coalition >> i) & 1 ? value : other[i]!)))
    return sum / background.length
  })
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))
  const size = (coalition: number) => coalition.toString(2).replaceAll('0', '').length
  return row.map((_, i) =>
    worth.reduce((sum, value, coalition) => {
      if ((coalition >> i) & 1) return sum
      const s = size(coalition)
      return sum + ((factorial(s) * factorial(m - s - 1)) / factorial(m)) * (worth[coalition | (1 << i)]! - value)
    }, 0),
  )
}

const sentences = {
  nl: {
    outcome: /^De uitkomst is: (.+)\.$/,
    score: /^Een computer berekende uw score: (.+)\.$/,
    factor: /^(.+): (.+)\. Dit maakte uw score (hoger|lager)\.$/,
    up: 'hoger',
    notUsed: /^De computer heeft dit niet gebruikt: (.+)\.$/,
    one: /^Nu geldt: (.+) is (.+)\. Stel dat het (.+) was\. Dan was de uitkomst: (.+)\.$/,
    several: 'Dit had de uitkomst veranderd, alles samen.',
    each: /^(.+): (.+) in plaats van (.+)\.$/,
    otherwise: /^Dan was de uitkomst: (.+)\.$/,
    contest: /Een mens kan opnieuw kijken: (.+)\.$/,
    role: /^De computer (nam het besluit|gaf advies|gaf een medewerker gegevens)/,
    yes: 'ja',
    no: 'nee',
  },
  en: {
    outcome: /^The outcome is: (.+)\.$/,
    score: /^A computer calculated your score: (.+)\.$/,
    factor: /^(.+): (.+)\. This made your score (higher|lower)\.$/,
    up: 'higher',
    notUsed: /^The computer did not use this: (.+)\.$/,
    one: /^This is so now: (.+) is (.+)\. Suppose it had been (.+)\. Then the outcome would have been: (.+)\.$/,
    several: 'This would have changed the outcome, all together.',
    each: /^(.+): (.+) instead of (.+)\.$/,
    otherwise: /^Then the outcome would have been: (.+)\.$/,
    contest: /A person can look again: (.+)\.$/,
    role: /^The computer (took the decision|gave advice|gave a member of staff facts)/,
    yes: 'yes',
    no: 'no',
  },
} as const
type Language = keyof typeof sentences

/** A number as it is written, `ja` and `nee` as 1 and 0. */
function numberOf(text: string, language: Language): number {
  const { yes, no } = sentences[language]
  if (text === yes) return 1
  if (text === no) return 0
  const plain = language === 'nl' ? text.replaceAll('.', '').replace(',', '.') : text.replaceAll(',', '')
  const value = Number(plain.replace('−', '-'))
  assert.ok(Number.isFinite(value), `a number: ${text}`)
  return value
}

type Told = { factors: number; changes: number }

/** Every sentence is held against the model; gives how much was told. */
function trace(one: Case, text: readonly string[], language: Language): Told {
  const say = sentences[language]
  const { rules, names, model, request } = one
  const row = names.map((name) => Number(request.features[name]))
  const phi = shapley(model, row, one.background)
  const featureOf = new Map(rules.features.map(({ feature, label }) => [label[language], feature]))
  const labels = new Map(
    rules.outcomes.map(({ outcome, label, favourable }) => [label[language], { outcome, favourable }]),
  )
  const near = (written: number, value: number) =>
    assert.ok(Math.abs(written - value) <= 0.006 * Math.max(1, Math.abs(value)), `${written} is ${value}`)
  const told: Told = { factors: 0, changes: 0 }
  const named: number[] = []
  const changed = [...row]
  const unused: string[] = []
  let contested = false
  let role = false
  // Sentences as they come, without those that were joined to one string.
  for (const sentence of text) {
    const outcome = say.outcome.exec(sentence)
    if (outcome) assert.equal(labels.get(outcome[1]!)?.outcome, request.outcome.label)
    const score = say.score.exec(sentence)
    if (score) near(numberOf(score[1]!, language), model(row))
    const factor = say.factor.exec(sentence)
    if (factor) {
      const place = names.indexOf(featureOf.get(factor[1]!)!)
      assert.ok(place >= 0, sentence)
      near(numberOf(factor[2]!, language), row[place]!)
      assert.equal(factor[3] === say.up, phi[place]! > 0, `${sentence} ${phi[place]}`)
      named.push(place)
      told.factors++
    }
    const single = say.one.exec(sentence)
    const each = single ?? (text.includes(say.several) ? say.each.exec(sentence) : null)
    if (each) {
      const place = names.indexOf(featureOf.get(each[1]!)!)
      const [from, to] = single ? [each[2]!, each[3]!] : [each[3]!, each[2]!]
      near(numberOf(from, language), row[place]!)
      changed[place] = numberOf(to, language)
      assert.ok(rules.features.find(({ feature }) => feature === names[place])!.actionable, 'a person can change it')
      told.changes++
    }
    const then = single?.[4] ?? say.otherwise.exec(sentence)?.[1]
    if (then !== undefined) assert.equal(labels.get(then)?.favourable, true, sentence)
    const attribute = say.notUsed.exec(sentence)
    if (attribute) unused.push(attribute[1]!)
    contested ||= say.contest.exec(sentence)?.[1] === rules.contest?.[language]
    role ||= say.role.test(sentence)
  }
  // Heaviest first, and nothing heavier was passed over.
  for (let i = 1; i < named.length; i++)
    assert.ok(Math.abs(phi[named[i - 1]!]!) >= Math.abs(phi[named[i]!]!) - 1e-9, 'in order of weight')
  const least = Math.min(...named.map((place) => Math.abs(phi[place]!)))
  for (const [place, weight] of phi.entries())
    if (!named.includes(place) && named.length > 0)
      assert.ok(Math.abs(weight) <= least + 1e-9, `${names[place]} was passed over`)
  for (const { label } of rules.notUsed) assert.ok(unused.includes(label[language]), `${label[language]} was not used`)
  assert.ok(contested && role)
  if (told.changes > 0) assert.ok(model(changed) >= rules.threshold!.value, `it does not flip: ${model(changed)}`)
  return told
}

function computedOf({ rules, request, registered }: Case) {
  const { favourable } = readDecision(request, { system: 's', decisionClass: 'assist', rules }, now)
  return { registered, answer: computeRegistered(registered, questionFor(request, rules, favourable, registered)) }
}

/** As the gateway does it: read, computed, put into words. */
function explained(one: Case, answer = computedOf(one).answer) {
  const { rules, request, registered } = one
  const computed = { registered, answer }
  const decision = readDecision(request, { system: 's', decisionClass: 'assist', rules }, now)
  return explainDecision({
    request,
    decision: withComputedScore(decision, rules, computed),
    rules,
    id: 'd',
    model: { name: 'm', version: '1' },
    computed,
  })
}

function readOwn(file: object, rules: DecisionRules): Registered {
  const bytes = Buffer.from(JSON.stringify(file))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const explainer = { kind: 'model', sha256, output: null, scoreIs: 'output', background: null } as const
  return readRegistered(explainer, { model: bytes, background: null }, rules.features)
}

function demonstration(): Case[] {
  const organisation = parse(readFileSync(join(root, 'demo/organisation.yaml'), 'utf8')) as {
    systems: { id: string; decisions?: unknown }[]
  }
  const rules = decisionRules.parse(organisation.systems.find(({ id }) => id === 'aanbodscore')!.decisions)
  const file = JSON.parse(readFileSync(join(root, 'demo/models/aanbodscore.json'), 'utf8')) as Linear
  const registered = readOwn(file, rules)
  return readFileSync(join(root, 'demo/decisions/aanbodscore.jsonl'), 'utf8')
    .split('\n')
    .slice(0, 200)
    .map((line) => {
      const { explanation: _, ...decision } = (JSON.parse(line) as { decision: Record<string, unknown> }).decision
      return {
        rules,
        names: file.names,
        background: file.background,
        model: sumOf(file),
        registered,
        request: decisionRequest.parse(decision),
      }
    })
}

type Linear = {
  readonly names: string[]
  readonly weights: number[]
  readonly intercept: number
  readonly background: number[][]
}
const sumOf =
  ({ weights, intercept }: Linear): Model =>
  (row) =>
    weights.reduce((sum, weight, i) => sum + weight * row[i]!, intercept)

type Node =
  | { feature: number; threshold: number; left: number; right: number; cover: number }
  | { value: number; cover: number }
const treeOf =
  (trees: readonly Node[][]): Model =>
  (row) =>
    trees.reduce((sum, tree) => {
      let node = tree[0]!
      while ('left' in node) node = tree[row[node.feature]! <= node.threshold ? node.left : node.right]!
      return sum + node.value
    }, 0)

/** A model of three or four whole-numbered features, a sum or trees, and a person it is applied to. */
function drawn(seed: number): Case {
  const random = generator(seed)
  const whole = (most: number) => Math.floor(random.uniform() * (most + 1))
  const names = ['een', 'twee', 'drie', 'vier'].slice(0, 3 + whole(1))
  const background = Array.from({ length: 8 }, () => names.map(() => whole(9)))
  const rules = decisionRules.parse({
    kind: 'score',
    features: names.map((feature, n) => ({
      feature,
      label: { nl: `gegeven ${feature}`, en: `fact ${feature}` },
      decimals: 0,
      ...(n % 2 === 0 ? { actionable: { direction: 'any', min: 0, max: 9, step: 1 } } : {}),
    })),
    notUsed: [{ attribute: 'leeftijd', label: { nl: 'uw leeftijd', en: 'your age' } }],
    outcomes: [
      { outcome: 'ja', label: { nl: 'een ja', en: 'a yes' }, favourable: true },
      { outcome: 'nee', label: { nl: 'een nee', en: 'a no' }, favourable: false },
    ],
    threshold: { value: 0.5 },
    contest: { nl: 'bel ons', en: 'call us' },
  })
  const linear: Linear = {
    names,
    weights: names.map(() => (whole(64) - 32) / 128),
    intercept: (whole(64) - 32) / 64,
    background,
  }
  const trees: Node[][] = Array.from({ length: 3 }, () => {
    const leaf = (cover: number): Node => ({ value: (whole(64) - 24) / 128, cover })
    const split = (left: number, right: number, cover: number): Node => ({
      feature: whole(names.length - 1),
      threshold: whole(8) + 0.5,
      left,
      right,
      cover,
    })
    return [split(1, 2, 8), split(3, 4, 4), split(5, 6, 4), leaf(2), leaf(2), leaf(2), leaf(2)]
  })
  const asTrees = seed % 2 === 1
  const file = asTrees ? { kind: 'tree-interventional', names, trees, background } : { kind: 'linear', ...linear }
  const model = asTrees ? treeOf(trees) : sumOf(linear)
  const row = names.map(() => whole(9))
  const request = decisionRequest.parse({
    outcome: { label: model(row) >= 0.5 ? 'ja' : 'nee' },
    features: Object.fromEntries(names.map((name, i) => [name, row[i]!])),
  })
  return { rules, names, background, model, registered: readOwn(file, rules), request }
}

describe('explanations, traced to their numbers', () => {
  for (const [name, cases] of [
    ['200 decisions of the demonstration', demonstration()],
    ['200 decisions of drawn models', Array.from({ length: 200 }, (_, n) => drawn(n + 1))],
  ] as const)
    test(name, (t) => {
      const told: Told = { factors: 0, changes: 0 }
      let given = 0
      for (const [n, one] of cases.entries()) {
        const made = explained(one)
        if (made.state !== 'given') {
          // Nothing but a tie between the last that is named and the first that is not.
          assert.equal(made.reason, 'reasons_overlap', `${n}: ${made.reason}`)
          continue
        }
        given++
        const [nl, en] = [trace(one, made.text.nl, 'nl'), trace(one, made.text.en, 'en')]
        assert.deepEqual(nl, en, 'both languages say the same')
        told.factors += nl.factors
        told.changes += nl.changes
      }
      t.diagnostic(
        `${given} of ${cases.length} explained; ${told.factors} factors and ${told.changes} changes traced, in two languages`,
      )
      assert.ok(given >= 190 && told.factors > given && told.changes > 20)
    })

  test('a change that the model does not confirm is never told', () => {
    let withChange = 0
    for (const one of demonstration()) {
      const { answer } = computedOf(one)
      // Nothing is offered to who is well off, or where nothing helps.
      if (answer.change === null || answer.change.result.optima.length === 0) continue
      withChange++
      for (const confirmed of [null, one.rules.threshold!.value - 1e-9]) {
        const made = explained(one, { ...answer, change: { ...answer.change, confirmed } })
        assert.deepEqual([made.state, made.reason], ['refused', 'change_does_not_flip'])
      }
    }
    assert.ok(withChange > 20, String(withChange))
  })
})
