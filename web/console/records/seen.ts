/** What was said beside what the AI saw: where something was hidden, told from the two texts alone. */

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** Said by a person, and hidden from the AI. */
  | { readonly kind: 'personal'; readonly text: string }
  /** A pseudonym that stands for it: `[PERSON_1]`. */
  | { readonly kind: 'pseudonym'; readonly label: string; readonly number: number }
  /** Taken out for good: `[SECRET]`. */
  | { readonly kind: 'omitted'; readonly label: string }

/** Tokens as the redactor writes them. A label is upper case and holds no digit. */
const token = /\[([A-Z]{2,12})(?:_(\d{1,6}))?\]/g

/** Labels that are taken out for good instead of being replaced (GDPR art. 9 and 10, secrets). */
const omitted = new Set(['SECRET', 'CVC', 'HEALTH', 'BELIEF', 'UNION', 'CRIME', 'ORIENT', 'ORIGIN', 'POLITICS'])

/** The text that the AI saw, in pieces. A bracketed word that is no token stays text. */
export function seenPieces(seen: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of seen.matchAll(token)) {
    const [whole, label, number] = match as unknown as [string, string, string | undefined]
    if (number === undefined && !omitted.has(label)) continue
    if (match.index > from) pieces.push({ kind: 'text', text: seen.slice(from, match.index) })
    pieces.push(
      number === undefined || omitted.has(label)
        ? { kind: 'omitted', label }
        : { kind: 'pseudonym', label, number: Number(number) },
    )
    from = match.index + whole.length
  }
  if (from < seen.length) pieces.push({ kind: 'text', text: seen.slice(from) })
  return pieces
}

/**
 * What was said, with what stands where the AI saw a token marked. The pieces between tokens must occur in the same
 * order; where they do not (something else was changed too) nothing is marked: a wrong mark is worse than none.
 */
export function saidPieces(said: string, seen: string): Piece[] {
  const pieces = seenPieces(seen)
  const marked: Piece[] = []
  let at = 0
  let open = false
  for (const [i, piece] of pieces.entries()) {
    if (piece.kind !== 'text') {
      open = true
      continue
    }
    const last = i === pieces.length - 1
    const found = last && open ? said.lastIndexOf(piece.text) : said.indexOf(piece.text, open ? at + 1 : at)
    const fits = found >= at && (open || found === at) && (!last || found + piece.text.length === said.length)
    if (!fits) return [{ kind: 'text', text: said }]
    if (open) marked.push({ kind: 'personal', text: said.slice(at, found) })
    marked.push({ kind: 'text', text: piece.text })
    at = found + piece.text.length
    open = false
  }
  if (open) {
    if (at >= said.length) return [{ kind: 'text', text: said }]
    marked.push({ kind: 'personal', text: said.slice(at) })
  } else if (at !== said.length) return [{ kind: 'text', text: said }]
  return marked
}
