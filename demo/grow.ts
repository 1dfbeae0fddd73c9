/** Grows a conversation out of a topic: who speaks, what is allowed, when a person takes over. Gives .talk text. */
import type { Chance } from './chance.ts'
import type { Conversation, Ground } from './conversation.ts'
import { type Customer, slotsFor } from './slots.ts'
import { speak } from './spoken.ts'
import type { Step, Topics } from './topics.ts'

/** One row of templates/plan.yaml. */
export type Row = {
  readonly id: string
  readonly system: string
  readonly language: 'nl' | 'en'
  readonly ground: Ground
  readonly topic: string
  readonly subject: string
  /** A person takes over after this many exchanges, because the customer asks. */
  readonly handoff?: number
  /** Said before the topic starts, with the answer to it: a representative says who they are. */
  readonly before?: { readonly K: string; readonly H: string }
  /** The gateway's refusal when it is not about consent: a stop order, a gate, oversight. */
  readonly refused?: string
  readonly faults?: readonly string[]
  readonly tags?: readonly string[]
}

export type SystemKind = 'chatbot' | 'voicebot' | 'email' | 'agent_assist' | 'scorer'

type Exchange = { readonly K: string; readonly H: string | undefined; readonly tool: boolean }

/** Refusal that follows from what is on record when the conversation starts; undefined: the call goes on. */
const refusal: Readonly<Record<Ground, string | undefined>> = {
  contract: undefined,
  given: undefined,
  representative: undefined,
  withdrawn: undefined,
  recording_only: 'consent_missing',
  refused: 'consent_missing',
  none: 'consent_missing',
  expired: 'consent_missing',
  other_purpose: 'consent_missing',
  objected: 'objected',
}

const greeting = {
  nl: ['Hoi, ', 'Goedemorgen. ', 'Goedemiddag, ', 'Dag. ', 'Hallo, ', ''],
  en: ['Hi, ', 'Hello. ', 'Good morning. ', 'Hey, ', '', ''],
}
const disclosed = {
  nl: (assistant: string) => `U chat met een computer: ${assistant}.`,
  en: (assistant: string) => `You are chatting with a computer: ${assistant}.`,
}
const assistants: Readonly<Record<string, { nl: string; en: string }>> = {
  klantassistent: { nl: 'de AI-assistent van Kaapstroom', en: 'the AI assistant of Kaapstroom' },
  besparingsadvies: { nl: 'het besparingsadvies van Kaapstroom', en: 'the saving advice of Kaapstroom' },
  bestelhulp: { nl: 'de AI-assistent van Wijkwinkel', en: 'the AI assistant of Wijkwinkel' },
}
const spokenGreeting = {
  nl: (who: string) =>
    `goedendag u spreekt met een computer met kunstmatige intelligentie van ${who} dit is geen mens wilt u een medewerker zeg medewerker`,
  en: (who: string) =>
    `hello you are speaking with a computer with artificial intelligence from ${who} this is not a person do you want a person say person`,
}
const recorded = {
  nl: 'dit gesprek nemen wij op dat vond u goed en er schrijft geen computer mee',
  en: 'we record this call as you agreed and no computer writes along',
}
const switchedOff = {
  nl: 'dat zet ik meteen voor u uit ik schrijf het verslag zelf',
  en: "i'll switch that off right now and write the summary myself",
}

export type Grown = {
  readonly talk: string
  /** The order that the tool looks up, when the topic has one. */
  readonly order: { readonly reference: string; readonly item: string | undefined } | undefined
}

