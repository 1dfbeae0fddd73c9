/**
 * Reads a `tokenizer.json` (the form of the Hugging Face tokenizers library) and cuts a text into the pieces a model
 * knows, each with its place in the text. Two kinds: WordPiece with the normaliser of BERT, and byte-level BPE. Any other is
 * refused: a tokenizer that is read almost right gives a model other words than it learnt.
 */

/** A piece of a text: its number in the model's list, and where it stands, in UTF-16 code units. */
export type Piece = { readonly id: number; readonly start: number; readonly end: number }

export interface Tokenizer {
  /** What stands before and after every text. */
  readonly first: number
  readonly last: number
  readonly pad: number
  cut(text: string): Piece[]
}

/** The file is not one of the two kinds that are read here. */
export class TokenizerUnknown extends Error {
  override readonly name = 'TokenizerUnknown'
  readonly code = 'tokenizer_unknown'
}

type Json = { readonly [key: string]: unknown }
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})
const unknown = (what: string): never => {
  throw new TokenizerUnknown(what)
}

export function readTokenizer(file: unknown): Tokenizer {
  const root = object(file)
  const model = object(root.model)
  const words = model.vocab
  if (typeof words !== 'object' || words === null || Array.isArray(words)) return unknown('vocab')
  const vocab = new Map(Object.entries(words as Record<string, number>))
  for (const token of Array.isArray(root.added_tokens) ? (root.added_tokens as Json[]) : [])
    if (typeof token.content === 'string' && typeof token.id === 'number') vocab.set(token.content, token.id)
  const idOf = (...names: readonly string[]): number =>
    names.map((name) => vocab.get(name)).find((id) => id !== undefined) ?? unknown(names[0]!)
  const ends = {
    first: idOf('[CLS]', '<s>'),
    last: idOf('[SEP]', '</s>'),
    pad: vocab.get('[PAD]') ?? vocab.get('<pad>') ?? 0,
  }
  const kind = model.type ?? ('merges' in model ? 'BPE' : 'WordPiece')
  if (kind === 'WordPiece') return { ...ends, cut: wordPiece(vocab, model, object(root.normalizer)) }
  if (kind === 'BPE' && usesBytes(root)) return { ...ends, cut: byteBpe(vocab, model, root) }
  return unknown(String(kind))
}

// -- WordPiece (Wu et al. 2016; as in BERT) ------------------------------------------------------------------------------

/** A text after folding, with the place that each code unit came from. */
type Folded = { readonly text: string; readonly from: readonly number[]; readonly to: readonly number[] }

const space = /\s/u
const control = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/u
const mark = /[\p{P}\p{S}]/u
/** CJK ideographs stand alone in BERT. */
const ideograph = /[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\u{20000}-\u{2a6df}]/u

function fold(text: string, { lower, strip }: { readonly lower: boolean; readonly strip: boolean }): Folded {
  let out = ''
  const from: number[] = []
  const to: number[] = []
  let at = 0
  for (const character of text) {
    const end = at + character.length
    let folded = character
    if (strip) folded = folded.normalize('NFD').replace(/\p{Mn}/gu, '')
    if (lower) folded = folded.toLowerCase()
    for (let i = 0; i < folded.length; i++) {
      from.push(at)
      to.push(end)
    }
    out += folded
    at = end
  }
  return { text: out, from, to }
}

function wordPiece(vocab: ReadonlyMap<string, number>, model: Json, normalizer: Json): (text: string) => Piece[] {
  if (Object.keys(normalizer).length > 0 && normalizer.type !== 'BertNormalizer' && normalizer.type !== 'Lowercase')
    return unknown(`normalizer ${String(normalizer.type)}`)
  const prefix = typeof model.continuing_subword_prefix === 'string' ? model.continuing_subword_prefix : '##'
  const longest = typeof model.max_input_chars_per_word === 'number' ? model.max_input_chars_per_word : 100
  const unk = vocab.get(typeof model.unk_token === 'string' ? model.unk_token : '[UNK]') ?? unknown('unk_token')
  const lower = normalizer.type === 'Lowercase' || normalizer.lowercase === true
  const strip = typeof normalizer.strip_accents === 'boolean' ? normalizer.strip_accents : lower
  return (text) => {
    const folded = fold(text, { lower, strip: strip && normalizer.type !== 'Lowercase' })
    const pieces: Piece[] = []
    for (const [begin, end] of bertWords(folded.text)) cutWord(folded, begin, end, pieces)
    return pieces
  }

  function cutWord({ text, from, to }: Folded, begin: number, end: number, pieces: Piece[]): void {
    const whole = { id: unk, start: from[begin]!, end: to[end - 1]! }
    if (end - begin > longest) {
      pieces.push(whole)
      return
    }
    const own: Piece[] = []
    for (let at = begin; at < end; ) {
      let stop = end
      let id: number | undefined
      for (; stop > at; stop--) {
        id = vocab.get((at > begin ? prefix : '') + text.slice(at, stop))
        if (id !== undefined) break
      }
      if (id === undefined) {
        pieces.push(whole)
        return
      }
      own.push({ id, start: from[at]!, end: to[stop - 1]! })
      at = stop
    }
    pieces.push(...own)
  }
}

