/** Addresses of the preview server, a name for each: what the screen tests walk through and the benchmark loads. */
import { conversationRows, entryViews, keys, passkeys, people, systems } from './fixtures.ts'
import { fresh, subject } from './fixtures-consents.ts'
import { ids as rights } from './fixtures-rights.ts'

export type PreviewPage = { readonly name: string; readonly path: string; readonly status?: number }

export const consolePages: readonly PreviewPage[] = [
  { name: 'today', path: '/console/today' },
  { name: 'systems', path: '/console/systems' },
  ...systems.map(({ id }) => ({ name: `system ${id}`, path: `/console/systems/${id}` })),
  { name: 'stop', path: `/console/systems/${systems[0]!.id}/stop` },
  { name: 'resume', path: `/console/systems/${systems[0]!.id}/resume` },
  { name: 'gate', path: `/console/systems/${systems[0]!.id}/gate` },
  { name: 'overseer', path: `/console/systems/${systems[0]!.id}/overseer` },
  { name: 'conversations', path: '/console/conversations' },
  { name: 'conversations, none found', path: '/console/conversations?find=niets' },
  { name: 'words', path: '/console/conversations/words' },
  { name: 'keys and backups', path: '/console/privacy/keys' },
  { name: 'conversation', path: `/console/conversations/${conversationRows[0]!.id}` },
  { name: 'conversation, reason needed', path: `/console/conversations/${conversationRows[1]!.id}` },
  { name: 'views of a customer', path: `/console/subjects/${conversationRows[0]!.id}/views` },
  { name: 'views of a person', path: `/console/people/${people[0]!.id}/views` },
  { name: 'hand-offs', path: '/console/hand-offs' },
  { name: 'hand-off taken', path: '/console/hand-offs?done=accepted' },
  { name: 'ledger', path: '/console/ledger' },
  { name: 'ledger, none found', path: '/console/ledger?find=niets' },
  { name: 'entry', path: `/console/ledger/entries/${entryViews[4]!.event}` },
  { name: 'requests', path: '/console/requests' },
  { name: 'request', path: `/console/requests/${rights.open}` },
  { name: 'request, late', path: `/console/requests/${rights.late}` },
  { name: 'request, paused', path: `/console/requests/${rights.restricted}?done=decide` },
  { name: 'find customer', path: '/console/privacy/subjects' },
  { name: 'consents of a customer', path: `/console/privacy/subjects/${subject}?done=answer` },
  { name: 'consents, nothing asked', path: `/console/privacy/subjects/${fresh}` },
  { name: 'retention', path: '/console/retention' },
  { name: 'breaches', path: '/console/breaches' },
  { name: 'breach', path: `/console/breaches/${rights.breach}` },
  { name: 'limits', path: '/console/limits' },
  { name: 'coverage', path: '/console/privacy/coverage' },
  { name: 'remove sample', path: '/console/privacy/samples/x/remove' },
  { name: 'try', path: '/console/privacy/try' },
  { name: 'tried', path: `/console/privacy/try?conversation=${conversationRows[0]!.id}` },
  { name: 'sample kept', path: '/console/privacy/try?saved=x' },
  { name: 'people', path: '/console/people' },
  { name: 'new person', path: '/console/people/new' },
  { name: 'groups', path: '/console/people/groups' },
  { name: 'person', path: `/console/people/${people[0]!.id}` },
  { name: 'keys', path: '/console/keys' },
  { name: 'revoke key', path: `/console/keys/${keys[0]!.id}/revoke` },
  { name: 'client', path: '/console/client' },
  { name: 'me', path: '/console/me' },
  { name: 'remove passkey', path: `/console/me/passkeys/${passkeys[0]!.id}/remove` },
  { name: 'find', path: '/console/find?q=stop' },
  { name: 'shortcuts', path: '/console/shortcuts' },
  { name: 'sign-in', path: '/sign-in' },
  { name: 'signed out', path: '/sign-in?done=out' },
  { name: 'password', path: '/password?token=proef' },
  { name: 'second step', path: '/sign-in/code' },
  { name: 'second step set up', path: '/sign-in/factor' },
  { name: 'confirm', path: '/sign-in/confirm?to=/console/keys' },
  { name: 'not found', path: '/console/nergens', status: 404 },
]

const events = { first: entryViews[4]!.event, unsigned: entryViews.at(-1)!.event }

export const portalPages: readonly PreviewPage[] = [
  { name: 'what happened', path: '/p/goed' },
  { name: 'choices', path: '/p/goed/choices' },
  { name: 'choice made', path: '/p/goed/choices?done=gespreksopname' },
  { name: 'human', path: '/p/goed/human' },
  { name: 'known data', path: '/p/goed/data' },
  { name: 'request made', path: '/p/goed/data?made=x' },
  { name: 'copy', path: `/p/goed/data/copies/${rights.copy}` },
  { name: 'receipts', path: '/p/goed/receipts' },
  { name: 'receipt', path: `/p/goed/receipts/${events.first}` },
  { name: 'receipt, not yet in the row', path: `/p/goed/receipts/${events.unsigned}` },
  { name: 'expired link', path: '/p/verlopen', status: 410 },
  { name: 'unknown link', path: '/p/onbekend', status: 404 },
  { name: 'verify', path: '/verify' },
  { name: 'public systems', path: '/systems/kaapstroom' },
]

export const previewPages: readonly PreviewPage[] = [...consolePages, ...portalPages]
