/** For tests and benchmarks of the recogniser: the scorer of the labelled samples. */
export * from './samples/score.ts'
