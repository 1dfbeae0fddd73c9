/** Pages on the keys of AI systems. */
import type { Hono } from 'hono'
import type { MeView } from '../../../src/access/contract.ts'
import { sendPage } from '../../answer.ts'
import { NotHere } from '../../api.ts'
import { dayStart } from '../../ui/dates.ts'
import { keptFor } from '../context.ts'
import { type ConsoleKit, param } from '../kit.ts'
import { Keys, loadKeys, type NewKey, RevokeKey } from './keys.tsx'

export function mountKeys(app: Hono, { page, act, contextOf }: ConsoleKit): void {
  app.get(
    '/console/keys',
    page(loadKeys, (cx, data, c) =>
      Keys({
        cx,
        ...data,
        values: keptFor(cx, '/console/keys') ?? {},
        done: c.req.query('done') === 'revoked' ? 'revoked' : undefined,
      }),
    ),
  )
  app.post(
    '/console/keys',
    act(
      async (api, { system = '', label = '', expires }, c) => {
        const expiresAt = expires ? dayStart(expires, 1) : undefined
        const made = await api.post<NewKey>('/api/keys', {
          system,
          label: label.trim(),
          ...(expiresAt ? { expiresAt } : {}),
        })
        const cx = contextOf(c, await api.get<MeView>('/api/me'))
        // The secret is in this one answer; a reload asks for the form again and shows no key.
        return sendPage(c, Keys({ cx, ...(await loadKeys(api)), made }))
      },
      async (cx, api, values, error) => Keys({ cx, ...(await loadKeys(api)), values, error }),
    ),
  )
  app.get(
    '/console/keys/:key/revoke',
    page(
      async (api, c) => {
        const key = (await loadKeys(api)).keys.find(({ id }) => id === param(c, 'key'))
        if (!key) throw new NotHere('key_unknown')
        return key
      },
      (cx, { id, label }) => RevokeKey({ cx, keyId: id, label }),
    ),
  )
  app.post(
    '/console/keys/:key/revoke',
    act(
      async (api, _, c) => {
        await api.delete(`/api/keys/${encodeURIComponent(param(c, 'key'))}`)
        return '/console/keys?done=revoked'
      },
      async (cx, api, _, error) => Keys({ cx, ...(await loadKeys(api)), error }),
    ),
  )
}
