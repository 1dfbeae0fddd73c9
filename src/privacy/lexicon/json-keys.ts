import type { Kind } from '../personal-data.ts'

/**
 * What a JSON key says of its value. Keys are compared as lower-case words: `firstName`, `first_name` and `first-name` are
 * "first name". First the whole key, then its last words.
 */
const whole: readonly (readonly [Kind, string])[] = [
  [
    'name',
    'first name; firstname; given name; givenname; last name; lastname; surname; family name; familyname; middle name; full name; fullname; customer name; passenger name; contact name; holder name; cardholder; card holder; account holder; voornaam; voornamen; achternaam; tussenvoegsel; tussenvoegsels; volledige naam; initials; initialen; voorletters; roepnaam; maiden name; meisjesnaam; klantnaam; contactpersoon; recipient; ontvanger; beneficiary; begunstigde; tenaamstelling; rekeninghouder; kaarthouder; geadresseerde; addressee; salutation; aanhef; fn; ln; fname; lname; participant; called by; agent',
  ],
  [
    'email',
    'email; e mail; mail; email address; e mail address; emailadres; mailadres; mailto; contact email; from email; to email',
  ],
  [
    'phone',
    'phone; telephone; mobile; cell; cellphone; tel; telefoon; telefoonnummer; mobiel; mobiele nummer; msisdn; fax; gsm; whatsapp; phone number; mobile number; telephone number; contact number; caller; callerid; caller id; ani; nummer mobiel',
  ],
  [
    'birth',
    'dob; date of birth; birthdate; birth date; birthday; geboortedatum; geboorte datum; gebdatum; geb datum; geboortedag; born; born on; birth year; year of birth; geboortejaar',
  ],
  ['age', 'age; leeftijd'],
  [
    'address',
    'address1; address2; address3; address line; address line 1; address line 2; addressline1; addressline2; line1; line2; street; straat; street address; street name; streetname; straatnaam; street1; street2; adres; adresregel; woonadres; home address; billing address; shipping address; mailing address; delivery address; address; thoroughfare; suite; apartment; apt',
  ],
  ['house', 'house number; housenumber; huisnummer; huisnr; huisletter; huisnummertoevoeging; toevoeging; house no'],
  ['postcode', 'zip; zipcode; zip code; postcode; post code; postal code; postalcode; postal'],
  [
    'city',
    'city; town; woonplaats; plaats; plaatsnaam; stad; locality; gemeente; home city; place of birth; geboorteplaats',
  ],
  [
    'iban',
    'iban; rekeningnummer; bank account; bankrekening; bank account number; account iban; tegenrekening; sort code; sortcode; routing number',
  ],
  ['bsn', 'bsn; burgerservicenummer; sofinummer; citizen service number'],
  [
    'natid',
    'ssn; social security number; social security; nino; national insurance number; national id; tax id; tin; rijksregisternummer; insz; identity number; pesel; last four ssn',
  ],
  [
    'card',
    'card number; cardnumber; pan; kaartnummer; pasnummer; credit card; creditcard; credit card number; debit card; last four; last4; last 4; last four digits; last 4 digits; card last four; card last4; lastfour',
  ],
  ['cvc', 'cvc; cvv; cvc2; cvv2; security code; card security code; csc'],
  [
    'secret',
    'password; wachtwoord; passwd; pwd; secret; api key; apikey; pin; pincode; pin code; otp; passcode; access token; refresh token; id token; auth token; client secret; authorization; verification code; verificatiecode; private key; session token; token; puk; magic link; credentials',
  ],
  [
    'username',
    'username; user name; login; login name; user id; userid; user; handle; screen name; gebruikersnaam; gebruiker; gebruikers id; member id; memberid; account name; uid',
  ],
  [
    'document',
    'passport; passport number; passportnumber; paspoort; paspoortnummer; license number; licence number; drivers license; driver license; driving licence; rijbewijs; rijbewijsnummer; document number; documentnummer; id card; id number; identity card; visa number',
  ],
  ['plate', 'kenteken; license plate; licence plate; plate; nummerplaat; number plate; vehicle registration'],
  [
    'quantity',
    'price; amount; total; subtotal; quantity; qty; count; balance; cost; fee; tax; discount; bedrag; prijs; aantal; saldo; status; type; currency; percentage; rate; score; weight; height; width; length; duration; size; seats; temperature; latitude; longitude; lat; lon; lng; version; versie; index; page; limit; offset; timestamp; ts; epoch; created; updated; modified; expires; expiry; exp; iat; date; time; year; month; day; datum; tijd; usage; tokens; model; object; port; flight number; flightnumber; flight; vluchtnummer; order line; line number; position; priority; ean product; gtin; upc; isbn',
  ],
]

