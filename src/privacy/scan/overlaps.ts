import type { Finding } from '../personal-data.ts'

/**
 * Findings of one part without overlaps, in order. What is hidden is the union of all of them: of two that overlap the
 * surer one keeps its extent and its label, and what sticks out of the other stays a finding of its own. A finding that
 * takes in another whole one wins when it is about as sure, so that an e-mail address does not fall apart over the name in it.
 */
export function withoutOverlaps(text: string, findings: readonly Finding[]): Finding[] {
  const sorted = isInOrder(findings) ? findings : findings.toSorted(inOrder)
  if (!hasOverlap(sorted)) return [...sorted]
  const joined = joinSameLabel(sorted)
  if (!hasOverlap(joined)) return joined
  const out: Finding[] = []
  for (const group of overlapping(joined)) {
    if (group.length === 1) out.push(group[0]!)
    else out.push(...paint(text, group))
  }
  return out
}

const inOrder = (a: Finding, b: Finding): number => a.start - b.start || b.end - a.end

function isInOrder(findings: readonly Finding[]): boolean {
  for (let i = 1; i < findings.length; i++) if (inOrder(findings[i - 1]!, findings[i]!) > 0) return false
  return true
}

/** Overlapping findings of one label become one; guesses and sure ones apart. */
function joinSameLabel(sorted: readonly Finding[]): Finding[] {
  const last = new Map<string, number>()
  const out: Finding[] = []
  for (const finding of sorted) {
    const group = finding.confidence < sureEnough ? `${finding.label}?` : finding.label
    const at = last.get(group)
    const before = at === undefined ? undefined : out[at]!
    if (at !== undefined && before !== undefined && finding.start < before.end) {
      const surer = finding.confidence > before.confidence ? finding : before
      out[at] = { ...surer, start: before.start, end: Math.max(before.end, finding.end) }
    } else {
      last.set(group, out.length)
      out.push(finding)
    }
  }
  return out
}

function hasOverlap(sorted: readonly Finding[]): boolean {
  for (let i = 1; i < sorted.length; i++) if (sorted[i]!.start < sorted[i - 1]!.end) return true
  return false
}

function overlapping(sorted: readonly Finding[]): Finding[][] {
  const groups: Finding[][] = []
  let end = -1
  for (const finding of sorted) {
    if (finding.start < end) groups.at(-1)!.push(finding)
    else groups.push([finding])
    end = Math.max(end, finding.end)
  }
  return groups
}

const containing = 0.3
/** A guess at a whole answer does not swallow what was recognised in it. */
const sureEnough = 0.6

const lengthOf = ({ start, end }: Finding): number => end - start

/** Colours the extent of a group, the weakest first; each run of one colour is a finding. */
function paint(text: string, group: readonly Finding[]): Finding[] {
  const start = group[0]!.start
  const end = Math.max(...group.map((finding) => finding.end))
  const out: Finding[] = []
  const weight = (finding: Finding): number =>
    finding.confidence + (finding.confidence >= sureEnough && containsAnother(finding, group) ? containing : 0)
  const strongest = group.reduce((best, finding) => {
    const more = weight(finding) - weight(best) || lengthOf(finding) - lengthOf(best)
    return more < 0 ? best : finding
  })
  if (strongest.start === start && strongest.end === end) {
    addPiece(out, text, strongest, start, end)
    return out
  }
  const owner = new Int32Array(end - start).fill(-1)
  const weakestFirst = group.toSorted((a, b) => weight(a) - weight(b) || lengthOf(a) - lengthOf(b))
  weakestFirst.forEach((finding, i) => {
    owner.fill(i, finding.start - start, finding.end - start)
  })
  for (let from = 0; from < owner.length; ) {
    let to = from + 1
    while (to < owner.length && owner[to] === owner[from]) to++
    addPiece(out, text, weakestFirst[owner[from]!]!, start + from, start + to)
    from = to
  }
  return out
}

/** Takes a piece without white space at its ends; it goes on from the piece before when that has the same label. */
function addPiece(out: Finding[], text: string, of: Finding, start: number, end: number): void {
  const before = out.at(-1)
  if (before !== undefined && before.end === start && before.label === of.label) {
    const surer = of.confidence > before.confidence ? of : before
    out[out.length - 1] = { ...surer, start: before.start, end }
    return
  }
  const piece = text.slice(start, end)
  if (!telling.test(piece)) return
  const lead = piece.length - piece.trimStart().length
  out.push({ ...of, start: start + lead, end: start + piece.trimEnd().length })
}

const telling = /[\p{L}\p{M}\p{N}]/u

function containsAnother({ start, end }: Finding, group: readonly Finding[]): boolean {
  // A group is long only in hostile text; there the order of paint does not matter.
  return (
    group.length < 64 &&
    group.some((other) => start <= other.start && other.end <= end && other.end - other.start < end - start)
  )
}
