// Models and scorers in the organisation file, on a real database: applied, exported, refused with their place.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse, stringify } from 'yaml'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import { openKeyRing } from '../vault/index.ts'
import { command as apply } from './apply.ts'
import type { Command, Io, Store } from './command.ts'
import { command as exportCommand } from './export.ts'

type Json = Record<string, unknown>

describe('cli: explainers', () => {
  let db: TestDatabase
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-explainers-'))
  const keys = openKeyRing(join(folder, 'keys'))
  const vectors = join(import.meta.dirname, '../../testdata/vectors/explain')
  mkdirSync(join(folder, 'models'))

  async function run(command: Command, positionals: string[], values: Record<string, string | boolean> = {}) {
    let stdout = ''
    let stderr = ''
    const io: Io = {
      stdin: process.stdin,
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      env: {},
      language: 'en',
      openStore: async () =>
        ({
          database: db.database,
          settings: { tenant: null },
          keys,
          operator: 'operator:test',
          close: async () => {},
        }) as unknown as Store,
    }
    return { exit: await command.run(io, { values, positionals }), stdout, stderr }
  }
  before(async () => {
    db = await testDatabase()
  })
  after(() => db.close())

  /** Writes a model beside the organisation file; gives how the file names it. */
  function model(name: string, contents: unknown): { file: string; sha256: string } {
    const text = typeof contents === 'string' ? contents : JSON.stringify(contents)
    writeFileSync(join(folder, 'models', name), text)
    return { file: `models/${name}`, sha256: createHash('sha256').update(text).digest('hex') }
  }
  const label = (text: string) => ({ nl: text, en: text })
  const features = [
    { feature: 'late', label: label('te laat'), actionable: { direction: 'down' } },
    { feature: 'months', label: label('maanden') },
  ]
  /** A scoring system; `version` and `more` are what the test is about. */
  function organisation(version: Json, more: Json = {}, tenant = 'uitleg'): string {
    const value = {
      waarborg: 1,
      tenant: { id: tenant, name: 'Uitleg' },
      clients: [
        {
          id: 'een',
          name: 'Een',
          handoff: { channel: 'chat', hours: { 'mon-sun': '00:00-24:00' }, humanWord: label('medewerker') },
        },
      ],
      purposes: [{ id: 'service', client: 'een', name: label('hulp'), dataKinds: label('vraag'), retentionDays: 30 }],
      upstreams: [{ id: 'zelf', builtin: 'record', provider: { name: 'zelf' } }],
      systems: [
        {
          id: 'scoren',
          client: 'een',
          name: label('Scoren'),
          description: label('Rekent.'),
          kind: 'scorer',
          decisionClass: 'assist',
          channel: 'voice',
          language: 'nl',
          purposes: ['service'],
          upstream: 'zelf',
          model: 'scoren',
          decisions: {
            kind: 'score',
            features,
            outcomes: [
              { outcome: 'ja', label: label('ja'), favourable: true },
              { outcome: 'nee', label: label('nee'), favourable: false },
            ],
            threshold: { value: 0.5 },
          },
          versions: [{ id: '1', current: true, ...version }],
          ...more,
        },
      ],
    }
    const path = join(folder, 'organisation.yaml')
    writeFileSync(path, stringify(JSON.parse(JSON.stringify(value))))
    return path
  }
  const linear = {
    kind: 'linear',
    names: ['late', 'months'],
    weights: [-0.25, 0.01],
    intercept: 0.6,
    background: [
      [0, 12],
      [1, 36],
    ],
  }
  const stored = (tenant: string) =>
    db.ownerQuery<{ sha256: string }>('select sha256 from explainer_file where tenant_id = $1', [tenant])
  const explainerOf = async (tenant: string) =>
    (await db.ownerQuery<{ explainer: Json }>('select explainer from system_version where tenant_id = $1', [tenant]))[0]
      ?.explainer

  test('a model beside the file is kept by its hash, and what export writes reads back as the same', async () => {
    const { file, sha256 } = model('linear.json', linear)
    const path = organisation({ explainer: { kind: 'model', file, sha256 } })
    const { exit, stderr } = await run(apply, [path])
    assert.equal(exit, 0, stderr)
    assert.deepEqual(await stored('uitleg'), [{ sha256 }])
    assert.deepEqual(await explainerOf('uitleg'), {
      kind: 'model',
      sha256,
      output: null,
      scoreIs: 'output',
      background: null,
    })
    const exported = (await run(exportCommand, ['organisation'], { tenant: 'uitleg' })).stdout
    assert.deepEqual(parse(exported).systems[0].versions[0].explainer, { kind: 'model', sha256 })
    const again = join(folder, 'exported.yaml')
    writeFileSync(again, exported)
    const second = await run(apply, [again], { json: true })
    assert.deepEqual([second.exit, JSON.parse(second.stdout).differences], [0, []], second.stderr)
  })

  test('another model under the same version is refused: it was another model that was released', async () => {
    const { file, sha256 } = model('other.json', { ...linear, intercept: 0.7 })
    const { exit, stdout } = await run(apply, [organisation({ explainer: { kind: 'model', file, sha256 } })], {
      json: true,
    })
    assert.equal(exit, 2)
    const [problem] = JSON.parse(stdout).problems
    assert.deepEqual([problem.code, problem.field], ['version_fixed', 'systems[0].versions[0].explainer'])
    assert.equal((await stored('uitleg')).length, 1)
  })

  test('a scorer is kept with its address, its budget and where its key is, never with the key', async () => {
    const background = model('rows.json', [
      [0, 12],
      [2, 24],
    ])
    const explainer = {
      kind: 'scorer',
      url: 'http://127.0.0.1:9/score',
      headersFrom: { authorization: { env: 'SCORER_KEY' } },
      background,
    }
    const path = organisation({ explainer }, {}, 'adres')
    const { exit, stderr } = await run(apply, [path])
    assert.equal(exit, 0, stderr)
    assert.deepEqual(await explainerOf('adres'), {
      kind: 'scorer',
      url: 'http://127.0.0.1:9/score',
      headersFrom: { authorization: 'env:SCORER_KEY' },
      allowPrivateAddress: false,
      budget: { calls: 5_000, ms: 1_000 },
      background: background.sha256,
    })
    const moved = await run(
      apply,
      [organisation({ explainer: { ...explainer, url: 'http://127.0.0.1:10/score' } }, {}, 'adres')],
      { json: true },
    )
    assert.deepEqual(JSON.parse(moved.stdout).differences, [
      { op: 'change', kind: 'version', id: 'scoren/1', fields: ['explainer'] },
    ])
  })

  const tree = (nodes: object[]) => ({ kind: 'tree', names: ['late', 'months'], tree: nodes })
  const leaf = (value: number) => ({ value, cover: 1 })
  const refusals: [string, () => Json, string, string, RegExp][] = [
    [
      'contents with another hash',
      () => ({ ...model('a.json', linear), sha256: '0'.repeat(64) }),
      'explainer_hash',
      'sha256',
      /SHA-256/,
    ],
    [
      'a file that is not there',
      () => ({ file: 'models/none.json', sha256: '0'.repeat(64) }),
      'folder_missing',
      'file',
      /not there/,
    ],
    [
      'a hash without a file that the register does not have',
      () => ({ sha256: '1'.repeat(64) }),
      'explainer_absent',
      'sha256',
      /register/,
    ],
    ['what is no model', () => model('b.json', { hello: 1 }), 'explainer_unfit', '', /model_unknown/],
    ['what is no JSON', () => model('c.json', '{'), 'explainer_unfit', '', /not_json/],
    [
      'a tree that goes round',
      () => model('d.json', tree([{ feature: 0, threshold: 1, left: 0, right: 1, cover: 2 }, leaf(1)])),
      'explainer_unfit',
      '',
      /tree_cycle/,
    ],
    [
      'a tree without one of its children',
      () => model('e.json', tree([{ feature: 0, threshold: 1, left: 1, right: 9, cover: 2 }, leaf(1)])),
      'explainer_unfit',
      '',
      /node_missing/,
    ],
    [
      'a threshold that is no number',
      () =>
        model(
          'f.json',
          '{"tree":[{"feature":0,"threshold":NaN,"left":1,"right":2},{"value":1},{"value":2}],"names":["late","months"]}',
        ),
      'explainer_unfit',
      '',
      /threshold_wrong/,
    ],
    [
      'a feature that decisions do not have',
      () => model('g.json', { ...linear, names: ['late', 'postcode'] }),
      'explainer_unfit',
      '',
      /input_name_unknown/,
    ],
    [
      'more features than decisions have',
      () => model('h.json', { weights: [1, 2, 3], background: [[1, 2, 3]] }),
      'explainer_unfit',
      '',
      /length_differs/,
    ],
    [
      'a sum without examples to compare with',
      () => model('i.json', { ...linear, background: undefined }),
      'explainer_unfit',
      '',
      /background_missing/,
    ],
    [
      'trees that do not say how many rows came by',
      () => model('j.json', tree([{ feature: 0, threshold: 1, left: 1, right: 2 }, { value: 1 }, { value: 2 }])),
      'explainer_unfit',
      '',
      /cover_missing/,
    ],
    [
      'a model of several classes of which none is picked',
      () => ({ ...model('k.json', readFileSync(join(vectors, 'xgboost-classes.json'), 'utf8')) }),
      'explainer_unfit',
      '',
      /method_impossible/,
    ],
  ]
  for (const [name, of, code, field, said] of refusals)
    test(`refused at its place, with nothing written: ${name}`, async () => {
      const path = organisation({ explainer: { kind: 'model', ...of() } }, {}, 'fout')
      const { exit, stdout, stderr } = await run(apply, [path], { json: true })
      assert.equal(exit, 2, stderr)
      const [problem] = JSON.parse(stdout).problems
      const place = `systems[0].versions[0].explainer${field === '' ? '' : `.${field}`}`
      assert.deepEqual([problem.code, problem.field.startsWith(place)], [code, true], JSON.stringify(problem))
      assert.match(stderr, said)
      assert.deepEqual(await stored('fout'), [])
    })

  test('a model of a gigabyte is refused before it is read', async () => {
    const { file } = model('huge.json', '')
    truncateSync(join(folder, file), 1024 ** 3)
    const began = performance.now()
    const path = organisation({ explainer: { kind: 'model', file, sha256: '0'.repeat(64) } }, {}, 'fout')
    const { exit, stdout } = await run(apply, [path], { json: true })
    assert.equal(exit, 2)
    assert.equal(JSON.parse(stdout).problems[0].code, 'file_too_large')
    assert.ok(performance.now() - began < 5_000)
  })

  test('what somebody can change has a range that it can be in', async () => {
    for (const [actionable, show, code] of [
      [{ direction: 'up' }, 'number', 'field_missing'],
      [{ direction: 'any', min: 3, max: 3 }, 'number', 'actionable_range'],
      [{ direction: 'any', max: 3 }, 'choice', 'actionable_choice'],
    ] as const) {
      const { stdout } = await run(
        apply,
        [
          organisation(
            {},
            {
              decisions: {
                kind: 'score',
                features: [{ feature: 'late', label: label('te laat'), show, actionable }],
                outcomes: [{ outcome: 'ja', label: label('ja') }],
              },
            },
            'fout',
          ),
        ],
        { json: true },
      )
      assert.deepEqual(
        JSON.parse(stdout).problems.map((one: Json) => one.code),
        [code],
      )
    }
  })
})
