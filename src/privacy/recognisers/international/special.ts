import type { Recogniser } from '../recogniser.ts'

/** Special categories of GDPR 9 and 10 by lexicon, in what customers, agents and the AI say. */
export const special: Recogniser = {
  id: 'international/special',
  labels: ['HEALTH', 'BELIEF', 'UNION', 'CRIME', 'ORIENT', 'ORIGIN', 'POLITICS'],
  triggers: { cues: true },
  find(turn, report) {
    if (turn.role === 'system' || turn.role === 'tool') return
    for (const { from, to, meaning } of turn.cues) {
      if (meaning.says === 'special') report(from, to, meaning.label, 0.6, `lexicon:${meaning.label.toLowerCase()}`)
    }
  },
}
