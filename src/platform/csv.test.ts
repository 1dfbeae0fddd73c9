import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cellText, csvCell, csvText } from './csv.ts'

describe('CSV as we write it', () => {
  for (const [value, cell] of [
    ['plain', 'plain'],
    ['a, b', '"a, b"'],
    ['say "no"', '"say ""no"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['=1+1', "'=1+1"],
    ['@cmd,x', '"\'@cmd,x"'],
    ['-3', "'-3"],
    ["'=1", "''=1"],
    ["'s avonds", "'s avonds"],
    ['', ''],
    [null, ''],
  ] as const)
    test(`${JSON.stringify(value)} is ${JSON.stringify(cell)}`, () => assert.equal(csvCell(value), cell))

  test('no cell begins as a formula, and each reads back as it was', () => {
    const unquoted = (cell: string) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)
    const start = fc.constantFrom('', "'", "''", '=', '+', '-', '@', '\t', '\r', '"')
    fc.assert(
      fc.property(start, start, fc.string(), (one, other, rest) => {
        const value = one + other + rest
        const read = unquoted(csvCell(value))
        return !/^[=+\-@\t\r]/.test(read) && cellText(read) === value
      }),
    )
  })

  test('every line ends with CRLF', () => assert.equal(csvText(['a', 'b'], [['1', null]]), 'a,b\r\n1,\r\n'))
})
