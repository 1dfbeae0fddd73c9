/** What crosses the wire about conditions of a gate. */
import { z } from 'zod'
import { id, instant, slug } from './contract.ts'

/** Each is shown beside the gate; `required`: releasing a version without it takes reasons of its own. */
export const gateConditionIds = ['dataSheet', 'pairedPrompts'] as const
export type GateConditionId = (typeof gateConditionIds)[number]

export const gatePolicies = ['required', 'shown'] as const
export type GatePolicies = Readonly<Record<GateConditionId, (typeof gatePolicies)[number]>>

export const gateConditionStates = ['met', 'missing', 'failed'] as const

export const gateConditionsParams = z.object({ id: slug })
export const gateConditionsQuery = z.object({ version: id.optional() })

export const gateConditionView = z.object({
  condition: z.enum(gateConditionIds),
  policy: z.enum(gatePolicies),
  state: z.enum(gateConditionStates),
  /** When it came to be so, and the record that shows it; null while it is missing. */
  asOf: instant.nullable(),
  record: z.string().nullable(),
  sentence: z.string(),
})
export type GateConditionView = z.output<typeof gateConditionView>
export const gateConditionList = z.object({ version: z.string().nullable(), conditions: z.array(gateConditionView) })
export type GateConditionList = z.output<typeof gateConditionList>
