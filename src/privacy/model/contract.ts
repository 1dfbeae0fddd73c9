/** What is told of the recogniser: the rules, and the model beside them when there is one. */
import { z } from 'zod'

/** Body of `redaction-model.loaded` too. `hash`: SHA-256 over the three files of a folder. */
export const modelFacts = z.object({
  id: z.string(),
  onFailure: z.enum(['refuse', 'rules_only']),
  parts: z.array(z.object({ id: z.string(), kind: z.enum(['folder', 'presidio']), hash: z.string().nullable() })),
})
export type ModelFacts = z.output<typeof modelFacts>

export const recogniserView = z.object({ model: modelFacts.nullable() })
export type RecogniserView = z.output<typeof recogniserView>
