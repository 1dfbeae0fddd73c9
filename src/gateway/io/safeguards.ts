/** The safeguards of a call, made of what `privacy` offers. Whatever it throws stops the call. */
import {
  createRestorer,
  createScreen,
  emptyPseudonyms,
  findPersonalData,
  ModelFailed,
  type NameModel,
  type OnFailure,
  redact,
  type Screen,
  withModel,
} from '../../privacy/rules.ts'
import type { Lane, LaneKind } from '../reply.ts'
import type { Counts, Pseudonyms, Safeguards } from '../safeguards.ts'

const unchanged: Lane = { push: (text) => text, end: () => '' }

export type ModelTier = { readonly model: NameModel; readonly onFailure: OnFailure }

/** With a model beside the rules when there is one. */
export function openSafeguards(tier?: ModelTier): Safeguards {
  return {
    ...(tier === undefined ? {} : { lookAhead: lookAheadWith(tier) }),
    redact(parts, before, options) {
      const { texts, state, counts, partCounts } = redact(parts, before ?? emptyPseudonyms(), options, findPersonalData)
      return { texts, pseudonyms: state, counts, partCounts }
    },
    guardReply(pseudonyms, options, originalsFor) {
      const screens: Screen[] = []
      return {
        masked: () => sum(screens.map((screen) => screen.masked())),
        lane(kind) {
          if (kind.kind === 'arguments') return argumentLane(kind, pseudonyms, originalsFor)
          const screen = createScreen(pseudonyms, options)
          screens.push(screen)
          return textLane(screen, pseudonyms)
        },
      }
    },
  }
}

function lookAheadWith({ model, onFailure }: ModelTier): NonNullable<Safeguards['lookAhead']> {
  return async (parts, options) => {
    try {
      const { extra } = await withModel(parts, options, model)
      return { options: extra === undefined ? options : { ...options, extra }, skipped: null }
    } catch (error) {
      if (onFailure === 'refuse') throw error
      return { options, skipped: error instanceof ModelFailed ? error.code : 'model_failed' }
    }
  }
}

/** What a customer reads: screened while it still holds pseudonyms, then originals put back. */
function textLane(screen: Screen, pseudonyms: Pseudonyms): Lane {
  const restorer = createRestorer(pseudonyms, { lane: 'text' })
  return {
    push: (text) => restorer.push(screen.push(text)),
    end: () => restorer.push(screen.end()) + restorer.end(),
  }
}

/** What a tool of the client is called with: masking a part of it would call the tool with something else. */
function argumentLane(
  { tool, json }: Extract<LaneKind, { kind: 'arguments' }>,
  pseudonyms: Pseudonyms,
  originalsFor: (tool: string) => boolean,
): Lane {
  return originalsFor(tool) ? createRestorer(pseudonyms, { lane: json ? 'json' : 'text' }) : unchanged
}

function sum(all: readonly Counts[]): Counts {
  const counts: Record<string, number> = {}
  for (const one of all) for (const [label, n] of Object.entries(one)) counts[label] = (counts[label] ?? 0) + n
  return counts
}
