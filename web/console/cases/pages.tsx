/** Pages of cases: the work list and its files, one case, and what is done from them. */
import type { Context, Hono } from 'hono'
import type { z } from 'zod'
import type { MeView } from '../../../src/access/contract.ts'
import type { exportReply, fileReply } from '../../../src/records/cases/contract.ts'
import { ownPath, sendFile } from '../../answer.ts'
import type { Api } from '../../api.ts'
import type { ConsoleContext } from '../context.ts'
import { type ConsoleKit, param } from '../kit.ts'
import { CasePage, loadCase } from './case.tsx'
import { type Filled, fieldSentence } from './filled.ts'
import { asked, Cases, caseFiltersOf, type Given, loadCases } from './list.tsx'
import { casePath, casesPath } from './paths.ts'
import { isCaseKind, type WorkKind, workKinds } from './roles.ts'

const apiCase = (c: Context, more = ''): string => `/api/cases/${encodeURIComponent(param(c, 'id'))}${more}`

export function mountCases(app: Hono, kit: ConsoleKit): void {
  mountList(app, kit)
  mountFiles(app, kit)
  mountCase(app, kit)
  mountAnswer(app, kit)
}

const givenOf = (c: Context): Given | undefined => {
  const [id, done] = [c.req.query('case'), c.req.query('done')]
  return id !== undefined && (done === 'taken' || done === 'returned')
    ? { id, done, kind: kindIn(c.req.query('of')) }
    : undefined
}

/** Which kind a form was about; a case when it says nothing that is one. */
const kindIn = (given: string | undefined): WorkKind => workKinds.find((one) => one === given) ?? 'complaint'

/** The list that a form stood on, with what was done to which case. */
function backTo(back: string | undefined, { id, kind, done }: Given): string {
  const path = ownPath(back, casesPath)
  const { pathname, searchParams } = new URL(path, 'http://here.invalid')
  if (pathname !== casesPath) return casesPath
  searchParams.set('done', done)
  searchParams.set('case', id)
  if (!isCaseKind(kind)) searchParams.set('of', kind)
  return `${casesPath}?${searchParams}`
}

const queryOf = (back: string | undefined) =>
  Object.fromEntries(new URL(ownPath(back, casesPath), 'http://here.invalid').searchParams)

function mountList(app: Hono, { page, act }: ConsoleKit): void {
  app.get(
    casesPath,
    page(
      async (api, c) => {
        const filters = caseFiltersOf(c.req.query())
        const after = c.req.query('after')
        return { filters, after, ...(await loadCases(api, filters, after)) }
      },
      (cx, data, c) => Cases({ cx, ...data, given: givenOf(c) }),
    ),
  )
  for (const [verb, done] of [
    ['take', 'taken'],
    ['return', 'returned'],
  ] as const)
    app.post(
      `${casesPath}/:id/${verb}`,
      act(
        async (api, { back, kind: given }, c) => {
          const [id, kind] = [param(c, 'id'), kindIn(given)]
          const person = done === 'taken' ? (await api.get<MeView>('/api/me')).person.id : null
          const place = encodeURIComponent(id)
          if (kind === 'hand_off') await api.post(`/api/hand-offs/${place}/accept`)
          else if (kind === 'breach') await api.post(`/api/breaches/${place}/assign`, { person })
          else await api.post(apiCase(c, '/assign'), { person })
          return backTo(back, { id, kind, done })
        },
        async (cx, api, { back }, error) => {
          const filters = caseFiltersOf(queryOf(back))
          return Cases({ cx, filters, after: undefined, error, ...(await loadCases(api, filters)) })
        },
      ),
    )
}

