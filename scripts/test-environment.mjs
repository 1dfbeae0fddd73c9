// Finds what the tests run against besides the embedded server: a second, older PostgreSQL and a browser.
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let started

/**
 * A second server: WAARBORG_TEST_DB, else a throw-away cluster of installed programs, else (when it is required and we are
 * root) Debian's postgresql by apt. Returns { url, label } or { reason }.
 */
export function secondServer({ required }) {
  if (process.env.WAARBORG_TEST_DB)
    return { url: process.env.WAARBORG_TEST_DB, label: 'the server of WAARBORG_TEST_DB' }
  let bin = installed()
  if (!bin && required && process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    console.error('Waarborg: installing postgresql for the second run of the store tests.')
    const apt = (...args) =>
      spawnSync('apt-get', args, {
        stdio: ['ignore', 2, 2],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      })
    apt('update', '-q')
    apt('install', '-y', '-q', '--no-install-recommends', 'postgresql')
    bin = installed()
  }
  if (!bin) return { reason: 'no second PostgreSQL is installed and WAARBORG_TEST_DB is not set' }
  return startCluster(bin)
}

/** Programs of an installed server, the oldest that is at least 15: that is the oldest we support. */
function installed() {
  const version = (bin) => Number(/\/postgresql\/(\d+)\/bin/.exec(bin)?.[1] ?? 0)
  return globSync('/usr/lib/postgresql/*/bin')
    .filter((bin) => version(bin) >= 15 && existsSync(join(bin, 'initdb')))
    .sort((a, b) => version(a) - version(b))[0]
}

function startCluster(bin) {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-second-'))
  const account = unprivileged()
  if (account) chownSync(folder, account.uid, account.gid)
  const data = join(folder, 'data')
  const as = account ?? {}
  const initdb = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { encoding: 'utf8', cwd: folder, ...as },
  )
  if (initdb.status !== 0) return { reason: `initdb of ${bin} failed: ${initdb.stderr?.trim().split('\n').at(-1)}` }
  const server = spawn(
    join(bin, 'postgres'),
    [
      '-D',
      data,
      '-c',
      'listen_addresses=',
      '-c',
      `unix_socket_directories=${folder}`,
      '-c',
      'max_connections=200',
      '-c',
      'autovacuum=off',
      '-c',
      'fsync=off',
      '-c',
      'full_page_writes=off',
    ],
    { cwd: folder, stdio: 'ignore', ...as },
  )
  started = { server, folder }
  process.on('exit', stopSecondServer)
  for (let i = 0; i < 200; i++) {
    if (
      existsSync(join(folder, '.s.PGSQL.5432')) &&
      readFileSync(join(data, 'postmaster.pid'), 'utf8').includes('ready')
    ) {
      const version = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).stdout.trim()
      return { url: `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}`, label: version }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
  }
  return { reason: `the server of ${bin} did not come up` }
}

export function stopSecondServer() {
  if (!started) return
  const { server, folder } = started
  started = undefined
  server.kill('SIGQUIT')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

function unprivileged() {
  if (process.getuid?.() !== 0) return undefined
  const passwd = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found = ['postgres', 'waarborg', 'nobody'].map((name) => passwd.find(([user]) => user === name)).find(Boolean)
  return found ? { uid: Number(found[2]), gid: Number(found[3]) } : undefined
}

/** The browser that the screen tests will use, as test/browser.ts finds it. */
export async function browserFound() {
  if (!existsSync('test/browser.ts')) return { reason: 'no screen tests' }
  const child = spawnSync(
    'node',
    [
      '--import',
      './src/platform/jsx.mjs',
      '--input-type=module',
      '-e',
      `const { findBrowser } = await import(${JSON.stringify(new URL('../test/browser.ts', import.meta.url).href)}); const found = await findBrowser(); process.stdout.write(JSON.stringify(found ?? null))`,
    ],
    { encoding: 'utf8' },
  )
  try {
    const found = JSON.parse(child.stdout)
    return found
      ? { path: found.path ?? 'found' }
      : { reason: 'no Chromium found (CHROME_PATH, /usr/bin/chromium, google-chrome, @sparticuz/chromium)' }
  } catch {
    return { reason: `looking for a browser failed: ${child.stderr.trim().split('\n').at(-1)}` }
  }
}
