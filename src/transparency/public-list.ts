/** What the public may know of each AI system of a client, in plain words; pure. */
import type { Language } from '../platform/text.ts'
import type { Bilingual, Purpose } from '../records/contract.ts'
import type { PublicSystems } from './contract.ts'
import { groundOf } from './ground.ts'
import { transparencyText } from './texts.ts'

/** A system as the register and its standing have it. */
export type ListedSystem = {
  readonly id: string
  readonly name: Bilingual
  readonly description: Bilingual
  readonly decisionClass: 'inform' | 'assist' | 'decide' | 'solely_automated'
  readonly channel: string
  readonly provider: string
  readonly version: string | null
  readonly prohibited: boolean
  readonly stopped: boolean
  readonly gate: { readonly passed: boolean; readonly validUntil: Date | null }
  readonly oversight: { readonly present: boolean; readonly validUntil: Date | null }
  readonly purposes: readonly string[]
}

export type SystemState = PublicSystems['systems'][number]['state']

/** Worst first: prohibited, stopped, not released (no valid gate, or nobody with valid training oversees), in use. */
export function stateOf(
  system: Pick<ListedSystem, 'prohibited' | 'stopped' | 'gate' | 'oversight' | 'version'>,
  now: Date,
): SystemState {
  if (system.prohibited) return 'prohibited'
  if (system.stopped) return 'stopped'
  const holds = (until: Date | null) => until === null || now < until
  const released = system.version !== null && system.gate.passed && holds(system.gate.validUntil)
  return released && system.oversight.present && holds(system.oversight.validUntil) ? 'in_use' : 'not_released'
}

export function listSystems(
  systems: readonly ListedSystem[],
  purposes: readonly Purpose[],
  language: Language,
  now: Date,
): PublicSystems['systems'] {
  return systems.map((system) => {
    const state = stateOf(system, now)
    return {
      id: system.id,
      name: system.name[language],
      description: system.description[language],
      state,
      stateWord: transparencyText(language, `system.state.${state}`),
      role: transparencyText(language, `system.class.${system.decisionClass}`),
      channel: system.channel,
      provider: system.provider,
      version: system.version,
      purposes: purposes
        .filter(({ id }) => system.purposes.includes(id))
        .map(({ name, basis }) => ({ name: name[language], ...groundOf(basis, language) })),
    }
  })
}
