/** What a customer's message is, where it is no question for the knowledge base. By words; nothing is guessed. */
import { fold } from './stem.ts'

export type Intent = 'person' | 'computer' | 'greeting' | 'thanks' | 'question'

const human =
  /\b(medewerk(er|ster)s?|mens|iemand|persoon|collega|telefoniste?|human|person|someone|somebody|agent|representative|operator|colleague|member of staff|staff)\b/
const wish =
  /\b(wil|wou|wilt|willen|graag|mag ik|kan ik|spreken|praten|verbind|doorverbinden|doorverbonden|geef|bel me|bellen|nu|nodig|liever|aan de lijn|want|would like|speak|talk|chat with|transfer|connect|put me|give me|get me|call me|need|rather|through to)\b/
const notMachine =
  /\b(geen|niet met een|weg met) (computer|robot|bot|machine)\b|\b(no|not a) (computer|robot|bot|machine)s?\b/
const asksWhatYouAre =
  /\b(bent u|ben je|bent je|ben jij|is dit|spreek ik|praat ik|chat ik|zit daar|are you|is this|am i (talking|speaking|chatting))\b.*\b(mens|computer|robot|bot|machine|ai|echt|echte persoon|bandje|person|human|real|recording)\b/
const greets =
  /^(hallo|hoi|hi|hey|hello|dag|goedendag|goede?morgen|goede?middag|goede?navond|good (morning|afternoon|evening|day)|moi)\b/
const thanks =
  /^(ok(e|ay)?|top|prima|mooi|fijn|super|great|perfect|thanks?( you)?|thx|ty|bedankt|dank( u| je)?( wel)?|dankjewel|dag|doei|bye|goodbye|tot ziens|dat was het|that'?s all)\b/

/** `words`: how the channel calls a person, in both languages. */
export function intentOf(text: string): Intent {
  const said = fold(text).replace(/\s+/g, ' ').trim()
  const words = said.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word))
  if (asksWhatYouAre.test(said)) return 'computer'
  if (human.test(said) && (words.length <= 4 || notMachine.test(said) || nearWish(said))) return 'person'
  if (notMachine.test(said)) return 'person'
  if (words.length <= 5 && thanks.test(said) && !said.includes('?')) return 'thanks'
  if (words.length <= 4 && greets.test(said) && !said.includes('?')) return 'greeting'
  return 'question'
}

/** A wish and a person in one sentence; "a member of staff said so yesterday" is none. */
function nearWish(said: string): boolean {
  return said.split(/[.?!;\n]/).some((sentence) => {
    const person = human.exec(sentence)
    const wished = wish.exec(sentence)
    return person !== null && wished !== null && Math.abs(person.index - wished.index) <= 60
  })
}
