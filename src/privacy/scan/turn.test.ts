import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lexiconFor } from '../lexicon/lexicon.ts'
import { findDates } from './dates.ts'
import { readTurn, type Turn } from './turn.ts'

const turnOf = (text: string): Turn =>
  readTurn(text, { role: 'customer', channel: 'speech', lexicon: lexiconFor(['nl', 'en']), asked: [] })

describe('numbers, typed and said', () => {
  const cases: readonly (readonly [text: string, ...digits: string[]])[] = [
    ['06-12345678', '0612345678'],
    ['+31 (0)6 1234 5678', '31061234 5678'.replace(' ', '')],
    ['nul zes dubbel een', '0611'],
    ['negentien achtenvijftig', '1958'],
    ['nineteen fifty eight', '1958'],
    ['tweehonderd elf', '211'],
    ['drieëntwintig', '23'],
    ['twenty one', '21'],
    ['oh seven seven double oh', '07700'],
    ['vier vier eh acht', '448'],
    ['een vraag', ...[]],
    ['9999.96.009', '999996009'],
    ['61 8006 QN', '61', '8006'],
  ]
  for (const [text, ...digits] of cases)
    test(`“${text}”`, () =>
      assert.deepEqual(
        turnOf(text).numbers.map((run) => run.digits),
        digits,
      ))

  const quantities: readonly (readonly [text: string, quantity: boolean])[] = [
    ['89,50 euro', true],
    ['€ 100', true],
    ['14 dagen', true],
    ['om 10:45', true],
    ['versie 10.0.19045.3', true],
    ['448812', false],
    ['06 12345678', false],
  ]
  for (const [text, quantity] of quantities)
    test(`“${text}” is ${quantity ? 'a quantity' : 'no quantity'}`, () =>
      assert.equal(turnOf(text).numbers[0]!.quantity, quantity))
})

describe('dates', () => {
  const cases: readonly (readonly [text: string, key: string | undefined])[] = [
    ['3 maart 1958', '1958-3-3'],
    ['03-04-1990', '1990-4-3'],
    ['04/25/1990', '1990-4-25'],
    ['1990-04-05', '1990-4-5'],
    ['April 5, 1990', '1990-4-5'],
    ['the 5th of January 1951', '1951-1-5'],
    ['drie maart negentien achtenvijftig', '1958-3-3'],
    ['12 mei', undefined],
  ]
  for (const [text, key] of cases)
    test(`“${text}”`, () => {
      const dates = findDates(turnOf(text))
      assert.equal(dates.length, 1)
      assert.equal(dates[0]!.key, key)
    })

  for (const text of ['32-13-1990', '1.2.3', 'mei', 'may I'])
    test(`“${text}” is no date`, () => assert.deepEqual(findDates(turnOf(text)), []))
})
