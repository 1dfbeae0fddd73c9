/**
 * What a person at the client's side offers at this moment. No sentence promises somebody who is not there: open or
 * closed follows the client's hours in the client's own time zone, also over the change to summer time.
 */

import { formatDate, formatList, formatTime, type Language } from '../platform/text.ts'
import type { ClientProfile } from '../records/contract.ts'
import type { HandOffOffer } from './contract.ts'
import { type GatewayTextKey, gatewayText } from './texts.ts'

type HandOffProfile = Pick<ClientProfile, 'contact' | 'handoff'>

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
type Day = (typeof days)[number]
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const fallbackZone = 'Europe/Amsterdam'

/** Open now until when, or closed until when; both null when the client has no hours at all. */
export type Opening = { readonly open: boolean; readonly opensAt: Date | null; readonly closesAt: Date | null }

/**
 * Is a person there now? Hours may cross midnight (`22:00-02:00`) and days may wrap (`sat-mon`); hours that touch are one.
 * Public holidays are not known here.
 */
export function openingAt(handoff: ClientProfile['handoff'], now: Date): Opening {
  const stretches = stretchesAround(handoff, now)
  const current = stretches.find(({ from, to }) => from <= now && now < to)
  if (current) return { open: true, opensAt: null, closesAt: current.to }
  const next = stretches.find(({ from }) => from > now)
  return { open: false, opensAt: next?.from ?? null, closesAt: null }
}

/** By when an answer is promised: the agreed hours from now, or from the next opening when closed. */
export function answerBy(handoff: ClientProfile['handoff'], now: Date): Date {
  const { open, opensAt } = openingAt(handoff, now)
  const from = open || opensAt === null ? now : opensAt
  return new Date(from.getTime() + handoff.answerWithinHours * HOUR_MS)
}

/** The offer in both lengths; `profile` is null when the caller belongs to no client. */
export function handOffOffer(
  profile: HandOffProfile | null,
  now: Date,
  language: Language,
): { offer: HandOffOffer | null; chat: string; voice: string } {
  const say = (key: GatewayTextKey, values: Record<string, string>) => gatewayText(language, key, values)
  if (profile === null)
    return { offer: null, chat: say('handoff.unknown', {}), voice: say('handoff.unknown.voice', {}) }
  const { handoff, contact } = profile
  const opening = openingAt(handoff, now)
  const values = {
    humanWord: handoff.humanWord[language],
    phone: contact.phone ?? '',
    email: contact.email ?? '',
    promisedOn: formatDate(answerBy(handoff, now), language),
    openingHours: hoursInWords(handoff, language),
    opensOn: opening.opensAt === null ? '' : momentInWords(opening.opensAt, handoff.timezone, language),
  }
  const key = sentenceKey(profile, opening)
  const chat = say(key, values)
  return {
    offer: {
      open: opening.open,
      channel: handoff.channel,
      sentence: chat,
      opensAt: opening.opensAt?.toISOString() ?? null,
      closesAt: opening.closesAt?.toISOString() ?? null,
    },
    chat,
    voice: say(`${key}.voice`, values),
  }
}

/** Which of the `handoff.*` sentences is true now. */
export function sentenceKey(
  { handoff, contact }: HandOffProfile,
  { open, opensAt }: Opening,
): 'handoff.offered' | 'handoff.call' | 'handoff.mail' | 'handoff.none' | 'handoff.never' {
  // Mail is read later anyway: the promise is a date, not an open desk.
  if (handoff.channel === 'email' && contact.email !== undefined) return 'handoff.mail'
  if (!open) return opensAt === null ? 'handoff.never' : 'handoff.none'
  return handoff.channel === 'phone' && contact.phone !== undefined ? 'handoff.call' : 'handoff.offered'
}

// -- hours --------------------------------------------------------------------------------------------------------

type Hours = { readonly days: readonly Day[]; readonly opens: number; readonly closes: number }

function hoursOf({ hours }: ClientProfile['handoff']): Hours[] {
  return Object.entries(hours).map(([span, times]) => {
    const [first, last] = span.split('-') as [Day, Day | undefined]
    const [opens, closes] = times.split('-').map(minutesOf) as [number, number]
    return { days: daysOf(first, last ?? first), opens, closes: closes <= opens ? closes + 24 * 60 : closes }
  })
}

