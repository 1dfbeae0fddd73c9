/**
 * The card of one AI system, for anybody: what it does, what not, with which data, who answers for it. Recorded facts only;
 * what is not known is said. AI Act art. 13 and 26(11), GDPR art. 13(2)(f).
 */
import { formatDate, type Language } from '../../platform/text.ts'
import type { Bilingual, ClientProfile, DecisionRules, Purpose } from '../../records/contract.ts'
import { groundOf } from '../ground.ts'
import type { NoticeSection } from '../notices/contract.ts'
import { hiddenOf, personOf } from '../notices/notice-ai.ts'
import { decisionLines } from '../notices/notice-parts.ts'
import { asTitle, classText, inSentence, listed, part, sayIn, section } from '../notices/say.ts'
import { countryText } from '../notices/texts.ts'
import type { LastAudit } from './contract.ts'
import { type CardTextKey, cardText } from './texts.ts'

export type CardFacts = {
  readonly organisation: string
  readonly client: { readonly id: string; readonly name: string; readonly profile: ClientProfile }
  readonly system: {
    readonly id: string
    readonly name: Bilingual
    readonly description: Bilingual
    readonly decisionClass: string
    readonly channel: string
    readonly disclosure: string
    /** false: calls may go on while rules are only watched, so nothing is promised that such a call passes over. */
    readonly enforced: boolean
    readonly allowedContent: readonly string[]
    readonly toolsWithOriginals: readonly string[] | null
    readonly decisions: DecisionRules | null
    readonly emotionInference: 'none' | 'customer'
    readonly biometricCategorisation: boolean
    readonly fairnessPublished: boolean
    readonly owned: boolean
    readonly firstAt: Date | null
  }
  readonly purposes: readonly Purpose[]
  readonly maker: {
    readonly name: string
    readonly region: string | null
    /** What goes there reaches nobody else than the organisation. */
    readonly own: boolean
    readonly country: string | null
    readonly trainsOnData: boolean | null
  }
  readonly version: { readonly id: string; readonly model: string; readonly createdAt: Date } | null
  /** The release that holds now; null: none does. */
  readonly release: { readonly at: Date; readonly until: Date } | null
  readonly overseen: boolean
  /** When a data sheet of this version was last found whole; null: never. */
  readonly sheetAt: Date | null
  /** null: never measured. */
  readonly audit: LastAudit | null
  /** Of the last year, the latest first. */
  readonly stops: readonly { readonly at: Date; readonly until: Date | null; readonly reason: string }[]
}

type Compose = (facts: CardFacts, language: Language) => NoticeSection
type Say = (key: CardTextKey, values?: Readonly<Record<string, string | number>>) => string
const says =
  (language: Language): Say =>
  (key, values = {}) =>
    cardText(language, key, values)

/** Every section, in the order in which people read them. */
export function makeCard(facts: CardFacts, language: Language): NoticeSection[] {
  const sections: readonly Compose[] = [
    doesOf,
    neverOf,
    dataOf,
    (all, its) => hiddenOf({ systems: [all.system] }, its),
    makerOf,
    whoOf,
    sinceOf,
    decisionsOf,
    (all, its) => personOf({ client: all.client }, its),
    fairnessOf,
    stopsOf,
  ]
  return sections.map((compose) => compose(facts, language))
}

function doesOf({ system, purposes }: CardFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  return section('does', cardText(language, 'does.title'), {
    lines: [
      system.description[language].trim(),
      classText(system.decisionClass, language),
      say('systems.channel', { channel: say(`channel.${system.channel as 'chat'}`) }),
      ...(system.emotionInference === 'customer' ? [say('systems.emotion')] : []),
      ...(system.biometricCategorisation ? [say('systems.biometric')] : []),
    ],
    parts: purposes.map(({ name, basis }) => {
      const { sentence, law } = groundOf(basis, language)
      return part(asTitle(name[language]), [sentence], [law])
    }),
  })
}

/** Each line is held by the gateway, or is what the register says and then says so. */
function neverOf({ system, purposes }: CardFacts, language: Language): NoticeSection {
  const say = says(language)
  const consent = system.enforced
    ? purposes.filter(({ basis }) => basis === 'consent').map(({ name }) => name[language])
    : []
  const notUsed = system.decisions?.notUsed.map(({ label }) => label[language]) ?? []
  const deciding = system.decisionClass === 'decide' || system.decisionClass === 'solely_automated'
  return section('never', say('never.title'), {
    lines: [
      ...(deciding ? [] : [say('never.decide')]),
      ...(system.disclosure === 'none_needed' ? [] : [say('never.untold')]),
      ...(consent.length === 0 ? [] : [say('never.consent', { purposes: listed(consent, language) })]),
      ...(notUsed.length === 0 ? [] : [say('never.notUsed', { attributes: listed(notUsed, language) })]),
      ...(['image', 'audio', 'file'] as const)
        .filter((kind) => !system.allowedContent.includes(kind))
        .map((kind) => say(`never.${kind}`)),
      ...(system.emotionInference === 'none' ? [say('never.emotion')] : []),
      ...(system.biometricCategorisation ? [] : [say('never.biometric')]),
    ],
  })
}

