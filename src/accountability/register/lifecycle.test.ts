import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { gates } from './change.ts'
import {
  causesNow,
  dataPlans,
  type LifeFacts,
  lifeRefusals,
  moveSystem,
  movesFrom,
  runningOf,
  type SystemAct,
  type SystemLife,
  type SystemMoveName,
  suspensionCauses,
  systemMoveNames,
  systemMoves,
  systemStates,
} from './lifecycle.ts'
import { isRegisterTextKey } from './texts.ts'

const now = new Date('2026-11-27T12:00:00Z')
const began = new Date('2026-11-01T12:00:00Z')
const standing = {
  system: 'bot',
  version: 'v1',
  gate: { state: 'passed', record: 'g1', validUntil: '2027-11-01T00:00:00.000Z' },
  oversight: { state: 'present', record: 'o1', validUntil: '2027-11-01T00:00:00.000Z' },
  stop: null,
} as const
const facts: LifeFacts = {
  owner: 'olga',
  standing,
  gate: { decidedAt: new Date('2026-11-20T12:00:00Z'), by: 'eva' },
  lapsed: [],
  now,
}
const stopped = { ...facts, standing: { ...standing, stop: { at: '', record: 's1', reason: 'harm' } } }
const lapsedGate = { ...facts, standing: { ...standing, gate: { ...standing.gate, validUntil: now.toISOString() } } }
const unseen = { ...facts, standing: { ...standing, oversight: { ...standing.oversight, state: 'missing' as const } } }

const limit = 'one in ten chats of the shop'
const pilot: SystemLife = { state: 'pilot', until: '2027-01-31', limit }
const live: SystemLife = { state: 'live' }
const assessing: SystemLife = { state: 'assessing', since: began, running: null, suspension: null }
const suspended: SystemLife = { state: 'suspended', from: { as: 'live' }, by: 'sam', cause: 'stop_order' }
const lives: readonly SystemLife[] = [
  { state: 'proposed' },
  assessing,
  { ...assessing, running: { as: 'live' } },
  { ...assessing, suspension: { by: 'sam', cause: 'stop_order' } },
  { state: 'approved', running: null },
  { state: 'approved', running: { as: 'live' } },
  pilot,
  { ...pilot, until: '2026-11-26' },
  live,
  suspended,
  { ...suspended, from: { as: 'pilot', until: '2027-01-31', limit } },
  { state: 'retiring', endsOn: '2026-11-27', data: { plan: 'erase', words: 'erased by the supplier' } },
  { state: 'retired' },
]
const words = 'erased by the supplier'
const acts: readonly SystemAct[] = [
  { act: 'begin_assessment', by: 'olga' },
  { act: 'approve', by: 'eva' },
  { act: 'begin_pilot', by: 'olga', until: '2027-05-27', limit },
  { act: 'go_live', by: 'olga' },
  ...suspensionCauses.map((cause) => ({ act: 'suspend', by: 'sam', cause, reason: 'wrong answers' }) as const),
  { act: 'resume', by: 'eva' },
  ...gates.map((gate) => ({ act: 'change', by: 'jan', gate }) as const),
  { act: 'retire', by: 'olga', endsOn: '2026-11-27', data: { plan: 'erase', words } },
  { act: 'end', by: 'olga' },
]
const after = (life: SystemLife, act: SystemAct, given: LifeFacts = facts) => {
  const moved = moveSystem(life, act, given)
  return moved.ok ? moved.next.state : moved.code
}

