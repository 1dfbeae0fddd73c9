/** The frame of the console: who and which client on top, the areas at the side, the palette and the list of keys. */
import type { PropsWithChildren } from 'hono/jsx'
import { type Crumb, Crumbs, Icon } from '../ui/components.tsx'
import { Document } from '../ui/document.tsx'
import { areasFor, type ConsoleContext } from './context.ts'

type FrameProps = {
  cx: ConsoleContext
  /** Title of the window, without the product's name. */
  title: string
  /** Path of the area this page belongs to. */
  area?: string
  crumbs?: readonly Crumb[]
  /** Scripts beside the console's own. */
  scripts?: readonly string[]
  /** Style sheets beside the console's own. */
  styles?: readonly string[]
}

export const Frame = ({
  cx,
  title,
  area,
  crumbs,
  scripts = [],
  styles = [],
  children,
}: PropsWithChildren<FrameProps>) => (
  <Document
    language={cx.language}
    title={`${title} – Waarborg`}
    css={cx.assets.consoleCss}
    scripts={[cx.assets.consoleJs, ...scripts]}
    scheme={cx.scheme}
    look="console"
    head={styles.map((href) => <link rel="stylesheet" href={href} />)}
  >
    <a class="skip" href="#content">
      {cx.say('skip')}
    </a>
    <Top cx={cx} />
    <div class="frame">
      <Areas cx={cx} area={area} />
      <main class="body" id="content">
        <p class="print-head" aria-hidden="true">
          <span>{[cx.me?.tenant.name, clientName(cx)].filter(Boolean).join(', ')}</span>
          <span>{cx.say('print.by', { person: cx.me?.person.name ?? '–', at: cx.full(cx.now) })}</span>
          <span>{cx.say('print.check')}</span>
        </p>
        {crumbs && <Crumbs label={cx.say('crumbs')} crumbs={crumbs} />}
        {children}
      </main>
    </div>
    <Palette cx={cx} />
    <Keys cx={cx} />
    <Idle cx={cx} />
  </Document>
)

/** A page outside the frame: signing in, choosing a password, an error before that. */
export const Plain = ({
  cx,
  title,
  scripts = [],
  children,
}: PropsWithChildren<{ cx: ConsoleContext; title: string; scripts?: readonly string[] }>) => (
  <Document
    language={cx.language}
    title={`${title} – Waarborg`}
    css={cx.assets.consoleCss}
    scripts={[cx.assets.consoleJs, ...scripts]}
    scheme={cx.scheme}
    look="console"
  >
    <main class="page" id="content">
      <a class="logo" href="/">
        <Icon name="logo" />
        <span>Waarborg</span>
      </a>
      {children}
      <p class="small">
        <LanguageLink cx={cx} />
      </p>
    </main>
  </Document>
)

/** The name of the client whose records are shown, or that of all. */
export const clientName = (cx: ConsoleContext): string =>
  cx.me?.clients.find(({ id }) => id === cx.me?.client)?.name ?? cx.say('client.all')

const Top = ({ cx }: { cx: ConsoleContext }) => (
  <header class="top">
    <a class="logo" href="/console/today">
      <Icon name="logo" />
      <span>Waarborg</span>
    </a>
    {cx.me && (
      <a class="top__client" href="/console/client">
        <span class="subtle">{cx.me.tenant.name},</span> <b>{clientName(cx)}</b>
      </a>
    )}
    <a class="top__find" href="/console/find" data-dialog="palette">
      <Icon name="find" />
      <span>{cx.say('find.open')}</span>
      <kbd>/</kbd>
    </a>
    <button class="button top__menu" type="button" popovertarget="menu">
      <Icon name="menu" />
      {cx.say('menu')}
    </button>
    {cx.me && (
      <a class="top__person" href="/console/me">
        <Icon name="person" />
        <span>
          {cx.me.person.name}
          <small>{cx.me.roles.map((role) => cx.term('role', role)).join(', ')}</small>
        </span>
      </a>
    )}
  </header>
)

const Areas = ({ cx, area }: { cx: ConsoleContext; area: string | undefined }) => {
  const shown = areasFor(cx)
  const groups = [...new Set(shown.map(({ group }) => group))]
  return (
    <nav class="areas" id="menu" popover="auto" aria-label={cx.say('menu.main')}>
      <button class="button areas__close" type="button" popovertarget="menu" popovertargetaction="hide">
        {cx.say('menu.close')}
      </button>
      {groups.map((group) => (
        <>
          {group && <h2>{cx.say(group)}</h2>}
          <ul>
            {shown
              .filter((one) => one.group === group)
              .map(({ path, key, letter }) => (
                <li>
                  <a href={path} aria-current={path === area ? 'page' : undefined} data-go={letter}>
                    {cx.say(key)}
                  </a>
                </li>
              ))}
          </ul>
        </>
      ))}
      <div class="tools">
        <SchemeForm cx={cx} />
        <p>
          <LanguageLink cx={cx} /> ·{' '}
          <a href="/console/shortcuts" data-dialog="keys">
            {cx.say('keys.open')}
          </a>
        </p>
        {cx.me && (
          <form method="post" action="/sign-out">
            <button class="button" type="submit">
              {cx.say('signOut')}
            </button>
          </form>
        )}
      </div>
    </nav>
  )
}

