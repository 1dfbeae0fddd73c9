/** What crosses the wire about gates and oversight. */
import { z } from 'zod'
import { id, instant, slug } from '../records/contract.ts'

export const systemParams = z.object({ id: slug })
export const overseerParams = z.object({ id: slug, person: id })

export const gateReply = z.object({
  gate: id,
  system: slug,
  version: z.string(),
  decision: z.string(),
  validUntil: instant,
  by: z.string(),
})
export const overseerReply = z.object({ oversight: id, system: slug, person: id, until: instant.nullable() })
export const overseerEnded = z.object({ system: slug, person: id })
