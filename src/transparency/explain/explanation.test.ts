import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Language } from '../../platform/text.ts'
import type { Attribution } from './attribution.ts'
import { unsupportedIn } from './check.ts'
import { type ExplanationRecord, explainCodes, explanationRecord, refusalReasons } from './contract.ts'
import { type Explanation, type ExplanationFacts, makeExplanation, marginsOverlap } from './explanation.ts'
import { firedRules } from './fired-rules.ts'
import { ExplainError } from './problem.ts'
import { sayExplanation, sayRefusal, sentencesOf } from './sentence.ts'
import { explainProblemText, explainText } from './texts.ts'
import { plainWords, readWords } from './words.ts'

const attribution: Attribution = {
  method: 'tree_interventional',
  scale: 'score',
  base: 1,
  phi: [-1.25, 0.5, 0.0625, 0],
  output: 0.3125,
  halfWidth: null,
  baseline: { kind: 'background', rows: 1_250 },
}
const facts: ExplanationFacts = {
  decision: 'd-1',
  model: { sha256: 'a'.repeat(64), name: 'betaalregeling', version: '3' },
  recorded: { sha256: 'a'.repeat(64), output: 0.3125 },
  precision: 'float64',
  role: 'advised',
  names: ['late', 'income', 'contract', 'region'],
  values: new Map<string, number | string | null>([
    ['late', 3],
    ['income', 1_850.5],
    ['contract', 2],
    ['region', 4],
  ]),
  found: { attribution },
  limit: { is: '>=', value: 0.5 },
  attributes: [
    { attribute: 'age', proxies: [] },
    { attribute: 'origin', proxies: ['region'] },
    { attribute: 'region', proxies: [] },
  ],
  change: {
    result: {
      alreadyFavourable: false,
      minimalCost: 3,
      optima: [[1, 1_900, 2, 4]],
      complete: true,
      mustNotChange: [3],
      reason: null,
    },
    confirmed: 0.55,
  },
  top: 2,
  reviewedBy: { role: { nl: 'een privacy-functionaris', en: 'a data protection officer' }, at: '2026-11-25T09:00:00Z' },
}
const words = readWords({
  features: [
    { feature: 'late', label: { nl: 'te late betalingen', en: 'late payments' } },
    { feature: 'income', label: { nl: 'inkomen per maand', en: 'income per month' }, show: 'money' },
    {
      feature: 'contract',
      label: { nl: 'soort contract', en: 'kind of contract' },
      show: 'choice',
      values: [
        { value: 1, label: { nl: 'vast', en: 'fixed' } },
        { value: 2, label: { nl: 'flexibel', en: 'flexible' } },
      ],
    },
    { feature: 'region', label: { nl: 'postcodegebied', en: 'postcode area' } },
    { feature: 'late_fee', label: { nl: 'te late betalingen vorig jaar', en: 'late payments last year' } },
  ],
  attributes: [
    { attribute: 'age', label: { nl: 'leeftijd', en: 'age' } },
    { attribute: 'origin', label: { nl: 'herkomst', en: 'origin' } },
  ],
  rules: [{ rule: 'r1', label: { nl: 'te vaak te laat', en: 'late too often' } }],
  outcome: { favourable: { nl: 'toegewezen', en: 'granted' }, unfavourable: { nl: 'afgewezen', en: 'refused' } },
  contest: { nl: 'https://kaapstroom.example/bezwaar?nr=1.2', en: 'https://kaapstroom.example/bezwaar?nr=1.2' },
})
const given = (explanation: Explanation): ExplanationRecord => {
  assert.equal(explanation.explanation, 'given')
  return (explanation as { record: ExplanationRecord }).record
}
const record = given(makeExplanation(facts))
const textOf = (each: ExplanationRecord, language: Language, numbers = false) =>
  sentencesOf(each, words, language, { numbers }).join(' ')

