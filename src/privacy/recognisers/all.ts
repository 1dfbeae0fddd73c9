import { belgian } from './be/identifiers.ts'
import { germanAddress } from './de/address.ts'
import { german } from './de/identifiers.ts'
import { streetAddress } from './gb/address.ts'
import { british } from './gb/identifiers.ts'
import { age } from './international/age.ts'
import { birthDate } from './international/birth-date.ts'
import { paymentCard } from './international/card.ts'
import { city } from './international/city.ts'
import { email } from './international/email.ts'
import { iban } from './international/iban.ts'
import { namedCode } from './international/named-code.ts'
import { namedNumber } from './international/named-number.ts'
import { online } from './international/online.ts'
import { person } from './international/person.ts'
import { personAnswer } from './international/person-answer.ts'
import { personBare } from './international/person-bare.ts'
import { personCapital } from './international/person-capital.ts'
import { personUnknown } from './international/person-unknown.ts'
import { phone } from './international/phone.ts'
import { saidCode } from './international/said-code.ts'
import { secretShape } from './international/secret.ts'
import { special } from './international/special.ts'
import { spelled } from './international/spelled.ts'
import { street } from './international/street.ts'
import { tail } from './international/tail.ts'
import { unexplained } from './international/unexplained.ts'
import { userName } from './international/user-name.ts'
import { address } from './nl/address.ts'
import { bsn } from './nl/bsn.ts'
import { plate } from './nl/plate.ts'
import { postcode } from './nl/postcode.ts'
import type { Recogniser } from './recogniser.ts'
import { american } from './us/identifiers.ts'

/** All recognisers. Their order means nothing: overlaps are settled afterwards. */
export const recognisers: readonly Recogniser[] = [
  person,
  personAnswer,
  personCapital,
  personBare,
  personUnknown,
  spelled,
  saidCode,
  email,
  online,
  phone,
  iban,
  paymentCard,
  birthDate,
  age,
  city,
  namedNumber,
  namedCode,
  secretShape,
  tail,
  special,
  unexplained,
  userName,
  bsn,
  postcode,
  address,
  plate,
  street,
  streetAddress,
  british,
  american,
  belgian,
  german,
  germanAddress,
]
