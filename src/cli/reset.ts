/** `waarborg reset demo`: takes the demonstration's data away, so that the next start makes them anew. */
import { existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { serverHome } from '../platform/io/server.ts'
import type { Command } from './command.ts'
import { demonstrationState } from './demonstration.ts'
import { openInstallation, servingProcess } from './installation.ts'
import { settingsOf } from './main.ts'
import { cliText } from './text.ts'

export const command: Command = {
  name: 'reset',
  summary: {
    nl: 'Haal de gegevens van de voorbeeldorganisatie weg.',
    en: 'Remove the data of the demonstration organisation.',
  },
  usage: 'demo',
  options: {},
  async run(io, { values, positionals }) {
    const say = (key: Parameters<typeof cliText>[1], given: Record<string, string | number> = {}) =>
      io.stderr.write(`${cliText(io.language, key, given)}\n`)
    if (positionals.length !== 1 || positionals[0] !== 'demo') {
      say('reset.what')
      return 2
    }
    const settings = settingsOf(values, io.env)
    const folder = resolve(settings.data)
    const pid = servingProcess(folder)
    if (pid !== undefined) {
      say('reset.running', { pid: String(pid) })
      return 3
    }
    if (settings.databaseUrl !== null) {
      say('reset.ownDatabase')
      return 3
    }
    if (!existsSync(folder)) {
      say('reset.nothing')
      return 0
    }
    const installation = await openInstallation(settings)
    const state = await demonstrationState(installation)
    await installation.close({ stopServer: 'always' })
    // Someone's own organisation is never thrown away by a command about the demonstration.
    if (state === 'other-organisation') {
      say('reset.otherOrganisation')
      return 3
    }
    rmSync(serverHome(folder), { recursive: true, force: true })
    for (const name of [
      'ledger',
      'keys',
      'postgres',
      'pg-lib',
      'run',
      'demonstration.done',
      'demonstration.progress',
      'demonstration-keys.json',
      'waarborg.lock',
    ])
      rmSync(join(folder, name), { recursive: true, force: true })
    if (values.json) io.stdout.write(`${JSON.stringify({ reset: true })}\n`)
    else io.stdout.write(`${cliText(io.language, 'reset.done')}\n`)
    return 0
  },
}
