import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Log } from '../../platform/log.ts'
import type { Settings } from '../../platform/settings.ts'
import type { Key, KeyRing } from '../../vault/index.ts'
import type { Safeguards } from '../safeguards.ts'
import type { KeyOwners, Turns } from './admission.ts'

export type GatewaySettings = Pick<
  Settings,
  | 'gatewayBodyLimitKiB'
  | 'gatewayReplyLimitKiB'
  | 'upstreamHeadS'
  | 'upstreamIdleS'
  | 'upstreamTotalS'
  | 'upstreamAttempts'
  | 'openCalls'
  | 'databaseConnections'
  | 'ledgerPendingLimitS'
  | 'language'
>

/** What the parts of the gateway's shell share. */
export type GatewayDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly settings: GatewaySettings
  readonly safeguards: Safeguards
  /** How long the oldest ledger entry has waited for its number. */
  readonly ledgerPendingAgeMs: () => number
  readonly processId: string
  readonly owners: KeyOwners
  readonly turns: Turns
  readonly indexKeys: { of(tenant: string): Key }
}
