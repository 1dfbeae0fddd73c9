/** For tests of audits: small files in which the answer is known. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `n` rows of each group with the given share of yes, and no randomness. */
export function rowsOf(groups: Readonly<Record<string, { readonly n: number; readonly yes: number }>>): string {
  const lines = ['group,outcome']
  for (const [group, { n, yes }] of Object.entries(groups))
    for (let i = 0; i < n; i++) lines.push(`${group},${i < yes ? 1 : 0}`)
  return `${lines.join('\n')}\n`
}

/** Twenty points apart, far more than chance. */
export const unequal = rowsOf({ a: { n: 1_000, yes: 700 }, b: { n: 1_000, yes: 500 }, c: { n: 6, yes: 3 } })
/** The same share, so many that it is told. */
export const equal = rowsOf({ a: { n: 3_000, yes: 1_500 }, b: { n: 3_000, yes: 1_500 } })

export const bytesOf = (text: string): Uint8Array[] => [new TextEncoder().encode(text)]

export const smallPlan = { prediction: 'outcome', sensitive: ['group'], margin: 0.05 }

/** A file with this text for as long as `work` takes. */
export async function inFolder<T>(text: string, work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-audit-'))
  try {
    writeFileSync(join(folder, 'data.csv'), text)
    return await work(join(folder, 'data.csv'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
