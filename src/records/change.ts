/** What applying an organisation file would write, keep and warn of; and how a line of the file is found again at a later pass. */

import { createHash } from 'node:crypto'
import type { TermsProblem } from './contract.ts'
import type {
  WantedAttribute,
  WantedClient,
  WantedConsent,
  WantedGate,
  WantedKey,
  WantedNotice,
  WantedOverseer,
  WantedPerson,
  WantedProcessor,
  WantedPurpose,
  WantedQualification,
  WantedRepresentative,
  WantedRole,
  WantedStop,
  WantedSubject,
  WantedSystem,
  WantedUpstream,
  WantedVersion,
} from './organisation.ts'
import type { Path, Problem } from './organisation-problem.ts'
import type { RegisterPerson, RegisterSubject } from './register.ts'

/** One thing to write. `fields` names what differs of a record that is there already. */
export type Change = {
  readonly op: 'add' | 'change'
  readonly id: string
  readonly fields: readonly string[]
  readonly path: Path
} & (
  | { readonly kind: 'tenant'; readonly wanted: { readonly id: string; readonly name: string } }
  | { readonly kind: 'client'; readonly wanted: WantedClient }
  | { readonly kind: 'upstream'; readonly wanted: WantedUpstream }
  | { readonly kind: 'notice'; readonly wanted: WantedNotice }
  | { readonly kind: 'processor'; readonly wanted: WantedProcessor }
  | { readonly kind: 'attribute'; readonly wanted: WantedAttribute }
  | { readonly kind: 'person'; readonly wanted: WantedPerson; readonly current: RegisterPerson | null }
  | { readonly kind: 'role'; readonly person: string; readonly wanted: WantedRole; readonly ends: readonly string[] }
  | {
      readonly kind: 'qualification'
      readonly person: string
      readonly wanted: WantedQualification
      readonly ends: readonly string[]
    }
  | { readonly kind: 'purpose'; readonly wanted: WantedPurpose }
  | { readonly kind: 'system'; readonly wanted: WantedSystem }
  | { readonly kind: 'version'; readonly system: string; readonly wanted: WantedVersion }
  | { readonly kind: 'gate'; readonly system: string; readonly wanted: WantedGate }
  | {
      readonly kind: 'overseer'
      readonly system: string
      readonly wanted: WantedOverseer
      readonly ends: readonly string[]
    }
  | { readonly kind: 'stop'; readonly system: string; readonly wanted: WantedStop }
  | { readonly kind: 'subject'; readonly wanted: WantedSubject; readonly current: RegisterSubject | null }
  | { readonly kind: 'representative'; readonly subject: WantedSubject; readonly wanted: WantedRepresentative }
  | { readonly kind: 'consent'; readonly subject: WantedSubject; readonly wanted: WantedConsent }
  | { readonly kind: 'key'; readonly wanted: WantedKey }
)

export type ChangeKind = Change['kind']

type WithoutOp<C> = C extends Change ? Omit<C, 'op'> : never

export type Proposed = WithoutOp<Change>

/** On record and not in the file (`absent`), or in the file and decided otherwise since (`decided`). It stays. */
export type Kept = { readonly why: 'absent' | 'decided'; readonly kind: ChangeKind; readonly id: string }

/** How a record was written in the file, and which of its times were relative there: to find it again at a later pass. */
export type ToRemember = { readonly key: FileKey; readonly times: Readonly<Record<string, string>> }

/** Names one line of the file; of a consent, the second part is the random id of its subject. */
export type FileKey = readonly (string | null)[]

export type Plan = {
  readonly changes: readonly (Change & { readonly remember?: ToRemember })[]
  readonly kept: readonly Kept[]
  /** Records that are as the file says. */
  readonly same: number
  readonly warnings: readonly Warning[]
}

/** What the file may say, but keeps calls from passing: terms that are missing or past, a purpose that does not name where they go. */
export type Warning =
  | { readonly code: TermsProblem; readonly kind: 'upstream' | 'processor'; readonly id: string }
  | { readonly code: 'upstream_not_named'; readonly kind: 'purpose'; readonly id: string; readonly upstream: string }

export type Planned = { readonly plan: Plan } | { readonly problems: readonly Problem[] }

/** The same under the id that a subject of the file has got. */
export function rememberedFor(subject: string, { key: [kind, , ...rest], times }: ToRemember): ToRemember {
  return { key: [kind ?? null, subject, ...rest], times }
}

/** Short and of one length whatever stands in the file. It names records, never a customer's reference. */
export function fileKey(key: FileKey): string {
  return createHash('sha256').update(JSON.stringify(key)).digest('base64url')
}
