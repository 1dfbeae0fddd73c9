// Installs what `npm start` ("runtime") or `npm test` ("all") needs. Runs on any Node >= 18 with npm >= 10;
// idempotent, about 0.2 s when there is nothing to do. It writes on standard error only and never reads
// standard input, so that JSON Lines can be piped through the commands that follow it.
//
// Why not a plain `npm ci`, and why Node is brought in a nested folder: docs/decisions/0001-runtime.md.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'

const WANTED_NODE = 24
const level = process.argv[2] === 'runtime' ? 'runtime' : 'all'
const stamp = 'node_modules/.waarborg-setup'

const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
const done = existsSync(stamp) ? readFileSync(stamp, 'utf8') : ''
const complete = done === `all ${lock}` || done === `${level} ${lock}`
if (!complete) {
  console.error(`Waarborg: installing packages (${level}); this happens once and takes about half a minute.`)
  npmInstall(...(level === 'runtime' ? ['--omit=dev'] : ['--include=dev']))
  mkdirSync('node_modules', { recursive: true })
  writeFileSync(stamp, `${level} ${lock}`)
}
if (nodeOnPath() < WANTED_NODE) bringNode()
if (!complete) compileOnce()

function npmInstall(...more) {
  const fixed = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  // npm gives its own program's path to the scripts it runs; a direct `node scripts/setup.mjs` finds npm on PATH.
  const cli = process.env.npm_execpath
  const [program, first] = cli ? [process.execPath, [cli]] : ['npm', []]
  const run = spawnSync(program, [...first, ...fixed, ...more], { stdio: ['ignore', 2, 2] })
  if (run.status !== 0) process.exit(run.status ?? 1)
}

function nodeOnPath() {
  const run = spawnSync('node', ['-p', 'process.versions.node'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 2] })
  return Number(run.stdout?.split('.')[0] ?? 0)
}

function bringNode() {
  const windows = process.platform === 'win32'
  const family = { linux: 'node-linux-', darwin: 'node-bin-darwin-', win32: 'node-win-' }[process.platform]
  const binary = `tools/node/node_modules/${family}${process.arch}/bin/node${windows ? '.exe' : ''}`
  if (!existsSync(binary)) npmInstall('--prefix', 'tools/node')
  if (!existsSync(binary)) {
    console.error(`Node ${WANTED_NODE} or newer is needed; npm has none for ${process.platform}-${process.arch}.`)
    process.exit(1)
  }
  const link = `node_modules/.bin/node${windows ? '.exe' : ''}`
  mkdirSync('node_modules/.bin', { recursive: true })
  rmSync(link, { force: true })
  if (windows) cpSync(binary, link)
  else symlinkSync(`../../${binary}`, link)
}

/** What is compiled is kept (src/platform/jsx.mjs), so that the first start need not do it. Without it, it does. */
function compileOnce() {
  const program = existsSync('node_modules/.bin/node') ? 'node_modules/.bin/node' : 'node'
  const load = "await import('./src/main.ts'); process.exit(0)"
  spawnSync(program, ['--import', './src/platform/jsx.mjs', '--input-type=module', '-e', load], { stdio: 'ignore' })
}
