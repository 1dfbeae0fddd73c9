/**
 * The stop button. A stop order holds for one AI system or for every system of a client, from the moment it is recorded
 * until someone lifts it with a reason (human oversight must be able to interrupt: AI Act art. 14(4)(e),
 * https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32024R1689#art_14). Stopping is easy and lifting is not.
 */
import type { Role } from '../platform/http.ts'

/** Who may stop a system. An overseer only with the qualification that makes the role hold. */
export const stoppers: readonly Role[] = ['overseer', 'ethics_officer', 'dpo', 'administrator', 'supervisor']
/** Who may lift an order that someone else gave, and stop a whole client. */
export const lifters: readonly Role[] = ['ethics_officer', 'dpo', 'administrator']

export type StopRefusal = 'overseer_unqualified' | 'already_stopped'

/** Why this person may not stop now, or undefined. `qualified`: holds a valid qualification for human oversight. */
export function stopRefusal(
  caller: { readonly roles: readonly string[]; readonly qualified: boolean },
  open: boolean,
): StopRefusal | undefined {
  const otherRole = caller.roles.some((role) => role !== 'overseer' && (stoppers as readonly string[]).includes(role))
  if (!otherRole && !caller.qualified) return 'overseer_unqualified'
  return open ? 'already_stopped' : undefined
}

export type OpenStop = { readonly id: string; readonly system: string | null; readonly by: string; readonly at: Date }

export type ResumeDecision =
  | { readonly resume: OpenStop }
  | { readonly refused: 'not_stopped' | 'stopped_for_client' | 'not_yours_to_resume' }

/**
 * Which order is lifted when someone asks to let this system work again. Who gave the order may lift it; so may the
 * roles that answer for the whole. An order for the whole client is lifted at the client, not at one system.
 */
export function decideResume(
  open: readonly OpenStop[],
  system: string,
  caller: { readonly id: string; readonly roles: readonly string[] },
): ResumeDecision {
  const own = open.find((stop) => stop.system === system)
  if (own === undefined)
    return { refused: open.some((stop) => stop.system === null) ? 'stopped_for_client' : 'not_stopped' }
  return mayLift(own, caller) ? { resume: own } : { refused: 'not_yours_to_resume' }
}

export function mayLift(
  stop: Pick<OpenStop, 'by'>,
  caller: { readonly id: string; readonly roles: readonly string[] },
): boolean {
  return stop.by === caller.id || caller.roles.some((role) => (lifters as readonly string[]).includes(role))
}

/** Whole minutes that an order stood, rounded up; 0 when a clock went back. */
export function stoodMinutes(from: Date, until: Date): number {
  return Math.max(0, Math.ceil((until.getTime() - from.getTime()) / 60_000))
}
