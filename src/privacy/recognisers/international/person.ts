import { bit } from '../../lexicon/lexicon.ts'
import type { Cue } from '../../scan/cues.ts'
import { nameEnd } from '../../scan/names.ts'
import { isPaidWith } from '../../scan/things.ts'
import { hasMark, known, ordinary, strange, type Turn } from '../../scan/turn.ts'
import type { Recogniser, Report } from '../recogniser.ts'

/** Names of people, by what stands around them; there is no list of names. */
export const person: Recogniser = {
  id: 'international/person',
  labels: ['PERSON'],
  triggers: { cues: true, bits: bit.title | bit.kin | bit.capital, asked: ['name'] },
  find(turn, report) {
    for (const cue of turn.cues) {
      const { says } = cue.meaning
      if (says === 'name-follows') afterCue(turn, cue, report)
      else if (says === 'name-before') beforeCue(turn, cue, report)
      else if (says === 'sign-off') afterSignOff(turn, cue, report)
      else if (says === 'kind' && cue.meaning.kind === 'name') afterNoun(turn, cue, report)
    }
    if (hasMark(turn, '.')) findInitials(turn, report)
    if ((turn.bits & (bit.title | bit.kin)) !== 0) {
      for (let i = 0; i < turn.tokens.length; i++) {
        const { bits } = turn.tokens[i]!
        if ((bits & bit.title) !== 0) afterTitle(turn, i, report)
        if ((bits & bit.kin) !== 0) afterKin(turn, i, report)
      }
    }
  },
}

/** "N. J. Bouazza", "H.E. Al Tikriti", "P. van den Berg": initials and a capital that no list explains, whoever writes it. */
function findInitials(turn: Turn, report: Report): void {
  const { tokens } = turn
  for (let i = 0; i + 2 < tokens.length; i++) {
    if (!isInitialAt(turn, i) || (i > 0 && tokens[i]!.gap === 0)) continue
    let at = i
    while (at < i + 10 && isInitialAt(turn, at)) at += 2
    const end = nameEnd(turn, i, 'unknown')
    if (end > at && tokens[at]!.gap === 1 && isSurname(turn, at)) tell(turn, i, end, 0.6, 'initials', report)
    i = Math.max(i, at - 1)
  }
}

const isInitialAt = ({ tokens }: Turn, i: number): boolean =>
  tokens[i] !== undefined &&
  tokens[i]!.text.length === 1 &&
  (tokens[i]!.bits & bit.capital) !== 0 &&
  tokens[i + 1]?.lower === '.' &&
  tokens[i + 1]!.gap === 0

/** Past "van den": a capital that is no everyday word and no country ("U.S. Army", "U.K. Spain"). */
function isSurname(turn: Turn, at: number): boolean {
  const { tokens } = turn
  let i = at
  while (i < at + 3 && ((tokens[i]?.bits ?? 0) & bit.particle) !== 0) i++
  const token = tokens[i]
  if (token === undefined || token.kind !== 'word' || (token.bits & bit.capital) === 0 || token.text.length < 2)
    return false
  return (token.bits & (bit.proper | bit.firm)) === 0 && !ordinary(turn, token)
}

function tell(turn: Turn, from: number, to: number, confidence: number, reason: string, report: Report): boolean {
  if (to <= from || isFirm(turn, to)) return false
  report(from, to, 'PERSON', confidence, reason)
  return true
}

/** "Northlight Energy": the word after it says that it is a firm. */
function isFirm(turn: Turn, to: number): boolean {
  return (turn.tokens[to - 1]!.bits & bit.firm) !== 0 && (turn.tokens[to - 1]!.bits & bit.capital) !== 0
}

const skipped = new Set([':', ',', '-', '"', "'", '(', '=', '.', '*', '#', '\\'])

function afterCue(turn: Turn, cue: Cue, report: Report): void {
  const { meaning } = cue
  if (meaning.says !== 'name-follows') return
  let at = cue.to
  // After a weak cue a comma ends the thought: "Dag, ik …".
  while (
    meaning.strong &&
    at < cue.to + 3 &&
    turn.tokens[at]?.kind === 'mark' &&
    skipped.has(turn.tokens[at]!.lower) &&
    turn.tokens[at]!.gap < 2
  )
    at++
  const first = turn.tokens[at]
  if (first === undefined || (first.gap === 2 && !(meaning.strong && at > cue.to))) return
  if ((first.bits & bit.title) !== 0 || first.kind === 'mark') return
  if (meaning.strong) {
    const afterArticle =
      /^(de|het|een|the|a|my|mijn|our|onze|your|uw)$/.test(first.lower) && (first.bits & bit.capital) === 0
    const particle = afterArticle && isParticleOfName(turn, at)
    if (afterArticle && !particle) return
    const end = nameEnd(turn, particle ? at + 1 : at, 'capitals')
    if (end > at) tell(turn, at, end, 0.9, 'cue:name', report)
    else if (isEverydayName(turn, cue, at)) tell(turn, at, at + 1, 0.6, 'cue:name', report)
  } else weakCue(turn, cue, at, report)
}

