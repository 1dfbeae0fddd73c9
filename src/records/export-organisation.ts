/** What is on record, as an organisation file: applying it to the same records changes nothing. */
import type { Bilingual } from './contract.ts'
import { explainerOut } from './explainer.ts'
import { BUILT_IN_NOTICE, type Notice } from './notice.ts'
import type { OrganisationInput } from './organisation-file.ts'
import type { Register, RegisterPerson, RegisterSystem } from './register.ts'

/**
 * Everything but data subjects, whose references cannot be read back, and keys' secrets. Roles that have ended stay
 * out; decisions about systems are all there, since they are what was decided. `null` when there is no organisation.
 */
export function exportOrganisation(register: Register, now: Date): OrganisationInput | null {
  if (register.tenant === null) return null
  return {
    waarborg: 1,
    tenant: register.tenant,
    clients: register.clients.map(({ id, name, profile: { webhooks, ...profile } }) => ({
      id,
      name,
      ...profile,
      ...(webhooks === undefined
        ? {}
        : { webhooks: webhooks.map(({ secret, ...hook }) => ({ ...hook, secret: keyPlace(secret)! })) }),
    })),
    purposes: register.purposes.map((one) =>
      without({
        id: one.id,
        client: one.client,
        name: one.name,
        basis: one.basis,
        specialBasis: one.specialBasis,
        reasoning: one.reasoning,
        signedBy: one.signedBy,
        signedAt: iso(one.signedAt),
        dataKinds: one.dataKinds,
        retentionDays: one.retentionDays,
        terms: Object.keys(one.terms).length === 0 ? null : one.terms,
        consequenceOfNo: one.consequenceOfNo,
        kind: one.kind,
        about: one.about,
        staff: one.staff,
        processing: Object.keys(one.processing).length === 0 ? null : one.processing,
        upstreams: one.upstreams === null ? null : [...one.upstreams],
        processors: one.processors === null ? null : [...one.processors],
        objectable: one.objectable,
        prohibited: one.prohibited,
      }),
    ),
    ...(register.attributes.every(({ ended }) => ended)
      ? {}
      : {
          attributes: register.attributes
            .filter(({ ended }) => !ended)
            .map(({ id, client, statement, signedBy, signedAt, endsAt }) => ({
              id,
              client,
              ...statement,
              signedBy,
              signedAt: signedAt.toISOString(),
              ...(endsAt === null ? {} : { endsAt: endsAt.toISOString() }),
            })),
        }),
    ...(written(register).length === 0 ? {} : { notices: written(register).map(noticeOut) }),
    upstreams: register.upstreams.map((one) =>
      without({
        id: one.id,
        builtin: one.builtin,
        baseUrl: one.baseUrl,
        ...one.options,
        apiKey: keyPlace(one.keyRef),
        provider: one.provider,
      }),
    ),
    ...(register.processors.length === 0
      ? {}
      : {
          processors: register.processors.map(({ id, client, name, task, terms }) =>
            without({ id, client, name, task, terms }),
          ),
        }),
    people: register.people.map((one) => personOut(one, now)),
    systems: register.systems.map((one) => systemOut(one, register, now)),
    keys: register.keys.filter((key) => key.usable).map(({ system, label }) => ({ system, label })),
  }
}

/** Questions that someone wrote; those that Waarborg put together from the register come back by themselves. */
const written = (register: Register) => register.notices.filter(({ notice }) => !notice.startsWith(BUILT_IN_NOTICE))

function noticeOut({
  notice,
  client,
  purpose,
  version,
  material,
  texts,
}: Notice): NonNullable<OrganisationInput['notices']>[number] {
  const channels = [...new Set(texts.map(({ channel }) => channel))]
  const words = (channel: string, language: string) =>
    texts.find((one) => one.channel === channel && one.language === language)?.text ?? ''
  return {
    id: notice,
    client,
    purpose,
    version,
    material,
    texts: Object.fromEntries(
      channels.map((channel) => [channel, { nl: words(channel, 'nl'), en: words(channel, 'en') }]),
    ),
  }
}

