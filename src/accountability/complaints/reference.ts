/** The number that people say on the phone. It follows no order, so it tells nobody how many complaints there are, or whose. */
export const REFERENCE = /^K-\d{4}-\d{6}$/

/** From the year and the random digits of an id; another id gives another number. */
export function referenceFrom(year: number, randomId: string): string {
  const digits = BigInt(`0x${randomId.replaceAll('-', '').slice(-12)}`) % 1_000_000n
  return `K-${year}-${digits.toString().padStart(6, '0')}`
}

/** What somebody typed, as a reference: capitals and hyphens do not matter. Undefined: it is none. */
export function readReference(typed: string): string | undefined {
  const found = /^k?[\s-]*(\d{4})[\s-]*(\d{6})$/i.exec(typed.trim())
  return found === null ? undefined : `K-${found[1]}-${found[2]}`
}
