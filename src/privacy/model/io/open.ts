/** The model that the settings ask for, and the entry that says which one runs. */
import type { Act } from '../../../access/index.ts'
import type { Database, Scope } from '../../../platform/database.ts'
import type { Log } from '../../../platform/log.ts'
import type { Settings } from '../../../platform/settings.ts'
import { recordEvent } from '../../../records/index.ts'
import type { ModelFacts } from '../contract.ts'
import type { NameModel, OnFailure } from '../model.ts'
import { openOnnxModel } from './onnx.ts'
import { openPresidio } from './presidio.ts'

export type ModelSettings = Pick<Settings, 'modelFolder' | 'modelDeadlineMs' | 'modelOnFailure' | 'presidioUrl'>

export type OpenModel = {
  readonly model: NameModel
  readonly facts: ModelFacts
  readonly onFailure: OnFailure
}

/**
 * Undefined when no model is asked for: then nothing of this is loaded or costs anything. One that cannot be loaded stops
 * the start, unless the setting says that the rules may go on alone.
 */
export async function openModel(settings: ModelSettings, log: Log): Promise<OpenModel | undefined> {
  const onFailure = settings.modelOnFailure as OnFailure
  const open: { model: NameModel; hash: string | null; kind: ModelFacts['parts'][number]['kind'] }[] = []
  if (settings.modelFolder !== null) {
    try {
      const model = await openOnnxModel(settings.modelFolder, settings.modelDeadlineMs)
      open.push({ model, hash: model.hash, kind: 'folder' })
    } catch (error) {
      if (onFailure === 'refuse') throw error
      log.error('model.unavailable', { error })
      open.push({ model: absent(), hash: null, kind: 'folder' })
    }
  }
  if (settings.presidioUrl !== null)
    open.push({ model: openPresidio(settings.presidioUrl, settings.modelDeadlineMs), hash: null, kind: 'presidio' })
  if (open.length === 0) return undefined
  const facts: ModelFacts = {
    id: open.map(({ model }) => model.id).join('+'),
    onFailure,
    parts: open.map(({ model, hash, kind }) => ({ id: model.id, kind, hash })),
  }
  return { model: open.length === 1 ? open[0]!.model : beside(open.map(({ model }) => model)), facts, onFailure }
}

/** Stands for a model that could not be loaded, so that every call says that the rules were alone. */
const absent = (): NameModel => ({
  id: 'absent',
  find: async () => {
    throw Object.assign(new Error('absent'), { code: 'model_failed' })
  },
  close: async () => {},
})

/** Several models over the same texts: what each finds counts. */
export function beside(models: readonly NameModel[]): NameModel {
  return {
    id: models.map(({ id }) => id).join('+'),
    async find(texts, language) {
      const found = await Promise.all(models.map((model) => model.find(texts, language)))
      return texts.map((_, i) =>
        found.flatMap((lists, m) => (lists[i] ?? []).map((span) => ({ ...span, model: span.model ?? models[m]!.id }))),
      )
    },
    async close() {
      await Promise.all(models.map((model) => model.close()))
    },
  }
}

/** Puts on record, for every organisation here, which model runs from now on. */
export async function recordModel(database: Database, facts: ModelFacts, act: () => Act): Promise<number> {
  const actor: Scope['actor'] = { kind: 'job', id: 'model' }
  const tenants = await database.inTx(
    { tenant: '*', clients: '*', actor },
    async (tx) => (await tx.query<{ tenant_id: string }>('select tenant_id from tenant order by tenant_id')).rows,
    { readOnly: true },
  )
  for (const { tenant_id: tenant } of tenants)
    await database.inTx({ tenant, clients: '*', actor }, (tx) =>
      recordEvent(tx, act(), { type: 'redaction-model.loaded', refs: {}, body: facts }),
    )
  return tenants.length
}
