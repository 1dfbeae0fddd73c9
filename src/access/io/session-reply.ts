/** How every route that begins or confirms a session answers. */
import { deviceOf, formatDevice } from '../device.ts'
import type { SessionLimits } from '../session.ts'
import type { StartedSession } from './sessions.ts'

/** The token is in this reply and nowhere else. */
export function sessionReplyOf(
  { token, endsAt, complete }: StartedSession,
  { person, sessions }: { readonly person: string; readonly sessions: SessionLimits },
) {
  return {
    token,
    expiresAt: endsAt.toISOString(),
    idleMinutes: Math.round(sessions.idleMs / 60_000),
    person,
    complete,
  }
}

export const deviceFrom = (header: (name: string) => string | undefined): string =>
  formatDevice(deviceOf(header('user-agent')))
