/** Grows a conversation out of a topic: who speaks, what is allowed, when a person takes over. Gives .talk text. */
import type { Chance } from './chance.ts'
import { chooseLines, chooseWay, type Exchange, type Heard } from './choose.ts'
import type { Conversation, Ground } from './conversation.ts'
import { type Customer, orderNumber, slotsFor } from './slots.ts'
import { speak } from './spoken.ts'
import type { Topics } from './topics.ts'

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
  /** The order or appointment that the conversation names. */
  readonly order: { readonly reference: string; readonly item: string | undefined } | undefined
}

export type Soil = { readonly topics: Topics; readonly heard: Heard; readonly chance: Chance }

/** @throws Error when topic or part does not exist, or a slot is unknown. */
export function grow(
  row: Row,
  system: { readonly kind: SystemKind; readonly purpose: string },
  customer: Customer,
  soil: Soil,
): Grown {
  const { kind } = system
  const { exchanges, summary } = chooseLines(soil.topics.get(row.topic) ?? [], soil.chance, soil.heard)
  if (exchanges.length === 0) throw new Error(`no topic ${row.topic}`)
  const named = exchanges.some(({ K, H }) => `${K}${H?.computer}`.includes('<order>'))
  const order = named ? orderNumber(row.subject.startsWith('W'), Number(row.id.slice(1))) : undefined
  const script = scriptFor(row, kind, customer, soil, order)
  if (row.before)
    exchanges.unshift({ K: row.before.K, H: { computer: row.before.H, person: row.before.H }, tool: false })
  else if (kind === 'chatbot') exchanges[0] = greet(exchanges[0]!, row.language, soil.chance)

  const refused = row.refused ?? refusal[row.ground]
  if (kind === 'voicebot') script.openLine(row.subject.startsWith('W') ? 'wijkwinkel' : 'kaapstroom energie')
  if (kind === 'agent_assist') assist(script, exchanges, summary, row, system.purpose, refused)
  else if (kind === 'scorer') route(script, exchanges, summary)
  else if (refused) turnedAway(script, exchanges, refused, kind, soil.chance)
  else if (row.ground === 'withdrawn') withdraws(script, exchanges, system.purpose)
  else if (row.handoff !== undefined) asksForPerson(script, exchanges, row.handoff)
  else helped(script, exchanges, kind)

  const item = exchanges.some(({ K }) => K.includes('<artikel>')) ? script.fill('<artikel>') : undefined
  return { talk: script.end(), order: order === undefined ? undefined : { reference: order, item } }
}

/** The lines of one .talk conversation while it is being written. */
type Script = ReturnType<typeof scriptFor>

