import type { PartyRole } from './contract.ts'

/**
 * Who a party is, from the word the file uses. Only words that mean one thing in a contact centre are in the table;
 * `caller`, `speaker 1` and the like stay unknown, since either side may call.
 */
const words: Readonly<Record<string, PartyRole>> = {
  customer: 'customer',
  contact: 'customer',
  client: 'customer',
  consumer: 'customer',
  end_user: 'customer',
  user: 'customer',
  klant: 'customer',
  agent: 'human_agent',
  human_agent: 'human_agent',
  representative: 'human_agent',
  employee: 'human_agent',
  medewerker: 'human_agent',
  ai: 'ai',
  ai_agent: 'ai',
  assistant: 'ai',
  bot: 'ai',
  chatbot: 'ai',
  virtual_agent: 'ai',
  voicebot: 'ai',
  supervisor: 'supervisor',
  manager: 'supervisor',
  system: 'system',
}

export function roleOfWord(word: string | undefined): PartyRole {
  const key = (word ?? '')
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
  return Object.hasOwn(words, key) ? words[key]! : 'unknown'
}
