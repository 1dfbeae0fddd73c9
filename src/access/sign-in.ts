/** How often a password may be tried. */

export const THROTTLE_WINDOW_MS = 15 * 60_000

/** Failures within the window after which no password or code is tried any more; settings of the installation. */
export type SignInLimits = { readonly perEmail: number; readonly perAddress: number }

export type ThrottleDecision =
  | {
      readonly may: true /** The attempts that still count, without the one at hand. */
      readonly recent: readonly Date[]
    }
  | { readonly may: false /** When the oldest of them stops counting. */; readonly again: Date }

/**
 * May one more password be tried? `attempts` are earlier ones that failed or are under way. One that lies exactly the
 * window back no longer counts; one in the future (the clock jumped back) does.
 */
export function decideAttempt(attempts: readonly Date[], limit: number, now: Date): ThrottleDecision {
  const recent = attempts
    .filter((at) => now.getTime() - at.getTime() < THROTTLE_WINDOW_MS)
    .sort((a, b) => a.getTime() - b.getTime())
  const blocking = recent[recent.length - limit]
  if (blocking === undefined) return { may: true, recent }
  return { may: false, again: new Date(blocking.getTime() + THROTTLE_WINDOW_MS) }
}

/**
 * The part of a network address that one party holds: an IPv4 address whole (also when written as IPv6), of an IPv6
 * address the first 64 bits, since a home or office gets at least those. Text that is no address is kept as it is.
 */
export function addressOf(peer: string): string {
  const plain = peer.trim().toLowerCase().replace(/%.*$/, '')
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1]
  if (mapped !== undefined) return mapped
  if (!plain.includes(':')) return plain
  const [head = '', tail] = plain.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  while (tail !== undefined && groups.length + after.length < 8) groups.push('0')
  return `${[...groups, ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
