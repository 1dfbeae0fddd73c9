/** Parts that several screens of the console share. */
import type { Child } from 'hono/jsx'
import type { Purpose, SystemView } from '../../src/records/contract.ts'
import { type Api, listIn } from '../api.ts'
import { Icon, Message, type StateKind } from '../ui/components.tsx'
import type { ConsoleContext } from './context.ts'

/** Where the proof of a record is. With an index it is a ledger entry; without one it has no number yet. */
export const Proof = ({ cx, event, index }: { cx: ConsoleContext; event: string; index: number | null }) => (
  <a class="proof" href={`/console/ledger/entries/${encodeURIComponent(event)}`}>
    <Icon name={index === null ? 'wait' : 'keur'} />
    {index === null ? cx.say('proof.waits') : cx.say('proof.number', { index })}
  </a>
)

/**
 * Enough of a long number to say on the phone and to find it by: its beginning, which is the moment it was made and
 * enough of its chance to tell two of the same moment apart.
 */
export const shortId = (id: string): string => (id.length > 20 ? id.slice(0, 18) : id)

export const Id = ({ id }: { id: string }) => (
  <code class="id" title={id}>
    {shortId(id)}
  </code>
)

/** A form stands filled in as it was sent before its sender had to prove who they are. */
export const Kept = ({ cx }: { cx: ConsoleContext }) => (
  <Message kind="attention" title={cx.say('kept.title')}>
    <p>{cx.say('kept.more')}</p>
  </Message>
)

/** Names of purposes and systems, for replies that hold their ids only. */
export type Names = { readonly purpose: (id: string) => string; readonly system: (id: string) => string }

export type Named = {
  readonly purposes: readonly Pick<Purpose, 'id' | 'name'>[]
  readonly systems: readonly Pick<SystemView, 'id' | 'name'>[]
}

/** They only make a page read better: it goes without them when they are not to be had. */
export async function loadNamed(api: Api): Promise<Named> {
  const list = <T,>(path: string, name: string) =>
    api.get(path).then(
      (reply) => listIn<T>(reply, name),
      () => [],
    )
  const [purposes, systems] = await Promise.all([
    list<Purpose>('/api/purposes', 'purposes'),
    list<SystemView>('/api/systems', 'systems'),
  ])
  return { purposes, systems }
}

/** A name that is not known here, or not for this person, leaves the id. */
export function namesOf(cx: Pick<ConsoleContext, 'local'>, { purposes, systems }: Named): Names {
  const find = (list: readonly Pick<Purpose, 'id' | 'name'>[]) => (id: string) => {
    const found = list.find((one) => one.id === id)
    return found ? cx.local(found.name) : id
  }
  return { purpose: find(purposes), system: find(systems) }
}

/** A record that entries refer to: the link opens all entries about it. */
export const Entries = ({ cx, record, what }: { cx: ConsoleContext; record: string | null; what: string }) =>
  record === null ? null : (
    <a class="proof" href={`/console/ledger?find=${encodeURIComponent(record)}`}>
      <Icon name="keur" />
      {cx.say('proof.entries')}
      <span class="only-read">: {what}</span>
    </a>
  )

const order = ['bad', 'attention', 'unknown', 'ok'] as const
export type Lamp = (typeof order)[number]

export type LampReason = { readonly code: string; readonly at: string | null }

const DAY = 86_400_000
/** A gate or oversight that ends within this many days is worth a look. */
export const SOON_DAYS = 30

const within = (at: string | null, days: number, now: Date): boolean =>
  at !== null && Date.parse(at) - now.getTime() < days * DAY

