/**
 * A Presidio analyzer over HTTP (`POST /analyze`, github.com/microsoft/presidio). Its offsets count characters (Python's
 * code points). It stands in the organisation's own network, so a private address is allowed here, and only here.
 */
import { Pool } from 'undici'
import { z } from 'zod'
import { labelOfEntity, unitOffsets } from '../entities.ts'
import { ModelFailed, type ModelSpan, type NameModel } from '../model.ts'

const answer = z
  .array(z.object({ start: z.int().min(0), end: z.int().min(0), score: z.number(), entity_type: z.string().max(100) }))
  .max(10_000)

const CONNECTIONS = 4
const LARGEST = 1_048_576

/** Nothing is sent at opening. `address` is http(s), without user, password, query or part. Errors: `ModelFailed`. */
export function openPresidio(address: string, deadlineMs: number): NameModel {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw new ModelFailed('model_failed', 'presidioUrl')
  const path = `${url.pathname.replace(/\/$/, '')}/analyze`
  const pool = new Pool(url.origin, { connections: CONNECTIONS, connect: { timeout: deadlineMs } })

  const analyze = async (text: string, language: string, signal: AbortSignal): Promise<ModelSpan[]> => {
    const reply = await pool.request({
      method: 'POST',
      path,
      signal,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ text, language }),
    })
    if (reply.statusCode !== 200) {
      reply.body.on('error', () => {})
      reply.body.destroy()
      throw new ModelFailed('model_failed', reply.statusCode)
    }
    return spansIn(text, await readJson(reply.body))
  }

  return {
    id: 'presidio@http',
    async find(texts, language) {
      const signal = AbortSignal.timeout(deadlineMs)
      try {
        const found: ModelSpan[][] = []
        for (let from = 0; from < texts.length; from += CONNECTIONS)
          found.push(
            ...(await Promise.all(
              texts.slice(from, from + CONNECTIONS).map((text) => analyze(text, language, signal)),
            )),
          )
        return found
      } catch (error) {
        if (signal.aborted) throw new ModelFailed('model_timeout')
        throw error instanceof ModelFailed ? error : new ModelFailed('model_failed', error)
      }
    },
    close: () => pool.destroy(),
  }
}

async function readJson(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > LARGEST) throw new ModelFailed('model_answer')
    pieces.push(piece)
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'))
  } catch {
    throw new ModelFailed('model_answer')
  }
}

function spansIn(text: string, value: unknown): ModelSpan[] {
  const parsed = answer.safeParse(value)
  if (!parsed.success) throw new ModelFailed('model_answer')
  const at = unitOffsets(text)
  return parsed.data.flatMap(({ start, end, score, entity_type }) => {
    const label = labelOfEntity(entity_type)
    const [from, to] = [at(start), at(end)]
    if (from === undefined || to === undefined || from >= to) throw new ModelFailed('model_answer')
    return label === undefined ? [] : [{ start: from, end: to, label, confidence: Math.min(1, Math.max(0, score)) }]
  })
}
