/** Pages that need no link: the AI systems of a client in plain words, and pages for links that do not work. */
import { Icon } from '../ui/components.tsx'
import type { PortalContext } from './context.ts'
import { Frame } from './frame.tsx'

/** One AI system as the public reads it. Everything but the name may be absent. */
export type PublicSystem = {
  readonly id: string
  readonly name: string
  readonly description?: string
  readonly version?: string | null
  readonly channel?: string
  readonly decides?: string
  readonly decisionClass?: string
  readonly state?: string
  readonly purposes?: readonly string[]
}

export type PublicSystems = {
  readonly organisation?: string
  readonly client?: string
  readonly systems: readonly PublicSystem[]
}

export const Systems = ({ cx, reply, client }: { cx: PortalContext; reply: PublicSystems; client: string }) => (
  <Frame cx={cx} title={cx.say('systems.title')} brand={reply.organisation ?? client} theme={client}>
    <div>
      <h1>{cx.say('systems.title')}</h1>
      <p class="lead">{cx.say('systems.lead')}</p>
    </div>
    {reply.systems.length === 0 ? (
      <p>{cx.say('systems.none')}</p>
    ) : (
      reply.systems.map((system) => (
        <section class="sheet" aria-labelledby={`system-${system.id}`}>
          <h2 id={`system-${system.id}`}>
            <Icon name="ai" /> {system.name}
          </h2>
          {system.description && <p>{system.description}</p>}
          {system.decisionClass && <p>{cx.term('decisionClass', system.decisionClass)}</p>}
          {system.purposes && system.purposes.length > 0 && (
            <p>{cx.say('systems.purposes', { purposes: system.purposes.join(', ') })}</p>
          )}
          {system.version && <p class="subtle small">{cx.say('computer.version', { version: system.version })}</p>}
        </section>
      ))
    )}
  </Frame>
)

export const failures = ['expired', 'unknown', 'unavailable', 'crossSite'] as const

/** A link that does not work says what to do, and never whether something stands behind it. */
export const LinkFailure = ({ cx, kind }: { cx: PortalContext; kind: (typeof failures)[number] }) => (
  <Frame cx={{ ...cx, base: undefined }} title={cx.say(`failure.${kind}`)} brand="Waarborg">
    <div>
      <h1>{cx.say(`failure.${kind}`)}</h1>
      <p class="lead">{cx.say(`failure.${kind}More`)}</p>
    </div>
    <section aria-labelledby="what">
      <h2 id="what">{cx.say('failure.what')}</h2>
      <ol class="steps-line">
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
  </Frame>
)
