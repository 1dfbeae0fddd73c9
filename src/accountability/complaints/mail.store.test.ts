// Complaints by e-mail against real servers on the loopback: dovecot is read, smtp-server receives what is sent.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { randomIds } from '../../platform/ids.ts'
import { type InboxFailed, readInbox } from '../../platform/mail/io/inbox.ts'
import { createSender } from '../../platform/mail/io/outbox.ts'
import { parseMail } from '../../platform/mail/io/parse.ts'
import { type Mailbox, noDovecot, type SmtpServer, startDovecot, startSmtp } from '../../platform/mail/testing.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { routes as caseRoutes } from '../../records/cases/routes.ts'
import { queueMail, sendLetters } from '../../records/index.ts'
import { apply, callRoute, organisationFrom, plainDeps, staff, start, testKeys } from '../../records/testing.ts'
import type { KeyRing } from '../../vault/index.ts'
import { complaintHinder, takeMail } from '../index.ts'
import type { ComplaintView } from './contract.ts'
import { routes } from './routes.ts'

const file = join(import.meta.dirname, '../../../testdata/organisation/states.yaml')
const box = 'klacht@contractklant.example'
const mail = (headers: Record<string, string>, body = 'De bot noemde mevrouw De Wit een verkeerd bedrag.') =>
  `${Object.entries({
    From: 'Jannie Postma <jannie@buiten.example>',
    To: box,
    Subject: 'Klacht over uw bot',
    Date: 'Wed, 25 Nov 2026 12:00:00 +0100',
    ...headers,
  })
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n')}\r\n\r\n${body}`

