/** The nine inputs to which Fairlearn main gives a number, and should not (docs/fairness.md holds them side by side). */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { auditText, codesOf, csvOf, reportOf } from './testing.ts'

const plan = { label: 'y', prediction: 'yhat', sensitive: ['g'] }

describe('fairness: nine cases that must not get a number', () => {
  test('a group without positives: its true positive rate is undefined, so is the difference', () => {
    const audit = auditText(csvOf({ g: ['a', 'a', 'a', 'b', 'b'], y: [1, 1, 0, 0, 0], yhat: [1, 0, 1, 0, 1] }), plan)
    const { groups, disparities } = reportOf(audit)
    assert.equal(groups[1]!.metrics.truePositiveRate, null)
    assert.equal(groups[1]!.metrics.falseNegativeRate, null)
    assert.deepEqual(disparities.equalOpportunityDifference, { betweenGroups: null, toOverall: null })
    assert.ok(codesOf(audit).includes('undefined_denominator'))
  })

  test('no group has positives: undefined, not 0', () => {
    const { disparities } = reportOf(
      auditText(csvOf({ g: ['a', 'a', 'b', 'b'], y: [0, 0, 0, 0], yhat: [1, 0, 1, 0] }), plan),
    )
    assert.equal(disparities.equalOpportunityDifference.betweenGroups, null)
    assert.equal(disparities.equalizedOddsDifference.betweenGroups, null)
  })

  test('one group only: nothing to compare', () => {
    const audit = auditText(csvOf({ g: ['a', 'a'], y: [0, 1], yhat: [1, 0] }), plan)
    const { disparities, comparisons, verdicts } = reportOf(audit)
    assert.equal(disparities.demographicParityDifference.betweenGroups, null)
    assert.equal(disparities.demographicParityRatio.betweenGroups, null)
    assert.deepEqual([comparisons, verdicts], [[], []])
    assert.ok(codesOf(audit).includes('one_group_only'))
  })

  test('one NaN weight is an error with its line, not a difference of 0', () => {
    const audit = auditText('g,y,yhat,w\na,1,1,1\na,0,0,NaN\nb,1,0,1\nb,0,0,\n', { ...plan, weight: 'w' })
    assert.deepEqual(!audit.ok && audit.problems, {
      problems: [
        { code: 'not_a_number', column: 'w', line: 3, value: 'NaN' },
        { code: 'not_a_number', column: 'w', line: 5, value: '' },
      ],
      total: 2,
    })
  })

  test('a negative weight is an error, weight 0 is not', () => {
    const negative = auditText('g,y,yhat,w\na,1,1,1\nb,1,0,-0.5\n', { ...plan, weight: 'w' })
    assert.deepEqual(!negative.ok && negative.problems.problems, [
      { code: 'negative_weight', column: 'w', line: 3, value: '-0.5' },
    ])
    const zero = reportOf(auditText('g,y,yhat,w\na,1,1,0\na,0,0,2\nb,1,1,1\n', { ...plan, weight: 'w' }))
    assert.equal(zero.groups[0]!.metrics.selectionRate, 0)
  })

  test('missing labels: the selection rate stands on all rows, label metrics on the labelled ones', () => {
    const audit = auditText('g,y,yhat\na,1,1\na,,1\nb,0,0\nb,,1\nb,,0\n', plan)
    const [a, b] = reportOf(audit).groups
    assert.deepEqual([a!.n, a!.labelled, a!.metrics.selectionRate, a!.metrics.truePositiveRate], [2, 1, 1, 1])
    assert.deepEqual([b!.n, b!.labelled, b!.metrics.falsePositiveRate], [3, 1, 0])
    assert.ok(Math.abs(b!.metrics.selectionRate! - 1 / 3) < 1e-15)
    assert.deepEqual(
      reportOf(audit)
        .findings.filter(({ code }) => code === 'labels_missing')
        .map(({ group, n, total }) => [group, n, total]),
      [
        [{ g: 'a' }, 1, 2],
        [{ g: 'b' }, 2, 3],
      ],
    )
  })

  test('a missing group value is a group of its own', () => {
    const audit = auditText('g,y,yhat\na,1,1\na,0,0\n,1,0\nb,1,1\n', plan)
    const report = reportOf(audit)
    assert.deepEqual(
      report.groups.map(({ group, n }) => [group.g, n]),
      [
        ['a', 2],
        ['b', 1],
        [null, 1],
      ],
    )
    assert.equal(report.groups[2]!.metrics.selectionRate, 0)
    assert.equal(report.disparities.demographicParityDifference.betweenGroups, 1)
    assert.equal(report.disparitiesWithoutMissing!.demographicParityDifference.betweenGroups, 0.5)
    assert.ok(codesOf(audit).includes('group_value_missing'))
  })

  test('nobody selected: no difference, and a ratio that is undefined', () => {
    const audit = auditText(csvOf({ g: ['a', 'a', 'b', 'b'], y: [1, 0, 1, 0], yhat: [0, 0, 0, 0] }), plan)
    const { disparities, groups } = reportOf(audit)
    assert.equal(disparities.demographicParityDifference.betweenGroups, 0)
    assert.deepEqual(disparities.demographicParityRatio, { betweenGroups: null, toOverall: null })
    assert.equal(groups[0]!.metrics.precision, null)
    assert.ok(codesOf(audit).includes('undefined_ratio'))
  })

  test('an empty table is an error', () => {
    for (const text of ['', '\n', 'g,y,yhat', 'g,y,yhat\n', '\ufeffg,y,yhat\r\n'])
      assert.deepEqual(codesOf(auditText(text, plan)), ['empty_table'], JSON.stringify(text))
  })

  test('docs/fairness.md says of each what is answered here', () => {
    const answer = (text: string, more: object = {}): string => {
      const audit = auditText(text, { ...plan, ...more })
      if (!audit.ok) {
        const [{ code, line }] = audit.problems.problems as [{ code: string; line?: number }]
        return `error \`${code}\`${line === undefined ? '' : `, line ${line}`}`
      }
      const { groups, disparities } = audit.report
      const {
        equalOpportunityDifference: opportunity,
        demographicParityDifference: difference,
        demographicParityRatio: ratio,
      } = disparities
      const finding = (code: string) => {
        assert.ok(codesOf(audit).includes(code), code)
        return `\`${code}\``
      }
      if (text === cases[0])
        return `${groups[1]!.metrics.truePositiveRate} and ${opportunity.betweenGroups}, ${finding('undefined_denominator')}`
      if (text === cases[1]) return `${opportunity.betweenGroups}, ${finding('undefined_denominator')}`
      if (text === cases[2])
        return `${difference.betweenGroups} and ${ratio.betweenGroups}, ${finding('one_group_only')}`
      if (text === cases[5]) {
        assert.ok(groups.every(({ metrics }) => metrics.selectionRate !== null))
        return `selection rate on all rows, ${finding('labels_missing')}`
      }
      if (text === cases[6])
        return `a group of ${groups.find(({ group }) => group.g === null)!.n}, ${finding('group_value_missing')}`
      return `${ratio.betweenGroups}, ${finding('undefined_ratio')}`
    }
    const weight = { weight: 'w' }
    const cases = [
      csvOf({ g: ['a', 'a', 'a', 'b', 'b'], y: [1, 1, 0, 0, 0], yhat: [1, 0, 1, 0, 1] }),
      csvOf({ g: ['a', 'a', 'b', 'b'], y: [0, 0, 0, 0], yhat: [1, 0, 1, 0] }),
      csvOf({ g: ['a', 'a'], y: [0, 1], yhat: [1, 0] }),
      'g,y,yhat,w\na,1,1,1\na,0,0,NaN\nb,1,0,1\n',
      'g,y,yhat,w\na,1,1,1\nb,1,0,-0.5\n',
      'g,y,yhat\na,1,1\na,,1\nb,0,0\n',
      'g,y,yhat\na,1,1\na,0,0\n,1,0\nb,1,1\n',
      csvOf({ g: ['a', 'b'], y: [1, 0], yhat: [0, 0] }),
      'g,y,yhat\n',
    ]
    const rows = readFileSync(join(import.meta.dirname, '../../docs/fairness.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| ') && line.split('|').length === 5)
    const start = rows.findIndex((line) => line.startsWith('| a group without positives'))
    const told = rows.slice(start, start + cases.length).map((line) => line.split('|')[3]!.trim())
    assert.deepEqual(
      told,
      cases.map((text, i) => answer(text, i === 3 || i === 4 ? weight : {})),
    )
  })
})
