/** Accounts of staff: addresses, and which passwords are good enough. */

/** The address as it is compared: without spaces around it, in lower case. */
export function normaliseEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase()
}

/** The same words typed on different keyboards give the same bytes (NIST SP 800-63B-4, 3.1.1.2). */
export function normalisePassword(password: string): string {
  return password.normalize('NFC')
}

export const PASSWORD_MIN_CHARACTERS = 12
/** A longer one is refused, so that nobody makes us hash a book. */
export const PASSWORD_MAX_CHARACTERS = 1_000

export type PasswordDecision =
  | { readonly good: true }
  | { readonly good: false; readonly reason: 'too_short' | 'too_long' | 'repeats' | 'like_account' | 'well_known' }

/**
 * Length counts, composition does not (NIST SP 800-63B-4, 3.1.1.2). Refused beside the short: one pattern repeated,
 * the person's own name or address, and the words everyone tries first, also with digits or signs around them.
 */
export function decidePassword(
  password: string,
  account: { readonly name: string; readonly email: string | null },
): PasswordDecision {
  const characters = [...normalisePassword(password)]
  if (characters.length < PASSWORD_MIN_CHARACTERS) return { good: false, reason: 'too_short' }
  if (characters.length > PASSWORD_MAX_CHARACTERS) return { good: false, reason: 'too_long' }
  const lower = characters.join('').toLowerCase()
  if (isRepetition([...lower])) return { good: false, reason: 'repeats' }
  if (isMostly(lower, partsOf(account))) return { good: false, reason: 'like_account' }
  if (isMostly(lower, contextWords)) return { good: false, reason: 'well_known' }
  return { good: true }
}

/** At most 4 characters over and over (`abcabcabcabc`), or fewer than 5 different ones. */
function isRepetition(characters: readonly string[]): boolean {
  if (new Set(characters).size < 5) return true
  for (let period = 1; period <= 4; period++)
    if (characters.every((character, i) => character === characters[i % period])) return true
  return false
}

/** Are fewer than 6 characters left when these words, digits and signs are taken out? */
function isMostly(lower: string, words: readonly string[]): boolean {
  let rest = lower
  let found = false
  for (const word of words) {
    if (word.length < 4 || !rest.includes(word)) continue
    found = true
    rest = rest.replaceAll(word, '')
  }
  return found && [...rest.replaceAll(/[\P{L}]/gu, '')].length < 6
}

function partsOf({ name, email }: { readonly name: string; readonly email: string | null }): string[] {
  const local = email?.split('@') ?? []
  return [
    ...name.split(/\s+/),
    name.replaceAll(/\s+/g, ''),
    ...local,
    ...local.flatMap((part) => part.split(/[.\-_+]/)),
  ]
    .map((part) => part.toLowerCase())
    .sort((a, b) => b.length - a.length)
}

/**
 * What everyone tries first, and what belongs to this product, its work and the roles of its people; in
 * docs/howto/sign-in.md too (OWASP ASVS 5.0, 6.1.2). The longest of a family comes first.
 */
export const contextWords = [
  'wachtwoord',
  'password',
  'passwort',
  'welkom',
  'welcome',
  'geheim',
  'secret',
  'qwertyuiop',
  'qwerty',
  'azerty',
  'asdfghjkl',
  'zxcvbnm',
  'letmein',
  'iloveyou',
  'administrator',
  'beheerder',
  'admin',
  'changeme',
  'waarborg',
  'contactcenter',
  'contactcentre',
  'contactcentrum',
  'callcenter',
  'klantenservice',
  'klantcontact',
  'customerservice',
  'toezichthouder',
  'ethicsofficer',
  'supervisor',
  'medewerker',
  'teamleider',
  'overseer',
  'auditor',
  'reviewer',
  'gateway',
  'console',
  'zomer',
  'winter',
  'lente',
  'herfst',
  'summer',
  'spring',
  'autumn',
  'januari',
  'november',
  'december',
  'oktober',
  'football',
  'voetbal',
] as const
