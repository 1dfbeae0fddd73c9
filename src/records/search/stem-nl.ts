/**
 * The Dutch stemmer of Snowball (Kraaij–Pohlmann is the other one), https://snowballstem.org/algorithms/dutch/stemmer.html. The
 * steps are numbered as there.
 */
const ACCENTS: Readonly<Record<string, string>> = {
  ä: 'a',
  ë: 'e',
  ï: 'i',
  ö: 'o',
  ü: 'u',
  á: 'a',
  é: 'e',
  í: 'i',
  ó: 'o',
  ú: 'u',
}

/** `word` in lower case, letters only. */
export function stemDutch(word: string): string {
  let w = word.replace(/[äëïöüáéíóú]/g, (letter) => ACCENTS[letter]!)
  // A y at the beginning or after a vowel, and an i between vowels, are consonants: written as capitals meanwhile.
  w = w
    .replace(/^y/, 'Y')
    .replace(/([aeiouyè])y/g, '$1Y')
    .replace(/([aeiouyè])i(?=[aeiouyè])/g, '$1I')
  const r1 = Math.max(3, afterSyllable(w, 0))
  const r2 = afterSyllable(w, afterSyllable(w, 0))

  // 1
  const first = /(heden|ene|en|se|s)$/.exec(w)?.[1]
  if (first !== undefined) {
    const stem = w.slice(0, -first.length)
    if (stem.length >= r1) {
      if (first === 'heden') w = `${stem}heid`
      else if (first === 'en' || first === 'ene') {
        if (endsInValidEn(stem)) w = undouble(stem)
      } else if (/[^aeiouyèj]$/.test(stem)) w = stem
    }
  }
  // 2
  let removedE = false
  if (w.endsWith('e') && w.length - 1 >= r1 && /[^aeiouyè]e$/.test(w)) {
    w = undouble(w.slice(0, -1))
    removedE = true
  }
  // 3a
  if (w.endsWith('heid') && w.length - 4 >= r2 && !w.endsWith('cheid')) {
    w = w.slice(0, -4)
    if (w.endsWith('en') && w.length - 2 >= r1 && endsInValidEn(w.slice(0, -2))) w = undouble(w.slice(0, -2))
  }
  // 3b
  const derived = /(baar|lijk|bar|end|ing|ig)$/.exec(w)?.[1]
  if (derived !== undefined) {
    const stem = w.slice(0, -derived.length)
    if (stem.length >= r2) {
      if (derived === 'end' || derived === 'ing') {
        const ig = stem.endsWith('ig') && stem.length - 2 >= r2 && !stem.endsWith('eig')
        w = ig ? stem.slice(0, -2) : undouble(stem)
      } else if (derived === 'ig') {
        if (!stem.endsWith('e')) w = stem
      } else if (derived === 'lijk') {
        w = stem
        if (w.endsWith('e') && w.length - 1 >= r1 && /[^aeiouyè]e$/.test(w)) w = undouble(w.slice(0, -1))
      } else if (derived === 'baar' || removedE) w = stem
    }
  }
  // 4
  const doubled = /([^aeiouyè])(aa|ee|oo|uu)([^aeiouyèI])$/.exec(w)
  if (doubled) w = `${w.slice(0, doubled.index)}${doubled[1]}${doubled[2]![0]}${doubled[3]}`
  return w.toLowerCase()
}

function afterSyllable(w: string, from: number): number {
  const found = /[aeiouyè][^aeiouyè]/.exec(w.slice(from))
  return found ? from + found.index + 2 : w.length
}

const endsInValidEn = (stem: string) => /[^aeiouyè]$/.test(stem) && !stem.endsWith('gem')
const undouble = (w: string) => (/(kk|dd|tt)$/.test(w) ? w.slice(0, -1) : w)
