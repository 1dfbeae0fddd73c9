/** Pages of decisions about the customer: what each loads, and what its form does. */
import type { Context, Hono } from 'hono'
import type { PortalDecision, PortalDecisions } from '../../../src/transparency/contract.ts'
import { sendPage } from '../../answer.ts'
import { type Api, failureOf } from '../../api.ts'
import { formOf } from '../../console/kit.ts'
import type { PortalParts } from '../kit.ts'
import { DecisionPage, decisionPath } from './decision.tsx'

/** Also of a link without a conversation: what every page needs of the client. */
export const loadDecisions = (api: Api) => api.get<PortalDecisions>('/api/portal/decisions')

const apiPath = (c: Context) => `/api/portal/decisions/${encodeURIComponent(c.req.param('id') ?? '')}`
const loadOne = (api: Api, c: Context) => api.get<PortalDecision>(apiPath(c))

export function mountDecisions(app: Hono, { deps, contextOf, page, answerFailure }: PortalParts): void {
  app.get(
    '/p/:token/decisions/:id',
    page(loadOne, (cx, decision, c) => (
      <DecisionPage cx={cx} decision={decision} done={c.req.query('done') === 'asked'} />
    )),
  )
  app.post('/p/:token/decisions/:id', async (c) => {
    const api = await deps.api(c)
    const cx = contextOf(c)
    const { words = '' } = await formOf(c)
    try {
      await api.post(`${apiPath(c)}/contest`, words.trim() === '' ? {} : { words: words.trim() })
      return c.redirect(`${decisionPath(cx, c.req.param('id'))}?done=asked#again`, 303)
    } catch (error) {
      const failed = failureOf(error)
      if (!failed || failed.status >= 500 || failed.status === 404 || failed.status === 401)
        return answerFailure(c, error)
      try {
        const decision = await loadOne(api, c)
        const sentence = failed.sentence ?? cx.say('error.other')
        return sendPage(c, <DecisionPage cx={cx} decision={decision} error={sentence} words={words} />, failed.status)
      } catch (second) {
        return answerFailure(c, second)
      }
    }
  })
  app.post('/p/:token/decisions/:id/withdraw', async (c) => {
    const cx = contextOf(c)
    try {
      await (await deps.api(c)).post(`${apiPath(c)}/contest/withdraw`)
      return c.redirect(`${decisionPath(cx, c.req.param('id'))}#again`, 303)
    } catch (error) {
      return answerFailure(c, error)
    }
  })
}
