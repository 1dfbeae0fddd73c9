/** Trying the recogniser on a pasted conversation, labelled samples, and what is measured on them. */
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { Act } from '../../access/index.ts'
import type { Database, Scope, Tx } from '../../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../../platform/http.ts'
import type { Ids } from '../../platform/ids.ts'
import { idParams } from '../../records/contract.ts'
import type { KeyRing } from '../../vault/index.ts'
import type { ClientFacts } from '../client-options.ts'
import { findPersonalData } from '../find.ts'
import { recogniserView } from '../model/contract.ts'
import type { OpenModel } from '../model/io/open.ts'
import { ModelFailed } from '../model/model.ts'
import { emptyPseudonyms, redact } from '../pseudonyms.ts'
import {
  coverageReply,
  exportReply,
  importReply,
  importRequest,
  limitsReply,
  MOST_TURNS,
  measureReply,
  measureRequest,
  sampleEvents,
  sampleKeepers,
  sampleList,
  sampleQuery,
  sampleReaders,
  sampleReply,
  sampleRequest,
  tryReply,
  tryRequest,
} from './contract.ts'
import { together } from './coverage.ts'
import { readDialogue } from './dialogue.ts'
import { type Measured, measureSamples, partsOf, readingOptions } from './io/measure.ts'
import {
  lastMeasurements,
  listSamples,
  loadClients,
  openSamples,
  recordExport,
  recordMeasurement,
  recordSamples,
  removeSample,
  samplesMark,
} from './io/store.ts'
import { lineOf, readLines, wrongSpan } from './sample.ts'

export type SampleDeps = {
  readonly database: Database
  readonly ring: KeyRing
  readonly ids: Ids
  /** Beside the rules; absent: rules alone. */
  readonly model?: OpenModel | undefined
}

const IMPORT_BYTES = 8 * 1_048_576
const SAMPLE_BYTES = 1_048_576

export function sampleRoutes(deps: SampleDeps): Route[] {
  return [
    tryRoute(deps),
    ...keepRoutes(deps),
    ...exchangeRoutes(deps),
    ...coverageRoutes(deps),
    limitsRoute(deps),
    recogniserRoute(deps),
  ]
}

/** Figures without the model would be of something else than what runs: then there are none. */
async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ModelFailed)) throw error
    throw new ApiError(503, 'recogniser_unavailable', { cause: error })
  }
}

async function clientOf(database: Database, caller: Caller, client: string): Promise<ClientFacts> {
  const found = await database.inTx(caller.scope, (tx) => loadClients(tx, client), { readOnly: true })
  const facts = found.get(client)
  if (facts === undefined) throw new ApiError(404, 'client_unknown', { param: 'client', values: { client } })
  return facts
}

function tryRoute({ database, model }: SampleDeps): Route {
  return route({
    method: 'POST',
    path: '/api/privacy/try',
    summary: {
      nl: 'Probeer wat er verborgen wordt in een gesprek. Er wordt niets bewaard.',
      en: 'Try what is hidden in a conversation. Nothing is kept.',
    },
    allow: sampleKeepers,
    body: tryRequest,
    reply: tryReply,
    events: [],
    bodyLimit: 131_072,
    async handle({ caller, body: { client, language, channel, text } }): Promise<z.input<typeof tryReply>> {
      const facts = await clientOf(database, caller, client)
      const turns = readDialogue(text)
      if (turns.length === 0) throw new ApiError(422, 'dialogue_empty', { param: 'text' })
      if (turns.length > MOST_TURNS)
        throw new ApiError(422, 'dialogue_long', { param: 'text', values: { limit: MOST_TURNS } })
      const parts = partsOf(turns)
      const options = await answered(readingOptions(parts, { language, channel }, facts, model?.model))
      const { texts, findings } = redact(parts, emptyPseudonyms(), options, findPersonalData)
      return {
        client,
        language,
        channel,
        turns: turns.map((turn, i) => ({ ...turn, seen: texts[i]!, findings: [...findings[i]!] })),
        recognisers: (facts.profile.recognisers ?? []).map(({ id, label, shape }) => ({ id, label, shape })),
      }
    },
  })
}

