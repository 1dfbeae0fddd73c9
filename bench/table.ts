/** What a long run shows: rows in a table that goes into docs/, with date, commit and machine. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname } from 'node:path'

export type Table = {
  readonly title: string
  /** Where it goes when not into docs/bench/. */
  readonly path?: string
  /** What was measured, how, and how cost grows with size: one or more paragraphs. */
  readonly about: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  /** One line per goal: what was asked, what was found, met or not. */
  readonly goals?: readonly { readonly goal: string; readonly found: string; readonly met: boolean }[]
}

export type BenchContext = {
  /** Small sizes for a look; figures in the docs come from full runs. */
  readonly quick: boolean
  readonly say: (line: string) => void
}

export function render(table: Table): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  const out = [
    `# ${table.title}`,
    '',
    table.about,
    '',
    `${stamp()}`,
    '',
    line(table.columns),
    line(table.columns.map(() => '---')),
    ...table.rows.map(line),
  ]
  if (table.goals)
    out.push(
      '',
      line(['Goal', 'Found', 'Met']),
      line(['---', '---', '---']),
      ...table.goals.map(({ goal, found, met }) => line([goal, found, met ? 'yes' : 'no'])),
    )
  return `${out.join('\n')}\n`
}

export function write(path: string, table: Table): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, render(table))
}

/** Date, commit and machine of this run. */
export function stamp(): string {
  const commit = git('rev-parse', '--short', 'HEAD')
  const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' with changes'
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${new Date().toISOString().slice(0, 10)}, commit ${commit}${changed}, ${cpus().length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}.`
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'unknown'
  }
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Nearest-rank quantile; NaN for no values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.length === 0
    ? Number.NaN
    : sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))]!
}

/** Progress of a long run that can be taken up again: one JSON file, a key per finished part. */
export function progress<T>(path: string): {
  get(key: string): T | undefined
  set(key: string, value: T): void
  clear(): void
} {
  const read = (): Record<string, T> => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {})
  return {
    get: (key) => read()[key],
    set(key, value) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, JSON.stringify({ ...read(), [key]: value }))
    },
    clear: () => existsSync(path) && writeFileSync(path, '{}'),
  }
}
