import assert from 'node:assert/strict'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { StoreUnavailable, TransactionNested } from './database.ts'
import { openPool } from './io/pool.ts'
import { type TestDatabase, testDatabase } from './testing.ts'

const everywhere = { tenant: '*', clients: '*', actor: { kind: 'job', id: 'test' } } as const

describe('transactions', () => {
  let db: TestDatabase
  before(async () => {
    db = await testDatabase()
    await db.ownerQuery('create table counter (id int primary key, n int not null)')
    await db.ownerQuery('insert into counter values (1, 0), (2, 0)')
    await db.ownerQuery('grant select, insert, update on counter to waarborg_app')
  })
  after(() => db.close())

  test('what a transaction did is gone when its work throws', async () => {
    await assert.rejects(
      db.database.inTx(everywhere, async (tx) => {
        await tx.query('update counter set n = 99 where id = 1')
        throw new Error('no')
      }),
      /no/,
    )
    const n = await db.database.inTx(
      everywhere,
      async (tx) => (await tx.query<{ n: number }>('select n from counter where id = 1')).rows[0]?.n,
    )
    assert.equal(n, 0)
  })

  test('a transaction inside a transaction is an error, not a wait', async () => {
    await assert.rejects(
      db.database.inTx(everywhere, () => db.database.inTx(everywhere, async () => {})),
      TransactionNested,
    )
  })

  test('a transaction cannot be used after it has ended', async () => {
    const kept = await db.database.inTx(everywhere, async (tx) => tx)
    await assert.rejects(kept.query('select 1'), /has ended/)
  })

  test('two transactions that deadlock are run again until both are done', async () => {
    let runs = 0
    let met = () => {}
    const both = new Promise<void>((go) => {
      met = go
    })
    const add = (first: number, second: number) =>
      db.database.inTx(everywhere, async (tx) => {
        runs++
        await tx.query('update counter set n = n + 1 where id = $1', [first])
        // Each holds its first row before either asks for the other's.
        if (runs === 2) met()
        await both
        await tx.query('update counter set n = n + 1 where id = $1', [second])
      })
    await Promise.all([add(1, 2), add(2, 1)])
    assert.ok(runs >= 3, `one of the two was run again (${runs} runs)`)
    const rows = await db.ownerQuery<{ n: number }>('select n from counter order by id')
    assert.deepEqual(
      rows.map((row) => row.n),
      [2, 2],
    )
  })

  test('the scope is set for one transaction and gone after it', async () => {
    const read = (tenant: string) =>
      db.database.inTx(
        { ...everywhere, tenant, clients: ["o'a", 'b'] },
        async (tx) =>
          (
            await tx.query('select current_setting($1) as t, current_setting($2) as c', [
              'waarborg.tenant',
              'waarborg.clients',
            ])
          ).rows[0],
      )
    assert.deepEqual(await read("de'kade"), { t: "de'kade", c: "o'a,b" })
    assert.deepEqual(await read('other'), { t: 'other', c: "o'a,b" })
  })

  test('a connection that is cut in mid-transaction is StoreUnavailable, and the pool recovers', async () => {
    await assert.rejects(
      db.database.inTx(everywhere, async (tx) => {
        const pid = (await tx.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid
        await db.ownerQuery('select pg_terminate_backend($1)', [pid])
        await tx.query('select 1')
      }),
      StoreUnavailable,
    )
    assert.equal(
      await db.database.inTx(
        everywhere,
        async (tx) => (await tx.query<{ one: number }>('select 1 as one')).rows[0]?.one,
      ),
      1,
    )
  })

  test('a connection that ends in the moment in which it is made is StoreUnavailable, and ends no process', async () => {
    // Ready, and gone, in one packet: between being connected and being handed out nobody else listens to a connection.
    const message = (type: string, body: string) =>
      Buffer.concat([Buffer.from(type), Buffer.from([0, 0, 0, body.length + 4]), Buffer.from(body, 'latin1')])
    const gone = 'SFATAL\0C57P01\0Mterminating connection\0\0'
    const answer = Buffer.concat([message('R', '\0\0\0\0'), message('Z', 'I'), message('E', gone)])
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(answer))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = `postgres://app@127.0.0.1:${(server.address() as AddressInfo).port}/none`
    const database = openPool({ app: address, integrator: address })
    const crashed: unknown[] = []
    const onCrash = (error: unknown) => crashed.push(error)
    process.on('uncaughtException', onCrash)
    try {
      await assert.rejects(
        database.inTx(everywhere, async () => {}),
        StoreUnavailable,
      )
      assert.deepEqual(crashed, [])
    } finally {
      process.off('uncaughtException', onCrash)
      await database.close()
      await new Promise((resolve) => server.close(resolve))
    }
  })

  test('no server at the address is StoreUnavailable', async () => {
    const nowhere = openPool({
      app: 'postgres://x@/x?host=%2Fnonexistent',
      integrator: 'postgres://x@/x?host=%2Fnonexistent',
    })
    await assert.rejects(
      nowhere.inTx(everywhere, async () => {}),
      StoreUnavailable,
    )
    await nowhere.close()
  })

  test('who may read a row is asked once per statement, not per row: a migration with a new table calls waarborg_scope_once', async () => {
    const policies = await db.ownerQuery<{ relation: string; reads: string }>(
      `select polrelid::regclass::text as relation, pg_get_expr(polqual, polrelid) as reads from pg_policy where polname = 'scope'`,
    )
    assert.ok(policies.length > 50)
    assert.deepEqual(
      policies.filter(({ reads }) => !/\( ?SELECT current_setting\('waarborg\.tenant'/i.test(reads)),
      [],
    )
  })

  test('the app role owns nothing and cannot become the owner', async () => {
    await assert.rejects(
      db.database.inTx(everywhere, (tx) => tx.query('set role waarborg_owner')),
      /permission denied/,
    )
    await assert.rejects(
      db.database.inTx(everywhere, (tx) => tx.query('create table mine (a int)')),
      /permission denied/,
    )
  })
})
