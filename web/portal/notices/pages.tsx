/** Public pages of the notices, and the way to them from the customer's own page, which is recorded. */
import type { Hono } from 'hono'
import type { PublicNotice } from '../../../src/transparency/notices/contract.ts'
import { sendPage } from '../../answer.ts'
import type { PortalParts } from '../kit.ts'
import { Notice } from './notice.tsx'

export function mountNotices(app: Hono, { deps, contextOf, answerFailure }: PortalParts): void {
  app.get('/notices/:client/:kind', async (c) => {
    try {
      const api = await deps.api(c)
      const reply = await api.get<PublicNotice>('/api/public/notices', {
        client: c.req.param('client'),
        kind: c.req.param('kind'),
        version: c.req.query('version'),
      })
      return sendPage(c, <Notice cx={contextOf(c)} reply={reply} />)
    } catch (error) {
      return answerFailure(c, error)
    }
  })
  app.post('/p/:token/notices/:kind', async (c) => {
    try {
      const api = await deps.api(c)
      const { path } = await api.post<{ path: string }>('/api/portal/notices', { kind: c.req.param('kind') })
      return c.redirect(path, 303)
    } catch (error) {
      return answerFailure(c, error)
    }
  })
}
