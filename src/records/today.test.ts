import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Standing } from './contract.ts'
import { countOf, dueOf, lampOf, lampsOf, lastSevenDays, type SystemFacts } from './today.ts'

const now = new Date('2026-11-25T12:00:00.000Z')
const days = (n: number) => new Date(now.getTime() + n * 86_400_000)
const standing = (given: Partial<Standing> = {}): Standing => ({
  system: 'bot',
  version: '1',
  gate: { state: 'passed', record: 'g', validUntil: days(200).toISOString() },
  oversight: { state: 'present', record: 'o', validUntil: days(200).toISOString() },
  stop: null,
  ...given,
})
const facts = (given: Partial<SystemFacts> = {}): SystemFacts => ({
  system: 'bot',
  name: { nl: 'Bot', en: 'Bot' },
  version: '1',
  standing: standing(),
  mode: 'enforce',
  observeUntil: null,
  prohibited: false,
  callsThisWeek: 3,
  alarmSince: null,
  notes: [],
  ...given,
})
const lamp = (given: Partial<SystemFacts>) => {
  const { state, reasons } = lampOf(facts(given), now)
  return [state, ...reasons.map((reason) => reason.code)].join(' ')
}
const gateUntil = (at: Date, state: 'passed' | 'expired' = 'passed') => ({
  standing: standing({ gate: { state, record: 'g', validUntil: at.toISOString() } }),
})

describe('the lamp of a system', () => {
  for (const [name, given, expected] of [
    ['calls came and nothing speaks against it', {}, 'ok'],
    ['no call came, so nothing can be said', { callsThisWeek: 0 }, 'unknown no_calls'],
    [
      'stopped',
      { standing: standing({ stop: { at: days(-1).toISOString(), record: 's', reason: 'harm' } }) },
      'bad stopped',
    ],
    ['prohibited', { prohibited: true }, 'bad prohibited'],
    ['without a version', { version: null, standing: null }, 'bad no_version'],
    ['without standing', { standing: null }, 'bad gate_missing oversight_missing'],
    [
      'rejected',
      { standing: standing({ gate: { state: 'rejected', record: 'g', validUntil: null } }) },
      'bad gate_rejected',
    ],
    ['the end of the gate came while nobody looked', gateUntil(now), 'bad gate_expired'],
    ['the gate ends in 30 days', gateUntil(days(30)), 'attention gate_ends'],
    ['an alarm stands', { alarmSince: days(-1) }, 'attention alarm'],
    ['the gate ends in 31 days', gateUntil(days(31)), 'ok'],
    [
      'the overseer ends soon',
      { standing: standing({ oversight: { state: 'present', record: 'o', validUntil: days(3).toISOString() } }) },
      'attention oversight_ends',
    ],
    [
      'nobody watches',
      { standing: standing({ oversight: { state: 'missing', record: null, validUntil: null } }) },
      'bad oversight_missing',
    ],
    ['observing', { mode: 'observe', observeUntil: days(5) }, 'attention observe'],
    [
      'observing without a gate: calls go on',
      { mode: 'observe', observeUntil: days(5), standing: null },
      'attention gate_missing oversight_missing observe',
    ],
    [
      'observing has ended: it is enforced',
      { mode: 'observe', observeUntil: now, standing: null },
      'bad gate_missing oversight_missing',
    ],
    [
      'observing does not pass a stop order',
      {
        mode: 'observe',
        observeUntil: days(5),
        standing: standing({ stop: { at: now.toISOString(), record: 's', reason: 'harm' } }),
      },
      'bad stopped observe',
    ],
  ] as const)
    test(name, () => assert.equal(lamp(given), expected))

  test('the worst stands first', () => {
    const all = [
      facts({ system: 'd' }),
      facts({ system: 'c', callsThisWeek: 0 }),
      facts({ system: 'b', ...gateUntil(days(1)) }),
      facts({ system: 'a2', prohibited: true }),
      facts({ system: 'a1', prohibited: true }),
    ]
    assert.deepEqual(
      lampsOf(all, now).map((one) => one.system),
      ['a1', 'a2', 'b', 'c', 'd'],
    )
  })
})

describe('what is due', () => {
  const due = (given: Partial<SystemFacts>, keys: Date[] = []) =>
    dueOf(
      [facts(given)],
      keys.map((at) => ({ system: 'bot', name: { nl: 'Bot', en: 'Bot' }, at })),
      now,
    ).map((one) => `${one.kind}${one.over ? ' over' : ''}`)
  test('within 60 days, and what is over; soonest first', () => {
    assert.deepEqual(due({ ...gateUntil(days(60)) }), ['gate'])
    assert.deepEqual(due({ ...gateUntil(days(61)) }), [])
    assert.deepEqual(due({ ...gateUntil(days(-3), 'expired'), mode: 'observe', observeUntil: days(2) }, [days(1)]), [
      'gate over',
      'key',
      'observe',
    ])
    assert.deepEqual(due({ ...gateUntil(now) }), ['gate over'])
  })
})

describe('figures', () => {
  test('a share of nothing cannot be said', () => assert.deepEqual(countOf(0, 0), { n: 0, of: 0, share: null }))
  test('a share lies between 0 and 1', () => assert.deepEqual(countOf(1, 4), { n: 1, of: 4, share: 0.25 }))
  test('days are those of the Netherlands, also around midnight and when the clock changes', () => {
    assert.deepEqual(lastSevenDays(new Date('2026-11-25T23:30:00Z')).at(-1), '2026-11-26')
    assert.deepEqual(lastSevenDays(new Date('2026-10-25T00:30:00Z')), [
      '2026-10-19',
      '2026-10-20',
      '2026-10-21',
      '2026-10-22',
      '2026-10-23',
      '2026-10-24',
      '2026-10-25',
    ])
    assert.deepEqual(lastSevenDays(new Date('2026-03-02T12:00:00Z')).slice(0, 2), ['2026-02-24', '2026-02-25'])
  })
})