function daysOf(first: Day, last: Day): Day[] {
  const from = days.indexOf(first)
  const count = ((days.indexOf(last) - from + 7) % 7) + 1
  return Array.from({ length: count }, (_, i) => days[(from + i) % 7]!)
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** Open stretches from yesterday to eight days ahead, in order, touching ones joined. */
function stretchesAround(handoff: ClientProfile['handoff'], now: Date): { from: Date; to: Date }[] {
  const zone = knownZone(handoff.timezone)
  const today = localDay(now, zone)
  const hours = hoursOf(handoff)
  const found: { from: Date; to: Date }[] = []
  for (let offset = -1; offset <= 8; offset++) {
    const day = today + offset * DAY_MS
    const name = days[(new Date(day).getUTCDay() + 6) % 7]!
    for (const { days: on, opens, closes } of hours)
      if (on.includes(name)) found.push({ from: instantOf(day, opens, zone), to: instantOf(day, closes, zone) })
  }
  found.sort((a, b) => a.from.getTime() - b.from.getTime())
  const joined: { from: Date; to: Date }[] = []
  for (const stretch of found) {
    const last = joined.at(-1)
    if (last && stretch.from <= last.to) last.to = new Date(Math.max(last.to.getTime(), stretch.to.getTime()))
    else joined.push({ ...stretch })
  }
  return joined
}

const clocks = new Map<string, Intl.DateTimeFormat>()
function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone)
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
    clocks.set(zone, clock)
  }
  return clock
}

/** A zone that this machine does not know must not keep a customer from hearing how to reach a person. */
function knownZone(zone: string): string {
  try {
    clockOf(zone)
    return zone
  } catch {
    return fallbackZone
  }
}

/** What the clock on the wall shows at an instant, as if it were UTC. */
function wallClock(at: Date, zone: string): number {
  const part: Record<string, number> = {}
  for (const { type, value } of clockOf(zone).formatToParts(at)) part[type] = Number(value)
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!)
}

const localDay = (at: Date, zone: string): number => Math.floor(wallClock(at, zone) / DAY_MS) * DAY_MS

/** The instant at which the wall clock shows `minutes` after midnight of `day`; in a gap of the clock, just after it. */
function instantOf(day: number, minutes: number, zone: string): Date {
  const wanted = day + minutes * 60_000
  let at = wanted
  // The offset can change between the guess and the result, so it is looked up twice.
  for (let i = 0; i < 2; i++) at += wanted - wallClock(new Date(at), zone)
  return new Date(at)
}

// -- in words -----------------------------------------------------------------------------------------------------

function hoursInWords(handoff: ClientProfile['handoff'], language: Language): string {
  const say = (key: GatewayTextKey, values: Record<string, string> = {}) => gatewayText(language, key, values)
  const time = (minutes: number) => {
    const [hour, minute] = [Math.floor(minutes / 60) % 24, String(minutes % 60).padStart(2, '0')]
    return language === 'nl' ? `${hour}.${minute}` : `${String(hour).padStart(2, '0')}:${minute}`
  }
  const parts = hoursOf(handoff)
    .sort((a, b) => days.indexOf(a.days[0]!) - days.indexOf(b.days[0]!))
    .map(({ days: on, opens, closes }) => {
      const from = say(`handoff.day.${on[0]!}`)
      const span = on.length === 1 ? from : say('handoff.days', { from, to: say(`handoff.day.${on.at(-1)!}`) })
      return say('handoff.hours', { days: span, opens: time(opens), closes: time(closes) })
    })
  return formatList(parts, language)
}

function momentInWords(at: Date, zone: string, language: Language): string {
  const day = days[(new Date(localDay(at, knownZone(zone))).getUTCDay() + 6) % 7]!
  return gatewayText(language, 'handoff.moment', {
    day: gatewayText(language, `handoff.day.${day}`),
    date: formatDate(at, language),
    time: formatTime(at, language),
  })
}
