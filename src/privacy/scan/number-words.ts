/** Numbers as they are said, in Dutch and English. */

/**
 * `unit` 0-9, `teen` 10-19, `tens` 20-90, `pair` 21-99 in one word, `large` 100 and up in one word, `hundred` and
 * `thousand` multiply what stands before, `times` repeats what comes after (double, triple).
 */
export type NumberRank = 'unit' | 'teen' | 'tens' | 'pair' | 'large' | 'hundred' | 'thousand' | 'times'
export type NumberWord = {
  readonly digits: string
  readonly rank: NumberRank
  /** The word is also an article, a pronoun or something else: counts only beside a sure number word. */
  readonly unsure?: true
}

const nlUnits = ['nul', 'een', 'twee', 'drie', 'vier', 'vijf', 'zes', 'zeven', 'acht', 'negen']
const nlTeens = 'tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien'.split(' ')
const nlTens = 'twintig dertig veertig vijftig zestig zeventig tachtig negentig'.split(' ')
const enUnits = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const enTeens = 'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ')
const enTens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

/** Number words below 100 plus multipliers, keys in lower case without diacritics ("drieënveertig" is "drieenveertig"). */
export const numberWords: ReadonlyMap<string, NumberWord> = build()

function build(): Map<string, NumberWord> {
  const words = new Map<string, NumberWord>()
  const row = (list: readonly string[], first: number, step: number, rank: NumberRank): void => {
    list.forEach((word, i) => {
      words.set(word, { digits: String(first + i * step), rank })
    })
  }
  row(nlUnits, 0, 1, 'unit')
  row(enUnits, 0, 1, 'unit')
  row(nlTeens, 10, 1, 'teen')
  row(enTeens, 10, 1, 'teen')
  row(nlTens, 20, 10, 'tens')
  row(enTens, 20, 10, 'tens')
  nlTens.forEach((tens, t) => {
    for (let unit = 1; unit <= 9; unit++) {
      words.set(`${nlUnits[unit]}en${tens}`, { digits: String(20 + 10 * t + unit), rank: 'pair' })
    }
  })
  enTens.forEach((tens, t) => {
    for (let unit = 1; unit <= 9; unit++) {
      words.set(`${tens}${enUnits[unit]}`, { digits: String(20 + 10 * t + unit), rank: 'pair' })
    }
  })
  for (const [word, digits] of [
    ['een', '1'],
    ['one', '1'],
    ['oh', '0'],
    ['o', '0'],
    ['ten', '10'],
  ] as const) {
    words.set(word, { digits, rank: digits.length === 1 ? 'unit' : 'teen', unsure: true })
  }
  words.set('fourty', { digits: '40', rank: 'tens' })
  words.set('zeve', { digits: '7', rank: 'unit' })
  words.set('nought', { digits: '0', rank: 'unit' })
  words.set('honderd', { digits: '100', rank: 'hundred' })
  words.set('hundred', { digits: '100', rank: 'hundred' })
  words.set('duizend', { digits: '1000', rank: 'thousand' })
  words.set('thousand', { digits: '1000', rank: 'thousand' })
  for (const word of ['dubbel', 'dubbele', 'double']) words.set(word, { digits: '2', rank: 'times', unsure: true })
  for (const word of ['driedubbel', 'triple', 'treble']) words.set(word, { digits: '3', rank: 'times', unsure: true })
  return words
}

/**
 * Dutch number of 100 and up written as one word: "honderdnegentien", "tweeduizend", "negentienhonderdtachtig". Undefined
 * for every other word. Words longer than any number below 10,000 are not looked at.
 */
export function largeNumberWord(word: string): NumberWord | undefined {
  if (word.length > 48) return undefined
  const value = numberOf(word)
  return value === undefined || value < 100 ? undefined : { digits: String(value), rank: 'large' }
}

function numberOf(word: string): number | undefined {
  for (const [name, factor] of [
    ['duizend', 1000],
    ['honderd', 100],
  ] as const) {
    const at = word.indexOf(name)
    if (at < 0) continue
    const before = at === 0 ? 1 : small(word.slice(0, at))
    const rest = word.slice(at + name.length).replace(/^en(?=.)/, '')
    const after = rest === '' ? 0 : (small(rest) ?? (factor === 1000 ? numberOf(rest) : undefined))
    return before === undefined || after === undefined ? undefined : before * factor + after
  }
  return undefined
}

function small(word: string): number | undefined {
  const found = numberWords.get(word)
  return found === undefined || found.rank === 'hundred' || found.rank === 'thousand' || found.rank === 'times'
    ? undefined
    : Number(found.digits)
}

const nlOrdinals =
  'eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende vijftiende zestiende zeventiende achttiende negentiende twintigste'
const enOrdinals =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'

/** Ordinals as they stand in a date, 1 to 31: "zevenentwintigste", "thirtieth"; "twenty first" is two words. */
export const ordinals: ReadonlyMap<string, number> = new Map([
  ...nlOrdinals.split(' ').map((word, i) => [word, i + 1] as const),
  ...enOrdinals.split(' ').map((word, i) => [word, i + 1] as const),
  ...nlUnits.slice(1).map((unit, i) => [`${unit}entwintigste`, 21 + i] as const),
  ['dertigste', 30],
  ['eenendertigste', 31],
  ['thirtieth', 30],
])
