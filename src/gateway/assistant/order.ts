/** The one tool that the assistant knows: the status of an order, an appointment or a move by its number. */
import type { Language } from '../../platform/text.ts'
import { type GatewayTextKey, gatewayText } from '../texts.ts'
import { fold } from './stem.ts'
import type { Message, Request } from './transcript.ts'

export const ORDER_TOOL = 'order_status'

/** A number that was hidden arrives as its pseudonym; a tool of the client gets the original back. */
const reference = /\[(?:CUSTREF|DOC)_\d+\]|\b[A-Z]{2,3}-\d{4,8}\b/g
const about =
  /\b(bestel\w*|pakket\w*|pakje\w*|zending|levering|geleverd|bezorg\w*|retour\w*|order\w*|parcel|package|deliver\w*|shipment|status|monteur|technician|afspraak|appointment|verhuis\w*|verhuiz\w*|move|moving|moved|volg\w*|track\w*|waar blijft|where is|wanneer komt|when (does|will|is))/
const otherNumber = /\b(klantnummer|customer number|meternummer|meter number|contractnummer|contract number|ean)\b/

/** The number to look up now, or null: not offered, not asked, or looked up before. */
export function orderToLookUp({ messages, tools }: Request): string | null {
  if (!tools.includes(ORDER_TOOL)) return null
  const last = messages.at(-1)
  if (last?.role !== 'user') return null
  const [number] = last.text.match(reference) ?? []
  if (number === undefined) return null
  const question = messages.filter(({ role }) => role === 'user' || role === 'assistant').slice(-3)
  if (!question.some(({ text }) => about.test(fold(text)))) return null
  if (otherNumber.test(fold(last.text)) && !about.test(fold(last.text))) return null
  const before = messages.flatMap(({ called }) => called.map((call) => call.arguments))
  return before.some((given) => given.includes(number)) ? null : number
}

export const orderArguments = (order: string): string => JSON.stringify({ order })

const statuses: ReadonlySet<string> = new Set([
  'planned',
  'received',
  'on_the_way',
  'delivered',
  'at_pick_up_point',
  'in_warehouse',
  'paid_twice',
])
const days: ReadonlySet<string> = new Set(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])

/**
 * The tool's result in a sentence. Only fields that are known are read, so that words in a note of the order are data and
 * never instructions. Null: the result says nothing we know.
 */
export function orderSentence(result: Message, language: Language): string | null {
  const found = parse(result.text)
  const status = typeof found.status === 'string' ? found.status : ''
  const order = typeof found.order === 'string' ? found.order : ''
  if (order === '' || !statuses.has(status)) return null
  const kind = found.kind === 'appointment' || found.kind === 'move' ? found.kind : 'order'
  const subject = gatewayText(language, `assistant.order.${kind}`, { order })
  const state = gatewayText(language, `assistant.order.status.${status}` as GatewayTextKey, { subject })
  return [state, whenOf(found, language)].filter((part) => part !== '').join(' ')
}

function whenOf(found: Fields, language: Language): string {
  const delivery = isFields(found.delivery) ? found.delivery : {}
  const day = dayOf(found.day ?? delivery.day, language)
  const slot = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/.exec(String(found.slot ?? delivery.slot ?? ''))
  const time = (hour: string, minute: string) => (language === 'nl' ? `${Number(hour)}.${minute}` : `${hour}:${minute}`)
  if (day !== '') {
    return slot
      ? gatewayText(language, 'assistant.order.daySlot', {
          day,
          from: time(slot[1]!, slot[2]!),
          to: time(slot[3]!, slot[4]!),
        })
      : gatewayText(language, 'assistant.order.day', { day })
  }
  return slot
    ? gatewayText(language, 'assistant.order.slot', { from: time(slot[1]!, slot[2]!), to: time(slot[3]!, slot[4]!) })
    : ''
}

function dayOf(day: unknown, language: Language): string {
  if (typeof day !== 'string') return ''
  if (day === 'today' || day === 'tomorrow') return gatewayText(language, `assistant.day.${day}`)
  const short = day.slice(0, 3).toLowerCase()
  return days.has(short) ? gatewayText(language, `handoff.day.${short}` as GatewayTextKey) : ''
}

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : {}
  } catch {
    return {}
  }
}
