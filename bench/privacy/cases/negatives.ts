/**
 * Messages in which nothing is personal, by what they speak of. One a line: language, a bar, turns parted by " | ", those of
 * the agent begin with "A:". Lines at even places are for development, lines at odd places are held out: nobody reads what is
 * hidden in them. Two lines that stand below each other speak of the same kind of thing in other words.
 */
export const typed = `
nl|Wat zijn de openingstijden op zaterdag?
nl|Ik heb 3 keer gebeld en 45 minuten gewacht.
nl|De factuur is € 1.249,95 in plaats van 89,50.
nl|Mijn internet ligt er sinds dinsdag 14 maart uit.
nl|Hoe lang duurt een overboeking naar België?
nl|Ik wil overstappen van Compleet naar Basis Plus.
nl|kan ik mijn abonnement opzeggen zonder boete
nl|De modem geeft foutcode 0x80070005 en een rood lampje.
nl|Wordt er op Koningsdag bezorgd in Utrecht?
nl|Mijn meterstand is 48213.
nl|A: Wat is de meterstand? | 048213
nl|A: Hoeveel stuks wilt u? | 12
nl|A: Welk bedrag is afgeschreven? | 249,00
nl|A: Wanneer past het? | donderdag tussen 9 en 12
nl|A: Klopt dat? | ja dat klopt
nl|A: Kan ik nog iets voor u doen? | nee dank u wel fijne dag
nl|Artikel 4711 is uitverkocht, komt de Samsung QE55 ook nog?
nl|Ik zoek een wasmachine van Bosch of Miele onder de 600 euro.
nl|de app crasht steeds na update 7.2.1
nl|Jullie reclame zegt 30 % korting tot 31 december 2026.
nl|Wat is het verschil tussen all-risk en WA plus?
nl|De vlucht KL1234 van Amsterdam naar Rome is vertraagd.
nl|Ik ben al 12 jaar klant en dit is de eerste keer.
nl|Hartelijk dank voor de snelle hulp!
nl|Het Paasweekend zijn we gesloten, toch?
nl|ik snap de brief van de belastingdienst niet
nl|Waarom moet ik een identiteitsbewijs meenemen?
nl|Moet ik mijn BSN doorgeven?
nl|Ik ben mijn wachtwoord vergeten.
nl|het wachtwoord wordt niet geaccepteerd
nl|kunnen jullie de wasdroger komen repareren
nl|Het pakketje is beschadigd en de doos was open.
nl|Dat is dan opgelost, bedankt.
nl|Graag een offerte voor twaalf zonnepanelen.
nl|Kan ik met Tikkie of iDEAL betalen?
nl|De Rabobank zegt dat het bij Visa ligt.
nl|mag ik de handleiding in het Engels
nl|Volgens de Consumentenbond heb ik recht op garantie.
en|What time do you open on Sundays?
en|I waited 45 minutes and called 3 times.
en|The bill says $1,249.95 instead of 89.50.
en|My broadband has been down since Tuesday 14 March.
en|How long does a transfer to Spain take?
en|I'd like to switch from Premium Max to Basic.
en|can i cancel my subscription without a fee
en|The router shows error 0x80070005 and a red light.
en|Do you deliver in Manchester on Boxing Day?
en|My meter reads 48213.
en|A: What's the meter reading? | 048213
en|A: How many would you like? | 12
en|A: What amount was taken? | 249.00
en|A: What day suits you? | thursday between 9 and 12
en|A: Is that correct? | yes thats right
en|A: Anything else I can help with? | no thats all thank you bye
en|Item 4711 is sold out, will the Samsung QE55 be back?
en|Looking for a washing machine by Bosch or Miele under 600 pounds.
en|the app keeps crashing after update 7.2.1
en|Your ad says 30% off until 31 December 2026.
en|What is the difference between Gold Cover and Silver Cover?
en|Flight BA2490 from London to Rome is delayed.
en|I've been a customer for 12 years and this is a first.
en|Thank you so much for the quick help!
en|Are you closed on Easter Monday?
en|i dont understand the letter from the council
en|Why do I need to bring a passport?
en|Do I have to give my National Insurance number?
en|I forgot my password.
en|the pin is not accepted at the atm
en|could you send someone to fix the dryer
en|The parcel was damaged and the box was open.
en|That's sorted then, cheers.
en|Please quote for twelve solar panels.
en|Can I pay with Apple Pay or Klarna?
en|Barclays says the problem is with Mastercard.
en|The Prime Minister spoke about energy prices.
en|The Great British Bake Off starts on Tuesday.
en|New York Times subscribers pay less.
en|Add Bohemian Rhapsody to my Workout playlist
nl|De wasdroger geeft na tien minuten code F21 en stopt.
nl|Mijn inductiekookplaat toont E4 en piept de hele tijd.
nl|Past de Tefal Easy Fry ook in een hoge keukenkast?
nl|Ik twijfel tussen de Quooker Flex en een Grohe Red.
nl|Heeft de Fairphone 5 een uitwisselbare accu?
nl|Is de OnePlus 12R leverbaar met 256 GB opslag?
nl|Mijn Vitamix blender maakt een schrapend geluid.
nl|De Dreame L20 robotstofzuiger vindt zijn laadstation niet.
nl|Kan ik Disney+ via jullie mediabox kijken?
nl|Zit Viaplay in het pakket Sport Totaal?
nl|Het tarief Dynamisch Variabel is hoger dan Vast 3 Jaar.
nl|Wat houdt Groen Zeker Plus precies in?
nl|Zonneplan en Budget Energie zijn goedkoper dan jullie.
nl|Volgens Independer kan ik bij Univé minder betalen.
nl|Is de vaste terugleververgoeding al bekend voor 2027?
nl|Hoe werkt de salderingsregeling vanaf volgend jaar?
nl|Energieplafondcompensatie is nog niet verrekend.
nl|Termijnbedragverhoging lijkt mij onterecht.
nl|Klimaatneutraliteit staat groot op jullie site, klopt dat wel?
nl|Vochtdoorslag in de kelder, dekt de opstalverzekering dat?
nl|Schimmelvorming achter het behang, wie moet dat betalen?
nl|Rioolontstopping valt toch onder de woonverzekering?
nl|Bagagevertraging op de heenreis, hoe dien ik dat in?
nl|Annuleringskosten waren vooraf niet vermeld.
nl|ik krijg steeds de melding sessie verlopen bij het inchecken
nl|de app blijft hangen op het laadscherm na het updaten
nl|verkeerde maat geleverd, hoe kan ik retourneren
nl|pakje nog steeds niet binnen terwijl tracking zegt bezorgd
nl|waarom is mijn bundel ineens op terwijl ik alleen appte
nl|kan ik mijn abbonement tijdelijk op pauze zetten
nl|ik heb de faktuur nooit ontvange via de mail
nl|de montuer is niet geweest en niemand belt trug
nl|hoe kan ik me wachtwoord verandere in de app
nl|internetverbinging valt telkens weg savonds
nl|ff snel vraagje over de retourtermijn
nl|zsm graag reactie ivm vakantie
nl|wrm duurt een terugbetaling zo lang?? echt niet normaal
nl|idd dat bedoel ik, mbt de borg
nl|tnx voor de info, gaat ie lukken zo
nl|Kunnen jullie ff kijken wnr de glasvezel komt?
nl|Ik was 25 minuten in de wacht en toen werd er opgehangen.
nl|Om 14.30 uur werd er gebeld, maar ik zat in de trein.
nl|Tussen half acht en kwart over negen was er geen stroom.
nl|Van 22:15 tot 06:45 deed de verwarming niets.
nl|Op de rekening staat 1.349,20 terwijl 134,92 was afgesproken.
nl|Er is €75 afgeschreven, maar het moest € 57,- zijn.
nl|Ik betaal nu 42 euro 50 per maand en straks 61,75.
nl|Voor 3 x 12,50 had ik korting verwacht, geen 37,50.
nl|Het gaat om 24 flessen en 6 dozen, waarvan 2 kapot.
nl|Ik had 4 tegels van 60x60 besteld en kreeg 40x40.
nl|Mijn verbruik was 2873 kWh en 1140 m3 gas.
nl|We zitten nu op 3,4 ton CO2 per huishouden.
nl|De stand was 23456 en is nu 24012.
nl|Telwerk 1 is 009812 en telwerk 2 is 014455.
nl|A: Wat geeft de meter aan? | 31877 en 20914
nl|A: Kunt u de stand van uw gasmeter doorgeven? | 07733,412
nl|A: Hoeveel kilometer heeft de auto gereden? | 184500
nl|A: Hoe vaak is dit gebeurd? | een keer of vijf
nl|A: Welke maat zoekt u? | 42 of 43
nl|A: Welk bedrag staat er op de nota? | 1287,45
nl|A: Welk model heeft u? | de QN90C van 65 inch
nl|A: Welke foutmelding ziet u? | ERR_CONNECTION_RESET
nl|A: Waarmee kan ik u van dienst zijn? | slotgracht aanleggen, kan dat verzekerd worden
nl|A: Waar gaat uw vraag over? | dakkapel
nl|A: Welke browser gebruikt u? | firefox op linux
nl|A: Welke kleur had u besteld? | antracietgrijs
nl|A: Wanneer kan de monteur langskomen? | woensdagochtend na tienen
nl|A: Wanneer wilt u verhuizen? | per 1 februari aanstaande
nl|A: Heeft u de modem al opnieuw gestart? | jazeker tot drie keer toe
nl|A: Is de stekker ingestoken? | yep zit er goed in
nl|A: Gaat u akkoord? | helemaal mee eens
nl|A: Heeft u nog vragen? | neuh zo weet ik genoeg
nl|Wat is de reistijd van Groningen naar Maastricht?
nl|Rijdt de intercity naar Vlissingen dit weekend?
nl|Is jullie winkel in Hilversum op zondag open?
nl|Het filiaal aan het Spui is gesloten, toch?
nl|Station Zwolle was afgesloten vanwege een storing.
nl|In Limburg is het internet vaker traag dan in Zeeland.
nl|De vlucht naar Tenerife werd omgeleid via Faro.
nl|Mag ik handbagage van 12 kilo mee naar Kreta?
nl|De Efteling geeft korting met jullie pas, klopt dat?
nl|Krijg ik met de Museumkaart toegang tot het Rijksmuseum?
nl|De Autoriteit Consument en Markt zegt iets anders.
nl|Kifid heeft daar vorig jaar een uitspraak over gedaan.
nl|Artikel 15 AVG geeft mij recht op inzage.
nl|Volgens lid 3 van artikel 7:408 BW mag ik opzeggen.
nl|Ik lees in jullie voorwaarden van mei 2023 paragraaf 4.2 iets anders.
nl|Op pagina 17 van de polisvoorwaarden staat dat glas gedekt is.
nl|Met Black Friday was de prijs nog 199.
nl|Geldt de Sinterklaasactie ook online?
nl|Tijdens Hemelvaart en Pinksteren bezorgen jullie niet?
nl|Zijn jullie tussen Kerst en Oud en Nieuw bereikbaar?
nl|Ik wil een Xbox Series X ruilen voor een PlayStation 5.
nl|De Samsung Galaxy S24 Ultra laadt niet meer op.
nl|Kan ik mijn Tesla Model Y via jullie laadpas laden?
nl|Valt een Volkswagen ID.3 onder het leasetarief?
nl|Is een Labradoodle meeverzekerd in de hondenverzekering?
nl|Dekt de polis ook een Friese stabij?
nl|Ik zoek een cadeaubon voor bol of Zalando.
nl|Kan ik betalen met Klarna, Riverty of AfterPay?
nl|Het gaat om een boek van uitgeverij Querido.
nl|Er mist een schroef bij de Billy boekenkast.
nl|De Pax kledingkast heeft een kapotte scharnier.
nl|Wat is het verschil tussen mbps en MB/s?
nl|Mijn ping is 48 ms en ik haal 93 Mbit down.
nl|De mesh-router staat op kanaal 11, 2,4 GHz.
nl|Ik krijg DNS_PROBE_FINISHED_NXDOMAIN in Chrome.
nl|Het ip-adres veranderen, hoe doe ik dat?
nl|Firmware 3.0.12 van de Philips Hue Bridge werkt niet.
nl|Sinds iOS 17.4.1 werkt CarPlay niet goed.
nl|Wat kost een postpakket van 5 kg naar Denemarken?
nl|Moet er een CN23-formulier bij een pakket naar Zwitserland?
nl|Hoeveel spaarpunten krijg ik voor 120 liter Euro 95?
nl|Een cappuccino en twee croissants stonden dubbel op de bon.
nl|De basilicum en koriander waren verlept bij bezorging.
nl|In de maaltijdbox zat quinoa in plaats van couscous.
nl|Mijn orchidee kwam zonder bloemen aan.
nl|De lavendel en hortensia zijn uitgedroogd geleverd.
nl|Het dekbedovertrek is van satijn en niet van katoen.
nl|De jurk is fuchsia, ik had turquoise besteld.
nl|Ik vind het schandalig, onbeschoft en klantonvriendelijk!
nl|Belachelijk dat jullie chatbot mij niet begrijpt.
nl|Bedankt voor het meedenken, fijn weekend!
nl|Top geregeld, complimenten voor de afdeling retouren.
nl|Kunnen jullie de hypotheekofferte nog een week aanhouden?
nl|Is de boeterente bij oversluiten aftrekbaar?
nl|Hoe hoog is de debetrente op een roodstand?
nl|Wat zijn de kosten van een spoedoverboeking buiten de eurozone?
nl|Kan ik mijn creditcardlimiet verhogen naar 5000?
nl|Is er een wachtlijst voor de OV-fiets in Leiden?
nl|Werkt mijn OV-chipkaart ook in de metro van Rotterdam?
nl|Ik wil naar het concert van Coldplay in de Johan Cruijff ArenA.
nl|Zijn er nog kaarten voor Soldaat van Oranje?
nl|Speelt Ajax zaterdag thuis tegen Feyenoord?
nl|Zendt ESPN de wedstrijd van PSV uit?
nl|Wordt Heel Holland Bakt herhaald op NPO 1?
nl|Kan ik Game of Thrones terugkijken bij HBO Max?
nl|Voor wie is de regeling Betaalbaar Wonen bedoeld?
nl|Ik ontving een sms dat mijn pakket bij een PostNL-punt ligt.
nl|Is de mail van info-service-klant wel van jullie of is dit phishing?
nl|Mijn koelkast is 12 jaar oud en verbruikt te veel.
nl|De cv-ketel is nog geen 5 jaar oud en nu al lek.
nl|Een auto van 8 jaar oud, kan die nog allrisk?
nl|Het huis is in 1987 gebouwd en heeft energielabel D.
nl|Per 1 januari 2019 was de btw 9 procent.
nl|In 2003 is de wet veranderd, las ik.
nl|Ik bel 0900-9295 en krijg een bandje.
nl|Is 0800-0404 gratis vanaf een mobiel?
nl|Het storingsnummer 0800-9009 was in gesprek.
nl|Kan de gemeente mij bellen op 14 020 of alleen andersom?
nl|Bestelnummers beginnen bij jullie met BE, waarom de mijne niet?
nl|Waar vind ik mijn klantnummer op de brief?
nl|Waar staat het serienummer op de thermostaat?
nl|Hoe vaak mag ik mijn pincode fout intoetsen?
nl|Welke tekens mogen er in een wachtwoord?
nl|Moet de naam op de boeking gelijk zijn aan die in het paspoort?
nl|Hoe wijzig ik het adres in mijn account?
nl|Wat doet u met mijn geboortedatum?
nl|Wie is er verantwoordelijk als de buren overlast geven?
nl|Mag een kind ook pinnen met zo'n pas?
nl|Kan mijn schoonmoeder meeverzekerd worden?
nl|Geachte heer, mevrouw, graag ontvang ik een bevestiging.
nl|Beste klantenservice, hoe lang duurt de levering nog?
nl|Hoi team, is er al nieuws over de storing in Almere?
nl|Met vriendelijke groet, een tevreden klant
nl|Groeten uit het zonnige zuiden!
nl|Eerste Hulp bij Internetstoring: werkt dat nummer nog?
nl|Ik heb Nederlands en Engels ingesteld, maar de menu's zijn in het Duits.
nl|Toch jammer. Jammer dat het zo moet lopen.
nl|Helder. Duidelijk verhaal. Dank.
nl|PROBLEEM NOG STEEDS NIET OPGELOST NA DRIE WEKEN
nl|IK WIL MIJN GELD TERUG EN WEL NU
nl|WAAROM REAGEERT NIEMAND OP MIJN KLACHT
nl|1) niet geleverd 2) geen reactie 3) wel betaald
nl|- lampje rood - reset gedaan - nog steeds rood
nl|Bedrag: 45,90 Datum: 12-03-2026 Status: openstaand
nl|Aantal: 3, maat: XL, kleur: ecru
nl|Lunchroom, bistro of brasserie: geldt de bon overal?
nl|Kunt u de dakgoot meenemen in de inboedelopname?
nl|Kan de hoogwerker door de steeg van twee meter breed?
nl|De aannemer zegt dat het lood vervangen moet worden.
nl|De loodgieter was er al voor de afgesproken tijd.
nl|Mijn laptop, een Lenovo Thinkpad X1, start niet op.
nl|De Bose soundbar koppelt niet met de Panasonic televisie.
nl|Ik heb de nieuwe Kinderopvangtoeslag nog niet aangevraagd.
nl|Wanneer opent de inschrijving voor de Vierdaagse?
nl|Kan een fatbike mee in de trein van NS?
nl|Is een Swapfiets ook verzekerd tegen diefstal?
nl|Is refurbished hetzelfde als tweedehands bij jullie?
nl|Werkt preorderen ook met een kortingscode?
nl|De unboxing viel tegen, alles zat onder het piepschuim.
nl|Mijn smartwatch synct niet meer sinds gisteren.
nl|Het streamen buffert continu en de dongle wordt heet.
nl|Jullie captcha accepteert geen enkele poging.
en|The dishwasher stops with E15 after ten minutes.
en|My thermostat shows F7 and beeps all night.
en|Does the Ninja Foodi fit under a low cupboard?
en|I can't decide between the Dyson V15 and a Shark Stratos.
en|Will the Pixel 8a work on your network?
en|Is the Kindle Paperwhite available in green?
en|My KitchenAid mixer makes a grinding noise.
en|The Roborock S8 won't find its dock any more.
en|Can I watch Paramount+ through your box?
en|Is Eurosport part of the Big Bundle?
en|Fixed Saver 24 costs more than Flexible Octopus.
en|What does Home Complete Plus actually cover?
en|Bulb and So Energy were cheaper last winter.
en|Compare the Market shows a lower quote than yours.
en|Is the export tariff confirmed for 2027 yet?
en|How does the feed-in tariff work after March?
en|Overcharging again, third month running.
en|Unbelievable service, nobody ever replies.
en|Subsidence in the extension, is that covered?
en|Dampness behind the plaster, who pays for that?
en|Excess baggage fees weren't mentioned anywhere.
en|Cancellations should be free within 24 hours.
en|Refurbished or brand new, which one do I get?
en|Contactless keeps failing at self checkouts.
en|it keeps saying session expired when i check in
en|the app freezes on the splash screen after updating
en|wrong size sent how do i return it
en|parcel still not here but tracking says delivered
en|why is my data gone when i only used whatsapp
en|can i freze my subscripton for two months
en|i never recived the invoise by email
en|the enginer didnt show up and noone rang back
en|how do i chnage my pasword in the app
en|intermitent connection drops evry evening
en|quick q about the return window
en|asap pls im off on holiday tmrw
en|tbh not impressed, imo you owe me a refund
en|afaik its still under warranty fwiw
en|ta for that, gonna try it in a bit
en|cheers mate sorted now
en|I was on hold for 25 minutes and then got cut off.
en|At 2.30pm someone rang but I was on the tube.
en|Between half seven and quarter past nine we had no power.
en|From 22:15 to 06:45 the heating was off.
en|The statement says 1,349.20 but we agreed 134.92.
en|You took £75 when it should have been £57.
en|I pay 42.50 a month now and it goes up to 61.75.
en|For 3 x 12.50 I expected a discount, not 37.50.
en|It's 24 bottles and 6 boxes, 2 of them broken.
en|I ordered 60x60 tiles and got 40x40.
en|We used 2873 kWh and 1140 cubic metres of gas.
en|The reading was 23456 and is now 24012.
en|A: What does the meter say? | 31877 and 20914
en|A: Could you give me the gas reading? | 07733.412
en|A: What's the mileage on the car? | 184500
en|A: How often has this happened? | five or six times
en|A: What size are you after? | a 10 or 11
en|A: What amount is on the bill? | 1287.45
en|A: Which model is it? | the QN90C, 65 inch
en|A: What error do you see? | ERR_CONNECTION_RESET
en|A: How can I help you today? | conservatory roof leaking, is that insured
en|A: What is it about? | loft insulation grant
en|A: Which browser are you using? | firefox on linux
en|A: What colour did you order? | charcoal grey
en|A: When can the engineer come round? | wednesday morning after ten
en|A: When are you moving? | on the 1st of february
en|A: Have you tried restarting it? | yep three times already
en|A: Is it plugged in? | course it is
en|A: Are you happy with that? | absolutely spot on
en|A: Any other questions? | nah thats everything
en|How long is the train from Leeds to Penzance?
en|Does the 8.15 to Norwich run at weekends?
en|Is your shop in Croydon open on Sundays?
en|The branch on the high street closed down, right?
en|Paddington station was shut because of a power cut.
en|Broadband in Cornwall is slower than in Kent.
en|The flight to Malaga was diverted via Faro.
en|Can I take a 12 kilo bag to Corfu?
en|Do I get money off Alton Towers with this card?
en|Does the pass get me into the Natural History Museum?
en|Ofgem says something completely different.
en|The Financial Ombudsman ruled on that last year.
en|Under section 75 of the Consumer Credit Act I can claim.
en|Article 15 GDPR gives me the right to a copy.
en|Your terms of May 2023 clause 4.2 say otherwise.
en|Page 17 of the policy booklet says glass is covered.
en|On Black Friday it was still 199.
en|Does the Valentine's offer apply online?
en|Do you deliver over Easter and the May bank holiday?
en|Are you open between Christmas and New Year?
en|I'd like to swap an Xbox Series X for a PlayStation 5.
en|The Samsung Galaxy S24 Ultra won't charge.
en|Can I charge a Tesla Model Y at your points?
en|Is a Volkswagen ID.3 covered by the lease?
en|Is a Labradoodle covered by pet insurance?
en|Does the policy include a French bulldog?
en|I want a gift card for Zara or Asos.
en|Can I pay with Klarna, Clearpay or Laybuy?
en|It's a hardback from Penguin.
en|There's a screw missing from the Kallax shelf.
en|What's the difference between mbps and MB/s?
en|My ping is 48 ms and I get 93 Mbit down.
en|The mesh router is on channel 11, 2.4 GHz.
en|I get DNS_PROBE_FINISHED_NXDOMAIN in Chrome.
en|Firmware 3.0.12 for the Hue Bridge doesn't install.
en|Since iOS 17.4.1 CarPlay drops out.
en|How much is a 5 kg parcel to Denmark?
en|Do I need a CN23 form for Switzerland?
en|How many points do I get for 120 litres of diesel?
en|A cappuccino and two croissants were charged twice.
en|The basil and coriander arrived wilted.
en|There was quinoa in the box instead of couscous.
en|My orchid arrived without flowers.
en|The duvet cover is satin, not cotton.
en|The dress is fuchsia, I ordered turquoise.
en|Ridiculous, rude and frankly a disgrace!
en|Your chatbot doesn't understand a word I say.
en|Thanks for your patience, have a great weekend!
en|Brilliant, well done to the returns team.
en|Could you hold the mortgage offer for another week?
en|Is the early repayment charge tax deductible?
en|What's the APR on the overdraft?
en|What does a same day CHAPS payment cost?
en|Can I raise my credit limit to 5000?
en|Is there a waiting list for parking permits in Brighton?
en|Does my Oyster card work on the Elizabeth line?
en|I want tickets for Coldplay at Wembley.
en|Are there seats left for The Lion King?
en|Do Arsenal play at home against Everton on Saturday?
en|Will Sky show the Celtic match?
en|Is Strictly Come Dancing repeated on BBC One?
en|Can I catch up on Line of Duty on iPlayer?
en|I got a text saying my parcel is at an InPost locker.
en|Is the mail from service-info-client really you or phishing?
en|My fridge is 12 years old and uses too much.
en|The boiler is not even 5 years old and already leaking.
en|Can an 8 year old car still get full cover?
en|The house was built in 1987 and has an EPC rating of D.
en|Since 1 January 2019 VAT has been different.
en|The law changed in 2003, I read.
en|I rang 0845 600 1234 and got a recording.
en|Is 0800 111 222 free from a mobile?
en|Can I dial 1-800-555-0100 from the UK?
en|Order numbers start with BE, why doesn't mine?
en|Where do I find my account number on the letter?
en|Where is the serial number on the thermostat?
en|How many times can I get my PIN wrong?
en|Which characters are allowed in a password?
en|Does the name on the booking have to match my passport?
en|How do I change the address in my account?
en|What do you do with my date of birth?
en|Who is responsible if the neighbours complain?
en|Can my son have a card of his own?
en|Can I add my mother in law to the policy?
en|Dear Sir or Madam, please confirm in writing.
en|Dear customer services, how long will delivery take?
en|Hi team, any news about the outage in Dundee?
en|Kind regards, a satisfied customer
en|Greetings from sunny Spain!
en|I set it to English and French but the menus are in German.
en|Shame. Shame it has to end this way.
en|Clear. Makes sense. Cheers.
en|STILL NOT RESOLVED AFTER THREE WEEKS
en|I WANT MY MONEY BACK AND I WANT IT NOW
en|1) not delivered 2) no reply 3) paid for
en|- red light - did a reset - still red
en|Amount: 45.90 Date: 12/03/2026 Status: outstanding
en|Qty: 3, size: XL, colour: ecru
en|Bistro, brasserie or takeaway: is the voucher valid everywhere?
en|The roofer says the flashing needs replacing.
en|The plumber came before the agreed slot.
en|My laptop, a Lenovo Thinkpad X1, won't boot.
en|The Bose soundbar won't pair with the Panasonic telly.
en|I haven't applied for Universal Credit yet.
en|When do entries open for the Great North Run?
en|Can an e-scooter go on the Northern line?
en|Is a Brompton covered against theft?
en|Does a preorder work with a promo code?
en|Unboxing was a letdown, polystyrene everywhere.
en|My smartwatch hasn't synced since yesterday.
en|Streaming keeps buffering and the dongle gets hot.
en|Your captcha rejects every attempt.
en|May I ask why the price went up in June?
en|Will there be an update in April or May?
en|The bill was a surprise; mark that down as a complaint.
en|I would grant you that hope is all I have left.
en|Sunny days are few, so solar pays back slowly.
`

