/** Addresses at which a customer can be reached: as they are compared, whatever way they are typed. */
import { readAddress } from '../platform/mail/message.ts'

export const addressKinds = ['email', 'sms'] as const
export type AddressKind = (typeof addressKinds)[number]

export type ContactAddress = { readonly kind: AddressKind; readonly address: string }

/** A number that is written without its country is of the Netherlands. */
const OWN_COUNTRY = '+31'

/**
 * An e-mail address in lower case, or a phone number as E.164 writes it (`+31612345678`); undefined: it is neither. Spaces, hyphens,
 * points and brackets in a number do not matter, nor does `00` for `+`.
 */
export function readContact(typed: string): ContactAddress | undefined {
  const text = typed.trim().normalize('NFC')
  if (text.includes('@')) {
    const address = readAddress(text)
    return address === undefined ? undefined : { kind: 'email', address }
  }
  const address = readPhone(text)
  return address === undefined ? undefined : { kind: 'sms', address }
}

function readPhone(text: string): string | undefined {
  if (!/^[+\d\s().-]+$/.test(text)) return undefined
  // The zero of `+31 (0)6 …` is dialled inside the country only.
  const digits = text.replaceAll(/\(0\)/g, '').replaceAll(/[\s().-]/g, '')
  const whole = digits.startsWith('00')
    ? `+${digits.slice(2)}`
    : digits.startsWith('0')
      ? `${OWN_COUNTRY}${digits.slice(1)}`
      : digits
  return /^\+[1-9]\d{7,14}$/.test(whole) ? whole : undefined
}
