/** Scores findings against labelled conversations, by the scheme of the labelled samples: what stays readable is a leak. */

export type Span = readonly [start: number, end: number, label: string]

export type Labelled = {
  readonly id: string
  readonly lang: 'nl' | 'en'
  readonly channel: 'chat' | 'speech' | 'email'
  readonly roles: readonly ('customer' | 'agent')[]
  readonly text: string
  readonly spans: readonly Span[]
  readonly optional?: readonly Span[]
  readonly origin?: string | null
}

export type Score = {
  /** Labelled stretches. */
  readonly gold: number
  /** Share of them of which at least one letter or digit stays readable. */
  readonly leakShare: number
  /** Share of the conversations without labelled stretches in which nothing is hidden. */
  readonly untouchedShare: number
  /** Share of all other letters and digits that are hidden. */
  readonly overHiddenShare: number
  /** Largest difference in leak between two origins; 0 without origins. */
  readonly originGap: number
  /** Leak by label. */
  readonly byLabel: ReadonlyMap<string, { readonly gold: number; readonly leaks: number }>
  readonly leaks: readonly { readonly id: string; readonly label: string }[]
}

const telling = /[\p{L}\p{M}\p{N}]/u

export function score(items: readonly Labelled[], found: (item: Labelled) => readonly Span[]): Score {
  const byLabel = new Map<string, { gold: number; leaks: number }>()
  const byOrigin = new Map<string, { gold: number; leaks: number }>()
  const leaks: { id: string; label: string }[] = []
  let [negatives, untouched, others, hidden, gold] = [0, 0, 0, 0, 0]
  for (const item of items) {
    const counts = tellingUnits(item.text)
    const cover = paint(item.text, found(item))
    const allowed = paint(item.text, [...item.spans, ...(item.optional ?? [])])
    for (const [start, end, label] of item.spans) {
      const leak = [...range(start, end)].some((i) => counts[i] === 1 && cover[i] === 0)
      gold++
      count(byLabel, label, leak)
      if (item.origin) count(byOrigin, item.origin, leak)
      if (leak) leaks.push({ id: item.id, label })
    }
    let wrong = 0
    for (let i = 0; i < item.text.length; i++) {
      if (counts[i] !== 1 || allowed[i] === 1) continue
      others++
      if (cover[i] === 1) wrong++
    }
    hidden += wrong
    if (item.spans.length === 0) {
      negatives++
      if (wrong === 0) untouched++
    }
  }
  const shares = [...byOrigin.values()].map((row) => row.leaks / row.gold)
  return {
    gold,
    leakShare: leaks.length / Math.max(1, gold),
    untouchedShare: negatives === 0 ? 1 : untouched / negatives,
    overHiddenShare: hidden / Math.max(1, others),
    originGap: shares.length < 2 ? 0 : Math.max(...shares) - Math.min(...shares),
    byLabel,
    leaks,
  }
}

/** 1 for each code unit of a letter, mark or digit. */
function tellingUnits(text: string): Uint8Array {
  const mask = new Uint8Array(text.length)
  let at = 0
  for (const character of text) {
    if (telling.test(character)) mask.fill(1, at, at + character.length)
    at += character.length
  }
  return mask
}

function count(table: Map<string, { gold: number; leaks: number }>, key: string, leak: boolean): void {
  const row = table.get(key) ?? { gold: 0, leaks: 0 }
  row.gold++
  if (leak) row.leaks++
  table.set(key, row)
}

function paint(text: string, spans: readonly Span[]): Uint8Array {
  const mask = new Uint8Array(text.length)
  for (const [start, end] of spans) mask.fill(1, start, end)
  return mask
}

function* range(start: number, end: number): Generator<number> {
  for (let i = start; i < end; i++) yield i
}

/** One object a line, blank lines left out. */
export function parseLabelled(jsonLines: string): Labelled[] {
  return jsonLines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Labelled)
}
