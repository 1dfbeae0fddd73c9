/** The customer's page from what is on record; nothing is shown that no record carries. */
import { formatDate, formatList, formatTime, type Language } from '../platform/text.ts'
import type { Bilingual, ClientProfile, Purpose } from '../records/contract.ts'
import type { Notice } from '../records/rules.ts'
import { type Choice, portalQuestion } from './choice.ts'
import type { PortalView } from './contract.ts'
import {
  type CallFacts,
  type Counts,
  labelsIn,
  type SayTexts,
  type Statement,
  sayStatements,
  statementsOf,
  sumCounts,
  type TurnFacts,
  unsupported,
} from './explanation.ts'
import { groundOf } from './ground.ts'
import { isTransparencyTextKey, labelWord, type TransparencyTextKey, transparencyText } from './texts.ts'

export type PortalTurn = TurnFacts & {
  readonly at: Date | null /** null: erased, or it cannot be opened. */
  readonly said: string | null
}

export type PortalFacts = {
  readonly organisation: string
  readonly client: { readonly name: string; readonly profile: ClientProfile }
  readonly conversation: {
    readonly id: string
    readonly startedAt: Date
    readonly channel: string
    readonly language: string
    readonly turns: number
    readonly disclosedAt: Date | null
  }
  readonly system: {
    readonly name: Bilingual
    readonly description: Bilingual
    readonly kind: string
    readonly version: string
  } | null
  readonly turns: readonly PortalTurn[]
  readonly calls: readonly CallFacts[]
  readonly purpose: Purpose | null
  readonly choices: readonly Choice[]
  /** The versions of the client's questions that are on file. */
  readonly notices: readonly Notice[]
  readonly handOffs: readonly {
    readonly id: string
    readonly state: string
    readonly requestedAt: Date
    readonly answerBy: Date | null
  }[]
  readonly entries: readonly {
    readonly event: string
    readonly type: string
    readonly at: Date
    readonly index: number | null
    readonly role: string | null
  }[]
}

export type PortalTexts = SayTexts & { readonly handOffOpen: boolean }

/** A statement would have been shown that the record does not carry. A programming error; nothing is shown then. */
export class ExplanationUnsupported extends Error {
  override readonly name = 'ExplanationUnsupported'
  readonly code = 'explanation_unsupported'
}

export function composePortal(
  facts: PortalFacts,
  language: Language,
  texts: PortalTexts,
): Omit<PortalView, 'clientId' | 'notices'> {
  const say = (key: TransparencyTextKey, values: Record<string, string | number> = {}) =>
    transparencyText(language, key, values)
  const { client, conversation, purpose, system } = facts
  const basis = groundOf(purpose?.basis, language)
  return {
    organisation: facts.organisation,
    client: client.name,
    contact: client.profile.contact,
    conversation: {
      id: conversation.id,
      startedAt: conversation.startedAt.toISOString(),
      channel: conversation.channel,
      language: conversation.language,
      turns: conversation.turns,
    },
    summary: summaryOf(facts, language),
    system: system && {
      name: system.name[language],
      description: system.description[language],
      version: system.version,
    },
    turns: explainTurns(facts, language, texts),
    used: usedIn(facts, language),
    heldBack: inWords(heldBackIn(facts), language),
    ground: {
      purpose: purpose?.name[language] ?? '',
      basis: purpose?.basis ?? 'unknown',
      sentence: basis.sentence,
      reasoning: purpose?.reasoning?.[language] ?? null,
      law: basis.law,
      dataKinds: purpose?.dataKinds[language] ?? '',
      retentionDays: purpose?.retentionDays ?? 0,
    },
    choices: facts.choices.map(({ purpose: about, kind, on, set, history }) => ({
      purpose: about.id,
      name: about.name[language],
      dataKinds: about.dataKinds[language],
      consequenceOfNo: about.consequenceOfNo?.[language] ?? null,
      kind,
      on,
      answered: set !== null && (kind === 'objection' || on || set.state === 'refused' || set.state === 'withdrawn'),
      question: kind === 'consent' ? questionOf(about, facts, language) : null,
      since: set === null ? null : new Date(set.at).toISOString(),
      receipt: set?.id ?? null,
      history: history.map(({ id, state, at, by }) => ({
        state,
        at: new Date(at).toISOString(),
        by: say(`party.role.${by}`),
        receipt: id,
      })),
    })),
    handOff: { open: texts.handOffOpen, sentence: texts.handOff, state: facts.handOffs.at(-1)?.state ?? null },
    receipts: facts.entries.map(({ event, type, at, index }) => ({
      event,
      type,
      sentence: entrySentence(type, language),
      at: at.toISOString(),
      index,
    })),
    views: facts.entries
      .filter(({ type }) => type === 'conversation.viewed')
      .map(({ event, at, role }) => ({ at: at.toISOString(), role: viewerWord(role, language), receipt: event })),
  }
}

