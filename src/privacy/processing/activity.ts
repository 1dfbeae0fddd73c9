/**
 * The record of processing activities out of the register: one activity per purpose, with what the law asks (GDPR art.
 * 30(1), https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32016R0679#art_30) and what of it is not on file.
 * Nothing is filled in for what is missing.
 */
import { csvText } from '../../platform/csv.ts'
import type { ClientProfile, ProcessorTerms } from '../../records/contract.ts'
import {
  eeaCountries,
  handsOver,
  isNamedFor,
  type Register,
  type RegisterPurpose,
  termsProblems,
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
  const contact: Partial<ClientProfile['contact']> = client?.profile.contact ?? {}
  const recipients = [...upstreamsOf(register, one, now), ...processorsOf(register, one, now)]
  const activity: ProcessingActivity = {
    purpose: one.id,
    client: one.client,
    controller: {
      name: client?.name ?? one.client,
      address: contact.address ?? null,
      email: contact.email ?? null,
      privacyOfficer: contact.privacyOfficer ?? null,
      representative: contact.representative ?? null,
    },
    jointControllers: one.processing.jointControllers ?? [],
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
  return { ...activity, gaps: gapsOf(activity, client?.profile.country ?? 'NL') }
}

/**
 * A data protection officer is not asked of everybody (GDPR art. 37), so none on file is no gap; a representative only
 * outside the EEA (art. 27), an arrangement only between joint controllers (art. 26). Data about single members of staff
 * need the works council's decision (WOR art. 27(1)(k) and (l), https://wetten.overheid.nl/BWBR0002747/).
 */
function gapsOf(activity: ProcessingActivity, country: string) {
  const { controller, jointControllers, dataSubjects, security, about, staff, recipients } = activity
  const gaps: ProcessingActivity['gaps'] = []
  if (controller.address === null || controller.email === null) gaps.push('controller_contact')
  if (!eeaCountries.has(country) && controller.representative === null) gaps.push('representative')
  if (jointControllers.some(({ arrangement }) => arrangement === undefined)) gaps.push('joint_arrangement')
  if (dataSubjects === null) gaps.push('data_subjects')
  if (security === null) gaps.push('security')
  if (about === 'staff' && staff?.level !== 'team' && staff?.worksCouncil === undefined) gaps.push('works_council')
  const unnamed = recipients.filter(({ named }) => !named)
  if (unnamed.some(({ kind }) => kind === 'processor')) gaps.push('processors_not_named')
  if (unnamed.some(({ kind }) => kind === 'upstream')) gaps.push('upstream_not_named')
  if (recipients.some(({ problems }) => problems.length > 0)) gaps.push('recipient_terms')
  return gaps
}

/** Where calls for the purpose go now, and where it says that they may. */
function upstreamsOf({ upstreams, systems }: Facts, one: RegisterPurpose, now: Date): Recipient[] {
  const users = systems.filter(({ client, purposes }) => client === one.client && purposes.includes(one.id))
  return upstreams.flatMap((upstream) => {
    const mine = users.filter((system) => system.upstream === upstream.id)
    if (mine.length === 0 && one.upstreams?.includes(upstream.id) !== true) return []
    const terms = typeof upstream.provider.terms === 'object' ? upstream.provider.terms : undefined
    const needed = handsOver(upstream)
    return [
      {
        kind: 'upstream' as const,
        id: upstream.id,
        name: upstream.provider.name,
        task: null,
        systems: mine.map(({ id, name }) => ({ id, name })),
        named: isNamedFor(upstream, one.upstreams),
        needed,
        problems: needed ? termsProblems(terms, now) : [],
        terms: terms ?? null,
        transfers: transfersOf(upstream.provider.name, terms),
      },
    ]
  })
}

/** Those that the purpose names; where it names none, all that may be meant. */
function processorsOf({ processors }: Facts, one: RegisterPurpose, now: Date): Recipient[] {
  return processors
    .filter(({ id, client }) =>
      one.processors === null ? client === null || client === one.client : one.processors.includes(id),
    )
    .map(({ id, name, task, terms }) => ({
      kind: 'processor',
      id,
      name,
      task,
      systems: [],
      named: one.processors !== null,
      needed: true,
      problems: termsProblems(terms, now),
      terms,
      transfers: transfersOf(name, terms),
    }))
}

function transfersOf(name: string, terms: ProcessorTerms | undefined): Recipient['transfers'] {
  const places = [{ name, country: terms?.country, transfer: terms?.transfer }, ...(terms?.subProcessors ?? [])]
  return places.flatMap(({ name: place, country, transfer }) =>
    country === undefined || eeaCountries.has(country)
      ? []
      : [{ name: place, country, ground: transfer?.ground ?? null, reference: transfer?.reference ?? null }],
  )
}

// -- as a table -----------------------------------------------------------------------------------------------------

/** By column, what it says of an activity; what is not on file is empty, and `gaps` names it. */
const cells: Readonly<Record<string, (one: ProcessingActivity, language: 'nl' | 'en') => string>> = {
  client: (one) => one.client,
  controller: ({ controller }) => controller.name,
  controllerAddress: ({ controller }) => controller.address ?? '',
  controllerEmail: ({ controller }) => controller.email ?? '',
  privacyOfficer: ({ controller }) => controller.privacyOfficer ?? '',
  representative: ({ controller }) => controller.representative ?? '',
  jointControllers: (one) =>
    several(one.jointControllers.map(({ name, contact, arrangement }) => of(name, [contact, arrangement]))),
  purpose: (one) => one.purpose,
  name: (one, language) => one.name[language],
  kind: (one) => one.kind,
  basis: (one) => one.basis,
  specialBasis: (one) => one.specialBasis ?? '',
  reasoning: (one, language) => one.reasoning?.[language] ?? '',
  signedBy: (one) => one.signedBy ?? '',
  signedAt: (one) => one.signedAt ?? '',
  objectable: (one) => (one.objectable ? 'yes' : 'no'),
  about: (one) => one.about,
  staffLevel: (one) => one.staff?.level ?? '',
  worksCouncil: ({ staff }) =>
    staff?.worksCouncil === undefined ? '' : of(staff.worksCouncil.reference, [staff.worksCouncil.decidedOn]),
  dataSubjects: (one, language) => one.dataSubjects?.[language] ?? '',
  dataKinds: (one, language) => one.dataKinds[language],
  recipients: (one, language) =>
    several(
      one.recipients.map(({ name, task, systems }) =>
        of(name, [task?.[language], ...systems.map((system) => system.name[language])]),
      ),
    ),
  recipientsNotNamed: (one) => several(one.recipients.filter(({ named }) => !named).map(({ name }) => name)),
  agreements: (one) =>
    several(one.recipients.map(({ name, terms }) => terms?.agreement && of(name, [terms.agreement.reference]))),
  countries: (one) => several(one.recipients.map(({ name, terms }) => terms?.country && of(name, [terms.country]))),
  subProcessors: (one) =>
    several(
      one.recipients.flatMap(({ name, terms }) =>
        (terms?.subProcessors ?? []).map((sub) => `${name} > ${of(sub.name, [sub.country, sub.task])}`),
      ),
    ),
  recipientsKeepDays: (one) =>
    several(
      one.recipients.map(
        ({ name, terms }) => terms?.retentionDays !== undefined && of(name, [String(terms.retentionDays)]),
      ),
    ),
  recipientsMissing: (one) =>
    several(one.recipients.map(({ name, problems }) => problems.length > 0 && `${name}: ${problems.join(', ')}`)),
  transfers: (one) =>
    several(
      one.recipients.flatMap(({ transfers }) =>
        transfers.map(({ name, country, ground, reference }) => `${name}: ${of(country, [ground ?? '-', reference])}`),
      ),
    ),
  retentionDays: (one) => several(one.terms.map(({ kind, days }) => `${kind}: ${days}`)),
  security: (one, language) => one.security?.[language] ?? '',
  prohibited: ({ prohibited }) => (prohibited === null ? '' : of(prohibited.practice, [prohibited.lawRef])),
  gaps: (one) => one.gaps.join(', '),
}
export const columns: readonly string[] = Object.keys(cells)

const several = (parts: readonly (string | false | undefined)[]): string => parts.filter(Boolean).join('; ')

function of(name: string, more: readonly (string | null | undefined)[]): string {
  const known = more.filter(Boolean)
  return known.length === 0 ? name : `${name} (${known.join(', ')})`
}

/** One row per activity (RFC 4180, with a byte order mark so that spreadsheets read it as UTF-8). */
export function processingCsv(activities: readonly ProcessingActivity[], language: 'nl' | 'en'): string {
  const rows = activities.map((one) => Object.values(cells).map((text) => text(one, language)))
  return `\uFEFF${csvText(columns, rows)}`
}
