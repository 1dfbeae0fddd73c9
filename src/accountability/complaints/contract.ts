/** What crosses the wire about complaints: making one, what its handler does, what the customer reads, and the yearly report. */
import { z } from 'zod'
import { caseLetter, caseView } from '../../records/cases/contract.ts'
import { complaintProfiles, id, instant, slug, words } from '../../records/contract.ts'
import { abouts, causes, complaintStates, hearings, remedies, severities, verdicts, waivers } from './complaint.ts'
import { routeIds } from './profile.ts'

export const linkKinds = ['conversation', 'decision', 'version', 'obligation', 'case'] as const
export const linkStates = ['proposed', 'confirmed', 'rejected'] as const
export const staffChannels = ['phone', 'letter', 'email', 'desk'] as const

// -- making -------------------------------------------------------------------------------------------------------------

const text = words(1, 20_000)
const complaintFields = {
  words: text,
  about: z.enum(abouts),
  remedy: z.enum(remedies),
  remedyWords: words(1, 1_000).optional(),
  wantsHearing: z.boolean().default(false),
  name: words(1, 200).optional(),
}

export const portalComplaint = z.strictObject({ ...complaintFields, decision: id.optional() })
export const madeReply = z.object({ id, reference: z.string(), promisedOn: z.string(), receipt: z.string() })

/** A help desk or another system of the organisation hands a complaint over. */
export const systemComplaint = z.strictObject({
  ...complaintFields,
  /** One of the two: whom it is from. */
  conversation: z.string().min(1).max(200).optional(),
  subject: z.string().min(1).max(200).optional(),
  language: z.enum(['nl', 'en']).default('nl'),
  /** The number under which the help desk knows it; the same again is the same complaint. */
  externalId: words(1, 200).optional(),
  receivedAt: instant.optional(),
})

/** Somebody of the staff writes down what a customer said. */
export const staffComplaint = z.strictObject({
  ...complaintFields,
  /** One of the three: whom it is from; none of them: somebody who is not known. */
  conversation: id.optional(),
  decision: id.optional(),
  reference: z.string().min(1).max(200).optional(),
  client: slug.optional(),
  channel: z.enum(staffChannels),
  language: z.enum(['nl', 'en']).default('nl'),
  /** The day on which it came in, where the organisation is; absent: today. */
  receivedOn: z.iso.date().optional(),
  /** Members of staff complained about; they work for the client. */
  persons: z.array(id).max(10).default([]),
})

export const complaintPeopleQuery = z.strictObject({ client: slug })
export const complaintPeople = z.object({ people: z.array(z.object({ id, name: z.string() })) })
export type ComplaintPeople = z.output<typeof complaintPeople>

// -- handling -----------------------------------------------------------------------------------------------------------

const point = z.strictObject({ point: words(3, 500), verdict: z.enum(verdicts), reasons: words(10, 4_000) })
const answer = {
  points: z.array(point).min(1).max(20),
  findings: words(10, 4_000),
  reasons: words(10, 4_000),
  measures: words(3, 2_000).optional(),
  measuresBy: z.iso.date().optional(),
  improvements: words(3, 2_000).optional(),
  evidence: z.array(words(3, 300)).max(20).default([]),
  /** What the computer did and what a person did; absent: no computer took part. */
  ai: z.strictObject({ role: words(3, 300), human: words(3, 300) }).optional(),
}
const via = z.enum(['portal', 'email', 'post']).default('portal')

