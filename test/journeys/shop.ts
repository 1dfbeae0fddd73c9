/** A shop with a customer assistant that works: what journeys need that are about its customers. */
export const both = (nl: string, en = nl) => ({ nl, en })

export const officer = { id: 'fatima', name: 'Fatima Aksoy', roles: [{ role: 'ethics_officer' }] }
/** With a training that is valid. */
export const overseer = {
  id: 'bram',
  name: 'Bram de Ruiter',
  roles: [{ role: 'overseer' }],
  qualifications: [{ kind: 'human_oversight', attainedOn: '-30d', validUntil: '+300d' }],
}

/** The fields of its organisation file; `client`: what its only client has beside a name. */
export const shop = (client: object) => ({
  waarborg: 1,
  tenant: { id: 'winkelhuis', name: 'Winkelhuis' },
  clients: [{ id: 'winkel', name: 'Winkel', ...client }],
  purposes: [
    {
      id: 'service',
      client: 'winkel',
      name: both('uw vraag beantwoorden', 'answering your question'),
      basis: 'contract',
      reasoning: both('Nodig voor uw bestelling.', 'Needed for your order.'),
      signedBy: 'fatima',
      signedAt: '-90d',
      dataKinds: both('uw vraag', 'your question'),
      retentionDays: 30,
    },
  ],
  upstreams: [{ id: 'eigen', builtin: 'assistant', provider: { name: 'Eigen' } }],
  people: [officer, overseer],
  systems: [
    {
      id: 'bot',
      client: 'winkel',
      name: both('Klantassistent', 'Customer assistant'),
      description: both('Beantwoordt vragen.', 'Answers questions.'),
      kind: 'chatbot',
      decisionClass: 'inform',
      channel: 'chat',
      language: 'nl',
      purposes: ['service'],
      upstream: 'eigen',
      versions: [{ id: '1', model: 'waarborg-retrieval' }],
      gates: [
        { version: '1', decision: 'approve', by: 'fatima', reasons: 'Nagekeken.', at: '-1d', validUntil: '+300d' },
      ],
      overseers: [{ person: 'bram' }],
    },
  ],
  keys: [{ system: 'bot', label: 'site' }],
})
