/** What Waarborg does not do here: said as plainly as what it does. */
import { type Api, failureOf } from '../../api.ts'
import { Head, Sheet } from '../../ui/components.tsx'
import { areasFor, type ConsoleContext, type ConsoleKey } from '../context.ts'
import { Frame } from '../frame.tsx'
import { coveragePath } from './samples/try.tsx'

/** What was measured, as far as the installation knows. A share is in [0, 1]. */
export type Limits = {
  readonly missed?: {
    /** Measured on this installation's own conversations. */
    readonly here?: {
      readonly share: number
      readonly low: number
      readonly high: number
      readonly of: number
      readonly on: string
    } | null
    /** Measured while developing, on invented conversations. */
    readonly development?: { readonly share: number; readonly of: number } | null
  } | null
}

/** Figures are shown only when the API gives them; without them the page says that nothing is measured. */
export async function loadLimits(api: Api): Promise<Limits> {
  try {
    return await api.get<Limits>('/api/limits')
  } catch (error) {
    if (failureOf(error)?.status === 404) return {}
    throw error
  }
}

type Part = { readonly id: string; readonly points: readonly ConsoleKey[] }

const parts: readonly Part[] = [
  { id: 'audio', points: ['limits.audio.1', 'limits.audio.2'] },
  { id: 'missed', points: [] },
  { id: 'truth', points: ['limits.truth.1', 'limits.truth.2', 'limits.truth.3'] },
  { id: 'erase', points: ['limits.erase.1', 'limits.erase.2', 'limits.erase.3'] },
  { id: 'proof', points: ['limits.proof.1', 'limits.proof.2', 'limits.proof.3', 'limits.proof.4'] },
  { id: 'outside', points: ['limits.outside.1', 'limits.outside.2', 'limits.outside.3'] },
]

export const LimitsPage = ({ cx, limits }: { cx: ConsoleContext; limits: Limits }) => (
  <Frame cx={cx} title={cx.say('area.limits')} area="/console/limits">
    <Head title={cx.say('area.limits')} lead={cx.say('limits.lead')} />
    <div class="stack pair">
      {parts.map(({ id, points }) => (
        <Sheet id={id} title={cx.say(`limits.${id}` as 'limits.audio')}>
          {id === 'missed' ? (
            <Missed cx={cx} limits={limits} />
          ) : (
            <ul class="bullets">
              {points.map((key) => (
                <li>{cx.say(key)}</li>
              ))}
            </ul>
          )}
        </Sheet>
      ))}
    </div>
  </Frame>
)

const Missed = ({ cx, limits: { missed } }: { cx: ConsoleContext; limits: Limits }) => (
  <ul class="bullets">
    <li>{cx.say('limits.missed.1')}</li>
    <li>
      {missed?.here
        ? cx.say('coverage.limitsHere', {
            share: cx.share(missed.here.share),
            low: cx.share(missed.here.low),
            high: cx.share(missed.here.high),
            of: missed.here.of,
            date: cx.date(missed.here.on),
          })
        : cx.say('limits.missed.notHere')}
    </li>
    {missed?.development && (
      <li>
        {cx.say('limits.missed.development', { share: cx.share(missed.development.share), of: missed.development.of })}
      </li>
    )}
    <li>{cx.say('limits.missed.2')}</li>
    {areasFor(cx).some(({ path }) => path === coveragePath) && (
      <li>
        <a href={coveragePath}>{cx.say('coverage.limitsLink')}</a>
      </li>
    )}
  </ul>
)
