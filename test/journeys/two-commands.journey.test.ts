// As a stranger has it: a clone without packages, commands that set up by themselves, and the npm package in an empty folder.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { root } from './running.ts'

const folders: string[] = []
const temporary = (name: string) => {
  const folder = mkdtempSync(join(tmpdir(), `waarborg-${name}-`))
  folders.push(folder)
  return folder
}
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** The environment of a person at a terminal: without what npm and this test run add; certificates are the machine's. */
const plain = Object.fromEntries(
  Object.entries(process.env)
    .filter(([name]) => !/^(npm_|NODE_(?!EXTRA_CA_CERTS$)|INIT_CWD|WAARBORG_)/.test(name))
    .map(([name, value]) => [name, name === 'PATH' ? withoutOwnPrograms(value ?? '') : value]),
)
function withoutOwnPrograms(path: string): string {
  return path
    .split(':')
    .filter((part) => !part.includes('node_modules') && !part.includes('node-gyp'))
    .join(':')
}
const npm = (
  folder: string,
  args: readonly string[],
  options: { input?: string; uid?: number; env?: NodeJS.ProcessEnv } = {},
) =>
  spawnSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...plain, ...options.env },
    timeout: 300_000,
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  })

describe('a fresh clone', { timeout: 600_000 }, () => {
  test('pipes JSON Lines through a command without any set-up before it, and set-up keeps off both ends of the pipe', {
    skip: !existsSync(join(root, '.git')) && 'not a git checkout',
  }, () => {
    const folder = temporary('clone')
    assert.equal(spawnSync('git', ['clone', '-q', root, join(folder, 'waarborg')]).status, 0)
    const lines = [
      '{"id":"a","lang":"nl","channel":"chat","roles":["customer"],"text":"mijn iban is NL02TEST0123456789"}',
      '{"id":"b","lang":"en","channel":"chat","roles":["customer"],"text":"when do you open?"}',
    ]
    const run = npm(join(folder, 'waarborg'), ['run', '-s', 'waarborg', '--', 'redact', '--jsonl'], {
      input: `${lines.join('\n')}\n`,
    })
    assert.equal(run.status, 0, run.stderr)
    const replies = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; spans: [number, number, string][] })
    assert.deepEqual(
      replies.map(({ id }) => id),
      ['a', 'b'],
    )
    assert.ok(
      replies[0]!.spans.some(([, , label]) => label === 'IBAN'),
      run.stdout,
    )
    assert.deepEqual(replies[1]!.spans, [])
    assert.match(run.stderr, /installing packages/)
  })
})

describe('the npm package', { timeout: 600_000 }, () => {
  test('installs into an empty folder and runs there as an ordinary user', () => {
    const packed = temporary('pack')
    const pack = npm(root, ['pack', '--pack-destination', packed, '--loglevel=error'], {
      env: { PATH: `${join(root, 'node_modules/.bin')}:${plain.PATH}` },
    })
    assert.equal(pack.status, 0, pack.stderr)
    const tarball = join(packed, readdirSync(packed).find((name) => name.endsWith('.tgz'))!)
    const home = temporary('home')
    chmodSync(packed, 0o755)
    chmodSync(home, 0o777)
    // As root the package is tried by somebody who is not.
    const uid = process.getuid?.() === 0 ? 65_534 : undefined
    const env = {
      HOME: home,
      npm_config_cache: join(home, '.npm'),
      XDG_CACHE_HOME: join(home, '.cache'),
      WAARBORG_LANGUAGE: 'en',
    }
    const options = { env, ...(uid === undefined ? {} : { uid }) }
    const install = npm(
      home,
      ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', tarball],
      options,
    )
    assert.equal(install.status, 0, install.stderr)
    const doctor = npm(home, ['exec', '--no', '--', 'waarborg', 'doctor', '--json'], options)
    assert.equal(doctor.status, 0, doctor.stderr + doctor.stdout)
    assert.equal((JSON.parse(doctor.stdout) as { ok: boolean }).ok, true)
    const started = spawnSync(
      'timeout',
      ['-s', 'TERM', '120', 'npm', 'exec', '--no', '--', 'waarborg', 'start', '--port', '0', '--no-demo'],
      {
        cwd: home,
        encoding: 'utf8',
        env: { ...plain, ...env, WAARBORG_ONE_SHOT: undefined },
        ...(uid === undefined ? {} : { uid, gid: uid }),
        timeout: 25_000,
        killSignal: 'SIGTERM',
      },
    )
    assert.match(started.stdout, /Waarborg is running/, started.stderr)
  })
})
