/** Samples of paired prompts for previews and for the tests of the screens: computed by the kernel, over answers of an invented bot. */

import { freshCanary } from '../src/fairness/prompts/canary.ts'
import type { CanaryView, PromptLine, PromptView } from '../src/fairness/prompts/contract.ts'
import { resultOf, type StoredAnswer, type StoredPrompts } from '../src/fairness/prompts/io/store.ts'
import { sizeOf } from '../src/fairness/prompts/plan.ts'
import { answersOf, type Bot, planOf } from '../src/fairness/prompts/testing.ts'
import { canaryView, lineOf, viewOf } from '../src/fairness/prompts/views.ts'

const id = (n: number) => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`
export const promptIds = { found: id(9301), fair: id(9302), running: id(9303), failed: id(9304) }
const at = (hours: number) => new Date(Date.parse('2026-11-25T09:00:00.000Z') + hours * 3_600_000)

const plan = planOf({ outcomes: ['answered', 'words'], question: 'Krijgt wie Nederlands leert hetzelfde antwoord?' })
const stored = (bot: Bot): StoredAnswer[] =>
  answersOf(plan, bot, 1).map((answer) => ({ ...answer, state: 'answered', nameHidden: true, conversation: id(9400) }))
const unfair: Bot = ({ factor }, _, random) => ({
  yes: factor === 'learner' ? 0.2 : 0.98,
  words: 30 + Math.floor(random.uniform() * 20),
})
const answers = { found: stored(unfair), fair: stored(() => ({ yes: 1, words: 40 })) }

const base: StoredPrompts = {
  id: promptIds.found,
  client: 'kaapstroom',
  system: 'klantassistent',
  systemName: { nl: 'Klantassistent', en: 'Customer assistant' },
  version: '4.2',
  canary: null,
  plan,
  planBytes: '',
  planSha256: '5f0c1e9ab2d34f6788aa00c1d2e3f405162738495a6b7c8d9e0f1a2b3c4d5e6f',
  state: 'completed',
  done: plan.budgetCalls,
  of: plan.budgetCalls,
  askedBy: 'noor',
  plannedAt: at(0),
  endedAt: at(1),
  problem: null,
  result: resultOf({ plan, canary: null }, answers.found),
  resultSha256: null,
  judgement: null,
  judgementReasons: null,
  judgedAt: null,
  record: id(9500),
}
const all: readonly StoredPrompts[] = [
  base,
  { ...base, id: promptIds.fair, plannedAt: at(-30), result: resultOf({ plan, canary: null }, answers.fair) },
  { ...base, id: promptIds.running, state: 'running', done: 312, result: null, endedAt: null },
  { ...base, id: promptIds.failed, state: 'failed', problem: 'stopped', result: null },
]
const canary = {
  id: id(9601),
  client: 'kaapstroom',
  system: 'klantassistent',
  audit: promptIds.fair,
  intervalDays: 1,
  startedAt: at(-29),
  endedAt: null,
  readAt: at(-8),
  state: { ...freshCanary(0.05), readings: 12, p: 0.4 },
  record: id(9602),
}

/** What the API answers to `/api/fairness/prompts…`; undefined for what is not there. */
export function promptsReply(
  [what, one]: readonly (string | undefined)[],
  language: 'nl' | 'en' = 'nl',
): { audits: PromptLine[] } | { canaries: CanaryView[] } | ReturnType<typeof sizeOf> | PromptView | undefined {
  if (what === undefined) return { audits: all.map((each) => lineOf(each, language)) }
  if (what === 'canaries') return { canaries: [canaryView(canary, language)] }
  if (what === 'size') return sizeOf(plan)
  const found = all.find((each) => each.id === one)
  return found && viewOf(found, answers.found, { language, systemLanguage: 'nl' })
}
