import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Database, StoreUnavailable } from '../../platform/database.ts'
import { leaveRoom } from './limited-database.ts'

const scope = { tenant: 't', clients: '*', actor: { kind: 'job', id: 'test' } } as const

/** A database whose transactions end when told. */
function slow() {
  const open: (() => void)[] = []
  let most = 0
  const database = {
    inTx: async (_scope: unknown, work: (tx: never) => Promise<unknown>) => {
      await new Promise<void>((resolve) => {
        open.push(resolve)
        most = Math.max(most, open.length)
      })
      return work(undefined as never)
    },
  } as unknown as Database
  return { database, open, most: () => most }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('transactions of calls', () => {
  test('leave connections to others, and run in the order in which they came', async () => {
    const { database, open, most } = slow()
    const limited = leaveRoom(database, 6)
    const order: number[] = []
    const all = [0, 1, 2, 3, 4].map((n) => limited.inTx(scope, async () => order.push(n)))
    for (let n = 0; n < 5; n++) {
      await settled()
      open.shift()!()
    }
    await Promise.all(all)
    assert.deepEqual(order, [0, 1, 2, 3, 4])
    assert.equal(most(), 2)
  })

  test('one that fails gives its place to the next', async () => {
    const { database, open } = slow()
    const limited = leaveRoom(database, 1)
    const first = limited.inTx(scope, () => Promise.reject(new Error('no')))
    const second = limited.inTx(scope, () => Promise.resolve('yes'))
    await settled()
    open.shift()!()
    await assert.rejects(first)
    await settled()
    open.shift()!()
    assert.equal(await second, 'yes')
  })

  test('one that waits too long is not begun', async () => {
    const { database, open } = slow()
    const limited = leaveRoom(database, 1, 20)
    let begun = false
    const first = limited.inTx(scope, () => Promise.resolve())
    await assert.rejects(
      limited.inTx(scope, async () => {
        begun = true
      }),
      StoreUnavailable,
    )
    open.shift()!()
    await first
    assert.equal(begun, false)
  })
})
