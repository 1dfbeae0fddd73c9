import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Answered, actNames, complaintAct } from '../../../src/accountability/complaints/contract.ts'
import { actIn, fieldOf, formFrom, pointRows } from './body.ts'

const whole = {
  'point.0': ' De computer wees af ',
  'verdict.0': 'upheld',
  'reasons.0': 'Betaalgedrag hoorde er niet bij.',
  'point.4': 'Niemand legde het uit',
  'verdict.4': 'partly',
  'reasons.4': 'De brief noemde geen reden.',
  findings: 'Twee late rekeningen telden mee.',
  reasons: 'Dat heeft niets met de monteur te maken.',
  measures: 'U krijgt de vergoeding.',
  measuresBy: '2026-12-04',
  improvements: ' ',
  evidence: 'het gesprek\r\n\n de score ',
  aiRole: 'gaf een advies',
  aiHuman: 'nam het advies over',
}

/** The least that each act takes, as its form sends it. */
const forms: Readonly<Record<(typeof actNames)[number], Readonly<Record<string, string>>>> = {
  acknowledge: { via: 'email' },
  assess: { aiRelated: 'no', severity: 'low', safety: 'yes', cause: '' },
  cause: { cause: 'privacy' },
  link: { kind: 'version', target: 'klantassistent/4.2', state: 'rejected' },
  investigate: {},
  invite: { proposal: 'Dinsdag om 10.00 uur', via: 'post' },
  hear: { heardOn: '2026-11-20', notes: 'De klant vertelde hetzelfde.' },
  waive: { reason: 'not_wanted' },
  propose: whole,
  revise: {},
  decide: {},
  communicate: { via: '' },
  close: {},
  take_appeal: {},
  decide_appeal: { ...whole, via: 'portal' },
  refer: { route: 'ap' },
  hand_over: { to: 'request', target: 'G-2026-003310' },
  extend: { reasons: 'De leverancier antwoordt later.', via: 'email' },
  extend_by_consent: { until: '2027-01-15' },
  reply: { text: 'Wij zoeken het uit.' },
  ask_hearing: {},
  withdraw: {},
  appeal: { words: 'Ik ben het er niet mee eens.' },
  drop_appeal: {},
}

describe('a form of a complaint', () => {
  for (const act of actNames)
    test(`of ${act} is what the API takes`, () => {
      const parsed = complaintAct.safeParse(JSON.parse(JSON.stringify(actIn(act, forms[act]))))
      assert.deepEqual(parsed.error?.issues, undefined)
    })

  test('leaves out rows in which nothing stands, and trims what was written', () => {
    const sent = actIn('propose', whole) as { points: object[]; evidence: string[]; improvements?: string }
    assert.deepEqual(sent.points, [
      { point: 'De computer wees af', verdict: 'upheld', reasons: 'Betaalgedrag hoorde er niet bij.' },
      { point: 'Niemand legde het uit', verdict: 'partly', reasons: 'De brief noemde geen reden.' },
    ])
    assert.deepEqual(sent.evidence, ['het gesprek', 'de score'])
    assert.equal(sent.improvements, undefined)
  })

  test('says which field a refusal is about, also in a row after an empty one', () => {
    for (const [param, code, field] of [
      ['do.findings', 'invalid_request', 'findings'],
      ['do.points[1].reasons', 'invalid_request', 'reasons.4'],
      ['do.points[0].verdict', 'invalid_request', 'verdict.0'],
      ['do.points', 'invalid_request', 'point.0'],
      ['do.evidence[1]', 'invalid_request', 'evidence'],
      ['do.ai.role', 'invalid_request', 'aiRole'],
      ['do.ai.human', 'invalid_request', 'aiHuman'],
      ['do.aiRelated', 'invalid_request', 'aiRelated'],
      ['target', 'target_needed', 'target'],
      [undefined, 'points_missing', 'point.0'],
      [undefined, 'complaint_changed', undefined],
      ['do', 'invalid_request', undefined],
    ] as const)
      assert.equal(fieldOf({ code, param }, whole), field, `${param} ${code}`)
  })

  test('of an answer that was proposed gives that answer again', () => {
    const words = fc
      .string({ minLength: 10, maxLength: 40, unit: fc.constantFrom(...'abcé ') })
      .map((s) => `x${s.trim()}x`.padEnd(12, 'x'))
    const answer = fc.record({
      points: fc.array(
        fc.record({
          point: words,
          verdict: fc.constantFrom('upheld' as const, 'partly' as const, 'not' as const),
          reasons: words,
        }),
        { minLength: 1, maxLength: 20 },
      ),
      findings: words,
      reasons: words,
      measures: fc.option(words),
      measuresBy: fc.option(fc.constant('2026-12-01')),
      improvements: fc.option(words),
      evidence: fc.array(words, { maxLength: 5 }),
      ai: fc.option(fc.record({ role: words, human: words })),
    })
    fc.assert(
      fc.property(answer, (made: Answered) => {
        // Without the prototypes of who made it.
        const given = JSON.parse(JSON.stringify(made)) as Answered
        const { act: _, ...sent } = actIn('propose', formFrom(given)) as Partial<Answered> & { act: string }
        assert.deepEqual({ measures: null, measuresBy: null, improvements: null, ai: null, ...sent }, given)
        assert.equal(pointRows(formFrom(given)).length, given.points.length)
      }),
    )
  })
})
