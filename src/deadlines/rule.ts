/**
 * The terms that Waarborg keeps, as data: what starts them, how they roll, whether they may be extended or stand still, and where
 * that is written. Read on 2026-11-23; a row is looked at again when its law changes. Values that no law gives are marked `house`.
 */
import type { Roll, Term } from './term.ts'

/** More time is an act: `letter` within the first term and with reasons, or `consent` of the person concerned. */
export type ExtensionRule =
  | {
      readonly by: 'letter'
      /** Counted from the same start. */
      readonly to: Term
      readonly roll: Roll
    }
  | { readonly by: 'consent' }

/** Why a term may stand still; every other wait is shown and not subtracted. */
export const pauseGrounds = ['identity_in_doubt', 'authority_asks'] as const
export type PauseGround = (typeof pauseGrounds)[number]

export type TermRule = {
  readonly id: string
  readonly term: Term
  readonly roll: Roll
  /** In the order in which they are used: a letter first, consent after it. */
  readonly extensions: readonly ExtensionRule[]
  readonly pause: PauseGround | null
  readonly source: {
    readonly article: string
    readonly url: string | null
    /** The law gives no number; this one is ours. */
    readonly house: boolean
  }
}

const days = (amount: number): Term => ({ unit: 'day', amount })
const weeks = (amount: number): Term => ({ unit: 'week', amount })
const months = (amount: number): Term => ({ unit: 'month', amount })
const businessDays = (amount: number): Term => ({ unit: 'business_day', amount })
const hours = (amount: number): Term => ({ unit: 'hour', amount })
const letter = (to: Term, roll: Roll): ExtensionRule => ({ by: 'letter', to, roll })
const consent: ExtensionRule = { by: 'consent' }

const eu = (celex: string, anchor: string) =>
  `https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:${celex}#${anchor}`
const gdpr = (article: string, anchor: string) => ({
  article: `GDPR ${article}`,
  url: eu('32016R0679', anchor),
  house: false,
})
const aiAct = (article: string, anchor: string) => ({
  article: `AI Act ${article}`,
  url: eu('02024R1689-20260727', anchor),
  house: false,
})
const awb = (article: string) => ({
  article: `Awb ${article}`,
  url: 'https://wetten.overheid.nl/BWBR0005537/#Hoofdstuk9',
  house: false,
})
const wkkgz = {
  article: 'Wkkgz 17',
  url: 'https://wetten.overheid.nl/BWBR0037173/',
  house: false,
} as const
const psd2 = { article: 'PSD2 101(2)', url: eu('32015L2366', 'art_101'), house: false } as const
const wbk = {
  article: 'Wet bescherming klokkenluiders',
  url: 'https://wetten.overheid.nl/BWBR0037852/',
  house: false,
} as const

const plain = { roll: 'none', extensions: [], pause: null } as const

export const termRules = [
  {
    id: 'gdpr.12.3.month',
    term: months(1),
    roll: 'reg1182',
    extensions: [letter(months(3), 'reg1182')],
    pause: 'identity_in_doubt',
    source: gdpr('12(3)', 'art_12'),
  },
  {
    id: 'gdpr.12.3.month+2',
    term: months(3),
    roll: 'reg1182',
    extensions: [],
    pause: 'identity_in_doubt',
    source: gdpr('12(3)', 'art_12'),
  },
  { ...plain, id: 'gdpr.12.4.month', term: months(1), roll: 'reg1182', source: gdpr('12(4)', 'art_12') },
  { ...plain, id: 'gdpr.14.3.month', term: months(1), roll: 'reg1182', source: gdpr('14(3)(a)', 'art_14') },
  { ...plain, id: 'gdpr.33.72h', term: hours(72), source: gdpr('33(1)', 'art_33') },
  {
    id: 'gdpr.36.8w',
    term: weeks(8),
    roll: 'reg1182',
    extensions: [letter(weeks(14), 'reg1182')],
    pause: 'authority_asks',
    source: gdpr('36(2)', 'art_36'),
  },
  { ...plain, id: 'aia.73.2.15d', term: days(15), roll: 'reg1182', source: aiAct('73(2)', 'art_73') },
  { ...plain, id: 'aia.73.3.2d', term: days(2), roll: 'reg1182', source: aiAct('73(3)', 'art_73') },
  { ...plain, id: 'aia.73.4.10d', term: days(10), roll: 'reg1182', source: aiAct('73(4)', 'art_73') },
  { ...plain, id: 'aia.26.5.immediately', term: hours(24), source: { ...aiAct('26(5)', 'art_26'), house: true } },
  { ...plain, id: 'awb.9.6.ack', term: days(7), roll: 'atw', source: { ...awb('9:6'), house: true } },
  {
    ...plain,
    id: 'awb.9.11.1',
    term: weeks(6),
    roll: 'atw',
    extensions: [letter(weeks(10), 'atw'), consent],
    source: awb('9:11(1)'),
  },
  {
    ...plain,
    id: 'awb.9.11.1.committee',
    term: weeks(10),
    roll: 'atw',
    extensions: [letter(weeks(14), 'atw')],
    source: awb('9:11(1)'),
  },
  { ...plain, id: 'awb.9.11.2', term: weeks(10), roll: 'atw', extensions: [consent], source: awb('9:11(2)') },
  {
    ...plain,
    id: 'wkkgz.6w',
    term: weeks(6),
    roll: 'atw',
    extensions: [letter(weeks(10), 'atw'), consent],
    source: wkkgz,
  },
  { ...plain, id: 'wkkgz.10w', term: weeks(10), roll: 'atw', extensions: [consent], source: wkkgz },
  {
    ...plain,
    id: 'psd2.101.15bd',
    term: businessDays(15),
    extensions: [letter(businessDays(35), 'none')],
    source: psd2,
  },
  { ...plain, id: 'psd2.101.35bd', term: businessDays(35), source: psd2 },
  { ...plain, id: 'wbk.7d', term: days(7), source: wbk },
  { ...plain, id: 'wbk.3m', term: months(3), source: wbk },
  {
    ...plain,
    id: 'house.ack.5wd',
    term: businessDays(5),
    source: { article: 'ISO 10002 (2018), acknowledge', url: null, house: true },
  },
  {
    ...plain,
    id: 'house.complaint.6w',
    term: weeks(6),
    roll: 'atw',
    extensions: [letter(weeks(10), 'atw')],
    source: { article: 'Nationale ombudsman', url: null, house: true },
  },
  {
    ...plain,
    id: 'house.contest.ack',
    term: businessDays(2),
    source: { ...gdpr('22(3)', 'art_22'), house: true },
  },
  {
    ...plain,
    id: 'house.contest.review',
    term: businessDays(10),
    extensions: [letter(months(1), 'reg1182')],
    source: { ...gdpr('22(3), 12(3)', 'art_22'), house: true },
  },
  {
    ...plain,
    id: 'house.clarify.5wd',
    term: businessDays(5),
    extensions: [letter(months(1), 'reg1182')],
    source: { ...gdpr('12(3), 13(2)(f)', 'art_12'), house: true },
  },
] as const satisfies readonly TermRule[]

export type TermRuleId = (typeof termRules)[number]['id']

const byId: ReadonlyMap<string, TermRule> = new Map(termRules.map((rule) => [rule.id, rule]))

/** A rule that is not known by this name: undefined. */
export const findRule = (id: string): TermRule | undefined => byId.get(id)

export const termRule = (id: TermRuleId): TermRule => byId.get(id)!
