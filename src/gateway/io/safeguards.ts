/** The safeguards of a call, made of what `privacy` offers. Without it nothing passes. */
import * as privacy from '../../privacy/rules.ts'
import type { Counts, Pseudonyms, RedactOptions, Safeguards } from '../safeguards.ts'

type Restorer = { push(text: string): string; end(): string }
type Offered = {
  redact(
    parts: readonly privacy.Part[],
    state: Pseudonyms,
    options: RedactOptions,
  ): { texts: readonly string[]; state: Pseudonyms; counts: Counts; findings: readonly (readonly privacy.Finding[])[] }
  emptyPseudonyms(): Pseudonyms
  createRestorer(state: Pseudonyms, options: { lane: 'text' | 'json' }): Restorer
  createScreen(known: unknown, options: RedactOptions): Restorer & { masked(): Counts }
}

export function openSafeguards(): Safeguards {
  const { redact, emptyPseudonyms, createRestorer, createScreen } = privacy as unknown as Offered
  return {
    redact(parts, before, options) {
      const { texts, state, counts, findings } = redact(parts, before ?? emptyPseudonyms(), options)
      return { texts, pseudonyms: state, counts, partCounts: findings.map(countLabels) }
    },
    guardReply(pseudonyms, options, originalsFor) {
      const screens: { masked(): Counts }[] = []
      return {
        masked: () => sum(screens.map((screen) => screen.masked())),
        lane(kind) {
          if (kind.kind === 'arguments')
            return originalsFor(kind.tool)
              ? createRestorer(pseudonyms, { lane: kind.json ? 'json' : 'text' })
              : { push: (text) => text, end: () => '' }
          const screen = createScreen(pseudonyms, options)
          screens.push(screen)
          const restorer = createRestorer(pseudonyms, { lane: 'text' })
          return {
            push: (text) => restorer.push(screen.push(text)),
            end: () => restorer.push(screen.end()) + restorer.end(),
          }
        },
      }
    },
  }
}

function countLabels(findings: readonly privacy.Finding[]): Counts {
  const counts: Record<string, number> = {}
  for (const { label } of findings) counts[label] = (counts[label] ?? 0) + 1
  return counts
}

function sum(all: readonly Counts[]): Counts {
  const counts: Record<string, number> = {}
  for (const one of all) for (const [label, n] of Object.entries(one)) counts[label] = (counts[label] ?? 0) + n
  return counts
}
