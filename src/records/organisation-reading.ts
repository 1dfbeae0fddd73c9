/** From a parsed file to the organisation that it describes: defaults filled in, times worked out, ids checked. */
import { isStorable, type ProcessingRecord, type PurposeTerms, type StaffTerms } from './contract.ts'
import { wantedExplainer } from './explainer.ts'
import { type Moment, readMoment } from './moment.ts'
import { noticeChannels, noticeText } from './notice.ts'
import type { Organisation, WantedPerson, WantedSystem, WantedUpstream, WantedVersion } from './organisation.ts'
import { type OrganisationFile, organisationFile, organisationJsonSchema } from './organisation-file.ts'
import { type Path, type Problem, problem, shapeProblems } from './organisation-problem.ts'
import { checkIds } from './organisation-references.ts'
import { wantedTerms } from './processor-times.ts'

/**
 * Reads a parsed file. `resolve` turns a path in the file into one that holds everywhere. Returns the organisation, or
 * every problem found: of the shape first; references are checked only in a file that has the shape.
 */
export function readOrganisation(
  value: unknown,
  { now, resolve }: { readonly now: Date; readonly resolve: (path: string) => string },
): { readonly organisation: Organisation } | { readonly problems: readonly Problem[] } {
  const unstorable = unstorableTexts(value, [])
  if (unstorable.length > 0) return { problems: unstorable }
  const parsed = organisationFile.safeParse(value)
  if (!parsed.success) return { problems: shapeProblems(parsed.error, value, organisationJsonSchema()) }
  const problems: Problem[] = []
  const organisation = wantedFrom(parsed.data, now, resolve, problems)
  checkIds(organisation, problems)
  return problems.length > 0 ? { problems } : { organisation }
}

/** Texts that the database cannot hold, wherever they stand. */
function unstorableTexts(value: unknown, path: Path): Problem[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [problem('text_unreadable', path)]
  if (Array.isArray(value)) return value.flatMap((one, n) => unstorableTexts(one, [...path, n]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, one]) =>
    isStorable(name) ? unstorableTexts(one, [...path, name]) : [problem('text_unreadable', path)],
  )
}

function wantedFrom(
  file: OrganisationFile,
  now: Date,
  resolve: (path: string) => string,
  problems: Problem[],
): Organisation {
  const at = (text: string | undefined): Moment | null => (text === undefined ? null : (readMoment(text, now) ?? null))
  const must = (text: string): Moment => readMoment(text, now)!
  return {
    tenant: file.tenant,
    clients: file.clients.map(
      ({ id, name, contact, allow, recognisers, handoff, theme, providers, regions, ...one }, n) => ({
        id,
        name,
        profile: {
          contact,
          allow,
          ...(recognisers.length === 0 ? {} : { recognisers }),
          handoff,
          ...(theme === undefined ? {} : { theme }),
          ...(one.country === undefined ? {} : { country: one.country }),
          ...(one.consentAge === undefined ? {} : { consentAge: one.consentAge }),
          ...(one.withdrawalWords === undefined ? {} : { withdrawalWords: one.withdrawalWords }),
          ...(one.telemarketing === undefined ? {} : { telemarketing: one.telemarketing }),
          ...(one.disclosures === undefined ? {} : { disclosures: one.disclosures }),
          ...(one.complaints === undefined ? {} : { complaints: one.complaints }),
          ...(one.webhooks === undefined ? {} : { webhooks: one.webhooks.map((hook) => webhookFrom(hook, resolve)) }),
          ...(one.closedDays === undefined ? {} : { closedDays: one.closedDays }),
          ...(providers === undefined ? {} : { providers }),
          ...(regions === undefined ? {} : { regions }),
        },
        path: ['clients', n],
      }),
    ),
    purposes: file.purposes.map((one, n) => ({
      ...one,
      specialBasis: one.specialBasis ?? null,
      reasoning: one.reasoning ?? null,
      signedBy: one.signedBy ?? null,
      signedAt: at(one.signedAt),
      terms: (one.terms ?? {}) as PurposeTerms,
      staff: (one.staff ?? null) as StaffTerms | null,
      processing: one.processing as ProcessingRecord,
      upstreams: one.upstreams ?? null,
      processors: one.processors ?? null,
      consequenceOfNo: one.consequenceOfNo ?? null,
      // GDPR art. 21(1): against public task and legitimate interests, https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_21
      objectable:
        one.objectable ??
        (one.basis === 'public_task' || one.basis === 'legitimate_interests' || one.kind === 'telemarketing'),
      prohibited: one.prohibited ?? null,
      path: ['purposes', n],
    })),
    attributes: file.attributes.map(({ id, client, signedBy, signedAt, endsAt, question, ...one }, n) => ({
      id,
      client,
      statement: { ...one, ...(question === undefined ? {} : { question }) },
      signedBy,
      signedAt: must(signedAt),
      endsAt: at(endsAt),
      path: ['attributes', n],
    })),
    notices: file.notices.map((one, n) => ({
      notice: one.id,
      client: one.client,
      purpose: one.purpose,
      version: one.version,
      material: one.material,
      texts: noticeChannels.flatMap((channel) => {
        const words = one.texts[channel]
        return words === undefined
          ? []
          : (['nl', 'en'] as const).map((language) => noticeText(language, channel, words[language]))
      }),
      path: ['notices', n],
    })),
    upstreams: file.upstreams.map((one, n) => wantedUpstream(one, ['upstreams', n], now, resolve, problems)),
    processors: file.processors.map((one, n) => ({
      id: one.id,
      client: one.client ?? null,
      name: one.name,
      task: one.task,
      ...wantedTerms(one.terms, now),
      path: ['processors', n],
    })),
    people: file.people.map((one, n) => wantedPerson(one, ['people', n], at, must)),
    systems: file.systems.map((one, n) => wantedSystem(one, ['systems', n], now, resolve, at, must, problems)),
    subjects: file.subjects.map((one, n) => ({
      reference: one.reference,
      client: one.client,
      language: one.language ?? null,
      circumstance: one.kind,
      path: ['subjects', n],
      representatives: one.representatives.map((other, m) => ({
        kind: other.kind,
        relation: other.relation,
        purposes: other.purposes ?? null,
        validUntil: at(other.validUntil),
        evidence: other.evidence,
        path: ['subjects', n, 'representatives', m],
      })),
      consents: one.consents.map((consent, m) => ({
        ...consent,
        system: consent.system ?? null,
        at: at(consent.at),
        expiresAt: at(consent.expiresAt),
        language: consent.language ?? one.language ?? 'nl',
        path: ['subjects', n, 'consents', m],
      })),
    })),
    keys: file.keys.map((one, n) => ({ ...one, path: ['keys', n] })),
  }
}

