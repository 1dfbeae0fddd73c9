/**
 * Reads vCons: draft-ietf-vcon-vcon-core-03 and the forms 0.0.1 to 0.4.0 in circulation; unsigned, signed (payload
 * only) and encrypted (kept sealed). Tolerant in what it reads, exact in what it says about it.
 */
import type { Deviation, ImportedConversation, Place, Read, ReaderTools, SignatureState } from './contract.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { capped, refuse } from './outcome.ts'
import { openSigned, vconForm } from './signed-vcon.ts'
import { isObject, type JsonNote, type JsonObject, parseJson } from './strict-json.ts'
import { decodeText } from './text-decoding.ts'
import { readUnsigned } from './unsigned-vcon.ts'

/** Extensions whose meaning this reader takes in; any other name in `critical` refuses the record (draft, critical). */
export const supportedExtensions: readonly string[] = ['agent_session', 'cc', 'lawful_basis']

/** Reads one vCon from its bytes. Never throws: what cannot be read comes back as a coded problem with its place. */
export function readVcon(bytes: Uint8Array, place: Place, tools: ReaderTools, limits: Limits = defaultLimits): Read {
  const decoded = decodeText(bytes)
  if (!decoded.ok)
    return refuse(place, 'encoding_not_utf8', { byte: decoded.byte + 1, params: { guess: decoded.guess } })
  if (decoded.text.trim() === '') return refuse(place, 'file_empty')
  const read = parseJson(decoded.text, { depth: limits.depth })
  if (!read.ok) {
    const { code, line, column, offset, pointer } = read.failure
    return refuse(place, code, {
      line: place.line ?? line,
      column,
      byte: new TextEncoder().encode(decoded.text.slice(0, offset)).length + 1,
      pointer,
    })
  }
  if (!isObject(read.value)) return refuse(place, 'value_type', { pointer: '', params: { expected: 'object' } })
  return readVconValue(read.value, read.notes, { place, bytes: () => bytes }, tools, limits)
}

/** The record's own bytes are asked for only when it is encrypted. */
export type VconSource = { readonly place: Place; bytes(): Uint8Array }

/** Reads one vCon that is parsed already. */
export function readVconValue(
  value: JsonObject,
  notes: readonly JsonNote[],
  source: VconSource,
  tools: ReaderTools,
  limits: Limits = defaultLimits,
): Read {
  const { place } = source
  const form = vconForm(value)
  if (form === 'encrypted') return seal(value, source, tools)
  if (form === 'unsigned') return finish(value, notes, undefined, [], place, tools, limits)
  const opened = openSigned(value, notes, tools, limits.depth)
  if (!opened.ok) return refuse(place, opened.code, { pointer: opened.pointer })
  if (vconForm(opened.vcon) === 'encrypted') return seal(value, source, tools)
  const deviations = [...opened.deviations]
  if (opened.signature.state !== 'valid')
    deviations.push({ code: 'signature_unverified', pointer: '/signatures', detail: opened.signature.reason ?? '' })
  return finish(opened.vcon, opened.notes, opened.signature, deviations, place, tools, limits)
}

function finish(
  vcon: JsonObject,
  notes: readonly JsonNote[],
  signature: SignatureState | undefined,
  envelope: readonly Deviation[],
  place: Place,
  tools: ReaderTools,
  limits: Limits,
): Read {
  if (typeof vcon.uuid !== 'string' || vcon.uuid.trim() === '' || vcon.uuid.length > 200)
    return refuse(place, 'uuid_missing', { pointer: '/uuid' })
  const unknown = [vcon.critical, vcon.must_support]
    .flatMap((list) => (Array.isArray(list) ? list : list === undefined || list === null ? [] : [list]))
    .filter((name) => !(typeof name === 'string' && supportedExtensions.includes(name)))
  if (unknown.length > 0)
    return refuse(place, 'critical_unknown', {
      pointer: vcon.critical !== undefined ? '/critical' : '/must_support',
      params: { names: unknown.map(nameOfExtension).slice(0, 8).join(', ') },
    })
  const read = readUnsigned(vcon, tools, limits)
  if (!read.ok)
    return refuse(place, read.code, { pointer: read.pointer, ...(read.params ? { params: read.params } : {}) })
  const deviations = [
    ...envelope,
    ...notes.map(({ code, pointer }): Deviation => ({ code, pointer, detail: '' })),
    ...read.deviations,
  ]
  const grade =
    signature !== undefined && signature.state !== 'valid'
      ? 'unverified'
      : deviations.length === 0
        ? 'conformant'
        : 'readable'
  return {
    kind: 'conversation',
    conversation: {
      ...read.content,
      place,
      grade,
      deviations: capped(deviations, limits.deviations),
      ...(signature ? { signature } : {}),
    },
  }
}

/** Encrypted: the bytes and their hash are kept; the uuid in its open header is a claim, so it is no key. */
function seal(value: JsonObject, source: VconSource, tools: ReaderTools): Read {
  const bytes = source.bytes()
  const sha256 = tools.sha256(bytes)
  const claimed =
    isObject(value.unprotected) && typeof value.unprotected.uuid === 'string'
      ? value.unprotected.uuid.slice(0, 200)
      : undefined
  const conversation: ImportedConversation = {
    sourceId: claimed ?? sha256,
    format: 'vcon',
    formatVersion: 'encrypted (JWE)',
    place: source.place,
    timeQuality: 'none',
    parties: [],
    turns: [],
    events: [],
    recordings: [],
    foreignLabels: [],
    links: [],
    grade: 'sealed',
    deviations: [],
    idempotencyKey: `vcon:sealed:${sha256}`,
    contentHash: sha256,
    textSha256: tools.sha256(''),
    sealed: { bytes, sha256 },
  }
  return { kind: 'conversation', conversation }
}

function nameOfExtension(name: unknown): string {
  return typeof name === 'string' && /^[\w.:/-]{1,80}$/.test(name) ? name : '?'
}
