/** Shapes of disclosure, explanation and of what the customer sees in the portal. */
import { z } from 'zod'
import { clientContact } from '../access/contract.ts'
import { decisionClasses, slug, words } from '../records/contract.ts'
import { contestStates } from '../records/decision-contract.ts'
import { contestSteps, freezes } from '../records/rules.ts'
import { systemStates } from './cards/contract.ts'
import { clarificationAbouts, clarificationStates } from './clarification.ts'
import { scales } from './explain/contract.ts'
import { noticeKinds, shownNotice } from './notices/contract.ts'

export * from './cards/contract.ts'
export * from './explain/contract.ts'
export * from './notices/contract.ts'

const instant = z.iso.datetime({ offset: true })
const id = z.string().min(1).max(64)

/** What is said: that it is AI, that emotions are estimated, or that people are sorted by voice, face or body. */
export const disclosureKind = z.enum(['ai', 'emotion', 'biometric'])

/** A platform says that the sentence was spoken or shown, before the first AI turn (AI Act art. 50(1) and (3)). */
export const disclosureRequest = z.object({
  kind: disclosureKind.default('ai'),
  conversation: id,
  channel: z.enum(['chat', 'voice', 'email', 'agent_assist', 'other']),
  language: z.string().max(20),
  /** The words as said; checked for the parts that a disclosure must hold, not stored readable. */
  text: z.string().min(10).max(1_000),
  at: instant.optional(),
  /** Voice: whether the caller heard it to the end; an interrupted disclosure is none. */
  complete: z.boolean().optional(),
})
export const disclosureReply = z.object({ id, conversation: id, at: instant, proof: z.object({ event: z.string() }) })

/** What a system has to say, as it is worded now; of an e-mail one for each way in which it may have been read. */
export const disclosuresOffered = z.object({
  channel: z.enum(['chat', 'voice', 'email', 'agent_assist', 'other']),
  disclosures: z.array(
    z.object({
      kind: disclosureKind,
      language: z.enum(['nl', 'en']),
      text: z.string(),
      textKey: z.string(),
      textVersion: z.string(),
    }),
  ),
})

/** One explained step of a conversation, made from recorded facts only. */
export const explainedTurn = z.object({
  seq: z.number().int(),
  role: z.enum(['customer', 'ai', 'agent', 'system', 'tool', 'unknown']),
  at: instant.nullable(),
  text: z.string().nullable(),
  /** Sentences in the reader's language: how this answer came about, or why there was none. */
  why: z.array(z.string()),
  /** Classes that were hidden from the computer, in words, with the number. */
  heldBack: z.array(z.object({ label: z.string(), word: z.string(), n: z.number().int() })),
  sources: z.array(z.object({ id: z.string(), title: z.string() })),
  disclosure: z.boolean(),
  refused: z.string().nullable(),
  receipt: z.string().nullable(),
})

export const portalView = z.object({
  organisation: z.string(),
  client: z.string(),
  clientId: slug,
  contact: clientContact,
  conversation: z.object({
    id,
    startedAt: instant,
    channel: z.string(),
    language: z.string(),
    turns: z.number().int(),
  }),
  /** One to three sentences that sum up what happened. */
  summary: z.array(z.string()),
  system: z.object({ name: z.string(), description: z.string(), version: z.string() }).nullable(),
  turns: z.array(explainedTurn),
  used: z.array(z.string()),
  heldBack: z.array(z.object({ label: z.string(), word: z.string(), n: z.number().int() })),
  /** Lawful basis of the purpose in words, with the organisation's reasoning and the link to the law. */
  ground: z.object({
    purpose: z.string(),
    basis: z.string(),
    sentence: z.string(),
    reasoning: z.string().nullable(),
    law: z.object({ label: z.string(), url: z.string() }),
    dataKinds: z.string(),
    retentionDays: z.number().int(),
  }),
  /** Every purpose of this client that rests on consent or may be objected to. */
  choices: z.array(
    z.object({
      purpose: id,
      name: z.string(),
      dataKinds: z.string(),
      consequenceOfNo: z.string().nullable(),
      kind: z.enum(['consent', 'objection']),
      on: z.boolean(),
      /** The customer said yes or no, and it still stands. */
      answered: z.boolean(),
      /** What a yes is said to, in the reader's language; null where no consent is asked. */
      question: z.object({ notice: z.string(), version: z.string(), text: z.string(), sha256: z.string() }).nullable(),
      since: instant.nullable(),
      receipt: z.string().nullable(),
      history: z.array(z.object({ state: z.string(), at: instant, by: z.string(), receipt: z.string() })),
    }),
  ),
  handOff: z.object({ open: z.boolean(), sentence: z.string(), state: z.string().nullable() }),
  receipts: z.array(
    z.object({
      event: z.string(),
      type: z.string(),
      sentence: z.string(),
      at: instant,
      index: z.number().int().nullable(),
    }),
  ),
  views: z.array(z.object({ at: instant, role: z.string(), receipt: z.string() })),
  /** Versions of the notices that were shown in this conversation. */
  notices: z.array(shownNotice),
})
export type PortalView = z.output<typeof portalView>

