// Letters about contested decisions, questions and requests by mail, against a real server on the loopback: sent, not delivered, answered.
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { authenticateLink } from '../../access/index.ts'
import { replaceAddresses } from '../../access/io/addresses.ts'
import { keyInHeader, readContact } from '../../access/rules.ts'
import { takeMail } from '../../accountability/index.ts'
import type { DecisionReply } from '../../gateway/decision-contract.ts'
import { routes as gatewayRoutes } from '../../gateway/routes.ts'
import { type World, world } from '../../gateway/testing.ts'
import type { Caller, Route } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { createSender } from '../../platform/mail/io/outbox.ts'
import { parseMail } from '../../platform/mail/io/parse.ts'
import type { Mail } from '../../platform/mail/message.ts'
import { type SmtpServer, startSmtp } from '../../platform/mail/testing.ts'
import { routes as rightsRoutes } from '../../privacy/rights/routes.ts'
import type { CaseView } from '../../records/cases/contract.ts'
import { routes as caseRoutes } from '../../records/cases/routes.ts'
import { decisionRules } from '../../records/contract.ts'
import { queueMail, sendLetters, sendOutgoing } from '../../records/index.ts'
import { routes as recordRoutes } from '../../records/routes.ts'
import { callRoute } from '../../records/testing.ts'
import { askedOnElsewhere } from '../../transparency/index.ts'
import { routes as portalRoutes } from '../../transparency/routes.ts'
import { mailNowBy } from './complaint-mail.ts'

const box = 'klacht@kaapstroom.example'
const both = (text: string) => ({ nl: text, en: text })
const rules = decisionRules.parse({
  kind: 'score',
  features: [{ feature: 'late', label: both('te late betalingen'), decimals: 0 }],
  outcomes: [
    { outcome: 'offer', label: both('een aanbod'), favourable: true },
    { outcome: 'no_offer', label: both('geen aanbod'), favourable: false },
  ],
  contest: both('bel 088-0000100'),
  freeze: { possible: true },
})
const noon = new Date('2026-11-25T12:00:00.000Z')
const later = (minutes: number) => new Date(noon.getTime() + minutes * 60_000)

