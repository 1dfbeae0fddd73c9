import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, describe, test } from 'node:test'
import { sharedData, without } from '../platform/shared-data.ts'
import { main } from './main.ts'

const form = `
urn: urn:waarborg:proef
version: "1.0"
name: { nl: Proef, en: Trial }
description: { nl: Een proef, en: A trial }
tasks:
  - id: "0"
    task: { nl: Eerst, en: First }
    type: [task_group]
    repeatable: false
    tasks:
      - id: "0.1"
        task: { nl: Raakt het mensen?, en: Does it touch people? }
        type: [radio_option]
        repeatable: false
        valueType: boolean
        required_status: true
        options: [{ value: true, label: { nl: Ja, en: Yes } }, { value: false, label: { nl: Nee, en: No } }]
      - id: "0.2"
        task: { nl: Wie?, en: Who? }
        type: [open_text]
        repeatable: false
        dependencies:
          - { type: conditional, condition: { id: "0.1", operator: equals, value: true }, action: show }
`

describe('cli: form', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-form-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const file = (name: string, content: string) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  async function run(language: 'nl' | 'en', ...argv: string[]) {
    let out = ''
    let error = ''
    const exit = await main(['form', ...argv], {
      stdin: Readable.from([]),
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (error += text) },
      env: {},
      language,
    })
    return { exit, out, error }
  }
  const answers = (value: string, more: object = {}) =>
    JSON.stringify({
      metadata: { urn: 'urn:waarborg:proef:1.0', createdAt: '2026-11-27T12:00:00Z' },
      answers: { '0.1': { value, lastEditedAt: '2026-11-27T12:00:00Z' }, ...more },
    })

  test('says what a form holds, in both languages', async () => {
    const path = file('proef.yaml', form)
    const nl = await run('nl', path)
    assert.deepEqual([nl.exit, nl.error], [0, ''])
    assert.match(
      nl.out,
      /^Proef \(urn:waarborg:proef:1\.0\): 2 vragen in 1 onderdelen, waarvan 1 verplicht\. 2 keuzes,/,
    )
    assert.match((await run('en', path)).out, /^Trial .*2 questions in 1 parts/)
  })

  test('says how far the answers are: what is hidden is not asked', async () => {
    const path = file('proef.yaml', form)
    const yes = await run('nl', path, file('ja.json', answers('true')), '--json')
    const { progress } = JSON.parse(yes.out) as { progress: { shown: number; answered: number; open: unknown[] } }
    assert.deepEqual([progress.shown, progress.answered, progress.open.length], [2, 1, 0])
    const no = JSON.parse((await run('nl', path, file('nee.json', answers('false')), '--json')).out) as typeof yes & {
      progress: typeof progress
    }
    assert.deepEqual([no.progress.shown, no.progress.answered], [1, 1])
    assert.match(
      (await run('nl', path, file('ja.json', answers('true')))).out,
      /Ingevuld: 1 van 2 vragen\. Verplicht en nog open: 0\./,
    )
  })

  test('names the place of what is wrong, and says nothing else', async () => {
    const wrong = file('fout.yaml', form.replace('open_text', 'open_tekst'))
    const { exit, out, error } = await run('nl', wrong)
    assert.deepEqual([exit, out], [2, ''])
    assert.match(error, /fout\.yaml, regel 21, /)
    assert.match((await run('nl', file('proef.yaml', form), file('x.json', '{'))).error, /geen goede JSON/)
    const strange = await run(
      'nl',
      file('proef.yaml', form),
      file('y.json', answers('true', { '9.9': { value: 'x', lastEditedAt: '2026-11-27T12:00:00Z' } })),
    )
    assert.deepEqual([strange.exit, strange.out], [2, ''])
    assert.match(strange.error, /9\.9/)
    assert.match((await run('nl', join(folder, 'is-er-niet.yaml'))).error, /ENOENT/)
    assert.equal((await run('nl')).exit, 2)
  })

  const government = sharedData('governance', 'nl-rijk-assessments')
  for (const [name, questions] of [
    ['prescan', 39],
    ['dpia', 152],
    ['iama', 87],
  ] as const)
    test(`the government's ${name} is read unchanged, with all its questions`, {
      skip: without(government),
    }, async () => {
      const { exit, out } = await run('nl', join(government!, `${name}.yaml`), '--json')
      assert.equal(exit, 0)
      assert.equal((JSON.parse(out) as { count: { questions: number } }).count.questions, questions)
    })
})
