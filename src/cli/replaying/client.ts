/** A small client of the gateway for replay: what a contact centre's own application would send. */
import { Pool } from 'undici'

export type Message = Readonly<Record<string, unknown>> & { readonly role: string }

export type Asked = {
  readonly model: string
  readonly messages: readonly Message[]
  readonly tools?: readonly unknown[]
  readonly conversation: string
  readonly subject?: string | undefined
  readonly purpose?: string | undefined
  readonly channel?: string | undefined
  readonly language?: string | undefined
}

export type Answered =
  | { readonly ok: true; readonly message: Message; readonly call: string; readonly conversation: string }
  | {
      readonly ok: false
      readonly code: string
      readonly status: number
      readonly call: string | undefined
      readonly say: string | undefined
      readonly handoff: boolean
    }

export interface GatewayClient {
  ask(
    key: string,
    asked: Asked,
    more?: { readonly idempotencyKey?: string; readonly signal?: AbortSignal },
  ): Promise<Answered>
  post(key: string, path: string, body: unknown): Promise<{ status: number; body: unknown }>
  close(): Promise<void>
}

export function gatewayClient(url: string, connections: number): GatewayClient {
  const pool = new Pool(url, { connections, headersTimeout: 120_000, bodyTimeout: 120_000 })
  const send = async (
    key: string,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
    signal: AbortSignal | null = null,
  ) => {
    const reply = await pool.request({
      path,
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal,
    })
    const text = await reply.body.text()
    return { status: reply.statusCode, headers: reply.headers, body: parse(text) }
  }
  return {
    async ask(
      key,
      { model, messages, tools, conversation, subject, purpose, channel, language },
      { idempotencyKey, signal } = {},
    ) {
      const headers: Record<string, string> = { 'x-waarborg-conversation': conversation }
      if (subject) headers['x-waarborg-subject'] = subject
      if (purpose) headers['x-waarborg-purpose'] = purpose
      if (channel) headers['x-waarborg-channel'] = channel
      if (language) headers['x-waarborg-language'] = language
      if (idempotencyKey) headers['idempotency-key'] = idempotencyKey
      const {
        status,
        headers: back,
        body,
      } = await send(key, '/v1/chat/completions', { model, messages, ...(tools ? { tools } : {}) }, headers, signal)
      const call = one(back['x-waarborg-call'])
      if (status === 200) {
        const message = (body as { choices?: { message?: Message }[] }).choices?.[0]?.message
        if (message)
          return {
            ok: true,
            message,
            call: call ?? '',
            conversation: one(back['x-waarborg-conversation']) ?? conversation,
          }
      }
      const error = (
        body as {
          error?: { code?: string; waarborg?: { say?: { chat?: string }; handoff?: { open?: boolean } | null } }
        }
      ).error
      return {
        ok: false,
        code: error?.code ?? `http_${status}`,
        status,
        call,
        say: error?.waarborg?.say?.chat,
        handoff: error?.waarborg?.handoff?.open ?? false,
      }
    },
    async post(key, path, body) {
      const { status, body: reply } = await send(key, path, body)
      return { status, body: reply }
    },
    close: () => pool.close(),
  }
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
