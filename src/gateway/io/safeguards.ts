/** The safeguards of a call, made of what `privacy` offers. Without it nothing passes. */
import * as privacy from '../../privacy/rules.ts'
import type { Counts, RedactOptions, Safeguards } from '../safeguards.ts'

type Screens = {
  createScreen(state: privacy.PseudonymState, options: RedactOptions): privacy.Restorer & { masked(): Counts }
}

export function openSafeguards(): Safeguards {
  const { createScreen } = privacy as unknown as Screens
  return {
    redact(parts, before, options) {
      const { texts, state, counts, partCounts } = privacy.redact(
        parts,
        before ?? privacy.emptyPseudonyms(),
        options,
        privacy.findPersonalData,
      )
      return { texts, pseudonyms: state, counts: counts as Counts, partCounts: partCounts as readonly Counts[] }
    },
    guardReply(pseudonyms, options, originalsFor) {
      const screens: { masked(): Counts }[] = []
      return {
        masked: () => sum(screens.map((screen) => screen.masked())),
        lane(kind) {
          if (kind.kind === 'arguments')
            return originalsFor(kind.tool)
              ? privacy.createRestorer(pseudonyms, { lane: kind.json ? 'json' : 'text' })
              : { push: (text) => text, end: () => '' }
          const screen = createScreen(pseudonyms, options)
          screens.push(screen)
          const restorer = privacy.createRestorer(pseudonyms, { lane: 'text' })
          return {
            push: (text) => restorer.push(screen.push(text)),
            end: () => restorer.push(screen.end()) + restorer.end(),
          }
        },
      }
    },
  }
}

function sum(all: readonly Counts[]): Counts {
  const counts: Record<string, number> = {}
  for (const one of all) for (const [label, n] of Object.entries(one)) counts[label] = (counts[label] ?? 0) + n
  return counts
}
