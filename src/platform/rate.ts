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
  const passed = Math.max(0, nowMs - before.atMs)
  const tokens = Math.min(perMinute, before.tokens + (passed * perMinute) / 60_000)
  const atMs = Math.max(nowMs, before.atMs)
  if (tokens >= 1) return { may: true, bucket: { tokens: tokens - 1, atMs } }
  return { may: false, againMs: Math.ceil(((1 - tokens) * 60_000) / perMinute), bucket: { tokens, atMs } }
}

/** Is there nothing to remember of it: would it be full by now? */
export function isFull({ tokens, atMs }: Bucket, perMinute: number, nowMs: number): boolean {
  return tokens + (Math.max(0, nowMs - atMs) * perMinute) / 60_000 >= perMinute
}
