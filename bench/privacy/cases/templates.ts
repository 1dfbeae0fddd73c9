/**
 * Cases of our own to try the recogniser on. One template a line: turns are parted by " | ", those of the agent begin with
 * "A:", `{slot}` is a value of `values.ts`, `[LABEL:words]` is a labelled phrase as it stands. Lines at even places are for
 * development, lines at odd places are held out: nobody reads what is missed in them.
 */
export const chatNl = `
Hoi, je spreekt met {name}, ik heb een vraag over mijn rekening.
Goedemorgen, {name} hier. Kunnen jullie mij terugbellen op {phone}?
mijn naam is {lname} en mijn klantnummer is {ref}
met {lname}, ik bel over polis {ref}
A: Met wie spreek ik? | {name}
A: Wat is uw naam? | {lfirst}
A: En uw achternaam? | {llast}
A: Mag ik uw volledige naam? | dat is {lname}
A: Op welke naam staat de rekening? | Op die van mijn vrouw, {name}.
A: Wie bent u? | de zoon van mevrouw {last}
A: Kunt u dat spellen? | {spelled}
A: Hoe schrijf ik dat? | {spelledMarks}
Mevr. {last} heeft mij gisteren geholpen.
Ik had contact met dhr. {last} van jullie afdeling.
Mijn buurman {first} zegt dat het bij hem wel werkt.
Kan mijn dochter {first} de machtiging krijgen?
Graag overzetten op naam van {name}, geboren {dob}.
Ten name van {initials}, {street}, {postcode} {city}.
De monteur, {first}, is niet op komen dagen.
Jullie collega {first} beloofde dat ik vandaag antwoord kreeg.
De storing duurt nu drie dagen. | Groet, | {name}
Kunnen jullie dit uitzoeken? | Met vriendelijke groet, | {initials}
Ik wil {first} toevoegen als gebruiker.
{first} en {first} staan allebei op het contract.
kunt u {lfirst} even bellen over de factuur
het pakket was voor {lname} maar het is bij de buren
A: Wat is uw BSN? | {bsn}
A: Mag ik uw burgerservicenummer? | ja hoor {bsnDots}
mijn bsn is {bsnWrong} zeg ik uit mijn hoofd
Het burgerservicenummer van mijn moeder: {bsn}
A: Wat is uw rekeningnummer? | {iban}
Maak het maar over naar {iban} t.n.v. {initials}
Kan het ook naar mijn buitenlandse rekening {ibanForeign}?
Mijn iban is {ibanForeign}.
ik denk dat het {ibanWrong} is
A: Welk IBAN hoort daarbij? | {ibanWrong}
Rekening eindigend op {accountTail} graag verwijderen.
Het gaat om de rekening die eindigt op {accountTail}.
mijn kaartnummer {card} wordt geweigerd
A: Wat is het kaartnummer? | {card}
A: Ik heb de lange reeks op uw kaart nodig. | {cardWrong}
creditcard {cardWrong} en de cvc is {cvc}
A: Wat zijn de drie cijfers achterop? | {cvc}
A: En de CVC-code? | {cvc} dus
de kaart met {cardTail} op het eind is gestolen
Het gaat om mijn pas die eindigt op {cardTail}.
A: Op welk nummer kan ik u bereiken? | {phone}
A: Uw telefoonnummer? | dat is {phoneForeign}
je kan me bereiken op {phone} of {phoneForeign}
Nieuw nummer: {phoneForeign}
A: Mag ik uw mobiele nummer? | {phone06} {digits4} | A: ja | {digits4}
A: Wat is uw telefoonnummer? | {area} | A: ga door | {digits3} | A: ja | {digits4}
Mijn nummer is {phoneStart} {digits3} nee wacht {digits4} aan het eind
Bel {phone} niet meer, dat was van mijn man.
{phone}
{phoneForeign}
A: Wat is uw e-mailadres? | {email}
Stuur de bevestiging naar {email} en cc naar {email}.
mijn mail is {email} maar ik krijg niets
A: Welk adres gebruikt u om in te loggen? | {email}
Ik log in met {user} maar het lukt niet.
A: Wat is uw gebruikersnaam? | {user}
mijn gebruikersnaam is {user} en het wachtwoord {password}
A: Welk wachtwoord probeert u? | {password}
Het wachtwoord is {passwordWord}, klopt dat?
Mijn oude wachtwoord was {passwordWord}.
A: U krijgt een code per sms, wilt u die noemen? | {otp}
De code die ik kreeg is {otp}, maar hij werkt niet.
A: Wat is uw pincode? | {pin}
Mijn pincode is {pin} en die doet het niet meer.
A: Wat is uw adres? | {street}
Ik woon op de {street} in {city}.
we verhuizen naar {streetLower}
Mijn nieuwe adres wordt {street}, {postcode} {city}.
A: Wat is uw postcode en huisnummer? | {postcode} {house}
A: Postcode? | {postcode} | A: en huisnummer? | {house}
A: In welke plaats woont u? | {city}
A: Uw woonplaats? | {cityLower}
Bezorgen op {street} graag, {city}
factuuradres {street} {postcode}
{postcode} {house}
{street}, {city}
Ik woon in België, {streetBe}, {postcodeBe} {cityBe}.
Mijn adres in België is {streetBe} te {postcodeBe} {cityBe}
Mijn nieuwe adres is in Duitsland: {streetDe}, {postcodeDe} {cityDe}
Het moet naar Duitsland: {streetDe}, {postcodeDe} {cityDe}
A: Wat is uw geboortedatum? | {dob}
A: Wanneer bent u geboren? | {dobNl}
Ik ben geboren op {dobNl} in {city}.
geboortedatum {dob}, naam {name}
Mijn zoon {first} van {dobNl} moet mee op de polis.
mijn vrouw is van {dob}
A: Hoe oud is uw kind? | {age}
Ik ben {age} jaar en heb nog nooit zoiets meegemaakt.
Mijn moeder is {age} en snapt die app niet.
we zijn {age} en {age} jaar oud
Mijn kenteken is {plate}.
A: Wat is het kenteken? | {plate}
Auto met kenteken {plateBe} staat al weken in mijn straat
de belgische plaat is {plateBe}
kenteken {plateDe} is mijn duitse auto
Het gaat om nummerplaat {plateDe}.
A: Wat is uw documentnummer? | {passport}
Mijn paspoort {passport} is verlopen.
rijbewijsnummer {licence}
A: Nummer van uw rijbewijs? | {licence}
Mijn V-nummer is {vnumber}.
A: Heeft u een V-nummer? | ja {vnumber}
Het gaat over bestelling {ref}.
A: Wat is uw klantnummer? | {ref}
Ordernr. {ref}, wanneer komt het?
factuur {ref} klopt niet
dossier {ref} staat al maanden open
A: Heeft u een referentie? | Ja: {ref}
boekingscode {booking}
Mijn reservering is {booking}, op naam van {llast}.
Mijn rijksregisternummer is {rijksregister}.
A: Wat is uw rijksregisternummer? | {rijksregister}
mijn duitse steuer id is {steuerId}
A: Wat is uw Steuer-ID? | {steuerId}
Mijn ip adres is {ip}, waarom word ik geblokkeerd?
Het log zegt dat {ip} geweigerd is.
Kijk maar op {url}
Mijn profiel: {url}
Ik ben [HEALTH:zwanger] en wil mijn contract pauzeren.
Door mijn [HEALTH:depressie] heb ik de brief niet gelezen.
ik ben {name} ik woon {streetLower} {postcode} tel {phone}
{name}, {dob}, {postcode} {house}
`