function keepRoutes({ database, ring, ids }: SampleDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/privacy/samples',
      summary: {
        nl: 'Voorbeelden waarin iemand aanwees wat persoonlijk is, zonder hun tekst.',
        en: 'Samples in which somebody marked what is personal, without their text.',
      },
      allow: sampleKeepers,
      query: sampleQuery,
      reply: sampleList,
      events: [],
      handle: ({ caller, query }) =>
        database.inTx(caller.scope, (tx) => listSamples(tx, query.client), { readOnly: true }),
    }),
    route({
      method: 'POST',
      path: '/api/privacy/samples',
      summary: {
        nl: 'Bewaar een gesprek met alles wat erin persoonlijk is, om de herkenning op te meten.',
        en: 'Keep a conversation with all that is personal in it, to measure the recogniser on.',
      },
      allow: sampleKeepers,
      body: sampleRequest,
      reply: sampleReply,
      status: 201,
      events: [sampleEvents.recorded],
      bodyLimit: SAMPLE_BYTES,
      async handle({ caller, body, now }) {
        const { client, language, channel, turns, spans, optional } = body
        await clientOf(database, caller, client)
        for (const [field, list] of [
          ['spans', spans],
          ['optional', optional],
        ] as const) {
          const wrong = wrongSpan(turns, list)
          if (wrong !== undefined) throw new ApiError(422, 'sample_span', { param: `${field}[${wrong}]` })
        }
        const conversation = body.conversation ?? null
        const sample = {
          client,
          language,
          channel,
          origin: body.origin ?? null,
          conversation,
          source: conversation === null ? ('typed' as const) : ('conversation' as const),
          contents: { turns, spans, optional },
        }
        const [done] = await database.inTx(caller.scope, (tx) =>
          recordSamples(tx, ring, [sample], caller.roles, { now, ids }),
        )
        return { id: done!.id, proof: { event: done!.event } }
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/privacy/samples/:id',
      summary: {
        nl: 'Haal een voorbeeld weg. De tekst ervan is daarna onleesbaar.',
        en: 'Remove a sample. Its text cannot be read afterwards.',
      },
      allow: sampleKeepers,
      params: idParams,
      reply: sampleReply,
      events: [sampleEvents.removed],
      handle: async ({ caller, params, now }) => ({
        id: params.id,
        proof: { event: await database.inTx(caller.scope, (tx) => removeSample(tx, params.id, { now, ids })) },
      }),
    }),
  ]
}

function exchangeRoutes({ database, ring, ids }: SampleDeps): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/privacy/samples/export',
      summary: {
        nl: 'Neem de voorbeelden mee, een regel JSON per voorbeeld. Dat iemand dit deed, staat in het logboek.',
        en: 'Take the samples out, a line of JSON each. That somebody did is on record.',
      },
      allow: sampleReaders,
      body: measureRequest,
      reply: exportReply,
      events: [sampleEvents.exported],
      handle: ({ caller, body, now }) =>
        database.inTx(caller.scope, async (tx) => {
          const { samples, unreadable } = await openSamples(tx, ring, body.client)
          await recordExport(tx, samples, { now, ids })
          return {
            lines: samples.map((one) => lineOf(one, one.contents)),
            unreadable: [...unreadable.values()].reduce((sum, n) => sum + n, 0),
          }
        }),
    }),
    route({
      method: 'POST',
      path: '/api/privacy/samples/import',
      summary: {
        nl: 'Bewaar voorbeelden uit een bestand, een regel JSON per voorbeeld. Alles of niets.',
        en: 'Keep samples from a file, a line of JSON each. Everything or nothing.',
      },
      allow: sampleKeepers,
      body: importRequest,
      reply: importReply,
      status: 201,
      events: [sampleEvents.recorded],
      bodyLimit: IMPORT_BYTES,
      async handle({ caller, body: { client, lines: text }, now }) {
        await clientOf(database, caller, client)
        const read = readLines(text)
        if ('problem' in read) {
          const { line, field } = read.problem
          throw new ApiError(422, 'sample_line', {
            param: `lines[${line - 1}]${field === '' ? '' : `.${field}`}`,
            values: { line, field: field === '' ? 'JSON' : field },
          })
        }
        if (read.lines.length === 0) throw new ApiError(422, 'sample_none', { param: 'lines' })
        const samples = read.lines.map((line) => ({ ...line, client, conversation: null, source: 'import' as const }))
        const done = await database.inTx(caller.scope, (tx) =>
          recordSamples(tx, ring, samples, caller.roles, { now, ids }),
        )
        return { recorded: done.length }
      },
    }),
  ]
}

/** Figures of the last measurements of this process; counts only. */
const remembered = new WeakMap<Database, Map<string, Promise<Measured>>>()
const MOST_REMEMBERED = 50

