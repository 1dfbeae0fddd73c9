/** Against the reference vectors that lie beside the checkout: names, numbers, tolerances. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { sharedData, without } from '../platform/shared-data.ts'
import type { AuditPlanInput, AuditReport } from './contract.ts'
import { auditFile } from './io/audit-file.ts'
import { auditText, codesOf, csvOf, planOf, reportOf } from './testing.ts'

const folder = sharedData('fairness')
const skip = { skip: without(folder) }
const vectors = (name: string) => JSON.parse(readFileSync(join(folder!, 'vectors', name), 'utf8'))

/** Every number of the vector stands in ours under the same name; p-values relative 1e-6, Clopper–Pearson 1e-8, else 1e-9. */
function same(found: unknown, expected: unknown, path: string): void {
  if (typeof expected === 'number') {
    const name = path.split('.').findLast((part) => !/^\d+$/.test(part))!
    const tolerance = /^(p|fisherP.*|chi2P)$/.test(name)
      ? 1e-6 * expected + 1e-300
      : /ClopperPearson/.test(name)
        ? 1e-8
        : 1e-9 * Math.max(1, /chi2/.test(name) ? expected : 1)
    assert.ok(typeof found === 'number' && Math.abs(found - expected) <= tolerance, `${path}: ${found} for ${expected}`)
  } else if (Array.isArray(expected)) {
    assert.equal((found as unknown[])?.length, expected.length, `${path}: length`)
    for (const [i, one] of expected.entries()) same((found as unknown[])[i], one, `${path}.${i}`)
  } else if (expected !== null && typeof expected === 'object') {
    assert.ok(found !== null && typeof found === 'object', `${path}: ${JSON.stringify(found)}`)
    for (const [key, one] of Object.entries(expected))
      same((found as Record<string, unknown>)[key], one, `${path}.${key}`)
  } else assert.equal(found, expected, path)
}

async function audited(input: string, plan: AuditPlanInput): Promise<AuditReport> {
  const result = await auditFile(join(folder!, input), planOf(plan))
  assert.ok(result.ok, JSON.stringify(result))
  return result.report
}

const byGroup = <T extends { readonly group: object }>(list: readonly T[], group: object): T => {
  const found = list.find((one) => JSON.stringify(one.group) === JSON.stringify(group))
  assert.ok(found, JSON.stringify(group))
  return found
}

