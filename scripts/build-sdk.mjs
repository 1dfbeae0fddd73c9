// Makes sdk/dist/ for `npm pack` in sdk/: plain JavaScript for Node 20 and browsers, with the ledger's verifier bundled in,
// and the types beside it. Nothing of it leads out of the package.
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { buildSync } from 'esbuild'

const root = resolve(import.meta.dirname, '..')
const sdk = join(root, 'sdk')
const out = join(sdk, 'dist')
rmSync(out, { recursive: true, force: true })

buildSync({
  entryPoints: [join(sdk, 'index.ts'), join(sdk, 'receipt.ts')],
  outdir: out,
  bundle: true,
  splitting: true,
  chunkNames: 'shared-[hash]',
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  logLevel: 'error',
})

const types = mkdtempSync(join(tmpdir(), 'waarborg-sdk-'))
try {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const run = spawnSync(process.execPath, [tsc, '-p', join(sdk, 'tsconfig.json'), '--outDir', types], {
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(`types of the SDK: ${run.stdout}${run.stderr}`)
  for (const file of globSync(join(types, 'sdk/*.d.ts'))) {
    const text = readFileSync(file, 'utf8').replaceAll(/(from ')(\.\/[^']+)\.ts'/g, "$1$2.js'")
    if (/['"]\.\.\//.test(text)) throw new Error(`${basename(file)} leads out of the package`)
    writeFileSync(join(out, basename(file)), text)
  }
} finally {
  rmSync(types, { recursive: true, force: true })
}
cpSync(join(root, 'LICENSE'), join(sdk, 'LICENSE'))
