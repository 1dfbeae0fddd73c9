import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Completeness } from './completeness.ts'
import { type Envelope, envelope } from './contract.ts'
import { isEnvelope } from './envelope.ts'

let n = 0
const entry = (
  type: string,
  over: { call?: string; conversation?: string; tenant?: string; turns?: unknown } = {},
): Envelope => {
  const { call, conversation = 'c1', tenant = 'noord', turns } = over
  return {
    v: 1,
    id: `00000000-0000-7000-8000-${String(++n).padStart(12, '0')}`,
    type,
    at: '2026-11-25T10:00:00.000Z',
    actor: { kind: 'system', id: 'bot' },
    tenant,
    client: null,
    subject: null,
    refs: { ...(conversation === '' ? {} : { conversation }), ...(call === undefined ? {} : { call }) },
    body: turns === undefined ? {} : { turns: turns as { from: number; to: number } },
  }
}

function check(entries: readonly Envelope[], options?: { fromStart: boolean }) {
  const completeness = new Completeness(options)
  const problems = entries.flatMap((one, index) => completeness.add(index, one))
  const end = completeness.finish()
  return {
    problems: [...problems, ...end.problems].map(({ code, index, detail }) => `${code} ${index} ${detail}`),
    open: end.open.map(({ call }) => call),
  }
}
const turns = (from: number, to: number) => ({ from, to })

describe('calls', () => {
  test('each end closes one call, whichever it is; attempts change nothing', () => {
    for (const end of ['call.completed', 'call.failed', 'call.cancelled', 'call.stopped']) {
      const found = check([
        entry('call.admitted', { call: 'k' }),
        entry('call.attempted', { call: 'k' }),
        entry('call.attempted', { call: 'k' }),
        entry(end, { call: 'k' }),
      ])
      assert.deepEqual(found, { problems: [], open: [] }, end)
    }
    assert.deepEqual(check([entry('call.refused', { call: 'k' })]), { problems: [], open: [] })
    assert.deepEqual(check([entry('consent.given')]), { problems: [], open: [] })
  })

  test('a call without end stays open; a second end, one without beginning, and a second beginning are named', () => {
    assert.deepEqual(check([entry('call.admitted', { call: 'k' })]), { problems: [], open: ['k'] })
    assert.deepEqual(check([entry('call.completed', { call: 'k' })]).problems, [
      'call_end_unexpected 0 k call.completed',
    ])
    assert.deepEqual(
      check([
        entry('call.admitted', { call: 'k' }),
        entry('call.completed', { call: 'k' }),
        entry('call.failed', { call: 'k' }),
      ]).problems,
      ['call_end_unexpected 2 k call.failed'],
    )
    assert.deepEqual(
      check([
        entry('call.admitted', { call: 'k' }),
        entry('call.admitted', { call: 'k' }),
        entry('call.completed', { call: 'k' }),
      ]).problems,
      ['call_admitted_twice 1 k'],
    )
    assert.deepEqual(check([entry('call.admitted', { call: 'k' }), entry('call.refused', { call: 'k' })]).problems, [
      'call_end_unexpected 1 k call.refused',
    ])
    assert.deepEqual(check([entry('call.admitted')]).problems, ['call_unnamed 0 call.admitted'])
  })

  test('the same number in another organisation is another call', () => {
    assert.deepEqual(
      check([entry('call.admitted', { call: 'k' }), entry('call.completed', { call: 'k', tenant: 'zuid' })]),
      { problems: ['call_end_unexpected 1 k call.completed'], open: ['k'] },
    )
  })

  test('read from the middle, an end may belong to a call admitted before', () => {
    assert.deepEqual(check([entry('call.completed', { call: 'k', turns: turns(7, 7) })], { fromStart: false }), {
      problems: [],
      open: [],
    })
  })
})

describe('turns', () => {
  const at = (...ranges: [number, number][]) =>
    check(ranges.map(([from, to]) => entry('conversation.recorded', { turns: turns(from, to) }))).problems

  test('follow each other from 1; they may overlap and come late', () => {
    assert.deepEqual(at([1, 2], [3, 3], [4, 9]), [])
    assert.deepEqual(at([1, 2], [1, 4], [2, 3], [5, 5]), [])
    assert.deepEqual(at([3, 4], [1, 2]), [])
    assert.deepEqual(at([5, 5], [3, 3], [4, 4], [1, 2]), [])
  })

  test('a gap is named with the entry behind it', () => {
    assert.deepEqual(at([2, 3]), ['turns_missing 0 c1: 1 to 1'])
    assert.deepEqual(at([1, 2], [4, 4], [9, 9]), ['turns_missing 1 c1: 3 to 3'])
    assert.deepEqual(at([1, 2], [9, 9], [4, 4]), ['turns_missing 2 c1: 3 to 3'])
  })

  test('count over calls, recordings and imports together, per conversation', () => {
    const found = check([
      entry('conversation.imported', { turns: turns(1, 2) }),
      entry('call.refused', { call: 'a', turns: turns(3, 3) }),
      entry('call.admitted', { call: 'b', turns: turns(4, 4) }),
      entry('call.completed', { call: 'b', turns: turns(5, 5) }),
      entry('conversation.recorded', { conversation: 'c2', turns: turns(2, 2) }),
      entry('feedback.given', { turns: turns(9, 9) }),
    ])
    assert.deepEqual(found.problems, ['turns_missing 4 c2: 1 to 1'])
  })

  test('that are no range, or of no conversation, are named', () => {
    for (const wrong of [turns(0, 1), turns(2, 1), { from: 1 }, 5, null, 'x', turns(1.5, 2)])
      assert.deepEqual(
        check([entry('call.refused', { call: 'k', turns: wrong })]).problems,
        ['turns_malformed 0 call.refused'],
        JSON.stringify(wrong),
      )
    assert.deepEqual(check([entry('call.refused', { call: 'k', conversation: '', turns: turns(1, 1) })]).problems, [
      'turns_malformed 0 call.refused',
    ])
  })

  test('any order of the ranges of a whole conversation is whole; one left out is a gap', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        fc.nat(),
        (lengths, order, pick) => {
          let from = 1
          const ranges = lengths.map((length) => {
            const range: [number, number] = [from, from + length - 1]
            from += length
            return range
          })
          const shuffled = ranges
            .map((range) => ({ range, key: order.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ range }) => range)
          assert.deepEqual(at(...shuffled), [])
          const gone = ranges[pick % (ranges.length - 1)]!
          assert.deepEqual(at(...shuffled.filter((range) => range !== gone)).length, 1)
        },
      ),
    )
  })
})

