/** Pages for a customer without a link: what each loads, and what its forms do. */
import type { Context, Hono } from 'hono'
import { type PortalCodeEntered, portalCodeMinutes, type WayInView } from '../../../src/access/contract.ts'
import { sendPage } from '../../answer.ts'
import { type Api, type Failure, failureOf } from '../../api.ts'
import { formOf } from '../../console/kit.ts'
import type { PortalParts } from '../kit.ts'
import { Ended } from './mine.tsx'
import { ChooseWay, EnterCode, noticeIn, WayIn } from './way-in.tsx'

/** What anyone may know: ways to send a code, and how the client can be reached. */
export const loadWayIn = (api: Api, client: string | undefined) =>
  api.get<WayInView>('/api/public/portal', client ? { client } : {})

export function mountWayIn(app: Hono, { deps, contextOf, page, answerFailure }: PortalParts): void {
  app.get(
    '/portal',
    page(
      (api, c) => loadWayIn(api, c.req.query('client')),
      (cx, view, c) => <WayIn cx={cx} view={view} notice={noticeIn(c.req.query('notice'))} />,
    ),
  )
  app.get('/portal/code', (c) => c.redirect('/portal', 303))
  app.post('/portal', async (c) => {
    const { address = '', client, ...form } = await formOf(c)
    const notice = noticeIn(form.notice)
    const [cx, api] = [contextOf(c), await deps.api(c)]
    const view = () => loadWayIn(api, client)
    try {
      const { minutes } = await api.post<{ minutes: number }>('/api/portal/codes', {
        address,
        ...(client ? { client } : {}),
      })
      return sendPage(c, <EnterCode cx={cx} view={await view()} {...{ address, minutes, notice }} />)
    } catch (error) {
      return again(c, error, async (sentence, { status }) =>
        sendPage(c, <WayIn cx={cx} view={await view()} {...{ address, notice }} error={sentence} />, status),
      )
    }
  })
  app.post('/portal/code', async (c) => {
    const { address = '', code = '', client, ...form } = await formOf(c)
    const notice = noticeIn(form.notice)
    const [cx, api] = [contextOf(c), await deps.api(c)]
    try {
      const { ways } = await api.post<PortalCodeEntered>('/api/portal/codes/entry', { address, code })
      // A question is about the notice of one client: who is known there goes on to it.
      const asked = notice && ways.find(({ clientId }) => clientId === client)
      if (asked) return c.redirect(`${asked.path}/questions?notice=${notice}`, 303)
      const [only, second] = ways
      if (only !== undefined && second === undefined) return c.redirect(only.path, 303)
      return sendPage(c, <ChooseWay cx={cx} view={await loadWayIn(api, client)} ways={ways} />)
    } catch (error) {
      return again(c, error, async (sentence, { status }) =>
        sendPage(
          c,
          <EnterCode
            cx={cx}
            view={await loadWayIn(api, client)}
            {...{ address, notice }}
            minutes={portalCodeMinutes}
            error={sentence}
          />,
          status,
        ),
      )
    }
  })
  app.post('/p/:token/end', async (c) => {
    try {
      await (await deps.api(c)).post('/api/portal/mine/end')
      return sendPage(c, <Ended cx={contextOf(c)} />)
    } catch (error) {
      return answerFailure(c, error)
    }
  })

  /** The form once more, with what was wrong; our own faults are a page of their own. */
  async function again(
    c: Context,
    error: unknown,
    form: (sentence: string, failed: Failure) => Promise<Response>,
  ): Promise<Response> {
    const failed = failureOf(error)
    if (failed === undefined || failed.status >= 500) return answerFailure(c, error)
    return form(failed.sentence ?? failed.otherwise ?? contextOf(c).say('error.other'), failed)
  }
}
