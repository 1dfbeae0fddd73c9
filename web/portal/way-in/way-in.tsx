/** Getting in without a link: an address, then the code that went to it; and, when several clients know the address, a choice. */
import type { PortalCodeEntered, WayInView } from '../../../src/access/contract.ts'
import { Message } from '../../ui/components.tsx'
import type { PortalContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { type NoticeKind, noticeKinds } from '../notices/ways.tsx'
import { Contact } from '../parts.tsx'

type Props = {
  cx: PortalContext
  view: WayInView
  address?: string | undefined
  /** Of the client: who gets in goes on to a question about it. */
  notice?: NoticeKind | undefined
  error?: string | undefined
}

const brandOf = ({ client }: WayInView): string => client?.name ?? 'Waarborg'

export const wayInPath = (client: string | undefined, notice?: NoticeKind): string => {
  const query = new URLSearchParams({ ...(client ? { client } : {}), ...(notice ? { notice } : {}) })
  return query.size === 0 ? '/portal' : `/portal?${query}`
}

export const noticeIn = (name: string | undefined): NoticeKind | undefined => noticeKinds.find((kind) => kind === name)

export const WayIn = ({ cx, view, address, notice, error }: Props) => (
  <Frame cx={cx} title={cx.say('wayIn.title')} brand={brandOf(view)} theme={view.client?.id}>
    <div>
      <h1>{cx.say('wayIn.title')}</h1>
      <p class="lead">{cx.say(view.kinds.length === 0 ? 'wayIn.off' : 'wayIn.lead')}</p>
      {notice && view.kinds.length > 0 && <p>{cx.say('wayIn.question', { notice: cx.say(`notices.${notice}`) })}</p>}
    </div>
    {error && <Message kind="bad" title={error} />}
    {view.kinds.length > 0 && (
      <form class="form sheet" method="post" action="/portal">
        <Whither view={view} notice={notice} />
        <div class="field">
          <label for="address">
            {cx.say(view.kinds.includes('sms') ? 'wayIn.addressAny' : 'wayIn.address')}
            <span class="hint" id="address-hint">
              {cx.say('wayIn.addressHint')}
            </span>
          </label>
          <input
            id="address"
            name="address"
            type={view.kinds.includes('sms') ? 'text' : 'email'}
            value={address}
            required
            maxlength={320}
            autocomplete={view.kinds.includes('sms') ? 'on' : 'email'}
            aria-describedby="address-hint"
          />
        </div>
        <div class="head__acts">
          <button class="button button--first" type="submit">
            {cx.say('wayIn.ask')}
          </button>
        </div>
      </form>
    )}
    <Reach cx={cx} view={view} />
  </Frame>
)

const Whither = ({ view, notice }: Pick<Props, 'view' | 'notice'>) => (
  <>
    {view.client !== null && <input type="hidden" name="client" value={view.client.id} />}
    {notice && <input type="hidden" name="notice" value={notice} />}
  </>
)

const Reach = ({ cx, view }: { cx: PortalContext; view: WayInView }) =>
  view.client === null ? null : (
    <section aria-labelledby="contact">
      <h2 id="contact">{cx.say('contact.title')}</h2>
      <Contact cx={cx} view={view.client} />
    </section>
  )

/** The same page whether or not somebody has the address. */
export const EnterCode = ({ cx, view, address = '', minutes, notice, error }: Props & { minutes: number }) => (
  <Frame cx={cx} title={cx.say('wayIn.code')} brand={brandOf(view)} theme={view.client?.id}>
    <div>
      <h1>{cx.say('wayIn.sent')}</h1>
      <p class="lead">{cx.say('wayIn.sentMore', { minutes: cx.number(minutes) })}</p>
    </div>
    {error && <Message kind="bad" title={error} />}
    <form class="form sheet" method="post" action="/portal/code">
      <Whither view={view} notice={notice} />
      <input type="hidden" name="address" value={address} />
      <div class="field">
        <label for="code">{cx.say('wayIn.code')}</label>
        <input
          id="code"
          name="code"
          type="text"
          inputmode="numeric"
          autocomplete="one-time-code"
          required
          maxlength={40}
        />
      </div>
      <div class="head__acts">
        <button class="button button--first" type="submit">
          {cx.say('wayIn.enter')}
        </button>
      </div>
      <p>
        {cx.say('wayIn.again')} <a href={wayInPath(view.client?.id, notice)}>{cx.say('wayIn.againLink')}</a>
      </p>
    </form>
    <Reach cx={cx} view={view} />
  </Frame>
)

/** One address, several clients: each has a page of its own. */
export const ChooseWay = ({ cx, view, ways }: Pick<Props, 'cx' | 'view'> & { ways: PortalCodeEntered['ways'] }) => (
  <Frame cx={cx} title={cx.say('wayIn.choose')} brand={brandOf(view)}>
    <div>
      <h1>{cx.say('wayIn.choose')}</h1>
      <p class="lead">{cx.say('wayIn.chooseMore')}</p>
    </div>
    <ul class="rows linked">
      {ways.map(({ client, path }) => (
        <li>
          <span>{client}</span>
          <a href={path}>
            {cx.say('cases.open')}
            <span class="only-read">: {client}</span>
          </a>
        </li>
      ))}
    </ul>
  </Frame>
)
