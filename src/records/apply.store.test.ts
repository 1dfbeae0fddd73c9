import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'yaml'
import { randomIds } from '../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../platform/testing.ts'
import type { KeyRing } from '../vault/index.ts'
import { exportOrganisation } from './export-organisation.ts'
import { OrganisationRefused, previewOrganisation } from './io/apply.ts'
import { organisationYaml } from './io/organisation-file.ts'
import { loadRegister } from './io/register.ts'
import { apply, organisationFrom, organisationOf, plainDeps, scopeOf, start, testKeys } from './testing.ts'

const file = join(import.meta.dirname, '../../testdata/organisation/states.yaml')
const later = new Date(start.getTime() + 3_600_000)
const base = {
  waarborg: 1 as const,
  clients: [{ id: 'een', name: 'Een' }],
  purposes: [
    {
      id: 'service',
      client: 'een',
      name: { nl: 'hulp', en: 'help' },
      dataKinds: { nl: 'uw vraag', en: 'your question' },
      retentionDays: 30,
    },
  ],
  upstreams: [{ id: 'eigen', builtin: 'record' as const, provider: { name: 'Eigen' } }],
  people: [
    {
      id: 'an',
      name: 'An',
      email: 'an@voorbeeld.example',
      roles: [{ role: 'overseer' as const }],
      qualifications: [{ kind: 'human_oversight' as const, attainedOn: '-10d', validUntil: '+100d' }],
    },
    { id: 'bo', name: 'Bo', roles: [{ role: 'ethics_officer' as const }] },
  ],
  systems: [
    {
      id: 'bot',
      client: 'een',
      name: { nl: 'Bot', en: 'Bot' },
      description: { nl: 'Een bot.', en: 'A bot.' },
      kind: 'chatbot' as const,
      decisionClass: 'inform' as const,
      owner: 'an',
      channel: 'chat' as const,
      language: 'nl',
      purposes: ['service'],
      upstream: 'eigen',
      model: 'm',
      gates: [{ decision: 'approve' as const, by: 'bo', reasons: 'Nagekeken.', at: '-1d', validUntil: '+30d' }],
      overseers: [{ person: 'an', from: '-5d' }],
    },
  ],
  keys: [{ system: 'bot', label: 'proef' }],
}

