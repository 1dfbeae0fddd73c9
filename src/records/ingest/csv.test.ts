import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type CsvRow, createCsvReader, guessDelimiter } from './csv.ts'

function read(
  text: string,
  options: { delimiter?: string; pieces?: readonly number[]; rowCharacters?: number } = {},
): CsvRow[] {
  const reader = createCsvReader({ delimiter: options.delimiter ?? ',', rowCharacters: options.rowCharacters ?? 1000 })
  const rows: CsvRow[] = []
  let from = 0
  for (const size of options.pieces ?? []) {
    rows.push(...reader.push(text.slice(from, from + size)))
    from += size
  }
  rows.push(...reader.push(text.slice(from)))
  return [...rows, ...reader.end()]
}
const cellsOf = (rows: readonly CsvRow[]) => rows.map((row) => ('cells' in row ? row.cells : row.problem))

describe('CSV', () => {
  const table: readonly (readonly [string, string, (readonly string[] | string)[]])[] = [
    [
      'a quoted cell may hold delimiters, quotes and line breaks',
      'a,"b, ""c""\n\td"\ne,f\n',
      [
        ['a', 'b, "c"\n\td'],
        ['e', 'f'],
      ],
    ],
    [
      'lines may end in CR alone',
      'a,b\rc,d\r',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'lines may end in CRLF',
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'empty cells stay in their column',
      'a,,\n,,b\n',
      [
        ['a', '', ''],
        ['', '', 'b'],
      ],
    ],
    [
      'a quote inside an unquoted cell is a letter',
      'a,5" scherm\nb,c',
      [
        ['a', '5" scherm'],
        ['b', 'c'],
      ],
    ],
    ['a quote that never closes costs its own line only', 'a,"b\nc,d\ne,f', ['quote_unclosed', ['c', 'd'], ['e', 'f']]],
    ['text after a closing quote costs its own line only', 'a,"b"x\nc,d', ['quote_misplaced', ['c', 'd']]],
    [
      'a lone quote that pairs with a later one does not shift columns',
      'a,"b\nc,"d"\ne,f',
      ['quote_misplaced', ['c', 'd'], ['e', 'f']],
    ],
    [
      'blank lines are no rows',
      'a,b\n\n\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
  ]
  for (const [name, text, expected] of table) test(name, () => assert.deepEqual(cellsOf(read(text)), expected))

  test('a row is reported at its first line', () => {
    assert.deepEqual(
      read('a,b\n"x\ny",z\nc,"d').map((row) => row.line),
      [1, 2, 4],
    )
  })

  test('what was written is read back, however the text is cut', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ';', ' ', '😀') })
    const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(
        rows,
        fc.array(fc.nat(5), { maxLength: 60 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (table, pieces, end) => {
          const text = table.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join(end)
          assert.deepEqual(cellsOf(read(text, { pieces })), table)
        },
      ),
    )
  })

  test('no text makes it fall over, and no row gets lost in silence', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r') })
    fc.assert(
      fc.property(texts, fc.array(fc.nat(4), { maxLength: 30 }), (text, pieces) => {
        const whole = cellsOf(read(text))
        assert.deepEqual(cellsOf(read(text, { pieces })), whole)
        const letters = (value: string) => value.replace(/[^a]/g, '').length
        if (whole.every((row) => typeof row !== 'string')) assert.equal(letters(whole.flat().join('')), letters(text))
      }),
    )
  })

  test('a row without end is given up and the next line is read', () => {
    const rows = read(`${'x'.repeat(5000)}\na,b\n`, { pieces: [100, 2000, 2500], rowCharacters: 1000 })
    assert.deepEqual(cellsOf(rows), ['line_too_long', ['a', 'b']])
  })

  test('the delimiter is the one the header uses', () => {
    assert.equal(guessDelimiter('id;rol;tekst\n1;a;b,c,d,e'), ';')
    assert.equal(guessDelimiter('id\trole\ttext'), '\t')
    assert.equal(guessDelimiter('"a;b;c;d",e,f'), ',')
    assert.equal(guessDelimiter('alleen'), ',')
  })
})
