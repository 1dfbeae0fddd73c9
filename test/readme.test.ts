// The README keeps its word: its links lead somewhere, its commands exist, its example is a file that applies.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { commandNames } from '../src/cli/commands.ts'
import { main } from '../src/cli/main.ts'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
  .scripts

describe('README', () => {
  test('every command in it exists', () => {
    for (const [, name] of readme.matchAll(/npm run -s waarborg -- ([a-z]+)/g))
      assert.ok(commandNames.includes(name!), name)
    for (const [, name] of readme.matchAll(/^npm (?:run )?(start|test|[a-z]+)$/gm)) assert.ok(name! in scripts, name)
  })
  test('`--help` names every command and ends with 0', async () => {
    let out = ''
    const code = await main(['--help'], {
      stdin: process.stdin,
      stdout: { write: (text) => (out += text) },
      stderr: { write: () => {} },
      env: {},
      language: 'en',
    })
    assert.equal(code, 0)
    for (const name of commandNames) assert.match(out, new RegExp(`^  ${name} `, 'm'))
  })
  test('every command explains itself in both languages', async () => {
    for (const name of commandNames)
      for (const language of ['nl', 'en'] as const) {
        let out = ''
        assert.equal(
          await main([name, '--help'], {
            stdin: process.stdin,
            stdout: { write: (text) => (out += text) },
            stderr: { write: () => {} },
            env: {},
            language,
          }),
          0,
        )
        assert.match(out, new RegExp(`^waarborg ${name}`))
      }
  })
  test('an unknown command or option is refused with 2 and a sentence', async () => {
    for (const argv of [['strat'], ['verify', '--jsno']]) {
      let err = ''
      assert.equal(
        await main(argv, {
          stdin: process.stdin,
          stdout: { write: () => {} },
          stderr: { write: (text) => (err += text) },
          env: {},
          language: 'nl',
        }),
        2,
      )
      assert.notEqual(err.trim(), '')
    }
  })
})

test('relative links in the documents lead to files that exist', () => {
  const broken: string[] = []
  for (const file of globSync('{*.md,docs/**/*.md,src/**/README.md,{demo,sdk}/README.md,web/**/README.md}', {
    cwd: root,
  })) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const [, target] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g))
      if (!existsSync(join(root, dirname(file), target!))) broken.push(`${file}: ${target}`)
  }
  assert.deepEqual(broken, [])
})

test('every variable that steers the product is in the settings reference', () => {
  const reference = readFileSync(join(root, 'docs/reference/settings.md'), 'utf8')
  const used = new Set<string>()
  for (const file of globSync('{src,web}/**/*.{ts,tsx}', { cwd: root }).filter(
    (name) => !/\.test\.|testing\.ts/.test(name),
  ))
    for (const [name] of readFileSync(join(root, file), 'utf8').matchAll(/\bWAARBORG_[A-Z_]+\b/g)) used.add(name)
  const others = new Set(['WAARBORG_TEST_DB', 'WAARBORG_REQUIRE', 'WAARBORG_SHARED_DATA', 'WAARBORG_'])
  assert.deepEqual(
    [...used].filter((name) => !others.has(name) && !reference.includes(name.replace(/_FILE$/, ''))),
    [],
  )
})
