import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { findPersonalData } from './find.ts'
import type { Channel, Finding, Part, RedactionOptions, Role } from './personal-data.ts'

const chat: RedactionOptions = { languages: ['nl', 'en'], channel: 'chat', allow: [] }
const by = (channel: Channel): RedactionOptions => ({ ...chat, channel })

const part = (role: Role, text: string): Part => ({ role, kind: role === 'tool' ? 'json' : 'text', text })
const customer = (text: string): Part => part('customer', text)
const agent = (text: string): Part => part('agent', text)
const ai = (text: string): Part => part('ai', text)
const tool = (value: unknown): Part => part('tool', JSON.stringify(value))

const told = (text: string, findings: readonly Finding[]): string[] =>
  findings.map(({ start, end, label }) => `${label} ${text.slice(start, end)}`)
const allTold = (parts: readonly Part[], options = chat): string[][] => {
  const found = findPersonalData(parts, options)
  return parts.map(({ text }, i) => told(text, found[i]!))
}
/** What is told of the last part. */
const last = (parts: readonly Part[], options = chat): string[] => allTold(parts, options).at(-1)!

describe('one message of a customer', () => {
  const cases: readonly (readonly [text: string, ...told: string[]])[] = [
    ['Goedemiddag, u spreekt met Bouchra El Idrissi.', 'PERSON Bouchra El Idrissi'],
    ['Mijn naam is D. van den Heuvel-de Koning', 'PERSON D. van den Heuvel-de Koning'],
    ['mijn dochter Noortje heeft gebeld', 'PERSON Noortje'],
    ['Dear Mr Hollingsworth, my mum Bernadette called', 'PERSON Hollingsworth', 'PERSON Bernadette'],
    ['De factuur klopt niet.\n\nMet vriendelijke groet,\nHidde Wagenaar', 'PERSON Hidde Wagenaar'],
    ['Mail mij op s.jansen@voorbeeld.nl', 'EMAIL s.jansen@voorbeeld.nl'],
    ['Bel me op 06-12345678 of +31 20 555 01 11', 'PHONE 06-12345678', 'PHONE +31 20 555 01 11'],
    ['Mijn IBAN is NL91 ABNA 0417 1643 00', 'IBAN NL91 ABNA 0417 1643 00'],
    ['mijn bsn is 9999.96.009', 'BSN 9999.96.009'],
    ['bsn 123456789', 'BSN 123456789'],
    ['kaart 4111 1111 1111 1111, cvc 123', 'CARD 4111 1111 1111 1111', 'CVC 123'],
    ['Ik woon op Kerkstraat 12-B, 9934 NC', 'ADDRESS Kerkstraat 12-B', 'POSTCODE 9934 NC'],
    ['My address is 14 Thistle Row, AB99 1XY', 'ADDRESS 14 Thistle Row', 'POSTCODE AB99 1XY'],
    ['I live at 27 Pear Tree Close', 'ADDRESS 27 Pear Tree Close'],
    ['Geboren op 3 maart 1958', 'DOB 3 maart 1958'],
    ['my date of birth is 03/04/1990', 'DOB 03/04/1990'],
    ['Mijn klantnummer is 448812', 'CUSTREF 448812'],
    ['order number GB-2290-17', 'CUSTREF GB-2290-17'],
    ['kenteken 12-ABC-3', 'PLATE 12-ABC-3'],
    ['my SSN is 078-05-1120', 'NATID 078-05-1120'],
    ['het wachtwoord is Zonnebloem!7', 'SECRET Zonnebloem!7'],
    ['the code you texted me is 338291', 'SECRET 338291'],
    ['my card ends in 0131', 'CARD 0131'],
    ['483920111', 'CUSTREF 483920111'],
  ]
  for (const [text, ...expected] of cases)
    test(`hides what identifies in “${text.replaceAll('\n', ' / ')}”`, () => {
      assert.deepEqual(
        last([customer(text)]).map((line) => line.replace(/[.!]$/, '')),
        expected.map((line) => line.replace(/[.!]$/, '')),
      )
    })

  const untouched: readonly string[] = [
    'Ik heb 2 stuks besteld van 89,50 en die kwamen op 12 maart aan.',
    'Hoe lang duurt het voordat mijn pakket er is?',
    'The flight KL1234 to London leaves at 10:45 on 20 May.',
    'My pin is blocked, what should I do?',
    'Het wachtwoord is verlopen.',
    'De firmware is 7.20.1.3 en het werkt niet.',
    'Ik betaal 1.204,50 euro per jaar.',
    'Dank u wel, dat is prima.',
    'What can I do if my card still has not arrived after 2 weeks?',
    'Wat kost het abonnement na 12 maanden?',
  ]
  for (const text of untouched) test(`leaves “${text}” alone`, () => assert.deepEqual(last([customer(text)]), []))
})

