/** What was planted in the decisions is found by the audits that the demonstration plans, and nothing else is; for other people too. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import type { AuditPlanInput, AuditReport } from '../src/fairness/contract.ts'
import { findingSentence, observe, startMonitor, verdictSentence } from '../src/fairness/rules.ts'
import { auditText } from '../src/fairness/testing.ts'
import { buildDecisions, type DemoAttribute, type DemoDecision, DRIFT_FROM_WEEK, ISLANDERS } from './decisions.ts'

const { audits } = parse(readFileSync(join(import.meta.dirname, 'audits.yaml'), 'utf8')) as {
  audits: { id: string; plan: AuditPlanInput }[]
}

/** As the join makes them: one column per name that a plan may use. */
function tableOf(files: ReadonlyMap<string, string>, system: string): string {
  const linesOf = <T>(path: string) =>
    files
      .get(path)!
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as T)
  const said = new Map<string, Record<string, string>>()
  for (const { attribute } of linesOf<DemoAttribute>('attributes/kaapstroom.jsonl'))
    said.set(attribute.subject, { ...said.get(attribute.subject), [attribute.attribute]: attribute.value })
  const rows = linesOf<DemoDecision>(`decisions/${system}.jsonl`).map(({ decision, outcome }) => {
    const of = decision as unknown as {
      subject: string
      channel: string
      language: string
      outcome: { label: string }
      features: { contract_months?: number }
    }
    return [
      said.get(of.subject)?.herkomst ?? '',
      said.get(of.subject)?.regio ?? '',
      of.features.contract_months ?? '',
      of.channel,
      of.language,
      of.outcome.label === 'aanbod' ? 1 : 0,
      outcome?.positive === true ? 1 : 0,
    ].join(',')
  })
  const head = 'attribute.herkomst,attribute.regio,feature.contract_months,channel,language,favourable,observed'
  return [head, ...rows].join('\n')
}

function reportOf(files: ReadonlyMap<string, string>, system: string, plan: AuditPlanInput): AuditReport {
  const found = auditText(tableOf(files, system), plan)
  assert.ok(found.ok, JSON.stringify(found))
  return found.report
}
const planOf = (id: string) => audits.find((one) => one.id === id)!.plan
const verdicts = (report: AuditReport) =>
  Object.fromEntries(report.verdicts.map(({ group, verdict }) => [Object.values(group)[0] ?? '', verdict]))

/** Weeks before the end at which the first alarm goes off; undefined: none. */
function alarmed(files: ReadonlyMap<string, string>): number | undefined {
  const rows = files
    .get('decisions/routering.jsonl')!
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as DemoDecision)
    .sort((a, b) => b.hoursAgo - a.hoursAgo)
  let state = startMonitor({ reference: 'nl' })
  for (const { decision, outcome, hoursAgo } of rows) {
    const seen = observe(state, {
      t: -hoursAgo,
      group: decision.language as string,
      outcome: outcome?.positive === true ? 1 : 0,
    })
    assert.ok(seen.ok)
    state = seen.state
    if (seen.look.alarm) return hoursAgo / 168
  }
  return undefined
}

for (const seed of ['', 'een', 'twee', 'drie', 'vier']) {
  describe(`the decisions of ${seed === '' ? 'the demonstration' : `other people (${seed})`}`, () => {
    const files = buildDecisions(seed)

    test('the gap by country of birth is found', () => {
      const report = reportOf(files, 'aanbodscore', planOf('aanbod-herkomst'))
      assert.equal(verdicts(report).elders, 'difference_found')
      const [verdict] = report.verdicts.filter(({ verdict: what }) => what === 'difference_found')
      assert.match(verdictSentence(verdict!, 'nl'), /Er is een verschil tussen elders en nederland/)
      assert.match(verdictSentence(verdict!, 'en'), /elders/)
    })

    test('the gap by region is there in the whole, and not among those who are customers for as long', () => {
      const report = reportOf(files, 'aanbodscore', planOf('aanbod-regio'))
      const found = Object.entries(verdicts(report)).filter(([, verdict]) => verdict === 'difference_found')
      assert.deepEqual(found, [['oost', 'difference_found']])
      const one = report.findings.find(({ group }) => group?.['attribute.regio'] === 'oost')
      assert.equal(one?.code, 'difference_not_within_strata')
      assert.match(findingSentence(one!, 'nl'), /Binnen de lagen is het niet aangetoond/)
    })

    test(`of ${ISLANDERS} people nothing can be said, and that is said`, () => {
      const report = reportOf(files, 'aanbodscore', planOf('aanbod-regio'))
      const islands = report.verdicts.find(({ group }) => group['attribute.regio'] === 'eilanden')!
      assert.deepEqual([islands.verdict, islands.n], ['cannot_tell', ISLANDERS])
      assert.match(verdictSentence(islands, 'nl'), /geen uitspraak mogelijk/)
    })

    test('by language and channel the offers are alike: nothing is found', () => {
      for (const sensitive of [['language'], ['channel']]) {
        const report = reportOf(files, 'aanbodscore', { ...planOf('aanbod-herkomst'), sensitive, reference: 'largest' })
        assert.ok(!Object.values(verdicts(report)).includes('difference_found'))
      }
    })

    test('routing by channel is fair: no difference is found', () => {
      const report = reportOf(files, 'routering', planOf('doorverbinden-kanaal'))
      assert.ok(!Object.values(verdicts(report)).includes('difference_found'))
      if (seed === '') assert.deepEqual(verdicts(report), { chat: 'no_relevant_difference' })
    })

    test('the drift of callers in English goes off after it began, and not before', () => {
      const weeks = alarmed(files)
      assert.ok(weeks !== undefined && weeks < 12 - DRIFT_FROM_WEEK + 1 + 0.4, String(weeks))
    })
  })
}
