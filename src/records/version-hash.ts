import { createHash } from 'node:crypto'
import { canonicalize } from '../ledger/verify/index.ts'

/** What was decided about: sha256 (hex) of the canonical form (RFC 8785) of model, prompt, knowledge and settings. */
export function versionHash({
  model,
  prompt,
  knowledge,
  settings,
}: {
  readonly model: string
  readonly prompt: string
  readonly knowledge: string
  readonly settings: unknown
}): string {
  return createHash('sha256').update(canonicalize({ model, prompt, knowledge, settings })).digest('hex')
}
