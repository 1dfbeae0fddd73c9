/** Attributes of people: declared in the register, given over the wire or by the person, read back by the person alone. */
import type { Act } from '../../access/index.ts'
import { entryByEventId } from '../../ledger/index.ts'
import type { Database, Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Language } from '../../platform/text.ts'
import { type EpochTerms, erasedFromBackupsOn, KeyDestroyed, type KeyRing } from '../../vault/index.ts'
import { subjectFor } from '../io/subjects.ts'
import { loadClientLines } from '../io/systems.ts'
import { recordsText } from '../texts.ts'
import { type DeclaredAttribute, isOver, keptUntil, type ValueProblem, valueProblem } from './attribute.ts'
import {
  type AttributeLine,
  attributeEvents,
  attributeKeepers,
  attributeList,
  attributeParams,
  attributeQuery,
  attributeReaders,
  attributeView,
  endReply,
  endRequest,
  givenBody,
  givenReply,
  givenValue,
  ownAttributes,
  ownValueReply,
  ownValueRequest,
} from './contract.ts'
import {
  type AttributeFacts,
  attributeFacts,
  attributeHistory,
  endAttribute,
  giveValue,
  loadAttributes,
  ownValues,
  withdrawValue,
} from './io/store.ts'

export type AttributeDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly ids: Ids
  readonly terms: EpochTerms
  /**
   * Whether this person decides themselves what is kept of them: not a child, and nobody for whom somebody else does. An answer is explicit
   * consent (GDPR 9(2)(a)), and who may give that is known above this folder.
   */
  readonly decidesAlone: (tx: Tx, subject: string, now: Date) => Promise<boolean>
}

export function routes(deps: AttributeDeps): Route[] {
  return [...staffRoutes(deps), platformRoute(deps), ...customerRoutes(deps)]
}

// -- staff --------------------------------------------------------------------------------------------------------------

function staffRoutes({ database, ids, terms }: AttributeDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/attributes',
      summary: {
        nl: 'Kenmerken van mensen waarop wij uitkomsten vergelijken, zonder van wie.',
        en: 'Attributes of people by which outcomes are compared, without whose.',
      },
      allow: attributeReaders,
      query: attributeQuery,
      reply: attributeList,
      events: [],
      handle: ({ caller, query }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const facts = await attributeFacts(tx)
            return { attributes: (await loadAttributes(tx, query.client)).map((one) => lineOf(one, facts)) }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'GET',
      path: '/api/attributes/:client/:attribute',
      summary: {
        nl: 'Eén kenmerk: waarom het nodig is, wie tekende, en elke keer dat het gelezen is.',
        en: 'One attribute: why it is needed, who signed, and each time it was read.',
      },
      allow: attributeReaders,
      params: attributeParams,
      reply: attributeView,
      events: [],
      handle: ({ caller, params }) => database.inTx(caller.scope, (tx) => viewOf(tx, params), { readOnly: true }),
    }),
    route({
      method: 'POST',
      path: '/api/attributes/:client/:attribute/end',
      summary: {
        nl: 'Beëindig een kenmerk: elke waarde gaat weg, en de sleutel ook.',
        en: 'End an attribute: every value goes, and the key too.',
      },
      allow: attributeKeepers,
      params: attributeParams,
      body: endRequest,
      reply: endReply,
      events: [attributeEvents.ended],
      handle: ({ caller, params, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          await found(tx, params)
          try {
            const { erased, record } = await endAttribute(tx, params, { ...body, by: caller.id }, { now, ids })
            const until = await erasedFromBackupsOn(tx, terms, now)
            return { erased, backupsUntil: until.toISOString().slice(0, 10), proof: { event: record, index: null } }
          } catch (error) {
            if (error instanceof KeyDestroyed) throw new ApiError(409, 'attribute_over', { values: params })
            throw error
          }
        }),
    }),
  ]
}

async function found(tx: Tx, { client, attribute }: { client: string; attribute: string }): Promise<DeclaredAttribute> {
  const one = (await loadAttributes(tx, client)).find(({ id }) => id === attribute)
  if (one === undefined) throw new ApiError(404, 'attribute_unknown', { values: { name: attribute } })
  return one
}

function lineOf(one: DeclaredAttribute, facts: ReadonlyMap<string, AttributeFacts>): AttributeLine {
  const { endedAt, record, people, lastReadAt } = facts.get(`${one.client}/${one.id}`)!
  return {
    id: one.id,
    client: one.client,
    statement: one.statement,
    signedBy: one.signedBy,
    signedAt: one.signedAt.toISOString(),
    endsAt: one.endsAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    people,
    lastReadAt: lastReadAt?.toISOString() ?? null,
    proof: { event: record, index: null },
  }
}

async function viewOf(tx: Tx, params: { client: string; attribute: string }) {
  const one = await found(tx, params)
  const { reads, statements } = await attributeHistory(tx, params)
  const line = lineOf(one, await attributeFacts(tx))
  return {
    ...line,
    proof: { ...line.proof, index: (await entryByEventId(tx, line.proof.event))?.index ?? null },
    reads: reads.map((row) => ({
      id: row.read_id,
      purpose: row.purpose,
      purposeId: row.purpose_id,
      rows: Number(row.rows_read),
      values: Number(row.values_read),
      readBy: row.read_by,
      readAt: row.read_at.toISOString(),
      proof: { event: row.record, index: null },
    })),
    statements: statements.map((row) => ({
      statement: row.statement,
      signedBy: row.signed_by,
      signedAt: row.signed_at.toISOString(),
      proof: { event: row.record, index: null },
    })),
  }
}

// -- the organisation's own systems ---------------------------------------------------------------------------------------

