#!/usr/bin/env node
// The `waarborg` program of the npm package. Waarborg needs Node 24; on an older one (>= 20) this brings Node 24 from
// npm into a cache folder once, and goes on under it. Writes on standard error only.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

const WANTED_NODE = 24
const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname
if (Number(process.versions.node.split('.')[0]) >= WANTED_NODE) {
  module.enableCompileCache(join(cacheFolder(), 'compiled'))
  const { run } = await import('./src/cli/main.js')
  await run()
} else {
  const child = spawn(bringNode(), [join(here, 'bin.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'waarborg')
}

function bringNode() {
  const windows = process.platform === 'win32'
  const name = `${{ linux: 'node-linux-', darwin: 'node-bin-darwin-', win32: 'node-win-' }[process.platform]}${process.arch}`
  const { optionalDependencies } = JSON.parse(readFileSync(join(here, 'node.json'), 'utf8'))
  const version = optionalDependencies[name]
  const folder = join(cacheFolder(), `node-${version}`)
  const binary = join(folder, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node')
  if (version && !existsSync(binary)) {
    console.error(`Waarborg: bringing Node ${version} from npm (once).`)
    mkdirSync(folder, { recursive: true })
    spawnSync(
      'npm',
      [
        'install',
        '--prefix',
        folder,
        '--no-save',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        `${name}@${version}`,
      ],
      { stdio: ['ignore', 2, 2], shell: windows },
    )
  }
  if (!existsSync(binary)) {
    console.error(`Node ${WANTED_NODE} or newer is needed; npm has none for ${process.platform}-${process.arch}.`)
    process.exit(1)
  }
  return binary
}
