/** Everything of the person who came in by a code, to choose from. What is chosen stands in the address, after a point. */
import type { PortalMine } from '../../../src/transparency/contract.ts'
import type { PortalContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Contact } from '../parts.tsx'

/** Where something of this person stands, under the link to all that is theirs. */
export const chosenPath = (cx: PortalContext, item: string): string =>
  `${cx.home ?? cx.base ?? ''}.${encodeURIComponent(item)}`

/** Where each list began on this page; absent: with the latest. */
type From = { readonly after?: string; readonly decisionsAfter?: string }

export const Mine = ({ cx, view, from }: { cx: PortalContext; view: PortalMine; from: From }) => (
  <Frame cx={cx} title={cx.say('mine.title')} brand={view.client} alone>
    <div>
      <h1>{cx.say('mine.title')}</h1>
      <p class="lead">{cx.say('mine.lead')}</p>
      <p>{cx.say('mine.until', { time: cx.time(view.until) })}</p>
    </div>
    <section class="sheet" aria-labelledby="conversations">
      <h2 id="conversations">{cx.say('mine.conversations')}</h2>
      <p>
        {view.conversationCount === 0
          ? cx.say('mine.noConversations')
          : cx.count('mine.conversationCount', view.conversationCount)}
      </p>
      {view.conversations.length > 0 && (
        <ul class="rows linked">
          {view.conversations.map((one) => (
            <Line
              cx={cx}
              title={cx.say('happened.title', {
                channel: cx.term('channelTitle', one.channel),
                date: cx.date(one.startedAt),
              })}
              more={[cx.time(one.startedAt), one.system].filter((part) => part !== null).join(', ')}
              href={chosenPath(cx, one.id)}
            />
          ))}
        </ul>
      )}
      <Pages cx={cx} from={from} list="after" next={view.next} />
    </section>
    {view.decisionCount > 0 && (
      <section class="sheet" aria-labelledby="decisions">
        <h2 id="decisions">{cx.say('decisions.title')}</h2>
        <p>{cx.count('mine.decisionCount', view.decisionCount)}</p>
        <ul class="rows linked">
          {view.decisions.map(({ id, conversation, outcome, system, decidedAt }) => (
            <Line
              cx={cx}
              title={outcome}
              more={cx.say('decisions.line', { system, date: cx.date(decidedAt) })}
              href={`${chosenPath(cx, conversation ?? id)}/decisions/${encodeURIComponent(id)}`}
            />
          ))}
        </ul>
        <Pages cx={cx} from={from} list="decisionsAfter" next={view.decisionsNext} />
      </section>
    )}
    <p>
      <a class="button" href={`${cx.base}/cases`}>
        {cx.say('cases.title')}
      </a>
    </p>
    <form class="sheet" method="post" action={`${cx.base}/end`}>
      <h2>{cx.say('mine.end')}</h2>
      <p>{cx.say('mine.endMore')}</p>
      <div class="head__acts">
        <button class="button" type="submit">
          {cx.say('mine.end')}
        </button>
      </div>
    </form>
    <section aria-labelledby="contact">
      <h2 id="contact">{cx.say('contact.title')}</h2>
      <Contact cx={cx} view={view} />
    </section>
  </Frame>
)

const listWords = { after: 'conversations', decisionsAfter: 'decisions' } as const

/** To what is older, and back to the latest; the other list stays where it is. */
const Pages = ({ cx, from, list, next }: { cx: PortalContext; from: From; list: keyof From; next: string | null }) => {
  const word = listWords[list]
  const { [list]: here, ...other } = from
  const to = (query: From) => {
    const search = new URLSearchParams(query as Record<string, string>)
    return `${cx.base}${search.size === 0 ? '' : `?${search}`}#${word}`
  }
  return here === undefined && next === null ? null : (
    <nav class="head__acts" aria-label={cx.say(`mine.pages.${word}`)}>
      {here !== undefined && (
        <a class="button" href={to(other)}>
          {cx.say(`mine.latest.${word}`)}
        </a>
      )}
      {next !== null && (
        <a class="button" rel="next" href={to({ ...other, [list]: next })}>
          {cx.say(`mine.older.${word}`)}
        </a>
      )}
    </nav>
  )
}

const Line = ({ cx, title, more, href }: { cx: PortalContext; title: string; more: string; href: string }) => (
  <li>
    <span>
      {title}
      <br />
      <span class="small subtle">{more}</span>
    </span>
    <a href={href}>
      {cx.say('cases.open')}
      <span class="only-read">
        : {title}, {more}
      </span>
    </a>
  </li>
)

export const Ended = ({ cx }: { cx: PortalContext }) => (
  <Frame cx={{ ...cx, base: undefined, home: undefined }} title={cx.say('mine.ended')} brand="Waarborg">
    <div>
      <h1>{cx.say('mine.ended')}</h1>
      <p class="lead">{cx.say('mine.endedMore')}</p>
      <p>
        <a href="/portal">{cx.say('wayIn.title')}</a>
      </p>
    </div>
  </Frame>
)
