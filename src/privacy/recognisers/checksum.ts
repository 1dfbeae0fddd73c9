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
