import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ATTEMPTS, chancesAt, documentFrom, documentUntil, momentOf, SPREAD_MS } from './document.ts'
import { COUNTED, foundPage, foundToken, PAGE, readFoundToken } from './page.ts'
import { type Hint, hitsIn, mayFollow, partsOf, Spots } from './places.ts'
import { both, byClient, placesIn, runOf } from './run.ts'
import { wantedIn } from './words.ts'

const tokenOf = (form: string) => form

function spotsOf(said: Readonly<Record<string, readonly (readonly [seq: number, place: number])[]>>): Spots {
  const spots = new Spots()
  for (const [token, places] of Object.entries(said))
    for (const { part, bytes } of partsOf(places.map(([seq, place]) => ({ seq, places: [place] }))))
      spots.add(token, part, bytes)
  return spots
}

describe('places', () => {
  test('turns lie in parts of 256, three bytes per place', () => {
    const parts = partsOf([
      { seq: 255, places: [0, 65_535] },
      { seq: 256, places: [7] },
      { seq: 70_000, places: [1] },
    ])
    assert.deepEqual(
      parts.map(({ part, bytes }) => [part, bytes.toString('hex')]),
      [
        [0, 'ff0000ffffff'],
        [1, '000007'],
        [273, '700001'],
      ],
    )
  })

  for (const [name, said, expected] of [
    ['one after the other', { rood: [[1, 3]], huis: [[1, 4]] }, { count: 1, seq: 1 }],
    ['the other way round', { rood: [[1, 4]], huis: [[1, 3]] }, undefined],
    ['with a word between', { rood: [[1, 3]], huis: [[1, 5]] }, undefined],
    ['in two turns', { rood: [[1, 65_535]], huis: [[2, 0]] }, undefined],
    [
      'twice, over parts',
      {
        rood: [
          [2, 0],
          [600, 9],
        ],
        huis: [
          [2, 1],
          [600, 10],
        ],
      },
      { count: 2, seq: 2 },
    ],
    ['only one of them', { rood: [[1, 3]] }, undefined],
  ] as const)
    test(`"rood huis": ${name}`, () =>
      assert.deepEqual(hitsIn(spotsOf(said as never), wantedIn('"rood huis"')!, tokenOf), expected))

  test('a small word counts as a place and may be any', () => {
    const wanted = wantedIn('"rood van huis"')!
    assert.equal(hitsIn(spotsOf({ rood: [[1, 0]], huis: [[1, 2]] }), wanted, tokenOf)?.count, 1)
    assert.equal(hitsIn(spotsOf({ rood: [[1, 0]], huis: [[1, 1]] }), wanted, tokenOf), undefined)
  })

  test('the turn with the most of it, and the first of those', () => {
    const wanted = wantedIn('rood huis')!
    const seq = (said: Parameters<typeof spotsOf>[0]) => hitsIn(spotsOf(said), wanted, tokenOf)?.seq
    assert.equal(
      seq({
        rood: [
          [1, 0],
          [5, 0],
        ],
        huis: [[5, 9]],
      }),
      5,
    )
    assert.equal(seq({ rood: [[8, 0]], huis: [[3, 9]] }), 3)
  })
})

describe('hints', () => {
  const hintOf = (seq: number, ...places: number[]): Hint => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64BE(partsOf([{ seq, places }])[0]!.hint)
    return [bytes.readInt32BE(0), bytes.readInt32BE(4)]
  }
  const phrase = wantedIn('"rood huis straat"')!.phrases[0]!
  test('words that stand in a row may follow each other, wherever they stand', () => {
    for (const seq of [1, 2, 77, 255, 256, 70_001])
      for (let place = 0; place < 140; place++)
        assert.ok(
          mayFollow(phrase, [hintOf(seq, place, 9), hintOf(seq, 3, place + 1), hintOf(seq, place + 2)]),
          `${seq} ${place}`,
        )
  })
  test('most that do not are told apart', () => {
    let told = 0
    for (let place = 0; place < 640; place++)
      if (!mayFollow(phrase, [hintOf(1, 5), hintOf(1, 6), hintOf(1, place)])) told++
    assert.equal(told, 630)
  })
  for (const distance of [1, 31, 32, 33, 63, 64, 65, 130])
    test(`at a distance of ${distance}`, () => {
      const far = wantedIn(`"rood ${'de '.repeat(distance - 1)}huis"`)!.phrases[0]!
      for (let place = 0; place < 70; place++) {
        assert.ok(mayFollow(far, [hintOf(1, place), hintOf(1, place + distance)]))
        assert.ok(!mayFollow(far, [hintOf(1, place), hintOf(1, place + distance + 1)]))
      }
    })
})

