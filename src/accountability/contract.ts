/** What crosses the wire about stop orders. */
import { z } from 'zod'
import { id, instant, slug, stopReasons } from '../records/contract.ts'

export const systemParams = z.object({ id: slug })
export const clientParams = z.object({ id: slug })

export const stopReply = z.object({ stop: id, at: instant, reason: z.enum(stopReasons) })
export const resumeReply = z.object({ stop: id, at: instant, minutes: z.number().int() })