/** @throws Error when topic or part does not exist, or a slot is unknown. */
export function grow(
  row: Row,
  system: { readonly kind: SystemKind; readonly purpose: string },
  customer: Customer,
  topics: Topics,
  chance: Chance,
): Grown {
  const { kind, purpose } = system
  const language = row.language
  const number = Number(row.id.slice(1))
  const slots = slotsFor(customer, row.subject, language, number, chance)
  const channel: Conversation['channel'] = kind === 'email' ? 'email' : kind === 'chatbot' ? 'chat' : 'voice'
  const voice = channel === 'voice'
  const mood = chance.pick(
    voice ? (['plain', 'chatty'] as const) : (['plain', 'plain', 'hurried', 'neat', 'angry'] as const),
  )
  const part = (name: string) => {
    const step = topics.get(name)?.[0]
    if (step?.who !== 'K' && step?.who !== 'H') throw new Error(`no part ${name}`)
    return chance.pick(step.ways)
  }
  const words = (line: string) => (voice ? speak(slots.fill(line), language) : slots.fill(line))
  const customerWords = (line: string) => {
    const filled = slots.fill(line)
    if (!voice) return mood === 'hurried' ? hurried(filled) : mood === 'angry' ? angry(filled, chance) : filled
    const filler = chance.in100(mood === 'chatty' ? 55 : 20) ? `${part('filler')} ` : ''
    return `${filler}${speak(filled, language)}`
  }

  const out: string[] = []
  const say = (who: string, line: string) => {
    const [head, ...rest] = line.split('\n')
    out.push(`${who}: ${head}`, ...rest.map((more) => `| ${more}`.trimEnd()))
  }
  const { exchanges, summary } = flatten(topics.get(row.topic) ?? [], chance)
  if (exchanges.length === 0) throw new Error(`no topic ${row.topic}`)
  const opening = exchanges[0]!
  if (row.before) exchanges.unshift({ ...row.before, tool: false })
  else if (!voice && kind !== 'email' && !/^(Hoi|Hallo|Goede|Hi|Hello|Good|Morning|Evening|hi)/.test(opening.K)) {
    const hello = chance.pick(greeting[language])
    const rest = hello.endsWith(', ') ? opening.K.charAt(0).toLowerCase() + opening.K.slice(1) : opening.K
    if (!opening.K.startsWith('<') && !/^(I|I'm|I've|I'd)\b/.test(opening.K))
      exchanges[0] = { ...opening, K: hello + rest }
  }

  const refused = row.refused ?? refusal[row.ground]
  const order = orderNumberIn(exchanges, slots)
  const tool = () => {
    if (order) out.push(`@ tool order_status ${order}`)
  }

  /** A person goes on from `from`, with the words that no AI reads. */
  const person = (hello: string, from: number, firstHelp?: string) => {
    say('M', firstHelp === undefined ? words(hello) : `${words(hello)} ${words(firstHelp)}`)
    for (const exchange of exchanges.slice(from)) {
      say('K~', customerWords(exchange.K))
      if (exchange.H !== undefined) say('M', words(exchange.H))
    }
    say('K~', customerWords(part('close')))
    if (voice) say('M', words(part('bye.voice')))
  }

  const brand = row.subject.startsWith('W') ? 'wijkwinkel' : 'kaapstroom energie'
  if (kind === 'voicebot') {
    out.push(`@ disclosure ${language}`)
    say('A', spokenGreeting[language](brand))
  }
  if (kind === 'agent_assist') assist()
  else if (kind === 'scorer') route()
  else if (refused) {
    say(`K!${refused}`, customerWords(exchanges[0]!.K))
    if (kind !== 'email' && chance.in100(60)) say(`K!${refused}`, customerWords(part('nudge')))
    out.push('@ handoff refused')
    if (kind === 'email') {
      for (const [index, exchange] of exchanges.entries()) {
        if (index > 0) say('K~', customerWords(exchange.K))
        if (exchange.H !== undefined) say('M', words(exchange.H))
      }
    } else person(part('hello.agent'), 1, exchanges[0]!.H)
  } else if (row.ground === 'withdrawn') {
    out.push(`@ consent given ${purpose}`)
    bot(exchanges.slice(0, 2))
    say('K', customerWords(part('withdraw')))
    out.push(`@ consent withdrawn ${purpose}`)
    say('K!consent_withdrawn', customerWords(part('withdrawcheck')))
    out.push('@ handoff refused')
    person(part('hello.agent'), 2)
  } else if (row.handoff !== undefined) {
    bot(exchanges.slice(0, row.handoff))
    say('K', customerWords(part('wantshuman')))
    out.push('@ handoff asked')
    person(part('hello.handoff'), row.handoff)
  } else {
    bot(exchanges)
    if (kind !== 'email') {
      say('K', customerWords(part('close')))
      if (voice) say('A', words(part('bye.voice')))
    }
  }

  function bot(list: readonly Exchange[]) {
    for (const [index, exchange] of list.entries()) {
      say('K', customerWords(exchange.K))
      if (exchange.tool) tool()
      if (exchange.H === undefined) continue
      const known = assistants[row.system]
      const first = index === 0 && channel === 'chat' && known ? `${disclosed[language](known[language])} ` : ''
      say('A', first + words(exchange.H))
    }
  }

  function assist() {
    const hello = words(part('hello.phone'))
    say('M', row.ground === 'recording_only' ? `${hello} ${recorded[language]}` : hello)
    for (const [index, exchange] of exchanges.entries()) {
      const midway = row.ground === 'withdrawn' && index === 1
      if (index === 0 && row.ground === 'withdrawn') out.push(`@ consent given ${purpose}`)
      say(midway ? 'K' : 'K~', customerWords(exchange.K))
      if (midway) {
        say('A', slots.fill(summary))
        say('K~', customerWords(part('withdraw')))
        say('M', switchedOff[language])
        out.push(`@ consent withdrawn ${purpose}`)
      } else if (exchange.H !== undefined) say('M', words(exchange.H))
    }
    const last = row.ground === 'withdrawn' ? 'consent_withdrawn' : refused
    say(last ? `K!${last}` : 'K', customerWords(part('close')))
    if (!last) say('A', slots.fill(summary))
  }

  function route() {
    for (const [index, exchange] of exchanges.entries()) {
      say(index === 0 ? 'K' : 'K~', customerWords(exchange.K))
      if (index === 0) say('A', summary)
      if (exchange.H !== undefined) say('M', words(exchange.H))
    }
  }

  const human = kind === 'agent_assist' || kind === 'scorer' || out.some((line) => line.startsWith('M: '))
  const resolved = chance.in100(82)
  const grade = (low: number, high: number) => (chance.in100(22) ? '-' : chance.between(low, high))
  const fields = [
    `=== ${row.id} | ${row.system} | ${row.subject} | ${channel} | ${language} | ${row.ground}`,
    ...(row.tags ? [`tags: ${row.tags.join(', ')}`] : []),
    ...(row.faults ? [`faults: ${row.faults.join(', ')}`] : []),
    `outcome: ${resolved ? 'resolved' : 'unresolved'} human=${human ? 'yes' : 'no'} satisfaction=${grade(resolved ? 3 : 1, resolved ? 5 : 3)} trust=${grade(2, 5)}`,
  ]
  const usesTool = out.some((line) => line.startsWith('@ tool'))
  return {
    talk: [...fields, ...out, ''].join('\n'),
    order:
      usesTool && order
        ? { reference: order, item: /<artikel>/.test(JSON.stringify(exchanges)) ? slots.fill('<artikel>') : undefined }
        : undefined,
  }
}

/** Chooses a way for each line and leaves optional parts out or in. */
function flatten(steps: readonly Step[], chance: Chance): { exchanges: Exchange[]; summary: string } {
  const flat: Exclude<Step, { who: 'maybe' }>[] = []
  const walk = (list: readonly Step[]) => {
    for (const step of list) {
      if (step.who !== 'maybe') flat.push(step)
      else if (chance.in100(step.percent)) walk(step.steps)
    }
  }
  walk(steps)
  const exchanges: Exchange[] = []
  let summary = ''
  let open: { K: string; tool: boolean } | undefined
  for (const step of flat) {
    if (step.who === 'S') summary = chance.pick(step.ways)
    else if (step.who === 'tool') {
      if (open) open.tool = true
    } else if (step.who === 'K') {
      if (open) exchanges.push({ ...open, H: undefined })
      open = { K: chance.pick(step.ways), tool: false }
    } else if (open) {
      exchanges.push({ ...open, H: chance.pick(step.ways) })
      open = undefined
    }
  }
  if (open) exchanges.push({ ...open, H: undefined })
  return { exchanges, summary }
}

function orderNumberIn(exchanges: readonly Exchange[], slots: { fill(line: string): string }): string | undefined {
  return exchanges.some((exchange) => exchange.tool) ? /\|([^}]+)\}/.exec(slots.fill('<order>'))?.[1] : undefined
}

/** Someone in a hurry: no capital at the start, no full stop at the end. */
function hurried(line: string): string {
  const start = line.startsWith('{') || /^I\b/.test(line) ? line : line.charAt(0).toLowerCase() + line.slice(1)
  return start.replace(/\.$/, '')
}

/** Someone who has had enough: marks pile up at the end, now and then. */
function angry(line: string, chance: Chance): string {
  return chance.in100(45)
    ? line.replace(/[.!]?$/, (end) => (end === '.' || end === '' ? '!' : '!!')).replace(/\?!$/, '?!')
    : line
}
