import type { Kind } from '../personal-data.ts'

/**
 * What each kind of datum is called, in both languages: one table for the sentence of a customer ("mijn BSN is …"), for the
 * question of an agent ("uw BSN?") and for a JSON key (`bsn`). Phrases are in lower case without diacritics; hyphens,
 * underscores and spaces between their words are the same. `number` is a number of which we only know that it was named.
 */
export const kindPhrases: readonly (readonly [Kind, string])[] = [
  [
    'name',
    `naam; namen; volledige naam; voornaam; voornamen; achternaam; familienaam; meisjesnaam; tenaamstelling; voorletters; hoe heet; wie bent u; wie ben je; met wie spreek ik; met wie ik spreek; met wie heb ik; wie heb ik aan de lijn; wie ik aan de lijn heb; wie u bent; op wiens naam; op welke naam; wie is de rekeninghouder; welke collega;
     name; names; full name; first name; firstname; given name; last name; lastname; surname; family name; middle name; maiden name; forename; who am i speaking; who i m speaking; who i am speaking; who is this; who this is; who do i have; who is calling; who s calling; whom am i speaking; account holder; cardholder; card holder; rekeninghouder; kaarthouder; contactpersoon; second driver; named driver; next of kin;
     spellen; spell your; spell that; spell it; hoe schrijf ik; hoe schrijf je; hoe schrijft u; hoe spel; hoe spelt u; hoe spelt; how do you spell; how is that spelled`,
  ],
  [
    'phone',
    `telefoon; telefoonnummer; telefoonnr; tel; telnr; tel nr; mobiel; mobiele nummer; mobielnummer; mobiele telefoon; gsm; 06 nummer; vaste nummer; vast nummer; doorkiesnummer; thuisnummer; whatsapp; whatsapp nummer; te bereiken; bereikbaar op; bereiken op; terugbellen op; bellen op; bel me op; bellen naar; terugbelnummer; nieuwe nr; nieuw nr;
     phone; phone number; telephone; telephone number; mobile; mobile number; cell; cellphone; cell phone; cell number; landline; contact number; callback number; best number; reach you; call me on; call me at; ring me on; ring me at; reach me on; reach me at; text me on; text me at; area code; phone no; my number s; msisdn; caller id; fax; nummer dat eindigt`,
  ],
  [
    'email',
    'email; e mail; emailadres; e mailadres; mailadres; mail adres; email address; e mail address; mail address; mail mij op; mail me at; email me at',
  ],
  [
    'iban',
    `iban; rekeningnummer; rekeningnr; bankrekening; bankrekeningnummer; bankrekeningnr; banknummer; rekening nummer; tegenrekening; op welke rekening; mijn rekening is; haar rekening is; zijn rekening is; bankgegevens; bic;
     bank account; bank account number; sort code; sortcode; routing number; which account; bank details; account to refund; acct no`,
  ],
  [
    'bsn',
    'bsn; bsn nummer; burgerservicenummer; burger service nummer; sofinummer; sofi nummer; bsnnummer; citizen service number',
  ],
  [
    'natid',
    `rijksregisternummer; national insurance; national insurance number; ni number; nino; social security; social security number; ssn; my social; your social; nhs number; nhs no; tax id; tin; national id; national identity number; personal identification number; rijksregister; insz; steuer id; steueridentifikationsnummer; personnummer; pesel; last four of your social`,
  ],
  [
    'card',
    `kaartnummer; pasnummer; creditcard; creditcardnummer; creditcard nummer; creditkaart; betaalkaart; mastercard; visa; amex; maestro; nummer van de kaart; nummer op de kaart; kaart eindigend; kaart die eindigt; pas eindigend; bankpas; betaalpas; laatste vier cijfers; laatste 4 cijfers; laatste cijfers van uw kaart; laatste cijfers van uw pas;
     card number; card no; credit card; credit card number; debit card; debit card number; long card number; long number; card ending; card ending in; american express; last four digits; last 4 digits; last four; last 4; pan`,
  ],
  [
    'cvc',
    `cvc; cvv; cvc2; cvv2; cvc code; cvv code; beveiligingscode; drie cijfers achterop; de drie cijfers zijn; drie cijfers zijn; drie cijfers op de achterkant; laatste drie cijfers achterop; cijfers achterop; controlegetal; kaartcode; controlecode op de kaart;
     security code; card security code; three digits on the back; three digit code; three digits are; the three digits; digits on the back; 3 digits on the back; four digits on the front; card verification`,
  ],
  [
    'secret',
    `wachtwoord; paswoord; ww; pincode; pin code; mijn pin; uw pin; toegangscode; inlogcode; smscode; sms code; sms codes; verificatiecode; bevestigingscode; eenmalige code; beveiligingsvraag; geheime vraag; wachtzin; api sleutel; api key; apikey; sleutel; token; tancode; tan code; code; een code; de code; puk; pukcode; herstelcode; activatiecode;
     password; passwd; pwd; passcode; pass code; pin; pin number; one time code; one time passcode; one time password; otp; verification code; confirmation code; access code; sms code; text code; six digit code; secret; secret key; access token; bearer token; memorable word; security answer; passphrase; recovery code; client secret; private key; authorization; auth token; credentials`,
  ],
  [
    'username',
    `gebruikersnaam; gebruikersnamen; inlognaam; loginnaam; log in als; inloggen als; ingelogd als; aangemeld als; log in met; inloggen met; ingelogd met; aanmelden met; aangemeld met; login; accountnaam; schermnaam; handle; skype; instagram; twitter;
     username; user name; user id; userid; login name; screen name; log in as; logged in as; log in with; login with; sign in with; signed in as; sign in as; member id; memberid; gebruikers id; gebruiker id; account id; profile id; nickname`,
  ],
  [
    'reference',
    `klantnummer; klantnr; klantcode; klant nummer; klantkenmerk; relatienummer; debiteurnummer; lidnummer; lidmaatschapsnummer; accountnummer; account nummer; contractnummer; contractnr; contract nummer; polis; polisnummer; polisnr; polis nummer; bestelnummer; ordernummer; ordernr; order nummer; bestelling; order; factuurnummer; factuurnr; dossier; dossiernummer; dossiernr; zaaknummer; meldingsnummer; meldnummer; ticketnummer; incidentnummer; reserveringsnummer; reserveringscode; boekingsnummer; boekingscode; reservering; boeking; meternummer; eancode; ean code; ean; kenmerk; referentie; referentienummer; schadenummer; claimnummer; zendingsnummer; track en trace; track en tracecode; trackingnummer; pakketnummer; pakket; betalingskenmerk; mandaat; machtigingskenmerk; aansluitnummer; serienummer; patientnummer; studentnummer; personeelsnummer; abonnementsnummer; abonnement nummer; vorderingsnummer; case; klant;
     customer number; customer no; customer id; client number; client id; account number; account no; account; acc no; ac no; a c no; reference; reference number; ref; ref no; order number; order no; order id; order; booking number; booking reference; booking code; booking id; booking; reservation number; reservation id; reservation code; reservation; confirmation number; invoice number; invoice no; invoice; case number; case id; ticket number; ticket no; claim number; claim no; claim id; claim; policy number; policy no; policy id; policy; policyid; claimid; contract number; contract no; contract id; tracking number; tracking id; parcel id; parcel number; parcel; meter number; serial number; membership number; member number; loyalty number; frequent flyer; frequent flyer number; employee number; employee id; staff id; patient number; student number; subscription id; payment id; payment method id; transaction id; gift card; gift card number; certificate; voucher code; pnr; record locator; mrn; medical record number; imei; device id; imsi; iccid`,
  ],
  ['number', 'nummer; nr; nrs; number; no; num; gegevens; details'],
  ['postcode', 'postcode; post code; postal code; postcodes; zip; zip code; zipcode; zip postal'],
  [
    'house',
    'huisnummer; huisnr; huis nummer; huisnummer en toevoeging; toevoeging; op nummer; van nummer; bij nummer; at number; from number; house number; house no; door number; flat number; apartment number',
  ],
  [
    'address',
    `adres; woonadres; huisadres; bezoekadres; postadres; factuuradres; afleveradres; bezorgadres; leveradres; straat; straatnaam; mijn straat; waar woont u; waar woon je; nieuwe adres; oude adres; verhuizen naar;
     address; home address; street; street name; street address; first line of your address; mailing address; billing address; shipping address; delivery address; address line; where do you live`,
  ],
  [
    'city',
    'woonplaats; plaatsnaam; in welke plaats; in welke stad; geboorteplaats; town; city; home town; which city; which town; place of birth',
  ],
  [
    'birth',
    `geboortedatum; geb datum; geboren; geboortejaar; geboorte datum; geboortedag; gebdatum; geb; verjaardag; jarig; wanneer bent u geboren; jaar van geboorte; overlijdensdatum;
     date of birth; dob; d o b; birth date; birthdate; birthday; born; year of birth; birth year; day of birth`,
  ],
  ['age', 'leeftijd; hoe oud; age; how old'],
  [
    'plate',
    'kenteken; kentekennummer; kentekenplaat; nummerplaat; registration; registration number; vehicle registration; number plate; license plate; licence plate; plate number; reg; reg number; car reg',
  ],
  [
    'document',
    `paspoort; paspoortnummer; identiteitskaart; id kaart; id nummer; identiteitsbewijs; rijbewijs; rijbewijsnummer; documentnummer; v nummer; vreemdelingennummer; verblijfsdocument; legitimatie; legitimatiebewijs;
     passport; passport number; passport no; id card; identity card; driving licence; driving license; driver s license; driver s licence; drivers license; driver license; licence number; license number; document number; residence permit; visa number; id number`,
  ],
  [
    'quantity',
    `hoeveel; aantal; meter; gasmeter; watermeter; slimme meter; teller; telwerk; kilometerstand; km stand; display; meterstand; meterstanden; bedrag; stand; standen; saldo; verbruik; hoogte; hoe vaak; welke maat; cijfer van; optie; keuze; model; modelnummer; versie; typenummer; artikelnummer; artikel; artikelcode; productnummer; productcode; foutcode; foutmelding; storingscode; error; stap; vluchtnummer; vluchtnr; vluchtnummers; treinnummer; stoelnummer;
     how many; how much; how often; gas meter; mileage; odometer; amount; quantity; balance; reading; meter reading; meter readings; readings; size; rating; scale of; scale from; option; model; model number; version; firmware; item number; part number; product code; product number; sku; error code; step; gate; flight number; flight numbers; flight no; train number; seat number`,
  ],
  [
    'thing',
    `welke browser; welk merk; welk toestel; welk apparaat; welk systeem; welke printer; welk pakket; welke app; welke provider; welk programma;
     which browser; what browser; which brand; what brand; which device; what device; make and model; which app; which provider; which package; which program`,
  ],
  [
    'other',
    `hoe laat; welke dag; welke datum; wanneer; ophaaldatum; bezorgdatum; leverdatum; waarom; waarmee kan ik; waar kan ik; wat kan ik voor u; kan ik u helpen; nog iets; anders nog; akkoord; klopt dat; juist; bevestig;
     what time; which day; which date; what date; departure date; travel date; delivery date; when would; when do you; how can i help; how may i help; what can i do; anything else; is that correct; do you agree; would you like; confirm`,
  ],
]

/**
 * Dutch makes one word of it: any word with these ends names a reference, unless the vocabulary says otherwise
 * ("klachtnummer", "aanvraagnr", "retourcode").
 */
export const referenceEndings: readonly string[] = ['nummer', 'nummers', 'nr', 'kenmerk', 'referentie', 'code']