/** As a recogniser of speech writes it: lower case, no marks, numbers in words. */
export const said = `
nl|ja goedemiddag ik bel omdat de verwarming het niet doet sinds vanochtend
nl|hallo ja ik had een vraagje over mijn laatste afrekening die is veel te hoog
nl|nou het zit zo ik heb drie weken geleden iets besteld en dat is er nog steeds niet
nl|eh even kijken hoor volgens mij was dat vorige week donderdag of vrijdag
nl|dan staat er honderdvijfentwintig euro en vijftig cent op de nota
nl|het bedrag is tweehonderdnegenenveertig komma vijfennegentig
nl|om kwart over negen zou hij komen en het is nu half elf
nl|tussen acht en twaalf hadden ze gezegd maar er kwam niemand
nl|de meterstand is vierendertigduizend tweehonderd twaalf
nl|ik heb nu twaalf komma vijf kubieke meter gebruikt zegt de app
nl|en dan moet ik een voor ja en twee voor nee indrukken
nl|ik heb dat drie of vier keer geprobeerd maar telkens krijg ik een foutmelding
nl|weet u wat het is ik snap die hele website niet meer
nl|zeg maar gewoon dat ik het niet accepteer zo simpel is het
nl|mijn man zei nog bel nou eerst even maar ja
nl|mijn dochter heeft dat voor me ingesteld op de tablet
nl|nee nee dat klopt niet dat was het oude tarief
nl|ja precies dat bedoel ik inderdaad
nl|de internetverbinding valt steeds weg als het regent
nl|de glasvezelaansluiting zou in maart klaar zijn
nl|ik wil graag opzeggen want ik ga naar een andere aanbieder
nl|kan ik dat ook via whatsapp doorgeven of moet dat per brief
nl|op het scherm staat fout nul acht en dan gaat ie uit
nl|hij zegt code veertien en dan begint ie te piepen
nl|wat kost dat dan per maand als ik het voor twee jaar vastzet
nl|dus dan betaal ik straks negenentachtig euro in plaats van vijfenzeventig
nl|in amsterdam is er volgens mij een grote storing
nl|de trein naar eindhoven had een uur vertraging
nl|heeft u ook iets voor een wasmachine van negen kilo
nl|past zo'n vaatwasser in een kastje van zestig centimeter
nl|oké nou hartstikke bedankt hè fijne dag nog
nl|prima dan wacht ik dat even af tot ziens
nl|A: kunt u dat herhalen | ja ik zei dat de kraan lekt
nl|A: wat kan ik voor u doen | ik wil iets vragen over de garantie
nl|A: hoe lang speelt dit al | nou zeker een week of drie
nl|A: welke dag schikt u | doe maar dinsdag of anders woensdagmiddag
en|yeah good afternoon i'm calling because the heating hasn't worked since this morning
en|hello yes i've got a question about my last bill it's way too high
en|so what happened is i ordered something three weeks ago and it's still not here
en|erm let me see i think it was last thursday or friday
en|then it says a hundred and twenty five pounds fifty on the bill
en|the amount is two hundred and forty nine ninety five
en|they said quarter past nine and it's now half ten
en|between eight and twelve they said but nobody turned up
en|the meter reading is three four two one two
en|i've used twelve point five cubic metres the app says
en|and then i have to press one for yes and two for no
en|i tried that three or four times but i keep getting an error
en|you know what i don't understand that website at all
en|just say i won't accept it simple as that
en|my husband said give them a ring first but there you go
en|my daughter set it up for me on the tablet
en|no no that's not right that was the old rate
en|yeah exactly that's what i mean
en|the connection drops out whenever it rains
en|the fibre was supposed to be ready in march
en|i'd like to cancel because i'm going with another provider
en|can i do that by text or does it have to be a letter
en|the screen says fault oh eight and then it switches off
en|it goes code fourteen and then it starts beeping
en|what would that be a month if i fix it for two years
en|so i'd be paying eighty nine pounds instead of seventy five
en|there's a big outage in birmingham i think
en|the train to glasgow was an hour late
en|have you got anything for a nine kilo washing machine
en|does a dishwasher fit in a sixty centimetre unit
en|okay well thanks ever so much have a nice day
en|right i'll wait for that then bye now
en|A: could you say that again | yes i said the tap is leaking
en|A: what can i do for you | i'd like to ask about the warranty
en|A: how long has this been going on | ooh at least three weeks
en|A: which day suits you | make it tuesday or else wednesday afternoon
`