function wantedUpstream(
  one: OrganisationFile['upstreams'][number],
  path: Path,
  now: Date,
  resolve: (path: string) => string,
  problems: Problem[],
): WantedUpstream {
  if ((one.builtin === undefined) === (one.baseUrl === undefined)) problems.push(problem('upstream_kind', path))
  for (const [field, of] of [
    ['knowledge', 'assistant'],
    ['tools', 'assistant'],
    ['file', 'record'],
  ] as const)
    if (one[field] !== undefined && one.builtin !== of) problems.push(problem('upstream_kind', [...path, field]))
  for (const field of ['apiKey', 'allowPrivateAddress', 'selfHosted', 'noStreamUsage'] as const)
    if (one[field] !== undefined && one.baseUrl === undefined) problems.push(problem('upstream_kind', [...path, field]))
  const { name, region } = one.provider
  const { terms, times } =
    typeof one.provider.terms === 'object'
      ? wantedTerms(one.provider.terms, now)
      : { terms: one.provider.terms, times: {} }
  return {
    id: one.id,
    builtin: one.builtin ?? null,
    baseUrl: one.baseUrl?.replace(/\/+$/, '') ?? null,
    keyRef:
      one.apiKey === undefined
        ? null
        : 'env' in one.apiKey
          ? `env:${one.apiKey.env}`
          : `file:${resolve(one.apiKey.file)}`,
    provider: { name, ...(region === undefined ? {} : { region }), ...(terms === undefined ? {} : { terms }) },
    options: {
      ...(one.knowledge === undefined ? {} : { knowledge: resolve(one.knowledge) }),
      ...(one.tools === undefined ? {} : { tools: resolve(one.tools) }),
      ...(one.file === undefined ? {} : { file: resolve(one.file) }),
      ...(one.allowPrivateAddress === true ? { allowPrivateAddress: true } : {}),
      ...(one.selfHosted === true ? { selfHosted: true } : {}),
      ...(one.noStreamUsage === true ? { noStreamUsage: true } : {}),
    },
    times,
    path,
  }
}

type At = (text: string | undefined) => Moment | null

type Must = (text: string) => Moment

