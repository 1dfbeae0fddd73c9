/**
 * The record of processing activities out of the register: one activity per purpose, with what the law asks (GDPR art.
 * 30(1), https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_30) and what of it is not on file.
 * Nothing is filled in for what is missing.
 */
import type { ProcessorTerms } from '../../records/contract.ts'
import {
  eeaCountries,
  type Register,
  type RegisterPurpose,
  termsProblems,
  upstreamTermsProblem,
} from '../../records/rules.ts'
import { termsOf } from '../rights/retention.ts'
import type { ProcessingActivity } from './contract.ts'

type Recipient = ProcessingActivity['recipients'][number]
type Facts = Pick<Register, 'clients' | 'upstreams' | 'processors' | 'systems' | 'people' | 'purposes'>

export function processingActivities(register: Facts, now: Date): ProcessingActivity[] {
  return register.purposes.map((one) => activityOf(register, one, now))
}

function activityOf(register: Facts, one: RegisterPurpose, now: Date): ProcessingActivity {
  const client = register.clients.find(({ id }) => id === one.client)
  const { contact } = client?.profile ?? {
    contact: {} as { address?: string; email?: string; privacyOfficer?: string },
  }
  const recipients = [...upstreamsOf(register, one, now), ...processorsOf(register, one, now)]
  const activity: ProcessingActivity = {
    purpose: one.id,
    client: one.client,
    controller: {
      name: client?.name ?? one.client,
      address: contact.address ?? null,
      email: contact.email ?? null,
      privacyOfficer: contact.privacyOfficer ?? null,
    },
    name: one.name,
    kind: one.kind,
    basis: one.basis,
    specialBasis: one.specialBasis,
    reasoning: one.reasoning,
    signedBy: register.people.find(({ id }) => id === one.signedBy)?.name ?? one.signedBy,
    signedAt: one.signedAt?.toISOString() ?? null,
    objectable: one.objectable,
    about: one.about,
    staff: one.staff,
    dataSubjects: one.processing.dataSubjects ?? null,
    dataKinds: one.dataKinds,
    recipients,
    terms: termsOf(one),
    security: one.processing.security ?? null,
    prohibited: one.prohibited,
    gaps: [],
  }
  return { ...activity, gaps: gapsOf(activity) }
}

/**
 * A data protection officer is not asked of everybody (GDPR art. 37), so none on file is no gap. Data about single members of staff need the works council's decision (WOR art.
 * 27(1)(k) and (l), https://wetten.overheid.nl/BWBR0002747/).
 */
function gapsOf({ controller, dataSubjects, security, about, staff, recipients }: ProcessingActivity) {
  const gaps: ProcessingActivity['gaps'] = []
  if (controller.address === null || controller.email === null) gaps.push('controller_contact')
  if (dataSubjects === null) gaps.push('data_subjects')
  if (security === null) gaps.push('security')
  if (about === 'staff' && staff?.level !== 'team' && staff?.worksCouncil === undefined) gaps.push('works_council')
  if (recipients.some(({ problems }) => problems.length > 0)) gaps.push('recipient_terms')
  return gaps
}

/** Suppliers that an AI system with this purpose sends calls to. */
function upstreamsOf({ upstreams, systems }: Facts, one: RegisterPurpose, now: Date): Recipient[] {
  const users = systems.filter(({ client, purposes }) => client === one.client && purposes.includes(one.id))
  return upstreams.flatMap((upstream) => {
    const mine = users.filter((system) => system.upstream === upstream.id)
    if (mine.length === 0) return []
    const terms = typeof upstream.provider.terms === 'object' ? upstream.provider.terms : undefined
    const first = upstreamTermsProblem(upstream, now)
    const needed = terms !== undefined || first !== null
    return [
      {
        kind: 'upstream' as const,
        id: upstream.id,
        name: upstream.provider.name,
        task: null,
        systems: mine.map(({ id, name }) => ({ id, name })),
        needed,
        problems: first === null && terms === undefined ? [] : termsProblems(terms, now),
        terms: terms ?? null,
        transfers: transfersOf(upstream.provider.name, terms),
      },
    ]
  })
}

function processorsOf({ processors }: Facts, one: RegisterPurpose, now: Date): Recipient[] {
  return processors
    .filter(({ client }) => client === null || client === one.client)
    .map(({ id, name, task, terms }) => ({
      kind: 'processor',
      id,
      name,
      task,
      systems: [],
      needed: true,
      problems: termsProblems(terms, now),
      terms,
      transfers: transfersOf(name, terms),
    }))
}

function transfersOf(name: string, terms: ProcessorTerms | undefined): Recipient['transfers'] {
  const places = [{ name, country: terms?.country, transfer: terms?.transfer }, ...(terms?.subProcessors ?? [])]
  return places.flatMap((place) =>
    place.country === undefined || eeaCountries.has(place.country)
      ? []
      : [{ name: place.name, country: place.country, ground: place.transfer?.ground ?? null }],
  )
}

// -- as a table -----------------------------------------------------------------------------------------------------

export const columns = [
  'client',
  'controller',
  'controllerAddress',
  'controllerEmail',
  'privacyOfficer',
  'purpose',
  'name',
  'kind',
  'basis',
  'specialBasis',
  'reasoning',
  'signedBy',
  'signedAt',
  'about',
  'worksCouncil',
  'dataSubjects',
  'dataKinds',
  'recipients',
  'recipientsMissing',
  'transfers',
  'retentionDays',
  'security',
  'gaps',
] as const

/** One row per activity (RFC 4180, with a byte order mark so that spreadsheets read it as UTF-8). */
export function processingCsv(activities: readonly ProcessingActivity[], language: 'nl' | 'en'): string {
  const rows = activities.map(
    (one): Record<(typeof columns)[number], string> => ({
      client: one.client,
      controller: one.controller.name,
      controllerAddress: one.controller.address ?? '',
      controllerEmail: one.controller.email ?? '',
      privacyOfficer: one.controller.privacyOfficer ?? '',
      purpose: one.purpose,
      name: one.name[language],
      kind: one.kind,
      basis: one.basis,
      specialBasis: one.specialBasis ?? '',
      reasoning: one.reasoning?.[language] ?? '',
      signedBy: one.signedBy ?? '',
      signedAt: one.signedAt ?? '',
      about: one.about,
      worksCouncil: one.staff?.worksCouncil?.reference ?? '',
      dataSubjects: one.dataSubjects?.[language] ?? '',
      dataKinds: one.dataKinds[language],
      recipients: one.recipients.map(({ name }) => name).join('; '),
      recipientsMissing: one.recipients
        .filter(({ problems }) => problems.length > 0)
        .map(({ name, problems }) => `${name}: ${problems.join(', ')}`)
        .join('; '),
      transfers: one.recipients
        .flatMap(({ transfers }) => transfers)
        .map(({ name, country, ground }) => `${name}: ${country} (${ground ?? '-'})`)
        .join('; '),
      retentionDays: one.terms.map(({ kind, days }) => `${kind}: ${days}`).join('; '),
      security: one.security?.[language] ?? '',
      gaps: one.gaps.join(', '),
    }),
  )
  const lines = [columns.join(','), ...rows.map((row) => columns.map((column) => cell(row[column])).join(','))]
  return `\uFEFF${lines.join('\r\n')}\r\n`
}

/** A cell that a spreadsheet would take for a formula is text: what somebody wrote in the register is never run. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
