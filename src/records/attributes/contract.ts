/** What crosses the wire about attributes of people: given one by one, read back by nobody but the person. */
import { z } from 'zod'
import { attributeStatement, bilingual, id, instant, proofRef, slug } from '../contract.ts'

/** Most values in one request. */
export const GIVEN_MAX = 500
/** Fewer people than this are not told apart from none. */
export const COUNTED_FROM = 10

export const attributeEvents = {
  declared: 'attribute.declared',
  given: 'attribute.given',
  withdrawn: 'attribute.withdrawn',
  expired: 'attribute.expired',
  ended: 'attribute.ended',
  read: 'attribute.read',
} as const

export const attributeKeepers = ['ethics_officer', 'dpo'] as const
export const attributeReaders = [...attributeKeepers, 'auditor'] as const

export const givenValue = z.strictObject({
  /** Your own reference of the person. */
  subject: z.string().min(1).max(200),
  attribute: slug,
  value: slug,
  /** Absent: now. */
  givenAt: instant.optional(),
  /** Where the customer said so themselves: `survey`. Needed for what they alone can say. */
  evidence: slug.optional(),
})
export type GivenValue = z.output<typeof givenValue>

/** One value, or `attributes` with up to 500 of them, each of which gets a result of its own. */
export const givenBody = z.looseObject({ attributes: z.array(z.unknown()).min(1).max(GIVEN_MAX).optional() }).meta({
  anyOf: [
    z.toJSONSchema(givenValue, { io: 'input', unrepresentable: 'any' }),
    {
      type: 'object',
      required: ['attributes'],
      properties: { attributes: { type: 'array', minItems: 1, maxItems: GIVEN_MAX } },
    },
  ],
})
const given = z.object({ ledgerId: z.string() })
export type GivenReply = z.output<typeof given>
const refused = z.object({
  status: z.int(),
  error: z.object({ code: z.string(), message: z.string(), param: z.string().nullable() }),
})
export const givenReply = z.union([
  given,
  z.object({ results: z.array(z.union([z.object({ status: z.literal(201), ...given.shape }), refused])) }),
])

export const attributeCodes = [
  'attribute_shape',
  'attribute_unknown',
  'attribute_unknown_near',
  'attribute_over',
  'value_unknown',
  'value_unknown_near',
  'evidence_missing',
  'given_in_future',
  'attribute_not_given',
  'attribute_not_alone',
] as const
export type AttributeCode = (typeof attributeCodes)[number]

export const attributeParams = z.object({ client: slug, attribute: slug })
export const attributeQuery = z.object({ client: slug.optional() })
export const attributeLine = z.object({
  id: slug,
  client: slug,
  statement: attributeStatement,
  signedBy: z.string(),
  signedAt: instant,
  endsAt: instant.nullable(),
  endedAt: instant.nullable(),
  /** null: fewer than ten, and perhaps none. */
  people: z.int().nullable(),
  lastReadAt: instant.nullable(),
  proof: proofRef,
})
export type AttributeLine = z.output<typeof attributeLine>
export const attributeList = z.object({ attributes: z.array(attributeLine) })

export const attributeRead = z.object({
  id,
  purpose: z.enum(['audit', 'monitor']),
  purposeId: id,
  rows: z.int(),
  values: z.int(),
  readBy: z.string(),
  readAt: instant,
  proof: proofRef,
})
export const attributeView = attributeLine.extend({
  reads: z.array(attributeRead),
  statements: z.array(
    z.object({ statement: attributeStatement, signedBy: z.string(), signedAt: instant, proof: proofRef }),
  ),
})
export type AttributeView = z.output<typeof attributeView>
export const endRequest = z.strictObject({ reasons: z.string().trim().min(10).max(2_000) })
export const endReply = z.object({ erased: z.int(), backupsUntil: z.iso.date(), proof: proofRef })

/** The customer's own page: what is asked, and what they said. */
export const ownAttributes = z.object({
  /** Who asks, by name. */
  client: z.string(),
  attributes: z.array(
    z.object({
      id: slug,
      name: bilingual,
      question: bilingual,
      necessity: bilingual,
      choices: z.array(z.object({ value: slug, label: bilingual })),
      /** What they said; null: nothing. */
      value: slug.nullable(),
      givenAt: instant.nullable(),
      keptUntil: instant.nullable(),
    }),
  ),
})
export type OwnAttributes = z.output<typeof ownAttributes>
export const ownValueRequest = z.strictObject({ attribute: slug, value: slug.nullable() })
export const ownValueReply = z.object({ attribute: slug, value: slug.nullable(), receipt: z.string() })
