import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Envelope } from './contract.ts'
import {
  clockProven,
  cutoffOf,
  explanationsOf,
  Gaps,
  mergeRuns,
  type Pruning,
  planPruning,
  type Run,
  readPruning,
  runsWithout,
  sizeOf,
  statementsFor,
  type TileFacts,
  within,
} from './pruning.ts'

const now = new Date('2034-01-10T03:00:00.000Z')
const day = 86_400_000
const cutoff = cutoffOf(2_557, now)
const before = (ms: number) => new Date(cutoff.getTime() - ms)
const tile = (n: number, over: Partial<TileFacts> = {}): TileFacts => ({
  tile: n,
  entries: 256,
  newest: before(day),
  headBefore: before(2 * day),
  whole: true,
  ...over,
})
const plan = (tiles: readonly TileFacts[], over: Partial<Parameters<typeof planPruning>[1]> = {}) =>
  planPruning(tiles, { cutoff, now, end: 1_000_000, kept: new Set(), ...over })

describe('what goes at the end of the term', () => {
  test('whole tiles of which every entry is older than the term, and no more', () => {
    const cases: [string, TileFacts, Run[]][] = [
      ['one millisecond older', tile(0, { newest: before(1) }), [{ from: 0, to: 255 }]],
      ['exactly as old', tile(0, { newest: cutoff }), []],
      ['an entry is missing', tile(0, { entries: 255 }), []],
      ['an entry was changed', tile(0, { whole: false }), []],
      ['a head of within the term ends in it', tile(0, { headBefore: cutoff }), []],
      ['the first tile has no head before it', tile(0, { headBefore: null }), [{ from: 0, to: 255 }]],
      ['a time that is still to come', tile(0, { newest: new Date(now.getTime() + 1) }), []],
    ]
    for (const [name, facts, expected] of cases) assert.deepEqual(plan([facts]).runs, expected, name)
  })

  test('neighbours are one run; what is kept stays with its whole tile', () => {
    assert.deepEqual(plan([tile(0), tile(1), tile(3)]), {
      runs: [
        { from: 0, to: 511 },
        { from: 768, to: 1_023 },
      ],
      kept: 0,
      damaged: [],
      reached: false,
    })
    assert.deepEqual(plan([tile(0), tile(1), tile(2)], { kept: new Set([256]) }), {
      runs: [
        { from: 0, to: 255 },
        { from: 512, to: 767 },
      ],
      kept: 256,
      damaged: [],
      reached: false,
    })
  })

  test('a damaged tile is evidence: named, and left', () => {
    const { runs, damaged } = plan([tile(0), tile(1, { whole: false }), tile(2)])
    assert.deepEqual(damaged, [1])
    assert.equal(sizeOf(runs), 512)
  })

  test('nothing behind the first young tile goes, however old its clock says it is', () => {
    const found = plan([
      tile(0),
      tile(1, { newest: cutoff }),
      tile(2, { newest: new Date(0), headBefore: new Date(0) }),
    ])
    assert.deepEqual(found.runs, [{ from: 0, to: 255 }])
    assert.ok(found.reached)
  })

  test('a time that is still to come does not stop the rest', () => {
    assert.deepEqual(plan([tile(0, { newest: new Date('2099-01-01') }), tile(1)]).runs, [{ from: 256, to: 511 }])
  })

  test('the end of the log stays', () => {
    assert.equal(sizeOf(plan([tile(0), tile(1)], { end: 512 }).runs), 512)
    const short = plan([tile(0), tile(1)], { end: 511 })
    assert.deepEqual([sizeOf(short.runs), short.reached], [256, true])
  })

  test('the clock is believed when the log was signed a day to a month ago', () => {
    const ago = (days: number) => new Date(now.getTime() - days * day)
    for (const [days, proven] of [
      [0.99, false],
      [1, true],
      [31, true],
      [31.01, false],
      [2_557, false],
    ] as const)
      assert.equal(clockProven(ago(days), now), proven, `${days} days`)
    assert.equal(clockProven(null, now), false)
  })
})

