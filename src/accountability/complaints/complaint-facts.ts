/** What a letter about a complaint is made from; nothing else goes into one. */
import type { Day } from '../../deadlines/index.ts'
import type { Language } from '../../platform/text.ts'
import type { Verdict } from './complaint.ts'
import type { ProfileId, Route } from './profile.ts'

export type Point = { readonly point: string; readonly verdict: Verdict; readonly reasons: string }

/** Of the organisation that answers. */
export type About = {
  readonly organisation: string
  readonly address: string | null
  readonly phone: string | null
  readonly email: string | null
  readonly timeZone: string
}

export type LetterFacts = {
  readonly about: About
  readonly reference: string
  readonly profile: ProfileId
  readonly language: Language
  /** Empty: nobody knows; then "customer". */
  readonly fullName: string | null
  readonly receivedAt: Date
  readonly promisedOn: Day
  /** Who signs: a name only where the organisation lets customers read it. */
  readonly signer: { readonly name: string | null; readonly role: string }
}

export type VerdictFacts = LetterFacts & {
  readonly verdict: Verdict
  readonly points: readonly Point[]
  readonly complaintQuote: string
  readonly remedy: string
  readonly heardOn: Day | null
  /** The customer did not want to be heard, or the law left it out. */
  readonly notHeard: boolean
  readonly evidence: readonly string[]
  readonly findings: string
  readonly reasons: string
  readonly measures: string | null
  readonly measuresBy: Day | null
  readonly improvements: string | null
  readonly ai: { readonly system: string; readonly role: string; readonly human: string } | null
  readonly late: boolean
  readonly lawRef: string
  readonly appealUntil: Day | null
  readonly routes: readonly Route[]
  readonly final: boolean
}
