import { streetEndings } from './small-words.ts'
import { byLast, endingsAt } from './word-stretch.ts'

const endings = byLast(streetEndings.split(' '))
/** Words with such an end that are no streets. */
const noStreets = new Set(
  'bladzijde voorzijde achterzijde binnenzijde buitenzijde keerzijde bovenzijde onderzijde weekeind maandeind jaareind voorkant achterkant onderkant bovenkant zijkant binnenkant buitenkant veldslag speelveld invulveld zoekveld tekstveld beeldscherm netwerk kopring spaarpot supermarkt arbeidsmarkt woningmarkt energiemarkt'.split(
    ' ',
  ),
)
const wholeNames = new Set('plein straat laan weg singel kade dijk gracht hof park'.split(' '))
const [shortest, longest] = [4, 40]

/** The end that makes a word in lower case the name of a Dutch street ("Kastanjelaan": "laan"), or a whole name ("plein"). */
export function streetEnding(word: string): string | undefined {
  const { length } = word
  if (length < shortest || length > longest) return undefined
  for (const ending of endingsAt(word, length, endings))
    if (length > ending.length + 2 && word.endsWith(ending)) return noStreets.has(word) ? undefined : ending
  return wholeNames.has(word) ? word : undefined
}
