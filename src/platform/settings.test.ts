import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { editDistance, readSettings, SettingError, settingRows } from './settings.ts'

describe('settings', () => {
  test('nothing given means the defaults of the table', () => {
    const settings = readSettings({})
    for (const row of settingRows) assert.deepEqual(settings[row.name], row.default, row.name)
  })

  test('environment goes before file, file before default', () => {
    assert.equal(readSettings({ WAARBORG_PORT: '9000' }, { port: 8000 }).port, 9000)
    assert.equal(readSettings({}, { port: 8000 }).port, 8000)
    assert.equal(readSettings({ WAARBORG_PORT: '' }, {}).port, 8720)
  })

  test('a secret may come from a file', () => {
    assert.equal(
      readSettings({ DATABASE_URL_FILE: '/run/secrets/db' }, {}, (path) => `postgres://${path}\n`).databaseUrl,
      'postgres:///run/secrets/db',
    )
  })

  const wrong: readonly [string, Record<string, string>, Record<string, unknown>, RegExp][] = [
    ['an unknown variable', { WAARBORG_PROT: '1' }, {}, /WAARBORG_PROT: is unknown; did you mean WAARBORG_PORT/],
    ['an unknown name in the file', {}, { prot: 1 }, /prot: is unknown; did you mean port/],
    ['a number that is none', { WAARBORG_PORT: 'abc' }, {}, /WAARBORG_PORT: is not a number/],
    ['a number below its minimum', { WAARBORG_PORT: '-1' }, {}, /must lie between 0 and 65535/],
    ['a number above its maximum', {}, { port: 65536 }, /port: must lie between 0 and 65535/],
    ['a choice that is none of the options', { WAARBORG_LANGUAGE: 'fr' }, {}, /must be one of: nl, en/],
    ['a list where a text belongs', {}, { host: ['a'] }, /host: must be a text/],
  ]
  for (const [what, env, file, message] of wrong)
    test(`${what} is refused by name`, () =>
      assert.throws(
        () => readSettings(env, file),
        (error) => error instanceof SettingError && message.test(error.message),
      ))

  test('the bounds themselves are allowed', () => {
    assert.equal(readSettings({ WAARBORG_PORT: '0' }).port, 0)
    assert.equal(readSettings({ WAARBORG_PORT: '65535' }).port, 65535)
  })

  test('every setting has a help sentence in both languages, and names and variables are unique', () => {
    for (const row of settingRows) assert.ok(row.help.nl.endsWith('.') && row.help.en.endsWith('.'), row.name)
    assert.equal(new Set(settingRows.map((row) => row.name)).size, settingRows.length)
    assert.equal(new Set(settingRows.map((row) => row.env)).size, settingRows.length)
  })

  test('edit distance', () => {
    for (const [a, b, distance] of [
      ['', '', 0],
      ['a', '', 1],
      ['port', 'prot', 2],
      ['kitten', 'sitting', 3],
    ] as const)
      assert.equal(editDistance(a, b), distance)
  })
})