/** Words and single marks, as `[begin, end)`. */
function* bertWords(text: string): Generator<readonly [number, number]> {
  let begin = -1
  let at = 0
  for (const character of text) {
    const end = at + character.length
    const isSpace = space.test(character)
    const alone = !isSpace && (mark.test(character) || ideograph.test(character))
    if ((isSpace || alone || control.test(character)) && begin >= 0) {
      yield [begin, at]
      begin = -1
    }
    if (alone) yield [at, end]
    else if (!isSpace && !control.test(character) && begin < 0) begin = at
    at = end
  }
  if (begin >= 0) yield [begin, at]
}

// -- byte-level BPE (Sennrich et al. 2016; bytes as in GPT-2) --------------------------------------------------------------

function usesBytes(root: Json): boolean {
  const given = object(root.pre_tokenizer)
  const steps = Array.isArray(given.pretokenizers) ? (given.pretokenizers as Json[]) : [given]
  return steps.length > 0 && steps.every((step) => object(step).type === 'ByteLevel')
}

const gptWords = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

/** A visible character for each byte. */
const byteCharacters: readonly string[] = (() => {
  const visible = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(visible(byte) ? byte : next++))
})()

function byteBpe(vocab: ReadonlyMap<string, number>, model: Json, root: Json): (text: string) => Piece[] {
  if (root.normalizer !== null && root.normalizer !== undefined) return unknown('normalizer')
  const merges = Array.isArray(model.merges) ? (model.merges as unknown[]) : unknown('merges')
  const ranks = new Map(
    merges.map((pair, rank) => [typeof pair === 'string' ? pair : (pair as string[]).join(' '), rank]),
  )
  const given = object(root.pre_tokenizer)
  const step = Array.isArray(given.pretokenizers) ? object(given.pretokenizers[0]) : given
  const leading = step.add_prefix_space === true
  const encoder = new TextEncoder()
  return (text) => {
    const shift = leading && text !== '' && !space.test(text[0]!) ? 1 : 0
    const whole = shift === 1 ? ` ${text}` : text
    const pieces: Piece[] = []
    for (const match of whole.matchAll(gptWords)) {
      let at = match.index
      const symbols: { text: string; start: number; end: number }[] = []
      for (const character of match[0]) {
        const end = at + character.length
        for (const byte of encoder.encode(character))
          symbols.push({ text: byteCharacters[byte]!, start: at - shift, end: end - shift })
        at = end
      }
      for (const { text: symbol, start, end } of merged(symbols, ranks)) {
        const id = vocab.get(symbol)
        if (id === undefined) throw new TokenizerUnknown('a byte is not in the vocabulary')
        pieces.push({ id, start: Math.max(0, start), end: Math.max(0, end) })
      }
    }
    return pieces
  }
}

/** A word longer than this is cut, so that its cost stays bounded. */
const LONGEST = 200

function merged<S extends { text: string; start: number; end: number }>(
  symbols: readonly S[],
  ranks: ReadonlyMap<string, number>,
): { text: string; start: number; end: number }[] {
  if (symbols.length > LONGEST) {
    const out = []
    for (let i = 0; i < symbols.length; i += LONGEST) out.push(...merged(symbols.slice(i, i + LONGEST), ranks))
    return out
  }
  const parts: { text: string; start: number; end: number }[] = [...symbols]
  for (;;) {
    let best = -1
    let lowest = Number.POSITIVE_INFINITY
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = ranks.get(`${parts[i]!.text} ${parts[i + 1]!.text}`)
      if (rank !== undefined && rank < lowest) {
        lowest = rank
        best = i
      }
    }
    if (best < 0) return parts
    const [a, b] = [parts[best]!, parts[best + 1]!]
    parts.splice(best, 2, { text: a.text + b.text, start: a.start, end: b.end })
  }
}
