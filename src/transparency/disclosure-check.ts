/** Do the words of a platform say enough? Looks for words and their denial; it does not understand. */
import type { DisclosureChannel } from './disclosure.ts'
import { contrast, made, towards, type Words, wordsFor } from './disclosure-words.ts'

/**
 * What a disclosure must hold and these words do not. `human_claim`: they say that it is a person who speaks. In the
 * order in which they are named to people.
 */
export type MissingPart = 'computer' | 'organisation' | 'person' | 'human_claim'

export type CheckFacts = {
  readonly channel: DisclosureChannel
  /** BCP 47; words of Dutch, English, German, French, Spanish, Polish and Turkish are known, of others all are tried. */
  readonly language: string
  /** Names under which the organisation is known to its customers; one of them must be said. */
  readonly organisation: readonly string[]
  readonly humanWord: string
}

/**
 * Do these words tell that a computer is speaking, of which organisation, and how to reach a person? Empty when they
 * do. Helping a member of staff (`agent_assist`) needs the first only, as the customer has a person already; an e-mail
 * may instead of a way to a person say that a person has read it. This checks for words, it does not understand: it
 * may refuse a good sentence, and the organisation's own model sentence always passes.
 */
export function checkDisclosure(
  text: string,
  { channel, language, organisation, humanWord }: CheckFacts,
): MissingPart[] {
  const named = namedOrganisation(text, organisation)
  const sentences = sentencesOf(named.rest)
  const words = wordsFor(language)
  const missing: MissingPart[] = []
  if (!sentences.some((sentence) => mentionsComputer(sentence, words))) missing.push('computer')
  if (channel !== 'agent_assist' && !named.found) missing.push('organisation')
  if (!offersPerson(sentences, words, channel, fold(humanWord))) missing.push('person')
  if (sentences.some((sentence) => claimsHuman(sentence, words))) missing.push('human_claim')
  return missing
}

/** Is a computer or AI named in these words, and not denied? */
export function mentionsComputerIn(text: string, language: string): boolean {
  const words = wordsFor(language)
  return sentencesOf(text).some((sentence) => mentionsComputer(sentence, words))
}

/** Is this word, or these in a row, said somewhere? */
export function saysWord(text: string, word: string): boolean {
  return sentencesOf(text).some((sentence) => placesOf(sentence, word).length > 0)
}

/** How many words may stand between a denial and what it denies: "not a", "geen echte", "not chatting with a". */
const DENIAL_REACH = 4

/** A machine is named and not denied. The letters AI count as such; in lower case only before a word (`ai assistent`). */
function mentionsComputer(sentence: Sentence, { computer, not }: Words): boolean {
  const named = [...computer.flatMap((word) => placesOf(sentence, word)), ...aiPlaces(sentence)]
  return named.some((at) => !denied(sentence, at, not))
}

const afterAi = /^(assist|agent|bot|chat|computer|model|program|stem|system|voice|telefo|technolog|hulp)/

function aiPlaces({ tokens, original }: Sentence): number[] {
  return tokens.flatMap((token, i) => {
    if (token !== 'ai') return []
    return original[i] === 'AI' || afterAi.test(tokens[i + 1] ?? '') ? [i] : []
  })
}

function denied({ tokens }: Sentence, at: number, not: readonly string[]): boolean {
  for (let i = at - 1; i >= Math.max(0, at - 1 - DENIAL_REACH); i--) {
    const token = tokens[i] ?? ''
    if (contrast.has(token)) return false
    if (not.includes(token)) return true
  }
  return false
}

/**
 * Is one of the names said, as whole words, written together or apart (a speech recogniser hears `kaap stroom`)? `rest`
 * is the text without names that hold a full stop, so that `B.V.` ends no sentence.
 */
