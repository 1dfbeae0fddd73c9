/** Are these the words of a question that is on file? Consent is proven by what was shown (GDPR art. 7(1)). */
import type { Notice, NoticeText } from '../records/rules.ts'
import type { Wording } from './consent.ts'

export type { Notice, NoticeText }

/**
 * The wording as it goes on record. Without `notice` it is a free wording of a platform that keeps its own texts, and is
 * shown as not on file. With it, the version must be about this purpose and have a text for the channel and the
 * language (or the language without its region); a hash that was sent along must be that of the text.
 * Returns undefined when it names something that is not on file.
 */
export function wordingOnFile(wording: Wording, purpose: string, notices: readonly Notice[]): Wording | undefined {
  const { version, language, channel, notice, sha256 } = wording
  if (notice === undefined) return sha256 === undefined ? { version, language, channel } : undefined
  const found = notices.find((one) => one.notice === notice && one.version === version && one.purpose === purpose)
  const text = found && textFor(found, language, channel)
  if (text === undefined || (sha256 !== undefined && sha256 !== text.sha256)) return undefined
  return { notice, version, language: text.language, channel, sha256: text.sha256 }
}

/** The text of a version in this channel and language; undefined when it has none. */
export function textFor({ texts }: Notice, language: string, channel: string): NoticeText | undefined {
  const inChannel = texts.filter((text) => text.channel === channel)
  const same = (tag: string) => inChannel.find((text) => text.language.toLowerCase() === tag.toLowerCase())
  return same(language) ?? same(language.split('-', 1)[0] ?? '')
}

/** The version that is asked with now: the last that was put on file for this purpose and has a text for the channel. */
export function currentNotice(notices: readonly Notice[], purpose: string, channel: string): Notice | undefined {
  return notices.findLast((one) => one.purpose === purpose && one.texts.some((text) => text.channel === channel))
}
