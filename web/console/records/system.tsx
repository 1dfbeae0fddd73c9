/** One AI system: may it work, since when, who watches, what it did; and the button that stops it. */

import type { Child } from 'hono/jsx'
import type { SystemView } from '../../../src/records/contract.ts'
import type { Api } from '../../api.ts'
import { Evidence, Facts, Head, Icon, Message, Scroll, Sheet, State, type StateKind } from '../../ui/components.tsx'
import { StopDialog } from '../accountability/stop.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Entries, lampOf, languageWord, SOON_DAYS } from '../parts.tsx'
import { SupplierTerms } from '../privacy/consents/terms.tsx'
import { Recogniser, type RecogniserView } from '../privacy/samples/recogniser.tsx'

export const loadSystem = (api: Api, id: string) => api.get<SystemView>(`/api/systems/${encodeURIComponent(id)}`)

/** What the reader just did, told from the record that it made. */
export type Done = 'stopped' | 'resumed' | 'gate' | 'overseer' | undefined

export const stoppers = ['overseer', 'ethics_officer', 'dpo', 'administrator', 'supervisor'] as const
export const deciders = ['ethics_officer', 'dpo', 'administrator'] as const

export const System = ({
  cx,
  system,
  recogniser,
  done,
}: {
  cx: ConsoleContext
  system: SystemView
  recogniser: RecogniserView | undefined
  done: Done
}) => {
  const name = cx.local(system.name)
  const { state } = lampOf(system, cx.now)
  const stopped = system.standing?.stop ?? null
  const base = `/console/systems/${system.id}`
  return (
    <Frame
      cx={cx}
      title={name}
      area="/console/systems"
      crumbs={[{ href: '/console/systems', word: cx.say('area.systems') }, { word: name }]}
    >
      <Head
        title={name}
        lead={
          <>
            <State kind={state} block>
              {stopped ? cx.say('system.stopped') : cx.say(`system.state.${state}`)}
            </State>{' '}
            {cx.local(system.description)}
          </>
        }
        acts={
          cx.may(stoppers) &&
          (stopped ? (
            <a class="button" href={`${base}/resume`}>
              {cx.say('resume.open')}
            </a>
          ) : (
            <a class="button button--stop" href={`${base}/stop`} data-dialog="stop">
              <Icon name="stop" />
              {cx.say('stop.open')}
            </a>
          ))
        }
      />
      <News cx={cx} system={system} done={done} />
      <div class="split">
        <div class="stack">
          <Checks cx={cx} system={system} />
          <Versions cx={cx} system={system} />
        </div>
        <div class="stack">
          <Week cx={cx} system={system} />
          <Responsible cx={cx} system={system} />
          {recogniser && <Recogniser cx={cx} recogniser={recogniser} />}
          <SupplierTerms cx={cx} upstream={system.upstream} />
        </div>
      </div>
      {!stopped && cx.may(stoppers) && <StopDialog cx={cx} system={system} />}
    </Frame>
  )
}

const News = ({ cx, system, done }: { cx: ConsoleContext; system: SystemView; done: Done }) => {
  const stop = system.standing?.stop
  return (
    <div class="stack stack--tight news">
      {done === 'gate' && <Message kind="ok" title={cx.say('gate.done')} />}
      {done === 'overseer' && <Message kind="ok" title={cx.say('overseer.done')} />}
      {done === 'resumed' && !stop && (
        <Message kind="ok" title={cx.say('resume.done')}>
          <p>{cx.say('resume.doneMore')}</p>
        </Message>
      )}
      {stop && (
        <Message kind="bad" title={cx.say('stop.done', { at: cx.full(stop.at) })} quiet={done !== 'stopped'}>
          <p>
            {cx.say('stop.doneMore', {
              reason: cx.term('stopReason', stop.reason),
              person: stop.by.startsWith('job:') ? cx.say('stop.byMonitor') : stop.by,
            })}{' '}
            <Entries cx={cx} record={stop.record} what={cx.say('system.stopped')} />
          </p>
        </Message>
      )}
      {system.prohibited && (
        <Message kind="bad" title={cx.say('prohibited.title')} quiet>
          <p>{cx.say('prohibited.more', { practice: system.prohibited.practice, law: system.prohibited.lawRef })}</p>
        </Message>
      )}
      {system.mode === 'observe' && (
        <Message kind="attention" title={cx.say('observe.title')} quiet>
          <p>
            {cx.say('observe.more', { until: system.observeUntil ? cx.date(system.observeUntil) : cx.say('unknown') })}
          </p>
        </Message>
      )}
    </div>
  )
}