function namedOrganisation(text: string, names: readonly string[]): { readonly found: boolean; readonly rest: string } {
  const said = tokensOf(text).tokens.map((token) => (isWord(token) ? squeeze(token) : token))
  const found = names.some((name) => {
    const wanted = squeeze(name)
    return wanted !== '' && said.some((_, i) => beginsWith(said, i, wanted))
  })
  let rest = text
  for (const name of names) if (/[.?!]/.test(name)) rest = rest.replaceAll(name, name.replaceAll(/[.?!]/g, ''))
  return { found, rest }
}

/** Do whole tokens from here on, joined, make exactly this? */
function beginsWith(tokens: readonly string[], from: number, wanted: string): boolean {
  let joined = ''
  for (let i = from; i < tokens.length && joined.length < wanted.length; i++) joined += tokens[i]
  return joined === wanted
}

/** As a speech recogniser writes it, and further: no capitals, accents, signs or spaces. */
export function squeeze(text: string): string {
  return fold(text).replaceAll(/[^\p{L}\p{N}]/gu, '')
}

function offersPerson(
  sentences: readonly Sentence[],
  words: Words,
  channel: DisclosureChannel,
  humanWord: string,
): boolean {
  const people = humanWord === '' ? words.person : [...words.person, humanWord]
  const person = (sentence: Sentence) =>
    people.some((word) => peoplePlaces(sentence, word).some((at) => !denied(sentence, at, words.not)))
  const offer = (sentence: Sentence) => words.offer.some((word) => placesOf(sentence, word).length > 0)
  const read = (sentence: Sentence) => words.read.some((word) => placesOf(sentence, word).length > 0)
  if (channel === 'agent_assist') return sentences.some(person)
  return sentences.some((sentence) => person(sentence) && (offer(sentence) || (channel === 'email' && read(sentence))))
}

/** Where a person is meant: an AI agent or a digital colleague is none. */
function peoplePlaces(sentence: Sentence, word: string): number[] {
  return placesOf(sentence, word).filter((at) => !made.has(sentence.tokens[at - 1] ?? ''))
}

/** "You are speaking with a member of staff": who speaks is said to be a person, and no computer stands beside it. */
function claimsHuman(sentence: Sentence, words: Words): boolean {
  const contacts = words.contact.flatMap((word) => placesOf(sentence, word))
  const people = words.person.flatMap((word) => peoplePlaces(sentence, word))
  return contacts.some((from) =>
    people.some((at) => {
      if (at <= from || at - from > 5 || denied(sentence, at, words.not)) return false
      const toward = sentence.tokens.slice(from + 1, at).some((token) => towards.has(token))
      const asked = sentence.question || words.offer.some((word) => sentence.tokens.slice(0, from).includes(word))
      return toward && !asked
    }),
  )
}

// -- text as words --------------------------------------------------------------------------------------------------

type Sentence = { readonly tokens: readonly string[]; readonly original: readonly string[]; readonly question: boolean }

/** Small letters without accents, so that a transcript of speech is read like written text. */
function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll('’', "'").toLowerCase()
}

function tokensOf(text: string): { tokens: string[]; original: string[] } {
  const original = text.normalize('NFC').match(/[\p{L}\p{N}]+(?:['’][\p{L}]+)*|[,]/gu) ?? []
  return { original, tokens: original.map(fold) }
}

function sentencesOf(text: string): Sentence[] {
  return [...text.matchAll(/[^.?!\n;]+[.?!\n;]*/g)]
    .map(([part]) => ({ ...tokensOf(part), question: part.trimEnd().endsWith('?') }))
    .filter(({ tokens }) => tokens.length > 0)
}

function isWord(token: string): boolean {
  return token !== ','
}

/** Where a word, or several in a row, stand in a sentence. */
function placesOf({ tokens }: Sentence, phrase: string): number[] {
  const wanted = tokensOf(phrase).tokens
  return tokens.flatMap((_, i) => (wanted.length > 0 && wanted.every((word, j) => tokens[i + j] === word) ? [i] : []))
}
