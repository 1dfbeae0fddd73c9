// docs/security.md and its neighbours say what the code does: each list is compared with what it is a list of.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { shippedCode } from '../scripts/asvs.ts'
import { declaredRoutes } from '../scripts/reference.ts'
import { contextWords, PASSWORD_MAX_CHARACTERS, PASSWORD_MIN_CHARACTERS } from '../src/access/person.ts'
import { MAY_BE_OPEN } from '../src/access/session.ts'
import { THROTTLE_WINDOW_MS } from '../src/access/sign-in.ts'
import { RECENT_MS } from '../src/platform/http.ts'
import { settingRows } from '../src/platform/settings.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const page = read('docs/security.md')
const signIn = read('docs/howto/sign-in.md')
const code = shippedCode()

/** The part of a page under a heading, up to the next of the same or a higher level. */
function section(text: string, title: string): string {
  const lines = text.split('\n')
  const from = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === title)
  assert.ok(from >= 0, `no heading «${title}»`)
  const level = /^#+/.exec(lines[from]!)![0].length
  const length = lines.slice(from + 1).findIndex((line) => new RegExp(`^#{1,${level}} `).test(line))
  return lines.slice(from, length < 0 ? undefined : from + 1 + length).join('\n')
}
const rows = (text: string) =>
  text
    .split('\n')
    .filter((line) => /^\| (?!---)/.test(line))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, one]) => one!)
const sorted = (list: Iterable<string>) => [...new Set(list)].sort()
const settingOf = (name: string) => settingRows.find((row) => row.name === name)!.default

