/** Do the words of a platform say that emotions are estimated, or that people are sorted by their voice or body? */
import { optOutWords, type SecondNotice } from './disclosure.ts'
import { mentionsComputerIn, saysWord } from './disclosure-check.ts'

/** What a second notice must hold and these words do not, in the order in which it is named to people. */
export type MissingNoticePart = 'computer' | SecondNotice | 'optOut'

/**
 * Beginnings of the words by which the subject is known, in the languages of disclosure-words.ts. One is enough: what matters is
 * that a customer hears it named.
 */
const subjects: Readonly<Record<SecondNotice, RegExp>> = {
  emotion:
    /(^|[^\p{L}])(emo[cçtz]|émo|gevoel|voelt|stemming|boos|blij|feel|mood|angry|happy|gefuhl|gefühl|stimmung|sentim|humeur|uczuc|nastroj|duygu)/iu,
  biometric:
    /(^|[^\p{L}])(biom|stem|gezicht|lichaam|kenmerk|voice|face|body|stimme|gesicht|voix|visage|voz|cara|glos|twarz|ses|yuz)/iu,
}

/** Beginnings of what refusing is called in these languages. */
const refusals =
  /(^|[^\p{L}])(weiger|bezwaar|uitzet|zet(ten)? .{0,20}uit|stop|refuse|object|switch .{0,20}off|turn .{0,20}off|opt|ablehn|widersprech|abschalt|refus|opposer|rechaz|oponer|odmow|sprzeciw|reddet|itiraz)/iu

/**
 * AI Act art. 50(3): who is exposed to emotion recognition or biometric categorisation is told that it runs
 * (https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32024R1689#art_50). That it is a computer that does so and how to have it
 * switched off are asked of our own accord. Empty when all is there.
 */
export function checkSecondNotice(
  kind: SecondNotice,
  text: string,
  { language, optOutWord }: { readonly language: string; readonly optOutWord: string | undefined },
): MissingNoticePart[] {
  const missing: MissingNoticePart[] = []
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '')
  if (!mentionsComputerIn(text, language)) missing.push('computer')
  if (!subjects[kind].test(text) && !subjects[kind].test(plain)) missing.push(kind)
  const words = [optOutWord, ...Object.values(optOutWords)].filter((word) => word !== undefined)
  if (!words.some((word) => saysWord(text, word)) && !refusals.test(plain)) missing.push('optOut')
  return missing
}
