// Makes dist/ for the npm package: Node does not strip types under node_modules, so compiled JavaScript is shipped.
// Each source becomes one module; texts, migrations, the demonstration and the browser's assets are copied beside them.
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { transformSync } from 'esbuild'

const out = 'dist'
rmSync(out, { recursive: true, force: true })

const sources = globSync('{src,web,demo,sdk}/**/*.{ts,tsx}').filter(
  (file) => !/\.test\.tsx?$|\/testing\.ts$|^web\/(fixtures\/|preview)|node_modules|sdk\/dist/.test(file),
)
for (const file of sources) {
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    loader: file.endsWith('.tsx') ? 'tsx' : 'ts',
    format: 'esm',
    target: 'node24',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    sourcefile: file,
  })
  const target = join(out, file.replace(/\.tsx?$/, '.js'))
  mkdirSync(dirname(target), { recursive: true })
  // Relative imports of .ts and .tsx now end in .js; the texts keep their import attribute.
  writeFileSync(target, code.replaceAll(/(\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.{1,2}\/[^"']+)\.tsx?\2/g, '$1$2$3.js$2'))
}
const copied = [
  'src/**/*.{json,yaml}',
  'web/**/*.{json,css,svg,mjs}',
  'migrations/*.sql',
  'demo/**/*.{yaml,json,jsonl,md}',
  'src/platform/jsx.mjs',
]
for (const file of globSync(copied).filter((name) => !name.includes('node_modules'))) {
  mkdirSync(dirname(join(out, file)), { recursive: true })
  cpSync(file, join(out, file))
}
cpSync('scripts/launcher.mjs', join(out, 'bin.mjs'))
cpSync('tools/node/package.json', join(out, 'node.json'))
// The browser's files, built once here so that an installation needs no bundler for them.
const { writeAssets } = await import('../web/build.ts')
await writeAssets(join(out, 'web/assets'))
console.error(`dist: ${sources.length} modules`)
