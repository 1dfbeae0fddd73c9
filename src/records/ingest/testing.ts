/** Fixtures of the importer's tests: an invented conversation in each format, and ways to read what comes out. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { ImportedConversation, Problem, Read } from './contract.ts'
import { readerTools } from './io/tools.ts'
import { readVcon } from './vcon.ts'

export const now = new Date('2026-11-25T12:00:00Z')
export const tools = readerTools(now)

/** A vCon that follows the core draft to the letter. */
export function vcon(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    uuid: '01970000-0000-8000-8000-00000000000a',
    created_at: '2026-03-01T10:00:00Z',
    parties: [
      { name: 'Sanne Voorbeeld', tel: '+31201234567', role: 'customer' },
      { name: 'De Kade', role: 'bot' },
    ],
    dialog: [
      text('2026-03-01T10:00:00Z', 0, 'Goedemorgen, mijn rekening klopt niet.'),
      text('2026-03-01T10:00:05Z', 1, 'U spreekt met een computer. Waar kan ik mee helpen?'),
    ],
    ...change,
  }
}

export function text(
  start: string,
  party: number,
  body: string,
  change: Record<string, unknown> = {},
): Record<string, unknown> {
  return { type: 'text', start, parties: [party], mediatype: 'text/plain', encoding: 'none', body, ...change }
}

export function bytesOf(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
}

export function readOne(value: unknown): Read {
  return readVcon(bytesOf(value), { file: 'a.vcon' }, tools)
}

export function conversationOf(read: Read): ImportedConversation {
  if (read.kind === 'refused') throw new Error(`refused: ${JSON.stringify(read.problem)}`)
  return read.conversation
}

export function problemOf(read: { kind: string; problem?: Problem }): Problem {
  if (read.problem === undefined) throw new Error('not refused')
  return read.problem
}

export function codesOf(conversation: ImportedConversation): string[] {
  return [...new Set(conversation.deviations.map(({ code }) => code))].sort()
}

// A signer with a certificate, made when the test runs so that no key stands in the repository ---------------------

export type Signer = { readonly key: KeyObject; readonly certificate: string; readonly algorithm: 'ES256' | 'RS256' }

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const size =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}
const oid = (...bytes: number[]) => der(6, Buffer.from(bytes))
const named = (name: string) => der(0x30, der(0x31, der(0x30, oid(0x55, 4, 3), der(12, Buffer.from(name)))))
const algorithms = {
  ES256: der(0x30, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2)),
  RS256: der(0x30, oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11), der(5)),
}

/** X.509 (RFC 5280, 4.1) in its smallest form, signed by itself or by `issuer`. */
export function makeSigner(
  options: { algorithm?: 'ES256' | 'RS256'; name?: string; until?: string; issuer?: Signer & { name: string } } = {},
): Signer & { name: string } {
  const algorithm = options.algorithm ?? 'ES256'
  const name = options.name ?? 'De Kade'
  const pair =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  const issuer = options.issuer ?? { key: pair.privateKey, algorithm, name }
  const time = (at: string) => der(24, Buffer.from(at))
  const body = der(
    0x30,
    der(2, Buffer.from([1])),
    algorithms[issuer.algorithm],
    named(issuer.name),
    der(0x30, time('20250101000000Z'), time(options.until ?? '20991231235959Z')),
    named(name),
    pair.publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = sign('sha256', body, issuer.key)
  const certificate = der(0x30, body, algorithms[issuer.algorithm], der(3, Buffer.from([0]), signature)).toString(
    'base64',
  )
  return { key: pair.privateKey, certificate, algorithm, name }
}

export type Signing = { guarded?: Record<string, unknown>; header?: Record<string, unknown>; payload?: Buffer }

/** A signed vCon (RFC 7515, 7.2.1); `guarded` and `header` change the protected and the open header. */
export function signed(value: unknown, signer: Signer, change: Signing = {}): Record<string, unknown> {
  const payload = (change.payload ?? bytesOf(value)).toString('base64url')
  const guarded = Buffer.from(
    JSON.stringify({ alg: signer.algorithm, x5c: [signer.certificate], ...change.guarded }),
  ).toString('base64url')
  const signature = sign(
    'sha256',
    Buffer.from(`${guarded}.${payload}`),
    signer.algorithm === 'ES256' ? { key: signer.key, dsaEncoding: 'ieee-p1363' } : signer.key,
  )
  return {
    payload,
    signatures: [
      {
        protected: guarded,
        signature: signature.toString('base64url'),
        ...(change.header ? { header: change.header } : {}),
      },
    ],
  }
}
