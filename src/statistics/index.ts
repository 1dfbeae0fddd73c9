export { incompleteBeta, incompleteBetaInverse, logBeta } from './beta.ts'
export { type Change, changeOf, type Estimate } from './change.ts'
export { pairHalfWidth, rateSequence } from './confidence-sequences.ts'
export { exp, expm1, log, log1p, logSumExp, power, square } from './elementary.ts'
export {
  type BetState,
  type Block,
  type BlockState,
  type Expectation,
  epochAlpha,
  eValue,
  freshBet,
  freshBlock,
  freshTolerant,
  isAlarm,
  logMeanE,
  stepBlock,
  stepPair,
  stepTolerantPair,
  type TolerantState,
  tolerantLogE,
} from './eprocess.ts'
export { binomialCdf, fairCoin, fisher, mcnemar, signTest, type TwoByTwo } from './exact.ts'
export {
  chiSquaredTail,
  incompleteGamma,
  incompleteGammaInverse,
  logBinomialDensity,
  logChoose,
  logFactorial,
  logGamma,
} from './gamma.ts'
export { type Benefit, betweenGroups, generalizedEntropy2, theil } from './inequality.ts'
export type { Interval } from './interval.ts'
export {
  type Moments,
  meanInterval,
  momentsOf,
  studentCritical,
  studentTail,
  varianceOf,
  weightedQuantile,
  welch,
} from './means.ts'
export { benjaminiHochberg, eBenjaminiHochberg, holm, testable } from './multiple.ts'
export { criticalValue, normalCdf, normalQuantile, normalTail } from './normal.ts'
export { mcnemarSampleSize, neededForEquality, smallestDetectable } from './planning.ts'
export {
  clopperPearson,
  logWaldRatio,
  newcombe,
  newcombeBeyond,
  newcombePaired,
  type Pairs,
  type Share,
  wilson,
} from './proportions.ts'
export {
  below,
  binomial,
  conditionalShares,
  type Generator,
  generator,
  multinomial,
  poisson,
  shuffle,
  xoshiro,
} from './random.ts'
export { percentileInterval, quantileOfSorted, signFlip, signFlipExact } from './resampling.ts'
export { auc, aucInterval, brier, calibrationError, type ScoreBin, type ScoreLevel } from './scores.ts'
export { mantelHaenszelTest, oddsRatio, type Pooled, riskDifference, type Stratum } from './stratified.ts'
export {
  type DurationCount,
  kaplanMeier,
  logRank,
  type SurvivalStep,
  shareBeyond,
  survivalQuantile,
} from './survival.ts'
export {
  type ChiSquared,
  chiSquared,
  cochransQ,
  cramersV,
  cramersVCorrected,
  entropy,
  goodmanKruskalLambda,
  goodnessOfFit,
  mutualInformation,
  uncertaintyCoefficient,
} from './tables.ts'