describe('one message of a caller', () => {
  const cases: readonly (readonly [text: string, ...told: string[]])[] = [
    ['ja goedemorgen hidde wagenaar is de naam ik bel over de storing', 'PERSON hidde wagenaar'],
    ['nul zes dubbel een twee drie vier vijf zes zeven', 'PHONE nul zes dubbel een twee drie vier vijf zes zeven'],
    ['mijn mail is jan punt smit apenstaartje voorbeeld punt nl', 'EMAIL jan punt smit apenstaartje voorbeeld punt nl'],
    ['it is mary dot jones at example dot com', 'EMAIL mary dot jones at example dot com'],
    ['mijn geboortedatum is drie maart negentien achtenvijftig', 'DOB drie maart negentien achtenvijftig'],
  ]
  for (const [text, ...expected] of cases)
    test(`hides what identifies in “${text}”`, () => assert.deepEqual(last([customer(text)], by('speech')), expected))

  test('words of correction and fillers stay outside', () => {
    assert.deepEqual(last([customer('mijn klantnummer is vier vier acht eh nee wacht acht een twee')], by('speech')), [
      'CUSTREF vier vier acht',
      'CUSTREF acht een twee',
    ])
  })
})

describe('a question explains its answer', () => {
  const cases: readonly (readonly [question: string, answer: string, ...told: string[]])[] = [
    ['Met wie spreek ik?', 'sanne', 'PERSON sanne'],
    ['Wat is uw postcode en huisnummer?', '1234 ab 12', 'POSTCODE 1234 ab', 'ADDRESS 12'],
    ['Wat zijn de laatste vier cijfers van uw kaart?', '0131', 'CARD 0131'],
    ['And the three digits on the back?', '412', 'CVC 412'],
    ['Can I have your date of birth?', '5 1 51', 'DOB 5 1 51'],
    ['Welke code hebt u gekregen?', '7712', 'SECRET 7712'],
    ['Wat is uw e-mailadres?', 'jan@voorbeeld.nl', 'EMAIL jan@voorbeeld.nl'],
  ]
  for (const [question, answer, ...expected] of cases)
    test(`“${question}” “${answer}”`, () => assert.deepEqual(last([agent(question), customer(answer)]), expected))

  test('digits that come over two messages are hidden in both', () => {
    const parts = [agent('Wat is uw telefoonnummer?'), customer('0612'), agent('ja'), customer('345678')]
    assert.deepEqual(allTold(parts).slice(1), [['PHONE 0612'], [], ['PHONE 345678']])
  })

  test('a model asks as a person does', () => {
    assert.deepEqual(last([ai('May I have your name?'), customer('rhys mccarty')]), ['PERSON rhys mccarty'])
  })

  test('a yes is no name', () => {
    assert.deepEqual(last([agent('Mag ik uw naam?'), customer('Ja hoor, een momentje')]), [])
  })
})

