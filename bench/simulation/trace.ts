/** What was seen from outside in one run. `at`, `began` and `ended` count in one row: any two can be compared. */
import type { Behaviour, Defect } from './workload.ts'

export type CallSeen = {
  readonly step: number
  readonly n: number
  readonly began: number
  readonly ended: number
  /** Name of the conversation. */
  readonly owner: string
  readonly grounds: readonly string[]
  readonly defect: Defect | null
  readonly behaviour: Behaviour
  readonly idempotencyKey: string | null
  /**
   * `completed`: whole; `refused`: an error with a code, also at the end of a stream; `cut`: broken off without a word;
   * `left`: the client went away; `unreachable`: nobody listened.
   */
  readonly outcome: 'completed' | 'refused' | 'cut' | 'left' | 'unreachable'
  readonly code: string | null
  readonly reason: string | null
  /** Id of the call's record, as the client was told. */
  readonly call: string | null
  /** Every word that the client got, tool arguments included. */
  readonly text: string
  /** Where the provider repeats what it was sent: the end of `text` must be exactly this. */
  readonly expected: string | null
}

/** Somebody opened or closed a ground. `refused`: it was turned away and changed nothing; `unknown`: nobody can say. */
export type ChangeSeen = {
  readonly step: number
  readonly began: number
  readonly ended: number
  readonly ground: string
  readonly to: 'open' | 'closed'
  readonly outcome: 'done' | 'refused' | 'unknown'
}

export type Received = {
  readonly at: number
  /** Of the call; null when the body could not be read. */
  readonly n: number | null
  /** Everything that came over the wire: path, headers, body. */
  readonly raw: string
  /** Tries on record and calls admitted in this conversation, against those that reached the provider so far. */
  readonly onRecord: {
    readonly attempted: number
    readonly admitted: number
    readonly arrived: number
    readonly calls: number
  }
}

export type Entry = { readonly call: string; readonly type: string; readonly code: string | null }

export type Trace = {
  readonly calls: readonly CallSeen[]
  readonly changes: readonly ChangeSeen[]
  readonly received: readonly Received[]
  /** Entries about calls, in the order of the ledger. */
  readonly entries: readonly Entry[]
  readonly ledger: { readonly problems: readonly string[]; readonly pending: number }
  /** Grounds that were closed when the run began: consent that nobody gave. */
  readonly closedAtFirst: ReadonlySet<string>
  /** Personal values by the conversations that they may be seen in. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>
  /** Customer references and keys: never outside, never in a log. */
  readonly secrets: readonly string[]
  readonly log: string
  /** Between these, nobody listened or calls were ended by a shutdown. */
  readonly restarts: readonly { readonly began: number; readonly ended: number }[]
  readonly clockMoved: boolean
}
