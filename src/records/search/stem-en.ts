/**
 * The English stemmer of Snowball ("Porter2"), https://snowballstem.org/algorithms/english/stemmer.html: words with the
 * same beginning of meaning get the same stem. The steps are numbered as there.
 */
const VOWEL = /[aeiouy]/
const DOUBLE = /(bb|dd|ff|gg|mm|nn|pp|rr|tt)$/

const wholes: Readonly<Record<string, string>> = {
  skis: 'ski',
  skies: 'sky',
  idly: 'idl',
  gently: 'gentl',
  ugly: 'ugli',
  early: 'earli',
  only: 'onli',
  singly: 'singl',
  sky: 'sky',
  news: 'news',
  howe: 'howe',
  atlas: 'atlas',
  cosmos: 'cosmos',
  bias: 'bias',
  andes: 'andes',
}
const afterStep1a: ReadonlySet<string> = new Set(
  'inning outing canning herring earring proceed exceed succeed'.split(' '),
)

const step2: readonly (readonly [string, string])[] = [
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['iveness', 'ive'],
  ['ization', 'ize'],
  ['ousness', 'ous'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['tional', 'tion'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ation', 'ate'],
  ['entli', 'ent'],
  ['fulli', 'ful'],
  ['iviti', 'ive'],
  ['ousli', 'ous'],
  ['abli', 'able'],
  ['alli', 'al'],
  ['anci', 'ance'],
  ['ator', 'ate'],
  ['enci', 'ence'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['ogi', 'og'],
  ['li', ''],
]
const step3: readonly (readonly [string, string])[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['ative', ''],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
]
const step4 = 'ement ance ence able ible ment ant ent ism ate iti ous ive ize ion al er ic'.split(' ')

/** `word` in lower case, letters and apostrophes only. */
export function stemEnglish(word: string): string {
  let w = word.replace(/[’‘]/g, "'").replace(/^'/, '')
  if (w.length <= 2) return w
  const whole = wholes[w]
  if (whole !== undefined) return whole
  // A y that is a consonant is written Y while the steps run.
  w = w.replace(/^y/, 'Y').replace(/([aeiouy])y/g, '$1Y')
  const [r1, r2] = regions(w)
  w = w.replace(/('s'|'s|')$/, '')
  w = plural(w)
  if (afterStep1a.has(w)) return w.toLowerCase()
  w = past(w, r1)
  // 1c
  if (/..[yY]$/.test(w) && /[^aeiouy][yY]$/.test(w)) w = `${w.slice(0, -1)}i`
  w = replaceIn(w, step2, r1, (stem, ending) => {
    if (ending === 'ogi') return stem.endsWith('l')
    return ending !== 'li' || /[cdeghkmnrt]$/.test(stem)
  })
  w = replaceIn(w, step3, r1, (stem, ending) => ending !== 'ative' || stem.length >= r2)
  // 4
  const ending = step4.find((one) => w.endsWith(one))
  if (ending !== undefined) {
    const stem = w.slice(0, -ending.length)
    if (stem.length >= r2 && (ending !== 'ion' || /[st]$/.test(stem))) w = stem
  }
  // 5
  if (w.endsWith('e')) {
    const stem = w.slice(0, -1)
    if (stem.length >= r2 || (stem.length >= r1 && !endsShort(stem))) w = stem
  } else if (w.endsWith('ll') && w.length - 1 >= r2) w = w.slice(0, -1)
  return w.toLowerCase()
}

/** Where R1 and R2 begin: after the first consonant that follows a vowel, and the same again. */
function regions(w: string): [number, number] {
  const prefix = /^(gener|commun|arsen)/.exec(w)
  const r1 = prefix ? prefix[0].length : afterSyllable(w, 0)
  return [r1, afterSyllable(w, r1)]
}

function afterSyllable(w: string, from: number): number {
  const found = /[aeiouy][^aeiouy]/.exec(w.slice(from))
  return found ? from + found.index + 2 : w.length
}

/** 1a */
function plural(w: string): string {
  if (w.endsWith('sses')) return w.slice(0, -2)
  if (/(ied|ies)$/.test(w)) return w.length > 4 ? w.slice(0, -2) : w.slice(0, -1)
  if (/(us|ss)$/.test(w)) return w
  return /[aeiouy].+s$/.test(w) ? w.slice(0, -1) : w
}

/** 1b */
function past(w: string, r1: number): string {
  const eed = /(eedly|eed)$/.exec(w)
  if (eed) return eed.index >= r1 ? `${w.slice(0, eed.index)}ee` : w
  const ed = /(ingly|edly|ing|ed)$/.exec(w)
  if (!ed || !VOWEL.test(w.slice(0, ed.index))) return w
  const stem = w.slice(0, ed.index)
  if (/(at|bl|iz)$/.test(stem)) return `${stem}e`
  if (DOUBLE.test(stem)) return stem.slice(0, -1)
  return stem.length <= r1 && endsShort(stem) ? `${stem}e` : stem
}

/** Ends in a short syllable: consonant, vowel, consonant other than w, x and Y; or vowel and consonant at the beginning. */
const endsShort = (w: string) => /(^|.*[^aeiouy])[aeiouy][^aeiouywxY]$/.test(w) || /^[aeiouy][^aeiouy]$/.test(w)

function replaceIn(
  w: string,
  endings: readonly (readonly [string, string])[],
  region: number,
  holds: (stem: string, ending: string) => boolean,
): string {
  const found = endings.find(([ending]) => w.endsWith(ending))
  if (found === undefined) return w
  const stem = w.slice(0, -found[0].length)
  return stem.length >= region && holds(stem, found[0]) ? stem + found[1] : w
}
