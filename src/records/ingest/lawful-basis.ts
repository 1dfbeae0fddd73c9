/**
 * The ground a source states in its own file: the lawful-basis attachment of draft-howe-vcon-lawful-basis. Waarborg
 * lets it take a use away (refused, expired, damaged); it never adds a use that the register of purposes does not allow.
 */
import type { SourceBasis, SourceGrant } from './contract.ts'
import { canonicalJson, isObject, type JsonObject, type JsonValue, jsonObject, parseJson } from './strict-json.ts'
import { readTime } from './times.ts'

export const sixBases = [
  'consent',
  'contract',
  'legal_obligation',
  'vital_interests',
  'public_task',
  'legitimate_interests',
] as const

/** Allowed difference between clocks when an end date is judged (draft-howe-vcon-lawful-basis, Temporal Validity). */
const skewMs = 5 * 60_000

export type BasisAttachment = { readonly pointer: string; readonly body: JsonValue | undefined }

/** Reads all lawful-basis attachments of one record; undefined when there are none. */
export function readSourceBasis(
  attachments: readonly BasisAttachment[],
  now: Date,
  sha256: (text: string) => string,
): SourceBasis | undefined {
  const bases: SourceBasis['bases'][number][] = []
  const grants: SourceGrant[] = []
  const unreadable: string[] = []
  for (const { pointer, body } of attachments) {
    const read = readBody(body, pointer, now, sha256)
    if (read === undefined) unreadable.push(pointer)
    else {
      bases.push({ basis: read.basis, expiresAt: read.expiresAt, pointer })
      grants.push(...read.grants)
    }
  }
  return attachments.length === 0 ? undefined : { bases, grants, unreadable, verified: false }
}

export type SourceVerdict =
  /** The source says nothing about this purpose: the register alone decides. */
  | { readonly verdict: 'not_stated' }
  | { readonly verdict: 'granted' }
  | { readonly verdict: 'denied' | 'expired' | 'unreadable'; readonly pointer?: string }

/** Whether the source's own statement stands in the way of a purpose; of several grants the strictest counts. */
export function judgeSourceBasis(basis: SourceBasis | undefined, purpose: string, now: Date): SourceVerdict {
  if (basis === undefined) return { verdict: 'not_stated' }
  const named = basis.grants.filter((grant) => samePurpose(grant.purpose, purpose))
  const denied = named.find((grant) => !grant.granted)
  if (denied !== undefined) return { verdict: 'denied', pointer: denied.pointer }
  // an attachment that cannot be read may hold a refusal
  if (basis.unreadable.length > 0) return { verdict: 'unreadable', pointer: basis.unreadable[0]! }
  const lapsed = named.find((grant) => hasLapsed(grant.expiresAt, now))
  if (lapsed !== undefined) return { verdict: 'expired', pointer: lapsed.pointer }
  if (named.length > 0) return { verdict: 'granted' }
  if (basis.bases.every((stated) => hasLapsed(stated.expiresAt, now)))
    return { verdict: 'expired', pointer: basis.bases[0]!.pointer }
  return { verdict: 'not_stated' }
}

/** True when the source refuses recording: then no words are kept, whatever the purpose of the import. */
export function refusesRecording(basis: SourceBasis | undefined): boolean {
  return basis?.grants.some((grant) => samePurpose(grant.purpose, 'recording') && !grant.granted) ?? false
}

function samePurpose(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase()
}

function hasLapsed(expiresAt: string | null, now: Date): boolean {
  return expiresAt !== null && Date.parse(expiresAt) + skewMs < now.getTime()
}

function readBody(
  value: JsonValue | undefined,
  pointer: string,
  now: Date,
  sha256: (text: string) => string,
): { basis: string; expiresAt: string | null; grants: SourceGrant[] } | undefined {
  const body = typeof value === 'string' ? parsed(value) : value
  if (
    !isObject(body) ||
    typeof body.lawful_basis !== 'string' ||
    !(sixBases as readonly string[]).includes(body.lawful_basis)
  )
    return undefined
  const expiresAt = readExpiry(body.expiration)
  if (expiresAt === undefined || !Array.isArray(body.purpose_grants) || !hashFits(body, sha256)) return undefined
  const grants: SourceGrant[] = []
  for (const [n, grant] of body.purpose_grants.entries()) {
    if (!isObject(grant) || typeof grant.purpose !== 'string' || typeof grant.granted !== 'boolean') return undefined
    const grantedAt = typeof grant.granted_at === 'string' ? readTime(grant.granted_at, now) : undefined
    grants.push({
      purpose: grant.purpose,
      granted: grant.granted,
      ...(grantedAt?.kind === 'exact' ? { grantedAt: new Date(grantedAt.ms).toISOString() } : {}),
      conditions: Array.isArray(grant.conditions)
        ? grant.conditions.filter((condition) => typeof condition === 'string')
        : [],
      expiresAt,
      pointer: `${pointer}/body/purpose_grants/${n}`,
    })
  }
  return { basis: body.lawful_basis, expiresAt, grants }
}

function parsed(text: string): JsonValue | undefined {
  const result = parseJson(text)
  return result.ok ? result.value : undefined
}

/** ISO time, null for no end, undefined when it cannot be read. An end may lie far ahead, so only its form is judged. */
function readExpiry(value: JsonValue | undefined): string | null | undefined {
  if (value === null) return null
  if (typeof value !== 'string') return undefined
  const read = readTime(value, new Date(8.64e15))
  return read.kind === 'exact' ? new Date(read.ms).toISOString() : undefined
}

/** A stated hash must fit the body without it; one that we cannot compute counts as not fitting. */
function hashFits(body: JsonObject, sha256: (text: string) => string): boolean {
  const stated = body.content_hash
  if (stated === undefined) return true
  if (
    !isObject(stated) ||
    stated.algorithm !== 'sha-256' ||
    stated.canonicalization !== 'jcs' ||
    typeof stated.value !== 'string'
  )
    return false
  const rest = jsonObject(Object.entries(body).filter(([key]) => key !== 'content_hash'))
  return sha256(canonicalJson(rest)) === stated.value.toLowerCase()
}
