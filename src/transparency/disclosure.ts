/**
 * Saying that it is AI: the sentence per channel, whether words of others say enough, and what a call still needs.
 * Whoever deals with an AI system is told so at the latest at the first contact, in words that are clear and can be
 * told apart (AI Act art. 50(1) and (5), https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:32024R1689#art_50).
 * A word such as "assistant" alone does not say that.
 */
import { createHash } from 'node:crypto'
import type { Language } from '../platform/text.ts'
import { type TransparencyTextKey, templateOf, transparencyText } from './texts.ts'

export type DisclosureChannel = 'chat' | 'voice' | 'email' | 'agent_assist' | 'other'

export type DisclosureRequestFacts = {
  readonly channel: DisclosureChannel
  readonly language: Language
  readonly organisation: string
  /** The word with which a customer asks for a person in this channel. */
  readonly humanWord: string
  /** E-mail: whether a member of staff has read and approved the text. */
  readonly read?: boolean
}

export type DisclosureText = {
  readonly text: string
  readonly key: TransparencyTextKey
  /** 12 hexadecimal digits of the SHA-256 of the sentence before it is filled: another word, another version. */
  readonly version: string
}

/** The sentence with which a conversation begins. */
export function disclosureText(facts: DisclosureRequestFacts): DisclosureText {
  const key = disclosureKey(facts)
  const { organisation, humanWord, language } = facts
  return {
    text: transparencyText(language, key, { organisation, humanWord }),
    key,
    version: textVersion(language, key),
  }
}

/** The version of a sentence of this folder in one language. */
export function textVersion(language: Language, key: TransparencyTextKey): string {
  return createHash('sha256')
    .update(`${language}\n${key}\n${templateOf(language, key)}`, 'utf8')
    .digest('hex')
    .slice(0, 12)
}

function disclosureKey({ channel, read }: DisclosureRequestFacts): TransparencyTextKey {
  switch (channel) {
    case 'chat':
      return 'disclosure.chat'
    case 'voice':
      return 'disclosure.voice'
    case 'email':
      return read === true ? 'disclosure.email.read' : 'disclosure.email.unread'
    case 'agent_assist':
      return 'disclosure.assist'
    case 'other':
      return 'disclosure.other'
  }
}

// -- words of others ------------------------------------------------------------------------------------------------

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

type Words = {
  /** What names a machine or AI. */
  readonly computer: readonly string[]
  readonly person: readonly string[]
  /** What offers a way: say, type, choose, would you like … */
  readonly offer: readonly string[]
  readonly not: readonly string[]
  /** Speaking, chatting with: after it stands who speaks. */
  readonly contact: readonly string[]
  readonly read: readonly string[]
}

