/**
 * Style sheets, scripts and icons as files: built at start by esbuild, or read from what the package brings along.
 * A built file carries its hash in its name and never changes under that name.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { AssetPaths } from './console/context.ts'

export type Asset = {
  readonly body: Uint8Array
  readonly gzip: Uint8Array
  readonly type: string
  readonly etag: string
  /** Whether the address changes with the contents, so that a browser need not ask again. */
  readonly immutable: boolean
}

/** By path from the root of the site. */
export type Assets = ReadonlyMap<string, Asset>

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

const styles = {
  console: ['tokens', 'base', 'console'],
  portal: ['tokens', 'base', 'portal'],
  cases: ['cases'],
  conversation: ['conversation'],
} as const
const islands = ['console', 'idle', 'portal', 'verify', 'drop', 'passkey'] as const
/** They keep their address: pages name them without knowing the version. */
const fixed = ['icons.svg', 'icon.svg'] as const

let built: Promise<Assets> | undefined

/** The files of this version. In a package they lie ready beside this file; in a checkout they are built once. */
export function buildAssets(): Promise<Assets> {
  const ready = join(import.meta.dirname, 'assets')
  built ??= existsSync(ready) ? readAssets(ready) : makeAssets()
  return built
}

async function makeAssets(): Promise<Assets> {
  const { build, transform } = await import('esbuild')
  const assets = new Map<string, Asset>()
  for (const [name, parts] of Object.entries(styles)) {
    const sources = await Promise.all(
      parts.map((part) => readFile(join(import.meta.dirname, 'ui', `${part}.css`), 'utf8')),
    )
    const { code } = await transform(sources.join('\n'), { loader: 'css', minify: true })
    add(assets, `${name}.${hashOf(Buffer.from(code))}.css`, Buffer.from(code))
  }
  const { outputFiles } = await build({
    entryPoints: islands.map((name) => join(import.meta.dirname, 'islands', `${name}.ts`)),
    outdir: '/',
    entryNames: '[name].[hash]',
    chunkNames: 'shared.[hash]',
    write: false,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
  })
  for (const { path, contents } of outputFiles) add(assets, path.split(/[\\/]/).at(-1)!, contents)
  for (const name of fixed) add(assets, name, await readFile(join(import.meta.dirname, 'ui', name)))
  return assets
}

const hashOf = (body: Uint8Array) => createHash('sha256').update(body).digest('hex').slice(0, 12)

function add(assets: Map<string, Asset>, name: string, body: Uint8Array): void {
  const immutable = !(fixed as readonly string[]).includes(name)
  const type = types[name.split('.').at(-1)!]!
  assets.set(`/assets/${name}`, {
    body,
    gzip: gzipSync(body, { level: 9 }),
    type,
    etag: `"${hashOf(body)}"`,
    immutable,
  })
}

/** Writes the files into a folder (`assets` beside the compiled build.js), for a package. */
export async function writeAssets(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [path, { body }] of await makeAssets()) await writeFile(join(folder, path.split('/').at(-1)!), body)
}

async function readAssets(folder: string): Promise<Assets> {
  const assets = new Map<string, Asset>()
  for (const file of (await readdir(folder)).sort())
    if (file.split('.').at(-1)! in types) add(assets, file, await readFile(join(folder, file)))
  return assets
}

/** Where the files of this version are, for the views. */
export function assetPaths(assets: Assets): AssetPaths {
  const find = (name: string, extension: string) => {
    const path = [...assets.keys()].find((one) => one.startsWith(`/assets/${name}.`) && one.endsWith(`.${extension}`))
    if (path === undefined) throw new Error(`the built files lack ${name}.${extension}`)
    return path
  }
  return {
    consoleCss: find('console', 'css'),
    portalCss: find('portal', 'css'),
    casesCss: find('cases', 'css'),
    conversationCss: find('conversation', 'css'),
    consoleJs: find('console', 'js'),
    portalJs: find('portal', 'js'),
    passkeyJs: find('passkey', 'js'),
    verifyJs: [find('shared', 'js'), find('verify', 'js')],
    dropJs: [find('shared', 'js'), find('drop', 'js')],
  }
}
