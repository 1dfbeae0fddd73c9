import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { eraseSubject } from '../../privacy/index.ts'
import type { CaseHandlers } from '../../records/cases/contract.ts'
import { routes as caseRoutes } from '../../records/cases/routes.ts'
import { openConversation } from '../../records/index.ts'
import {
  apply,
  callRoute,
  organisationFrom,
  plainDeps,
  scopeOf,
  staff,
  start,
  systemCaller,
  testKeys,
} from '../../records/testing.ts'
import type { KeyRing } from '../../vault/index.ts'
import { complaintHinder, complaintNext } from '../index.ts'
import type { Cluster, ComplaintPeople, ComplaintView, PortalComplaintView, Report } from './contract.ts'
import { keepClusters } from './jobs.ts'
import { routes } from './routes.ts'
import { type Sent, sentLetters } from './testing.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const refused = (code: string) => (error: unknown) => error instanceof ApiError && error.code === code
const at = (days: number) => new Date(start.getTime() + days * 86_400_000)
const answer = {
  points: [
    { point: 'De bot gaf een verkeerd bedrag', verdict: 'upheld', reasons: 'Het bedrag in het antwoord was oud.' },
  ],
  findings: 'De bot gebruikte een tekst van vorig jaar.',
  reasons: 'U mocht op het bedrag rekenen.',
  measures: 'Wij betalen het verschil',
  measuresBy: '2026-12-31',
} as const

