import assert from 'node:assert/strict'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { additivityGap } from '../attribution.ts'
import { marginsOverlap } from '../explanation.ts'
import type { Row } from '../model.ts'
import { backgroundWorth, bruteForce } from '../testing.ts'
import { attributeByScorer, changeByScorer, openScorer, type ScorerOptions } from './scorer.ts'

type Answer = (rows: (number | null)[][], response: ServerResponse, names: unknown) => void

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('a scorer behind an address', () => {
  let server: Server
  let answer: Answer = () => {}
  let requests = 0
  let sent = 0
  before(async () => {
    server = createServer((request, response) => {
      const pieces: Buffer[] = []
      request.on('data', (piece: Buffer) => pieces.push(piece))
      request.on('end', () => {
        const { rows, names } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as {
          rows: number[][]
          names: unknown
        }
        requests++
        sent += rows.length
        answer(rows, response, names)
      })
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/score?v=1`
  const model = (row: Row) => row[0]! * 2 - row[1]! + row[0]! * row[2]!
  const scores =
    (of: (row: number[], i: number) => number): Answer =>
    (rows, response) =>
      response.end(JSON.stringify({ scores: rows.map((row, i) => of(row as number[], i)) }))
  const row = [1, 2, 3]
  const background = [
    [0, 0, 1],
    [2, 1, 0],
  ]

  async function withScorer<T>(
    reply: Answer,
    options: ScorerOptions,
    use: (scorer: ReturnType<typeof openScorer>) => Promise<T>,
  ): Promise<T> {
    answer = reply
    requests = 0
    sent = 0
    const scorer = openScorer(address(), options)
    try {
      return await use(scorer)
    } finally {
      await scorer.close()
    }
  }
  const explain = (reply: Answer, options: ScorerOptions = {}) =>
    withScorer(reply, options, (scorer) => attributeByScorer(scorer, { row, background, scale: 'score' }))
  const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected

  test('gives the values of every coalition, asks each row once and some again', async () => {
    const found = await explain(scores((each) => model(each)))
    const wanted = bruteForce(3, backgroundWorth(background, row, model))
    for (const [i, each] of wanted.entries()) assert.ok(Math.abs(found.phi[i]! - each) < 1e-12)
    assert.ok(additivityGap(found) < 1e-12)
    assert.equal(found.method, 'shapley_exact')
    // 15 rows of the coalitions, the row itself once more at the start, and 16 repeats.
    assert.equal(sent, 15 + 1 + 16)
  })

  test('takes a bare list, and sends names and null for what is missing', async () => {
    let seen: unknown
    const found = await withScorer(
      (rows, response, names) => {
        seen = { rows, names }
        response.end(JSON.stringify(rows.map(() => 1)))
      },
      { names: ['a', 'b'] },
      (scorer) => scorer.score([[Number.NaN, 2]]),
    )
    assert.deepEqual([Array.from(found), seen], [[1], { rows: [[null, 2]], names: ['a', 'b'] }])
  })

  for (const [what, expected, reply, options] of [
    ['that answers at random', 'scorer_not_repeatable', scores(() => Math.random()), {}],
    [
      'that depends on the company of a row',
      'scorer_not_repeatable',
      scores((each, i) => model(each) + (i % 3) / 1e6),
      {},
    ],
    ['that is slow', 'scorer_timeout', () => {}, { timeoutMs: 50 }],
    [
      'that is slow in sum',
      'scorer_timeout',
      (rows: (number | null)[][], response: ServerResponse) =>
        void setTimeout(() => response.end(JSON.stringify(rows.map(() => 1))), 30),
      { batch: 1, deadlineMs: 100 },
    ],
    [
      'that trickles',
      'scorer_timeout',
      (_: unknown, response: ServerResponse) => void response.write('['),
      { timeoutMs: 50 },
    ],
    ['that breaks off', 'scorer_unreachable', (_: unknown, response: ServerResponse) => void response.destroy(), {}],
    [
      'that fails',
      'scorer_status',
      (_: unknown, response: ServerResponse) => void response.writeHead(500).end('x'),
      {},
    ],
    [
      'that sends elsewhere',
      'scorer_status',
      (_: unknown, response: ServerResponse) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
      {},
    ],
    [
      'that answers one score less',
      'scorer_answer',
      (rows: (number | null)[][], response: ServerResponse) =>
        void response.end(JSON.stringify(rows.slice(1).map(() => 1))),
      {},
    ],
    [
      'that answers null',
      'scorer_answer',
      (rows: (number | null)[][], response: ServerResponse) => void response.end(JSON.stringify(rows.map(() => null))),
      {},
    ],
    ['that answers text', 'scorer_answer', (_: unknown, response: ServerResponse) => void response.end('hello'), {}],
    [
      'that answers without end',
      'scorer_answer',
      (_: unknown, response: ServerResponse) => void response.end('1'.repeat(17 * 1024 * 1024)),
      {},
    ],
    ['with a budget that is too small', 'scorer_budget', scores((each) => model(each)), { budget: 20 }],
  ] as const)
    test(`${what}: ${expected}`, () => assert.rejects(explain(reply as Answer, options), code(expected)))

  test('a budget that is too small is seen before the coalitions are sent', async () => {
    await assert.rejects(
      explain(
        scores((each) => model(each)),
        { budget: 20 },
      ),
      code('scorer_budget'),
    )
    assert.ok(requests <= 2, String(requests))
  })

  test('that lies only at the end does not add up', async () => {
    const found = await explain((rows, response) => {
      const last = requests >= 4
      response.end(JSON.stringify(rows.map((each) => model(each as number[]) + (last ? 5e-10 : 0))))
    })
    // Within the tolerance of repeats; the gap is measured against what was said last.
    assert.ok(additivityGap(found) > 1e-10)
  })

  test('above 12 features: a sample within the budget, with error bars that hold the exact value', async () => {
    const n = 14
    const wide = Array.from({ length: n }, (_, i) => (i % 4) - 1)
    const others = [wide.map(() => 0), wide.map((_, i) => i % 2)]
    const ask = (each: Row) =>
      each[0]! * each[1]! + Array.from(each).reduce((sum, value, i) => sum + value * (i % 3), 0)
    const found = await withScorer(scores(ask), { budget: 3_000 }, (scorer) =>
      attributeByScorer(scorer, { row: wide, background: others, scale: 'score', seed: 5 }),
    )
    assert.equal(found.method, 'shapley_sampled')
    assert.ok(sent <= 3_000, String(sent))
    assert.ok(additivityGap(found) < 1e-9)
    const exact = bruteForce(n, backgroundWorth(others, wide, ask))
    const outside = exact.filter((each, i) => Math.abs(found.phi[i]! - each) > found.halfWidth![i]! + 1e-9)
    assert.ok(outside.length <= 2, String(outside.length))
    assert.equal(typeof marginsOverlap(found, 3), 'boolean')
    await assert.rejects(
      withScorer(scores(ask), { budget: 300 }, (scorer) =>
        attributeByScorer(scorer, { row: wide, background: others, scale: 'score' }),
      ),
      code('scorer_budget'),
    )
  })

  test('the cheapest change is asked again; a scorer that then says otherwise is refused', async () => {
    const action = { lower: 0, upper: 5, step: 1, direction: 'increase', costPerStep: 1 } as const
    const question = {
      row,
      actions: [
        action,
        { ...action, direction: 'decrease' },
        { ...action, direction: 'fixed', costPerStep: null },
      ] as const,
      limit: { is: '>=', value: 5 } as const,
    }
    const { result, confirmed } = await withScorer(
      scores((each) => model(each)),
      {},
      (scorer) => changeByScorer(scorer, question),
    )
    assert.deepEqual([result.optima, result.minimalCost, confirmed], [[[2, 2, 3]], 1, 8])
    await assert.rejects(
      withScorer(
        (rows, response) =>
          response.end(JSON.stringify(rows.map((each) => model(each as number[]) - (requests > 2 ? 9 : 0)))),
        {},
        (scorer) => changeByScorer(scorer, question),
      ),
      code('scorer_not_repeatable'),
    )
    const poor = await withScorer(
      scores((each) => model(each)),
      { budget: 2 },
      (scorer) => changeByScorer(scorer, question),
    )
    assert.equal(poor.result.reason, 'search_limit')
  })

  for (const wrong of [
    '',
    'localhost',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'http://user:word@127.0.0.1/',
    'http://127.0.0.1/#x',
  ])
    test(`${wrong || 'nothing'} is no address`, () => assert.throws(() => openScorer(wrong), code('scorer_address')))
  test('nobody at the address', () =>
    assert.rejects(openScorer('http://127.0.0.1:1/').score([[1]]), code('scorer_unreachable')))
})
