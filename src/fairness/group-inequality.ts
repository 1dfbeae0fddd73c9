/** Inequality of what people got against what they deserved: b = ŷ − y + 1 over labelled rows (Speicher et al. 2018). */
import { type Benefit, betweenGroups, generalizedEntropy2, theil } from '../statistics/index.ts'
import type { AuditReport } from './contract.ts'
import { FN, FP, type Tally, TN, TP } from './tally.ts'

const benefits = ({ w }: Tally): Benefit[] => [
  { value: 0, count: w[FN]! },
  { value: 1, count: w[TN]! + w[TP]! },
  { value: 2, count: w[FP]! },
]

export function inequalityOf(byGroup: readonly Tally[]): AuditReport['inequality'] {
  const groups = byGroup.map(benefits)
  const all = groups.flat()
  const between = betweenGroups(groups)
  return {
    benefit: 'b = yhat - y + 1',
    theil: theil(all) ?? null,
    generalizedEntropyAlpha2: generalizedEntropy2(all) ?? null,
    betweenGroupTheil: theil(between) ?? null,
    betweenGroupGeneralizedEntropyAlpha2: generalizedEntropy2(between) ?? null,
  }
}
