/** Runs today's recogniser over samples, a few at a time, so that calls that come in meanwhile do not wait for it. */
import { setImmediate } from 'node:timers/promises'
import { type ClientFacts, clientOptions } from '../../client-options.ts'
import { findPersonalData } from '../../find.ts'
import { type NameModel, withModel } from '../../model/model.ts'
import type { Finding, Part, RedactionOptions } from '../../personal-data.ts'
import type { CoverageFigures, SampleTurn } from '../contract.ts'
import { coverageOf } from '../coverage.ts'
import { labelledOf } from '../sample.ts'
import type { Labelled, Span } from '../score.ts'
import type { OpenedSample } from './store.ts'

export type Reading = { readonly language: 'nl' | 'en'; readonly channel: RedactionOptions['channel'] }

export const partsOf = (turns: readonly SampleTurn[]): Part[] =>
  turns.map(({ role, text }) => ({ role, kind: 'text', text }))

/** A dialogue is read line by line, as it comes in: what a later turn gives away was said by then. */
export async function readingOptions(
  parts: readonly Part[],
  { language, channel }: Reading,
  client: ClientFacts | null,
  model: NameModel | undefined,
): Promise<RedactionOptions> {
  const options: RedactionOptions = {
    languages: language === 'nl' ? ['nl', 'en'] : ['en', 'nl'],
    channel,
    ...clientOptions(client),
    memory: 'backward',
  }
  return model === undefined ? options : withModel(parts, options, model)
}

export async function findIn(
  turns: readonly SampleTurn[],
  reading: Reading,
  client: ClientFacts | null,
  model: NameModel | undefined,
): Promise<Finding[][]> {
  const parts = partsOf(turns)
  return findPersonalData(parts, await readingOptions(parts, reading, client, model))
}

export type Measured = {
  readonly all: CoverageFigures
  readonly byClient: ReadonlyMap<string, CoverageFigures>
}

/** Figures over all samples, and of each client. Same samples, same register, same recogniser: same figures. */
export async function measureSamples(
  samples: readonly OpenedSample[],
  unreadable: ReadonlyMap<string, number>,
  clients: ReadonlyMap<string, ClientFacts>,
  model: NameModel | undefined,
): Promise<Measured> {
  const spans = new Map<string, readonly Span[]>()
  const items = new Map<string, Labelled[]>()
  for (const [n, sample] of samples.entries()) {
    if (n % 10 === 9) await setImmediate()
    const { turns } = sample.contents
    const found = await findIn(turns, sample, clients.get(sample.client) ?? null, model)
    spans.set(sample.id, flat(turns, found))
    items.set(sample.client, [...(items.get(sample.client) ?? []), labelledOf(sample, sample.contents)])
  }
  const figures = (of: readonly Labelled[], gone: number) => coverageOf(of, ({ id }) => spans.get(id) ?? [], gone)
  const names = new Set([...items.keys(), ...unreadable.keys()])
  return {
    all: figures(
      [...items.values()].flat(),
      [...unreadable.values()].reduce((sum, n) => sum + n, 0),
    ),
    byClient: new Map(
      [...names].map((client) => [client, figures(items.get(client) ?? [], unreadable.get(client) ?? 0)]),
    ),
  }
}

function flat(turns: readonly SampleTurn[], found: readonly (readonly Finding[])[]): Span[] {
  let at = 0
  return turns.flatMap(({ text }, i) => {
    const begin = at
    at += text.length + 1
    return found[i]!.map(({ start, end, label }): Span => [begin + start, begin + end, label])
  })
}
