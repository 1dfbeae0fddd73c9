/** A complaint as its handler sees it, and as its customer does. */
import { type Act, loadStaff } from '../../../access/index.ts'
import { dayIn, findRule } from '../../../deadlines/index.ts'
import type { Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import {
  type CaseLink,
  type CaseReader,
  type CaseRow,
  caseOfLink,
  casesOfLink,
  filesOf,
  keptOf,
  lettersOf,
  messagesOf,
  namesOf,
  readCase,
  readingKey,
  tenantOf,
  viewCase,
} from '../../../records/index.ts'
import type { KeyRing } from '../../../vault/index.ts'
import { appealUntil, availableActs, type Complaint, hearingRefusal, mayAdjourn } from '../complaint.ts'
import { handlerRoles } from '../conflict.ts'
import type { ComplaintView, PortalComplaints, PortalComplaintView } from '../contract.ts'
import { verdictLetter } from '../letter.ts'
import { openRoutes, profiles, routesOf } from '../profile.ts'
import { promisedOn, verdictFacts } from './facts.ts'
import { type ClientRules, type Kept, linksOf, loadComplaint, nothingKept, rulesOf, type Stored } from './store.ts'

/** Everything about one complaint for staff; what was written is open for whom `viewCase` opens it. Errors: `case_unknown`, `complaint_unknown` (404). */
export async function viewComplaint(
  tx: Tx,
  ring: KeyRing,
  id: string,
  reader: CaseReader,
  act: Act,
): Promise<ComplaintView> {
  const view = await viewCase(tx, ring, id, reader, act)
  const stored = await loadComplaint(tx, await readCase(tx, id))
  const { row, complaint } = stored
  const key = view.access === 'open' ? await readingKey(tx, ring, row.subject_id) : undefined
  const kept = { ...nothingKept, ...(await keptOf<Kept>(tx, key, id)) }
  const rules = await rulesOf(tx, row.client_id)
  const names = await namesOf(tx, complaint.persons)
  const until = untilOf(complaint, rules)
  const late = view.clocks.some(({ clock, state }) => clock === 'decide' && state === 'missed')
  const decided = complaint.verdict !== null && complaint.communicatedAt !== null
  const open = new Set(openRoutes(rules.profile, { decided, late }, rules.memberOf).map((one) => one.id))
  return {
    case: view,
    profile: complaint.profile,
    state: complaint.state,
    about: stored.about,
    remedy: stored.remedy,
    remedyWords: kept.remedyWords,
    name: kept.name,
    mailKnown: kept.email !== null,
    persons: complaint.persons.map((person) => ({ id: person, name: names.get(person) ?? person })),
    handler: complaint.handler,
    secondHandler: complaint.secondHandler,
    assessment: complaint.assessment,
    cause: complaint.cause,
    hearing: complaint.hearing,
    heardOn: stored.heardOn,
    hearingNotes: kept.hearingNotes,
    verdict: complaint.verdict,
    finalVerdict: complaint.finalVerdict,
    answer: kept.answer,
    appealWords: kept.appealWords,
    finalAnswer: kept.finalAnswer,
    appealUntil: until,
    satisfaction: stored.satisfaction,
    route: complaint.route,
    routes: routesOf(rules.profile, rules.memberOf).map((one) => ({
      id: one.id,
      website: one.website,
      address: one.address,
      open: open.has(one.id),
    })),
    links: await linksOf(tx, id),
    acts: availableActs(complaint, reader.id, {
      mayExtend:
        view.clocks.some(({ clock, mayExtend }) => clock === termOf(complaint) && mayExtend) &&
        (complaint.appealedAt !== null || mayAdjourn(complaint)),
      mayExtendByConsent: mayExtendByConsent(complaint, view.clocks),
      mayAppeal: until !== null && dayIn(act.now, rules.timeZone) <= until,
      writesDown: handlerRoles.some((role) => reader.roles.includes(role)),
    }),
    preview: key === undefined ? null : await previewOf(tx, key, stored, rules, kept, reader.id, act.now),
  }
}

const termOf = ({ appealedAt }: Complaint) => (appealedAt === null ? 'decide' : 'appeal')

function mayExtendByConsent(complaint: Complaint, clocks: ComplaintView['case']['clocks']): boolean {
  const decide = clocks.find(({ clock }) => clock === 'decide')
  if (decide === undefined || complaint.appealedAt !== null || !mayAdjourn(complaint)) return false
  const { extensions } = findRule(decide.rule)!
  const sent = decide.extensions.some(({ by }) => by === 'letter')
  return (
    decide.state !== 'missed' &&
    extensions.some(({ by }) => by === 'consent') &&
    (sent || !extensions.some(({ by }) => by === 'letter'))
  )
}

const untilOf = ({ communicatedAt, appealedAt }: Complaint, rules: ClientRules): string | null =>
  communicatedAt === null || appealedAt !== null || !(rules.appeal ?? profiles[rules.profile].appeal)
    ? null
    : appealUntil(dayIn(communicatedAt, rules.timeZone))

async function previewOf(
  tx: Tx,
  key: Parameters<typeof verdictFacts>[1],
  stored: Stored,
  rules: ClientRules,
  kept: Kept,
  by: string,
  now: Date,
): Promise<ComplaintView['preview']> {
  const { state } = stored.complaint
  if ((state !== 'proposed' && state !== 'decided') || kept.answer === null) return null
  const { subject, paragraphs } = verdictLetter(
    await verdictFacts(tx, key, stored, rules, kept, { answer: kept.answer, final: false, by, now }),
  )
  return { subject, paragraphs: [...paragraphs] }
}

// -- the customer -------------------------------------------------------------------------------------------------------

export async function complaintsFor(tx: Tx, link: CaseLink, now: Date): Promise<PortalComplaints['complaints']> {
  const lines: PortalComplaints['complaints'] = []
  for (const row of await casesOfLink(tx, link, 'complaint')) lines.push(await lineOf(tx, row, now))
  return lines
}

async function lineOf(tx: Tx, row: CaseRow, now: Date): Promise<PortalComplaints['complaints'][number]> {
  const { complaint } = await loadComplaint(tx, row)
  const waits = row.closed_at === null && complaint.state !== 'communicated' && complaint.state !== 'final'
  return {
    id: row.case_id,
    reference: row.reference,
    state: complaint.state,
    receivedAt: row.opened_at.toISOString(),
    promisedOn: waits ? await promisedOn(tx, row, complaint.appealedAt === null ? 'decide' : 'appeal', now) : null,
  }
}

/** A complaint of this link. Errors: `portal_not_found` (404; also somebody else's). */
export const boundComplaint = (tx: Tx, link: CaseLink, id: string): Promise<CaseRow> =>
  caseOfLink(tx, link, id, { kind: 'complaint' })

export async function portalComplaint(
  tx: Tx,
  ring: KeyRing,
  link: CaseLink,
  id: string,
  now: Date,
): Promise<PortalComplaintView> {
  const row = await boundComplaint(tx, link, id)
  const stored = await loadComplaint(tx, row)
  const { complaint } = stored
  const rules = await rulesOf(tx, row.client_id)
  const key = await readingKey(tx, ring, row.subject_id)
  const messages = await messagesOf(tx, key, id)
  const until = untilOf(complaint, rules)
  const line = await lineOf(tx, row, now)
  const today = dayIn(now, rules.timeZone)
  const late = line.promisedOn !== null && today > line.promisedOn
  const decided = complaint.communicatedAt !== null
  const open = row.closed_at === null
  const handler = complaint.secondHandler ?? complaint.handler
  return {
    ...line,
    client: rules.name,
    about: stored.about,
    remedy: stored.remedy,
    words: messages.find(({ author }) => author === 'customer')?.text ?? null,
    handler: handler === null || !rules.namesStaff ? null : ((await loadStaff(tx, [handler]))[0]?.name ?? null),
    hearing: complaint.hearing,
    verdict: decided ? complaint.verdict : null,
    finalVerdict: complaint.finalVerdict,
    late,
    letters: (await lettersOf(tx, key, id)).map(({ person: _, ...letter }) => letter),
    messages: messages.map(({ at, author, text, record }) => ({ at, author, text, record })),
    files: (await filesOf(tx, key, id)).map(({ name, bytes, at }) => ({ name, bytes, at })),
    appealUntil: until,
    may: {
      add: open,
      askHearing:
        open && complaint.hearing === 'none' && hearingRefusal(complaint) !== 'hearing_open' && mayAdjourn(complaint),
      withdraw: mayAdjourn(complaint),
      appeal: until !== null && today <= until && (complaint.state === 'communicated' || complaint.state === 'closed'),
      dropAppeal: complaint.state === 'appeal' || complaint.state === 'second_review',
      rate: decided && stored.satisfaction === null,
    },
    satisfaction: stored.satisfaction,
    routes: openRoutes(rules.profile, { decided, late }, rules.memberOf).map(({ id: route, website, address }) => ({
      id: route,
      website,
      address,
    })),
    receipt: row.record,
  }
}

/** How the customer found the handling, once. Errors: `complaint_not_answered`, `satisfaction_given` (409). */
export async function rateComplaint(tx: Tx, row: CaseRow, satisfaction: number): Promise<void> {
  const { complaint, satisfaction: given } = await loadComplaint(tx, row)
  if (complaint.communicatedAt === null) throw new ApiError(409, 'complaint_not_answered')
  if (given !== null) throw new ApiError(409, 'satisfaction_given')
  await tx.query('update complaint set satisfaction = $3 where tenant_id = $1 and complaint_id = $2', [
    tenantOf(tx),
    row.case_id,
    satisfaction,
  ])
}