export const complaintAct = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('acknowledge'), via }),
  z.strictObject({
    act: z.literal('assess'),
    aiRelated: z.boolean(),
    severity: z.enum(severities),
    safety: z.boolean().default(false),
    breach: z.boolean().default(false),
    request: z.boolean().default(false),
    cause: z.enum(causes).optional(),
  }),
  z.strictObject({ act: z.literal('cause'), cause: z.enum(causes) }),
  z.strictObject({
    act: z.literal('link'),
    kind: z.enum(linkKinds),
    target: z.string().min(1).max(100),
    state: z.enum(['confirmed', 'rejected']),
  }),
  z.strictObject({ act: z.literal('investigate') }),
  z.strictObject({ act: z.literal('invite'), proposal: words(3, 1_000), via }),
  z.strictObject({ act: z.literal('hear'), heardOn: z.iso.date(), notes: words(3, 10_000) }),
  z.strictObject({ act: z.literal('waive'), reason: z.enum(waivers) }),
  z.strictObject({ act: z.literal('propose'), ...answer }),
  z.strictObject({ act: z.literal('revise') }),
  z.strictObject({ act: z.literal('decide') }),
  z.strictObject({ act: z.literal('communicate'), via }),
  z.strictObject({ act: z.literal('close') }),
  z.strictObject({ act: z.literal('take_appeal') }),
  z.strictObject({ act: z.literal('decide_appeal'), ...answer, via }),
  z.strictObject({ act: z.literal('refer'), route: z.enum(routeIds) }),
  z.strictObject({
    act: z.literal('hand_over'),
    to: z.enum(['request', 'contest']),
    /** The number of the case in which it goes on. */
    target: z.string().min(3).max(40),
    via,
  }),
  z.strictObject({ act: z.literal('extend'), reasons: words(10, 2_000), via }),
  z.strictObject({ act: z.literal('extend_by_consent'), until: z.iso.date() }),
  z.strictObject({ act: z.literal('reply'), text: words(1, 10_000), via }),
  // What the customer said to somebody of the staff.
  z.strictObject({ act: z.literal('ask_hearing') }),
  z.strictObject({ act: z.literal('withdraw') }),
  z.strictObject({ act: z.literal('appeal'), words: words(3, 10_000) }),
  z.strictObject({ act: z.literal('drop_appeal') }),
])
export type ComplaintAct = z.output<typeof complaintAct>
export const actNames = complaintAct.options.map((one) => one.shape.act.value)
export type ActName = ComplaintAct['act']

export const actRequest = z.strictObject({
  /** Of the complaint as it was read: another's change in between is not written over. */
  revision: z.number().int(),
  do: complaintAct,
})
export const actReply = z.object({ id, state: z.enum(complaintStates), revision: z.number().int(), record: z.string() })

const answered = z.object({
  points: z.array(point),
  findings: z.string(),
  reasons: z.string(),
  measures: z.string().nullable(),
  measuresBy: z.string().nullable(),
  improvements: z.string().nullable(),
  evidence: z.array(z.string()),
  ai: z.object({ role: z.string(), human: z.string() }).nullable(),
})
export type Answered = z.output<typeof answered>

export const complaintView = z.object({
  case: caseView,
  profile: z.enum(complaintProfiles),
  state: z.enum(complaintStates),
  about: z.enum(abouts),
  remedy: z.enum(remedies),
  remedyWords: z.string().nullable(),
  name: z.string().nullable(),
  mailKnown: z.boolean(),
  persons: z.array(z.object({ id, name: z.string() })),
  handler: id.nullable(),
  secondHandler: id.nullable(),
  assessment: z
    .object({
      aiRelated: z.boolean(),
      severity: z.enum(severities),
      safety: z.boolean(),
      breach: z.boolean(),
      request: z.boolean(),
    })
    .nullable(),
  cause: z.enum(causes).nullable(),
  hearing: z.enum(hearings),
  heardOn: z.string().nullable(),
  hearingNotes: z.string().nullable(),
  verdict: z.enum(verdicts).nullable(),
  finalVerdict: z.enum(verdicts).nullable(),
  answer: answered.nullable(),
  appealWords: z.string().nullable(),
  finalAnswer: answered.nullable(),
  appealUntil: z.string().nullable(),
  satisfaction: z.number().int().nullable(),
  route: z.enum(routeIds).nullable(),
  routes: z.array(z.object({ id: z.enum(routeIds), website: z.string(), address: z.string(), open: z.boolean() })),
  links: z.array(
    z.object({ kind: z.enum(linkKinds), target: z.string(), state: z.enum(linkStates), person: id.nullable() }),
  ),
  /** What the reader may do now, in the order of ISO 10002. */
  acts: z.array(z.string()),
  /** The letter that goes out with the verdict, as it would read now. */
  preview: z.object({ subject: z.string(), paragraphs: z.array(z.string()) }).nullable(),
})
export type ComplaintView = z.output<typeof complaintView>

