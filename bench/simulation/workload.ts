/** What happens in one run, drawn beforehand from the seed: calls, decisions of people and customers, and faults. */
import { type Chance, seededChance } from '../chance.ts'
import { drawPersona, type Label, type Persona } from './persona.ts'
import { type ClientName, clientOf, clients, model, purposes, type SystemName, systems } from './register.ts'

export type Behaviour =
  | 'echo'
  | 'slow_echo'
  | 'tool_call'
  | 'foreign_tokens'
  | 'hang'
  | 'break_off'
  | 'nonsense'
  | 'error'
  | 'reset'

/** What is wrong with a request; the codes that it may be refused with stand in model.ts. */
export type Defect = 'not_json' | 'no_messages' | 'wrong_model' | 'unknown_purpose' | 'unknown_key' | 'revoked_key'

export type Conversation = {
  /** The application's own name for it; also the name of its customer's values. */
  readonly name: string
  readonly client: ClientName
  readonly system: SystemName
  /** The organisation's own customer reference; undefined: nobody knows who it is. */
  readonly subject: string | undefined
  readonly persona: Persona
}

export type CallStep = {
  readonly kind: 'call'
  /** Goes along as the field `seed`, which passes the gateway as it is. */
  readonly n: number
  readonly conversation: Conversation
  readonly purpose: string
  readonly stream: boolean
  readonly messages: readonly Readonly<Record<string, unknown>>[]
  readonly withTools: boolean
  readonly behaviour: Behaviour
  readonly defect: Defect | null
  readonly idempotencyKey: string | null
  readonly leavesAfterMs: number | null
}

/** Opens or closes one ground on which calls rest. */
export type ChangeStep = {
  readonly kind: 'change'
  readonly ground: Ground
  readonly to: 'open' | 'closed'
  /** Only of consent: how it is closed. */
  readonly as: 'refused' | 'withdrawn'
}

export type Ground =
  | { readonly kind: 'system_stop' | 'gate' | 'oversight'; readonly system: SystemName }
  | { readonly kind: 'client_stop'; readonly client: ClientName }
  | { readonly kind: 'consent' | 'objection'; readonly conversation: Conversation; readonly purpose: string }

export type Step =
  | CallStep
  | ChangeStep
  | { readonly kind: 'ask'; readonly conversation: Conversation; readonly purpose: string }
  | { readonly kind: 'clock'; readonly byMs: number }
  | { readonly kind: 'cut'; readonly role: 'app' | 'integrator' }
  | { readonly kind: 'restart'; readonly drainMs: number }

export type Workload = {
  readonly seed: number
  /** Steps under way at once. */
  readonly width: number
  readonly conversations: readonly Conversation[]
  readonly steps: readonly Step[]
}

/** Names a ground; customers that are known share theirs over all their conversations. */
export function groundName(ground: Ground): string {
  if ('system' in ground) return `${ground.kind}:${ground.system}`
  if ('client' in ground) return `${ground.kind}:${ground.client}`
  const { subject, name, client } = ground.conversation
  return `${ground.kind}:${client}:${subject ?? name}:${ground.purpose}`
}

/** Everything that must be open for a call to pass. */
export function groundsOf({ conversation, purpose }: Pick<CallStep, 'conversation' | 'purpose'>): Ground[] {
  const { system, client } = conversation
  const kind = purposes[client][purpose]
  return [
    { kind: 'system_stop', system },
    { kind: 'client_stop', client },
    { kind: 'gate', system },
    { kind: 'oversight', system },
    ...(kind === 'consent' || kind === 'objection' ? [{ kind, conversation, purpose } as const] : []),
  ]
}

/** Same seed and count, same workload. */
export function drawWorkload(seed: number, count: number): Workload {
  const chance = seededChance(seed)
  const conversations = Array.from({ length: chance.whole(6, 16) }, (_, number) =>
    drawConversation(chance, seed, number),
  )
  const draw = new Draw(chance, conversations)
  return {
    seed,
    width: chance.whole(1, 8),
    conversations,
    steps: Array.from({ length: count }, (_, n) => draw.step(n)),
  }
}

