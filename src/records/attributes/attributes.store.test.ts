import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { z } from 'zod'
import { ApiError, type Caller } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { beginEpoch, existingKey, type Key, KeyDestroyed, type KeyRing, rotateKeys } from '../../vault/index.ts'
import { exportOrganisation } from '../export-organisation.ts'
import { OrganisationRefused } from '../io/apply.ts'
import { recordEvent } from '../io/event.ts'
import { loadRegister } from '../io/register.ts'
import { subjectStores } from '../io/subject-stores.ts'
import { findSubjects } from '../io/subjects.ts'
import { expireAttributesForAll } from '../jobs.ts'
import {
  apply,
  callRoute,
  organisationOf,
  plainDeps,
  scopeOf,
  staff,
  start,
  systemCaller,
  testKeys,
} from '../testing.ts'
import type { attributeList, attributeView, endReply, OwnAttributes } from './contract.ts'
import { endAttributesAgain } from './io/restored.ts'
import { joinValues, loadAttributes, recordRead } from './io/store.ts'
import { routes } from './routes.ts'

const words = (nl: string) => ({ nl, en: nl })
const origin = {
  id: 'herkomst',
  client: 'een',
  name: words('herkomst'),
  source: 'customer' as const,
  special: true,
  choices: [
    { value: 'hier', label: words('hier geboren') },
    { value: 'elders', label: words('elders geboren') },
  ],
  question: words('Waar bent u geboren?'),
  necessity: words('Zonder dit is niet te zien of de AI mensen achterstelt.'),
  legalGround: words('uitdrukkelijke toestemming'),
  signedBy: 'bo',
  signedAt: '-1d',
  keepDays: 30,
}
const region = {
  ...origin,
  id: 'regio',
  name: words('regio'),
  source: 'service' as const,
  special: false,
  question: undefined,
}
const file = {
  waarborg: 1 as const,
  tenant: { id: 'toets', name: 'Toets' },
  clients: [
    { id: 'een', name: 'Een' },
    { id: 'twee', name: 'Twee' },
  ],
  people: [
    { id: 'bo', name: 'Bo', roles: [{ role: 'dpo' as const }] },
    { id: 'an', name: 'An', roles: [{ role: 'agent' as const }] },
  ],
  attributes: [origin, region],
}
const withAttributes = (...attributes: object[]) => organisationOf({ ...file, attributes }, start)
const days = (n: number) => new Date(start.getTime() + n * 86_400_000)
const code = (wanted: string) => (error: unknown) => error instanceof ApiError && error.code === wanted

