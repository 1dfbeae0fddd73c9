import { LedgerError, ledgerText } from '../../ledger/rules.ts'
import { KeyUnavailable } from '../../vault/index.ts'
import type { ExitCode, Io } from '../command.ts'
import { byPolicy, KeepingError } from './problem.ts'
import { keepingText } from './text.ts'

/** The sentence of what was refused, and its exit code; any other error goes on. */
export function keepingRefusal(io: Pick<Io, 'stderr' | 'language'>, error: unknown): ExitCode {
  const say = (sentence: string, code: string) => io.stderr.write(`${sentence} (${code})\n`)
  if (error instanceof KeepingError) {
    say(keepingText(io.language, `error.${error.code}`, error.values), error.code)
    return byPolicy.has(error.code) ? 3 : 2
  }
  if (error instanceof KeyUnavailable) {
    say(keepingText(io.language, 'error.key_unavailable', { problem: error.message }), error.code)
    return 2
  }
  if (error instanceof LedgerError) {
    say(ledgerText(io.language, `error.${error.code}`), error.code)
    return 2
  }
  throw error
}