function dataOf({ system, purposes }: CardFacts, language: Language): NoticeSection {
  const say = says(language)
  const features = system.decisions?.features.map(({ label }) => label[language]) ?? []
  return section('data', say('data.title'), {
    lines: [
      ...(purposes.length === 0 ? [say('data.none')] : []),
      ...purposes.map(({ name, dataKinds }) =>
        say('data.for', { purpose: asTitle(name[language]), dataKinds: inSentence(dataKinds[language]) }),
      ),
      ...(features.length === 0 ? [] : [sayIn(language)('decisions.uses', { features: listed(features, language) })]),
    ],
  })
}

function makerOf({ maker, version, sheetAt, organisation }: CardFacts, language: Language): NoticeSection {
  const say = says(language)
  const notice = sayIn(language)
  const trains =
    maker.trainsOnData === null
      ? 'recipients.trainsUnknown'
      : maker.trainsOnData
        ? 'recipients.trains'
        : 'recipients.trainsNot'
  return section('maker', say('maker.title'), {
    lines: [
      version === null
        ? say('maker.noVersion', { provider: maker.name })
        : say('maker.name', { provider: maker.name, model: version.model }),
      ...(maker.region === null ? [] : [notice('recipients.region', { region: maker.region })]),
      ...(maker.own
        ? [say('maker.own', { organisation })]
        : [
            maker.country === null
              ? notice('recipients.countryUnknown')
              : notice('recipients.country', { country: countryText(language, maker.country) }),
            notice(trains),
          ]),
      sheetAt === null ? say('maker.sheetNone') : say('maker.sheet', { date: formatDate(sheetAt, language) }),
    ],
  })
}

/** Roles, never names: who it is at the organisation is nobody else's business. */
function whoOf({ client, system, overseen }: CardFacts, language: Language): NoticeSection {
  const say = says(language)
  return section('who', say('who.title'), {
    lines: [
      say('who.client', { client: client.name }),
      say(system.owned ? 'who.owner' : 'who.ownerNone'),
      say(overseen ? 'who.overseen' : 'who.overseenNone'),
      ...(overseen || !system.enforced ? [] : [say('who.held')]),
    ],
  })
}

function sinceOf({ system, version, release }: CardFacts, language: Language): NoticeSection {
  const say = says(language)
  const day = (at: Date) => formatDate(at, language)
  return section('since', say('since.title'), {
    lines: [
      ...(system.firstAt === null ? [] : [say('since.first', { date: day(system.firstAt) })]),
      version === null
        ? say('since.versionNone')
        : say('since.version', { version: version.id, date: day(version.createdAt) }),
      ...(version === null
        ? []
        : [
            release === null
              ? say('since.releasedNone')
              : say('since.released', { date: day(release.at), until: day(release.until) }),
          ]),
    ],
  })
}

function decisionsOf({ system }: CardFacts, language: Language): NoticeSection {
  const say = says(language)
  const { decisions } = system
  if (decisions === null || decisions.about === 'agent')
    return section('decisions', say('decisions.title'), { lines: [say('decisions.none')] })
  return section('decisions', say('decisions.title'), {
    lines: [
      ...decisionLines(system, language),
      ...(decisions.review?.unfavourable === true ? [say('decisions.review')] : []),
    ],
  })
}

function fairnessOf({ system, client, audit }: CardFacts, language: Language): NoticeSection {
  const say = says(language)
  const line = !system.fairnessPublished
    ? say('fairness.unpublished', { client: client.name })
    : audit === null
      ? say('fairness.none')
      : say(`fairness.${audit.verdict}`, { date: formatDate(audit.at, language) })
  return section('fairness', say('fairness.title'), { lines: [line] })
}

const reasons = ['harm', 'wrong_answers', 'privacy', 'discrimination', 'security', 'supplier', 'maintenance'] as const

function stopsOf({ stops }: CardFacts, language: Language): NoticeSection {
  const say = says(language)
  const reasonOf = (code: string) => say(`reason.${reasons.find((one) => one === code) ?? 'other'}`)
  return section('stops', say('stops.title'), {
    lines: [
      stops.length === 0
        ? say('stops.none')
        : say(`stops.count.${stops.length === 1 ? 'one' : 'other'}`, { count: stops.length }),
    ],
    parts: stops.map(({ at, until, reason }) => {
      const values = { date: formatDate(at, language), reason: reasonOf(reason) }
      const line =
        until === null
          ? say('stops.open', values)
          : say('stops.ended', { ...values, until: formatDate(until, language) })
      return part(line, [])
    }),
  })
}