describe('what tools say', () => {
  const user = {
    mia_li_3668: {
      name: { first_name: 'Mia', last_name: 'Li' },
      address: { address1: '975 Sunset Drive', city: 'Austin', zip: '78750' },
      email: 'mia.li@example.com',
      dob: '1990-04-05',
      payment_methods: { card: { last_four: '7447', brand: 'visa' } },
      saved_passengers: [{ first_name: 'Amelia', last_name: 'Ito', dob: '1986-03-26' }],
      membership: 'gold',
      balance: 100250,
      created: '2024-05-15',
    },
  }

  test('keys say what their values are', () => {
    assert.deepEqual(last([tool(user)]), [
      'USERNAME mia_li_3668',
      'PERSON Mia',
      'PERSON Li',
      'ADDRESS 975 Sunset Drive',
      'CITY Austin',
      'POSTCODE 78750',
      'EMAIL mia.li@example.com',
      'DOB 1990-04-05',
      'CARD 7447',
      'PERSON Amelia',
      'PERSON Ito',
      'DOB 1986-03-26',
    ])
  })

  test('Dutch keys, camel case and hyphens are understood', () => {
    const value = {
      geboorteDatum: '03-04-1990',
      'achter-naam': 'x',
      voornaam: 'Fatma',
      huisnummer: 12,
      postCode: '1234AB',
    }
    const found = last([tool(value)])
    for (const expected of ['DOB 03-04-1990', 'PERSON Fatma', 'ADDRESS 12', 'POSTCODE 1234AB'])
      assert.ok(found.includes(expected), expected)
  })

  test('names of products and dates of orders stay', () => {
    const order = {
      product: { name: 'Storm lamp', price: 25 },
      quantity: 2,
      order_date: '2026-05-20',
      status: 'shipped',
    }
    assert.deepEqual(last([tool(order)]), [])
  })

  test('JSON inside a string of JSON is followed, and findings point into the outer text', () => {
    const text = JSON.stringify({ result: JSON.stringify({ phone: '06\u0031"2345678', dob: '1990-04-05' }) })
    const found = findPersonalData([part('tool', text)], chat)[0]!
    assert.deepEqual(
      found.map(({ start, end }) => text.slice(start, end)),
      ['061\\\\\\"2345678', '1990-04-05'],
    )
  })

  test('what looks like JSON and is none is read as text', () => {
    assert.deepEqual(last([part('tool', '{"email": "a@voorbeeld.nl", ')]), ['EMAIL a@voorbeeld.nl'])
  })

  test('arguments of a tool are read as its results are', () => {
    const args: Part = { role: 'ai', kind: 'json', text: '{"user_id":"mia_li_3668","origin":"JFK"}' }
    assert.deepEqual(last([args]), ['USERNAME mia_li_3668'])
  })

  test('a name field is a name', () => {
    assert.deepEqual(last([{ role: 'customer', kind: 'name', text: 'fatma' }]), ['PERSON fatma'])
  })
})

describe('memory over the dialogue', () => {
  test('a surname that first stands beside a known first name is hidden with it', () => {
    const parts = [
      customer('hi, my name is Mia'),
      part('ai', 'Summary:\n- **Passenger:** Mia Li (one way)'),
      part('ai', 'Mia Could you confirm?'),
    ]
    assert.deepEqual(allTold(parts, chat).slice(1), [['PERSON Mia Li'], ['PERSON Mia']])
  })

  test('a value under a key is hidden in what comes after and in what came before', () => {
    const parts = [
      ai('One moment, Mia.'),
      tool({ first_name: 'Mia', last_name: 'Li', dob: '1990-04-05' }),
      ai('Thank you, Mia Li. You were here on April 5, 1990 and Li called.'),
    ]
    const found = allTold(parts)
    assert.deepEqual(found[0], ['PERSON Mia'])
    assert.deepEqual(found[2], ['PERSON Mia Li', 'DOB April 5, 1990', 'PERSON Li'])
  })

  test('read backward, only what came before counts', () => {
    const parts = [ai('Kijk, Wagenaar.'), customer('Mijn naam is Hidde Wagenaar'), ai('Dag Wagenaar')]
    assert.deepEqual(allTold(parts, { ...chat, memory: 'backward' })[0], [])
    assert.deepEqual(allTold(parts)[0], ['PERSON Wagenaar'])
    assert.deepEqual(allTold(parts, { ...chat, memory: 'backward' })[2], ['PERSON Wagenaar'])
  })

  test('a number is the same however it is grouped or said', () => {
    const parts = [customer('mijn nummer is 06-12345678'), ai('Ik bel 0612345678, dus +31 6 12 34 56 78.')]
    assert.deepEqual(last(parts), ['PHONE 0612345678', 'PHONE +31 6 12 34 56 78'])
  })

  test('a name that is also a word counts with a capital only', () => {
    const parts = [tool({ first_name: 'Will', last_name: 'Li' }), ai('Will you pay, Will? Everything will be fine.')]
    assert.deepEqual(last(parts), ['PERSON Will'])
  })

  test('a code with the name in it is hidden whole, a field name is not', () => {
    const parts = [tool({ first_name: 'Mia' }), tool({ owner: 'mia_3668', mia_time: 1, miami: 'x' })]
    assert.deepEqual(last(parts), ['USERNAME mia_3668', 'USERNAME mia_time'].slice(0, 1))
  })

  test('values hidden before are hidden again', () => {
    const known = [{ label: 'PERSON', value: 'Hidde Wagenaar' }]
    assert.deepEqual(last([ai('De heer wagenaar belde.')], { ...chat, known }), ['PERSON wagenaar'])
  })
})