describe('what the log says about it', () => {
  const envelope = (body: object): Envelope => ({
    v: 1,
    id: '00000000-0000-7000-8000-000000000001',
    type: 'ledger.pruned',
    at: '2034-01-10T03:00:00.000Z',
    actor: { kind: 'job', id: 'ledger-term' },
    tenant: 'noord',
    client: null,
    subject: null,
    refs: {},
    body: body as Envelope['body'],
  })
  const right = { from: 0, to: 511, count: 256, own: 3, termDays: 2_557 }

  test('is whole tiles before the entry itself, under a term that the law allows', () => {
    assert.deepEqual(readPruning(512, envelope(right)), {
      from: 0,
      to: 511,
      index: 512,
      event: '00000000-0000-7000-8000-000000000001',
      tenant: 'noord',
      at: '2034-01-10T03:00:00.000Z',
      termDays: 2_557,
    })
    assert.ok(readPruning(null, envelope(right)), 'also while it waits')
    assert.equal(readPruning(511, envelope(right)), undefined, 'not itself')
    for (const wrong of [
      { from: 1 },
      { to: 510 },
      { from: 512 },
      { termDays: 183 },
      { count: 513 },
      { own: 257 },
      { from: '0' },
      { to: undefined },
    ])
      assert.equal(readPruning(512, envelope({ ...right, ...wrong })), undefined, JSON.stringify(wrong))
    assert.ok(readPruning(512, envelope({ ...right, termDays: 184 })))
  })

  test('the newest entry over a whole stretch explains it; without one the parts do', () => {
    const said = (from: number, to: number, index: number | null): Pruning => ({
      from,
      to,
      index,
      event: `e${index}`,
      tenant: 'noord',
      at: '',
      termDays: 2_557,
    })
    const first = said(0, 255, 1_000)
    const grown = said(0, 511, 2_000)
    const again = said(0, 511, null)
    const apart = said(1_024, 1_279, 1_500)
    assert.deepEqual(explanationsOf([first, apart, grown]), [grown, apart])
    assert.deepEqual(explanationsOf([first, grown, again]), [again])
    const touching = said(256, 511, 1_200)
    assert.deepEqual(explanationsOf([touching, first]), [first, touching])
    assert.deepEqual(explanationsOf([]), [])
  })

  test('a stretch is stated when it grows, and again when what said so goes', () => {
    const run = (first: number, last: number) => ({ from: first * 256, to: last * 256 + 255 })
    const known = [run(0, 1), run(3, 3), run(8, 9)]
    assert.deepEqual(statementsFor({ known, removed: [run(10, 11)], lost: [] }), [run(8, 11)])
    assert.deepEqual(statementsFor({ known, removed: [run(2, 2)], lost: [] }), [run(0, 3)])
    assert.deepEqual(statementsFor({ known, removed: [run(20, 20)], lost: [run(0, 1)] }), [run(0, 1), run(20, 20)])
    assert.deepEqual(statementsFor({ known: [], removed: [], lost: [] }), [])
  })

  /** A log in memory: a time per entry, who must stay, and nights in which the term is applied. */
  test('after any nights, also when old explanations are pruned themselves, every hole is explained', () => {
    const TERM = 400
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ entries: fc.integer({ min: 0, max: 600 }), hold: fc.option(fc.nat(6_000)), lift: fc.nat(19) }),
          {
            minLength: 5,
            maxLength: 40,
          },
        ),
        (nights) => {
          const log: ({ at: number; pruning?: Pruning } | undefined)[] = []
          const holds = new Set<number>()
          for (const [night, { entries, hold, lift }] of nights.entries()) {
            const at = night * 100
            for (let i = 0; i < entries; i++) log.push({ at })
            if (hold !== null && hold < log.length) holds.add(hold)
            if (lift === 0) holds.clear()
            const tiles: TileFacts[] = []
            for (let n = 0; n * 256 < log.length; n++) {
              const there = log.slice(n * 256, n * 256 + 256).filter((entry) => entry !== undefined)
              if (there.length === 0) continue
              assert.ok(there.length === 256 || n === Math.floor(log.length / 256), 'a tile is there or gone')
              const newest = new Date(Math.max(...there.map((entry) => entry.at)) * day)
              tiles.push({ tile: n, entries: there.length, newest, headBefore: null, whole: true })
            }
            const today = new Date(at * day)
            const limits = { cutoff: cutoffOf(TERM, today), now: today, end: log.length - 1, kept: holds }
            const { runs } = planPruning(tiles, limits)
            if (runs.length === 0) continue
            const said = log.flatMap((entry) => entry?.pruning ?? [])
            const lost = said.filter(({ index }) => within({ from: index!, to: index! }, runs))
            for (const { from, to } of runs)
              for (let i = from; i <= to; i++) {
                assert.ok(log[i] !== undefined && log[i]!.at < at - TERM && !holds.has(i), `entry ${i} may go`)
                log[i] = undefined
              }
            for (const { from, to } of statementsFor({ known: said, removed: runs, lost })) {
              const index = log.length
              log.push({
                at,
                pruning: { from, to, index, event: `e${index}`, tenant: 'noord', at: '', termDays: TERM },
              })
            }
            const holes = new Gaps()
            for (const [i, entry] of log.entries()) if (entry === undefined) holes.add(i)
            const explained = log.flatMap((entry) => entry?.pruning ?? [])
            assert.deepEqual(runsWithout(holes.runs, explained), [], `night ${night}`)
            assert.deepEqual(
              runsWithout(explained, holes.runs),
              [],
              `night ${night}: nothing is said to be gone that is there`,
            )
            assert.deepEqual(
              explanationsOf(explained).map(({ from, to }) => ({ from, to })),
              holes.runs.map(({ from, to }) => ({ from, to })),
              'one entry for each stretch',
            )
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('runs', () => {
  const runs = fc.array(
    fc.tuple(fc.nat(60), fc.nat(8)).map(([from, more]) => ({ from, to: from + more })),
    { maxLength: 8 },
  )
  const members = (list: readonly Run[]) =>
    new Set(list.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)))

  test('merging keeps the members and leaves no neighbours', () => {
    fc.assert(
      fc.property(runs, (list) => {
        const merged = mergeRuns(list)
        assert.deepEqual(
          [...members(merged)].sort((a, b) => a - b),
          [...members(list)].sort((a, b) => a - b),
        )
        for (let i = 1; i < merged.length; i++) assert.ok(merged[i]!.from > merged[i - 1]!.to + 1)
        assert.equal(sizeOf(merged), members(list).size)
      }),
    )
  })

  test('taking away leaves exactly the others', () => {
    fc.assert(
      fc.property(runs, runs, (list, taken) => {
        const left = runsWithout(list, taken)
        const gone = members(taken)
        assert.deepEqual(members(left), new Set([...members(list)].filter((n) => !gone.has(n)).sort((a, b) => a - b)))
      }),
    )
  })

  test('within looks a run up among many', () => {
    fc.assert(
      fc.property(runs, fc.nat(60), fc.nat(4), (list, from, more) => {
        const all = members(list)
        const wanted = Array.from({ length: more + 1 }, (_, i) => from + i)
        assert.equal(
          within({ from, to: from + more }, mergeRuns(list)),
          wanted.every((n) => all.has(n)),
        )
      }),
    )
  })
})
