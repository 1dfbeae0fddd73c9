/** Pages of notices and system cards: for anybody, and from the customer's own page. */
import type { Context, Hono } from 'hono'
import type { PublicNotice, SystemCard } from '../../../src/transparency/contract.ts'
import type { Api } from '../../api.ts'
import type { PortalParts } from '../kit.ts'
import { Card } from './card.tsx'
import { Notice } from './notice.tsx'

const loadNotice = (api: Api, c: Context) => {
  const { client = '', kind = '' } = c.req.param() as { client?: string; kind?: string }
  const version = c.req.query('version')
  return api.get<PublicNotice>('/api/public/notices', { client, kind, ...(version === undefined ? {} : { version }) })
}

const loadCard = (api: Api, c: Context) => {
  const { client = '', system = '' } = c.req.param() as { client?: string; system?: string }
  return api.get<SystemCard>(`/api/public/systems/${encodeURIComponent(system)}`, { client })
}

export function mountNotices(app: Hono, { deps, page, answerFailure }: PortalParts): void {
  app.get(
    '/notices/:client/:kind',
    page(loadNotice, (cx, reply) => <Notice cx={cx} reply={reply} />),
  )
  app.get(
    '/systems/:client/:system',
    page(loadCard, (cx, reply) => <Card cx={cx} reply={reply} />),
  )
  // That it was opened is on record before it is read, and the address that follows holds no link of theirs.
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
