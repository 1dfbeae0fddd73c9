/** `waarborg prompts`: the same question asked twice of an AI system, with one thing about who asks that differs; through the gateway. */
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Api } from '../../web/api.ts'
import { type PromptView, planRequest } from '../fairness/prompts/contract.ts'
import { operatorCaller, startApplication } from '../main.ts'
import { systemClock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { expectedOf } from '../platform/expected.ts'
import { ApiError } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { silentLog } from '../platform/log.ts'
import { errorText } from './application/error-text.ts'
import type { Command, ExitCode, Io, Values } from './command.ts'
import { version } from './main.ts'
import { progressBar } from './progress.ts'
import { cliText } from './text.ts'

export const command: Command = {
  name: 'prompts',
  summary: {
    nl: 'Toets een AI-systeem met gepaarde vragen: krijgt iedereen hetzelfde antwoord?',
    en: 'Test an AI system with paired prompts: does everybody get the same answer?',
  },
  usage: '--system S [--plan PLAN.json] [--budget N] [--json]',
  options: {
    system: { type: 'string', help: { nl: 'AI-systeem uit het register.', en: 'AI system from the register.' } },
    plan: {
      type: 'string',
      help: {
        nl: 'Wat er gevraagd wordt, als JSON; wat er niet in staat, wordt ingevuld.',
        en: 'What is asked, as JSON; what it does not say is filled in.',
      },
    },
    budget: { type: 'string', help: { nl: 'Hoogstens zoveel vragen.', en: 'So many questions at most.' } },
  },
  async run(io, { values, positionals }) {
    const asked = requestOf(values, io.language)
    if (positionals.length > 0 || 'wrong' in asked) {
      const [key, given] = 'wrong' in asked ? asked.wrong : (['prompts.which', {}] as const)
      io.stderr.write(`${cliText(io.language, key, given)}\n`)
      return 2
    }
    const store = await io.openStore(values)
    try {
      const tenant = await tenantOfSystem(store.database, asked.request.system)
      if (tenant === undefined) {
        io.stderr.write(`${cliText(io.language, 'prompts.system', { system: asked.request.system })}\n`)
        return 2
      }
      const application = await startApplication({
        installation: store.installation,
        clock: systemClock,
        ids: randomIds,
        log: silentLog,
        version: version(),
        host: '127.0.0.1',
        port: 0,
        gatewayOnly: true,
      })
      try {
        return await carryOut(io, application.api(operatorCaller(tenant, store.operator), io.language), asked.request, {
          json: values.json === true,
        })
      } finally {
        await application.close()
      }
    } finally {
      await store.close()
    }
  },
}

type Wrong = readonly ['prompts.which' | 'prompts.budget' | 'prompts.plan' | 'prompts.field', Record<string, string>]
type Request = { readonly system: string } & Record<string, unknown>

/** The question that is asked where nobody wrote one. */
const questions = { nl: 'Krijgt iedereen hetzelfde antwoord?', en: 'Does everybody get the same answer?' }

function requestOf(
  values: Values,
  language: Io['language'],
): { readonly request: Request } | { readonly wrong: Wrong } {
  const budget = values.budget === undefined ? undefined : Number(values.budget)
  if (budget !== undefined && !(Number.isInteger(budget) && budget > 0))
    return { wrong: ['prompts.budget', { value: String(values.budget) }] }
  let plan: unknown = {}
  if (typeof values.plan === 'string')
    try {
      plan = JSON.parse(readFileSync(values.plan, 'utf8'))
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message
      return { wrong: ['prompts.plan', { file: values.plan, code }] }
    }
  const system = values.system ?? (plan as { system?: unknown })?.system
  if (typeof system !== 'string') return { wrong: ['prompts.which', {}] }
  const request = {
    question: questions[language],
    ...(plan as object),
    system,
    ...(budget === undefined ? {} : { budgetCalls: budget }),
  }
  const read = planRequest.safeParse(request)
  if (read.success) return { request }
  const issue = read.error.issues[0]!
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : []
  return {
    wrong: [
      'prompts.field',
      {
        file: String(values.plan ?? '--system'),
        field: [...issue.path, ...keys].join('.'),
        expected: keys.length > 0 ? '–' : expectedOf(issue),
      },
    ],
  }
}

async function tenantOfSystem(database: Database, system: string): Promise<string | undefined> {
  const { rows } = await database.inTx(
    { tenant: '*', clients: '*', actor: { kind: 'job', id: 'prompts' } },
    (tx) =>
      tx.query<{ tenant: string }>('select tenant_id as tenant from ai_system where system_id = $1 limit 1', [system]),
    { readOnly: true },
  )
  return rows[0]?.tenant
}

const LOOK_MS = 250

/** Plans it, looks on until it is done, and says what came of it. An interrupt cancels it. */
async function carryOut(io: Io, api: Api, request: Request, { json }: { readonly json: boolean }): Promise<ExitCode> {
  let audit: string
  try {
    audit = (await api.post<{ audit: string }>('/api/fairness/prompts', request)).audit
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    io.stderr.write(`${errorText(io.language, error.code, error.values)}\n`)
    return error.status === 422 || error.status === 404 || error.status === 400 ? 2 : 3
  }
  const cancel = () => {
    void api.post(`/api/fairness/prompts/audits/${audit}/cancel`, {}).catch(() => undefined)
  }
  process.once('SIGINT', cancel)
  const bar = progressBar(io.stderr as never)
  try {
    for (;;) {
      const view = await api.get<PromptView>(`/api/fairness/prompts/audits/${audit}`)
      if (view.state !== 'running') {
        bar.end()
        return show(io, view, json)
      }
      bar.update(view.done, view.of, view.sentence)
      await delay(LOOK_MS)
    }
  } finally {
    process.off('SIGINT', cancel)
    bar.end()
  }
}

function show(io: Io, view: PromptView, json: boolean): ExitCode {
  if (json) io.stdout.write(`${JSON.stringify(view)}\n`)
  else {
    io.stdout.write(`${view.sentence}\n`)
    if (view.problem !== null) io.stdout.write(`${view.problem}\n`)
    const all = (view.result?.comparisons ?? []).map((one, i) => ({ ...one, sentence: view.sentences[i]! }))
    for (const verdict of ['difference_found', 'cannot_tell'] as const)
      for (const one of all) if (one.verdict === verdict && one.pairs > 0) io.stdout.write(`- ${one.sentence}\n`)
    const equal = all.filter(({ verdict }) => verdict === 'no_relevant_difference').length
    const none = all.filter(({ pairs }) => pairs === 0).length
    if (all.length > 0) io.stdout.write(`${cliText(io.language, 'prompts.rest', { n: equal, none })}\n`)
    if (view.notForGate !== null) io.stdout.write(`${view.notForGate}\n`)
    io.stdout.write(`${cliText(io.language, 'prompts.plan.hash', { hash: view.planSha256 })}\n`)
  }
  return view.state === 'completed' ? 0 : 3
}