type PersonInput = NonNullable<OrganisationInput['people']>[number]
type SystemInput = NonNullable<OrganisationInput['systems']>[number]

function personOut(one: RegisterPerson, now: Date): PersonInput {
  const roles = one.roles.filter((role) => isOpen(role, now) && !(role.role === 'overseer' && role.system !== null))
  return without({
    id: one.id,
    name: one.name,
    email: one.email,
    roles: roles.map(({ role, client, system, from, until }) =>
      without({
        role: role as NonNullable<PersonInput['roles']>[number]['role'],
        client,
        system,
        from: iso(from),
        until: iso(until),
      }),
    ),
    qualifications: one.qualifications.map(({ kind, attainedOn, validUntil, evidence }) =>
      without({
        kind: kind as NonNullable<PersonInput['qualifications']>[number]['kind'],
        attainedOn,
        validUntil: validUntil.toISOString(),
        evidence,
      }),
    ),
  })
}

function systemOut(one: RegisterSystem, register: Register, now: Date): SystemInput {
  const stop = one.stops.find((order) => order.system === one.id && order.resumedAt === null)
  const overseers = register.people.flatMap((person) =>
    person.roles
      .filter((role) => role.role === 'overseer' && role.system === one.id && isOpen(role, now))
      .map((role) => without({ person: person.id, from: iso(role.from), until: iso(role.until) })),
  )
  return without({
    id: one.id,
    client: one.client,
    name: one.name,
    description: one.description,
    kind: one.kind as SystemInput['kind'],
    decisionClass: one.decisionClass as SystemInput['decisionClass'],
    owner: one.owner,
    channel: one.channel,
    language: one.language,
    purposes: [...one.purposes],
    upstream: one.upstream,
    disclosure: one.disclosure as NonNullable<SystemInput['disclosure']>,
    emotionInference: one.emotionInference,
    biometricCategorisation: one.biometricCategorisation,
    mode: one.mode,
    observe:
      one.observeUntil === null ? null : { until: one.observeUntil.toISOString(), signedBy: [...one.observeSignedBy] },
    toolsWithOriginals: one.toolsWithOriginals === null ? null : [...one.toolsWithOriginals],
    allowedContent: one.allowedContent as NonNullable<SystemInput['allowedContent']>,
    limits: one.limits,
    prohibited: one.prohibited,
    decisions: one.decisions,
    dataSheet: one.gatePolicies.dataSheet,
    pairedPrompts: one.gatePolicies.pairedPrompts,
    ...(one.versions.length === 0
      ? {}
      : {
          versions: one.versions.map(({ hash: _, settings, explainer, ...version }) => ({
            ...version,
            settings: settings as Record<string, never>,
            ...(explainer === null ? {} : { explainer: explainerOut(explainer) }),
          })),
        }),
    gates: one.gates.map((gate) =>
      without({
        version: gate.version,
        decision: gate.decision,
        by: gate.by,
        reasons: gate.reasons as string | Bilingual,
        conditions: gate.conditions,
        despite: gate.despite,
        at: gate.at.toISOString(),
        validUntil: gate.validUntil.toISOString(),
      }),
    ),
    overseers,
    stopped:
      stop === undefined
        ? null
        : without({
            by: stop.by,
            at: stop.at.toISOString(),
            reason: stop.reason as NonNullable<SystemInput['stopped']>['reason'],
            note: stop.note,
          }),
  })
}

function keyPlace(keyRef: string | null): { env: string } | { file: string } | null {
  if (keyRef === null) return null
  return keyRef.startsWith('env:') ? { env: keyRef.slice(4) } : { file: keyRef.replace(/^file:/, '') }
}

function isOpen(role: { readonly until: Date | null }, now: Date): boolean {
  return role.until === null || role.until > now
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null
}

type Given<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : never]?: Exclude<T[K], null>
}

/** Without the fields that hold null: a file leaves out what is not there. */
function without<T extends Record<string, unknown>>(value: T): Given<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null)) as Given<T>
}
