import type { Channel, Language, Part, Role } from '../../privacy/rules.ts'

/** One conversation of `redact --jsonl`: turns joined by a line feed, one role for each. */
export type Conversation = {
  readonly id: string | number
  readonly languages: readonly Language[]
  readonly channel: Channel
  readonly roles: readonly Role[]
  readonly text: string
}

export type LineProblem = 'json' | 'id' | 'text' | 'roles' | 'channel' | 'lang'

const roles: readonly Role[] = ['customer', 'agent', 'ai', 'system', 'tool']
const channels: readonly Channel[] = ['chat', 'speech', 'email']
const both: readonly Language[] = ['nl', 'en']

/** Without `lang` both languages are read, without `channel` it is a chat, without `roles` the customer wrote all of it. */
export function parseLine(line: string): Conversation | LineProblem {
  const record = parseObject(line)
  if (record === undefined) return 'json'
  const { id, text, lang, channel = 'chat', roles: given } = record
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') return 'id'
  if (typeof text !== 'string') return 'text'
  const count = text.split('\n').length
  const all = given ?? Array.from({ length: count }, () => 'customer')
  if (!Array.isArray(all) || all.length !== count || !all.every(isRole)) return 'roles'
  if (!isChannel(channel)) return 'channel'
  if (lang !== undefined && !isLanguage(lang)) return 'lang'
  return { id, languages: lang === undefined ? both : languagesFrom(lang), channel, roles: all, text }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** Callers switch language: the named one first, the other one too. */
export const languagesFrom = (first: Language): readonly Language[] => [first, ...both.filter((one) => one !== first)]
export const isLanguage = (value: unknown): value is Language => both.some((one) => one === value)
export const isChannel = (value: unknown): value is Channel => channels.some((one) => one === value)
const isRole = (value: unknown): value is Role => roles.some((one) => one === value)

/** The turns of a conversation, as the recogniser takes them. */
export function partsOf({ text, roles }: Pick<Conversation, 'text' | 'roles'>): Part[] {
  return text.split('\n').map((line, i) => ({ role: roles[i] ?? 'customer', kind: 'text', text: line }))
}

const speakers: readonly (readonly [Role, RegExp])[] = [
  ['agent', /^\s*(?:agent|medewerker|adviseur|operator|advisor|representative)\s*:/i],
  ['ai', /^\s*(?:assistant|assistent|bot|ai|chatbot)\s*:/i],
  ['customer', /^\s*(?:klant|customer|caller|beller|user|client)\s*:/i],
]

/** Roles by what stands before the colon; a line without a speaker goes on from the one above it. */
export function rolesByPrefix(text: string): Role[] {
  let role: Role = 'customer'
  return text.split('\n').map((line) => {
    role = speakers.find(([, prefix]) => prefix.test(line))?.[0] ?? role
    return role
  })
}
