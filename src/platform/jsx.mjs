// Node strips the types of .ts files but does not know .tsx. This hook, loaded with `node --import`, translates
// .tsx (screens only) with esbuild's transform, which needs no install script. What Node compiles and what is translated
// here is kept beside the packages, by contents, so that a later start does neither; without a place to keep it, it goes on.
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import module, { createRequire, registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const cache = join(import.meta.dirname, '../../node_modules/.cache/waarborg')
module.enableCompileCache(join(cache, 'compiled'))

const options = {
  loader: 'tsx',
  format: 'esm',
  target: 'node24',
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  sourcemap: 'inline',
}
const translator = `${require('esbuild/package.json').version} ${JSON.stringify(options)}`
let transformSync

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith('.tsx')) return nextLoad(url, context)
    const file = fileURLToPath(url)
    return { format: 'module', source: translated(file, readFileSync(file, 'utf8')), shortCircuit: true }
  },
})

function translated(file, text) {
  const key = createHash('sha256').update(`${translator}\0${file}\0${text}`).digest('hex')
  const kept = join(cache, 'translated', `${key}.js`)
  try {
    return readFileSync(kept, 'utf8')
  } catch {
    // not yet
  }
  transformSync ??= require('esbuild').transformSync
  const { code } = transformSync(text, { ...options, sourcefile: file })
  try {
    mkdirSync(join(cache, 'translated'), { recursive: true })
    const part = `${kept}.${randomBytes(4).toString('hex')}`
    writeFileSync(part, code)
    renameSync(part, kept)
  } catch {
    // a read-only installation
  }
  return code
}
