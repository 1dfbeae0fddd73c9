/** Pages on decisions about people: the list, its file, one decision, reading it with a reason, and a second look. */
import type { Hono } from 'hono'
import type { DecisionDetail } from '../../../src/records/decision-contract.ts'
import { sendFile, sendPage } from '../../answer.ts'
import { type ConsoleKit, param } from '../kit.ts'
import { loadNamed } from '../parts.tsx'
import { Decision, loadDecision } from './decision.tsx'
import { Decisions, decisionFiltersOf, decisionsCsv, decisionsPath, loadDecisions } from './decisions.tsx'

export function mountDecisions(app: Hono, { page, act, contextFor }: ConsoleKit): void {
  app.get(
    decisionsPath,
    page(
      async (api, c) => {
        const filters = decisionFiltersOf(c.req.query())
        const before = c.req.query('before')
        return { filters, before, ...(await loadDecisions(api, filters, before)) }
      },
      (cx, data) => Decisions({ cx, ...data }),
    ),
  )
  app.get(
    `${decisionsPath}/file`,
    act(
      async (api, _, c) => sendFile(c, 'decisions.csv', await decisionsCsv(api, decisionFiltersOf(c.req.query()))),
      async (cx, api) =>
        Decisions({ cx, filters: {}, before: undefined, ...(await loadDecisions(api, {}, undefined)) }),
    ),
  )
  app.get(
    `${decisionsPath}/:id`,
    page(
      (api, c) => loadDecision(api, param(c, 'id')),
      (cx, data, c) => Decision({ cx, ...data, done: c.req.query('done') === 'reviewed' }),
    ),
  )
  app.post(
    `${decisionsPath}/:id/read`,
    act(
      async (api, form, c) => {
        const [cx, named, decision] = await Promise.all([
          contextFor(api, c),
          loadNamed(api),
          api.post<DecisionDetail>(`/api/decisions/${encodeURIComponent(param(c, 'id'))}/read`, {
            reason: form.reason,
          }),
        ])
        return sendPage(c, Decision({ cx, decision, named }))
      },
      async (cx, api, _, error, c) => Decision({ cx, error, ...(await loadDecision(api, param(c, 'id'))) }),
    ),
  )
  app.post(
    `${decisionsPath}/:id/review`,
    act(
      async (api, form, c) => {
        const id = param(c, 'id')
        await api.post(`/api/decisions/${encodeURIComponent(id)}/review`, {
          verdict: form.verdict,
          ...(form.outcome && form.verdict === 'changed' ? { outcome: form.outcome } : {}),
          reasons: form.reasons,
          ...(form.forCustomer ? { forCustomer: form.forCustomer } : {}),
          ...(form.nextSteps?.trim() ? { nextSteps: form.nextSteps } : {}),
          ...(form.nextBy ? { nextBy: form.nextBy } : {}),
          ...(form.openedAt ? { openedAt: form.openedAt } : {}),
        })
        return `${decisionsPath}/${id}?done=reviewed`
      },
      async (cx, api, form, error, c) =>
        Decision({ cx, error, values: form, ...(await loadDecision(api, param(c, 'id'))) }),
    ),
  )
  app.post(
    `${decisionsPath}/:id/contest`,
    act(
      async (api, _, c) => {
        const id = param(c, 'id')
        await api.post(`/api/decisions/${encodeURIComponent(id)}/contest/read`)
        return `${decisionsPath}/${id}`
      },
      async (cx, api, form, error, c) =>
        Decision({ cx, error, values: form, ...(await loadDecision(api, param(c, 'id'))) }),
    ),
  )
}
