/** What notices say beside purposes and computers: who, recipients, rights, objecting, decisions, complaints, and what is not known. */
import type { Language } from '../../platform/text.ts'
import type { ProcessingActivity } from '../../privacy/rules.ts'
import type { ClientProfile } from '../../records/contract.ts'
import type { NoticePart, NoticeSection } from './contract.ts'
import type { NoticeFacts, NoticeSystem } from './facts.ts'
import { classText, inSentence, listed, part, sayIn, section } from './say.ts'
import { countryText, termText } from './texts.ts'

export function whoOf({ organisation, client }: NoticeFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  const { phone, email, address, website, privacyOfficer, representative } = client.profile.contact
  const known = (key: 'who.phone' | 'who.email' | 'who.address' | 'who.website', value: string | undefined) =>
    value === undefined ? [] : [say(key, { value: inSentence(value) })]
  return section('who', say('who.title'), {
    lines: [
      say('who.client', { client: client.name }),
      ...(organisation === client.name ? [] : [say('who.organisation', { organisation, client: client.name })]),
      ...known('who.phone', phone),
      ...known('who.email', email),
      ...known('who.address', address),
      ...known('who.website', website),
      privacyOfficer === undefined ? say('who.officerNone') : say('who.officer', { value: inSentence(privacyOfficer) }),
      ...(representative === undefined ? [] : [say('who.representative', { value: inSentence(representative) })]),
    ],
  })
}

// -- recipients -----------------------------------------------------------------------------------------------------

type Recipient = ProcessingActivity['recipients'][number]

/** Each once, with every purpose it is for; a server of one's own hands data to nobody and is not named. */
export function recipientsOf({ activities }: NoticeFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  const purposes = new Map<string, { readonly recipient: Recipient; readonly names: string[] }>()
  for (const { name, recipients } of activities)
    for (const recipient of recipients.filter(({ needed }) => needed)) {
      const key = `${recipient.kind}/${recipient.id}`
      const known = purposes.get(key) ?? { recipient, names: [] }
      known.names.push(name[language])
      purposes.set(key, known)
    }
  const parts = [...purposes.values()].map(({ recipient, names }) => recipientOf(recipient, names, language))
  return section('recipients', say('recipients.title'), {
    lines: [say(parts.length === 0 ? 'recipients.none' : 'recipients.some')],
    parts,
  })
}

function recipientOf(one: Recipient, purposes: readonly string[], language: Language): NoticePart {
  const say = sayIn(language)
  const { country, subProcessors = [], retentionDays, trainsOnData } = one.terms ?? {}
  return part(one.name, [
    ...(one.task === null ? [] : [say('recipients.task', { task: inSentence(one.task[language]) })]),
    say('recipients.for', { purposes: listed(purposes, language) }),
    country === undefined
      ? say('recipients.countryUnknown')
      : say('recipients.country', { country: countryText(language, country) }),
    ...one.transfers.map((transfer) => transferLine(transfer, language)),
    ...(subProcessors.length === 0
      ? []
      : [
          say('recipients.subs', {
            names: listed(
              subProcessors.map(({ name, country: place }) => `${name} (${countryText(language, place)})`),
              language,
            ),
          }),
        ]),
    ...(retentionDays === undefined
      ? []
      : [
          retentionDays === 0
            ? say('recipients.keepsNone')
            : say('recipients.keeps', { term: termText(language, retentionDays) }),
        ]),
    say(
      trainsOnData === undefined
        ? 'recipients.trainsUnknown'
        : trainsOnData
          ? 'recipients.trains'
          : 'recipients.trainsNot',
    ),
  ])
}

function transferLine({ name, country, ground, reference }: Recipient['transfers'][number], language: Language) {
  const say = sayIn(language)
  const values = { name, country: countryText(language, country) }
  // "None needed" is no ground outside the EEA, whatever the register says (records/processor.ts).
  if (ground !== 'adequacy' && ground !== 'scc' && ground !== 'bcr' && ground !== 'derogation')
    return say('recipients.outsideUnknown', values)
  const words = say(`ground.${ground}`)
  return reference === null
    ? say('recipients.outside', { ...values, ground: words })
    : say('recipients.outsideReference', { ...values, ground: words, reference })
}

// -- what one may do ------------------------------------------------------------------------------------------------

const rights = ['access', 'rectification', 'erasure', 'restriction', 'portability', 'objection', 'withdraw'] as const

