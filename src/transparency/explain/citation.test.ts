import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { checkCitation } from './citation.ts'

const source =
  'U kunt binnen 14 dagen\n   opzeggen. Dat geldt niet voor ‘Zonnestroom Vast’; daar is de termijn één maand.'
const version = createHash('sha256').update(source).digest('hex')
const at = (quote: string, of = source) => {
  const found = checkCitation(quote, of, version)
  return found.citation === 'occurs' ? source.slice(found.start, found.end) : found.reason
}

describe('a quote', () => {
  for (const [what, quote, found] of [
    ['as it stands', 'binnen 14 dagen', 'binnen 14 dagen'],
    ['over other spacing', 'dagen opzeggen.', 'dagen\n   opzeggen.'],
    ['with other quotation marks', "voor 'Zonnestroom Vast'", 'voor ‘Zonnestroom Vast’'],
    ['at the very end', 'één maand.', 'één maand.'],
    ['with another number', 'binnen 15 dagen', 'quote_absent'],
    ['that cuts a number', 'binnen 1', 'quote_absent'],
    ['that cuts a word', 'opzeg', 'quote_absent'],
    ['that leaves words out', 'U kunt opzeggen', 'quote_absent'],
    ['in other letters', 'een maand', 'quote_absent'],
    ['of nothing', ' \n ', 'quote_empty'],
  ] as const)
    test(`${what}: ${found.replace(/\s+/g, ' ')}`, () => assert.equal(at(quote), found))
  test('of another version of the source does not count', () =>
    assert.equal(at('binnen 14 dagen', source.replace('niet', 'wel')), 'source_differs'))
})