describe('states of a system', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/states/system.md'), 'utf8')
  const built = systemMoveNames.flatMap((name) => systemMoves[name].ways.map(([from, to]) => `${from} ${to} ${name}`))

  test('the drawing has every way and no other', () => {
    const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+): (\w+)$/gm)].map(
      ([, from, to, move]) => `${from} ${to} ${move}`,
    )
    assert.deepEqual(drawn.toSorted(), built.toSorted())
  })

  test('the table names who makes a move and the entry it leaves', () => {
    const rows = [...page.matchAll(/^\| (\w+) \| (\w+) \| `([\w.-]+)` \|/gm)].map((row) => row.slice(1))
    assert.deepEqual(
      rows,
      systemMoveNames.map((name) => [name, systemMoves[name].by, systemMoves[name].event]),
    )
  })

  test('every way that is drawn can be gone, and no other', () => {
    const gone = new Set<string>()
    for (const given of [facts, stopped, lapsedGate, unseen])
      for (const life of lives)
        for (const act of acts) {
          const moved = moveSystem(life, act, given)
          if (moved.ok) gone.add(`${life.state} ${moved.next.state} ${act.act}`)
        }
    assert.deepEqual([...gone].toSorted(), built.toSorted())
  })

  test('every state is reached, and only what is retired leads nowhere', () => {
    const reached = new Set<string>([
      'proposed',
      ...systemMoveNames.flatMap((name) => systemMoves[name].ways.map(([, to]) => to)),
    ])
    assert.deepEqual([...reached].toSorted(), [...systemStates].toSorted())
    assert.deepEqual(
      systemStates.filter((state) => movesFrom(state).length === 0),
      ['retired'],
    )
  })

  test('states, moves, causes, plans and refusals have words', () => {
    for (const key of [
      ...systemStates.map((one) => `state.${one}`),
      ...systemMoveNames.map((one) => `move.${one}`),
      ...suspensionCauses.map((one) => `cause.${one}`),
      ...dataPlans.map((one) => `data.${one}`),
      ...lifeRefusals.map((one) => `error.${one}`),
    ])
      assert.ok(isRegisterTextKey(key), key)
  })

  test('what stands in the way is a refusal, whatever is tried', () => {
    const instants = fc.constantFrom(began, now, new Date('2027-06-01T00:00:00Z'))
    fc.assert(
      fc.property(
        fc.constantFrom(...lives),
        fc.constantFrom(...acts),
        fc.record({
          owner: fc.constantFrom('olga', 'eva', null),
          standing: fc.constantFrom(standing, stopped.standing, lapsedGate.standing, unseen.standing, null),
          gate: fc.option(fc.record({ decidedAt: instants, by: fc.constantFrom('eva', 'sam', 'olga') })),
          lapsed: fc.constantFrom<string[]>([], ['dataSheet']),
          now: instants,
        }),
        (life, act, given) => {
          const moved = moveSystem(life, act, given)
          if (!moved.ok) return lifeRefusals.includes(moved.code)
          const known = systemMoves[act.act].ways.some(([from, to]) => from === life.state && to === moved.next.state)
          const begins = act.act === 'go_live' || act.act === 'begin_pilot' || act.act === 'resume'
          return known && !(begins && causesNow(moved.next, given).length > 0)
        },
      ),
    )
  })
})