export function rightsOf({ activities, client }: NoticeFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  const open = rights.filter(
    (right) =>
      (right !== 'objection' || activities.some(({ objectable }) => objectable)) &&
      (right !== 'withdraw' || activities.some(({ basis }) => basis === 'consent')),
  )
  return section('rights', say('rights.title'), {
    lines: [say('rights.list'), say('rights.how'), ...contactLine('rights.howContact', client.profile, language)],
    parts: open.map((right) => part(say(`rights.${right}`), [])),
  })
}

export function objectOf({ activities }: NoticeFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  const names = (which: (one: ProcessingActivity) => boolean) =>
    listed(
      activities.filter(which).map(({ name }) => name[language]),
      language,
    )
  const objectable = names((one) => one.objectable)
  const consent = names(({ basis }) => basis === 'consent')
  return section('object', say('object.title'), {
    lines: [
      objectable === '' ? say('object.none') : say('object.to', { purposes: objectable }),
      ...(consent === '' ? [] : [say('object.consent', { purposes: consent })]),
      ...(objectable === '' && consent === '' ? [] : [say('object.how')]),
    ],
  })
}

/** Only systems whose outcome counts for a customer; what helps a member of staff decides nothing. */
export function decisionsOf({ systems }: NoticeFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  const deciding = systems.filter(
    ({ decisionClass, decisions }) =>
      (decisionClass === 'decide' || decisionClass === 'solely_automated') && decisions?.about !== 'agent',
  )
  return section('decisions', say('decisions.title'), {
    lines: deciding.length === 0 ? [say('decisions.none')] : [],
    parts: deciding.map((one) => part(one.name[language], decisionLines(one, language))),
  })
}

/** What a system's outcome about a person is, what it looks at, and how to have it looked at again. */
export function decisionLines(
  { decisionClass, decisions }: Pick<NoticeSystem, 'decisionClass' | 'decisions'>,
  language: Language,
): string[] {
  const say = sayIn(language)
  const opening = [classText(decisionClass, language)]
  if (decisions === null) return opening
  return [
    ...opening,
    say('decisions.about', { kind: say(`kind.${decisions.kind}`) }),
    say('decisions.uses', {
      features: listed(
        decisions.features.map(({ label }) => label[language]),
        language,
      ),
    }),
    say('decisions.outcomes', {
      outcomes: listed(
        decisions.outcomes.map(({ label }) => label[language]),
        language,
      ),
    }),
    decisions.contest === undefined
      ? say('decisions.contestPage')
      : say('decisions.contest', { way: inSentence(decisions.contest[language]) }),
  ]
}

// -- complaints, and what is not known --------------------------------------------------------------------------------

const authorities = {
  NL: 'https://www.autoriteitpersoonsgegevens.nl/',
  other: 'https://www.edpb.europa.eu/about-edpb/about-edpb/members_en',
}

export function complaintOf({ client }: NoticeFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  const dutch = (client.profile.country ?? 'NL') === 'NL'
  return section('complaint', say('complaint.title'), {
    lines: [
      ...contactLine('complaint.us', client.profile, language),
      say(dutch ? 'complaint.ap' : 'complaint.authority'),
    ],
    links: [
      dutch
        ? { label: say('complaint.apLink'), url: authorities.NL }
        : { label: say('complaint.authorityLink'), url: authorities.other },
    ],
  })
}

/** By post, mail or phone, as far as the register knows. */
export function contactLine(
  key: 'rights.howContact' | 'complaint.us' | 'person.contact',
  { contact }: ClientProfile,
  language: Language,
): string[] {
  const ways = [contact.phone, contact.email, contact.address].filter((way) => way !== undefined)
  return ways.length === 0 ? [] : [sayIn(language)(key, { contact: listed(ways, language) })]
}

/** What the law asks a notice to say and the register does not hold. */
export function unknownOf({ activities, client }: NoticeFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  const lacks = (gap: ProcessingActivity['gaps'][number]) => activities.filter(({ gaps }) => gaps.includes(gap))
  const { address, email } = client.profile.contact
  return section('unknown', say('unknown.title'), {
    lines: [say('unknown.lead')],
    parts: [
      say('unknown.sources'),
      ...(address === undefined || email === undefined ? [say('unknown.contact', { client: client.name })] : []),
      ...lacks('processors_not_named').map(({ name }) =>
        say('unknown.processors', { purpose: inSentence(name[language]) }),
      ),
      ...activities.flatMap(({ jointControllers }) =>
        jointControllers
          .filter(({ arrangement }) => arrangement === undefined)
          .map(({ name }) => say('unknown.arrangement', { name })),
      ),
    ].map((line) => part(line, [])),
  })
}