export const speechNl = `
goedemorgen u spreekt met {lname}
ja met {lfirst} {llast} ik bel voor mijn moeder
A: met wie spreek ik | met {lname}
A: wat is uw achternaam | {llast}
A: kunt u dat spellen | {spelled}
A: hoe schrijf je dat | ja dat is {spelled}
mijn naam is {lname} en ik woon in {cityLower}
mijn dochter heet {lfirst} en die is {ageSaidNl}
A: wat is uw telefoonnummer | {phoneSaidNl}
A: op welk nummer bent u bereikbaar | dat is {phonePairsNl}
u kunt mij bellen op {phoneSaidNl}
mijn nummer is {phonePairsNl}
A: wat is uw burgerservicenummer | {bsnSaid}
ja mijn bsn dat is {bsnSaid}
A: wat is uw rekeningnummer | {ibanSaid}
het rekeningnummer is {ibanSaid}
A: mag ik het kaartnummer | {cardSaidNl}
mijn kaartnummer is {cardSaidNl}
A: en de drie cijfers achterop | {cvcSaid}
de beveiligingscode is {cvcSaid}
A: welke code heeft u ontvangen | {otpSaid}
de code is {otpSaid}
A: wat is uw adres | {streetSaid}
ik woon op de {streetSaid}
A: wat is uw geboortedatum | {dobSaidNl}
ik ben geboren op {dobSaidNl}
mijn man is {ageSaidNl} jaar
ik ben zelf al {ageSaidNl}
A: wat is uw emailadres | {emailSaidNl}
mijn mail is {emailSaidNl}
A: mag ik uw mailadres | {emailLettersNl}
stuur maar naar {emailLettersNl}
A: wat is uw klantnummer | {refSaidNl}
het polisnummer is {refSaidNl}
`

