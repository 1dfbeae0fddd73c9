/** How every reader ends: a refusal with its place, a list of deviations short enough to print, what counts as content. */
import type {
  Deviation,
  ImportedParty,
  ImportedRecording,
  ImportedTurn,
  Place,
  Problem,
  ProblemCode,
} from './contract.ts'
import { canonicalJson } from './strict-json.ts'

export type Refusal = { readonly kind: 'refused'; readonly problem: Problem }

export function refuse(place: Place, code: ProblemCode, more: Omit<Partial<Problem>, 'code' | 'file'> = {}): Refusal {
  const pointer = place.within === undefined ? more.pointer : `${place.within}${more.pointer ?? ''}`
  return {
    kind: 'refused',
    problem: {
      code,
      file: place.file,
      ...(place.line === undefined ? {} : { line: place.line }),
      ...more,
      ...(pointer === undefined ? {} : { pointer }),
    },
  }
}

/** At most `most` deviations; what is left out is counted in the last one. */
export function capped(deviations: readonly Deviation[], most: number): Deviation[] {
  if (deviations.length <= most) return [...deviations]
  return [
    ...deviations.slice(0, most),
    { code: 'more_deviations', pointer: '', detail: String(deviations.length - most) },
  ]
}

/** Canonical text of who said what: labels, attachments and the names of fields may change without a conflict. */
export function contentOf(
  parties: readonly ImportedParty[],
  turns: readonly ImportedTurn[],
  recordings: readonly ImportedRecording[],
): string {
  return canonicalJson([
    parties.map((party) => [
      party.role,
      party.name ?? null,
      party.tel ?? null,
      party.mailto ?? null,
      party.uuid ?? null,
    ]),
    turns.map((turn) => [turn.party, turn.at ?? turn.offsetMs ?? null, turn.text]),
    recordings.map((recording) => [recording.url ?? null, recording.contentHash ?? null, recording.at ?? null]),
  ])
}
