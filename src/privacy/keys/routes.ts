/** The route behind the page on keys and backups. */
import { findEntries } from '../../ledger/index.ts'
import type { Database, Tx } from '../../platform/database.ts'
import { type Route, route } from '../../platform/http.ts'
import { type EpochTerms, erasedFromBackupsOn, type KeyRing, listEpochs } from '../../vault/index.ts'
import { type KeyStanding, keyReaders, keyStanding } from './contract.ts'

export type KeyStandingDeps = { readonly database: Database; readonly ring: KeyRing; readonly terms: EpochTerms }

export function routes({ database, ring, terms }: KeyStandingDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/privacy/keys',
      summary: {
        nl: 'Sleutels van de inhoud: tijdvakken, wanneer een oude sleutel wordt vernietigd, laatste back-ups.',
        en: 'Keys of contents: epochs, when an old key is destroyed, last backups.',
      },
      allow: keyReaders,
      reply: keyStanding,
      events: [],
      handle: ({ caller, now }) =>
        database.inTx(caller.scope, (tx) => standingOf(tx, ring, terms, now), { readOnly: true }),
    }),
  ]
}

async function standingOf(tx: Tx, ring: KeyRing, terms: EpochTerms, now: Date): Promise<KeyStanding> {
  const epochs = await listEpochs(tx)
  const backups = await entriesOf(tx, 'backup.completed')
  const database = backups.find(({ body }) => body.kind === 'database')
  const keys = backups.find(({ body }) => body.kind === 'keys')
  const restore = (await entriesOf(tx, 'installation.restored'))[0]
  return {
    root: ring.rootKind,
    epochs: epochs.map(({ epoch, begunAt, leftAt, destroyedAt, keys: count }) => ({
      epoch,
      begunAt: begunAt.toISOString(),
      leftAt: leftAt?.toISOString() ?? null,
      destroyOn:
        leftAt === null || destroyedAt !== null
          ? null
          : new Date(leftAt.getTime() + terms.backupDays * 86_400_000).toISOString(),
      destroyedAt: destroyedAt?.toISOString() ?? null,
      keys: count,
    })),
    epochDays: terms.epochDays,
    backupDays: terms.backupDays,
    erasedFromBackupsOn: (await erasedFromBackupsOn(tx, terms, now)).toISOString(),
    lastBackup: database
      ? { at: database.at, rows: Number(database.body.rows), entries: Number(database.body.entries) }
      : null,
    lastKeyBackup: keys ? { at: keys.at, keys: Number(keys.body.keys) } : null,
    lastRestore: restore ? { at: restore.at, backup: String(restore.body.backup) } : null,
  }
}

async function entriesOf(tx: Tx, type: string): Promise<{ at: string; body: Record<string, unknown> }[]> {
  const entries = await findEntries(tx, { type }, { limit: 50 })
  return entries.map(({ at, payload }) => ({
    at,
    body: (JSON.parse(Buffer.from(payload).toString('utf8')) as { body: Record<string, unknown> }).body,
  }))
}
