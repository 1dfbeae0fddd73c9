import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseMail } from './io/parse.ts'
import { isHeaderValue, kindOf, readAddress, referenceIn, replyText, reportOf } from './message.ts'

const PATTERN = /\b[KHVG]-\d{4}-\d{6}\b/
const own = ['klacht@proef.example']
const raw = (headers: Record<string, string>, body = 'Dag') =>
  Buffer.from(
    `${Object.entries({
      From: 'Klant <klant@buiten.example>',
      To: own[0]!,
      Subject: 'Klacht',
      'Message-ID': '<a@buiten.example>',
      ...headers,
    })
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n')}\r\n\r\n${body}`,
  )
const read = async (bytes: Uint8Array) => {
  const parsed = await parseMail(bytes)
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.code)
  return parsed.mail
}

describe('a person or a machine', () => {
  for (const [why, headers, kind] of [
    ['a person', {}, 'message'],
    ['Auto-Submitted: no is a person', { 'Auto-Submitted': 'no' }, 'message'],
    ['an automatic answer (RFC 3834)', { 'Auto-Submitted': 'auto-replied' }, 'auto_reply'],
    ['away from the office, Exchange', { 'X-Auto-Response-Suppress': 'All' }, 'auto_reply'],
    ['bulk', { Precedence: 'bulk' }, 'auto_reply'],
    ['a mailing list', { 'List-Id': '<lijst.buiten.example>' }, 'list'],
    [
      'a report about delivery (RFC 3464)',
      { 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=x' },
      'bounce',
    ],
    ['without a way back', { 'Return-Path': '<>' }, 'bounce'],
    ['from the mail system', { From: 'MAILER-DAEMON@buiten.example' }, 'bounce'],
    ['our own mail that came back', { 'X-Waarborg-Mail': '1' }, 'loop'],
    ['from our own address', { From: own[0]! }, 'own'],
  ] as const)
    test(why, async () => assert.equal(kindOf(await read(raw(headers)), own), kind))
  test('one that went past thirty servers goes around', async () => {
    const hops = Array.from({ length: 31 }, (_, n) => `Received: from a${n} by b${n}`).join('\r\n')
    assert.equal(kindOf(await read(Buffer.from(`${hops}\r\n${raw({}).toString()}`)), own), 'loop')
  })
})

describe('what it is about', () => {
  test('our own message id comes before the subject, the latest first', () => {
    const mail = {
      inReplyTo: '<k-2026-000001.x@proef.example>',
      references: ['<K-2026-000002.y@proef.example>'],
      subject: 'Re: K-2026-000003',
    }
    assert.equal(referenceIn(mail, PATTERN), 'K-2026-000001')
    assert.equal(referenceIn({ ...mail, inReplyTo: null }, PATTERN), 'K-2026-000002')
    assert.equal(referenceIn({ ...mail, inReplyTo: null, references: [] }, PATTERN), 'K-2026-000003')
    assert.equal(referenceIn({ inReplyTo: null, references: [], subject: 'factuur 2026-000003' }, PATTERN), undefined)
  })
  for (const [why, text, kept] of [
    [
      'a Dutch thread',
      'Nog iets.\n\nOp ma 23 nov 2026 om 10:00 schreef Proef <a@b.example>:\n> Beste klant,\n> Dag',
      'Nog iets.',
    ],
    [
      'an English thread',
      'One more thing.\n\nOn Mon, Nov 23, 2026 at 10:00 AM Proef <a@b.example> wrote:\n> Dear',
      'One more thing.',
    ],
    ['Outlook', 'Zie onder.\n\nVan: Proef\nVerzonden: maandag\nBeste klant', 'Zie onder.'],
    ['quotes alone at the end', 'Ja.\n> mag dat?\n> groet', 'Ja.'],
    [
      'an answer between the quotes stays whole',
      '> mag dat?\nja\n> wanneer?\nmorgen',
      '> mag dat?\nja\n> wanneer?\nmorgen',
    ],
    ['nothing but a quote stays whole', '> mag dat?', '> mag dat?'],
    ['empty', '', ''],
  ] as const)
    test(why, () => assert.equal(replyText(text), kept))
})

describe('hostile bytes', () => {
  test('are a mail or a code, and never stop the rest', async () => {
    assert.deepEqual(await parseMail(Buffer.alloc(0)), { ok: false, code: 'mail_empty' })
    assert.deepEqual(await parseMail(Buffer.alloc(26 * 1_048_576)), { ok: false, code: 'mail_too_large' })
    for (const bytes of [
      Buffer.from('geen kop'),
      Buffer.from([0, 1, 2, 255]),
      Buffer.from(`Subject: ${'x'.repeat(2_000_000)}\r\n\r\n`),
      Buffer.from(`${'Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n'.repeat(100)}`),
    ]) {
      const parsed = await parseMail(bytes)
      assert.ok(parsed.ok || parsed.code === 'mail_unreadable')
    }
  })
  test('a charset that nobody knows is damaged, and its letters are kept', async () => {
    const mail = await read(raw({ 'Content-Type': 'text/plain; charset=x-nergens' }, 'Klacht over de bot'))
    assert.deepEqual([mail.damaged, mail.text.trim()], [true, 'Klacht over de bot'])
  })
  test('bytes that a charset does not have are replaced and said', async () => {
    const mail = await read(
      Buffer.concat([raw({ 'Content-Type': 'text/plain; charset=utf-8' }, ''), Buffer.from([0x63, 0x61, 0x66, 0xe9])]),
    )
    assert.deepEqual([mail.damaged, mail.text.trim().slice(0, 3)], [true, 'caf'])
  })
  test('old and far charsets are read', async () => {
    const latin = await read(
      Buffer.concat([
        raw({ 'Content-Type': 'text/plain; charset=iso-8859-1' }, ''),
        Buffer.from([0x63, 0x61, 0x66, 0xe9]),
      ]),
    )
    assert.deepEqual([latin.damaged, latin.text.trim()], [false, 'café'])
  })
  test('a mail of markup alone is read as text; one without any text is empty', async () => {
    const html = await read(
      raw({ 'Content-Type': 'text/html; charset=utf-8' }, '<p>De bot <b>loog</b>.</p><script>alert(1)</script>'),
    )
    assert.match(html.text, /De bot loog\./)
    assert.doesNotMatch(html.text, /alert/)
    assert.equal((await read(raw({ 'Content-Type': 'application/pdf' }, '%PDF'))).text.trim(), '')
  })
  test('names of files lose their folders and what hides what they are', async () => {
    const body =
      '--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="../../etc/\u202efdp.exe"\r\n\r\n%PDF-1\r\n--b--'
    const mail = await read(raw({ 'Content-Type': 'multipart/mixed; boundary=b' }, body))
    assert.ok(!/[/\\\u202e]/.test(mail.attachments[0]!.name), mail.attachments[0]!.name)
  })
  test('no header of ours takes a second line', () => {
    assert.equal(isHeaderValue('Uw klacht\r\nBcc: x@y.example'), false)
    assert.equal(readAddress('a@b.example\r\nBcc: c@d.example'), undefined)
    assert.equal(readAddress('Klant@Buiten.Example'), 'klant@buiten.example')
  })
})

describe('a report about delivery', () => {
  const report = (action: string | null, part: string) =>
    read(
      raw(
        { Subject: 'Undelivered', 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b' },
        [
          '--b\r\nContent-Type: text/plain\r\n\r\nSorry.',
          ...(action === null
            ? []
            : [`--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: ${action}`]),
          `--b\r\nContent-Type: ${part}\r\n\r\nMessage-ID: <H-2026-000001.brief@x.example>\r\n\r\nBeste klant\r\n--b--\r\n`,
        ].join('\r\n'),
      ),
    )
  for (const [action, failed] of [
    ['failed', true],
    ['delayed', false],
    ['delivered', false],
    ['relayed', false],
    [null, true],
  ] as const)
    test(`${action ?? 'without a code'}: ${failed ? 'somebody gave up' : 'it may still arrive, or did'}`, async () => {
      const found = reportOf(await report(action, 'message/rfc822'))
      assert.equal(found.failed, failed)
    })
  test('brings the mail that it is about, whole or its head alone', async () => {
    for (const part of ['message/rfc822', 'text/rfc822-headers'])
      assert.match(reportOf(await report('failed', part)).about, /<H-2026-000001\.brief@x\.example>/)
  })
})
