/** Phrases around names of people. Lower case, no diacritics, apostrophes as a space: "it s". */

/** A name follows, whatever it looks like. */
export const nameFollows = `
mijn naam is; naam is; mijn voornaam is; mijn achternaam is; de naam is; naam van mijn man is; ik heet; hij heet; zij heet; ze heet; die heet; heet; heten; u spreekt met; je spreekt met; jij spreekt met; spreekt u met; spreek ik met; sprak ik met; spreekt met; sprak met; gesproken met; gesproken heb met; ik sprak; sprak ik; gebeld met; gechat met; op naam van; op de naam van; ten name van; t n v; tnv; t a v; tav; ter attentie van; genaamd; geheten; namens; doorverbonden door; doorverbonden met; geholpen door; gebeld door; te woord gestaan door; gesprek met; afspraak met; bel ik met; contactpersoon is; contactpersoon; behandelaar; behandelaar is; rekeninghouder is; roepnaam; roepnaam is; noem me; noem mij; groetjes van; groeten van; groet van; jongen genaamd; man genaamd; mein name ist; ich heisse; je m appelle; mon nom est; nazywam sie; mam na imie; benim adim; me llamo; mi nombre es; mi chiamo; mijn naam;
my name is; my name s; name is; the name is; the name s; name s; first name is; last name is; surname is; full name is; i am called; i m called; he s called; she s called; is called; named; in the name of; under the name of; under the name; name of; on behalf of; attn; for the attention of; attention of; speaking to; speaking with; spoke to; spoke with; speak to; speak with; spoken to; spoken with; talked to; talked with; talking to; talk to; chatted with; chatting with; dealt with by; served by; helped by; transferred by; transferred to; signed by; addressed to; letter to; the letter to; adjuster is; account holder is; call me; through to; guy called; man called; woman called; someone called; somebody called; lady called; boy called; girl called; passenger is; passengers are; ask for; care of; c o`

/** A name may follow: it needs a capital, or in lower case a word that is not ordinary. */
export const nameMayFollow = `
ik ben; dit is; hier; met; staat op; staan op; loopt op; antwoord van; bericht van; reactie van; mail van; brief van; hulp van; telefoontje van; hier ist; ich bin; hier is; hier spreekt; dat is; dat was; het is; het was; het zijn; nee met; ja met; u bent; bent u; is dit; beste; lieve; geachte; dag; hallo; hoi; he; dank u; dank je; bedankt; dankjewel; goedemorgen; goedemiddag; goedenavond; aan; heb ik te maken met; door; collega; uw collega; je collega;
i m; i am; im; iam; this is; it s; it is; its; that s; that is; thats; that ll be; that will be; it was; that was; is this; are you; you re; hi; hello; hey; dear; thanks; thank you; good morning; good afternoon; good evening; cheers; morning; through to; put through to; here is; here s; to; by; called; said; tell; ask`

/** A name stands before. */
export const nameBefore = `
hier; is de naam; is mijn naam; is de achternaam; aan de lijn; aan de telefoon; aan het woord; heet ik; heet hij; heet ie; heet ze; heette hij; heette ie; heette ze; heette; spreekt u mee; spreekt u; spreek je;
here; speaking; is my name; is the name; on the line; on the phone; calling`

/** A name stands on the next line or at the end. */
export const signOff = `
mvg; met vriendelijke groet; met vriendelijke groeten; vriendelijke groet; vriendelijke groeten; hartelijke groet; hartelijke groeten; met hartelijke groet; groet; groeten; groetjes; gr; hoogachtend; met groet; liefs; m v g; vr gr; vrgr; alvast bedankt; bij voorbaat dank;
yours; xoxo; kind regards; best regards; warm regards; regards; yours sincerely; yours faithfully; yours truly; sincerely; best wishes; all the best; many thanks; cheers; kr; br; best; with thanks; thanks; thank you; love`

/** Titles: a name follows, and the title itself is not part of it. */
export const titles = `
meneer mijnheer mevrouw herr frau monsieur madame senor senora signor signora mevr mw dhr heer mevrouwen juffrouw juf drs ing ir prof professor dr dokter doctor mr mrs ms miss mister missus madam mx sir dame lord lady reverend rev captain capt sergeant sgt pastor dominee familie fam president minister wethouder rechter officer detective inspector sheriff senator governor mayor chancellor coach chef nurse zuster pater imam rabbi`