type Check = { readonly kind: StateKind; readonly text: Child; readonly record?: string | null; readonly act?: Child }

const soon = (at: string | null, now: Date) => at !== null && Date.parse(at) - now.getTime() < SOON_DAYS * 86_400_000

/** What the gateway looks at before each call; one that fails is enough to refuse. */
function checksOf(cx: ConsoleContext, system: SystemView): Check[] {
  const { standing } = system
  const gate = standing?.gate
  const oversight = standing?.oversight
  const base = `/console/systems/${system.id}`
  const decide = cx.may(deciders)
  const grounds = system.purposes.map(({ name, basis }) => `${cx.local(name)} (${cx.term('basis', basis)})`)
  return [
    {
      kind: gate?.state === 'passed' ? (soon(gate.validUntil, cx.now) ? 'attention' : 'ok') : 'bad',
      text: (
        <>
          <b>{cx.say(`check.gate.${gate?.state ?? 'missing'}`)}</b>
          {gate?.validUntil &&
            ` ${cx.say(gate.state === 'expired' ? 'check.gate.ended' : 'check.gate.until', { date: cx.date(gate.validUntil) })}`}
          {gate?.by && ` ${cx.say('check.gate.by', { person: gate.by })}`}
          {gate?.reasons && (
            <>
              <br />
              <span class="small subtle">{gate.reasons}</span>
            </>
          )}
          {decide && (
            <>
              <br />
              <a class="small" href={`${base}/gate`}>
                {cx.say('gate.open')}
              </a>
            </>
          )}
        </>
      ),
      record: gate?.record ?? null,
    },
    {
      kind: oversight?.state === 'present' ? (soon(oversight.validUntil, cx.now) ? 'attention' : 'ok') : 'bad',
      text: (
        <>
          <b>{cx.say(`check.oversight.${oversight?.state ?? 'missing'}`)}</b>
          {oversight?.person && ` ${cx.say('check.oversight.by', { person: oversight.person })}`}
          {oversight?.validUntil && ` ${cx.say('check.oversight.until', { date: cx.date(oversight.validUntil) })}`}
          {decide && (
            <>
              <br />
              <a class="small" href={`${base}/overseer`}>
                {cx.say('overseer.open')}
              </a>
            </>
          )}
        </>
      ),
      record: oversight?.record ?? null,
    },
    {
      kind: system.disclosure === 'none_needed' && system.decisionClass === 'inform' ? 'attention' : 'ok',
      text: (
        <>
          <b>{cx.say('check.disclosure')}</b> {cx.term('disclosurePolicy', system.disclosure)}
        </>
      ),
    },
    {
      kind: grounds.length === 0 ? 'bad' : 'ok',
      text: (
        <>
          <b>{cx.say('check.ground')}</b> {grounds.length === 0 ? cx.say('check.ground.none') : grounds.join(', ')}
        </>
      ),
    },
    providerCheck(cx, system),
    {
      kind: system.version === null ? 'bad' : 'ok',
      text: (
        <>
          <b>{cx.say('check.version')}</b>{' '}
          {system.version === null
            ? cx.say('check.version.none')
            : cx.say('check.version.is', { version: system.version.id, date: cx.date(system.version.createdAt) })}
        </>
      ),
    },
    {
      kind: standing?.stop ? 'bad' : 'ok',
      text: (
        <>
          <b>{cx.say(standing?.stop ? 'check.stop.yes' : 'check.stop.no')}</b>
        </>
      ),
      record: standing?.stop?.record ?? null,
    },
  ]
}

/** Terms that are complete, and a supplier that each purpose names. */
function providerCheck(cx: ConsoleContext, { upstream, purposes }: SystemView): Check {
  const unnamed = purposes.filter(({ named }) => !named).map(({ name }) => cx.local(name))
  const refused = [
    ...(upstream.terms.problems.length > 0 ? [cx.say('check.provider.terms')] : []),
    ...(unnamed.length > 0 ? [cx.say('check.provider.unnamed', { purposes: unnamed.join(', ') })] : []),
  ]
  return {
    kind: refused.length > 0 ? 'bad' : 'ok',
    text: (
      <>
        <b>{cx.say('check.provider')}</b> {[upstream.provider.name, ...refused].join('. ')}
      </>
    ),
  }
}

