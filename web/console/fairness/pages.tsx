/** The pages of fairness audits: what each loads, and what its forms do. */
import type { Context, Hono } from 'hono'
import type {
  AuditLine,
  AuditView,
  CompareReply,
  RecordedSource,
  ReportReply,
  RunView,
  SignalList,
  SizeReply,
} from '../../../src/fairness/audits/contract.ts'
import type { MonitorList } from '../../../src/fairness/monitors/contract.ts'
import type { PromptLine } from '../../../src/fairness/prompts/contract.ts'
import { ApiError } from '../../../src/platform/http.ts'
import type { SystemView } from '../../../src/records/contract.ts'
import { sendFile } from '../../answer.ts'
import { type Api, listIn } from '../../api.ts'
import { type ConsoleKit, type Form, param } from '../kit.ts'
import { loadSystems } from '../records/systems.tsx'
import { Audit, type Dones, dones } from './audit.tsx'
import { Audits } from './audits.tsx'
import { Compare } from './compare.tsx'
import { auditPath, path, runPath } from './parts.tsx'
import { AskPage, PlanPage, type SystemColumns } from './plan.tsx'
import { Report } from './report.tsx'
import { type Answers, requestOf, sizeOf, sourceOf } from './wizard.ts'

type File = { readonly name: string; readonly base64: string }

/** The others stand on their own page. */
const MONITORS_SHOWN = 5
const PROMPTS_SHOWN = 3
/** A short reading is shown at once; for a longer one the page says how far it is. */
const PATIENCE_MS = 3_000
const LOOK_MS = 100

const api = (what: string, id: string) => `/api/fairness/${what}/${encodeURIComponent(id)}`

/** By what decisions of each system can be compared, beside what stands with every decision. */
async function columnsOf(from: Api, systems: readonly SystemView[], source: RecordedSource): Promise<SystemColumns[]> {
  const all = await Promise.all(
    systems.map(async ({ id, client, name }) => {
      const { columns } = await from.get<{ columns: string[] }>('/api/fairness/columns', { client, system: id, source })
      return { name, columns: columns.filter((column) => column.includes('.')) }
    }),
  )
  return all.filter(({ columns }) => columns.length > 0)
}