/** "mijn achternaam is de vries", "my last name is de luca": the little word belongs to a word that no list explains. */
function isParticleOfName(turn: Turn, at: number): boolean {
  const next = turn.tokens[at + 1]
  return (
    /^(?:de|het)$/.test(turn.tokens[at]!.lower) &&
    next !== undefined &&
    next.kind === 'word' &&
    next.gap === 1 &&
    !ordinary(turn, next)
  )
}

const conditions =
  /^(?:wrong|incorrect|correct|right|different|missing|misspelled|spelled|spelt|written|listed|registered|changed|private|confidential|verkeerd|fout|onjuist|goed|juist|anders|gewijzigd|veranderd|gespeld|geschreven|niet|not|now|nu|still|nog|also|ook|on|op|in|hetzelfde|same|too|te)$/

/** "my name is rose", "ik heet roos": after the whole phrase an everyday word is a name too, when nothing else follows it. */
function isEverydayName(turn: Turn, cue: Cue, at: number): boolean {
  const token = turn.tokens[at]!
  if (turn.role !== 'customer' || token.kind !== 'word' || token.text.length < 3) return false
  if (!/^(?:is|s|heet|called)$/.test(turn.tokens[cue.to - 1]!.lower) || cue.to - cue.from < 2) return false
  if ((token.bits & (bit.function | bit.reply | bit.title | bit.kin)) !== 0 || conditions.test(token.lower))
    return false
  const next = turn.tokens[at + 1]
  return (
    next === undefined ||
    next.gap === 2 ||
    next.kind === 'mark' ||
    next.text.length === 1 ||
    (next.bits & (bit.function | bit.number)) !== 0
  )
}

/** "ik ben", "dit is", "hi", "met": a capital that is no ordinary word, or in lower case two unknown words or one early on. */
function weakCue(turn: Turn, cue: Cue, at: number, report: Report): void {
  const first = turn.tokens[at]!
  if (turn.role === 'system' || !turn.familiar) return
  const end = nameEnd(turn, at, 'unknown')
  if (end === at || (turn.tokens[cue.from]!.lower === 'to' && cue.to - cue.from === 1 && !isTold(turn, cue.from)))
    return
  const capital = (turn.tokens[at]!.bits & bit.capital) !== 0
  if (capital) {
    // "via IAH", "hi ABN": an abbreviation, unless everything is written in capitals.
    if (end - at === 1 && isAbbreviation(turn, at)) return
    if (isPaidWith(turn, at)) return
    tell(turn, at, end, 0.7, 'cue:name', report)
    return
  }
  if (turn.cased && turn.tokens[at]!.gap === 1 && startsWithCapitalTalk(turn)) return
  const opening =
    cue.from <= 6 &&
    /^(met|dit|this|it|s|it's|im|i|ik|iam|hier|hi|hello|hey|hallo|hoi|dag|morning|afternoon|evening|goedemorgen|goedemiddag|goedenavond|thanks|thank|bedankt|dank)$/.test(
      turn.tokens[cue.from]!.lower,
    )
  const several = wordsIn(turn, at, end) >= 2
  if (several ? isPlain(turn, at, end) : known(turn, first)) return
  if ((several || opening) && turn.role !== 'ai') tell(turn, at, end, several ? 0.6 : 0.4, 'cue:name', report)
}

const longestPlain = 9

/** "met kunstmatige intelligentie": all of it in a dictionary, and a word longer than those that are names too. */
function isPlain(turn: Turn, from: number, to: number): boolean {
  const words = turn.tokens.slice(from, to).filter(({ kind }) => kind === 'word')
  return words.some(({ text }) => text.length > longestPlain) && words.every((token) => known(turn, token))
}

const telling =
  /^(?:gave|give|giving|given|sent|send|sold|told|tell|said|say|wrote|write|mailed|emailed|reported|report|belongs?|addressed|transferred|transfer|introduced|explained|promised|speak|spoke|talk|talked|married|due|related|similar)$/

/** "gave it to Brian": after a verb of telling or giving; "to Houston" is a place. */
export function isTold(turn: Turn, at: number): boolean {
  for (let i = at - 1; i >= Math.max(0, at - 4); i--) {
    if (turn.sentences[i] !== turn.sentences[at]) return false
    if (telling.test(turn.tokens[i]!.lower)) return true
  }
  return false
}

