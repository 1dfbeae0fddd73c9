/** Paths into a record, as a person writes them in a mapping: `a.b[0].c`, or a JSON pointer (`/a/b/0/c`). */
import { isObject, type JsonValue, pointerToken } from './strict-json.ts'

export type PathStep = string | number

/** Steps of a path; undefined when it is not a path. An empty pointer or `$` is the record itself. */
export function parsePath(path: string): PathStep[] | undefined {
  if (path === '' || path === '$') return []
  if (path.startsWith('/'))
    return path
      .slice(1)
      .split('/')
      .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
  const steps: PathStep[] = []
  const part = /(?:^|(?<=.)\.)([^.[\]]+)|\[(\d{1,6})\]/y
  const text = path.startsWith('$.') ? path.slice(2) : path
  while (part.lastIndex < text.length) {
    const found = part.exec(text)
    if (found === null) return undefined
    steps.push(found[1] ?? Number(found[2]))
  }
  return steps
}

/** The value at a path with its JSON pointer; undefined when the path is wrong or nothing stands there. */
export function valueAt(
  value: JsonValue,
  path: string | readonly PathStep[],
): { readonly value: JsonValue; readonly pointer: string } | undefined {
  const steps = typeof path === 'string' ? parsePath(path) : path
  if (steps === undefined) return undefined
  let current: JsonValue | undefined = value
  let pointer = ''
  for (const step of steps) {
    if (Array.isArray(current)) current = /^\d+$/.test(String(step)) ? current[Number(step)] : undefined
    else current = isObject(current) ? current[step] : undefined
    if (current === undefined) return undefined
    pointer += `/${pointerToken(step)}`
  }
  return { value: current, pointer }
}
