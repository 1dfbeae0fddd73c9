/** Pages of feedback and of wrong answers: what each loads, and what its forms do. */
import type { Hono } from 'hono'
import type { CorrectionPreview, FeedbackOverview, FeedbackTexts } from '../../../src/monitoring/contract.ts'
import { sendFile, sendPage } from '../../answer.ts'
import { type ConsoleKit, type Form, nothing, param } from '../kit.ts'
import { Feedback, feedbackFilters, loadFeedback } from './feedback.tsx'
import { feedbackCsv, feedbackJson } from './file.ts'
import { feedbackPath } from './readers.ts'
import { PreviewPage, ReportPage } from './report.tsx'
import { loadWrongAnswer, WrongAnswer, wrongDones } from './wrong-answer.tsx'
import { loadWrongAnswers, WrongAnswers, wrongAddress, wrongFilters, wrongPath } from './wrong-answers.tsx'

export function mountMonitoring(app: Hono, kit: ConsoleKit): void {
  mountFeedback(app, kit)
  mountReports(app, kit)
  mountCorrections(app, kit)
}

function mountFeedback(app: Hono, { act, contextFor }: ConsoleKit): void {
  app.get(
    feedbackPath,
    act(
      async (api, _, c) => {
        const filters = feedbackFilters(c.req.query())
        const [cx, data] = await Promise.all([contextFor(api, c), loadFeedback(api, filters)])
        return sendPage(c, Feedback({ cx, filters, ...data }))
      },
      // A period that cannot be: the usual one, with the sentence.
      async (cx, api, _, error) => Feedback({ cx, filters: {}, error, ...(await loadFeedback(api, {})) }),
    ),
  )
  for (const [kind, body] of [
    ['csv', feedbackCsv],
    ['json', feedbackJson],
  ] as const)
    app.get(
      `${feedbackPath}/file.${kind}`,
      act(
        async (api, _, c) => {
          const overview = await api.get<FeedbackOverview>('/api/feedback', feedbackFilters(c.req.query()))
          return sendFile(c, `feedback.${kind}`, body(overview))
        },
        async (cx, api, _, error) => Feedback({ cx, filters: {}, error, ...(await loadFeedback(api, {})) }),
      ),
    )
  // What was read after a form is no address; one who comes to it, by the language for one, begins again.
  app.get(`${feedbackPath}/texts`, (c) => c.redirect(feedbackPath, 303))
  app.post(
    `${feedbackPath}/texts`,
    act(
      async (api, form, c) => {
        const filters = feedbackFilters(form)
        const [cx, data, texts] = await Promise.all([
          contextFor(api, c),
          loadFeedback(api, filters),
          api.post<FeedbackTexts>('/api/feedback/texts', {
            ...filters,
            reason: form.reason,
            ...(form.before ? { before: form.before } : {}),
          }),
        ])
        return sendPage(c, Feedback({ cx, filters, ...data, texts, reason: form.reason }))
      },
      async (cx, api, form, error) => {
        const filters = feedbackFilters(form)
        return Feedback({ cx, filters, error, ...(await loadFeedback(api, filters)) })
      },
    ),
  )
}

/** A browser sends each end of a line as two characters, which nobody typed. */
const wordsIn = (text: string | undefined): string | undefined => text?.replaceAll('\r\n', '\n').trim() || undefined

function mountReports(app: Hono, { page, act }: ConsoleKit): void {
  const address = '/console/conversations/:id/turns/:turn/wrong'
  app.get(
    address,
    page(nothing, (cx, _, c) => ReportPage({ cx, conversation: param(c, 'id'), turn: param(c, 'turn') })),
  )
  app.post(
    address,
    act(
      async (api, form, c) => {
        const note = wordsIn(form.note)
        const rightAnswer = wordsIn(form.rightAnswer)
        const { id } = await api.post<{ id: string }>('/api/wrong-answers', {
          conversation: param(c, 'id'),
          turn: Number(param(c, 'turn')),
          kind: form.kind,
          ...(note === undefined ? {} : { note }),
          ...(rightAnswer === undefined ? {} : { rightAnswer }),
        })
        return `${wrongAddress(id)}?done=reported`
      },
      async (cx, _, form, error, c) =>
        ReportPage({ cx, conversation: param(c, 'id'), turn: param(c, 'turn'), error, values: form }),
    ),
  )
  app.get(
    wrongPath,
    page(
      async (api, c) => {
        const filters = wrongFilters(c.req.query())
        return { filters, ...(await loadWrongAnswers(api, filters)) }
      },
      (cx, data) => WrongAnswers({ cx, ...data }),
    ),
  )
  app.get(
    `${wrongPath}/:id`,
    page(
      (api, c) => loadWrongAnswer(api, param(c, 'id')),
      (cx, data, c) => WrongAnswer({ cx, ...data, done: wrongDones.find((one) => one === c.req.query('done')) }),
    ),
  )
}

function mountCorrections(app: Hono, { act, contextFor }: ConsoleKit): void {
  const apiOf = (id: string) => `/api/wrong-answers/${encodeURIComponent(id)}`
  const again: Parameters<ConsoleKit['act']>[1] = async (cx, api, form, error, c) =>
    WrongAnswer({ cx, error, values: form, ...(await loadWrongAnswer(api, param(c, 'id'))) })
  const correctionIn = ({ nl, en, reach }: Form) => ({
    correction: { nl: wordsIn(nl) ?? '', en: wordsIn(en) ?? '' },
    reach,
  })
  for (const step of ['preview', 'correction', 'decision', 'look'] as const)
    app.get(`${wrongPath}/:id/${step}`, (c) => c.redirect(wrongAddress(param(c, 'id')), 303))
  app.post(
    `${wrongPath}/:id/decision`,
    act(async (api, { decision }, c) => {
      const id = param(c, 'id')
      await api.post(`${apiOf(id)}/decision`, { decision })
      return `${wrongAddress(id)}?done=${decision === 'confirmed' ? 'confirmed' : 'rejected'}`
    }, again),
  )
  app.post(
    `${wrongPath}/:id/look`,
    act(async (api, { from, until }, c) => {
      const id = param(c, 'id')
      await api.post(`${apiOf(id)}/look`, { from, until })
      return `${wrongAddress(id)}?done=looked`
    }, again),
  )
  app.post(
    `${wrongPath}/:id/preview`,
    act(async (api, form, c) => {
      const id = param(c, 'id')
      const [cx, preview] = await Promise.all([
        contextFor(api, c),
        api.post<CorrectionPreview>(`${apiOf(id)}/preview`, correctionIn(form)),
      ])
      return sendPage(c, PreviewPage({ cx, answer: { id }, preview }))
    }, again),
  )
  app.post(
    `${wrongPath}/:id/correction`,
    act(async (api, form, c) => {
      const id = param(c, 'id')
      await api.post(`${apiOf(id)}/correction`, { ...correctionIn(form), shown: form.shown })
      return `${wrongAddress(id)}?done=corrected`
    }, again),
  )
}