describe('the record', () => {
  test('holds the heaviest first, leaves out what counted nothing, and follows its schema', () => {
    assert.deepEqual(explanationRecord.parse(record), record)
    assert.deepEqual(
      record.factors.map(({ feature, direction }) => [feature, direction]),
      [
        ['late', 'down'],
        ['income', 'up'],
        ['contract', 'up'],
      ],
    )
    assert.equal(record.named, 2)
    assert.equal(record.outcome.favourable, false)
  })
  test('an attribute that is an input is never called unused', () =>
    assert.deepEqual(record.notUsed, [
      { attribute: 'age', proxies: [] },
      { attribute: 'origin', proxies: ['region'] },
    ]))

  const refused: readonly (readonly [string, Partial<ExplanationFacts>, string[]])[] = [
    [
      'contributions that miss the output',
      { found: { attribution: { ...attribution, base: 1.000002 } } },
      ['additivity_broken'],
    ],
    [
      'contributions that are no numbers',
      { found: { attribution: { ...attribution, base: Number.NaN } } },
      ['additivity_broken'],
    ],
    [
      'another model than that of the decision',
      { recorded: { sha256: 'b'.repeat(64), output: null } },
      ['model_differs'],
    ],
    ['a model that cannot be told', { model: { ...facts.model, sha256: null } }, ['model_differs']],
    ['another score than that of the decision', { recorded: { sha256: null, output: 0.3126 } }, ['output_differs']],
    ['a change that does not flip', { change: { ...facts.change!, confirmed: 0.49 } }, ['change_does_not_flip']],
    ['a change that was not asked again', { change: { ...facts.change!, confirmed: null } }, ['change_does_not_flip']],
    [
      'error bars that overlap',
      { found: { attribution: { ...attribution, halfWidth: [0.5, 0.3, 0, 0] } } },
      ['reasons_overlap'],
    ],
    [
      'all of it at once',
      {
        found: { attribution: { ...attribution, base: 0, halfWidth: [1, 1, 1, 1] } },
        recorded: { sha256: 'b'.repeat(64), output: 9 },
        change: { ...facts.change!, confirmed: 0 },
      },
      ['model_differs', 'output_differs', 'additivity_broken', 'reasons_overlap', 'change_does_not_flip'],
    ],
  ]
  for (const [what, more, reasons] of refused)
    test(`${what}: refused`, () =>
      assert.deepEqual(makeExplanation({ ...facts, ...more }), { explanation: 'refused', reasons }))

  const passes: readonly (readonly [string, Partial<ExplanationFacts>])[] = [
    ['a gap within 1e-6', { found: { attribution: { ...attribution, base: 1.0000005 } } }],
    [
      'a score that differs by the rounding of float32',
      { precision: 'float32', recorded: { sha256: null, output: 0.312503 } },
    ],
    ['a decision of which nothing was recorded', { recorded: { sha256: null, output: null } }],
    [
      'error bars that leave the order alone',
      { found: { attribution: { ...attribution, halfWidth: [0.3, 0.2, 0.2, 0.2] } } },
    ],
  ]
  for (const [what, more] of passes) test(`${what}: given`, () => void given(makeExplanation({ ...facts, ...more })))

  test('margins overlap with the next reason, with the first that is not named, or with 0', () => {
    const at = (phi: number[], halfWidth: number[], top = 1) => marginsOverlap({ ...attribution, phi, halfWidth }, top)
    assert.equal(at([1, 0.5], [0.25, 0.25]), true)
    assert.equal(at([1, 0.5], [0.25, 0.2499]), false)
    assert.equal(at([1], [1]), true)
    assert.equal(at([1], [0.99]), false)
    assert.equal(at([1, -0.9, 0.3], [0, 0, 0], 2), false)
    assert.equal(at([1, 0.5, 0.45], [0.01, 0.01, 0.2], 1), false)
  })
})

/** Intl puts a no-break space after a euro sign. */
const plainSpaces = (list: readonly string[]) => list.map((each) => each.replaceAll('\u00a0', ' '))