export const chatEn = `
Hi, this is {name}. I have a question about my bill.
Hello, {name} here, I ordered something last week
my name is {lname} and my account number is {ref}
hi its {lname} again about the refund
A: Who am I speaking with? | {name}
A: Can I take your name please? | {lfirst}
A: And your surname? | {llast}
A: Could I have your full name? | yes it's {lname}
A: Whose name is on the account? | My partner's, {name}.
A: And you are? | the daughter of Mrs {last}
A: How do you spell that? | {spelled}
A: Can you spell your surname? | {spelledMarks}
Mr {last} promised me a call back.
I spoke to Ms {last} in billing.
My neighbour {first} has the same problem.
Please add my husband {first} to the policy.
It's booked under {name}, born {dob}.
Passenger: {lastfirst}
The engineer, {first}, never showed up.
Your colleague {first} told me to chat here.
Nobody has answered my letter. | Kind regards, | {name}
Please sort this out. | Thanks | {initials}
I'd like to make {first} an authorised user.
{first} and {first} are both on the tenancy.
transfer 50 to {lname} please
send 200 pounds to {lfirst} tomorrow
A: What is your National Insurance number? | {nino}
My NI number is {nino}.
A: Can I have your social? | {ssn}
my ssn is {ssn}
A: Last four of your social security number? | {ssnTail}
last four of my social are {ssnTail}
My NHS number is {nhs}
A: What's your NHS number? | {nhs}
A: What's the sort code and account number? | {sortCode} {accountGb}
sort code {sortCode}, account {accountGb}
Refund it to {ibanForeign} please
A: What is your IBAN? | {ibanForeign}
my card {card} was declined
A: What's the long card number? | {card}
I typed {cardWrong} twice and it fails
A: Card number please? | {cardWrong}
card {card} exp 09/28 cvv {cvc}
A: Security code on the back? | {cvc}
the card ending {cardTail} was stolen
It's the card that ends in {cardTail}.
A: Best number to reach you? | {phoneForeign}
Call me on {phoneForeign} after six.
you can text me at {phoneForeign}
my cell is {phoneForeign}
A: What's your phone number? | {phoneStart} | A: yes | {digits4} | A: and the rest? | {digits3}
A: Number? | {digits3} | A: go on | {digits3} {digits4}
{phoneForeign}
its {phoneForeign}
A: What's your email? | {email}
Email me at {email}, not the old one.
I registered with {email} last year
A: Which email is on file? | {email}
My username is {user}.
A: Username? | {user}
i log in as {user} with password {password}
A: What password are you using? | {password}
The password is {passwordWord}.
my old password was {passwordWord}
A: Please read me the code we texted. | {otp}
The one time code is {otp}.
A: What's your PIN? | {pin}
my pin is {pin}
A: What's your address? | {streetGb}
I live at {streetGb}, {townGb}, {postcodeGb}.
we moved to {streetGbLower}
New address: {streetGb}, {postcodeGb}
A: First line of your address and postcode? | {streetGb}, {postcodeGb}
A: Postcode? | {postcodeGb}
A: Which town do you live in? | {townGb}
I live in {townGb} and it still hasn't come.
Ship it to {streetUs}, {cityUs}, IL {stateZip}
my address is {streetUs} {cityUs} TX {stateZip}
A: Billing address? | {streetUs}
A: What's your street address? | it's {streetUs}
A: Date of birth? | {dob}
A: Can you confirm your date of birth? | {dobEn}
I was born on {dobEn}.
dob {dob}
My son {first}, born {dobEn}, needs cover.
my wife was born {dob}
A: How old is the driver? | {age}
I'm {age} and live alone.
My dad is {age}, he can't use the app.
we are {age} and {age} years old
My reg is {plateGb}.
A: Registration number? | {plateGb}
passport {passportGb} expires soon
A: Passport number? | {passportGb}
my driver's license number is {licence}
A: Driving licence number? | {licence}
Order {ref} has not arrived.
A: What's your order number? | {ref}
ref {ref} please check
Claim {ref} is still open after two months
invoice no. {ref} is wrong
A: Do you have a booking reference? | {booking}
my booking code is {booking}
A: Policy number? | {ref}
I keep getting blocked, my IP is {ip}
The log shows {ip} failed.
My profile is {url}
see {url}
I'm [HEALTH:diabetic] and need my delivery on time.
I missed it because of [HEALTH:chemotherapy].
{name}, {dobEn}, {postcodeGb}
im {lname} phone {phoneForeign} email {email}
`

