/** The invented organisation of a simulation: two clients, every kind of ground, a system whose provider is away. */
import type { OrganisationInput } from '../../src/records/organisation-file.ts'

export const tenant = 'simulatie'
export const model = 'proef-1'
export const overseer = 'oscar'
export const systemVersion = '1'

export type SystemName = 'noord-chat' | 'noord-agent' | 'noord-weg' | 'zuid-chat'
export type ClientName = 'noord' | 'zuid'

type Ground = 'none' | 'consent' | 'objection'
export const purposes: Readonly<Record<ClientName, Readonly<Record<string, Ground>>>> = {
  noord: { service: 'none', doorverbinden: 'objection', advies: 'consent' },
  zuid: { hulp: 'consent' },
}
export const clients = Object.keys(purposes) as ClientName[]
export const clientOf: Readonly<Record<SystemName, ClientName>> = {
  'noord-chat': 'noord',
  'noord-agent': 'noord',
  'noord-weg': 'noord',
  'zuid-chat': 'zuid',
}
export const systems = Object.keys(clientOf) as SystemName[]

const basisOf = { none: 'contract', consent: 'consent', objection: 'legitimate_interests' } as const
const both = (text: string) => ({ nl: text, en: text })

/** `upstream`: address of the provider up to and including /v1. Nothing listens on port 9 of this machine. */
export function organisation(upstream: string): OrganisationInput {
  return {
    waarborg: 1,
    tenant: { id: tenant, name: 'Simulatie' },
    clients: clients.map((id) => ({ id, name: `Klant ${id}` })),
    purposes: clients.flatMap((client) =>
      Object.entries(purposes[client]).map(([id, ground]) => ({
        id,
        client,
        name: both(id),
        basis: basisOf[ground],
        ...(ground === 'consent'
          ? {}
          : { reasoning: both('Nodig voor het antwoord.'), signedBy: 'mila', signedAt: '-30d' }),
        dataKinds: both('uw vraag'),
        retentionDays: 30,
      })),
    ),
    upstreams: [
      { id: 'proef', baseUrl: upstream, provider: { name: 'Proefmodel', region: 'EU' } },
      { id: 'weg', baseUrl: 'http://127.0.0.1:9/v1', provider: { name: 'Weg', region: 'EU' } },
    ],
    people: [
      { id: 'mila', name: 'Mila Beslisser', roles: [{ role: 'ethics_officer' }, { role: 'administrator' }] },
      {
        id: overseer,
        name: 'Oscar Toezicht',
        roles: [{ role: 'overseer' }],
        qualifications: [{ kind: 'human_oversight', attainedOn: '-60d', validUntil: '+300d' }],
      },
    ],
    systems: systems.map((id) => ({
      id,
      client: clientOf[id],
      name: both(id),
      description: both(id),
      kind: 'chatbot' as const,
      decisionClass: 'inform' as const,
      channel: 'chat' as const,
      language: 'nl',
      purposes: Object.keys(purposes[clientOf[id]]),
      upstream: id === 'noord-weg' ? 'weg' : 'proef',
      model,
      disclosure: id === 'noord-chat' ? ('inject' as const) : ('none_needed' as const),
      versions: [{ id: systemVersion, current: true }],
      gates: [
        { decision: 'approve' as const, by: 'mila', reasons: 'Nagekeken en goed.', at: '-10d', validUntil: '+300d' },
      ],
      overseers: [{ person: overseer, from: '-10d' }],
    })),
    keys: systems.flatMap((system) => [
      { system, label: 'own' },
      { system, label: 'revoked' },
    ]),
  }
}
