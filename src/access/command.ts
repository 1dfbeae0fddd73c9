/** What the two commands of this folder (`waarborg keys`, `waarborg users`) say and how they lay it out; pure. */
import type { Language, Values } from '../platform/text.ts'
import { accessText, isAccessTextKey } from './texts.ts'

type Spoken = { readonly language: Language; readonly stderr: { write(text: string): unknown } }

/** Codes that say no to something well asked: exit 3. Every other code is bad input: exit 2. */
const byPolicy: ReadonlySet<string> = new Set([
  'key_limit',
  'last_administrator',
  'role_not_yours',
  'person_disabled',
  'own_qualification',
])

/** Writes the sentence of a code to standard error and gives the exit code that belongs to it. */
export function commandRefusal(io: Spoken, code: string, values: Values): 2 | 3 {
  io.stderr.write(`${sentenceOf(io.language, code, values)} (${code})\n`)
  return byPolicy.has(code) ? 3 : 2
}

function sentenceOf(language: Language, code: string, values: Values): string {
  for (const key of [`cli.${code}`, `error.${code}`]) if (isAccessTextKey(key)) return accessText(language, key, values)
  return code
}

/** Rows as aligned columns, the first row as head; the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map(
      (row) =>
        `${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ')}\n`,
    )
    .join('')
}
