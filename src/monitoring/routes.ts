/** What customers say of a contact, and answers of an AI that were wrong. */
import type { Route } from '../platform/http.ts'
import { type FeedbackDeps, feedbackRoutes } from './io/feedback-routes.ts'
import { mayAsk as mayAskAnybody } from './io/may-ask.ts'
import { type WrongAnswerDeps, wrongAnswerRoutes } from './io/wrong-answer-routes.ts'

export type MonitoringDeps = Omit<FeedbackDeps, 'mayAsk'> & Partial<Pick<FeedbackDeps, 'mayAsk'>> & WrongAnswerDeps

export function routes({ mayAsk = mayAskAnybody, ...deps }: MonitoringDeps): Route[] {
  return [...feedbackRoutes({ ...deps, mayAsk }), ...wrongAnswerRoutes(deps)]
}
