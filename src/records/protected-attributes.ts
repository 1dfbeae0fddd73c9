/**
 * Names of features that say what may not count: grounds on which Dutch law forbids to distinguish (AWGB art. 1, WGBL, WGBH/CZ),
 * and special categories of personal data (GDPR art. 9(1)). A closed list of words, Dutch and English: it looks at the name of
 * a feature and never at a value, so it finds what is called by its name and nothing that hides behind another.
 */

const attributes: Readonly<Record<string, readonly string[]>> = {
  sex: [
    'sex',
    'gender',
    'geslacht',
    'sekse',
    'gender identity',
    'genderidentiteit',
    'transgender',
    'male',
    'female',
    'is man',
    'is vrouw',
  ],
  age: [
    'age',
    'leeftijd',
    'geboortedatum',
    'geboortejaar',
    'birthdate',
    'birth date',
    'birthday',
    'birth year',
    'year birth',
    'date birth',
    'dob',
    'leeftijdsgroep',
    'leeftijdsklasse',
    'senior',
  ],
  nationality: [
    'nationality',
    'nationaliteit',
    'citizenship',
    'staatsburgerschap',
    'birth country',
    'country birth',
    'geboorteland',
    'birthplace',
    'geboorteplaats',
  ],
  origin: [
    'origin',
    'afkomst',
    'herkomst',
    'ethnicity',
    'ethnic origin',
    'etniciteit',
    'etnische afkomst',
    'ras',
    'race',
    'skin colour',
    'skin color',
    'huidskleur',
    'migratieachtergrond',
    'migration background',
    'immigrant',
    'mother tongue',
    'moedertaal',
    'name origin',
    'naamherkomst',
  ],
  religion: [
    'religion',
    'religie',
    'geloof',
    'godsdienst',
    'faith',
    'belief',
    'beliefs',
    'levensovertuiging',
    'kerk',
    'church',
    'muslim',
    'moslim',
  ],
  health: [
    'health',
    'gezondheid',
    'disability',
    'disabled',
    'handicap',
    'beperking',
    'chronic illness',
    'chronische ziekte',
    'illness',
    'ziekte',
    'diagnosis',
    'diagnose',
    'pregnant',
    'pregnancy',
    'zwanger',
    'zwangerschap',
    'medical',
    'medisch',
  ],
  sexual_orientation: [
    'sexual orientation',
    'seksuele gerichtheid',
    'seksuele geaardheid',
    'sexuality',
    'seksualiteit',
    'homosexual',
    'homoseksueel',
  ],
  political_opinion: [
    'political opinion',
    'politieke gezindheid',
    'politieke voorkeur',
    'political party',
    'politieke partij',
    'politics',
  ],
  union_membership: [
    'union membership',
    'trade union',
    'vakbond',
    'vakbondslid',
    'vakbondslidmaatschap',
    'lid vakbond',
    'works council member',
  ],
  marital_status: [
    'marital status',
    'burgerlijke staat',
    'civil status',
    'married',
    'gehuwd',
    'getrouwd',
    'divorced',
    'gescheiden',
  ],
  genetic: ['genetic', 'genetisch', 'dna'],
  biometric: ['biometric', 'biometrie', 'biometrisch', 'voiceprint', 'stemafdruk', 'face', 'gezicht'],
}

/** Words that stand around such a name and do not change what it says: `customer_age_years`, `klant.geslacht_code`. */
const around = new Set([
  ...['a', 'an', 'the', 'of', 'is', 'has', 'in', 'de', 'het', 'een', 'van', 'heeft', 'by', 'per', 'op', 'en', 'and'],
  ...[
    'customer',
    'client',
    'caller',
    'person',
    'user',
    'subject',
    'agent',
    'employee',
    'member',
    'klant',
    'beller',
    'persoon',
  ],
  ...[
    'gebruiker',
    'betrokkene',
    'medewerker',
    'cust',
    'c',
    'p',
    'x',
    'f',
    'feat',
    'feature',
    'kenmerk',
    'demo',
    'demographic',
  ],
  ...[
    'group',
    'band',
    'bucket',
    'bin',
    'class',
    'code',
    'category',
    'cat',
    'type',
    'flag',
    'value',
    'years',
    'year',
    'yrs',
    'num',
    'id',
  ],
  ...[
    'groep',
    'klasse',
    'categorie',
    'jaar',
    'jaren',
    'soort',
    'waarde',
    'score',
    'estimated',
    'inferred',
    'predicted',
    'geschat',
    'afgeleid',
  ],
])

const phrases: ReadonlyMap<string, string> = new Map(
  Object.entries(attributes).flatMap(([attribute, words]) => words.flatMap((phrase) => spellings(phrase, attribute))),
)

/** As it stands, without the words around it, and as one word: `birth_date`, `birthdate`. */
function spellings(phrase: string, attribute: string): [string, string][] {
  const bare = without(phrase.split(' '))
  return [phrase, bare.join(' '), bare.join('')].filter((form) => form !== '').map((form) => [form, attribute])
}

function without(words: readonly string[]): string[] {
  return words.filter((word) => !around.has(word))
}

/** `customerAge_years2` → customer, age, years. */
function wordsOf(name: string): string[] {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '')
}

/**
 * Which protected attribute a feature is named after, or null. The whole name must say it, apart from the words around it:
 * `account_age` is no age of a person.
 */
export function protectedAttribute(name: string): string | null {
  const words = wordsOf(name)
  const bare = without(words)
  for (const form of [words.join(' '), bare.join(' '), bare.join('')]) {
    const found = phrases.get(form)
    if (found !== undefined) return found
  }
  return null
}
