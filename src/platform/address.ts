/** Which addresses of others may be called from here (no request to the own network by somebody else's wish: OWASP ASVS 5.0, 1.3.6). */

/** Is a host this machine itself? A name that only begins like its numbers is not. */
export const isLoopbackName = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** Why an address may not be used; http only to this machine itself, or where the register allows the own network. */
export function addressRefused(baseUrl: string, privateAllowed: boolean): string | null {
  if (!URL.canParse(baseUrl)) return 'address_malformed'
  const url = new URL(baseUrl)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'address_malformed'
  if (url.username !== '' || url.password !== '') return 'address_with_password'
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (isLoopbackName(host)) return null
  if (!privateAllowed && isPrivateAddress(host)) return 'address_private'
  if (url.protocol === 'http:' && !privateAllowed) return 'address_not_https'
  return null
}

/**
 * Is this address, written as numbers, one that the public internet does not reach (RFC 6890): private, link-local,
 * shared, loopback, multicast, unspecified, documentation? Names are answered at connection time, when they are numbers.
 */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1]
  if (mapped !== undefined) return isPrivateAddress(mapped)
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)
  if (v4) return isPrivate4(v4.slice(1).map(Number) as [number, number, number, number])
  if (!address.includes(':')) return false
  const first = Number.parseInt(address.split(':')[0] || '0', 16)
  // 2000::/3 is what is given out; of it, documentation and the tunnels that carry any IPv4 address inside stay out.
  return (first & 0xe000) !== 0x2000 || first === 0x2002 || /^2001:(0{0,4}|0?db8):/i.test(`${address}:`)
}

function isPrivate4([a, b, c]: readonly [number, number, number, number]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true
  if (a === 100) return b >= 64 && b < 128
  if (a === 169) return b === 254
  if (a === 172) return b >= 16 && b < 32
  if (a === 192) return b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99)
  if (a === 198) return b === 18 || b === 19 || (b === 51 && c === 100)
  return a === 203 && b === 0 && c === 113
}