/** Kin and roles: the word is not a name, but one may follow at once or after "heet", a comma, "is called". */
export const kin = `
man vrouw zoon dochter zoontje dochtertje moeder vader mama papa mam pap ma pa broer zus zusje broertje oma opa tante oom neef nicht kleinzoon kleindochter partner vriend vriendin echtgenoot echtgenote ex schoonmoeder schoonvader schoonzoon schoondochter zwager schoonzus stiefzoon stiefdochter stiefvader stiefmoeder buurman buurvrouw buurjongen buurmeisje kind kinderen ouders huisgenoot collega medewerker medewerkster monteur bezorger behandelaar adviseur begeleider verzorger mantelzorger huisarts tandarts baas bewindvoerder curator mentor gemachtigde
husband wife son daughter mother father mum mom dad mam brother sister grandmother grandfather grandma grandpa gran grandad granddad nan nana granddaughter grandson aunt auntie uncle nephew niece cousin partner boyfriend girlfriend fiance fiancee spouse ex stepson stepdaughter stepfather stepmother neighbour neighbor kid kids child children flatmate housemate roommate colleague coworker technician engineer adviser advisor agent manager supervisor adjuster carer caregiver landlord landlady boss notary solicitor dentist notaris advocaat huisarts tandarts bewindvoerder curator mentor makelaar doctor driver courier rep representative tenant`

/** Little words inside family names of many languages. */
export const particles = `
van von de der den des ten ter te het t in op aan bij uit onder over voor 't el al ben bin bint ibn abu abd ap ab mac mc da das do dos du di del della degli dei la le las los les lo y e zu zum zur af av st san santa op den`

/** Verbs whose subject is a person, in the third person. */
export const personVerbs = `
heeft had zei zegt belde belt gaat ging komt kwam wil wilde kan kon moet moest zou zal is was heet woont werkt beloofde vertelde stuurde schreef vroeg hielp helpt deed doet nam gaf mailde reageerde
has had said says told tells called calls rang would will can could should is was promised wrote sent asked helped helps works lives went came left did does wants wanted needs gave took emailed answered`

/** Endings and companions of organisations: the capital word beside them is a firm, not a person. */
export const firmWords = `
bank verzekeringen verzekering energie energy insurance telecom mobile group groep bv nv ltd limited inc llc plc gmbh airlines airways hotel hotels university universiteit college school ziekenhuis hospital stichting foundation vereniging gemeente council shop store media software solutions services service support broadband water gas electric motors foods pharmacy apotheek clinic
corporation corp traders company holdings partners associates industries systems technologies consulting consultancy agency studio enterprises logistics transport
bouw installaties adviesbureau makelaardij garage autobedrijf beheer handelsonderneming woningcorporatie zorgverzekeraar gmbh sarl srl`

/** Words with a capital that are no people: calendar, languages, countries, firms and products everybody knows. */
export const properWords = `
januari februari maart april mei juni juli augustus september oktober november december january february march may june july august october
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun
jan feb mrt apr jun jul aug sep sept okt oct nov dec
kerst kerstmis pasen pinksteren hemelvaart koningsdag sinterklaas nieuwjaar christmas easter halloween ramadan eid hanukkah diwali thanksgiving
nederland nederlands nederlandse belgie belgisch belgische vlaanderen vlaams duitsland duits duitse engeland engels engelse frankrijk frans franse spanje spaans spaanse italie italiaans turkije turks turkse marokko marokkaans marokkaanse polen pools poolse europa europees europese amerika amerikaans amerikaanse suriname surinaams curacao aruba oekraine oekraiens syrie syrisch china chinees chinese india indiaas
netherlands dutch holland belgium belgian germany german england english britain british uk scotland scottish wales welsh ireland irish france french spain spanish italy italian turkey turkish morocco poland polish europe european america american usa us eu australia australian canada canadian africa african asia asian portugal portuguese greece greek japan japanese brazil mexico mexican russia russian switzerland swiss sweden swedish norway norwegian denmark danish finland finnish austria austrian ukraine ukrainian romania romanian hungary hungarian czech israel iran iraq pakistan korea korean vietnam thailand indonesia philippines nigeria ghana kenya egypt argentina colombia euro dollar pound yen franc ruble atm swift rusland russische zwitserland zwitserse zweden noorwegen denemarken finland oostenrijk
visa mastercard maestro amex american express paypal ideal klarna tikkie apple google gmail hotmail outlook microsoft windows android iphone ipad samsung galaxy whatsapp facebook messenger instagram twitter linkedin youtube netflix spotify amazon bol zoom teams skype chrome firefox safari edge internet wifi bluetooth alexa siri playstation xbox nintendo philips sony lg bosch siemens miele dyson hue nest tado toon philips ikea dhl ups fedex postnl dpd gls hermes royal mail digid bsn iban cvc pin sms gps vpn tv pdf qr faq id app apps ok okay btw kvk belastingdienst uwv svb rdw cak duo anwb ziggo kpn odido vodafone tele2 eneco vattenfall essent nuon greenchoice rabobank ing abn amro asn sns knab bunq triodos achmea aegon ohra fbto klm transavia ryanair easyjet ns arriva tesco sainsbury asda argos boots barclays lloyds hsbc natwest santander monzo starling revolut ebay uber deliveroo bt sky ee o2 virgin octopus edf
god jezus jesus allah corona covid vat btw faq dear beste north south east west noord zuid oost west jehovah islam muslim christian catholic jewish unite unison labour tory green`
