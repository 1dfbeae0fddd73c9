/** Pages of what the customer thought of the contact, and what their page needs of it. */
import type { Hono } from 'hono'
import type { PortalCorrections, PortalFeedback } from '../../../src/monitoring/contract.ts'
import { sendPage } from '../../answer.ts'
import { type Api, failureOf } from '../../api.ts'
import { type Form, formOf } from '../../console/kit.ts'
import type { PortalParts } from '../kit.ts'
import { type FeedbackForm, FeedbackPage, feedbackPath } from './feedback.tsx'

const apiPath = '/api/portal/feedback'
export const loadFeedback = (api: Api) => api.get<PortalFeedback>(apiPath)
export const loadCorrections = async (api: Api): Promise<PortalCorrections['corrections']> =>
  (await api.get<PortalCorrections>('/api/portal/corrections')).corrections

/** What was filled in; a browser sends each end of a line as two characters, which nobody typed. */
function answersIn({ fair, clear, knewAi, text = '' }: Form): { values: FeedbackForm; body: object } {
  const words = text.replaceAll('\r\n', '\n')
  return {
    values: { ...(fair ? { fair } : {}), ...(clear ? { clear } : {}), ...(knewAi ? { knewAi } : {}), text: words },
    body: {
      ...(fair ? { fair: Number(fair) } : {}),
      ...(clear ? { clear: Number(clear) } : {}),
      ...(knewAi ? { knewAi } : {}),
      ...(words.trim() === '' ? {} : { text: words }),
    },
  }
}

export function mountFeedback(app: Hono, { deps, contextOf, page, answerFailure }: PortalParts): void {
  app.get(
    '/p/:token/feedback',
    page(loadFeedback, (cx, feedback, c) => {
      const done = c.req.query('done')
      return (
        <FeedbackPage cx={cx} feedback={feedback} done={done === 'given' || done === 'withdrawn' ? done : undefined} />
      )
    }),
  )
  for (const verb of ['give', 'withdraw'] as const)
    app.post(`/p/:token/feedback${verb === 'withdraw' ? '/withdraw' : ''}`, async (c) => {
      const cx = contextOf(c)
      const { values, body } = answersIn(await formOf(c))
      try {
        const api = await deps.api(c)
        await (verb === 'give' ? api.post(apiPath, body) : api.post(`${apiPath}/withdraw`))
        return c.redirect(`${feedbackPath(cx)}?done=${verb === 'give' ? 'given' : 'withdrawn'}`, 303)
      } catch (error) {
        const failed = failureOf(error)
        // Words that cannot be kept safely now are no reason to lose what was chosen.
        const mendable = failed?.code === 'words_unread' || failed?.code === 'feedback_unknown'
        if (!failed || (!mendable && (failed.status >= 500 || failed.status === 404 || failed.status === 401)))
          return answerFailure(c, error)
        try {
          const feedback = await loadFeedback(await deps.api(c))
          const sentence = failed.sentence ?? cx.say('error.other')
          // What was given before stands on the page itself.
          const said = failed.code === 'feedback_given' ? undefined : sentence
          return sendPage(c, <FeedbackPage cx={cx} feedback={feedback} error={said} values={values} />, failed.status)
        } catch (second) {
          return answerFailure(c, second)
        }
      }
    })
}