export const speechEn = `
good morning my name is {lname}
hello this is {lname} calling about my bill
A: can i take your name | {lname}
A: and your surname please | {llast}
A: can you spell that for me | {spelled}
A: how is that spelled | it's {spelled}
A: what's the best number for you | {phoneSaidEn}
my number is {phoneSaidEn}
A: what's the card number please | {cardSaidEn}
the long number is {cardSaidEn}
A: and your date of birth | {dobSaidEn}
i was born on {dobSaidEn}
A: what's your email address | {emailSaidEn}
it's {emailSaidEn}
A: what's your account number | {refSaidEn}
my reference is {refSaidEn}
`

/** English sentences of other kinds of text: news, forms, reviews, letters, posts. */
export const proseEn = `
{name} was appointed chief financial officer on Monday.
According to {name}, the talks will go on next week.
The witness, {name}, {age}, told the court that she saw nothing.
{name} ({age}) lives in {townGb} with two cats.
Dear {first}, thank you for the lovely dinner on Saturday.
Best wishes from {first} and {first}!
I met {name} at the conference in the spring.
Please forward the minutes to {name} at {email}.
Applicant: {name} | Address: {streetUs} | Phone: {phoneForeign}
Name: {name} | DOB: {dob} | Email: {email}
First name: {first} | Last name: {last}
Emergency contact: {name}, {phoneForeign}
The book by {name} changed how I think about cities.
{first}'s new restaurant serves the best soup in town.
Our waiter {first} was friendly and quick.
Avoid this place, the owner {name} was very rude.
You can reach me at {phoneForeign} or {email}.
Call {phoneForeign} and ask for {first}.
We moved from {townGb} to {streetUs} in the summer.
Her office is at {streetUs}, {cityUs}, TX {stateZip}.
Send the cheque to {name}, {streetGb}, {townGb} {postcodeGb}.
My credit card number is {card}, please charge it.
He paid with card {card} and left.
Transfer the rent to {ibanForeign} before Friday.
Her social security number is {ssn}.
SSN: {ssn} | Licence: {licence}
The server at {ip} is down again.
Login attempt from {ip} by user {user}.
{name} has been a member since the club was founded.
"I never expected this," said {name}.
{last} scored twice in the second half.
Detective {last} opened the door slowly.
Prof. {last} will give the lecture on Tuesday.
Ms {last}, your appointment is confirmed.
How do I change the address linked to my card to {streetUs}?
What is the status of the parcel for {name}, order {ref}?
I'm {first}, originally from {townGb}, now living in {cityUs}.
{first} here. Is the room still free?
Yesterday {name} and {name} signed the lease.
The patient, {name}, was born on {dobEn}.
My passport number is {passportGb} and it expires next year.
Check out {url} for my latest pictures.
{name} lived at {streetGb} until 1998.
Report by {name}, {dobEn}.
Is {first} coming to the party?
Could you give this to {first} when you see her?
{first} asked me whether {first} had called.
Thanks, {first}
Regards, | {name} | {phoneForeign}
To: {name} <{email}>
From: {email}
Invoice for {name}, {streetUs}, {cityUs}
My husband {first} turned {age} in March.
Grandma {first} baked a cake for {first}.
It was {first} who found the keys.
Nobody but {first} knew the answer.
Signed, {initials}
Contact {initials} for details.
Please update my billing address: {streetUs}, {cityUs}, IL {stateZip}
They live on {streetUs} near the school.
`
