/** Check digits. They decide what a number is called, never alone whether it is hidden: a mistyped one still tells. */

/** Eleven test of the Dutch citizen service number; 8 digits get a leading zero. All zeros fail. */
export function isBsn(digits: string): boolean {
  if (digits.length < 8 || digits.length > 9) return false
  const nine = digits.padStart(9, '0')
  let sum = 0
  for (let i = 0; i < 9; i++) sum += Number(nine[i]) * (i === 8 ? -1 : 9 - i)
  return sum % 11 === 0 && Number(nine) > 0
}

/** Luhn, ISO/IEC 7812-1 annex B: 12 to 19 digits. */
export function isLuhn(digits: string): boolean {
  if (digits.length < 12 || digits.length > 19) return false
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const value = Number(digits[digits.length - 1 - i]) * (i % 2 === 1 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0 && Number(digits) > 0
}

/** ISO 13616: the rearranged number is 1 modulo 97. Upper case, without spaces. */
export function isIban(compact: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(compact)) return false
  let rest = 0
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97
  }
  return rest === 1
}

/**
 * Number of the Belgian national register: the last two of eleven figures are 97 minus the rest of the first nine by 97, with
 * a 2 before them for who was born in 2000 or later (royal decree of 3 April 1984).
 */
export function isRijksregister(digits: string): boolean {
  if (!/^\d{11}$/.test(digits)) return false
  const [nine, check] = [digits.slice(0, 9), Number(digits.slice(9))]
  if (Number(nine) === 0) return false
  return [nine, `2${nine}`].some((number) => 97 - (Number(number) % 97) === check)
}

/** German tax number of a person, ISO/IEC 7064 mod 11,10 over eleven figures; the first is no 0. */
export function isSteuerId(digits: string): boolean {
  if (!/^[1-9]\d{10}$/.test(digits)) return false
  let product = 10
  for (const digit of digits.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === Number(digits[10])
}

/** NHS number (England and Wales): ten figures, weights 10 to 2, mod 11. */
export function isNhs(digits: string): boolean {
  if (!/^\d{10}$/.test(digits) || Number(digits) === 0) return false
  let sum = 0
  for (let i = 0; i < 9; i++) sum += Number(digits[i]) * (10 - i)
  return (11 - (sum % 11)) % 11 === Number(digits[9])
}
