/** `waarborg resume`: lets a stopped AI system, or a whole client, work again. */
import { resumeClient, resumeSystem } from '../accountability/index.ts'
import { accountabilityText, lifters } from '../accountability/rules.ts'
import { randomIds } from '../platform/ids.ts'
import { resumeRequest } from '../records/contract.ts'
import type { Command } from './command.ts'
import { asOperator, scopeOf, targetOf } from './stop.ts'

export const command: Command = {
  name: 'resume',
  summary: { nl: 'Laat een gestopt AI-systeem weer werken.', en: 'Let a stopped AI system work again.' },
  usage: 'SYSTEM | --client CLIENT  --reason TEXT',
  options: {
    reason: { type: 'string', help: { nl: 'waarom het weer mag', en: 'why it may work again' } },
    client: {
      type: 'string',
      help: {
        nl: 'opdrachtgever: hef de stop voor de hele opdrachtgever op',
        en: 'client: lift the stop for the whole client',
      },
    },
    tenant: {
      type: 'string',
      help: { nl: 'organisatie, als er meer dan één is', en: 'organisation, if there is more than one' },
    },
  },
  async run(io, { values, positionals }) {
    const target = targetOf(values, positionals)
    const given = resumeRequest.safeParse({
      reason: typeof values.reason === 'string' ? values.reason.trim() : undefined,
    })
    if (target === undefined || values.reason === undefined || !given.success) {
      io.stderr.write(
        `${accountabilityText(io.language, target === undefined || values.reason === undefined ? 'cli.resume.usage' : 'cli.resume.reason')}\n`,
      )
      return 2
    }
    return asOperator(io, values, async (store, tenant) => {
      const act = { now: new Date(), ids: randomIds }
      // The operator at the machine stands in for every role.
      const resume = { reason: given.data.reason, caller: { id: store.operator, roles: lifters } }
      const { stop, minutes } = await store.database.inTx(scopeOf(store, tenant), (tx) =>
        'system' in target
          ? resumeSystem(tx, { ...resume, system: target.system }, act)
          : resumeClient(tx, { ...resume, client: target.client }, act),
      )
      const name = 'system' in target ? target.system : target.client
      if (values.json) io.stdout.write(`${JSON.stringify({ stop, ...target, at: act.now.toISOString(), minutes })}\n`)
      else
        io.stdout.write(
          `${accountabilityText(io.language, minutes <= 1 ? 'cli.resume.doneOne' : 'cli.resume.done', { system: name, minutes })}\n`,
        )
      return 0
    })
  },
}
