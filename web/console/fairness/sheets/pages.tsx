/** The pages of data sheets: what each loads, and what its forms do. */
import type { Context, Hono } from 'hono'
import type { SheetLine, SheetView } from '../../../../src/fairness/sheets/contract.ts'
import { ApiError } from '../../../../src/platform/http.ts'
import { sendFile } from '../../../answer.ts'
import { type Api, listIn } from '../../../api.ts'
import { type ConsoleKit, param } from '../../kit.ts'
import { loadSystems } from '../../records/systems.tsx'
import { sheetRequestOf } from './form.ts'
import { NewSheet, path, Sheets, sheetPath } from './list.tsx'
import { Sheet } from './sheet.tsx'

const place = '/api/fairness/sheets'
const addressed = (c: Context) => `${place}/${encodeURIComponent(param(c, 'id'))}`

export function mountSheets(app: Hono, { page, act, answerFailure, contextFor, deps }: ConsoleKit): void {
  const load = (api: Api, c: Context) => api.get<SheetView>(addressed(c))
  app.get(
    path,
    page(
      async (api) => listIn<SheetLine>(await api.get(place), 'sheets'),
      (cx, sheets) => Sheets({ cx, sheets }),
    ),
  )
  app.get(
    `${path}/new`,
    page(loadSystems, (cx, systems, c) => NewSheet({ cx, systems, values: c.req.query() })),
  )
  app.post(
    `${path}/new`,
    act(
      async (api, form) => {
        const { sheet } = await api.post<{ sheet: string }>(place, sheetRequestOf(form))
        return `${sheetPath(sheet)}?done=planned`
      },
      async (cx, api, form, error) => NewSheet({ cx, systems: await loadSystems(api), values: form, error }),
    ),
  )
  app.get(
    `${path}/:id`,
    page(load, (cx, sheet, c) => Sheet({ cx, sheet, planned: c.req.query('done') === 'planned' })),
  )
  app.get(`${path}/:id/pdf`, async (c) => {
    const from = await deps.api(c)
    try {
      const { name, base64 } = await from.get<{ name: string; base64: string }>(`${addressed(c)}/pdf`)
      return sendFile(c, name, Buffer.from(base64, 'base64'))
    } catch (error) {
      return answerFailure(c, await contextFor(from, c), error)
    }
  })
  app.get(`${path}/:id/json`, async (c) => {
    const from = await deps.api(c)
    try {
      const { id, report } = await load(from, c)
      return sendFile(c, `sheet-${id.slice(-6)}.json`, Buffer.from(`${JSON.stringify(report, null, 2)}\n`))
    } catch (error) {
      return answerFailure(c, await contextFor(from, c), error)
    }
  })
  app.post(
    `${path}/:id/file`,
    act(
      async (api, _, c) => {
        const { file } = await c.req.parseBody()
        if (!(file instanceof Blob) || file.size === 0) throw new ApiError(422, 'audit_file_empty')
        await api.upload(`${addressed(c)}/file`, file)
        return sheetPath(param(c, 'id'))
      },
      async (cx, api, _, error, c) => Sheet({ cx, sheet: await load(api, c), error }),
    ),
  )
  app.post(
    `${path}/:id/decisions`,
    act(
      async (api, _, c) => {
        await api.post(`${addressed(c)}/decisions`)
        return sheetPath(param(c, 'id'))
      },
      async (cx, api, _, error, c) => Sheet({ cx, sheet: await load(api, c), error }),
    ),
  )
}
