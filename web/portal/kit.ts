/** What the pages of the portal are mounted with. */
import type { Context } from 'hono'
import type { Api } from '../api.ts'
import type { PagesDeps } from '../console/kit.ts'
import type { PortalContext } from './context.ts'

export type PortalParts = {
  readonly deps: PagesDeps
  readonly contextOf: (c: Context) => PortalContext
  readonly page: <T>(
    load: (api: Api, c: Context) => Promise<T>,
    view: (cx: PortalContext, data: T, c: Context) => unknown,
  ) => (c: Context) => Promise<Response>
  readonly answerFailure: (c: Context, error: unknown) => Promise<Response>
}
