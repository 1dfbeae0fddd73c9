import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CardFacts, makeCard } from './card.ts'

const both = (nl: string, en = `${nl} (en)`) => ({ nl, en })
const day = (text: string) => new Date(`${text}T12:00:00Z`)
const facts: CardFacts = {
  organisation: 'De Kade',
  client: {
    id: 'kaapstroom',
    name: 'Kaapstroom',
    profile: {
      contact: { phone: '088-0000100' },
      allow: [],
      handoff: {
        channel: 'chat',
        hours: {},
        timezone: 'Europe/Amsterdam',
        humanWord: both('medewerker', 'person'),
        answerWithinHours: 24,
      },
    },
  },
  system: {
    id: 'bot',
    name: both('Klantassistent'),
    description: both('Deze computer zoekt een antwoord.'),
    decisionClass: 'inform',
    channel: 'chat',
    disclosure: 'inject',
    enforced: true,
    allowedContent: ['text'],
    toolsWithOriginals: [],
    decisions: null,
    emotionInference: 'none',
    biometricCategorisation: false,
    fairnessPublished: false,
    owned: true,
    firstAt: day('2025-01-10'),
  },
  purposes: [
    {
      id: 'service',
      client: 'kaapstroom',
      name: both('uw vraag beantwoorden'),
      basis: 'contract',
      dataKinds: both('uw vraag'),
      retentionDays: 30,
      objectable: false,
    },
  ],
  maker: { name: 'Rekenhuis', region: null, own: false, country: 'DE', trainsOnData: false },
  version: { id: '4.2', model: 'taalmodel-1', createdAt: day('2026-01-05') },
  release: { at: day('2026-01-06'), until: day('2027-01-06') },
  overseen: true,
  sheetAt: null,
  audit: null,
  stops: [],
}
const section = (id: string, given: CardFacts, language: 'nl' | 'en' = 'nl') => {
  const found = makeCard(given, language).find((one) => one.id === id)!
  return [...found.lines, ...found.parts.flatMap(({ title, lines }) => [title, ...lines])]
}
const system = (more: Partial<CardFacts['system']>): CardFacts => ({ ...facts, system: { ...facts.system, ...more } })