function scriptFor(row: Row, kind: SystemKind, customer: Customer, soil: Soil, order: string | undefined) {
  const { chance, topics, heard } = soil
  const { language } = row
  const slots = slotsFor(customer, row.subject, language, Number(row.id.slice(1)), chance)
  const channel: Conversation['channel'] = kind === 'email' ? 'email' : kind === 'chatbot' ? 'chat' : 'voice'
  const voice = channel === 'voice'
  const mood = chance.pick(
    voice ? (['plain', 'chatty'] as const) : (['plain', 'plain', 'hurried', 'neat', 'angry'] as const),
  )
  const out: string[] = []
  let asides = chance.in100(30) && kind !== 'email' ? 1 : 0
  let told = false

  const push = (who: string, line: string) => {
    const [first, ...rest] = line.split('\n')
    out.push(`${who}: ${first}`, ...rest.map((more) => `| ${more}`.trimEnd()))
  }
  const words = (line: string) => (voice ? speak(slots.fill(line), language) : slots.fill(line))
  const part = (name: string) => {
    const step = (voice ? topics.get(`${name}.voice`)?.[0] : undefined) ?? topics.get(name)?.[0]
    if (step?.who !== 'K' && step?.who !== 'H') throw new Error(`no part ${name}`)
    // Who speaks for a customer does not sign with the customer's name.
    const ways = row.before ? step.ways.filter((way) => !way.words.includes('<first>')) : step.ways
    return chooseWay(ways, undefined, chance, heard).words
  }
  const customerWords = (line: string) => {
    let filled = slots.fill(line)
    if (asides > 0 && told && !/[?…]$/.test(filled) && chance.in100(50)) {
      asides--
      filled = `${filled.replace(/[.]?$/, '.')} ${part('aside')}`
    }
    told = true
    if (!voice && kind === 'email') return filled
    if (!voice) return mood === 'hurried' ? hurried(filled) : mood === 'angry' ? angry(filled, chance) : filled
    const filler = chance.in100(mood === 'chatty' ? 45 : 15) ? `${part('filler')} ` : ''
    return `${filler}${speak(filled, language)}`
  }

  return {
    voice,
    fill: slots.fill,
    /** Adds a line that is not a turn. */
    act: (line: string) => out.push(`@ ${line}`),
    customer: (line: string, flag = '') => push(`K${flag}`, customerWords(line)),
    customerPart: (name: string, flag = '') => push(`K${flag}`, customerWords(part(name))),
    computer: (line: string) => push('A', words(line)),
    /** The recorded summary or queue: written, also after a call. */
    written: (line: string) => push('A', slots.fill(line)),
    person: (...lines: string[]) => push('M', lines.map(words).join(' ')),
    part,
    tool: () => out.push(`@ tool order_status ${order}`),
    disclosure: () => {
      const known = channel === 'chat' ? assistants[row.system] : undefined
      return known ? `${disclosed[language](known[language])} ` : ''
    },
    openLine: (brand: string) => {
      out.push(`@ disclosure ${language}`)
      push('A', spokenGreeting[language](brand))
    },
    end: () => [...headOf(row, channel, kind, out, chance), ...out, ''].join('\n'),
  }
}

function headOf(row: Row, channel: string, kind: SystemKind, out: readonly string[], chance: Chance): string[] {
  const human = kind === 'agent_assist' || kind === 'scorer' || out.some((line) => line.startsWith('M: '))
  const resolved = chance.in100(82)
  const grade = (low: number, high: number) => (chance.in100(22) ? '-' : chance.between(low, high))
  return [
    `=== ${row.id} | ${row.system} | ${row.subject} | ${channel} | ${row.language} | ${row.ground}`,
    ...(row.tags ? [`tags: ${row.tags.join(', ')}`] : []),
    ...(row.faults ? [`faults: ${row.faults.join(', ')}`] : []),
    `outcome: ${resolved ? 'resolved' : 'unresolved'} human=${human ? 'yes' : 'no'} satisfaction=${grade(resolved ? 3 : 1, resolved ? 5 : 3)} trust=${grade(2, 5)}`,
  ]
}

function greet(opening: Exchange, language: Row['language'], chance: Chance): Exchange {
  if (/^(Hoi|Hallo|Goede|Hi\b|Hello|Good|Morning|Evening|hi\b|<)/.test(opening.K)) return opening
  const hello = chance.pick(greeting[language])
  const soft = hello.endsWith(', ') && !/^I\b/.test(opening.K)
  const first = opening.K.charAt(0)
  return { ...opening, K: hello + (soft ? first.toLowerCase() : first.toUpperCase()) + opening.K.slice(1) }
}

function byComputer(script: Script, list: readonly Exchange[]): void {
  for (const [index, exchange] of list.entries()) {
    script.customer(exchange.K)
    if (exchange.tool) script.tool()
    if (exchange.H) script.computer((index === 0 ? script.disclosure() : '') + exchange.H.computer)
  }
}

/** A person goes on; no AI reads this. */
function byPerson(script: Script, list: readonly Exchange[]): void {
  for (const exchange of list) {
    script.customer(exchange.K, '~')
    if (exchange.H) script.person(exchange.H.person)
  }
  script.customerPart('close', '~')
  if (script.voice) script.person(script.part('bye.voice'))
}

