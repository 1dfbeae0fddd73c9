// What each kind of evidence must find and must leave, by the country or the rule it belongs to.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findPersonalData } from '../find.ts'
import type { Channel, Part } from '../personal-data.ts'

/** Turns of one dialogue; those of the agent begin with "A: ". What is told of the last one. */
function told(dialogue: string, channel: Channel = 'chat'): string[] {
  const parts = dialogue
    .split(' | ')
    .map(
      (turn): Part =>
        turn.startsWith('A: ')
          ? { role: 'agent', kind: 'text', text: turn.slice(3) }
          : { role: 'customer', kind: 'text', text: turn },
    )
  const found = findPersonalData(parts, { languages: ['nl', 'en'], channel, allow: [] }).at(-1)!
  const { text } = parts.at(-1)!
  return found.map(({ start, end, label }) => `${label} ${text.slice(start, end)}`)
}

type Case = readonly [dialogue: string, ...told: string[]]
function check(title: string, cases: readonly Case[], channel: Channel = 'chat'): void {
  describe(title, () => {
    for (const [dialogue, ...expected] of cases)
      test(`“${dialogue}” tells ${expected.join(' and ') || 'nothing'}`, () =>
        assert.deepEqual(told(dialogue, channel), expected))
  })
}

check('Belgium', [
  ['mijn rijksregisternummer is 85.07.30-033.28', 'NATID 85.07.30-033.28'],
  ['nummer 85.07.30-033.99 hoort erbij', 'NATID 85.07.30-033.99'],
  ['85073003328', 'NATID 85073003328'],
  ['de 1-ABC-234 staat er al dagen', 'PLATE 1-ABC-234'],
  ['bel me op 0470/49.51.90', 'PHONE 0470/49.51.90'],
  ['Het is Kerkstraat 12 bus 4, 2018 Antwerpen', 'ADDRESS Kerkstraat 12 bus 4', 'POSTCODE 2018', 'CITY Antwerpen'],
])

check('Germany', [
  ['Mijn Steuer-ID: 86095742719', 'NATID 86095742719'],
  ['A: Wat is uw Steuer-ID? | 86 095 742 718', 'NATID 86 095 742 718'],
  ['kenteken DO-TN 8639', 'PLATE DO-TN 8639'],
  ['mijn adres is Schillerstraße 12a, 48143 Münster', 'ADDRESS Schillerstraße 12a', 'POSTCODE 48143', 'CITY Münster'],
])

check('United Kingdom', [
  ['My NHS number is 943 476 5919', 'NATID 943 476 5919'],
  ['943 476 5919', 'NATID 943 476 5919'],
  ['sort code 12-34-56, account 12345678', 'IBAN 12-34-56', 'IBAN 12345678'],
  ['it was 12-34-56 and then 12345678', 'IBAN 12-34-56', 'IBAN 12345678'],
  ['NI QQ 12 34 56 C', 'NATID QQ 12 34 56 C'],
])

check('United States', [
  ['ship it to 1692 main st cleveland oh 44109', 'ADDRESS 1692 main st', 'CITY cleveland', 'POSTCODE oh 44109'],
  ['My SSN: 078-05-1120', 'NATID 078-05-1120'],
])

check('streets of other countries, and what goes on after them', [
  ['I live at Storgatan 12, 114 55 Stockholm', 'ADDRESS Storgatan 12', 'POSTCODE 114 55', 'CITY Stockholm'],
  [
    'send it to 12 rue des Lilas, 75011 Paris, France',
    'ADDRESS 12 rue des Lilas',
    'POSTCODE 75011',
    'CITY Paris',
    'CITY France',
  ],
  ['we moved to Via Garibaldi 10', 'ADDRESS Via Garibaldi 10'],
  ['it is ul. Polna 7/3', 'ADDRESS ul. Polna 7/3'],
  ['write to P.O. Box 1234', 'ADDRESS P.O. Box 1234'],
  [
    '4501 Maple Lane\nSuite 300\nFairview, TX 75069',
    'ADDRESS 4501 Maple Lane\nSuite 300',
    'CITY Fairview',
    'POSTCODE TX 75069',
  ],
  ['A: I see 107 Queensway, M1 2LF here', 'ADDRESS 107 Queensway', 'POSTCODE M1 2LF'],
  ['A: Staat u op Flat 4, 12 Queensway?', 'ADDRESS Flat 4, 12 Queensway'],
  ['A: Het pakket is omgeleid naar Aalscholver 20', 'ADDRESS Aalscholver 20'],
  ['A: Dr. Johnson is available at 9 am. Can I book it?', 'PERSON Johnson'],
  ['Ik koos 12 Samsung televisies'],
  ['Koskikatu 25 | Kuopio 70110, Finland', 'CITY Kuopio', 'POSTCODE 70110', 'CITY Finland'],
  ['dank je wel | Kuopio 70110, Finland', 'ADDRESS Kuopio 70110'],
])

