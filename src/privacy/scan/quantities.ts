import { bit } from '../lexicon/lexicon.ts'
import { currencySigns } from '../lexicon/small-words.ts'
import type { NumberRun } from './numbers.ts'
import type { Token } from './tokens.ts'

const versionWords = new Set('versie version firmware build release v ios android windows'.split(' '))
const moneyWords = new Set('eur euro usd gbp rs bedrag amount'.split(' '))
const rates = new Set('per a an each'.split(' '))
const periods = new Set('jaar year years maand month week dag day uur hour kwartaal quarter'.split(' '))

/** Whether a number is an amount, a measure, a time, a count or a version: explained, so no identifier. */
export function isQuantity(tokens: readonly Token[], run: NumberRun): boolean {
  const before = tokens[run.from - 1]
  const after = tokens[run.to]
  if (
    before !== undefined &&
    tokens[run.from]!.gap < 2 &&
    (currencySigns.includes(before.lower) || moneyWords.has(before.lower))
  )
    return true
  if (after !== undefined && after.gap < 2) {
    if ((after.bits & bit.unit) !== 0 || '%°€$£'.includes(after.lower)) return true
    if (after.lower === ':' && after.gap === 0 && tokens[run.to + 1]?.kind === 'digits') return true
    if (isCount(tokens, run)) return true
  }
  return isDecimal(run) || isVersion(tokens, run) || isHour(tokens, run)
}

/** A noun and a rate follow: "123456789 bezoekjes per jaar". */
function isCount(tokens: readonly Token[], run: NumberRun): boolean {
  const noun = tokens[run.to]!
  if (
    noun.kind !== 'word' ||
    run.digits.startsWith('0') ||
    (noun.bits & (bit.function | bit.reply | bit.capital)) !== 0
  )
    return false
  const rate = tokens[run.to + 1]
  const period = tokens[run.to + 2]
  return rate !== undefined && period !== undefined && rates.has(rate.lower) && periods.has(period.lower)
}

/** "89,50", "1,204,500", "34.95", "13.15". */
function isDecimal(run: NumberRun): boolean {
  if (run.separators.includes(',')) return true
  return run.separators === '.' && run.groups.length === 2 && run.groups[1]!.length <= 2 && run.groups[0]!.length <= 5
}

const partsOfDay = /^(?:am|pm|uur|hours|ochtends?|middags?|avonds?|nachts?|morning|afternoon|evening|night|noon)$/

/** "15 35 afternoon", "0 35 a.m.", "9 20 in the night", "8 15 's avonds". */
function isHour(tokens: readonly Token[], run: NumberRun): boolean {
  const [hour, minute] = run.groups
  if (run.groups.length !== 2 || hour!.length > 2 || minute!.length !== 2 || +hour! > 24 || +minute! > 59) return false
  for (let i = run.to; i < run.to + 3 && i < tokens.length; i++) {
    const { lower, gap } = tokens[i]!
    if (gap === 2) return false
    if (partsOfDay.test(lower) || (/^[ap]$/.test(lower) && tokens[i + 2]?.lower === 'm')) return true
  }
  return false
}

/** "Firmware 7.20.1.3", "10.0.19045.3". */
function isVersion(tokens: readonly Token[], run: NumberRun): boolean {
  for (let i = run.from - 1; i >= Math.max(0, run.from - 2); i--) if (versionWords.has(tokens[i]!.lower)) return true
  const dots = run.separators.split('.').length - 1
  return dots >= 3 && run.groups.some((group) => group.length > 3 && !run.digits.startsWith('0'))
}
