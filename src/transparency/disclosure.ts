/**
 * Saying that it is AI: the sentence per channel and language, and what a call still needs.
 * Whoever deals with an AI system is told so at the latest at the first contact, in words that are clear and can be
 * told apart (AI Act art. 50(1) and (5), https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32024R1689#art_50).
 * A word such as "assistant" alone does not say that.
 */
import { createHash } from 'node:crypto'
import type { Language } from '../platform/text.ts'
import { type TransparencyTextKey, templateOf, transparencyText } from './texts.ts'

export type DisclosureChannel = 'chat' | 'voice' | 'email' | 'agent_assist' | 'other'

export type DisclosureRequestFacts = {
  readonly channel: DisclosureChannel
  readonly language: Language
  readonly organisation: string
  /** The word with which a customer asks for a person in this channel. */
  readonly humanWord: string
  /** E-mail: whether a member of staff has read and approved the text. */
  readonly read?: boolean
}

export type DisclosureText = {
  readonly text: string
  readonly key: TransparencyTextKey
  /** 12 hexadecimal digits of the SHA-256 of the sentence before it is filled: another word, another version. */
  readonly version: string
}

/** The sentence with which a conversation begins. */
export function disclosureText(facts: DisclosureRequestFacts): DisclosureText {
  const key = disclosureKey(facts)
  const { organisation, humanWord, language } = facts
  return {
    text: transparencyText(language, key, { organisation, humanWord }),
    key,
    version: textVersion(language, key),
  }
}

/** The version of a sentence of this folder in one language. */
export function textVersion(language: Language, key: TransparencyTextKey): string {
  return createHash('sha256')
    .update(`${language}\n${key}\n${templateOf(language, key)}`, 'utf8')
    .digest('hex')
    .slice(0, 12)
}

function disclosureKey({ channel, read }: DisclosureRequestFacts): TransparencyTextKey {
  switch (channel) {
    case 'chat':
      return 'disclosure.chat'
    case 'voice':
      return 'disclosure.voice'
    case 'email':
      return read === true ? 'disclosure.email.read' : 'disclosure.email.unread'
    case 'agent_assist':
      return 'disclosure.assist'
    case 'other':
      return 'disclosure.other'
  }
}

// -- what a call still needs ----------------------------------------------------------------------------------------

export type DisclosurePlan =
  | { readonly plan: 'none'; readonly reason: 'already_made' | 'none_needed' }
  /** `late`: the computer already spoke in this conversation without saying what it is. */
  | { readonly plan: 'inject'; readonly late: boolean }
  | { readonly plan: 'refuse'; readonly code: 'disclosure_missing' }

/**
 * What must be said before the next AI turn. `inject`: Waarborg says it itself, at the first turn or as soon as it is
 * found missing. `require`: the platform says it and reports it; without that report nothing goes on.
 */
export function disclosurePlan(facts: {
  readonly policy: 'inject' | 'require' | 'none_needed'
  readonly channel: DisclosureChannel
  readonly disclosedAt: Date | null
  readonly firstAiTurn: boolean
}): DisclosurePlan {
  if (facts.disclosedAt !== null) return { plan: 'none', reason: 'already_made' }
  switch (facts.policy) {
    case 'none_needed':
      return { plan: 'none', reason: 'none_needed' }
    case 'inject':
      return { plan: 'inject', late: !facts.firstAiTurn }
    case 'require':
      return { plan: 'refuse', code: 'disclosure_missing' }
  }
}
