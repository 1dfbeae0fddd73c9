/** A complaint comes in, whichever way: the case with its terms, the words, what it seems to be about, and the confirmation. */
import type { Act } from '../../../access/index.ts'
import type { Tx } from '../../../platform/database.ts'
import { ApiError } from '../../../platform/http.ts'
import type { Language } from '../../../platform/text.ts'
import {
  addLetter,
  addMessage,
  keep,
  openCase,
  readCase,
  recordEvent,
  tenantOf,
  writingKey,
} from '../../../records/index.ts'
import { type abouts, newComplaint, nextAct, type remedies } from '../complaint.ts'
import { receivedLetter } from '../letter.ts'
import { profiles } from '../profile.ts'
import type { ActParts } from './acts.ts'
import { letterFacts } from './facts.ts'
import { insertComplaint, type Kept, nothingKept, proposeLinks, rulesOf } from './store.ts'
import { tellSystems } from './tell.ts'

export type NewComplaint = {
  readonly client: string
  readonly subject: string
  readonly conversation: string | null
  readonly decision: string | null
  readonly via: 'portal' | 'staff' | 'email' | 'api'
  readonly language: Language
  readonly words: string
  readonly about: (typeof abouts)[number]
  readonly remedy: (typeof remedies)[number]
  readonly remedyWords: string | null
  readonly wantsHearing: boolean
  readonly name: string | null
  readonly email: string | null
  readonly persons: readonly string[]
  /** When it came in: the terms run from then. */
  readonly receivedAt: Date
  readonly externalHmac: Buffer | null
  readonly mailHmac?: Buffer
}

export type Received = {
  readonly id: string
  readonly reference: string
  /** The strict day of the verdict. */
  readonly promisedOn: string
  readonly record: string
}

/**
 * Puts a complaint in the register with its entry and the confirmation. Errors: `conversation_unknown`, `decision_unknown` (404; also of
 * another person), `conversation_erased` (409).
 */
export async function receiveComplaint(
  tx: Tx,
  { ring, post }: ActParts,
  given: NewComplaint,
  act: Act,
): Promise<Received> {
  const rules = await rulesOf(tx, given.client)
  const about = await whatItIsAbout(tx, given)
  const profile = profiles[rules.profile]
  const complaint = { ...newComplaint(rules.profile, given.wantsHearing), persons: given.persons }
  const id = act.ids.next()
  const place = { id, client: given.client, subject: given.subject }
  const key = await writingKey(tx, ring, place, act.now)
  const record = await recordEvent(tx, act, {
    type: 'complaint.received',
    client: given.client,
    subject: given.subject,
    refs: {
      complaint: id,
      ...(about.conversation === null ? {} : { conversation: about.conversation }),
      ...(given.decision === null ? {} : { decision: given.decision }),
      ...(about.system === null ? {} : { system: about.system }),
    },
    body: {
      about: given.about,
      remedy: given.remedy,
      via: given.via,
      profile: rules.profile,
      hearing: given.wantsHearing,
    },
  })
  const { reference } = await openCase(
    tx,
    {
      ...place,
      kind: 'complaint',
      conversation: about.conversation,
      decision: given.decision,
      system: about.system,
      version: about.version,
      via: given.via,
      language: given.language,
      state: complaint.state,
      nextAct: nextAct(complaint),
      openedAt: given.receivedAt,
      clocks: [
        { clock: 'acknowledge', rule: profile.acknowledge },
        { clock: 'decide', rule: profile.decide },
      ],
      record,
    },
    act,
  )
  await insertComplaint(tx, { ...given, id }, complaint)
  const kept: Kept = { ...nothingKept, name: given.name, email: given.email, remedyWords: given.remedyWords }
  await keep(tx, key, id, kept)
  await addMessage(
    tx,
    key,
    place,
    {
      author: 'customer',
      person: null,
      via: given.via,
      text: given.words,
      ...(given.mailHmac === undefined ? {} : { mailHmac: given.mailHmac }),
      record,
    },
    act,
  )
  await proposeLinks(tx, place, linksFrom(about, given.decision), act)
  const row = await readCase(tx, id)
  await tellSystems(tx, row, complaint, 'complaint.received', act)
  const facts = await letterFacts(tx, row, rules, kept, { by: null, clock: 'decide', now: act.now })
  const letter = receivedLetter(facts)
  const sent = await recordEvent(tx, act, {
    type: 'letter.sent',
    client: given.client,
    subject: given.subject,
    refs: { complaint: id },
    body: { template: letter.template, via: 'portal', language: given.language },
  })
  const confirmation = await addLetter(tx, key, place, { ...letter, person: null, via: 'portal', record: sent }, act)
  if (given.email !== null && post !== undefined)
    await post(tx, { letter: confirmation, case: id, client: given.client }, act)
  return { id, reference, promisedOn: facts.promisedOn, record }
}

type Found = { readonly conversation: string | null; readonly system: string | null; readonly version: string | null }

/** The system and version that spoke or decided, from what is on record of this very person. */
async function whatItIsAbout(tx: Tx, { client, subject, conversation, decision }: NewComplaint): Promise<Found> {
  if (decision !== null) {
    const { rows } = await tx.query<{ conversation: string | null; system: string; version: string }>(
      `select conversation_id as conversation, system_id as system, version_id as version from decision
       where tenant_id = $1 and client_id = $2 and decision_id = $3 and subject_id = $4 and subject_role = 'customer'`,
      [tenantOf(tx), client, decision, subject],
    )
    if (rows[0] === undefined) throw new ApiError(404, 'decision_unknown', { param: 'decision' })
    return { ...rows[0], conversation: rows[0].conversation ?? conversation }
  }
  if (conversation === null) return { conversation: null, system: null, version: null }
  const { rows } = await tx.query<{ system: string | null; version: string | null }>(
    `select c.system_id as system, (select a.version_id from ai_call a where a.tenant_id = c.tenant_id and a.conversation_id = c.conversation_id order by a.started_at desc limit 1) as version
     from conversation c where c.tenant_id = $1 and c.client_id = $2 and c.conversation_id = $3 and c.subject_id = $4`,
    [tenantOf(tx), client, conversation, subject],
  )
  if (rows[0] === undefined) throw new ApiError(404, 'conversation_unknown', { param: 'conversation' })
  return { conversation, ...rows[0] }
}

function linksFrom({ conversation, system, version }: Found, decision: string | null) {
  return [
    ...(conversation === null ? [] : [{ kind: 'conversation' as const, target: conversation }]),
    ...(decision === null ? [] : [{ kind: 'decision' as const, target: decision }]),
    ...(system === null || version === null ? [] : [{ kind: 'version' as const, target: `${system}/${version}` }]),
  ]
}
