/** The page on keys and backups. */
import type { Hono } from 'hono'
import type { ConsoleKit } from '../kit.ts'
import { loadProtection, Protection, protectionPath } from './protection.tsx'

export function mountVault(app: Hono, { page }: Pick<ConsoleKit, 'page'>): void {
  app.get(
    protectionPath,
    page(loadProtection, (cx, standing) => <Protection cx={cx} standing={standing} />),
  )
}
