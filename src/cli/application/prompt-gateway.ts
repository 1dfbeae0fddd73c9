/**
 * The gateway as paired-prompt audits ask it: over a socket of this process on this machine, so that a question goes the whole way that
 * a customer's goes, whatever address and certificate the product itself has.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AskGateway } from '../../fairness/index.ts'
import type { Gateway } from '../../gateway/index.ts'
import { type GatewayClient, gatewayClient } from '../replaying/client.ts'

export type PromptGateway = { readonly ask: AskGateway; close(): Promise<void> }

/** Listens from the first question on. */
export function promptGateway(gateway: Pick<Gateway, 'handle' | 'unsupported'>): PromptGateway {
  let open: Promise<{ server: Server; client: GatewayClient }> | undefined
  const opened = () => {
    open ??= listen(gateway)
    return open
  }
  return {
    async ask({ key, model, text, language, channel, conversation }, signal) {
      const { client } = await opened()
      const messages = [{ role: 'user', content: text }]
      const heard = await client.ask(
        key,
        { model, messages, conversation, channel, language },
        { idempotencyKey: conversation, signal },
      )
      if (!heard.ok)
        return {
          status: heard.status,
          code: heard.code,
          text: heard.say ?? '',
          call: heard.call ?? null,
          conversation: null,
        }
      const { content } = heard.message
      return {
        status: 200,
        code: null,
        text: typeof content === 'string' ? content : '',
        call: heard.call === '' ? null : heard.call,
        conversation: heard.conversation,
      }
    },
    async close() {
      const both = await open?.catch(() => undefined)
      await both?.client.close()
      both?.server.closeAllConnections()
      both?.server.close()
    },
  }
}

async function listen(gateway: Pick<Gateway, 'handle' | 'unsupported'>) {
  const server = createServer({ requestTimeout: 120_000 }, (request, response) => {
    if (!gateway.handle(request, response)) gateway.unsupported(request, response)
  })
  await new Promise<void>((ready, failed) => {
    server.once('error', failed)
    server.listen(0, '127.0.0.1', ready)
  })
  const { port } = server.address() as AddressInfo
  return { server, client: gatewayClient(`http://127.0.0.1:${port}`, 4) }
}
