/** What of requests and breaches is due, for Today. */
import type { BreachList, RequestSummary } from '../../../../src/privacy/rights/contract.ts'
import { type Api, failureOf } from '../../../api.ts'
import { Icon, Sheet } from '../../../ui/components.tsx'
import type { ConsoleContext } from '../../context.ts'
import { breachesPath } from './breach.tsx'
import { dayWord, requestsPath } from './requests.tsx'

export type RightsDue = { readonly requests: readonly RequestSummary[]; readonly breaches: BreachList['breaches'] }

/** Of what a role may not see, nothing is shown. */
export async function loadRightsDue(api: Api): Promise<RightsDue> {
  const seen = <T,>(list: Promise<T>, none: T) =>
    list.catch((error: unknown) => {
      if (failureOf(error)?.status === 403) return none
      throw error
    })
  const [{ requests }, { breaches }] = await Promise.all([
    seen(api.get<{ requests: RequestSummary[] }>('/api/requests'), { requests: [] }),
    seen(api.get<BreachList>('/api/breaches'), { breaches: [] }),
  ])
  return {
    requests: requests.filter(({ decision }) => decision === null),
    breaches: breaches.filter(({ clock }) => clock === 'in_time' || clock === 'late'),
  }
}

export const RightsDueSheet = ({ cx, due: { requests, breaches } }: { cx: ConsoleContext; due: RightsDue }) => (
  <Sheet
    id="rights"
    title={cx.say('today.rights')}
    side={
      <a class="small" href={requestsPath}>
        {cx.say('area.requests')}
      </a>
    }
  >
    {requests.length + breaches.length === 0 ? (
      <p class="subtle">{cx.say('today.rightsNone')}</p>
    ) : (
      <ol class="rows">
        {breaches.slice(0, 5).map((one) => (
          <li class="row" data-row="">
            <Icon
              name={one.clock === 'late' ? 'bad' : 'attention'}
              class={one.clock === 'late' ? 'is-bad' : 'is-attention'}
            />
            <div>
              <a href={`${breachesPath}/${one.id}`}>
                <b>{cx.say(`breach.cause.${one.cause}`)}</b>
              </a>
              <br />
              <span class="small">{cx.say('breach.due', { at: cx.moment(one.dueAt) })}</span>
            </div>
          </li>
        ))}
        {requests.slice(0, 7).map((one) => (
          <li class="row" data-row="">
            <Icon name={one.clock === 'late' ? 'bad' : 'wait'} class={one.clock === 'late' ? 'is-bad' : 'is-wait'} />
            <div>
              <a href={`${requestsPath}/${one.id}`}>
                <b>{cx.say(`right.${one.kind}`)}</b>
              </a>
              <br />
              <span class="small">
                {one.clock === 'late' && <b class="is-bad">{cx.say('requests.clock.late')}. </b>}
                {cx.say('today.rightsDue', { at: dayWord(cx, one.dueStrict) })}
              </span>
            </div>
          </li>
        ))}
      </ol>
    )}
  </Sheet>
)
