/** What a source says about a recording beside its words: it must not exist, or the customer objects. */
import type { Place } from './contract.ts'
import { type Refusal, refuse } from './outcome.ts'
import type { JsonValue } from './strict-json.ts'

const plainlyNo: readonly string[] = ['', '0', 'false', 'no', 'nee', 'n']

/** What stands there and is not plainly "no" counts: a flag that cannot be read protects the customer. */
export function saysYes(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && !plainlyNo.includes(String(value).trim().toLowerCase())
}

/** The source's own "no", which holds for replay too: nothing of its words is used. */
export function refusedBySource(
  said: { readonly noRecording?: boolean; readonly objection?: boolean },
  place: Place,
): Refusal | undefined {
  if (said.noRecording) return refuse(place, 'no_recording')
  if (said.objection) return refuse(place, 'objected')
  return undefined
}