describe('the card of a system', () => {
  const cases: readonly [string, string, CardFacts, readonly string[]][] = [
    [
      'one that informs',
      'never',
      facts,
      [
        'De computer neemt geen besluit over u.',
        'De computer begint niet voordat u weet dat het een computer is.',
        "De computer krijgt geen foto's.",
        'De computer krijgt geen geluid.',
        'De computer krijgt geen bestanden.',
        'In ons register staat dat de computer geen emoties schat.',
        'Volgens ons register deelt de computer niemand in op stem of lichaam.',
      ],
    ],
    [
      'one that decides alone, sees pictures, hears emotions and tells nobody: none of these is denied',
      'never',
      system({
        decisionClass: 'solely_automated',
        disclosure: 'none_needed',
        allowedContent: ['text', 'image', 'audio', 'file'],
        emotionInference: 'customer',
        biometricCategorisation: true,
      }),
      [],
    ],
    [
      'consent that it needs',
      'never',
      {
        ...system({
          allowedContent: ['text', 'image', 'audio', 'file'],
          decisionClass: 'decide',
          disclosure: 'none_needed',
        }),
        purposes: [{ ...facts.purposes[0]!, basis: 'consent' }],
      },
      [
        'Zonder uw ja werkt de computer niet voor: uw vraag beantwoorden.',
        'In ons register staat dat de computer geen emoties schat.',
        'Volgens ons register deelt de computer niemand in op stem of lichaam.',
      ],
    ],
    [
      'consent, of which a lack is only watched',
      'never',
      {
        ...system({ enforced: false, allowedContent: ['text', 'image', 'audio', 'file'], disclosure: 'none_needed' }),
        purposes: [{ ...facts.purposes[0]!, basis: 'consent' }],
      },
      [
        'De computer neemt geen besluit over u.',
        'In ons register staat dat de computer geen emoties schat.',
        'Volgens ons register deelt de computer niemand in op stem of lichaam.',
      ],
    ],
    ['its data', 'data', facts, ['Uw vraag beantwoorden: uw vraag.']],
    ['no purpose', 'data', { ...facts, purposes: [] }, ['Welke gegevens dat zijn, is niet vastgelegd.']],
    [
      'a supplier',
      'maker',
      facts,
      [
        'Het model komt van: Rekenhuis. De naam van het model is: taalmodel-1.',
        'Uw gegevens staan dan in dit land: Duitsland.',
        'Dit bedrijf mag met de gegevens geen AI trainen.',
        'Waarop het model is getraind, is niet vastgelegd.',
      ],
    ],
    [
      'a supplier of which nothing is known',
      'maker',
      { ...facts, version: null, maker: { ...facts.maker, country: null, trainsOnData: null } },
      [
        'Het model komt van: Rekenhuis. Welk model het is, is niet vastgelegd.',
        'In welk land uw gegevens dan staan, is niet vastgelegd.',
        'Of dit bedrijf er AI mee traint, is niet vastgelegd.',
        'Waarop het model is getraind, is niet vastgelegd.',
      ],
    ],
    [
      'a server of one’s own, with a data sheet',
      'maker',
      { ...facts, maker: { ...facts.maker, own: true, region: 'EU' }, sheetAt: day('2026-03-01') },
      [
        'Het model komt van: Rekenhuis. De naam van het model is: taalmodel-1.',
        'Dit is de regio: EU.',
        'Deze computer draait bij De Kade. Niemand anders krijgt uw vraag.',
        'Waarop het model is getraind, is bekeken op 1 maart 2026.',
      ],
    ],
    [
      'who answers for it',
      'who',
      facts,
      [
        'Kaapstroom is verantwoordelijk voor wat de computer doet.',
        'Bij ons hoort één vaste eigenaar bij deze computer.',
        'Een medewerker met een geldige training houdt toezicht. Die kan de computer uitzetten.',
      ],
    ],
    [
      'nobody who answers for it',
      'who',
      { ...system({ owned: false }), overseen: false },
      [
        'Kaapstroom is verantwoordelijk voor wat de computer doet.',
        'Wie de eigenaar van deze computer is, is niet vastgelegd.',
        'Nu houdt niemand met een geldige training toezicht.',
        'Daarom geeft de computer geen antwoord.',
      ],
    ],
    [
      'nobody who watches over it, of which a lack is only watched',
      'who',
      { ...system({ enforced: false }), overseen: false },
      [
        'Kaapstroom is verantwoordelijk voor wat de computer doet.',
        'Bij ons hoort één vaste eigenaar bij deze computer.',
        'Nu houdt niemand met een geldige training toezicht.',
      ],
    ],
    [
      'since when',
      'since',
      facts,
      [
        'De computer staat in ons register sinds 10 januari 2025.',
        'Dit is versie 4.2, in ons register sinds 5 januari 2026.',
        'Wij gaven deze versie vrij op 6 januari 2026. Dat geldt tot 6 januari 2027.',
      ],
    ],
    [
      'a version that is not released',
      'since',
      { ...facts, release: null },
      [
        'De computer staat in ons register sinds 10 januari 2025.',
        'Dit is versie 4.2, in ons register sinds 5 januari 2026.',
        'Deze versie is nu niet vrijgegeven.',
      ],
    ],
    [
      'no version',
      'since',
      { ...system({ firstAt: null }), version: null, release: null },
      ['Er is nog geen versie in gebruik.'],
    ],
    ['no decisions', 'decisions', facts, ['In ons register staat geen besluit waaraan deze computer meewerkt.']],
    [
      'decisions about a customer, with how to have them looked at again',
      'decisions',
      system({
        decisionClass: 'decide',
        decisions: {
          kind: 'eligibility',
          about: 'customer',
          features: [{ feature: 'months', label: both('hoelang u klant bent'), show: 'number' }],
          notUsed: [],
          outcomes: [{ outcome: 'yes', label: both('u krijgt een regeling') }],
          contest: both('bel 088-0000100.'),
          review: { unfavourable: true },
        },
      }),
      [
        'Deze computer geeft een uitkomst die voor u telt. Een medewerker kan die veranderen.',
        'Het gaat om: of u iets kunt krijgen.',
        'De computer kijkt naar: hoelang u klant bent.',
        'Dit kan de uitkomst zijn: u krijgt een regeling.',
        'Niet mee eens? Zo laat u een mens opnieuw kijken: bel 088-0000100.',
        'Is de uitkomst slecht voor u, dan kijkt eerst een medewerker.',
      ],
    ],
    [
      'an audit that is not public is not told',
      'fairness',
      { ...facts, audit: { at: day('2026-05-01'), verdict: 'difference_found' } },
      ['Kaapstroom maakt dat voor deze computer niet openbaar.'],
    ],
    ['never measured', 'fairness', system({ fairnessPublished: true }), ['Dat is nog niet gemeten.']],
    [
      'a difference that is public',
      'fairness',
      { ...system({ fairnessPublished: true }), audit: { at: day('2026-05-01'), verdict: 'difference_found' } },
      [
        'Wij hebben het gemeten op 1 mei 2026. Er was een verschil tussen groepen. Een verschil is nog geen bewijs van discriminatie.',
      ],
    ],
    [
      'a measurement that cannot tell',
      'fairness',
      { ...system({ fairnessPublished: true }), audit: { at: day('2026-05-01'), verdict: 'cannot_tell' } },
      [
        'Wij hebben het gemeten op 1 mei 2026. Er waren te weinig gegevens voor een uitspraak. Het kan goed of slecht zitten.',
      ],
    ],
    ['no stop', 'stops', facts, ['In het laatste jaar hebben wij de computer niet uitgezet.']],
    [
      'stops, one of which is open, and a reason that is not known here',
      'stops',
      {
        ...facts,
        stops: [
          { at: day('2026-10-02'), until: null, reason: 'wrong_answers' },
          { at: day('2026-04-01'), until: day('2026-04-03'), reason: 'iets-nieuws' },
        ],
      },
      [
        'In het laatste jaar hebben wij de computer 2 keer uitgezet.',
        'Op 2 oktober 2026 uitgezet. De reden is: antwoorden klopten niet. De computer staat nog uit.',
        'Op 1 april 2026 uitgezet, op 3 april 2026 weer aangezet. De reden is: iets anders.',
      ],
    ],
  ]
  for (const [what, id, given, expected] of cases)
    test(`${id}: ${what}`, () => assert.deepEqual(section(id, given), [...expected]))

  test('has the same sections with as many lines in both languages, and none is empty but what is never done', () => {
    const [nl, en] = (['nl', 'en'] as const).map((language) =>
      makeCard(facts, language).map(({ id, lines, parts }) => [id, lines.length, parts.length]),
    )
    assert.deepEqual(nl, en)
    assert.deepEqual(
      nl!.filter(([id, lines, parts]) => id !== 'never' && lines === 0 && parts === 0),
      [],
    )
  })
})
