/** What every view of the console is given beside its reply. */
import type { MeView } from '../../src/access/contract.ts'
import accessEn from '../../src/access/text.en.json' with { type: 'json' }
import accessNl from '../../src/access/text.nl.json' with { type: 'json' }
import auditsEn from '../../src/fairness/audits/text.en.json' with { type: 'json' }
import auditsNl from '../../src/fairness/audits/text.nl.json' with { type: 'json' }
import monitorsEn from '../../src/fairness/monitors/text.en.json' with { type: 'json' }
import monitorsNl from '../../src/fairness/monitors/text.nl.json' with { type: 'json' }
import promptsEn from '../../src/fairness/prompts/text.en.json' with { type: 'json' }
import promptsNl from '../../src/fairness/prompts/text.nl.json' with { type: 'json' }
import ledgerEn from '../../src/ledger/text.en.json' with { type: 'json' }
import ledgerNl from '../../src/ledger/text.nl.json' with { type: 'json' }
import { readers } from '../../src/platform/http.ts'
import { formatNumber, formatShare, type Language } from '../../src/platform/text.ts'
import rightsEn from '../../src/privacy/rights/text.en.json' with { type: 'json' }
import rightsNl from '../../src/privacy/rights/text.nl.json' with { type: 'json' }
import privacyEn from '../../src/privacy/text.en.json' with { type: 'json' }
import privacyNl from '../../src/privacy/text.nl.json' with { type: 'json' }
import type { Bilingual } from '../../src/records/contract.ts'
import type { KeptForm } from '../app.ts'
import { type Dates, datesIn } from '../ui/dates.ts'
import { createWords, type Words } from '../ui/words.ts'
import accessScreensEn from './access/text.en.json' with { type: 'json' }
import accessScreensNl from './access/text.nl.json' with { type: 'json' }
import casesEn from './cases/text.en.json' with { type: 'json' }
import casesNl from './cases/text.nl.json' with { type: 'json' }
import complaintsEn from './complaints/text.en.json' with { type: 'json' }
import complaintsNl from './complaints/text.nl.json' with { type: 'json' }
import decisionsEn from './decisions/text.en.json' with { type: 'json' }
import decisionsNl from './decisions/text.nl.json' with { type: 'json' }
import attributesEn from './fairness/attributes/text.en.json' with { type: 'json' }
import attributesNl from './fairness/attributes/text.nl.json' with { type: 'json' }
import monitorScreensEn from './fairness/monitors/text.en.json' with { type: 'json' }
import monitorScreensNl from './fairness/monitors/text.nl.json' with { type: 'json' }
import promptScreensEn from './fairness/prompts/text.en.json' with { type: 'json' }
import promptScreensNl from './fairness/prompts/text.nl.json' with { type: 'json' }
import fairnessEn from './fairness/text.en.json' with { type: 'json' }
import fairnessNl from './fairness/text.nl.json' with { type: 'json' }
import monitoringEn from './monitoring/text.en.json' with { type: 'json' }
import monitoringNl from './monitoring/text.nl.json' with { type: 'json' }
import consentEn from './privacy/consents/text.en.json' with { type: 'json' }
import consentNl from './privacy/consents/text.nl.json' with { type: 'json' }
import processingEn from './privacy/processing/text.en.json' with { type: 'json' }
import processingNl from './privacy/processing/text.nl.json' with { type: 'json' }
import rightsScreensEn from './privacy/rights/text.en.json' with { type: 'json' }
import rightsScreensNl from './privacy/rights/text.nl.json' with { type: 'json' }
import samplesEn from './privacy/samples/text.en.json' with { type: 'json' }
import samplesNl from './privacy/samples/text.nl.json' with { type: 'json' }
import subjectsEn from './privacy/subjects/text.en.json' with { type: 'json' }
import subjectsNl from './privacy/subjects/text.nl.json' with { type: 'json' }
import recordsEn from './records/text.en.json' with { type: 'json' }
import recordsNl from './records/text.nl.json' with { type: 'json' }
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }
import toldEn from './transparency/text.en.json' with { type: 'json' }
import toldNl from './transparency/text.nl.json' with { type: 'json' }
import vaultEn from './vault/text.en.json' with { type: 'json' }
import vaultNl from './vault/text.nl.json' with { type: 'json' }

