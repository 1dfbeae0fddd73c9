/** The work list and what staff do with a case of any kind. */
import { ApiError, roles as allRoles, type Caller, type Role, type Route, route } from '../../platform/http.ts'
import { handOffSource } from '../hand-off.ts'
import { recordEvent } from '../io/event.ts'
import { assigners, caseReaders, caseWorkers, readsCaseAs } from './case.ts'
import {
  assignRequest,
  caseCounts,
  caseHandlers,
  caseList,
  caseParams,
  caseQuery,
  caseView,
  caseViewQuery,
  doneReply,
  exportQuery,
  exportReply,
  fileParams,
  fileReply,
  noteRequest,
} from './contract.ts'
import { type AskedOfKinds, assignCase, exportCases, handlersOf, noteCase } from './io/acts.ts'
import { placeOf, readFileOf } from './io/contents.ts'
import { countCases, listCases, viewCase } from './io/list.ts'
import { type PortalCaseDeps, portalRoutes } from './io/portal-routes.ts'
import { readCase } from './io/store.ts'
import { caseSource, type WorkSource } from './work.ts'

/** What kinds ask is put together where all of them are known; `sources`: what stands in the list beside cases. */
export type CaseDeps = AskedOfKinds & PortalCaseDeps & { readonly sources?: readonly WorkSource[] }

const workers: readonly Role[] = allRoles.filter(
  (role) => Object.values(caseWorkers).some((some) => some.includes(role)) || assigners.includes(role),
)
const noters: readonly Role[] = [...new Set<Role>([...Object.values(caseWorkers).flat(), 'auditor', 'dpo'])]

export function routes({ database, ring, ids, hinders, nexts = {}, saidMore = {}, sources = [] }: CaseDeps): Route[] {
  const all = [caseSource, handOffSource, ...sources]
  const readers = allRoles.filter((role) => all.some((one) => one.readers.includes(role)))
  return [
    ...portalRoutes({ database, ring, ids, saidMore }),
    route({
      method: 'GET',
      path: '/api/cases',
      summary: {
        nl: 'De werklijst: alles met een termijn (zaken, klanten die wachten, datalekken), wat het eerst afloopt bovenaan.',
        en: 'The work list: everything with a term (cases, customers who wait, breaches), what ends first on top.',
      },
      allow: readers,
      query: caseQuery,
      reply: caseList,
      events: [],
      handle: ({ caller, query, now }) =>
        database.inTx(caller.scope, (tx) => listCases(tx, query, readerOf(caller), now, all), { readOnly: true }),
    }),
    route({
      method: 'GET',
      path: '/api/case-counts',
      summary: {
        nl: 'Hoeveel zaken open staan, en hoeveel te laat zijn.',
        en: 'How many cases are open, and how many are late.',
      },
      allow: readers,
      reply: caseCounts,
      events: [],
      handle: ({ caller, now }) =>
        database.inTx(caller.scope, (tx) => countCases(tx, readerOf(caller), now, all), { readOnly: true }),
    }),
    route({
      method: 'GET',
      path: '/api/cases-export',
      summary: {
        nl: 'De werklijst als bestand (CSV of JSON), zonder wat er geschreven is.',
        en: 'The work list as a file (CSV or JSON), without what was written.',
      },
      allow: readers,
      query: exportQuery,
      reply: exportReply,
      events: ['case.exported'],
      handle: ({ caller, query, now }) =>
        database.inTx(caller.scope, (tx) => exportCases(tx, query, readerOf(caller), { now, ids }, all)),
    }),
    route({
      method: 'GET',
      path: '/api/cases/:id',
      summary: {
        nl: 'Eén zaak: termijnen, berichten, brieven, bestanden en tijdlijn.',
        en: 'One case: terms, messages, letters, files and time line.',
      },
      allow: caseReaders,
      params: caseParams,
      query: caseViewQuery,
      reply: caseView,
      events: ['case.viewed'],
      handle: ({ caller, params, query, now }) =>
        database.inTx(caller.scope, (tx) => viewCase(tx, ring, params.id, readerOf(caller), { now, ids }, query)),
    }),
    route({
      method: 'GET',
      path: '/api/cases/:id/handlers',
      summary: { nl: 'Aan wie deze zaak nu kan.', en: 'To whom this case can be given now.' },
      allow: assigners,
      params: caseParams,
      reply: caseHandlers,
      events: [],
      handle: ({ caller, params, now }) =>
        database.inTx(
          caller.scope,
          async (tx) => ({ people: [...(await handlersOf(tx, params.id, { hinders }, now))] }),
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/cases/:id/assign',
      summary: { nl: 'Geef een zaak aan iemand, of aan niemand.', en: 'Give a case to somebody, or to nobody.' },
      allow: workers,
      params: caseParams,
      body: assignRequest,
      reply: doneReply,
      events: ['case.assigned'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => ({
          id: params.id,
          record: await assignCase(tx, params.id, body.person, readerOf(caller), { hinders, nexts }, { now, ids }),
        })),
    }),
    route({
      method: 'POST',
      path: '/api/cases/:id/notes',
      summary: { nl: 'Schrijf een notitie bij een zaak.', en: 'Write a note with a case.' },
      allow: noters,
      params: caseParams,
      body: noteRequest,
      reply: doneReply,
      status: 201,
      events: ['case.noted'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, (tx) => noteCase(tx, ring, params.id, body.text, readerOf(caller), { now, ids })),
    }),
    route({
      method: 'GET',
      path: '/api/cases/:id/files/:file',
      summary: { nl: 'Eén bestand van een zaak.', en: 'One file of a case.' },
      allow: noters,
      params: fileParams,
      reply: fileReply,
      events: ['attachment.viewed'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const row = await readCase(tx, params.id)
          if (readsCaseAs(row.kind, readerOf(caller).roles) === undefined) throw new ApiError(403, 'not_allowed')
          const file = await readFileOf(tx, ring, placeOf(row), params.file)
          await recordEvent(
            tx,
            { now, ids },
            {
              type: 'attachment.viewed',
              client: row.client_id,
              subject: row.subject_id,
              refs: { case: params.id, attachment: params.file },
            },
          )
          return { name: file.name, mediaType: file.mediaType, base64: Buffer.from(file.bytes).toString('base64') }
        }),
    }),
  ]
}

/** An operator at the machine stands in for every role. */
export const readerOf = (caller: Caller): { id: string; roles: readonly string[] } => ({
  id: caller.id,
  roles: caller.kind === 'operator' ? allRoles : caller.roles,
})
