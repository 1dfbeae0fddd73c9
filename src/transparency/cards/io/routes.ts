/** The card of an AI system, for anybody. */
import { ApiError, type Route, route } from '../../../platform/http.ts'
import { asPublic } from '../../notices/io/routes.ts'
import { stateOf } from '../../public-list.ts'
import type { TransparencyDeps } from '../../routes.ts'
import { transparencyText } from '../../texts.ts'
import { makeCard } from '../card.ts'
import { systemCard, systemCardParams, systemCardQuery } from '../contract.ts'
import { loadCard } from './store.ts'

export function cardRoutes({
  database,
  tenant,
  lastAudit,
}: Pick<TransparencyDeps, 'database' | 'tenant' | 'lastAudit'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/public/systems/:system',
      summary: {
        nl: 'De kaart van één AI-systeem: wat het doet, wat niet, met welke gegevens, en wie ervoor instaat.',
        en: 'The card of one AI system: what it does, what not, with which data, and who answers for it.',
      },
      allow: 'public',
      params: systemCardParams,
      query: systemCardQuery,
      reply: systemCard,
      events: [],
      handle: ({ params, query: { client }, language, now }) =>
        asPublic({ database, tenant, client }, async (tx, organisation) => {
          const facts = await loadCard(tx, organisation, params.system, { now, lastAudit })
          if (facts === undefined) throw new ApiError(404, 'system_unlisted', { param: 'system' })
          const state = stateOf(facts.standing, now)
          return {
            organisation: organisation.organisation,
            client: { id: client, name: organisation.clientName },
            contact: organisation.profile.contact,
            system: {
              id: facts.system.id,
              name: facts.system.name[language],
              state,
              stateWord: transparencyText(language, `system.state.${state}`),
              version: facts.version?.id ?? null,
            },
            sections: makeCard(facts, language),
          }
        }),
    }),
  ]
}
