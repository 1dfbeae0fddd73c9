/** `waarborg consent`: shows or records the answer of one customer about one purpose. */
import { chooseTenant } from '../access/index.ts'
import type { Tx } from '../platform/database.ts'
import { ApiError } from '../platform/http.ts'
import { randomIds } from '../platform/ids.ts'
import { formatMoment } from '../platform/text.ts'
import { type ConsentFormat, exportConsents, loadConsentEvents, loadPerson } from '../privacy/index.ts'
import { decideUse, inConversation } from '../privacy/rules.ts'
import { lawfulBases, type Purpose } from '../records/contract.ts'
import { type ConsentGiven, findSubjects, loadPurposes, loadSubjects, subjectFor } from '../records/index.ts'
import { isRecordsTextKey, readMoment, recordsText } from '../records/rules.ts'
import { applyDeps } from './application/organisation.ts'
import type { Command, ExitCode, Io, Store, Values } from './command.ts'
import { scopeOf } from './stop.ts'

/** What each word records. An objection is for purposes that rest on another basis than consent (GDPR art. 21). */
const states = {
  give: 'given',
  refuse: 'refused',
  withdraw: 'withdrawn',
  object: 'objected',
  lift: 'objection_lifted',
} as const
type Verb = keyof typeof states
/** Two words for the same: what was answered, and what a call may do with it. */
const reads: ReadonlySet<string> = new Set(['show', 'state'])

export const command: Command = {
  name: 'consent',
  summary: {
    nl: 'Bekijk of leg vast wat een klant over een doel besloot.',
    en: 'See or record what a customer decided about a purpose.',
  },
  usage:
    'state | show | give | refuse | withdraw | object | lift  --subject REFERENCE --purpose PURPOSE, or: export --subject REFERENCE',
  options: {
    subject: {
      type: 'string',
      help: { nl: 'eigen klantnummer van de organisatie', en: "the organisation's own customer reference" },
    },
    purpose: { type: 'string', help: { nl: 'doel uit het register', en: 'purpose of the register' } },
    client: {
      type: 'string',
      help: { nl: 'opdrachtgever, als het doel er bij meer bestaat', en: 'client, if the purpose exists at several' },
    },
    system: { type: 'string', help: { nl: 'alleen voor dit AI-systeem', en: 'for this AI system only' } },
    until: {
      type: 'string',
      help: { nl: 'einde van de toestemming: 2027-01-31 of +365d', en: 'end of the consent: 2027-01-31 or +365d' },
    },
    format: {
      type: 'string',
      help: { nl: 'bij export: 27560 (standaard) of vcon', en: 'with export: 27560 (default) or vcon' },
    },
    tenant: {
      type: 'string',
      help: { nl: 'organisatie, als er meer dan één is', en: 'organisation, if there is more than one' },
    },
  },
  async run(io, { values, positionals }) {
    const [verb, ...more] = positionals
    const { subject, purpose } = values
    const exports = verb === 'export'
    const known = exports || reads.has(verb ?? '') || (verb !== undefined && Object.hasOwn(states, verb))
    if (!known || more.length > 0 || typeof subject !== 'string' || !fits(exports, values)) {
      io.stderr.write(`${recordsText(io.language, 'consent.usage')}\n`)
      return 2
    }
    const store = await io.openStore(values)
    try {
      const wanted = typeof values.tenant === 'string' ? values.tenant : (store.settings.tenant ?? undefined)
      const tenant = await chooseTenant(store.database, wanted, store.operator)
      if (exports) return await takeOut(io, store, tenant, subject, values)
      const about = {
        subject,
        purpose: String(purpose),
        client: textOf(values.client),
        system: textOf(values.system) ?? null,
      }
      return reads.has(verb ?? '')
        ? await show(io, store, tenant, about, values.json === true)
        : await answer(io, store, tenant, about, verb as Verb, values)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const sentence = [`consent.${error.code}`, `error.${error.code}`].find(isRecordsTextKey)
      io.stderr.write(
        `${sentence === undefined ? error.code : recordsText(io.language, sentence, error.values)} (${error.code})\n`,
      )
      return error.code === 'not_on_consent' || error.code === 'not_objectable' ? 3 : 2
    } finally {
      await store.close()
    }
  },
}

