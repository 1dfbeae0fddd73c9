import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decideOneTimeLink, decidePortalLink, type OneTimeLinkRow, type PortalLinkRow } from './link.ts'
import {
  decideSession,
  endedSessionCookie,
  isToken,
  PENDING_MS,
  sessionCookie,
  sessionToken,
  TOUCH_EVERY_MS,
  tokenHash,
} from './session.ts'

const now = new Date('2026-11-25T12:00:00Z')
const after = (ms: number) => new Date(now.getTime() + ms)
const MINUTE = 60_000
const limits = { absoluteMs: 12 * 60 * MINUTE, idleMs: 60 * MINUTE }
const token = 'A'.repeat(43)

describe('how long a session lasts', () => {
  const session = (seenAgo: number, endsIn: number) => ({
    id: 's',
    person: 'p',
    client: null,
    createdAt: after(-endsIn),
    lastSeenAt: after(-seenAgo),
    endsAt: after(endsIn),
    completeAt: after(-endsIn),
    provedAt: after(-endsIn),
  })
  const pending = (begunAgo: number) => ({
    ...session(0, 90 * MINUTE),
    createdAt: after(-begunAgo),
    completeAt: null,
  })
  for (const [what, row, disabledAt, expected] of [
    ['an unknown token is no session', undefined, null, 'session_unknown'],
    ['a session in use lasts', session(MINUTE, MINUTE), null, 'ok'],
    ['one millisecond before its absolute end it lasts', session(0, 1), null, 'ok'],
    ['at its absolute end it has ended, however busy', session(0, 0), null, 'session_expired'],
    ['one millisecond before the idle limit it lasts', session(limits.idleMs - 1, 5 * MINUTE), null, 'ok'],
    ['at the idle limit it has ended', session(limits.idleMs, 5 * MINUTE), null, 'session_expired'],
    ['a closed account has no session', session(0, MINUTE), after(-1), 'person_disabled'],
    ['one without its second factor lasts a quarter of an hour', pending(PENDING_MS - 1), null, 'ok'],
    ['and then ends, however busy', pending(PENDING_MS), null, 'session_expired'],
    ['a clock that jumped back does not end it', session(-30 * MINUTE, 90 * MINUTE), null, 'ok'],
  ] as const)
    test(what, () => {
      const decision = decideSession(row, disabledAt, limits, now)
      assert.equal(decision.ok ? 'ok' : decision.refused, expected)
    })

  test('use is written down at most once a minute', () => {
    const touch = (ago: number) => {
      const decision = decideSession(session(ago, 90 * MINUTE), null, limits, now)
      return decision.ok && decision.touch
    }
    assert.equal(touch(TOUCH_EVERY_MS - 1), false)
    assert.equal(touch(TOUCH_EVERY_MS), true)
  })
})

describe('the cookie of a session', () => {
  test('over TLS it is bound to this host and path, out of reach of scripts', () => {
    assert.equal(
      sessionCookie(token, 60.9, true),
      `__Host-waarborg_session=${token}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure`,
    )
    assert.match(endedSessionCookie(true), /^__Host-waarborg_session=; .*Max-Age=0/)
  })
  for (const [what, header, secure, expected] of [
    ['the token is found between other cookies', `a=1; __Host-waarborg_session=${token}; b=2`, true, token],
    ['over TLS the name without prefix does not count', `waarborg_session=${token}`, true, undefined],
    ['over http on the own machine it does', `waarborg_session=${token}`, false, token],
    [
      'of two cookies with the name none counts',
      `waarborg_session=${token}; waarborg_session=${token}`,
      false,
      undefined,
    ],
    ['a value of another form is no token', 'waarborg_session=short', false, undefined],
    ['no cookie, no token', undefined, false, undefined],
  ] as const)
    test(what, () => assert.equal(sessionToken(header, secure), expected))

  test('a token is 43 characters of base64url', () => {
    assert.equal(isToken(token), true)
    for (const text of [undefined, '', token.slice(1), `${token}A`, `${token.slice(1)}+`, `${token.slice(1)}\n`])
      assert.equal(isToken(text), false)
  })

  test('what is stored of a token does not hold it', () => {
    assert.equal(tokenHash(token).length, 32)
    assert.equal(tokenHash(token).toString('latin1').includes(token.slice(0, 8)), false)
  })
})

describe('one-time links', () => {
  const link = (more: Partial<OneTimeLinkRow> = {}): OneTimeLinkRow => ({
    person: 'p',
    expiresAt: after(1),
    usedAt: null,
    disabledAt: null,
    ...more,
  })
  for (const [what, row, expected] of [
    ['one works before its end', link(), 'ok'],
    ['not at its end', link({ expiresAt: now }), 'link_expired'],
    ['not a second time', link({ usedAt: after(-1) }), 'link_used'],
    ['a used one says used, also after its end', link({ usedAt: after(-9), expiresAt: after(-1) }), 'link_used'],
    ['one that never existed is unknown', undefined, 'link_unknown'],
    ['one of a closed account is as if it never existed', link({ disabledAt: now }), 'link_unknown'],
  ] as const)
    test(what, () => {
      const decision = decideOneTimeLink(row, now)
      assert.equal(decision.ok ? 'ok' : decision.refused, expected)
    })
})

describe('links to the portal', () => {
  const link = (more: Partial<PortalLinkRow> = {}): PortalLinkRow => ({
    link: 'l',
    tenant: 't',
    client: 'c',
    decision: null,
    whole: false,
    conversation: 'v',
    subject: 's',
    expiresAt: after(1),
    revokedAt: null,
    ...more,
  })
  for (const [what, row, expected] of [
    ['one works before its end', link(), 'ok'],
    ['not at its end', link({ expiresAt: now }), 'expired'],
    ['a revoked one no longer works, whatever the clock says', link({ revokedAt: after(MINUTE) }), 'expired'],
    ['one that never existed is unknown', undefined, 'unknown'],
  ] as const)
    test(what, () => {
      const decision = decidePortalLink(row, now)
      assert.equal(decision.ok ? 'ok' : decision.refused, expected)
    })
})
