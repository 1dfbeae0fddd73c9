/** Consent events as they go over the wire. */
import type { z } from 'zod'
import type { ConsentEvent } from './consent.ts'
import type { consentEventView } from './contract.ts'

/** An event as it goes over the wire. */
export function viewOf(event: ConsentEvent): z.input<typeof consentEventView> {
  const { version, language, channel, notice, sha256 } = event.wording
  return {
    id: event.id,
    purpose: event.purpose,
    system: event.system,
    state: event.state,
    at: event.at,
    expiresAt: event.expiresAt ?? null,
    by: event.by,
    wording: {
      version,
      language,
      channel,
      notice: notice ?? null,
      sha256: sha256 ?? null,
      onFile: sha256 !== undefined,
    },
    conversation: event.conversation ?? null,
  }
}
