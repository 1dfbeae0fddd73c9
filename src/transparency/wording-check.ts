/** Are a client's own words for a disclosure complete? Asked when they come into the register, not when a customer waits. */
import { formatList, type Language, languages } from '../platform/text.ts'
import { clientOptions, findPersonalData } from '../privacy/rules.ts'
import { type ClientProfile, type DisclosureWording, disclosureWordings } from '../records/contract.ts'
import { type DisclosureChannel, optOutWords, type SecondNotice } from './disclosure.ts'
import { checkDisclosure, type MissingPart } from './disclosure-check.ts'
import { checkSecondNotice, type MissingNoticePart } from './second-notice.ts'
import { transparencyText } from './texts.ts'

export type WordingFault = {
  readonly wording: DisclosureWording
  readonly language: Language
  /** `first_name`: the computer bears a name of a human. */
  readonly missing: readonly (MissingPart | MissingNoticePart | 'first_name')[]
  /** A place between braces that nothing fills. */
  readonly unknown: readonly string[]
}

export type WordingOwner = { readonly name: string; readonly profile: ClientProfile }

const channels: Readonly<Record<Exclude<DisclosureWording, SecondNotice>, DisclosureChannel>> = {
  chat: 'chat',
  voice: 'voice',
  emailUnread: 'email',
  emailRead: 'email',
  agentAssist: 'agent_assist',
  other: 'other',
}

/** A purpose as it may stand in the sentence. */
const aPurpose: Readonly<Record<Language, string>> = { nl: 'u beter helpen', en: 'helping you better' }

/** Everything that is wrong with the own words of a client, in the order of the file. */
export function wordingFaults({ name, profile }: WordingOwner, organisation: string): WordingFault[] {
  return disclosureWordings.flatMap((wording) =>
    languages.flatMap((language) => {
      const template = profile.disclosures?.[wording]?.[language]
      if (template === undefined) return []
      const fault = faultOf({ name, profile }, organisation, wording, language, template)
      return fault.missing.length + fault.unknown.length === 0 ? [] : [fault]
    }),
  )
}

function faultOf(
  { name, profile }: WordingOwner,
  organisation: string,
  wording: DisclosureWording,
  language: Language,
  template: string,
): WordingFault {
  const second = wording === 'emotion' || wording === 'biometric'
  const optOutWord = profile.disclosures?.optOutWord?.[language] ?? optOutWords[language]
  const humanWord = profile.handoff.humanWord[language]
  const values: Readonly<Record<string, string>> = second
    ? { organisation: name, purpose: aPurpose[language], optOutWord }
    : { organisation: name, humanWord }
  const places = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, place]) => place ?? '')
  const unknown = [...new Set(places.filter((place) => !Object.hasOwn(values, place)))]
  const text = template.replaceAll(/\{([^{}]*)\}/g, (whole, place: string) => values[place] ?? whole)
  const missing = second
    ? checkSecondNotice(wording, text, { language, optOutWord })
    : checkDisclosure(text, {
        channel: channels[wording],
        language,
        organisation: namesOf({ organisation, clientName: name, profile }),
        humanWord,
      })
  const named = bearsName(text, language, [...clientOptions({ name, profile }).allow, organisation, name])
  return { wording, language, missing: named ? [...missing, 'first_name'] : missing, unknown }
}

/** Names that customers know: of the client, of the organisation, and of brands with which the client's name begins. */
export function namesOf({
  organisation,
  clientName,
  profile,
}: {
  readonly organisation: string
  readonly clientName: string
  readonly profile: Pick<ClientProfile, 'allow'>
}): string[] {
  const begins = profile.allow.filter((brand) => clientName.toLowerCase().startsWith(`${brand.toLowerCase()} `))
  return [clientName, organisation, ...begins]
}

/**
 * Is somebody called by name in these words? Looked for as names of people are in conversations, brands left out; and, since a
 * sentence often begins with it ("Sophie is a computer"), once more as if that first word had been given as a name.
 */
function bearsName(text: string, language: Language, allow: readonly string[]): boolean {
  const begins = [...text.matchAll(/(?:^|[.!?]\s+)(\p{Lu}\p{Ll}+),? (?:is|helpt|heet|helps|answers|antwoordt)\b/gu)]
  const introduced = begins.map(([, word]) => (language === 'nl' ? `Mijn naam is ${word}.` : `My name is ${word}.`))
  return [text, ...introduced.filter((one) => !/ (Dit|Dat|This|That|It|Een|A) ?\.$/.test(one))].some((part) =>
    findPersonalData([{ role: 'ai', kind: 'text', text: part }], {
      languages: [language, language === 'nl' ? 'en' : 'nl'],
      channel: 'chat',
      allow,
    })[0]!.some(({ label }) => label === 'PERSON'),
  )
}

/** What is wrong, for whoever wrote the file. */
export function wordingFaultText(language: Language, { missing, unknown }: WordingFault): string {
  return [
    ...(missing.length === 0
      ? []
      : [
          transparencyText(language, 'wording.missing', {
            missing: formatList(
              missing.map((part) => transparencyText(language, `disclosure.missing.${part}`)),
              language,
            ),
          }),
        ]),
    ...(unknown.length === 0
      ? []
      : [transparencyText(language, 'wording.unknown', { places: unknown.map((place) => `{${place}}`).join(', ') })]),
  ].join(' ')
}
