import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { languages } from '../platform/text.ts'
import { planChanges } from './apply.ts'
import { equal } from './comparing/draft.ts'
import { readOrganisationFile } from './io/organisation-file.ts'
import { organisationFile, organisationJsonSchema } from './organisation-file.ts'
import { fieldName, nearest, type Problem, problemCodes } from './organisation-problem.ts'
import { readOrganisation } from './organisation-reading.ts'
import { emptyRegister } from './register.ts'
import { start } from './testing.ts'
import { isRecordsTextKey, problemSentence, recordsText } from './texts.ts'

const root = resolve(import.meta.dirname, '../..')
const states = join(root, 'testdata/organisation/states.yaml')

type Value = Record<string, never> & { [key: string]: Value }
/** The states file with one thing changed. */
function problemsOf(change: (value: Value) => void): string[] {
  const value = parse(readFileSync(states, 'utf8')) as Value
  change(value)
  return problemsIn(value).map((one) => `${one.code} ${fieldName(one.path)}`)
}
function problemsIn(value: unknown): readonly Problem[] {
  const read = readOrganisation(value, { now: start, resolve: (path) => path })
  if ('problems' in read) return read.problems
  const planned = planChanges(emptyRegister, read.organisation, start)
  return 'problems' in planned ? planned.problems : []
}
const set = (path: string, given: unknown) => (value: Value) => {
  const parts = path.split('.')
  const last = parts.pop()!
  const at = parts.reduce<Value>((one, part) => one[part]!, value)
  if (given === undefined) delete at[last]
  else at[last] = given as never
}

describe('the shape of an organisation file', () => {
  for (const [name, change, expected] of [
    ['nothing is wrong', () => {}, []],
    ['another version of the file', set('waarborg', 2), ['version_of_file_unknown waarborg']],
    ['no version at all', set('waarborg', undefined), ['field_missing waarborg']],
    ['no organisation', set('tenant', undefined), ['field_missing tenant']],
    ['a field with a typing error', set('systems.0.overseer', []), ['field_unknown_near systems[0].overseer']],
    ['a field that looks like nothing', set('systems.0.colour', 'red'), ['field_unknown systems[0].colour']],
    ['a field of another place', set('clients.0.purposes', []), ['field_unknown clients[0].purposes']],
    [
      'a version written as a number',
      set('systems.0.versions.0.id', 4.1),
      ['field_needs_quotes systems[0].versions[0].id'],
    ],
    ['a word where a list belongs', set('systems.0.purposes', 'service'), ['field_wrong_kind systems[0].purposes']],
    ['a kind that does not exist', set('systems.0.kind', 'robot'), ['choice_unknown systems[0].kind']],
    ['an id with capitals and a space', set('systems.0.id', 'In Orde'), ['id_unreadable systems[0].id']],
    [
      'a date that does not exist',
      set('systems.0.gates.0.validUntil', '2027-02-30'),
      ['time_unreadable systems[0].gates[0].validUntil'],
    ],
    [
      'a time without a zone',
      set('purposes.0.signedAt', '2026-01-01T09:00:00'),
      ['time_unreadable purposes[0].signedAt'],
    ],
    [
      'opening hours that end before they begin',
      set('clients.0.handoff.hours', { mon: '17:00-09:00' }),
      ['hours_unreadable clients[0].handoff.hours'],
    ],
    [
      'a day that does not exist',
      set('clients.0.handoff.hours', { monday: '09:00-17:00' }),
      ['hours_unreadable clients[0].handoff.hours.monday'],
    ],
    [
      'a time zone that does not exist',
      set('clients.0.handoff.timezone', 'Europe/Zwolle'),
      ['time_zone_unknown clients[0].handoff.timezone'],
    ],
    ['a term of no days', set('purposes.0.retentionDays', 0), ['field_out_of_range purposes[0].retentionDays']],
    ['an e-mail address that is none', set('people.0.email', 'mila'), ['email_unreadable people[0].email']],
    [
      'an address with a password in it',
      set('upstreams.1.baseUrl', 'https://a:b@models.example/v1'),
      ['address_unreadable upstreams[1].baseUrl'],
    ],
    [
      'an address that is a file',
      set('upstreams.1.baseUrl', 'file:///etc/passwd'),
      ['address_unreadable upstreams[1].baseUrl'],
    ],
    ['a key instead of where it is', set('upstreams.1.apiKey', 'sk-secret'), ['field_wrong_kind upstreams[1].apiKey']],
    ['an empty reason', set('systems.0.gates.0.reasons', ''), ['field_too_short systems[0].gates[0].reasons']],
  ] as const)
    test(`${name}: ${expected.join(', ') || 'it is read'}`, () => assert.deepEqual(problemsOf(change), expected))

  test('every problem of the shape is named, not only the first', () => {
    assert.deepEqual(
      problemsOf((value) => {
        set('tenant.name', undefined)(value)
        set('systems.1.chanel', 'chat')(value)
        set('keys.0.label', 7)(value)
      }).toSorted(),
      ['field_missing tenant.name', 'field_needs_quotes keys[0].label', 'field_unknown_near systems[1].chanel'],
    )
  })
})

