/** Pages of what a customer asked of the organisation: what each loads, and what its forms do. */
import type { Context, Hono } from 'hono'
import type { PortalComplaints, PortalComplaintView } from '../../../src/accountability/complaints/contract.ts'
import { fileNameHeader, type PortalCase, type PortalCases } from '../../../src/records/cases/contract.ts'
import type { PortalQuestion } from '../../../src/transparency/contract.ts'
import { sendPage } from '../../answer.ts'
import { type Api, failureOf } from '../../api.ts'
import { formOf } from '../../console/kit.ts'
import type { PortalParts } from '../kit.ts'
import { CaseList, CasePage } from './cases.tsx'
import { ComplaintPage, complaintPath, NewComplaint } from './complaint.tsx'
import { NewQuestion, type QuestionFor, QuestionPage, questionPath } from './question.tsx'

const idOf = (c: Context) => encodeURIComponent(c.req.param('id') ?? '')
const loadComplaints = (api: Api) => api.get<PortalComplaints>('/api/portal/complaints')
const loadComplaint = (api: Api, c: Context) => api.get<PortalComplaintView>(`/api/portal/complaints/${idOf(c)}`)
const loadCase = (api: Api, c: Context) => api.get<PortalCase>(`/api/portal/cases/${idOf(c)}`)

const loadQuestion = async (api: Api, c: Context) => ({
  view: await loadCase(api, c),
  about: await api.get<PortalQuestion>(`/api/portal/questions/${idOf(c)}`),
})

/** What the API can refuse and the customer can mend; anything else is a page of its own. */
const mendable = (error: unknown) => {
  const failed = failureOf(error)
  return failed === undefined || failed.status >= 500 || failed.status === 401 || failed.status === 404
    ? undefined
    : failed
}

export function mountCases(app: Hono, parts: PortalParts): void {
  const { page } = parts
  app.get(
    '/p/:token/cases',
    page(
      (api) => api.get<PortalCases>('/api/portal/cases'),
      (cx, view) => <CaseList cx={cx} view={view} />,
    ),
  )
  app.get(
    '/p/:token/cases/:id',
    page(loadCase, (cx, view, c) => <CasePage cx={cx} view={view} done={c.req.query('done') === 'added'} />),
  )
  mountAdding(app, parts)
  mountComplaints(app, parts)
  mountQuestions(app, parts)
}

function mountAdding(app: Hono, { deps, contextOf, answerFailure }: PortalParts): void {
  const add =
    (read: (c: Context) => Promise<{ send: (api: Api, path: string) => Promise<unknown>; text?: string }>) =>
    async (c: Context) => {
      const cx = contextOf(c)
      const api = await deps.api(c)
      const { send, text } = await read(c)
      try {
        await send(api, `/api/portal/cases/${idOf(c)}`)
        const { kind, id } = await loadCase(api, c)
        const to = kind === 'complaint' ? complaintPath(cx, id) : `${cx.base}/cases/${idOf(c)}`
        return c.redirect(`${to}?done=added#add`, 303)
      } catch (error) {
        const failed = mendable(error)
        if (failed === undefined) return answerFailure(c, error)
        const view = await loadCase(api, c)
        const sentence = failed.sentence ?? cx.say('error.other')
        return sendPage(c, <CasePage cx={cx} view={view} error={sentence} text={text} />, failed.status)
      }
    }
  app.post(
    '/p/:token/cases/:id/messages',
    add(async (c) => {
      const { text = '' } = await formOf(c)
      return { send: (api, path) => api.post(`${path}/messages`, { text }), text }
    }),
  )
  app.post(
    '/p/:token/cases/:id/files',
    add(async (c) => {
      const { file } = await c.req.parseBody()
      const [given, name] = file instanceof File ? [new Blob([await file.arrayBuffer()]), file.name] : [new Blob(), '']
      const headers = { [fileNameHeader]: encodeURIComponent(name.toWellFormed()) }
      return { send: (api, path) => api.upload(`${path}/files`, given, headers) }
    }),
  )
}

