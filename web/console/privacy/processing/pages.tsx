/** The page of the record of processing, and its files. */
import type { Hono } from 'hono'
import { sendFile } from '../../../answer.ts'
import type { ConsoleKit } from '../../kit.ts'
import { loadProcessing, ProcessingPage, processingPath } from './record.tsx'

export function mountProcessing(app: Hono, { page, act }: Pick<ConsoleKit, 'page' | 'act'>): void {
  app.get(
    processingPath,
    page(loadProcessing, (cx, record) => <ProcessingPage cx={cx} record={record} />),
  )
  app.get(
    `${processingPath}/file`,
    act(
      async (api, _, c) => {
        const format = c.req.query('format') === 'csv' ? 'csv' : 'json'
        const { name, text } = await api.get<{ name: string; text: string }>('/api/privacy/purposes/export', { format })
        return sendFile(c, name, text)
      },
      async (cx, api) => <ProcessingPage cx={cx} record={await loadProcessing(api)} />,
    ),
  )
}
