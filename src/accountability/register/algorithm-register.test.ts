import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { sharedData, without } from '../../platform/shared-data.ts'
import {
  algorithmEntry,
  algorithmFieldNames,
  algorithmFields,
  entryProblems,
  type Publication,
} from './algorithm-register.ts'
import type { Outcome } from './classification/classify.ts'
import type { SystemLife } from './lifecycle.ts'
import type { PortableSupplier, PortableSystem } from './portable.ts'
import { isRegisterTextKey } from './texts.ts'

const system: PortableSystem = {
  id: 'bot',
  client: 'town',
  name: { nl: 'Vraagbaak van de gemeente', en: 'Desk of the town' },
  description: { nl: 'Beantwoordt vragen over paspoorten.', en: 'Answers questions about passports.' },
  state: 'live',
  channels: ['chat'],
  purposes: ['service'],
  decisionClass: 'inform',
  groups: [],
  emotionInference: 'none',
  profiling: 'no',
  annexIII: { '1(b)': 'no', '1(c)': 'no', '4(b)': 'no', '5(a)': 'no', '5(b)': 'no', '5(c)': 'no', '5(d)': 'no' },
  suppliers: ['cloud'],
  instructions: null,
  versions: [],
}
const outcome: Outcome = {
  tree: '2026-11',
  category: 'transparency',
  role: [],
  prohibited: [],
  highRisk: [],
  exempt: [],
  transparency: [],
  model: [],
  privacy: [],
  notAi: [],
  duties: [],
  open: [],
}
const suppliers: PortableSupplier[] = ['cloud', 'other'].map((id) => ({
  id,
  name: `${id} B.V.`,
  country: 'NL',
  task: { nl: 'x', en: 'x' },
  subProcessors: [],
}))
const publication: Publication = { organization: 'Gemeente Noorderhaaks', contact_email: 'ai@noorderhaaks.nl' }
const live: SystemLife = { state: 'live' }
const given: Parameters<typeof algorithmEntry>[0] = { system, life: live, outcome, suppliers, publication }
const entryOf = (change: Partial<typeof given> = {}) => {
  const made = algorithmEntry({ ...given, ...change })
  assert.ok('entry' in made, JSON.stringify(made))
  return made.entry
}
const problemsOf = (change: Publication) =>
  entryProblems({ ...entryOf(), ...change }).map(({ code, field, values }) =>
    [code, field, ...Object.values(values)].join(' '),
  )

