/**
 * Harder cases: sentences of all kinds with values of many countries, calls as a recogniser of speech writes them down, and what
 * agents write. One template a line, as in `templates.ts`: lines at even places are for development, the others are held out.
 */
export const sentencesEn = `
My name is {name} and I can be found at {addressBlock}.
I'm {name}, my home is {addressBlock}, please send the new card there.
You can call {first} on {phoneAny}, she is in all day.
Ring {phoneAny} if {first} doesn't pick up.
{name} works for {org} as a {job}.
Since {dateWords} {name} has been a {job} at {org}.
Could you tell {first} that the meeting with {org} is on {dateWords}?
Ask {first} whether {org} has paid the invoice of {dateWords}.
Please charge my card {cardAny} for the order.
The charge went to {cardAny} instead of my other card.
My card number is {cardAny}, the security code is {cvc}.
Use {cardAny}, expiring 11/29, code {cvc}.
I lost my credit card {cardAny} on the train to {country}.
Somebody in {country} used {cardAny} to buy shoes.
Send the money to {ibanAny}, thanks a lot.
The rent should be paid into {ibanAny} every month.
Is {ibanAny} the account of {name} or of {org}?
{org} wants its money on {ibanAny}, not on the old account.
What is the limit on card {cardAny}?
Which currency is account {ibanAny} in?
Her social security number is {ssnAny} and she has worked here since {year}.
Patient {name}, SSN {ssnAny}, was seen on {dateWords}.
The driver's license of {first} is {licenceAny}.
License number {licenceAny} was issued in {country}.
I was born on {dobAny} in {country}.
He turned {age} on {dateWords}, his birthday is {dobAny}.
We moved to {addressBlock} last spring.
They have lived at {addressBlock} since {year}.
The shop is at {addressBlock}, next to the station.
Deliver it to {addressBlock} before Friday.
Return address: {addressBlock}
{name} | {addressBlock}
To whom it may concern, {name} rented our flat at {addressBlock} until {dateWords}.
Dear {title} {last}, we have received your letter about {addressBlock}.
The police came to {streetAny} at three in the morning.
There was a fire on {streetAny} last night.
I grew up on {streetAny}, not far from the river.
Our office has moved from {streetAny} to {streetAny}.
My new address is {streetAny}, {zipAny}.
Zip code {zipAny}, house on {streetAny}.
What is my balance? My zip is {zipAny}.
I live in the {zipAny} area, is there a branch?
{name} is {ageYears} and works in {country}.
At {age}, {name} is the youngest {job} of {org}.
{title} {last} will see you now.
{title} {name} has signed the contract with {org}.
I'd like to speak to {title} {last} about the order.
Is {title} {last} still the {job} there?
My email is {emailAny} and my website is {urlAny}.
Write to {emailAny} or look at {urlAny}.
{first} can't log in as {user}, the system says the account is locked.
The account {user} belongs to {name}.
Someone signed in from {ip} on {dateWords}.
Block {ip}, it keeps hammering the server.
How do I change my name from {name} to {name}?
Please add {name} as a beneficiary.
{first} and {first} got married in {country}.
Have you met {first}, {first} and {first}?
As {first} said, it will rain in {country}.
"{first}, where are you going?" she asked.
This song by {name} reminds me of {year}.
{name}'s biography sold well in {country}.
The match ended when {last} scored.
{last} and {last} are old friends.
I just got off the phone with {first} from {org}.
{first} from {org} called me back at last.
My {kin} {first} has an account with you too.
Give my regards to your {kin} {first}.
Who is {name}? I don't know anyone called {first}.
There is no {first} here, you have the wrong number.
Hi {first}, it was nice meeting you and {first} in {country}.
{first}, can you confirm that {phoneAny} is still your number?
His passport {passportAny} was stolen in {country}.
Travel document {passportAny}, name {name}.
Meet me at {streetAny} at noon.
I parked on {streetAny} and got a fine.
{name} {name} {name}
{first}: yes. {first}: no.
To: {emailAny}, {emailAny}
Cc {emailAny} and {first}
Employee: {name} Department: sales Phone: {phoneAny} Start: {dateWords}
Guest: {name} Room 12 Address: {streetAny}, {country}
For questions, contact {name} at {phoneAny} or {emailAny}.
Any problems? {first} is on {phoneAny}.
The invoice {ref} of {name} is still open.
Policy {ref} covers {first} and {first}.
`

