/** What a customer's message is, where it is no question for the knowledge base. By words; nothing is guessed. */
import { fold } from './stem.ts'

export type Intent = 'person' | 'computer' | 'greeting' | 'thanks' | 'details' | 'question'

const human =
  /\b(medewerk(er|ster)s?|mens|echte persoon|collega|telefoniste?|human|person|agent|representative|operator|colleague|member of staff|staff)\b/
const someone =
  /\b(iemand|someone|somebody|anyone|anybody) (anders )?(te )?(kunnen )?(spreken|praten|bellen|aan de lijn|spreek|speak|talk|real|on the phone|there)|\b(spreken|praten|speak|talk) (met|to|with) (iemand|someone|somebody|anyone)|\bis (daar|er) iemand|\b(laat|let|have|get) (iemand|someone|somebody) (mij |me |to )?(bellen|terugbellen|call|ring)/
const wish =
  /\b(wil|wou|wilt|willen|graag|mag ik|kan ik|spreken|praten|verbind|doorverbinden|doorverbonden|geef|bel me|bellen|nu|nodig|liever|aan de lijn|want|would like|speak|talk|chat with|transfer|connect|put me|give me|get me|have an?|call me|need|rather|through to)\b/
const notMachine =
  /\b(geen|niet met een|weg met|stop met de|stop met deze) (computer|robot|bot|machine)\b|\b(no|not a|stop the|stop this) (computer|robot|bot|machine)s?\b/
const asksWhatYouAre =
  /\b(bent u|ben je|bent je|ben jij|is dit|spreek ik|praat ik|chat ik|zit daar|are you|is this|am i( \w+)? (talking|speaking|chatting))\b.*\b(mens|computer|robot|bot|machine|ai|echt|echte persoon|bandje|person|human|real|recording)\b/
const greets =
  /^(hallo|hoi|hi|hey|hello|dag|goedendag|goede?morgen|goede?middag|goede?navond|good (morning|afternoon|evening|day)|moi)\b/
const thanks =
  /^(ok(e|ay)?|top|prima|mooi|fijn|super|great|perfect|thanks?( you)?|thx|ty|ta|much appreciated|cheers|bedankt|dank( u| je)?( wel)?|dankjewel|dag|doei|bye|goodbye|tot ziens|dat was het|that'?s all)\b/

/** Words beside hidden personal data in a message that only gives details. */
const MAX_DETAIL_WORDS = 3
const hidden = /\[[A-Z]+(?:_\d+)?\]/g

export function intentOf(text: string): Intent {
  const said = fold(text.replace(hidden, ' ')).replace(/\s+/g, ' ').trim()
  const words = said.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word))
  if (asksWhatYouAre.test(said)) return 'computer'
  if (human.test(said) && (words.length <= 4 || notMachine.test(said) || nearWish(said))) return 'person'
  if (notMachine.test(said) || someone.test(said)) return 'person'
  if (words.length <= 5 && thanks.test(said) && !said.includes('?')) return 'thanks'
  if (words.length <= 2 && greets.test(said)) return 'greeting'
  if (words.length === 0 || (text.search(hidden) >= 0 && words.length <= MAX_DETAIL_WORDS && !said.includes('?')))
    return 'details'
  return 'question'
}

/** A wish and a person in one sentence, or the person alone; "a member of staff said so yesterday" is none. */
function nearWish(said: string): boolean {
  return said.split(/[.?!;\n]/).some((sentence) => {
    const person = human.exec(sentence)
    const wished = wish.exec(sentence)
    if (person === null) return false
    return sentence.trim().split(' ').length <= 3 || (wished !== null && Math.abs(person.index - wished.index) <= 60)
  })
}
