/** Pages on the ledger: its entries, their receipts, checking it. */
import type { Context, Hono } from 'hono'
import { sendFile } from '../../answer.ts'
import type { Api } from '../../api.ts'
import { receiptFile } from '../../portal/receipt.tsx'
import { type ConsoleKit, param } from '../kit.ts'
import { Entry, Ledger, loadEntry, loadLedger } from './ledger.tsx'

export function mountLedger(app: Hono, { deps, page, act, contextOf, failure, answerFailure }: ConsoleKit): void {
  app.get(
    '/console/ledger',
    page(
      async (api, c) => {
        const find = c.req.query('find')?.trim().slice(0, 80)
        const type = c.req.query('type')?.trim().slice(0, 60)
        const filters = { ...(find ? { find } : {}), ...(type ? { type } : {}) }
        const before = c.req.query('before')
        return { filters, before, view: await loadLedger(api, filters, before) }
      },
      (cx, data) => Ledger({ cx, ...data }),
    ),
  )
  app.post(
    '/console/ledger/verify',
    act(
      async (api) => {
        await api.post('/api/ledger/verify')
        return '/console/ledger'
      },
      async (cx, api) => Ledger({ cx, view: await loadLedger(api, {}, undefined), filters: {}, before: undefined }),
    ),
  )
  const entryOf = (api: Api, c: Context) => loadEntry(api, param(c, 'event'))
  app.get(
    '/console/ledger/entries/:event',
    page(entryOf, (cx, view) => Entry({ cx, view })),
  )
  app.get('/console/ledger/entries/:event/receipt', async (c) => {
    const api = await deps.api(c)
    try {
      const view = await entryOf(api, c)
      if (view.proof === null) return failure(c, { status: 404, code: 'proof_missing' })
      return sendFile(c, `${view.event}.receipt.json`, receiptFile({ ...view, sentence: '', fileName: '' }))
    } catch (error) {
      return answerFailure(c, contextOf(c, undefined), error)
    }
  })
}