function helped(script: Script, exchanges: readonly Exchange[], kind: SystemKind): void {
  byComputer(script, exchanges)
  if (kind === 'email') return
  script.customerPart('close')
  if (script.voice) script.computer(script.part('bye.voice'))
}

function asksForPerson(script: Script, exchanges: readonly Exchange[], after: number): void {
  byComputer(script, exchanges.slice(0, after))
  script.customerPart('wantshuman')
  script.act('handoff asked')
  script.person(script.part('hello.handoff'))
  byPerson(script, exchanges.slice(after))
}

function turnedAway(
  script: Script,
  exchanges: readonly Exchange[],
  code: string,
  kind: SystemKind,
  chance: Chance,
): void {
  const [first, ...rest] = exchanges
  script.customer(first!.K, `!${code}`)
  if (kind !== 'email' && chance.in100(60)) script.customerPart('nudge', `!${code}`)
  script.act('handoff refused')
  const answer = first!.H?.person ?? ''
  if (kind !== 'email') {
    script.person(script.part('hello.agent'), answer)
    byPerson(script, rest)
    return
  }
  script.person(answer)
  for (const exchange of rest) {
    script.customer(exchange.K, '~')
    if (exchange.H) script.person(exchange.H.person)
  }
}

function withdraws(script: Script, exchanges: readonly Exchange[], purpose: string): void {
  script.act(`consent given ${purpose}`)
  byComputer(script, exchanges.slice(0, 2))
  script.customerPart('withdraw')
  script.act(`consent withdrawn ${purpose}`)
  script.customerPart('withdrawcheck', '!consent_withdrawn')
  script.act('handoff refused')
  script.person(script.part('hello.agent'))
  byPerson(script, exchanges.slice(2))
}

/** People talk; the summariser is called when the member of staff asks for a summary, at the customer's last turn. */
function assist(
  script: Script,
  exchanges: readonly Exchange[],
  summary: string,
  row: Row,
  purpose: string,
  refused: string | undefined,
): void {
  const withdrawn = row.ground === 'withdrawn'
  script.person(script.part('hello.phone'), ...(row.ground === 'recording_only' ? [recorded[row.language]] : []))
  if (withdrawn) script.act(`consent given ${purpose}`)
  for (const [index, exchange] of exchanges.entries()) {
    if (withdrawn && index === 1) {
      script.customer(exchange.K)
      script.written(summary)
      script.customerPart('withdraw', '~')
      script.person(switchedOff[row.language])
      script.act(`consent withdrawn ${purpose}`)
      continue
    }
    script.customer(exchange.K, '~')
    if (exchange.H) script.person(exchange.H.person)
  }
  const code = withdrawn ? 'consent_withdrawn' : refused
  script.customerPart('close', code ? `!${code}` : '')
  if (!code) script.written(summary)
}

/** The router reads the first sentence; a person does the rest. */
function route(script: Script, exchanges: readonly Exchange[], queue: string): void {
  for (const [index, exchange] of exchanges.entries()) {
    script.customer(exchange.K, index === 0 ? '' : '~')
    if (index === 0) script.written(queue)
    if (exchange.H) script.person(exchange.H.person)
  }
}

/** Someone in a hurry: no capital at the start, no full stop at the end. */
function hurried(line: string): string {
  const start = /^(\{|I\b|\p{Lu}{2})/u.test(line) ? line : line.charAt(0).toLowerCase() + line.slice(1)
  return start.replace(/\.$/, '')
}

/** Someone who has had enough: marks pile up at the end, now and then. */
function angry(line: string, chance: Chance): string {
  if (!chance.in100(40)) return line
  return line.endsWith('?') ? `${line}!` : `${line.replace(/[.!]$/, '')}!`
}