function drawConversation(chance: Chance, seed: number, number: number): Conversation {
  const system = chance.weighed<SystemName>({ 'noord-chat': 4, 'noord-agent': 4, 'zuid-chat': 3, 'noord-weg': 1 })
  return {
    name: `gesprek-${seed}-${number}`,
    client: clientOf[system],
    system,
    subject: chance.happens(0.75) ? `klantref-${seed}-${chance.whole(0, 5)}-${clientOf[system]}` : undefined,
    persona: drawPersona(chance, number),
  }
}

class Draw {
  readonly #chance: Chance
  readonly #conversations: readonly Conversation[]
  /** As far as the draw knows, whatever becomes of the steps: most of what is closed opens again before long. */
  readonly #closed = new Map<string, Ground>()
  readonly #keys: string[] = []

  constructor(chance: Chance, conversations: readonly Conversation[]) {
    this.#chance = chance
    this.#conversations = conversations
    for (const conversation of conversations)
      for (const [purpose, kind] of Object.entries(purposes[conversation.client]))
        if (kind === 'consent') {
          const ground: Ground = { kind, conversation, purpose }
          this.#closed.set(groundName(ground), ground)
        }
  }

  step(n: number): Step {
    const chance = this.#chance
    const kind = chance.weighed({ call: 76, change: 18, ask: 2, clock: 1.5, cut: 2, restart: 0.5 })
    switch (kind) {
      case 'call':
        return this.#call(n)
      case 'change':
        return this.#change()
      case 'ask':
        return { kind, ...this.#consentPlace() }
      case 'clock':
        return { kind, byMs: chance.whole(1_000, 7_200_000) * (chance.happens(0.5) ? 1 : -1) }
      case 'cut':
        return { kind, role: chance.pick(['app', 'app', 'integrator'] as const) }
      case 'restart':
        return { kind, drainMs: chance.pick([0, 100, 500]) }
    }
  }

  #consentPlace(): { readonly conversation: Conversation; readonly purpose: string } {
    const conversation = this.#chance.pick(this.#conversations)
    return { conversation, purpose: conversation.client === 'noord' ? 'advies' : 'hulp' }
  }

