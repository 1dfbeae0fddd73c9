/** Every code of a contract that a screen can meet has words of its own in both languages. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { qualificationKinds } from '../src/access/contract.ts'
import { handOffReasons, refusalCodes } from '../src/gateway/contract.ts'
import { actorKinds } from '../src/ledger/contract.ts'
import { problemCodes } from '../src/ledger/problem.ts'
import { roles } from '../src/platform/http.ts'
import { type Language, languages } from '../src/platform/text.ts'
import { labels } from '../src/privacy/rules.ts'
import {
  channels,
  conversationSummary,
  decisionClasses,
  lawfulBases,
  stopReasons,
  systemView,
  turnRoles,
} from '../src/records/contract.ts'
import { areas, consoleWords } from './console/context.ts'
import { portalWords } from './portal/context.ts'
import { createWords } from './ui/words.ts'

const enumOf = (schema: { options: readonly string[] }) => schema.options

const consoleTerms: Readonly<Record<string, readonly string[]>> = {
  code: refusalCodes,
  codeWhy: refusalCodes,
  handOffReason: handOffReasons,
  handOffState: enumOf(conversationSummary.shape.handOff),
  role: roles,
  qualification: qualificationKinds,
  actor: actorKinds,
  problem: problemCodes,
  label: labels,
  channel: channels,
  channelTitle: channels,
  decisionClass: decisionClasses,
  basis: lawfulBases,
  stopReason: stopReasons,
  kind: ['chatbot', 'voicebot', 'email', 'agent_assist', 'scorer', 'other'],
  disclosurePolicy: ['inject', 'require', 'none_needed'],
  by: ['customer', 'representative', 'staff', 'system', 'operator'],
}
const portalTerms: Readonly<Record<string, readonly string[]>> = {
  channelTitle: channels,
  role: roles,
  turn: turnRoles,
  by: ['customer', 'representative', 'staff', 'system', 'operator'],
}

describe('a code of a contract has words', () => {
  const missing = (
    terms: Readonly<Record<string, readonly string[]>>,
    words: (language: Language) => { knows(key: string): boolean },
  ) =>
    languages.flatMap((language) =>
      Object.entries(terms).flatMap(([prefix, codes]) =>
        codes
          .filter((code) => !words(language).knows(`${prefix}.${code}`))
          .map((code) => `${language} ${prefix}.${code}`),
      ),
    )

  test('in the console', () => {
    assert.ok(enumOf(systemView.shape.mode).length > 0)
    assert.deepEqual(missing(consoleTerms, consoleWords), [])
  })

  test('in the portal', () => {
    assert.deepEqual(missing(portalTerms, portalWords), [])
  })

  test('also every kind of entry that some part of the product appends', () => {
    const root = join(import.meta.dirname, '..')
    const types = new Set<string>()
    for (const file of globSync('src/**/{store,routes,index}.ts', { cwd: root }).concat(
      globSync('src/**/io/*.ts', { cwd: root }),
    ))
      if (!/\.test\.ts$|testing/.test(file))
        for (const [, type] of readFileSync(join(root, file), 'utf8').matchAll(/\btype: '([a-z-]+\.[a-z_-]+)'/g))
          types.add(type!)
    assert.ok(types.size > 20, 'entries are found in the sources')
    assert.deepEqual(
      [...types].filter((type) => languages.some((language) => !consoleWords(language).knows(`event.${type}`))).sort(),
      [],
    )
  })
})

test('every area of the menu has a name, and no two share a letter', () => {
  for (const language of languages)
    for (const { key } of areas) assert.ok(consoleWords(language).say(key).length > 2, `${language} ${key}`)
  assert.equal(new Set(areas.map(({ letter }) => letter)).size, areas.length)
})

describe('words', () => {
  const words = createWords(
    { plain: 'Zo {x}.', 'rows.one': '{count} rij', 'rows.other': '{count} rijen', 'code.a': 'aa' },
    { plain: 'So {x}.', 'rows.one': '{count} row', 'rows.other': '{count} rows', 'code.a': 'AA' },
  )

  test('one and many are said differently, with the number as the language writes it', () => {
    assert.equal(words('nl').count('rows', 1), '1 rij')
    assert.equal(words('nl').count('rows', 1200), '1.200 rijen')
    assert.equal(words('en').count('rows', 1200), '1,200 rows')
    assert.equal(words('nl').count('rows', 0), '0 rijen')
  })

  test('a code without words is shown as itself, not as an empty place', () => {
    assert.equal(words('nl').term('code', 'a'), 'aa')
    assert.equal(words('nl').term('code', 'unheard_of'), 'unheard_of')
  })

  test('half a sentence is not said', () => {
    assert.throws(() => words('nl').say('plain'))
    assert.throws(() => words('nl').rich('plain', {}))
    assert.deepEqual(words('nl').rich('plain', { x: 'Y' }), ['Zo ', 'Y', '.'])
  })
})