describe('what a file says about itself', () => {
  for (const [name, change, expected] of [
    ['a client twice', set('clients.1.id', 'contractklant'), ['id_twice clients[1].id']],
    ['a customer twice', set('subjects.1.reference', 'S-never'), ['id_twice subjects[1].reference']],
    [
      'an overseer twice',
      set('systems.0.overseers', [{ person: 'oscar' }, { person: 'oscar' }]),
      ['id_twice systems[0].overseers[1].person'],
    ],
    ['a purpose of another client', set('systems.0.purposes', ['hulp']), ['reference_unknown systems[0].purposes[0]']],
    [
      'a person who is nearly there',
      set('systems.0.overseers.0.person', 'oskar'),
      ['reference_unknown_near systems[0].overseers[0].person'],
    ],
    ['an upstream that is not there', set('systems.0.upstream', 'onbekend'), ['reference_unknown systems[0].upstream']],
    [
      'a purpose that names an upstream that is not there',
      set('purposes.3.upstreams', ['eigen', 'eigenaar']),
      ['reference_unknown_near purposes[3].upstreams[1]'],
    ],
    [
      'a purpose that names a processor that is not there',
      set('purposes.3.processors', ['koerier']),
      ['reference_unknown purposes[3].processors[0]'],
    ],
    [
      'a purpose that names one twice',
      set('purposes.3.upstreams', ['eigen', 'ver', 'eigen']),
      ['id_twice purposes[3].upstreams[2]'],
    ],
    [
      'a purpose that names a processor of another client',
      set('processors.0.client', 'contractklant'),
      ['other_client purposes[3].processors[0]'],
    ],
    ['a processor that works for the same client', set('processors.0.client', 'toestemmingklant'), []],
    ['a client that is not there', set('subjects.0.client', 'zzz'), ['reference_unknown subjects[0].client']],
    [
      'a consent for a system of another client',
      set('subjects.2.consents.0.system', 'in-orde'),
      ['other_client subjects[2].consents[0].system'],
    ],
    [
      'two versions in use',
      set('systems.0.versions.1.current', true),
      ['version_current_twice systems[0].versions[1].current'],
    ],
    [
      'features that tell a group apart, twice the same, and one that is not used',
      set('systems.0.decisions', {
        kind: 'score',
        features: ['leeftijd', 'late_payments', 'late_payments', 'postcode'].map((feature) => ({
          feature,
          label: { nl: feature, en: feature },
        })),
        notUsed: [{ attribute: 'Postcode', label: { nl: 'postcode', en: 'postcode' } }],
        outcomes: ['yes', 'yes'].map((outcome) => ({ outcome, label: { nl: 'ja', en: 'yes' } })),
      }),
      [
        'attribute_protected systems[0].decisions.features[0].feature',
        'id_twice systems[0].decisions.features[2].feature',
        'attribute_protected systems[0].decisions.features[3].feature',
        'id_twice systems[0].decisions.outcomes[1].outcome',
      ],
    ],
    ['no version in use', set('systems.0.versions.0.current', false), ['version_current_missing systems[0].versions']],
    ['a version without a model', set('systems.1.model', undefined), ['model_missing systems[1].model']],
    [
      'a gate about a version that is not there',
      set('systems.0.gates.0.version', '7'),
      ['reference_unknown systems[0].gates[0].version'],
    ],
    [
      'a shape with a star in it',
      set('clients.0.recognisers.0.shape', 'CK-*'),
      ['shape_unreadable clients[0].recognisers[0].shape'],
    ],
    [
      'a shape that any word has',
      set('clients.0.recognisers.0.shape', 'AAAAAA'),
      ['shape_unreadable clients[0].recognisers[0].shape'],
    ],
    [
      'a shape of two',
      set('clients.0.recognisers.0.shape', '99'),
      ['field_too_short clients[0].recognisers[0].shape', 'shape_unreadable clients[0].recognisers[0].shape'],
    ],
    [
      'an example of another shape',
      set('clients.0.recognisers.0.example', 'CK-123'),
      ['example_differs clients[0].recognisers[0].example'],
    ],
    [
      'a cue of two words',
      set('clients.0.recognisers.0.cues', ['mijn contract']),
      ['cue_unreadable clients[0].recognisers[0].cues[0]'],
    ],
    [
      'a kind of data that there is not',
      set('clients.0.recognisers.0.label', 'SHOE'),
      ['choice_unknown clients[0].recognisers[0].label'],
    ],
    [
      'two own recognisers with one name',
      set(
        'clients.0.recognisers',
        ['CK-9', 'CL-9'].map((shape) => ({ id: 'a', label: 'CUSTREF', shape, example: shape })),
      ),
      ['id_twice clients[0].recognisers[1].id'],
    ],
    [
      'more own recognisers than fit',
      set(
        'clients.0.recognisers',
        Array.from({ length: 51 }, (_, n) => ({ id: `a${n}`, label: 'CUSTREF', shape: 'CK-9', example: 'CK-9' })),
      ),
      ['field_too_long clients[0].recognisers'],
    ],
    [
      'a ground without its reasoning',
      set('purposes.0.reasoning', undefined),
      ['reasoning_missing purposes[0].reasoning'],
    ],
    ['a ground without a signature', set('purposes.1.signedBy', undefined), ['reasoning_missing purposes[1].signedBy']],
    [
      'builtin and address at once',
      set('upstreams.0.baseUrl', 'https://models.example/v1'),
      ['upstream_kind upstreams[0]'],
    ],
    [
      'neither builtin nor address',
      set('upstreams.1.baseUrl', undefined),
      ['upstream_kind upstreams[1]', 'upstream_kind upstreams[1].apiKey'],
    ],
    [
      'a knowledge base of an upstream that reads none',
      set('upstreams.0.knowledge', './kennis'),
      ['upstream_kind upstreams[0].knowledge'],
    ],
    ['observing for 31 days', set('systems.9.observe.until', '+31d'), ['observe_too_long systems[9].observe.until']],
    [
      'observing signed by one person twice',
      set('systems.9.observe.signedBy', ['mila', 'mila']),
      ['observe_one_signer systems[9].observe.signedBy'],
    ],
    ['observing without signatures', set('systems.9.observe', undefined), ['observe_missing systems[9].observe']],
    ['signatures without observing', set('systems.9.mode', 'enforce'), ['observe_not_asked systems[9].observe']],
    ['a release by the owner', set('systems.0.gates.1.by', 'ravi'), ['gate_by_owner systems[0].gates[1].by']],
    ['a rejection by the owner', set('systems.0.gates.0.by', 'ravi'), []],
    [
      'a release for three years',
      set('systems.0.gates.1.validUntil', '+1095d'),
      ['gate_too_long systems[0].gates[1].validUntil'],
    ],
    [
      'a release that was over before it began',
      set('systems.0.gates.1.validUntil', '-11d'),
      ['until_before_from systems[0].gates[1].validUntil'],
    ],
    ['a decision that is still to be taken', set('systems.0.gates.1.at', '+1h'), ['time_ahead systems[0].gates[1].at']],
    ['a stop of tomorrow', set('systems.6.stopped.at', '+1d'), ['time_ahead systems[6].stopped.at']],
    ['an oversight of tomorrow', set('systems.0.overseers.0.from', '+1d'), ['time_ahead systems[0].overseers[0].from']],
    [
      'a training of tomorrow',
      set('people.1.qualifications.0.attainedOn', '+1d'),
      ['time_ahead people[1].qualifications[0].attainedOn'],
    ],
    [
      'a refusal that ends',
      set('subjects.3.consents.0.expiresAt', '+1d'),
      ['expiry_not_given subjects[3].consents[0].expiresAt'],
    ],
    [
      'a consent that ended before it was given',
      set('subjects.2.consents.0.expiresAt', '-21d'),
      ['until_before_from subjects[2].consents[0].expiresAt'],
    ],
    [
      'three keys for one system',
      (value: Value) =>
        (value.keys as unknown as object[]).push({ system: 'in-orde', label: 'b' }, { system: 'in-orde', label: 'c' }),
      ['key_limit keys[16]'],
    ],
  ] as readonly (readonly [string, (value: Value) => unknown, readonly string[]])[])
    test(`${name}: ${expected.join(', ') || 'it is read'}`, () =>
      assert.deepEqual(
        problemsOf((value) => void change(value)),
        expected,
      ))

  test('every problem has a sentence in both languages, with what is wrong and where', () => {
    for (const code of problemCodes) {
      const key = `apply.${code}`
      assert.ok(isRecordsTextKey(key), key)
      for (const language of languages)
        assert.ok(recordsText(language, key, new Proxy({}, { get: () => 'x' })).length > 10)
    }
    const [one] = problemsIn(parse('waarborg: 1\ntenant: { id: a, name: A }\nclients: [{ id: b, name: B, alow: [] }]'))
    assert.equal(problemSentence('nl', one!), 'clients[0].alow: dit veld bestaat niet. Lijkt op: allow.')
    assert.equal(problemSentence('en', one!), 'clients[0].alow: this field does not exist. Looks like: allow.')
  })
})

