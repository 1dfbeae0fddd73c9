/** Who looked at a customer, what a colleague opened, and signals of unusual reading. Each look at these is an entry. */
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Role, type Route, route } from '../../platform/http.ts'
import {
  done,
  judgeRequest,
  personParams,
  personViews,
  readingSignals,
  signalParams,
  subjectParams,
  subjectViews,
} from '../contract.ts'
import { loadPerson, loadStaff } from '../store.ts'
import { type Act, record } from './record.ts'
import type { AccessDeps } from './route-deps.ts'
import { judgeSignal, openSignals, viewsBy, viewsOf } from './views.ts'

/** Staff are data subjects too: what they opened is for who supervises privacy, and for audits. */
const watchers: readonly Role[] = ['dpo', 'auditor']

export function viewRoutes({ database, ids }: AccessDeps): Route[] {
  const listed = (tx: Tx, about: 'subject' | 'person', id: string, looks: number, act: Act) =>
    record(tx, act, {
      type: 'view.listed',
      ...(about === 'subject' ? { subject: id, refs: {} } : { refs: { person: id } }),
      body: { about, looks },
    })
  return [
    route({
      method: 'GET',
      path: '/api/subjects/:subject/views',
      summary: {
        nl: 'Wie las wat deze klant zei, wanneer en waarom. Ook deze blik staat in het logboek.',
        en: 'Who read what this customer said, when and why. This look is on record too.',
      },
      allow: watchers,
      params: subjectParams,
      reply: subjectViews,
      events: ['view.listed'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const known = await tx.query('select 1 from data_subject where tenant_id = $1 and subject_id = $2', [
            caller.scope.tenant,
            params.subject,
          ])
          if (known.rowCount === 0) throw new ApiError(404, 'subject_unknown')
          const views = await viewsOf(tx, params.subject)
          const names = new Map(
            (await loadStaff(tx, [...new Set(views.map(({ person }) => person))])).map((p) => [p.id, p.name]),
          )
          await listed(tx, 'subject', params.subject, views.length, { now, ids })
          return {
            subject: params.subject,
            views: views.map(({ at, client: _, ...view }) => ({
              ...view,
              at: at.toISOString(),
              name: names.get(view.person) ?? null,
            })),
          }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/people/:person/views',
      summary: {
        nl: 'Wat een medewerker van klanten opende. Ook deze blik staat in het logboek.',
        en: 'What a member of staff opened of customers. This look is on record too.',
      },
      allow: watchers,
      params: personParams,
      reply: personViews,
      events: ['view.listed'],
      handle: ({ caller, params, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const { id, name } = await loadPerson(tx, params.person)
          const views = await viewsBy(tx, id)
          await listed(tx, 'person', id, views.length, { now, ids })
          return {
            person: { id, name },
            views: views.map(({ at, client: _, person: __, ...view }) => ({ ...view, at: at.toISOString() })),
          }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/reading-signals',
      summary: {
        nl: 'Medewerkers die in een uur van ongewoon veel klanten lazen, nog niet beoordeeld.',
        en: 'People who read of unusually many customers in an hour, not judged yet.',
      },
      allow: ['dpo'],
      reply: readingSignals,
      events: [],
      handle: ({ caller }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const signals = await openSignals(tx)
            const names = new Map(
              (
                await loadStaff(
                  tx,
                  signals.map(({ person }) => person),
                )
              ).map((p) => [p.id, p.name]),
            )
            return {
              signals: signals.map(({ from, until, ...signal }) => ({
                ...signal,
                name: names.get(signal.person) ?? null,
                from: from.toISOString(),
                until: until.toISOString(),
              })),
            }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/reading-signals/:signal/judge',
      summary: {
        nl: 'Beoordeel een signaal: verklaard, of er volgt een gesprek.',
        en: 'Judge a signal: explained, or to be followed up.',
      },
      allow: ['dpo'],
      params: signalParams,
      body: judgeRequest,
      reply: done,
      events: ['reading.judged'],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const judged = await judgeSignal(tx, { signal: params.signal, judgement: body.judgement }, { now, ids })
          if (!judged) throw new ApiError(404, 'signal_unknown', { param: 'signal' })
          return { ok: true as const }
        }),
    }),
  ]
}
