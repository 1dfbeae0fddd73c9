/** What a version of a notice says otherwise than the one before it. */
import type { NoticeDifference, NoticeDocument } from './contract.ts'
import { linesOf } from './notice.ts'

/** By section, in the order of the later version; a line that moved within its section is no difference. */
export function noticeDifference(before: NoticeDocument, after: NoticeDocument): NoticeDifference {
  const [old, next] = [linesOf(before), linesOf(after)]
  const titles = [...new Set([...next, ...old].map(({ title }) => title))]
  const of = (sections: typeof old, title: string) => sections.find((one) => one.title === title)?.lines ?? []
  return titles
    .map((title) => ({
      title,
      added: without(of(next, title), of(old, title)),
      removed: without(of(old, title), of(next, title)),
    }))
    .filter(({ added, removed }) => added.length + removed.length > 0)
}

/** What is in `lines` more often than in `others`. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)
  return lines.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  })
}
