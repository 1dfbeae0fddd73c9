/**
 * One installation: its data folder, keys and database, put together in the same way for `start` and for every other
 * command. The order of choice of a database stands in docs/decisions/0003-one-engine.md.
 */
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { Database } from '../platform/database.ts'
import {
  appRole,
  ensureDatabase,
  ensureRoles,
  integratorRole,
  jobsRole,
  migrate,
  ownerRole,
} from '../platform/io/migrate.ts'
import { openPool } from '../platform/io/pool.ts'
import { isAlive, type PrivateServer, serverHome, startServer } from '../platform/io/server.ts'
import type { Log } from '../platform/log.ts'
import { SettingError, type Settings } from '../platform/settings.ts'
import { type KeyRing, openKeys, settleEpochs } from '../vault/index.ts'

export type Installation = {
  readonly settings: Settings
  readonly folder: string
  readonly keys: KeyRing
  readonly keyFolder: string
  readonly exportFolder: string
  readonly database: Database
  readonly ownerUrl: string
  readonly appUrl: string
  readonly jobsUrl: string
  /** undefined with an own DATABASE_URL. */
  readonly server: PrivateServer | undefined
  readonly migrated: readonly string[]
  close(options?: { stopServer?: 'always' | 'if-idle' | 'never' }): Promise<void>
}

export const databaseName = 'waarborg'

/** Where a restore under way says so: what stands in the folder is not whole yet. */
export const RESTORE_MARK = 'restore.incomplete'

export class RestoreIncomplete extends Error {
  override readonly name = 'RestoreIncomplete'
  readonly code = 'restore_incomplete'
}

/** Opens keys and database, and brings the database up to date. The private server is started when it does not run. */
export async function openInstallation(settings: Settings, options: OpenOptions = {}): Promise<Installation> {
  const places = placesOf(settings)
  if (existsSync(join(places.folder, RESTORE_MARK)))
    throw new RestoreIncomplete(`a restore into ${places.folder} was cut off; remove that folder and restore again`)
  mkdirSync(places.folder, { recursive: true, mode: 0o700 })
  const keys = await openKeys(places.keyFolder, settings)
  const { server, addresses } = await locateDatabase(settings, keys, options)
  return openOn(settings, keys, server, addresses)
}

type OpenOptions = { readonly log?: Log; readonly progress?: (line: string) => void }

export function placesOf(settings: Settings): { folder: string; keyFolder: string; exportFolder: string } {
  const folder = resolve(settings.data)
  return {
    folder,
    keyFolder: settings.keyFolder ? resolve(settings.keyFolder) : join(folder, 'keys'),
    exportFolder: settings.ledgerExportFolder ? resolve(settings.ledgerExportFolder) : join(folder, 'ledger'),
  }
}

/** The database server and the addresses of its roles; the database is made when the private server has none. */
export async function locateDatabase(
  settings: Settings,
  keys: KeyRing,
  options: OpenOptions = {},
): Promise<{ server: PrivateServer | undefined; addresses: Addresses }> {
  if (settings.databaseUrl)
    return { server: undefined, addresses: await ownDatabase(settings, settings.databaseUrl, keys) }
  const { folder } = placesOf(settings)
  writeFileSync(join(folder, 'server.home'), `${serverHome(folder)}\n`, { mode: 0o600 })
  const server = await startServer(folder, { log: options.progress ?? (() => {}) })
  await ensureDatabase(server.url('postgres', 'postgres'), databaseName)
  return {
    server,
    addresses: {
      owner: server.url(ownerRole, databaseName),
      app: server.url(appRole, databaseName),
      integrator: server.url(integratorRole, databaseName),
      jobs: server.url(jobsRole, databaseName),
    },
  }
}

/** Brings the database up to date and opens it. */
export async function openOn(
  settings: Settings,
  keys: KeyRing,
  server: PrivateServer | undefined,
  addresses: Addresses,
): Promise<Installation> {
  const migrated = await migrate(addresses.owner)
  const database = openPool(
    { app: addresses.app, integrator: addresses.integrator },
    { maxConnections: settings.databaseConnections },
  )
  await settleEpochs({ database, ring: keys }, new Date())
  return {
    settings,
    ...placesOf(settings),
    keys,
    database,
    ownerUrl: addresses.owner,
    appUrl: addresses.app,
    jobsUrl: addresses.jobs,
    server,
    migrated,
    async close({ stopServer = 'if-idle' } = {}) {
      await database.close()
      if (stopServer === 'always') await server?.stop()
      if (stopServer === 'if-idle') await server?.stop({ ifIdle: true })
    },
  }
}

