/**
 * One statement put together from parts of several folders, each with its own parameters: what belongs together then costs
 * one wait for the database. The same parts in the same order give the same text, so it is prepared once.
 */
export class Statement {
  readonly values: unknown[] = []

  /** The place of a value in the text: `$3::text`. */
  value(value: unknown, type: string): string {
    this.values.push(value)
    return `$${this.values.length}::${type}`
  }
}

/** `with a as (…), b as (…)` of the parts that are there; `false` leaves one out. */
export function withParts(parts: Readonly<Record<string, string | false>>): string {
  const there = Object.entries(parts).filter((pair): pair is [string, string] => pair[1] !== false)
  return `with ${there.map(([name, sql]) => `${name} as (${sql})`).join(', ')}`
}

/** How many rows each of these parts gave, as columns of their names. */
export const countsOf = (names: readonly string[]): string =>
  names.map((name) => `(select count(*)::int from ${name}) as ${name}`).join(', ')
