/** A wrong answer from report to correction (docs/states/wrong-answer.md): who may do what, and what customers then read. */
import { createHash } from 'node:crypto'
import { canonicalize } from '../ledger/verify/index.ts'
import { formatDate, type Language } from '../platform/text.ts'
import type { Bilingual, ClientProfile } from '../records/contract.ts'
import { LOOK_BACK_DAYS, type Reach, type WrongState } from './contract.ts'
import { monitoringText } from './texts.ts'

export type WrongFacts = {
  readonly state: WrongState
  /** Id of a person of the staff, or of a system. */
  readonly reportedBy: string
  /** Everywhere in the period was looked for the same answer. */
  readonly lookedEverywhere: boolean
}

export type WrongMove = 'confirm' | 'reject' | 'look' | 'correct'
export type WrongRefusal =
  | 'own_report'
  | 'answer_judged'
  | 'answer_unconfirmed'
  | 'answer_rejected'
  | 'answer_corrected'
  | 'look_running'

/** Why this person may not do this now; null: they may. Who judges is not who reported: two people look. */
export function mayMove(
  { state, reportedBy, lookedEverywhere }: WrongFacts,
  move: WrongMove,
  by: string,
): WrongRefusal | null {
  switch (move) {
    case 'confirm':
    case 'reject':
      if (state !== 'reported') return 'answer_judged'
      return reportedBy === by ? 'own_report' : null
    case 'look':
      if (state === 'rejected') return 'answer_rejected'
      return state === 'corrected' ? 'answer_corrected' : null
    case 'correct':
      if (state === 'reported') return 'answer_unconfirmed'
      if (state === 'rejected') return 'answer_rejected'
      if (state === 'corrected') return 'answer_corrected'
      return lookedEverywhere ? null : 'look_running'
  }
}

/** Where is looked for the same answer, when nobody says otherwise. */
export function usualLook(answeredAt: Date, now: Date): { readonly from: Date; readonly until: Date } {
  return { from: new Date(answeredAt.getTime() - LOOK_BACK_DAYS * 86_400_000), until: now }
}

/** The language in which a customer reads a correction: that of the conversation, where we have it. */
export function correctionLanguage(tag: string): Language {
  return /^(nl|fy|und)\b/i.test(tag) ? 'nl' : 'en'
}

export type CorrectionFacts = {
  readonly answeredAt: Date
  readonly correction: Bilingual
  readonly client: { readonly name: string; readonly contact: ClientProfile['contact'] }
}

/** What the customer reads: `bot.corrected`. */
export function correctionSentence({ answeredAt, correction, client }: CorrectionFacts, language: Language): string {
  return monitoringText(language, 'bot.corrected', {
    date: formatDate(answeredAt, language),
    // The sentence has its own full stop.
    correction: correction[language].trim().replace(/[.\s]+$/, ''),
    contact: contactWords(client, language),
  })
}

function contactWords({ name, contact }: CorrectionFacts['client'], language: Language): string {
  const { phone, email, website } = contact
  if (phone !== undefined && email !== undefined) return monitoringText(language, 'contact.two', { phone, email })
  return phone ?? email ?? website ?? name
}

/** Of which words the sentence was: another correction or another model sentence has another version. */
export function correctionVersion(correction: Bilingual, language: Language): string {
  const model = monitoringText(language, 'bot.corrected', {
    date: '{date}',
    correction: '{correction}',
    contact: '{contact}',
  })
  return sha256({ model, correction: correction[language] }).slice(0, 12)
}

/** What a person saw before approving; anything else has another hash. */
export function previewHash(preview: {
  readonly id: string
  readonly reach: Reach
  readonly correction: Bilingual
  readonly recipients: { readonly nl: number; readonly en: number }
  readonly sentences: Bilingual
}): string {
  return sha256(preview)
}

const sha256 = (value: Parameters<typeof canonicalize>[0]): string =>
  createHash('sha256').update(canonicalize(value)).digest('hex')
