/** The pages of disclosures and notices: what each loads. */
import type { Context, Hono } from 'hono'
import type { StaffNotice } from '../../../src/transparency/staff-contract.ts'
import type { Api } from '../../api.ts'
import { type ConsoleKit, param } from '../kit.ts'
import { StaffNoticePage } from './notice.tsx'
import { loadOverview, noticesPath, Overview } from './overview.tsx'

export function mountNotices(app: Hono, { page }: Pick<ConsoleKit, 'page'>): void {
  app.get(
    noticesPath,
    page(loadOverview, (cx, overview) => <Overview cx={cx} overview={overview} />),
  )
  app.get(
    `${noticesPath}/:client/:kind`,
    page(
      (api: Api, c: Context) => {
        const version = c.req.query('version')
        return api.get<StaffNotice>('/api/transparency/notices', {
          client: param(c, 'client'),
          kind: param(c, 'kind'),
          ...(version === undefined ? {} : { version }),
        })
      },
      (cx, notice) => <StaffNoticePage cx={cx} notice={notice} />,
    ),
  )
}