const formats: readonly string[] = ['27560', 'vcon']

/** What stands beside --subject: a format for export, a purpose for the rest. */
const fits = (exports: boolean, { purpose, format }: Values): boolean =>
  exports
    ? purpose === undefined && (format === undefined || formats.includes(String(format)))
    : typeof purpose === 'string' && format === undefined

/** The consents of one customer on stdout, as JSON. Errors: `subject_unknown`, `subject_client_needed`. */
async function takeOut(io: Io, store: Store, tenant: string, reference: string, values: Values): Promise<ExitCode> {
  const now = new Date()
  const wanted = textOf(values.client)
  const { record } = await store.database.inTx(
    scopeOf(store, tenant),
    async (tx) => {
      const clients = [...new Set((await loadPurposes(tx)).map(({ client }) => client))].filter(
        (client) => wanted === undefined || client === wanted,
      )
      const found = (
        await findSubjects(
          tx,
          store.keys,
          clients.map((client) => ({ client, reference })),
        )
      ).flatMap((one, n) => (one === undefined ? [] : [{ id: one.id, client: clients[n]! }]))
      const [only] = found
      if (only === undefined)
        throw new ApiError(404, 'subject_unknown', { values: { client: wanted ?? clients.join(', ') } })
      if (found.length > 1)
        throw new ApiError(422, 'subject_client_needed', {
          values: { clients: found.map(({ client }) => client).join(', ') },
        })
      const format = (textOf(values.format) ?? '27560') as ConsentFormat
      return exportConsents(tx, store.keys, only.id, { format, now, language: io.language })
    },
    { readOnly: true },
  )
  io.stdout.write(`${JSON.stringify(record, null, values.json === true ? undefined : 2)}\n`)
  return 0
}

type About = {
  readonly subject: string
  readonly purpose: string
  readonly client: string | undefined
  readonly system: string | null
}

async function show(io: Io, store: Store, tenant: string, about: About, json: boolean): Promise<ExitCode> {
  const now = new Date()
  const { purpose, consents, use } = await store.database.inTx(
    scopeOf(store, tenant),
    async (tx) => {
      const found = await purposeOf(tx, about)
      const [known] = await loadSubjects(tx, store.keys, [{ client: found.client, reference: about.subject }])
      if (known === undefined) throw new ApiError(404, 'subject_unknown', { values: { client: found.client } })
      return {
        purpose: found,
        consents: known.consents.filter((event) => event.purpose === found.id),
        use: await useOf(tx, found, known.subject, about.system, now),
      }
    },
    { readOnly: true },
  )
  if (json) {
    io.stdout.write(
      `${JSON.stringify({ client: purpose.client, purpose: purpose.id, basis: purpose.basis, ...use, events: consents })}\n`,
    )
    return 0
  }
  for (const { at, state, by } of consents)
    io.stdout.write(
      `${recordsText(io.language, 'consent.event', { at: formatMoment(at, io.language), state: stateWord(io, state), by })}\n`,
    )
  if (consents.length === 0) io.stdout.write(`${recordsText(io.language, 'consent.none', { purpose: purpose.id })}\n`)
  io.stdout.write(`${useSentence(io, purpose, use)}\n`)
  return 0
}

