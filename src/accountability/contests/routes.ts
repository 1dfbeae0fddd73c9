/** Figures of how contested decisions are looked at again. */
import type { Database } from '../../platform/database.ts'
import { type Route, route } from '../../platform/http.ts'
import { contestFigures, contestFiguresQuery, FEWEST_CASES, FEWEST_REVIEWERS } from './contract.ts'
import { figuresOf } from './figures.ts'
import { contestCells } from './io/read.ts'

export const contestFigureReaders = ['ethics_officer', 'dpo', 'auditor'] as const

const yearIn = (at: Date): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Amsterdam', year: 'numeric' }).format(at)

export function routes({ database }: { readonly database: Database }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/contests/statistics',
      summary: {
        nl: 'Hoe aanvechtingen van een jaar bekeken zijn: cijfers van een team, nooit van een persoon.',
        en: 'How contests of a year were looked at: figures of a team, never of a person.',
      },
      allow: contestFigureReaders,
      query: contestFiguresQuery,
      reply: contestFigures,
      events: [],
      handle: ({ caller, query: { client, year = null }, now }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const asked = year ?? yearIn(now)
            const { total, systems } = figuresOf(await contestCells(tx, { client, year: Number(asked) }))
            return {
              client,
              year: asked,
              fewestCases: FEWEST_CASES,
              fewestReviewers: FEWEST_REVIEWERS,
              total,
              systems: [...systems],
            }
          },
          { readOnly: true },
        ),
    }),
  ]
}
