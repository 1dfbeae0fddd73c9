/** The words in which consent is asked, by version: what was shown can be named, and shown again, years later. */
import { createHash } from 'node:crypto'

/** Begins the id of a question that is put together from the register, for want of words of the organisation. */
export const BUILT_IN_NOTICE = 'built-in.'

export const noticeChannels = ['portal', 'chat', 'voice', 'email', 'agent_assist', 'other'] as const
export type NoticeChannel = (typeof noticeChannels)[number]

export type NoticeText = {
  readonly language: string
  readonly channel: NoticeChannel
  readonly text: string
  /** Of the text as it is, in UTF-8; 64 hexadecimal digits. */
  readonly sha256: string
}

export type Notice = {
  readonly notice: string
  readonly client: string
  readonly purpose: string
  readonly version: string
  /** It says something else than the version before: who said yes to that did not say yes to this. */
  readonly material: boolean
  readonly texts: readonly NoticeText[]
}

export function noticeText(language: string, channel: NoticeChannel, text: string): NoticeText {
  return { language, channel, text, sha256: createHash('sha256').update(text, 'utf8').digest('hex') }
}
