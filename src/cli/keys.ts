/** `waarborg keys`: keys of AI systems, and the keys that protect contents (key-folder.ts), by the operator of the machine. */
import {
  type CreatedKey,
  chooseTenant,
  createKey,
  listKeys,
  revokeKey,
  rotateKey,
  type SystemKey,
} from '../access/index.ts'
import { accessText, commandRefusal, isKeyValid, table } from '../access/rules.ts'
import { ApiError } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { formatDate } from '../platform/text.ts'
import type { Command, ExitCode, Io, Values } from './command.ts'
import { isKeyFolderPart, runKeyFolder } from './key-folder.ts'

const parts = ['list', 'create', 'rotate', 'revoke', 'epochs', 'backup', 'restore'] as const

export const command: Command = {
  name: 'keys',
  summary: {
    nl: 'Toon, maak, vervang en trek sleutels van AI-systemen in; beheer de sleutels waarmee de inhoud is beveiligd.',
    en: 'List, make, replace and revoke keys of AI systems; look after the keys that protect contents.',
  },
  usage:
    'list | create --system SYSTEM [--label TEXT] [--expires TIME] | rotate KEY [--grace-hours N] | revoke KEY | epochs | rotate [--root] | backup --out FOLDER | restore FOLDER',
  options: {
    tenant: {
      type: 'string',
      help: { nl: 'organisatie, als er meer dan één is', en: 'organisation, if there is more than one' },
    },
    system: {
      type: 'string',
      help: { nl: 'AI-systeem waar de sleutel bij hoort', en: 'AI system that the key belongs to' },
    },
    label: { type: 'string', help: { nl: 'naam voor in de lijst', en: 'name for in the list' } },
    expires: {
      type: 'string',
      help: { nl: 'moment waarop de sleutel verloopt', en: 'moment at which the key expires' },
    },
    out: { type: 'string', help: { nl: 'map voor de sleutels', en: 'folder for the keys' } },
    root: {
      type: 'boolean',
      help: {
        nl: 'bij rotate: vervang de hoofdsleutel zelf',
        en: 'with rotate: replace the root key itself',
      },
    },
    'grace-hours': {
      type: 'string',
      help: {
        nl: 'uren dat de oude sleutel doorwerkt (24; 0: niet)',
        en: 'hours that the old key goes on (24; 0: none)',
      },
    },
  },
  async run(io, { values, positionals: [part, ...rest] }) {
    if (isKeyFolderPart(part, rest)) return runKeyFolder(io, values, part, rest)
    if (part === undefined || !(parts as readonly string[]).includes(part))
      return commandRefusal(io, part === undefined ? 'argument_missing' : 'part_unknown', {
        argument: parts.join(' | '),
        command: 'keys',
        part: part ?? '',
        parts: parts.join(', '),
      })
    const problem = missing(part, values, rest)
    if (problem !== undefined) return commandRefusal(io, 'argument_missing', { argument: problem, command: 'keys' })
    const store = await io.openStore(values)
    try {
      const now = new Date()
      const tenant = await chooseTenant(
        store.database,
        textOf(values.tenant) ?? store.settings.tenant ?? undefined,
        store.operator,
      )
      const scope = { tenant, clients: '*', actor: { kind: 'operator', id: store.operator } } as const
      const act = { now, ids: randomIds }
      switch (part) {
        case 'create': {
          const wanted = {
            system: textOf(values.system) ?? '',
            label: textOf(values.label) ?? store.operator,
            expiresAt: timeOf(values.expires, '--expires'),
          }
          return showCreated(io, values, await store.database.inTx(scope, (tx) => createKey(tx, wanted, act)))
        }
        case 'rotate': {
          const wanted = {
            key: rest[0] ?? '',
            graceMs: hoursOf(values['grace-hours']) * 3_600_000,
            expiresAt: timeOf(values.expires, '--expires'),
          }
          return showCreated(io, values, await store.database.inTx(scope, (tx) => rotateKey(tx, wanted, act)))
        }
        case 'revoke': {
          const key = rest[0] ?? ''
          const revoked = await store.database.inTx(scope, (tx) => revokeKey(tx, key, act))
          io.stdout.write(
            values.json
              ? `${JSON.stringify({ key, revoked })}\n`
              : `${accessText(io.language, revoked ? 'cli.keys.revoked' : 'cli.keys.already', { key })}\n`,
          )
          return 0
        }
        default: {
          const system = textOf(values.system)
          return showList(
            io,
            values,
            await store.database.inTx(scope, (tx) => listKeys(tx, system === undefined ? {} : { system }), {
              readOnly: true,
            }),
            now,
          )
        }
      }
    } catch (error) {
      if (error instanceof ApiError)
        return commandRefusal(io, error.code, { ...error.values, option: error.param ?? '' })
      throw error
    } finally {
      await store.close()
    }
  },
}

function missing(part: string, values: Values, rest: readonly string[]): string | undefined {
  if (part === 'create' && textOf(values.system) === undefined) return '--system'
  if ((part === 'revoke' || part === 'rotate') && rest[0] === undefined) return 'KEY'
  return undefined
}

function showCreated(io: Io, values: Values, { row, key }: CreatedKey): ExitCode {
  if (values.json) io.stdout.write(`${JSON.stringify({ key, ...viewOf(row) })}\n`)
  else {
    // The sentence goes to standard error, so that `KEY=$(waarborg keys create …)` holds the key and nothing else.
    io.stderr.write(`${accessText(io.language, 'cli.keys.created', { system: row.system })}\n`)
    io.stdout.write(`${key}\n`)
  }
  return 0
}

function showList(io: Io, values: Values, keys: readonly SystemKey[], now: Date): ExitCode {
  if (values.json)
    io.stdout.write(
      `${JSON.stringify({ keys: keys.map((key) => ({ ...viewOf(key), valid: isKeyValid(key, now) })) })}\n`,
    )
  else if (keys.length === 0) io.stdout.write(`${accessText(io.language, 'cli.keys.empty')}\n`)
  else {
    const rows = keys.map((key) => [
      key.id,
      key.system,
      key.label,
      stateOf(io, key, now),
      key.lastUsedOn ?? accessText(io.language, 'cli.never'),
    ])
    io.stdout.write(table([accessText(io.language, 'cli.keys.head').split('\t'), ...rows]))
  }
  return 0
}

function stateOf(io: Io, key: SystemKey, now: Date): string {
  if (key.revokedAt !== null) return accessText(io.language, 'cli.keys.withdrawn')
  if (!isKeyValid(key, now)) return accessText(io.language, 'cli.keys.expired')
  return key.expiresAt === null
    ? accessText(io.language, 'cli.keys.valid')
    : accessText(io.language, 'cli.keys.validUntil', { date: formatDate(key.expiresAt, io.language) })
}

function viewOf({ id, client, system, label, createdAt, expiresAt, revokedAt, lastUsedOn }: SystemKey) {
  return { id, client, system, label, createdAt, expiresAt, revokedAt, lastUsedOn }
}

function textOf(value: Values[string]): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function timeOf(value: Values[string], option: string): Date | null {
  const text = textOf(value)
  if (text === undefined) return null
  const at = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
    ? new Date(text)
    : new Date(Number.NaN)
  if (Number.isNaN(at.getTime())) throw new ApiError(422, 'time_unreadable', { param: option })
  return at
}

function hoursOf(value: Values[string]): number {
  const text = textOf(value) ?? '24'
  const hours = Number(text)
  if (!/^\d{1,3}(\.\d+)?$/.test(text) || hours > 720)
    throw new ApiError(422, 'number_unreadable', { param: '--grace-hours' })
  return hours
}
