/**
 * The organisation that a file describes, with its times worked out (organisation-reading.ts). What one file cannot say
 * about itself (does the database know it otherwise?) is checked in apply.ts.
 */
import type { Role } from '../platform/http.ts'
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
  stopReasons,
  VersionExplainer,
} from './contract.ts'
import type { GatePolicies } from './gate-condition-contract.ts'
import type { Moment } from './moment.ts'
import type { Notice } from './notice.ts'
import type { Path } from './organisation-problem.ts'
import type { TermsTimes } from './processor-times.ts'

export type Written = string | Bilingual

export type Prohibited = { readonly practice: string; readonly lawRef: string }

export type WantedClient = {
  readonly id: string
  readonly name: string
  readonly profile: ClientProfile
  readonly path: Path
}

export type WantedPurpose = {
  readonly id: string
  readonly client: string
  readonly name: Bilingual
  readonly basis: LawfulBasis
  readonly specialBasis: string | null
  readonly reasoning: Bilingual | null
  /** A person's id in the file. */
  readonly signedBy: string | null
  readonly signedAt: Moment | null
  readonly dataKinds: Bilingual
  readonly retentionDays: number
  readonly terms: PurposeTerms
  readonly kind: 'general' | 'telemarketing'
  readonly about: 'customer' | 'staff'
  readonly staff: StaffTerms | null
  readonly processing: ProcessingRecord
  readonly upstreams: readonly string[] | null
  readonly processors: readonly string[] | null
  readonly consequenceOfNo: Bilingual | null
  readonly objectable: boolean
  readonly prohibited: Prohibited | null
  readonly path: Path
}

export type WantedAttribute = {
  readonly id: string
  readonly client: string
  readonly statement: AttributeStatement
  /** A person's id in the file. */
  readonly signedBy: string
  readonly signedAt: Moment
  readonly endsAt: Moment | null
  readonly path: Path
}

export type WantedUpstream = {
  readonly id: string
  readonly builtin: 'assistant' | 'record' | null
  readonly baseUrl: string | null
  /** `env:NAME` or `file:/path`; never the key. */
  readonly keyRef: string | null
  readonly provider: Provider
  readonly options: UpstreamOptions
  /** The times in `provider.terms` as they were written. */
  readonly times: TermsTimes
  readonly path: Path
}

export type Provider = { readonly name: string; readonly region?: string; readonly terms?: string | ProcessorTerms }

export type WantedNotice = Notice & { readonly path: Path }

export type WantedProcessor = {
  readonly id: string
  readonly client: string | null
  readonly name: string
  readonly task: Bilingual
  readonly terms: ProcessorTerms
  readonly times: TermsTimes
  readonly path: Path
}

export type UpstreamOptions = {
  readonly knowledge?: string
  readonly tools?: string
  readonly file?: string
  readonly allowPrivateAddress?: true
  readonly selfHosted?: true
  readonly noStreamUsage?: true
}

export type WantedRole = {
  readonly role: Role
  readonly client: string | null
  readonly system: string | null
  readonly from: Moment | null
  readonly until: Moment | null
  readonly path: Path
}

export type WantedQualification = {
  readonly kind: string
  readonly attainedOn: Moment
  readonly validUntil: Moment
  readonly evidence: string | null
  readonly path: Path
}

export type WantedPerson = {
  readonly id: string
  readonly name: string
  readonly email: string | null
  readonly roles: readonly WantedRole[]
  readonly qualifications: readonly WantedQualification[]
  readonly path: Path
}

export type WantedVersion = {
  readonly id: string
  readonly model: string
  readonly prompt: string
  readonly knowledge: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly current: boolean
  /** null: explanations come with the decisions, or not at all. */
  readonly explainer: VersionExplainer | null
  /** What the explainer reads: model and background. */
  readonly files: readonly WantedFile[]
  readonly path: Path
}

/** `file` null: its contents must be on record. `bytes` null: not read. */
export type WantedFile = {
  readonly sha256: string
  readonly file: string | null
  readonly bytes: Uint8Array | null
  readonly path: Path
}

export type WantedGate = {
  readonly version: string
  readonly decision: 'approve' | 'conditional' | 'reject'
  readonly by: string
  readonly reasons: Written
  readonly conditions: Written | null
  /** Why it was released although a required condition does not hold. */
  readonly despite: Written | null
  readonly at: Moment
  readonly validUntil: Moment
  readonly path: Path
}

export type WantedOverseer = {
  readonly person: string
  readonly from: Moment | null
  readonly until: Moment | null
  readonly path: Path
}

export type WantedStop = {
  readonly by: string
  readonly at: Moment | null
  readonly reason: (typeof stopReasons)[number]
  readonly note: string | null
  readonly path: Path
}

export type WantedSystem = {
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
  /** `staff` is what a file may ask for and never gets. */
  readonly emotionInference: EmotionInference | 'staff'
  readonly biometricCategorisation: boolean
  readonly mode: 'enforce' | 'observe'
  readonly observeUntil: Moment | null
  readonly observeSignedBy: readonly string[]
  /** null: all function tools. */
  readonly toolsWithOriginals: readonly string[] | null
  readonly allowedContent: readonly string[]
  readonly limits: Readonly<Record<string, number>>
  readonly prohibited: Prohibited | null
  readonly decisions: DecisionRules | null
  readonly gatePolicies: GatePolicies
  readonly versions: readonly WantedVersion[]
  /** The file names no versions: the one here was made up, for a system that has none on record. */
  readonly versionsImplied: boolean
  readonly gates: readonly WantedGate[]
  readonly overseers: readonly WantedOverseer[]
  readonly stopped: WantedStop | null
  readonly path: Path
}

export type WantedConsent = {
  readonly purpose: string
  readonly system: string | null
  readonly state: 'asked' | 'given' | 'refused' | 'withdrawn' | 'objected' | 'objection_lifted'
  readonly at: Moment | null
  readonly expiresAt: Moment | null
  readonly by: 'customer' | 'representative' | 'staff'
  readonly channel: Channel
  readonly language: string
  readonly path: Path
}

export type WantedRepresentative = {
  readonly kind: 'guardian' | 'mandate'
  readonly relation: 'parent' | 'legal_guardian' | 'curator' | 'administrator' | 'mentor' | 'authorised' | 'heir'
  /** null: every purpose. */
  readonly purposes: readonly string[] | null
  readonly validUntil: Moment | null
  readonly evidence: string
  readonly path: Path
}

export type WantedSubject = {
  readonly reference: string
  readonly client: string
  readonly language: string | null
  readonly circumstance: string
  readonly representatives: readonly WantedRepresentative[]
  readonly consents: readonly WantedConsent[]
  readonly path: Path
}

export type WantedKey = { readonly system: string; readonly label: string; readonly path: Path }

export type Organisation = {
  readonly tenant: { readonly id: string; readonly name: string }
  readonly clients: readonly WantedClient[]
  readonly purposes: readonly WantedPurpose[]
  readonly attributes: readonly WantedAttribute[]
  readonly notices: readonly WantedNotice[]
  readonly upstreams: readonly WantedUpstream[]
  readonly processors: readonly WantedProcessor[]
  readonly people: readonly WantedPerson[]
  readonly systems: readonly WantedSystem[]
  readonly subjects: readonly WantedSubject[]
  readonly keys: readonly WantedKey[]
}
