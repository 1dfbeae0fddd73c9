import type { Command } from './command.ts'

/** Loaded one by one, so that `redact` does not wait for the database driver. */
const commands: Record<string, () => Promise<{ command: Command }>> = {
  start: () => import('./start.ts'),
  reset: () => import('./reset.ts'),
  apply: () => import('./apply.ts'),
  export: () => import('./export.ts'),
  replay: () => import('./replay.ts'),
  import: () => import('./import.ts'),
  redact: () => import('./redact.ts'),
  explain: () => import('./explain.ts'),
  audit: () => import('./audit.ts'),
  monitor: () => import('./monitor.ts'),
  coverage: () => import('./coverage.ts'),
  prompts: () => import('./prompts.ts'),
  due: () => import('./due.ts'),
  form: () => import('./form.ts'),
  verify: () => import('./verify.ts'),
  proof: () => import('./proof.ts'),
  stop: () => import('./stop.ts'),
  resume: () => import('./resume.ts'),
  consent: () => import('./consent.ts'),
  retention: () => import('./retention.ts'),
  keys: () => import('./keys.ts'),
  users: () => import('./users.ts'),
  backup: () => import('./backup.ts'),
  restore: () => import('./restore.ts'),
  migrate: () => import('./migrate.ts'),
  doctor: () => import('./doctor.ts'),
}

export const commandNames: readonly string[] = Object.keys(commands)

export async function loadCommand(name: string): Promise<Command | undefined> {
  if (!Object.hasOwn(commands, name)) return undefined
  return (await commands[name]!()).command
}
