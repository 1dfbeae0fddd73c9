/** The explanation that is on record, as a person who answers a question puts it under their words. No model makes it. */
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { Language } from '../../platform/text.ts'
import { citedDecision } from '../cited-decision.ts'
import { ExplanationUnsupported, explainTurns } from '../portal.ts'
import type { TransparencyDeps } from '../routes.ts'
import { transparencyText } from '../texts.ts'
import { citedOf } from './clarification-reads.ts'
import { loadPortal } from './portal.ts'
import { loadLinkDecision } from './portal-decisions.ts'

export type CiteDeps = Pick<TransparencyDeps, 'ring' | 'say'>

/**
 * The answer with the explanation under it, in the language of the question. Errors: `case_unknown` (404), `cite_nothing` (422: there is
 * none), `cite_differs` (422: it does not agree with what is on record any more).
 */
export async function withCitation(tx: Tx, deps: CiteDeps, id: string, text: string, now: Date): Promise<string> {
  const cited = await citedOf(tx, deps.ring, id)
  const { language, conversation_id: conversation, client_id: client, subject_id: subject } = cited.row
  const sentences =
    cited.about === 'turn'
      ? await turnSentences(
          tx,
          deps,
          { client, subject, conversation: conversation ?? '', turn: cited.turn },
          { language, now },
        )
      : await decisionSentences(
          tx,
          deps,
          { client, subject, conversation, decision: cited.decision },
          { language, now },
        )
  if (sentences.length === 0) throw new ApiError(422, 'cite_nothing', { param: 'cite' })
  return [text, '', transparencyText(language, 'clarify.cited'), ...sentences.map((one) => `• ${one}`)].join('\n')
}

async function turnSentences(
  tx: Tx,
  { ring, say }: CiteDeps,
  about: { readonly client: string; readonly subject: string; readonly conversation: string; readonly turn: number },
  { language, now }: { readonly language: Language; readonly now: Date },
): Promise<readonly string[]> {
  const found = await loadPortal(tx, ring, about)
  if (found === undefined) return []
  const handOff = say.handOff(found.client.profile, now, language).sentence
  const purpose = found.purposes.find(({ id }) => id === found.purposeId)?.name[language] ?? found.purposeId
  const refusal = (code: string) => say.refusal(code, language, { purpose, handoff: handOff })
  try {
    return explainTurns(found, language, { handOff, refusal }).find(({ seq }) => seq === about.turn)?.why ?? []
  } catch (error) {
    throw error instanceof ExplanationUnsupported ? differs() : error
  }
}

const differs = () => new ApiError(422, 'cite_differs', { param: 'cite' })

async function decisionSentences(
  tx: Tx,
  { ring }: CiteDeps,
  link: {
    readonly client: string
    readonly subject: string
    readonly conversation: string | null
    readonly decision: string
  },
  { language, now }: { readonly language: Language; readonly now: Date },
): Promise<readonly string[]> {
  const found = await loadLinkDecision(tx, ring, link, link.decision, now)
  if (found === undefined) return []
  const cited = citedDecision(found, language)
  switch (cited.cited) {
    case 'holds':
      return cited.sentences
    case 'nothing':
      return []
    case 'differs':
      throw differs()
  }
}
