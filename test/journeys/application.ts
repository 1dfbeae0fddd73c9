/** The whole product in this process, over a database of its own, for journeys that look at answers and at the log. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOneTimeLink, startSession } from '../../src/access/io/sessions.ts'
import { addPerson, assignRole } from '../../src/access/store.ts'
import { act, complete, scope, seed } from '../../src/access/testing.ts'
import { applyDeps } from '../../src/cli/application/organisation.ts'
import { type Application, startApplication } from '../../src/main.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { type Role, roles } from '../../src/platform/http.ts'
import { randomIds } from '../../src/platform/ids.ts'
import { openPool } from '../../src/platform/io/pool.ts'
import { createLog } from '../../src/platform/log.ts'
import { readSettings, type Settings } from '../../src/platform/settings.ts'
import { type TestDatabase, testDatabase } from '../../src/platform/testing.ts'
import { apply as applyTo, organisationOf } from '../../src/records/testing.ts'
import { openKeyRing } from '../../src/vault/index.ts'

export type Here = {
  readonly application: Application
  readonly db: TestDatabase
  /** Lines of the system log, each one object. */
  readonly log: readonly string[]
  /** Address and secret of a one-time link of a person who chooses a password. */
  invited(): Promise<{ readonly email: string; readonly link: string }>
  /** A person of the organisation (default `kade`) with these roles everywhere, and the token of a session with both factors. */
  signedIn(
    given?: readonly Role[],
    tenant?: string,
  ): Promise<{ readonly person: string; readonly email: string; readonly token: string }>
  /** An organisation from the fields of its file; paths in it are relative to `folder`. Returns its keys by system. */
  apply(fields: object): Promise<ReadonlyMap<string, string>>
  readonly folder: string
  close(): Promise<void>
}

export async function startHere(given: Partial<Settings> = {}): Promise<Here> {
  const db = await testDatabase()
  await seed(db)
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-here-'))
  const [keyFolder, exportFolder] = [join(folder, 'keys'), join(folder, 'ledger')]
  const settings = { ...readSettings({}), data: folder, port: 0, ...given }
  const database = openPool(db.urls, { maxConnections: settings.databaseConnections })
  const keys = openKeyRing(keyFolder)
  const log: string[] = []
  const application = await startApplication({
    installation: {
      settings,
      folder,
      keys,
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
    clock: systemClock,
    ids: randomIds,
    log: createLog('debug', { write: (line) => log.push(line) }),
    version: 'test',
  })
  let people = 0
  return {
    application,
    db,
    log,
    async invited() {
      const email = `persoon${++people}@kade.example`
      const at = { ...act, now: systemClock.now() }
      return database.inTx(scope(), async (tx) => {
        const person = await addPerson(tx, { name: `Persoon ${people}`, email }, at)
        await assignRole(tx, { person, role: 'agent', client: null, system: null }, at)
        return { email, link: (await createOneTimeLink(tx, person, at)).token }
      })
    },
    async signedIn(wanted = roles, tenant = 'kade') {
      const email = `persoon${++people}@kade.example`
      const at = { ...act, now: systemClock.now() }
      return database.inTx(scope(tenant), async (tx) => {
        const person = await addPerson(tx, { name: `Persoon ${people}`, email }, at)
        for (const role of wanted) await assignRole(tx, { person, role, client: null, system: null }, at)
        const limits = { absoluteMs: 12 * 3_600_000, idleMs: 3_600_000 }
        return { person, email, token: (await startSession(tx, person, limits, complete, at)).token }
      })
    },
    folder,
    async apply(fields) {
      const now = systemClock.now()
      const organisation = organisationOf(fields, now)
      const made = await applyTo(database, applyDeps(keys), organisation, { now, ids: randomIds })
      return new Map(made.keys.map(({ system, key }) => [system, key]))
    },
    async close() {
      await application.close({ drainMs: 100 })
      await database.close()
      await db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
