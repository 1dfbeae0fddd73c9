/** `waarborg backup`: the database with a copy of the ledger in one folder; the keys, if asked, in another. */
import { resolve } from 'node:path'
import type { Command } from './command.ts'
import { backUp, recordKept } from './keeping/back-up.ts'
import { backUpKeys } from './keeping/key-backup.ts'
import { keepApart } from './keeping/manifest.ts'
import { KeepingError } from './keeping/problem.ts'
import { keepingRefusal } from './keeping/refusal.ts'
import { keepingText } from './keeping/text.ts'
import { version } from './main.ts'

export const command: Command = {
  name: 'backup',
  summary: {
    nl: 'Maak een back-up van de database met het controlelogboek; de sleutels apart.',
    en: 'Make a backup of the database with the ledger; of the keys apart.',
  },
  usage: '--out FOLDER [--keys-out FOLDER]',
  options: {
    out: { type: 'string', help: { nl: 'Lege map voor de back-up.', en: 'Empty folder for the backup.' } },
    'keys-out': {
      type: 'string',
      help: { nl: 'Andere map, voor de sleutels.', en: 'Another folder, for the keys.' },
    },
  },
  async run(io, { values }) {
    try {
      if (typeof values.out !== 'string' || values.out === '')
        throw new KeepingError('out_missing', { option: '--out' })
      const out = resolve(values.out)
      const keysOut = typeof values['keys-out'] === 'string' ? resolve(values['keys-out']) : undefined
      if (keysOut !== undefined) keepApart(out, keysOut)
      const store = await io.openStore(values)
      try {
        const about = { release: version(), now: new Date(), operator: store.operator }
        const { manifest, sha256 } = await backUp(store.installation, out, about)
        const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
        if (keysOut !== undefined) {
          const { files } = await backUpKeys(store.installation, keysOut, about)
          const body = { kind: 'keys', keys: files.length }
          await recordKept(store.installation, 'backup.completed', store.operator, about.now, body)
        }
        if (values.json)
          io.stdout.write(
            `${JSON.stringify({ out, at: manifest.at, tables: manifest.tables.length, rows, entries: manifest.ledger.size, manifestSha256: sha256, keysOut: keysOut ?? null })}\n`,
          )
        else {
          const counts = { out, rows, tables: manifest.tables.length, entries: manifest.ledger.size }
          io.stdout.write(`${keepingText(io.language, 'backup.done', counts)}\n`)
          if (keysOut === undefined) io.stdout.write(`${keepingText(io.language, 'backup.withoutKeys')}\n`)
          else io.stdout.write(`${keepingText(io.language, 'keys.backedUp', { out: keysOut })}\n`)
        }
        return 0
      } finally {
        await store.close()
      }
    } catch (error) {
      return keepingRefusal(io, error)
    }
  },
}