describe('attributes of people', () => {
  let db: TestDatabase
  let ring: KeyRing
  const system = systemCaller('toets', 'een', 'bot')
  const officer = staff('toets', ['dpo'])
  let alone = true
  const all = () =>
    routes({
      database: db.database,
      ring,
      ids: randomIds,
      terms: { epochDays: 7, backupDays: 30 },
      decidesAlone: async () => alone,
    })
  const give = (body: unknown, caller = system, now = start) =>
    callRoute(all(), 'POST', '/v1/attributes', caller, { body, now }) as Promise<{ ledgerId: string }>
  const value = (subject: string, said = 'hier') => ({
    subject,
    attribute: 'herkomst',
    value: said,
    evidence: 'enquete',
  })
  const subjectOf = async (reference: string) =>
    (await db.database.inTx(scopeOf('toets'), (tx) => findSubjects(tx, ring, [{ client: 'een', reference }])))[0]!.id
  const customer = async (reference: string): Promise<Caller> => ({
    kind: 'customer',
    id: 'link',
    roles: [],
    scope: scopeOf('toets', ['een'], { kind: 'customer', id: 'link' }),
    bound: { client: 'een', conversation: 'c', subject: await subjectOf(reference) },
  })
  const own = async (reference: string) =>
    (await callRoute(all(), 'GET', '/api/portal/attributes', await customer(reference))) as OwnAttributes
  const list = async (caller = officer) =>
    ((await callRoute(all(), 'GET', '/api/attributes', caller)) as z.output<typeof attributeList>).attributes
  const entries = (type: string) =>
    db.ownerQuery<{ payload: Buffer; subject_id: string | null }>(
      'select payload, subject_id from ledger_pending where type = $1 order by seq',
      [type],
    )
  const joined = async (references: readonly string[], now = start) => {
    const subjects = await Promise.all(references.map(subjectOf))
    return db.database.inTx(scopeOf('toets'), async (tx) => {
      const keys = new Map<string, Key>()
      for (const subject of subjects) keys.set(subject, await existingKey(tx, ring, { tenant: 'toets', subject }))
      return joinValues(tx, ring, { client: 'een', attribute: 'herkomst' }, keys, now)
    })
  }

  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, plainDeps(ring), organisationOf(file, start), { now: start, ids: randomIds })
  })
  after(() => db.close())

  describe('declared', () => {
    const refused = async (attribute: object, wanted: string) => {
      const trying = apply(db.database, plainDeps(ring), withAttributes(attribute), { now: start, ids: randomIds })
      await assert.rejects(trying, (error: unknown) => {
        assert.ok(error instanceof OrganisationRefused)
        assert.deepEqual(
          error.problems.map((one) => one.code),
          [wanted],
        )
        return true
      })
    }

    test('is signed by who watches over people’s data', () => refused({ ...origin, signedBy: 'an' }, 'signer_role'))
    test('what the law protects is said by the person, not by the organisation', () =>
      refused({ ...region, special: true }, 'attribute_source'))
    test('a customer is asked a question', () => refused({ ...origin, question: undefined }, 'field_missing'))

    test('applied twice changes nothing, and comes back in the export', async () => {
      const again = await apply(db.database, plainDeps(ring), organisationOf(file, days(1)), {
        now: days(1),
        ids: randomIds,
      })
      assert.deepEqual(again.plan.changes, [])
      const register = await db.database.inTx(scopeOf('toets'), (tx) => loadRegister(tx, ring, [], start))
      const out = exportOrganisation(register, start)
      assert.deepEqual(
        out?.attributes?.map(({ id, question }) => [id, question?.nl]),
        [
          ['herkomst', 'Waar bent u geboren?'],
          ['regio', undefined],
        ],
      )
      assert.deepEqual(organisationOf(out, start).attributes.length, 2)
    })

    test('signed anew, the earlier statement stays to be read', async () => {
      const renewed = { ...region, keepDays: 60, signedAt: '-1h' }
      await apply(db.database, plainDeps(ring), withAttributes(renewed), { now: start, ids: randomIds })
      const view = (await callRoute(all(), 'GET', '/api/attributes/:client/:attribute', officer, {
        params: { client: 'een', attribute: 'regio' },
      })) as z.output<typeof attributeView>
      assert.deepEqual(view.statements.map(({ statement }) => statement.keepDays).sort(), [30, 60])
    })
  })

  describe('given', () => {
    test('stands nowhere readable, and the entry says that and not what', async () => {
      const { ledgerId } = await give(value('K-1', 'elders'))
      assert.ok(ledgerId)
      const [row] = await db.ownerQuery<{ sealed: Buffer; evidence: string }>(
        'select sealed, evidence from attribute_value',
      )
      assert.equal(row!.evidence, 'enquete')
      assert.ok(!row!.sealed.includes('elders'))
      const [entry] = await entries('attribute.given')
      assert.ok(!entry!.payload.includes('elders') && entry!.payload.includes('enquete'))
    })

    test('the same again is the same entry; something else is another', async () => {
      const first = await give(value('K-2'))
      assert.deepEqual(await give(value('K-2')), first)
      assert.notDeepEqual(await give(value('K-2', 'elders')), first)
    })

    test('what is wrong is named with its place, and the nearest word', async () => {
      await assert.rejects(give({ ...value('K-3'), attribute: 'herkomts' }), code('attribute_unknown_near'))
      await assert.rejects(give(value('K-3', 'eldres')), code('value_unknown_near'))
      await assert.rejects(give({ ...value('K-3'), evidence: undefined }), code('evidence_missing'))
      await assert.rejects(give({ ...value('K-3'), givenAt: days(2).toISOString() }), code('given_in_future'))
      await assert.rejects(give({ ...value('K-3'), naam: 'Fatima' }), code('attribute_shape'))
      await assert.rejects(give(value('K-3'), systemCaller('toets', 'twee', 'ander')), code('attribute_unknown'))
    })

    test('many at once: each has its own result, in order', async () => {
      const reply = (await give({
        attributes: [value('K-4'), value('K-5', 'nergens'), { subject: 'K-6' }],
      })) as unknown as {
        results: { status: number }[]
      }
      assert.deepEqual(
        reply.results.map(({ status }) => status),
        [201, 422, 422],
      )
    })

    test('who does not watch over it does not see that it exists, and nobody of the staff sees whose', async () => {
      await assert.rejects(list(staff('toets', ['agent', 'supervisor', 'administrator'])), code('not_allowed'))
      assert.ok(!JSON.stringify(await list()).includes('subject'))
    })

    test('fewer than ten people are not told apart from none', async () => {
      assert.equal((await list()).find(({ id }) => id === 'herkomst')?.people, null)
      for (let n = 10; n < 20; n++) await give(value(`K-${n}`))
      assert.ok((await list()).find(({ id }) => id === 'herkomst')!.people! >= 10)
    })
  })

  describe('the person', () => {
    test('reads what they said, changes it, and takes it back', async () => {
      await give(value('K-30'))
      assert.equal((await own('K-30')).attributes[0]!.value, 'hier')
      const say = async (said: string | null) =>
        callRoute(all(), 'POST', '/api/portal/attributes', await customer('K-30'), {
          body: { attribute: 'herkomst', value: said },
        })
      await say('elders')
      const [one] = (await own('K-30')).attributes
      assert.deepEqual([one!.value, one!.keptUntil], ['elders', days(30).toISOString()])
      await say(null)
      assert.equal((await own('K-30')).attributes[0]!.value, null)
      await assert.rejects(say(null), code('attribute_not_given'))
      assert.equal((await own('K-30')).attributes.length, 1)
    })

    test('for whom somebody else decides is asked nothing and gives nothing, and takes back what was said', async () => {
      await give(value('K-31'))
      const say = async (reference: string, said: string | null) =>
        callRoute(all(), 'POST', '/api/portal/attributes', await customer(reference), {
          body: { attribute: 'herkomst', value: said },
        })
      await give(value('K-32'))
      await say('K-32', null)
      alone = false
      try {
        assert.deepEqual((await own('K-32')).attributes, [])
        await assert.rejects(say('K-32', 'hier'), code('attribute_not_alone'))
        assert.equal((await own('K-31')).attributes[0]!.value, 'hier')
        await assert.rejects(say('K-31', 'elders'), code('attribute_not_alone'))
        await say('K-31', null)
        assert.deepEqual((await own('K-31')).attributes, [])
      } finally {
        alone = true
      }
    })

    test('of what is no question for them, nothing is asked or taken', async () => {
      await assert.rejects(
        callRoute(all(), 'POST', '/api/portal/attributes', await customer('K-30'), {
          body: { attribute: 'regio', value: 'hier' },
        }),
        code('attribute_unknown'),
      )
    })
  })

  describe('joined', () => {
    test('opens in this process, for those whose key is at hand', async () => {
      await give(value('K-40', 'elders'))
      await give(value('K-41', 'hier'))
      const found = await joined(['K-40', 'K-41'])
      assert.deepEqual([...found.values()].sort(), ['elders', 'hier'])
    })

    test('a value whose term has passed is not joined, and the job takes it away', async () => {
      await give({ ...value('K-42'), givenAt: days(-31).toISOString() })
      assert.equal((await joined(['K-42'])).size, 0)
      assert.equal(await expireAttributesForAll(db.database, () => ({ now: start, ids: randomIds })), 1)
      const [entry] = await entries('attribute.expired')
      assert.deepEqual(JSON.parse(entry!.payload.toString('utf8')).body, { values: 1 })
      assert.equal(await expireAttributesForAll(db.database, () => ({ now: start, ids: randomIds })), 0)
    })

    test('each reading is on record, without anybody in it', async () => {
      await db.database.inTx(scopeOf('toets'), (tx) =>
        recordRead(
          tx,
          { client: 'een', attribute: 'herkomst', purpose: 'audit', purposeId: 'a-1', rows: 400, values: 120 },
          { now: start, ids: randomIds },
        ),
      )
      const view = (await callRoute(all(), 'GET', '/api/attributes/:client/:attribute', officer, {
        params: { client: 'een', attribute: 'herkomst' },
      })) as z.output<typeof attributeView>
      assert.deepEqual(
        view.reads.map(({ rows, values, purpose }) => [rows, values, purpose]),
        [[400, 120, 'audit']],
      )
    })

    test('keys are wrapped anew with those of people, and values still open', async () => {
      const deps = { database: db.database, ring, record: async () => {} }
      await beginEpoch(deps, { epochDays: 7 }, days(8))
      await rotateKeys(deps, days(8))
      assert.equal((await joined(['K-40'])).size, 1)
      const left = await db.ownerQuery<{ n: number }>(
        'select count(*)::int as n from attribute_key where epoch < (select max(epoch) from key_epoch)',
      )
      assert.equal(left[0]!.n, 0)
    })
  })

  test('erasing a person takes what they said of themselves along', async () => {
    await give(value('K-50', 'elders'))
    const subject = await subjectOf('K-50')
    const store = subjectStores.find(({ id }) => id === 'attribute_value')!
    const place = { client: 'een', subject }
    await db.database.inTx(scopeOf('toets'), async (tx) => {
      assert.deepEqual(
        (await store.export(tx, ring, place)).map(({ id, value: said }) => [id, said]),
        [['herkomst', 'elders']],
      )
      assert.equal(await store.erase(tx, place), 1)
      assert.equal(await store.find(tx, place), 0)
    })
  })

  test('ended: every value goes, the key too, and it does not come back', async () => {
    const reply = (await callRoute(all(), 'POST', '/api/attributes/:client/:attribute/end', officer, {
      params: { client: 'een', attribute: 'herkomst' },
      body: { reasons: 'De meting is klaar en niet meer nodig.' },
    })) as z.output<typeof endReply>
    assert.ok(reply.erased >= 10)
    await assert.rejects(joined(['K-40']), KeyDestroyed)
    await assert.rejects(give(value('K-60')), code('attribute_over'))
    assert.deepEqual(
      await db.ownerQuery(`select 1 from attribute_value where attribute_id = 'herkomst'
        union all select 1 from attribute_key where attribute_id = 'herkomst'`),
      [],
    )
    await assert.rejects(
      apply(db.database, plainDeps(ring), withAttributes({ ...origin, keepDays: 9 }), { now: start, ids: randomIds }),
      OrganisationRefused,
    )
    const [first] = await db.database.inTx(scopeOf('toets'), (tx) => loadAttributes(tx, 'een'))
    assert.equal(first!.ended, true)
    await assert.rejects(
      callRoute(all(), 'POST', '/api/attributes/:client/:attribute/end', officer, {
        params: { client: 'een', attribute: 'herkomst' },
        body: { reasons: 'De meting is klaar en niet meer nodig.' },
      }),
      code('attribute_over'),
    )
  })

  test('put back from a backup: an attribute that had ended ends again, and what was taken back goes again', async () => {
    // As an older backup has it: the key and a value of an attribute that the ledger says has ended.
    const subject = await subjectOf('K-9').catch(async () => {
      await give({ attributes: [{ ...value('K-9'), attribute: 'regio' }] })
      return subjectOf('K-9')
    })
    const key = async () => (await db.ownerQuery(`select 1 from attribute_key where attribute_id = 'herkomst'`)).length
    assert.equal(await key(), 0)
    await db.ownerQuery(
      `insert into attribute_key (tenant_id, client_id, attribute_id, wrapped, epoch, created_at) select tenant_id, client_id, 'herkomst', wrapped, epoch, created_at from attribute_key where attribute_id = 'regio'`,
    )
    await db.ownerQuery(`update attribute set ended_at = null where attribute_id = 'herkomst'`)
    for (const attribute of ['herkomst', 'regio'])
      await db.ownerQuery(
        `insert into attribute_value (tenant_id, client_id, attribute_id, subject_id, sealed, given_at, given_by, evidence, record)
         values ('toets', 'een', $1, $2, '', $3, 'customer', 'portaal', 'r') on conflict do nothing`,
        [attribute, subject, start],
      )
    const withdrawn = async () =>
      (await db.ownerQuery(`select 1 from attribute_value where attribute_id = 'regio' and subject_id = $1`, [subject]))
        .length
    const again = () =>
      db.database.inTx(scopeOf('toets'), (tx) =>
        endAttributesAgain(tx, 'operator:test', { now: days(1), ids: randomIds }),
      )
    const first = await again()
    assert.deepEqual([first.attributes, first.values >= 1, await key(), await withdrawn()], [1, true, 0, 1])
    await db.database.inTx(scopeOf('toets'), (tx) =>
      recordEvent(
        tx,
        { now: days(2), ids: randomIds },
        {
          type: 'attribute.withdrawn',
          client: 'een',
          subject,
          refs: { attribute: 'regio' },
          body: { by: 'customer' },
        },
      ),
    )
    assert.deepEqual([await again(), await withdrawn()], [{ attributes: 0, values: 1 }, 0])
    assert.deepEqual(await again(), { attributes: 0, values: 0 })
  })
})