describe('docs/security.md', () => {
  test('gives every table of the schema one level', () => {
    const tables = new Set<string>()
    for (const file of globSync('migrations/*.sql', { cwd: root }).sort())
      for (const [, verb, name, , renamed] of read(file).matchAll(
        /^\s*(create table|drop table|alter table)(?: if (?:not )?exists)? ([a-z_]+)( rename to ([a-z_]+))?/gm,
      )) {
        if (verb === 'create table') tables.add(name!)
        if (verb === 'drop table') tables.delete(name!)
        if (verb === 'alter table' && renamed !== undefined) {
          tables.delete(name!)
          tables.add(renamed)
        }
      }
    const levels = section(page, 'How much protection data need').split('\n### ')[0]!
    const listed = [...levels.matchAll(/^- (said|hidden|inside|public): ((?:`[a-z_]+`(?:,\s+)?)+)/gm)]
    assert.deepEqual(
      listed.map(([, level]) => level),
      rows(levels).map(([level]) => level),
    )
    const named = listed.flatMap(([, , names]) => quoted(names!))
    assert.deepEqual(
      named.filter((name, at) => named.indexOf(name) !== at),
      [],
      'each once',
    )
    assert.deepEqual(sorted(named), sorted(tables))
  })

  test('lists every algorithm that is called, and the folders that call it', () => {
    const used = new Map<string, Set<string>>()
    const calls =
      /\b(createHash|createHmac|createCipheriv|createDecipheriv|hkdfSync|hash(?=\('sha)|hashArgon2|argon2|generateKeyPairSync|createSign|createECDH|createDiffieHellman|pbkdf2\w*|scrypt\w*)\(\s*(?:'([^']+)'|([^\s)]+))/g
    for (const [file, text] of code)
      for (const [, name, algorithm, other] of text.matchAll(calls)) {
        assert.equal(other, undefined, `${file}: ${name} with an algorithm that is not written there: ${other}`)
        const call = `${name!
          .replace('createDecipheriv', 'createCipheriv')
          .replace('hashArgon2', 'argon2')
          .replace(/^hash$/, 'createHash')}('${algorithm}')`
        used.set(call, (used.get(call) ?? new Set()).add(/^(?:src\/)?([^/]+)/.exec(file)![1]!))
      }
    const listed = rows(section(page, 'Cryptography')).map(([, call, folders]) => [
      quoted(call!)[0]!,
      sorted(quoted(folders!)),
    ])
    assert.deepEqual(
      new Map(listed as [string, string[]][]),
      new Map([...used].map(([call, folders]): [string, string[]] => [call, sorted(folders)])),
    )
  })

  test('SHA-1 stands in codes of authenticator apps and in looking up leaked passwords alone, and nothing weaker anywhere', () => {
    const found = [...code].flatMap(([file, text]) =>
      [...text.matchAll(/['"](sha-?1|md[245]|rc4|des(-\w+)?|[\w-]*-ecb|[\w-]*-cbc|rsa-sha1|sha1WithRSA\w*)['"]/gi)].map(
        ([, name]) => `${file}: ${name}`,
      ),
    )
    assert.deepEqual(found.sort(), ['src/access/io/leaked.ts: sha1', 'src/access/totp.ts: sha1'])
  })

  test('follows every key: each file of keys, each use that one is derived for', () => {
    const text = section(page, 'Keys, from beginning to end')
    const files = sorted(
      [...code]
        .filter(([file]) => /^src\/(vault|ledger)\//.test(file))
        .flatMap(([, one]) =>
          [...one.matchAll(/'((?:root|secret|epoch|ledger-signing)[\w.-]*\.(?:key|pem))'/g)].map(([, name]) => name!),
        ),
    )
    assert.ok(files.length >= 3, files.join())
    for (const name of files) assert.ok(text.includes(name), name)
    const uses = sorted(
      [...code].flatMap(([, one]) =>
        [...one.matchAll(/\bderive(?:d)?\((?:[^()]*(?:\([^()]*\))?[^()]*, )?'([a-z-]+)'\)/g)].map(([, use]) => use!),
      ),
    )
    assert.ok(uses.length >= 3, uses.join())
    const internal = ['epoch']
    for (const use of uses.filter((one) => !internal.includes(one))) assert.ok(text.includes(`\`${use}\``), use)
    for (const row of settingRows.filter(({ kind }) => kind === 'secret'))
      assert.ok(/^WAARBORG_ROOT_KEY/.test(row.env) || /DATABASE/.test(row.env) || text.includes(row.env), row.env)
  })

  test('names every other side that a setting points to', () => {
    const text = section(page, 'What it talks to')
    for (const { name } of settingRows.filter((row) => /(Url|Issuer)$/.test(row.name)))
      assert.ok(text.includes(`\`${name}\``), name)
  })

  test('lists the events of the system log, all and no others', () => {
    const part = '$' + '{part}'
    const written = [...code].flatMap(([, text]) =>
      [...text.matchAll(/\blog(?:\.(?:debug|info|warn|error)|\[[^\]]+\])\(\s*['`]([^'`]+)['`]/g)].flatMap(
        ([, event]) =>
          event!.includes(part) ? ['integrate', 'export'].map((name) => event!.replace(part, name)) : [event!],
      ),
    )
    const list = section(page, 'What is logged').split('\n- ').slice(1).join('\n')
    assert.deepEqual(sorted(quoted(list)), sorted(written))
  })

  test('names every number that can be set among its limits', () => {
    const text = section(page, 'Limits')
    for (const { name } of settingRows.filter(({ kind }) => kind === 'number'))
      assert.ok(text.includes(`\`${name}\``), name)
    assert.ok(text.includes(`${MAY_BE_OPEN} at once`))
  })
})

describe('docs/howto/sign-in.md', () => {
  test('has the words of the context that are refused, all and no others', () => {
    const words = signIn
      .split('\n')
      .filter((line) => line.startsWith('> '))
      .join(' ')
      .match(/[a-z]+/g)
    assert.deepEqual(words, [...contextWords])
  })

  test('gives the terms and limits of the code', () => {
    const lasts = section(signIn, 'How long a sign-in lasts')
    assert.ok(lasts.includes(`${settingOf('sessionHours')} hours at most`))
    assert.ok(lasts.includes(`${settingOf('sessionIdleMinutes')} minutes of silence`))
    assert.ok(lasts.includes(`less than ${RECENT_MS / 60_000} minutes ago`))
    assert.ok(lasts.includes(`${MAY_BE_OPEN} times at once`))
    const passwords = section(signIn, 'Passwords')
    assert.ok(
      passwords.includes(
        `At least ${PASSWORD_MIN_CHARACTERS} characters, at most ${PASSWORD_MAX_CHARACTERS.toLocaleString('en')}`,
      ),
    )
    assert.ok(
      passwords.includes(
        `${settingOf('signInPerEmail')} per e-mail address and ${settingOf('signInPerAddress')} per network address in ${THROTTLE_WINDOW_MS / 60_000} minutes`,
      ),
    )
  })

  test('knows every route that begins a session or goes on with one', () => {
    assert.deepEqual(
      declaredRoutes()
        .filter(({ session }) => session)
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
      [
        'POST /api/factor/enrol',
        'POST /api/me/password',
        'POST /api/passkeys',
        'POST /api/password',
        'POST /api/session',
        'POST /api/session/code',
        'POST /api/session/confirm',
        'POST /api/session/confirm/passkey',
        'POST /api/session/later',
        'POST /api/session/oidc',
        'POST /api/session/passkey',
      ],
      'a way in is a line in the table of docs/howto/sign-in.md',
    )
  })
})

describe('SECURITY.md', () => {
  test('what it says of how it comes is what the settings say', () => {
    assert.deepEqual(['host', 'secondFactor', 'modelOnFailure', 'publicUrl', 'trustedProxies'].map(settingOf), [
      '127.0.0.1',
      'required',
      'refuse',
      null,
      null,
    ])
  })

  test('has a term for every weight of a weakness, none beyond 90 days', () => {
    const terms = rows(section(read('SECURITY.md'), 'Components of others')).map(([, term]) =>
      Number(/(\d+) days/.exec(term!)?.[1]),
    )
    assert.ok(terms.length >= 4 && terms.every((days) => days <= 90))
    assert.deepEqual(
      terms,
      [...terms].sort((a, b) => a - b),
    )
  })

  test('every package that ships is listed with version and licence', () => {
    const listed = rows(read('docs/reference/components.md'))
    assert.ok(listed.length > 50)
    for (const [name, version, license] of listed) {
      assert.match(version!, /^\d+\.\d+\.\d+/, name)
      assert.match(license!, /^[\w .()+-]+$/, name)
    }
  })
})
