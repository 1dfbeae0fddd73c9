/** The PHC string form of an argon2id hash: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>` (base64 without `=`). */

export type Argon2Cost = {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/** OWASP Password Storage Cheat Sheet and RFC 9106 4 (reduced memory): 19 MiB, two passes, one lane. */
export const argon2Cost: Argon2Cost = { memory: 19_456, passes: 2, parallelism: 1 }
export const SALT_BYTES = 16
export const HASH_BYTES = 32

export type StoredHash = { readonly cost: Argon2Cost; readonly salt: Buffer; readonly hash: Buffer }

export function formatPhc({ cost, salt, hash }: StoredHash): string {
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(salt)}$${base64(hash)}`
}

/** undefined for any other form, version or cost outside what this product ever wrote: a stored row decides no work. */
export function parsePhc(text: string): StoredHash | undefined {
  const [, m, t, p, salt, hash] =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/.exec(text) ??
    []
  if (salt === undefined || hash === undefined) return undefined
  const cost = { memory: Number(m), passes: Number(t), parallelism: Number(p) }
  if (cost.memory < 8 || cost.memory > 262_144 || cost.passes < 1 || cost.passes > 10 || cost.parallelism < 1)
    return undefined
  return { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}

/** Was it made with less than what is asked now? Then a good password is hashed again at the next sign-in. */
export function isOutdated({ cost }: StoredHash): boolean {
  return cost.memory < argon2Cost.memory || cost.passes < argon2Cost.passes
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}
