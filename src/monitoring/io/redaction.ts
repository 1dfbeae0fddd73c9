/** A customer's own words without what says who somebody is, by the recogniser of the gateway. */
import type { Tx } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import type { OpenModel } from '../../privacy/index.ts'
import {
  type ClientFacts,
  clientOptions,
  emptyPseudonyms,
  type KnownValue,
  ModelFailed,
  type Part,
  type PseudonymState,
  type RedactionOptions,
  redact,
  withModel,
} from '../../privacy/rules.ts'
import { tenantOf } from '../../records/index.ts'
import { existingKey, KeyDestroyed, type KeyRing, openJson } from '../../vault/index.ts'

export type RedactionFacts = {
  readonly client: ClientFacts | null
  readonly language: string
  readonly channel: string
  /** What was hidden in the conversation: hidden here too, whatever stands around it. */
  readonly known: readonly KnownValue[]
}

export type RedactedWords = { readonly text: string; readonly counts: Readonly<Record<string, number>> }

export async function loadRedactionFacts(
  tx: Tx,
  ring: KeyRing,
  of: {
    readonly client: string
    readonly subject: string
    readonly conversation: string
    readonly language: string
    readonly channel: string
  },
): Promise<RedactionFacts> {
  const { rows } = await tx.query<ClientFacts & Record<string, unknown>>(
    'select name, profile from client where tenant_id = $1 and client_id = $2',
    [tenantOf(tx), of.client],
  )
  return {
    client: rows[0] ?? null,
    language: of.language,
    channel: of.channel,
    known: await knownIn(tx, ring, of),
  }
}

async function knownIn(
  tx: Tx,
  ring: KeyRing,
  { subject, conversation }: { readonly subject: string; readonly conversation: string },
): Promise<readonly KnownValue[]> {
  const { rows } = await tx.query<{ sealed: Buffer }>(
    'select sealed from pseudonym_table where tenant_id = $1 and conversation_id = $2',
    [tenantOf(tx), conversation],
  )
  if (rows[0] === undefined) return []
  try {
    const key = await existingKey(tx, ring, { tenant: tenantOf(tx), subject })
    const place = ['pseudonym_table', 'sealed', tenantOf(tx), conversation]
    return (openJson(key, place, rows[0].sealed) as PseudonymState).items
  } catch (error) {
    if (error instanceof KeyDestroyed) return []
    throw error
  }
}

/**
 * Hides what is found, as the gateway would, and puts a class in its place. Errors: `words_unread` (503) when a model stands
 * beside the rules, does not answer, and nothing may be kept without it.
 */
export async function redactWords(
  text: string,
  facts: RedactionFacts,
  model: OpenModel | undefined,
): Promise<RedactedWords> {
  const parts: Part[] = [{ role: 'customer', kind: 'text', text }]
  const { texts, counts } = redact(parts, emptyPseudonyms(), await optionsOf(parts, facts, model))
  return { text: texts[0]!, counts: counts as Record<string, number> }
}

async function optionsOf(
  parts: readonly Part[],
  { client, language, channel, known }: RedactionFacts,
  model: OpenModel | undefined,
): Promise<RedactionOptions> {
  const options: RedactionOptions = {
    ...clientOptions(client),
    languages: /^(nl|fy)\b/i.test(language) ? ['nl', 'en'] : ['en', 'nl'],
    // They are typed, whatever the conversation was.
    channel: channel === 'email' ? 'email' : 'chat',
    known,
  }
  if (model === undefined) return options
  try {
    return await withModel(parts, options, model.model)
  } catch (error) {
    if (!(error instanceof ModelFailed)) throw error
    if (model.onFailure === 'refuse') throw new ApiError(503, 'words_unread', { cause: error })
    return options
  }
}
