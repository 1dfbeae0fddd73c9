/** Pages of what a search for words finds, and up to where it counts; pure. */

/** Up to this many are counted; beyond it, that there are more is said. */
export const COUNTED = 1_000
/** As many as may be read of in an hour before it can be unusual (access/reading.ts). */
export const PAGE = 10
/** Whoever may not read what was said gets no smaller number than this. */
export const FEWEST = 10

/** What the first page counted; the next ones repeat it. */
export type Counted = { readonly total: number; readonly more: boolean }

export type FoundPage = {
  readonly documents: readonly number[]
  readonly counted: Counted
  /** Where the next page goes on: below this document. */
  readonly next: number | undefined
  /** The search stopped here before it had a full page. */
  readonly until: number | undefined
}

/** A page of what was found from where it began; `counted` from the first page on. */
export function foundPage(
  found: { readonly documents: readonly number[]; readonly ended: 'all' | 'most' | 'reads'; readonly until: number },
  counted: Counted | undefined,
): FoundPage {
  const documents = found.documents.slice(0, PAGE)
  const unseen = found.ended === 'reads'
  const stopped = unseen && found.documents.length <= PAGE
  return {
    documents,
    counted: counted ?? {
      total: Math.min(COUNTED, found.documents.length),
      more: unseen || found.documents.length > COUNTED,
    },
    next: found.documents.length > PAGE ? documents.at(-1) : stopped ? found.until : undefined,
    until: stopped ? found.until : undefined,
  }
}

export type FoundEnd = { readonly below: number; readonly counted: Counted }

export function foundToken({ below, counted: { total, more } }: FoundEnd): string {
  return Buffer.from(JSON.stringify([below, total, more])).toString('base64url')
}

/** Undefined for anything that is not a token of ours. */
export function readFoundToken(token: string): FoundEnd | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (!Array.isArray(value) || value.length !== 3) return undefined
    const [below, total, more] = value as unknown[]
    if (typeof below !== 'number' || !Number.isSafeInteger(below) || typeof more !== 'boolean') return undefined
    if (typeof total !== 'number' || !Number.isInteger(total) || total < 0 || total > COUNTED) return undefined
    return { below, counted: { total, more } }
  } catch {
    return undefined
  }
}
