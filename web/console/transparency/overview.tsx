/** How customers are told that it is AI and what becomes of their data: the words, their versions, and whether they come in time. */
import type { TransparencyOverview } from '../../../src/transparency/staff-contract.ts'
import type { Api } from '../../api.ts'
import { Empty, Evidence, Head, Message, Sheet, State } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Entries } from '../parts.tsx'

export const noticesPath = '/console/notices'
export const systemsPath = '/console/systems'
export const loadOverview = (api: Api) => api.get<TransparencyOverview>('/api/transparency')

type Client = TransparencyOverview['clients'][number]
type Line = Client['disclosures'][number]

export const noticePath = (client: string, kind: string, version?: number): string =>
  `${noticesPath}/${encodeURIComponent(client)}/${kind}${version === undefined ? '' : `?version=${version}`}`

export const Overview = ({ cx, overview }: { cx: ConsoleContext; overview: TransparencyOverview }) => (
  <Frame
    cx={cx}
    title={cx.say('told.title')}
    area={systemsPath}
    crumbs={[{ href: systemsPath, word: cx.say('area.systems') }, { word: cx.say('told.title') }]}
  >
    <Head title={cx.say('told.title')} lead={cx.say('told.lead')} />
    <div class="stack">
      {overview.clients.length === 0 && (
        <Empty title={cx.say('told.noClients')}>
          <p>{cx.say('told.noClientsMore')}</p>
        </Empty>
      )}
      {overview.clients.map((client) => (
        <>
          <Told cx={cx} client={client} />
          <Notices cx={cx} client={client} />
          {client.disclosures.length > 0 && <Words cx={cx} client={client} />}
        </>
      ))}
    </div>
  </Frame>
)

const Told = ({ cx, client }: { cx: ConsoleContext; client: Client }) => {
  const { n, of, from } = client.told
  const values = { n: cx.number(n), of: cx.number(of), from: cx.date(from) }
  return (
    <Sheet
      id={`told-${client.id}`}
      title={`${client.name}: ${cx.say('told.inTime')}`}
      side={
        of > 0 && (
          <State kind={n === of ? 'ok' : 'bad'}>
            {n === of ? cx.say('told.always') : cx.say('told.notAlways', { share: cx.share(n / of) })}
          </State>
        )
      }
    >
      {of === 0 ? (
        <p>{cx.say('told.inTimeNone', { from: values.from })}</p>
      ) : (
        <>
          <p>{cx.say('told.inTimeMore', values)}</p>
          <p>
            <Evidence
              href={`/console/conversations?state=undisclosed&client=${encodeURIComponent(client.id)}`}
              title={`${cx.say('told.untold')}, ${client.name}`}
            >
              {cx.say('told.untold')}
            </Evidence>
          </p>
        </>
      )}
      {client.second.length > 0 && (
        <>
          <h3>{cx.say('told.second')}</h3>
          <ul class="bullets">
            {client.second.map(({ system, name, kinds }) => (
              <li>
                {cx.rich('told.secondLine', {
                  system: <a href={`/console/systems/${encodeURIComponent(system)}`}>{name}</a>,
                  kinds: kinds.map((kind) => cx.say(`told.kind.${kind}`)).join(', '),
                })}
              </li>
            ))}
          </ul>
        </>
      )}
    </Sheet>
  )
}

const Notices = ({ cx, client }: { cx: ConsoleContext; client: Client }) => (
  <Sheet id={`notices-${client.id}`} title={`${client.name}: ${cx.say('told.notices')}`}>
    {client.notices.length === 0 ? (
      <p>{cx.say('told.noNotices')}</p>
    ) : (
      <ul class="rows">
        {client.notices.map((one) => (
          <li>
            <a href={noticePath(client.id, one.kind)}>
              <b>{cx.say(`told.notice.${one.kind}`)}</b>
              <span class="only-read">, {client.name}</span>
            </a>
            <p class="small">
              {cx.say('told.noticeLine', { version: String(one.version), date: cx.date(one.countsFrom) })}{' '}
              <Entries cx={cx} record={one.record} what={`${cx.say(`told.notice.${one.kind}`)}, ${client.name}`} />
            </p>
            <p class="subtle small">{cx.count('told.shown', one.shown)}</p>
            <p class="small">
              <a href={`/notices/${encodeURIComponent(client.id)}/${one.kind}`}>
                {cx.say('told.public')}
                <span class="only-read">
                  : {cx.say(`told.notice.${one.kind}`)}, {client.name}
                </span>
              </a>
            </p>
          </li>
        ))}
      </ul>
    )}
  </Sheet>
)

const Words = ({ cx, client }: { cx: ConsoleContext; client: Client }) => (
  <Sheet id={`words-${client.id}`} title={`${client.name}: ${cx.say('told.words')}`}>
    <p>{cx.say('told.change')}</p>
    {client.disclosures.map((line) => (
      <Disclosure cx={cx} line={line} />
    ))}
  </Sheet>
)

const Disclosure = ({ cx, line }: { cx: ConsoleContext; line: Line }) => {
  const name = cx.say(`told.wording.${line.wording}`)
  return (
    <>
      <h3>{name}</h3>
      <p class="small">
        {line.own === null ? cx.say('told.product') : cx.say('told.own', { date: cx.date(line.own.countsFrom) })}{' '}
        <Entries cx={cx} record={line.own?.record ?? null} what={name} />
      </p>
      <Both cx={cx} texts={line.texts} versions={line.versions} />
      {line.earlier.length > 0 && (
        <details>
          <summary>
            {cx.say('told.earlier')}
            <span class="only-read">: {name}</span>
          </summary>
          {line.earlier.map(({ record, countsFrom, texts, versions }) => {
            const from = cx.say('told.earlierLine', { date: cx.date(countsFrom) })
            return (
              <>
                <h4>{from}</h4>
                {texts === null || versions === null ? (
                  <p>{cx.say('told.earlierProduct')}</p>
                ) : (
                  <Both cx={cx} texts={texts} versions={versions} />
                )}
                <p>
                  <Entries cx={cx} record={record} what={`${name}, ${from}`} />
                </p>
              </>
            )
          })}
        </details>
      )}
    </>
  )
}

const Both = ({ cx, texts, versions }: { cx: ConsoleContext } & Pick<Line, 'texts' | 'versions'>) => (
  <dl class="facts">
    {(['nl', 'en'] as const).map((language) => (
      <>
        <dt>{cx.say(`told.${language}`)}</dt>
        <dd>
          <span lang={language}>{texts[language]}</span>
          <br />
          <span class="subtle small">{cx.say('told.version', { version: versions[language] })}</span>
        </dd>
      </>
    ))}
  </dl>
)

/** News that an older version is on the screen. */
export const Earlier = ({ cx, current }: { cx: ConsoleContext; current: number }) => (
  <Message kind="attention" title={cx.say('told.earlierVersion', { current: String(current) })} quiet />
)
