/**
 * The demonstration's audits: planned, then measured, through the routes that everybody uses. What an interrupted replay planned is
 * taken up by the name it wrote down.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Api } from '../../../web/api.ts'
import type { AuditView } from '../../fairness/audits/contract.ts'
import { ApiError } from '../../platform/http.ts'
import type { Language } from '../../platform/text.ts'

type Words = Readonly<Record<Language, string>>
export type DemoAudits = {
  readonly audits: readonly (Readonly<Record<string, unknown>> & {
    readonly id: string
    readonly name: Words
    readonly question: Words
    readonly legalGround: Words
  })[]
  readonly monitors: readonly (Readonly<Record<string, unknown>> & {
    readonly id: string
    readonly name: Words
    readonly reasons: Words
  })[]
}

export const readAudits = (file: string): DemoAudits => parse(readFileSync(file, 'utf8')) as DemoAudits

export type AuditTools = {
  readonly api: Api
  readonly language: Language
  /** What was done before, as `<kind> <id> <record>`. */
  readonly finished: ReadonlySet<string>
  readonly done: (line: string) => void
}

/** Fixes each plan that is not fixed yet; gives the audits. */
export async function planAudits(
  { audits }: DemoAudits,
  { api, language, finished, done }: AuditTools,
): Promise<string[]> {
  const planned: string[] = []
  for (const { id, name, question, legalGround, ...rest } of audits) {
    const before = [...finished].find((line) => line.startsWith(`audit ${id} `))?.split(' ')[2]
    if (before !== undefined) {
      planned.push(before)
      continue
    }
    const { audit } = await api.post<{ audit: string }>('/api/fairness/audits', {
      ...rest,
      source: 'decisions',
      name: name[language],
      question: question[language],
      legalGround: legalGround[language],
    })
    done(`audit ${id} ${audit}`)
    planned.push(audit)
  }
  return planned
}

/** What is due is measured by a job too; that it was first is as good. */
async function measure(api: Api, audit: string): Promise<void> {
  try {
    await api.post(`/api/fairness/audits/${audit}/runs`, {})
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'audit_running') throw error
  }
}

const LOOK_MS = 200
/** A reading of the demonstration takes a second; when the machine is very busy it goes on by itself. */
const PATIENCE = 150

/** Measures each audit that has no reading yet, and starts the monitors. */
export async function measureAudits(
  { monitors }: DemoAudits,
  planned: readonly string[],
  { api, language, finished, done }: AuditTools,
): Promise<void> {
  const view = (audit: string) => api.get<AuditView>(`/api/fairness/audits/${audit}`)
  for (const audit of planned) if ((await view(audit)).runs.length === 0) await measure(api, audit)
  for (const { id, name, reasons, ...rest } of monitors) {
    if (finished.has(`monitor ${id}`)) continue
    await api.post('/api/fairness/monitors', { ...rest, name: name[language], reasons: reasons[language] })
    done(`monitor ${id}`)
  }
  for (let look = 0; look < PATIENCE; look++) {
    const views = await Promise.all(planned.map(view))
    if (views.every(({ running }) => !running)) return
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}
