/** A plan from a file: read, understood, or all that is wrong with it and the exit code that says so. */
import { readFileSync } from 'node:fs'
import type { ProblemList } from '../../fairness/contract.ts'
import { type PlanReading, problemSentences } from '../../fairness/rules.ts'
import type { ExitCode, Io } from '../command.ts'

/** 2 when the file is no JSON or cannot be read, 3 when the plan in it is refused. */
export function readPlan<P>(
  path: string,
  read: (value: unknown) => PlanReading<P>,
): { readonly plan: P } | { readonly problems: ProblemList; readonly exit: ExitCode } {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8').replace(/^\ufeff/, ''))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const problem = { code: 'plan_unreadable' as const, value: code ?? (error as Error).message.slice(0, 100) }
    return { problems: { problems: [problem], total: 1 }, exit: 2 }
  }
  const found = read(value)
  return found.ok ? { plan: found.plan } : { problems: found.problems, exit: 3 }
}

/** Sentences to standard error; with --json the list to standard output. */
export function refuse(io: Io, problems: ProblemList, { json, exit }: { json: boolean; exit: ExitCode }): ExitCode {
  if (json) io.stdout.write(`${JSON.stringify(problems)}\n`)
  for (const line of problemSentences(problems, io.language)) io.stderr.write(`${line}\n`)
  return exit
}
