/** One data subject's consents as the console shows them: what was asked in which words, answered, and what it did. */
import type { Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import type { Bilingual, ClientProfile, ProcessingRecord } from '../../../records/contract.ts'
import { tenantOf } from '../../../records/index.ts'
import { type KeyRing, openJson } from '../../../vault/index.ts'
import { useOf } from '../../answer.ts'
import { type ConsentEvent, inConversation } from '../../consent.ts'
import { keyIfThere } from '../../io/subject-stores.ts'
import type { Notice } from '../../notice.ts'
import { type Circumstance, CONSENT_AGE } from '../../representative.ts'
import {
  loadConsentEvents,
  loadNotices,
  loadPurposesOf,
  loadRepresentatives,
  type StoredRepresentative,
} from '../../store.ts'
import { viewOf } from '../../view.ts'
import type { SubjectConsents } from '../contract.ts'
import type { ExportFacts } from '../export.ts'

export type SubjectHead = {
  readonly subject: string
  readonly client: string
  readonly clientName: string
  readonly profile: ClientProfile
  readonly kind: 'known' | 'anonymous'
  readonly circumstance: Circumstance
  readonly erased: boolean
}

/** Errors: `subject_unknown` (404; also one outside the scope). */
export async function loadHead(tx: Tx, subject: string): Promise<SubjectHead> {
  const { rows } = await tx.query<{
    client_id: string
    client_name: string
    profile: ClientProfile
    kind: SubjectHead['kind']
    circumstance: Circumstance
    erased_at: Date | null
  }>(
    `select d.client_id, c.name as client_name, c.profile, d.kind, d.circumstance, d.erased_at from data_subject d
     join client c on c.tenant_id = d.tenant_id and c.client_id = d.client_id where d.tenant_id = $1 and d.subject_id = $2`,
    [tenantOf(tx), subject],
  )
  const [row] = rows
  if (row === undefined) throw new ApiError(404, 'subject_unknown', { param: 'subject' })
  return {
    subject,
    client: row.client_id,
    clientName: row.client_name,
    profile: row.profile,
    kind: row.kind,
    circumstance: row.circumstance,
    erased: row.erased_at !== null,
  }
}

export const consentAgeOf = (profile: { readonly consentAge?: number | undefined }): number =>
  profile.consentAge ?? CONSENT_AGE.default

export async function loadSubjectConsents(
  tx: Tx,
  ring: KeyRing,
  subject: string,
  { now, evidence }: { readonly now: Date; readonly evidence: boolean },
): Promise<SubjectConsents> {
  const head = await loadHead(tx, subject)
  const { client } = head
  const events = await loadConsentEvents(tx, { client, subject })
  const representatives = await loadRepresentatives(tx, subject)
  const notices = await loadNotices(tx, client)
  const systems = await loadSystems(tx, client)
  const { calls, refused } = await countCalls(tx, subject)
  const person = { circumstance: head.circumstance, representatives }
  const purposes = await loadPurposesOf(tx, client)
  const staff = await peopleOf(tx, representatives)
  return {
    subject,
    client,
    clientName: head.clientName,
    kind: head.kind,
    circumstance: head.circumstance,
    erased: head.erased,
    consentAge: consentAgeOf(head.profile),
    representatives: await Promise.all(
      representatives.map(async (one) => ({
        id: one.id,
        kind: one.kind,
        relation: one.relation,
        purposes: one.purposes === null ? null : [...one.purposes],
        evidence: evidence ? await evidenceOf(tx, ring, { client, subject }, one) : null,
        recordedBy: staff.get(one.recordedBy) ?? one.recordedBy,
        recordedAt: one.recordedAt,
        validUntil: one.validUntil,
        endedAt: one.endedAt,
        counts: !one.ended && (one.validUntil === null || now < new Date(one.validUntil)) && one.relation !== 'heir',
      })),
    ),
    purposes: purposes.map((purpose) => {
      const about = events.filter((event) => event.purpose === purpose.id)
      return {
        purpose: purpose.id,
        name: purpose.name,
        basis: purpose.basis,
        objectable: purpose.objectable,
        uses: systems
          .filter((system) => system.purposes.includes(purpose.id))
          .map(({ id, name }) => ({
            system: id,
            name,
            use: useOf(purpose, { system: id, conversation: null, person }, inConversation(about, null), now),
          })),
        events: about.map((event) => ({
          ...viewOf(event),
          text: textShown(event, notices),
          via: viaOf(event),
          calls: calls.get(event.id) ?? 0,
        })),
        refused: refused.get(purpose.id) ?? 0,
        // A yes to sales calls is for one number, which nobody types in here.
        questions: purpose.kind === 'telemarketing' ? [] : questionsOf(notices, purpose.id),
      }
    }),
  }
}

async function evidenceOf(
  tx: Tx,
  ring: KeyRing,
  place: { readonly client: string; readonly subject: string },
  { id, sealed }: StoredRepresentative,
): Promise<string | null> {
  const key = sealed === null ? undefined : await keyIfThere(tx, ring, place)
  if (key === undefined || sealed === null) return null
  return (openJson(key, ['representative', 'sealed', tenantOf(tx), id], sealed) as { evidence: string }).evidence
}

function textShown({ wording }: ConsentEvent, notices: readonly Notice[]): string | null {
  const notice = notices.find((one) => one.notice === wording.notice && one.version === wording.version)
  return notice?.texts.find(({ sha256 }) => sha256 === wording.sha256)?.text ?? null
}

function viaOf({ evidence }: ConsentEvent): 'portal' | 'application' | 'staff' | 'file' {
  if (typeof evidence !== 'object' || evidence === null) return 'file'
  if ('link' in evidence) return 'portal'
  if ('person' in evidence) return 'staff'
  return 'application'
}

/** The last version of each question about this purpose, as it can be put by somebody of the staff. */
function questionsOf(notices: readonly Notice[], purpose: string): SubjectConsents['purposes'][number]['questions'] {
  const last = new Map(notices.filter((one) => one.purpose === purpose).map((one) => [one.notice, one]))
  return [...last.values()].flatMap(({ notice, version, texts }) =>
    texts.map(({ channel, language, text }) => ({ notice, version, channel, language, text })),
  )
}

async function loadSystems(tx: Tx, client: string) {
  const { rows } = await tx.query<{ id: string; name: Bilingual; purposes: string[] }>(
    'select system_id as id, name, purposes from ai_system where tenant_id = $1 and client_id = $2 order by system_id',
    [tenantOf(tx), client],
  )
  return rows
}

/** Calls that rested on a yes, by event; and those that were refused for want of one, by purpose. */
async function countCalls(tx: Tx, subject: string) {
  const { rows } = await tx.query<{ ground: string | null; purpose: string | null; code: string | null; n: number }>(
    `select ground_record as ground, purpose_id as purpose, case when state = 'refused' then code end as code, count(*)::int as n
     from ai_call where tenant_id = $1 and subject_id = $2 group by 1, 2, 3`,
    [tenantOf(tx), subject],
  )
  const calls = new Map<string, number>()
  const refused = new Map<string, number>()
  for (const { ground, purpose, code, n } of rows) {
    if (code === null && ground !== null) calls.set(ground, (calls.get(ground) ?? 0) + n)
    if (code !== null && purpose !== null && refusals.has(code)) refused.set(purpose, (refused.get(purpose) ?? 0) + n)
  }
  return { calls, refused }
}

const refusals: ReadonlySet<string> = new Set(['consent_missing', 'consent_withdrawn', 'objected'])

async function peopleOf(tx: Tx, representatives: readonly StoredRepresentative[]): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ person_id: string; name: string }>(
    'select person_id, name from person where tenant_id = $1 and person_id = any($2)',
    [tenantOf(tx), representatives.map(({ recordedBy }) => recordedBy)],
  )
  return new Map(rows.map((row) => [row.person_id, row.name]))
}

