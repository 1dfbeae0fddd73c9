/**
 * What the rest of the product sees of the database: transactions in a scope. How a server is found or started
 * stands in io/, the pool in io/pool.ts.
 */

/** Who acts. Personal names never stand here: `id` is a random id, a system id, a job name or `operator:<login>`. */
export type Actor = { readonly kind: 'person' | 'system' | 'customer' | 'job' | 'operator'; readonly id: string }

/**
 * Whose rows a transaction may see and write. It is set with `set_config(…, true)` at the start of each transaction and
 * enforced by row-level security for a role that owns nothing. `clients: '*'` means every client of the
 * tenant; `tenant: '*'` is for jobs and for finding a key's tenant, nowhere else.
 */
export type Scope = {
  readonly tenant: string
  readonly clients: '*' | readonly string[]
  readonly actor: Actor
}

export type Row = Record<string, unknown>

/** One open transaction. It must not be used after the function it was given to has returned. */
export interface Tx {
  readonly scope: Scope
  query<R extends Row = Row>(sql: string, parameters?: readonly unknown[]): Promise<{ rows: R[]; rowCount: number }>
}

export interface Database {
  /**
   * Runs `work` in one transaction as the app role and commits. Durable on return. `work` may run more than once
   * (serialisation failures and deadlocks, 40001/40P01, are retried up to 8 times with back-off), so it must have no
   * side effects outside the transaction. Calling `inTx` inside `work` throws `TransactionNested`: pass `tx` on.
   * Errors: `StoreUnavailable` when no connection could be had or it broke before the commit was answered.
   */
  inTx<T>(scope: Scope, work: (tx: Tx) => Promise<T>, options?: { readonly readOnly?: boolean }): Promise<T>
  /** The same as the integrator role: moves pending ledger entries, sees no other table. */
  asIntegrator<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** The database could not be reached, or went away in mid-transaction. Gateway code: `store_unavailable` (503). */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  readonly code = 'store_unavailable'
}

/** A transaction was opened inside another one: a programming error that would wait for ever on a small pool. */
export class TransactionNested extends Error {
  override readonly name = 'TransactionNested'
}