describe('complaints', () => {
  let db: TestDatabase
  let ring: KeyRing
  let all: Route[]
  const sent: Sent[] = []
  const anna = staff('toets', ['complaint_handler'], '*', 'anna')
  const bert = staff('toets', ['complaint_handler'], '*', 'bert')
  const officer = staff('toets', ['ethics_officer'], '*', 'officer')
  const other = staff('toets', ['complaint_handler'], ['toestemmingklant'], 'olga')
  const made = {
    words: 'De bot noemde mevrouw De Wit een verkeerd bedrag.',
    about: 'conversation',
    remedy: 'correction',
  } as const

  const act = (now = start) => ({ now, ids: randomIds })
  const chat = async (client = 'contractklant', system: string | null = 'in-orde') => {
    const { conversation, subject } = await db.database.inTx(scopeOf('toets'), (tx) =>
      openConversation(
        tx,
        ring,
        { client, system, purpose: client === 'contractklant' ? 'service' : 'hulp', channel: 'chat', language: 'nl' },
        act(),
      ),
    )
    const customer: Caller = {
      kind: 'customer',
      id: 'link',
      roles: [],
      scope: scopeOf('toets', [client], { kind: 'customer', id: 'link' }),
      bound: { conversation, subject, client, link: 'link' },
    }
    return { conversation, subject, customer }
  }
  const call = (method: 'GET' | 'POST', path: string, caller: Caller, given: object = {}) =>
    callRoute(all, method, path, caller, given)
  const complain = async (customer: Caller, body: object = made, now = start) =>
    (await call('POST', '/api/portal/complaints', customer, { body, now })) as {
      id: string
      reference: string
      promisedOn: string
    }
  const view = (id: string, caller = anna, now = start) =>
    call('GET', '/api/complaints/:id', caller, { params: { id }, now }) as Promise<ComplaintView>
  const own = (id: string, customer: Caller, now = start) =>
    call('GET', '/api/portal/complaints/:id', customer, { params: { id }, now }) as Promise<PortalComplaintView>
  const perform = async (id: string, caller: Caller, wanted: object, now = start, revision?: number) =>
    call('POST', '/api/complaints/:id/acts', caller, {
      params: { id },
      body: { revision: revision ?? (await view(id, caller, now)).case.revision, do: wanted },
      now,
    })
  const give = (id: string, person: string, caller: Caller = officer, now = start) =>
    call('POST', '/api/cases/:id/assign', caller, { params: { id }, body: { person }, now })
  const steps = async (id: string, caller: Caller, wanted: readonly object[], now = start) => {
    for (const one of wanted) await perform(id, caller, one, now)
  }
  const toProposal = [
    { act: 'acknowledge' },
    { act: 'assess', aiRelated: true, severity: 'medium', cause: 'wrong_answer' },
    { act: 'investigate' },
    { act: 'propose', ...answer },
  ]

  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
    for (const [person, role, client] of [
      ['anna', 'complaint_handler', null],
      ['bert', 'complaint_handler', null],
      ['officer', 'ethics_officer', null],
      ['olga', 'complaint_handler', 'toestemmingklant'],
      ['agnes', 'agent', null],
      ['gerda', 'agent', 'contractklant'],
      ['rosa', 'agent', 'contractklant'],
    ] as const) {
      await db.ownerQuery(
        `insert into person (tenant_id, person_id, name, created_at, updated_at) values ('toets', $1, $2, now(), now())`,
        [person, `${person} Achternaam`],
      )
      await db.ownerQuery(
        `insert into role_assignment (tenant_id, client_id, assignment_id, person_id, role, from_at, assigned_by) values ('toets', $1, $2, $3, $4, '2020-01-01', 'test')`,
        [client, `role-${person}`, person, role],
      )
    }
    await db.ownerQuery(`update person set disabled_at = '2026-01-01' where person_id = 'gerda'`)
    await db.ownerQuery(`update role_assignment set until_at = '2026-01-01', ended = true where person_id = 'rosa'`)
    all = [
      ...caseRoutes({
        database: db.database,
        ring,
        ids: randomIds,
        hinders: { complaint: complaintHinder },
        nexts: { complaint: complaintNext },
      }),
      ...routes({ database: db.database, ring, ids: randomIds, decisionsOf: async () => [], post: sentLetters(sent) }),
    ]
  })
  after(() => db.close())

  test('from the customer page to a verdict that is told, appealed and looked at by another person', async () => {
    const { customer } = await chat()
    const { id, reference, promisedOn } = await complain(customer)
    assert.match(reference, /^K-2026-\d{6}$/)
    assert.equal(promisedOn, '2027-01-06')
    const [received] = (await own(id, customer)).letters
    assert.match(
      received!.paragraphs!.join('\n'),
      /Wij hebben uw klacht ontvangen op 25 november 2026\. Het nummer is K-2026-/,
    )
    assert.deepEqual(
      (await view(id)).links.map(({ kind, state }) => `${kind} ${state}`),
      ['conversation proposed'],
    )

    await give(id, 'anna')
    await steps(id, anna, toProposal)
    const proposed = await view(id)
    assert.deepEqual(
      [proposed.state, proposed.verdict, proposed.acts.includes('decide'), proposed.acts.includes('propose')],
      ['proposed', 'upheld', true, false],
    )
    assert.match(
      proposed.preview!.paragraphs.join('\n'),
      /Uw klacht van 25 november 2026 is gegrond\. Dat betekent: u hebt gelijk\./,
    )
    assert.equal((await own(id, customer)).verdict, null, 'a verdict that is not told is not shown')
    await steps(id, anna, [{ act: 'decide' }, { act: 'communicate' }], at(3))

    const told = await own(id, customer, at(4))
    assert.deepEqual(
      [told.verdict, told.appealUntil, told.may.appeal, told.may.withdraw],
      ['upheld', '2027-01-09', true, false],
    )
    const letter = told.letters.at(-1)!.paragraphs!.join('\n')
    for (const part of [
      made.words,
      'Wij betalen het verschil.',
      '31 december 2026',
      'Het spijt ons',
      'uiterlijk op 9 januari 2027',
      'Autoriteit Persoonsgegevens',
    ])
      assert.ok(letter.includes(part), part)
    assert.ok(!letter.includes('anna'), 'staff are named only where the client lets customers read it')
    assert.ok(!letter.includes('Geschillencommissie'), 'of a body that was not joined nothing is promised')

    await call('POST', '/api/portal/complaints/:id/appeal', customer, {
      params: { id },
      body: { words: 'Het verschil is hoger.' },
      now: at(10),
    })
    assert.equal((await view(id, bert, at(10))).case.owner, null)
    await assert.rejects(give(id, 'anna', officer, at(10)), refused('handler_first_time'))
    await give(id, 'bert', officer, at(10))
    await assert.rejects(perform(id, anna, { act: 'take_appeal' }, at(10)), refused('not_your_complaint'))
    await steps(
      id,
      bert,
      [
        { act: 'take_appeal' },
        { act: 'decide_appeal', ...answer, points: [{ ...answer.points[0], verdict: 'partly' }] },
      ],
      at(11),
    )
    const final = await own(id, customer, at(12))
    assert.deepEqual([final.finalVerdict, final.verdict, final.may.appeal], ['partly', 'upheld', false])
    assert.match(final.letters.at(-1)!.paragraphs!.join('\n'), /Een andere persoon heeft opnieuw gekeken/)
    await perform(id, bert, { act: 'close' }, at(13))
    await assert.rejects(perform(id, bert, { act: 'close' }, at(13)), refused('complaint_ended'))
    await call('POST', '/api/portal/complaints/:id/rating', customer, {
      params: { id },
      body: { satisfaction: 4 },
      now: at(14),
    })
    await assert.rejects(
      call('POST', '/api/portal/complaints/:id/rating', customer, {
        params: { id },
        body: { satisfaction: 1 },
        now: at(14),
      }),
      refused('satisfaction_given'),
    )
    const types = (await view(id, anna, at(14))).case.timeline.map(({ type }) => type)
    assert.deepEqual(
      types.filter((type) => type.startsWith('complaint.')),
      [
        'received',
        'acknowledged',
        'assessed',
        'investigated',
        'proposed',
        'decided',
        'communicated',
        'appealed',
        'reexamined',
        'settled',
        'closed',
        'rated',
      ].map((one) => `complaint.${one}`),
    )
  })

  test('nobody handles a complaint that they have a part in, and each no has its reason', async () => {
    const { conversation, customer } = await chat()
    const { id } = await complain(customer)
    await db.ownerQuery(
      `insert into hand_off (tenant_id, client_id, hand_off_id, conversation_id, state, reason, requested_at, accepted_at, accepted_by) values ('toets', 'contractklant', 'h1', $1, 'accepted', 'asked', now(), now(), 'bert')`,
      [conversation],
    )
    await assert.rejects(give(id, 'bert'), refused('handler_in_conversation'))
    await assert.rejects(give(id, 'olga'), refused('owner_role_missing'), 'of another client')
    await assert.rejects(give(id, 'agnes'), refused('owner_role_missing'))
    const about = (await call('POST', '/api/complaints', anna, {
      body: {
        words: 'Anna was onaardig.',
        about: 'person',
        remedy: 'apology',
        client: 'contractklant',
        channel: 'phone',
        persons: ['anna'],
      },
    })) as { id: string }
    await assert.rejects(give(about.id, 'anna'), refused('handler_complained_about'))
    const able = async (id: string, by: Caller = officer) => {
      const { people } = (await call('GET', '/api/cases/:id/handlers', by, { params: { id } })) as CaseHandlers
      for (const { roles } of people) assert.ok(roles.length > 0)
      return people.filter(({ roles }) => roles.includes('complaint_handler')).map(({ id: person }) => person)
    }
    // The list is of whom it can be given to: the same no stands behind both.
    assert.deepEqual(await able(id), ['anna'])
    assert.deepEqual(await able(about.id, anna), ['bert'])
    await assert.rejects(able(id, other), refused('case_unknown'))
    await give(about.id, 'bert')
  })

  test('who writes a complaint down chooses from who works for the client, by name alone, and nobody else is taken', async () => {
    const names = async (by: Caller, client: string) =>
      ((await call('GET', '/api/complaint-people', by, { query: { client } })) as ComplaintPeople).people
    const desk = staff('toets', ['complaint_handler'], ['contractklant'], 'hanna')
    // Olga works for another client only, Gerda left, and the role of Rosa has ended.
    const here = (await names(desk, 'contractklant'))
      .map(({ name }) => name)
      .filter((name) => name.endsWith(' Achternaam'))
    assert.deepEqual(here, ['agnes Achternaam', 'anna Achternaam', 'bert Achternaam', 'officer Achternaam'])
    assert.deepEqual(
      (await names(anna, 'toestemmingklant')).find(({ id }) => id === 'olga'),
      {
        id: 'olga',
        name: 'olga Achternaam',
      },
    )
    for (const client of ['toestemmingklant', 'bestaat-niet'])
      await assert.rejects(names(desk, client), refused('client_unknown'))
    await assert.rejects(names(staff('toets', ['auditor']), 'contractklant'), refused('not_allowed'))

    const about = (persons: readonly string[], by = desk) =>
      call('POST', '/api/complaints', by, {
        body: { ...made, about: 'person', client: 'contractklant', channel: 'phone', persons },
      }) as Promise<{ id: string }>
    for (const person of ['olga', 'gerda', 'rosa', 'bestaat-niet'])
      await assert.rejects(
        about(['anna', person]),
        (error) => refused('person_unknown')(error) && (error as ApiError).param === 'persons[1]',
      )
    const { id } = await about(['anna'])
    assert.deepEqual((await view(id, bert)).persons, [{ id: 'anna', name: 'anna Achternaam' }])
    await assert.rejects(give(id, 'anna'), refused('handler_complained_about'))
  })

  test('another customer, another link and another client get the answer of what does not exist', async () => {
    const [one, two] = [await chat(), await chat()]
    const { id } = await complain(one.customer)
    for (const path of ['', '/withdraw', '/appeal']) {
      const wanted = call(path === '' ? 'GET' : 'POST', `/api/portal/complaints/:id${path}`, two.customer, {
        params: { id },
        body: path === '/appeal' ? { words: 'abc' } : undefined,
      })
      await assert.rejects(wanted, refused('portal_not_found'))
    }
    await assert.rejects(view(id, other), refused('case_unknown'))
    await assert.rejects(
      call('POST', '/api/complaints/:id/acts', other, {
        params: { id },
        body: { revision: 1, do: { act: 'investigate' } },
      }),
      refused('case_unknown'),
    )
    await assert.rejects(complain(one.customer, { ...made, decision: 'van-een-ander' }), refused('portal_not_found'))
  })

  test('a link shows what it leads to; one to everything of the person shows all of it, and of nobody else', async () => {
    const { customer } = await chat()
    const { id } = await complain(customer)
    const about = (bound: object): Caller => ({ ...customer, bound: { ...customer.bound!, ...bound } })
    const seen = async (caller: Caller) => {
      const { complaints } = (await call('GET', '/api/portal/complaints', caller)) as { complaints: { id: string }[] }
      return complaints.map((one) => one.id)
    }
    const whole = about({ whole: true, conversation: undefined })
    const elsewhere = about({ conversation: 'another of theirs' })
    assert.deepEqual([await seen(customer), await seen(whole), await seen(elsewhere)], [[id], [id], []])
    assert.equal((await own(id, whole)).id, id)
    // About a decision that fell outside any conversation: not on a link to a conversation.
    await db.ownerQuery(`update case_record set conversation_id = null, decision_id = 'd-9' where case_id = $1`, [id])
    assert.deepEqual(
      [await seen(customer), await seen(about({ conversation: undefined, decision: 'd-9' }))],
      [[], [id]],
    )
    await assert.rejects(own(id, customer), refused('portal_not_found'))
    const { customer: stranger } = await chat()
    assert.deepEqual(await seen({ ...stranger, bound: { ...stranger.bound!, whole: true } }), [])
  })

  test('who gets a complaint is asked for its next step, and who gives it back leaves it to be given', async () => {
    const { customer } = await chat()
    const { id } = await complain(customer)
    const next = async () => (await view(id)).case.nextAct
    assert.equal(await next(), 'assign')
    await give(id, 'anna')
    assert.equal(await next(), 'acknowledge')
    await call('POST', '/api/cases/:id/assign', anna, { params: { id }, body: { person: null } })
    assert.equal(await next(), 'assign')
    await give(id, 'anna')
    await steps(id, anna, [...toProposal, { act: 'decide' }, { act: 'communicate' }], at(3))
    await call('POST', '/api/portal/complaints/:id/appeal', customer, {
      params: { id },
      body: { words: 'Het verschil is hoger.' },
      now: at(4),
    })
    assert.equal(await next(), 'assign')
    await give(id, 'bert', officer, at(4))
    assert.equal(await next(), 'take_appeal')
  })

  test('two people at once: the second hears that it changed, and nothing is written over', async () => {
    const { customer } = await chat()
    const { id } = await complain(customer)
    await give(id, 'anna')
    const { revision } = (await view(id)).case
    await perform(id, anna, { act: 'acknowledge' }, start, revision)
    await assert.rejects(
      perform(id, anna, { act: 'assess', aiRelated: false, severity: 'low' }, start, revision),
      refused('complaint_changed'),
    )
    assert.equal((await view(id)).assessment, null)
  })

  test('a hearing that the customer asked for comes before the verdict', async () => {
    const { customer } = await chat()
    const { id } = await complain(customer, { ...made, wantsHearing: true })
    await give(id, 'anna')
    await steps(id, anna, toProposal.slice(0, 3))
    await assert.rejects(perform(id, anna, toProposal[3]!), refused('hearing_open'))
    await steps(id, anna, [
      { act: 'invite', proposal: 'dinsdag 1 december om 14.00 uur' },
      { act: 'hear', heardOn: '2026-12-01', notes: 'De klant vertelde over het bedrag.' },
      toProposal[3]!,
      { act: 'decide' },
      { act: 'communicate' },
    ])
    assert.match(
      (await own(id, customer)).letters.at(-1)!.paragraphs!.join('\n'),
      /U vertelde uw verhaal op 1 december 2026\./,
    )
  })

  test('more time is a letter with reasons before the first date, once, and moves both dates', async () => {
    const { customer } = await chat()
    const { id } = await complain(customer)
    await give(id, 'anna')
    await perform(id, anna, { act: 'extend', reasons: 'Wij wachten op de leverancier.' }, at(20))
    const read = await own(id, customer, at(20))
    assert.equal(read.promisedOn, '2027-02-03')
    assert.match(
      read.letters.at(-1)!.paragraphs!.join('\n'),
      /uiterlijk op 3 februari 2027\. Eerst was dat 6 januari 2027\./,
    )
    await assert.rejects(
      perform(id, anna, { act: 'extend', reasons: 'Nog steeds niets gehoord.' }, at(21)),
      refused('clock_extended_already'),
    )
    const { id: late } = await complain(customer)
    await give(late, 'anna')
    await assert.rejects(
      perform(late, anna, { act: 'extend', reasons: 'Vergeten te verlengen.' }, at(60)),
      refused('clock_extension_late'),
    )
  })

  test('a withdrawn complaint stops its terms and takes no further step', async () => {
    const { customer } = await chat()
    const { id } = await complain(customer)
    await give(id, 'anna')
    await call('POST', '/api/portal/complaints/:id/withdraw', customer, { params: { id }, now: at(1) })
    const { case: read } = await view(id, anna, at(90))
    assert.deepEqual([read.clocks.map(({ state }) => state), read.due], [['dropped', 'dropped'], null])
    await assert.rejects(perform(id, anna, { act: 'acknowledge' }, at(1)), refused('complaint_ended'))
    await assert.rejects(
      call('POST', '/api/portal/complaints/:id/withdraw', customer, { params: { id } }),
      refused('complaint_ended'),
    )
  })

  test('markup, right-to-left script and long words come back as they were written; too long is refused', async () => {
    const { customer } = await chat()
    const words = `<script>alert(1)</script> \u202eشكوى من الروبوت\u202c ${'x'.repeat(15_000)}`
    const { id } = await complain(customer, { ...made, words })
    assert.equal((await own(id, customer)).words, words)
    await assert.rejects(complain(customer, { ...made, words: 'x'.repeat(20_001) }))
    await assert.rejects(complain(customer, { ...made, words: 'half een \ud800 teken' }))
    for (const table of ['case_record', 'case_message', 'case_letter', 'complaint', 'ledger_pending'])
      assert.ok(!JSON.stringify(await db.ownerQuery(`select t::text as row from ${table} t`)).includes('De Wit'), table)
  })

  test('a help desk hands one over once, and gets its number again when it asks twice', async () => {
    const desk = systemCaller('toets', 'contractklant', 'in-orde')
    const body = {
      words: 'Doorgegeven door de helpdesk.',
      about: 'system',
      remedy: 'explanation',
      externalId: 'ZD-1001',
      subject: 'klant-1',
    }
    const first = (await call('POST', '/v1/complaints', desk, { body })) as { id: string; reference: string }
    await assert.rejects(
      call('POST', '/v1/complaints', desk, { body }),
      (error) => refused('external_known')(error) && (error as ApiError).values.reference === first.reference,
    )
    await assert.rejects(
      call('POST', '/v1/complaints', desk, { body: { ...body, externalId: 'ZD-2', receivedAt: at(1).toISOString() } }),
      refused('received_future'),
    )
    assert.equal((await view(first.id)).case.via, 'api')
  })

  test('systems of the client that want to hear of it are told with the step, in codes', async () => {
    const webhook = {
      id: 'desk',
      url: 'https://desk.example/in',
      secret: { env: 'S' },
      events: ['complaint.received', 'complaint.withdrawn'],
    }
    const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.database.inTx(scopeOf('toets'), work)
    const setWebhooks = (webhooks: readonly object[]) =>
      inTx((tx) =>
        tx.query(
          `update client set profile = profile || jsonb_build_object('webhooks', $1::jsonb) where client_id = 'contractklant'`,
          [JSON.stringify(webhooks)],
        ),
      )
    await setWebhooks([webhook])
    const { customer } = await chat()
    const { id, reference } = await complain(customer)
    await give(id, 'anna')
    await perform(id, anna, { act: 'acknowledge' })
    await call('POST', '/api/portal/complaints/:id/withdraw', customer, { params: { id } })
    await setWebhooks([])
    const sent = await inTx(async (tx) => {
      const { rows } = await tx.query<{ event: string; body: Record<string, unknown>; case: string }>(
        `select event, body, case_id as case from outgoing where channel = 'webhook' order by queued_at, outgoing_id`,
      )
      return rows
    })
    assert.deepEqual(
      sent.map(({ event, body }) => [event, body.complaint, body.reference, body.state]),
      [
        ['complaint.received', id, reference, 'received'],
        ['complaint.withdrawn', id, reference, 'withdrawn'],
      ],
    )
    assert.ok(!JSON.stringify(sent).includes('De Wit'))
  })

  test('of an erased customer the verdict stays in codes, and the number of the help desk goes', async () => {
    const desk = systemCaller('toets', 'contractklant', 'in-orde')
    const body = {
      subject: 'S-erased',
      remedy: 'apology',
      words: 'Ik wil van u af.',
      about: 'system',
      receivedAt: at(-1).toISOString(),
      externalId: 'ZD-1003',
    }
    const { id } = (await call('POST', '/v1/complaints', desk, { body })) as { id: string }
    const inTx = <T>(work: (tx: Tx) => Promise<T>) => db.database.inTx(scopeOf('toets'), work)
    const kept = () =>
      inTx(async (tx) => {
        const found = await tx.query<{ subject: string; state: string; hash: Buffer | null }>(
          'select subject_id as subject, state, external_hmac as hash from complaint where complaint_id = $1',
          [id],
        )
        return found.rows[0]!
      })
    const { subject, hash } = await kept()
    assert.ok(hash !== null)
    const erasure = { cause: 'request', backupsUntil: at(30) } as const
    const { counts } = await inTx((tx) => eraseSubject(tx, subject, erasure, act()))
    assert.equal(counts.complaint, 1)
    assert.deepEqual(await kept(), { subject, state: 'received', hash: null })
  })

  test('three customers with one cause about one version stand out, once, and somebody judges it', async () => {
    const ids: string[] = []
    for (let n = 0; n < 3; n++) {
      const { customer, conversation, subject } = await chat()
      await db.ownerQuery(
        `insert into ai_call (tenant_id, client_id, call_id, system_id, version_id, purpose_id, conversation_id, subject_id, state, started_at) values ('toets', 'contractklant', $1, 'in-orde', '1', 'service', $2, $3, 'completed', now())`,
        [`call-${n}`, conversation, subject],
      )
      const { id } = await complain(customer)
      ids.push(id)
      await give(id, 'anna')
      await steps(id, anna, [
        { act: 'acknowledge' },
        { act: 'assess', aiRelated: true, severity: 'high', cause: 'no_human' },
      ])
    }
    const before = await db.ownerQuery('select 1 from complaint_cluster')
    assert.equal(await keepClusters(db.database, () => act()), 1)
    assert.equal(await keepClusters(db.database, () => act()), 0, 'once')
    assert.equal(before.length, 0)
    const [one] = ((await call('GET', '/api/complaint-clusters', officer)) as { clusters: Cluster[] }).clusters
    assert.deepEqual(
      [one!.cause, one!.count, one!.customers, one!.version, one!.state],
      ['no_human', 3, 3, '1', 'open'],
    )
    assert.deepEqual((await view(ids[0]!)).links.map(({ kind, target }) => `${kind} ${target}`).slice(1), [
      'obligation BW-3:15d',
      'version in-orde/1',
    ])
    await call('POST', '/api/complaint-clusters/:id/judge', officer, {
      params: { id: one!.id! },
      body: { judgement: 'finding', reasons: 'De knop naar een mens werkte niet.' },
    })
    await assert.rejects(
      call('POST', '/api/complaint-clusters/:id/judge', officer, {
        params: { id: one!.id! },
        body: { judgement: 'finding', reasons: 'Nog een keer beoordeeld.' },
      }),
      refused('cluster_unknown'),
    )
  })

  test('the yearly report counts what is on record', async () => {
    const report = (await call('GET', '/api/complaints-report', officer, { query: { year: '2026' } })) as Report
    const rows = await db.ownerQuery<{ n: number; decided: number }>(
      'select count(*)::int as n, count(communicated_at)::int as decided from complaint',
    )
    assert.deepEqual([report.received, report.decided], [rows[0]!.n, rows[0]!.decided])
    assert.deepEqual(report.satisfaction, { n: 1, mean: 4 })
    assert.equal(report.byCause.find(({ key }) => key === 'no_human')!.n, 3)
    const empty = (await call('GET', '/api/complaints-report', officer, { query: { year: '2025' } })) as Report
    assert.deepEqual([empty.received, empty.medianDays, empty.satisfaction], [0, null, { n: 0, mean: null }])
  })
})