function isAbbreviation(turn: Turn, at: number): boolean {
  const { bits, text } = turn.tokens[at]!
  if ((bits & bit.allCapitals) === 0 || text.length > 5) return false
  const beside = turn.tokens[at - 1] ?? turn.tokens[at + 1]
  return beside === undefined || (beside.bits & bit.allCapitals) === 0
}

const wordsIn = (turn: Turn, from: number, to: number): number => {
  let words = 0
  for (let i = from; i < to; i++) if (turn.tokens[i]!.kind === 'word') words++
  return words
}

/** Someone who writes capitals where they belong would have given a name one. */
function startsWithCapitalTalk(turn: Turn): boolean {
  let capitals = 0
  for (let i = 1; i < turn.tokens.length && i < 60; i++) {
    if ((turn.tokens[i]!.bits & bit.capital) !== 0) capitals++
  }
  return capitals > 0 && turn.tokens.length > 6
}

/** "Bouchra hier", "Rupert Ainsley speaking", "hidde wagenaar is de naam": back over at most six tokens. */
function beforeCue(turn: Turn, cue: Cue, report: Report): void {
  if (fromFirm(turn, cue, report)) return
  const sentence = turn.sentences[cue.from]
  const strong = cue.to - cue.from > 1 || /^(speaking|hier|here|heette)$/.test(turn.tokens[cue.from]!.lower)
  for (let from = Math.max(0, cue.from - 7); from < cue.from; from++) {
    if (turn.sentences[from] !== sentence) continue
    const sure =
      strong && isPhrase(turn, cue) && (cue.to - cue.from > 1 || (turn.tokens[from]!.bits & bit.capital) !== 0)
    const end = nameEnd(turn, from, sure ? 'capitals' : 'unknown')
    if (end !== cue.from || end === from || !tellsName(turn, from, end)) continue
    const capital = (turn.tokens[from]!.bits & bit.capital) !== 0
    const early = cue.from <= 10 || cue.to - cue.from > 1 || turn.tokens[cue.from]!.lower === 'heette'
    if (capital ? early || cue.to - cue.from > 1 : strong && early && isPhrase(turn, cue))
      tell(turn, from, end, 0.7, 'cue:name', report)
    return
  }
}

/** "Sem from Northlight here", "Tarik van Noordlicht hier": the name stands before the firm. */
function fromFirm(turn: Turn, cue: Cue, report: Report): boolean {
  if (!/^(?:here|hier|speaking)$/.test(turn.tokens[cue.from]!.lower)) return false
  for (let i = cue.from - 2; i > Math.max(0, cue.from - 5); i--) {
    if (!/^(?:from|at|with|van|bij)$/.test(turn.tokens[i]!.lower)) continue
    for (let from = Math.max(0, i - 4); from < i; from++) {
      if (turn.sentences[from] !== turn.sentences[i] || nameEnd(turn, from, 'unknown') !== i) continue
      return tell(turn, from, i, 0.7, 'cue:name', report)
    }
  }
  return false
}

/** One word at least is no listed word: "Sun Hao hier" is somebody, "Goede Morgen hier" is not. */
function tellsName(turn: Turn, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const token = turn.tokens[i]!
    if (token.kind === 'word' && (token.bits & (bit.function | bit.ordinary | bit.reply | bit.proper)) === 0)
      return true
  }
  return false
}

/** In lower case "hier" and "here" alone are adverbs: only "X hier" at the very start, or a whole phrase, is a cue. */
function isPhrase(turn: Turn, cue: Cue): boolean {
  return cue.to - cue.from > 1 || /^(speaking|heette)$/.test(turn.tokens[cue.from]!.lower) || cue.from <= 3
}

/** "Mvg," and a name at the end, on the same line or on the next. */
function afterSignOff(turn: Turn, cue: Cue, report: Report): void {
  let at = cue.to
  while (at < turn.tokens.length && turn.tokens[at]!.kind === 'mark' && at < cue.to + 4) at++
  const first = turn.tokens[at]
  if (first === undefined || first.kind !== 'word') return
  const newLine = first.gap === 2
  const end = nameEnd(turn, at + (isTitle(turn, at) ? 1 : 0), 'capitals')
  const last = turn.tokens[end]
  const alone = last === undefined || last.gap === 2 || last.kind === 'mark'
  if (!alone || (!newLine && turn.tokens[cue.from]!.lower === 'thanks' && !ownLine(turn, cue))) return
  if (newLine || (first.bits & bit.capital) !== 0)
    tell(turn, at + (isTitle(turn, at) ? 1 : 0), end, 0.8, 'sign-off', report)
}

const isTitle = (turn: Turn, i: number): boolean => (turn.tokens[i]!.bits & bit.title) !== 0
const ownLine = (turn: Turn, cue: Cue): boolean => turn.tokens[cue.from]!.gap === 2

