/** Model `waarborg-routing`: a queue by keywords, with the words that counted, so that the choice can be explained. */
import { type StemLanguage, stem, wordsOf } from './stem.ts'
import type { Request } from './transcript.ts'

export type Routed = {
  readonly queue: string
  /** Share of the words found that speak for this queue, in [0, 1]; 0 when none was found. */
  readonly score: number
  /** Words of the sentence that spoke for it, as they were said. */
  readonly factors: readonly string[]
}

export const OTHER_QUEUE = 'overig'

const queues: Readonly<Record<string, Readonly<Record<StemLanguage, string>>>> = {
  betalen: {
    nl: 'betalen betaling rekening factuur nota jaarnota incasso termijnbedrag afgeschreven bedrag geld achterstand aanmaning deurwaarder',
    en: 'pay payment bill invoice statement debit instalment charged amount money arrears reminder bailiff refund',
  },
  verhuizen: {
    nl: 'verhuizen verhuizing verhuis sleutel adres adreswijziging woning huis',
    en: 'move moving moved key address house home flat',
  },
  storing: {
    nl: 'storing stroom uitgevallen gas gaslucht kapot lekkage donker netbeheerder monteur',
    en: 'outage power fault gas smell broken leak dark grid technician',
  },
  contract: {
    nl: 'contract opzeggen overstappen tarief verlengen aanbod prijs abonnement',
    en: 'contract cancel switch tariff renew offer price subscription',
  },
  klacht: {
    nl: 'klacht klagen boos ontevreden schandalig onacceptabel belachelijk',
    en: 'complaint complain angry unhappy unacceptable ridiculous',
  },
}
/** A complaint outweighs what it is about: it must reach who handles complaints. */
const weights: Readonly<Record<string, number>> = { klacht: 3 }

/** Ties and no word at all go to the queue for the rest: a doubt is for a person. */
export function routeText(text: string): Routed {
  const words = wordsOf(text).slice(0, 2_000)
  const found = Object.entries(queues).map(([queue, lists]) => {
    const factors = new Set<string>()
    for (const language of ['nl', 'en'] as const) {
      const stems = new Set(lists[language].split(' ').map((word) => stem(word, language)))
      for (const word of words) if (stems.has(stem(word, language))) factors.add(word)
    }
    return { queue, factors: [...factors], weight: factors.size * (weights[queue] ?? 1) }
  })
  const total = found.reduce((sum, { weight }) => sum + weight, 0)
  const [first, second] = [...found].sort((a, b) => b.weight - a.weight)
  if (!first || first.weight === 0 || first.weight === second?.weight)
    return { queue: OTHER_QUEUE, score: 0, factors: [] }
  return {
    queue: first.queue,
    score: Math.round((first.weight / total) * 100) / 100,
    factors: first.factors.slice(0, 10),
  }
}

/** The answer is JSON, for the switchboard and not for a customer. */
export function route({ messages }: Request): { content: string } {
  const said = messages.filter(({ role }) => role === 'user').at(-1)
  return { content: JSON.stringify(routeText(said?.text ?? '')) }
}