export const choiceRequest = z.object({
  purpose: id,
  on: z.boolean(),
  /** SHA-256 of the question that was shown: a yes to other words than those that are asked now is not taken. */
  shown: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
})
export const choiceReply = z.object({
  purpose: id,
  on: z.boolean(),
  at: instant,
  sentence: z.string(),
  receipt: z.string(),
})
export const portalHandOffRequest = z.object({ reason: z.string().max(500).optional() })
/** A receipt: the entry as recorded (canonical JSON), the proof text, and the ledger's public key. */
export const receiptReply = z.object({
  event: z.string(),
  entry: z.string(),
  proof: z.string().nullable(),
  vkey: z.string(),
  sentence: z.string(),
  fileName: z.string(),
})

export const portalHandOffReply = z.object({
  id,
  state: z.string(),
  open: z.boolean(),
  sentence: z.string(),
  answerBy: instant.nullable(),
  receipt: z.string(),
})
export const receiptParams = z.object({ event: z.string().min(1).max(64) })

export const portalDecisionParams = z.object({ id })
const pageEnd = z.string().max(200)
/** Where each list goes on: the `next` of the page before. */
export const portalMineQuery = z.strictObject({ after: pageEnd.optional(), decisionsAfter: pageEnd.optional() })
/**
 * Everything of the person behind a link to all that is theirs, the latest first, a page of each list: what a line is called in the address,
 * after a point. A count is of all there are; `next` null: nothing older.
 */
export const portalMine = z.object({
  client: z.string(),
  contact: portalView.shape.contact,
  until: instant,
  conversations: z.array(
    z.object({ id, startedAt: instant, channel: z.string(), system: z.string().nullable(), turns: z.number().int() }),
  ),
  conversationCount: z.number().int(),
  next: z.string().nullable(),
  decisions: z.array(
    z.object({ id, conversation: id.nullable(), decidedAt: instant, outcome: z.string(), system: z.string() }),
  ),
  decisionCount: z.number().int(),
  decisionsNext: z.string().nullable(),
})
export type PortalMine = z.output<typeof portalMine>
export const portalLeft = z.object({ endedAt: instant })

/** Decisions about the customer, the latest first; `conversation` null: the link leads to one decision only. */
export const portalDecisions = z.object({
  client: z.string(),
  contact: portalView.shape.contact,
  conversation: id.nullable(),
  decisions: z.array(
    z.object({
      id,
      decidedAt: instant,
      outcome: z.string(),
      system: z.string(),
      contest: z.enum(contestStates).nullable(),
    }),
  ),
})
export type PortalDecisions = z.output<typeof portalDecisions>

const sentences = z.array(z.string())
export const portalDecision = z.object({
  id,
  client: z.string(),
  contact: portalView.shape.contact,
  conversation: id.nullable(),
  system: z.object({ name: z.string(), description: z.string(), version: z.string() }),
  /** `sha256` null: what was sent along explains it, or a model behind an address. */
  model: z.object({ name: z.string(), sha256: z.string().nullable() }),
  class: z.enum(decisionClasses),
  decidedAt: instant,
  outcome: z.string(),
  favourable: z.boolean().nullable(),
  score: z.number().nullable(),
  scoreFrom: z.enum(['sent', 'computed']),
  threshold: z.number().nullable(),
  explanation: z.enum(['given', 'refused', 'not_needed']),
  /** What was read back against the record when the decision came, by what it is about. */
  sentences: z.object({
    outcome: sentences,
    factors: sentences,
    notUsed: sentences,
    change: sentences,
    reviewed: sentences,
    contest: sentences,
  }),
  used: z.array(z.object({ name: z.string(), value: z.string() })),
  factors: z.array(
    z.object({ name: z.string(), value: z.string(), weight: z.number(), errorMargin: z.number().nullable() }),
  ),
  base: z.number().nullable(),
  output: z.number().nullable(),
  scale: z.enum(scales).nullable(),
  /** How else a person can be asked. */
  contestWay: z.string(),
  mayContest: z.boolean(),
  /** A person looks at it, whether or not the customer asked. */
  waiting: z.boolean(),
  contest: z
    .object({
      id,
      state: z.enum(contestStates),
      step: z.enum(contestSteps),
      reference: z.string().nullable(),
      askedAt: instant,
      /** The strict day of the promise. */
      promisedOn: z.string().nullable(),
      /** Nothing was answered yet, and that day has passed. */
      late: z.boolean(),
      /** Whether the decision waits meanwhile; null: nobody said. */
      freeze: z.enum(freezes).nullable(),
      /** Why it does not, where the organisation says so. */
      freezeReason: z.string().nullable(),
      /** Since when it waits. */
      frozenAt: instant.nullable(),
      /** When the customer read why it was decided, after they asked. */
      explainedAt: instant.nullable(),
      /** When somebody began to look again. */
      readAt: instant.nullable(),
      /** When the change was carried out. */
      appliedAt: instant.nullable(),
      words: z.string().nullable(),
      answer: z
        .object({
          at: instant,
          verdict: z.enum(['confirmed', 'changed']),
          outcome: z.string(),
          reasons: z.string().nullable(),
          /** The answer to what the customer wrote. */
          points: z.string().nullable(),
        })
        .nullable(),
    })
    .nullable(),
  receipts: z.array(z.object({ event: z.string(), sentence: z.string() })),
})
export type PortalDecision = z.output<typeof portalDecision>

