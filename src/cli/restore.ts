/** `waarborg restore`: puts a backup back into an empty data folder, checks it, and erases again who was erased since. */
import { resolve } from 'node:path'
import type { Command } from './command.ts'
import { operatorName } from './installation.ts'
import { KeepingError } from './keeping/problem.ts'
import { putBack } from './keeping/put-back.ts'
import { keepingRefusal } from './keeping/refusal.ts'
import { keepingText } from './keeping/text.ts'
import { settingsOf } from './main.ts'

export const command: Command = {
  name: 'restore',
  summary: {
    nl: 'Zet een back-up terug in een lege datamap.',
    en: 'Put a backup back into an empty data folder.',
  },
  usage: 'BACKUP --keys FOLDER --data NEW [--ledger FOLDER]',
  options: {
    keys: {
      type: 'string',
      help: { nl: 'Back-up van de sleutels, of de sleutelmap.', en: 'Backup of the keys, or the key folder.' },
    },
    ledger: {
      type: 'string',
      help: {
        nl: 'Nieuwste kopie van het controlelogboek: dan gaat er geen regel verloren.',
        en: 'Newest copy of the ledger: then no entry is lost.',
      },
    },
  },
  async run(io, { values, positionals }) {
    try {
      const [backup] = positionals
      if (backup === undefined || positionals.length > 1) throw new KeepingError('out_missing', { option: 'BACKUP' })
      if (typeof values.keys !== 'string') throw new KeepingError('out_missing', { option: '--keys' })
      if (typeof values.data !== 'string') throw new KeepingError('out_missing', { option: '--data' })
      const ledger = typeof values.ledger === 'string' ? resolve(values.ledger) : undefined
      const done = await putBack(
        settingsOf(values, io.env),
        { backup: resolve(backup), keys: resolve(values.keys), ledger },
        { now: new Date(), operator: operatorName() },
      )
      if (values.json) io.stdout.write(`${JSON.stringify(done)}\n`)
      else {
        const say = (key: Parameters<typeof keepingText>[1], given: Record<string, string | number> = {}) =>
          io.stdout.write(`${keepingText(io.language, key, given)}\n`)
        say('restore.done', { rows: done.rows, entries: done.entries, at: done.at })
        if (done.entriesAdded > 0) say('restore.added', { entries: done.entriesAdded })
        if (done.erasedAgain > 0) say('restore.erased', { subjects: done.erasedAgain })
        if (done.unreadable > 0) say('restore.unreadable', { subjects: done.unreadable })
        if (ledger === undefined) say('restore.withoutLedger', { at: done.at })
      }
      return 0
    } catch (error) {
      return keepingRefusal(io, error)
    }
  },
}