export type ConsoleKey =
  | keyof typeof nl
  | keyof typeof consentNl
  | keyof typeof accessScreensNl
  | keyof typeof samplesNl
  | keyof typeof rightsNl
  | keyof typeof vaultNl
  | keyof typeof rightsScreensNl
  | keyof typeof subjectsNl
  | keyof typeof processingNl
  | keyof typeof recordsNl
  | keyof typeof monitoringNl
  | keyof typeof decisionsNl
  | keyof typeof casesNl
  | keyof typeof complaintsNl
  | keyof typeof fairnessNl
  | keyof typeof attributesNl
  | keyof typeof monitorScreensNl
  | keyof typeof promptsNl
  | keyof typeof promptScreensNl
  | keyof typeof toldNl

/**
 * With the sentences of `access/` for what can go wrong with people, keys and signing in, and those of `ledger/` for what
 * a check of the row can find.
 */
export const consoleWords = createWords(
  {
    ...ledgerNl,
    ...privacyNl,
    ...accessNl,
    ...accessScreensNl,
    ...consentNl,
    ...samplesNl,
    ...rightsNl,
    ...rightsScreensNl,
    ...subjectsNl,
    ...processingNl,
    ...recordsNl,
    ...monitoringNl,
    ...decisionsNl,
    ...casesNl,
    ...complaintsNl,
    ...monitorsNl,
    ...attributesNl,
    ...monitorScreensNl,
    ...promptsNl,
    ...promptScreensNl,
    ...promptsNl,
    ...promptScreensNl,
    ...toldNl,
    ...vaultNl,
    ...auditsNl,
    ...fairnessNl,
    ...nl,
  },
  {
    ...ledgerEn,
    ...privacyEn,
    ...accessEn,
    ...accessScreensEn,
    ...consentEn,
    ...samplesEn,
    ...rightsEn,
    ...rightsScreensEn,
    ...subjectsEn,
    ...processingEn,
    ...recordsEn,
    ...monitoringEn,
    ...decisionsEn,
    ...casesEn,
    ...complaintsEn,
    ...monitorsEn,
    ...attributesEn,
    ...monitorScreensEn,
    ...promptsEn,
    ...promptScreensEn,
    ...promptsEn,
    ...promptScreensEn,
    ...toldEn,
    ...vaultEn,
    ...auditsEn,
    ...fairnessEn,
    ...en,
  },
)

/** A person's choice of light or dark; undefined follows the device. */
export type Scheme = 'light' | 'dark' | undefined

export type ConsoleContext = Words<ConsoleKey> &
  Dates & {
    readonly language: Language
    readonly now: Date
    /** Path and query of this page, for the language switch and the way back. */
    readonly path: string
    readonly scheme: Scheme
    /** Who is signed in; undefined on pages before that. */
    readonly me: MeView | undefined
    readonly assets: AssetPaths
    /** A form that this person sent before they had to prove who they are; see `keptFor`. */
    readonly kept: KeptForm | undefined
    number(n: number): string
    /** A share in [0, 1] as percentage. */
    share(share: number): string
    /** The reader's language of a text that has both. */
    local(text: Bilingual): string
    /** Whether the person has one of these roles. */
    may(roles: readonly string[]): boolean
  }

/** Addresses of the built files of this version. */
export type AssetPaths = {
  readonly consoleCss: string
  readonly portalCss: string
  /** Beside the console's own, on pages of cases and on those of a conversation. */
  readonly casesCss: string
  readonly conversationCss: string
  readonly consoleJs: string
  readonly portalJs: string
  /** Beside the console's own on pages with a passkey. */
  readonly passkeyJs: string
  /** The check in the reader's browser, for a receipt in the page and for a file; two files each. */
  readonly verifyJs: readonly string[]
  readonly dropJs: readonly string[]
}

export function consoleContext(
  given: Pick<ConsoleContext, 'language' | 'now' | 'path' | 'scheme' | 'me' | 'assets'> & {
    kept?: KeptForm | undefined
  },
): ConsoleContext {
  const { language, me } = given
  return {
    ...given,
    kept: given.kept,
    ...consoleWords(language),
    ...datesIn(language),
    number: (n) => formatNumber(n, language),
    share: (share) => formatShare(share, language),
    local: (text) => text[language],
    may: (roles) => me?.roles.some((role) => roles.includes(role)) ?? false,
  }
}

/**
 * The areas of the console, in the order of the menu. Those that a role may not see are absent. The API decides again at
 * every request; this list only spares people a door that stays shut.
 */
