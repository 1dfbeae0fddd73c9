/**
 * Changes one byte of the ledger, in every kind of place it stands in, and asks verification to name the entry. Puts
 * the byte back each time. Only on test data: a folder made for it, or one that someone has marked as such.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Installation, openInstallation } from '../src/cli/installation.ts'
import { openSigner, startIntegrator, verifyLedger } from '../src/ledger/index.ts'
import type { Problem } from '../src/ledger/rules.ts'
import { testEvents } from '../src/ledger/testing.ts'
import { systemClock } from '../src/platform/clock.ts'
import { withConnection } from '../src/platform/io/pool.ts'
import { silentLog } from '../src/platform/log.ts'
import { readSettings } from '../src/platform/settings.ts'
import { write } from './table.ts'

/** A file of this name in a data folder says: nothing here is real, it may be damaged. */
export const TEST_DATA_MARK = 'test-data'
const ENTRIES = 1_000
const ROUNDS = 40

/** Returns the exit code: 0 every change was named, 1 one was not, 3 the folder is not marked as test data. */
export async function flip({
  data,
  say,
}: {
  readonly data: string | undefined
  readonly say: (line: string) => void
}): Promise<number> {
  if (data !== undefined && !existsSync(join(data, TEST_DATA_MARK))) {
    say(`refused: ${data} is not marked as test data (a file named ${TEST_DATA_MARK} in it)`)
    return 3
  }
  const folder = data ?? mkdtempSync(join(tmpdir(), 'waarborg-flip-'))
  const installation = await openInstallation({ ...readSettings({}), data: folder })
  try {
    if (installation.server === undefined) {
      say('refused: only a private server is changed')
      return 3
    }
    if (data === undefined) await fill(installation)
    return await flipEach(installation, installation.server.url('postgres', 'waarborg'), say)
  } finally {
    await installation.close({ stopServer: data === undefined ? 'always' : 'if-idle' })
    if (data === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

async function fill({ database, keyFolder, exportFolder, settings }: Installation): Promise<void> {
  const { append } = await import('../src/ledger/index.ts')
  const signer = openSigner({ folder: keyFolder, origin: settings.ledgerOrigin })
  const integrator = startIntegrator({
    database,
    signer,
    exportFolder,
    intervalMs: 20,
    clock: systemClock,
    log: silentLog,
  })
  const scope = { tenant: '*', clients: '*', actor: { kind: 'job', id: 'flip' } } as const
  for (let part = 0; part < 4; part++) {
    await database.inTx(scope, async (tx) => {
      for (const event of testEvents(ENTRIES / 4)) await append(tx, event)
    })
    await integrator.settled()
  }
  await integrator.stop()
}

/** One place to change: how it is changed (and, done again, changed back), and what must be named. */
type Place = {
  readonly name: string
  readonly change: () => Promise<void>
  readonly named: (problem: Problem) => boolean
}

async function flipEach(
  { database, keyFolder, exportFolder, settings }: Installation,
  superUrl: string,
  say: (line: string) => void,
): Promise<number> {
  const { trust } = openSigner({ folder: keyFolder, origin: settings.ledgerOrigin })
  const verify = () => verifyLedger({ database, exportFolder, trust, allowOpen: true })
  const before = await verify()
  if (!before.ok || before.entries === 0) {
    say(`the ledger is not whole to begin with: ${before.problems.length} problems, ${before.entries} entries`)
    return 1
  }
  let missed = 0
  const rows: [place: string, code: string, event: string][] = []
  for (let round = 0; round < ROUNDS; round++) {
    const place = placeOf(round, before.size, superUrl, exportFolder)
    await place.change()
    const { problems } = await verify()
    await place.change()
    const named = problems.find(place.named)
    if (named === undefined) missed++
    rows.push([place.name, named?.code ?? 'not named', named?.event ?? '-'])
    say(
      `${named === undefined ? 'NOT NAMED' : 'named'}: ${place.name}${named === undefined ? '' : ` (${named.code}, event ${named.event ?? '-'})`}`,
    )
  }
  const after = await verify()
  say(
    `${ROUNDS - missed} of ${ROUNDS} changed bytes were named; put back, the ledger has ${after.problems.length} problems`,
  )
  write('docs/bench/flip.md', {
    title: 'One changed byte',
    about:
      'Test data. One byte of the ledger at a time is changed behind its back: in a row, in a column kept for searching, in a ' +
      'stored tile, in the exported tile. `waarborg verify` must name the entry; then the byte is put back.',
    columns: ['changed', 'named as', 'event of the entry'],
    rows,
    goals: [
      {
        goal: `${ROUNDS} of ${ROUNDS} named, and the ledger whole again after`,
        found: `${ROUNDS - missed} of ${ROUNDS}; ${after.problems.length} problems after`,
        met: missed === 0 && after.ok,
      },
    ],
  })
  return missed === 0 && after.ok ? 0 : 1
}

const columns = [
  'type',
  'tenant_id',
  'client_id',
  'id',
  'subject_id',
  'conversation_id',
  'call_id',
  'system_id',
  'at',
] as const

function placeOf(round: number, size: number, superUrl: string, exportFolder: string): Place {
  const index = Math.floor(Math.random() * size)
  const sql = (text: string, values: readonly unknown[] = []) =>
    withConnection(superUrl, async (client) => void (await client.query(text, [...values])))
  const named = (problem: Problem) => problem.index === index
  const xor = (column: string, at: string) => `set_byte(${column}, ${at}, get_byte(${column}, ${at}) # 1)`
  switch (round % 5) {
    case 0: {
      const part = Math.random()
      const at = `floor(octet_length(payload) * ${part})::int`
      return {
        name: `entry ${index}, payload at ${(part * 100).toFixed(1)} %`,
        named,
        change: () => sql(`update ledger_entry set payload = ${xor('payload', at)} where idx = $1`, [index]),
      }
    }
    case 1: {
      const at = Math.floor(Math.random() * 32)
      return {
        name: `entry ${index}, leaf_hash byte ${at}`,
        named,
        change: () =>
          sql(`update ledger_entry set leaf_hash = ${xor('leaf_hash', String(at))} where idx = $1`, [index]),
      }
    }
    case 2: {
      const column = columns[Math.floor(round / 5) % columns.length]!
      let saved: unknown
      return {
        name: `entry ${index}, column ${column}`,
        named,
        async change() {
          await withConnection(superUrl, async (client) => {
            if (saved !== undefined)
              return void (await client.query(`update ledger_entry set ${column} = $2 where idx = $1`, [
                index,
                (saved as { value: unknown }).value,
              ]))
            saved = (await client.query(`select ${column} as value from ledger_entry where idx = $1`, [index])).rows[0]
            const other =
              column === 'at'
                ? "at + interval '1 ms'"
                : column === 'id'
                  ? 'gen_random_uuid()'
                  : `coalesce(${column}, '') || '.'`
            await client.query(`update ledger_entry set ${column} = ${other} where idx = $1`, [index])
          })
        },
      }
    }
    case 3: {
      const at = (index % 256) * 32 + Math.floor(Math.random() * 32)
      return {
        name: `entry ${index}, its hash in the stored tile`,
        named,
        change: () =>
          sql(`update ledger_tile set hashes = ${xor('hashes', String(at))} where level = 0 and idx = $1`, [
            Math.floor(index / 256),
          ]),
      }
    }
    default: {
      const full = index - (index % 256) + 256 <= size
      const place = full ? index : index % (size - (size % 256) || size)
      const path = join(exportFolder, `tile/0/${String(Math.floor(place / 256)).padStart(3, '0')}`)
      const file = existsSync(path) ? path : `${path}.p/${size % 256}`
      return {
        name: `entry ${place}, its hash in the exported tile`,
        named: (problem) => problem.index === place,
        async change() {
          writeFileSync(
            file,
            readFileSync(file).map((byte, i) => (i === (place % 256) * 32 + 5 ? byte ^ 1 : byte)),
          )
        },
      }
    }
  }
}
