import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { apply, callRoute, organisationFrom, plainDeps, staff, start, testKeys } from '../../records/testing.ts'
import { recordConsent } from '../index.ts'
import { columns, processingActivities, processingCsv } from './activity.ts'
import type { ProcessingActivity, ProcessingRecordView } from './contract.ts'
import { processingRoutes } from './routes.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')

describe('the record of processing', () => {
  let db: TestDatabase
  let all: Route[]
  const officer = staff('toets', ['dpo'], ['contractklant', 'toestemmingklant'])
  const read = async (caller = officer) =>
    (await callRoute(all, 'GET', '/api/privacy/purposes', caller)) as ProcessingRecordView
  before(async () => {
    db = await testDatabase()
    const ring = testKeys()
    await apply(db.database, { ...plainDeps(ring), recordConsent }, organisationFrom(file, start), {
      now: start,
      ids: randomIds,
    })
    all = processingRoutes({ database: db.database, ring })
  })
  after(() => db.close())

  test('each purpose says its ground, who signed for it and what is missing', async () => {
    const { activities } = await read()
    const service = activities.find(({ purpose }) => purpose === 'service')!
    assert.equal(service.basis, 'contract')
    assert.ok(service.reasoning?.nl)
    assert.ok(service.signedBy)
    assert.deepEqual(service.gaps.slice(0, 3), ['controller_contact', 'data_subjects', 'security'])
    assert.equal(service.terms.find(({ kind }) => kind === 'contents')?.days, 365)
    assert.ok(service.recipients.some(({ kind }) => kind === 'upstream'))
  })

  test('a reader sees the purposes of their own clients alone', async () => {
    const { activities } = await read(staff('toets', ['client_representative'], ['contractklant']))
    assert.ok(activities.length > 0)
    assert.deepEqual([...new Set(activities.map(({ client }) => client))], ['contractklant'])
  })

  test('the file says the same as the page', async () => {
    const get = (format: string) =>
      callRoute(all, 'GET', '/api/privacy/purposes/export', officer, { query: { format } }) as Promise<{
        name: string
        text: string
      }>
    const { activities } = await read()
    assert.deepEqual(JSON.parse((await get('json')).text).activities, activities)
    const { name, text } = await get('csv')
    assert.match(name, /\.csv$/)
    assert.equal(text.split('\r\n')[0], `\uFEFF${columns.join(',')}`)
    assert.match(text, /"?contractklant/)
  })
})

describe('the record of the demonstration', () => {
  const demo = join(import.meta.dirname, '../../../demo')
  let db: TestDatabase
  before(async () => {
    db = await testDatabase()
  })
  after(() => db.close())

  test('is complete for every purpose but the one that was planted', async () => {
    const ring = testKeys()
    const organisation = organisationFrom(join(demo, 'organisation.yaml'), start)
    await apply(db.database, { ...plainDeps(ring), recordConsent }, organisation, { now: start, ids: randomIds })
    const { activities } = (await callRoute(
      processingRoutes({ database: db.database, ring }),
      'GET',
      '/api/privacy/purposes',
      staff('dekade', ['dpo']),
    )) as ProcessingRecordView
    const faults = JSON.parse(readFileSync(join(demo, 'faults.json'), 'utf8')) as {
      kind: string
      purposes?: string[]
      foundBy: string
    }[]
    const planted = faults.filter(({ kind }) => kind === 'processing_record_incomplete')
    assert.deepEqual(
      activities
        .filter(({ gaps }) => gaps.length > 0)
        .map((one) => [`${one.client}/${one.purpose}`, one.gaps.map((gap) => `processing:${gap}`)]),
      planted.flatMap(({ purposes = [], foundBy }) => purposes.map((id) => [id, [foundBy]])),
    )
    assert.equal(activities.length, 9)
    assert.ok(activities.every(({ recipients }) => recipients.length > 0))
    const [newsletter] = activities.filter(({ purpose }) => purpose === 'nieuwsbrief')
    assert.deepEqual(newsletter?.recipients.find(({ id }) => id === 'mailhuis')?.problems, [
      'transfer_ground_missing',
      'sub_processors_missing',
    ])
    assert.deepEqual(
      newsletter?.recipients.flatMap(({ transfers }) => transfers).map(({ country }) => country),
      ['US'],
    )
  })
})

const now = new Date('2026-11-25T10:00:00Z')
const both = (word: string) => ({ nl: word, en: word })
const register = (purpose: object, terms: object, worksWith = 'ver', more: object = {}) =>
  ({
    clients: [
      {
        id: 'k',
        name: 'Klant',
        profile: { contact: { address: 'Kade 1', email: 'a@k.example', privacyOfficer: 'fg@k.example' } },
      },
    ],
    people: [],
    processors: [],
    upstreams: [
      {
        id: 'ver',
        builtin: null,
        baseUrl: 'https://ai.example/v1',
        keyRef: null,
        provider: { name: 'Ver weg', terms },
        options: {},
      },
      {
        id: 'ingebouwd',
        builtin: 'assistant',
        baseUrl: null,
        keyRef: null,
        provider: { name: 'Zelf' },
        options: {},
      },
    ],
    systems: [{ id: 's', client: 'k', name: both('Bot'), purposes: ['p'], upstream: worksWith }],
    purposes: [
      {
        id: 'p',
        client: 'k',
        name: both('doel'),
        basis: 'consent',
        specialBasis: null,
        reasoning: null,
        signedBy: null,
        signedAt: null,
        dataKinds: both('stem'),
        retentionDays: 30,
        terms: {},
        consequenceOfNo: null,
        objectable: false,
        kind: 'general',
        about: 'customer',
        staff: null,
        processing: { dataSubjects: both('bellers'), security: both('versleuteld') },
        upstreams: ['ver'],
        processors: [],
        prohibited: null,
        ...purpose,
      },
    ],
    ...more,
  }) as never

const complete = {
  agreement: { reference: 'VO-1', signedOn: '2026-01-01T00:00:00Z' },
  country: 'US',
  transfer: { ground: 'scc', reference: 'SCC 2021/914' },
  subProcessors: [{ name: 'Onder', country: 'IN', transfer: { ground: 'scc', reference: 'SCC 2021/914' } }],
  retentionDays: 0,
  trainsOnData: false,
  reviewedAt: '2026-10-01T00:00:00Z',
}
const only = (purpose: object, terms: object = complete, worksWith?: string, more?: object): ProcessingActivity =>
  processingActivities(register(purpose, terms, worksWith, more), now)[0]!

describe('an activity', () => {
  test('is complete when everything is on file, and names each transfer with its ground', () => {
    const one = only({})
    assert.deepEqual(one.gaps, [])
    assert.deepEqual(one.recipients[0]?.transfers, [
      { name: 'Ver weg', country: 'US', ground: 'scc', reference: 'SCC 2021/914' },
      { name: 'Onder', country: 'IN', ground: 'scc', reference: 'SCC 2021/914' },
    ])
  })

  test('of a recipient without terms says so', () => {
    const { trainsOnData: _, ...unsure } = complete
    assert.deepEqual(only({}, unsure).recipients[0]?.problems, ['training_not_excluded'])
    assert.deepEqual(only({}, unsure).gaps, ['recipient_terms'])
  })

  test('lists where its calls go and where it says that they may, and tells which it does not name', () => {
    const of = (upstreams: string[] | null, worksWith?: string) => {
      const { recipients, gaps } = only({ upstreams }, complete, worksWith)
      return [recipients.map(({ id, named, systems }) => `${id} ${named} ${systems.length}`), gaps]
    }
    assert.deepEqual(of(['ver']), [['ver true 1'], []])
    assert.deepEqual(of(['ver', 'ingebouwd']), [['ver true 1', 'ingebouwd true 0'], []])
    assert.deepEqual(of(['ingebouwd']), [['ver false 1', 'ingebouwd true 0'], ['upstream_not_named']])
    assert.deepEqual(of([]), [['ver false 1'], ['upstream_not_named']])
    assert.deepEqual(of(null), [['ver false 1'], ['upstream_not_named']])
    assert.deepEqual(of(null, 'ingebouwd'), [['ingebouwd true 1'], []])
    assert.deepEqual(of(null, 'elders'), [[], []])
  })

  test('lists the processors that it names; where it names none, all that may be meant', () => {
    const processor = (id: string, client: string | null) => ({
      id,
      client,
      name: id,
      task: both('taak'),
      terms: complete,
    })
    const processors = [processor('een', 'k'), processor('alle', null), processor('ander', 'elders')]
    const of = (named: string[] | null) => {
      const { recipients, gaps } = only({ processors: named, upstreams: ['ver'] }, complete, 'elders', { processors })
      return [recipients.filter(({ kind }) => kind === 'processor').map(({ id, named: is }) => `${id} ${is}`), gaps]
    }
    assert.deepEqual(of(['een']), [['een true'], []])
    assert.deepEqual(of([]), [[], []])
    assert.deepEqual(of(null), [['een false', 'alle false'], ['processors_not_named']])
    const { gaps } = only({ processors: null }, complete)
    assert.deepEqual(gaps, [], 'without processors there is nothing to name')
  })

  test('about single members of staff needs the decision of the works council', () => {
    const worksCouncil = { reference: 'OR-7', decidedOn: '2026-02-01' }
    assert.deepEqual(only({ about: 'staff', staff: { level: 'person' } }).gaps, ['works_council'])
    assert.deepEqual(only({ about: 'staff', staff: { level: 'person', worksCouncil } }).gaps, [])
    assert.deepEqual(only({ about: 'staff', staff: { level: 'team' } }).gaps, [])
  })

  test('with a joint controller needs an arrangement, and outside the EEA a representative', () => {
    const joint = (arrangement?: string) => ({
      processing: {
        dataSubjects: both('bellers'),
        security: both('versleuteld'),
        jointControllers: [{ name: 'Samen', contact: 'a@b.example', ...(arrangement ? { arrangement } : {}) }],
      },
    })
    assert.deepEqual(only(joint()).gaps, ['joint_arrangement'])
    assert.deepEqual(only(joint('GV-1')).gaps, [])
    const from = (country: string, representative?: string) =>
      only({}, complete, undefined, {
        clients: [
          {
            id: 'k',
            name: 'Klant',
            profile: {
              country,
              contact: { address: 'x', email: 'y', ...(representative ? { representative } : {}) },
            },
          },
        ],
      }).gaps
    assert.deepEqual([from('GB'), from('GB', 'Stand-in BV'), from('NO')], [['representative'], [], []])
  })

  test('in a table is never a formula, and keeps commas and quotes', () => {
    const csv = processingCsv([only({ name: both('=1+1'), dataKinds: both('stem, "echt"') })], 'nl')
    assert.match(csv, /,'=1\+1,/)
    assert.match(csv, /,"stem, ""echt""",/)
  })
})

describe('the record as a file and as a page', () => {
  const bilingual = (word: string) => ({ nl: `${word}-nl`, en: `${word}-en` })
  const full = only(
    {
      name: bilingual('naam'),
      basis: 'legitimate_interests',
      specialBasis: 'explicit_consent',
      reasoning: bilingual('reden'),
      signedBy: 'Tekenaar',
      signedAt: new Date('2026-03-04T05:06:07Z'),
      objectable: true,
      about: 'staff',
      staff: { level: 'person', worksCouncil: { reference: 'OR-44', decidedOn: '2026-02-03' } },
      dataKinds: bilingual('soorten'),
      processing: {
        dataSubjects: bilingual('betrokkenen'),
        security: bilingual('beveiliging'),
        jointControllers: [{ name: 'Samen BV', contact: 'samen@x.example', arrangement: 'GV-55' }],
      },
      processors: ['druk'],
      prohibited: { practice: 'emoties', lawRef: 'AI Act 5(1)(f)' },
    },
    { ...complete, subProcessors: [{ ...complete.subProcessors[0]!, task: 'rekenen' }], reviewedAt: undefined },
    undefined,
    {
      processors: [
        {
          id: 'druk',
          client: null,
          name: 'Drukhuis',
          task: bilingual('drukken'),
          terms: {
            agreement: { reference: 'VWO-66', signedOn: '2026-01-01T00:00:00Z' },
            country: 'BE',
            retentionDays: 77,
          },
        },
      ],
    },
  )
  // What GDPR 30(1) asks, by its letters, and what the register further knows of the purpose.
  const facts: Readonly<Record<string, readonly string[]>> = {
    'a: controller, joint controller, officer': [
      'Klant',
      'Kade 1',
      'a@k.example',
      'fg@k.example',
      'Samen BV',
      'samen@x.example',
      'GV-55',
    ],
    'b: purpose and ground': ['naam-nl', 'reden-nl', 'Tekenaar'],
    'c: data subjects and data': ['betrokkenen-nl', 'soorten-nl'],
    'd: recipients': ['Ver weg', 'Onder', 'rekenen', 'Drukhuis', 'drukken-nl', 'VO-1', 'VWO-66'],
    'e: transfers': ['US', 'IN', 'SCC 2021/914'],
    'f: terms': ['30', '77'],
    'g: security': ['beveiliging-nl'],
    further: ['emoties', 'AI Act 5(1)(f)', 'OR-44'],
  }
  const csv = processingCsv([full], 'nl')
  const json = JSON.stringify(full)
  for (const [letter, words] of Object.entries(facts))
    test(`both files hold ${letter}`, () => {
      assert.deepEqual(
        words.filter((word) => !csv.includes(word)),
        [],
        'CSV',
      )
      assert.deepEqual(
        words.filter((word) => !json.includes(word)),
        [],
        'JSON',
      )
    })

  test('a table of the other language has its words, and none of this one', () => {
    const english = processingCsv([full], 'en')
    assert.ok(english.includes('beveiliging-en') && !/-nl\b/.test(english))
  })

  test('each row has a cell for each column, also when nothing is on file', () => {
    const bare = only({ processing: {}, processors: null, upstreams: null }, {}, 'elders', { clients: [] })
    const lines = processingCsv([full, bare], 'nl').trimEnd().split('\r\n')
    const cells = (line: string) => line.match(/("(?:[^"]|"")*"|[^,]*)(,|$)/g)!.slice(0, -1).length
    assert.deepEqual(
      lines.map((line) => cells(line.replace(/^\uFEFF/, ''))),
      [columns.length, columns.length, columns.length],
    )
    assert.deepEqual(bare.gaps, ['controller_contact', 'data_subjects', 'security'])
  })

  test('every field of an activity is in the table under a column of its own', () => {
    // What a field of the reply is called in the table, where that differs.
    const called: Readonly<Record<string, string>> = { staff: 'staffLevel', terms: 'retentionDays' }
    assert.deepEqual(
      Object.keys(full).filter((field) => !columns.includes(called[field] ?? field)),
      [],
    )
  })
})
