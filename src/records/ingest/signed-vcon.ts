/**
 * The signed form of a vCon: JWS, General JSON Serialization (RFC 7515, 7.2.1). Only the payload is read, and only
 * names of the protected header decide anything: whoever changes a file can change everything else.
 */
import type { Deviation, ProblemCode, ReaderTools, SignatureReason, SignatureState } from './contract.ts'
import { isObject, type JsonNote, type JsonObject, type JsonValue, parseJson } from './strict-json.ts'
import { decodeText } from './text-decoding.ts'

/** Signatures over signatures (Long Term Archiving of Signed vCons) are followed this deep. */
const maxLayers = 8
const maxSignatures = 16
/** Asymmetric only: `none` and HMAC prove nothing to a third party. */
const allowed = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

export type VconForm = 'unsigned' | 'signed' | 'encrypted'

/** Which of the three forms an object has; a JWE or JWS counts whatever clear fields stand beside it. */
export function vconForm(value: JsonObject): VconForm {
  if (value.ciphertext !== undefined && (value.recipients !== undefined || value.protected !== undefined))
    return 'encrypted'
  if (value.payload !== undefined && (value.signatures !== undefined || value.signature !== undefined)) return 'signed'
  return 'unsigned'
}

export type Opened =
  | {
      readonly ok: true
      readonly vcon: JsonObject
      readonly notes: readonly JsonNote[]
      readonly signature: SignatureState
      readonly deviations: readonly Deviation[]
    }
  | { readonly ok: false; readonly code: ProblemCode; readonly pointer: string }

/** Takes the payload out and says what its signatures are worth. Clear fields beside it are left unread. */
export function openSigned(
  envelope: JsonObject,
  notes: readonly JsonNote[],
  tools: ReaderTools,
  depth: number,
): Opened {
  const deviations: Deviation[] = []
  let signature: SignatureState | undefined
  let current = envelope
  let currentNotes = notes
  let pointer = ''
  for (let layer = 0; layer < maxLayers; layer++) {
    // two values for one name: signer and reader may each see another one
    const repeated = currentNotes.find((note) => note.code === 'duplicate_key')
    if (repeated !== undefined) return { ok: false, code: 'json_duplicate_key', pointer: pointer + repeated.pointer }
    if (vconForm(current) !== 'signed')
      return {
        ok: true,
        vcon: current,
        notes: currentNotes,
        signature: withUuid(signature!, envelope, current),
        deviations,
      }
    const payload = readPayload(current.payload, tools, depth)
    if (!('value' in payload)) return { ok: false, code: payload.code, pointer: `${pointer}/payload` }
    const checked = checkSignatures(current, pointer, tools, deviations)
    signature = signature === undefined || signature.state === 'valid' ? checked : signature
    const clear = Object.keys(current).filter(
      (name) => !['payload', 'signatures', 'signature', 'protected', 'header'].includes(name),
    )
    if (clear.length > 0)
      deviations.push({ code: 'clear_fields_ignored', pointer, detail: clear.slice(0, 12).join(', ') })
    current = payload.value
    currentNotes = payload.notes
    pointer += '/payload'
  }
  return { ok: false, code: 'signed_payload_unreadable', pointer }
}

type Payload = { readonly value: JsonObject; readonly notes: readonly JsonNote[] } | { readonly code: ProblemCode }

function readPayload(encoded: JsonValue | undefined, tools: ReaderTools, depth: number): Payload {
  if (typeof encoded !== 'string' || encoded === '' || !isBase64Url(encoded))
    return { code: 'signed_payload_unreadable' }
  let bytes: Uint8Array = Buffer.from(encoded, 'base64url')
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const unfolded = tools.inflate(bytes)
    if ('reason' in unfolded) return { code: unfolded.reason }
    bytes = unfolded.bytes
  }
  const text = decodeText(bytes)
  const read = text.ok ? parseJson(text.text, { depth }) : undefined
  if (read === undefined || !read.ok)
    return { code: read?.failure.code === 'json_too_deep' ? 'json_too_deep' : 'signed_payload_unreadable' }
  return isObject(read.value) ? { value: read.value, notes: read.notes } : { code: 'signed_payload_unreadable' }
}

