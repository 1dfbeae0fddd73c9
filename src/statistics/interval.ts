/** Two ends of an interval, lower first. */
export type Interval = readonly [lower: number, upper: number]
