/** Pages of complaints: what is done with one, on the page of its case; and all of them together. */
import type { Context, Hono } from 'hono'
import type { MeView } from '../../../src/access/contract.ts'
import { sendPage } from '../../answer.ts'
import type { Api } from '../../api.ts'
import { dayOf } from '../../ui/dates.ts'
import { CasePage, loadCase } from '../cases/case.tsx'
import { fieldSentence, inForm } from '../cases/filled.ts'
import { caseAgain } from '../cases/pages.tsx'
import { casePath } from '../cases/paths.ts'
import { type ConsoleKit, type Form, param } from '../kit.ts'
import { fieldId } from './answer-form.tsx'
import { actIn, fieldOf, isAct } from './body.ts'
import { clientIn, complaintIn, loadStaffFor, NewComplaint, newPath } from './new.tsx'
import { loadReport, Report, reportPath } from './report.tsx'

export function mountComplaints(app: Hono, kit: ConsoleKit): void {
  mountReport(app, kit)
  mountNew(app, kit)
  mountActs(app, kit)
}

const apiComplaint = (c: Context, more = ''): string => `/api/complaints/${encodeURIComponent(param(c, 'id'))}${more}`

function mountActs(app: Hono, { act, contextFor }: ConsoleKit): void {
  const path = '/console/complaints/:id/:act'
  // A form that was sent before its sender had to confirm: back to the case, with that form.
  app.get(path, (c) => c.redirect(`${casePath(param(c, 'id'))}?act=${encodeURIComponent(param(c, 'act'))}`, 303))
  app.post(
    path,
    act(
      async (api, form, c) => {
        const name = param(c, 'act')
        if (!isAct(name)) return casePath(param(c, 'id'))
        // One row more is no step: the form again, with what stands in it.
        if (form.more !== undefined) return moreRows(api, form, c)
        await api.post(apiComplaint(c, '/acts'), { revision: Number(form.revision), do: actIn(name, form) })
        return `${casePath(param(c, 'id'))}?done=complaint`
      },
      (cx, api, values, error, c, failed) => {
        const field = fieldOf(failed, values)
        return caseAgain(cx, api, c, {
          form: param(c, 'act'),
          values,
          error: fieldSentence(cx, failed, error),
          field: field === undefined ? undefined : fieldId(field),
        })
      },
    ),
  )

  async function moreRows(api: Parameters<typeof loadCase>[0], form: Form, c: Context): Promise<Response> {
    const [cx, data] = await Promise.all([contextFor(api, c), loadCase(api, param(c, 'id'))])
    const values = { ...form, rows: String(Number(form.rows) + 1) }
    return sendPage(c, CasePage({ cx, ...data, filled: { form: param(c, 'act'), values } }))
  }
}

function mountNew(app: Hono, { page, act, contextFor }: ConsoleKit): void {
  app.get(
    newPath,
    page(
      async (api, c) => loadStaffFor(api, clientIn(await api.get<MeView>('/api/me'), givenIn(c))),
      (cx, people, c) => NewComplaint({ cx, people, given: givenIn(c) }),
    ),
  )
  app.post(
    newPath,
    act(
      async (api, form, c) => {
        if (form.show !== undefined) return showPeople(api, form, c)
        const { client } = await api.get<MeView>('/api/me')
        const { id } = await api.post<{ id: string }>('/api/complaints', complaintIn(form, client)).catch(inForm)
        return `${casePath(id)}?done=complaintMade`
      },
      async (cx, api, values, error, _, failed) =>
        NewComplaint({
          cx,
          people: await loadStaffFor(api, clientIn(cx.me, values)),
          filled: {
            form: 'new',
            values,
            error: fieldSentence(cx, failed, error),
            field: failed.param?.replace(/^persons\b.*/, 'person'),
          },
        }),
    ),
  )

  // No step: the form again, with the staff of the client that stands in it.
  async function showPeople(api: Api, form: Form, c: Context): Promise<Response> {
    const cx = await contextFor(api, c)
    const people = await loadStaffFor(api, clientIn(cx.me, form))
    const missing = people === null ? { error: cx.say('complaintNew.clientFirst'), field: 'client' } : {}
    return sendPage(c, NewComplaint({ cx, people, filled: { form: 'new', values: form, ...missing } }))
  }
}

/** What a link to the form fills in: ids, never words. */
const givenIn = (c: Context): Form =>
  Object.fromEntries(
    (['conversation', 'decision', 'client'] as const).flatMap((name) => {
      const value = c.req.query(name) ?? ''
      return /^[\w-]{1,64}$/.test(value) ? [[name, value]] : []
    }),
  )

function mountReport(app: Hono, { deps, page, act }: ConsoleKit): void {
  const load = async (api: Parameters<typeof loadReport>[0], c: Context) => {
    const { client } = await api.get<MeView>('/api/me')
    const asked = c.req.query('year') ?? ''
    return loadReport(api, { year: /^\d{4}$/.test(asked) ? asked : dayOf(deps.now()).slice(0, 4), client })
  }
  app.get(
    reportPath,
    page(load, (cx, data, c) => Report({ cx, ...data, done: c.req.query('done') === 'judged' })),
  )
  app.get(`${reportPath}/clusters/:id`, (c) => c.redirect(reportPath, 303))
  app.post(
    `${reportPath}/clusters/:id`,
    act(
      async (api, { judgement, reasons }, c) => {
        await api.post(`/api/complaint-clusters/${encodeURIComponent(param(c, 'id'))}/judge`, {
          judgement,
          reasons: (reasons ?? '').trim(),
        })
        return `${reportPath}?done=judged`
      },
      async (cx, api, values, error, c, failed) =>
        Report({
          cx,
          ...(await load(api, c)),
          done: false,
          filled: { form: param(c, 'id'), values, error: fieldSentence(cx, failed, error), field: failed.param },
        }),
    ),
  )
}