/** What a consent record further says: who the parties are, and where the data of each purpose go. */
export async function loadExportFacts(
  tx: Tx,
  view: SubjectConsents,
  now: Date,
  language: 'nl' | 'en',
): Promise<ExportFacts> {
  const tenant = tenantOf(tx)
  const { profile } = await loadHead(tx, view.subject)
  const { rows } = await tx.query<{ purpose: string; name: string; country: string | null }>(
    `select p.purpose_id as purpose, u.provider ->> 'name' as name, u.provider -> 'terms' ->> 'country' as country
     from purpose p join ai_system s on s.tenant_id = p.tenant_id and s.client_id = p.client_id and p.purpose_id = any(s.purposes)
     join upstream u on u.tenant_id = s.tenant_id and u.upstream_id = s.upstream_id
     where p.tenant_id = $1 and p.client_id = $2 and (p.upstreams is null or u.upstream_id = any(p.upstreams))
     union
     select p.purpose_id, o.name, o.terms ->> 'country'
     from purpose p join processor o on o.tenant_id = p.tenant_id and o.processor_id = any(p.processors)
     where p.tenant_id = $1 and p.client_id = $2
     order by 1, 2`,
    [tenant, view.client],
  )
  const purposes = await loadPurposesOf(tx, view.client)
  const joint = await tx.query<{ purpose: string; controllers: ProcessingRecord['jointControllers'] | null }>(
    `select purpose_id as purpose, processing -> 'jointControllers' as controllers from purpose where tenant_id = $1 and client_id = $2`,
    [tenant, view.client],
  )
  const jointOf = new Map(joint.rows.map((row) => [row.purpose, row.controllers ?? []]))
  return {
    view,
    now,
    organisation: tenant,
    country: profile.country ?? 'NL',
    contact: profile.contact as ExportFacts['contact'],
    processing: new Map(
      purposes.map((one) => [
        one.id,
        {
          dataKinds: one.dataKinds[language],
          retentionDays: one.retentionDays,
          recipients: rows.filter((row) => row.purpose === one.id).map(({ name, country }) => ({ name, country })),
          jointControllers: jointOf.get(one.id) ?? [],
        },
      ]),
    ),
  }
}