  #change(): ChangeStep {
    const chance = this.#chance
    const as = chance.pick(['refused', 'withdrawn'] as const)
    if (this.#closed.size > 0 && chance.happens(0.65)) {
      const [name, ground] = chance.pick([...this.#closed])
      this.#closed.delete(name)
      return { kind: 'change', ground, to: 'open', as }
    }
    const ground = this.#ground()
    this.#closed.set(groundName(ground), ground)
    return { kind: 'change', ground, to: 'closed', as }
  }

  #ground(): Ground {
    const chance = this.#chance
    const kind = chance.weighed({ system_stop: 2, client_stop: 1, gate: 2, oversight: 2, consent: 4, objection: 2 })
    if (kind === 'client_stop') return { kind, client: chance.pick(clients) }
    if (kind === 'consent') return { kind, ...this.#consentPlace() }
    const ofNoord = this.#conversations.filter(({ client }) => client === 'noord')
    if (kind === 'objection' && ofNoord.length > 0)
      return { kind, conversation: chance.pick(ofNoord), purpose: 'doorverbinden' }
    return { kind: kind === 'objection' ? 'gate' : kind, system: chance.pick(systems) }
  }

  #call(n: number): CallStep {
    const chance = this.#chance
    const conversation = chance.pick(this.#conversations)
    const defect = chance.happens(0.08)
      ? chance.pick<Defect>(['not_json', 'no_messages', 'wrong_model', 'unknown_purpose', 'unknown_key', 'revoked_key'])
      : null
    const behaviour = chance.weighed<Behaviour>({
      echo: 50,
      slow_echo: 8,
      tool_call: 12,
      foreign_tokens: 6,
      hang: 3,
      break_off: 6,
      nonsense: 4,
      error: 5,
      reset: 4,
    })
    return {
      kind: 'call',
      n,
      conversation,
      purpose: chance.pick(Object.keys(purposes[conversation.client])),
      stream: chance.happens(0.6),
      messages: this.#messages(n, conversation.persona),
      withTools: behaviour === 'tool_call',
      behaviour,
      defect,
      idempotencyKey: this.#idempotencyKey(n),
      leavesAfterMs: chance.happens(0.07) ? chance.whole(0, 60) : null,
    }
  }

  /** Mostly none; a used one now and then, which then stands on another body. */
  #idempotencyKey(n: number): string | null {
    if (!this.#chance.happens(0.1)) return null
    if (this.#keys.length > 0 && this.#chance.happens(0.4)) return this.#chance.pick(this.#keys)
    this.#keys.push(`eens-${n}`)
    return `eens-${n}`
  }

  #messages(n: number, persona: Persona): Record<string, unknown>[] {
    const chance = this.#chance
    const earlier = Array.from({ length: chance.whole(0, 3) }, () => this.#earlier(persona)).flat()
    return [...earlier, { role: 'user', content: this.#said(persona, `Dat is mijn ${ordinal(n)} vraag.`) }]
  }

  #earlier(persona: Persona): Record<string, unknown>[] {
    const chance = this.#chance
    const role = chance.weighed({ user: 4, assistant: 3, system: 1, developer: 1, tool: 2 })
    if (role !== 'tool') return [{ role, content: this.#said(persona, 'Hoe gaat het verder?') }]
    const id = `call_${chance.whole(1, 9_999)}`
    const { name, email, iban } = persona
    return [
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id,
            type: 'function',
            function: { name: 'klant_zoeken', arguments: JSON.stringify({ vraag: sentenceOf('email', persona) }) },
          },
        ],
      },
      { role, tool_call_id: id, content: JSON.stringify({ naam: name, email, iban, saldo: chance.whole(0, 99) }) },
    ]
  }

  #said(persona: Persona, last: string): string {
    const labels = ['name', 'email', 'iban', 'bsn', 'phone'] as const
    const sentences = Array.from({ length: this.#chance.whole(0, 3) }, () =>
      sentenceOf(this.#chance.pick(labels), persona),
    )
    return [...sentences, last].join(' ')
  }
}

const sentences: Readonly<Record<Label, (value: string) => string>> = {
  name: (value) => `Mijn naam is ${value}.`,
  email: (value) => `U kunt mailen naar ${value} als dat beter is.`,
  iban: (value) => `Mijn rekening is ${value} en daar wil ik het op.`,
  bsn: (value) => `Mijn BSN is ${value}.`,
  phone: (value) => `Bel me op ${value} als het kan.`,
}

const sentenceOf = (label: Label, persona: Persona): string => sentences[label](persona[label])

/** Words for a number, so that no recogniser can take it for something personal. */
function ordinal(n: number): string {
  const words = ['nulde', 'eerste', 'tweede', 'derde', 'vierde', 'vijfde', 'zesde', 'zevende', 'achtste', 'negende']
  return [...String(n)].map((digit) => words[Number(digit)]).join(' ')
}

/** The request's body as it goes over the wire. */
export function bodyOf({ n, messages, stream, withTools, defect }: CallStep): string {
  if (defect === 'not_json') return '{"model": "proef-1", "messages": ['
  const tools = [{ type: 'function', function: { name: 'klant_zoeken', parameters: { type: 'object' } } }]
  return JSON.stringify({
    model: defect === 'wrong_model' ? 'ander-model' : model,
    messages: defect === 'no_messages' ? [] : messages,
    stream,
    seed: n,
    prompt_cache_key: 'simulatie',
    ...(withTools ? { tools } : {}),
  })
}

/** What the customer said last, word for word. */
export const lastSaid = ({ messages }: CallStep): string => String(messages.at(-1)!.content)