describe('who moves a system, and when', () => {
  const cases: readonly (readonly [string, SystemLife, SystemAct, LifeFacts, string])[] = [
    ['begins without an owner', { state: 'proposed' }, acts[0]!, { ...facts, owner: null }, 'life_owner_missing'],
    ['begins by another', { state: 'proposed' }, { act: 'begin_assessment', by: 'eva' }, facts, 'life_not_owner'],
    ['begins twice', assessing, acts[0]!, facts, 'life_wrong_state'],
    ['is approved', assessing, acts[1]!, facts, 'approved'],
    ['is approved by its owner', assessing, { act: 'approve', by: 'olga' }, facts, 'life_approved_by_owner'],
    [
      'is approved by somebody who did not decide',
      assessing,
      { act: 'approve', by: 'jan' },
      facts,
      'life_gate_by_other',
    ],
    ['is approved without a decision', assessing, acts[1]!, { ...facts, gate: null }, 'life_gate_not_passed'],
    ['is approved without a version', assessing, acts[1]!, { ...facts, standing: null }, 'life_gate_not_passed'],
    ['is approved on a gate that lapsed', assessing, acts[1]!, lapsedGate, 'life_gate_not_passed'],
    [
      'is approved on a decision of before the assessment',
      { ...assessing, since: new Date('2026-11-20T12:00:00.001Z') },
      acts[1]!,
      facts,
      'life_gate_before_assessment',
    ],
    [
      'is approved by who suspended it',
      { ...assessing, suspension: { by: 'eva', cause: 'stop_order' } },
      acts[1]!,
      facts,
      'life_same_person',
    ],
    ['goes live', { state: 'approved', running: null }, acts[3]!, facts, 'live'],
    ['goes live under a stop order', { state: 'approved', running: null }, acts[3]!, stopped, 'life_stopped'],
    ['goes live without oversight', pilot, acts[3]!, unseen, 'life_oversight_missing'],
    ['goes live on a lapsed gate', pilot, acts[3]!, lapsedGate, 'life_gate_not_passed'],
    [
      'goes live with a lapsed condition',
      pilot,
      acts[3]!,
      { ...facts, lapsed: ['dataSheet'] },
      'life_condition_lapsed',
    ],
    ['goes live without assessment', { state: 'proposed' }, acts[3]!, facts, 'life_wrong_state'],
    [
      'is suspended without a reason',
      live,
      { act: 'suspend', by: 'sam', cause: 'stop_order', reason: ' ' },
      stopped,
      'life_reason_missing',
    ],
    ['is suspended by a stop order that is not there', live, acts[4]!, facts, 'life_cause_absent'],
    ['is suspended by a stop order', live, acts[4]!, stopped, 'suspended'],
    [
      'is suspended by a rule',
      live,
      { act: 'suspend', by: null, cause: 'gate_lapsed', reason: 'the gate ended' },
      lapsedGate,
      'suspended',
    ],
    ['is suspended without oversight', live, acts[6]!, unseen, 'suspended'],
    ['is suspended when nothing is in use', assessing, acts[4]!, stopped, 'life_wrong_state'],
    ['is resumed by who suspended it', suspended, { act: 'resume', by: 'sam' }, facts, 'life_same_person'],
    ['is resumed while the order stands', suspended, acts[7]!, stopped, 'life_stopped'],
    ['is resumed with another cause since', suspended, acts[7]!, lapsedGate, 'life_gate_not_passed'],
    ['is resumed', suspended, acts[7]!, facts, 'live'],
    [
      'is retired yesterday',
      live,
      { act: 'retire', by: 'olga', endsOn: '2026-11-26', data: { plan: 'erase', words } },
      facts,
      'life_end_past',
    ],
    [
      'is retired without a plan',
      live,
      { act: 'retire', by: 'olga', endsOn: '2026-11-27', data: { plan: 'erase', words: 'gone' } },
      facts,
      'life_data_plan_missing',
    ],
    ['ends while in use', live, acts.at(-1)!, facts, 'life_wrong_state'],
    [
      'ends while in use and assessed',
      { ...assessing, running: { as: 'live' } },
      acts.at(-1)!,
      facts,
      'life_still_running',
    ],
    ['ends as a proposal', { state: 'proposed' }, acts.at(-1)!, facts, 'retired'],
    [
      'ends too early',
      { state: 'retiring', endsOn: '2026-11-28', data: { plan: 'erase', words } },
      acts.at(-1)!,
      facts,
      'life_too_early',
    ],
    [
      'ends on its day',
      { state: 'retiring', endsOn: '2026-11-27', data: { plan: 'erase', words } },
      acts.at(-1)!,
      facts,
      'retired',
    ],
  ]
  for (const [what, life, act, given, expected] of cases)
    test(`${what}: ${expected}`, () => assert.equal(after(life, act, given), expected))

  const pilots: readonly (readonly [string, string, string])[] = [
    ['2026-11-27', limit, 'life_pilot_end_past'],
    ['2026-11-28', limit, 'pilot'],
    ['2027-05-27', limit, 'pilot'],
    ['2027-05-28', limit, 'life_pilot_too_long'],
    ['2027-01-31', '  few  ', 'life_pilot_limit_missing'],
  ]
  for (const [until, forWhom, expected] of pilots)
    test(`a pilot until ${until} for «${forWhom}»: ${expected}`, () =>
      assert.equal(
        after({ state: 'approved', running: null }, { act: 'begin_pilot', by: 'olga', until, limit: forWhom }),
        expected,
      ))
})

