/** `waarborg stop`: the stop button from the command line, for one AI system or a whole client. */

import { chooseTenant } from '../access/index.ts'
import { stopClient, stopSystem } from '../accountability/index.ts'
import { accountabilityText, isAccountabilityTextKey } from '../accountability/rules.ts'
import { ApiError } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { stopReasons } from '../records/contract.ts'
import type { Command, ExitCode, Io, Store, Values } from './command.ts'

const NOTE_LENGTH = 500

export const command: Command = {
  name: 'stop',
  summary: {
    nl: 'Stop een AI-systeem: de volgende aanroep wordt geweigerd.',
    en: 'Stop an AI system: the next call is refused.',
  },
  usage: 'SYSTEM | --client CLIENT  --reason REASON [--note TEXT]',
  options: {
    reason: {
      type: 'string',
      help: { nl: `reden: ${stopReasons.join(', ')}`, en: `reason: ${stopReasons.join(', ')}` },
    },
    note: { type: 'string', help: { nl: 'toelichting voor het register', en: 'note for the register' } },
    client: {
      type: 'string',
      help: { nl: 'opdrachtgever: stop al zijn AI-systemen', en: 'client: stop all its AI systems' },
    },
    tenant: {
      type: 'string',
      help: { nl: 'organisatie, als er meer dan één is', en: 'organisation, if there is more than one' },
    },
  },
  async run(io, { values, positionals }) {
    const target = targetOf(values, positionals)
    const reason = stopReasons.find((one) => one === values.reason)
    const note = typeof values.note === 'string' ? values.note : null
    if (target === undefined || values.reason === undefined) return say(io, 'cli.stop.usage')
    if (reason === undefined) return say(io, 'cli.stop.reason', { reasons: stopReasons.join(', ') })
    if (note !== null && note.length > NOTE_LENGTH) return say(io, 'cli.stop.note', { limit: NOTE_LENGTH })
    return asOperator(io, values, async (store, tenant) => {
      const now = new Date()
      const order = { reason, note, by: store.operator, at: now }
      const stop = await store.database.inTx(scopeOf(store, tenant), (tx) =>
        'system' in target
          ? stopSystem(tx, { ...order, system: target.system }, { now, ids: randomIds })
          : stopClient(tx, { ...order, client: target.client }, { now, ids: randomIds }),
      )
      const name = 'system' in target ? target.system : target.client
      if (values.json) io.stdout.write(`${JSON.stringify({ stop, ...target, reason, at: now.toISOString() })}\n`)
      else
        io.stdout.write(
          `${accountabilityText(io.language, 'cli.stop.done', { system: name, reason: accountabilityText(io.language, `stop.reason.${reason}`) })}\n`,
        )
      return 0
    })
  },
}

export type Target = { readonly system: string } | { readonly client: string }

/** What is stopped or resumed; undefined when nothing, or more than one thing, is named. */
export function targetOf(values: Values, positionals: readonly string[]): Target | undefined {
  const [system, ...more] = positionals
  if (more.length > 0) return undefined
  if (typeof values.client === 'string') return system === undefined ? { client: values.client } : undefined
  return system === undefined ? undefined : { system }
}

export function scopeOf(store: Store, tenant: string) {
  return { tenant, clients: '*', actor: { kind: 'operator', id: store.operator } } as const
}

/** Codes that say no to something well asked: exit 3. Every other code is bad input: exit 2. */
const byPolicy: ReadonlySet<string> = new Set([
  'already_stopped',
  'not_stopped',
  'stopped_for_client',
  'not_yours_to_resume',
])

/** Opens the store, finds the organisation, and turns a refusal into its sentence and exit code. */
export async function asOperator(
  io: Io,
  values: Values,
  work: (store: Store, tenant: string) => Promise<ExitCode>,
): Promise<ExitCode> {
  const store = await io.openStore(values)
  try {
    const wanted = typeof values.tenant === 'string' ? values.tenant : (store.settings.tenant ?? undefined)
    return await work(store, await chooseTenant(store.database, wanted, store.operator))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const key = `error.${error.code}`
    const sentence = isAccountabilityTextKey(key) ? accountabilityText(io.language, key, error.values) : error.code
    io.stderr.write(`${sentence} (${error.code})\n`)
    return byPolicy.has(error.code) ? 3 : 2
  } finally {
    await store.close()
  }
}

function say(
  io: Io,
  key: 'cli.stop.usage' | 'cli.stop.reason' | 'cli.stop.note',
  values: Record<string, string | number> = {},
): ExitCode {
  io.stderr.write(`${accountabilityText(io.language, key, values)}\n`)
  return 2
}
