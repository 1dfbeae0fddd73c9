/** Which conversations hold all that is looked for, as SQL over the keyed tokens. */

import type { Term, Wanted } from '../words.ts'
import type { Tokens } from './tokens.ts'

/**
 * A subquery that gives the `document` of every conversation of the tenant in which all phrases occur. `place` adds a
 * value and gives its number (`$3`). Only equality on the token meets the table first, so that the index is used under
 * row-level security too.
 */
export function documentsWith(
  { phrases }: Wanted,
  tokens: Tokens,
  place: (value: unknown) => string,
  tenantPlace: string,
): string {
  const formsOf = (term: Term) => `(${place(term.forms.map((form) => tokens.of(form)))}::bigint[])`
  return phrases
    .map((terms) => {
      if (terms.length === 1)
        return `select document from search_token where tenant_id = ${tenantPlace} and token = any ${formsOf(terms[0]!)}`
      const from = terms.map((_, i) => `search_token p${i}`).join(', ')
      const each = terms.map((term, i) => `p${i}.tenant_id = ${tenantPlace} and p${i}.token = any ${formsOf(term)}`)
      const together = terms.slice(1).map((term, i) => {
        const distance = term.offset - terms[0]!.offset
        return `p${i + 1}.document = p0.document and p${i + 1}.seq = p0.seq and ${follows('p0.places', `p${i + 1}.places`, distance)}`
      })
      return `select p0.document from ${from} where ${[...each, ...together].join(' and ')}`
    })
    .join(' intersect ')
}

/** Most words stand in a turn once: then two bytes are compared, without a call. */
function follows(first: string, second: string, distance: number): string {
  const at = (bytes: string) => `get_byte(${bytes}, 0) * 256 + get_byte(${bytes}, 1)`
  return `case when length(${first}) = 2 and length(${second}) = 2 then ${at(second)} - (${at(first)}) = ${Number(distance)}
    else waarborg_follows(${first}, ${second}, ${Number(distance)}) end`
}
