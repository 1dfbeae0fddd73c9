/** Which pages answer under which host name, where customers have one of their own (OWASP ASVS 5.0, 3.5.4). */

/** For customers alone. */
const customers = /^\/(p|portal|api\/portal)(\/|$)/
/** For anyone, under either name. */
const anyone = /^\/(assets\/|verify$|systems\/|notices\/|scheme$|healthz$|readyz$|api\/public(\/|$))/

/**
 * Does this path answer under this host name? `portalHost`: the customers' own, with its port if it has one; null: all
 * answers under every name. A browser keeps what it holds of one name apart from the other.
 */
export function answersHere({
  host,
  path,
  portalHost,
}: {
  readonly host: string | undefined
  readonly path: string
  readonly portalHost: string | null
}): boolean {
  if (portalHost === null || anyone.test(path)) return true
  return (host?.toLowerCase() === portalHost) === customers.test(path)
}
