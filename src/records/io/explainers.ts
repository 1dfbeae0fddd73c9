/** Files that explanations are computed with: rows in and out, by their contents. */
import type { Tx } from '../../platform/database.ts'
import type { DecisionRules, VersionExplainer } from '../contract.ts'
import type { Organisation, WantedSystem, WantedVersion } from '../organisation.ts'
import { type Problem, problem } from '../organisation-problem.ts'
import { tenantOf } from './event.ts'

export type ExplainerBytes = { readonly model: Uint8Array | null; readonly background: Uint8Array | null }

/** What keeps an explainer from being used; `text` says it in both languages, `where` is a place inside the file. */
export type ExplainerFault = {
  readonly at: 'model' | 'background'
  readonly code: string
  readonly where: string
  readonly text: { readonly nl: string; readonly en: string }
}
/** From transparency: reads the files and explains one case with them. */
export type CheckExplainer = (
  explainer: VersionExplainer,
  files: ExplainerBytes,
  features: DecisionRules['features'],
) => readonly ExplainerFault[]

/** The files of an explainer of this client; null where it has none, or where these contents are not on record. */
export async function loadExplainerFiles(tx: Tx, client: string, explainer: VersionExplainer): Promise<ExplainerBytes> {
  const wanted = [explainer.kind === 'model' ? explainer.sha256 : null, explainer.background]
  const { rows } = await tx.query<{ sha256: string; bytes: Buffer }>(
    'select sha256, bytes from explainer_file where tenant_id = $1 and client_id = $2 and sha256 = any($3)',
    [tenantOf(tx), client, wanted.filter((one) => one !== null)],
  )
  const [model, background] = wanted.map((sha256) => rows.find((row) => row.sha256 === sha256)?.bytes ?? null)
  return { model: model ?? null, background: background ?? null }
}

/** Contents that are on record already are left as they are. */
export async function storeExplainerFiles(
  tx: Tx,
  client: string,
  files: WantedVersion['files'],
  now: Date,
): Promise<void> {
  for (const { sha256, bytes } of files)
    if (bytes !== null)
      await tx.query(
        'insert into explainer_file (tenant_id, client_id, sha256, bytes, added_at) values ($1, $2, $3, $4, $5) on conflict do nothing',
        [tenantOf(tx), client, sha256, Buffer.from(bytes), now],
      )
}

/**
 * Everything that is wrong with the explainers of a file: contents that are nowhere, and models that cannot explain. Looked at are
 * those that come with their file, and those of the versions in use, whose features may have changed.
 */
export async function explainerProblems(tx: Tx, check: CheckExplainer, organisation: Organisation): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const system of organisation.systems)
    for (const version of system.versions)
      if (version.explainer !== null && (version.current || version.files.some(({ bytes }) => bytes !== null)))
        problems.push(...(await problemsOf(tx, check, system, version, version.explainer)))
  return problems
}

async function problemsOf(
  tx: Tx,
  check: CheckExplainer,
  system: WantedSystem,
  { files, path }: WantedVersion,
  explainer: VersionExplainer,
): Promise<Problem[]> {
  const stored = await loadExplainerFiles(tx, system.client, explainer)
  const given = (sha256: string | null) => files.find((one) => one.sha256 === sha256)?.bytes ?? null
  const found: ExplainerBytes = {
    model: explainer.kind === 'model' ? (given(explainer.sha256) ?? stored.model) : null,
    background: given(explainer.background) ?? stored.background,
  }
  const at = [...path, 'explainer']
  const absent = [
    ...(explainer.kind === 'model' && found.model === null ? [problem('explainer_absent', [...at, 'sha256'])] : []),
    ...(explainer.background !== null && found.background === null
      ? [problem('explainer_absent', [...at, 'background', 'sha256'])]
      : []),
  ]
  if (absent.length > 0) return absent
  return check(explainer, found, system.decisions?.features ?? []).map(({ at: part, code, where, text }) =>
    problem('explainer_unfit', part === 'background' ? [...at, 'background'] : at, {
      code,
      where: where === '' ? '-' : where,
      'problem.nl': text.nl,
      'problem.en': text.en,
    }),
  )
}