type Given = { readonly ledgerId: string } | { readonly problem: ValueProblem }

function platformRoute({ database, ring, ids }: AttributeDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/attributes',
    summary: {
      nl: 'Leg een kenmerk van een persoon vast, of tot 500 tegelijk. Alleen om te meten of de AI iedereen gelijk behandelt.',
      en: 'Record an attribute of a person, or up to 500 at once. Only to measure whether the AI treats everybody alike.',
    },
    allow: 'system_key',
    body: givenBody,
    reply: givenReply,
    status: 201,
    events: [attributeEvents.given],
    async handle({ caller, body, now, language }) {
      const { attributes } = body
      const results = await database.inTx(caller.scope, async (tx) => {
        const client = caller.bound?.client ?? ''
        const declared = await loadAttributes(tx, client)
        const all: Given[] = []
        for (const value of attributes ?? [body])
          all.push(await give(tx, ring, { client, declared, value }, { now, ids }))
        return all
      })
      if (attributes !== undefined) return { results: results.map((one) => resultOf(one, language)) }
      const [only] = results
      if ('problem' in only!)
        throw new ApiError(422, only.problem.code, { param: only.problem.param, values: only.problem.values })
      return only!
    },
  })
}

async function give(
  tx: Tx,
  ring: KeyRing,
  {
    client,
    declared,
    value,
  }: { readonly client: string; readonly declared: readonly DeclaredAttribute[]; readonly value: unknown },
  act: Act,
): Promise<Given> {
  const parsed = givenValue.safeParse(value)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const param = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys[0] : '') || '(body)'
    return { problem: { code: 'attribute_shape', param, values: { field: param } } }
  }
  const { subject: reference, attribute, value: said, evidence, givenAt } = parsed.data
  const wrong = valueProblem(declared, parsed.data, 'organisation', act.now)
  if (wrong !== null) return { problem: wrong }
  const subject = await subjectFor(tx, ring, { client, reference, language: null }, act)
  const ledgerId = await giveValue(
    tx,
    ring,
    {
      client,
      attribute,
      subject,
      value: said,
      by: 'organisation',
      evidence: evidence ?? null,
      givenAt: givenAt === undefined ? act.now : new Date(givenAt),
    },
    act,
  )
  return { ledgerId }
}

function resultOf(one: Given, language: Language) {
  if ('ledgerId' in one) return { status: 201 as const, ...one }
  const { code, param, values } = one.problem
  return {
    status: 422,
    error: { code, message: recordsText(language, `error.${code}`, { ...values, field: param }), param },
  }
}

// -- the person -----------------------------------------------------------------------------------------------------------

function personOf({ bound }: Caller): { readonly client: string; readonly subject: string } {
  const { client, subject } = bound ?? {}
  if (client === undefined || subject === undefined) throw new ApiError(404, 'not_found')
  return { client, subject }
}

function customerRoutes({ database, ring, ids, decidesAlone }: AttributeDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/portal/attributes',
      summary: {
        nl: 'Vragen waarmee u ons kunt helpen eerlijk te zijn, en wat u daarop zei.',
        en: 'Questions with which you can help us be fair, and what you said.',
      },
      allow: 'customer',
      reply: ownAttributes,
      events: [],
      handle: ({ caller, now }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const person = personOf(caller)
            const said = new Map((await ownValues(tx, ring, person)).map((one) => [one.attribute, one]))
            const alone = await decidesAlone(tx, person.subject, now)
            const asked = (await loadAttributes(tx, person.client)).filter(
              // Who cannot say yes is asked nothing; what was said before can always be taken back.
              (one) => one.statement.source === 'customer' && !isOver(one, now) && (alone || said.has(one.id)),
            )
            return {
              client: (await loadClientLines(tx)).find(({ id }) => id === person.client)?.name ?? '',
              attributes: asked.map(({ id, statement }) => {
                const { name, question, necessity, choices } = statement
                const one = said.get(id)
                return {
                  id,
                  name,
                  question: question!,
                  necessity,
                  choices,
                  value: one?.value ?? null,
                  givenAt: one?.givenAt.toISOString() ?? null,
                  keptUntil: one === undefined ? null : keptUntil(statement, one.givenAt).toISOString(),
                }
              }),
            }
          },
          { readOnly: true },
        ),
    }),
    route({
      method: 'POST',
      path: '/api/portal/attributes',
      summary: {
        nl: 'Beantwoord een vraag over uzelf, of neem uw antwoord terug. Het hoeft niet.',
        en: 'Answer a question about yourself, or take your answer back. You do not have to.',
      },
      allow: 'customer',
      body: ownValueRequest,
      reply: ownValueReply,
      events: [attributeEvents.given, attributeEvents.withdrawn],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const person = personOf(caller)
          const { attribute, value } = body
          const place = { ...person, attribute }
          if (value === null) {
            const receipt = await withdrawValue(tx, place, { now, ids })
            if (receipt === null) throw new ApiError(409, 'attribute_not_given')
            return { attribute, value, receipt }
          }
          const declared = (await loadAttributes(tx, person.client)).filter(
            (one) => one.statement.source === 'customer',
          )
          const wrong = valueProblem(declared, { attribute, value }, 'customer', now)
          if (wrong !== null) throw new ApiError(422, wrong.code, { param: wrong.param, values: wrong.values })
          if (!(await decidesAlone(tx, person.subject, now))) throw new ApiError(409, 'attribute_not_alone')
          const receipt = await giveValue(
            tx,
            ring,
            { ...place, value, by: 'customer', evidence: null, givenAt: now },
            { now, ids },
          )
          return { attribute, value, receipt }
        }),
    }),
  ]
}
