/** The pages of paired prompts: what each loads, and what its forms do. */
import type { Context, Hono } from 'hono'
import type { CanaryView, PromptLine, PromptView, SizeOfPrompts } from '../../../../src/fairness/prompts/contract.ts'
import { sendFile } from '../../../answer.ts'
import { type Api, type Failure, failureOf, listIn } from '../../../api.ts'
import { sentenceOf } from '../../answers.tsx'
import { type ConsoleKit, type Form, param } from '../../kit.ts'
import { loadSystems } from '../../records/systems.tsx'
import { csvOf, type Done, dones, PromptAudit } from './audit.tsx'
import { Prompts, path, promptPath, requestOf, StartPage } from './list.tsx'

const place = '/api/fairness/prompts'
const addressed = (c: Context) => `${place}/audits/${encodeURIComponent(param(c, 'id'))}`

/** Systems that answer in words. */
const answering = async (api: Api) =>
  (await loadSystems(api)).filter(({ kind }) => kind === 'chatbot' || kind === 'assistant' || kind === 'voicebot')

export async function loadPrompts(
  api: Api,
): Promise<{ readonly audits: readonly PromptLine[]; readonly canaries: readonly CanaryView[] }> {
  const [audits, canaries] = await Promise.all([api.get(place), api.get(`${place}/canaries`)])
  return { audits: listIn<PromptLine>(audits, 'audits'), canaries: listIn<CanaryView>(canaries, 'canaries') }
}

/** How much was asked for in the address; nothing yet: no size. What is wrong with it is a sentence. */
async function sizeOf(api: Api, values: Form): Promise<{ size?: SizeOfPrompts; failed?: Failure }> {
  if (values.system === undefined) return {}
  try {
    return { size: await api.post<SizeOfPrompts>(`${place}/size`, requestOf(values)) }
  } catch (error) {
    const failed = failureOf(error)
    if (failed === undefined || failed.status >= 500) throw error
    return { failed }
  }
}

export function mountPrompts(app: Hono, { page, act, answerFailure, contextFor, deps }: ConsoleKit): void {
  const load = (api: Api, c: Context) => api.get<PromptView>(addressed(c))
  app.get(
    path,
    page(loadPrompts, (cx, found) => Prompts({ cx, ...found })),
  )
  app.get(
    `${path}/new`,
    page(
      async (api, c) => ({ systems: await answering(api), ...(await sizeOf(api, c.req.query())) }),
      (cx, { systems, size, failed }, c) =>
        StartPage({ cx, systems, values: c.req.query(), size, error: failed && sentenceOf(cx, failed) }),
    ),
  )
  app.post(
    `${path}/new`,
    act(
      async (api, form) => {
        const { audit } = await api.post<{ audit: string }>(place, requestOf(form))
        return `${promptPath(audit)}?done=started`
      },
      async (cx, api, form, error) => StartPage({ cx, systems: await answering(api), values: form, error }),
    ),
  )
  app.get(
    `${path}/audits/:id`,
    page(load, (cx, audit, c) => {
      const done = dones.find((one) => one === c.req.query('done')) as Done | undefined
      return PromptAudit({ cx, audit, done })
    }),
  )
  app.get(`${path}/audits/:id/csv`, async (c) => {
    const api = await deps.api(c)
    try {
      const audit = await load(api, c)
      return sendFile(c, `paired-prompts-${audit.id}.csv`, csvOf(audit))
    } catch (error) {
      return answerFailure(c, await contextFor(api, c), error)
    }
  })
  for (const [verb, done, body] of [
    ['cancel', 'cancelled', () => ({})],
    ['judgement', 'judged', ({ judgement, reasons }: Form) => ({ judgement, reasons })],
    ['canary', 'repeated', ({ intervalDays, reasons }: Form) => ({ intervalDays: Number(intervalDays), reasons })],
  ] as const)
    app.post(
      `${path}/audits/:id/${verb}`,
      act(
        async (api, form, c) => {
          await api.post(`${addressed(c)}/${verb}`, body(form))
          return `${promptPath(param(c, 'id'))}?done=${done}`
        },
        async (cx, api, _, error, c) => PromptAudit({ cx, audit: await load(api, c), error }),
      ),
    )
  app.post(
    `${path}/canaries/:id/end`,
    act(
      async (api, { reasons }, c) => {
        await api.post(`${place}/canaries/${encodeURIComponent(param(c, 'id'))}/end`, { reasons })
        return path
      },
      async (cx, api) => Prompts({ cx, ...(await loadPrompts(api)) }),
    ),
  )
}