const Checks = ({ cx, system }: { cx: ConsoleContext; system: SystemView }) => {
  const heaviness = ['bad', 'attention', 'ok']
  const checks = checksOf(cx, system).sort((a, b) => heaviness.indexOf(a.kind) - heaviness.indexOf(b.kind))
  const failing = checks.filter(({ kind }) => kind === 'bad').length + (system.prohibited ? 1 : 0)
  return (
    <Sheet
      id="may"
      title={cx.say('checks.title')}
      side={
        <State kind={failing > 0 ? 'bad' : 'ok'}>
          {failing > 0 ? cx.count('checks.no', failing) : cx.say('checks.yes')}
        </State>
      }
    >
      <p class="small subtle">{cx.say('checks.more')}</p>
      <ul class="rows">
        {checks.map(({ kind, text, record }) => (
          <li class="row">
            <Icon name={kind} label={cx.say(`sign.${kind}`)} class={`is-${kind}`} />
            <div>{text}</div>
            {record ? <Entries cx={cx} record={record} what={cx.local(system.name)} /> : null}
          </li>
        ))}
      </ul>
    </Sheet>
  )
}

const Versions = ({ cx, system }: { cx: ConsoleContext; system: SystemView }) => (
  <Sheet id="versions" title={cx.say('versions.title')}>
    <Scroll label={cx.say('versions.table')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{cx.say('versions.version')}</th>
            <th scope="col">{cx.say('versions.model')}</th>
            <th scope="col">{cx.say('versions.state')}</th>
            <th scope="col">{cx.say('versions.since')}</th>
            <th scope="col">{cx.say('versions.fingerprint')}</th>
          </tr>
        </thead>
        <tbody>
          {system.versions.map((version) => (
            <tr>
              <th scope="row">{version.id}</th>
              <td>{version.model}</td>
              <td>
                <State kind={version.current ? 'ok' : 'wait'}>
                  {cx.say(version.current ? 'versions.current' : 'versions.past')}
                </State>
              </td>
              <td class="nowrap">{cx.date(version.createdAt)}</td>
              <td>
                <code>{fingerprint(version.hash)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  </Sheet>
)

/** The first eight characters in two groups: enough to compare by eye, never proof. */
const fingerprint = (hash: string) => `${hash.slice(0, 4)} ${hash.slice(4, 8)}`

const Week = ({ cx, system: { id, week } }: { cx: ConsoleContext; system: SystemView }) => (
  <Sheet id="week" title={cx.say('week.title')}>
    {week.calls === 0 ? (
      <p class="subtle">{cx.say('system.quiet')}</p>
    ) : (
      <div class="figures">
        <div>
          <div class="figure__value">
            <Evidence
              href={`/console/conversations?system=${id}&state=undisclosed`}
              title={cx.say('week.disclosedTitle')}
            >
              {week.conversations === 0 ? cx.say('unknown') : cx.share(week.disclosed / week.conversations)}
            </Evidence>
          </div>
          <div class="figure__label">{cx.say('week.disclosed', { n: week.disclosed, of: week.conversations })}</div>
        </div>
        <div>
          <div class="figure__value">
            <Evidence href={`/console/conversations?system=${id}&state=refused`} title={cx.say('week.refusedTitle')}>
              {cx.number(week.refused)}
            </Evidence>
          </div>
          <div class="figure__label">{cx.say('system.refused', { calls: week.calls })}</div>
        </div>
      </div>
    )}
  </Sheet>
)

const Responsible = ({ cx, system }: { cx: ConsoleContext; system: SystemView }) => (
  <Sheet id="who" title={cx.say('who.title')}>
    <Facts
      facts={[
        [cx.say('who.client'), system.clientName],
        [cx.say('who.owner'), system.owner ?? <State kind="attention">{cx.say('who.noOwner')}</State>],
        [cx.say('who.class'), cx.term('decisionClass', system.decisionClass)],
        [cx.say('who.channel'), `${cx.term('channel', system.channel)}, ${languageWord(cx, system.language)}`],
        [
          cx.say('who.upstream'),
          `${system.upstream.provider.name}${system.upstream.provider.region ? `, ${cx.say('who.region', { region: system.upstream.provider.region })}` : ''}`,
        ],
        [
          cx.say('who.address'),
          system.upstream.builtin !== null ? (
            cx.say('who.builtin', { name: system.upstream.builtin })
          ) : (
            <code>{system.upstream.baseUrl}</code>
          ),
        ],
      ]}
    />
  </Sheet>
)
