/** Getting into the portal by a one-time code, and the addresses to which one may go. */
import type { Database } from '../../platform/database.ts'
import { ApiError, type Route, route } from '../../platform/http.ts'
import { readContact } from '../address.ts'
import {
  addressesReply,
  addressesRequest,
  portalCodeEntered,
  portalCodeEntry,
  portalCodeMinutes,
  portalCodeRequest,
  portalCodeRequested,
  wayInQuery,
  wayInView,
} from '../contract.ts'
import { addressesOf, replaceAddresses } from './addresses.ts'
import { authenticationScope } from './authenticate.ts'
import { enterCode, requestCode } from './portal-codes.ts'
import { type AccessDeps, peerOf } from './route-deps.ts'

export function codeRoutes(deps: AccessDeps): Route[] {
  return [addressesRoute(deps), wayInRoute(deps), ...tryRoutes(deps)]
}

function addressesRoute({ database, ids, ring, subjectFor }: AccessDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/addresses',
    summary: {
      nl: 'Meld op welke adressen u een klant kent: daarheen kan een code voor de klantpagina gaan. Wat er niet meer bij staat, vervalt.',
      en: 'Report at which addresses you know a customer: a code for the portal can go there. What is no longer listed, goes.',
    },
    allow: 'system_key',
    body: addressesRequest,
    reply: addressesReply,
    events: ['address.registered', 'address.removed'],
    handle: ({ caller, body, now }) =>
      database.inTx(caller.scope, async (tx) => {
        const client = caller.bound?.client ?? ''
        const wanted = body.addresses.map(({ kind, address }, n) => {
          const read = readContact(address)
          if (read === undefined || read.kind !== kind)
            throw new ApiError(422, 'address_malformed', { param: `addresses[${n}].address` })
          return read
        })
        const subject = await subjectFor(tx, { client, reference: body.subject }, { now, ids })
        await replaceAddresses(tx, ring, { client, subject }, wanted, { now, ids })
        return {
          addresses: (await addressesOf(tx, subject)).map(({ id, kind, registeredAt }) => ({
            id,
            kind,
            registeredAt: registeredAt.toISOString(),
          })),
        }
      }),
  })
}

function wayInRoute({ database, tenant, codes }: AccessDeps): Route {
  return route({
    method: 'GET',
    path: '/api/public/portal',
    summary: {
      nl: 'Hoe een klant zonder link binnenkomt, en hoe de opdrachtgever te bereiken is.',
      en: 'How a customer gets in without a link, and how the client can be reached.',
    },
    allow: 'public',
    query: wayInQuery,
    reply: wayInView,
    events: [],
    handle: async ({ query }) => ({ kinds: [...codes.kinds], client: await clientOf(database, tenant, query.client) }),
  })
}

type Named = { client_id: string; name: string; profile: { contact?: Record<string, string> } }

/** The client that is asked for, else the only one there is; of none, or several, no more is told. */
async function clientOf(database: Database, tenant: string | null, wanted: string | undefined) {
  const { rows } = await database.inTx(
    authenticationScope,
    (tx) =>
      tx.query<Named>(
        'select client_id, name, profile from client where ($1::text is null or tenant_id = $1) and ($2::text is null or client_id = $2) limit 2',
        [tenant, wanted ?? null],
      ),
    { readOnly: true },
  )
  const [row, second] = rows
  if (row === undefined || second !== undefined) return null
  return { id: row.client_id, name: row.name, contact: row.profile.contact ?? {} }
}

function tryRoutes(deps: AccessDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/portal/codes',
      summary: {
        nl: 'Vraag een code voor de klantpagina. Het antwoord is hetzelfde, ook als niemand dit adres heeft.',
        en: 'Ask for a code for the portal. The answer is the same, also when nobody has this address.',
      },
      allow: 'public',
      body: portalCodeRequest,
      reply: portalCodeRequested,
      status: 202,
      events: ['code.requested'],
      async handle({ body: { address, client }, now, language, header }) {
        await requestCode(deps, { address, client, peer: peerOf(header), language }, now)
        return { minutes: portalCodeMinutes }
      },
    }),
    route({
      method: 'POST',
      path: '/api/portal/codes/entry',
      summary: {
        nl: 'Open de klantpagina met de code die naar uw adres ging.',
        en: 'Open the portal with the code that went to your address.',
      },
      allow: 'public',
      body: portalCodeEntry,
      reply: portalCodeEntered,
      status: 201,
      events: ['link.issued', 'code.refused'],
      async handle({ body: { address, code }, now, header }) {
        const ways = await enterCode(deps, { address, code, peer: peerOf(header) }, now)
        return { ways: ways.map((way) => ({ ...way, expiresAt: way.expiresAt.toISOString() })) }
      },
    }),
  ]
}
