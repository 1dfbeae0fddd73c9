/** The routes of this folder. */
import type { Route } from '../platform/http.ts'
import { type AuditDeps, auditRoutes } from './audits/routes.ts'
import { monitorRoutes } from './monitors/routes.ts'
import { type PromptDeps, promptRoutes } from './prompts/routes.ts'
import { sheetRoutes } from './sheets/routes.ts'

export function routes(deps: AuditDeps & PromptDeps): Route[] {
  return [...auditRoutes(deps), ...monitorRoutes(deps), ...sheetRoutes(deps), ...promptRoutes(deps)]
}
