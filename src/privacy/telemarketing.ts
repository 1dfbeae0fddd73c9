/**
 * May this number be called to sell something? Since 1 July 2026 only with consent given beforehand; that somebody is a
 * customer lets only charities, charity lotteries and newspapers call without it, and a "do not call me" is final for
 * all of them (Telecommunicatiewet art. 11.7, https://wetten.overheid.nl/BWBR0009950/2026-07-01#Hoofdstuk11_Artikel11.7).
 */
import type { ConsentEvent, UseDecision } from './consent.ts'

/** Kinds of organisation that may call their own customers unasked. */
export const exceptedKinds = ['charity', 'charity_lottery', 'newspaper'] as const

export type DialFacts = {
  /** The number said "do not call me", to whoever of this client's people. */
  readonly objected: boolean
  /** A number was named; without it nobody can tell. */
  readonly number: boolean
  /** What the purpose lets a call do for this subject, by the answers about this number alone. */
  readonly use: UseDecision
  /** Who dials says that the number is of somebody who bought from or gave to this client. */
  readonly isCustomer: boolean
  /** What the client is, when that is one of those. */
  readonly exception: (typeof exceptedKinds)[number] | undefined
}

export type DialDecision =
  | { readonly dial: 'allowed'; readonly ground: 'consent' | 'customer_relation'; readonly event: string | null }
  | {
      readonly dial: 'refused'
      readonly code: 'consent_missing' | 'consent_withdrawn' | 'objected' | 'purpose_unknown' | 'prohibited_practice'
      readonly reason: string
      readonly event: string | null
    }

/** Objection first, since nothing undoes it; then consent; then what the law still leaves of the customer relation. */
export function decideDial({ objected, number, use, isCustomer, exception }: DialFacts): DialDecision {
  if (!number) return { dial: 'refused', code: 'consent_missing', reason: 'number_missing', event: null }
  if (objected) return { dial: 'refused', code: 'objected', reason: 'call_objection', event: null }
  if (use.use === 'allowed') return { dial: 'allowed', ground: 'consent', event: use.consent ?? null }
  // A no to this purpose is a no, whatever the organisation is; only silence leaves room for the exception.
  if (use.reason === 'never_given' && isCustomer && exception !== undefined)
    return { dial: 'allowed', ground: 'customer_relation', event: null }
  return { dial: 'refused', code: use.code, reason: use.reason, event: use.event ?? null }
}

/**
 * One form per telephone number (E.164): 06 12345678, +31 6 1234 5678 and 0031612345678 are one. A number without a
 * country is of the client's own; undefined: this is no telephone number.
 */
export function telephoneNumber(text: string, country: string): string | undefined {
  const plain = text.replace(/\(0\)/g, '').replace(/[\s().\-/]/g, '')
  if (!/^\+?\d{6,15}$/.test(plain)) return undefined
  const code = countryCodes[country]
  const full = plain.startsWith('+')
    ? plain.slice(1)
    : plain.startsWith('00')
      ? plain.slice(2)
      : plain.startsWith('0') && code !== undefined
        ? `${code}${plain.slice(1)}`
        : undefined
  return full !== undefined && /^[1-9]\d{6,14}$/.test(full) ? `+${full}` : undefined
}

/** Trunk prefix 0, so that a number can be written without its country (ITU-T E.164). */
const countryCodes: Readonly<Record<string, string>> = { NL: '31', BE: '32', DE: '49', FR: '33', GB: '44', AT: '43' }

/** The answers that count for one number: those about it, and every no that names none. */
export function aboutNumber(events: readonly ConsentEvent[], number: string | null): ConsentEvent[] {
  return events.filter((event) => (event.number === undefined ? event.state !== 'given' : event.number === number))
}