describe('letters by mail', () => {
  let w: World
  let smtp: SmtpServer
  let all: readonly Route[] = []
  let withoutServer: readonly Route[] = []
  let key = ''
  let n = 0

  const act = (now = noon) => ({ now, ids: randomIds })
  const job = { tenant: 'dekade', clients: '*', actor: { kind: 'job', id: 'test' } } as const
  const staff = (id: string, ...roles: readonly string[]): Caller => ({
    kind: 'person',
    id,
    roles,
    scope: { tenant: 'dekade', clients: '*', actor: { kind: 'person', id } },
  })
  const reviewer = staff('p-reviewer', 'reviewer')
  const agent = staff('p-agent', 'agent')
  const dpo = staff('p-dpo', 'dpo')
  const call = <T>(method: 'GET' | 'POST', path: string, by: Caller, given: object = {}, routes = all) =>
    callRoute(routes, method, path, by, { now: noon, ...given }) as Promise<T>
  type Customer = { readonly as: Caller; readonly decision: string; readonly subject: string }
  /** Somebody about whom something was decided, with the page that came with it. */
  async function customer(): Promise<Customer> {
    const { contestUrl, decisionId } = await call<DecisionReply>(
      'POST',
      '/v1/decisions',
      {
        kind: 'system',
        id: 'score',
        scope: { tenant: 'dekade', clients: ['kaapstroom'], actor: { kind: 'system', id: 'score' } },
        roles: [],
        bound: { client: 'kaapstroom', system: 'score', key },
      },
      { body: { subject: `K-${++n}`, outcome: { label: 'no_offer' }, features: { late: 2 } } },
    )
    const answer = await w.db.database.inTx(job, (tx) => authenticateLink(tx, contestUrl!.split('/')[2]!, noon))
    assert.ok(answer.ok)
    return { as: answer.caller, decision: decisionId, subject: answer.caller.bound!.subject! }
  }
  const reachable = (subject: string, addresses: readonly string[], now = noon) =>
    w.db.database.inTx(job, (tx) =>
      replaceAddresses(
        tx,
        w.ring,
        { client: 'kaapstroom', subject },
        addresses.map((one) => readContact(one)!),
        act(now),
      ),
    )
  const contest = ({ as, decision }: Customer, routes = all) =>
    call<{ id: string }>(
      'POST',
      '/api/portal/decisions/:id/contest',
      as,
      { params: { id: decision }, body: { words: 'Ik betaalde op tijd, zegt mevrouw De Wit.' } },
      routes,
    )
  const ask = ({ as }: Customer) =>
    call<{ id: string }>('POST', '/api/portal/questions', as, { body: { text: 'Waarom geen aanbod?' } })
  const view = (id: string, by = reviewer) => call<CaseView>('GET', '/api/cases/:id', by, { params: { id } })
  const lettersOf = async (id: string, by = reviewer) =>
    (await view(id, by)).letters.map(({ template, via, mail }) => [template, via, mail])
  const send = (now = noon) =>
    sendLetters({ database: w.db.database, ring: w.ring, act: () => act(now) }, (from, name) =>
      createSender({ url: smtp.url, from, name }),
    )
  const lastSent = async (): Promise<Mail & { readonly went: string }> => {
    const { raw, to } = smtp.received.at(-1)!
    const parsed = await parseMail(Buffer.from(raw))
    assert.ok(parsed.ok)
    return { ...parsed.mail, went: to }
  }
  const take = (raw: string) =>
    takeMail(
      {
        database: w.db.database,
        ring: w.ring,
        tenant: 'dekade',
        act: () => act(),
        post: queueMail,
        saidMore: { clarification: askedOnElsewhere },
      },
      Buffer.from(raw),
    )
  const mail = (from: string, headers: Record<string, string>, body: string) =>
    `${Object.entries({
      From: from,
      To: box,
      Date: 'Wed, 25 Nov 2026 12:00:00 +0100',
      'Message-ID': `<${randomIds.next()}@x.example>`,
      ...headers,
    })
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n')}\r\n\r\n${body}`
  const replyTo = (sent: Mail, from: string, body: string) =>
    mail(from, { Subject: `Re: ${sent.subject}`, 'In-Reply-To': sent.messageId! }, body)
  const reference = async (id: string) =>
    (await w.sql<{ reference: string }>('select reference from case_record where case_id = $1', [id]))[0]!.reference
  const entries = async (type: string, id: string) =>
    (await w.sql<{ payload: Buffer }>('select payload from ledger_pending where type = $1 order by seq', [type]))
      .map(({ payload }) => JSON.parse(payload.toString('utf8')) as { refs: Record<string, string>; body: object })
      .filter(({ refs }) => Object.values(refs).includes(id))
      .map(({ body }) => body)
  async function answerContest({ decision }: Customer): Promise<void> {
    await call('POST', '/api/decisions/:id/contest/read', reviewer, { params: { id: decision } })
    const given = {
      verdict: 'changed',
      outcome: 'offer',
      reasons: 'De bank boekte een dag te laat.',
      forCustomer: 'U hebt gelijk.',
      points: 'De betaling was op tijd.',
      nextSteps: 'Wij sturen u het aanbod',
      nextBy: '2026-12-01',
    }
    const { letter } = await call<{ letter: { digest: string } }>(
      'POST',
      '/api/decisions/:id/review/preview',
      reviewer,
      { params: { id: decision }, body: given },
    )
    await call('POST', '/api/decisions/:id/review', reviewer, {
      params: { id: decision },
      body: { ...given, letter: letter.digest },
    })
  }

  before(async () => {
    w = await world()
    smtp = await startSmtp()
    key = keyInHeader(`Bearer ${await w.system('score', { decisionClass: 'assist', decisions: rules })}`)!.keyId
    await w.sql(
      `update client set profile = profile || jsonb_build_object('complaints', jsonb_build_object('profile', 'default', 'namesStaff', false, 'memberOf', '[]'::jsonb, 'email', $1::text)) where client_id = 'kaapstroom'`,
      [box],
    )
    for (const [person, role] of [
      ['p-reviewer', 'reviewer'],
      ['p-agent', 'agent'],
      ['p-dpo', 'dpo'],
    ]) {
      await w.sql(
        `insert into person (tenant_id, person_id, name, created_at, updated_at) values ('dekade', $1, $1, now(), now())`,
        [person],
      )
      await w.sql(
        `insert into role_assignment (tenant_id, client_id, assignment_id, person_id, role, from_at, assigned_by) values ('dekade', null, $1, $1, $2, '2020-01-01', 'test')`,
        [person, role],
      )
    }
    const { database } = w.db
    const say = { refusal: () => '', handOff: () => ({ open: true, sentence: '' }) }
    const routesWith = (more: object) => {
      const deps = { database, ring: w.ring, ids: randomIds, vkey: 'test', say, ...more }
      return [
        ...gatewayRoutes({ ...deps, portalLinkMs: 86_400_000, ledgerLate: () => false }),
        ...recordRoutes(deps as never),
        ...portalRoutes(deps as never),
        ...caseRoutes({ ...deps, hinders: {}, saidMore: { clarification: askedOnElsewhere } }),
        ...rightsRoutes({ ...deps, pseudonymHours: 24, ledgerDays: 2_557, backupsUntil: () => null }),
      ]
    }
    all = routesWith({ post: queueMail, mailNow: mailNowBy(smtp.url) })
    withoutServer = routesWith({})
  })
  after(async () => {
    await smtp.close()
    await w.close()
  })
  beforeEach(async () => {
    smtp.answer = undefined
    await send()
  })

  describe('about a contested decision', () => {
    test('that it came in and how it ended go to the address that was registered last, in one thread, and nothing of it is readable in the queue', async () => {
      const who = await customer()
      await reachable(who.subject, ['jannie@oud.example', '06-12345678'])
      await reachable(who.subject, ['jannie@oud.example', 'jannie@nieuw.example'], later(1))
      const { id } = await contest(who)
      assert.deepEqual(await lettersOf(id), [['contest_received', 'email', 'waiting']])
      assert.deepEqual(await send(), { sent: 1, failed: 0 })
      const first = await lastSent()
      const number = await reference(id)
      assert.match(number, /^H-2026-/)
      assert.deepEqual(
        [first.went, first.from, first.subject],
        ['jannie@nieuw.example', box, `een mens kijkt opnieuw naar ons besluit [${number}]`],
      )
      await answerContest(who)
      assert.deepEqual(await send(), { sent: 1, failed: 0 })
      const outcome = await lastSent()
      assert.match(outcome.text, /Eerst was het: geen aanbod\. Nu is het: een aanbod\./)
      assert.doesNotMatch(outcome.text, /De bank boekte/, 'notes of staff are in no letter')
      assert.deepEqual(outcome.references, [first.messageId])
      assert.deepEqual(await lettersOf(id), [
        ['contest_received', 'email', 'sent'],
        ['contest_outcome', 'email', 'sent'],
      ])
      assert.deepEqual(await entries('letter.sent', id), [
        { template: 'contest_received', via: 'email', language: 'nl' },
        { template: 'contest_outcome', via: 'email', language: 'nl' },
      ])
      const seen = await call<{ letters: { mail: string | null }[] }>('GET', '/api/portal/cases/:id', who.as, {
        params: { id },
      })
      assert.deepEqual(
        seen.letters.map((one) => one.mail),
        ['sent', 'sent'],
      )
      for (const table of ['outgoing', 'ledger_pending', 'case_letter', 'subject_address'])
        assert.ok(!/jannie|De Wit/i.test(JSON.stringify(await w.sql(`select t::text as row from ${table} t`))), table)
    })

    test('more time is told by mail as well', async () => {
      const who = await customer()
      await reachable(who.subject, ['meer@tijd.example'])
      const { id } = await contest(who)
      await call('POST', '/api/decisions/:id/contest/read', reviewer, { params: { id: who.decision } })
      await call('POST', '/api/decisions/:id/contest/extend', reviewer, {
        params: { id: who.decision },
        body: { reasons: 'De bank antwoordt later.' },
      })
      assert.deepEqual(await send(), { sent: 2, failed: 0 })
      assert.match((await lastSent()).text, /De bank antwoordt later\./)
      assert.deepEqual((await lettersOf(id)).at(-1), ['contest_extended', 'email', 'sent'])
    })

    test('without an address, without a server or without an address to write from it stands on the page, with why', async () => {
      const nowhere = await customer()
      await reachable(nowhere.subject, ['0612345678'])
      const { id } = await contest(nowhere)
      assert.deepEqual(await lettersOf(id), [['contest_received', 'portal', null]])
      assert.deepEqual(await entries('letter.sent', id), [
        { template: 'contest_received', via: 'portal', language: 'nl', why: 'no_address' },
      ])
      const known = await customer()
      await reachable(known.subject, ['wel@bekend.example'])
      const other = await contest(known, withoutServer)
      assert.deepEqual(
        (await entries('letter.sent', other.id)).map((body) => (body as { why: string }).why),
        ['no_server'],
      )
      const [before] = await w.sql<{ profile: object }>(`select profile from client where client_id = 'kaapstroom'`)
      await w.sql(
        `update client set profile = profile - 'complaints' #- '{contact,email}' where client_id = 'kaapstroom'`,
      )
      const third = await customer()
      await reachable(third.subject, ['ook@bekend.example'])
      assert.deepEqual(
        (await entries('letter.sent', (await contest(third)).id)).map((body) => (body as { why: string }).why),
        ['no_sender'],
      )
      await w.sql(`update client set profile = $1 where client_id = 'kaapstroom'`, [before!.profile])
      assert.deepEqual(await send(), { sent: 0, failed: 0 })
    })

    test('an answer from the customer stands in the thread; of a stranger it is for a person; after the end it is both', async () => {
      const who = await customer()
      await reachable(who.subject, ['piet@thuis.example'])
      const { id } = await contest(who)
      await send()
      const sent = await lastSent()
      const answer = replyTo(sent, 'Piet <PIET@thuis.example>', 'Hier is mijn bewijs.\r\n\r\n> Beste klant')
      assert.deepEqual(await take(answer), { taken: 'taken', why: 'added' })
      assert.deepEqual(await take(answer), { taken: 'taken', why: 'known' })
      const thread = async () => (await view(id)).messages.map(({ author, via, text }) => [author, via, text])
      assert.deepEqual(await thread(), [['customer', 'email', 'Hier is mijn bewijs.']])
      assert.deepEqual(await take(replyTo(sent, 'iemand@elders.example', 'Stuur mij alles.')), {
        taken: 'person',
        why: 'mail_other_sender',
      })
      const stranger = await customer()
      await reachable(stranger.subject, ['ander@thuis.example'])
      assert.equal((await take(replyTo(sent, 'ander@thuis.example', 'Van een ander.'))).why, 'mail_other_sender')
      assert.equal((await thread()).length, 1, 'a number alone opens nothing')
      await answerContest(who)
      await w.sql('update case_record set closed_at = now() where case_id = $1', [id])
      const late = replyTo(sent, 'piet@thuis.example', 'Dank u wel.')
      assert.deepEqual(await take(late), { taken: 'person', why: 'mail_case_over' })
      assert.deepEqual(await take(late), { taken: 'person', why: 'mail_case_over' })
      assert.deepEqual((await thread()).at(-1), ['customer', 'email', 'Dank u wel.'])
      assert.equal((await thread()).length, 2)
      assert.equal((await w.sql(`select 1 from case_record where kind = 'complaint'`)).length, 0)
    })
  })

  describe('that does not arrive', () => {
    test('a server that refuses for now is asked again; one that refuses for ever leaves the letter on the page, and the case says so', async () => {
      const who = await customer()
      await reachable(who.subject, ['straks@weg.example'])
      const { id } = await contest(who)
      smtp.answer = { code: 451 }
      assert.deepEqual(await send(), { sent: 0, failed: 1 })
      assert.deepEqual(await lettersOf(id), [['contest_received', 'email', 'waiting']])
      smtp.answer = { code: 550 }
      assert.deepEqual(await send(later(5)), { sent: 0, failed: 1 })
      smtp.answer = undefined
      assert.deepEqual(await send(later(60)), { sent: 0, failed: 0 }, 'not again')
      assert.deepEqual(await lettersOf(id), [['contest_received', 'portal', 'undelivered']])
      assert.deepEqual(await entries('letter.bounced', id), [{ kind: 'contest', code: 'smtp_550' }])
      assert.ok((await view(id)).timeline.some(({ type }) => type === 'letter.bounced'))
    })

    test('a report tells which letter came back, once; one that is only late changes nothing', async () => {
      const who = await customer()
      await reachable(who.subject, ['vol@postbus.example'])
      const { id } = await contest(who)
      await send()
      const first = await lastSent()
      await answerContest(who)
      await send()
      const report = (action: string, about = `Message-ID: ${first.messageId}`) =>
        mail(
          'MAILER-DAEMON@postbus.example',
          { Subject: 'Undelivered', 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b' },
          [
            '--b',
            'Content-Type: text/plain',
            '',
            'Sorry.',
            '--b',
            'Content-Type: message/delivery-status',
            '',
            'Reporting-MTA: dns; postbus.example',
            '',
            `Action: ${action}`,
            'Status: 4.2.2',
            '--b',
            'Content-Type: message/rfc822',
            '',
            'Subject: brief',
            about,
            '',
            'Beste klant',
            '--b--',
            '',
          ].join('\r\n'),
        )
      assert.deepEqual(await take(report('delayed')), { taken: 'taken', why: 'delayed' })
      assert.deepEqual(
        (await lettersOf(id)).map(([, , state]) => state),
        ['sent', 'sent'],
      )
      assert.deepEqual(await take(report('failed')), { taken: 'taken', why: 'bounce' })
      assert.deepEqual(await take(report('failed')), { taken: 'taken', why: 'bounce' })
      assert.deepEqual(await lettersOf(id), [
        ['contest_received', 'portal', 'undelivered'],
        ['contest_outcome', 'email', 'sent'],
      ])
      assert.deepEqual(await entries('letter.bounced', id), [{ kind: 'contest', code: 'bounced' }])
      assert.equal((await take(report('failed', `Subject: [${await reference(id)}]`))).why, 'bounce')
      assert.equal((await lettersOf(id))[1]![2], 'undelivered', 'with the number alone: the last that went out')
      const never = await contest(await customer())
      assert.deepEqual(await take(report('failed', `Subject: [${await reference(never.id)}]`)), {
        taken: 'person',
        why: 'bounce_unplaced',
      })
    })

    test('an address that was taken away meanwhile', async () => {
      const who = await customer()
      await reachable(who.subject, ['weg@gehaald.example'])
      const { id } = await contest(who)
      await reachable(who.subject, [])
      assert.deepEqual(await send(), { sent: 0, failed: 1 })
      assert.deepEqual(await lettersOf(id), [['contest_received', 'portal', 'undelivered']])
      assert.deepEqual(await entries('letter.bounced', id), [{ kind: 'contest', code: 'address_gone' }])
    })
  })

  test('a question: the answer goes by mail, and who answers that asks on', async () => {
    const who = await customer()
    await reachable(who.subject, ['vraag@thuis.example'])
    const { id } = await ask(who)
    await call('POST', '/api/clarifications/:id/answer', agent, {
      params: { id },
      body: { text: 'U betaalde 2 keer te laat.\n\nDat telde mee.' },
    })
    assert.deepEqual(await send(), { sent: 2, failed: 0 })
    const sent = await lastSent()
    assert.deepEqual(
      [sent.went, sent.subject],
      ['vraag@thuis.example', `ons antwoord op uw vraag [${await reference(id)}]`],
    )
    assert.match(sent.text, /U betaalde 2 keer te laat\.\n\nDat telde mee\./)
    assert.match(sent.text, /tot en met 25 december 2026/)
    assert.deepEqual(await lettersOf(id, agent), [
      ['clarify_received', 'email', 'sent'],
      ['clarify_answered', 'email', 'sent'],
    ])
    assert.deepEqual(await take(replyTo(sent, 'vraag@thuis.example', 'En waarom dan?')), {
      taken: 'taken',
      why: 'added',
    })
    const read = await view(id, agent)
    assert.deepEqual([read.state, read.messages.at(-1)!.text], ['asked', 'En waarom dan?'])
    const silent = await customer()
    const other = await ask(silent)
    await call('POST', '/api/clarifications/:id/answer', agent, { params: { id: other.id }, body: { text: 'Daarom.' } })
    assert.deepEqual(
      await lettersOf(other.id, agent),
      [['clarify_received', 'portal', null]],
      'it stands in the thread',
    )
  })

  describe('about a request', () => {
    const request = (subject: string, kind: string) =>
      call<{ id: string; letter: { mail: string | null; paragraphs: string[] } }>('POST', '/api/requests', dpo, {
        body: { kind, subject, identity: 'known_account', channel: 'phone' },
      })
    const decide = (id: string, body: object = { decision: 'granted' }, routes = all) =>
      call<{ letter: { mail: string | null; paragraphs: string[] } }>(
        'POST',
        '/api/requests/:id/decide',
        dpo,
        { params: { id }, body },
        routes,
      )

    test('the letter goes by mail, the copy stays behind the link; an answer stands in the thread', async () => {
      const who = await customer()
      await reachable(who.subject, ['inzage@thuis.example'])
      const { id, letter } = await request(who.subject, 'access')
      const number = await reference(id)
      assert.match(number, /^G-2026-/)
      assert.equal(letter.mail, 'waiting')
      assert.ok(letter.paragraphs.join(' ').includes(number), 'the number that people say')
      await send()
      const received = await lastSent()
      assert.deepEqual(await take(replyTo(received, 'inzage@thuis.example', 'Ook van vorig jaar.')), {
        taken: 'taken',
        why: 'added',
      })
      assert.equal((await view(id, dpo)).messages.at(-1)!.text, 'Ook van vorig jaar.')
      await decide(id)
      await send()
      const decided = await lastSent()
      assert.deepEqual(
        [decided.went, decided.subject],
        ['inzage@thuis.example', `ons antwoord op uw verzoek [${number}]`],
      )
      assert.match(decided.text, /staan klaar op uw klantpagina/)
      assert.deepEqual(decided.attachments, [])
      const detail = await call<{ letters: { kind: string; mail: string | null }[] }>('GET', '/api/requests/:id', dpo, {
        params: { id },
      })
      assert.deepEqual(
        detail.letters.map(({ kind, mail: state }) => [kind, state]),
        [
          ['received', 'sent'],
          ['decided', 'sent'],
        ],
      )
    })

    test('of an erasure the last letter goes at once, and nothing of it is kept; what waited goes no more', async () => {
      const who = await customer()
      await reachable(who.subject, ['wis@mij.example'])
      const { id } = await request(who.subject, 'erasure')
      const before = smtp.received.length
      const { letter } = await decide(id)
      assert.equal(letter.mail, 'sent')
      assert.equal(smtp.received.length, before + 1)
      const sent = await lastSent()
      assert.deepEqual(
        [sent.went, sent.subject],
        ['wis@mij.example', `ons antwoord op uw verzoek [${await reference(id)}]`],
      )
      assert.match(sent.text, /Wij hebben uw gegevens gewist/)
      assert.deepEqual(await send(), { sent: 0, failed: 0 }, 'that it came in was not sent yet')
      for (const table of ['outgoing', 'case_letter'])
        assert.equal((await w.sql(`select 1 from ${table} where case_id = $1`, [id])).length, 0, table)
      assert.equal((await w.sql('select 1 from subject_address where subject_id = $1', [who.subject])).length, 0)
      assert.deepEqual((await entries('letter.sent', id)).at(-1), {
        template: 'request_decided',
        via: 'email',
        language: 'nl',
      })
      assert.equal((await take(replyTo(sent, 'wis@mij.example', 'Dank u.'))).why, 'mail_other_sender')
    })

    test('when that letter cannot be sent, whoever decided has it before them; without an address nothing changes', async () => {
      const who = await customer()
      await reachable(who.subject, ['dicht@mij.example'])
      const { id } = await request(who.subject, 'erasure')
      smtp.answer = { code: 550 }
      const { letter } = await decide(id)
      smtp.answer = undefined
      assert.equal(letter.mail, 'undelivered')
      assert.match(letter.paragraphs.join(' '), /Wij hebben uw gegevens gewist/)
      assert.deepEqual(await entries('letter.bounced', id), [{ kind: 'request', code: 'smtp_550' }])
      const nowhere = await customer()
      assert.equal((await decide((await request(nowhere.subject, 'erasure')).id)).letter.mail, null)
      const reached = await customer()
      await reachable(reached.subject, ['wel@mij.example'])
      const other = await request(reached.subject, 'erasure')
      assert.equal((await decide(other.id, { decision: 'granted' }, withoutServer)).letter.mail, null)
    })
  })

  describe('and the systems of the organisation', () => {
    let server: Server
    const heard: { type: string; data: Record<string, unknown> }[] = []
    let status = 200
    before(async () => {
      server = createServer(async (req, res) => {
        const pieces: Buffer[] = []
        for await (const piece of req) pieces.push(piece as Buffer)
        if (status === 200) heard.push(JSON.parse(Buffer.concat(pieces).toString()))
        res.writeHead(status).end()
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      await w.sql(
        `update client set profile = profile || jsonb_build_object('webhooks', jsonb_build_array(jsonb_build_object('id', 'crm', 'url', $1::text, 'secret', 'env:PROEF', 'events', '["contest.received"]'::jsonb))) where client_id = 'kaapstroom'`,
        [`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`],
      )
    })
    after(() => server.close())
    const tell = (now = noon) =>
      sendOutgoing(w.db.database, { act: () => act(now), secret: () => 'geheim', confirmed: async () => undefined })
    const erase = async (subject: string) => {
      const { id } = await call<{ id: string }>('POST', '/api/requests', dpo, {
        body: { kind: 'erasure', subject, identity: 'known_account', channel: 'phone' },
      })
      await call('POST', '/api/requests/:id/decide', dpo, { params: { id }, body: { decision: 'granted' } })
    }

    test('who was asked to hold a decision is told to let it go when its person is erased, by the numbers of the question', async () => {
      const who = await customer()
      const { id } = await contest(who)
      assert.deepEqual(await tell(), { sent: 1, failed: 0 })
      await erase(who.subject)
      assert.deepEqual(await tell(later(1)), { sent: 1, failed: 0 })
      const [asked, ended] = heard.slice(-2)
      assert.deepEqual([asked!.type, asked!.data.contest, asked!.data.decision], ['contest.received', id, who.decision])
      assert.deepEqual(
        [ended!.type, ended!.data],
        [
          'contest.ended',
          {
            contest: id,
            decision: who.decision,
            system: 'score',
            reason: 'erased',
            release: true,
            at: noon.toISOString(),
          },
        ],
      )
      const [row] = await w.sql<{ state: string }>('select state from contest where contest_id = $1', [id])
      assert.equal(row!.state, 'ended')
    })

    test('a question to hold that never arrived is asked no more, and its end is told all the same', async () => {
      const who = await customer()
      await contest(who)
      status = 503
      assert.deepEqual(await tell(), { sent: 0, failed: 1 })
      status = 200
      await erase(who.subject)
      const before = heard.length
      assert.deepEqual(await tell(later(10)), { sent: 1, failed: 0 })
      assert.deepEqual(
        heard.slice(before).map(({ type }) => type),
        ['contest.ended'],
      )
    })

    test('of a contest that is over nobody hears again', async () => {
      const who = await customer()
      await contest(who)
      await call('POST', '/api/portal/decisions/:id/contest/withdraw', who.as, { params: { id: who.decision } })
      await tell(later(20))
      await erase(who.subject)
      assert.deepEqual(await tell(later(30)), { sent: 0, failed: 0 })
    })
  })
})