function questionOf(purpose: Purpose, { client, notices }: PortalFacts, language: Language) {
  const { notice, version, texts } = portalQuestion(purpose, client.name, notices)
  const { text, sha256 } = texts.find((one) => one.channel === 'portal' && one.language === language)!
  return { notice, version, text, sha256 }
}

/** What an entry of the ledger says, in the customer's words. */
export function entrySentence(type: string, language: Language): string {
  const key = `receipt.event.${type}`
  return isTransparencyTextKey(key)
    ? transparencyText(language, key)
    : transparencyText(language, 'receipt.event.other', { type })
}

function viewerWord(role: string | null, language: Language): string {
  const key = `viewer.${role ?? 'other'}`
  return transparencyText(language, isTransparencyTextKey(key) ? key : 'viewer.other')
}

// -- turns ----------------------------------------------------------------------------------------------------------

/** What each turn shows, with why it went as it did. */
export function explainTurns(
  { turns, calls }: Pick<PortalFacts, 'turns' | 'calls'>,
  language: Language,
  texts: SayTexts,
): PortalView['turns'] {
  const callById = new Map(calls.map((call) => [call.id, call]))
  const refusedAfter = refusalsByTurn(turns, calls)
  return turns.map((turn) => {
    const call = turn.call === null ? undefined : callById.get(turn.call)
    const refused = refusedAfter.get(turn.seq) ?? []
    const statements = statementsOf(turn, call, refused)
    const wrong = unsupported(statements, turn, call, refused)
    if (wrong.length > 0)
      throw new ExplanationUnsupported(`turn ${turn.seq}: ${wrong.map(({ says }) => says).join(', ')}`)
    return {
      seq: turn.seq,
      role: turn.role,
      at: turn.at?.toISOString() ?? null,
      text: turn.said,
      why: sayStatements(statements, language, texts),
      heldBack: inWords(turn.redacted, language),
      sources: turn.role === 'ai' && saysSources(statements) ? [...(call?.sources ?? [])] : [],
      disclosure: turn.disclosure,
      refused: refused.at(-1)?.code ?? null,
      receipt: receiptOf(turn, call, refused, calls),
    }
  })
}

function saysSources(statements: readonly Statement[]): boolean {
  return statements.some(({ says }) => says === 'sources')
}

/**
 * To which turn of the customer a refusal belongs: the last turn the call was about, or, when none is on record (a
 * refused call leaves no contents), the last turn of the customer before it.
 */
function refusalsByTurn(turns: readonly PortalTurn[], calls: readonly CallFacts[]): Map<number, CallFacts[]> {
  const byTurn = new Map<number, CallFacts[]>()
  const asked = turns.filter(({ role }) => role === 'customer')
  for (const call of calls) {
    if (call.state !== 'refused') continue
    const named = asked.filter(({ seq }) => call.turnTo !== null && seq <= call.turnTo)
    const before = asked.filter(({ at }) => at !== null && at <= call.startedAt)
    const seq = (named.at(-1) ?? before.at(-1) ?? asked.at(-1))?.seq
    if (seq !== undefined) byTurn.set(seq, [...(byTurn.get(seq) ?? []), call])
  }
  return byTurn
}

function receiptOf(
  turn: PortalTurn,
  call: CallFacts | undefined,
  refused: readonly CallFacts[],
  calls: readonly CallFacts[],
): string | null {
  if (turn.role === 'ai') return call?.endEvent ?? call?.admittedEvent ?? null
  const no = refused.at(-1)
  if (no !== undefined) return no.endEvent ?? no.admittedEvent
  const about = calls.find(
    ({ state, turnFrom, turnTo }) =>
      state !== 'refused' && turnFrom !== null && turnFrom <= turn.seq && turn.seq <= (turnTo ?? turnFrom),
  )
  return about?.admittedEvent ?? null
}

