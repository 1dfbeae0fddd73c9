/**
 * What law or house rule a complaint is handled under: its terms, whether the customer is heard before there is a verdict, and where
 * they can go when they do not agree. Data, so that another sector is another row.
 */
import type { TermRuleId } from '../../deadlines/index.ts'
import { complaintProfiles } from '../../records/contract.ts'

export const profileIds = complaintProfiles
export type ProfileId = (typeof profileIds)[number]

export type Profile = {
  /** Until when it is acknowledged, and until when there is a verdict. */
  readonly acknowledge: TermRuleId
  readonly decide: TermRuleId
  /** `demanded`: no verdict without (Awb 9:10). `offered`: when the customer wants it. */
  readonly hearing: 'demanded' | 'offered'
  /** May the customer ask for a second look inside? A public body refers to the ombudsman after its answer (Awb 9:12). */
  readonly appeal: boolean
  /** Where the customer can go outside, in the order in which they are named. */
  readonly routes: readonly RouteId[]
}

/** The second look has a term of our own; no law gives one. */
export const APPEAL_RULE: TermRuleId = 'house.complaint.6w'

/**
 * `decided`: after the organisation's own verdict. `late`: also when that did not come in time. `always`: at any time, beside the
 * complaint.
 */
export const openings = ['decided', 'late', 'always'] as const
export type Opening = (typeof openings)[number]

export type Route = {
  readonly id: RouteId
  readonly website: string
  readonly address: string
  readonly opens: readonly Opening[]
  /** Only when the organisation joined it. */
  readonly members: boolean
}

export const routeIds = ['nationale_ombudsman', 'geschillencommissie', 'kifid', 'ap', 'acm'] as const
export type RouteId = (typeof routeIds)[number]

const routes: Readonly<Record<RouteId, Omit<Route, 'id'>>> = {
  // Awb 9:20: the organisation comes first
  nationale_ombudsman: {
    website: 'https://www.nationaleombudsman.nl',
    address: 'Postbus 93122, 2509 AC Den Haag',
    opens: ['decided', 'late'],
    members: false,
  },
  geschillencommissie: {
    website: 'https://www.degeschillencommissie.nl',
    address: 'Postbus 90600, 2509 LP Den Haag',
    opens: ['decided', 'late'],
    members: true,
  },
  kifid: {
    website: 'https://www.kifid.nl',
    address: 'Postbus 93257, 2509 AG Den Haag',
    opens: ['decided', 'late'],
    members: true,
  },
  // GDPR 77, AI Act 85: no need to complain elsewhere first
  ap: {
    website: 'https://www.autoriteitpersoonsgegevens.nl',
    address: 'Postbus 93374, 2509 AJ Den Haag',
    opens: ['always'],
    members: false,
  },
  acm: {
    website: 'https://www.consuwijzer.nl',
    address: 'Postbus 16326, 2500 BH Den Haag',
    opens: ['always'],
    members: false,
  },
}

const house = { acknowledge: 'house.ack.5wd', decide: 'house.complaint.6w', hearing: 'offered', appeal: true } as const

export const profiles: Readonly<Record<ProfileId, Profile>> = {
  default: { ...house, routes: ['geschillencommissie', 'acm', 'ap'] },
  // public bodies: Awb 9:6, 9:10, 9:11
  awb: {
    acknowledge: 'awb.9.6.ack',
    decide: 'awb.9.11.1',
    hearing: 'demanded',
    appeal: false,
    routes: ['nationale_ombudsman', 'ap'],
  },
  // finance: Wft 4:17 and BGfo 40-41 give no term, but a record and a way on
  wft: { ...house, routes: ['kifid', 'ap'] },
  // payments: PSD2 101(2)
  psd2: { ...house, decide: 'psd2.101.15bd', routes: ['kifid', 'ap'] },
  // care: Wkkgz 17
  wkkgz: { ...house, decide: 'wkkgz.6w', routes: ['geschillencommissie', 'ap'] },
}

/** Bodies that an organisation may have joined; the others are there for everybody. */
export type MemberOf = Extract<RouteId, 'geschillencommissie' | 'kifid'>

/** Every way on for this kind of organisation: of bodies that one must have joined, those that it did. */
export const routesOf = (profile: ProfileId, memberOf: readonly string[] = ['geschillencommissie', 'kifid']): Route[] =>
  profiles[profile].routes
    .map((id) => ({ id, ...routes[id] }))
    .filter(({ id, members }) => !members || memberOf.includes(id))

/** The ways on that are open now. */
export const openRoutes = (
  profile: ProfileId,
  now: { readonly decided: boolean; readonly late: boolean },
  memberOf?: readonly string[],
): Route[] => routesOf(profile, memberOf).filter(({ opens }) => opens.some((when) => when === 'always' || now[when]))
