/** Reads the .talk format, in which people write conversations; described in README.md. */
import type { Act, Conversation, Ground, Label, Span, ToolUse, Turn } from './conversation.ts'
import { grounds, labels } from './conversation.ts'

/** A mistake in a .talk file, with the place where it stands. */
export class TalkError extends Error {
  readonly file: string
  readonly line: number
  constructor(file: string, line: number, problem: string) {
    super(`${file}:${line}: ${problem}`)
    this.name = 'TalkError'
    this.file = file
    this.line = line
  }
}

export type Marked = { readonly text: string; readonly spans: readonly Span[] }

const mark = /\{([A-Z]+)\|([^{}|]+)\}/g

/**
 * Takes `{LABEL|words}` out of a text and says where the words stand.
 * @throws Error for an unknown label or a brace that belongs to no mark.
 */
export function unmark(marked: string): Marked {
  let text = ''
  let from = 0
  const spans: Span[] = []
  for (const found of marked.matchAll(mark)) {
    const [whole, label, words] = found as unknown as [string, string, string]
    if (!(labels as readonly string[]).includes(label)) throw new Error(`unknown label ${label}`)
    text += marked.slice(from, found.index)
    spans.push([text.length, text.length + words.length, label as Label])
    text += words
    from = found.index + whole.length
  }
  text += marked.slice(from)
  const stray = /[{}]/.exec(text)
  if (stray) throw new Error(`a brace without a mark at character ${stray.index}`)
  return { text, spans }
}

/** The same for a value with marks in its strings; the spans are offsets in the JSON text of the value. */
export function unmarkJson(marked: unknown): { readonly result: unknown; readonly spans: readonly Span[] } {
  let text = ''
  let from = 0
  const spans: Span[] = []
  const json = JSON.stringify(marked)
  for (const found of json.matchAll(mark)) {
    const [whole, label, words] = found as unknown as [string, string, string]
    text += json.slice(from, found.index)
    spans.push([text.length, text.length + words.length, label as Label])
    text += words
    from = found.index + whole.length
  }
  text += json.slice(from)
  const result: unknown = JSON.parse(text)
  // The offsets hold only if writing the value again gives the same text.
  if (JSON.stringify(result) !== text) throw new Error('a mark changes the JSON text')
  return { result, spans }
}

/** What the platform speaks or shows before the first AI turn, as it reports it. */
const disclosureText: Readonly<Record<string, { readonly nl: string; readonly en: string }>> = {
  kaapstroom: {
    nl: 'Goedendag, u spreekt met een computer met kunstmatige intelligentie van Kaapstroom Energie. Dit is geen mens. Wilt u een medewerker? Zeg: medewerker.',
    en: 'Hello, you are speaking with a computer with artificial intelligence from Kaapstroom Energie. This is not a person. Do you want a person? Say: person.',
  },
  wijkwinkel: {
    nl: 'Goedendag, u spreekt met een computer met kunstmatige intelligentie van Wijkwinkel. Dit is geen mens. Wilt u een medewerker? Zeg: medewerker.',
    en: 'Hello, you are speaking with a computer with artificial intelligence from Wijkwinkel. This is not a person. Do you want a person? Say: person.',
  },
}

export type Surroundings = {
  /** System id → client and default purpose. */
  readonly systems: ReadonlyMap<string, { readonly client: string; readonly purpose: string }>
  /** Order number → what the tool answers, with the spans in its JSON text. */
  readonly orders: ReadonlyMap<string, { readonly result: unknown; readonly spans: readonly Span[] }>
}

type Draft = {
  readonly id: string
  readonly system: string
  readonly subject: string | null
  readonly channel: Conversation['channel']
  readonly language: string
  readonly ground: Ground
  readonly line: number
  turns: { role: Turn['role']; marked: string; line: number; sent: boolean; refused: string | undefined }[]
  acts: Act[]
  tools: ToolUse[]
  faults: string[]
  tags: string[]
  outcome: Conversation['outcome'] | undefined
}

/**
 * Reads a .talk file.
 * @throws TalkError naming file and line.
 */
export function readTalk(
  file: string,
  content: string,
  around: Surroundings,
  options: { readonly handWritten: boolean },
): Conversation[] {
  const drafts: Draft[] = []
  const lines = content.split('\n')
  for (const [index, line] of lines.entries()) {
    const fail = (problem: string): never => {
      throw new TalkError(file, index + 1, problem)
    }
    const draft = drafts.at(-1)
    if (line.startsWith('===')) drafts.push(readHead(line, index + 1, fail))
    else if (line.trim() === '' || line.startsWith('#')) continue
    else if (draft === undefined) fail('a conversation starts with ===')
    else readLine(draft, line, index + 1, around, fail)
  }
  return drafts.map((draft) => finish(file, draft, around, options.handWritten))
}

type Fail = (problem: string) => never

