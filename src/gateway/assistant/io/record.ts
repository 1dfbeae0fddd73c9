/** Built-in upstream `record`: keeps what the provider would have received, and answers shortly. For checks. */
import { appendFile, chmod, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Provider } from '../../io/upstream.ts'
import { builtinReply, requestOf } from './reply.ts'

const words = { nl: 'Ontvangen.', en: 'Received.' } as const

/**
 * Appends each request to `file` as it would have left, one JSON text per line, durable enough to be read when the call
 * has been answered. The file is readable for its owner only. Safe for calls at the same time; a file that cannot be
 * written fails the call.
 */
export function recordProvider(file: string): Provider {
  let last: Promise<unknown> = made(file)
  // A first failure must come out at the call and not as an unhandled rejection.
  last.catch(() => {})
  return {
    async send(call) {
      const line = `${JSON.stringify(call.body)}\n`
      const mine = last.catch(() => made(file)).then(() => appendFile(file, line, { mode: 0o600 }))
      last = mine
      mine.catch(() => {})
      await mine
      call.signal.throwIfAborted()
      return builtinReply({ content: words[call.context().language] }, requestOf(call))
    },
    async close() {
      await last.catch(() => {})
    },
  }
}

async function made(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await appendFile(file, '', { mode: 0o600 })
  await chmod(file, 0o600)
}
