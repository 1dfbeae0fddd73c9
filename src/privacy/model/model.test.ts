import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findPersonalData } from '../find.ts'
import type { Part, RedactionOptions } from '../personal-data.ts'
import { emptyPseudonyms, redact } from '../pseudonyms.ts'
import { labelOfEntity, likeliest, spansOf, unitOffsets, windowsOf } from './entities.ts'
import { ModelFailed, type NameModel, withModel } from './model.ts'
import { scriptedModel, wordPieceFile, wordPieces } from './testing.ts'
import { readTokenizer, TokenizerUnknown } from './tokenizer.ts'

const options: RedactionOptions = { languages: ['nl', 'en'], channel: 'chat', allow: ['Wijkwinkel'] }
const said = (text: string): Part => ({ role: 'customer', kind: 'text', text })
const told = async (parts: readonly Part[], model: NameModel) => {
  const found = findPersonalData(parts, await withModel(parts, options, model))
  return parts.map(({ text }, i) =>
    found[i]!.map(({ start, end, label, reason }) => `${label} ${text.slice(start, end)} ${reason}`),
  )
}

describe('a model beside the rules', () => {
  test('adds what it finds, with its name in the reason, beside what the rules find', async () => {
    const text = 'de rode vlinder zag het, bel 0612345678'
    assert.deepEqual(
      findPersonalData([said(text)], options)[0]!.map(({ label }) => label),
      ['PHONE'],
    )
    const [lines] = await told([said(text)], scriptedModel({ vlinder: 'PERSON' }))
    assert.equal(lines![0], 'PERSON vlinder model:proef@000000000000')
    assert.match(lines![1]!, /^PHONE 0612345678 /)
  })

  test('never takes anything away: whatever it says, what the rules hide stays hidden', async () => {
    const parts = [said('Mijn naam is Klaartje Veenstra, mail k@voorbeeld.nl'), said('0612345678')]
    const alone = redact(parts, emptyPseudonyms(), options).findings
    for (const model of [scriptedModel({}), scriptedModel({ Klaartje: 'CITY', 'voorbeeld.nl': 'URL', '12': 'AGE' })]) {
      const withIt = findPersonalData(parts, await withModel(parts, options, model))
      for (const [i, findings] of alone.entries())
        for (const { start, end } of findings)
          for (let at = start; at < end; at++)
            assert.ok(
              parts[i]!.text[at] === ' ' || withIt[i]!.some((one) => one.start <= at && at < one.end),
              `${i}:${at}`,
            )
    }
  })

  test('hides the whole word, and the same name elsewhere', async () => {
    const [first, second] = await told(
      [said('hier is vlinder'), said('vlinder belt')],
      scriptedModel({ 'hier is vlin': 'PERSON' }),
    )
    assert.deepEqual(first, ['PERSON hier is vlinder model:proef@000000000000'])
    assert.match(second![0]!, /^PERSON vlinder/)
  })

  test('what may stay, stays', async () =>
    assert.deepEqual(await told([said('ik bel de Wijkwinkel')], scriptedModel({ Wijkwinkel: 'PERSON' })), [[]]))

  test('reads the strings of JSON, also inside strings, not its keys and numbers', async () => {
    const text = JSON.stringify({ remark: 'de "vlinder" zei', inner: JSON.stringify({ note: 'ja\nvlinder' }), n: 12 })
    const model = scriptedModel({ vlinder: 'PERSON' })
    const parts: Part[] = [{ role: 'tool', kind: 'json', text }]
    const { texts } = redact(parts, emptyPseudonyms(), await withModel(parts, options, model), findPersonalData)
    assert.deepEqual(model.asked.toSorted(), ['de "vlinder" zei', 'ja\nvlinder'])
    const read = JSON.parse(texts[0]!) as Record<string, string>
    assert.match(read.remark ?? '', /^de "\[PERSON_1\]" zei$/)
    assert.match(read.inner!, /\[PERSON_1\]/)
  })

  for (const [name, spans] of [
    ['a place outside the text', [[{ start: 0, end: 99, label: 'PERSON', confidence: 1 }]]],
    ['a place that ends before it begins', [[{ start: 2, end: 1, label: 'PERSON', confidence: 1 }]]],
    ['half a place', [[{ start: 0.5, end: 2, label: 'PERSON', confidence: 1 }]]],
    ['no confidence', [[{ start: 0, end: 2, label: 'PERSON', confidence: Number.NaN }]]],
    ['fewer lists than texts', []],
  ] as const)
    test(`${name} is no answer`, async () => {
      const model: NameModel = { ...scriptedModel({}), find: async () => spans as never }
      await assert.rejects(
        withModel([said('hallo')], options, model),
        (error) => error instanceof ModelFailed && error.code === 'model_answer',
      )
    })

  test('nothing is asked when there is nothing to read', async () => {
    const model = scriptedModel({}, { fails: () => new ModelFailed('model_failed') })
    assert.equal(await withModel([{ role: 'tool', kind: 'json', text: '{"n":1}' }], options, model), options)
  })
})