describe('a file on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-organisation-'))
  const read = (text: string | Uint8Array) => {
    const file = join(folder, 'organisation.yaml')
    writeFileSync(file, text)
    const result = readOrganisationFile(file, start)
    return 'problems' in result
      ? result.problems.map((one) => `${one.line}:${one.column} ${one.code} ${fieldName(one.path)}`.trim())
      : []
  }
  const head = 'waarborg: 1\ntenant: { id: a, name: A }\n'

  for (const [name, text, expected] of [
    ['the smallest that is one', head, []],
    ['JSON is YAML', '{"waarborg": 1, "tenant": {"id": "a", "name": "A"}}', []],
    [
      'an unknown field stands where it is written',
      `${head}clients:\n  - id: b\n    name: B\n    alow: [x]\n`,
      ['6:5 field_unknown_near clients[0].alow'],
    ],
    [
      'a missing field stands where its record begins',
      `${head}clients:\n  - id: b\n`,
      ['4:5 field_missing clients[0].name'],
    ],
    [
      'a wrong value in a flow map',
      `${head}keys: [{ system: 5, label: a }]\n`,
      ['3:10 field_needs_quotes keys[0].system'],
    ],
    ['an indent that fits nothing', `${head}clients:\n  - id: b\n name: B\n`, ['5:1 yaml_unreadable']],
    ['a field twice', `${head}tenant: { id: b, name: B }\n`, ['3:1 yaml_unreadable']],
    ['a tag', `${head}clients: !!js/function 'x'\n`, ['3:10 yaml_unreadable']],
    ['two documents', `${head}---\nwaarborg: 1\n`, ['3:1 yaml_several_documents']],
    ['an empty file', '', ['1:1 field_wrong_kind']],
    ['a list', '- a\n', ['1:1 field_wrong_kind']],
    [
      'another encoding',
      Buffer.from('waarborg: 1\ntenant: { id: a, name: Caf\u00e9 }', 'latin1'),
      ['1:1 file_unreadable'],
    ],
    [
      'a bomb of aliases',
      `${head}x0: &x0 [a]\n${Array.from({ length: 40 }, (_, n) => `x${n + 1}: &x${n + 1} [*x${n}, *x${n}, *x${n}, *x${n}]`).join('\n')}\n`,
      ['1:1 yaml_unreadable'],
    ],
    ['nested beyond reason', `${head}x: ${'['.repeat(20_000)}`, ['3:203 yaml_unreadable']],
    ['nested beyond reason in a list', `${head}x:\n  ${'- '.repeat(20_000)}`, ['4:400 yaml_unreadable']],
    [
      'a folder that is not there',
      `${head}upstreams: [{ id: u, builtin: assistant, knowledge: ./nergens, provider: { name: A } }]\n`,
      ['3:42 folder_missing upstreams[0].knowledge'],
    ],
    [
      'a field that would change every object',
      `${head}__proto__: { polluted: true }\n`,
      ['3:1 field_unknown __proto__'],
    ],
  ] as readonly (readonly [string, string | Uint8Array, readonly string[]])[])
    test(name, () => {
      const found = read(text)
      assert.deepEqual(found, expected)
      assert.equal(({} as { polluted?: boolean }).polluted, undefined)
    })

  test('a file that is not there', () => {
    const result = readOrganisationFile(join(folder, 'nergens.yaml'), start)
    assert.deepEqual('problems' in result && result.problems.map((one) => [one.code, one.values.reason]), [
      ['file_unreadable', 'ENOENT'],
    ])
  })

  test('whatever the bytes, it ends in an organisation or in coded problems', () => {
    const text = readFileSync(states, 'utf8')
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(40), fc.string({ maxLength: 10 }), (at, length, put) => {
        const result = readOrganisationFile(save(text.slice(0, at) + put + text.slice(at + length)), start)
        if ('problems' in result)
          for (const one of result.problems)
            assert.ok(one.line >= 1 && one.column >= 1 && problemSentence('nl', one).length > 0)
      }),
      { numRuns: 60 },
    )
    function save(changed: string) {
      const file = join(folder, 'changed.yaml')
      writeFileSync(file, changed)
      return file
    }
  })

  test('the demonstration organisation is one', () => {
    const result = readOrganisationFile(join(root, 'demo/organisation.yaml'), start)
    assert.deepEqual(
      'problems' in result ? result.problems : planChanges(emptyRegister, result.organisation, start),
      'problems' in result
        ? []
        : { plan: (planChanges(emptyRegister, result.organisation, start) as { plan: unknown }).plan },
    )
  })
})

