/** What letters about a complaint are made from, read from what is on record. */
import { loadPerson } from '../../../access/index.ts'
import { type Day, dayIn, findRule } from '../../../deadlines/index.ts'
import type { Tx } from '../../../platform/database.ts'
import { type CaseRow, calendarOf, clocksOf, messagesOf, tenantOf } from '../../../records/index.ts'
import { clockStanding } from '../../../records/rules.ts'
import type { Key } from '../../../vault/index.ts'
import { appealUntil } from '../complaint.ts'
import type { LetterFacts, VerdictFacts } from '../complaint-facts.ts'
import type { Answered } from '../contract.ts'
import { openRoutes, profiles } from '../profile.ts'
import { complaintText } from '../texts.ts'
import type { ClientRules, Kept, Stored } from './store.ts'

const QUOTED = 500

/** The strict day of a term of the case, and of what it was before it was extended. */
export async function promisedOn(tx: Tx, row: CaseRow, clock: 'decide' | 'appeal', now: Date): Promise<Day> {
  const calendar = await calendarOf(tx, row.client_id)
  const one = (await clocksOf(tx, row.case_id)).find((each) => each.clock === clock)
  return dayIn(one === undefined ? now : clockStanding(one, now, calendar).strictAt, calendar.timeZone)
}

export async function letterFacts(
  tx: Tx,
  row: CaseRow,
  rules: ClientRules,
  kept: Pick<Kept, 'name'>,
  { by, clock, now }: { readonly by: string | null; readonly clock: 'decide' | 'appeal'; readonly now: Date },
): Promise<LetterFacts> {
  return {
    about: {
      organisation: rules.name,
      address: rules.contact.address ?? null,
      phone: rules.contact.phone ?? null,
      email: rules.contact.email ?? null,
      timeZone: rules.timeZone,
    },
    reference: row.reference,
    profile: rules.profile,
    language: row.language,
    fullName: kept.name,
    receivedAt: row.opened_at,
    promisedOn: await promisedOn(tx, row, clock, now),
    signer: {
      name: by === null || !rules.namesStaff ? null : await nameOf(tx, by),
      role: complaintText(row.language, 'role.complaint_handler'),
    },
  }
}

/** An operator at the machine has no name in a letter. */
async function nameOf(tx: Tx, person: string): Promise<string | null> {
  if (person.includes(':')) return null
  return (await loadPerson(tx, person)).name
}

/** The first thing that the customer wrote, as far as it is quoted. */
export async function quoteOf(tx: Tx, key: Key | undefined, id: string): Promise<string> {
  const first = (await messagesOf(tx, key, id)).find(({ author }) => author === 'customer')?.text ?? '…'
  return first.length <= QUOTED ? first : `${first.slice(0, QUOTED)}…`
}

export async function verdictFacts(
  tx: Tx,
  key: Key | undefined,
  { row, complaint, remedy, heardOn }: Stored,
  rules: ClientRules,
  kept: Kept,
  given: { readonly answer: Answered; readonly final: boolean; readonly by: string | null; readonly now: Date },
): Promise<VerdictFacts> {
  const { answer, final, now } = given
  const clock = final ? 'appeal' : 'decide'
  const facts = await letterFacts(tx, row, rules, kept, { by: given.by, clock, now })
  const one = (await clocksOf(tx, row.case_id)).find((each) => each.clock === clock)
  const calendar = await calendarOf(tx, row.client_id)
  const late = one !== undefined && dayIn(now, calendar.timeZone) > facts.promisedOn
  const offered = !final && (rules.appeal ?? profiles[rules.profile].appeal)
  return {
    ...facts,
    verdict: (final ? complaint.finalVerdict : complaint.verdict) ?? 'partly',
    points: answer.points,
    complaintQuote: await quoteOf(tx, key, row.case_id),
    remedy: kept.remedyWords ?? complaintText(row.language, `remedy.${remedy}`),
    heardOn: complaint.hearing === 'held' ? heardOn : null,
    notHeard: complaint.hearing !== 'held',
    evidence: answer.evidence,
    findings: answer.findings,
    reasons: answer.reasons,
    measures: answer.measures,
    measuresBy: answer.measuresBy,
    improvements: answer.improvements,
    ai: answer.ai === null ? null : { system: await systemName(tx, row), ...answer.ai },
    late,
    lawRef: findRule(one?.rule ?? profiles[rules.profile].decide)!.source.article,
    appealUntil: offered ? appealUntil(dayIn(now, calendar.timeZone)) : null,
    routes: openRoutes(rules.profile, { decided: true, late }, rules.memberOf),
    final,
  }
}

async function systemName(tx: Tx, row: CaseRow): Promise<string> {
  if (row.system_id === null) return '–'
  const { rows } = await tx.query<{ name: { nl: string; en: string } }>(
    'select name from ai_system where tenant_id = $1 and system_id = $2',
    [tenantOf(tx), row.system_id],
  )
  return rows[0]?.name[row.language] ?? row.system_id
}
