/**
 * Conditions as the government's tree writes them: `"a" in labels && !("b" in labels)`. They are read into data and judged; nothing of
 * a file is ever run.
 */
export type LabelCondition =
  | { readonly label: string }
  | { readonly not: LabelCondition }
  | { readonly all: readonly LabelCondition[] }
  | { readonly any: readonly LabelCondition[] }

/** Characters of one condition, and brackets or negations within each other. */
const LONGEST = 2_000
const DEEPEST = 20

const token = /\s*(?:"([^"]*)"\s+in\s+labels\b|(&&|\|\||!|\(|\)))/y

/** The condition, or undefined when it is not of this form. */
export function readCondition(text: string): LabelCondition | undefined {
  if (text.length > LONGEST) return undefined
  const tokens: ({ readonly label: string } | string)[] = []
  token.lastIndex = 0
  const end = text.trimEnd().length
  while (token.lastIndex < end) {
    const match = token.exec(text)
    if (match === null) return undefined
    tokens.push(match[1] === undefined ? match[2]! : { label: match[1] })
  }
  let at = 0
  const either = (depth: number): LabelCondition | undefined => joined('||', depth, (inner) => both(inner))
  const both = (depth: number): LabelCondition | undefined => joined('&&', depth, (inner) => single(inner))

  function joined(
    sign: '&&' | '||',
    depth: number,
    part: (depth: number) => LabelCondition | undefined,
  ): LabelCondition | undefined {
    const parts: LabelCondition[] = []
    do {
      const one = part(depth)
      if (one === undefined) return undefined
      parts.push(one)
    } while (tokens[at] === sign && ++at > 0)
    return parts.length === 1 ? parts[0] : sign === '&&' ? { all: parts } : { any: parts }
  }

  function single(depth: number): LabelCondition | undefined {
    if (depth > DEEPEST) return undefined
    const next = tokens[at++]
    if (next === '!') {
      const inner = single(depth + 1)
      return inner === undefined ? undefined : { not: inner }
    }
    if (next === '(') {
      const inner = either(depth + 1)
      return tokens[at++] === ')' ? inner : undefined
    }
    return typeof next === 'object' ? next : undefined
  }

  const read = either(0)
  return at === tokens.length ? read : undefined
}

export function holds(condition: LabelCondition, labels: ReadonlySet<string>): boolean {
  if ('label' in condition) return labels.has(condition.label)
  if ('not' in condition) return !holds(condition.not, labels)
  return 'all' in condition
    ? condition.all.every((part) => holds(part, labels))
    : condition.any.some((part) => holds(part, labels))
}