describe('an entry of the algorithm register', () => {
  test('is made of what the register of AI systems holds, in Dutch', () =>
    assert.deepEqual(entryOf(), {
      organization: 'Gemeente Noorderhaaks',
      contact_email: 'ai@noorderhaaks.nl',
      name: 'Vraagbaak van de gemeente',
      description_short: 'Beantwoordt vragen over paspoorten.',
      status: 'In gebruik',
      publication_category: 'Overige algoritmes',
      provider: 'cloud B.V.',
      lang: 'nld',
      standard_version: '1.0',
      source_id: 'bot',
    }))

  const at = new Date('2026-11-27T12:00:00Z')
  const until = '2027-01-31'
  for (const [life, status] of [
    [{ state: 'proposed' }, 'In ontwikkeling'],
    [{ state: 'assessing', since: at, running: null, suspension: null }, 'In ontwikkeling'],
    [{ state: 'assessing', since: at, running: { as: 'live' }, suspension: null }, 'In gebruik'],
    [{ state: 'approved', running: null }, 'In ontwikkeling'],
    [{ state: 'pilot', until, limit: 'some' }, 'In gebruik'],
    [{ state: 'suspended', from: { as: 'live' }, by: null, cause: 'stop_order' }, 'In gebruik'],
    [{ state: 'retiring', endsOn: until, data: { plan: 'erase', words: 'x' } }, 'In gebruik'],
    [{ state: 'retired' }, 'Buiten gebruik'],
  ] as const)
    test(`${life.state} is «${status}»`, () => assert.equal(entryOf({ life }).status, status))

  test('its category follows from its classification, and from what it decides', () => {
    const category = (change: Parameters<typeof entryOf>[0]) => entryOf(change).publication_category
    const credit = { id: 'high_risk.credit', law: [], because: [] }
    assert.equal(category({ outcome: { ...outcome, highRisk: [credit] } }), 'Hoog-risico AI-systeem')
    assert.equal(category({ system: { ...system, decisionClass: 'decide' } }), 'Impactvolle algoritmes')
    assert.equal(category({ system: { ...system, decisionClass: 'assist' } }), 'Overige algoritmes')
    assert.equal(category({ outcome: { ...outcome, open: ['credit'] } }), 'Impactvolle algoritmes')
  })

  test('a text that is too long is a problem with its place, and is not cut', () => {
    const made = algorithmEntry({ ...given, system: { ...system, description: { nl: 'x'.repeat(401), en: 'x' } } })
    assert.deepEqual(made, {
      problems: [{ code: 'entry_too_long', field: 'description_short', values: { length: 401, limit: 400 } }],
    })
    assert.deepEqual(problemsOf({ goal: 'x'.repeat(2_500), methods_and_models: 'é'.repeat(5_000) }), [])
    assert.deepEqual(problemsOf({ goal: 'x'.repeat(2_501) }), ['entry_too_long goal 2501 2500'])
    assert.deepEqual(problemsOf({ goal: '😀'.repeat(2_500) }), [])
  })

  test('what is missing or not well written is named', () => {
    assert.deepEqual(problemsOf({ organization: '', contact_email: ' ' }), [
      'entry_missing organization',
      'entry_missing contact_email',
    ])
    assert.deepEqual(problemsOf({ begin_date: '2026-13', website: 'http://x.nl', contact_email: 'nobody' }), [
      'entry_unreadable begin_date',
      'entry_unreadable contact_email',
      'entry_unreadable website',
    ])
    assert.deepEqual(
      problemsOf({ begin_date: '2026-12', website: 'https://x.nl', contact_email: 'https://x.nl/vraag' }),
      [],
    )
    assert.deepEqual(
      problemsOf({ lawful_basis_grouping: [{ title: 'x'.repeat(101), link: 'x' }], category: ['Werk'] }),
      ['entry_too_long lawful_basis_grouping[0].title 101 100', 'entry_unreadable lawful_basis_grouping[0].link'],
    )
  })

  test('an assessment that was made may be named without a link, a law may not', () => {
    assert.deepEqual(problemsOf({ impacttoetsen_grouping: [{ title: 'DPIA' }] }), [])
    assert.deepEqual(problemsOf({ lawful_basis_grouping: [{ title: 'Awb' }] }), [
      'entry_missing lawful_basis_grouping[0].link',
    ])
  })

  test('problems have words', () => {
    for (const code of ['entry_missing', 'entry_too_long', 'entry_unreadable', 'entry_choice'])
      assert.ok(isRegisterTextKey(`problem.${code}`), code)
  })
})

const path = sharedData('governance', 'nl-algoritmeregister', 'v1_0.json')
test('fields, lengths and values are those of standard 1.0', { skip: without(path) }, () => {
  type Property = {
    readonly max_length?: number
    readonly required?: boolean
    readonly permitted_values?: readonly string[]
    readonly items?: Readonly<Record<'title' | 'link', { readonly max_length?: number; readonly required: boolean }>>
  }
  const { properties } = JSON.parse(readFileSync(path!, 'utf8')) as { properties: Record<string, Property> }
  const filledIn = ['lars', 'publication_dt']
  assert.deepEqual(
    algorithmFieldNames.toSorted(),
    Object.keys(properties)
      .filter((name) => !filledIn.includes(name))
      .toSorted(),
  )
  for (const name of algorithmFieldNames) {
    const field = algorithmFields[name]
    const theirs = properties[name]!
    assert.equal('required' in field, theirs.required === true, name)
    if (field.kind === 'text') assert.equal(field.max, theirs.max_length, name)
    else if (field.kind === 'links') {
      const { title, link } = theirs.items!
      assert.deepEqual([field.title, field.link], [title.max_length ?? null, link.max_length], name)
      assert.equal('linkMayMiss' in field, !link.required, name)
    } else assert.deepEqual(field.values, theirs.permitted_values, name)
  }
})
