/** How many requests one caller may make: a bucket that fills evenly (token bucket), full at first. */

export type Bucket = { readonly tokens: number; readonly atMs: number }

export type RateDecision =
  | { readonly may: true; readonly bucket: Bucket }
  | { readonly may: false; readonly againMs: number; readonly bucket: Bucket }

/**
 * May one more request be made? `perMinute` is also how many fit in the bucket, so that somebody who was quiet may be
 * quick for a moment. A clock that jumps back fills nothing and takes nothing away.
 */
export function decideRate(bucket: Bucket | undefined, perMinute: number, nowMs: number): RateDecision {
  const before = bucket ?? { tokens: perMinute, atMs: nowMs }
  const tokens = tokensAt(before, perMinute, nowMs)
  const atMs = Math.max(nowMs, before.atMs)
  if (tokens >= 1) return { may: true, bucket: { tokens: tokens - 1, atMs } }
  return { may: false, againMs: untilOneMs({ tokens, atMs }, perMinute), bucket: { tokens, atMs } }
}

function tokensAt({ tokens, atMs }: Bucket, perMinute: number, nowMs: number): number {
  return Math.min(perMinute, tokens + (Math.max(0, nowMs - atMs) * perMinute) / 60_000)
}

/**
 * The first whole millisecond from `bucket.atMs` at which there is a token. Division rounds (0.999 tokens at 1 per
 * minute gives 60.00000000000005 ms), so the answer is checked with the sum that will be made then.
 */
function untilOneMs(bucket: Bucket, perMinute: number): number {
  const isEnough = (ms: number) => tokensAt(bucket, perMinute, bucket.atMs + ms) >= 1
  const near = Math.ceil(((1 - bucket.tokens) * 60_000) / perMinute)
  if (isEnough(near - 1)) return near - 1
  return isEnough(near) ? near : near + 1
}

/** Is there nothing to remember of it: would it be full by now? */
export function isFull({ tokens, atMs }: Bucket, perMinute: number, nowMs: number): boolean {
  return tokensAt({ tokens, atMs }, perMinute, nowMs) >= perMinute
}
