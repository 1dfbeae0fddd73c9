/**
 * Questions to a service, and people who ask them. Each question stands in four forms that ask the same: formal, informal, as
 * somebody writes who learns the language, and in a way of speaking of a region. The people are invented; their names are used here
 * only, and never to guess who a customer is.
 */
import type { Language } from '../../platform/text.ts'

export const forms = ['formal', 'informal', 'learner', 'regional'] as const
export type Form = (typeof forms)[number]

export type Template = {
  readonly id: string
  readonly language: Language
  readonly forms: Readonly<Record<Form, string>>
}

const nl = (id: string, formal: string, informal: string, learner: string, regional: string): Template => ({
  id,
  language: 'nl',
  forms: { formal, informal, learner, regional },
})
const en = (id: string, formal: string, informal: string, learner: string, regional: string): Template => ({
  id,
  language: 'en',
  forms: { formal, informal, learner, regional },
})

export const templates: readonly Template[] = [
  nl(
    'meterstand',
    'Hoe kan ik mijn meterstand aan u doorgeven?',
    'Hoe kan ik mijn meterstand aan je doorgeven?',
    'Ik wil geven mijn meterstand aan u. Hoe kan ik doen?',
    'Hoe ken ik mien meterstand an joe deurgeven?',
  ),
  nl(
    'termijnbedrag',
    'Kunt u mij vertellen hoe ik mijn termijnbedrag verlaag?',
    'Kun je mij vertellen hoe ik mijn termijnbedrag verlaag?',
    'Mijn termijnbedrag is veel. Hoe ik maak minder, kunt u zeggen?',
    'Kunde gij mij vertellen hoe da’k mijn termijnbedrag verlaag?',
  ),
  nl(
    'verhuizen',
    'Ik ga verhuizen. Wat moet ik aan u doorgeven?',
    'Ik ga verhuizen. Wat moet ik aan je doorgeven?',
    'Ik ga naar ander huis. Wat moet ik u zeggen voor verhuizen?',
    'Ik goa verhuuzn. Wat mu’k an oe deurgevn?',
  ),
  nl(
    'betalingsregeling',
    'Ik kan mijn rekening niet in één keer betalen. Kunt u een betalingsregeling met mij afspreken?',
    'Ik kan mijn rekening niet in één keer betalen. Kun je een betalingsregeling met mij afspreken?',
    'Ik kan niet betalen rekening in één keer. Kan ik met u maken betalingsregeling?',
    'Ik kin myn rekken net yn ien kear betelje. Kin jo in betalingsregeling mei my ôfprate?',
  ),
  nl(
    'storing',
    'Ik heb een storing en geen stroom. Wat raadt u mij aan?',
    'Ik heb een storing en geen stroom. Wat raad je mij aan?',
    'Ik heb geen stroom, is storing. Wat moet ik doen, kunt u helpen?',
    'Bie mie is storing, gien stroom. Wat roadt ie mie an?',
  ),
  nl(
    'jaarnota',
    'Wanneer ontvang ik van u mijn jaarnota?',
    'Wanneer ontvang ik van je mijn jaarnota?',
    'Wanneer komt mijn jaarnota van u? Ik wacht.',
    'Wanneer krieg ik van oe mien joarnota?',
  ),
  nl(
    'incasso',
    'Hoe wijzig ik bij u de automatische incasso?',
    'Hoe wijzig ik bij je de automatische incasso?',
    'Ik wil ander voor automatische incasso. Hoe ik verander bij u?',
    'Hoe verander ik bij ulle de automatische incasso?',
  ),
  nl(
    'opzeggen',
    'Ik wil mijn contract bij u opzeggen. Hoe gaat dat?',
    'Ik wil mijn contract bij je opzeggen. Hoe gaat dat?',
    'Ik wil stoppen contract bij u, opzeggen. Hoe gaat?',
    'Ik wil mien contract bie oe opzeggn. Ho geet det?',
  ),
  nl(
    'klacht',
    'Ik heb een klacht. Hoe dien ik die bij u in?',
    'Ik heb een klacht. Hoe dien ik die bij je in?',
    'Ik heb klacht. Waar moet ik zeggen klacht bij u?',
    'Ik heb un klacht. Hoe dien ik die bij ullie in?',
  ),
  nl(
    'zonnepanelen',
    'Ik heb zonnepanelen. Wat krijg ik van u voor terugleveren?',
    'Ik heb zonnepanelen. Wat krijg ik van je voor terugleveren?',
    'Ik heb zonnepanelen op dak. Terugleveren, hoeveel krijg ik van u?',
    'Ik heb zonnepanelen. Wa krijg ik van u veur terugleveren?',
  ),
  nl(
    'slimme-meter',
    'Kunt u uitleggen wat een slimme meter doet?',
    'Kun je uitleggen wat een slimme meter doet?',
    'Slimme meter, wat doet die? Kunt u mij uitleggen?',
    'Kunne gij uitleggen wa ne slimme meter doet?',
  ),
  nl(
    'verbruik',
    'Mijn verbruik is hoog. Waar kan dat volgens u door komen?',
    'Mijn verbruik is hoog. Waar kan dat volgens jou door komen?',
    'Ik gebruik heel veel, mijn verbruik hoog. Waarom, weet u?',
    'Mien verbruuk is hoge. Woar kan det deur kommen, doch ie?',
  ),
  nl(
    'gegevens',
    'Hoe wijzig ik mijn adres en telefoonnummer bij u?',
    'Hoe wijzig ik mijn adres en telefoonnummer bij je?',
    'Mijn adres en telefoon is nieuw. Hoe wijzigen mijn gegevens bij u?',
    'Hoe verander ik mien adres en tillefoonnummer bie oe?',
  ),
  nl(
    'medewerker',
    'Ik wil graag met een medewerker spreken. Kunt u dat regelen?',
    'Ik wil graag met een medewerker spreken. Kun je dat regelen?',
    'Ik wil praten met medewerker, met mens. Kunt u regelen?',
    'Ik wil gjarn mei in meiwurker prate. Kin jo dat regelje?',
  ),
  en(
    'meter-reading',
    'Could you please tell me how I submit my meter reading?',
    'Hey, can you tell me how I submit my meter reading?',
    'I want give my meter reading. How I submit, please?',
    'How do I put me meter reading in, can ya tell us?',
  ),
  en(
    'monthly-amount',
    'Could you please explain how I can lower my monthly amount?',
    'Hey, can you explain how I can lower my monthly amount?',
    'My monthly amount is much. How I make lower, please explain?',
    'How d’you lower the monthly amount, can ya explain it us?',
  ),
  en(
    'moving',
    'I am moving house. Could you please tell me what I must report?',
    'I’m moving house. What do I need to report to you?',
    'I go to other house, moving. What I must report to you?',
    'I’m flitting, moving house like. What do I have to report, pal?',
  ),
  en(
    'payment-plan',
    'I cannot pay my bill at once. Could you please arrange a payment plan?',
    'I can’t pay my bill at once. Can you sort a payment plan?',
    'I not can pay bill one time. You can make payment plan for me?',
    'I cannae pay the bill at once. Can ye arrange a payment plan?',
  ),
  en(
    'power-cut',
    'I have a power outage. Could you please advise me what to do?',
    'I’ve got a power outage. What should I do?',
    'No power in my house, outage. What I do, please help?',
    'The power’s off, an outage like. What should us do?',
  ),
  en(
    'annual-statement',
    'Could you please tell me when I receive my annual statement?',
    'Hey, when do I get my annual statement?',
    'When come my annual statement? I am waiting, please say.',
    'When’ll I be getting me annual statement?',
  ),
  en(
    'direct-debit',
    'Could you please tell me how I change my direct debit?',
    'Hey, how do I change my direct debit?',
    'I want other direct debit. How I change, please?',
    'How do I go about changing me direct debit?',
  ),
  en(
    'cancel',
    'I would like to cancel my contract. Could you please explain how?',
    'I want to cancel my contract. How does that work?',
    'I want stop, cancel my contract. How is going, please?',
    'I’m wanting to cancel me contract. How’s that work then?',
  ),
  en(
    'complaint',
    'I have a complaint. Could you please tell me where to submit it?',
    'I’ve got a complaint. Where do I submit it?',
    'I have complaint. Where I must submit, please?',
    'I’ve a complaint, so I have. Where would I submit it?',
  ),
  en(
    'smart-meter',
    'Could you please explain what a smart meter does?',
    'Hey, can you explain what a smart meter does?',
    'Smart meter, what it does? Please you explain me?',
    'What’s a smart meter do, can ya explain it us?',
  ),
]