/** Calls in Dutch: number words in all groupings, letters with what they stand for, hesitations and corrections. */
export const callsNl = `
ja hallo u spreekt met {lname} ik bel even over mijn rekening
goeiemiddag {lname} is de naam ik had een vraagje
nou mijn nummer dat is {phoneTripleNl}
u kunt me bereiken op {phoneTripleNl} of vanavond thuis
A: wat is uw telefoonnummer | ja dat is {phoneFillerNl}
A: op welk nummer kan ik u terugbellen | even denken hoor {phoneFillerNl}
A: mag ik uw telefoonnummer | {phonePairsNl}
A: uw mobiele nummer graag | dat is {phoneDoubleNl}
A: kunt u dat even spellen | {spelledSaidNl}
A: hoe schrijf ik uw achternaam | dat is {llast} dus {spelledSaidNl}
mijn achternaam spel je als {spelledSaidNl}
het is {llast} met {spelledSaidNl}
A: wat is uw emailadres | {emailSaidNl}
A: naar welk mailadres mag ik het sturen | {emailAtNl}
stuur het maar naar {emailAtNl}
mijn mail is {emailAtNl} alles klein
A: en uw geboortedatum | {dobSaidNl}
A: wanneer bent u geboren | op {dobOrdinalNl}
mijn man is geboren op {dobOrdinalNl}
mijn geboortedatum is {dobOrdinalNl}
A: wat is uw postcode | {postcodeSaidNl}
A: mag ik de postcode en het huisnummer | {postcodeSaidNl} nummer {houseSaidNl}
ik woon op de {streetSaid} in {cityLower}
het adres is {streetSaid}
A: wat is uw klantnummer | {refSaidNl}
mijn klantnummer dat is {refFillerNl}
A: kunt u het contractnummer noemen | {refFillerNl}
het dossiernummer is {refSaidNl} als het goed is
A: wat is uw bsn | {bsnSaid}
A: mag ik uw burgerservicenummer | ja hoor {bsnGroupsNl}
mijn bsn is {bsnGroupsNl}
burgerservicenummer {bsnSaid}
A: op welke rekening mag het | {ibanSaid}
het moet naar {ibanSaid}
A: wat is het nummer van de kaart | {cardGroupsNl}
mijn pas heeft als nummer {cardGroupsNl}
A: wat is het kenteken | {plateSaidNl}
het kenteken is {plateSaidNl}
A: met wie heb ik gesproken toen | met {lfirst} geloof ik
ik ben geholpen door {lfirst} van de technische dienst
mijn dochter {lfirst} regelt dat voor mij
mijn buurman {lname} heeft hetzelfde
ik ben {ageSaidNl} en ik woon alleen
mijn moeder is {ageSaidNl} jaar en slecht ter been
A: wat is de code | {otpSaid}
ik kreeg een code dat was {otpSaid}
`

export const callsEn = `
yeah hello this is {lname} i'm calling about my bill
hi there it's {lname} again from last week
so my number is {phoneSaidEn}
you can get me on {phoneUsSaid}
A: what's your phone number | it's {phoneUsSaid}
A: best number to call you back | {phoneFillerEn}
A: could you give me your mobile | sure {phoneFillerEn}
A: and the number | {phoneHyphenEn}
A: how do you spell that | {spelledSaidEn}
A: can you spell the surname | yeah it's {llast} {spelledSaidEn}
my last name is {llast} that's {spelledSaidEn}
it's spelled {spelledSaidEn}
A: what's your email | {emailSaidEn}
A: which email should i use | {emailAtEn}
send it to {emailAtEn} please
my email is {emailAtEn} all lower case
A: date of birth please | {dobSaidEn}
A: and when were you born | {dobOrdinalEn}
i was born on {dobOrdinalEn}
my husband's date of birth is {dobOrdinalEn}
A: what's the zip code | {zipSaid}
my zip code is {zipSaid}
A: and your postcode | {postcodeGbSaid}
the postcode is {postcodeGbSaid}
A: what's your address | {streetGbSaid}
i live at {streetGbSaid}
my address is {streetUsSaid}
we're at {streetUsSaid}
A: account number please | {refSaidEn}
the reference is {refLettersEn}
A: what's the order number | {refLettersEn}
my policy number is {refSaidEn}
A: long card number please | {cardSaidEn}
A: read me the card number | {cardGroupsEn}
the card is {cardGroupsEn}
my card number is {cardSaidEn}
A: your social please | {ssnSaid}
my social is {ssnSaid}
i spoke to {lfirst} in billing
{lfirst} from your team promised to ring
my daughter {lfirst} set it up
my neighbour {lname} has the same problem
i'm {ageSaidEn} and i live alone
my mum is {ageSaidEn} years old
A: what was the code | {otpSaidEn}
the code i got is {otpSaidEn}
`

/** What agents write and say of a customer. */
export const agentsWrite = `
nl|A: Goedemiddag meneer {last}, waar kan ik u mee helpen?
nl|A: Dag mevrouw {last}, fijn dat u er bent.
nl|A: Ik zie hier {initials}, {street} in {city}. Klopt dat?
nl|A: Staat u ingeschreven op {street}, {postcode} {city}?
nl|A: Ik heb het pakket omgeleid naar {street}.
nl|A: De monteur komt morgen naar {street} in {city}.
nl|A: Bevestigd: de afspraak staat op {email}.
nl|A: Ik stuur de link naar {email} en bel u op {phone}.
nl|A: U bent bij ons bekend onder klantnummer {ref}.
nl|A: Het dossier heeft nummer {ref}, bewaart u dat goed.
nl|A: Ter controle: is uw geboortedatum {dob}?
nl|A: Ik lees hier {dob} als geboortedatum.
nl|A: Uw IBAN is {iban}, zie ik.
nl|A: We storten het terug op {iban}.
nl|A: Ik verbind u door met mijn collega {first}.
nl|A: Mijn naam is {first}, ik neem het gesprek over.
nl|A: Met vriendelijke groet, | A: {first} | A: Team Service
nl|A: Groeten, {name}
en|A: Good afternoon Mr {last}, how can I help?
en|A: Hello Mrs {last}, thanks for waiting.
en|A: I have you down as {initials}, {streetGb}, {postcodeGb}. Is that right?
en|A: Are you still at {streetGb} in {townGb}?
en|A: I've sent the parcel to {streetGb} instead.
en|A: The engineer will come to {streetUs} tomorrow.
en|A: All set: the confirmation goes to {email}.
en|A: I'll text {phoneForeign} and email {email}.
en|A: You're in our system as customer {ref}.
en|A: The case number is {ref}, please keep it.
en|A: Just to check, is your date of birth {dob}?
en|A: I see {dobEn} as your date of birth.
en|A: Your IBAN is {ibanForeign}, I see.
en|A: We'll refund it to {ibanForeign}.
en|A: I'm putting you through to my colleague {first}.
en|A: My name is {first}, I'm taking over this chat.
en|A: Kind regards, | A: {first} | A: Customer care
en|A: Best wishes, {name}
`
