/** Secrets that stand outside the database: in a variable or a file of the server. */
import { readFileSync } from 'node:fs'

/** A secret by its reference in the register, `env:NAME` or `file:PATH`; undefined when it is not there. */
export function secretOf(keyRef: string): string | undefined {
  if (keyRef.startsWith('env:')) return process.env[keyRef.slice(4)] || undefined
  if (!keyRef.startsWith('file:')) return undefined
  try {
    return readFileSync(keyRef.slice(5), 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
