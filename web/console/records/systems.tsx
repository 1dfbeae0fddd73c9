/** The register of AI systems: which may work now, which not, and why. */
import type { SystemView } from '../../../src/records/contract.ts'
import { type Api, listIn } from '../../api.ts'
import { Empty, Evidence, Head, Icon, Sheet } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { lampOf, Reasons, worstFirst } from '../parts.tsx'

export const loadSystems = async (api: Api) => listIn<SystemView>(await api.get('/api/systems'), 'systems')

export const Systems = ({ cx, systems }: { cx: ConsoleContext; systems: readonly SystemView[] }) => {
  const rows = systems
    .map((system) => ({ system, ...lampOf(system, cx.now) }))
    .sort(worstFirst(({ system }) => cx.local(system.name)))
  const bad = rows.filter(({ state }) => state === 'bad').length
  return (
    <Frame cx={cx} title={cx.say('area.systems')} area="/console/systems">
      <Head
        title={cx.say('area.systems')}
        lead={rows.length === 0 ? undefined : bad > 0 ? cx.count('systems.bad', bad) : cx.say('systems.calm')}
        acts={
          <a class="button" href="/console/notices">
            {cx.say('told.title')}
          </a>
        }
      />
      {rows.length === 0 ? (
        <Empty title={cx.say('systems.none')}>{cx.say('systems.noneMore')}</Empty>
      ) : (
        <Sheet
          id="register"
          title={cx.say('systems.register')}
          side={<span class="small subtle">{cx.say('lamps.order')}</span>}
        >
          <ol class="rows">
            {rows.map(({ system, state, reasons }) => (
              <li class="row" data-row="">
                <Icon name={state} class={`is-${state}`} />
                <div>
                  <a href={`/console/systems/${system.id}`}>
                    <b>{cx.local(system.name)}</b>
                  </a>{' '}
                  <span class="subtle small">{system.version?.id ?? ''}</span>
                  <br />
                  <Reasons cx={cx} state={state} reasons={reasons} />
                  <br />
                  <span class="small subtle">
                    {[
                      system.clientName,
                      cx.term('kind', system.kind),
                      cx.term('channel', system.channel),
                      cx.term('decisionClass', system.decisionClass),
                    ].join(' · ')}
                  </span>
                </div>
                <span class="small">
                  {system.week.calls === 0 ? (
                    <span class="subtle">{cx.say('systems.noCalls')}</span>
                  ) : (
                    <Evidence
                      href={`/console/conversations?system=${system.id}`}
                      title={cx.say('systems.callsTitle', { system: cx.local(system.name) })}
                    >
                      {cx.count('systems.calls', system.week.calls)}
                    </Evidence>
                  )}
                </span>
              </li>
            ))}
          </ol>
        </Sheet>
      )}
    </Frame>
  )
}
