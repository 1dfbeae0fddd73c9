/** How the keys that protect contents stand: epochs and backups. Never a key. */
import { z } from 'zod'
import type { Role } from '../../platform/http.ts'

export const keyReaders: readonly Role[] = ['administrator', 'ethics_officer', 'dpo', 'auditor']

const instant = z.iso.datetime()

export const epochView = z.object({
  epoch: z.int(),
  begunAt: instant,
  leftAt: instant.nullable(),
  /** When its key is destroyed; null while it is in use, and once that has happened. */
  destroyOn: instant.nullable(),
  destroyedAt: instant.nullable(),
  /** Living keys of persons wrapped under it, as far as the reader's scope goes. */
  keys: z.int(),
})

export const keyStanding = z.object({
  root: z.enum(['file', 'setting', 'kms']),
  epochs: z.array(epochView),
  epochDays: z.number(),
  backupDays: z.number(),
  /** From this day nothing of a person who is erased now can be read in any backup. */
  erasedFromBackupsOn: instant,
  /** The last one on record; null: never. */
  lastBackup: z.object({ at: instant, rows: z.int(), entries: z.int() }).nullable(),
  lastKeyBackup: z.object({ at: instant, keys: z.int() }).nullable(),
  lastRestore: z.object({ at: instant, backup: z.string() }).nullable(),
})
export type KeyStanding = z.output<typeof keyStanding>