function wantedPerson(one: OrganisationFile['people'][number], path: Path, at: At, must: Must): WantedPerson {
  return {
    id: one.id,
    name: one.name,
    email: one.email?.trim().toLowerCase() ?? null,
    roles: one.roles.map((given, n) => ({
      role: given.role,
      client: given.client ?? null,
      system: given.system ?? null,
      from: at(given.from),
      until: at(given.until),
      path: [...path, 'roles', n],
    })),
    qualifications: one.qualifications.map((given, n) => ({
      kind: given.kind,
      attainedOn: must(given.attainedOn),
      validUntil: must(given.validUntil),
      evidence: given.evidence ?? null,
      path: [...path, 'qualifications', n],
    })),
    path,
  }
}

function wantedSystem(
  one: OrganisationFile['systems'][number],
  path: Path,
  now: Date,
  resolve: (path: string) => string,
  at: At,
  must: Must,
  problems: Problem[],
): WantedSystem {
  const versions = wantedVersions(one, path, resolve, problems)
  const current = versions.find((version) => version.current)?.id ?? versions[0]?.id ?? ''
  return {
    id: one.id,
    client: one.client,
    name: one.name,
    description: one.description,
    kind: one.kind,
    decisionClass: one.decisionClass,
    owner: one.owner ?? null,
    channel: one.channel,
    language: one.language,
    purposes: one.purposes,
    upstream: one.upstream,
    disclosure: one.disclosure,
    emotionInference: one.emotionInference,
    biometricCategorisation: one.biometricCategorisation,
    mode: one.mode,
    observeUntil: at(one.observe?.until),
    observeSignedBy: one.observe?.signedBy ?? [],
    toolsWithOriginals: one.toolsWithOriginals ?? null,
    allowedContent: one.allowedContent,
    limits: Object.fromEntries(
      Object.entries(one.limits).filter((entry): entry is [string, number] => entry[1] !== undefined),
    ),
    prohibited: one.prohibited ?? null,
    decisions: one.decisions ?? null,
    gatePolicies: { dataSheet: one.dataSheet, pairedPrompts: one.pairedPrompts },
    versions,
    versionsImplied: one.versions === undefined,
    gates: one.gates.map((gate, n) => ({
      version: gate.version ?? current,
      decision: gate.decision,
      by: gate.by,
      reasons: gate.reasons,
      conditions: gate.conditions ?? null,
      despite: gate.despite ?? null,
      at: at(gate.at) ?? { at: now, raw: '+0m' },
      validUntil: must(gate.validUntil),
      path: [...path, 'gates', n],
    })),
    overseers: one.overseers.map((overseer, n) => ({
      person: overseer.person,
      from: at(overseer.from),
      until: at(overseer.until),
      path: [...path, 'overseers', n],
    })),
    stopped:
      one.stopped === undefined
        ? null
        : {
            by: one.stopped.by,
            at: at(one.stopped.at),
            reason: one.stopped.reason,
            note: one.stopped.note ?? null,
            path: [...path, 'stopped'],
          },
    path,
  }
}

/** Versions with their models; a system without versions gets one, named 1. Exactly one is current. */
function wantedVersions(
  one: OrganisationFile['systems'][number],
  path: Path,
  resolve: (path: string) => string,
  problems: Problem[],
): WantedVersion[] {
  const given = one.versions ?? [
    { id: '1', prompt: '', knowledge: '', settings: {}, current: true, model: undefined, explainer: undefined },
  ]
  const flagged = given.filter((version) => version.current === true)
  const second = given.findLastIndex((version) => version.current === true)
  if (flagged.length > 1) problems.push(problem('version_current_twice', [...path, 'versions', second, 'current']))
  if (flagged.length === 0 && (given.length > 1 || given[0]?.current === false))
    problems.push(problem('version_current_missing', [...path, 'versions']))
  return given.map((version, n) => {
    const at = one.versions === undefined ? path : [...path, 'versions', n]
    const model = version.model ?? one.model
    if (model === undefined) problems.push(problem('model_missing', [...at, 'model']))
    return {
      id: version.id,
      model: model ?? '',
      prompt: version.prompt,
      knowledge: version.knowledge,
      settings: version.settings,
      current: version.current ?? given.length === 1,
      ...wantedExplainer(version.explainer, at, resolve),
      path: at,
    }
  })
}

const webhookFrom = (
  { secret, allowPrivateAddress, ...hook }: NonNullable<OrganisationFile['clients'][number]['webhooks']>[number],
  resolve: (path: string) => string,
) => ({
  ...hook,
  secret: 'env' in secret ? `env:${secret.env}` : `file:${resolve(secret.file)}`,
  ...(allowPrivateAddress === true ? { allowPrivateAddress: true } : {}),
})