/**
 * Opens what is in scope and measures it outside the transaction. The same samples, register and recogniser give the same
 * figures, so that they are computed once in a process.
 */
export async function measure({ database, ring, model }: SampleDeps, scope: Scope, client?: string): Promise<Measured> {
  const { clients, mark } = await database.inTx(
    scope,
    async (tx) => ({ clients: await loadClients(tx, client), mark: await samplesMark(tx, client) }),
    { readOnly: true },
  )
  const key = createHash('sha256')
    .update(JSON.stringify([scope.tenant, mark, model?.facts.id ?? null, [...clients]]))
    .digest('hex')
  const known = remembered.get(database) ?? new Map<string, Promise<Measured>>()
  remembered.set(database, known)
  const before = known.get(key)
  if (before !== undefined) return answered(before)
  const figures = database
    .inTx(scope, (tx) => openSamples(tx, ring, client), { readOnly: true })
    .then(({ samples, unreadable }) => measureSamples(samples, unreadable, clients, model?.model))
  if (known.size >= MOST_REMEMBERED) known.delete(known.keys().next().value!)
  known.set(key, figures)
  // What failed is tried anew.
  figures.catch(() => known.delete(key))
  return answered(figures)
}

/** Measures each client in scope that has samples, and puts the figures on record. */
export async function measureAndRecord(
  deps: SampleDeps,
  scope: Scope,
  act: () => Act,
  client?: string,
): Promise<{ client: string; id: string; event: string }[]> {
  const { byClient } = await measure(deps, scope, client)
  return deps.database.inTx(scope, async (tx: Tx) => {
    const done = []
    for (const [one, figures] of byClient)
      done.push({ client: one, ...(await recordMeasurement(tx, one, figures, deps.model?.facts.id ?? null, act())) })
    return done
  })
}

function coverageRoutes(deps: SampleDeps): Route[] {
  const { database, ids, model } = deps
  return [
    route({
      method: 'GET',
      path: '/api/privacy/coverage',
      summary: {
        nl: 'Wat de herkenning vandaag mist in de eigen voorbeelden, met marges.',
        en: 'What the recogniser misses today in your own samples, with margins.',
      },
      allow: [...sampleKeepers, 'auditor'],
      query: sampleQuery,
      reply: coverageReply,
      events: [],
      async handle({ caller, query }) {
        const [{ all }, last] = await Promise.all([
          measure(deps, caller.scope, query.client),
          database.inTx(caller.scope, (tx) => lastMeasurements(tx, query.client), { readOnly: true }),
        ])
        return { figures: all, last, recogniser: { model: model?.facts.id ?? null } }
      },
    }),
    route({
      method: 'POST',
      path: '/api/privacy/coverage',
      summary: {
        nl: 'Meet nu, en leg de uitkomst per opdrachtgever vast.',
        en: 'Measure now, and put the outcome of each client on record.',
      },
      allow: sampleKeepers,
      body: measureRequest,
      reply: measureReply,
      events: [sampleEvents.measured],
      async handle({ caller, body, now }) {
        const measured = await measureAndRecord(deps, caller.scope, () => ({ now, ids }), body.client)
        if (measured.length === 0) throw new ApiError(409, 'sample_none', {})
        return { measured }
      },
    }),
  ]
}

function limitsRoute({ database }: SampleDeps): Route {
  return route({
    method: 'GET',
    path: '/api/limits',
    summary: {
      nl: 'Wat hier gemeten is over wat Waarborg niet vindt.',
      en: 'What was measured here about what Waarborg does not find.',
    },
    allow: 'signed_in',
    reply: limitsReply,
    events: [],
    async handle({ caller }) {
      const last = await database.inTx(caller.scope, (tx) => lastMeasurements(tx), { readOnly: true })
      const { share, low, high, spans, enough } = together(last.map(({ figures }) => figures))
      const on = last.map(({ at }) => at).sort()[0]
      return {
        missed: { here: on === undefined || share === null || !enough ? null : { share, low, high, of: spans, on } },
      }
    },
  })
}

function recogniserRoute({ model }: SampleDeps): Route {
  return route({
    method: 'GET',
    path: '/api/privacy/recogniser',
    summary: {
      nl: 'Welk model er naast de regels naar persoonsgegevens zoekt, met de vingerafdruk van zijn bestanden.',
      en: 'Which model looks for personal data beside the rules, with the fingerprint of its files.',
    },
    allow: 'signed_in',
    reply: recogniserView,
    events: [],
    handle: async () => ({ model: model?.facts ?? null }),
  })
}
