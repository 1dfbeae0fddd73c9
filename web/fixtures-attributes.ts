/** Sample replies about attributes of people. */
import type { AttributeLine, AttributeView, OwnAttributes } from '../src/records/attributes/contract.ts'

const both = (nl: string, en: string) => ({ nl, en })
const proof = { event: '01936f2a-7c00-7000-8000-000000007901', index: 40 }
const origin: AttributeLine = {
  id: 'herkomst',
  client: 'kaapstroom',
  statement: {
    name: both('waar u geboren bent', 'where you were born'),
    source: 'customer',
    special: true,
    choices: [
      { value: 'nederland', label: both('in Nederland', 'in the Netherlands') },
      { value: 'elders', label: both('in een ander land', 'in another country') },
    ],
    question: both('Waar bent u geboren?', 'Where were you born?'),
    necessity: both(
      'Zonder dit antwoord is niet te zien of de AI mensen die elders geboren zijn achterstelt.',
      'Without this answer nobody can see whether the AI treats people born elsewhere worse.',
    ),
    legalGround: both('uitdrukkelijke toestemming (AVG 9(2)(a))', 'explicit consent (GDPR 9(2)(a))'),
    keepDays: 365,
  },
  signedBy: '01936f2a-7c00-7000-8000-000000000002',
  signedAt: '2026-09-24T09:00:00.000Z',
  endsAt: '2026-12-10T09:00:00.000Z',
  endedAt: null,
  people: 812,
  lastReadAt: '2026-11-20T10:00:00.000Z',
  proof,
}
const region: AttributeLine = {
  ...origin,
  id: 'regio',
  statement: {
    ...origin.statement,
    name: both('regio van de postcode', 'region of the postcode'),
    source: 'service',
    special: false,
  },
  endsAt: null,
  endedAt: '2026-11-01T09:00:00.000Z',
  people: null,
  lastReadAt: null,
}
export const attributes = [origin, region]

export function attributeOf(id: string | undefined): AttributeView | undefined {
  const line = attributes.find((one) => one.id === id)
  if (line === undefined) return undefined
  const signed = { statement: line.statement, signedBy: line.signedBy, signedAt: line.signedAt, proof }
  return {
    ...line,
    reads:
      line.lastReadAt === null
        ? []
        : [
            {
              id: '01936f2a-7c00-7000-8000-000000007911',
              purpose: 'audit',
              purposeId: '01936f2a-7c00-7000-8000-000000007101',
              rows: 960,
              values: 812,
              readBy: 'audits',
              readAt: line.lastReadAt,
              proof,
            },
          ],
    statements: [signed, { ...signed, signedAt: '2026-03-02T09:00:00.000Z' }],
  }
}

const { name, question, necessity, choices } = origin.statement
export const ownAttributes: OwnAttributes = {
  client: 'Kaapstroom Energie',
  attributes: [
    {
      id: origin.id,
      name,
      question: question!,
      necessity,
      choices,
      value: 'nederland',
      givenAt: '2026-11-02T09:00:00.000Z',
      keptUntil: '2027-11-02T09:00:00.000Z',
    },
  ],
}