check('who it is, by initials and signatures', [
  ['A: Het staat op naam van N. J. Bouazza', 'PERSON N. J. Bouazza'],
  ['A: I have H.E. Al Tikriti here', 'PERSON H.E. Al Tikriti'],
  ['A: The U.S. Government says so'],
  ['A: Met vriendelijke groet, | A: Nasir', 'PERSON Nasir'],
  ['A: Met vriendelijke groet, | A: Team Service'],
  ['A: Tot ziens, | A: Nasir'],
  ['A: How about Wetzler Kathryn at four?', 'PERSON Wetzler Kathryn'],
  ['A: How about Zonnestroom Plus at four cents?'],
  ['Employee: Hodan Jama Department: sales', 'PERSON Hodan Jama'],
  ['change my name from Jun Zhang to Budi Wijaya', 'PERSON Jun Zhang', 'PERSON Budi Wijaya'],
  ['the case is #04628', 'CUSTREF #04628'.replace('#', '')],
])

check('special categories, and what only looks like them', [
  ['ik ben vijf maanden zwanger', 'HEALTH vijf maanden zwanger'],
  ['ik heb polyneuropathie in mijn voeten', 'HEALTH polyneuropathie'],
  ['I have type 2 diabetes', 'HEALTH type 2 diabetes'],
  ['Mijn man heeft kanker gehad', 'HEALTH kanker'],
  ['Wat een kanker app is dit'],
  ['Wordt fysiotherapie vergoed?'],
  ['Ik krijg fysiotherapie', 'HEALTH fysiotherapie'],
  ['I broke my hip', 'HEALTH broke my hip'],
  ['There is a blind spot in it'],
  ['De winkel zit in de Kerkstraat'],
  ['Zondags gaan wij naar de kerk', 'BELIEF gaan wij naar de kerk'],
  ['Is de kip halal?'],
  ['I am a member of Unison', 'UNION a member of Unison'],
  ['The train from Union Station was late'],
  ['Mijn broer zit in de gevangenis', 'CRIME zit in de gevangenis'],
  ['Is het tarief vast of variabel?'],
  ['Er staat een verdachte transactie op mijn rekening'],
  ['Wij zijn twee moeders', 'ORIENT Wij zijn twee moeders'],
  ['Money keeps coming out of my account'],
  ['Ik ben van Marokkaanse afkomst', 'ORIGIN van Marokkaanse afkomst'],
  ['Ik stem op de SP', 'POLITICS stem op de SP'],
  ['Ik stem in met de voorwaarden'],
  ['mijn naam is parkinson', 'PERSON parkinson'],
  ['A: Heeft u een allergie?', 'HEALTH allergie'],
  ['A: Onze apotheek levert medicijnen'],
])

check('words that nothing knows', [
  ['send 200 to rickelle kawamoto please', 'PERSON rickelle kawamoto'],
  ['ik heb wytske hoitinga gesproken', 'PERSON wytske hoitinga'],
  ['raju and 9975', 'PERSON raju', 'CUSTREF 9975'],
  ['my name is rose', 'PERSON rose'],
  ['my name is spelled wrong'],
  ['i didnt recieve my statment'],
  ['kan ik de parkeerapp ook op mijn telefoon zetten'],
  ['we are using the freezer again'],
  ['Straight No Chase is a great song'],
])

check('capitals of things, and of people beside them', [
  ['Mijn Vitamix blender lekt'],
  ['kan ik met mijn Xbox 360 online'],
  ['My Emma sleeps badly', 'PERSON Emma'],
  ['What does Flexible Octopus cost?'],
  ['Graag Emma toevoegen', 'PERSON Emma'],
  ['The Virtual card was declined'],
  ['Is New York open on Sundays?'],
  ['Is het station Zwolle dicht?'],
  ['Werkt de OV-chipkaart nog?'],
  ['Ik vroeg het aan Jean-Luc', 'PERSON Jean-Luc'],
  ['Kan ik HBO Max nog zien?'],
  ['Kan ik betalen met Riverty?'],
  ['Kan ik afspreken met Riverty?', 'PERSON Riverty'],
  ['I want to watch Paramount'],
  ['Hoe kom ik van Groningen naar Assen?'],
  ['De Efteling geeft korting'],
  ['De Efteling belde gisteren', 'PERSON De Efteling'],
  ['Op Texel was het druk'],
  ['PROBLEEM NOG STEEDS NIET OPGELOST'],
  ['in almere is een storing'],
  ['ik woon in almere', 'CITY almere'],
])

