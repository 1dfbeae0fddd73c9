/** The safeguards of a call, made of what `privacy` offers. Whatever it throws stops the call. */
import {
  createRestorer,
  createScreen,
  emptyPseudonyms,
  findPersonalData,
  redact,
  type Screen,
} from '../../privacy/rules.ts'
import type { Lane, LaneKind } from '../reply.ts'
import type { Counts, Pseudonyms, Safeguards } from '../safeguards.ts'

const unchanged: Lane = { push: (text) => text, end: () => '' }

export function openSafeguards(): Safeguards {
  return {
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
