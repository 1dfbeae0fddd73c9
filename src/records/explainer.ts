/** With what decisions of a version are explained: from how a file says it to how the register keeps it, and back. */
import { type DecisionRules, EXPLAINER_FILE_MIB, type VersionExplainer } from './contract.ts'
import type { WantedFile } from './organisation.ts'
import type { OrganisationFile, OrganisationInput } from './organisation-file.ts'
import { type Path, type Problem, problem } from './organisation-problem.ts'

type Written = NonNullable<NonNullable<OrganisationFile['systems'][number]['versions']>[number]['explainer']>
type Input = NonNullable<
  NonNullable<NonNullable<OrganisationInput['systems']>[number]['versions']>[number]['explainer']
>

/** What the register keeps, and the files that belong to it; `resolve` gives paths that hold everywhere. */
export function wantedExplainer(
  one: Written | undefined,
  path: Path,
  resolve: (path: string) => string,
): { readonly explainer: VersionExplainer | null; readonly files: readonly WantedFile[] } {
  if (one === undefined) return { explainer: null, files: [] }
  const at = [...path, 'explainer']
  const fileOf = ({ file, sha256 }: { file?: string | undefined; sha256: string }, place: Path): WantedFile => ({
    sha256,
    file: file === undefined ? null : resolve(file),
    bytes: null,
    path: place,
  })
  const background = one.background === undefined ? [] : [fileOf(one.background, [...at, 'background'])]
  if (one.kind === 'model') {
    const { sha256, output = null, score } = one
    return {
      explainer: { kind: 'model', sha256, output, scoreIs: score, background: one.background?.sha256 ?? null },
      files: [fileOf(one, at), ...background],
    }
  }
  const { url, headersFrom = {}, allowPrivateAddress = false, budget } = one
  return {
    explainer: {
      kind: 'scorer',
      url,
      headersFrom: Object.fromEntries(
        Object.entries(headersFrom).map(([name, ref]) => [
          name.toLowerCase(),
          'env' in ref ? `env:${ref.env}` : `file:${resolve(ref.file)}`,
        ]),
      ),
      allowPrivateAddress,
      budget,
      background: one.background.sha256,
    },
    files: background,
  }
}

/** As a file says it; the files are named by their hash, since the register has them. */
export function explainerOut(one: VersionExplainer): Input {
  if (one.kind === 'model')
    return {
      kind: 'model',
      sha256: one.sha256,
      ...(one.output === null ? {} : { output: one.output }),
      ...(one.scoreIs === 'output' ? {} : { score: one.scoreIs }),
      ...(one.background === null ? {} : { background: { sha256: one.background } }),
    }
  return {
    kind: 'scorer',
    url: one.url,
    ...(Object.keys(one.headersFrom).length === 0
      ? {}
      : {
          headersFrom: Object.fromEntries(
            Object.entries(one.headersFrom).map(([name, ref]) => [
              name,
              ref.startsWith('env:') ? { env: ref.slice(4) } : { file: ref.replace(/^file:/, '') },
            ]),
          ),
        }),
    ...(one.allowPrivateAddress ? { allowPrivateAddress: true } : {}),
    budget: one.budget,
    background: { sha256: one.background },
  }
}

/**
 * Is it the same model? What was decided about a version is decided about its model, so another file is another version. A
 * scorer may move to another address or get another budget; what answers there cannot be told from here anyway.
 */
export function isOtherModel(before: VersionExplainer | null, wanted: VersionExplainer | null): boolean {
  if (before === null) return false
  if (wanted === null || before.kind !== wanted.kind) return true
  if (before.kind === 'scorer' || wanted.kind === 'scorer') return false
  return before.sha256 !== wanted.sha256 || before.output !== wanted.output || before.scoreIs !== wanted.scoreIs
}

/** Ranges of what people can change, in their own terms: numbers, yes or no; never a choice out of words. */
export function actionableProblems({ features }: DecisionRules, path: Path): Problem[] {
  return features.flatMap(({ actionable: one, show }, n) => {
    if (one === undefined) return []
    const at = [...path, 'decisions', 'features', n, 'actionable']
    if (show === 'choice') return [problem('actionable_choice', at)]
    const max = one.max ?? (show === 'yes_no' ? 1 : undefined)
    if (one.direction !== 'down' && max === undefined) return [problem('field_missing', [...at, 'max'])]
    return (one.min ?? 0) < (max ?? Number.POSITIVE_INFINITY) ? [] : [problem('actionable_range', [...at, 'min'])]
  })
}

/** What is wrong with bytes that were read for a file of an explainer. */
export function fileProblems({ sha256, path }: WantedFile, found: { readonly sha256: string }): Problem[] {
  return found.sha256 === sha256 ? [] : [problem('explainer_hash', [...path, 'sha256'], { found: found.sha256 })]
}

export const fileTooLarge = (path: Path): Problem =>
  problem('file_too_large', [...path, 'file'], { mebibytes: EXPLAINER_FILE_MIB })
