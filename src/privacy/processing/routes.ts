/** The record of processing activities, to read and to take along. */
import type { Database, Tx } from '../../platform/database.ts'
import { type Route, readers, route } from '../../platform/http.ts'
import { loadRegister } from '../../records/index.ts'
import type { KeyRing } from '../../vault/index.ts'
import { processingActivities, processingCsv } from './activity.ts'
import { processingExport, processingExportQuery, processingRecordView } from './contract.ts'

export function processingRoutes({ database, ring }: { readonly database: Database; readonly ring: KeyRing }): Route[] {
  const load = async (tx: Tx, now: Date) => {
    const register = await loadRegister(tx, ring, [], now)
    return { organisation: register.tenant?.name ?? '', activities: processingActivities(register, now) }
  }
  return [
    route({
      method: 'GET',
      path: '/api/privacy/purposes',
      summary: {
        nl: 'Verwerkingsregister: per doel de grondslag, gegevens, ontvangers, termijnen en wat ontbreekt.',
        en: 'Record of processing: per purpose its basis, data, recipients, terms, and what is missing.',
      },
      allow: readers,
      reply: processingRecordView,
      events: [],
      handle: ({ caller, now }) => database.inTx(caller.scope, (tx) => load(tx, now), { readOnly: true }),
    }),
    route({
      method: 'GET',
      path: '/api/privacy/purposes/export',
      summary: {
        nl: 'Het verwerkingsregister als tekst van een bestand: CSV of JSON.',
        en: 'The record of processing as the text of a file: CSV or JSON.',
      },
      allow: readers,
      query: processingExportQuery,
      reply: processingExport,
      events: [],
      handle: async ({ caller, query: { format }, now, language }) => {
        const record = await database.inTx(caller.scope, (tx) => load(tx, now), { readOnly: true })
        return {
          format,
          name: `waarborg-processing-${now.toISOString().slice(0, 10)}.${format}`,
          text:
            format === 'csv'
              ? processingCsv(record.activities, language)
              : `${JSON.stringify({ madeAt: now.toISOString(), ...record }, null, 2)}\n`,
        }
      },
    }),
  ]
}
