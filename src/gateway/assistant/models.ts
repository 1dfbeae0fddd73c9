/** The models of the built-in upstream `assistant`, by name. */
import { type AnswerContext, answerFrom } from './answer.ts'
import type { Answer } from './completion.ts'
import type { Knowledge } from './retrieval.ts'
import { route } from './routing.ts'
import { summarise } from './summary.ts'
import type { Request } from './transcript.ts'

type Model = (knowledge: Knowledge, request: Request, context: AnswerContext) => Answer

/** No language model among them: they search, choose and count. */
export const models: Readonly<Record<string, Model>> = {
  'waarborg-retrieval': answerFrom,
  'waarborg-summary': (_knowledge, request, { language }) => summarise(request, language),
  'waarborg-routing': (_knowledge, request) => route(request),
}

export const modelOf = (name: string): Model | undefined => (Object.hasOwn(models, name) ? models[name] : undefined)