export const complaintParams = z.object({ id })

// -- the customer -------------------------------------------------------------------------------------------------------

export const portalComplaintLine = z.object({
  id,
  reference: z.string(),
  state: z.enum(complaintStates),
  receivedAt: instant,
  promisedOn: z.string().nullable(),
})
export const portalComplaints = z.object({
  client: z.string(),
  /** There is no conversation behind this link. */
  alone: z.boolean(),
  complaints: z.array(portalComplaintLine),
  /** Decisions that a complaint can be about, of this link. */
  decisions: z.array(z.object({ id, label: z.string() })),
  namesStaff: z.boolean(),
})
export type PortalComplaints = z.output<typeof portalComplaints>

export const portalComplaintView = portalComplaintLine.extend({
  client: z.string(),
  about: z.enum(abouts),
  remedy: z.enum(remedies),
  words: z.string().nullable(),
  handler: z.string().nullable(),
  hearing: z.enum(hearings),
  verdict: z.enum(verdicts).nullable(),
  finalVerdict: z.enum(verdicts).nullable(),
  late: z.boolean(),
  letters: z.array(caseLetter.omit({ person: true })),
  messages: z.array(
    z.object({ at: instant, author: z.enum(['customer', 'staff']), text: z.string().nullable(), record: z.string() }),
  ),
  files: z.array(z.object({ name: z.string().nullable(), bytes: z.number().int(), at: instant })),
  appealUntil: z.string().nullable(),
  may: z.object({
    add: z.boolean(),
    askHearing: z.boolean(),
    withdraw: z.boolean(),
    appeal: z.boolean(),
    dropAppeal: z.boolean(),
    rate: z.boolean(),
  }),
  satisfaction: z.number().int().nullable(),
  routes: z.array(z.object({ id: z.enum(routeIds), website: z.string(), address: z.string() })),
  receipt: z.string(),
})
export type PortalComplaintView = z.output<typeof portalComplaintView>

export const appealRequest = z.strictObject({ words: words(3, 10_000) })
export const rateRequest = z.strictObject({ satisfaction: z.number().int().min(1).max(5) })
export const customerDone = z.object({ id, state: z.enum(complaintStates), receipt: z.string() })

// -- together -----------------------------------------------------------------------------------------------------------

export const reportQuery = z.strictObject({
  year: z.coerce.number().int().min(2020).max(2100),
  client: slug.optional(),
})
const counted = z.object({ key: z.string(), n: z.number().int() })
export const report = z.object({
  year: z.number().int(),
  received: z.number().int(),
  open: z.number().int(),
  withdrawn: z.number().int(),
  handedOver: z.number().int(),
  decided: z.number().int(),
  inTime: z.number().int(),
  appealed: z.number().int(),
  appealChanged: z.number().int(),
  referred: z.number().int(),
  /** Days from receipt to the answer; null: none was given. */
  medianDays: z.number().nullable(),
  satisfaction: z.object({ n: z.number().int(), mean: z.number().nullable() }),
  byVerdict: z.array(counted),
  byCause: z.array(counted),
  bySystem: z.array(counted),
  byProfile: z.array(counted),
  byVia: z.array(counted),
})
export type Report = z.output<typeof report>

export const clusterJudgements = ['no_action', 'finding', 'incident'] as const
export const cluster = z.object({
  id: id.nullable(),
  client: slug,
  system: z.string(),
  version: z.string(),
  cause: z.enum(causes),
  count: z.number().int(),
  customers: z.number().int(),
  since: instant,
  state: z.enum(['open', 'judged']),
  judgement: z.enum(clusterJudgements).nullable(),
})
export const clusters = z.object({ clusters: z.array(cluster) })
export type Cluster = z.output<typeof cluster>
export const clusterParams = z.object({ id })
export const judgeRequest = z.strictObject({ judgement: z.enum(clusterJudgements), reasons: words(10, 2_000) })
export const judgeReply = z.object({ id, record: z.string() })
