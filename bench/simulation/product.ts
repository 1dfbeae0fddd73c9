/** The product of a simulation: the real composition over its own database, stopped and started again on request. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyDeps } from '../../src/cli/application/organisation.ts'
import { openSigner, verifyLedger } from '../../src/ledger/index.ts'
import { type Application, operatorCaller, startApplication } from '../../src/main.ts'
import type { Clock } from '../../src/platform/clock.ts'
import { randomIds } from '../../src/platform/ids.ts'
import { openPool } from '../../src/platform/io/pool.ts'
import type { Log } from '../../src/platform/log.ts'
import { readSettings } from '../../src/platform/settings.ts'
import type { TestDatabase } from '../../src/platform/testing.ts'
import { applyOrganisation } from '../../src/records/index.ts'
import { organisationOf } from '../../src/records/testing.ts'
import { openKeyRing } from '../../src/vault/index.ts'
import type { Api } from '../../web/api.ts'
import { organisation, overseer, type SystemName, tenant } from './register.ts'
import type { Entry, Trace } from './trace.ts'

export type Product = {
  /** Address of the process that runs now. */
  url(): string
  /** The API as an operator. */
  api(): Api
  key(system: SystemName, label: 'own' | 'revoked'): string
  /** Random id of the person who watches over the systems. */
  readonly overseer: string
  /** Stops as SIGTERM does, and starts a new process over the same database. */
  restart(drainMs: number): Promise<void>
  /** Ends every connection of a role, in the middle of whatever it does. */
  cut(role: 'app' | 'integrator'): Promise<void>
  /** Once nothing is under way: what a new start finds and closes, then the whole ledger. */
  finish(): Promise<Pick<Trace, 'entries' | 'ledger'>>
  close(): Promise<void>
}

const operator = 'operator:simulation'
/** No process of this machine has this number. */
const NOBODY = 4_000_000

export async function openProduct({
  db,
  upstream,
  clock,
  log,
}: {
  readonly db: TestDatabase
  readonly upstream: string
  readonly clock: Clock
  readonly log: Log
}): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-simulation-'))
  const [keyFolder, exportFolder] = [join(folder, 'keys'), join(folder, 'ledger')]
  const ring = openKeyRing(keyFolder)
  const settings = {
    ...readSettings({}),
    data: folder,
    port: 0,
    ledgerIntervalMs: 20,
    upstreamHeadS: 0.5,
    upstreamIdleS: 0.5,
    upstreamTotalS: 3,
  }
  const start = async (): Promise<{ readonly application: Application; stop(drainMs: number): Promise<void> }> => {
    const database = openPool(db.urls, { maxConnections: settings.databaseConnections })
    const application = await startApplication({
      installation: {
        settings,
        folder,
        keys: ring,
        keyFolder,
        exportFolder,
        database,
        appUrl: db.urls.app,
        ownerUrl: db.urls.owner,
        jobsUrl: db.urls.jobs,
        server: undefined,
        migrated: [],
        close: () => Promise.resolve(),
      },
      clock,
      ids: randomIds,
      log,
      version: 'simulation',
      gatewayOnly: true,
    })
    return {
      application,
      async stop(drainMs) {
        await application.close({ drainMs })
        await database.close()
        // The process that was simulated is gone; the one that simulates has its number and lives on.
        await db.ownerQuery('update gateway_process set pid = $1', [NOBODY])
      },
    }
  }
  const now = clock.now()
  const { keys } = await db.database.inTx({ tenant, clients: '*', actor: { kind: 'operator', id: operator } }, (tx) =>
    applyOrganisation(
      tx,
      applyDeps(ring),
      { organisation: organisationOf(organisation(upstream), now), sha256: 'simulation' },
      { now, ids: randomIds },
    ),
  )
  const key: Product['key'] = (system, label) => keys.find((one) => one.system === system && one.label === label)!.key
  const [person] = await db.ownerQuery<{ person_id: string }>('select person_id from person where file_id = $1', [
    overseer,
  ])
  let running = await start()
  const api = () => running.application.api(operatorCaller(tenant, operator))
  for (const { label, key: revoked } of keys)
    if (label === 'revoked') await api().delete(`/api/keys/${revoked.split('_')[1]}`)

  return {
    url: () => running.application.url,
    api,
    key,
    overseer: person!.person_id,
    async restart(drainMs) {
      await running.stop(drainMs)
      running = await start()
    },
    async cut(role) {
      await db.ownerQuery(
        'select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and datname = current_database()',
        [new URL(db.urls[role].replace('@/', '@localhost/')).username],
      )
    },
    async finish() {
      await running.stop(500)
      running = await start()
      await running.application.integrator.settled()
      await running.stop(0)
      const { trust } = openSigner({ folder: keyFolder, origin: settings.ledgerOrigin })
      const found = await verifyLedger({ database: db.database, exportFolder, trust })
      const [waiting] = await db.ownerQuery<{ n: number }>('select count(*)::int as n from ledger_pending')
      const entries = await db.ownerQuery<Entry>(
        `select call_id as call, type, convert_from(payload, 'UTF8')::jsonb -> 'body' ->> 'code' as code
         from ledger_entry where type like 'call.%' order by idx`,
      )
      return {
        entries,
        ledger: {
          problems: found.problems.map(({ code, index, detail }) => `${code} at ${index}: ${detail}`),
          pending: waiting!.n,
        },
      }
    },
    async close() {
      await running.stop(0).catch(() => {})
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
