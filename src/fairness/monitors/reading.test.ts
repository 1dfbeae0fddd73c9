import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { generator } from '../../statistics/index.ts'
import { startMonitor } from '../monitor.ts'
import { MOST_POINTS } from './contract.ts'
import { claimsOf, gathered, statusOf } from './overview.ts'
import { type Alarm, groupLooks, type Held, readOn, thresholdOf, type WatchedDecision } from './reading.ts'
import { alarmSentence, statusSentence } from './sentences.ts'

const fresh = (options: Parameters<typeof startMonitor>[0] = { reference: 'nl' }): Held => ({
  state: startMonitor(options),
  series: { every: 1, points: [] },
  decisions: 0,
  outcomes: 0,
})

/** `n` decisions a minute apart, three in four of the reference; each ninth has no outcome. */
function decisions(n: number, rates: { nl: number; en: number }, seed = 1): WatchedDecision[] {
  const random = generator(seed)
  const uniform = () => random.uint32() / 2 ** 32
  return Array.from({ length: n }, (_, i) => {
    const group = uniform() < 0.75 ? 'nl' : 'en'
    const outcome = uniform() < rates[group as 'nl'] ? 1 : 0
    return {
      id: String(i),
      at: new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString(),
      group,
      outcome: i % 9 === 8 ? null : outcome,
    }
  })
}

function inStretches(all: readonly WatchedDecision[], size: number): { held: Held; alarms: Alarm[] } {
  let held = fresh()
  const alarms: Alarm[] = []
  for (let i = 0; i < all.length; i += size) {
    const done = readOn(held, all.slice(i, i + size))
    held = JSON.parse(JSON.stringify(done.held))
    alarms.push(...done.alarms)
  }
  return { held, alarms }
}

describe('a monitor reads decisions', () => {
  const apart = decisions(6_000, { nl: 0.5, en: 0.35 })

  for (const size of [1, 7, 999])
    test(`in stretches of ${size}, stored in between, the state, chart and alarms are those of one reading`, () =>
      assert.deepEqual(inStretches(apart, size), readOn(fresh(), apart)))

  test('at an alarm it says who differs and by how much, from the counts of that moment; then evidence begins again', () => {
    const { alarms, held } = readOn(fresh(), apart)
    const [first, second] = alarms
    assert.ok(first !== undefined && second !== undefined, 'so large a difference is found twice')
    assert.deepEqual([first.epoch, second.epoch], [1, 2])
    assert.equal(first.level, 0.05)
    assert.ok(second.level < first.level)
    assert.deepEqual(first.groups, ['en'])
    const [look] = first.looks
    const counted = apart.filter(({ at, outcome }) => at <= first.decidedAt && outcome !== null)
    assert.equal(first.outcomes, counted.length)
    const en = counted.filter(({ group }) => group === 'en')
    assert.equal(look!.n, en.length, 'every outcome up to the alarm is in it')
    assert.equal(look!.rate, en.reduce((sum, { outcome }) => sum + outcome!, 0) / en.length)
    assert.ok(look!.upper! > look!.difference! && look!.lower! < look!.difference!)
    assert.equal(held.state.epoch, alarms.length + 1)
    const [stream] = held.state.streams
    assert.equal(
      alarms.reduce((sum, { looks }) => sum + looks[0]!.n, stream!.n + stream!.open.n),
      apart.filter(({ group, outcome }) => group === 'en' && outcome !== null).length,
      'each outcome is in one epoch',
    )
  })

  test('without a difference there is no alarm, and what nobody knows does not count', () => {
    const { held, alarms } = readOn(fresh(), decisions(6_000, { nl: 0.4, en: 0.4 }, 3))
    assert.deepEqual(alarms, [])
    assert.equal(held.decisions, 6_000)
    assert.equal(held.outcomes, 6_000 - Math.floor(6_000 / 9))
  })

  test('the chart keeps few points however long it runs, and every alarm', () => {
    const { held, alarms } = readOn(fresh(), apart)
    assert.ok(held.series.points.length <= MOST_POINTS && held.series.points.length >= MOST_POINTS / 4)
    assert.deepEqual(
      held.series.points.filter(({ alarm }) => alarm).map(({ outcomes }) => outcomes),
      alarms.map(({ outcomes }) => outcomes),
    )
  })

  test('limits of the difference hold at every look, in nearly all runs', () => {
    let missed = 0
    for (let run = 0; run < 40; run++) {
      let held = fresh({ reference: 'nl', alpha: 0.05 })
      let left = false
      for (const one of decisions(250, { nl: 0.5, en: 0.4 }, 100 + run)) {
        // An epoch would begin again; the limits are asked about a single stretch.
        held = readOn({ ...held, state: { ...held.state, alpha: 1e-300 } }, [one]).held
        const [look] = groupLooks({ ...held.state, alpha: 0.05 })
        if (look?.lower !== undefined && look.lower !== null && (look.lower > -0.1 || look.upper! < -0.1)) left = true
      }
      if (left) missed++
    }
    assert.ok(missed <= 4, `${missed} of 40`)
  })

  test('a group without the other beside it has no difference', () => {
    const [look] = groupLooks(
      readOn(fresh(), [{ id: 'a', at: '2026-01-01T00:00:00Z', group: 'en', outcome: 1 }]).held.state,
    )
    assert.deepEqual([look!.difference, look!.lower, look!.upper], [null, null, null])
  })

  test('the line of the alarm is 1/alpha, and higher after an alarm', () => {
    assert.ok(Math.abs(thresholdOf({ alpha: 0.05, epoch: 1 }) - Math.log10(20)) < 1e-12)
    assert.ok(thresholdOf({ alpha: 0.05, epoch: 2 }) > 1.5)
  })
})

