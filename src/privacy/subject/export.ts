/**
 * A data subject's consents for elsewhere: as consent records with the four sections of ISO/IEC TS 27560 (header,
 * processing, parties, events) in the words of the Data Privacy Vocabulary (https://w3id.org/dpv), and as an attachment of
 * a vCon. Ids of events are ids of ledger entries, so a receipt proves each. What the register does not know is named
 * under `missing`; nothing is filled in for it.
 */
import type { LawfulBasis } from '../../records/contract.ts'
import type { SubjectConsents } from './contract.ts'

export type ExportFacts = {
  readonly view: SubjectConsents
  readonly now: Date
  readonly organisation: string
  readonly country: string
  readonly contact: { readonly address?: string; readonly email?: string; readonly privacyOfficer?: string }
  /** By purpose. */
  readonly processing: ReadonlyMap<
    string,
    {
      readonly dataKinds: string
      readonly retentionDays: number
      readonly recipients: readonly { readonly name: string; readonly country: string | null }[]
    }
  >
}

const context = {
  dpv: 'https://w3id.org/dpv#',
  'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
  dct: 'http://purl.org/dc/terms/',
} as const

const bases: Readonly<Record<LawfulBasis, string>> = {
  consent: 'eu-gdpr:A6-1-a',
  contract: 'eu-gdpr:A6-1-b',
  legal_obligation: 'eu-gdpr:A6-1-c',
  vital_interests: 'eu-gdpr:A6-1-d',
  public_task: 'eu-gdpr:A6-1-e',
  legitimate_interests: 'eu-gdpr:A6-1-f',
}

/** States of consent as DPV names them; an objection is no state of consent, and has its own word. */
const states: Readonly<Record<string, string>> = {
  asked: 'dpv:ConsentRequested',
  given: 'dpv:ConsentGiven',
  refused: 'dpv:ConsentRefused',
  withdrawn: 'dpv:ConsentWithdrawn',
  expired: 'dpv:ConsentExpired',
  superseded: 'dpv:ConsentInvalidated',
  objected: 'eu-gdpr:A21',
  objection_lifted: 'waarborg:ObjectionLifted',
}

/** One record per purpose that was ever asked about. */
export function consentRecords(facts: ExportFacts) {
  const { view, now, organisation, country, contact } = facts
  return {
    '@context': { ...context, waarborg: 'urn:waarborg:' },
    'dct:conformsTo': 'ISO/IEC TS 27560:2023',
    'waarborg:profile': 'record-eu-gdpr',
    'dct:created': now.toISOString(),
    '@graph': view.purposes
      .filter(({ events }) => events.length > 0)
      .map((one) => {
        const processing = facts.processing.get(one.purpose)
        const recipients = processing?.recipients ?? []
        const locations = [...new Set(recipients.flatMap((recipient) => recipient.country ?? []))]
        const missing = [
          ...(contact.address === undefined ? ['parties.controller.address'] : []),
          ...(contact.email === undefined ? ['parties.controller.contact'] : []),
          ...(locations.length === 0 ? ['processing.storageLocation'] : []),
          ...(one.events.some(({ text }) => text === null) ? ['processing.privacyNotice.text'] : []),
        ]
        return {
          '@type': 'dpv:ConsentRecord',
          header: {
            schemaVersion: '27560:2023',
            recordId: `${view.subject}/${one.purpose}`,
            piiPrincipalId: view.subject,
          },
          processing: {
            privacyNotice: one.events.flatMap(({ wording, text }) =>
              wording.onFile ? [{ id: wording.notice, version: wording.version, sha256: wording.sha256, text }] : [],
            ),
            language: [...new Set(one.events.map(({ wording }) => wording.language))],
            purpose: { '@id': one.purpose, 'dct:title': one.name, '@type': 'dpv:Purpose' },
            lawfulBasis: bases[one.basis],
            piiInformation: processing?.dataKinds ?? null,
            piiControllers: [view.client],
            storageLocation: locations,
            retentionPeriod: processing === undefined ? null : `P${processing.retentionDays}D`,
            jurisdiction: country,
            recipients: recipients.map(({ name }) => name),
            withdrawalMethod: ['portal', 'chat', 'voice', 'staff'],
            rights: ['eu-gdpr:A7-3', 'eu-gdpr:A15', 'eu-gdpr:A17', 'eu-gdpr:A77'],
          },
          parties: [
            { id: view.subject, type: 'dpv:DataSubject' },
            {
              id: view.client,
              type: 'dpv:DataController',
              name: view.clientName,
              address: contact.address ?? null,
              contact: contact.privacyOfficer ?? contact.email ?? null,
            },
            { id: organisation, type: 'dpv:DataProcessor', name: organisation },
          ],
          events: one.events.map((event) => ({
            id: event.id,
            time: event.at,
            validity: event.expiresAt,
            entity: event.by,
            type: event.by === 'customer' ? 'dpv:ExplicitlyExpressedConsent' : 'dpv:ConsentControl',
            state: states[event.state] ?? event.state,
            wording: {
              version: event.wording.version,
              language: event.wording.language,
              channel: event.wording.channel,
            },
            receipt: event.id,
          })),
          missing,
        }
      }),
  }
}

/** As attachments of a vCon (draft-howe-vcon-consent-00, draft-howe-vcon-lawful-basis): the state of now, never older. */
export function vconAttachments({ view, now }: ExportFacts) {
  const body = (one: SubjectConsents['purposes'][number]) => one.events.at(-1)
  return {
    attachments: [
      {
        type: 'consent',
        encoding: 'json',
        body: {
          party: view.subject,
          timestamp: now.toISOString(),
          // Asked again before each use.
          status_interval: 0,
          consents: view.purposes
            .filter((one) => one.basis === 'consent' && one.events.length > 0)
            .map((one) => ({
              purpose: one.purpose,
              status: stands(one) ? 'granted' : 'denied',
              timestamp: body(one)!.at,
              expiration: body(one)!.expiresAt,
              proof: body(one)!.id,
            })),
        },
      },
      {
        type: 'lawful_basis',
        encoding: 'json',
        body: view.purposes.map((one) => ({ purpose: one.purpose, lawful_basis: one.basis, granted: stands(one) })),
      },
    ],
  }
}

/** For every AI system that works for the purpose; without one nothing is granted. */
const stands = ({ uses }: SubjectConsents['purposes'][number]): boolean =>
  uses.length > 0 && uses.every(({ use }) => use.use === 'allowed')
