import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'

/** Random ids, passed in so that a test can fix them. */
export interface Ids {
  /** UUIDv7 (RFC 9562): sortable by time, for records and ledger entries. */
  next(): string
  /** `bytes` random bytes in base64url, for secrets and tokens. */
  secret(bytes: number): string
}

export const randomIds: Ids = {
  next: () => v7(),
  secret: (bytes) => randomBytes(bytes).toString('base64url'),
}

/** Counting ids for tests: 00000000-0000-7000-8000-000000000001, … */
export function countingIds(): Ids {
  let n = 0
  return {
    next: () => `00000000-0000-7000-8000-${(++n).toString(16).padStart(12, '0')}`,
    secret: (bytes) => Buffer.alloc(bytes, ++n).toString('base64url'),
  }
}