describe('the text', () => {
  test('in Dutch', () =>
    assert.deepEqual(plainSpaces(sentencesOf(record, words, 'nl', { numbers: false })), [
      'De uitkomst is: afgewezen.',
      'De computer gaf advies. Een medewerker nam het besluit.',
      'Een computer berekende uw score: 0,31.',
      'De uitkomst is gunstig vanaf 0,50.',
      'Wij vergelijken u met het gemiddelde van 1.250 voorbeelden.',
      'Deze gegevens telden het meest. Het zwaarste staat eerst.',
      'te late betalingen: 3. Dit maakte uw score lager.',
      'inkomen per maand: € 1.850,50. Dit maakte uw score hoger.',
      'De computer heeft dit niet gebruikt: leeftijd.',
      'De computer heeft dit niet gebruikt: herkomst.',
      'Let op: postcodegebied heeft te maken met herkomst. Zo kan er toch invloed zijn.',
      'Dit had de uitkomst veranderd, alles samen.',
      'te late betalingen: 1 in plaats van 3.',
      'inkomen per maand: € 1.900,00 in plaats van € 1.850,50.',
      'Dan was de uitkomst: toegewezen.',
      'Al het andere blijft dan gelijk. Wij hebben dit nagerekend, maar het is geen belofte voor een volgende keer.',
      'Deze uitleg is nagekeken op 25 november 2026. Dat deed: een privacy-functionaris.',
      'Klopt dit niet? Een mens kan opnieuw kijken: https://kaapstroom.example/bezwaar?nr=1.2.',
    ]))

  for (const language of ['nl', 'en'] as const) {
    test(`holds against its record in ${language}, with and without numbers, also on lines of its own`, () => {
      for (const numbers of [false, true]) {
        const said = sayExplanation(record, words, language, { numbers })
        assert.equal(said.said, 'text')
        assert.deepEqual(
          unsupportedIn((said as { sentences: readonly string[] }).sentences.join('\n'), record, words, language),
          [],
        )
      }
    })
  }

  const mutations: readonly (readonly [string, string, string | RegExp, string])[] = [
    ['another sign', 'sign_differs', /(?<=betalingen: 3\. Dit maakte uw score )lager/, 'hoger'],
    ['another value', 'value_differs', /(?<=betalingen: )3(?=\. Dit)/, '4'],
    ['another amount', 'value_differs', /(?<=maand: €\s1\.850,5)0(?=\. Dit)/, '1'],
    ['another score', 'number_differs', '0,31', '0,32'],
    ['another limit', 'number_differs', '0,50', '0,05'],
    ['another side of the limit', 'sentence_unsupported', 'vanaf', 'boven'],
    ['another weight', 'number_differs', '-1,25', '-1,26'],
    ['a weight of the other sign', 'number_differs', '-1,25', '+1,25'],
    ['another outcome', 'sentence_unsupported', 'is: afgewezen', 'is: toegewezen'],
    [
      'another role',
      'sentence_unsupported',
      'gaf advies. Een medewerker nam het besluit',
      'nam het besluit. Er keek geen mens mee',
    ],
    ['another comparison', 'sentence_unsupported', '1.250', '1.251'],
    [
      'a feature that is not among the reasons',
      'factor_foreign',
      /inkomen per maand(?=: €\s1\.850,50\. Dit)/,
      'postcodegebied',
    ],
    [
      'a feature whose name begins alike',
      'factor_foreign',
      /te late betalingen(?=: 3\. Dit)/,
      'te late betalingen vorig jaar',
    ],
    ['a name that is in no register', 'sentence_unknown', /inkomen per maand(?=: €\s1\.850,50\. Dit)/, 'schoenmaat'],
    ['an attribute that is used', 'sentence_unsupported', 'gebruikt: leeftijd', 'gebruikt: herkomst'],
    ['another proxy', 'sentence_unsupported', 'Let op: postcodegebied', 'Let op: soort contract'],
    ['another change', 'number_differs', 'betalingen: 1 in', 'betalingen: 2 in'],
    ['a change of another feature', 'sentence_unsupported', 'betalingen: 1 in', 'betalingen vorig jaar: 1 in'],
    ['a change that starts elsewhere', 'value_differs', '1 in plaats van 3', '1 in plaats van 2'],
    ['a promise', 'sentence_unknown', 'Dan was de uitkomst', 'U krijgt dan zeker gelijk. Dan was de uitkomst'],
    [
      'a reason of a model',
      'sentence_unknown',
      'De computer heeft dit niet gebruikt: leeftijd.',
      'De computer vond u onbetrouwbaar. De computer heeft dit niet gebruikt: leeftijd.',
    ],
    ['another date', 'sentence_unsupported', '25 november 2026', '26 november 2026'],
    ['another person', 'sentence_unknown', 'een privacy-functionaris', 'een rechter'],
    ['another way to a person', 'sentence_unknown', 'nr=1.2', 'nr=1.3'],
    ['a thousand that is grouped wrong', 'sentence_unknown', '1.250', '12.50'],
  ]
  const text = textOf(record, 'nl', true)
  for (const [what, problem, from, to] of mutations)
    test(`with ${what} it does not hold`, () => {
      const changed = text.replace(from, to)
      assert.notEqual(changed, text, 'the mutation changes nothing')
      const found = unsupportedIn(changed, record, words, 'nl')
      assert.ok(
        found.some((each) => each.problem === problem),
        JSON.stringify(found),
      )
    })

  test('with reasons in another order it does not hold', () => {
    const sentences = sentencesOf(record, words, 'nl', { numbers: false })
    const i = sentences.findIndex((each) => each.startsWith('te late betalingen: 3'))
    const swapped = sentences.with(i, sentences[i + 1]!).with(i + 1, sentences[i]!)
    assert.ok(unsupportedIn(swapped.join(' '), record, words, 'nl').some(({ problem }) => problem === 'factor_order'))
  })

  test('with any sentence left out, or said twice, it does not hold', () => {
    for (const language of ['nl', 'en'] as const) {
      const sentences = sentencesOf(record, words, language, { numbers: false })
      for (const [i, each] of sentences.entries()) {
        const left = unsupportedIn(sentences.toSpliced(i, 1).join(' '), record, words, language)
        assert.notDeepEqual(left, [], each)
        const twice = unsupportedIn(sentences.toSpliced(i, 0, each).join(' '), record, words, language)
        assert.notDeepEqual(twice, [], each)
      }
    }
  })

  test('any other record than its own makes it fail', () => {
    for (const more of [
      { role: 'decided' },
      { factors: record.factors.with(0, { ...record.factors[0]!, weight: 1.25, direction: 'up' }) },
      { factors: record.factors.with(0, { ...record.factors[0]!, value: 2 }) },
      { factors: [record.factors[1]!, record.factors[0]!] },
      { named: 1 },
      { named: 3 },
      { notUsed: [] },
      { change: null },
      { change: { found: false, reason: 'search_limit' } },
      { reviewedBy: null },
      { baseline: { kind: 'training', rows: null } },
      { outcome: { ...record.outcome, output: 0.4 } },
      { outcome: { ...record.outcome, limit: null } },
    ] as Partial<ExplanationRecord>[])
      assert.notDeepEqual(unsupportedIn(text, { ...record, ...more }, words, 'nl'), [], JSON.stringify(more))
  })

  test('whatever the record, its text holds, in both languages', () => {
    const number = fc.oneof(
      fc.integer({ min: -99_999, max: 99_999 }),
      fc.double({ min: -2_000, max: 2_000, noNaN: true }),
      fc.constantFrom(0, 0.000_001, 1e-7, 1e9),
    )
    const nonZero = number.filter((value) => Math.abs(value) > 1e-9)
    fc.assert(
      fc.property(
        fc.array(nonZero, { minLength: 4, maxLength: 4 }),
        fc.array(number, { minLength: 4, maxLength: 4 }),
        number,
        fc.integer({ min: 1, max: 4 }),
        fc.option(fc.array(number.map(Math.abs), { minLength: 4, maxLength: 4 })),
        fc.constantFrom('decided' as const, 'advised' as const, 'assisted' as const),
        (phi, values, base, top, halfWidth, role) => {
          const names = ['late', 'income', 'contract', 'region']
          const output = base + phi.reduce((sum, each) => sum + each, 0)
          const explanation = makeExplanation({
            ...facts,
            role,
            values: new Map(names.map((name, i) => [name, values[i]!])),
            found: { attribution: { ...attribution, base, phi, output, halfWidth } },
            recorded: { sha256: null, output: null },
            change: null,
            top,
          })
          if (explanation.explanation === 'refused') return
          for (const language of ['nl', 'en'] as const)
            for (const numbers of [false, true]) {
              const text = sentencesOf(explanation.record, words, language, { numbers }).join(' ')
              assert.deepEqual(unsupportedIn(text, explanation.record, words, language), [], text)
            }
        },
      ),
      { numRuns: 300 },
    )
  })

  test('one change is said in one sentence, none is said as it is', () => {
    const single = given(
      makeExplanation({
        ...facts,
        change: { ...facts.change!, result: { ...facts.change!.result, optima: [[1, 1_850.5, 2, 4]] } },
      }),
    )
    assert.match(
      textOf(single, 'nl'),
      /Nu geldt: te late betalingen is 3\. Stel dat het 1 was\. Dan was de uitkomst: toegewezen\./,
    )
    assert.deepEqual(unsupportedIn(textOf(single, 'nl'), single, words, 'nl'), [])
    for (const reason of ['no_actionable_change', 'search_limit'] as const) {
      const none = given(
        makeExplanation({
          ...facts,
          change: { result: { ...facts.change!.result, optima: [], minimalCost: null, reason }, confirmed: null },
        }),
      )
      assert.deepEqual(unsupportedIn(textOf(none, 'en'), none, words, 'en'), [])
      assert.match(
        textOf(none, 'en'),
        reason === 'search_limit' ? /So we name nothing/ : /We found nothing that you can change/,
      )
    }
  })

  test('of rules: which held, and the facts that made them hold; a rule or limit more is seen', () => {
    const fired = firedRules(
      {
        family: 'rules',
        mode: 'sum',
        otherwise: 1,
        rules: [
          {
            id: 'r1',
            output: -1,
            when: [
              { feature: 'late', is: '>=', limit: 3 },
              { feature: 'contract', is: '=', limit: 2 },
            ],
          },
          { id: 'r2', output: 5, when: [{ feature: 'late', is: '<', limit: 3 }] },
        ],
      },
      facts.values,
    )
    assert.deepEqual([fired.output, fired.fired.map(({ rule }) => rule)], [0, ['r1']])
    const ofRules = given(
      makeExplanation({ ...facts, found: { fired }, recorded: { sha256: null, output: 0 }, change: null }),
    )
    const text = textOf(ofRules, 'nl')
    assert.match(
      text,
      /Deze regel gold: te vaak te laat\. te late betalingen: 3\. De regel geldt vanaf 3\. soort contract: flexibel\. De regel geldt bij: flexibel\./,
    )
    assert.deepEqual(unsupportedIn(text, ofRules, words, 'nl'), [])
    for (const [from, to] of [
      ['vanaf 3', 'vanaf 2'],
      ['bij: flexibel', 'bij: vast'],
      ['soort contract: flexibel. De regel geldt bij: flexibel. ', ''],
      ['vanaf 3', 'boven 3'],
    ] as const)
      assert.notDeepEqual(unsupportedIn(text.replace(from, to), ofRules, words, 'nl'), [], to)
  })

  test('of rules of which the first decides, only that one is told; where none holds, that', () => {
    const late = (id: string, limit: number, output: number) => ({
      id,
      output,
      when: [{ feature: 'late', is: '>=' as const, limit }],
    })
    const rules = [late('r1', 2, -1), late('r2', 1, 5)]
    const first = firedRules({ family: 'rules', mode: 'first', otherwise: 7, rules }, facts.values)
    assert.deepEqual([first.output, first.fired.map(({ rule }) => rule)], [-1, ['r1']])
    const sum = firedRules({ family: 'rules', mode: 'sum', otherwise: 7, rules }, facts.values)
    assert.deepEqual([sum.output, sum.fired.length], [11, 2])
    const none = firedRules({ family: 'rules', mode: 'first', otherwise: 7, rules }, new Map([['late', null]]))
    assert.deepEqual(none, { fired: [], output: 7 })
    const record = given(
      makeExplanation({ ...facts, found: { fired: none }, recorded: { sha256: null, output: 7 }, change: null }),
    )
    assert.match(textOf(record, 'nl'), /Geen enkele regel gold voor u\./)
    assert.deepEqual(unsupportedIn(textOf(record, 'nl'), record, words, 'nl'), [])
  })

  test('a refusal names the reason and the way to a person', () => {
    for (const language of ['nl', 'en'] as const)
      for (const reason of refusalReasons) assert.match(sayRefusal([reason], words, language), /kaapstroom\.example/)
    assert.match(
      sayRefusal(['model_differs'], words, 'en'),
      /^We cannot explain this decision well now\. The reason is: the computer has changed since the decision\./,
    )
  })
})

