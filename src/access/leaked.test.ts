import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { ApiError } from '../platform/http.ts'
import { openLeaked } from './io/leaked.ts'

describe('passwords that leaked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-leaked-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const hashOf = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase()
  const write = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  const passwords = Array.from({ length: 500 }, (_, i) => `een lang wachtwoord ${i}`)
  const lines = passwords.map(hashOf).sort()

  for (const [what, text] of [
    ['with counts', lines.map((line, i) => `${line}:${10 ** (i % 8)}\n`).join('')],
    ['with Windows line ends', lines.map((line, i) => `${line}:${i}\r\n`).join('')],
    ['without counts, and without a line end at the end', lines.join('\n')],
    ['of one line', `${lines[0]}\n`],
  ] as const)
    test(`are found in a file ${what}, each of them, and nothing that is not there`, async () => {
      const list = openLeaked(write('list.txt', text))
      const there = new Set(text.match(/[0-9A-F]{40}/g))
      for (const password of passwords) assert.equal(await list.has(password), there.has(hashOf(password)), password)
      for (let i = 0; i < 200; i++) assert.equal(await list.has(`niet uitgelekt ${i}`), false)
    })

  test('the same words from another keyboard are found too', async () => {
    const list = openLeaked(write('nfc.txt', `${hashOf('caf\u00e9 aan de haven')}:3\n`))
    assert.equal(await list.has('cafe\u0301 aan de haven'), true)
  })

  test('a file that is none is refused at the start, one that goes away says so', async () => {
    for (const text of ['', 'wachtwoord\n', `${lines[0]!.toLowerCase()}:1\n`])
      assert.throws(() => openLeaked(write('none.txt', text)), /WAARBORG_LEAKED_PASSWORDS/)
    assert.throws(() => openLeaked(join(folder, 'absent')), /WAARBORG_LEAKED_PASSWORDS/)
    const path = write('gone.txt', lines.join('\n'))
    const list = openLeaked(path)
    rmSync(path)
    await assert.rejects(
      list.has('x'),
      (error: unknown) => error instanceof ApiError && error.code === 'password_list_unavailable',
    )
  })
})
