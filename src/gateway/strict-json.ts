/**
 * Reads a request's JSON so that the gateway and every reader after it see the same thing: a name that stands twice in
 * one object is refused (which of the two would the provider take?), and so is nesting that would exhaust a stack.
 * `JSON.parse` builds the value; one pass over the text before it checks what `JSON.parse` lets through.
 */

export type JsonProblem = {
  readonly problem: 'json' | 'duplicate_key' | 'too_deep' /** In characters. */
  readonly offset: number
}
export type JsonReading = { readonly value: unknown } | JsonProblem

/** Deeper than any real request; tools' schemas reach about 12. */
export const MAX_DEPTH = 64

const QUOTE = 34
const BACKSLASH = 92
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const COLON = 58
const COMMA = 44

/** Linear in the length of the text; the value is `unknown` JSON without a repeated name and at most `maxDepth` deep. */
export function readJson(text: string, maxDepth = MAX_DEPTH): JsonReading {
  const problem = findProblem(text, maxDepth)
  if (problem) return problem
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { problem: 'json', offset: 0 }
  }
}

/** Names seen in each open object; arrays have none. A string is a name when an object waits for one. */
function findProblem(text: string, maxDepth: number): JsonProblem | undefined {
  const names: (Set<string> | null)[] = []
  let awaitsName = false
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const end = endOfString(text, i)
        if (end < 0) return { problem: 'json', offset: i }
        const open = names.at(-1)
        if (awaitsName && open) {
          const name = nameOf(text.slice(i, end + 1))
          if (name === undefined) return { problem: 'json', offset: i }
          if (open.has(name)) return { problem: 'duplicate_key', offset: i }
          open.add(name)
        }
        i = end
        break
      }
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (names.length >= maxDepth) return { problem: 'too_deep', offset: i }
        awaitsName = text.charCodeAt(i) === OPEN_BRACE
        names.push(awaitsName ? new Set() : null)
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        names.pop()
        awaitsName = false
        break
      case COLON:
        awaitsName = false
        break
      case COMMA:
        awaitsName = names.at(-1) instanceof Set
        break
    }
  }
  return undefined
}

/** Index of the closing quote, or -1. `indexOf` skips plain text much faster than a walk over characters. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end > 0) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end
    end = text.indexOf('"', end + 1)
  }
  return -1
}

/** Two spellings of one name (`"a"` and `"\u0061"`) are the same name. */
function nameOf(quoted: string): string | undefined {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  try {
    return JSON.parse(quoted) as string
  } catch {
    return undefined
  }
}