describe('words', () => {
  const wrong = (change: (value: Record<string, unknown>) => void): ExplainError => {
    const value = structuredClone(words.words) as unknown as Record<string, unknown>
    change(value)
    try {
      readWords(value)
    } catch (error) {
      assert.ok(error instanceof ExplainError)
      return error
    }
    return assert.fail('accepted')
  }
  test('two features with one name are refused, with the place', () => {
    const error = wrong((value) => {
      ;(value.features as { label: unknown }[])[3]!.label = { nl: 'te late betalingen', en: 'x' }
    })
    assert.deepEqual(
      error.problems.map(({ code, place }) => [code, place]),
      [['word_twice', 'features[3].label.nl']],
    )
  })
  test('a name that could end a sentence is refused', () =>
    assert.equal(
      wrong((value) => {
        ;(value.features as { label: unknown }[])[0]!.label = { nl: 'Goed. Dit maakte uw score hoger', en: 'x' }
      }).code,
      'words_wrong',
    ))
  test('a misspelt field is refused', () => assert.equal(wrong((value) => (value.featurs = [])).code, 'words_wrong'))
  test('without a register everything is called as in the model, also __proto__', () => {
    const plain = plainWords(['__proto__', 'a.b', 'constructor'])
    assert.equal(plain.feature.get('__proto__')?.label.nl, '__proto__')
  })
  test('every code and reason has its sentence in both languages, in at most 8 words for customers', () => {
    for (const language of ['nl', 'en'] as const) {
      for (const code of explainCodes) {
        const values = Object.fromEntries(
          [
            'file',
            'problem',
            'maximum',
            'byte',
            'line',
            'column',
            'what',
            'expected',
            'found',
            'node',
            'feature',
            'name',
            'nearest',
            'known',
            'status',
            'milliseconds',
          ].map((key) => [key, 'x']),
        )
        assert.match(
          explainProblemText(language, { code, place: 'a[1]', values }),
          new RegExp(`^a\\[1\\]: .*\\(${code}\\)$`),
        )
      }
      for (const reason of refusalReasons)
        assert.ok(explainText(language, `reason.${reason}`).split(' ').length <= 8, reason)
    }
  })
})
