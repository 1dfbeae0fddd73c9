/** The card of one AI system, for anybody. */
import type { SystemCard } from '../../../src/transparency/contract.ts'
import { Icon, State } from '../../ui/components.tsx'
import type { PortalContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Contact } from '../parts.tsx'
import { systemLook } from '../public.tsx'
import { Sections } from './sections.tsx'
import { noticeKinds, noticePath } from './ways.tsx'

export const systemPath = (client: string, system: string): string =>
  `/systems/${encodeURIComponent(client)}/${encodeURIComponent(system)}`

export const Card = ({ cx, reply }: { cx: PortalContext; reply: SystemCard }) => {
  const { client, system } = reply
  return (
    <Frame cx={cx} title={system.name} brand={client.name} theme={client.id} client={client.id}>
      <div>
        <h1>
          <Icon name="ai" /> {system.name}
        </h1>
        <p>
          <State kind={systemLook[system.state]} block>
            {system.stateWord}
          </State>{' '}
          {system.version !== null && (
            <span class="subtle">{cx.say('computer.version', { version: system.version })}</span>
          )}
        </p>
        <p class="subtle">{cx.say('card.from')}</p>
      </div>
      <Sections sections={reply.sections} />
      <section aria-labelledby="also">
        <h2 id="also">{cx.say('notices.also')}</h2>
        <ul class="bullets">
          <li>
            <a href={`/systems/${encodeURIComponent(client.id)}`}>{cx.say('card.all', { client: client.name })}</a>
          </li>
          {noticeKinds.map((kind) => (
            <li>
              <a href={noticePath(client.id, kind)}>{cx.say(`notices.${kind}`)}</a>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="contact">
        <h2 id="contact">{cx.say('contact.title')}</h2>
        <Contact cx={cx} view={reply} />
      </section>
    </Frame>
  )
}
