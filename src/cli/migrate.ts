import type { Command } from './command.ts'
import { cliText } from './text.ts'

export const command: Command = {
  name: 'migrate',
  summary: { nl: 'Breng de database op de stand van deze versie.', en: 'Bring the database up to this release.' },
  usage: '',
  options: {},
  async run(io, { values }) {
    const store = await io.openStore(values)
    try {
      const { migrated } = store.installation
      if (values.json) io.stdout.write(`${JSON.stringify({ applied: migrated })}\n`)
      else if (migrated.length === 0) io.stdout.write(`${cliText(io.language, 'migrate.none')}\n`)
      else io.stdout.write(`${cliText(io.language, 'migrate.done', { list: migrated.join(', ') })}\n`)
      return 0
    } finally {
      await store.close()
    }
  },
}