describe('WordPiece', () => {
  const { cut, first, last } = readTokenizer(wordPieceFile)
  const words = (text: string) => cut(text).map(({ id, start, end }) => [wordPieces[id], text.slice(start, end)])
  test('cuts words into the longest pieces, each with its place', () =>
    assert.deepEqual(words('Ik ben Jansen.'), [
      ['ik', 'Ik'],
      ['ben', 'ben'],
      ['jan', 'Jan'],
      ['##sen', 'sen'],
      ['.', '.'],
    ]))
  test('a word that it does not know is one piece', () => assert.deepEqual(words('janx'), [['[UNK]', 'janx']]))
  test('accents and case fold, places stay those of the text', () => {
    assert.deepEqual(
      words('JÁN\u0301sen x'),
      [
        ['jan', 'JÁN'],
        ['##sen', 'sen'],
        ['x', 'x'],
      ].map(([piece, text]) => [piece, text === 'JÁN' ? 'JÁN' : text]),
    )
  })
  test('characters beyond 16 bits keep later places right', () =>
    assert.deepEqual(words('😀 jan').at(-1), ['jan', 'jan']))
  test('its ends are those of the file', () => assert.deepEqual([first, last], [2, 3]))
})

describe('byte-level BPE', () => {
  const vocab = ['<s>', '</s>', 'J', 'a', 'n', 'Ja', 'Jan', 'ĠJan', 'Ġ', 'Ã', '©', 'Ã©', '!']
  const file = {
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(vocab.map((word, id) => [word, id])),
      merges: ['J a', ['Ja', 'n'], 'Ġ Jan', 'Ã ©'],
    },
  }
  const words = (text: string, tokenizer = readTokenizer(file)) =>
    tokenizer.cut(text).map(({ id, start, end }) => [vocab[id], text.slice(start, end)])
  test('merges in the order of the file; a space belongs to the word after it', () =>
    assert.deepEqual(words('Jan Jan!'), [
      ['Jan', 'Jan'],
      ['ĠJan', ' Jan'],
      ['!', '!'],
    ]))
  test('a character of several bytes has one place', () => assert.deepEqual(words('é'), [['Ã©', 'é']]))
  test('a leading space of its own is not in the text', () => {
    const leading = readTokenizer({ ...file, pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true } })
    assert.deepEqual(words('Jan', leading), [['ĠJan', 'Jan']])
  })
  test('a word without end costs no more than its length', () =>
    assert.equal(words('aaaa'.repeat(5_000)).length, 20_000))
})

describe('tokenizers that are not read', () => {
  const bert = wordPieceFile
  for (const [name, file] of [
    ['nothing', undefined],
    ['unigram', { model: { type: 'Unigram', vocab: [['a', 0]] } }],
    [
      'BPE without bytes',
      { ...bert, model: { type: 'BPE', vocab: bert.model.vocab, merges: [] }, pre_tokenizer: { type: 'Metaspace' } },
    ],
    ['another normaliser', { ...bert, normalizer: { type: 'NFKC' } }],
    ['without its ends', { ...bert, model: { ...bert.model, vocab: { '[UNK]': 0 } } }],
    ['without the unknown', { ...bert, model: { ...bert.model, unk_token: '?' } }],
  ] as const)
    test(name, () => assert.throws(() => readTokenizer(file), TokenizerUnknown))
})

describe('what a model says', () => {
  for (const [entity, label] of [
    ['B-PER', 'PERSON'],
    ['I-GIVENNAME', 'PERSON'],
    ['US_SSN', 'NATID'],
    ['PHONE_NUMBER', 'PHONE'],
    ['O', undefined],
    ['B-ORG', undefined],
  ] as const)
    test(`${entity} is ${label ?? 'nothing personal'}`, () => assert.equal(labelOfEntity(entity), label))

  test('pieces of one kind are one stretch; a new begin is another', () => {
    const text = 'Jan de Wit Piet'
    const piece = (start: number, end: number) => ({ id: 0, start, end })
    const pieces = [piece(0, 3), piece(3, 6), piece(6, 10), piece(10, 15)]
    const as = (...entities: string[]) => entities.map((entity) => ({ entity, confidence: 0.5 }))
    const words = (...entities: string[]) =>
      spansOf(text, pieces, as(...entities)).map(({ start, end, label }) => `${label} ${text.slice(start, end)}`)
    assert.deepEqual(words('B-PER', 'I-PER', 'I-PER', 'O'), ['PERSON Jan de Wit'])
    assert.deepEqual(words('I-PER', 'O', 'O', 'I-PER'), ['PERSON Jan', 'PERSON Piet'])
    assert.deepEqual(words('B-PER', 'B-ORG', 'O', 'B-LOC'), ['PERSON Jan', 'CITY Piet'])
    assert.deepEqual(words('O', 'O', 'O', 'O'), [])
  })

  test('the likeliest of the scores, as a share of all', () => {
    const { entity, confidence } = likeliest([9, 0, Math.log(3)], 1, ['O', 'B-PER'])
    assert.equal(entity, 'B-PER')
    assert.ok(Math.abs(confidence - 0.75) < 1e-12)
  })

  test('long texts go in windows, and every piece is judged once', () => {
    for (const count of [1, 7, 8, 9, 100, 1_000])
      for (const size of [8, 60, 508]) {
        const judged = windowsOf(count, size).flatMap(({ keepFrom, keepTo, from, to }) => {
          assert.ok(from <= keepFrom && keepTo <= to && to - from <= size)
          return Array.from({ length: keepTo - keepFrom }, (_, i) => keepFrom + i)
        })
        assert.deepEqual(
          judged,
          Array.from({ length: count }, (_, i) => i),
          `${count} in ${size}`,
        )
      }
  })

  test('characters are counted in code units', () => {
    const at = unitOffsets('a😀é')
    assert.deepEqual([0, 1, 2, 3, 4].map(at), [0, 1, 3, 4, undefined])
  })
})
