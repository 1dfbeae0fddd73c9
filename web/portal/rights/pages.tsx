/** Pages of what we know about you: what each loads, and what its form does. */
import type { Context, Hono } from 'hono'
import type { KnownView, SubjectCopy } from '../../../src/privacy/rights/contract.ts'
import { sendFile, sendPage } from '../../answer.ts'
import { type Api, failureOf } from '../../api.ts'
import { formOf } from '../../console/kit.ts'
import type { PortalParts } from '../kit.ts'
import { CopyPage, KnownData } from './data.tsx'

const loadKnown = (api: Api) => api.get<KnownView>('/api/portal/data')
const loadCopy = (api: Api, c: Context) =>
  api.get<SubjectCopy>(`/api/portal/copies/${encodeURIComponent(c.req.param('copy') ?? '')}`)

export function mountData(app: Hono, { deps, contextOf, page, answerFailure }: PortalParts): void {
  app.get(
    '/p/:token/data',
    page(loadKnown, (cx, view, c) => <KnownData cx={cx} view={view} made={c.req.query('made')} />),
  )
  app.post('/p/:token/data', async (c) => {
    const api = await deps.api(c)
    const cx = contextOf(c)
    const values = await formOf(c)
    const { kind = '', words = '', by } = values
    try {
      const text = words.trim()
      const asked = text === '' ? {} : kind === 'rectification' ? { shouldBe: text } : { words: text }
      const { id } = await api.post<{ id: string }>('/api/portal/requests', {
        kind,
        ...(by === 'representative' ? { by } : {}),
        ...asked,
      })
      return c.redirect(`${cx.base}/data?made=${encodeURIComponent(id)}`, 303)
    } catch (error) {
      const failed = failureOf(error)
      if (!failed || failed.status >= 500) return answerFailure(c, error)
      try {
        const view = await loadKnown(api)
        const sentence = failed.sentence ?? cx.say('error.other')
        return sendPage(c, <KnownData cx={cx} view={view} error={sentence} values={values} />, failed.status)
      } catch (second) {
        return answerFailure(c, second)
      }
    }
  })
  app.get(
    '/p/:token/data/copies/:copy',
    page(loadCopy, (cx, copy, c) => <CopyPage cx={cx} copy={copy} id={c.req.param('copy') ?? ''} />),
  )
  app.get('/p/:token/data/consents', async (c) => {
    try {
      const { record } = await (await deps.api(c)).get<{ record: object }>('/api/portal/consents/export')
      return sendFile(c, 'waarborg-consents.json', `${JSON.stringify(record, null, 2)}\n`)
    } catch (error) {
      return answerFailure(c, error)
    }
  })
  app.get('/p/:token/data/copies/:copy/file', async (c) => {
    try {
      const copy = await loadCopy(await deps.api(c), c)
      return sendFile(c, `waarborg-${copy.kind}-${copy.madeAt.slice(0, 10)}.json`, `${JSON.stringify(copy, null, 2)}\n`)
    } catch (error) {
      return answerFailure(c, error)
    }
  })
}