function readHead(line: string, number: number, fail: Fail): Draft {
  const [id, system, subject, channel, language, ground] = line
    .slice(3)
    .split('|')
    .map((part) => part.trim())
  if (!id || !system || !subject || !language) return fail('=== id | system | subject | channel | language | ground')
  if (channel !== 'chat' && channel !== 'voice' && channel !== 'email')
    return fail(`channel ${channel}: chat, voice or email`)
  const found = grounds.find((one) => one === ground) ?? fail(`ground ${ground}: one of ${grounds.join(', ')}`)
  return {
    id,
    system,
    subject: subject === '-' ? null : subject,
    channel,
    language,
    ground: found,
    line: number,
    turns: [],
    acts: [],
    tools: [],
    faults: [],
    tags: [],
    outcome: undefined,
  }
}

const speakers = { K: 'customer', A: 'ai', M: 'agent' } as const

function readLine(draft: Draft, line: string, number: number, around: Surroundings, fail: Fail): void {
  const turn = /^([KAM])(~|![a-z_]+)?: (.+)$/.exec(line)
  if (turn) {
    const [, who, flag, marked] = turn as unknown as [string, keyof typeof speakers, string | undefined, string]
    if (flag && who !== 'K') fail('only a customer turn can be unsent or refused')
    draft.turns.push({
      role: speakers[who],
      marked,
      line: number,
      sent: flag !== '~',
      refused: flag?.startsWith('!') ? flag.slice(1) : undefined,
    })
  } else if (line.startsWith('|')) {
    const last = draft.turns.at(-1) ?? fail('a line with | goes on with the turn above it')
    last.marked += `\n${line.slice(2)}`
  } else if (line.startsWith('@ ')) readAct(draft, line.slice(2), around, fail)
  else readField(draft, line, fail)
}

function readAct(draft: Draft, line: string, around: Surroundings, fail: Fail): void {
  const beforeTurn = draft.turns.length
  const [act, first = '', second = ''] = line.split(' ')
  const client = around.systems.get(draft.system)?.client ?? fail(`unknown system ${draft.system}`)
  switch (act) {
    case 'consent':
      if (first !== 'given' && first !== 'withdrawn') fail('@ consent given|withdrawn purpose')
      draft.acts.push({ beforeTurn, act, state: first, purpose: second })
      return
    case 'handoff':
      if (first !== 'asked' && first !== 'refused' && first !== 'rule') fail('@ handoff asked|refused|rule')
      draft.acts.push({ beforeTurn, act, reason: first })
      return
    case 'disclosure': {
      if (first !== 'nl' && first !== 'en') fail('@ disclosure nl|en')
      const text = disclosureText[client]?.[first] ?? fail(`no disclosure text for ${client}`)
      draft.acts.push({ beforeTurn, act, language: first, text })
      return
    }
    case 'stop':
    case 'resume':
      draft.acts.push({ beforeTurn, act, system: first })
      return
    case 'tool': {
      const order = around.orders.get(second) ?? fail(`unknown order ${second}`)
      const given = { order: second }
      const at = JSON.stringify(given).indexOf(second)
      draft.tools.push({
        afterTurn: beforeTurn - 1,
        name: first,
        arguments: given,
        result: order.result,
        spans: { arguments: [[at, at + second.length, 'CUSTREF']], result: order.spans },
      })
      return
    }
    default:
      fail(`unknown act ${act}`)
  }
}

function readField(draft: Draft, line: string, fail: Fail): void {
  const [, name, value] = /^(tags|faults|outcome): (.+)$/.exec(line) ?? fail('not a turn, an act or a field')
  const list = value!.split(',').map((part) => part.trim())
  if (name === 'tags') draft.tags = list
  else if (name === 'faults') draft.faults = list
  else {
    const outcome = /^(resolved|unresolved) human=(yes|no) satisfaction=([1-5]|-) trust=([1-5]|-)$/.exec(value!)
    if (!outcome) fail('outcome: resolved|unresolved human=yes|no satisfaction=1..5|- trust=1..5|-')
    const grade = (text: string) => (text === '-' ? null : Number(text))
    draft.outcome = {
      resolved: outcome[1] === 'resolved',
      reachedHuman: outcome[2] === 'yes',
      satisfaction: grade(outcome[3]!),
      trust: grade(outcome[4]!),
    }
  }
}

function finish(file: string, draft: Draft, around: Surroundings, handWritten: boolean): Conversation {
  const system = around.systems.get(draft.system)
  if (!system) throw new TalkError(file, draft.line, `unknown system ${draft.system}`)
  if (!draft.outcome) throw new TalkError(file, draft.line, `${draft.id} has no outcome`)
  const turns = draft.turns.map((turn): Turn => {
    try {
      return {
        role: turn.role,
        ...unmark(turn.marked),
        ...(turn.sent ? {} : { sent: false as const }),
        ...(turn.refused === undefined ? {} : { expect: { refused: turn.refused } }),
      }
    } catch (error) {
      throw new TalkError(file, turn.line, error instanceof Error ? error.message : String(error))
    }
  })
  return {
    id: draft.id,
    client: system.client,
    system: draft.system,
    purpose: system.purpose,
    channel: draft.channel,
    language: draft.language,
    subject: draft.subject,
    ground: draft.ground,
    handWritten,
    turns,
    acts: draft.acts,
    tools: draft.tools,
    outcome: draft.outcome,
    faults: draft.faults,
    tags: draft.tags,
  }
}
