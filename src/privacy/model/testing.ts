/** For tests of the model tier: a model that says what it is told, and a tiny real one that is written by hand. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Label } from '../personal-data.ts'
import type { ModelSpan, NameModel } from './model.ts'

/** Finds these words wherever they stand; `fails` makes it reject. */
export function scriptedModel(
  words: Readonly<Record<string, Label>>,
  { id = 'proef@000000000000', fails }: { readonly id?: string; readonly fails?: () => Error | undefined } = {},
): NameModel & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    id,
    asked,
    async find(texts) {
      const failed = fails?.()
      if (failed) throw failed
      asked.push(...texts)
      return texts.map((text) =>
        Object.entries(words).flatMap(([word, label]): ModelSpan[] => {
          const start = text.indexOf(word)
          return start < 0 ? [] : [{ start, end: start + word.length, label, confidence: 0.8 }]
        }),
      )
    },
    close: async () => {},
  }
}

// -- protobuf (protobuf.dev/programming-guides/encoding) and ONNX (onnx/onnx.proto) by hand --------------------------------

function varint(n: number): number[] {
  const bytes = []
  for (let rest = n; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) + 128)
  }
}
const number = (field: number, value: number): Buffer => Buffer.from([...varint(field * 8), ...varint(value)])
function bytes(field: number, value: string | Buffer): Buffer {
  const content = Buffer.from(value)
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(content.length)]), content])
}
const message = (field: number, ...parts: readonly Buffer[]): Buffer => bytes(field, Buffer.concat(parts))

const FLOAT = 1
const INT64 = 7

function valueInfo(field: number, name: string, type: number, shape: readonly (string | number)[]): Buffer {
  const dims = shape.map((dim) => message(1, typeof dim === 'number' ? number(1, dim) : bytes(2, dim)))
  return message(field, bytes(1, name), message(2, message(1, number(1, type), message(2, ...dims))))
}

/** One `Gather`: the scores of a piece are a row of a table. */
export function gatherModel(table: readonly (readonly number[])[]): Buffer {
  const labels = table[0]!.length
  const raw = Buffer.from(new Float32Array(table.flat()).buffer)
  const graph = [
    message(1, bytes(1, 'table'), bytes(1, 'input_ids'), bytes(2, 'logits'), bytes(4, 'Gather')),
    bytes(2, 'proef'),
    message(5, number(1, table.length), number(1, labels), number(2, FLOAT), bytes(8, 'table'), bytes(9, raw)),
    ...['input_ids', 'attention_mask', 'token_type_ids'].map((name) => valueInfo(11, name, INT64, ['batch', 'length'])),
    valueInfo(12, 'logits', FLOAT, ['batch', 'length', labels]),
  ]
  return Buffer.concat([number(1, 8), bytes(2, 'waarborg'), message(7, ...graph), message(8, number(2, 13))])
}

export const wordPieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'ik', 'ben', 'jan', '##sen', 'de', 'wit', '.', 'x']

export const wordPieceFile = {
  normalizer: { type: 'BertNormalizer', clean_text: true, lowercase: true, strip_accents: null },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(wordPieces.map((word, id) => [word, id])),
  },
}

/** A folder with a model that takes "jan" as the begin of a name, and "##sen", "de" and "wit" as more of one. */
export function writeModel(folder: string): void {
  const scores = (word: string): number[] =>
    word === 'jan' ? [0, 6, 0, 0] : ['##sen', 'de', 'wit'].includes(word) ? [0, 0, 6, 0] : [6, 0, 0, 0]
  mkdirSync(join(folder, 'onnx'), { recursive: true })
  writeFileSync(join(folder, 'onnx', 'model.onnx'), gatherModel(wordPieces.map(scores)))
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(wordPieceFile))
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      model_type: 'bert',
      max_position_embeddings: 64,
      id2label: { 0: 'O', 1: 'B-PER', 2: 'I-PER', 3: 'B-ORG' },
    }),
  )
}