/** What agents and assistants write when they speak of nobody. */
export const agents = `
nl|A: Goedemiddag, welkom bij de klantenservice. Waar kan ik u mee helpen?
nl|A: Fijn dat u contact opneemt. Een moment, ik kijk even mee.
nl|A: De levertijd is 3 tot 5 werkdagen, bij Bosch en Siemens soms langer.
nl|A: Onze winkels in Breda en Tilburg zijn open van 9.30 tot 18.00 uur.
nl|A: U kunt het formulier vinden onder Mijn Account, tabblad Gegevens.
nl|A: Ga naar Instellingen, kies Privacy en zet Locatievoorzieningen uit.
nl|A: De storing in regio Twente is om 16:45 verholpen.
nl|A: Het tarief Zeker Groen loopt tot en met 31 december 2027.
nl|A: Voor spoed belt u 0800-1234, op werkdagen tot 21.00 uur.
nl|A: U bereikt ons op 088 123 45 67 of via de chat.
nl|A: Dat is vervelend om te horen. Heeft u de modem al herstart?
nl|A: Begrijpelijk. Helaas kan ik de factuur niet aanpassen.
nl|A: Het retourlabel ontvangt u binnen 15 minuten per e-mail.
nl|A: De terugbetaling van € 49,95 duurt 5 tot 10 dagen.
nl|A: Op grond van artikel 7 van de voorwaarden is dat niet mogelijk.
nl|A: U heeft 14 dagen bedenktijd volgens de Wet koop op afstand.
nl|A: Kies in het menu optie 3, daarna 1 voor storingen.
nl|A: Het lampje moet eerst oranje en dan groen knipperen.
nl|A: Bedankt voor uw geduld. Is er verder nog iets?
nl|A: Graag gedaan, een fijne avond gewenst!
en|A: Good afternoon, welcome to customer care. How can I help?
en|A: Thanks for getting in touch. Bear with me while I check.
en|A: Delivery takes 3 to 5 working days, longer for Bosch and Siemens.
en|A: Our shops in Leeds and York are open from 9.30am to 6pm.
en|A: You will find the form under My Account, tab Details.
en|A: Go to Settings, choose Privacy and turn off Location Services.
en|A: The outage in the Bristol area was fixed at 16:45.
en|A: The Green Saver tariff runs until 31 December 2027.
en|A: For emergencies call 0800 111 222, any day until 9pm.
en|A: You can reach us on 0330 123 4567 or through the chat.
en|A: Sorry to hear that. Have you restarted the hub?
en|A: I understand. Unfortunately I can't change the invoice.
en|A: The return label will arrive by email within 15 minutes.
en|A: The refund of £49.95 takes 5 to 10 days.
en|A: Under clause 7 of the terms that isn't possible.
en|A: You have a 14 day cooling off period under the regulations.
en|A: Choose option 3 from the menu, then 1 for faults.
en|A: The light should turn amber first and then flash green.
en|A: Thank you for your patience. Anything else today?
en|A: You're welcome, have a lovely evening!
`
