/**
 * What an AI did between its words: tool calls, results and reasoning from the trace that draft-howe-vcon-agent-session
 * puts in the analysis of a vCon. The words themselves are already in the dialog.
 */
import type { ImportedEvent, ReaderTools } from './contract.ts'
import { canonicalJson, isObject, type JsonObject, type JsonValue, parseJson } from './strict-json.ts'
import { isoTime, readTime } from './times.ts'

const kinds: Readonly<Record<string, ImportedEvent['kind']>> = {
  'tool-call': 'tool_call',
  'tool-result': 'tool_result',
  reasoning: 'reasoning',
}
const maxEntries = 20_000

/** Events of the trace in its own order; undefined when the body is no trace that can be read (CBOR, encrypted). */
export function agentTrace(
  body: JsonValue | undefined,
  pointer: string,
  tools: ReaderTools,
): Omit<ImportedEvent, 'seq'>[] | undefined {
  const read = typeof body === 'string' ? parseJson(body) : undefined
  const record = read === undefined ? body : read.ok ? read.value : undefined
  const trace = isObject(record) ? record['session-trace'] : undefined
  if (!isObject(trace) || !Array.isArray(trace.entries) || trace.entries.length > maxEntries) return undefined
  const events: Omit<ImportedEvent, 'seq'>[] = []
  for (const [n, entry] of trace.entries.entries()) {
    if (!isObject(entry) || typeof entry.type !== 'string' || !Object.hasOwn(kinds, entry.type)) continue
    const time = typeof entry.timestamp === 'string' ? readTime(entry.timestamp, tools.now) : undefined
    const content = contentOf(entry)
    events.push({
      kind: kinds[entry.type]!,
      pointer: `${pointer}/body/session-trace/entries/${n}`,
      ...(time?.kind === 'exact' ? { at: isoTime(time.ms) } : {}),
      ...(typeof entry.name === 'string' ? { name: entry.name.slice(0, 80) } : {}),
      ...(content === undefined ? {} : { content }),
    })
  }
  return events
}

function contentOf(entry: JsonObject): string | undefined {
  const value = entry.arguments ?? entry.output ?? entry.content
  return value === undefined || value === null ? undefined : typeof value === 'string' ? value : canonicalJson(value)
}
