import { bit, type Lexicon } from '../lexicon/lexicon.ts'
import type { Found } from './memory.ts'
import { type Token, tokenise } from './tokens.ts'
import type { Turn } from './turn.ts'

type Node = { ends: boolean; readonly next: Map<string, Node> }

/** Values that stay: brands, products, the organisation's own number. A finding inside one of them is dropped. */
export class AllowList {
  readonly #root = new Map<string, Node>()
  /** Numbers by their digits, so that "088 123 4567" also allows "0881234567". */
  readonly #digits = new Set<string>()

  constructor(values: readonly string[], lexicon: Lexicon) {
    for (const value of values) {
      const words = tokenise(value, lexicon).tokens.filter(({ kind }) => kind !== 'mark')
      if (words.length === 0) continue
      if (words.every(({ kind }) => kind === 'digits')) this.#digits.add(words.map(({ text }) => text).join(''))
      let level = this.#root
      let node: Node | undefined
      for (const { lower } of words) {
        node = level.get(lower)
        if (node === undefined) {
          node = { ends: false, next: new Map() }
          level.set(lower, node)
        }
        level = node.next
      }
      node!.ends = true
    }
  }

  /** Takes out of `found` what lies inside an allowed value. */
  drop(turn: Turn, found: Found[]): void {
    if (found.length === 0 || this.#root.size === 0) return
    const allowed = this.#coveredTokens(turn)
    if (allowed === undefined) return
    const kept = found
      .filter(({ from, to }) => !isCovered(turn.tokens, allowed, from, to))
      .map((item) => withoutAllowedEnd(turn.tokens, allowed, item))
    found.splice(0, found.length, ...kept)
  }

  /** 1 for each token of an allowed value. */
  #coveredTokens(turn: Turn): Uint8Array | undefined {
    let covered: Uint8Array | undefined
    const cover = (from: number, to: number): void => {
      covered ??= new Uint8Array(turn.tokens.length)
      covered.fill(1, from, to)
    }
    for (let i = 0; i < turn.tokens.length; i++) {
      if (!this.#root.has(turn.tokens[i]!.lower)) continue
      const to = this.#end(turn.tokens, i)
      if (to > i) cover(i, to)
    }
    for (const { digits, from, to } of turn.numbers) if (this.#digits.has(digits)) cover(from, to)
    return covered
  }

  #end(tokens: readonly Token[], from: number): number {
    let end = from
    let level = this.#root
    let i = from
    while (i < tokens.length) {
      const node = level.get(tokens[i]!.lower)
      if (node === undefined) break
      i++
      if (node.ends) end = i
      level = node.next
      for (let marks = 0; marks < 3 && tokens[i]?.kind === 'mark'; marks++) i++
    }
    return end
  }
}

function isCovered(tokens: readonly Token[], covered: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (tokens[i]!.kind !== 'mark' && covered[i] === 0) return false
  return true
}

/** "hajar van noordlicht": the firm goes off the end of a name, and the little word before it. */
function withoutAllowedEnd(tokens: readonly Token[], covered: Uint8Array, item: Found): Found {
  if (item.label !== 'PERSON') return item
  let { to } = item
  while (to > item.from && covered[to - 1] === 1) to--
  if (to === item.to) return item
  while (to > item.from + 1 && (tokens[to - 1]!.bits & (bit.particle | bit.function)) !== 0) to--
  return to > item.from ? { ...item, to } : item
}
