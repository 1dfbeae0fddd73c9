/** A notice as anybody reads it, with what each version changed; and on the customer's page, which version was shown. */
import type { NoticeDifference, PortalView, PublicNotice } from '../../../src/transparency/contract.ts'
import { Message } from '../../ui/components.tsx'
import type { PortalContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Contact, receiptPath } from '../parts.tsx'
import { wayInPath } from '../way-in/way-in.tsx'
import { Sections } from './sections.tsx'
import { noticeKinds, noticePath, OpenNotice } from './ways.tsx'

export const Notice = ({ cx, reply }: { cx: PortalContext; reply: PublicNotice }) => {
  const { client, kind, shown, current, versions } = reply
  const values = { version: shown.version, date: cx.date(shown.countsFrom) }
  return (
    <Frame cx={cx} title={shown.document.title} brand={client.name} theme={client.id} client={client.id}>
      <div>
        <h1>{shown.document.title}</h1>
        <p class="lead">{shown.document.lead}</p>
        <p class="subtle">{cx.say('notices.version', values)}</p>
      </div>
      {shown.version !== current && (
        <Message kind="attention" title={cx.say('notices.earlier')} quiet>
          <p>{cx.say('notices.earlierMore', { ...values, current })}</p>
          <p>
            <a href={noticePath(client.id, kind)}>{cx.say('notices.current')}</a>
          </p>
        </Message>
      )}
      <Sections sections={shown.document.sections} />
      <p>
        <a class="button" href={wayInPath(client.id, kind)}>
          {cx.say('notices.ask')}
        </a>
      </p>
      <section aria-labelledby="history">
        <h2 id="history">{cx.say('notices.history')}</h2>
        <p>{cx.say('notices.historyMore')}</p>
        {versions.map((one) => (
          <details>
            <summary>{cx.say('notices.historyLine', { version: one.version, date: cx.date(one.countsFrom) })}</summary>
            {one.difference === null ? (
              <p>{cx.say('notices.first')}</p>
            ) : (
              <Difference cx={cx} difference={one.difference} />
            )}
            <p>
              <a href={noticePath(client.id, kind, one.version)}>{cx.say('notices.read', { version: one.version })}</a>
            </p>
            <p class="subtle small">
              {cx.say('notices.hash')}: <code>{one.sha256}</code>
            </p>
          </details>
        ))}
      </section>
      <section aria-labelledby="also">
        <h2 id="also">{cx.say('notices.also')}</h2>
        <ul class="bullets">
          {noticeKinds
            .filter((other) => other !== kind)
            .map((other) => (
              <li>
                <a href={noticePath(client.id, other)}>{cx.say(`notices.${other}`)}</a>
              </li>
            ))}
          <li>
            <a href={`/systems/${encodeURIComponent(client.id)}`}>{cx.say('notices.systems')}</a>
          </li>
        </ul>
      </section>
      <section aria-labelledby="contact">
        <h2 id="contact">{cx.say('contact.title')}</h2>
        <Contact cx={cx} view={reply} />
      </section>
    </Frame>
  )
}

/** A word stands beside each line, so that it does not rest on a stroke or a colour. */
const Difference = ({ cx, difference }: { cx: PortalContext; difference: NoticeDifference }) =>
  difference.length === 0 ? (
    <p>{cx.say('notices.same')}</p>
  ) : (
    difference.map(({ title, added, removed }) => (
      <>
        <h3>{title}</h3>
        <ul class="bullets">
          {removed.map((line) => (
            <li>
              {cx.say('notices.removed')}: <del>{line}</del>
            </li>
          ))}
          {added.map((line) => (
            <li>
              {cx.say('notices.added')}: <ins>{line}</ins>
            </li>
          ))}
        </ul>
      </>
    ))
  )

/** Which versions a customer was shown in this conversation, and when. */
export const ShownNotices = ({ cx, view }: { cx: PortalContext; view: PortalView }) => (
  <section aria-labelledby="shown">
    <h2 id="shown">{cx.say('notices.shown')}</h2>
    {view.notices.length === 0 ? (
      <p>{cx.say('notices.shownNone')}</p>
    ) : (
      <>
        <p>{cx.say('notices.shownMore')}</p>
        <ul class="rows linked">
          {view.notices.map(({ kind, version, at, way, receipt }) => {
            const line = cx.say('notices.shownLine', {
              notice: cx.term('notices', kind),
              version: String(version),
              date: cx.full(at),
            })
            return (
              <li>
                <span>
                  <a href={noticePath(view.clientId, kind, version)}>{line}</a>
                  <br />
                  <span class="subtle small">{cx.term('notices.way', way)}</span>
                </span>
                <span>
                  <a href={`${cx.base}/questions?notice=${kind}`}>
                    {cx.say('notices.ask')}
                    <span class="only-read">, {line}</span>
                  </a>
                  <br />
                  <a href={receiptPath(cx, receipt)}>
                    {cx.say('receipt.open')}
                    <span class="only-read">, {line}</span>
                  </a>
                </span>
              </li>
            )
          })}
        </ul>
      </>
    )}
    <div class="head__acts">
      {noticeKinds.map((kind) => (
        <OpenNotice cx={cx} kind={kind} look="button" />
      ))}
    </div>
  </section>
)