export function mountFairness(app: Hono, { page, act, answerFailure, contextFor, deps }: ConsoleKit): void {
  app.get(
    path,
    page(
      async (from) => {
        const [audits, { monitors }, prompts] = await Promise.all([
          from.get('/api/fairness/audits'),
          from.get<MonitorList>('/api/fairness/monitors'),
          from.get('/api/fairness/prompts'),
        ])
        return {
          audits: listIn<AuditLine>(audits, 'audits'),
          monitors: monitors.filter(({ state }) => state !== 'ended').slice(0, MONITORS_SHOWN),
          prompts: listIn<PromptLine>(prompts, 'audits').slice(0, PROMPTS_SHOWN),
        }
      },
      (cx, found) => Audits({ cx, ...found }),
    ),
  )
  app.get(
    `${path}/new`,
    page(
      (from) => from.get<SignalList>('/api/fairness/signals'),
      (cx, { signals }, c) => AskPage({ cx, values: c.req.query(), signals }),
    ),
  )
  const forPlan = async (from: Api, values: Answers) => {
    const asked = sizeOf(values)
    const [systems, { signals }, size] = await Promise.all([
      loadSystems(from),
      from.get<SignalList>('/api/fairness/signals'),
      asked === undefined ? undefined : from.get<SizeReply>('/api/fairness/sample-size', asked),
    ])
    const source = sourceOf(values)
    const columns = source === 'file' ? [] : await columnsOf(from, systems, source)
    return { systems, size, columns, signal: signals.find(({ signal }) => signal === values.signal) }
  }
  app.get(
    `${path}/new/plan`,
    page(
      (from, c) => forPlan(from, c.req.query()),
      (cx, found, c) => PlanPage({ cx, values: c.req.query(), ...found }),
    ),
  )
  app.post(
    `${path}/new/plan`,
    act(
      async (to, form) => {
        const { audit } = await to.post<{ audit: string }>('/api/fairness/audits', requestOf(form))
        return `${auditPath(audit)}?done=planned`
      },
      async (cx, to, form, error) => PlanPage({ cx, values: form, ...(await forPlan(to, form)), error }),
    ),
  )

  const auditOf = (from: Api, id: string) => from.get<AuditView>(api('audits', id))
  app.get(
    `${path}/audits/:id`,
    page(
      (from, c) => auditOf(from, param(c, 'id')),
      (cx, audit, c) => {
        const done = c.req.query('done') ?? ''
        return Audit({ cx, audit, done: dones.includes(done) ? (done as Dones) : undefined })
      },
    ),
  )
  app.get(
    `${path}/audits/:id/compare`,
    page(
      (from, c) => {
        const beside = c.req.query('with')
        return from.get<CompareReply>(`${api('audits', param(c, 'id'))}/compare`, beside ? { with: beside } : {})
      },
      (cx, reply) => Compare({ cx, reply }),
    ),
  )
  const auditAgain = async (cx: Parameters<typeof Audit>[0]['cx'], from: Api, id: string, error: string) =>
    Audit({ cx, audit: await auditOf(from, id), error })
  app.post(
    `${path}/audits/:id/runs`,
    act(
      async (to, _, c) =>
        afterStart(to, param(c, 'id'), await to.post<{ run: string }>(`${api('audits', param(c, 'id'))}/runs`)),
      (cx, from, _, error, c) => auditAgain(cx, from, param(c, 'id'), error),
    ),
  )
  app.post(
    `${path}/audits/:id/file`,
    act(
      async (to, _, c) => {
        const { file } = await c.req.parseBody()
        if (!(file instanceof Blob) || file.size === 0) throw new ApiError(422, 'audit_file_empty')
        return afterStart(
          to,
          param(c, 'id'),
          await to.upload<{ run: string }>(`${api('audits', param(c, 'id'))}/file`, file),
        )
      },
      (cx, from, _, error, c) => auditAgain(cx, from, param(c, 'id'), error),
    ),
  )
  app.post(
    `${path}/runs/:id/cancel`,
    act(
      async (to, _, c) => {
        const { audit } = await to.post<RunView>(`${api('runs', param(c, 'id'))}/cancel`)
        return `${auditPath(audit)}?done=cancelled`
      },
      async (cx, from, _, error, c) => {
        const { audit } = await from.get<RunView>(api('runs', param(c, 'id')))
        return auditAgain(cx, from, audit, error)
      },
    ),
  )
  const reportOf = (from: Api, c: Context) => from.get<ReportReply>(`${api('runs', param(c, 'id'))}/report`)
  app.get(
    `${path}/runs/:id`,
    page(reportOf, (cx, reply) => Report({ cx, reply })),
  )
  app.post(
    `${path}/runs/:id/pack`,
    act(
      async (to, _, c) => {
        const { name, base64 } = await to.post<File>(`${api('runs', param(c, 'id'))}/pack`)
        return sendFile(c, name, Buffer.from(base64, 'base64'))
      },
      async (cx, from, _, error, c) => Report({ cx, reply: await reportOf(from, c), error }),
    ),
  )
  for (const what of ['pdf', 'weights'])
    app.get(`${path}/runs/:id/${what}`, async (c) => {
      const from = await deps.api(c)
      try {
        const { name, base64 } = await from.get<File>(`${api('runs', param(c, 'id'))}/${what}`)
        return sendFile(c, name, Buffer.from(base64, 'base64'))
      } catch (error) {
        return answerFailure(c, await contextFor(from, c), error)
      }
    })
  for (const [what, done, fields] of [
    ['judge', 'judged', ({ judgement = '', reasons = '' }: Form) => ({ judgement, reasons })],
    ['change', 'changed', ({ change = '' }: Form) => ({ change })],
    ['close', 'closed', () => ({})],
  ] as const)
    app.post(
      `${path}/findings/:id/${what}`,
      act(
        async (to, form, c) => {
          await to.post(`${api('findings', param(c, 'id'))}/${what}`, fields(form))
          return `${auditPath(form.audit ?? '')}?done=${done}#findings`
        },
        (cx, from, form, error) => auditAgain(cx, from, form.audit ?? '', error),
      ),
    )
}

/** The report when it is there within a moment, else the audit's page, which says how far it is. */
async function afterStart(from: Api, audit: string, { run }: { readonly run: string }): Promise<string> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    const { state } = await from.get<RunView>(api('runs', run))
    if (state === 'completed') return runPath(run)
    if (state !== 'running') return `${auditPath(audit)}?done=${state === 'failed' ? 'failed' : 'cancelled'}`
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return `${auditPath(audit)}?done=measuring`
}
