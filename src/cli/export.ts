/** `waarborg export organisation`: what is on record, as a file that `waarborg apply` reads. */
import { chooseTenant } from '../access/index.ts'
import { ApiError } from '../platform/http.ts'
import { loadRegister, organisationYaml } from '../records/index.ts'
import { exportOrganisation, isRecordsTextKey, recordsText } from '../records/rules.ts'
import type { Command } from './command.ts'
import { scopeOf } from './stop.ts'

export const command: Command = {
  name: 'export',
  summary: {
    nl: 'Schrijf de organisatie uit het register terug als bestand.',
    en: 'Write the organisation on record back as a file.',
  },
  usage: 'organisation [--json]',
  options: {
    tenant: {
      type: 'string',
      help: { nl: 'organisatie, als er meer dan één is', en: 'organisation, if there is more than one' },
    },
  },
  async run(io, { values, positionals }) {
    if (positionals.length !== 1 || positionals[0] !== 'organisation') {
      io.stderr.write(`${recordsText(io.language, 'export.what')}\n`)
      return 2
    }
    const store = await io.openStore(values)
    try {
      const wanted = typeof values.tenant === 'string' ? values.tenant : (store.settings.tenant ?? undefined)
      const tenant = await chooseTenant(store.database, wanted, store.operator)
      const now = new Date()
      const organisation = exportOrganisation(
        await store.database.inTx(scopeOf(store, tenant), (tx) => loadRegister(tx, store.keys, [], now), {
          readOnly: true,
        }),
        now,
      )
      if (organisation === null) throw new ApiError(404, 'tenant_none')
      io.stdout.write(values.json ? `${JSON.stringify(organisation, null, 2)}\n` : organisationYaml(organisation))
      return 0
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const key = `error.${error.code}`
      io.stderr.write(
        `${isRecordsTextKey(key) ? recordsText(io.language, key, error.values) : error.code} (${error.code})\n`,
      )
      return 2
    } finally {
      await store.close()
    }
  },
}
