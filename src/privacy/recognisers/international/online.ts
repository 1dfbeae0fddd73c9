import { hasMark, type Turn } from '../../scan/turn.ts'
import type { Recogniser, Report } from '../recogniser.ts'

/** Internet addresses, hardware addresses and links that carry something of a person. */
export const online: Recogniser = {
  id: 'international/online',
  labels: ['IP', 'URL'],
  triggers: { inner: '/:.-' },
  find(turn, report) {
    for (const chunk of turn.chunks) {
      if (!chunk.hasMark || chunk.to - chunk.from < 4) continue
      if (chunk.to - chunk.from > 400) {
        if (hasMark(turn, '/')) findLink(turn, chunk, report)
        continue
      }
      const text = turn.text.slice(turn.tokens[chunk.from]!.start, turn.tokens[chunk.to - 1]!.end)
      if (chunk.hasDigit && (isAddress4(turn, chunk.from, text) || isAddress6(text) || isHardware(text)))
        report(chunk.from, chunk.to, 'IP', 0.9, 'ip-shape')
      else findLink(turn, chunk, report)
    }
  },
}

const versionWords = new Set('versie version firmware build release v'.split(' '))

function isAddress4(turn: Turn, from: number, text: string): boolean {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:[:/]\d{1,5})?$/.exec(text)
  if (match === null || match.slice(1, 5).some((group) => Number(group) > 255)) return false
  return [1, 2, 3].every((back) => !versionWords.has(turn.tokens[from - back]?.lower ?? ''))
}

/** RFC 4291: up to eight groups of up to four hexadecimal digits, at most one "::". */
function isAddress6(text: string): boolean {
  if (text.length > 49 || !/^[0-9a-f:]+(?:%\w+)?(?:\/\d{1,3})?$/i.test(text)) return false
  const groups = text.replace(/[%/].*$/, '').split(':')
  const empty = text.includes('::')
  return (
    groups.length <= 9 &&
    (empty ? groups.length >= 3 : groups.length === 8) &&
    groups.every((group) => group.length <= 4)
  )
}

function isHardware(text: string): boolean {
  return /^[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i.test(text)
}

// A link tells of a person by what is asked in it, by a long number or by a part that is about one person.
const personal =
  /[?&#][^\s]*=|%40|@|\d{4,}|\/(?:u|users?|profile|profiel|klant|klanten|customers?|members?|account|accounts|people|person)\/[^/\s]+/i

function findLink(turn: Turn, chunk: { from: number; to: number }, report: Report): void {
  for (let i = chunk.from; i + 3 < chunk.to; i++) {
    const scheme =
      turn.tokens[i + 1]!.lower === ':' && turn.tokens[i + 2]!.lower === '/' && turn.tokens[i + 3]!.lower === '/'
    const bare = turn.tokens[i]!.lower === 'www' && turn.tokens[i + 1]!.lower === '.'
    if (!scheme && !bare) continue
    let to = chunk.to
    for (let j = i; j < chunk.to; j++) {
      if ('"<>\'`|'.includes(turn.tokens[j]!.lower) && turn.tokens[j]!.kind === 'mark') {
        to = j
        break
      }
    }
    const text = turn.text.slice(turn.tokens[i]!.start, turn.tokens[to - 1]!.end)
    if (personal.test(text.replace(/^\w+:\/\//, ''))) report(i, to, 'URL', 0.7, 'link')
    return
  }
}
