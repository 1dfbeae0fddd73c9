/** What is on record of the organisation now, in the terms of the organisation file (people under their file ids). */
import type {
  AttributeStatement,
  Bilingual,
  Channel,
  ClientProfile,
  DecisionRules,
  EmotionInference,
  LawfulBasis,
  ProcessingRecord,
  ProcessorTerms,
  PurposeTerms,
  StaffTerms,
  VersionExplainer,
} from './contract.ts'
import type { GatePolicies } from './gate-condition-contract.ts'
import type { GateConditionResult } from './gate-conditions.ts'
import type { Notice } from './notice.ts'
import type { Prohibited, Provider, UpstreamOptions, Written } from './organisation.ts'

export type RegisterPerson = {
  /** The random id; what people see and write is the id in the file. */
  readonly person: string
  readonly id: string
  readonly name: string
  readonly email: string | null
  readonly disabled: boolean
  readonly roles: readonly {
    readonly assignment: string
    readonly role: string
    readonly client: string | null
    readonly system: string | null
    readonly from: Date
    readonly until: Date | null
  }[]
  readonly qualifications: readonly {
    readonly qualification: string
    readonly kind: string
    readonly attainedOn: string
    readonly validUntil: Date
    readonly evidence: string | null
  }[]
}

export type RegisterVersion = {
  readonly id: string
  readonly model: string
  readonly prompt: string
  readonly knowledge: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly hash: string
  readonly current: boolean
  readonly explainer: VersionExplainer | null
}

export type RegisterGate = {
  readonly gate: string
  readonly version: string
  readonly decision: 'approve' | 'conditional' | 'reject'
  readonly by: string
  readonly reasons: Written
  readonly conditions: Written | null
  /** Why it was released although a required condition does not hold. */
  readonly despite: Written | null
  readonly at: Date
  readonly validUntil: Date
}

export type RegisterStop = {
  readonly stop: string
  /** null: every system of the client. */
  readonly system: string | null
  readonly client: string
  readonly by: string
  readonly at: Date
  readonly reason: string
  readonly note: string | null
  readonly resumedAt: Date | null
}

export type RegisterSystem = {
  readonly id: string
  readonly client: string
  readonly name: Bilingual
  readonly description: Bilingual
  readonly kind: string
  readonly decisionClass: string
  readonly owner: string | null
  readonly channel: Channel
  readonly language: string
  readonly purposes: readonly string[]
  readonly upstream: string
  readonly disclosure: string
  readonly emotionInference: EmotionInference
  readonly biometricCategorisation: boolean
  readonly mode: 'enforce' | 'observe'
  readonly observeUntil: Date | null
  readonly observeSignedBy: readonly string[]
  readonly toolsWithOriginals: readonly string[] | null
  readonly allowedContent: readonly string[]
  readonly limits: Readonly<Record<string, number>>
  readonly prohibited: Prohibited | null
  /** null: it takes no decisions about people that are recorded. */
  readonly decisions: DecisionRules | null
  readonly gatePolicies: GatePolicies
  readonly gateResults: readonly (GateConditionResult & { readonly version: string })[]
  readonly versions: readonly RegisterVersion[]
  readonly gates: readonly RegisterGate[]
  readonly stops: readonly RegisterStop[]
}

export type RegisterProcessor = {
  readonly id: string
  readonly client: string | null
  readonly name: string
  readonly task: Bilingual
  readonly terms: ProcessorTerms
}

export type RegisterAttribute = {
  readonly id: string
  readonly client: string
  readonly statement: AttributeStatement
  readonly signedBy: string
  readonly signedAt: Date
  readonly endsAt: Date | null
  readonly ended: boolean
}

export type RegisterPurpose = {
  readonly id: string
  readonly client: string
  readonly name: Bilingual
  readonly basis: LawfulBasis
  readonly specialBasis: string | null
  readonly reasoning: Bilingual | null
  readonly signedBy: string | null
  readonly signedAt: Date | null
  readonly dataKinds: Bilingual
  readonly retentionDays: number
  readonly terms: PurposeTerms
  readonly consequenceOfNo: Bilingual | null
  readonly objectable: boolean
  readonly kind: 'general' | 'telemarketing'
  readonly about: 'customer' | 'staff'
  readonly staff: StaffTerms | null
  readonly processing: ProcessingRecord
  readonly upstreams: readonly string[] | null
  readonly processors: readonly string[] | null
  readonly prohibited: Prohibited | null
}

export type RegisterConsent = {
  readonly event: string
  readonly purpose: string
  readonly system: string | null
  readonly state: string
  readonly at: Date
  readonly expiresAt: Date | null
  readonly by: string
  /** The one conversation in which it counts; null: everywhere. */
  readonly conversation: string | null
}
export type RegisterRepresentative = {
  readonly representative: string
  readonly kind: string
  readonly relation: string
  readonly purposes: readonly string[] | null
  readonly validUntil: Date | null
  readonly ended: boolean
}
export type RegisterSubject = {
  readonly subject: string
  readonly client: string
  readonly reference: string
  readonly language: string | null
  readonly circumstance: string
  readonly representatives: readonly RegisterRepresentative[]
  readonly consents: readonly RegisterConsent[]
}

/**
 * What the relative times of an earlier pass became: the way a record was written in the file, to the record and its
 * times as written. So the same file finds the same records on every later day, and a changed time is a change.
 */
export type Remembered = Readonly<
  Record<string, { readonly record?: string; readonly times: Readonly<Record<string, string>> }>
>

export type Register = {
  readonly tenant: { readonly id: string; readonly name: string } | null
  readonly clients: readonly { readonly id: string; readonly name: string; readonly profile: ClientProfile }[]
  readonly upstreams: readonly {
    readonly id: string
    readonly builtin: 'assistant' | 'record' | null
    readonly baseUrl: string | null
    readonly keyRef: string | null
    readonly provider: Provider
    readonly options: UpstreamOptions
  }[]
  readonly processors: readonly RegisterProcessor[]
  readonly attributes: readonly RegisterAttribute[]
  readonly notices: readonly Notice[]
  readonly purposes: readonly RegisterPurpose[]
  readonly people: readonly RegisterPerson[]
  readonly systems: readonly RegisterSystem[]
  /** Those that the file names; a reference cannot be read back. */
  readonly subjects: readonly RegisterSubject[]
  readonly keys: readonly { readonly system: string; readonly label: string; readonly usable: boolean }[]
  readonly remembered: Remembered
}

export const emptyRegister: Register = {
  tenant: null,
  clients: [],
  upstreams: [],
  processors: [],
  attributes: [],
  notices: [],
  purposes: [],
  people: [],
  systems: [],
  subjects: [],
  keys: [],
  remembered: {},
}