describe('what goes on, and what stays', () => {
  const move = (life: SystemLife, act: SystemAct, given = facts) => {
    const moved = moveSystem(life, act, given)
    assert.ok(moved.ok, moved.ok ? '' : moved.code)
    return moved.next
  }

  test('a pilot that was suspended comes back as the same pilot', () => {
    const away = move(pilot, { act: 'suspend', by: 'sam', cause: 'stop_order', reason: 'wrong answers' }, stopped)
    assert.deepEqual(move(away, { act: 'resume', by: 'eva' }), pilot)
  })

  test('a pilot past its last day is suspended, and does not come back', () => {
    const over: SystemLife = { ...pilot, until: '2026-11-26' }
    assert.deepEqual(causesNow({ ...pilot, until: '2026-11-27' }, facts), [])
    assert.deepEqual(causesNow(over, facts), ['condition_lapsed'])
    const away = move(over, { act: 'suspend', by: null, cause: 'condition_lapsed', reason: 'the pilot is over' })
    assert.equal(after(away, { act: 'resume', by: 'eva' }), 'life_pilot_over')
  })

  test('a full change is assessed while the version in use goes on', () => {
    const again = move(live, { act: 'change', by: 'jan', gate: 'full' })
    assert.deepEqual(again, { state: 'assessing', since: now, running: { as: 'live' }, suspension: null })
    assert.deepEqual(
      runningOf(move(again, { act: 'approve', by: 'eva' }, { ...facts, gate: { decidedAt: now, by: 'eva' } })),
      {
        as: 'live',
      },
    )
  })

  test('what goes on while it is assessed can be suspended, and who did so does not approve it', () => {
    const again = move(live, { act: 'change', by: 'jan', gate: 'full' })
    const away = move(again, { act: 'suspend', by: 'eva', cause: 'stop_order', reason: 'wrong answers' }, stopped)
    assert.equal(runningOf(away), null)
    assert.equal(
      after(away, { act: 'approve', by: 'eva' }, { ...facts, gate: { decidedAt: now, by: 'eva' } }),
      'life_same_person',
    )
  })

  test('a second change in an assessment needs a later decision, and forgets no suspension', () => {
    const before: SystemLife = { ...assessing, suspension: { by: 'sam', cause: 'stop_order' } }
    assert.deepEqual(move(before, { act: 'change', by: 'jan', gate: 'full' }), { ...before, since: now })
    assert.deepEqual(move(suspended, { act: 'change', by: 'jan', gate: 'full' }), { ...before, since: now })
    assert.equal(
      after(move(before, { act: 'change', by: 'jan', gate: 'full' }), { act: 'approve', by: 'eva' }),
      'life_gate_before_assessment',
    )
  })

  test('a light change and a note leave it where it is', () => {
    for (const life of [live, pilot, suspended, assessing])
      for (const gate of ['none', 'light'] as const) assert.equal(move(life, { act: 'change', by: 'jan', gate }), life)
  })

  test('each move leaves its entry', () => {
    const moved = moveSystem(live, { act: 'change', by: 'jan', gate: 'none' }, facts)
    assert.ok(moved.ok)
    assert.equal(moved.event, 'system.change-requested')
    assert.equal(
      new Set(systemMoveNames.map((name: SystemMoveName) => systemMoves[name].event)).size,
      systemMoveNames.length,
    )
  })
})
