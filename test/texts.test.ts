// Every sentence a person reads exists in Dutch and English, with the same keys and variables, within the limits that a
// test can check.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'

const root = join(import.meta.dirname, '..')
const folders = globSync('{src,web}/**/text.nl.json', { cwd: root }).map(dirname).sort()
const read = (folder: string, language: 'nl' | 'en') =>
  JSON.parse(readFileSync(join(root, folder, `text.${language}.json`), 'utf8')) as Record<string, string>
const variables = (sentence: string) =>
  [...new Set([...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))].sort()

/** Words that customers never read, with what to write instead; the check is on whole words. */
const neverForCustomers = {
  nl: /\b(aangaande|betreffende|inzake|alsmede|algoritme|conform|derhalve|desbetreffende|middels|mits|teneinde|tevens|thans|retentie|rectificatie|krachtens|jegens)\b/i,
  en: /\b(pursuant|utilise|facilitate|notwithstanding|herein|hereby|thereof|aforementioned|adjudicate|rectification|ascertain|endeavour|grievance)\b/i,
}
const neverSay =
  /computer zegt nee|computer says no|nemen uw privacy serieus|take your privacy seriously|begrijp hoe u zich voelt|understand how you feel|100% veilig|100% secure|volledig anoniem|fully anonymous|bewezen eerlijk|proven fair|u moet begrijpen|please understand/i

describe('texts', () => {
  test('there are texts to check', () => assert.ok(folders.length >= 5, folders.join(', ')))

  for (const folder of folders) {
    describe(folder, () => {
      const nl = read(folder, 'nl')
      const en = read(folder, 'en')

      test('both languages have the same keys', () => assert.deepEqual(Object.keys(en).sort(), Object.keys(nl).sort()))

      test('both languages use the same variables', () => {
        const wrong = Object.keys(nl).filter(
          (key) => JSON.stringify(variables(nl[key]!)) !== JSON.stringify(variables(en[key] ?? '')),
        )
        assert.deepEqual(wrong, [])
      })

      test('no sentence is empty, shouts, or is addressed as je', () => {
        const wrong: string[] = []
        for (const [key, sentence] of [...Object.entries(nl), ...Object.entries(en)])
          if (sentence.trim() === '' || sentence.includes('!')) wrong.push(`${key}: ${sentence}`)
        for (const [key, sentence] of Object.entries(nl))
          if (/\b(je|jij|jou|jouw|jullie|hij\/zij)\b/i.test(sentence)) wrong.push(`${key}: ${sentence}`)
        for (const [key, sentence] of Object.entries(en))
          if (/\b(he\/she|his\/her)\b/i.test(sentence)) wrong.push(`${key}: ${sentence}`)
        assert.deepEqual(wrong, [])
      })

      test('nothing of the never list is said', () => {
        const wrong = [...Object.entries(nl), ...Object.entries(en)]
          .filter(([, sentence]) => neverSay.test(sentence))
          .map(([key]) => key)
        assert.deepEqual(wrong, [])
      })

      test('a sentence has at most 20 words', () => {
        const wrong: string[] = []
        for (const [language, texts] of [
          ['nl', nl],
          ['en', en],
        ] as const) {
          for (const [key, text] of Object.entries(texts)) {
            for (const sentence of text.split(/(?<=[.?:])\s+/)) {
              const words = sentence.split(/\s+/).filter((word) => /[\p{L}\d{]/u.test(word)).length
              if (words > 20) wrong.push(`${language} ${key} (${words}): ${sentence}`)
            }
          }
        }
        assert.deepEqual(wrong, [])
      })
    })
  }

  // A file that imports the texts of several folders spreads them into one set, where the last of two equal keys wins.
  const merged = globSync('{src,web}/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .map((file) => {
      const imports = readFileSync(join(root, file), 'utf8').matchAll(/ from '([^']+)\/text\.nl\.json'/g)
      return { file, sources: [...imports].map(([, folder]) => join(dirname(file), folder!)) }
    })
    .filter(({ sources }) => sources.length > 1)

  test('the sets that are merged are found', () => {
    for (const file of ['src/cli/application/error-text.ts', 'web/console/context.ts', 'web/portal/context.ts'])
      assert.ok(
        merged.some((one) => one.file === file),
        file,
      )
  })

  for (const { file, sources } of merged)
    test(`${file}: no key says one thing in one folder and another in the next`, () => {
      const wrong: string[] = []
      for (const language of ['nl', 'en'] as const) {
        const first = new Map<string, { readonly folder: string; readonly text: string }>()
        for (const folder of sources)
          for (const [key, text] of Object.entries(read(folder, language))) {
            const before = first.get(key)
            if (before === undefined) first.set(key, { folder, text })
            else if (before.text !== text) wrong.push(`${language} ${key}: ${before.folder} and ${folder}`)
          }
      }
      assert.deepEqual(wrong, [])
    })

  test('customers read no word of the list', () => {
    const wrong: string[] = []
    for (const folder of [
      'web/portal',
      'src/transparency',
      'src/transparency/explain',
      'src/transparency/notices',
      'src/gateway',
    ]) {
      if (!folders.includes(folder)) continue
      for (const language of ['nl', 'en'] as const) {
        for (const [key, text] of Object.entries(read(folder, language))) {
          if (key.includes('.operator') || key.startsWith('error.')) continue
          if (neverForCustomers[language].test(text)) wrong.push(`${folder} ${language} ${key}: ${text}`)
        }
      }
    }
    assert.deepEqual(wrong, [])
  })
})
