/** What a customer sees of everything they asked of the organisation by this link, and what they may add to it. */
import type { z } from 'zod'
import type { Act } from '../../../access/index.ts'
import { dayIn } from '../../../deadlines/index.ts'
import type { Database, Tx } from '../../../platform/database.ts'
import { ApiError, type Route, route } from '../../../platform/http.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { KeyRing } from '../../../vault/index.ts'
import { recordEvent, tenantOf } from '../../io/event.ts'
import { FILE_BYTES, nameInHeader } from '../attachment.ts'
import {
  addedReply,
  addMessageRequest,
  caseParams,
  fileNameHeader,
  type PortalCase,
  portalCase,
  type portalCaseLine,
  portalCases,
} from '../contract.ts'
import {
  addFile,
  addMessage,
  checkFile,
  filesOf,
  lettersOf,
  messagesOf,
  placeOf,
  readingKey,
  writingKey,
} from './contents.ts'
import { type CaseLink, caseLinkOf, caseOfLink, casesOfLink } from './link.ts'
import { type CaseRow, calendarOf } from './store.ts'

/** What a message of the customer sets in motion in a case of this kind, beside standing in its thread. */
export type SaidMore = (tx: Tx, ring: KeyRing, row: CaseRow, act: Act) => Promise<void>

export type PortalCaseDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly ids: Ids
  readonly saidMore?: Readonly<Partial<Record<CaseRow['kind'], SaidMore>>>
}

export function portalRoutes(deps: PortalCaseDeps): Route[] {
  return [...readRoutes(deps), ...addRoutes(deps)]
}

function readRoutes({ database, ring }: PortalCaseDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/portal/cases',
      summary: {
        nl: 'Wat u ons vroeg: klachten, vragen en verzoeken.',
        en: 'What you asked of us: complaints, questions and requests.',
      },
      allow: 'customer',
      reply: portalCases,
      events: [],
      handle: ({ caller }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const bound = caseLinkOf(caller)
            const { timeZone } = await calendarOf(tx, bound.client)
            const rows = await casesOfLink(tx, bound)
            return {
              client: await clientName(tx, bound.client),
              alone: bound.conversation === null,
              cases: rows.map((row) => lineOf(row, bound, timeZone)),
            }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'GET',
      path: '/api/portal/cases/:id',
      summary: {
        nl: 'Eén zaak van u: berichten, brieven en bestanden.',
        en: 'One case of yours: messages, letters and files.',
      },
      allow: 'customer',
      params: caseParams,
      reply: portalCase,
      events: [],
      handle: ({ caller, params }) =>
        database.inTx(caller.scope, (tx) => viewOf(tx, ring, caseLinkOf(caller), params.id), { readOnly: true }),
    }),
  ]
}

function addRoutes({ database, ring, ids, saidMore = {} }: PortalCaseDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/portal/cases/:id/messages',
      summary: { nl: 'Voeg een bericht toe aan een zaak van u.', en: 'Add a message to a case of yours.' },
      allow: 'customer',
      params: caseParams,
      body: addMessageRequest,
      reply: addedReply,
      status: 201,
      events: ['case.added'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const row = await openOne(tx, caseLinkOf(caller), params.id)
          const place = placeOf(row)
          const key = await writingKey(tx, ring, place, now)
          const receipt = await added(tx, row, 'message', { now, ids })
          const made = await addMessage(
            tx,
            key,
            place,
            { author: 'customer', person: null, via: 'portal', text: body.text, record: receipt },
            { now, ids },
          )
          await saidMore[row.kind]?.(tx, ring, row, { now, ids })
          return { id: made!, receipt }
        }),
    }),
    route({
      method: 'POST',
      path: '/api/portal/cases/:id/files',
      summary: {
        nl: 'Voeg een bestand toe aan een zaak van u; de naam staat in `x-file-name`, met procenttekens (UTF-8).',
        en: 'Add a file to a case of yours; its name stands in `x-file-name`, percent-encoded (UTF-8).',
      },
      allow: 'customer',
      params: caseParams,
      reply: addedReply,
      status: 201,
      file: true,
      // A larger one is read up to the limit of a file, and refused with what is wrong with it.
      bodyLimit: 4 * FILE_BYTES,
      events: ['case.added'],
      async handle({ caller, params, now, header, bytes: sent }) {
        const bytes = await firstBytes(sent!(), FILE_BYTES + 1)
        return database.inTx(caller.scope, async (tx) => {
          const row = await openOne(tx, caseLinkOf(caller), params.id)
          const place = placeOf(row)
          const media = await checkFile(tx, place, bytes)
          const key = await writingKey(tx, ring, place, now)
          const receipt = await added(tx, row, 'file', { now, ids })
          const name = nameInHeader(header(fileNameHeader))
          const made = await addFile(
            tx,
            key,
            place,
            media,
            { name, bytes, author: 'customer', record: receipt },
            { now, ids },
          )
          return { id: made, receipt }
        })
      },
    }),
  ]
}

/** What was sent, up to `most` bytes: no more is kept of what is too large. */
async function firstBytes(sent: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of sent) {
    pieces.push(piece)
    size += piece.length
    if (size >= most) break
  }
  return Buffer.concat(pieces).subarray(0, most)
}

const added = (tx: Tx, row: CaseRow, what: 'message' | 'file', act: { readonly now: Date; readonly ids: Ids }) =>
  recordEvent(tx, act, {
    type: 'case.added',
    client: row.client_id,
    subject: row.subject_id,
    refs: { case: row.case_id },
    body: { kind: row.kind, what },
  })

async function openOne(tx: Tx, bound: CaseLink, id: string): Promise<CaseRow> {
  const row = await caseOfLink(tx, bound, id, { lock: true })
  if (row.closed_at !== null) throw new ApiError(409, 'case_over')
  return row
}

const lineOf = (row: CaseRow, { whole }: CaseLink, timeZone: string): z.output<typeof portalCaseLine> => ({
  id: row.case_id,
  kind: row.kind,
  reference: row.reference,
  state: row.state,
  openedAt: row.opened_at.toISOString(),
  closedAt: row.closed_at?.toISOString() ?? null,
  promisedOn: row.closed_at !== null || row.strict_at === null ? null : dayIn(row.strict_at, timeZone),
  under: whole ? (row.conversation_id ?? row.decision_id) : null,
})

async function clientName(tx: Tx, client: string): Promise<string> {
  const { rows } = await tx.query<{ name: string }>('select name from client where tenant_id = $1 and client_id = $2', [
    tenantOf(tx),
    client,
  ])
  return rows[0]?.name ?? ''
}

async function viewOf(tx: Tx, ring: KeyRing, bound: CaseLink, id: string): Promise<PortalCase> {
  const row = await caseOfLink(tx, bound, id)
  const { timeZone } = await calendarOf(tx, row.client_id)
  const key = await readingKey(tx, ring, row.subject_id)
  return {
    ...lineOf(row, bound, timeZone),
    client: await clientName(tx, bound.client),
    alone: bound.conversation === null,
    messages: (await messagesOf(tx, key, id)).map(({ at, author, text, record }) => ({ at, author, text, record })),
    letters: (await lettersOf(tx, key, id)).map(({ person: _, ...letter }) => letter),
    files: (await filesOf(tx, key, id)).map(({ name, bytes, at }) => ({ name, bytes, at })),
    mayAdd: row.closed_at === null,
    receipt: row.record,
  }
}