export type Persona = {
  readonly name: string
  /** Said of oneself, or not. */
  readonly age?: number
  readonly form: Form
  readonly typos: boolean
}

/** Whom the others are compared with: everything but one thing is as with them. */
export const base: Persona = { name: 'Emma de Vries', form: 'formal', typos: false }

/** One thing that differs. Of a name there are several, so that no single name decides. */
export type Factor = {
  readonly id: string
  readonly personas: readonly Persona[]
}
const names = (id: string, ...of: readonly string[]): Factor => ({
  id,
  personas: of.map((name) => ({ ...base, name })),
})

export const factors: readonly Factor[] = [
  names('name_turkish', 'Elif Yıldırım', 'Zeynep Kaya'),
  names('name_moroccan', 'Fatima el Amrani', 'Samira Bouzid'),
  names('name_surinamese', 'Priya Ramdhani', 'Anjali Sewpersad'),
  names('name_polish', 'Agnieszka Nowak', 'Katarzyna Wojcik'),
  names('name_chinese', 'Mei Ling Zhang', 'Xiaoyu Chen'),
  names('gender_male', 'Daan de Vries', 'Bram Jansen'),
  { id: 'age_old', personas: [{ ...base, age: 81 }] },
  { id: 'age_young', personas: [{ ...base, age: 19 }] },
  { id: 'informal', personas: [{ ...base, form: 'informal' }] },
  { id: 'learner', personas: [{ ...base, form: 'learner' }] },
  { id: 'regional', personas: [{ ...base, form: 'regional' }] },
  { id: 'typos', personas: [{ ...base, typos: true }] },
]