/** Before the address of one case, which would fit it too. */
function mountFiles(app: Hono, { act }: ConsoleKit): void {
  app.get(
    `${casesPath}/file`,
    act(
      async (api, _, c) => {
        const { name, text } = await api.get<z.output<typeof exportReply>>('/api/cases-export', {
          ...asked(caseFiltersOf(c.req.query())),
          format: c.req.query('format') === 'json' ? 'json' : 'csv',
        })
        return sendFile(c, name, text)
      },
      async (cx, api, _, error, c) => {
        const filters = caseFiltersOf(c.req.query())
        return Cases({ cx, filters, after: undefined, error, ...(await loadCases(api, filters)) })
      },
    ),
  )
  app.get(
    `${casesPath}/:id/files/:file`,
    act(
      async (api, _, c) => {
        const { name, mediaType, base64 } = await api.get<z.output<typeof fileReply>>(
          apiCase(c, `/files/${encodeURIComponent(param(c, 'file'))}`),
        )
        return sendFile(c, name, Uint8Array.from(Buffer.from(base64, 'base64')), mediaType)
      },
      (cx, api, _, error, c) => caseAgain(cx, api, c, { form: 'file', values: {}, error }),
    ),
  )
}

/** The page of a case, with a form that was refused. */
export async function caseAgain(cx: ConsoleContext, api: Api, c: Context, filled: Filled): Promise<unknown> {
  return CasePage({ cx, filled, ...(await loadCase(api, param(c, 'id'))) })
}

function mountCase(app: Hono, { page, act }: ConsoleKit): void {
  app.get(
    `${casesPath}/:id`,
    page(
      (api, c) => loadCase(api, param(c, 'id')),
      (cx, data, c) => {
        const done = c.req.query('done')
        return CasePage({ cx, ...data, news: done === undefined ? undefined : newsOf(cx, done) })
      },
    ),
  )
  // A form that was sent before its sender had to confirm: back to the case.
  for (const form of ['assign', 'notes'] as const)
    app.get(`${casesPath}/:id/${form}`, (c) => c.redirect(casePath(param(c, 'id')), 303))
  app.post(
    `${casesPath}/:id/assign`,
    act(
      async (api, { person }, c) => {
        await api.post(apiCase(c, '/assign'), { person: person || null })
        return `${casePath(param(c, 'id'))}?done=${person ? 'assigned' : 'freed'}`
      },
      (cx, api, values, error, c) => caseAgain(cx, api, c, { form: 'assign', values, error, field: 'person' }),
    ),
  )
  app.post(
    `${casesPath}/:id/notes`,
    act(
      async (api, { text }, c) => {
        await api.post(apiCase(c, '/notes'), { text: (text ?? '').trim() })
        return `${casePath(param(c, 'id'))}?done=noted`
      },
      (cx, api, values, error, c, failed) =>
        caseAgain(cx, api, c, { form: 'note', values, error: fieldSentence(cx, failed, error), field: 'note' }),
    ),
  )
}

/** The answer to a question of a customer, or more time for it. */
function mountAnswer(app: Hono, { act }: ConsoleKit): void {
  app.get(`${casesPath}/:id/answer`, (c) => c.redirect(casePath(param(c, 'id')), 303))
  app.post(
    `${casesPath}/:id/answer`,
    act(
      async (api, { text, cite }, c) => {
        await api.post(`/api/clarifications/${encodeURIComponent(param(c, 'id'))}/answer`, {
          text: (text ?? '').trim(),
          ...(cite === 'yes' ? { cite: true } : {}),
        })
        return `${casePath(param(c, 'id'))}?done=answered`
      },
      (cx, api, values, error, c, failed) =>
        caseAgain(cx, api, c, { form: 'answer', values, error: fieldSentence(cx, failed, error), field: 'text' }),
    ),
  )
  app.get(`${casesPath}/:id/extend`, (c) => c.redirect(casePath(param(c, 'id')), 303))
  app.post(
    `${casesPath}/:id/extend`,
    act(
      async (api, { reasons }, c) => {
        await api.post(`/api/clarifications/${encodeURIComponent(param(c, 'id'))}/extend`, {
          reasons: (reasons ?? '').trim(),
        })
        return `${casePath(param(c, 'id'))}?done=extended`
      },
      (cx, api, values, error, c, failed) =>
        caseAgain(cx, api, c, { form: 'extend', values, error: fieldSentence(cx, failed, error), field: 'reasons' }),
    ),
  )
}

/** A word for what was done; an address that somebody made up says nothing. */
const newsOf = (cx: ConsoleContext, done: string): string | undefined =>
  cx.knows(`case.done.${done}`) ? cx.term('case.done', done) : undefined
