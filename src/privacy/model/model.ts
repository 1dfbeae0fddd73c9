/**
 * A model beside the rules: it may find more, and never takes anything away. What it is (a local file, a server) stands
 * in io/; here is what it must give and how that joins what the rules find.
 */
import { leavesOf } from '../json-leaves.ts'
import type { Finding, Label, Language, Part, RedactionOptions } from '../personal-data.ts'

/** A stretch of one text, in UTF-16 code units, end exclusive. */
export type ModelSpan = {
  readonly start: number
  readonly end: number
  readonly label: Label
  readonly confidence: number
  /** Which of several models found it; absent: the one that was asked. */
  readonly model?: string
}

/**
 * Finds personal data in texts: one list for each, in the same order. May be called concurrently; the same texts give the
 * same spans. Rejects with a coded error when it cannot answer, also when it would take too long; it never answers for
 * a part of the texts.
 */
export interface NameModel {
  /** `<name>@<first 12 of the SHA-256 of its files>`; a server has its own version. Stands in reasons. */
  readonly id: string
  find(texts: readonly string[], language: Language): Promise<readonly (readonly ModelSpan[])[]>
  close(): Promise<void>
}

export type ModelFault = 'model_failed' | 'model_timeout' | 'model_answer' | 'model_changed'

/** The model did not answer, or not in a way that can be used. The gateway: `safeguard_unavailable`. */
export class ModelFailed extends Error {
  override readonly name = 'ModelFailed'
  readonly code: ModelFault
  constructor(code: ModelFault, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** What happens when the model fails: nothing leaves, or the rules alone decide. */
export type OnFailure = 'refuse' | 'rules_only'

/**
 * The options with what the model found in these parts, as findings with reason `model:<id>`. Of JSON only the strings are
 * read, keys and numbers are the rules' work. Errors: `ModelFailed`.
 */
export async function withModel(
  parts: readonly Part[],
  options: RedactionOptions,
  model: NameModel,
): Promise<RedactionOptions> {
  const leaves = parts.map((part) =>
    (part.kind === 'name' ? [] : leavesOf(part.text)).filter(
      ({ kind, text }) => kind === 'string' && text.trim() !== '',
    ),
  )
  const texts = leaves.flatMap((own) => own.map(({ text }) => text))
  if (texts.length === 0) return options
  const found = await model.find(texts, options.languages[0] ?? 'nl')
  if (found.length !== texts.length) throw new ModelFailed('model_answer')
  let at = 0
  const extra = leaves.map((own) =>
    own.flatMap((leaf) =>
      found[at++]!.map(({ start, end, label, confidence, model: by }): Finding => {
        if (!isPlace(start, end, leaf.text.length) || !(confidence >= 0 && confidence <= 1))
          throw new ModelFailed('model_answer')
        return { start: leaf.place(start), end: leaf.place(end), label, confidence, reason: `model:${by ?? model.id}` }
      }),
    ),
  )
  return { ...options, extra }
}

const isPlace = (start: number, end: number, length: number): boolean =>
  Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= length
