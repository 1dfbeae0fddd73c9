/** Hashing of passwords: argon2id of node:crypto, few at a time, and as slow for an account that does not exist. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { ApiError } from '../../platform/http.ts'
import { normalisePassword } from '../person.ts'
import { type Argon2Cost, argon2Cost, formatPhc, HASH_BYTES, parsePhc, SALT_BYTES } from '../phc.ts'

const hashArgon2 = promisify(argon2)

export interface Passwords {
  /** A PHC string. Errors: `TooManyHashes`. */
  hash(password: string): Promise<string>
  /** Does the password belong to the stored PHC string? Takes as long for `null` (no account, no password) and says no. */
  verify(stored: string | null, password: string): Promise<boolean>
}

/** More passwords wait for their turn than can be answered in time. */
export class TooManyHashes extends ApiError {
  constructor() {
    super(503, 'overloaded')
  }
}

/** Each hash takes 19 MiB and a thread: without a limit, signing in would be a way to stop the product. */
const AT_ONCE = 2
const MAY_WAIT = 64

export function openPasswords(cost: Argon2Cost = argon2Cost): Passwords {
  let running = 0
  const waiting: (() => void)[] = []
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= AT_ONCE) {
      if (waiting.length >= MAY_WAIT) throw new TooManyHashes()
      // The one that leaves hands its place on, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
  const derive = (password: string, salt: Uint8Array, { memory, passes, parallelism }: Argon2Cost, tagLength: number) =>
    inTurn(() =>
      hashArgon2('argon2id', {
        message: normalisePassword(password),
        nonce: salt,
        parallelism,
        tagLength,
        memory,
        passes,
      }),
    )
  const noAccount = { cost, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) }
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES)
      return formatPhc({ cost, salt, hash: await derive(password, salt, cost, HASH_BYTES) })
    },
    async verify(stored, password) {
      const known = stored === null ? undefined : parsePhc(stored)
      const against = known ?? noAccount
      const given = await derive(password, against.salt, against.cost, against.hash.length)
      return timingSafeEqual(given, against.hash) && known !== undefined
    },
  }
}