export type Addresses = {
  readonly owner: string
  readonly app: string
  readonly integrator: string
  readonly jobs: string
}

/** Roles on a server of the user's own: made with passwords derived from the root key, or given by address. */
async function ownDatabase(settings: Settings, url: string, keys: KeyRing): Promise<Addresses> {
  const { databaseAppUrl, databaseIntegratorUrl, databaseJobsUrl } = settings
  if (databaseAppUrl && databaseIntegratorUrl && databaseJobsUrl)
    return { owner: url, app: databaseAppUrl, integrator: databaseIntegratorUrl, jobs: databaseJobsUrl }
  if (databaseAppUrl || databaseIntegratorUrl || databaseJobsUrl)
    throw new SettingError('WAARBORG_DATABASE_APP_URL', 'needs the addresses of the other two roles beside it')
  const password = (role: string) => keys.derived(`database/${role}`).toString('base64url')
  await ensureRoles(
    url,
    [appRole, integratorRole, jobsRole].map((name) => ({ name, password: password(name) })),
  )
  return {
    owner: url,
    app: asRole(url, appRole, password(appRole)),
    integrator: asRole(url, integratorRole, password(integratorRole)),
    jobs: asRole(url, jobsRole, password(jobsRole)),
  }
}

/** The same server and database under another role; an address with a socket folder has no host before the path. */
export function asRole(address: string, role: string, password: string): string {
  const [, scheme, rest] = /^(postgres(?:ql)?:\/\/)(?:[^@/]*@)?(.*)$/.exec(address) ?? []
  if (scheme === undefined || rest === undefined) throw new SettingError('DATABASE_URL', 'must begin with postgres://')
  return `${scheme}${role}:${password}@${rest}`
}

// -- one server process per data folder ---------------------------------------------------------------------------

export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning'
  readonly code = 'already_running'
  readonly pid: number
  constructor(pid: number, folder: string) {
    super(`process ${pid} already serves ${folder}`)
    this.pid = pid
  }
}

/** Takes the folder for this process; the lock of a process that is gone is taken over. */
export function lockFolder(folder: string): { release(): void } {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'waarborg.lock')
  const mine = JSON.stringify({ pid: process.pid, started: startTime(process.pid) })
  for (let attempt = 0; attempt < 20; attempt++) {
    const temporary = `${path}.${process.pid}`
    rmSync(temporary, { force: true })
    const file = openSync(temporary, 'wx', 0o600)
    writeSync(file, mine)
    closeSync(file)
    try {
      linkSync(temporary, path)
      return {
        release() {
          if (existsSync(path) && readFileSync(path, 'utf8') === mine) rmSync(path, { force: true })
        },
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(temporary, { force: true })
    }
    const holder = readLock(path)
    if (holder && isAlive(holder.pid) && startTime(holder.pid) === holder.started)
      throw new AlreadyRunning(holder.pid, folder)
    rmSync(path, { force: true })
  }
  throw new Error(`the lock ${path} cannot be taken`)
}

/** The process that serves this folder, or undefined. */
export function servingProcess(folder: string): number | undefined {
  const holder = readLock(join(folder, 'waarborg.lock'))
  return holder && isAlive(holder.pid) && startTime(holder.pid) === holder.started ? holder.pid : undefined
}

function readLock(path: string): { pid: number; started: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** Start time of a process, so that a reused number is not taken for the old process; '' where it cannot be read. */
function startTime(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

export function operatorName(): string {
  try {
    return `operator:${userInfo().username}`
  } catch {
    return `operator:${process.getuid?.() ?? 'unknown'}`
  }
}

/** Mode of a folder that must not be readable by others; undefined when it is fine. */
export function tooOpen(path: string): string | undefined {
  if (process.platform === 'win32' || !existsSync(path)) return undefined
  const mode = statSync(path).mode & 0o777
  return (mode & 0o077) === 0 ? undefined : mode.toString(8)
}
