import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { sharedData, without } from '../platform/shared-data.ts'
import { generator } from '../statistics/index.ts'
import { type MonitorLook, type MonitorState, monitorLook, monitorState, type Observation } from './contract.ts'
import { type MonitorOptions, monitorRates, observe, observeBatch, startMonitor } from './monitor.ts'

function run(
  options: MonitorOptions,
  observations: Iterable<Observation>,
): { looks: MonitorLook[]; state: MonitorState } {
  let state = startMonitor(options)
  const looks: MonitorLook[] = []
  for (const one of observations) {
    const seen = observe(state, one)
    assert.ok(seen.ok, JSON.stringify(seen))
    state = seen.state
    looks.push(seen.look)
  }
  return { looks, state }
}

const vectors = sharedData('fairness', 'vectors', 'sequential.json')

/** Outcomes of A and the others, the other group first or last in each round. */
function* rounds(n: number, a: (i: number) => number, b: (i: number) => number, perRound = 1): Generator<Observation> {
  for (let t = 0; t < n; t++) {
    yield { t, group: 'A', outcome: a(t) }
    for (let k = 0; k < perRound; k++) yield { t, group: 'B', outcome: b(t * perRound + k) }
  }
}

describe('fairness: monitor', () => {
  test('pairs, pairs with a tolerance and blocks of 1 : 3 give the shared vectors', { skip: without(vectors) }, () => {
    const v = JSON.parse(readFileSync(vectors!, 'utf8'))
    const check = (found: readonly number[], logE: readonly number[]) => {
      for (const [t, expected] of logE.entries())
        assert.ok(Math.abs(found[t]! * Math.LN10 - expected) <= 1e-9, `${t}: ${found[t]} for ${expected}`)
    }
    const alpha = 1e-9
    const everySo = (looks: readonly MonitorLook[], step: number) =>
      looks.filter((_, i) => i % step === step - 1).map(({ log10E }) => log10E)
    const pairs = () =>
      rounds(
        v.groupA.length,
        (t) => v.groupA[t],
        (t) => v.groupB[t],
      )
    check(everySo(run({ method: 'pairs', alpha }, pairs()).looks, 2), v.onsTwoSided.logE)
    check(
      everySo(run({ method: 'pairs', alpha, tolerance: v.onsTolerance.eps }, pairs()).looks, 2),
      v.onsTolerance.logE,
    )
    const blocks = () =>
      rounds(
        v.groupA.length,
        (t) => v.groupA[t],
        (t) => v.groupB3[t],
        3,
      )
    check(everySo(run({ alpha, block: { group: 3, reference: 1 } }, blocks()).looks, 4), v.block13.logE)
    // The same when the sender makes the blocks, by the same t.
    let state = startMonitor({ alpha })
    const all = [...blocks()]
    const found = v.groupA.map((_: number, t: number) => {
      const seen = observeBatch(state, all.slice(4 * t, 4 * t + 4) as [Observation, ...Observation[]])
      assert.ok(seen.ok)
      state = seen.state
      return seen.look.log10E
    })
    check(found, v.block13.logE)
    assert.equal(state.batched, true)
  })

  test('a state that went through JSON goes on to the byte', () => {
    for (const options of [{}, { method: 'pairs' }, { method: 'pairs', tolerance: 0.05 }] as const) {
      const random = generator(4)
      const all = [
        ...rounds(
          400,
          () => (random.uniform() < 0.3 ? 1 : 0),
          () => (random.uniform() < 0.5 ? 1 : 0),
        ),
      ]
      const whole = run(options, all)
      let state = run(options, all.slice(0, 301)).state
      const rest = []
      for (const one of all.slice(301)) {
        const seen = observe(monitorState.parse(JSON.parse(JSON.stringify(state))), one)
        assert.ok(seen.ok)
        state = seen.state
        rest.push(monitorLook.parse(seen.look))
      }
      assert.deepEqual(rest, whole.looks.slice(301))
      assert.deepEqual(state, whole.state)
    }
  })

  test('outcomes in any mix count, and only who came decides when a block closes', () => {
    const groups = ['A', 'A', 'A', 'B', 'B', 'A', 'B', 'A', 'A']
    const closing = (outcomes: readonly number[]) => {
      const { state } = run(
        {},
        groups.map((group, t) => ({ t, group, outcome: outcomes[t]! })),
      )
      return state.streams.map(({ looks, n, nReference, open }) => [looks, n, nReference, open.n, open.nReference])
    }
    assert.deepEqual(closing([0, 0, 0, 0, 0, 0, 0, 0, 0]), closing([1, 0, 1, 1, 0, 1, 1, 0, 1]))
    // A A A B, then three of A again for what comes of B: B A B A A.
    assert.deepEqual(closing([1, 0, 1, 1, 0, 1, 1, 0, 1]), [[2, 3, 6, 0, 0]])
  })

  test('an alarm names the groups, and a new epoch begins with a stricter level', () => {
    const always = rounds(
      40,
      () => 0,
      () => 1,
    )
    const { looks, state } = run({}, always)
    const first = looks.findIndex(({ alarm }) => alarm)
    assert.ok(first > 5 && first < 30, String(first))
    assert.deepEqual(looks[first]!.groups, ['B'])
    assert.ok(looks[first]!.log10E >= Math.log10(20))
    assert.ok(looks.slice(0, first).every(({ log10E }) => log10E < Math.log10(20)))
    assert.equal(looks[first + 1]!.epoch, 2)
    assert.equal(looks[first + 1]!.e.B, 1)
    const second = looks.findIndex(({ alarm, epoch }) => alarm && epoch === 2)
    assert.ok(looks[second]!.log10E >= Math.log10((20 * Math.PI ** 2 * 4) / 6))
    assert.ok(state.epoch >= 3)
  })

  test('of several groups the one that differs is named', () => {
    const random = generator(9)
    function* mixed(): Generator<Observation> {
      for (let t = 0; t < 1500; t++) {
        const group = ['ref', 'same', 'other'][Math.floor(random.uniform() * 3)]!
        yield { t, group, outcome: random.uniform() < (group === 'other' ? 0.5 : 0.2) ? 1 : 0 }
      }
    }
    const { looks } = run({ reference: 'ref' }, mixed())
    assert.deepEqual(looks.find(({ alarm }) => alarm)!.groups, ['other'])
  })

  test('what cannot count is refused and changes nothing', () => {
    const { state } = run({}, [{ t: 5, group: 'A', outcome: 1 }])
    const refused = (one: Observation, from = state) => {
      const seen = observe(from, one)
      return !seen.ok && seen.problem
    }
    assert.equal(refused({ t: 6, group: 'B', outcome: 0.5 }), 'outcome_not_binary')
    assert.equal(refused({ t: 4, group: 'B', outcome: 1 }), 'time_goes_back')
    assert.equal(refused({ t: '2026-01-01', group: 'B', outcome: 1 }), 'time_goes_back')
    assert.equal(refused({ t: 'soon', group: 'B', outcome: 1 }, startMonitor()), 'time_unreadable')
    assert.ok(observe(startMonitor({ method: 'pairs' }), { t: 0, group: 'B', outcome: 0.5 }).ok)
    const dates = run({}, [
      { t: '2026-01-01T10:00:00+02:00', group: 'A', outcome: 1 },
      { t: '2026-01-01T08:30:00Z', group: 'B', outcome: 1 },
    ])
    assert.equal(dates.looks.length, 2)
  })

  test('groups called __proto__ and constructor are groups', () => {
    const { looks } = run({}, [
      { t: 0, group: 'constructor', outcome: 1 },
      { t: 1, group: '__proto__', outcome: 0 },
    ])
    assert.deepEqual(Object.keys(looks[1]!.e), ['__proto__'])
  })

  test('rates for the chart hold the truth', () => {
    const random = generator(6)
    const { state } = run(
      {},
      rounds(
        500,
        () => (random.uniform() < 0.3 ? 1 : 0),
        () => (random.uniform() < 0.3 ? 1 : 0),
      ),
    )
    const [reference, other] = monitorRates(state)
    assert.deepEqual([reference!.group, other!.group, reference!.n], ['A', 'B', 500])
    for (const { interval } of [reference!, other!]) assert.ok(interval![0] < 0.3 && 0.3 < interval![1])
    assert.deepEqual(monitorRates(startMonitor()), [])
  })
})