export const contestRequest = z.strictObject({ words: words(0, 2_000).optional() })
export const contestWithdrawReply = z.object({ decision: id, receipt: z.string() })
export const contestReply = z.object({ id, decision: id, askedAt: instant, receipt: z.string() })

/** The public list: every AI system of a client in plain words, also those that are not in use. */
export const publicSystemsQuery = z.object({ client: slug })
export const publicSystems = z.object({
  organisation: z.string(),
  client: z.object({ id, name: z.string() }),
  contact: portalView.shape.contact,
  systems: z.array(
    z.object({
      id,
      name: z.string(),
      description: z.string(),
      state: z.enum(systemStates),
      stateWord: z.string(),
      /** What its outcome means for a customer. */
      role: z.string(),
      channel: z.string(),
      provider: z.string(),
      version: z.string().nullable(),
      purposes: z.array(
        z.object({ name: z.string(), sentence: z.string(), law: z.object({ label: z.string(), url: z.string() }) }),
      ),
    }),
  ),
})
export type PublicSystems = z.output<typeof publicSystems>

/** Every code this folder answers with; each has `error.<code>` in both text files. */
export const transparencyCodes = [
  'disclosure_incomplete',
  'disclosure_interrupted',
  'disclosure_future',
  'conversation_unknown',
  'portal_not_found',
  'choice_unknown',
  'question_changed',
  'choice_guardian_missing',
  'choice_mandate_missing',
  'choice_deceased',
  'choice_final',
  'client_unknown',
  'notice_unknown',
  'system_unlisted',
  'about_needed',
  'question_turn_unknown',
  'cite_nothing',
  'cite_differs',
  'clarification_not_now',
  'clarification_over',
] as const

// -- questions for clarification ----------------------------------------------------------------------------------------

const questionText = words(1, 4_000)
export const questionRequest = z.strictObject({
  text: questionText,
  about: z.enum(clarificationAbouts).default('conversation'),
  /** Of `turn`: its number in the conversation. */
  turn: z.number().int().min(1).max(1_000_000).optional(),
  decision: id.optional(),
  /** Of `notice`: its kind. */
  notice: z.enum(noticeKinds).optional(),
})
/** `promisedOn`: the strict day of the promise. */
export const askedReply = z.object({ id, reference: z.string(), promisedOn: z.string(), receipt: z.string() })
export const questionParams = z.object({ id })
export const questionTextRequest = z.strictObject({ text: questionText })
/** `cite`: the explanation that is on record goes under the answer. */
export const questionAnswerRequest = z.strictObject({ text: words(3, 10_000), cite: z.boolean().default(false) })
export const questionExtendRequest = z.strictObject({ reasons: words(10, 2_000) })
export const questionMoveRequest = z.strictObject({ target: z.string().min(3).max(40) })
export const questionDone = z.object({ id, state: z.enum(clarificationStates), receipt: z.string() })
export const questionExtended = questionDone.extend({ promisedOn: z.string() })

/** What a question is about; all null: its customer was erased. */
const questionAbout = {
  about: z.enum(clarificationAbouts).nullable(),
  turn: z.number().int().nullable(),
  decision: id.nullable(),
  notice: z.object({ kind: z.string(), version: z.number().int() }).nullable(),
}
export const portalQuestion = z.object({
  id,
  reference: z.string(),
  state: z.enum(clarificationStates),
  ...questionAbout,
  /** Of an answer: until when the customer may ask on; null: nothing was answered, or the question is closed. */
  askOnUntil: instant.nullable(),
  mayAskOn: z.boolean(),
})
export type PortalQuestion = z.output<typeof portalQuestion>
export const staffQuestion = z.object({
  id,
  state: z.enum(clarificationStates),
  conversation: id.nullable(),
  ...questionAbout,
  /** An explanation is on record of what it is about. */
  mayCite: z.boolean(),
  mayExtend: z.boolean(),
})
export type StaffQuestion = z.output<typeof staffQuestion>
