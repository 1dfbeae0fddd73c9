/** Pages on decisions about people: the list, its file, one decision, reading it with a reason, and a second look. */
import type { Context, Hono } from 'hono'
import type { DecisionDetail, LetterPreview } from '../../../src/records/decision-contract.ts'
import { sendFile, sendPage } from '../../answer.ts'
import type { Api } from '../../api.ts'
import { fieldSentence } from '../cases/filled.ts'
import { type ConsoleKit, type Form, param } from '../kit.ts'
import { loadNamed } from '../parts.tsx'
import { LetterPage } from './contest.tsx'
import { ContestFiguresPage, contestFiguresPath, loadContestFigures } from './contest-figures.tsx'
import { Decision, dones, loadDecision, loadStanding } from './decision.tsx'
import { Decisions, decisionFiltersOf, decisionsCsv, decisionsPath, loadDecisions } from './decisions.tsx'
import { decisionPath, reviewFields } from './paths.ts'

export function mountDecisions(app: Hono, kit: ConsoleKit): void {
  const { page, act, contextFor } = kit
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
      (cx, data, c) => Decision({ cx, ...data, done: dones.find((one) => one === c.req.query('done')) }),
    ),
  )
  app.post(
    `${decisionsPath}/:id/read`,
    act(async (api, form, c) => {
      const [cx, named, decision] = await Promise.all([
        contextFor(api, c),
        loadNamed(api),
        api.post<DecisionDetail>(`${apiPath(c)}/read`, { reason: form.reason }),
      ])
      return sendPage(c, Decision({ cx, decision, named, standing: await loadStanding(api, decision) }))
    }, again('read')),
  )
  mountReview(app, kit)
  mountFigures(app, kit)
  mountContest(app, kit)
}

const apiPath = (c: Context): string => `/api/decisions/${encodeURIComponent(param(c, 'id'))}`

type Again = Parameters<ConsoleKit['act']>[1]

/** The page again with the form as it was filled in, and the sentence beside its field. */
const again =
  (form: string, fieldOf: (param: string) => string = (param) => param): Again =>
  async (cx, api, values, error, c, failed) =>
    Decision({
      cx,
      ...(await loadDecision(api, param(c, 'id'))),
      filled: {
        form,
        values,
        error: fieldSentence(cx, failed, error),
        field: failed.param === undefined ? undefined : fieldOf(failed.param),
      },
    })

/** What the form says, as the API takes it. */
function reviewIn(form: Form): Record<string, string> {
  const given = reviewFields.flatMap((name) => {
    const value = form[name]?.trim()
    return value ? [[name, value] as const] : []
  })
  const { outcome, ...rest } = Object.fromEntries(given)
  return {
    ...rest,
    ...(outcome !== undefined && form.verdict === 'changed' ? { outcome } : {}),
    ...(form.letter ? { letter: form.letter } : {}),
  }
}

function mountFigures(app: Hono, { page }: ConsoleKit): void {
  app.get(
    contestFiguresPath,
    page(
      (api, c) => {
        const year = c.req.query('year') ?? ''
        return loadContestFigures(api, {
          client: c.req.query('client'),
          year: /^20\d\d$/.test(year) ? year : undefined,
        })
      },
      (cx, data) => ContestFiguresPage({ cx, ...data }),
    ),
  )
}

function mountReview(app: Hono, { act, contextFor }: ConsoleKit): void {
  const path = `${decisionsPath}/:id/review`
  // What was read after a form is no address; one who comes to it, by the language for one, begins again.
  app.get(path, (c) => c.redirect(decisionPath(param(c, 'id')), 303))
  app.post(
    path,
    act(async (api, form, c) => {
      if (form.back !== undefined) {
        const [cx, data] = await Promise.all([contextFor(api, c), loadDecision(api, param(c, 'id'))])
        return sendPage(c, Decision({ cx, ...data, filled: { form: 'review', values: form } }))
      }
      if (!form.letter) {
        // A letter is read before it goes out; where none goes out the verdict is recorded at once.
        const { letter } = await api.post<LetterPreview>(`${apiPath(c)}/review/preview`, reviewIn(form))
        if (letter !== null)
          return sendPage(
            c,
            LetterPage({ cx: await contextFor(api, c), decision: param(c, 'id'), letter, values: form }),
          )
      }
      await api.post(`${apiPath(c)}/review`, reviewIn(form))
      return `${decisionPath(param(c, 'id'))}?done=reviewed`
    }, again('review')),
  )
}

function mountContest(app: Hono, { act }: ConsoleKit): void {
  const post = (
    name: 'contest' | 'extend' | 'confirm',
    send: (api: Api, form: Form, c: Context) => Promise<unknown>,
    done: string,
    fieldOf?: (param: string) => string,
  ) => {
    const path = `${decisionsPath}/:id/${name}`
    app.get(path, (c) => c.redirect(decisionPath(param(c, 'id')), 303))
    app.post(
      path,
      act(
        async (api, form, c) => {
          await send(api, form, c)
          return `${decisionPath(param(c, 'id'))}${done}`
        },
        again(name, fieldOf),
      ),
    )
  }
  post('contest', (api, _, c) => api.post(`${apiPath(c)}/contest/read`), '')
  post(
    'extend',
    (api, form, c) => api.post(`${apiPath(c)}/contest/extend`, { reasons: (form.reasons ?? '').trim() }),
    '?done=extended',
    () => 'extendReasons',
  )
  post(
    'confirm',
    (api, form, c) =>
      api.post(`${apiPath(c)}/contest/confirm`, {
        contest: form.contest,
        what: form.what,
        ...(form.reference?.trim() ? { reference: form.reference.trim() } : {}),
      }),
    '?done=confirmed',
  )
}