/** "naam: X", `"first_name": "Mia"`, "the name on the account is X". */
function afterNoun(turn: Turn, cue: Cue, report: Report): void {
  let linked = false
  for (let i = cue.to; i < turn.tokens.length && i < cue.to + 7; i++) {
    const token = turn.tokens[i]!
    if (token.gap === 2 && !(linked && i === cue.to + 1)) return
    if (token.kind === 'mark') {
      if (':='.includes(token.lower)) linked = true
      else if (!'"\'*\\('.includes(token.lower)) return
      continue
    }
    if (token.lower === 'is' || token.lower === 'was' || token.lower === 's') {
      linked = true
      continue
    }
    if (linked && tell(turn, i, nameEnd(turn, i, 'capitals'), 0.8, 'cue:name', report)) return
    if (!linked && i === cue.to && turn.role === 'customer' && isStrangeName(turn, cue, i)) {
      tell(turn, i, nameEnd(turn, i, 'unknown'), 0.6, 'cue:name', report)
      return
    }
    if ((token.bits & bit.function) === 0 && !linked) return
    if (linked) return
  }
}

/** "my name raju", "first name brinda last name samy": what it is called, and at once a word that nothing explains. */
function isStrangeName(turn: Turn, cue: Cue, at: number): boolean {
  return (
    /^(?:name|naam|voornaam|achternaam|surname)$/.test(turn.tokens[cue.to - 1]!.lower) &&
    strange(turn, turn.tokens[at]!)
  )
}

function afterTitle(turn: Turn, title: number, report: Report): void {
  const token = turn.tokens[title]!
  // "mr" in a name list is fine; "ms", "ma", "fam" and the like need their dot or a capital after them.
  let at = title + 1
  if (turn.tokens[at]?.lower === '.' && turn.tokens[at]!.gap === 0) at++
  const first = turn.tokens[at]
  if (first === undefined || first.gap === 2 || first.kind !== 'word' || (first.bits & bit.title) !== 0) return
  const capital = (first.bits & bit.capital) !== 0
  // "een meneer van de technische dienst": no title, but who it was.
  const someone = /^(?:een|die|deze|ene|a|that|this|some)$/.test(turn.tokens[title - 1]?.lower ?? '')
  if (someone && !capital && (first.bits & (bit.particle | bit.function)) !== 0) return
  const formal =
    /^(meneer|mijnheer|mevrouw|herr|frau|monsieur|madame|senor|senora|mevr|mw|dhr|mr|mrs|ms|miss|mister|missus|madam|mx|heer|professor|prof|juffrouw)$/.test(
      token.lower,
    )
  if (!formal && !capital) return
  if (turn.cased && !capital && (first.bits & bit.particle) === 0 && turn.channel !== 'speech' && ordinary(turn, first))
    return
  const verb = (first.bits & (bit.personVerb | bit.function)) !== 0 && (first.bits & bit.particle) === 0 && !capital
  if (!verb) tell(turn, at, nameEnd(turn, at, capital ? 'capitals' : 'any'), 0.9, 'title', report)
}

const professions =
  /^(?:notaris|advocaat|huisarts|tandarts|bewindvoerder|curator|mentor|makelaar|notary|solicitor|dentist)$/
const kinLinks = new Set(['heet', ',', 'genaamd', 'called', 'named', 'is', 's', "'", ':', '('])

/** "mijn kleindochter Noortje", "my mum Bernadette", "the technician, Ngoc Anh,", "mijn man heet …". */
function afterKin(turn: Turn, kin: number, report: Report): void {
  if (turn.role === 'system') return
  let at = kin + 1
  let links = 0
  while (at < turn.tokens.length && links < 2 && kinLinks.has(turn.tokens[at]!.lower) && turn.tokens[at]!.gap < 2) {
    at++
    links++
  }
  const first = turn.tokens[at]
  if (first === undefined || first.gap === 2 || first.kind !== 'word') return
  const end = nameEnd(turn, at, 'unknown')
  if (end === at) return
  if ((first.bits & bit.capital) !== 0) {
    tell(turn, at, end, 0.8, 'kin', report)
    return
  }
  const owned =
    professions.test(turn.tokens[kin]!.lower) ||
    /^(mijn|m'n|my|our|onze|haar|zijn|her|his|uw|your|de|the)$/.test(turn.tokens[kin - 1]?.lower ?? '')
  const lone = links === 0 && (turn.channel === 'speech' || !turn.cased)
  if (owned && lone && turn.familiar && isEndOfPhrase(turn, end)) tell(turn, at, end, 0.5, 'kin', report)
}

/** In lower case the name must be followed by a verb, a small word or nothing, as names are. */
function isEndOfPhrase(turn: Turn, end: number): boolean {
  const next = turn.tokens[end]
  return (
    next === undefined || next.kind === 'mark' || next.gap === 2 || (next.bits & (bit.function | bit.personVerb)) !== 0
  )
}
