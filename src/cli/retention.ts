/** `waarborg retention run`: what is past its term goes now; with --dry-run it only says what would go. */

import { chooseTenant } from '../access/index.ts'
import { ApiError } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { runRetention } from '../privacy/index.ts'
import { rightsText } from '../privacy/rules.ts'
import { backupsUntil } from './application/backups.ts'
import type { Command } from './command.ts'

export const command: Command = {
  name: 'retention',
  summary: {
    nl: 'Wis wat langer is bewaard dan mag; wat is vastgehouden, blijft.',
    en: 'Delete what was kept longer than its term; what is on hold stays.',
  },
  usage: 'run [--dry-run] [--tenant ID]',
  options: {
    'dry-run': {
      type: 'boolean',
      help: { nl: 'zeg alleen wat er zou gaan', en: 'only say what would go' },
    },
    tenant: {
      type: 'string',
      help: { nl: 'organisatie, als er meer dan één is', en: 'organisation, if there is more than one' },
    },
  },
  async run(io, { values, positionals }) {
    if (positionals.length !== 1 || positionals[0] !== 'run') {
      io.stderr.write(`${rightsText(io.language, 'cli.retention.usage')}\n`)
      return 2
    }
    const store = await io.openStore(values)
    try {
      const wanted = typeof values.tenant === 'string' ? values.tenant : (store.settings.tenant ?? undefined)
      const tenant = await chooseTenant(store.database, wanted, store.operator)
      const dryRun = values['dry-run'] === true
      const result = await runRetention(
        store.database,
        { tenant, clients: '*', actor: { kind: 'operator', id: store.operator } },
        { act: () => ({ now: new Date(), ids: randomIds }), dryRun, backupsUntil: backupsUntil(store.settings) },
      )
      if (values.json) io.stdout.write(`${JSON.stringify({ tenant, dryRun, ...result })}\n`)
      else {
        for (const { kind, client, purpose, n } of result.counts)
          io.stdout.write(
            `${rightsText(io.language, 'cli.retention.line', { kind: rightsText(io.language, `retention.kind.${kind}`), client, purpose: purpose ?? '–', count: n })}\n`,
          )
        if (result.counts.length === 0) io.stdout.write(`${rightsText(io.language, 'cli.retention.nothing')}\n`)
        if (result.kept > 0)
          io.stdout.write(`${rightsText(io.language, 'cli.retention.kept', { count: result.kept })}\n`)
      }
      return 0
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      io.stderr.write(`${error.code}\n`)
      return 2
    } finally {
      await store.close()
    }
  },
}
