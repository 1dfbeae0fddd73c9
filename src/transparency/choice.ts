/** The customer's switches: consent per purpose, and objection where the law gives that right (GDPR art. 7 and 21). */

import { formatDate, formatTime, type Language } from '../platform/text.ts'
import {
  type ConsentEvent,
  type ConsentStateName,
  currentNotice,
  decideUse,
  foldConsent,
  inConversation,
  type Person,
} from '../privacy/rules.ts'
import type { Bilingual, Purpose } from '../records/contract.ts'
import { BUILT_IN_NOTICE, type Notice, noticeText } from '../records/rules.ts'
import { transparencyText } from './texts.ts'

export type Choice = {
  readonly purpose: Purpose
  readonly kind: 'consent' | 'objection'
  readonly on: boolean
  /** The last event that set it as it is; null when it stands as it was shipped. */
  readonly set: ConsentEvent | null
  readonly history: readonly ConsentEvent[]
}

/** Where the answers are asked for: answers that were given in another conversation only do not count. */
export type ChoicePlace = {
  readonly conversation: string
  /** AI systems that work for a purpose, by purpose. */
  readonly systemsOf: ReadonlyMap<string, readonly string[]>
  readonly person: Person
}

/**
 * The switches of this client, of each purpose that rests on consent or may be objected to. The rule is the gateway's
 * own (`decideUse`), so that a switch never shows something else than the next call will do; it is on as long as one
 * system may go on. `events` are all of the subject, in order of appending.
 */
export function choicesOf(
  purposes: readonly Purpose[],
  events: readonly ConsentEvent[],
  place: ChoicePlace,
  now: Date,
): Choice[] {
  const counting = inConversation(events, place.conversation)
  return purposes.flatMap((purpose) => {
    // A yes to sales calls is about a number, which the portal does not know; a no is about all of them.
    const sells = purpose.kind === 'telemarketing'
    const kind = purpose.basis === 'consent' && !sells ? 'consent' : purpose.objectable ? 'objection' : undefined
    if (kind === undefined || purpose.prohibited !== undefined) return []
    const history = counting.filter((event) => event.purpose === purpose.id)
    const setting = history.filter(({ state }) => states[kind].has(state))
    const systems = place.systemsOf.get(purpose.id) ?? []
    // Without a system only answers for every system count; no system has an empty id.
    const on = sells
      ? foldConsent(history, now).objection.state === 'none'
      : (systems.length === 0 ? [''] : systems).some(
          (system) => decideUse(purpose, system, counting, now, place.person).use === 'allowed',
        )
    return [{ purpose, kind, on, set: setting.at(-1) ?? null, history }]
  })
}

const states: Readonly<Record<Choice['kind'], ReadonlySet<ConsentStateName>>> = {
  consent: new Set(['given', 'refused', 'withdrawn', 'expired', 'superseded'] as const),
  objection: new Set(['objected', 'objection_lifted'] as const),
}

export type ChoiceStep =
  | { readonly record: 'given' | 'refused' | 'withdrawn' | 'objected' | 'objection_lifted' }
  | { readonly record: null }

/** What is to be recorded to set a switch; nothing when it stands like that by the customer's own word. */
export function stepFor(choice: Choice, on: boolean): ChoiceStep {
  if (choice.kind === 'objection')
    return choice.on === on ? { record: null } : { record: on ? 'objection_lifted' : 'objected' }
  if (on) return { record: choice.on ? null : 'given' }
  if (choice.on) return { record: 'withdrawn' }
  const answered = choice.set?.state === 'refused' || choice.set?.state === 'withdrawn'
  return { record: answered ? null : 'refused' }
}

/** What the customer reads after setting a switch, or while it stands. */
export function choiceSentence(
  purpose: { readonly name: Bilingual },
  state: Exclude<ChoiceStep['record'], null> | 'never_objected',
  at: Date,
  language: Language,
): string {
  const values = { purpose: purpose.name[language], date: formatDate(at, language), time: formatTime(at, language) }
  return transparencyText(language, `choice.${state}`, values)
}

/**
 * The question as the portal puts it: the organisation's own words for the portal, or else put together from the
 * register; then its version follows from its words, in both languages.
 */
export function portalQuestion(purpose: Purpose, organisation: string, notices: readonly Notice[]): Notice {
  const own = currentNotice(
    notices.filter(({ notice }) => !notice.startsWith(BUILT_IN_NOTICE)),
    purpose.id,
    'portal',
  )
  if (own !== undefined) return own
  const texts = (['nl', 'en'] as const).map((language) =>
    noticeText(language, 'portal', consentQuestion(purpose, organisation, language)),
  )
  return {
    notice: `${BUILT_IN_NOTICE}${purpose.id}`,
    client: purpose.client,
    purpose: purpose.id,
    version: texts.map(({ sha256 }) => sha256.slice(0, 12)).join('-'),
    material: false,
    texts,
  }
}

/** The question in words that the customer says yes or no to. */
export function consentQuestion(purpose: Purpose, organisation: string, language: Language): string {
  const days = purpose.retentionDays
  return transparencyText(language, 'consent.ask', {
    organisation,
    purpose: purpose.name[language],
    dataKinds: purpose.dataKinds[language],
    retention: transparencyText(language, days === 1 ? 'retention.days.one' : 'retention.days.other', { count: days }),
    consequenceOfNo: purpose.consequenceOfNo?.[language] ?? transparencyText(language, 'consent.consequence.none'),
  })
}
