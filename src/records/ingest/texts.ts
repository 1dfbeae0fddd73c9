/** Problems and deviations as sentences: where, what, and what to do. */
import { createTexts, type Language, type Values } from '../../platform/text.ts'
import type { Deviation, Problem } from './contract.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

type Key = keyof typeof nl & string

export const ingestText = createTexts(nl, en)

/** A sentence for a person; it names the place and never what stands there. */
export function problemMessage(problem: Problem, language: Language): string {
  const params: Record<string, string> = { ...problem.params }
  if (problem.code === 'not_a_conversation') params.kind = kindName(params.kind ?? 'text', language)
  if (problem.code === 'format_unknown' && !params.name) params.name = ingestText(language, 'kind.none')
  if (problem.pointer !== undefined) params.pointer ??= problem.pointer
  return placed(places(problem, language), ingestText(language, `problem.${problem.code}` as Key, params as Values))
}

/** A sentence about a deviation; several of one kind are counted by the caller. */
export function deviationMessage(deviation: Deviation, language: Language): string {
  const detail =
    deviation.code === 'signature_unverified' && `signature.${deviation.detail}` in nl
      ? ingestText(language, `signature.${deviation.detail}` as Key)
      : deviation.detail
  const where = deviation.pointer === '' ? [] : [ingestText(language, 'place.pointer', { pointer: deviation.pointer })]
  return placed(where, ingestText(language, `deviation.${deviation.code}` as Key, { detail }))
}

function kindName(kind: string, language: Language): string {
  return `kind.${kind}` in nl ? ingestText(language, `kind.${kind}` as Key) : kind
}

/** Numbers of lines and bytes are names of places: written without separators of thousands. */
function places(problem: Problem, language: Language): string[] {
  const found: string[] = []
  if (problem.line !== undefined) found.push(ingestText(language, 'place.line', { line: String(problem.line) }))
  if (problem.column !== undefined) found.push(ingestText(language, 'place.column', { column: String(problem.column) }))
  else if (problem.byte !== undefined) found.push(ingestText(language, 'place.byte', { byte: String(problem.byte) }))
  if (problem.pointer !== undefined && problem.pointer !== '')
    found.push(ingestText(language, 'place.pointer', { pointer: short(problem.pointer) }))
  return found
}

/** A pointer a hundred levels deep helps nobody: its start and its end do. */
function short(pointer: string): string {
  return pointer.length <= 120 ? pointer : `${pointer.slice(0, 60)}…${pointer.slice(-40)}`
}

function placed(places: readonly string[], sentence: string): string {
  if (places.length === 0) return sentence
  const where = places.join(', ')
  return `${where[0]!.toUpperCase()}${where.slice(1)}: ${sentence}`
}