describe('runs', () => {
  const stream = (hinted: boolean, rows: readonly (readonly [number, bigint])[], client = 0) => {
    const bytes = Buffer.alloc(rows.length * (hinted ? 16 : 8))
    for (const [i, [document, hint]] of rows.entries()) {
      bytes.writeBigInt64BE(BigInt(document), i * (hinted ? 16 : 8))
      if (hinted) bytes.writeBigInt64BE(hint, i * 16 + 8)
    }
    return { bytes, hinted, client }
  }
  const far = 2 ** 52 + 3
  test('streams become one, each document once with all its hints, above the floor', () => {
    const run = runOf(
      [
        stream(true, [
          [far, 1n],
          [7, 2n],
          [7, -(2n ** 63n)],
          [-far, 1n],
        ]),
        stream(
          true,
          [
            [9, 4n],
            [7, 1n],
            [2, 1n],
          ],
          3,
        ),
        stream(true, []),
      ],
      2,
    )
    assert.deepEqual([...run.documents], [far, 9, 7])
    assert.deepEqual([...run.clients], [0, 3, 0])
    assert.deepEqual(
      [...byClient(run, Float64Array.of(9, 7))],
      [
        [3, [9]],
        [0, [7]],
      ],
    )
    assert.deepEqual([...byClient(run, Float64Array.of(far, 7))], [[0, [far, 7]]])
    assert.deepEqual([...run.hints!], [0, 1, 0, 4, -(2 ** 31), 3])
    assert.deepEqual(
      [
        ...runOf(
          [
            stream(false, [
              [3, 0n],
              [3, 0n],
              [-far, 0n],
            ]),
          ],
          -Infinity,
        ).documents,
      ],
      [3, -far],
    )
    assert.equal(runOf([], 0).documents.length, 0)
  })
  test('what is in both, and where', () => {
    const [a, b] = [Float64Array.of(9, 7, 5, 3, 1), Float64Array.of(8, 7, 3, 2, 1, 0)]
    assert.deepEqual([...both(a, b)], [7, 3, 1])
    assert.deepEqual([...both(b, a)], [7, 3, 1])
    assert.deepEqual([...both(a, new Float64Array(0))], [])
    assert.deepEqual([...placesIn({ documents: a }, both(a, b))], [1, 3, 4])
  })
})

describe('numbers in order of time', () => {
  test('a later moment has a higher number, and a number gives its moment', () => {
    const moments = ['0001-01-01', '1969-12-31', '1970-01-01', '2026-11-25', '2026-11-26', '9999-12-31'].map(
      (day) => new Date(`${day}T12:00:00.001Z`),
    )
    const numbers = moments.map(documentFrom)
    assert.deepEqual(
      numbers,
      [...numbers].sort((a, b) => a - b),
    )
    assert.ok(numbers.every((number) => Number.isSafeInteger(number + chancesAt(ATTEMPTS - 1))))
    for (const i of [1, 2, 3, 4]) assert.deepEqual(momentOf(numbers[i]! + 2_047), moments[i])
  })
  test('no number of an earlier moment lies at or above the end of a period', () => {
    const end = new Date('2026-11-25T12:00:00Z')
    const latest = documentFrom(new Date(end.getTime() - 1)) + chancesAt(ATTEMPTS - 1) - 1
    assert.ok(latest < documentUntil(end))
    assert.equal(SPREAD_MS, 65_536)
  })
})

describe('pages', () => {
  const row = (n: number) => Array.from({ length: n }, (_, i) => 5_000 - i)
  for (const [name, found, expected] of [
    ['nothing', { documents: [], ended: 'all' }, [0, 0, false, undefined, undefined]],
    ['a full page and no more', { documents: row(PAGE), ended: 'all' }, [10, 10, false, undefined, undefined]],
    ['one more than a page', { documents: row(PAGE + 1), ended: 'all' }, [10, 11, false, 4_991, undefined]],
    ['just all that is counted', { documents: row(COUNTED), ended: 'all' }, [10, 1_000, false, 4_991, undefined]],
    ['more than is counted', { documents: row(COUNTED + 1), ended: 'most' }, [10, 1_000, true, 4_991, undefined]],
    ['stopped with a page', { documents: row(40), ended: 'reads' }, [10, 40, true, 4_991, undefined]],
    ['stopped before a page', { documents: row(3), ended: 'reads' }, [3, 3, true, 77, 77]],
    ['stopped with nothing', { documents: [], ended: 'reads' }, [0, 0, true, 77, 77]],
  ] as const)
    test(name, () => {
      const page = foundPage({ ...found, until: 77 }, undefined)
      assert.deepEqual([page.documents.length, page.counted.total, page.counted.more, page.next, page.until], expected)
    })
  test('the next page repeats what the first counted', () => {
    const counted = { total: 1_000, more: true }
    assert.equal(foundPage({ documents: row(2), ended: 'all', until: 0 }, counted).counted, counted)
    assert.deepEqual(readFoundToken(foundToken({ below: -5, counted })), { below: -5, counted })
  })
  test('what is not a token of ours is none', () => {
    const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const wrong of [
      '',
      'x',
      token([1, 2]),
      token([1.5, 2, true]),
      token(['1', 2, true]),
      token([2 ** 60, 2, true]),
      token([1, 1_001, true]),
      token([1, -1, true]),
      token([1, 2, 'true']),
      token({}),
      token([1, 2, true, 4]),
    ])
      assert.equal(readFoundToken(wrong), undefined, wrong)
  })
})