function mountComplaints(app: Hono, { deps, contextOf, page, answerFailure }: PortalParts): void {
  app.get(
    '/p/:token/complaints',
    page(loadComplaints, (cx, view) => <NewComplaint cx={cx} view={view} />),
  )
  app.post('/p/:token/complaints', async (c) => {
    const cx = contextOf(c)
    const api = await deps.api(c)
    const values = await formOf(c)
    try {
      const made = await api.post<{ id: string }>('/api/portal/complaints', complaintFrom(values))
      return c.redirect(`${complaintPath(cx, made.id)}?done=made`, 303)
    } catch (error) {
      const failed = mendable(error)
      if (failed === undefined) return answerFailure(c, error)
      const sentence = failed.sentence ?? cx.say('error.other')
      return sendPage(
        c,
        <NewComplaint cx={cx} view={await loadComplaints(api)} values={values} error={sentence} />,
        failed.status,
      )
    }
  })
  app.get(
    '/p/:token/complaints/:id',
    page(loadComplaint, (cx, view, c) => <ComplaintPage cx={cx} view={view} done={c.req.query('done')} />),
  )
  for (const act of ['withdraw', 'hearing', 'appeal', 'drop', 'rating'] as const)
    app.post(`/p/:token/complaints/:id/${act}`, async (c) => {
      const cx = contextOf(c)
      const api = await deps.api(c)
      const { words, satisfaction } = await formOf(c)
      const body = act === 'appeal' ? { words } : act === 'rating' ? { satisfaction: Number(satisfaction) } : undefined
      try {
        await api.post(`/api/portal/complaints/${idOf(c)}/${act}`, body)
        return c.redirect(`${complaintPath(cx, c.req.param('id'))}#how`, 303)
      } catch (error) {
        const failed = mendable(error)
        if (failed === undefined) return answerFailure(c, error)
        const sentence = failed.sentence ?? cx.say('error.other')
        return sendPage(
          c,
          <ComplaintPage cx={cx} view={await loadComplaint(api, c)} error={sentence} words={words} />,
          failed.status,
        )
      }
    })
}

const aboutFrom = ({ turn, decision, notice }: Readonly<Record<string, string>>) => {
  if (decision) return { about: 'decision', decision }
  if (turn) return { about: 'turn', turn: Number(turn) }
  return notice ? { about: 'notice', notice } : {}
}

const complaintFrom = (values: Readonly<Record<string, string>>) => {
  const given = (name: string) => {
    const value = values[name]?.trim()
    return value ? { [name]: value } : {}
  }
  return {
    words: values.words ?? '',
    about: values.about ?? 'system',
    remedy: values.remedy ?? 'explanation',
    wantsHearing: values.wantsHearing === 'yes',
    ...given('remedyWords'),
    ...given('name'),
    ...given('decision'),
  }
}

function mountQuestions(app: Hono, { deps, contextOf, page, answerFailure }: PortalParts): void {
  const loadFor = (api: Api) => api.get<QuestionFor>('/api/portal/cases')
  app.get(
    '/p/:token/questions',
    page(loadFor, (cx, view, c) => (
      <NewQuestion
        cx={cx}
        view={view}
        turn={c.req.query('turn')}
        decision={c.req.query('decision')}
        notice={c.req.query('notice')}
      />
    )),
  )
  app.post('/p/:token/questions', async (c) => {
    const cx = contextOf(c)
    const api = await deps.api(c)
    const { text = '', ...chosen } = await formOf(c)
    const about = aboutFrom(chosen)
    try {
      const asked = await api.post<{ id: string }>('/api/portal/questions', { text, ...about })
      return c.redirect(`${questionPath(cx, asked.id)}?done=asked`, 303)
    } catch (error) {
      const failed = mendable(error)
      if (failed === undefined) return answerFailure(c, error)
      const sentence = failed.sentence ?? cx.say('error.other')
      const view = await loadFor(api)
      return sendPage(c, <NewQuestion cx={cx} view={view} {...chosen} text={text} error={sentence} />, failed.status)
    }
  })
  app.get(
    '/p/:token/questions/:id',
    page(loadQuestion, (cx, question, c) => (
      <QuestionPage cx={cx} {...question} done={c.req.query('done') === 'asked'} />
    )),
  )
  for (const act of ['more', 'close'] as const)
    app.post(`/p/:token/questions/:id/${act}`, async (c) => {
      const cx = contextOf(c)
      const api = await deps.api(c)
      const { text } = await formOf(c)
      try {
        await api.post(`/api/portal/questions/${idOf(c)}/${act}`, act === 'more' ? { text } : undefined)
        return c.redirect(questionPath(cx, c.req.param('id')), 303)
      } catch (error) {
        const failed = mendable(error)
        if (failed === undefined) return answerFailure(c, error)
        const sentence = failed.sentence ?? cx.say('error.other')
        return sendPage(
          c,
          <QuestionPage cx={cx} {...(await loadQuestion(api, c))} error={sentence} text={text} />,
          failed.status,
        )
      }
    })
}