/** Every signature must hold; the first that does not gives the reason. */
function checkSignatures(
  envelope: JsonObject,
  pointer: string,
  tools: ReaderTools,
  deviations: Deviation[],
): SignatureState {
  let entries: readonly JsonValue[] = Array.isArray(envelope.signatures) ? envelope.signatures : []
  let at = `${pointer}/signatures`
  if (entries.length === 0 && envelope.signature !== undefined) {
    deviations.push({ code: 'jws_flattened', pointer, detail: 'signatures' })
    entries = [envelope]
    at = pointer
  }
  if (entries.length === 0 || entries.length > maxSignatures)
    return { state: 'unverified', reason: 'signature_missing' }
  let first: SignatureState | undefined
  for (const [n, entry] of entries.entries()) {
    const state = isObject(entry)
      ? checkSignature(entry, String(envelope.payload), `${at}/${n}`, tools, deviations)
      : ({ state: 'unverified', reason: 'signature_missing' } as const)
    if (first === undefined || (first.state === 'valid' && state.state !== 'valid')) first = state
  }
  return first!
}

function checkSignature(
  entry: JsonObject,
  payload: string,
  pointer: string,
  tools: ReaderTools,
  deviations: Deviation[],
): SignatureState {
  const header = isObject(entry.header) ? entry.header : undefined
  const encoded = entry.protected
  if (typeof entry.signature !== 'string' || !isBase64Url(entry.signature) || entry.signature === '')
    return { state: 'unverified', reason: 'signature_missing' }
  const guarded = typeof encoded === 'string' && isBase64Url(encoded) ? readHeader(encoded) : undefined
  if (guarded === undefined) return { state: 'unverified', reason: 'header_unreadable' }
  const shared = header === undefined ? [] : Object.keys(header).filter((name) => guarded[name] !== undefined)
  // RFC 7515, 7.2.1: the names of the two headers must be disjoint; the draft's own examples are not
  if (shared.length > 0)
    deviations.push({
      code: 'header_names_shared',
      pointer: `${pointer}/header`,
      detail: shared.slice(0, 12).join(', '),
    })
  const algorithm = guarded.alg
  if (typeof algorithm !== 'string' || !allowed.includes(algorithm))
    return { state: 'unverified', reason: 'algorithm_refused' }
  const unverified = (reason: SignatureReason): SignatureState => ({ state: 'unverified', reason, algorithm })
  if (guarded.crit !== undefined || guarded.b64 !== undefined) return unverified('critical_header')
  const chain = readChain(guarded.x5c)
  if (chain === undefined) return unverified('certificate_unreadable')
  if (chain.length === 0)
    return unverified(
      guarded.x5u !== undefined
        ? 'certificate_by_url'
        : header?.x5c !== undefined
          ? 'certificate_unprotected'
          : header?.x5u !== undefined
            ? 'certificate_by_url'
            : 'certificate_missing',
    )
  const checked = tools.verify({
    algorithm,
    signed: `${encoded}.${payload}`,
    signature: Buffer.from(entry.signature, 'base64url'),
    chain,
  })
  return { algorithm, ...checked }
}

function readHeader(encoded: string): JsonObject | undefined {
  const text = decodeText(Buffer.from(encoded, 'base64url'))
  const read = text.ok ? parseJson(text.text) : undefined
  return read?.ok && isObject(read.value) && !read.notes.some((note) => note.code === 'duplicate_key')
    ? read.value
    : undefined
}

/** DER certificates (RFC 7515, 4.1.6: base64, not base64url); empty when absent, undefined when unreadable. */
function readChain(value: JsonValue | undefined): Uint8Array[] | undefined {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length === 0 || value.length > 10) return undefined
  const chain: Uint8Array[] = []
  for (const item of value) {
    if (typeof item !== 'string' || !/^[A-Za-z0-9+/\s]+={0,2}$/.test(item)) return undefined
    chain.push(Buffer.from(item, 'base64'))
  }
  return chain
}

/** A uuid in a header is there to be compared with the one that was signed (draft, Header Object). */
function withUuid(signature: SignatureState, envelope: JsonObject, vcon: JsonObject): SignatureState {
  const entries = Array.isArray(envelope.signatures) ? envelope.signatures : [envelope]
  for (const entry of entries) {
    if (!isObject(entry)) continue
    const guarded =
      typeof entry.protected === 'string' && isBase64Url(entry.protected) ? readHeader(entry.protected) : undefined
    for (const uuid of [guarded?.uuid, isObject(entry.header) ? entry.header.uuid : undefined])
      if (uuid !== undefined && uuid !== vcon.uuid)
        return signature.state === 'valid' ? { ...signature, state: 'unverified', reason: 'uuid_differs' } : signature
  }
  return signature
}

function isBase64Url(text: string): boolean {
  return /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1
}