describe('fairness: shared vectors', () => {
  const names =
    folder === undefined ? [] : readdirSync(join(folder, 'vectors')).filter((name) => /^(bank|german)-/.test(name))

  test('there are vectors', skip, () => assert.ok(names.length >= 9))

  for (const name of names) {
    test(`${name}: groups, disparities, comparisons, omnibus, inequality`, skip, async () => {
      const { input, inputSha256, plan, expected } = vectors(name)
      const report = await audited(input, plan)
      if (inputSha256 !== undefined && !input.endsWith('.gz')) assert.equal(report.inputSha256, inputSha256)
      assert.equal(report.n, expected.n)
      same(report.overall, expected.overall, 'overall')
      assert.equal(report.groups.length, expected.groups.length)
      for (const one of expected.groups) same(byGroup(report.groups, one.group), one, JSON.stringify(one.group))
      same(report.disparities, expected.disparities, 'disparities')
      if (expected.comparisons === undefined) return
      assert.equal(report.comparisons.length, expected.comparisons.length)
      for (const one of expected.comparisons) {
        const ours = byGroup(report.comparisons, one.group)
        same(ours, one, JSON.stringify(one.group))
        assert.equal('ratioLogWald95' in ours, 'ratioLogWald95' in one)
      }
      same(report.omnibus, expected.omnibus, 'omnibus')
      same(report.inequality, expected.inequality, 'inequality')
    })
  }

  test('AIF360’s differences of two groups', skip, async () => {
    const { input, plan, aif360 } = vectors('german-sex.json')
    const report = await audited(input, plan)
    const [one] = report.comparisons
    const {
      privileged,
      statisticalParityDifference,
      disparateImpact,
      theil,
      generalizedEntropyAlpha2,
      betweenGroupTheil,
      equalOpportunityDifference,
      ...rest
    } = aif360
    assert.deepEqual(one!.reference, privileged)
    same(one, rest, 'aif360')
    same(one!.equalOpportunityDifference, equalOpportunityDifference, 'equalOpportunityDifference')
    same(one!.selectionRateDifference, statisticalParityDifference, 'statisticalParityDifference')
    same(one!.disparateImpactRatio, disparateImpact, 'disparateImpact')
    same(report.inequality, { theil, generalizedEntropyAlpha2, betweenGroupTheil }, 'inequality')
  })

  for (const name of ['bootstrap-german-sex.json', 'bootstrap-bank-age_band.json']) {
    test(`${name}: each end within its Monte-Carlo error`, skip, async () => {
      const vector = vectors(name)
      const replicates = 20_000
      const report = await audited(name.includes('german') ? 'german-audit.csv' : 'bank-audit.csv.gz', {
        label: 'y',
        prediction: 'yhat',
        sensitive: vector.sensitive,
        bootstrap: { replicates, seed: 7 },
      })
      let compared = 0
      type End = { lower: number; upper: number; endpointSdTimesSqrtB: [number, number] }
      type Expected = { byGroup: Record<string, End>; difference: End; ratio: End }
      const ends = (found: { lower: number | null; upper: number | null }, expected: End, path: string) => {
        for (const [i, end] of (['lower', 'upper'] as const).entries()) {
          const allowed = (4 * expected.endpointSdTimesSqrtB[i]!) / Math.sqrt(replicates) + 1 / report.n
          assert.ok(
            Math.abs(found[end]! - expected[end]) <= allowed,
            `${path} ${end}: ${found[end]} for ${expected[end]}`,
          )
          compared++
        }
      }
      for (const [metric, expected] of Object.entries(vector.expected) as [
        'selectionRate' | 'truePositiveRate' | 'falsePositiveRate',
        Expected,
      ][]) {
        const ours = report.bootstrap![metric]!
        for (const [group, one] of Object.entries(expected.byGroup))
          ends(ours.byGroup[group]!, one, `${metric} ${group}`)
        ends(ours.difference, expected.difference, `${metric} difference`)
        ends(ours.ratio, expected.ratio, `${metric} ratio`)
      }
      assert.ok(compared >= 24)
    })
  }

  test('edge cases', skip, () => {
    const { cases } = vectors('edge-cases.json')
    let checked = 0
    for (const { name, rows, cells, expected, findings, plan } of cases) {
      if (name === 'Simpson') {
        assert.deepEqual(simpson(cells, expected), findings ?? expected.findings)
        checked++
        continue
      }
      const { g, y, yhat, score, w } = rows
      const audit = auditText(csvOf({ g, y, yhat, ...(score ? { score } : {}), ...(w ? { w } : {}) }), {
        label: 'y',
        prediction: 'yhat',
        sensitive: ['g'],
        ...(score ? { score: 'score' } : {}),
        ...(w ? { weight: 'w' } : {}),
        ...plan,
      })
      const report = reportOf(audit)
      for (const code of findings ?? [])
        assert.ok(codesOf(audit).includes(code), `${name}: ${code} in ${codesOf(audit)}`)
      for (const [key, value] of Object.entries(expected ?? {})) {
        const group = report.groups.find((one) => one.group.g === (key === 'missing' ? null : key))
        if (group) same({ ...group.metrics, ...group }, value, `${name} ${key}`)
        else if (key === 'demographicParityDifferenceWithoutMissing')
          same(report.disparitiesWithoutMissing!.demographicParityDifference.betweenGroups, value, name)
        else if (key === 'precision') for (const one of report.groups) assert.equal(one.metrics.precision, value)
        else same(report.disparities[key as keyof typeof report.disparities]?.betweenGroups, value, `${name} ${key}`)
      }
      if (/stay apart/.test(name)) assert.equal(report.groups.length, rows.g.length)
      checked++
    }
    assert.equal(checked, cases.length)
  })

  function simpson(
    cells: { g: string; s: string; selected: number; n: number }[],
    expected: Record<string, number>,
  ): string[] {
    const columns = { g: [] as string[], s: [] as string[], yhat: [] as number[] }
    for (const { g, s, selected, n } of cells)
      for (let i = 0; i < n; i++) {
        columns.g.push(g)
        columns.s.push(s)
        columns.yhat.push(i < selected ? 1 : 0)
      }
    const report = reportOf(auditText(csvOf(columns), { prediction: 'yhat', sensitive: ['g'], strata: 's' }))
    same(report.groups[0]!.metrics.selectionRate, expected.overallA, 'a')
    same(report.groups[1]!.metrics.selectionRate, expected.overallB, 'b')
    const [one] = report.strata!.comparisons
    const sign = one!.group.g === 'a' ? 1 : -1
    same(one!.strata[0]!.difference! * sign, expected.stratum1Difference, 'stratum 1')
    same(one!.strata[1]!.difference! * sign, expected.stratum2Difference, 'stratum 2')
    return report.findings.map(({ code }) => code)
  }
})
