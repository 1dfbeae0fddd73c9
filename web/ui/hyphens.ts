/**
 * Where long Dutch words may be broken in headings and names of fields, which must fit 320 pixels and twice the size of text
 * (WCAG 2.2, 1.4.4 and 1.4.10). A browser breaks a word of Dutch only with a dictionary, which few have.
 */

/** Compounds with their joints; a word that is not here stays whole. */
export const joints: readonly string[] = [
  'aanhalings-tekens',
  'adequaatheids-besluit',
  'bedrijfs-voorschriften',
  'burger-service-nummer',
  'door-schakelingen',
  'eerlijkheids-audit',
  'gegevens-bescherming',
  'geschillen-commissie',
  'klacht-behandelaar',
  'klant-contact-medewerker',
  'ondernemings-raad',
  'onwaar-schijnlijk',
  'organisatie-bestand',
  'persoons-gegevens',
  'privacy-verklaring',
  'telefoon-platform',
  'toegangs-sleutels',
  'toezicht-medewerker',
  'toezicht-medewerkers',
  'vergelijkings-groep',
  'verantwoor-delijk',
  'verantwoor-delijke',
  'vertegen-woordiger',
  'vertrouwe-lijkheid',
  'verwerkers-overeenkomst',
  'verwerkings-register',
  'voorbeeld-organisatie',
]

const SOFT = '\u00ad'
const byWord = new Map(joints.map((word) => [word.replaceAll('-', ''), word.split('-').map(({ length }) => length)]))

/** The same text with a soft hyphen at each joint, which shows only where the line ends there. */
export function hyphenated(text: string): string {
  return text.replace(/\p{L}{15,}/gu, (word) => {
    const lengths = byWord.get(word.toLowerCase())
    if (lengths === undefined) return word
    const ends = lengths.map((_, n) => lengths.slice(0, n + 1).reduce((sum, length) => sum + length, 0))
    return ends.map((end, n) => word.slice(end - lengths[n]!, end)).join(SOFT)
  })
}
