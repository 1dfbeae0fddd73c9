/** Bots for tests and simulations: what they would answer, as outcomes, without a word being said. */
import { type Generator, generator } from '../../statistics/random.ts'
import type { Answer, Ask, PromptPlan } from './contract.ts'
import { schedule, writePlan } from './plan.ts'

export function planOf(more: Partial<PromptPlan> = {}): PromptPlan {
  const written = writePlan(
    { system: 'bot', question: 'Krijgt iedereen hetzelfde antwoord?', ...more },
    { version: '1', language: 'nl' },
  )
  if (!written.ok) throw new Error(JSON.stringify(written.problems))
  return written.plan
}

/** Chance of a yes and a length, for one ask; `own` is drawn once per question and stays the same from reading to reading. */
export type Bot = (ask: Ask, own: number, random: Generator) => { readonly yes: number; readonly words: number }

/** `answered` and `words` of each ask of the plan. `seed`: what chance does this time; `world`: which bot it is. */
export function answersOf(
  plan: PromptPlan,
  bot: Bot,
  seed: number,
  { asks = schedule(plan), world = 1 }: { readonly asks?: readonly Ask[]; readonly world?: number } = {},
): Answer[] {
  const random = generator(seed)
  const own = new Map(plan.templates.map((template, n) => [template, generator(world, n + 1).uniform()]))
  return asks.map((ask) => {
    const { yes, words } = bot(ask, own.get(ask.template)!, random)
    return { ...ask, outcomes: { answered: random.uniform() < yes ? 1 : 0, words } }
  })
}
