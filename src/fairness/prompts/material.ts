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
    'Ik kan m’n rekening nie in ene keer betalen. Kunde gij een betalingsregeling mee mij afspreken?',
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
    'Wanneer krijg ik mijn jaarnota van je?',
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
    'Ik wil geire mee ’n medewerker praten. Kunde gij da regelen?',
  ),
  nl(
    'retour',
    'Hoe stuur ik een bestelling naar u terug?',
    'Hoe stuur ik een bestelling naar je terug?',
    'Ik wil bestelling terug sturen naar u. Hoe moet ik doen?',
    'Hoe stuur ik ’n bestelling noar oe weerumme?',
  ),
  nl(
    'levering',
    'Mijn pakket is nog niet bezorgd. Kunt u zien waar het is?',
    'Mijn pakket is nog niet bezorgd. Kun je zien waar het is?',
    'Pakket is niet gekomen bij mij. U kan zien waar is?',
    'M’n pakket is nog nie bezörgd. Kunde gij zien waor ’t is?',
  ),
  nl(
    'garantie',
    'Mijn apparaat is na een jaar kapot. Heb ik bij u nog garantie?',
    'Mijn apparaat is na een jaar kapot. Heb ik bij je nog garantie?',
    'Apparaat kapot na één jaar. Ik heb nog garantie bij u?',
    'Mien apparoat is noa ’n joar kepot. Heb ik bie joe nog garantie?',
  ),
  nl(
    'dubbel-betaald',
    'Ik heb twee keer betaald. Hoe krijg ik het geld van u terug?',
    'Ik heb twee keer betaald. Hoe krijg ik het geld van je terug?',
    'Ik betaal twee keer, fout. Hoe ik krijg geld terug van u?',
    'Ik heb twee keer betaold. Hoe krijg ik ’t geld van oe trug?',
  ),
  nl(
    'factuur',
    'Ik begrijp mijn factuur niet. Kunt u die uitleggen?',
    'Ik begrijp mijn factuur niet. Kun je die uitleggen?',
    'Factuur ik niet begrijpen. U kan uitleggen, alstublieft?',
    'Ik snap mien factuur neet. Kunt ger die oetlegge?',
  ),
  nl(
    'adreswijziging-pakket',
    'Kan ik bij u het adres van mijn bestelling nog wijzigen?',
    'Kan ik bij je het adres van mijn bestelling nog wijzigen?',
    'Ik wil ander adres voor bestelling. Kan nog wijzigen bij u?',
    'Kan ik bie joe ’t adres van mien bestellen nog verandern?',
  ),
  nl(
    'wachtwoord',
    'Ik ben mijn wachtwoord vergeten. Hoe kom ik bij u weer in mijn account?',
    'Ik ben mijn wachtwoord vergeten. Hoe kom ik bij je weer in mijn account?',
    'Wachtwoord ik vergeten. Hoe ik kan weer in account bij u?',
    'Ik bin mien wachtwoord vergettn. Hoo kom ik bie oe weer in mien account?',
  ),
  nl(
    'internet-traag',
    'Mijn internet is traag. Wat kan ik volgens u doen?',
    'Mijn internet is traag. Wat kan ik volgens jou doen?',
    'Internet bij mij is heel langzaam. Wat ik kan doen volgens u?',
    'M’n internet is traog. Wa kan ik volgens oe doen?',
  ),
  nl(
    'monteur',
    'Kunt u een afspraak met een monteur voor mij maken?',
    'Kun je een afspraak met een monteur voor mij maken?',
    'Ik wil afspraak met monteur. U kan maken voor mij?',
    'Kunder ’n aafspraok mit ’ne monteur veur mich make?',
  ),
  nl(
    'afspraak-verzetten',
    'Ik kan morgen niet. Kunt u mijn afspraak verzetten?',
    'Ik kan morgen niet. Kun je mijn afspraak verzetten?',
    'Morgen ik kan niet. Afspraak andere dag, kan bij u?',
    'Ik kan mörgen nie. Kunde gij m’n afspraak verzetten?',
  ),
  nl(
    'schade-melden',
    'Hoe meld ik schade aan mijn auto bij u?',
    'Hoe meld ik schade aan mijn auto bij je?',
    'Auto van mij is schade. Hoe ik kan melden bij u?',
    'Hoe meld ik schoa an mien auto bie joe?',
  ),
  nl(
    'premie',
    'Waarom is mijn premie bij u hoger geworden?',
    'Waarom is mijn premie bij je hoger geworden?',
    'Premie van mij is meer nu. Waarom, kunt u zeggen?',
    'Worumme is mien premie bie oe hoger wörden?',
  ),
  nl(
    'paspoort',
    'Hoe maak ik bij u een afspraak voor een nieuw paspoort?',
    'Hoe maak ik bij je een afspraak voor een nieuw paspoort?',
    'Ik moet nieuw paspoort. Hoe ik maak afspraak bij u?',
    'Hoe maok ik bij oe een afspraak veur ’n nij paspoort?',
  ),
  nl(
    'afval',
    'Wanneer haalt u het grofvuil op?',
    'Wanneer haal je het grofvuil op?',
    'Grote vuil, wanneer u komt halen?',
    'Wanneer hoalt ie ’t groffoel op?',
  ),
  nl(
    'kwijtschelding',
    'Kan ik bij u kwijtschelding van de belasting aanvragen?',
    'Kan ik bij je kwijtschelding van de belasting aanvragen?',
    'Belasting ik kan niet betalen. Kwijtschelding, kan vragen bij u?',
    'Kan ik bie oe kwietschelding van de belasting anvroagn?',
  ),
  nl(
    'verlenging',
    'Mijn contract loopt af. Welke verlenging kunt u mij bieden?',
    'Mijn contract loopt af. Welke verlenging kun je mij bieden?',
    'Contract van mij is bijna klaar. Welke nieuwe u kan geven?',
    'Mien contract löp of. Wat veur verlenging kan ie mie beien?',
  ),
  nl(
    'aanmaning',
    'Ik kreeg een aanmaning van u, maar ik heb al betaald. Wat moet ik doen?',
    'Ik kreeg een aanmaning van je, maar ik heb al betaald. Wat moet ik doen?',
    'Brief aanmaning van u gekomen, maar ik al betaald. Wat moet doen?',
    'Ik kreeg ’n aanmaning van ulle, mar ik heb al betaald. Wa mot ik doen?',
  ),
  nl(
    'overlijden',
    'Mijn moeder is overleden. Hoe zet ik haar contract bij u stop?',
    'Mijn moeder is overleden. Hoe zet ik haar contract bij je stop?',
    'Moeder van mij is dood. Hoe ik kan stoppen contract van haar bij u?',
    'Mien moeder is oet tied kommen. Hoe zet ik heur contract bie joe stop?',
  ),
  nl(
    'openingstijden',
    'Wanneer bent u open en hoe kan ik u bereiken?',
    'Wanneer ben je open en hoe kan ik je bereiken?',
    'Wanneer u open? Hoe ik kan u bellen of schrijven?',
    'Wannear bi’j lös en ho kan ik oe bereikn?',
  ),
  nl(
    'privacy',
    'Welke gegevens bewaart u van mij?',
    'Welke gegevens bewaar je van mij?',
    'Welke gegevens van mij u heeft, en bewaren?',
    'Welke gegevens bewaort ger van mich?',
  ),
  nl(
    'korting',
    'Kunt u mij een korting geven op mijn abonnement?',
    'Kun je mij een korting geven op mijn abonnement?',
    'Abonnement is duur. U kan geven korting voor mij?',
    'Kunde gij mij ’n korting geven op m’n abonnement?',
  ),
  nl(
    'machtiging',
    'Mijn zoon regelt mijn zaken. Hoe machtig ik hem bij u?',
    'Mijn zoon regelt mijn zaken. Hoe machtig ik hem bij je?',
    'Zoon van mij doet papieren voor mij. Hoe ik geef toestemming bij u?',
    'Mien zeun regelt mien zoaken. Hoe machtig ik hom bie joe?',
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
  en(
    'return',
    'Could you please tell me how I return an order?',
    'Hey, how do I return an order?',
    'I want send back order. How I do return, please?',
    'How do I send me order back, pal?',
  ),
  en(
    'delivery',
    'My parcel has not arrived. Could you please see where it is?',
    'My parcel hasn’t turned up. Can you see where it is?',
    'Parcel not come. You can see where is, please?',
    'Me parcel’s not come yet. Can ya see where it’s at?',
  ),
  en(
    'warranty',
    'My device broke after one year. Could you please tell me whether it is under warranty?',
    'My device broke after a year. Is it still under warranty?',
    'Device broken after one year. Still have warranty, please say?',
    'Me device is broke after a year, like. Is it still under warranty?',
  ),
  en(
    'paid-twice',
    'I have paid twice. Could you please tell me how I get the money back?',
    'I paid twice. How do I get the money back?',
    'I pay two times, mistake. How I get money back, please?',
    'I’ve paid the bill twice. How do I get the money back, duck?',
  ),
  en(
    'invoice',
    'I do not understand my invoice. Could you please explain it?',
    'I don’t get my invoice. Can you explain it?',
    'Invoice I not understand. You can explain, please?',
    'I cannae make sense o’ the invoice. Can ye explain it?',
  ),
  en(
    'change-address',
    'Could you please tell me whether I can still change the delivery address?',
    'Hey, can I still change the delivery address?',
    'I want other address for delivery. Still can change, please?',
    'Can I still change where it’s delivered to, like?',
  ),
  en(
    'password',
    'I have forgotten my password. Could you please tell me how I get into my account?',
    'I forgot my password. How do I get back into my account?',
    'Password I forget. How I come in account again, please?',
    'I’ve forgot me password. How do I get back in me account?',
  ),
  en(
    'slow-internet',
    'My internet is slow. Could you please advise me what to do?',
    'My internet’s slow. What can I do?',
    'Internet with me very slow. What I can do, please?',
    'Me internet’s proper slow. What can I do about it?',
  ),
  en(
    'engineer',
    'Could you please make an appointment with an engineer for me?',
    'Hey, can you book me an engineer?',
    'I want appointment with engineer. You can make for me, please?',
    'Could ye get us an engineer booked in?',
  ),
  en(
    'reschedule',
    'I cannot make it tomorrow. Could you please move my appointment?',
    'I can’t make tomorrow. Can you move my appointment?',
    'Tomorrow I not can. Appointment other day, please possible?',
    'I cannae make it the morn. Can ye shift the appointment?',
  ),
  en(
    'report-damage',
    'Could you please tell me how I report damage to my car?',
    'Hey, how do I report damage to my car?',
    'My car have damage. How I report to you, please?',
    'How do I report a dint in me car?',
  ),
  en(
    'premium',
    'Could you please explain why my premium went up?',
    'Why did my premium go up?',
    'Premium is more now. Why, please you explain?',
    'How come the premium’s gone up, love?',
  ),
  en(
    'passport',
    'Could you please tell me how I book an appointment for a new passport?',
    'Hey, how do I book a passport appointment?',
    'I need new passport. How I make appointment, please?',
    'How do I book in for a new passport, hen?',
  ),
  en(
    'bulky-waste',
    'Could you please tell me when you collect bulky waste?',
    'When do you pick up bulky waste?',
    'Big waste, when you come take, please?',
    'When d’you come for the bulky rubbish?',
  ),
  en(
    'tax-relief',
    'Could you please tell me whether I can apply for relief of this tax?',
    'Can I apply for relief of this tax?',
    'Tax I not can pay. Can ask for relief, please?',
    'Can I put in for relief o’ this tax, like?',
  ),
  en(
    'renewal',
    'My contract is ending. Could you please tell me which renewal you offer?',
    'My contract’s ending. What renewal can you do?',
    'Contract almost finish. Which new one you can give, please?',
    'Me contract’s up soon. What renewal can ya do us?',
  ),
  en(
    'reminder',
    'I received a payment reminder, but I have paid. Could you please advise me?',
    'I got a payment reminder but I’ve paid. What now?',
    'Reminder letter come, but I already pay. What I do, please?',
    'I’ve had a reminder but I’ve paid up. What do I do now?',
  ),
  en(
    'bereavement',
    'My mother has died. Could you please tell me how I end her contract?',
    'My mum died. How do I end her contract?',
    'My mother is dead. How I stop contract of her, please?',
    'Me mam’s passed away. How do I stop her contract?',
  ),
  en(
    'opening-hours',
    'Could you please tell me when you are open and how I reach you?',
    'When are you open and how do I reach you?',
    'When you open? How I can call or write, please?',
    'When are yous open and how do I get hold of yous?',
  ),
  en(
    'privacy-data',
    'Could you please tell me which of my data you keep?',
    'What data of mine do you keep?',
    'Which my data you have and keep, please?',
    'What data have ya got on us, then?',
  ),
  en(
    'discount',
    'Could you please give me a discount on my subscription?',
    'Can you give me a discount on my subscription?',
    'Subscription is expensive. You can give discount, please?',
    'Could ye knock a bit off the subscription for us?',
  ),
  en(
    'proxy',
    'My son handles my affairs. Could you please tell me how I authorise him?',
    'My son handles my stuff. How do I authorise him?',
    'My son do papers for me. How I give permission, please?',
    'Me son sees to me affairs. How do I authorise him?',
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
  names('name_arabic', 'Rania al-Hashimi', 'Layla Haddad'),
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