test('the example in docs/howto/apply.md is a file that can be applied', () => {
  const [, example] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/howto/apply.md'), 'utf8')) ?? []
  const problems = problemsIn(parse(example ?? ''))
  assert.deepEqual(problems, [])
  assert.ok(example?.includes('gates:'))
})

describe('the published schema', () => {
  test('docs/reference/organisation.schema.json is what the product reads', () => {
    const file = join(root, 'docs/reference/organisation.schema.json')
    assert.ok(existsSync(file))
    assert.deepEqual(
      JSON.parse(readFileSync(file, 'utf8')),
      JSON.parse(JSON.stringify(organisationJsonSchema())),
      `run: npm run docs (or write organisationJsonSchema() to ${file})`,
    )
  })
  test('every field that a person may write is described by its name and kind', () => {
    const loose: string[] = []
    const walk = (schema: { [key: string]: unknown }, path: string): void => {
      if (schema.type === 'object' && schema.additionalProperties !== false && schema.propertyNames === undefined)
        loose.push(path)
      for (const [name, one] of Object.entries((schema.properties ?? {}) as Record<string, { [key: string]: unknown }>))
        walk(one, `${path}.${name}`)
      if (schema.items) walk(schema.items as { [key: string]: unknown }, `${path}[]`)
    }
    walk(organisationJsonSchema(), '')
    assert.deepEqual(loose, [])
  })
  test('what was written out reads back as the same file', () => {
    const parsed = organisationFile.parse(parse(readFileSync(states, 'utf8')))
    assert.ok(equal(organisationFile.parse(parse(stringify(parsed))), parsed))
  })
})

describe('the nearest name', () => {
  const names = ['overseers', 'versions', 'gates', 'id']
  for (const [written, expected] of [
    ['oversers', 'overseers'],
    ['OVERSEERS', 'overseers'],
    ['version', 'versions'],
    ['gate', 'gates'],
    ['ids', 'id'],
    ['x', undefined],
    ['completely-different', undefined],
    ['a'.repeat(5_000), undefined],
  ] as const)
    test(`${written.slice(0, 30)}: ${expected}`, () => assert.equal(nearest(written, names), expected))
})
