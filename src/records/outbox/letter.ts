/** How a letter reaches its customer: it always stands on their page, and goes by mail as well where that can be. */
import { readAddress } from '../../platform/mail/message.ts'
import type { ClientProfile } from '../contract.ts'

/**
 * From which address a client writes: that of its complaints, which is read here, so that an answer finds its case; else the one that its
 * customers see. Undefined: it has none.
 */
export const senderFrom = ({
  complaints,
  contact,
}: Pick<ClientProfile, 'complaints' | 'contact'>): string | undefined =>
  readAddress(complaints?.email ?? '') ?? readAddress(contact.email ?? '')

type Known = { readonly id: string; readonly kind: 'email' | 'sms'; readonly registeredAt: Date }

/** Of what the organisation registered of a customer, the e-mail address that came last; undefined: none. */
export const mailAddressAmong = (known: readonly Known[]): string | undefined =>
  known
    .filter(({ kind }) => kind === 'email')
    .toSorted((a, b) => a.registeredAt.getTime() - b.registeredAt.getTime() || (a.id < b.id ? -1 : 1))
    .at(-1)?.id

/** Why a letter stands on the page alone: nothing sends mail here; the client has no address to write from; of the customer none is known. */
export const pageReasons = ['no_server', 'no_sender', 'no_address'] as const

export type LetterWay =
  | { readonly via: 'email'; readonly address: string }
  | { readonly via: 'portal'; readonly why: (typeof pageReasons)[number] }

/** `sends`: outgoing mail is set up here. */
export function letterWay({
  sends,
  from,
  known,
}: {
  readonly sends: boolean
  readonly from: string | undefined
  readonly known: readonly Known[]
}): LetterWay {
  if (!sends) return { via: 'portal', why: 'no_server' }
  if (from === undefined) return { via: 'portal', why: 'no_sender' }
  const address = mailAddressAmong(known)
  return address === undefined ? { via: 'portal', why: 'no_address' } : { via: 'email', address }
}

/** Where the mail with a letter is: it waits for its turn, the customer's server took it, or it did not arrive and nobody tries again. */
export const mailStates = ['waiting', 'sent', 'undelivered'] as const
export type MailState = (typeof mailStates)[number]

const mailStateBy = { queued: 'waiting', sent: 'sent', failed: 'undelivered' } as const
export const mailStateOf = (state: keyof typeof mailStateBy): MailState => mailStateBy[state]

/** Our own id of a mail with a letter: the number of its case finds the thread, the id the letter. */
export const mailIdOf = (reference: string, letter: string, from: string): string =>
  `<${reference}.${letter}@${from.slice(from.indexOf('@') + 1)}>`
const OWN_ID = /<([KHVG]-\d{4}-\d{6})\.([0-9A-F-]{36})@/

/** What one of our own ids in a text names; undefined: none stands in it. */
export function letterNamedIn(text: string): { readonly reference: string; readonly letter: string } | undefined {
  const found = OWN_ID.exec(text.toUpperCase())
  return found === null ? undefined : { reference: found[1]!, letter: found[2]!.toLowerCase() }
}
