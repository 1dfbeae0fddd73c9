/** A conversation as people paste it: one line per turn, who speaks said in front of it or taken in turns. */
import type { SampleTurn } from './contract.ts'

const speakers: readonly (readonly [SampleTurn['role'], RegExp])[] = [
  ['customer', /^(?:klant|beller|customer|caller|client|user|gebruiker)$/],
  ['agent', /^(?:agent|medewerker|medewerkster|adviseur|employee|advisor|adviser|operator|human_agent)$/],
  ['ai', /^(?:ai|bot|chatbot|voicebot|assistent|assistant|computer)$/],
]
const prefix = /^\s*([\p{L}_]{2,20})\s*:\s*/u

/**
 * The turns of a text. A line that names its speaker is theirs; another is the customer's when an agent or an AI spoke
 * last, and an agent's when the customer did. The first belongs to the customer. Empty lines are left out.
 */
export function readDialogue(text: string): SampleTurn[] {
  const turns: SampleTurn[] = []
  for (const line of text.split(/\r\n|[\n\r\u2028\u2029]/)) {
    if (line.trim() === '') continue
    const named = prefix.exec(line)
    const role = named === null ? undefined : speakerOf(named[1]!)
    const said = (role === undefined ? line : line.slice(named![0].length)).trim()
    if (said === '') continue
    turns.push({ role: role ?? (turns.at(-1)?.role === 'customer' ? 'agent' : 'customer'), text: said })
  }
  return turns
}

function speakerOf(word: string): SampleTurn['role'] | undefined {
  const lower = word.toLowerCase()
  return speakers.find(([, words]) => words.test(lower))?.[0]
}
