/** Pages that need no link: the AI systems of a client in plain words, and pages for links that do not work. */
import type { WayInView } from '../../src/access/contract.ts'
import type { PublicSystems } from '../../src/transparency/contract.ts'
import { Icon, State, type StateKind } from '../ui/components.tsx'
import type { PortalContext } from './context.ts'
import { Frame } from './frame.tsx'
import { noticeKinds, noticePath } from './notices/ways.tsx'
import { Contact } from './parts.tsx'
import { wayInPath } from './way-in/way-in.tsx'

type PublicSystem = PublicSystems['systems'][number]

export const systemLook: Readonly<Record<PublicSystem['state'], StateKind>> = {
  in_use: 'ok',
  stopped: 'bad',
  not_released: 'wait',
  prohibited: 'bad',
}

export const Systems = ({ cx, reply }: { cx: PortalContext; reply: PublicSystems }) => (
  <Frame
    cx={cx}
    title={cx.say('systems.title')}
    brand={reply.client.name}
    theme={reply.client.id}
    client={reply.client.id}
  >
    <div>
      <h1>{cx.say('systems.title')}</h1>
      <p class="lead">{cx.say('systems.lead')}</p>
    </div>
    {reply.systems.length === 0 ? (
      <p>{cx.say('systems.none')}</p>
    ) : (
      reply.systems.map((system) => <System cx={cx} client={reply.client.id} system={system} />)
    )}
    <section aria-labelledby="also">
      <h2 id="also">{cx.say('notices.also')}</h2>
      <ul class="bullets">
        {noticeKinds.map((kind) => (
          <li>
            <a href={noticePath(reply.client.id, kind)}>{cx.say(`notices.${kind}`)}</a>
          </li>
        ))}
      </ul>
    </section>
    <section aria-labelledby="contact">
      <h2 id="contact">{cx.say('contact.title')}</h2>
      <p>{cx.say('systems.by', { client: reply.client.name, organisation: reply.organisation })}</p>
      <Contact cx={cx} view={reply} />
    </section>
  </Frame>
)

const System = ({ cx, client, system }: { cx: PortalContext; client: string; system: PublicSystem }) => (
  <section class="sheet" aria-labelledby={`system-${system.id}`}>
    <header>
      <h2 id={`system-${system.id}`}>
        <Icon name="ai" /> {system.name}
      </h2>
      <State kind={systemLook[system.state]}>{system.stateWord}</State>
    </header>
    <p>{system.description}</p>
    <p>{system.role}</p>
    {system.purposes.length > 0 && (
      <>
        <h3>{cx.say('systems.purposes')}</h3>
        <ul class="bullets">
          {system.purposes.map(({ name, sentence, law }) => (
            <li>
              <b class="opening">{name}</b>. {sentence} <a href={law.url}>{law.label}</a>
            </li>
          ))}
        </ul>
      </>
    )}
    <p>
      <a href={`/systems/${encodeURIComponent(client)}/${encodeURIComponent(system.id)}`}>
        {cx.say('card.more')}
        <span class="only-read">: {system.name}</span>
      </a>
    </p>
    <p class="subtle small">
      {cx.say('systems.where', { channel: cx.term('channel', system.channel), provider: system.provider })}{' '}
      {system.version !== null && cx.say('computer.version', { version: system.version })}
    </p>
  </section>
)

export const failures = ['expired', 'unknown', 'unavailable', 'crossSite', 'tooLarge'] as const

type FailureProps = {
  cx: PortalContext
  kind: (typeof failures)[number]
  /** Of a link that has ended: whose it was, and whether a code gets its holder in again. */
  wayIn?: WayInView | undefined
}

/** A link that does not work says what to do, and never whether something stands behind it; only who held one learns whose it was. */
export const LinkFailure = ({ cx, kind, wayIn }: FailureProps) => (
  <Frame
    cx={{ ...cx, base: undefined, home: undefined }}
    title={cx.say(`failure.${kind}`)}
    brand={wayIn?.client?.name ?? 'Waarborg'}
    theme={wayIn?.client?.id}
  >
    <div>
      <h1>{cx.say(`failure.${kind}`)}</h1>
      <p class="lead">{cx.say(`failure.${kind}More`)}</p>
    </div>
    <section aria-labelledby="what">
      <h2 id="what">{cx.say('failure.what')}</h2>
      <ol class="steps-line">
        {wayIn !== undefined && wayIn.kinds.length > 0 && (
          <li>
            <Icon name="letter" />
            <div>
              <h3>
                <a href={wayInPath(wayIn.client?.id)}>{cx.say('wayIn.expired')}</a>
              </h3>
              <p>{cx.say('wayIn.expiredMore')}</p>
            </div>
          </li>
        )}
        <li>
          <Icon name="again" />
          <div>
            <h3>{cx.say('failure.check')}</h3>
            <p>{cx.say('failure.checkMore')}</p>
          </div>
        </li>
        <li>
          <Icon name="person" />
          <div>
            <h3>{cx.say('failure.ask')}</h3>
            <p>{cx.say('failure.askMore')}</p>
          </div>
        </li>
      </ol>
    </section>
    {wayIn?.client && (
      <section aria-labelledby="contact">
        <h2 id="contact">{cx.say('contact.title')}</h2>
        <Contact cx={cx} view={wayIn.client} />
      </section>
    )}
  </Frame>
)
