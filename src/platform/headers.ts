/** What every answer of the server says to a browser, whatever the address and whoever answers. */

/** A year in seconds: OWASP ASVS 5.0, 3.4.1 asks for at least that. */
const HSTS_SECONDS = 31_536_000

/**
 * An answer that is no page of ours is data: a browser that is led to it as if it were a page runs, loads, sends and
 * frames nothing. Pages have a policy of their own in its place.
 */
export const dataPolicy = [
  "default-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  'sandbox',
].join('; ')

/**
 * Headers of every answer; one that says more about itself (a page, a file that may be kept) puts its own in their place.
 * `https`: people reach this over TLS; only then a browser is told never to come without it again (RFC 6797, 7.2).
 */
export function answerHeaders({ https }: { readonly https: boolean }): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': dataPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
    ...(https ? { 'Strict-Transport-Security': `max-age=${HSTS_SECONDS}; includeSubDomains` } : {}),
  }
}

/** What a browser says of where a request comes from. `origin` and `site` are absent from what is no browser. */
export type Provenance = {
  readonly site: string | undefined
  readonly origin: string | undefined
  readonly host: string | undefined
}

/**
 * Did a page of another site make the browser send this? `Sec-Fetch-Site` decides where there is one; an `Origin` that
 * is another host's, hidden (`null`) or no address is foreign too.
 */
export function isForeign({ site, origin, host }: Provenance): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  if (origin === undefined) return false
  return !URL.canParse(origin) || new URL(origin).host !== host
}