const wordsByLanguage: Readonly<Record<string, Words>> = {
  nl: {
    computer: [
      'computer',
      'computerprogramma',
      'kunstmatige intelligentie',
      'robot',
      'chatbot',
      'voicebot',
      'spraakcomputer',
      'machine',
    ],
    person: ['medewerker', 'medewerkster', 'mens', 'persoon', 'collega', 'iemand'],
    offer: [
      'zeg',
      'zegt',
      'typ',
      'typt',
      'kies',
      'kiest',
      'druk',
      'drukt',
      'toets',
      'toetst',
      'antwoord',
      'antwoordt',
      'vraag',
      'vraagt',
      'wilt',
      'wil',
      'liever',
      'bel',
      'mail',
      'kunt',
      'kan',
      'mag',
      'klik',
      'krijgt',
    ],
    not: ['geen', 'niet', 'nooit', 'zonder'],
    contact: ['spreekt', 'chat', 'praat', 'belt', 'spreek', 'mailt'],
    read: ['gelezen', 'goedgekeurd', 'gecontroleerd', 'nagekeken', 'leest'],
  },
  en: {
    computer: [
      'computer',
      'computer program',
      'computer programme',
      'artificial intelligence',
      'robot',
      'chatbot',
      'voicebot',
      'bot',
      'machine',
    ],
    person: [
      'person',
      'human',
      'member of staff',
      'staff',
      'employee',
      'colleague',
      'agent',
      'someone',
      'representative',
      'advisor',
      'adviser',
      'people',
    ],
    offer: [
      'say',
      'type',
      'choose',
      'press',
      'reply',
      'ask',
      'want',
      'would',
      'rather',
      'prefer',
      'call',
      'mail',
      'email',
      'can',
      'may',
      'click',
      'request',
    ],
    not: ['not', 'no', 'never', 'without', "isn't", "aren't", "don't", "can't", 'cannot', "won't"],
    contact: ['speaking', 'talking', 'chatting', 'speak', 'talk', 'chat'],
    read: ['read', 'approved', 'checked', 'reviewed'],
  },
  de: {
    computer: [
      'computer',
      'computerprogramm',
      'künstliche intelligenz',
      'künstlicher intelligenz',
      'künstlichen intelligenz',
      'ki',
      'roboter',
      'chatbot',
      'maschine',
    ],
    person: ['mensch', 'menschen', 'mitarbeiter', 'mitarbeiterin', 'person', 'jemand', 'jemandem'],
    offer: [
      'sagen',
      'tippen',
      'schreiben',
      'wählen',
      'drücken',
      'antworten',
      'fragen',
      'möchten',
      'wollen',
      'lieber',
      'können',
      'rufen',
    ],
    not: ['kein', 'keine', 'keinem', 'keinen', 'nicht', 'ohne', 'nie'],
    contact: ['sprechen', 'chatten', 'reden'],
    read: ['gelesen', 'geprüft', 'freigegeben'],
  },
  fr: {
    computer: ['ordinateur', 'intelligence artificielle', 'ia', 'robot', 'chatbot', 'machine'],
    person: ['personne', 'humain', 'conseiller', 'conseillère', 'collaborateur', 'quelqu’un', "quelqu'un", 'employé'],
    offer: [
      'dites',
      'tapez',
      'choisissez',
      'appuyez',
      'répondez',
      'demandez',
      'voulez',
      'souhaitez',
      'préférez',
      'pouvez',
      'appelez',
      'écrivez',
    ],
    not: ['pas', 'aucun', 'aucune', 'sans', 'jamais'],
    contact: ['parlez', 'discutez', 'échangez'],
    read: ['lu', 'relu', 'approuvé', 'vérifié'],
  },
  es: {
    computer: ['ordenador', 'computadora', 'inteligencia artificial', 'ia', 'robot', 'chatbot', 'máquina'],
    person: ['persona', 'humano', 'empleado', 'empleada', 'agente', 'alguien', 'asesor'],
    offer: ['diga', 'escriba', 'elija', 'pulse', 'responda', 'pida', 'quiere', 'desea', 'prefiere', 'puede', 'llame'],
    not: ['no', 'ninguna', 'ningún', 'sin', 'nunca'],
    contact: ['habla', 'hablando', 'chatea', 'chateando'],
    read: ['leído', 'aprobado', 'revisado'],
  },
  pl: {
    computer: [
      'komputer',
      'komputerem',
      'sztuczna inteligencja',
      'sztuczną inteligencją',
      'sztucznej inteligencji',
      'robot',
      'robotem',
      'chatbot',
      'chatbotem',
    ],
    person: [
      'człowiek',
      'człowiekiem',
      'człowieka',
      'osoba',
      'osobą',
      'pracownik',
      'pracownikiem',
      'pracownika',
      'konsultant',
      'konsultantem',
      'konsultanta',
    ],
    offer: [
      'powiedz',
      'napisz',
      'wpisz',
      'wybierz',
      'naciśnij',
      'odpowiedz',
      'chcesz',
      'woli',
      'wolisz',
      'może',
      'możesz',
      'proszę',
      'zadzwoń',
    ],
    not: ['nie', 'bez', 'nigdy', 'żaden'],
    contact: ['rozmawia', 'rozmawiasz', 'czatuje', 'czatujesz'],
    read: ['przeczytał', 'przeczytała', 'sprawdził', 'sprawdziła'],
  },
  tr: {
    computer: ['bilgisayar', 'bilgisayarla', 'yapay zekâ', 'yapay zeka', 'robot', 'robotla', 'sohbet robotu'],
    person: [
      'insan',
      'insanla',
      'kişi',
      'kişiyle',
      'çalışan',
      'çalışanla',
      'çalışanımız',
      'temsilci',
      'temsilciyle',
      'görevli',
      'görevliyle',
    ],
    offer: [
      'deyin',
      'söyleyin',
      'yazın',
      'seçin',
      'basın',
      'yanıtlayın',
      'ister',
      'istiyorsanız',
      'isterseniz',
      'arayın',
    ],
    not: ['değil', 'değilsiniz', 'yok', 'hiç'],
    contact: ['konuşuyorsunuz', 'yazışıyorsunuz', 'görüşüyorsunuz'],
    read: ['okudu', 'onayladı', 'kontrol etti'],
  },
}