describe('where entries are gone', () => {
  const at = '2026-11-25T10:00:00.000Z'
  /** A UUIDv7 of so many days after that moment. */
  const id = (days: number) => {
    const time = (Date.parse(at) + days * 86_400_000).toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000001`
  }
  function after(hole: (completeness: Completeness) => void, entries: readonly Envelope[], before: Envelope[] = []) {
    const completeness = new Completeness()
    const problems = before.flatMap((one, index) => completeness.add(index, one))
    hole(completeness)
    problems.push(...entries.flatMap((one, index) => completeness.add(512 + index, one)))
    const end = completeness.finish()
    return { problems: [...problems, ...end.problems].map(({ code }) => code), open: end.open.map(({ call }) => call) }
  }
  const hole = (completeness: Completeness) => completeness.hole(512, at)
  const none = () => {}

  test('a call that began before may end after; one that began after may not end without a beginning', () => {
    const ended = (call: string) => [entry('call.completed', { call, conversation: '' })]
    assert.deepEqual(after(hole, ended(id(-300))).problems, [])
    assert.deepEqual(after(hole, ended('an id of another kind')).problems, [])
    assert.deepEqual(after(none, ended(id(-300))).problems, ['call_end_unexpected'])
    assert.deepEqual(after(hole, ended(id(2))).problems, ['call_end_unexpected'], 'two days after it is no excuse')
  })

  test('a call that is open before may have ended in it; one that is open after has not', () => {
    const open = entry('call.admitted', { call: 'early', conversation: '' })
    const later = entry('call.admitted', { call: 'late', conversation: '' })
    assert.deepEqual(after(hole, [later], [open]).open, ['late'])
    assert.deepEqual(after(none, [later], [open]).open, ['early', 'late'])
  })

  test('turns of a conversation from before may be missing, of one from after not', () => {
    const said = (conversation: string, from: number, to: number) =>
      entry('call.completed', { conversation, turns: turns(from, to) })
    const turnsOf = (...entries: Envelope[]) => entries.map((one) => ({ ...one, type: 'conversation.recorded' }))
    assert.deepEqual(after(hole, turnsOf(said(id(-1), 5, 6), said(id(-1), 7, 8))).problems, [])
    assert.deepEqual(after(hole, turnsOf(said(id(-1), 5, 6)), turnsOf(said(id(-1), 1, 2))).problems, [])
    assert.deepEqual(after(hole, [], turnsOf(said(id(-1), 1, 2), said(id(-1), 5, 6))).problems, [])
    assert.deepEqual(after(none, turnsOf(said(id(-1), 5, 6))).problems, ['turns_missing'])
    assert.deepEqual(after(hole, turnsOf(said(id(2), 5, 6))).problems, ['turns_missing'])
  })
})

describe('the fast check of an envelope', () => {
  test('says what the schema says, of right ones and of ones with anything changed', () => {
    const right = entry('call.admitted', { call: 'k', turns: turns(1, 2) }) as unknown as Record<string, unknown>
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(
        '',
        'a',
        'A.b',
        'a.b',
        'a-b.c',
        '-a.b',
        'x'.repeat(201),
        'x'.repeat(2_001),
        0,
        1,
        2,
        null,
        { kind: 'person', id: 'p' },
        { kind: 'person' },
        { kind: 'robot', id: 'p' },
        { kind: 'person', id: 'p', x: 1 },
        { a: '' },
        { a: 'x', b2: 'y' },
        { ['x'.repeat(41)]: 'y' },
        '2026-02-29T10:00:00.000Z',
        '2024-02-29T10:00:00.000Z',
        '2026-13-01T10:00:00.000Z',
        '2026-11-25T24:00:00.000Z',
        '2026-11-31T10:00:00.000Z',
        '2026-11-25T10:00:00Z',
        '00000000-0000-7000-8000-00000000000A',
        `${'A'.repeat(43)}=`,
        `${'A'.repeat(42)}==`,
      ),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(right), 'commit', 'extra', 'body.x', 'refs.x'),
        odd,
        fc.boolean(),
        (name, value, remove) => {
          const changed = structuredClone(right)
          const [field, inner] = name.split('.') as [string, string?]
          if (inner !== undefined) (changed[field] as Record<string, unknown>)[inner] = value
          else if (remove) delete changed[field]
          else changed[field] = value
          assert.equal(isEnvelope(changed), envelope.safeParse(changed).success, JSON.stringify(changed))
        },
      ),
      { numRuns: 3_000 },
    )
    assert.ok(isEnvelope(right))
    for (const value of [null, [], 1, 'x', {}]) assert.equal(isEnvelope(value), false)
  })
})
