// Notices on a real database: made from the register of the demonstration, by version, and shown in conversations.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { z } from 'zod'
import { applyDeps } from '../../cli/application/organisation.ts'
import { canonicalize } from '../../ledger/verify/index.ts'
import type { Scope } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { appendConsent, loadConsentEvents, loadNotices, loadPerson } from '../../privacy/index.ts'
import { applyOrganisation, OrganisationRefused, openConversation, registerNotice } from '../../records/index.ts'
import { readOrganisationBytes } from '../../records/io/organisation-file.ts'
import { problemSentence } from '../../records/rules.ts'
import { callRoute, systemCaller } from '../../records/testing.ts'
import { type KeyRing, openKeyRing } from '../../vault/index.ts'
import type { currentNotices, disclosuresOffered, noticeShownReply, PortalView, PublicNotice } from '../contract.ts'
import { loadWordings } from '../io/wordings.ts'
import { keepNotices } from '../jobs.ts'
import { routes } from '../routes.ts'
import type { NoticeTexts } from './contract.ts'

const start = new Date('2026-11-25T12:00:00.000Z')
const later = (hours: number) => new Date(start.getTime() + hours * 3_600_000)
const demo = join(import.meta.dirname, '../../../demo/organisation.yaml')

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('transparency: notices', () => {
  let db: TestDatabase
  let ring: KeyRing
  let folder: string
  let api: ReturnType<typeof routes>
  const scope = (
    clients: '*' | string[] = '*',
    actor: Scope['actor'] = { kind: 'operator', id: 'operator:test' },
  ): Scope => ({
    tenant: 'dekade',
    clients,
    actor,
  })
  const bot = systemCaller('dekade', 'kaapstroom', 'klantassistent')
  const shop = systemCaller('dekade', 'wijkwinkel', 'bestelhulp')
  const customer = (conversation: string, subject: string) =>
    ({
      kind: 'customer',
      id: 'link-1',
      roles: [],
      scope: scope(['kaapstroom'], { kind: 'customer', id: 'link-1' }),
      bound: { client: 'kaapstroom', conversation, subject, link: 'link-1' },
    }) as const
  const nobody = { kind: 'public', id: 'public', roles: [], scope: scope([]) } as const
  const code = (expected: string) => (error: unknown) => error instanceof ApiError && error.code === expected

  /** The demonstration's file with words of it replaced by others, each of which must be there. */
  const applyDemo = (now: Date, ...changes: readonly (readonly [string, string])[]) => {
    const text = changes.reduce(
      (all, [from, to]) => {
        assert.ok(all.includes(from), from)
        return all.replace(from, to)
      },
      readFileSync(demo, 'utf8'),
    )
    const read = readOrganisationBytes(Buffer.from(text), demo, now)
    if ('problems' in read) throw new OrganisationRefused(read.problems)
    return db.database.inTx(scope(), (tx) => applyOrganisation(tx, applyDeps(ring), read, { now, ids: randomIds }))
  }
  const versions = (client = 'kaapstroom', kind = 'privacy') =>
    db.ownerQuery<{ version: number; sha256: string; document: NoticeTexts; record: string }>(
      'select version, sha256, document, record from notice_version where client_id = $1 and kind = $2 order by version',
      [client, kind],
    )
  type Entry = {
    id: string
    client: string | null
    subject: string | null
    refs?: Record<string, string>
    body: Record<string, unknown>
  }
  const entries = async (type: string) =>
    (
      await db.ownerQuery<{ payload: Buffer }>('select payload from ledger_pending where type = $1 order by seq', [
        type,
      ])
    ).map(({ payload }) => JSON.parse(payload.toString('utf8')) as Entry)
  /** What was said is kept three years instead of two. */
  const longer = [
    '    retentionDays: 730\n    upstreams: [ingebouwd]',
    '    retentionDays: 1095\n    upstreams: [ingebouwd]',
  ] as const

  before(async () => {
    db = await testDatabase()
    folder = mkdtempSync(join(tmpdir(), 'waarborg-notices-'))
    ring = openKeyRing(join(folder, 'keys'))
    api = routes({
      database: db.database,
      ids: randomIds,
      ring,
      tenant: null,
      vkey: 'test',
      openConversation: (tx, wanted, act) => openConversation(tx, ring, wanted, act),
      consents: {
        load: loadConsentEvents,
        record: appendConsent,
        person: loadPerson,
        notices: (tx, client) => loadNotices(tx, client),
        keepNotice: registerNotice,
      },
      say: { refusal: () => '', handOff: () => ({ open: false, sentence: '' }) },
      requestHandOff: async () => ({ id: 'h', state: 'requested', answerBy: null, event: 'e' }),
    })
    await applyDemo(start)
  })
  after(async () => {
    await db.close()
    rmSync(folder, { recursive: true })
  })

  test('the first file makes the first version of both notices of each client', async () => {
    const rows = await db.ownerQuery<{ client_id: string; kind: string; version: number }>(
      'select client_id, kind, version from notice_version order by 1, 2',
    )
    assert.deepEqual(
      rows.map(({ client_id, kind, version }) => [client_id, kind, version]),
      [
        ['kaapstroom', 'ai', 1],
        ['kaapstroom', 'privacy', 1],
        ['wijkwinkel', 'ai', 1],
        ['wijkwinkel', 'privacy', 1],
      ],
    )
  })

  test('the same file again is no version; another term is one, of the notice that says it', async () => {
    await applyDemo(later(1))
    assert.equal((await versions()).length, 1)
    await applyDemo(later(2), longer)
    const [first, second, ...more] = await versions()
    assert.deepEqual(more, [])
    assert.equal((await versions('kaapstroom', 'ai')).length, 1)
    assert.equal((await versions('wijkwinkel')).length, 1)
    assert.match(JSON.stringify(first!.document.nl), /bewaren wij zo lang: 2 jaar/)
    assert.match(JSON.stringify(second!.document.nl), /bewaren wij zo lang: 3 jaar/)
  })

  test('a version has the hash of its words, and its entry names it', async () => {
    for (const { sha256, document, record, version } of await versions()) {
      assert.equal(sha256, createHash('sha256').update(canonicalize(document)).digest('hex'))
      const found = (await entries('notice.published')).find(({ id }) => id === record)
      assert.deepEqual(found?.body, { kind: 'privacy', version, sha256 })
      assert.equal(found.client, 'kaapstroom')
    }
  })

  test('a version is never edited or deleted by the product', async () => {
    for (const sql of [
      'update notice_version set sha256 = null',
      'delete from notice_version',
      'delete from disclosure_wording',
    ])
      await assert.rejects(
        db.database.inTx(scope(), (tx) => tx.query(sql)),
        /permission denied/,
      )
  })

  test('what changed by another way than a file is a version within the next pass, once', async () => {
    await db.ownerQuery(
      `update purpose set retention_days = 60 where client_id = 'wijkwinkel' and purpose_id = 'hulp_door_ai'`,
    )
    const act = () => ({ now: later(3), ids: randomIds })
    assert.equal(await keepNotices({ database: db.database, ring }, act), 1)
    assert.equal(await keepNotices({ database: db.database, ring }, act), 0)
    assert.equal((await versions('wijkwinkel')).length, 2)
  })

  test('two passes at once give no number twice', async () => {
    await db.ownerQuery(
      `update purpose set retention_days = 61 where client_id = 'wijkwinkel' and purpose_id = 'hulp_door_ai'`,
    )
    const pass = () => keepNotices({ database: db.database, ring }, () => ({ now: later(4), ids: randomIds }))
    assert.deepEqual((await Promise.all([pass(), pass()])).toSorted(), [0, 1])
    assert.deepEqual(
      (await versions('wijkwinkel')).map(({ version }) => version),
      [1, 2, 3],
    )
  })

  describe('for the application', () => {
    test('the ones that count now, of its own client alone', async () => {
      const current = async (caller: typeof bot) =>
        (await callRoute(api, 'GET', '/v1/notices', caller)) as z.output<typeof currentNotices>
      const mine = await current(bot)
      assert.deepEqual(
        mine.notices.map(({ kind, version, path }) => [kind, version, path]),
        [
          ['privacy', 2, '/notices/kaapstroom/privacy'],
          ['ai', 1, '/notices/kaapstroom/ai'],
        ],
      )
      assert.equal(mine.notices[0]!.texts.en.title, 'Privacy notice')
      assert.equal((await current(shop)).notices[0]!.version, 3)
    })

    const shown = (body: object, caller = bot) =>
      callRoute(api, 'POST', '/v1/notices/shown', caller, {
        body: { conversation: 'talk-1', kind: 'privacy', version: 2, language: 'nl', ...body },
        now: later(5),
      }) as Promise<z.output<typeof noticeShownReply>>

    test('what was shown is on record with its entry, once', async () => {
      const first = await shown({})
      const again = await shown({})
      assert.deepEqual(again, first)
      const found = await entries('notice.shown')
      assert.equal(found.length, 1)
      assert.deepEqual(found[0]!.body, { kind: 'privacy', version: 2, language: 'nl', way: 'channel' })
      assert.equal(found[0]!.refs?.conversation, first.conversation)
      assert.notEqual(found[0]!.subject, null)
      assert.notEqual((await shown({ language: 'en' })).id, first.id)
      // An earlier version too: a page that was open since yesterday showed that one.
      assert.equal((await shown({ version: 1 })).version, 1)
    })
    test('a version that is not there, or is of another client, was not shown', async () => {
      const before = (await db.ownerQuery('select 1 from notice_shown')).length
      await assert.rejects(shown({ version: 3 }), code('notice_unknown'))
      await assert.rejects(shown({ conversation: 'talk-9', version: 9 }), code('notice_unknown'))
      assert.equal((await db.ownerQuery('select 1 from notice_shown')).length, before)
      assert.equal((await shown({ version: 3, conversation: 'talk-2' }, shop)).version, 3)
    })
    test('staff and customers report none', async () => {
      await assert.rejects(
        callRoute(api, 'POST', '/v1/notices/shown', customer('c', 's'), {
          body: { conversation: 'talk-1', kind: 'privacy', version: 1, language: 'nl' },
        }),
        code('not_allowed'),
      )
    })
  })

  describe('for everybody', () => {
    const read = (query: object, language: 'nl' | 'en' = 'nl') =>
      callRoute(api, 'GET', '/api/public/notices', nobody, { query, language }) as Promise<PublicNotice>

    test('the version that counts now, with what each version changed', async () => {
      const page = await read({ client: 'kaapstroom', kind: 'privacy' })
      assert.deepEqual([page.current, page.shown.version, page.client.name], [2, 2, 'Kaapstroom Energie'])
      assert.deepEqual(
        page.versions.map(({ version }) => version),
        [2, 1],
      )
      assert.deepEqual(page.versions[0]!.difference, [
        {
          title: 'Waarvoor wij uw gegevens gebruiken',
          added: ['Uw vraag als klant beantwoorden: Wat u zei of schreef, bewaren wij zo lang: 3 jaar.'],
          removed: ['Uw vraag als klant beantwoorden: Wat u zei of schreef, bewaren wij zo lang: 2 jaar.'],
        },
      ])
      assert.equal(page.versions[1]!.difference, null)
      assert.equal((await read({ client: 'kaapstroom', kind: 'privacy' }, 'en')).shown.document.title, 'Privacy notice')
    })
    test('an earlier version as it was', async () => {
      const page = await read({ client: 'kaapstroom', kind: 'privacy', version: '1' })
      assert.deepEqual([page.current, page.shown.version], [2, 1])
      assert.match(JSON.stringify(page.shown.document), /zo lang: 2 jaar/)
    })
    test('a client or a version that is not there', async () => {
      await assert.rejects(read({ client: 'nergens', kind: 'privacy' }), code('client_unknown'))
      await assert.rejects(read({ client: 'kaapstroom', kind: 'ai', version: '2' }), code('notice_unknown'))
    })
    test('no name of a person of the staff is in any of them', async () => {
      const people = await db.ownerQuery<{ name: string }>('select name from person')
      const all = JSON.stringify((await db.ownerQuery('select document from notice_version')).map((row) => row))
      assert.ok(people.length > 3)
      for (const { name } of people) assert.ok(!all.includes(name), name)
    })
  })

  describe('on the customer’s page', () => {
    let view: PortalView
    let who: ReturnType<typeof customer>
    const page = (language: 'nl' | 'en' = 'nl') =>
      callRoute(api, 'GET', '/api/portal', who, { language, now: later(6) }) as Promise<PortalView>
    const ways = () => view.notices.map(({ kind, version, language, way }) => [kind, version, language, way])

    before(async () => {
      const found = await db.database.inTx(scope(['kaapstroom']), (tx) =>
        openConversation(
          tx,
          ring,
          { client: 'kaapstroom', system: 'klantassistent', conversation: 'talk-5', language: 'nl' },
          { now: start, ids: randomIds },
        ),
      )
      who = customer(found.conversation, found.subject)
    })

    test('a first look is when the notices in its foot were shown, and a second look is none', async () => {
      view = await page()
      assert.deepEqual(ways(), [
        ['privacy', 2, 'nl', 'linked'],
        ['ai', 1, 'nl', 'linked'],
      ])
      assert.equal(view.notices[0]!.at, later(6).toISOString())
      view = await page()
      assert.equal(view.notices.length, 2)
      assert.equal(view.receipts.filter(({ type }) => type === 'notice.shown').length, 2)
    })
    test('opening one is recorded too, and leads to its page', async () => {
      const reply = await callRoute(api, 'POST', '/api/portal/notices', who, { body: { kind: 'ai' }, now: later(7) })
      assert.deepEqual(reply, { path: '/notices/kaapstroom/ai' })
      view = await page()
      assert.deepEqual(ways().at(-1), ['ai', 1, 'nl', 'opened'])
    })
    test('a receipt of it opens, and is of this customer alone', async () => {
      const receipt = (as: typeof who) =>
        callRoute(api, 'GET', '/api/portal/receipts/:event', as, { params: { event: view.notices[0]!.receipt } })
      assert.match(((await receipt(who)) as { sentence: string }).sentence, /^Wij toonden u/)
      await assert.rejects(receipt(customer('other', 'other')), code('portal_not_found'))
    })
    test('of somebody who was erased nothing more is recorded', async () => {
      await db.ownerQuery('update data_subject set erased_at = now() where subject_id = $1', [who.bound.subject])
      await page('en')
      assert.equal(
        (await db.ownerQuery('select 1 from notice_shown where conversation_id = $1', [who.bound.conversation])).length,
        3,
      )
    })
  })

  describe('own words for disclosures', () => {
    const own = (nl: string, en = 'You are chatting with a robot of {organisation}. Type {humanWord} for a person.') =>
      [
        '    contact:\n      phone: 088-0000100',
        `    disclosures: { chat: { nl: '${nl}', en: '${en}' } }\n    contact:\n      phone: 088-0000100`,
      ] as const
    const good = 'U chat met een robot van {organisation}. Typ {humanWord} voor een medewerker.'
    const offered = async () =>
      ((await callRoute(api, 'GET', '/v1/disclosures', bot)) as z.output<typeof disclosuresOffered>).disclosures

    test('words that say too little are refused with their place, and change nothing', async () => {
      const before = await offered()
      await assert.rejects(
        applyDemo(later(8), longer, own('Hallo, ik ben Sophie, uw assistent. Typ {humanWord} voor een medewerker.')),
        (error: unknown) => {
          assert.ok(error instanceof OrganisationRefused)
          const [only, ...more] = error.problems
          assert.deepEqual(more, [])
          assert.deepEqual(
            [only!.code, only!.path],
            ['wording_incomplete', ['clients', 0, 'disclosures', 'chat', 'nl']],
          )
          assert.equal(
            problemSentence('nl', only!),
            'clients[0].disclosures.chat.nl: deze woorden zijn niet compleet. Nog nodig: dat het een computer met AI is, de naam van de organisatie en geen voornaam van een mens.',
          )
          return true
        },
      )
      assert.deepEqual(await offered(), before)
      assert.deepEqual(await entries('wording.changed'), [])
    })

    test('count from when they are applied, and a report of them is known by their version', async () => {
      const before = await offered()
      await applyDemo(later(9), longer, own(good))
      const after = await offered()
      assert.equal(after[0]!.text, 'U chat met een robot van Kaapstroom Energie. Typ medewerker voor een medewerker.')
      assert.notEqual(after[0]!.textVersion, before[0]!.textVersion)
      await callRoute(api, 'POST', '/v1/disclosures', bot, {
        body: { conversation: 'talk-7', channel: 'chat', language: 'nl', text: after[0]!.text },
        now: later(9),
      })
      const [row] = await db.ownerQuery<{ text_key: string; text_version: string; kind: string }>(
        'select text_key, text_version, kind from disclosure_event',
      )
      assert.deepEqual(row, { text_key: 'disclosure.chat', text_version: after[0]!.textVersion, kind: 'ai' })
    })

    test('are on record by version, also that they went again', async () => {
      await applyDemo(later(10), longer, own(good))
      await applyDemo(later(11), longer, own(`${good} Dank u.`))
      await applyDemo(later(12), longer)
      const rows = await db.database.inTx(scope(['kaapstroom']), (tx) => loadWordings(tx, 'kaapstroom'))
      assert.deepEqual(
        rows.map(({ wording, texts, countsFrom }) => [wording, texts?.nl ?? null, countsFrom]),
        [
          ['chat', good, later(9)],
          ['chat', `${good} Dank u.`, later(11)],
          ['chat', null, later(12)],
        ],
      )
      const found = await entries('wording.changed')
      assert.deepEqual(
        found.map(({ body }) => body.own),
        [true, true, false],
      )
      assert.deepEqual(found[0]!.body.versions, rows[0]!.versions)
      assert.ok(!JSON.stringify(found).includes('robot'), 'the entry holds versions, no words')
    })
  })

  describe('a second notice', () => {
    const asks = (emotions: string) =>
      [
        '    upstream: ingebouwd\n    model: waarborg-retrieval\n    disclosure: inject',
        `    upstream: ingebouwd\n    model: waarborg-retrieval\n    emotionInference: ${emotions}\n    biometricCategorisation: true\n    disclosure: inject`,
      ] as const
    const report = (body: object) =>
      callRoute(api, 'POST', '/v1/disclosures', bot, {
        body: { conversation: 'talk-8', channel: 'chat', language: 'nl', ...body },
        now: later(14),
      }) as Promise<{ id: string; conversation: string }>

    test('of staff no system estimates emotions', async () => {
      await assert.rejects(applyDemo(later(13), longer, asks('staff')), (error: unknown) => {
        assert.ok(error instanceof OrganisationRefused)
        assert.deepEqual(
          error.problems.map(({ code: problem, path }) => [problem, path]),
          [['emotion_of_staff', ['systems', 0, 'emotionInference']]],
        )
        return true
      })
    })
    test('nor does one whose purpose is about staff', async () => {
      const aboutStaff = [
        '    basis: contract\n',
        '    basis: contract\n    about: staff\n    staff: { level: team }\n',
      ] as const
      await assert.rejects(applyDemo(later(13), longer, asks('customer'), aboutStaff), (error: unknown) => {
        assert.ok(error instanceof OrganisationRefused)
        assert.deepEqual(
          error.problems.map(({ code: problem }) => problem),
          ['emotion_of_staff'],
        )
        return true
      })
    })
    test('is asked of a system that says so in the register, offered to it, and stands in the notice about AI', async () => {
      await applyDemo(later(14), longer, asks('customer'))
      const { disclosures } = (await callRoute(api, 'GET', '/v1/disclosures', bot)) as z.output<
        typeof disclosuresOffered
      >
      assert.deepEqual(
        disclosures.filter(({ language }) => language === 'nl').map(({ kind }) => kind),
        ['ai', 'emotion', 'biometric'],
      )
      assert.match(
        disclosures.find(({ kind }) => kind === 'emotion')!.text,
        /Wij doen dit voor: uw vraag als klant beantwoorden/,
      )
      assert.match(JSON.stringify((await versions('kaapstroom', 'ai')).at(-1)!.document.nl), /schat hoe u zich voelt/)
    })
    test('is recorded as what it is, and does not say that it is AI', async () => {
      const { disclosures } = (await callRoute(api, 'GET', '/v1/disclosures', bot)) as z.output<
        typeof disclosuresOffered
      >
      const text = disclosures.find(({ kind, language }) => kind === 'emotion' && language === 'nl')!
      const { id, conversation } = await report({ kind: 'emotion', text: text.text })
      assert.equal((await entries('emotion.disclosed'))[0]!.id, id)
      const [row] = await db.ownerQuery<{ kind: string; text_version: string }>(
        'select kind, text_version from disclosure_event where disclosure_id = $1',
        [id],
      )
      assert.deepEqual(row, { kind: 'emotion', text_version: text.textVersion })
      const [marked] = await db.ownerQuery<{ disclosed_at: Date | null }>(
        'select disclosed_at from conversation where conversation_id = $1',
        [conversation],
      )
      assert.equal(marked!.disclosed_at, null)
    })
    test('that says too little does not count', async () => {
      await assert.rejects(
        report({ kind: 'biometric', text: 'U spreekt met een computer van Kaapstroom.' }),
        code('disclosure_incomplete'),
      )
      await assert.rejects(report({ kind: 'mood', text: 'U spreekt met een computer.' }), /kind/)
    })
  })
})
