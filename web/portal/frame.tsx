/** The frame of the portal: the client's name on top, the languages beside it, the ways out at the foot. */
import type { PropsWithChildren } from 'hono/jsx'
import { withLanguage } from '../console/frame.tsx'
import { Document } from '../ui/document.tsx'
import type { PortalContext } from './context.ts'
import { noticeKinds, noticePath, OpenNotice } from './notices/ways.tsx'

type FrameProps = {
  cx: PortalContext
  title: string
  /** Who the customer knows: the client's brand, else the product's name on public pages. */
  brand: string
  /** Name of a theme of tokens.css; another name changes nothing. */
  theme?: string | undefined
  scripts?: readonly string[]
  /** There is no conversation behind this link, so nothing of one to go to. */
  alone?: boolean
  /** Of a public page: whose notices stand in its foot. */
  client?: string
}

export const Frame = ({
  cx,
  title,
  brand,
  theme,
  scripts = [],
  alone = false,
  client,
  children,
}: PropsWithChildren<FrameProps>) => (
  <Document
    language={cx.language}
    title={`${title} – ${brand}`}
    css={cx.assets.portalCss}
    scripts={scripts}
    scheme={cx.scheme}
    theme={theme}
    look="portal"
  >
    <a class="skip" href="#content">
      {cx.say('skip')}
    </a>
    <header class="band">
      <div class="band__in">
        {cx.base === undefined ? (
          <span class="band__name">{brand}</span>
        ) : (
          <a class="band__name" href={cx.base}>
            {brand}
          </a>
        )}
        <nav class="band__langs" aria-label={cx.say('languages')}>
          {(['nl', 'en'] as const).map((language) => (
            <a
              href={withLanguage(cx.path, language)}
              lang={language}
              hreflang={language}
              aria-current={language === cx.language ? 'true' : undefined}
            >
              {language === 'nl' ? 'Nederlands' : 'English'}
            </a>
          ))}
        </nav>
      </div>
    </header>
    <main id="content">
      {cx.home !== undefined && (
        <a class="back" href={cx.home}>
          {cx.say('mine.back')}
        </a>
      )}
      {children}
    </main>
    <footer class="portal__foot">
      {cx.base !== undefined && !alone && (
        <>
          <a href={`${cx.base}/human`}>{cx.say('act.human')}</a>
          <a href={`${cx.base}/choices`}>{cx.say('act.choices')}</a>
          <a href={`${cx.base}/data`}>{cx.say('data.title')}</a>
          <a href={`${cx.base}/receipts`}>{cx.say('act.receipts')}</a>
          <a href={`${cx.base}/cases`}>{cx.say('act.cases')}</a>
        </>
      )}
      <ToNotices cx={cx} client={client} />
      <a href="/verify" aria-current={cx.path.split('?', 1)[0] === '/verify' ? 'page' : undefined}>
        {cx.say('foot.verify')}
      </a>
    </footer>
  </Document>
)

const ToNotices = ({ cx, client }: { cx: PortalContext; client: string | undefined }) => {
  if (cx.base !== undefined) return noticeKinds.map((kind) => <OpenNotice cx={cx} kind={kind} />)
  if (client === undefined) return null
  return noticeKinds.map((kind) => <a href={noticePath(client, kind)}>{cx.say(`notices.${kind}`)}</a>)
}

export const Back = ({ cx }: { cx: PortalContext }) =>
  cx.base === undefined ? null : (
    <a class="back" href={cx.base}>
      {cx.say('back')}
    </a>
  )
