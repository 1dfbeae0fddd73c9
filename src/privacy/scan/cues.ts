import { type Meaning, more, type PhraseNode } from '../lexicon/lexicon.ts'
import type { Token } from './tokens.ts'

/** A phrase of the lexicon found in the tokens `[from, to)`. `alone`: one common word, weak on its own ("order", "nummer"; not "ordernummer"). */
export type Cue = { readonly from: number; readonly to: number; readonly meaning: Meaning; readonly alone: boolean }

/** All phrases, sorted by `from`; of one sort of meaning only the longest at each place. One pass. */
export function findCues(tokens: readonly Token[]): Cue[] {
  const cues: Cue[] = []
  let kindEnd = 0
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!
    const { form } = token
    if (form === undefined || (form.more & more.begins) === 0) continue
    const begun = form.phrases
    const found = begun === undefined ? none : phrasesAt(tokens, i, begun)
    let named = false
    for (const cue of found) {
      if (cue.meaning.says === 'kind') {
        named = true
        // "bank account number" is one kind; the "account number" and "number" inside it are not two more.
        if (cue.to <= kindEnd) continue
        kindEnd = cue.to
      }
      cues.push(cue)
    }
    if (!named && form.reference) {
      cues.push({ from: i, to: i + 1, meaning: { says: 'kind', kind: 'reference' }, alone: false })
      kindEnd = Math.max(kindEnd, i + 1)
    }
  }
  return cues
}

const none: readonly Cue[] = []

function phrasesAt(tokens: readonly Token[], from: number, begun: PhraseNode): readonly Cue[] {
  let longest: Cue[] | undefined
  let node: PhraseNode | undefined = begun
  let i = from
  while (node !== undefined) {
    i++
    for (const meaning of node.meanings) {
      longest ??= []
      const alone = i === from + 1 && !tokens[from]!.form!.reference
      // A word may begin a strong and a weak name cue; the strong one of the same length wins by standing first.
      const before = longest.findIndex((cue) => cue.meaning.says === meaning.says)
      if (before < 0) longest.push({ from, to: i, meaning, alone })
      else if (longest[before]!.to < i) longest[before] = { from, to: i, meaning, alone }
    }
    if (node.next.size === 0) break
    i = nextWord(tokens, i)
    if (i < 0) break
    const token = tokens[i]!
    if (token.form !== undefined && (token.form.more & more.follows) === 0) break
    node = nextNode(node, token)
  }
  return longest ?? none
}

/** Where a phrase goes on with a word, or with the class that the word stands for. */
function nextNode({ next }: PhraseNode, { lower, form }: Token): PhraseNode | undefined {
  const found = next.get(lower)
  return found !== undefined || form?.word?.stands === undefined ? found : next.get(form.word.stands)
}

/** The next word of a phrase: at once, or over one hyphen, underscore, apostrophe or abbreviation dot. */
function nextWord(tokens: readonly Token[], at: number): number {
  const token = tokens[at]
  if (token === undefined || token.gap === 2) return -1
  if (token.kind !== 'mark') return at
  const next = tokens[at + 1]
  const joins = token.gap === 0 && "-_'.".includes(token.lower)
  return joins && next !== undefined && next.gap < 2 && next.kind !== 'mark' ? at + 1 : -1
}