/** What a system's lamp shows, with every reason, the heaviest first. The same order as on Today. */
export function lampOf(system: SystemView, now: Date): { state: Lamp; reasons: LampReason[] } {
  const bad: LampReason[] = []
  const attention: LampReason[] = []
  const { standing } = system
  if (system.prohibited) bad.push({ code: 'prohibited', at: null })
  if (system.version === null) bad.push({ code: 'no_version', at: null })
  if (standing?.stop) bad.push({ code: 'stopped', at: standing.stop.at })
  if (standing && standing.gate.state !== 'passed')
    bad.push({ code: `gate_${standing.gate.state}`, at: standing.gate.validUntil })
  if (standing && standing.oversight.state === 'missing') bad.push({ code: 'oversight_missing', at: null })
  if (standing === null) bad.push({ code: 'gate_missing', at: null })
  if (system.mode === 'observe') attention.push({ code: 'observe', at: system.observeUntil })
  if (standing?.gate.state === 'passed' && within(standing.gate.validUntil, SOON_DAYS, now))
    attention.push({ code: 'gate_ends', at: standing.gate.validUntil })
  if (standing?.oversight.state === 'present' && within(standing.oversight.validUntil, SOON_DAYS, now))
    attention.push({ code: 'oversight_ends', at: standing.oversight.validUntil })
  if (bad.length > 0) return { state: 'bad', reasons: [...bad, ...attention] }
  if (attention.length > 0) return { state: 'attention', reasons: attention }
  if (system.week.calls === 0) return { state: 'unknown', reasons: [{ code: 'no_calls', at: null }] }
  return { state: 'ok', reasons: [] }
}

/** Worst first, then by name. */
export const worstFirst =
  <T extends { state: Lamp }>(name: (one: T) => string) =>
  (a: T, b: T) =>
    order.indexOf(a.state) - order.indexOf(b.state) || name(a).localeCompare(name(b))

/** The reasons of a lamp as one line: word first in the colour of the state, then each reason with its date. */
export const Reasons = ({
  cx,
  state,
  reasons,
}: {
  cx: ConsoleContext
  state: Lamp
  reasons: readonly LampReason[]
}) => (
  <span class="small">
    <b class={`is-${state}`}>{cx.say(`lamp.${state}`)}</b>{' '}
    {reasons.map(({ code, at }) => lampSentence(cx, code, at)).join(' ')}
  </span>
)

function lampSentence(cx: ConsoleContext, code: string, at: string | null): string {
  const word = cx.term('lampReason', code)
  return at === null ? `${word}.` : `${word}: ${cx.date(at)}.`
}

export type CallState = 'admitted' | 'refused' | 'completed' | 'failed' | 'cancelled' | 'stopped'

export const callLook: Readonly<Record<CallState, StateKind>> = {
  admitted: 'wait',
  completed: 'ok',
  refused: 'bad',
  failed: 'attention',
  cancelled: 'wait',
  stopped: 'bad',
}

/** «2 namen, 1 e-mailadres», most first; undefined when nothing was hidden. */
export function hiddenWords(cx: ConsoleContext, counts: Readonly<Record<string, number>>): string | undefined {
  const found = Object.entries(counts).filter(([, n]) => n > 0)
  if (found.length === 0) return undefined
  return found
    .sort(([, a], [, b]) => b - a)
    .map(([label, n]) => `${cx.number(n)} × ${labelWord(cx, label)}`)
    .join(', ')
}

export const labelWord = (cx: Pick<ConsoleContext, 'term'>, label: string): string => cx.term('label', label)

export const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, n) => total + n, 0)

/** The name of a language, `fy` or `fy-NL`, in the reader's; a tag that nobody knows is shown as it is. */
export function languageWord(cx: Pick<ConsoleContext, 'language'>, tag: string): string {
  try {
    return languageNames[cx.language].of(tag.split(/[-_]/)[0]!.toLowerCase()) ?? tag
  } catch {
    return tag
  }
}

const languageNames = {
  nl: new Intl.DisplayNames('nl', { type: 'language' }),
  en: new Intl.DisplayNames('en', { type: 'language' }),
}

/** «Vorige» and «Volgende» under a list; `[` and `]` follow them. */
export const Pager = ({
  cx,
  first,
  next,
  children,
}: {
  cx: ConsoleContext
  first?: string | undefined
  next?: string | undefined
  children?: Child
}) =>
  first === undefined && next === undefined ? null : (
    <nav class="pager" aria-label={cx.say('pager')}>
      <span>
        {first !== undefined && (
          <a class="button" href={first} rel="prev">
            {cx.say('pager.first')}
          </a>
        )}
      </span>
      {children}
      <span>
        {next !== undefined && (
          <a class="button" href={next} rel="next">
            {cx.say('pager.next')}
          </a>
        )}
      </span>
    </nav>
  )

/** The path with these search parameters; empty ones are left out. */
export function pathWith(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, value)
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}
