/** Whose network address a request counts for, also when proxies stand before the server. */

type Address = { readonly bits: 32 | 128; readonly value: bigint }
/** Addresses that begin with the same bits. */
type Range = Address & { readonly length: number }

/** An IPv4 or IPv6 address as a number; one of IPv4 that is written as IPv6 is IPv4. Undefined for anything else. */
function parseAddress(text: string): Address | undefined {
  const plain = text.trim().toLowerCase().replace(/%.*$/, '')
  const v4 = parse4(plain)
  if (v4 !== undefined) return { bits: 32, value: v4 }
  const groups = groupsOf(plain)
  if (groups === undefined) return undefined
  const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n)
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value }
}

function parse4(text: string): bigint | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number)
  return parts?.every((part) => part < 256) ? parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n) : undefined
}

/** The eight groups of an IPv6 address (RFC 4291, 2.2). */
function groupsOf(text: string): number[] | undefined {
  if (!text.includes(':') || /:::|^:[^:]|[^:]:$/.test(text)) return undefined
  const last = text.slice(text.lastIndexOf(':') + 1)
  const embedded = last.includes('.') ? parse4(last) : undefined
  if (last.includes('.') && embedded === undefined) return undefined
  const whole =
    embedded === undefined
      ? text
      : `${text.slice(0, -last.length)}${(embedded >> 16n).toString(16)}:${(embedded & 0xffffn).toString(16)}`
  const halves = whole.split('::')
  if (halves.length > 2) return undefined
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  if ([...head, ...(tail ?? [])].some((group) => !/^[0-9a-f]{1,4}$/.test(group))) return undefined
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  return [...head, ...Array.from({ length: missing }, () => '0'), ...(tail ?? [])].map((group) =>
    Number.parseInt(group, 16),
  )
}

/** `10.0.0.2, 10.1.0.0/16, 2001:db8::/32`. Undefined when one of them is no address or range. */
export function parseRanges(text: string): readonly Range[] | undefined {
  const ranges = text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [first = '', length, ...more] = part.trim().split('/')
      const address = parseAddress(first)
      if (address === undefined || more.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length)))
        return undefined
      const bits = length === undefined ? address.bits : Number(length)
      return bits <= address.bits ? { ...address, length: bits } : undefined
    })
  return ranges.every((range) => range !== undefined) ? ranges : undefined
}

const within = ({ bits, value }: Address, range: Range): boolean =>
  bits === range.bits && (value ^ range.value) >> BigInt(bits - range.length) === 0n

/**
 * The address that a request counts for. `socket`: the other side of the connection. `forwarded`: X-Forwarded-For, to
 * which each proxy adds the address it was asked from, at the end; anyone may send it, so it is read from the end, and
 * only as far as the proxies of our own go. What is no address ends the reading.
 */
export function peerAddress(socket: string, forwarded: string | undefined, trusted: readonly Range[]): string {
  const isOurs = (text: string) => {
    const address = parseAddress(text)
    return address !== undefined && trusted.some((range) => within(address, range))
  }
  let peer = socket
  for (const hop of (forwarded ?? '').split(',').reverse()) {
    if (!isOurs(peer)) return peer
    const text = hop.trim().replace(/^"?\[?([^\]"]*)\]?"?$/, '$1')
    if (parseAddress(text) === undefined) return peer
    peer = text
  }
  return peer
}