describe('apply', () => {
  let db: TestDatabase
  let ring: KeyRing
  const act = (now: Date) => ({ now, ids: randomIds })
  const count = async (table: string, tenant: string) =>
    (await db.ownerQuery<{ n: number }>(`select count(*)::int as n from ${table} where tenant_id = $1`, [tenant]))[0]!.n
  const eventsOf = async (tenant: string): Promise<Record<string, number>> => {
    const rows = await db.ownerQuery<{ type: string; n: number }>(
      'select type, count(*)::int as n from ledger_pending where tenant_id = $1 group by type',
      [tenant],
    )
    return Object.fromEntries(rows.map(({ type, n }) => [type, n]))
  }

  before(async () => {
    db = await testDatabase()
    ring = testKeys()
  })
  after(() => db.close())

  test('a file is on record after one pass, with one entry per change and each key shown once', async () => {
    const organisation = organisationFrom(file, start)
    const { plan, keys } = await apply(db.database, plainDeps(ring), organisation, act(start))
    assert.equal(plan.same, 0)
    assert.deepEqual(
      plan.changes.filter((change) => change.op !== 'add'),
      [],
    )
    assert.equal(keys.length, 15)
    assert.ok(keys.every(({ key }) => key.startsWith('wb_')))
    const events = await eventsOf('toets')
    assert.equal(events['system.registered'], 15)
    assert.equal(events['version.registered'], 16)
    assert.equal(events['purpose.registered'], 5)
    assert.equal(events['key.issued'], 15)
    assert.equal(events['person.registered'], 4)
    assert.equal(events['qualification.recorded'], 3)
    assert.equal(events['organisation.applied'], 1)
    assert.equal(events['oversight.assigned'], organisation.systems.flatMap((one) => one.overseers).length)
  })

  test('the standing of each example is what its comment says', async () => {
    const rows = await db.ownerQuery<{
      system_id: string
      gate: string
      oversight: string
      stopped_at: Date | null
      stop_reason: string | null
      gate_valid_until: Date | null
    }>(
      `select s.* from standing s join system_version v using (tenant_id, system_id, version_id) where s.tenant_id = 'toets' and v.is_current`,
    )
    const standing = Object.fromEntries(
      rows.map((row) => [
        row.system_id,
        `${row.gate} ${row.oversight}${row.stopped_at === null ? '' : ` ${row.stop_reason}`}`,
      ]),
    )
    assert.deepEqual(standing, {
      'in-orde': 'passed present',
      'zonder-vrijgave': 'missing present',
      afgewezen: 'rejected present',
      'vrijgave-verlopen': 'expired present',
      'zonder-toezicht': 'passed missing',
      'toezicht-verlopen': 'passed missing',
      gestopt: 'passed present wrong_answers',
      verboden: 'passed present',
      'verboden-doel': 'passed present',
      meekijken: 'missing present',
      'melding-vereist': 'passed present',
      begrensd: 'passed present',
      'bezwaar-mogelijk': 'passed present',
      'op-toestemming': 'passed present',
      'aanbieder-niet-toegestaan': 'passed present',
    })
    const old = await db.ownerQuery<{ gate: string }>(
      `select gate from standing where tenant_id = 'toets' and system_id = 'in-orde' and version_id = '0'`,
    )
    assert.equal(old[0]?.gate, 'rejected')
  })

  test('no customer reference stands readable anywhere', async () => {
    const tables = await db.ownerQuery<{ table_name: string }>(
      `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    for (const { table_name } of tables) {
      const rows = await db.ownerQuery<{ text: string }>(
        `select t::text as text from "${table_name}" t where t::text like '%S-withdrawn%' or t::text like '%C-objected%'`,
      )
      assert.equal(rows.length, 0, table_name)
    }
  })

  test('the same file changes nothing an hour later, although its times are relative', async () => {
    const { plan, keys } = await apply(db.database, plainDeps(ring), organisationFrom(file, later), act(later))
    assert.deepEqual(
      plan.changes.map(({ kind, id, fields }) => `${kind} ${id} ${fields}`),
      [],
    )
    assert.deepEqual(plan.kept, [])
    assert.deepEqual(keys, [])
    assert.equal((await eventsOf('toets'))['organisation.applied'], 1)
  })

  test('what is exported changes nothing when it is applied', async () => {
    const register = await db.database.inTx(scopeOf('toets'), (tx) => loadRegister(tx, ring, [], later))
    const yaml = organisationYaml(exportOrganisation(register, later)!)
    const { plan, keys } = await apply(db.database, plainDeps(ring), organisationOf(parse(yaml), later), act(later))
    assert.deepEqual(
      plan.changes.map(({ kind, id, fields }) => `${kind} ${id} ${fields}`),
      [],
    )
    assert.deepEqual(plan.kept, [])
    assert.deepEqual(keys, [])
    assert.ok(!yaml.includes('S-given'))
  })

  test('a preview says what would change and changes nothing', async () => {
    const organisation = organisationFrom(file, later)
    const wanted = {
      ...organisation,
      clients: organisation.clients.map((client, n) => (n === 0 ? { ...client, name: 'Andere naam' } : client)),
    }
    const plan = await db.database.inTx(
      scopeOf('toets'),
      (tx) => previewOrganisation(tx, plainDeps(ring), wanted, later),
      {
        readOnly: true,
      },
    )
    assert.deepEqual(
      plan.changes.map(({ op, kind, id, fields }) => ({ op, kind, id, fields })),
      [{ op: 'change', kind: 'client', id: 'contractklant', fields: ['name'] }],
    )
    assert.equal(
      (
        await db.ownerQuery<{ name: string }>(
          `select name from client where tenant_id = 'toets' and client_id = 'contractklant'`,
        )
      )[0]?.name,
      'Contractklant BV',
    )
  })

  test('an organisation that is new can be previewed too', async () => {
    const organisation = organisationOf({ ...base, tenant: { id: 'nieuw', name: 'Nieuw' } }, start)
    const plan = await db.database.inTx(
      scopeOf('nieuw'),
      (tx) => previewOrganisation(tx, plainDeps(ring), organisation, start),
      {
        readOnly: true,
      },
    )
    assert.ok(plan.changes.length > 8)
    assert.equal(await count('tenant', 'nieuw'), 0)
  })

  test('two processes with the same file: one writes it, the other finds it done', async () => {
    const organisation = organisationOf(
      {
        ...base,
        tenant: { id: 'samen', name: 'Samen' },
        subjects: [{ reference: 'K-1', client: 'een', consents: [{ purpose: 'service', state: 'given', at: '-1d' }] }],
      },
      start,
    )
    const results = await Promise.all(
      [1, 2, 3, 4].map(() => apply(db.database, plainDeps(ring), organisation, act(start))),
    )
    assert.equal(results.filter(({ plan }) => plan.changes.length > 0).length, 1)
    assert.equal(results.flatMap(({ keys }) => keys).length, 1)
    assert.equal(await count('system_key', 'samen'), 1)
    assert.equal(await count('data_subject', 'samen'), 1)
    assert.equal(await count('consent_event', 'samen'), 1)
    assert.equal(await count('gate_decision', 'samen'), 1)
  })

  describe('what changes', () => {
    const organisation = (change: (value: typeof base) => object, now = later) =>
      organisationOf({ ...base, tenant: { id: 'wijzig', name: 'Wijzig' }, ...change(structuredClone(base)) }, now)
    const applied = async (change: (value: typeof base) => object, now = later) => {
      const { plan, keys } = await apply(db.database, plainDeps(ring), organisation(change, now), act(now))
      return {
        changes: plan.changes.map(({ op, kind, id, fields }) => [op, kind, id, ...fields].join(' ')),
        kept: plan.kept.map(({ why, kind, id }) => `${why} ${kind} ${id}`),
        warnings: plan.warnings,
        keys,
      }
    }
    const standing = async () =>
      await db.ownerQuery<{ version_id: string; gate: string; oversight: string; oversight_valid_until: Date }>(
        `select * from standing where tenant_id = 'wijzig' order by version_id`,
      )

    before(() =>
      apply(
        db.database,
        plainDeps(ring),
        organisation(() => ({}), start),
        act(start),
      ),
    )

    test('an end that is written otherwise is another end', async () => {
      assert.deepEqual(
        (
          await applied((value) => ({
            people: [
              { ...value.people[0], qualifications: [{ ...value.people[0]!.qualifications![0]!, validUntil: '-1d' }] },
              value.people[1],
            ],
          }))
        ).changes,
        ['change qualification an/human_oversight validUntil'],
      )
      assert.equal((await standing())[0]?.oversight, 'missing')
      assert.deepEqual((await applied((value) => ({ people: value.people }))).changes, [
        'change qualification an/human_oversight validUntil',
      ])
      assert.equal((await standing())[0]?.oversight, 'present')
    })

    test('a new version takes the place of the current one and needs a gate of its own', async () => {
      const two = (value: typeof base) => ({
        systems: [
          {
            ...value.systems[0]!,
            versions: [
              { id: '1', model: 'm', current: false },
              { id: '2', model: 'm2', current: true },
            ],
            gates: [{ ...value.systems[0]!.gates[0]!, version: '1' }],
          },
        ],
      })
      assert.deepEqual((await applied(two)).changes, ['change version bot/1 current', 'add version bot/2'])
      assert.deepEqual(
        (await standing()).map((row) => `${row.version_id} ${row.gate}`),
        ['1 passed', '2 missing'],
      )
      assert.deepEqual((await applied(two)).changes, [])
    })

    test('a version on record cannot get other contents under the same name', async () => {
      await assert.rejects(
        applied((value) => ({
          systems: [{ ...value.systems[0]!, versions: [{ id: '1', model: 'm', prompt: 'anders' }] }],
        })),
        (error: unknown) =>
          error instanceof OrganisationRefused &&
          error.problems.some(
            (one) => one.code === 'version_fixed' && one.path.join('.') === 'systems.0.versions.0.prompt',
          ),
      )
    })

    test('what the file leaves out stays, and is said to stay', async () => {
      const { changes, kept } = await applied(() => ({
        keys: [],
        systems: [],
        purposes: [],
        upstreams: [],
        people: [],
        clients: [],
      }))
      assert.deepEqual(changes, [])
      assert.deepEqual(kept.toSorted(), [
        'absent client een',
        'absent key bot/proef',
        'absent person an',
        'absent person bo',
        'absent purpose een/service',
        'absent system bot',
        'absent upstream eigen',
      ])
    })

    test('terms of processors: a relative time stays what it became, a change is one, and what is missing is a warning', async () => {
      const terms = {
        agreement: { reference: 'VWO-1', signedOn: '-10d' },
        country: 'NL',
        subProcessors: [],
        retentionDays: 30,
        trainsOnData: false,
        reviewedAt: '-5d',
      }
      const upstream = (given: object) => () => ({
        upstreams: [
          ...base.upstreams,
          { id: 'ver', baseUrl: 'https://models.example/v1', provider: { name: 'Ver', terms: given } },
        ],
        processors: [
          { id: 'druk', client: 'een', name: 'Drukhuis', task: { nl: 'brieven', en: 'letters' }, terms: {} },
        ],
      })
      const first = await applied(upstream(terms))
      assert.deepEqual(first.changes, ['add upstream ver', 'add processor druk'])
      assert.deepEqual(first.warnings, [{ code: 'agreement_missing', kind: 'processor', id: 'druk' }])
      assert.deepEqual((await applied(upstream(terms))).changes, [])
      const [row] = await db.ownerQuery<{ signed: string }>(
        `select provider->'terms'->'agreement'->>'signedOn' as signed from upstream where upstream_id = 'ver'`,
      )
      assert.deepEqual((await applied(upstream({ ...terms, trainsOnData: true }))).changes, [
        'change upstream ver provider',
      ])
      const [after] = await db.ownerQuery<{ signed: string }>(
        `select provider->'terms'->'agreement'->>'signedOn' as signed from upstream where upstream_id = 'ver'`,
      )
      assert.equal(after?.signed, row?.signed)
      const { changes, warnings } = await applied(upstream({ ...terms, reviewedAt: '-400d' }))
      assert.deepEqual(changes, ['change upstream ver provider'])
      assert.ok(warnings.some(({ code, id }) => code === 'terms_review_overdue' && id === 'ver'))
    })

    test('a purpose that does not name where its calls go is a warning, until it does', async () => {
      const named = (upstreams?: string[]) => () => ({
        purposes: [{ ...base.purposes[0], ...(upstreams === undefined ? {} : { upstreams }) }],
        systems: [{ ...base.systems[0], upstream: 'ver' }],
      })
      const warning = { code: 'upstream_not_named', kind: 'purpose', id: 'een/service', upstream: 'ver' }
      const about = ({ warnings }: Awaited<ReturnType<typeof applied>>) =>
        warnings.filter(({ kind }) => kind === 'purpose')
      const first = await applied(named())
      assert.deepEqual(first.changes, ['change system bot upstream'])
      assert.deepEqual(about(first), [warning])
      const second = await applied(named(['eigen']))
      assert.deepEqual(second.changes, ['change purpose een/service upstreams'])
      assert.deepEqual(about(second), [warning])
      assert.deepEqual(about(await applied(named(['ver', 'eigen']))), [])
      assert.deepEqual((await applied(named(['ver', 'eigen']))).changes, [])
      // What the file says nothing about is warned of too.
      assert.deepEqual(
        about(await applied(() => ({ systems: [], purposes: [{ ...base.purposes[0], upstreams: [] }] }))),
        [warning],
      )
      const [row] = await db.ownerQuery<{ upstreams: string[]; processors: string[] | null }>(
        `select upstreams, processors from purpose where tenant_id = 'wijzig' and purpose_id = 'service'`,
      )
      assert.deepEqual(row, { upstreams: [], processors: null })
      await applied(() => ({}))
    })

    test('a consent that the customer withdrew since is not given again', async () => {
      const withConsent = () => ({
        subjects: [{ reference: 'K-7', client: 'een', consents: [{ purpose: 'service', state: 'given', at: '-1d' }] }],
      })
      assert.deepEqual((await applied(withConsent)).changes, ['add subject een/K-7', 'add consent een/K-7/service'])
      const [subject] = await db.ownerQuery<{ subject_id: string }>(
        `select subject_id from data_subject where tenant_id = 'wijzig'`,
      )
      await db.database.inTx(scopeOf('wijzig'), (tx) =>
        plainDeps(ring).recordConsent(
          tx,
          {
            client: 'een',
            subject: subject!.subject_id,
            purpose: 'service',
            system: null,
            state: 'withdrawn',
            at: later,
            expiresAt: null,
            by: 'customer',
            channel: 'chat',
            language: 'nl',
          },
          act(later),
        ),
      )
      assert.deepEqual((await applied(withConsent)).changes, [])
      assert.equal(await count('consent_event', 'wijzig'), 2)
    })

    test('who may speak for a customer is recorded once, and stays ended once it was ended', async () => {
      const spokenFor = () => ({
        subjects: [
          {
            reference: 'K-8',
            client: 'een',
            kind: 'represented',
            representatives: [
              { kind: 'mandate', relation: 'mentor', purposes: ['service'], validUntil: '+30d', evidence: 'dossier 8' },
            ],
          },
        ],
      })
      assert.deepEqual((await applied(spokenFor)).changes, ['add subject een/K-8', 'add representative een/K-8'])
      assert.deepEqual((await applied(spokenFor)).changes, [])
      await db.ownerQuery(`update representative set ended_at = now() where tenant_id = 'wijzig'`)
      const { changes, kept } = await applied(spokenFor)
      assert.deepEqual(changes, [])
      assert.ok(kept.includes('decided representative een/K-8'))
    })

    test('a stop that was lifted is not given again, and the difference says so', async () => {
      const stopped = (value: typeof base) => ({
        systems: [{ ...value.systems[0]!, stopped: { by: 'bo', at: '-1h', reason: 'harm' } }],
      })
      assert.deepEqual((await applied(stopped)).changes, ['add stop bot'])
      assert.deepEqual((await applied(stopped)).changes, [])
      await db.ownerQuery(`update stop_order set resumed_at = now() where tenant_id = 'wijzig'`)
      const { changes, kept } = await applied(stopped)
      assert.deepEqual(changes, [])
      assert.ok(kept.includes('decided stop bot'))
    })

    test('an overseer who was taken off stays off until the file asks anew', async () => {
      await db.ownerQuery(
        `update role_assignment set until_at = $1 where tenant_id = 'wijzig' and role = 'overseer' and system_id = 'bot'`,
        [later],
      )
      const { changes, kept } = await applied((value) => value)
      assert.deepEqual(changes, [])
      assert.ok(kept.includes('decided overseer bot/an'))
      assert.deepEqual(
        (
          await applied((value) => ({
            systems: [{ ...value.systems[0]!, overseers: [{ person: 'an', from: '-1h' }] }],
          }))
        ).changes,
        ['add overseer bot/an'],
      )
    })

    test('a third key for one system is refused before anything is written', async () => {
      await assert.rejects(
        applied((value) => ({
          clients: [{ id: 'een', name: 'Nieuwe naam' }],
          keys: [...value.keys, { system: 'bot', label: 'twee' }, { system: 'bot', label: 'drie' }],
        })),
        (error: unknown) =>
          error instanceof OrganisationRefused &&
          error.problems.map((one) => `${one.code} ${one.path.join('.')}`).join() === 'key_limit keys.2',
      )
      assert.equal(
        (await db.ownerQuery<{ name: string }>(`select name from client where tenant_id = 'wijzig'`))[0]?.name,
        'Een',
      )
    })

    test('a release without what the file requires is refused, unless it says why', async () => {
      const released = (despite?: string) => (value: typeof base) => ({
        systems: [
          {
            ...value.systems[0]!,
            dataSheet: 'required' as const,
            gates: [
              ...value.systems[0]!.gates,
              {
                decision: 'conditional' as const,
                by: 'bo',
                reasons: 'Opnieuw.',
                at: '-0h',
                validUntil: '+30d',
                ...(despite ? { despite } : {}),
              },
            ],
          },
        ],
      })
      await assert.rejects(
        applied(released()),
        (error: unknown) =>
          error instanceof OrganisationRefused &&
          error.problems.map((one) => `${one.code} ${one.path.join('.')}`).join() ===
            'gate_condition_unmet systems.0.gates.1.despite',
      )
      const given = released('De leverancier geeft de gegevens pas in mei.')
      assert.deepEqual((await applied(given)).changes, ['change system bot gatePolicies', 'add gate bot/1'])
      assert.deepEqual((await applied(given)).changes, [], 'once it is on record nothing is asked again')
    })
  })
})
