/** Keys of AI systems, and links with which customers reach the portal. */
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Role, type Route, readers, route } from '../../platform/http.ts'
import {
  keyList,
  keyParams,
  keyQuery,
  keyView,
  newKeyReply,
  newKeyRequest,
  portalLinkReply,
  portalLinkRequest,
  rotateKeyRequest,
} from '../contract.ts'
import { clientOfSystem } from '../store.ts'
import { type CreatedKey, createKey, findKey, listKeys, revokeKey, rotateKey, type SystemKey } from './keys.ts'
import { createPortalLink } from './portal-links.ts'
import { type AccessDeps, asDate, requireRole } from './route-deps.ts'

const keyHolders: readonly Role[] = ['administrator', 'ai_engineer']

export function keyRoutes({ database, ids }: AccessDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/keys',
      summary: {
        nl: 'Sleutels van AI-systemen, zonder de sleutel zelf.',
        en: 'Keys of AI systems, without the key itself.',
      },
      allow: readers,
      query: keyQuery,
      reply: keyList,
      events: [],
      handle: ({ caller, query }) =>
        database.inTx(
          caller.scope,
          async (tx) => ({
            keys: (await listKeys(tx, query.system === undefined ? {} : { system: query.system })).map(keyViewOf),
          }),
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/keys',
      summary: {
        nl: 'Maak een sleutel voor een AI-systeem. Het antwoord toont de sleutel één keer.',
        en: 'Make a key for an AI system. The reply shows the key, once.',
      },
      allow: keyHolders,
      recent: true,
      body: newKeyRequest,
      reply: newKeyReply,
      status: 201,
      events: ['key.issued'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          await requireRole(
            tx,
            caller,
            keyHolders,
            { client: await clientOfSystem(tx, body.system), system: body.system },
            now,
          )
          return createdKeyOf(
            await createKey(
              tx,
              { system: body.system, label: body.label, expiresAt: asDate(body.expiresAt) ?? null },
              { now, ids },
            ),
          )
        }),
    }),
    route({
      method: 'POST',
      path: '/api/keys/:key/rotate',
      summary: {
        nl: 'Vervang een sleutel. De oude werkt nog even door.',
        en: 'Replace a key. The old one goes on for a while.',
      },
      allow: keyHolders,
      recent: true,
      params: keyParams,
      body: rotateKeyRequest,
      reply: newKeyReply,
      status: 201,
      events: ['key.issued', 'key.revoked'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          await requireKeyRole(tx, caller, params.key, now)
          const graceMs = body.graceHours === undefined ? undefined : body.graceHours * 3_600_000
          return createdKeyOf(
            await rotateKey(
              tx,
              {
                key: params.key,
                expiresAt: asDate(body.expiresAt) ?? null,
                ...(graceMs === undefined ? {} : { graceMs }),
              },
              { now, ids },
            ),
          )
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/keys/:key',
      summary: {
        nl: 'Trek een sleutel in. De volgende aanroep wordt geweigerd.',
        en: 'Revoke a key. The next call is refused.',
      },
      allow: keyHolders,
      params: keyParams,
      reply: keyView,
      events: ['key.revoked'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, async (tx) => {
          await requireKeyRole(tx, caller, params.key, now)
          await revokeKey(tx, params.key, { now, ids })
          const key = await findKey(tx, params.key)
          if (!key) throw new ApiError(404, 'key_unknown', { param: 'key' })
          return keyViewOf(key)
        }),
    }),
  ]
}

async function requireKeyRole(tx: Tx, caller: Caller, key: string, now: Date): Promise<void> {
  const row = await findKey(tx, key)
  if (!row) throw new ApiError(404, 'key_unknown', { param: 'key' })
  await requireRole(tx, caller, keyHolders, row, now)
}

function keyViewOf(key: SystemKey) {
  return {
    id: key.id,
    system: key.system,
    label: key.label,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedOn: key.lastUsedOn,
  }
}

function createdKeyOf({ row, key }: CreatedKey) {
  return { ...keyViewOf(row), key }
}

export function linkRoutes({
  database,
  ids,
  findConversation,
  findDecision,
  portalLinkMs,
  portalUrl,
}: AccessDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/portal-links',
      summary: {
        nl: 'Maak een link waarmee de klant de klantpagina van dit gesprek opent.',
        en: 'Make a link with which the customer opens the portal of this conversation.',
      },
      allow: 'system_key',
      body: portalLinkRequest,
      reply: portalLinkReply,
      status: 201,
      events: ['link.issued'],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const expiresAt = new Date(now.getTime() + portalLinkMs)
          const client = caller.bound?.client ?? ''
          const { subject, to, tail } =
            body.conversation !== undefined
              ? toConversation(await findConversation(tx, client, body.conversation))
              : toDecision(await findDecision(tx, { client, system: caller.bound?.system ?? '' }, body.decision ?? ''))
          const link = await createPortalLink(tx, { to, subject, expiresAt }, { now, ids })
          const path = `${link.path}${tail}`
          return {
            url: `${portalUrl ?? ''}${path}`,
            path,
            conversation: 'conversation' in to ? to.conversation : null,
            decision: 'decision' in to ? to.decision : null,
            expiresAt: link.expiresAt.toISOString(),
          }
        }),
    }),
  ]
}

type Leads = {
  readonly subject: string
  readonly to: { readonly conversation: string } | { readonly decision: string }
  readonly tail: string
}

function toConversation(found: { conversation: string; subject: string } | undefined): Leads {
  if (!found) throw new ApiError(404, 'conversation_unknown', { param: 'conversation' })
  return { subject: found.subject, to: { conversation: found.conversation }, tail: '' }
}

/** A decision that fell in a conversation is shown beside it, with the rest of what the customer may see there. */
function toDecision(found: { decision: string; subject: string; conversation: string | null } | undefined): Leads {
  if (!found) throw new ApiError(404, 'decision_unknown', { param: 'decision' })
  const { decision, subject, conversation } = found
  return {
    subject,
    to: conversation === null ? { decision } : { conversation },
    tail: `/decisions/${decision}`,
  }
}
