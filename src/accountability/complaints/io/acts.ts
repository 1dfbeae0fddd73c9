/** What is done with a complaint: each act moves it by its own rule, with its entry, its terms and its letter, in one transaction. */
import type { Act } from '../../../access/index.ts'
import { type Day, dayIn } from '../../../deadlines/index.ts'
import type { Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import {
  addLetter,
  addMessage,
  type CaseChange,
  type CaseRow,
  caseByReference,
  casePlaceOf,
  changeCase,
  keep,
  keptOf,
  lockCase,
  type Post,
  recordEvent,
  writingKey,
} from '../../../records/index.ts'
import { readReference } from '../../../records/rules.ts'
import type { Key, KeyRing } from '../../../vault/index.ts'
import * as rules from '../complaint.ts'
import { type Complaint, type ComplaintRefusal, type MoveName, moves, nextAct, obligationOf } from '../complaint.ts'
import type { Answered, ComplaintAct } from '../contract.ts'
import {
  acknowledgedLetter,
  appealedLetter,
  extendedLetter,
  handedOverLetter,
  hearingLetter,
  type Letter,
  verdictLetter,
  withdrawnLetter,
} from '../letter.ts'
import { APPEAL_RULE, profiles } from '../profile.ts'
import { letterFacts, promisedOn, verdictFacts } from './facts.ts'
import {
  type ClientRules,
  judgeLink,
  type Kept,
  loadComplaint,
  nothingKept,
  proposeLinks,
  rulesOf,
  type Stored,
  updateComplaint,
} from './store.ts'
import { tellSystems } from './tell.ts'

export type By = { readonly id: string; readonly kind: 'staff' | 'customer' }

export type ActParts = { readonly ring: KeyRing; readonly post: Post | undefined }

type Doing = {
  readonly tx: Tx
  readonly stored: Stored
  readonly key: Key
  readonly kept: Kept
  readonly client: ClientRules
  readonly by: By
  readonly act: Act
}

/** What an act makes of it. */
type Done = {
  readonly complaint?: Complaint
  readonly kept?: Partial<Kept>
  readonly change?: CaseChange
  readonly event: string
  readonly body?: Readonly<Record<string, string | number | boolean | null>>
  readonly refs?: Readonly<Record<string, string>>
  readonly heardOn?: Day | null
  readonly handedTo?: string
  /** Written after the terms have moved, so that it names the new date. */
  readonly letter?: (row: CaseRow, complaint: Complaint, kept: Kept) => Promise<Letter>
  readonly via?: 'portal' | 'email' | 'post'
  readonly message?: string
}

export type ActDone = {
  readonly id: string
  readonly state: Complaint['state']
  readonly revision: number
  readonly record: string
}

/**
 * Carries one act out. `revision` null: the customer's own act, which nothing that staff read stands against. Errors: `case_unknown`,
 * `complaint_unknown` (404), the codes of `complaintRefusals` (409; `not_your_complaint` 403), those of the clock (409), `complaint_link_unknown`, `case_unknown`,
 * `target_needed`, `target_other_person` (422).
 */
export async function doAct(
  tx: Tx,
  { ring, post }: ActParts,
  id: string,
  given: { readonly revision: number | null; readonly do: ComplaintAct },
  by: By,
  act: Act,
): Promise<ActDone> {
  const row = await lockCase(tx, id)
  const stored = await loadComplaint(tx, row)
  const changed = given.revision === null ? undefined : rules.changedRefusal(row.revision, given.revision)
  if (changed !== undefined) throw refused(changed)
  const place = casePlaceOf(row)
  const key = await writingKey(tx, ring, place, act.now)
  const kept = { ...nothingKept, ...(await keptOf<Kept>(tx, key, id)) }
  const client = await rulesOf(tx, row.client_id)
  const doing: Doing = { tx, stored, key, kept, client, by, act }
  const done = await carryOut(doing, given.do)
  const complaint = done.complaint ?? stored.complaint
  const keptNow = { ...kept, ...done.kept }
  await updateComplaint(tx, id, complaint, {
    heardOn: done.heardOn === undefined ? stored.heardOn : done.heardOn,
    ...(done.handedTo === undefined ? {} : { handedTo: done.handedTo }),
  })
  if (done.kept !== undefined) await keep(tx, key, id, keptNow)
  const after = { ...complaint, ...ownersAfter(complaint, done.change, row) }
  await changeCase(tx, row, { state: complaint.state, nextAct: nextAct(after), ...done.change }, act.now)
  const record = await recordEvent(tx, act, {
    type: done.event,
    client: row.client_id,
    subject: row.subject_id,
    refs: { complaint: id, ...done.refs },
    body: { by: by.kind, ...done.body },
  })
  if (done.message !== undefined)
    await addMessage(
      tx,
      key,
      place,
      {
        author: by.kind,
        person: by.kind === 'staff' ? by.id : null,
        via: by.kind === 'staff' ? 'staff' : 'portal',
        text: done.message,
        record,
      },
      act,
    )
  await tellSystems(tx, row, complaint, done.event, act)
  if (done.letter !== undefined) await send(doing, await done.letter(row, complaint, keptNow), done, post)
  return { id, state: complaint.state, revision: row.revision + 1, record }
}

function ownersAfter(complaint: Complaint, change: CaseChange | undefined, row: CaseRow): Partial<Complaint> {
  const owner = change?.owner === undefined ? row.owner : change.owner
  return complaint.appealedAt === null ? { handler: owner } : { secondHandler: owner }
}

async function send(doing: Doing, letter: Letter, done: Done, post: Post | undefined): Promise<void> {
  const { tx, stored, key, kept, by, act } = doing
  const { row } = stored
  const wanted = done.via ?? 'portal'
  // Without an address, or without a way to send, it stands on the page; that is what is written down.
  const via = wanted === 'email' && (kept.email === null || post === undefined) ? 'portal' : wanted
  const record = await recordEvent(tx, act, {
    type: 'letter.sent',
    client: row.client_id,
    subject: row.subject_id,
    refs: { complaint: row.case_id },
    body: { template: letter.template, via, language: letter.language },
  })
  const id = await addLetter(
    tx,
    key,
    casePlaceOf(row),
    { ...letter, person: by.kind === 'staff' ? by.id : null, via, record },
    act,
  )
  // Who wrote by mail is answered by mail, beside their page.
  if (post !== undefined && kept.email !== null && (via === 'email' || row.via === 'email'))
    await post(tx, { letter: id, case: row.case_id, client: row.client_id }, act)
}

const refused = (code: ComplaintRefusal): ApiError => new ApiError(code === 'not_your_complaint' ? 403 : 409, code)

function must(moved: rules.Moved): Complaint {
  if (!moved.ok) throw refused(moved.code)
  return moved.complaint
}

const plain = (name: MoveName, complaint: Complaint): Done => ({ complaint, event: moves[name].event })

async function carryOut(doing: Doing, given: ComplaintAct): Promise<Done> {
  const { stored, by } = doing
  const { complaint } = stored
  const { id } = by
  switch (given.act) {
    case 'acknowledge':
      return acknowledged(doing, given.via)
    case 'assess':
      return assessed(doing, given)
    case 'cause':
      return caused(doing, given.cause)
    case 'link':
      return linked(doing, given)
    case 'investigate':
      return plain('investigate', must(rules.investigate(complaint, id)))
    case 'invite':
      return {
        ...plain('invite', must(rules.invite(complaint, id))),
        via: given.via,
        letter: async (row, _, kept) => hearingLetter(await factsOf(doing, row, kept), given.proposal),
      }
    case 'hear':
      return {
        ...plain('hear', must(rules.hear(complaint, id, null))),
        heardOn: given.heardOn,
        kept: { hearingNotes: given.notes },
        body: { heardOn: given.heardOn },
      }
    case 'waive':
      return waived(doing, given.reason)
    case 'propose':
      return {
        ...plain('propose', must(rules.propose(complaint, id, given.points))),
        kept: { answer: answeredFrom(given) },
        body: { points: given.points.length, verdict: rules.verdictOf(given.points) ?? null },
      }
    case 'revise':
      return plain('revise', must(rules.revise(complaint, id)))
    case 'decide':
      return {
        ...plain('decide', must(rules.decide(complaint, id))),
        body: { verdict: complaint.verdict, cause: complaint.cause },
      }
    case 'communicate':
      return communicated(doing, given.via)
    case 'close':
      return { ...plain('close', must(rules.close(complaint, id, doing.act.now))), change: { closed: true } }
    case 'take_appeal':
      return plain('take_appeal', must(rules.takeAppeal(complaint, id)))
    case 'decide_appeal':
      return appealDecided(doing, given)
    case 'refer':
      return {
        ...plain('refer', must(rules.refer(complaint, id, given.route, doing.client.memberOf))),
        change: { closed: false },
        body: { route: given.route },
      }
    case 'hand_over':
      return handedOver(doing, given)
    case 'extend':
      return extended(doing, given)
    case 'extend_by_consent':
      return extendedByConsent(doing, given.until)
    case 'reply':
      return replied(doing, given)
    case 'ask_hearing':
      return { complaint: must(rules.askHearing(complaint)), event: 'complaint.hearing' }
    case 'withdraw':
      return {
        ...plain('withdraw', must(rules.withdraw(complaint, doing.act.now))),
        change: { closed: true },
        letter: async (row, _, kept) => withdrawnLetter(await factsOf(doing, row, kept)),
      }
    case 'appeal':
      return appealed(doing, given.words)
    case 'drop_appeal':
      return { ...plain('drop_appeal', must(rules.dropAppeal(complaint, doing.act.now))), change: { closed: true } }
  }
}

const factsOf = ({ tx, client, by, act }: Doing, row: CaseRow, kept: Kept, clock: 'decide' | 'appeal' = 'decide') =>
  letterFacts(tx, row, client, kept, { by: by.kind === 'staff' ? by.id : null, clock, now: act.now })

function acknowledged(doing: Doing, via: Done['via']): Done {
  const { stored, by } = doing
  return {
    ...plain('acknowledge', must(rules.acknowledge(stored.complaint, by.id))),
    change: { clocks: [{ act: 'meet', clock: 'acknowledge' }] },
    ...(via === undefined ? {} : { via }),
    letter: async (row, _, kept) => acknowledgedLetter(await factsOf(doing, row, kept)),
  }
}

async function assessed(doing: Doing, given: Extract<ComplaintAct, { act: 'assess' }>): Promise<Done> {
  const { tx, stored, by, act } = doing
  const { aiRelated, severity, safety, breach, request, cause = null } = given
  const complaint = must(
    rules.assess(stored.complaint, by.id, { assessment: { aiRelated, severity, safety, breach, request }, cause }),
  )
  if (cause !== null) await proposeObligation(tx, stored.row, cause, act)
  return { ...plain('assess', complaint), body: { aiRelated, severity, safety, breach, request, cause } }
}

async function proposeObligation(tx: Tx, row: CaseRow, cause: rules.Cause, act: Act): Promise<void> {
  const obligation = obligationOf[cause]
  if (obligation !== undefined)
    await proposeLinks(
      tx,
      { client: row.client_id, id: row.case_id },
      [{ kind: 'obligation', target: obligation }],
      act,
    )
}

async function caused(doing: Doing, cause: rules.Cause): Promise<Done> {
  const { tx, stored, by, act } = doing
  const complaint = must(rules.setCause(stored.complaint, by.id, cause))
  await proposeObligation(tx, stored.row, cause, act)
  return { complaint, event: 'complaint.coded', body: { cause } }
}

async function linked(doing: Doing, given: Extract<ComplaintAct, { act: 'link' }>): Promise<Done> {
  const { tx, stored, by, act } = doing
  if (by.id !== (stored.complaint.secondHandler ?? stored.complaint.handler)) throw refused('not_your_complaint')
  const { kind, target, state } = given
  await judgeLink(tx, stored.row.case_id, { kind, target, state, person: by.id }, act.now)
  return { event: 'complaint.linked', body: { kind, state }, refs: { [kind]: target } }
}

function waived({ stored, by }: Doing, reason: rules.Waiver): Done {
  const { complaint } = stored
  const invited = complaint.state === 'hearing'
  const next = must(invited ? rules.hear(complaint, by.id, reason) : rules.waiveHearing(complaint, by.id))
  return { complaint: next, event: 'complaint.waived', body: { reason }, kept: { waived: reason } }
}

const answeredFrom = (given: Extract<ComplaintAct, { act: 'propose' | 'decide_appeal' }>): Answered => ({
  points: given.points,
  findings: given.findings,
  reasons: given.reasons,
  measures: given.measures ?? null,
  measuresBy: given.measuresBy ?? null,
  improvements: given.improvements ?? null,
  evidence: given.evidence,
  ai: given.ai ?? null,
})

async function communicated(doing: Doing, via: Done['via']): Promise<Done> {
  const { tx, stored, kept, client, key, by, act } = doing
  const complaint = must(rules.communicate(stored.complaint, by.id, act.now))
  const answer = kept.answer
  if (answer === null) throw refused('points_missing')
  return {
    ...plain('communicate', complaint),
    change: {
      clocks: [
        { act: 'meet', clock: 'acknowledge' },
        { act: 'meet', clock: 'decide' },
      ],
    },
    body: { verdict: complaint.verdict },
    ...(via === undefined ? {} : { via }),
    letter: async (row, now_, keptNow) =>
      verdictLetter(
        await verdictFacts(tx, key, { ...stored, row, complaint: now_ }, client, keptNow, {
          answer,
          final: false,
          by: by.id,
          now: act.now,
        }),
      ),
  }
}

async function appealDecided(doing: Doing, given: Extract<ComplaintAct, { act: 'decide_appeal' }>): Promise<Done> {
  const { tx, stored, client, key, by, act } = doing
  const complaint = must(rules.decideAppeal(stored.complaint, by.id, given.points))
  const answer = answeredFrom(given)
  return {
    ...plain('decide_appeal', complaint),
    kept: { finalAnswer: answer },
    change: { clocks: [{ act: 'meet', clock: 'appeal' }] },
    body: { verdict: complaint.finalVerdict, before: complaint.verdict },
    via: given.via,
    letter: async (row, now_, keptNow) =>
      verdictLetter(
        await verdictFacts(tx, key, { ...stored, row, complaint: now_ }, client, keptNow, {
          answer,
          final: true,
          by: by.id,
          now: act.now,
        }),
      ),
  }
}

async function appealed(doing: Doing, words: string): Promise<Done> {
  const { stored, client, act } = doing
  const { complaint } = stored
  const zone = client.timeZone
  const next = must(
    rules.appeal(complaint, {
      communicatedOn: complaint.communicatedAt === null ? null : dayIn(complaint.communicatedAt, zone),
      today: dayIn(act.now, zone),
      now: act.now,
      offered: client.appeal ?? profiles[client.profile].appeal,
    }),
  )
  return {
    ...plain('appeal', { ...next, secondHandler: null }),
    kept: { appealWords: words },
    // Nobody has it yet, and who had it may not have it again.
    change: { closed: false, owner: null, clocks: [{ act: 'begin', clock: 'appeal', rule: APPEAL_RULE }] },
    message: words,
    letter: async (row, _, kept) => appealedLetter(await factsOf(doing, row, kept, 'appeal')),
  }
}

async function handedOver(doing: Doing, given: Extract<ComplaintAct, { act: 'hand_over' }>): Promise<Done> {
  const { tx, stored, by, act } = doing
  const reference = readReference(given.target)
  if (reference === undefined) throw new ApiError(422, 'target_needed', { param: 'target' })
  const other = await caseByReference(tx, reference)
  if (other === undefined || other.kind !== given.to) throw new ApiError(422, 'target_needed', { param: 'target' })
  if (other.subject_id !== stored.row.subject_id) throw new ApiError(422, 'target_other_person', { param: 'target' })
  const complaint = must(rules.handOver(stored.complaint, by.id, act.now))
  return {
    ...plain('hand_over', complaint),
    change: { closed: true },
    handedTo: other.case_id,
    refs: { case: other.case_id },
    body: { to: given.to },
    via: given.via,
    letter: async (row, _, kept) => handedOverLetter(await factsOf(doing, row, kept), { kind: given.to, reference }),
  }
}

/** More time is an act with a letter, before the first date, once. */
async function extended(doing: Doing, given: Extract<ComplaintAct, { act: 'extend' }>): Promise<Done> {
  const { tx, stored, client, by, act } = doing
  const { complaint, row } = stored
  const clock = complaint.appealedAt === null ? 'decide' : 'appeal'
  if (by.id !== (complaint.secondHandler ?? complaint.handler)) throw refused('not_your_complaint')
  if (clock === 'decide' && !rules.mayAdjourn(complaint)) throw refused('complaint_not_now')
  const previousPromisedOn = await promisedOn(tx, row, clock, act.now)
  return {
    event: 'complaint.extended',
    change: { clocks: [{ act: 'extend', clock, extension: { by: 'letter', on: dayIn(act.now, client.timeZone) } }] },
    body: { clock },
    via: given.via,
    letter: async (after, _, kept) =>
      extendedLetter(await factsOf(doing, after, kept, clock), { previousPromisedOn, reasons: given.reasons }),
  }
}

function extendedByConsent({ stored, client, by, act }: Doing, until: Day): Done {
  const { complaint } = stored
  if (by.id !== complaint.handler) throw refused('not_your_complaint')
  if (!rules.mayAdjourn(complaint)) throw refused('complaint_not_now')
  return {
    event: 'complaint.extended',
    change: {
      clocks: [
        { act: 'extend', clock: 'decide', extension: { by: 'consent', on: dayIn(act.now, client.timeZone), until } },
      ],
    },
    body: { clock: 'decide', until },
  }
}

function replied({ stored, by }: Doing, given: Extract<ComplaintAct, { act: 'reply' }>): Done {
  const { complaint } = stored
  if (by.id !== (complaint.secondHandler ?? complaint.handler)) throw refused('not_your_complaint')
  return { event: 'complaint.replied', message: given.text, via: given.via }
}