describe('many monitors at once', () => {
  const look = (group: string, log10E: number) => ({
    group,
    n: 10,
    rate: 0.5,
    nReference: 10,
    rateReference: 0.5,
    difference: 0,
    lower: -1,
    upper: 1,
    log10E,
  })

  // K = 4 at 0.05: one needs 80, two need 40 each.
  for (const [what, es, expected] of [
    ['one of four needs E of 80', [80, 1, 1, 1], 1],
    ['and 79 is not enough', [79, 1, 1, 1], 0],
    ['two of four need 40 each', [40, 40, 1, 1], 2],
    ['20, enough on its own, is not among four', [20, 1, 1, 1], 0],
  ] as const)
    test(what, () => {
      const watched = es.map((e, i) => ({ monitor: `m${i >> 1}`, looks: [look(`g${i}`, Math.log10(e) + 1e-12)] }))
      assert.equal(claimsOf(watched).length, expected)
    })

  test('evidence of stretches that follow each other is multiplied, by group', () =>
    assert.deepEqual(
      gathered([[look('a', 1)], [look('b', 2), look('a', 0.5)]]).map(({ group, log10E }) => [group, log10E]),
      [
        ['a', 1.5],
        ['b', 2],
      ],
    ))

  test('a monitor stands as ended, in alarm, waiting or watching', () => {
    assert.deepEqual(
      [
        statusOf({ ended: true, openAlarms: 1, outcomes: 5 }),
        statusOf({ ended: false, openAlarms: 1, outcomes: 5 }),
        statusOf({ ended: false, openAlarms: 0, outcomes: 0 }),
        statusOf({ ended: false, openAlarms: 0, outcomes: 5 }),
      ],
      ['ended', 'alarm', 'waiting', 'watching'],
    )
  })
})

describe('what a monitor says', () => {
  const facts = {
    metric: 'favourable' as const,
    attribute: 'language' as const,
    reference: 'nl',
    level: 0.05,
    groups: ['en'],
    looks: [
      {
        group: 'en',
        n: 500,
        rate: 0.35,
        nReference: 1_500,
        rateReference: 0.5,
        difference: -0.15,
        lower: -0.241,
        upper: -0.058,
        log10E: 1.5,
      },
    ],
  }

  test('at an alarm: who, how much, how sure, and that a person judges', () => {
    assert.equal(
      alarmSentence(facts, 'nl'),
      'Groep Engels krijgt minder vaak een gunstig besluit dan groep Nederlands: 35,0% tegenover 50,0%. Het verschil ligt tussen −24,1 en −5,8 punten. Zo sterk bewijs komt bij gelijke behandeling in hoogstens 5% van de gevallen ooit voor. Of dit ongelijke behandeling is, beoordeelt een mens.',
    )
    assert.match(
      alarmSentence(facts, 'en'),
      /^Group English gets a favourable decision less often than group Dutch: 35\.0% against 50\.0%\./,
    )
    assert.match(
      alarmSentence({ ...facts, looks: [{ ...facts.looks[0]!, upper: 0.02 }] }, 'en'),
      /How large the difference is, is less certain: between −24.1 and 2 points/,
    )
    assert.match(alarmSentence({ ...facts, groups: [] }, 'en'), /^The groups differ when taken together\./)
    assert.match(alarmSentence({ ...facts, looks: [{ ...facts.looks[0]!, difference: 0.15 }] }, 'en'), /more often/)
  })

  test('without one: no strong evidence, or some', () => {
    const at = (log10E: number) =>
      statusSentence({ state: 'watching', outcomes: 12_500, log10E, alarm: undefined }, 'nl')
    assert.match(at(0.1), /geen sterk bewijs.*12\.500/)
    assert.match(at(0.8), /enig bewijs/)
  })
})