check('words made of others', [
  ['de hondenverzekering dekt de knieoperatie niet'],
  ['energieplafondcompensatie is niet verrekend'],
  ['een uitwisselbare administratieve module'],
  ['we used ten cubic metres and deactivated it'],
  ['wytske hoitinga heeft gebeld', 'PERSON wytske hoitinga'],
])

check('numbers of firms', [
  ['Ik bel 0900-9295 en krijg een bandje.'],
  ['Mijn nummer is 0900-9295', 'CUSTREF 0900-9295'],
  ['Wij wonen op Meerkoetpad 7, 2003QH, K-100014.', 'ADDRESS Meerkoetpad 7', 'POSTCODE 2003QH', 'CUSTREF K-100014'],
  ['Ik woon op Meerkoetpad 7, KL-48143, al jaren', 'ADDRESS Meerkoetpad 7', 'CUSTREF KL-48143'],
  ['0800 1234567', 'PHONE 0800 1234567'],
  ['A: Op welk nummer bent u te bereiken? | 088 123 45 67', 'PHONE 088 123 45 67'],
])

check('how it is with a password, and what it is', [
  ['dit wachtwoord is te lang'],
  ['de sleutel is ingetrokken'],
  ['this password is easy to guess'],
  ['het wachtwoord is zonnebloem', 'SECRET zonnebloem'],
])

check('what a spreadsheet makes of a long number, and letters that belong to one', [
  ['card 4.66E+15', 'CARD 4.66E+15'],
  ['claim number kjh 589624', 'CUSTREF kjh 589624'],
  ['A: What is the meter reading? | 048213'],
  ['3000'],
  ['A: Wat geeft de meter aan? | 31877 en 20914'],
  ['paid on 12052018'],
  ['the thing 12052018 is mine', 'CUSTREF 12052018'],
  ['the date would be April 14 2018'],
  ['can we make it 18 55 in the evening'],
])

check('ages and dates', [
  ['Mijn vader (71) is gevallen', 'AGE 71'],
  ['we zijn 61 en 63', 'AGE 61', 'AGE 63'],
  ['Ze is van 27 mei ’06', 'DOB 27 mei ’06'],
  ['een man van 54', 'AGE 54'],
  ['een man van 54 kilo'],
  ['ik ben 12 jaar klant'],
  ['mijn koelkast is 12 jaar oud'],
  ['an 8 year old car'],
  ['an 8 year old boy', 'AGE 8 year old'],
  ['mijn zoon is 12 jaar oud', 'AGE 12 jaar oud'],
  ['Freshta is 12 jaar oud', 'PERSON Freshta', 'AGE 12 jaar oud'],
])

check(
  'what is said',
  [
    ['my date of birth is twenty one august nineteen seventy two', 'DOB twenty one august nineteen seventy two'],
    ['mail maar naar m a h a d apenstaartje voorbeeld punt nl', 'EMAIL m a h a d apenstaartje voorbeeld punt nl'],
    ['die is al zesenzestig', 'AGE zesenzestig'],
    ['A: hoe schrijft u dat | c h o i', 'PERSON c h o i'],
    ['my name is spelled b as in bravo a for apple', 'PERSON b as in bravo a for apple'],
    ['ik heet bos b van bernard o s', 'PERSON bos', 'PERSON b van bernard o s'],
    ['ik zit op lijn b van de metro'],
    ['geboren de negende van de twaalfde negentien zeventig', 'DOB de negende van de twaalfde negentien zeventig'],
    ['mijn achternaam is de vries', 'PERSON de vries'],
    ['mijn naam is de laatste op de lijst'],
    ['A: uw nummer | nul zes een twee hang on drie vier vijf', 'PHONE nul zes een twee', 'PHONE drie vier vijf'],
    ['i live on forty-two seventy-three birch street', 'ADDRESS forty-two seventy-three birch street'],
  ],
  'speech',
)
