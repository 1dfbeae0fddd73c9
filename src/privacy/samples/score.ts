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

/** Labelled stretches and how many of them stay readable in part; what was hidden and how much of that was right. */
export type Tally = { gold: number; leaks: number; predicted: number; right: number }

export type Score = {
  /** Labelled stretches. */
  readonly gold: number
  /** Share of them of which at least one letter or digit stays readable. */
  readonly leakShare: number
  /** Share of the conversations without labelled stretches in which nothing is hidden. */
  readonly untouchedShare: number
  readonly negatives: number
  readonly untouched: number
  /** Share of all other letters and digits that are hidden. */
  readonly overHiddenShare: number
  /** All other letters and digits, and those of them that are hidden. */
  readonly others: number
  readonly hidden: number
  /** Largest difference in leak between two origins; 0 without origins. */
  readonly originGap: number
  readonly all: Tally
  readonly by: Readonly<Record<'label' | 'group' | 'lang' | 'channel' | 'origin', ReadonlyMap<string, Tally>>>
  readonly leaks: readonly { readonly id: string; readonly label: string; readonly text: string }[]
  /** Hidden stretches of which less than half was labelled. */
  readonly wrong: readonly { readonly id: string; readonly label: string; readonly text: string }[]
}

const telling = /[\p{L}\p{M}\p{N}]/u

/** Labels that are counted together. */
const groups: Readonly<Record<string, readonly string[]>> = {
  name: ['PERSON'],
  number: ['PHONE', 'BSN', 'NATID', 'IBAN', 'CARD', 'PLATE', 'DOC', 'CUSTREF'],
  place: ['ADDRESS', 'POSTCODE', 'CITY'],
  date: ['DOB', 'AGE'],
  online: ['EMAIL', 'USERNAME', 'IP', 'URL'],
  secret: ['SECRET', 'CVC'],
  special: ['HEALTH', 'BELIEF', 'UNION', 'CRIME', 'ORIENT', 'ORIGIN', 'POLITICS'],
}
const groupOf = (label: string): string =>
  Object.keys(groups).find((group) => groups[group]!.includes(label)) ?? label.toLowerCase()

export type ScoreOptions = {
  /** Labels that the gold does not tell: what is hidden under them is neither right nor wrong. */
  readonly ignore?: readonly string[]
}

class Counts {
  readonly rows = new Map<string, Tally>()
  of(key: string): Tally {
    let row = this.rows.get(key)
    if (row === undefined) {
      row = { gold: 0, leaks: 0, predicted: 0, right: 0 }
      this.rows.set(key, row)
    }
    return row
  }
}

export function score(
  items: readonly Labelled[],
  found: (item: Labelled) => readonly Span[],
  { ignore = [] }: ScoreOptions = {},
): Score {
  const by = {
    label: new Counts(),
    group: new Counts(),
    lang: new Counts(),
    channel: new Counts(),
    origin: new Counts(),
  }
  const all: Tally = { gold: 0, leaks: 0, predicted: 0, right: 0 }
  const leaks: Score['leaks'][number][] = []
  const wrong: Score['wrong'][number][] = []
  let [negatives, untouched, others, hidden] = [0, 0, 0, 0]
  for (const item of items) {
    const counts = tellingUnits(item.text)
    const spans = found(item)
    const judged = spans.filter(([, , label]) => !ignore.includes(label))
    const cover = paint(item.text, spans)
    const wrongCover = paint(item.text, judged)
    const allowed = paint(item.text, [...item.spans, ...(item.optional ?? [])])
    const rowsOf = (label: string): Tally[] => [
      all,
      by.label.of(label),
      by.group.of(groupOf(label)),
      by.lang.of(item.lang),
      by.channel.of(item.channel),
      ...(item.origin ? [by.origin.of(item.origin)] : []),
    ]
    for (const [start, end, label] of item.spans) {
      const { hit, of } = covered(counts, cover, start, end)
      const leak = hit < of
      for (const row of rowsOf(label)) {
        row.gold++
        if (leak) row.leaks++
      }
      if (leak) leaks.push({ id: item.id, label, text: item.text.slice(start, end) })
    }
    for (const [start, end, label] of judged) {
      const { hit, of } = covered(counts, allowed, start, end)
      const right = of === 0 || hit * 2 >= of
      for (const row of rowsOf(label)) {
        row.predicted++
        if (right) row.right++
      }
      if (!right) wrong.push({ id: item.id, label, text: item.text.slice(start, end) })
    }
    let over = 0
    for (let i = 0; i < item.text.length; i++) {
      if (counts[i] !== 1 || allowed[i] === 1) continue
      others++
      if (wrongCover[i] === 1) over++
    }
    hidden += over
    if (item.spans.length === 0) {
      negatives++
      if (over === 0) untouched++
    }
  }
  const shares = [...by.origin.rows.values()].filter(({ gold }) => gold > 0).map(({ leaks, gold }) => leaks / gold)
  return {
    gold: all.gold,
    leakShare: all.leaks / Math.max(1, all.gold),
    untouchedShare: negatives === 0 ? 1 : untouched / negatives,
    negatives,
    untouched,
    overHiddenShare: hidden / Math.max(1, others),
    others,
    hidden,
    originGap: shares.length < 2 ? 0 : Math.max(...shares) - Math.min(...shares),
    all,
    by: {
      label: by.label.rows,
      group: by.group.rows,
      lang: by.lang.rows,
      channel: by.channel.rows,
      origin: by.origin.rows,
    },
    leaks,
    wrong,
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

function covered(counts: Uint8Array, mask: Uint8Array, start: number, end: number): { hit: number; of: number } {
  let hit = 0
  let of = 0
  for (let i = start; i < end; i++) {
    if (counts[i] !== 1) continue
    of++
    if (mask[i] === 1) hit++
  }
  return { hit, of }
}

function paint(text: string, spans: readonly Span[]): Uint8Array {
  const mask = new Uint8Array(text.length)
  for (const [start, end] of spans) mask.fill(1, start, end)
  return mask
}

/** One object a line, blank lines left out. */
export function parseLabelled(jsonLines: string): Labelled[] {
  return jsonLines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Labelled)
}

/** Wilson score interval of a share, 95 % (Wilson 1927); the whole of [0, 1] when there is nothing to count. */
export function wilson(hits: number, total: number): readonly [low: number, high: number] {
  if (total === 0) return [0, 1]
  const z = 1.959964
  const share = hits / total
  const divisor = 1 + (z * z) / total
  const middle = (share + (z * z) / (2 * total)) / divisor
  const half = (z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total))) / divisor
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
