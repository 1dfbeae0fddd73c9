/**
 * The system log: a closed list of fields, so that nothing personal gets in by accident. An error is logged by its
 * code and class, never by its message (a message may quote a value).
 */
import pino from 'pino'

export type LogFields = {
  readonly call?: string
  readonly conversation?: string
  readonly system?: string
  readonly client?: string
  readonly tenant?: string
  readonly code?: string
  readonly status?: number
  readonly method?: string
  /** The declared path with its parameter names, never the one with values. */
  readonly route?: string
  readonly durationMs?: number
  readonly count?: number
  readonly size?: number
  readonly pid?: number
  readonly attempt?: number
  readonly version?: string
  readonly job?: string
  /** Random id of the person, system, key or link that asked; never a name, address or login. */
  readonly actor?: string
  readonly error?: unknown
}

export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

const names: readonly (keyof LogFields)[] = [
  'call',
  'conversation',
  'system',
  'client',
  'tenant',
  'code',
  'status',
  'method',
  'route',
  'durationMs',
  'count',
  'size',
  'pid',
  'attempt',
  'version',
  'job',
  'actor',
]

/** `event` is a fixed name (`call.refused`, `database.lost`), not a sentence with values. */
export function createLog(level: string, write?: { write(line: string): unknown }): Log {
  const destination =
    write === undefined
      ? pino.destination({ dest: 2, sync: true })
      : { write: (line: string) => void write.write(line) }
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  const line =
    (to: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, fields: LogFields = {}) =>
      logger[to]({ event, ...permitted(fields) })
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** Only fields of the list; of an error its class, code and the places in our own code. */
export function permitted(fields: LogFields): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const name of names) if (fields[name] !== undefined) out[name] = fields[name]
  if (fields.error instanceof Error) {
    const { name, stack } = fields.error
    const code = (fields.error as { code?: unknown }).code
    out.error = { name, ...(typeof code === 'string' ? { code } : {}), at: places(stack) }
    if (fields.error.cause instanceof Error)
      out.cause = {
        name: fields.error.cause.name,
        code: (fields.error.cause as { code?: unknown }).code,
        at: places(fields.error.cause.stack),
      }
  } else if (fields.error !== undefined) out.error = { name: typeof fields.error }
  return out
}

function places(stack: string | undefined): string[] {
  return [...(stack ?? '').matchAll(/\b((?:src|web)\/[\w./-]+\.[cm]?[tj]sx?:\d+)/g)]
    .slice(0, 6)
    .map((match) => match[1]!)
}
