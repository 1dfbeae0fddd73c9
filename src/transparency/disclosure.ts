/**
 * Saying that it is AI: the sentence per channel and language, and what a call still needs.
 * Whoever deals with an AI system is told so at the latest at the first contact, in words that are clear and can be
 * told apart (AI Act art. 50(1) and (5), https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32024R1689#art_50).
 * A word such as "assistant" alone does not say that.
 */
import { createHash } from 'node:crypto'
import { fill, type Language } from '../platform/text.ts'
import type { DisclosureWording, OwnDisclosures } from '../records/contract.ts'
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
  /** Words of the client's own, where it has them. */
  readonly own?: OwnDisclosures | undefined
}

export type DisclosureText = {
  readonly text: string
  readonly key: TransparencyTextKey
  /** 12 hexadecimal digits of the SHA-256 of the sentence before it is filled: another word, another version. */
  readonly version: string
}

/** The sentence with which a conversation begins. */
export function disclosureText(facts: DisclosureRequestFacts): DisclosureText {
  const { organisation, humanWord, language, own } = facts
  return saidAs(wordingOf(facts), language, own, { organisation, humanWord })
}

/** What of a system its customers must hear beside that it is AI (AI Act art. 50(3)). */
export const secondNotices = ['emotion', 'biometric'] as const
export type SecondNotice = (typeof secondNotices)[number]
export type DisclosureKind = 'ai' | SecondNotice

/** What a customer says to have it switched off, where the client gives no word of its own. */
export const optOutWords: Readonly<Record<Language, string>> = { nl: 'nee', en: 'no' }

/** The sentence that says that emotions are estimated, or that people are sorted by their voice or body. */
export function secondNoticeText(
  kind: SecondNotice,
  {
    channel,
    language,
    organisation,
    purpose,
    own,
  }: Omit<DisclosureRequestFacts, 'humanWord' | 'read'> & { readonly purpose: string },
): DisclosureText {
  const optOutWord = own?.optOutWord?.[language] ?? optOutWords[language]
  const key: TransparencyTextKey = channel === 'voice' ? `disclosure.${kind}` : `disclosure.${kind}.other`
  return saidAs(kind, language, own, { organisation, purpose, optOutWord }, key)
}

/** The client's own words where it has them, else ours. The version names the sentence before it is filled. */
function saidAs(
  wording: DisclosureWording,
  language: Language,
  ownWords: OwnDisclosures | undefined,
  values: Readonly<Record<string, string>>,
  key: TransparencyTextKey = wordingKeys[wording],
): DisclosureText {
  const template = ownWords?.[wording]?.[language]
  if (template === undefined)
    return { text: transparencyText(language, key, values), key, version: textVersion(language, key) }
  const own = wordingKeys[wording]
  return { text: fill(template, values, language), key: own, version: wordingVersion(language, own, template) }
}

/** The key under which a disclosure records which sentence was said; one's own words keep the key of ours. */
export const wordingKeys: Readonly<Record<DisclosureWording, TransparencyTextKey>> = {
  chat: 'disclosure.chat',
  voice: 'disclosure.voice',
  emailUnread: 'disclosure.email.unread',
  emailRead: 'disclosure.email.read',
  agentAssist: 'disclosure.assist',
  other: 'disclosure.other',
  emotion: 'disclosure.emotion',
  biometric: 'disclosure.biometric',
}

/** The version of a sentence of this folder in one language. */
export function textVersion(language: Language, key: TransparencyTextKey): string {
  return wordingVersion(language, key, templateOf(language, key))
}

/** The version of any sentence under a key: another word, another version. */
export function wordingVersion(language: Language, key: TransparencyTextKey, template: string): string {
  return createHash('sha256').update(`${language}\n${key}\n${template}`, 'utf8').digest('hex').slice(0, 12)
}

function wordingOf({ channel, read }: Pick<DisclosureRequestFacts, 'channel' | 'read'>): DisclosureWording {
  switch (channel) {
    case 'chat':
    case 'voice':
    case 'other':
      return channel
    case 'email':
      return read === true ? 'emailRead' : 'emailUnread'
    case 'agent_assist':
      return 'agentAssist'
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

/**
 * Second notices that a system asks for and this conversation did not have. Nothing is injected for them: what they are about
 * begins outside the gateway, with the first sound of a voice, so the platform says it and reports it.
 */
export function missingSecondNotices(facts: {
  readonly emotionInference: 'none' | 'customer'
  readonly biometricCategorisation: boolean
  readonly told: readonly SecondNotice[]
}): SecondNotice[] {
  const needed: Readonly<Record<SecondNotice, boolean>> = {
    emotion: facts.emotionInference === 'customer',
    biometric: facts.biometricCategorisation,
  }
  return secondNotices.filter((kind) => needed[kind] && !facts.told.includes(kind))
}
