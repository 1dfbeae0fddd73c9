/** Signing in, people with their roles and qualifications, keys of systems, links to the portal. */
import type { Route } from '../platform/http.ts'
import { codeRoutes } from './io/code-routes.ts'
import { factorRoutes } from './io/factor-routes.ts'
import { keyRoutes, linkRoutes } from './io/key-routes.ts'
import { oidcRoutes } from './io/oidc-routes.ts'
import { passkeyRoutes } from './io/passkey-routes.ts'
import { passwordRoutes } from './io/password-routes.ts'
import { peopleRoutes } from './io/people-routes.ts'
import type { AccessDeps } from './io/route-deps.ts'
import { sessionRoutes } from './io/session-routes.ts'
import { viewRoutes } from './io/view-routes.ts'

export type { AccessDeps }

export function routes(deps: AccessDeps): Route[] {
  return [
    ...sessionRoutes(deps),
    ...passwordRoutes(deps),
    ...factorRoutes(deps),
    ...passkeyRoutes(deps),
    ...oidcRoutes(deps),
    ...peopleRoutes(deps),
    ...keyRoutes(deps),
    ...linkRoutes(deps),
    ...viewRoutes(deps),
    ...codeRoutes(deps),
  ]
}
