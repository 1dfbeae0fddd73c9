/** Pages on today, AI systems, conversations and hand-offs. */
import type { Hono } from 'hono'
import { keptFor } from '../context.ts'
import { type ConsoleKit, param } from '../kit.ts'
import { loadRecogniser } from '../privacy/samples/recogniser.tsx'
import { mountVault } from '../vault/pages.tsx'
import { systemOf } from './addressed-system.ts'
import { Conversation, loadConversation } from './conversation.tsx'
import { Conversations, filtersOf, loadConversations } from './conversations.tsx'
import { HandOffs, loadHandOffs } from './hand-offs.tsx'
import { type Done, System } from './system.tsx'
import { loadSystems, Systems } from './systems.tsx'
import { loadToday, Today } from './today.tsx'
import { mountWords } from './words-pages.tsx'

export function mountRecords(app: Hono, kit: ConsoleKit): void {
  const { page, act, deps } = kit
  app.get(
    '/console/today',
    page(
      (api) => loadToday(api, deps.now()),
      (cx, view) => Today({ cx, view }),
    ),
  )
  app.get(
    '/console/systems',
    page(loadSystems, (cx, systems) => Systems({ cx, systems })),
  )
  app.get(
    '/console/systems/:id',
    page(
      async (api, c) => {
        const [system, recogniser] = await Promise.all([systemOf(api, c), loadRecogniser(api)])
        return { system, recogniser }
      },
      (cx, data, c) => System({ cx, ...data, done: c.req.query('done') as Done }),
    ),
  )
  app.get(
    '/console/conversations',
    page(
      async (api, c) => {
        const filters = filtersOf(c.req.query())
        return {
          filters,
          before: c.req.query('before'),
          ...(await loadConversations(api, filters, c.req.query('before'))),
        }
      },
      (cx, data) => Conversations({ cx, ...data }),
    ),
  )
  // Before the address of one conversation, which would fit it too.
  mountWords(app, kit)
  mountVault(app, kit)
  app.get(
    '/console/conversations/:id',
    page(
      (api, c) => loadConversation(api, param(c, 'id')),
      (cx, data, c) => {
        const kept = keptFor(cx, `/console/conversations/${param(c, 'id')}/reveal`)
        return Conversation({ cx, ...data, ...(kept ? { reveal: { values: kept } } : {}) })
      },
    ),
  )
  app.get(
    '/console/hand-offs',
    page(loadHandOffs, (cx, data, c) => {
      const done = c.req.query('done')
      return HandOffs({ cx, ...data, done: done === 'accepted' || done === 'completed' ? done : undefined })
    }),
  )
  for (const [verb, done] of [
    ['accept', 'accepted'],
    ['complete', 'completed'],
  ] as const)
    app.post(
      `/console/hand-offs/:id/${verb}`,
      act(
        async (api, _, c) => {
          await api.post(`/api/hand-offs/${encodeURIComponent(param(c, 'id'))}/${verb}`)
          return `/console/hand-offs?done=${done}`
        },
        async (cx, api, _, error) => HandOffs({ cx, ...(await loadHandOffs(api)), done: undefined, error }),
      ),
    )
}
