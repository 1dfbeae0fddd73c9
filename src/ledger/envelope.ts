import { actorKinds, type Envelope, isBody, isDay, patterns } from './contract.ts'

const required: ReadonlySet<string> = new Set([
  'actor',
  'at',
  'body',
  'client',
  'id',
  'refs',
  'subject',
  'tenant',
  'type',
  'v',
])

/**
 * The same as `envelope.safeParse(value).success` for a parsed JSON value, several times faster: verification asks it of
 * every entry. A test holds the two against each other.
 */
export function isEnvelope(value: unknown): value is Envelope {
  if (!isObject(value)) return false
  let fields = 0
  for (const key in value) {
    if (key === 'commit') continue
    if (!required.has(key)) return false
    fields++
  }
  const { v, id, type, at, actor, tenant, client, subject, refs, body, commit } = value
  return (
    fields === required.size &&
    v === 1 &&
    typeof id === 'string' &&
    patterns.id.test(id) &&
    isText(type, 60) &&
    patterns.type.test(type) &&
    isText(at, 24) &&
    patterns.time.test(at) &&
    isDay(at) &&
    isActor(actor) &&
    isText(tenant, 64) &&
    (client === null || isText(client, 64)) &&
    (subject === null || isText(subject, 200)) &&
    isRefs(refs) &&
    isBody(body) &&
    (commit === undefined || (typeof commit === 'string' && patterns.commit.test(commit)))
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= max

function isActor(value: unknown): boolean {
  if (!isObject(value)) return false
  for (const key in value) if (key !== 'kind' && key !== 'id') return false
  return actorKinds.some((kind) => kind === value.kind) && isText(value.id, 200)
}

function isRefs(value: unknown): boolean {
  if (!isObject(value)) return false
  for (const key in value) if (key.length > 40 || !patterns.ref.test(key) || !isText(value[key], 200)) return false
  return true
}