describe('what stays', () => {
  const allow = ['Noordlicht Energie', '088 123 45 67', 'info@noordlicht.example']
  test('brands and own numbers stay, in any case and grouping', () => {
    const text = 'Wij zijn NOORDLICHT ENERGIE, bel 0881234567 of mail info@noordlicht.example'
    assert.deepEqual(last([ai(text)], { ...chat, allow }), [])
    assert.notDeepEqual(last([ai(text)]), [])
  })

  test('a service number stays in what the organisation says, and is hidden in what a customer says', () => {
    assert.deepEqual(last([ai('Bel ons op 0800 1234 of 088 123 45 67.')]), [])
    assert.deepEqual(last([customer('Mijn nummer is 088 123 45 67.')]), ['PHONE 088 123 45 67'])
  })

  test('what is more than an allowed value does not stay', () => {
    assert.deepEqual(last([customer('mail x.info@noordlicht.example')], { ...chat, allow }), [
      'EMAIL x.info@noordlicht.example',
    ])
  })

  test('special categories stay when the policy says so', () => {
    const text = 'ik ben lid van de vakbond'
    assert.notDeepEqual(last([customer(text)]), [])
    assert.deepEqual(last([customer(text)], { ...chat, special: 'leave' }), [])
  })
})

describe('any input', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          'mijn naam is',
          'Jan',
          '06',
          '12345678',
          '@',
          '.nl',
          '{"a":',
          '}',
          '"',
          '\\',
          '\u200b',
          '１',
          '\ud83d',
          'van',
          '1990',
          '-',
          '\n',
          'BSN',
          ' ',
        ),
      )
      .map((words) => words.join(' ')),
    fc.json(),
  )
  const anyPart: fc.Arbitrary<Part> = fc.record({
    role: fc.constantFrom<Role>('system', 'customer', 'agent', 'ai', 'tool'),
    kind: fc.constantFrom('text', 'json', 'name'),
    text: anyText,
  })

  test('findings lie in the text, in order, without overlap, sure enough to hide', () => {
    fc.assert(
      fc.property(fc.array(anyPart, { maxLength: 5 }), fc.constantFrom<Channel>('chat', 'speech'), (parts, channel) => {
        const found = findPersonalData(parts, by(channel))
        assert.equal(found.length, parts.length)
        found.forEach((findings, i) => {
          let at = 0
          for (const { start, end, confidence } of findings) {
            assert.ok(at <= start && start < end && end <= parts[i]!.text.length)
            assert.ok(confidence >= 0.3 && confidence <= 1)
            at = end
          }
        })
      }),
      { numRuns: 300 },
    )
  })

  test('the same input gives the same output', () => {
    fc.assert(
      fc.property(fc.array(anyPart, { maxLength: 4 }), (parts) => {
        assert.deepEqual(findPersonalData(parts, chat), findPersonalData(parts, chat))
      }),
      { numRuns: 50 },
    )
  })

  test('a name found once is readable nowhere', () => {
    const name = fc.constantFrom('Xandrine', 'Okonkwo', 'Łukasz', 'Đurić', 'Wiersum')
    fc.assert(
      fc.property(
        name,
        fc.array(fc.constantFrom('dank u', 'ja', '{"x":1}', 'tot ziens'), { maxLength: 4 }),
        (one, talk) => {
          const parts = [...talk.map(ai), customer(`mijn naam is ${one}`), ai(`Dag ${one}, ${one.toUpperCase()}!`)]
          const found = findPersonalData(parts, chat)
          parts.forEach(({ text }, i) => {
            const readable = [...text].map((_, at) => at)
            const left = found[i]!.reduce(
              (kept, { start, end }) => kept.filter((at) => at < start || at >= end),
              readable,
            )
            assert.ok(
              !left
                .map((at) => text[at])
                .join('')
                .toLowerCase()
                .includes(one.toLowerCase()),
            )
          })
        },
      ),
      { numRuns: 40 },
    )
  })

  test('look-alike digits and invisible characters hide nothing', () => {
    const text = 'mijn bsn is ９９９９\u200b９６００９'
    const [finding] = findPersonalData([customer(text)], chat)[0]!
    assert.equal(text.slice(finding!.start, finding!.end), '９９９９\u200b９６００９')
  })

  test('JSON a hundred thousand levels deep is read without overflow', () => {
    const text = `${'{"a":'.repeat(100_000)}"jan@voorbeeld.nl"${'}'.repeat(100_000)}`
    assert.equal(findPersonalData([part('tool', text)], chat)[0]!.length, 1)
    const brackets = findPersonalData([part('tool', '['.repeat(100_000))], chat)[0]!
    assert.deepEqual(brackets, [])
  })
})