/** Words before "name", "id" or "number" that make it a person's or a case's. */
const persons = new Set(
  'first last full given family middle user customer client klant passenger guest contact holder patient member employee medewerker agent recipient sender driver owner billing shipping traveler traveller guardian parent spouse partner legal maiden person persoon caller debtor debiteur relatie bewoner huurder tenant student lead account profile subject author assignee reporter'.split(
    ' ',
  ),
)
const cases = new Set(
  'customer client klant relatie order bestel bestelling booking boeking boekings reservation reservering reserverings confirmation invoice factuur case ticket claim schade policy polis contract account payment method transaction transactie member lid patient student employee personeels subscription abonnement abonnements tracking track parcel pakket shipment zending meter ean loyalty flyer debtor debiteur debiteuren dossier zaak caller contact lead person persoon profile device session reference ref referentie record locator pnr card gift certificate voucher mandate mandaat user external'.split(
    ' ',
  ),
)
/** Things, firms and places: their names, codes and numbers are no personal data. */
const things = new Set(
  'product products item items article artikel artikelen variant variants sku category categories categorie plan plans tool tools function functions field fields file files filename event events brand brands company organization organisation bedrijf organisatie department afdeling airline airlines airport hotel hotels restaurant service services model models device devices page host domain table column class type method variable variables parameter parameters property properties schema country land state province provincie region regio language currency team queue skill intent entity template step action option options feature features color colour role group channel course module flight flights route gate seat terminal store shop vendor supplier manufacturer leverancier song album movie book title station line topic tag label status source target rule policy_type package tariff tarief'.split(
    ' ',
  ),
)
const productSiblings = new Set(
  'price prijs amount product id productid item id itemid sku variants variant options quantity qty parameters description url category stock available'.split(
    ' ',
  ),
)
const personSiblings =
  /\b(dob|birth|email|phone|first|last|address|surname|geboorte|voornaam|achternaam|telefoon|mailto|tel|customer|user)\b/

const kindOfKey: ReadonlyMap<string, Kind> = new Map(
  whole.flatMap(([kind, list]) => list.split(';').map((key) => [key.trim(), kind] as const)),
)

/** `firstName`, `first_name`, `first-name`, `FIRST NAME` → ["first", "name"]; diacritics off. */
export function keyWords(key: string): string[] {
  if (key.length > 80) return []
  return key
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '')
}

/** Where a key stands: keys around it, and the key of the object or array that holds it. */
export type KeyPlace = { readonly parent: string | undefined; readonly siblings: ReadonlySet<string> }

/**
 * The kind of a value by its key; `quantity`: explained and no personal data; undefined: the key says nothing.
 * Place matters for three words that mean anything: "name" of a product, "id" of an article, "city" of a flight.
 */
export function kindByKey(key: string, place: KeyPlace): Kind | undefined {
  const words = keyWords(key)
  const last = words.at(-1)
  if (last === undefined) return undefined
  const joined = words.join(' ')
  if (joined === 'name' || joined === 'naam' || joined === 'names' || joined === 'display name')
    return isThing(place) ? 'quantity' : 'name'
  if (joined === 'id' || joined === 'uuid' || joined === 'number' || joined === 'nummer' || joined === 'code')
    return isThing(place) ? 'quantity' : 'number'
  if (joined === 'city' || joined === 'town' || joined === 'plaats' || joined === 'stad')
    return isAddress(place) ? 'city' : undefined
  const exact = kindOfKey.get(joined) ?? kindOfKey.get(words.join(''))
  if (exact !== undefined) return exact
  const parentWords = place.parent === undefined ? [] : keyWords(place.parent)
  if (
    /^(first|last|given|family|middle|full)$/.test(joined) &&
    parentWords.some((word) => /^(names?|person|passenger|naam)$/.test(word))
  )
    return 'name'
  return byLastWord(words, last) ?? byPlural(last)
}

function byLastWord(words: readonly string[], last: string): Kind | undefined {
  const before = words.slice(0, -1)
  if (before.length === 0) return endsInNumber(last) ? 'reference' : undefined
  if (/^(name|naam)$/.test(last))
    return before.some((word) => persons.has(word))
      ? 'name'
      : before.some((word) => things.has(word))
        ? 'quantity'
        : undefined
  if (/^(id|ids|number|numbers|no|nr|num|nummer|ref|reference|code|key|kenmerk)$/.test(last)) {
    if (before.some((word) => cases.has(word))) return 'reference'
    return before.some((word) => things.has(word)) ? 'quantity' : undefined
  }
  // "primary_email", "home_phone", "customer_dob": the last word, or the last two, decide.
  const two = kindOfKey.get(words.slice(-2).join(' '))
  const one = kindOfKey.get(last)
  return two ?? (one === 'name' || one === 'username' || one === 'city' || one === 'secret' ? undefined : one)
}

/** "klantnummer", "dossiernr", "betalingskenmerk" in one word; not those of things. */
function endsInNumber(word: string): boolean {
  const match = /^(.{3,})(nummer|nr|kenmerk|referentie)$/.exec(word)
  return (
    match !== null && !/^(artikel|product|model|type|serie|vlucht|volg|versie|regel|spoor|gate|stoel)/.test(match[1]!)
  )
}

/** "reservations": ["NO6JO3"]: a list of references. */
function byPlural(last: string): Kind | undefined {
  return /^(reservations|bookings|orders|invoices|tickets|cases|claims|policies|contracts|accounts|reserveringen|bestellingen|boekingen|facturen|dossiers|polissen)$/.test(
    last,
  )
    ? 'reference'
    : undefined
}

function isThing({ parent, siblings }: KeyPlace): boolean {
  const all = [...siblings].slice(0, 64).map((key) => keyWords(key).join(' '))
  if (all.some((key) => personSiblings.test(key))) return false
  if (parent !== undefined && keyWords(parent).some((word) => things.has(word))) return true
  return all.some((key) => productSiblings.has(key) || key === 'product id' || key === 'item id')
}

function isAddress({ parent, siblings }: KeyPlace): boolean {
  if (
    parent !== undefined &&
    keyWords(parent).some((word) =>
      /^(address|addresses|adres|adressen|customer|klant|person|billing|shipping|home|user|contact)$/.test(word),
    )
  )
    return true
  return [...siblings]
    .slice(0, 64)
    .some((key) => /zip|post|street|straat|address|adres|huisn|dob|birth|geboorte/i.test(key))
}