export const areas = [
  { path: '/console/today', key: 'area.today', group: undefined, letter: 'v', roles: readers },
  {
    path: '/console/conversations',
    key: 'area.conversations',
    group: 'group.follow',
    letter: 'g',
    roles: [...readers, 'agent', 'complaint_handler', 'reviewer'],
  },
  {
    path: '/console/decisions',
    key: 'area.decisions',
    group: 'group.follow',
    letter: 'u',
    roles: [...readers, 'agent', 'complaint_handler', 'reviewer'],
  },
  {
    path: '/console/fairness',
    key: 'area.fairness',
    group: 'group.follow',
    letter: 'e',
    roles: ['ethics_officer', 'auditor', 'overseer', 'dpo'],
  },
  { path: '/console/cases', key: 'area.cases', group: 'group.handle', letter: 'a', roles: undefined },
  {
    path: '/console/feedback',
    key: 'area.feedback',
    group: 'group.follow',
    letter: 'f',
    roles: [...readers, 'agent', 'complaint_handler', 'reviewer'],
  },
  {
    path: '/console/hand-offs',
    key: 'area.handOffs',
    group: 'group.handle',
    letter: 'd',
    roles: ['agent', 'supervisor', 'administrator', 'overseer', 'ethics_officer', 'complaint_handler'],
  },
  { path: '/console/systems', key: 'area.systems', group: 'group.arrange', letter: 's', roles: readers },
  { path: '/console/ledger', key: 'area.ledger', group: 'group.account', letter: 'l', roles: readers },
  {
    path: '/console/privacy/coverage',
    key: 'area.coverage',
    group: 'group.account',
    letter: 'h',
    roles: ['dpo', 'ethics_officer', 'ai_engineer', 'administrator', 'auditor'],
  },
  {
    path: '/console/requests',
    key: 'area.requests',
    group: 'group.handle',
    letter: 'z',
    roles: [...readers, 'agent', 'complaint_handler'],
  },
  {
    path: '/console/privacy/subjects',
    key: 'area.subjects',
    group: 'group.handle',
    letter: 'c',
    roles: ['agent', 'supervisor', 'complaint_handler', 'dpo', 'ethics_officer', 'administrator'],
  },
  { path: '/console/privacy/purposes', key: 'area.purposes', group: 'group.account', letter: 'p', roles: readers },
  { path: '/console/retention', key: 'area.retention', group: 'group.account', letter: 't', roles: readers },
  {
    path: '/console/breaches',
    key: 'area.breaches',
    group: 'group.account',
    letter: 'j',
    roles: ['dpo', 'ethics_officer', 'administrator', 'auditor', 'management'],
  },
  { path: '/console/limits', key: 'area.limits', group: 'group.account', letter: 'w', roles: undefined },
  {
    path: '/console/people',
    key: 'area.people',
    group: 'group.settings',
    letter: 'm',
    roles: ['administrator', 'ethics_officer', 'dpo', 'auditor'],
  },
  {
    path: '/console/keys',
    key: 'area.keys',
    group: 'group.settings',
    letter: 'k',
    roles: ['administrator', 'ai_engineer', 'owner', 'auditor', 'dpo', 'ethics_officer'],
  },
  {
    path: '/console/privacy/keys',
    key: 'area.protection',
    group: 'group.settings',
    letter: 'b',
    roles: ['administrator', 'ethics_officer', 'dpo', 'auditor'],
  },
] as const satisfies readonly {
  path: string
  key: ConsoleKey
  group: ConsoleKey | undefined
  letter: string
  roles: readonly string[] | undefined
}[]

/** What was filled in for a form that goes to `action`, when it waited for a sign-in; undefined: nothing. */
export const keptFor = (cx: ConsoleContext, action: string): KeptForm['fields'] | undefined =>
  cx.kept?.action === action ? cx.kept.fields : undefined

export const areasFor = (cx: ConsoleContext) => areas.filter(({ roles }) => roles === undefined || cx.may(roles))

/** Where a person lands after signing in: whoever waits for customers first sees the customers who wait. */
export function landing(roles: readonly string[]): string {
  if (roles.some((role) => (readers as readonly string[]).includes(role))) return '/console/today'
  if (roles.includes('agent')) return '/console/hand-offs'
  if (roles.includes('complaint_handler') || roles.includes('reviewer')) return '/console/cases'
  return '/console/limits'
}
