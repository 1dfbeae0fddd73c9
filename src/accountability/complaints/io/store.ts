/** A complaint as it is kept: codes in its own row, handler and terms with the case, what was written sealed with the case. */
import type { Act } from '../../../access/index.ts'
import type { Row, Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import type { ClientProfile } from '../../../records/contract.ts'
import { type CaseRow, tenantOf } from '../../../records/index.ts'
import type { abouts, Cause, Complaint, ComplaintState, Hearing, remedies, severities, Verdict } from '../complaint.ts'
import type { Answered } from '../contract.ts'
import type { ProfileId, RouteId } from '../profile.ts'

/** What was written about a complaint beside the thread; sealed under the customer's key. */
export type Kept = {
  readonly name: string | null
  readonly email: string | null
  readonly remedyWords: string | null
  readonly hearingNotes: string | null
  readonly waived: string | null
  readonly answer: Answered | null
  readonly appealWords: string | null
  readonly finalAnswer: Answered | null
}

export const nothingKept: Kept = {
  name: null,
  email: null,
  remedyWords: null,
  hearingNotes: null,
  waived: null,
  answer: null,
  appealWords: null,
  finalAnswer: null,
}

type ComplaintRow = Row & {
  complaint_id: string
  profile: ProfileId
  state: ComplaintState
  first_handler: string | null
  persons: string[]
  about: (typeof abouts)[number]
  remedy: (typeof remedies)[number]
  ai_related: boolean | null
  severity: (typeof severities)[number] | null
  safety: boolean | null
  breach: boolean | null
  request: boolean | null
  cause: Cause | null
  hearing: Hearing
  heard_on: string | null
  verdict: Verdict | null
  decided_by: string | null
  communicated_at: Date | null
  appealed_at: Date | null
  final_verdict: Verdict | null
  route: RouteId | null
  satisfaction: number | null
  handed_to: string | null
}

export type Stored = {
  readonly row: CaseRow
  readonly complaint: Complaint
  readonly about: ComplaintRow['about']
  readonly remedy: ComplaintRow['remedy']
  readonly heardOn: string | null
  readonly satisfaction: number | null
}

/** Errors: `complaint_unknown` (404; also one outside the scope). */
export async function loadComplaint(tx: Tx, row: CaseRow): Promise<Stored> {
  const { rows } = await tx.query<ComplaintRow>(
    `select c.*, c.heard_on::text as heard_on from complaint c where tenant_id = $1 and complaint_id = $2`,
    [tenantOf(tx), row.case_id],
  )
  const one = rows[0]
  if (one === undefined) throw new ApiError(404, 'complaint_unknown')
  const appealed = one.appealed_at !== null
  return {
    row,
    about: one.about,
    remedy: one.remedy,
    heardOn: one.heard_on,
    satisfaction: one.satisfaction,
    complaint: {
      state: one.state,
      profile: one.profile,
      // The case is owned by who handles it now; in an appeal that is the second one.
      handler: appealed ? one.first_handler : row.owner,
      secondHandler: appealed ? row.owner : null,
      persons: one.persons,
      assessment:
        one.ai_related === null
          ? null
          : {
              aiRelated: one.ai_related,
              severity: one.severity!,
              safety: one.safety!,
              breach: one.breach!,
              request: one.request!,
            },
      cause: one.cause,
      hearing: one.hearing,
      verdict: one.verdict,
      decidedBy: one.decided_by,
      communicatedAt: one.communicated_at,
      appealedAt: one.appealed_at,
      finalVerdict: one.final_verdict,
      route: one.route,
      closedAt: row.closed_at,
    },
  }
}

export type NewComplaintRow = {
  readonly id: string
  readonly client: string
  readonly subject: string
  readonly about: ComplaintRow['about']
  readonly remedy: ComplaintRow['remedy']
  readonly externalHmac: Buffer | null
}

export async function insertComplaint(tx: Tx, given: NewComplaintRow, complaint: Complaint): Promise<void> {
  await tx.query(
    `insert into complaint (tenant_id, client_id, complaint_id, profile, state, persons, about, remedy, hearing, external_hmac, subject_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tenantOf(tx),
      given.client,
      given.id,
      complaint.profile,
      complaint.state,
      complaint.persons,
      given.about,
      given.remedy,
      complaint.hearing,
      given.externalHmac,
      given.subject,
    ],
  )
}

export async function updateComplaint(
  tx: Tx,
  id: string,
  complaint: Complaint,
  beside: { readonly heardOn: string | null; readonly handedTo?: string | null },
): Promise<void> {
  const { assessment } = complaint
  await tx.query(
    `update complaint set state = $3, first_handler = $4, ai_related = $5, severity = $6, safety = $7, breach = $8, request = $9, cause = $10, hearing = $11, heard_on = $12,
       verdict = $13, decided_by = $14, communicated_at = $15, appealed_at = $16, final_verdict = $17, route = $18, handed_to = coalesce($19, handed_to)
     where tenant_id = $1 and complaint_id = $2`,
    [
      tenantOf(tx),
      id,
      complaint.state,
      complaint.appealedAt === null ? null : complaint.handler,
      assessment?.aiRelated ?? null,
      assessment?.severity ?? null,
      assessment?.safety ?? null,
      assessment?.breach ?? null,
      assessment?.request ?? null,
      complaint.cause,
      complaint.hearing,
      beside.heardOn,
      complaint.verdict,
      complaint.decidedBy,
      complaint.communicatedAt,
      complaint.appealedAt,
      complaint.finalVerdict,
      complaint.route,
      beside.handedTo ?? null,
    ],
  )
}

export type ClientRules = {
  readonly name: string
  readonly profile: ProfileId
  readonly namesStaff: boolean
  readonly memberOf: readonly string[]
  readonly appeal: boolean | undefined
  readonly contact: ClientProfile['contact']
  readonly timeZone: string
}

/** How a client handles complaints. Errors: `client_unknown` (404). */
export async function rulesOf(tx: Tx, client: string): Promise<ClientRules> {
  const { rows } = await tx.query<{ name: string; profile: ClientProfile }>(
    'select name, profile from client where tenant_id = $1 and client_id = $2',
    [tenantOf(tx), client],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'client_unknown')
  const { name, profile } = rows[0]
  const { complaints } = profile
  return {
    name,
    profile: complaints?.profile ?? 'default',
    namesStaff: complaints?.namesStaff ?? false,
    memberOf: complaints?.memberOf ?? [],
    appeal: complaints?.appeal,
    contact: profile.contact,
    timeZone: profile.handoff.timezone,
  }
}

// -- links --------------------------------------------------------------------------------------------------------------

export type Link = {
  readonly kind: 'conversation' | 'decision' | 'version' | 'obligation' | 'case'
  readonly target: string
  readonly state: 'proposed' | 'confirmed' | 'rejected'
  readonly person: string | null
}

export async function linksOf(tx: Tx, id: string): Promise<Link[]> {
  const { rows } = await tx.query<{
    kind: Link['kind']
    target: string
    state: Link['state']
    person_id: string | null
  }>(
    'select kind, target, state, person_id from complaint_link where tenant_id = $1 and complaint_id = $2 order by kind, target',
    [tenantOf(tx), id],
  )
  return rows.map(({ kind, target, state, person_id }) => ({ kind, target, state, person: person_id }))
}

/** What is proposed changes nothing that a person already judged. */
export async function proposeLinks(
  tx: Tx,
  { client, id }: { readonly client: string; readonly id: string },
  links: readonly Pick<Link, 'kind' | 'target'>[],
  { now }: Pick<Act, 'now'>,
): Promise<void> {
  for (const { kind, target } of links)
    await tx.query(
      `insert into complaint_link (tenant_id, client_id, complaint_id, kind, target, state, at) values ($1, $2, $3, $4, $5, 'proposed', $6) on conflict do nothing`,
      [tenantOf(tx), client, id, kind, target, now],
    )
}

/** Errors: `complaint_link_unknown` (404). */
export async function judgeLink(
  tx: Tx,
  id: string,
  link: Pick<Link, 'kind' | 'target'> & { readonly state: 'confirmed' | 'rejected'; readonly person: string },
  now: Date,
): Promise<void> {
  const { rowCount } = await tx.query(
    'update complaint_link set state = $5, person_id = $6, at = $7 where tenant_id = $1 and complaint_id = $2 and kind = $3 and target = $4',
    [tenantOf(tx), id, link.kind, link.target, link.state, link.person, now],
  )
  if (rowCount === 0) throw new ApiError(404, 'complaint_link_unknown', { param: 'target' })
}
