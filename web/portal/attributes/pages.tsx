/** The page with questions about oneself: what it loads, and what its forms do. */
import type { Hono } from 'hono'
import type { OwnAttributes } from '../../../src/records/attributes/contract.ts'
import { sendPage } from '../../answer.ts'
import { type Api, failureOf } from '../../api.ts'
import { formOf } from '../../console/kit.ts'
import type { PortalParts } from '../kit.ts'
import { NO_ANSWER, Questions } from './questions.tsx'

const loadOwn = (api: Api) => api.get<OwnAttributes>('/api/portal/attributes')

export function mountQuestions(app: Hono, { deps, contextOf, page, answerFailure }: PortalParts): void {
  app.get(
    '/p/:token/self',
    page(loadOwn, (cx, own, c) => {
      const receipt = c.req.query('receipt')
      const done = receipt === undefined ? undefined : { receipt, kept: c.req.query('done') === 'kept' }
      return <Questions cx={cx} own={own} done={done} />
    }),
  )
  app.post('/p/:token/self', async (c) => {
    const cx = contextOf(c)
    const api = await deps.api(c)
    const { attribute = '', value = '' } = await formOf(c)
    try {
      const said = value === NO_ANSWER ? null : value
      const { receipt } = await api.post<{ receipt: string }>('/api/portal/attributes', { attribute, value: said })
      const done = new URLSearchParams({ done: said === null ? 'gone' : 'kept', receipt })
      return c.redirect(`${cx.base}/self?${done}`, 303)
    } catch (error) {
      const failed = failureOf(error)
      if (!failed || failed.status >= 500) return answerFailure(c, error)
      // Nothing was said, and nothing is to be kept.
      if (failed.code === 'attribute_not_given') return c.redirect(`${cx.base}/self`, 303)
      try {
        const sentence = failed.sentence ?? cx.say('error.other')
        return sendPage(c, <Questions cx={cx} own={await loadOwn(api)} error={sentence} />, failed.status)
      } catch (second) {
        return answerFailure(c, second)
      }
    }
  })
}
