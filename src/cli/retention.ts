/**
 * `waarborg retention run`: what is past its term goes now; `waarborg retention ledger`: so do entries of the ledger. With
 * --dry-run they only say what would go. `waarborg retention rewrite`: what was erased goes from the files of the private
 * database server too.
 */

import { chooseTenant } from '../access/index.ts'
import { pruneLedger } from '../ledger/index.ts'
import { LedgerError, ledgerText } from '../ledger/rules.ts'
import { ApiError } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { entriesKept, runRetention } from '../privacy/index.ts'
import { rightsText } from '../privacy/rules.ts'
import { backupsUntil } from './application/backups.ts'
import type { Command, ExitCode, Io, Store, Values } from './command.ts'
import { keepingRefusal } from './keeping/refusal.ts'
import { rewriteErased } from './keeping/rewrite.ts'
import { keepingText } from './keeping/text.ts'

export const command: Command = {
  name: 'retention',
  summary: {
    nl: 'Wis wat langer is bewaard dan mag; wat is vastgehouden, blijft.',
    en: 'Delete what was kept longer than its term; what is on hold stays.',
  },
  usage: 'run|ledger|rewrite [--dry-run] [--tenant ID]',
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
    const [what = '', ...more] = positionals
    if (!['run', 'ledger', 'rewrite'].includes(what) || more.length > 0) {
      io.stderr.write(`${rightsText(io.language, 'cli.retention.usage')}\n`)
      return 2
    }
    const store = await io.openStore(values)
    try {
      if (what === 'ledger') return await endTermOfLedger(io, store, values)
      if (what === 'rewrite') return await rewrite(io, store, values)
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

/** Of the whole log: it is one for all organisations. Exit 1 when the clock cannot be believed, or a tile is damaged. */
async function endTermOfLedger(io: Io, store: Store, values: Values): Promise<ExitCode> {
  const dryRun = values['dry-run'] === true
  const actor = { kind: 'operator', id: store.operator } as const
  try {
    const termDays = store.settings.ledgerDays
    const result = await pruneLedger({
      database: store.database,
      termDays,
      act: () => ({ now: new Date(), ids: randomIds }),
      actor,
      kept: entriesKept(store.database, actor),
      dryRun,
    })
    const { outcome, pruned, kept, damaged } = result
    if (values.json) io.stdout.write(`${JSON.stringify({ dryRun, termDays, ...result })}\n`)
    else {
      const say = (key: Parameters<typeof ledgerText>[1], given: Record<string, number> = {}) =>
        io.stdout.write(`${ledgerText(io.language, key, given)}\n`)
      if (outcome === 'clock_unproven') say('term.clockUnproven')
      else if (pruned === 0) say('term.nothing', { days: termDays })
      else say(dryRun ? 'term.wouldGo' : 'term.gone', { count: pruned, days: termDays })
      if (kept > 0) say('term.kept', { count: kept })
      if (damaged.length > 0) say('term.damaged', { count: damaged.length })
    }
    return outcome === 'clock_unproven' || damaged.length > 0 ? 1 : 0
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    io.stderr.write(`${ledgerText(io.language, `error.${error.code}`)} (${error.code})\n`)
    return 2
  }
}

/** Also tables that are large: whoever types this has chosen the moment. Exit 1 when some were in use. */
async function rewrite(io: Io, store: Store, values: Values): Promise<ExitCode> {
  try {
    const actor = { kind: 'operator', id: store.operator } as const
    const { tables, left } = (await rewriteErased(store.installation, { actor, now: new Date(), whole: true }))!
    if (values.json) io.stdout.write(`${JSON.stringify({ tables, left })}\n`)
    else {
      io.stdout.write(`${keepingText(io.language, 'rewrite.done', { tables: tables.length })}\n`)
      if (left.length > 0) io.stdout.write(`${keepingText(io.language, 'rewrite.left', { tables: left.join(', ') })}\n`)
    }
    return left.length > 0 ? 1 : 0
  } catch (error) {
    return keepingRefusal(io, error)
  }
}