describe('complaints by e-mail', () => {
  let db: TestDatabase
  let ring: KeyRing
  let smtp: SmtpServer
  let now = start
  const act = () => ({ now, ids: randomIds })
  const officer = staff('toets', ['ethics_officer', 'complaint_handler'], '*', 'anna')
  const deps = () => ({ database: db.database, ring, tenant: 'toets', act, post: queueMail })
  const take = (raw: string | Uint8Array) => takeMail(deps(), Buffer.from(raw))
  const send = () => sendLetters(deps(), (from, name) => createSender({ url: smtp.url, from, name }))
  const complaints = () =>
    db.ownerQuery<{ case_id: string; reference: string; via: string }>(
      `select case_id, reference, via from case_record where kind = 'complaint' order by opened_at, case_id`,
    )
  const all = () => [
    ...caseRoutes({ database: db.database, ring, ids: randomIds, hinders: { complaint: complaintHinder } }),
    ...routes({ database: db.database, ring, ids: randomIds, decisionsOf: async () => [], post: queueMail }),
  ]
  const view = (id: string) =>
    callRoute(all(), 'GET', '/api/complaints/:id', officer, { params: { id }, now }) as Promise<ComplaintView>
  const lastComplaint = async () => (await complaints()).at(-1)!

  before(async () => {
    db = await testDatabase()
    ring = testKeys()
    smtp = await startSmtp()
    await apply(db.database, plainDeps(ring), organisationFrom(file, start), { now: start, ids: randomIds })
    await db.ownerQuery(
      `update client set profile = profile || jsonb_build_object('complaints', jsonb_build_object('profile', 'default', 'namesStaff', false, 'memberOf', '[]'::jsonb, 'email', $1::text)) where client_id = 'contractklant'`,
      [box],
    )
    await db.ownerQuery(
      `insert into person (tenant_id, person_id, name, created_at, updated_at) values ('toets', 'anna', 'Anna', now(), now())`,
    )
    await db.ownerQuery(
      `insert into role_assignment (tenant_id, client_id, assignment_id, person_id, role, from_at, assigned_by) values ('toets', null, 'r1', 'anna', 'complaint_handler', '2020-01-01', 'test')`,
    )
  })
  after(async () => {
    await smtp.close()
    await db.close()
  })

  test('one that comes in is a complaint with its words, and is confirmed in the same thread', async () => {
    assert.deepEqual(await take(mail({ 'Message-ID': '<eerste@buiten.example>' })), { taken: 'taken', why: 'received' })
    assert.deepEqual(await take(mail({ 'Message-ID': '<eerste@buiten.example>' })), { taken: 'taken', why: 'known' })
    const [one, ...others] = await complaints()
    assert.deepEqual([one!.via, others.length], ['email', 0])
    assert.deepEqual(await send(), { sent: 1, failed: 0 })
    const { to, raw } = smtp.received.at(-1)!
    const parsed = await parseMail(Buffer.from(raw))
    assert.ok(parsed.ok)
    assert.deepEqual(
      [to, parsed.mail.from, parsed.mail.subject],
      ['jannie@buiten.example', box, `wij hebben uw klacht ontvangen [${one!.reference}]`],
    )
    assert.match(parsed.mail.text, /Het nummer is K-2026-\d{6}/)
    assert.match(parsed.mail.text, /Beste Jannie Postma,/)
    assert.equal(parsed.mail.headers.get('auto-submitted')?.[0], 'auto-generated')
    for (const table of ['case_message', 'case_record', 'outgoing', 'ledger_pending'])
      assert.ok(
        !/De Wit|jannie/i.test(JSON.stringify(await db.ownerQuery(`select t::text as row from ${table} t`))),
        table,
      )
  })

  test('an answer joins it by our own message id; the same number from another address does not', async () => {
    const { case_id: id, reference } = await lastComplaint()
    const sent = await parseMail(Buffer.from(smtp.received.at(-1)!.raw))
    assert.ok(sent.ok)
    await take(
      mail(
        { 'Message-ID': '<tweede@buiten.example>', Subject: 'Re: uw brief', 'In-Reply-To': sent.mail.messageId! },
        `Het was 25 euro.\r\n\r\nOp wo 25 nov 2026 schreef Contractklant:\r\n> Beste klant`,
      ),
    )
    const { case: read } = await view(id)
    assert.deepEqual(
      read.messages.map(({ text }) => text),
      ['De bot noemde mevrouw De Wit een verkeerd bedrag.', 'Het was 25 euro.'],
    )
    await take(
      mail(
        { From: 'iemand@elders.example', 'Message-ID': '<vreemd@elders.example>', Subject: `Re: [${reference}]` },
        'Stuur mij alles.',
      ),
    )
    assert.equal((await view(id)).case.messages.length, 2, 'a number alone opens nothing')
    assert.equal((await complaints()).length, 2)
  })

  test('the verdict goes out in the thread', async () => {
    const { case_id: id } = (await complaints())[0]!
    await callRoute(all(), 'POST', '/api/cases/:id/assign', officer, { params: { id }, body: { person: 'anna' }, now })
    for (const act_ of [
      { act: 'acknowledge' },
      { act: 'assess', aiRelated: true, severity: 'low', cause: 'wrong_answer' },
      { act: 'investigate' },
      {
        act: 'propose',
        points: [{ point: 'Het bedrag', verdict: 'upheld', reasons: 'Het was een oud bedrag.' }],
        findings: 'De tekst was oud.',
        reasons: 'U mocht erop rekenen.',
      },
      { act: 'decide' },
      { act: 'communicate', via: 'email' },
    ])
      await callRoute(all(), 'POST', '/api/complaints/:id/acts', officer, {
        params: { id },
        body: { revision: (await view(id)).case.revision, do: act_ },
        now,
      })
    assert.equal((await send()).failed, 0)
    const verdict = await parseMail(
      Buffer.from(smtp.received.find(({ raw }) => /ons oordeel over uw klacht/.test(raw))!.raw),
    )
    assert.ok(verdict.ok)
    assert.match(verdict.mail.text, /is gegrond\. Dat betekent: u hebt gelijk\./)
    assert.ok(verdict.mail.references.length >= 2, 'it hangs in the thread')
  })

  test('machines get no answer: away from office, lists, loops; a letter that did not arrive is on record', async () => {
    const before = (await complaints()).length
    for (const [headers, why] of [
      [{ 'Auto-Submitted': 'auto-replied' }, 'auto_reply'],
      [{ 'X-Waarborg-Mail': '1' }, 'loop'],
      [{ 'List-Id': '<x.example>', Precedence: 'list' }, 'list'],
      [{ From: box }, 'own'],
    ] as const)
      assert.equal((await take(mail(headers))).why, why)
    const { reference } = await lastComplaint()
    const bounce = mail(
      { From: 'MAILER-DAEMON@buiten.example', 'Content-Type': 'text/plain' },
      `Undelivered: [${reference}]`,
    )
    assert.deepEqual(await take(bounce), { taken: 'taken', why: 'bounce' })
    assert.deepEqual(await take(mail({ From: 'MAILER-DAEMON@buiten.example' }, 'iets anders')), {
      taken: 'person',
      why: 'bounce_unplaced',
    })
    assert.equal((await complaints()).length, before)
    assert.equal((await db.ownerQuery(`select 1 from ledger_pending where type = 'letter.bounced'`)).length, 1)
  })

  test('without text, without sender, for nobody, broken or too large: for a person, and nothing is lost', async () => {
    assert.deepEqual(await take(mail({ Subject: '' }, '')), { taken: 'person', why: 'mail_empty' })
    assert.deepEqual(await take(mail({ From: '', 'Return-Path': '<x@y.example>' })), {
      taken: 'person',
      why: 'mail_without_sender',
    })
    assert.deepEqual(await take(mail({ To: 'iemand@anders.example' })), { taken: 'person', why: 'mail_unplaced' })
    assert.deepEqual(await takeMail(deps(), null), { taken: 'person', why: 'mail_too_large' })
    const broken = await take(
      Buffer.concat([
        Buffer.from(mail({ 'Content-Type': 'text/plain; charset=x-nergens' }, '')),
        Buffer.from([0x4b, 0x6c, 0x61, 0x63, 0x68, 0x74, 0xff, 0xfe]),
      ]),
    )
    assert.equal(broken.why, 'received')
    const { case: read } = await view((await lastComplaint()).case_id)
    assert.match(read.messages[0]!.text!, /^Klacht/)
  })

  test('files of four kinds come along; a program that calls itself a picture does not', async () => {
    const body = [
      '--b',
      'Content-Type: text/plain',
      '',
      'Zie de bijlagen.',
      '--b',
      'Content-Type: application/pdf',
      'Content-Disposition: attachment; filename="../../brief.pdf"',
      '',
      '%PDF-1.4 brief',
      '--b',
      'Content-Type: image/png',
      'Content-Disposition: attachment; filename="foto.png"',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('MZ\u0090\u0000program').toString('base64'),
      '--b--',
      '',
    ].join('\r\n')
    await take(mail({ 'Message-ID': '<files@buiten.example>', 'Content-Type': 'multipart/mixed; boundary=b' }, body))
    const { case: read } = await view((await lastComplaint()).case_id)
    assert.deepEqual(
      read.attachments.map(({ name, mediaType }) => [name, mediaType]),
      [['brief.pdf', 'application/pdf']],
    )
    assert.ok(read.timeline.some(({ type }) => type === 'attachment.refused'))
  })

  test('a server that refuses for ever is not asked again; one that refuses for now is', async () => {
    await send()
    smtp.answer = { code: 451 }
    await take(mail({ 'Message-ID': '<later@buiten.example>' }))
    assert.deepEqual(await send(), { sent: 0, failed: 1 })
    smtp.answer = undefined
    assert.deepEqual(await send(), { sent: 0, failed: 0 })
    now = new Date(start.getTime() + 120_000)
    assert.deepEqual(await send(), { sent: 1, failed: 0 })
    smtp.answer = { code: 550 }
    await take(mail({ 'Message-ID': '<nooit@buiten.example>' }))
    assert.deepEqual(await send(), { sent: 0, failed: 1 })
    smtp.answer = undefined
    now = new Date(start.getTime() + 7_200_000)
    assert.deepEqual(await send(), { sent: 0, failed: 0 })
  })

  describe('read from a real IMAP server', { skip: noDovecot }, () => {
    let dovecot: Mailbox
    before(async () => {
      dovecot = await startDovecot()
    })
    after(() => dovecot?.close())

    test('a mail counts as seen when it is on record; one for a person is flagged and stays', async () => {
      const before = (await complaints()).length
      dovecot.deliver(mail({ 'Message-ID': '<imap1@buiten.example>' }, 'Via een echte postbus.'))
      dovecot.deliver(mail({ 'Message-ID': '<imap2@buiten.example>', To: 'niemand@anders.example' }))
      dovecot.deliver(mail({ 'Message-ID': '<imap3@buiten.example>', 'Auto-Submitted': 'auto-replied' }))
      const read = () =>
        readInbox({ url: dovecot.url, folder: 'INBOX' }, async (raw) => (await takeMail(deps(), raw)).taken)
      assert.equal(await read(), 3)
      assert.deepEqual([(await complaints()).length - before, dovecot.counts()], [1, { flagged: 1, unseen: 0 }])
      assert.equal(await read(), 0)
    })
    test('when the store fails in between, the mail stays and comes again', async () => {
      dovecot.deliver(mail({ 'Message-ID': '<imap4@buiten.example>' }, 'Die valt tussendoor.'))
      const failing = readInbox({ url: dovecot.url, folder: 'INBOX' }, () => Promise.reject(new Error('store')))
      await assert.rejects(failing, /store/)
      assert.equal(dovecot.counts().unseen, 1)
      const before = (await complaints()).length
      await readInbox({ url: dovecot.url, folder: 'INBOX' }, async (raw) => (await takeMail(deps(), raw)).taken)
      assert.equal((await complaints()).length, before + 1)
    })
    test('a wrong password, a folder that is not there and a server that is not there have their own codes', async () => {
      const fails = (url: string, folder = 'INBOX') =>
        readInbox({ url, folder }, async () => 'leave').then(
          () => 'no',
          (error: InboxFailed) => error.code,
        )
      assert.equal(await fails(dovecot.url.replace('proef', 'fout')), 'mail_unauthorised')
      assert.equal(await fails(dovecot.url, 'Nergens'), 'mail_folder_unknown')
      assert.equal(await fails('imap://a:b@127.0.0.1:1'), 'mail_unreachable')
    })
  })
})
