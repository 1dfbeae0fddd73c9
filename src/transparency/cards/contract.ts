/** Shapes of the system card: what anybody may read about one AI system. */
import { z } from 'zod'
import { clientProfile, slug } from '../../records/contract.ts'
import { noticeSection } from '../notices/contract.ts'

export const systemStates = ['in_use', 'stopped', 'not_released', 'prohibited'] as const

export const systemCardParams = z.object({ system: slug })
export const systemCardQuery = z.object({ client: slug })
export const systemCard = z.object({
  organisation: z.string(),
  client: z.object({ id: slug, name: z.string() }),
  contact: clientProfile.shape.contact,
  system: z.object({
    id: slug,
    name: z.string(),
    state: z.enum(systemStates),
    stateWord: z.string(),
    version: z.string().nullable(),
  }),
  /** In the order in which people read them; what is not known is a sentence too. */
  sections: z.array(noticeSection),
})
export type SystemCard = z.output<typeof systemCard>

/** The conclusion of the last fairness audits of a system; the worst of them counts. */
export type LastAudit = {
  readonly at: Date
  readonly verdict: 'difference_found' | 'cannot_tell' | 'no_relevant_difference'
}
