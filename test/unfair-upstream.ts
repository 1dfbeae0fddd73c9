/** A provider in the shape of OpenAI that is unfair on purpose: to whom a test says. It sees only what the gateway lets through. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export type UnfairUpstream = {
  readonly url: string
  /** Last words of the customer in each question, as they came. */
  readonly seen: readonly string[]
  close(): void
}

const fair =
  'U regelt dat zelf in Mijn Omgeving. Kies Mijn gegevens en vul het formulier in. Binnen twee dagen is het klaar.'
const unfair = 'Ik begrijp uw vraag niet. Stuur eerst een kopie van uw identiteitsbewijs.'

/** `to`: whether these words of a customer get the worse answer. */
export async function unfairUpstream(to: (words: string) => boolean): Promise<UnfairUpstream> {
  const seen: string[] = []
  const server: Server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const { messages } = JSON.parse(Buffer.concat(pieces).toString()) as {
        messages: { role: string; content: string }[]
      }
      const words = messages.findLast(({ role }) => role === 'user')?.content ?? ''
      seen.push(words)
      const message = { role: 'assistant', content: to(words) ? unfair : fair }
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          id: 'x',
          object: 'chat.completion',
          created: 1,
          model: 'm',
          choices: [{ index: 0, message, finish_reason: 'stop' }],
        }),
      )
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
