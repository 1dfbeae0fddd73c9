/** A notice in plain words: what is done with data, or what the AI does; its versions, and what each says otherwise. */
import type { NoticeDocument, PublicNotice } from '../../../src/transparency/notices/contract.ts'
import type { PortalContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Contact } from '../parts.tsx'

export const publicNoticePath = (client: string, kind: string, version?: number): string =>
  `/notices/${encodeURIComponent(client)}/${kind}${version === undefined ? '' : `?version=${version}`}`

export const Notice = ({ cx, reply }: { cx: PortalContext; reply: PublicNotice }) => {
  const { shown, client, kind, current } = reply
  return (
    <Frame cx={cx} title={shown.document.title} brand={client.name} theme={client.id}>
      <div>
        <h1>{shown.document.title}</h1>
        <p class="lead">{shown.document.lead}</p>
        <p class="small subtle">
          {cx.say('notice.version', { version: cx.number(shown.version), date: cx.date(shown.countsFrom) })}
        </p>
        {shown.version !== current && (
          <p>
            {cx.say('notice.older')} <a href={publicNoticePath(client.id, kind)}>{cx.say('notice.current')}</a>
          </p>
        )}
      </div>
      <Sections document={shown.document} />
      <section aria-labelledby="contact">
        <h2 id="contact">{cx.say('contact.title')}</h2>
        <Contact cx={cx} view={reply} />
      </section>
      <Versions cx={cx} reply={reply} />
      <p>
        <a href={publicNoticePath(client.id, kind === 'ai' ? 'privacy' : 'ai')}>
          {cx.say(kind === 'ai' ? 'notice.privacy' : 'notice.ai')}
        </a>{' '}
        <a href={`/systems/${encodeURIComponent(client.id)}`}>{cx.say('systems.title')}</a>
      </p>
    </Frame>
  )
}

const Links = ({ links }: { links: NoticeDocument['sections'][number]['links'] }) =>
  links.length === 0 ? null : (
    <p class="small">
      {links.map(({ label, url }) => (
        <>
          <a href={url}>{label}</a>{' '}
        </>
      ))}
    </p>
  )

const Sections = ({ document }: { document: NoticeDocument }) => (
  <>
    {document.sections.map(({ id, title, lines, parts, links }) => (
      <section class="sheet" aria-labelledby={`part-${id}`}>
        <h2 id={`part-${id}`}>{title}</h2>
        {lines.map((line) => (
          <p>{line}</p>
        ))}
        {parts.map((part) => (
          <>
            <h3>{part.title}</h3>
            {part.lines.map((line) => (
              <p>{line}</p>
            ))}
            <Links links={part.links} />
          </>
        ))}
        <Links links={links} />
      </section>
    ))}
  </>
)

const Versions = ({ cx, reply: { versions, client, kind } }: { cx: PortalContext; reply: PublicNotice }) => (
  <section aria-labelledby="versions">
    <h2 id="versions">{cx.say('notice.versions')}</h2>
    {versions.map(({ version, countsFrom, difference, sha256 }) => (
      <details>
        <summary>{cx.say('notice.version', { version: cx.number(version), date: cx.date(countsFrom) })}</summary>
        <p>
          <a href={publicNoticePath(client.id, kind, version)}>{cx.say('notice.read')}</a>
        </p>
        {difference === null ? (
          <p>{cx.say('notice.first')}</p>
        ) : (
          difference.map(({ title, added, removed }) => (
            <>
              <h3>{title}</h3>
              {removed.map((line) => (
                <p>
                  <del>{line}</del>
                </p>
              ))}
              {added.map((line) => (
                <p>
                  <ins>{line}</ins>
                </p>
              ))}
            </>
          ))
        )}
        <p class="small subtle">
          <code class="hash">{sha256}</code>
        </p>
      </details>
    ))}
  </section>
)