// -- the whole conversation -----------------------------------------------------------------------------------------

/** At most three sentences; what should not have happened comes before what went well. */
function summaryOf({ turns, calls, conversation, system, handOffs }: PortalFacts, language: Language): string[] {
  const answers = turns.filter(({ role }) => role === 'ai').length
  const refused = calls.filter(({ state }) => state === 'refused').length
  const assists = system?.kind === 'agent_assist' || system?.kind === 'scorer'
  const sentences = [
    firstSentence({ answers, refused, assists, helped: calls.some(({ state }) => state !== 'refused') }, language),
    answers > 0 && !assists && conversation.disclosedAt === null
      ? transparencyText(language, 'summary.undisclosed')
      : null,
    refused > 0 ? counted('summary.refused', refused, language) : null,
    handOffSentence(handOffs.at(-1), language),
    answers > 0 && conversation.disclosedAt !== null
      ? transparencyText(language, 'summary.disclosed', {
          date: formatDate(conversation.disclosedAt, language),
          time: formatTime(conversation.disclosedAt, language),
        })
      : null,
  ]
  return sentences.filter((sentence) => sentence !== null).slice(0, 3)
}

function firstSentence(
  facts: { readonly answers: number; readonly refused: number; readonly assists: boolean; readonly helped: boolean },
  language: Language,
): string | null {
  if (facts.assists && facts.helped) return transparencyText(language, 'summary.assisted')
  if (facts.answers > 0) return counted('summary.answered', facts.answers, language)
  return facts.refused > 0 ? null : transparencyText(language, 'summary.recorded')
}

function counted(key: 'summary.answered' | 'summary.refused', count: number, language: Language): string {
  return transparencyText(language, count === 1 ? `${key}.one` : `${key}.other`, { count })
}

function handOffSentence(handOff: PortalFacts['handOffs'][number] | undefined, language: Language): string | null {
  switch (handOff?.state) {
    case 'requested':
      return handOff.answerBy === null
        ? transparencyText(language, 'summary.handOff.requestedNoTerm')
        : transparencyText(language, 'summary.handOff.requested', { date: formatDate(handOff.answerBy, language) })
    case 'accepted':
    case 'completed':
    case 'missed':
      return transparencyText(language, `summary.handOff.${handOff.state}`)
    default:
      return null
  }
}

/** What the computer got to work with: only of calls that were let through. */
function usedIn({ calls }: PortalFacts, language: Language): string[] {
  const through = calls.filter(({ state }) => state !== 'refused')
  if (through.length === 0) return []
  const sources = [...new Set(through.flatMap((call) => call.sources.map(({ title }) => title)))]
  const tools = [...new Set(through.flatMap((call) => call.tools))]
  return [
    transparencyText(language, 'used.question'),
    ...(sources.length > 0
      ? [transparencyText(language, 'used.sources', { sources: formatList(sources, language) })]
      : []),
    ...(tools.length > 0 ? [transparencyText(language, 'used.tools', { tools: formatList(tools, language) })] : []),
  ]
}

/**
 * What was hidden in the conversation: of each turn once, though every later call hides it again. A class that only a
 * call knows of (it stood in an instruction or in the result of a tool) counts as often as it did in one call at most.
 */
function heldBackIn({ turns, calls }: PortalFacts): Counts {
  const inTurns = sumCounts(turns.map(({ redacted }) => redacted))
  const elsewhere: Record<string, number> = {}
  for (const { redacted, state } of calls)
    if (state !== 'refused')
      for (const [label, n] of Object.entries(redacted))
        if (inTurns[label] === undefined) elsewhere[label] = Math.max(elsewhere[label] ?? 0, n)
  return { ...elsewhere, ...inTurns }
}

function inWords(counts: Counts, language: Language): { label: string; word: string; n: number }[] {
  return labelsIn(counts).map((label) => ({ label, word: labelWord(label, language), n: counts[label] ?? 0 }))
}
