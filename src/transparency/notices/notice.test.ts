import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProcessingActivity } from '../../privacy/rules.ts'
import { emptyRegister, type Register, type RegisterPurpose, type RegisterSystem } from '../../records/rules.ts'
import { noticeDifference } from './difference.ts'
import { type NoticeFacts, noticeFacts } from './facts.ts'
import { linesOf, makeNotice } from './notice.ts'
import { countryText, termText } from './texts.ts'

const now = new Date('2026-11-25T12:00:00Z')
const both = (nl: string, en = `${nl} (en)`) => ({ nl, en })
const activity: ProcessingActivity = {
  purpose: 'service',
  client: 'kaapstroom',
  controller: { name: 'Kaapstroom', address: null, email: null, privacyOfficer: null, representative: null },
  jointControllers: [],
  name: both('uw vraag beantwoorden'),
  kind: 'general',
  basis: 'contract',
  specialBasis: null,
  reasoning: null,
  signedBy: null,
  signedAt: null,
  objectable: false,
  about: 'customer',
  staff: null,
  dataSubjects: null,
  dataKinds: both('uw vraag'),
  recipients: [],
  terms: [
    { kind: 'contents', days: 30, from: 'purpose' },
    { kind: 'importedRecordings', days: 30, from: 'purpose' },
    { kind: 'callFacts', days: 1_826, from: 'default' },
    { kind: 'consentProof', days: 1_826, from: 'default' },
  ],
  security: null,
  prohibited: null,
  gaps: [],
}
const system: NoticeFacts['systems'][number] = {
  id: 'bot',
  name: both('Klantassistent'),
  description: both('Deze computer zoekt een antwoord.'),
  decisionClass: 'inform',
  channel: 'chat',
  purposes: ['service'],
  decisions: null,
  emotionInference: 'none',
  biometricCategorisation: false,
  toolsWithOriginals: [],
  provider: { name: 'Rekenhuis' },
}
const facts: NoticeFacts = {
  organisation: 'De Kade',
  client: {
    id: 'kaapstroom',
    name: 'Kaapstroom',
    profile: {
      contact: {},
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
  activities: [activity],
  systems: [system],
}
const withContact = (contact: NoticeFacts['client']['profile']['contact']): NoticeFacts => ({
  ...facts,
  client: { ...facts.client, profile: { ...facts.client.profile, contact } },
})
const withActivity = (more: Partial<ProcessingActivity>): NoticeFacts => ({
  ...facts,
  activities: [{ ...activity, ...more }],
})
const withSystem = (more: Partial<typeof system>): NoticeFacts => ({ ...facts, systems: [{ ...system, ...more }] })
const recipient = (more: Partial<ProcessingActivity['recipients'][number]> = {}) =>
  withActivity({
    recipients: [
      {
        kind: 'processor',
        id: 'p',
        name: 'Rekenhuis Noord',
        task: null,
        systems: [],
        named: true,
        needed: true,
        problems: [],
        terms: null,
        transfers: [],
        ...more,
      },
    ],
  })
/** What one fact changes in the words, without the titles of their sections. */
const changed = (kind: 'privacy' | 'ai', from: NoticeFacts, to: NoticeFacts) => {
  const difference = noticeDifference(makeNotice(kind, from).nl, makeNotice(kind, to).nl)
  return {
    added: difference.flatMap(({ added }) => added),
    removed: difference.flatMap(({ removed }) => removed),
  }
}

describe('a notice says what the register says', () => {
  const cases: readonly [string, 'privacy' | 'ai', NoticeFacts, NoticeFacts, readonly string[], readonly string[]][] = [
    [
      'a privacy officer',
      'privacy',
      facts,
      withContact({ privacyOfficer: 'fg@kaapstroom.example' }),
      ['Onze privacy-functionaris (FG): fg@kaapstroom.example.'],
      ['In ons register staat geen privacy-functionaris (FG).'],
    ],
    [
      'an address and an e-mail address, which are then no longer missing',
      'privacy',
      facts,
      withContact({ address: 'Postbus 1', email: 'a@b.example' }),
      [
        'E-mail: a@b.example.',
        'Adres: Postbus 1.',
        'U kunt het ons ook vragen: a@b.example en Postbus 1.',
        'Bent u het niet eens met ons? Laat het ons weten: a@b.example en Postbus 1.',
      ],
      ['Een adres en een e-mailadres van Kaapstroom.'],
    ],
    [
      'consent',
      'privacy',
      facts,
      withActivity({ basis: 'consent' }),
      [
        'Uw vraag beantwoorden: Wij doen dit alleen als u daarvoor toestemming gaf.',
        'Uw vraag beantwoorden: Het bewijs van uw ja of nee bewaren wij zo lang: 5 jaar.',
        'Uw vraag beantwoorden: U mag uw toestemming altijd intrekken.',
        'Uw vraag beantwoorden: artikel 6, lid 1, onder a, AVG',
        'Mijn toestemming intrekken',
        'Dit doen wij alleen als u ja zegt: uw vraag beantwoorden. U kunt altijd nee zeggen.',
        'Zet op uw eigen pagina het gebruik uit. Dat geldt bij de volgende stap van de computer.',
      ],
      [
        'Uw vraag beantwoorden: Dit is nodig voor uw contract met ons. Het geldt ook als u een contract wilt sluiten.',
        'Uw vraag beantwoorden: artikel 6, lid 1, onder b, AVG',
      ],
    ],
    [
      'another term',
      'privacy',
      facts,
      withActivity({ terms: activity.terms.map((term) => (term.days === 30 ? { ...term, days: 365 } : term)) }),
      ['Uw vraag beantwoorden: Wat u zei of schreef, bewaren wij zo lang: één jaar.'],
      ['Uw vraag beantwoorden: Wat u zei of schreef, bewaren wij zo lang: 30 dagen.'],
    ],
    [
      'recordings with a term of their own',
      'privacy',
      facts,
      withActivity({
        terms: activity.terms.map((term) => (term.kind === 'importedRecordings' ? { ...term, days: 1 } : term)),
      }),
      ['Uw vraag beantwoorden: Opnamen van elders bewaren wij zo lang: één dag.'],
      [],
    ],
    [
      'a company of which nothing is known but its name',
      'privacy',
      facts,
      recipient(),
      [
        'Deze bedrijven werken voor ons, of leveren de computer met AI.',
        'Rekenhuis Noord: Dit is voor: uw vraag beantwoorden.',
        'Rekenhuis Noord: In welk land uw gegevens dan staan, is niet vastgelegd.',
        'Rekenhuis Noord: Of dit bedrijf er AI mee traint, is niet vastgelegd.',
      ],
      ['In ons register staat geen ander bedrijf dat uw gegevens krijgt.'],
    ],
    ['a server of one’s own, which hands data to nobody', 'privacy', facts, recipient({ needed: false }), [], []],
    [
      'what was agreed with it',
      'privacy',
      recipient(),
      recipient({
        task: both('de computers'),
        terms: {
          country: 'US',
          trainsOnData: false,
          retentionDays: 0,
          subProcessors: [{ name: 'Koeling', country: 'DE' }],
        },
        transfers: [{ name: 'Rekenhuis Noord', country: 'US', ground: 'scc', reference: 'SCC 2021/914' }],
      }),
      [
        'Rekenhuis Noord: Dit doet het bedrijf: de computers.',
        'Rekenhuis Noord: Uw gegevens staan dan in dit land: Verenigde Staten.',
        'Rekenhuis Noord: Rekenhuis Noord zit buiten Europa (EER), in dit land: Verenigde Staten. De bescherming rust op: een contract met vaste regels van de Europese Unie (SCC 2021/914).',
        'Rekenhuis Noord: Dit bedrijf schakelt ook anderen in: Koeling (Duitsland).',
        'Rekenhuis Noord: Dit bedrijf bewaart de gegevens niet.',
        'Rekenhuis Noord: Dit bedrijf mag met de gegevens geen AI trainen.',
      ],
      [
        'Rekenhuis Noord: In welk land uw gegevens dan staan, is niet vastgelegd.',
        'Rekenhuis Noord: Of dit bedrijf er AI mee traint, is niet vastgelegd.',
      ],
    ],
    [
      'a country outside the EEA of which no ground is known: none is made up',
      'privacy',
      recipient({ terms: { country: 'US' } }),
      recipient({
        terms: { country: 'US' },
        transfers: [{ name: 'Rekenhuis Noord', country: 'US', ground: 'none_needed', reference: null }],
      }),
      [
        'Rekenhuis Noord: Rekenhuis Noord zit buiten Europa (EER), in dit land: Verenigde Staten. Hoe uw gegevens daar beschermd zijn, is niet vastgelegd.',
      ],
      [],
    ],
    [
      'processors that nobody named',
      'privacy',
      facts,
      withActivity({ gaps: ['processors_not_named'] }),
      ['Welke bedrijven werken voor: uw vraag beantwoorden.'],
      [],
    ],
    [
      'a computer that decides alone',
      'privacy',
      facts,
      withSystem({ decisionClass: 'solely_automated' }),
      ['Klantassistent: Deze computer neemt een besluit zonder medewerker. U kunt een mens opnieuw laten kijken.'],
      ['In ons register staat geen computer die over u besluit.'],
    ],
    [
      'a client in Belgium has another authority',
      'privacy',
      facts,
      { ...facts, client: { ...facts.client, profile: { ...facts.client.profile, country: 'BE' } } },
      [
        'U kunt ook klagen bij de toezichthouder voor privacy in uw land. U kunt ook naar de rechter.',
        'de toezichthouders in Europa',
      ],
      [
        'U kunt ook klagen bij de Autoriteit Persoonsgegevens. U kunt ook naar de rechter.',
        'de Autoriteit Persoonsgegevens',
      ],
    ],
    [
      'emotions and biometrics',
      'ai',
      facts,
      withSystem({ emotionInference: 'customer', biometricCategorisation: true }),
      [
        'Klantassistent: De computer schat hoe u zich voelt. Dat hoort u vooraf, en u mag nee zeggen.',
        'Klantassistent: De computer deelt u in op stem, gezicht of lichaam. Dat hoort u vooraf, en u mag nee zeggen.',
      ],
      [],
    ],
    [
      'another model',
      'ai',
      facts,
      withSystem({ provider: { name: 'Ander', region: 'EU' } }),
      ['Klantassistent: Het model komt van: Ander.', 'Klantassistent: Dit is de regio: EU.'],
      ['Klantassistent: Het model komt van: Rekenhuis.'],
    ],
    [
      'tools that get the real values',
      'ai',
      facts,
      withSystem({ toolsWithOriginals: null }),
      ['Onze eigen systemen kunnen wel de echte gegevens krijgen, om uw vraag te beantwoorden.'],
      [],
    ],
  ]
  for (const [what, kind, from, to, added, removed] of cases)
    test(what, () => assert.deepEqual(changed(kind, from, to), { added: [...added], removed: [...removed] }))

  test('both languages have the same sections and as many lines', () => {
    for (const kind of ['privacy', 'ai'] as const) {
      const { nl, en } = makeNotice(kind, recipient({ terms: { country: 'US', trainsOnData: true } }))
      assert.deepEqual(
        nl.sections.map(({ id }) => id),
        en.sections.map(({ id }) => id),
      )
      assert.deepEqual(
        linesOf(nl).map(({ lines }) => lines.length),
        linesOf(en).map(({ lines }) => lines.length),
      )
    }
  })

  test('an empty register gives a notice that claims nothing', () => {
    const empty: NoticeFacts = { ...facts, activities: [], systems: [] }
    const said = linesOf(makeNotice('ai', empty).nl).flatMap(({ lines }) => lines)
    assert.ok(said.includes('In ons register staat geen computer met AI die met klanten te maken heeft.'))
    assert.ok(
      !said.some((line) => line.includes('verbergt ons programma')),
      'nothing goes anywhere, so nothing is hidden',
    )
    assert.deepEqual(makeNotice('privacy', empty).nl.sections.find(({ id }) => id === 'purposes')?.lines, [
      'In ons register staat nog geen doel. Dan gebruiken wij uw gegevens ook niet.',
    ])
  })
})

describe('which facts of the register count', () => {
  const register = (more: Partial<Register>): Register => ({
    ...emptyRegister,
    tenant: { id: 'dekade', name: 'De Kade' },
    clients: [facts.client, { ...facts.client, id: 'wijkwinkel', name: 'Wijkwinkel' }],
    upstreams: [
      { id: 'u', builtin: 'assistant', baseUrl: null, keyRef: null, provider: { name: 'Eigen' }, options: {} },
    ],
    ...more,
  })
  const purpose = (more: Partial<RegisterPurpose>) =>
    ({
      id: 'service',
      client: 'kaapstroom',
      name: both('doel'),
      basis: 'contract',
      specialBasis: null,
      reasoning: null,
      signedBy: null,
      signedAt: null,
      dataKinds: both('x'),
      retentionDays: 30,
      terms: {},
      consequenceOfNo: null,
      objectable: false,
      kind: 'general',
      about: 'customer',
      staff: null,
      processing: {},
      upstreams: null,
      processors: null,
      prohibited: null,
      ...more,
    }) satisfies RegisterPurpose
  const bot = (more: Partial<RegisterSystem>) =>
    ({ ...system, client: 'kaapstroom', upstream: 'u', prohibited: null, ...more }) as RegisterSystem
  const names = (one: Register) =>
    noticeFacts(one, now).map(({ client, activities, systems }) => [
      client.id,
      activities.map((each) => each.purpose),
      systems.map(({ id }) => id),
    ])

  test('those of the client alone', () =>
    assert.deepEqual(names(register({ purposes: [purpose({})], systems: [bot({})] })), [
      ['kaapstroom', ['service'], ['bot']],
      ['wijkwinkel', [], []],
    ]))
  for (const [what, purposes, systems] of [
    ['a purpose about staff', [purpose({ about: 'staff' })], [bot({})]],
    ['a purpose that is forbidden', [purpose({ prohibited: { practice: 'x', lawRef: '5' } })], [bot({})]],
  ] as const)
    test(`${what} is no part of it, and no system that works for nothing else`, () =>
      assert.deepEqual(names(register({ purposes, systems }))[0], ['kaapstroom', [], []]))
  test('a system that is forbidden is no part of it', () =>
    assert.deepEqual(
      names(register({ purposes: [purpose({})], systems: [bot({ prohibited: { practice: 'x', lawRef: '5' } })] }))[0],
      ['kaapstroom', ['service'], []],
    ))
})

describe('the difference between two versions', () => {
  const { nl } = makeNotice('privacy', facts)
  test('of equal ones is nothing, also when lines changed places', () => {
    assert.deepEqual(noticeDifference(nl, nl), [])
    const moved = { ...nl, sections: nl.sections.map((one) => ({ ...one, lines: one.lines.toReversed() })) }
    assert.deepEqual(noticeDifference(nl, moved), [])
  })
  test('names a section that came or went', () => {
    const without = { ...nl, sections: nl.sections.filter(({ id }) => id !== 'object') }
    const gone = noticeDifference(nl, without)
    assert.deepEqual(
      gone.map(({ title, added, removed }) => [title, added.length, removed.length > 0]),
      [['Bezwaar maken', 0, true]],
    )
    assert.deepEqual(noticeDifference(without, nl), [{ ...gone[0]!, added: gone[0]!.removed, removed: [] }])
  })
})

test('terms and countries in words', () => {
  for (const [days, nl, en] of [
    [1, 'één dag', 'one day'],
    [90, '90 dagen', '90 days'],
    [364, '364 dagen', '364 days'],
    [365, 'één jaar', 'one year'],
    [366, 'één jaar', 'one year'],
    [400, '400 dagen', '400 days'],
    [730, '2 jaar', '2 years'],
    [1_825, '5 jaar', '5 years'],
    [1_826, '5 jaar', '5 years'],
    [2_557, '7 jaar', '7 years'],
  ] as const)
    assert.deepEqual([termText('nl', days), termText('en', days)], [nl, en])
  assert.deepEqual([countryText('nl', 'DE'), countryText('en', 'DE')], ['Duitsland', 'Germany'])
})