async function answer(
  io: Io,
  store: Store,
  tenant: string,
  about: About,
  verb: Verb,
  values: Values,
): Promise<ExitCode> {
  const now = new Date()
  const act = { now, ids: randomIds }
  const state = states[verb]
  const expiresAt = endOf(values.until, verb, now)
  const { purpose, event, use } = await store.database.inTx(scopeOf(store, tenant), async (tx) => {
    const found = await purposeOf(tx, about)
    requireFits(found, verb)
    const reference = { client: found.client, reference: about.subject }
    // Who says yes may be new here; a no of somebody who is nowhere would be about nobody.
    const [known] = verb === 'give' ? [] : await loadSubjects(tx, store.keys, [reference])
    if (verb !== 'give' && known === undefined)
      throw new ApiError(404, 'subject_unknown', { values: { client: found.client } })
    const subject = known?.subject ?? (await subjectFor(tx, store.keys, reference, act))
    const consent: ConsentGiven = {
      client: found.client,
      subject,
      purpose: found.id,
      system: about.system,
      state,
      at: now,
      expiresAt,
      by: 'staff',
      channel: 'other',
      language: io.language,
    }
    const id = await applyDeps(store.keys).recordConsent(tx, consent, act)
    return { purpose: found, event: id, use: await useOf(tx, found, subject, about.system, now) }
  })
  if (values.json)
    io.stdout.write(
      `${JSON.stringify({ event, client: purpose.client, purpose: purpose.id, state, at: now.toISOString(), ...use })}\n`,
    )
  else
    io.stdout.write(
      `${recordsText(io.language, 'consent.done', { purpose: purpose.id, state: stateWord(io, state) })}\n${useSentence(io, purpose, use)}\n`,
    )
  return 0
}

/** The purpose under this id, at the client that was named or the only one that has it. */
async function purposeOf(tx: Tx, { purpose: id, client }: About): Promise<Purpose> {
  const all = (await loadPurposes(tx)).filter((one) => client === undefined || one.client === client)
  const found = all.filter((one) => one.id === id)
  const [only] = found
  if (only === undefined)
    throw new ApiError(404, 'purpose_unknown', {
      values: { purpose: id, purposes: [...new Set(all.map((one) => one.id))].join(', ') || '–' },
    })
  if (found.length > 1)
    throw new ApiError(422, 'client_needed', {
      values: { purpose: id, clients: found.map((one) => one.client).join(', ') },
    })
  return only
}

function requireFits(purpose: Purpose, verb: Verb): void {
  const objection = verb === 'object' || verb === 'lift'
  if (objection && !purpose.objectable) throw new ApiError(409, 'not_objectable', { values: { purpose: purpose.id } })
  if (!objection && purpose.basis !== lawfulBases[0])
    throw new ApiError(409, 'not_on_consent', { values: { purpose: purpose.id, basis: purpose.basis } })
}

function endOf(until: Values[string], verb: Verb, now: Date): Date | null {
  if (until === undefined) return null
  const moment = typeof until === 'string' && verb === 'give' ? readMoment(until, now) : undefined
  if (moment === undefined || moment.at <= now) throw new ApiError(422, 'until_past')
  return moment.at
}

type Use = { readonly use: 'allowed' } | { readonly use: 'refused'; readonly code: string; readonly reason: string }

/** What the gateway would decide for the next call of a system, outside any one conversation. */
async function useOf(tx: Tx, purpose: Purpose, subject: string, system: string | null, now: Date): Promise<Use> {
  const events = await loadConsentEvents(tx, { client: purpose.client, subject, purpose: purpose.id })
  const decision = decideUse(purpose, system ?? '', inConversation(events, null), now, await loadPerson(tx, subject))
  return decision.use === 'allowed'
    ? { use: 'allowed' }
    : { use: 'refused', code: decision.code, reason: decision.reason }
}

function useSentence(io: Io, purpose: Purpose, use: Use): string {
  return use.use === 'allowed'
    ? recordsText(io.language, 'consent.allowed', { purpose: purpose.id })
    : recordsText(io.language, 'consent.refused', { purpose: purpose.id, code: use.code })
}

function stateWord(io: Io, state: string): string {
  const key = `consentState.${state}`
  return isRecordsTextKey(key) ? recordsText(io.language, key) : state
}

function textOf(value: Values[string]): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
