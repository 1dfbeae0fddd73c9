/** For tests of the SDK: a small log of its own that gives receipts, and a receipt with one thing in it changed. */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import {
  COSIGNATURE,
  canonicalBytes,
  commitment,
  cosignatureBytes,
  cosignedText,
  ED25519,
  formatCheckpoint,
  formatNote,
  formatTlogProof,
  formatVerifierKey,
  inclusionRanges,
  makeVerifierKey,
  rootOfEntries,
  utf8,
} from '../src/ledger/verify/index.ts'

export type Receipt = { readonly entry: string; readonly proof: string }
export type TestReceipt = Receipt & { readonly vkey: string; readonly witness: string; readonly content: unknown }

const origin = 'ledger.voorbeeld.nl/klantcontact'

/** Entry 4 of a log of seven, which commits to `content`; signed by the log and by one witness. */
export function testReceipt(): TestReceipt {
  const content = [{ seq: 1, role: 'customer', said: 'Ik wil een mens spreken.' }]
  const salt = randomBytes(32)
  const entries = Array.from({ length: 7 }, (_, n) =>
    canonicalBytes({
      id: `019a0000-0000-8000-8000-00000000000${n}`,
      type: 'conversation.recorded',
      at: '2026-11-25T12:00:00.000Z',
      actor: { kind: 'system', id: 'klantassistent' },
      body: { turns: { from: 1, to: 1 }, channel: 'chat' },
      commit: commitment(salt, content),
    }),
  )
  const [index, size] = [4, entries.length]
  const hashes = inclusionRanges(index, size).map(({ start, end }) => rootOfEntries(entries.slice(start, end)))
  const text = formatCheckpoint({ origin, size, root: rootOfEntries(entries) })
  const [log, witness] = [generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('ed25519').privateKey]
  const logKey = makeVerifierKey(origin, ED25519, rawPublicKey(log))
  const witnessKey = makeVerifierKey('getuige.voorbeeld.nl', COSIGNATURE, rawPublicKey(witness))
  const time = 1_764_072_000n
  const checkpoint = formatNote({
    text,
    signatures: [
      { name: origin, id: logKey.id, bytes: sign(null, utf8(text), log) },
      {
        name: witnessKey.name,
        id: witnessKey.id,
        bytes: cosignatureBytes(time, sign(null, utf8(cosignedText(text, time)), witness)),
      },
    ],
  })
  return {
    entry: new TextDecoder().decode(entries[index]),
    proof: formatTlogProof({ extra: salt, index, hashes, checkpoint }),
    vkey: formatVerifierKey(logKey),
    witness: formatVerifierKey(witnessKey),
    content,
  }
}

const rawPublicKey = (key: KeyObject): Uint8Array =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)

/**
 * The receipt once for every thing that can be changed in it: each field of the entry at any depth (another value, or
 * gone), and each line of the proof up to the log's signature, but for the salt, which says nothing about the entry.
 */
export function changedReceipts({ entry, proof }: Receipt): { readonly what: string; readonly receipt: Receipt }[] {
  const whole = JSON.parse(entry) as unknown
  const entries = pathsOf(whole).flatMap((path) =>
    (['changed', 'gone'] as const).map((how) => ({
      what: `entry ${path.join('.')} ${how}`,
      receipt: { entry: JSON.stringify(changedAt(whole, path, how)), proof },
    })),
  )
  const lines = proof.split('\n')
  const signature = lines.findIndex((line) => line.startsWith('— '))
  const proofs = lines.slice(0, signature + 1).flatMap((line, n) => {
    if (line === '' || line.startsWith('extra ')) return []
    return [
      { what: `proof line ${n + 1} changed`, with: [changedLine(line)] },
      { what: `proof line ${n + 1} gone`, with: [] },
    ].map((change) => ({
      what: change.what,
      receipt: { entry, proof: [...lines.slice(0, n), ...change.with, ...lines.slice(n + 1)].join('\n') },
    }))
  })
  return [...entries, ...proofs, { what: 'a space behind the entry', receipt: { entry: `${entry} `, proof } }]
}

type Path = readonly string[]
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (!isObject(value)) return [path]
  const below = Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]))
  return path.length === 0 ? below : [path, ...below.filter((one) => one.length > path.length)]
}

function changedAt(value: unknown, [key, ...rest]: Path, how: 'changed' | 'gone'): unknown {
  if (key === undefined) return otherThan(value)
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  if (rest.length === 0 && how === 'gone') delete copy[key]
  else copy[key] = changedAt(copy[key], rest, how)
  return copy
}

function otherThan(value: unknown): unknown {
  if (typeof value === 'string') return `${value}x`
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  return value === null ? 'x' : null
}

/** One more for a number, one bit of what is base64, one letter of anything else. */
function changedLine(line: string): string {
  const [, before, last] = /^(.*?)([^ ]+)$/.exec(line)!
  if (/^\d+$/.test(last!)) return `${before}${Number(last) + 1}`
  if (/^[A-Za-z0-9+/]{40,}=*$/.test(last!)) {
    const bytes = Buffer.from(last!, 'base64')
    bytes[bytes.length - 1]! ^= 1
    return `${before}${bytes.toString('base64')}`
  }
  return `${line}x`
}