const everyLanguage: Words = {
  computer: Object.values(wordsByLanguage).flatMap(({ computer }) =>
    computer.filter((word) => word !== 'ki' && word !== 'ia'),
  ),
  person: Object.values(wordsByLanguage).flatMap(({ person }) => person),
  offer: Object.values(wordsByLanguage).flatMap(({ offer }) => offer),
  not: ['geen', 'niet', 'not', 'nicht', 'kein'],
  contact: [],
  read: [],
}

function wordsFor(language: string): Words {
  return wordsByLanguage[language.slice(0, 2).toLowerCase()] ?? everyLanguage
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

/** Dutch writes `geen mens, maar een computer`: the denial ends at "but" or at a comma. */
const contrast: ReadonlySet<string> = new Set([
  'maar',
  'but',
  'sondern',
  'mais',
  'sino',
  'lecz',
  'ale',
  'fakat',
  'wel',
  ',',
])

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

function squeeze(text: string): string {
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
    people.some((word) => placesOf(sentence, word).some((at) => !denied(sentence, at, words.not)))
  const offer = (sentence: Sentence) => words.offer.some((word) => placesOf(sentence, word).length > 0)
  const read = (sentence: Sentence) => words.read.some((word) => placesOf(sentence, word).length > 0)
  if (channel === 'agent_assist') return sentences.some(person)
  return sentences.some((sentence) => person(sentence) && (offer(sentence) || (channel === 'email' && read(sentence))))
}

const made: ReadonlySet<string> = new Set([
  'ai',
  'virtueel',
  'virtuele',
  'digitaal',
  'digitale',
  'automatische',
  'kunstmatige',
  'virtual',
  'digital',
  'automated',
  'artificial',
  'virtueller',
  'virtuelle',
  'digitaler',
  'automatischer',
  'virtuel',
  'numerique',
  'computer',
  'robot',
])

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
      const between = sentence.tokens.slice(from + 1, at)
      const toward =
        between.includes('met') ||
        between.includes('with') ||
        between.includes('to') ||
        between.includes('mit') ||
        between.includes('avec') ||
        between.includes('con') ||
        between.includes('z')
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

// -- what a call still needs ----------------------------------------------------------------------------------------

export type DisclosurePlan =
  | { readonly plan: 'none'; readonly reason: 'already_made' | 'none_needed' }
  /** `late`: the computer already spoke in this conversation without saying what it is. */
  | { readonly plan: 'inject'; readonly late: boolean }
  | { readonly plan: 'refuse'; readonly code: 'disclosure_missing' }

/**
 * What must be said before the next AI turn. `inject`: Waarborg says it itself, at the first turn or as soon as it is
 * found missing. `require`: the platform says it and reports it; without that report nothing goes on.
 */
export function disclosurePlan(facts: {
  readonly policy: 'inject' | 'require' | 'none_needed'
  readonly channel: DisclosureChannel
  readonly disclosedAt: Date | null
  readonly firstAiTurn: boolean
}): DisclosurePlan {
  if (facts.disclosedAt !== null) return { plan: 'none', reason: 'already_made' }
  switch (facts.policy) {
    case 'none_needed':
      return { plan: 'none', reason: 'none_needed' }
    case 'inject':
      return { plan: 'inject', late: !facts.firstAiTurn }
    case 'require':
      return { plan: 'refuse', code: 'disclosure_missing' }
  }
}
