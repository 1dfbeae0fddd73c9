import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { letterNamedIn, letterWay, mailAddressAmong, mailIdOf, mailStateOf, senderFrom } from './letter.ts'

const day = (n: number) => new Date(Date.UTC(2026, 10, n))
const email = (id: string, n: number) => ({ id, kind: 'email' as const, registeredAt: day(n) })
const phone = (id: string, n: number) => ({ id, kind: 'sms' as const, registeredAt: day(n) })
const from = 'klacht@klant.example'

describe('which way a letter goes', () => {
  for (const [what, given, way] of [
    ['to a known address', { sends: true, from, known: [email('a', 1)] }, { via: 'email', address: 'a' }],
    ['nothing sends mail here', { sends: false, from, known: [email('a', 1)] }, { via: 'portal', why: 'no_server' }],
    [
      'the client writes from nowhere',
      { sends: true, from: undefined, known: [email('a', 1)] },
      { via: 'portal', why: 'no_sender' },
    ],
    ['no address is known', { sends: true, from, known: [] }, { via: 'portal', why: 'no_address' }],
    ['a phone gets no letter', { sends: true, from, known: [phone('a', 1)] }, { via: 'portal', why: 'no_address' }],
  ] as const)
    test(what, () => assert.deepEqual(letterWay(given), way))

  test('the address that was registered last counts, in whatever order they come; of one moment the later id', () => {
    const known = [email('b', 3), phone('d', 9), email('a', 5), email('c', 1)]
    assert.equal(mailAddressAmong(known), 'a')
    assert.equal(mailAddressAmong(known.toReversed()), 'a')
    assert.equal(mailAddressAmong([email('y', 5), email('z', 5), email('x', 5)]), 'z')
  })

  test('a client writes from the mailbox that is read, else from the address that customers see', () => {
    const rules = { profile: 'default', namesStaff: false, memberOf: [] } as const
    const contact = { email: 'Service@klant.example' }
    assert.equal(senderFrom({ complaints: { ...rules, memberOf: [], email: from }, contact }), from)
    assert.equal(senderFrom({ complaints: { ...rules, memberOf: [] }, contact }), 'service@klant.example')
    assert.equal(senderFrom({ contact: { phone: '088' } }), undefined)
    assert.equal(senderFrom({ contact: { email: 'geen adres' } }), undefined)
  })
})

describe('the mail with a letter', () => {
  test('waits, is sent, or does not arrive', () => {
    assert.deepEqual((['queued', 'sent', 'failed'] as const).map(mailStateOf), ['waiting', 'sent', 'undelivered'])
  })

  test('has an id that names case and letter, also among other words and in capitals; another id names nothing', () => {
    const letter = '0190aaaa-0000-7000-8000-00000000000f'
    const id = mailIdOf('H-2026-004711', letter, from)
    assert.equal(id, `<H-2026-004711.${letter}@klant.example>`)
    for (const text of [id, `Message-ID: ${id}\r\nSubject: brief`, id.toUpperCase()])
      assert.deepEqual(letterNamedIn(text), { reference: 'H-2026-004711', letter })
    for (const text of ['', '[H-2026-004711]', `<${letter}@klant.example>`])
      assert.equal(letterNamedIn(text), undefined, text)
  })
})
