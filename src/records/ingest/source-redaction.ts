/**
 * Places that another system had already hidden before the file reached us. They are kept as they are, counted as
 * redaction by the source, and never hidden or given a pseudonym again.
 */
const markers = [
  // [PII], [NAME], [PERSON_1], [CREDIT_DEBIT_NUMBER]: capitals in brackets, as the redaction of speech services writes them
  /\[(?:PII|REDACTED|MASKED|HIDDEN|[A-Z]{2,}(?:_[A-Z0-9]+)+|NAME|PERSON|EMAIL|PHONE|ADDRESS|SSN|BSN|IBAN|PIN|DATE|AGE|URL|CARD)(?:[_-]?\d+)?\]/g,
  // {{US_STATE}}, <PHONE_NUMBER>
  /\{\{[A-Z][A-Z0-9_]*\}\}/g,
  /<(?:PII|REDACTED|PERSON|NAME|EMAIL|[A-Z]{2,}_[A-Z_]+)(?:_\d+)?>/g,
  // ####, but not the heading of a text in Markdown
  /(?<![#\n]|^)#{3,}|(?<!#)#{3,}(?=[^\s#]|\n|$)/g,
  // ****1234, XXXX-XXXX-1234
  /\*{4,}(?=\d{2,4}\b)/g,
  /\bX{4,}(?:[ -]X{4,})*(?=\b|\d)/g,
]

/** UTF-16 offsets, end exclusive, in order and without overlap. */
export function sourceRedactions(text: string): (readonly [number, number])[] {
  const spans: [number, number][] = []
  for (const marker of markers)
    for (const found of text.matchAll(marker)) spans.push([found.index, found.index + found[0].length])
  spans.sort((a, b) => a[0] - b[0] || b[1] - a[1])
  const kept: [number, number][] = []
  for (const span of spans) if (span[0] >= (kept.at(-1)?.[1] ?? 0)) kept.push(span)
  return kept
}
