/**
 * Words made comparable: lower case, without accents, without endings. A few endings of Dutch and English are enough to
 * find a short article; what is found is checked by rank, not by this.
 */

const ordinary = {
  nl: 'aan al alle twee drie vier week weken maand jaar dagen lang bitte doet doen ging geef mevrouw meneer huis als altijd andere ben bent bij dan dat de deze die dit doe door dus echt een eens eerst en er even ga gaan gaat geen gewoon goed goede graag had heb hebben hebt heeft hem het hier hij hoe hoor hun iemand iets ik in is ja je jij jou jullie kan komt krijg krijgt kun kunnen kunt ligt maar mag me mee meer mensen met mij mijn moet moeten mn mogen na naar nee net niet niets nog nou nu of om omdat ons onze ook op over sinds staat svp te tegen terug toch toe tot u uit uw uur vaak van vandaag veel voor vraag vragen waar waarom wanneer want waren was wat we weer weet wel welke wie wij wil wilde willen wilt word worden wordt wou zal ze zeg zeggen zei zelf zich zie zij zijn zo zou zouden hallo hoi dag goedendag goedemorgen goedemiddag goedenavond bedankt dank eh uhm',
  en: 'a about after two three week weeks month year days long thing people all also am an and any are as at be because been but by can cannot come could day did do does doing done for from get gets getting go goes going good got had has have he hello her here hi him his how i if in into is it its just know like may me more much my need no not now of ok okay on one only or our out please put really said say see she should so some still tell than thank thanks that the their them then there they thing this to too up us very want wanted was we well went were what when where which who why will with would yes yet you your im ive id dont cant wont isnt hey morning afternoon evening uh um',
} as const
const stopWords = {
  nl: new Set(ordinary.nl.split(' ')),
  en: new Set(ordinary.en.split(' ')),
}

export type StemLanguage = keyof typeof ordinary

export const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()

/** Words and numbers in order; pseudonyms such as `[PERSON_1]` are no words. */
export function wordsOf(text: string): string[] {
  return (
    fold(text.replace(/\[[A-Z]+(_\d+)?\]/g, ' '))
      .replace(/['’]/g, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}

export const isOrdinary = (word: string, language: StemLanguage): boolean => stopWords[language].has(word)

const endings: Readonly<Record<StemLanguage, readonly (readonly [RegExp, string])[]>> = {
  nl: [
    [/(ingen|eren|heden|eerd|tjes|jes|ing|tje|en|je|es|er|e|s|t)$/, ''],
    [/(.)\1$/, '$1'],
    [/v$/, 'f'],
    [/z$/, 's'],
    [/(?<=[bcdfghjklmnpqrstvwxz])(aa|ee|oo|uu)(?=[bcdfghjklmnpqrstvwxz]$)/, '$1'],
  ],
  en: [
    [/(ings|ing|edly|ed|ies|ment|ly|es|s|e)$/, ''],
    [/(.)\1$/, '$1'],
    [/y$/, 'i'],
  ],
}

/** A word's stem; words under four letters stay as they are. */
export function stem(word: string, language: StemLanguage): string {
  if (word.length < 4 || /\d/.test(word)) return word
  let out = word
  for (const [ending, by] of endings[language]) {
    const shorter = out.replace(ending, by)
    if (shorter.length >= 3) out = shorter
  }
  // Long vowels are written once in an open syllable: "betalen", "betaal".
  return language === 'nl' ? out.replace(/([aeou])\1(?=[^aeiou]*$)/, '$1') : out
}

/** Stems of the words that carry meaning. */
export function termsOf(text: string, language: StemLanguage): string[] {
  return wordsOf(text)
    .filter((word) => word.length > 1 && !/^\d+$/.test(word) && !isOrdinary(word, language))
    .map((word) => stem(word, language))
}