/** The same page in the other language; its own words are in that language. */
export const LanguageLink = ({ cx }: { cx: Pick<ConsoleContext, 'language' | 'path'> }) => {
  const other = cx.language === 'nl' ? 'en' : 'nl'
  return (
    <a href={withLanguage(cx.path, other)} lang={other} hreflang={other}>
      {other === 'nl' ? 'Nederlands' : 'English'}
    </a>
  )
}

/** The path with `lang` set; the server remembers the choice in a cookie. */
export function withLanguage(path: string, language: 'nl' | 'en'): string {
  const [before = '/', query = ''] = path.split('?', 2)
  const search = new URLSearchParams(query)
  search.delete('done')
  search.set('lang', language)
  return `${before}?${search}`
}

const SchemeForm = ({ cx }: { cx: ConsoleContext }) => (
  <form method="post" action="/scheme" data-scheme-form="">
    <input type="hidden" name="back" value={cx.path} />
    {(['light', 'dark', 'device'] as const).map((scheme) => (
      <button
        class="button"
        type="submit"
        name="scheme"
        value={scheme}
        aria-pressed={(cx.scheme ?? 'device') === scheme ? 'true' : 'false'}
      >
        {cx.say(`scheme.${scheme}`)}
      </button>
    ))}
  </form>
)

/** Opened by script; the link that opens it leads to the same list as a page. Its rows are fetched when it opens. */
const Palette = ({ cx }: { cx: ConsoleContext }) => (
  <dialog class="palette" id="palette" aria-label={cx.say('find.title')} data-fetch="/console/find/list">
    <search>
      <form action="/console/find">
        <label class="only-read" for="palette-field">
          {cx.say('find.label')}
        </label>
        <input
          id="palette-field"
          name="q"
          type="search"
          placeholder={cx.say('find.hint')}
          autocomplete="off"
          spellcheck={false}
        />
      </form>
    </search>
    <div data-list="" />
    <p class="palette__foot">
      <span>
        <kbd>↑</kbd> <kbd>↓</kbd> {cx.say('find.choose')}
      </span>
      <span>
        <kbd>Enter</kbd> {cx.say('find.go')}
      </span>
      <span>
        <kbd>Esc</kbd> {cx.say('find.close')}
      </span>
      <span>{cx.say('find.noNames')}</span>
    </p>
  </dialog>
)

/** Asks before the session ends; what the page says once it has ended stands in its attributes (islands/idle.ts). */
const Idle = ({ cx }: { cx: ConsoleContext }) =>
  cx.me?.session ? (
    <dialog
      id="idle"
      aria-labelledby="idle-title"
      data-idle-minutes={cx.me.session.idleMinutes}
      data-ends-in={Math.round((Date.parse(cx.me.session.endsAt) - cx.now.getTime()) / 1_000)}
      data-ended={cx.say('idle.ended')}
      data-again={cx.say('idle.again')}
    >
      <form class="dialog__body" method="dialog">
        <h2 id="idle-title">{cx.say('idle.title')}</h2>
        <button class="button" type="submit">
          {cx.say('idle.stay')}
        </button>
      </form>
    </dialog>
  ) : null

/** Its list is that of the page, fetched when it opens. */
const Keys = ({ cx }: { cx: ConsoleContext }) => (
  <dialog id="keys" aria-labelledby="keys-title">
    <div class="dialog__body">
      <h2 id="keys-title">{cx.say('keys.title')}</h2>
      <div data-page="/console/shortcuts" />
      <label class="choice">
        <input type="checkbox" data-letters="" checked />
        <span>
          {cx.say('keys.letters')}
          <span class="hint">{cx.say('keys.lettersHint')}</span>
        </span>
      </label>
    </div>
    <form class="dialog__acts" method="dialog">
      <button class="button" type="submit">
        {cx.say('keys.close')}
      </button>
    </form>
  </dialog>
)

export const KeyList = ({ cx }: { cx: ConsoleContext }) => (
  <dl class="keys">
    <dt>
      <kbd>/</kbd> <kbd>Ctrl</kbd>+<kbd>K</kbd>
    </dt>
    <dd>{cx.say('keys.find')}</dd>
    {areasFor(cx).map(({ key, letter }) => (
      <>
        <dt>
          <kbd>g</kbd> <kbd>{letter}</kbd>
        </dt>
        <dd>{cx.say(key)}</dd>
      </>
    ))}
    <dt>
      <kbd>j</kbd> <kbd>k</kbd>
    </dt>
    <dd>{cx.say('keys.rows')}</dd>
    <dt>
      <kbd>o</kbd> <kbd>Enter</kbd>
    </dt>
    <dd>{cx.say('keys.row')}</dd>
    <dt>
      <kbd>[</kbd> <kbd>]</kbd>
    </dt>
    <dd>{cx.say('keys.pages')}</dd>
    <dt>
      <kbd>e</kbd>
    </dt>
    <dd>{cx.say('keys.evidence')}</dd>
    <dt>
      <kbd>?</kbd>
    </dt>
    <dd>{cx.say('keys.this')}</dd>
    <dt>
      <kbd>Esc</kbd>
    </dt>
    <dd>{cx.say('keys.escape')}</dd>
  </dl>
)
