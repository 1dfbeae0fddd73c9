/** How words of the register come into a sentence. */
import { formatList, type Language } from '../../platform/text.ts'
import { isTransparencyTextKey, transparencyText } from '../texts.ts'
import type { NoticePart, NoticeSection } from './contract.ts'
import { type NoticeTextKey, noticeText } from './texts.ts'

export type Say = (key: NoticeTextKey, values?: Readonly<Record<string, string | number>>) => string

export const sayIn =
  (language: Language): Say =>
  (key, values = {}) =>
    noticeText(language, key, values)

/** A text of the register as the end of a sentence that has its own full stop. */
export const inSentence = (text: string): string => text.trim().replace(/[.\s]+$/, '')

/** A name of the register, which stands in sentences there, as a heading. */
export const asTitle = (text: string): string => {
  const plain = inSentence(text)
  return plain.charAt(0).toUpperCase() + plain.slice(1)
}

export const listed = (texts: readonly string[], language: Language): string =>
  formatList([...new Set(texts.map(inSentence))], language)

/** What the outcome of a system means for a customer. */
export function classText(decisionClass: string, language: Language): string {
  const key = `system.class.${decisionClass}`
  if (!isTransparencyTextKey(key)) throw new Error('a class of systems without a sentence')
  return transparencyText(language, key)
}

export const section = (id: string, title: string, more: Partial<Omit<NoticeSection, 'id' | 'title'>>) => ({
  id,
  title,
  lines: [],
  parts: [],
  links: [],
  ...more,
})

export const part = (title: string, lines: readonly string[], links: NoticePart['links'] = []): NoticePart => ({
  title,
  lines: [...lines],
  links: [...links],
})
