/** Letters about a contest, made from what is on record, sent with their entry. */
import { type Act, loadPerson } from '../../access/index.ts'
import { dayIn, noonOf } from '../../deadlines/index.ts'
import type { Tx } from '../../platform/database.ts'
import { formatDate, type Language } from '../../platform/text.ts'
import { type Key, subjectKey } from '../../vault/index.ts'
import { rolesOf } from '../cases/io/acts.ts'
import { type LetterParts, sendCaseLetter } from '../cases/io/letters.ts'
import { calendarOf, changeCase, lockCase, readCase } from '../cases/io/store.ts'
import { contestRoles } from '../contest.ts'
import {
  type ContestFacts,
  type ContestLetter,
  contestExtendedLetter,
  contestOutcomeLetter,
} from '../contest-letter.ts'
import type { Bilingual, ClientProfile, DecisionRules } from '../contract.ts'
import type { Post } from '../outbox/io/queue.ts'
import { type ContestRow, openContest, promised, sealedOf } from './contest-rows.ts'
import { recordEvent, tenantOf } from './event.ts'

export const dayWords = (day: string, language: Language): string => formatDate(noonOf(day), language)

/** What every letter about a contest says of the organisation, the promise and the effect. */
export async function contestFacts(
  tx: Tx,
  { contest_id, effect, freeze }: Pick<ContestRow, 'contest_id' | 'effect' | 'freeze'>,
  now: Date,
): Promise<ContestFacts> {
  const row = await readCase(tx, contest_id)
  const { rows } = await tx.query<{ name: string; profile: ClientProfile }>(
    'select name, profile from client where tenant_id = $1 and client_id = $2',
    [tenantOf(tx), row.client_id],
  )
  const { name, profile } = rows[0]!
  return {
    organisation: name,
    contact: { phone: profile.contact.phone ?? null, email: profile.contact.email ?? null },
    reference: row.reference,
    language: row.language,
    receivedAt: row.opened_at,
    promisedOn: dayWords((await promised(tx, row, now))!.day, row.language),
    freeze: effect ?? 'not_possible',
    freezeReason: freeze == null || freeze.possible ? null : freeze.reason,
  }
}

/** Who signs: by name where the client names its staff, else by role. */
export async function signerOf(
  tx: Tx,
  person: string,
  { client_id, system_id }: Pick<ContestRow, 'client_id' | 'system_id'>,
  now: Date,
): Promise<NonNullable<ContestFacts['signer']>> {
  const { rows } = await tx.query<{ profile: ClientProfile }>(
    'select profile from client where tenant_id = $1 and client_id = $2',
    [tenantOf(tx), client_id],
  )
  const roles = await rolesOf(tx, person, { client: client_id, system: system_id }, now)
  return {
    name: rows[0]!.profile.complaints?.namesStaff === true ? (await loadPerson(tx, person)).name : null,
    role: contestRoles.find((role) => roles.includes(role)) ?? 'reviewer',
  }
}

export async function sendLetter(
  tx: Tx,
  { key, post }: { readonly key: Key; readonly post?: Post | undefined },
  id: string,
  letter: ContestLetter & { readonly person: string | null },
  act: Act,
): Promise<void> {
  await sendCaseLetter(tx, { key, post }, await readCase(tx, id), letter, act)
}

/** What a reviewer made of a contested decision, with what is known of how it went first. */
export type Answer = {
  readonly reviewer: string
  readonly verdict: 'confirmed' | 'changed'
  /** As it stood before this look, and what it becomes. */
  readonly before: string
  readonly outcome: string
  readonly forCustomer: string
  readonly points: string | null
  readonly nextSteps: string
  readonly nextBy: string
  /** What the system decided, and the labels of what it was given; empty: nothing that can be read any more. */
  readonly first: string
  readonly inputs: readonly Bilingual[]
  /** What was said of the decision when it was taken, by language; null: nothing that can be read any more. */
  readonly explained: Readonly<Record<Language, readonly string[]>> | null
  readonly alone: boolean
  readonly decidedAt: Date
  readonly version: string
  readonly rules: DecisionRules | null
}

export async function outcomeLetter(
  tx: Tx,
  row: ContestRow,
  key: Key,
  answer: Answer,
  now: Date,
): Promise<ContestLetter> {
  const caseRow = await readCase(tx, row.contest_id)
  const facts = await contestFacts(tx, row, now)
  const { language } = facts
  const labelOf = (outcome: string) =>
    answer.rules?.outcomes.find((one) => one.outcome === outcome)?.label[language] ?? outcome
  const { rows } = await tx.query<{ name: Bilingual }>(
    'select name from ai_system where tenant_id = $1 and system_id = $2',
    [tenantOf(tx), row.system_id],
  )
  return contestOutcomeLetter({
    ...facts,
    signer: await signerOf(tx, answer.reviewer, row, now),
    decidedAt: answer.decidedAt,
    oldOutcome: labelOf(answer.before),
    newOutcome: answer.verdict === 'changed' ? labelOf(answer.outcome) : null,
    system: rows[0]!.name[language],
    version: answer.version,
    alone: answer.alone,
    aiOutput: labelOf(answer.first),
    inputs: answer.inputs.map((label) => label[language]),
    explained: answer.explained?.[language] ?? [],
    notUsed: (answer.rules?.notUsed ?? []).map(({ label }) => label[language]),
    reviewedAt: now,
    view: sealedOf(tx, row, key)?.words ?? null,
    answer: answer.forCustomer,
    points: answer.points,
    nextSteps: answer.nextSteps,
    nextBy: dayWords(answer.nextBy, language),
    late: (await promised(tx, caseRow, now))!.passed,
  })
}

/** More time, with a letter and its reasons before the first date. Errors: `contest_unknown` (404), `contest_not_now` (409), those of the clock (409). */
export async function extendContest(
  tx: Tx,
  { ring, post }: LetterParts,
  decision: string,
  given: { readonly person: string; readonly reasons: string },
  act: Act,
): Promise<{ id: string; record: string }> {
  const row = await openContest(tx, decision)
  const caseRow = await lockCase(tx, row.contest_id)
  const before = dayWords((await promised(tx, caseRow, act.now))!.day, caseRow.language)
  const { timeZone } = await calendarOf(tx, row.client_id)
  await changeCase(
    tx,
    caseRow,
    { clocks: [{ act: 'extend', clock: 'decide', extension: { by: 'letter', on: dayIn(act.now, timeZone) } }] },
    act.now,
  )
  const record = await recordEvent(tx, act, {
    type: 'contest.extended',
    client: row.client_id,
    subject: row.subject_id,
    refs: { contest: row.contest_id, decision },
  })
  const key = await subjectKey(
    tx,
    ring,
    { tenant: tenantOf(tx), client: row.client_id, subject: row.subject_id },
    act.now,
  )
  const facts = { ...(await contestFacts(tx, row, act.now)), signer: await signerOf(tx, given.person, row, act.now) }
  const letter = { ...contestExtendedLetter(facts, before, given.reasons), person: given.person }
  await sendLetter(tx, { key, post }, row.contest_id, letter, act)
  return { id: row.contest_id, record }
}
