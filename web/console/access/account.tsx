/** One's own account: the second step, and where one is signed in. */
import type { PasskeyList, SessionList, SessionView } from '../../../src/access/contract.ts'
import type { Api } from '../../api.ts'
import { Facts, Field, Head, Icon, Message, Sheet, State } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'

export type Account = {
  readonly session: SessionView
  readonly sessions: SessionList['sessions']
  readonly passkeys: PasskeyList['passkeys']
}

export async function loadAccount(api: Api): Promise<Account> {
  const [session, { sessions }, { passkeys }] = await Promise.all([
    api.get<SessionView>('/api/session'),
    api.get<SessionList>('/api/sessions'),
    api.get<PasskeyList>('/api/passkeys'),
  ])
  return { session, sessions, passkeys }
}

type Props = { cx: ConsoleContext; account: Account; done?: string | undefined; error?: string | undefined }

export const Me = ({ cx, account, done, error }: Props) => (
  <Frame cx={cx} title={cx.say('me.title')}>
    <Head title={cx.me?.person.name ?? cx.say('me.title')} lead={cx.say('me.lead')} />
    <div class="stack">
      {error && <Message kind="bad" title={error} />}
      {done && cx.knows(`account.done.${done}`) && <Message kind="ok" title={cx.term('account.done', done)} />}
      <Sheet id="me" title={cx.say('me.account')}>
        <Facts
          facts={[
            [cx.say('me.tenant'), cx.me?.tenant.name ?? ''],
            [
              cx.say('me.roles'),
              cx.me?.roles.map((role) => cx.term('role', role)).join(', ') || cx.say('people.noRole'),
            ],
          ]}
        />
        <form class="head__acts" method="post" action="/sign-out">
          <button class="button" type="submit">
            {cx.say('signOut')}
          </button>
        </form>
      </Sheet>
      {account.session.factors.password && (
        <Sheet id="password" title={cx.say('account.password')}>
          <div class="head__acts">
            <a class="button" href="/sign-in/password">
              {cx.say('account.password.change')}
            </a>
          </div>
        </Sheet>
      )}
      <SecondStep cx={cx} account={account} />
      <Passkeys cx={cx} account={account} />
      <Sessions cx={cx} account={account} />
    </div>
  </Frame>
)

const SecondStep = ({ cx, account: { session } }: Props) => {
  const { totp, passkeys, recoveryCodes } = session.factors
  return (
    <Sheet id="second" title={cx.say('account.second')}>
      <Facts
        facts={[
          [
            cx.say('account.app'),
            <State kind={totp ? 'ok' : 'attention'}>{cx.say(totp ? 'account.app.yes' : 'account.app.no')}</State>,
          ],
          totp || passkeys > 0
            ? [
                cx.say('account.codes'),
                <State kind={recoveryCodes > 2 ? 'ok' : 'attention'}>{cx.count('account.codes', recoveryCodes)}</State>,
              ]
            : undefined,
        ]}
      />
      <div class="head__acts">
        <a class="button" href="/sign-in/factor?to=/console/me">
          {cx.say(totp ? 'account.app.replace' : 'account.app.begin')}
        </a>
        {(totp || passkeys > 0) && (
          <form method="post" action="/console/me/codes">
            <button class="button" type="submit">
              {cx.say('account.codes.new')}
            </button>
          </form>
        )}
      </div>
    </Sheet>
  )
}

const Passkeys = ({ cx, account: { passkeys } }: Props) => (
  <Sheet id="passkeys" title={cx.say('passkey.title')}>
    <p class="subtle">{cx.say('passkey.what')}</p>
    {passkeys.length > 0 && (
      <ul class="rows">
        {passkeys.map(({ id, name, createdAt, lastUsedAt, backedUp }) => (
          <li class="row">
            <Icon name="keur" class="is-wait" />
            <div>
              <b dir="auto">{name}</b>
              <br />
              <span class="small subtle">
                {lastUsedAt === null
                  ? cx.say('passkey.unused', { date: cx.date(createdAt) })
                  : cx.say('passkey.used', { date: cx.date(createdAt), last: cx.date(lastUsedAt) })}{' '}
                {cx.say(backedUp ? 'passkey.synced' : 'passkey.oneDevice')}
              </span>
              <details>
                <summary>
                  {cx.say('passkey.rename')}
                  <span class="only-read">: {name}</span>
                </summary>
                <form class="form" method="post" action={`/console/me/passkeys/${id}/name`}>
                  <Field id={`name-${id}`} label={cx.say('passkey.name')}>
                    <input id={`name-${id}`} name="name" required maxlength={60} value={name} autocomplete="off" />
                  </Field>
                  <button class="button" type="submit">
                    {cx.say('passkey.renameNow')}
                  </button>
                </form>
              </details>
            </div>
            <a class="button" href={`/console/me/passkeys/${id}/remove`}>
              {cx.say('passkey.remove')}
              <span class="only-read">: {name}</span>
            </a>
          </li>
        ))}
      </ul>
    )}
    <div class="head__acts">
      <a class="button" href="/sign-in/factor?to=/console/me">
        {cx.say('passkey.add')}
      </a>
    </div>
  </Sheet>
)

export const RemovePasskey = ({
  cx,
  passkey,
}: {
  cx: ConsoleContext
  passkey: { readonly id: string; readonly name: string }
}) => (
  <Frame
    cx={cx}
    title={cx.say('passkey.removeTitle')}
    crumbs={[{ href: '/console/me', word: cx.say('me.title') }, { word: passkey.name }]}
  >
    <Head title={cx.say('passkey.removeTitle')} lead={cx.say('passkey.removeLead', { name: passkey.name })} />
    <form class="head__acts" method="post" action={`/console/me/passkeys/${passkey.id}/remove`}>
      <a class="button" href="/console/me">
        {cx.say('passkey.keep')}
      </a>
      <button class="button button--first" type="submit">
        {cx.say('passkey.removeNow')}
      </button>
    </form>
  </Frame>
)

const Sessions = ({ cx, account: { sessions } }: Props) => (
  <Sheet id="sessions" title={cx.say('account.sessions')}>
    <p class="subtle">{cx.say('account.sessions.lead')}</p>
    <ul class="rows">
      {sessions.map(({ id, browser, system, startedAt, lastSeenAt, current, complete }) => {
        const device = cx.say('account.device', {
          browser: cx.term('browser', browser),
          system: cx.term('device', system),
        })
        return (
          <li class="row">
            <Icon name="person" class="is-wait" />
            <div>
              <b>{device}</b>
              <br />
              <span class="small subtle">
                {cx.say('account.began', { at: cx.full(startedAt), seen: cx.full(lastSeenAt) })}
              </span>
              {!complete && (
                <>
                  <br />
                  <State kind="wait">{cx.say('account.incomplete')}</State>
                </>
              )}
            </div>
            {current ? (
              <State kind="ok">{cx.say('account.current')}</State>
            ) : (
              <form method="post" action={`/console/me/sessions/${id}/end`}>
                <button class="button" type="submit">
                  {cx.say('account.end')}
                  <span class="only-read">: {device}</span>
                </button>
              </form>
            )}
          </li>
        )
      })}
    </ul>
    {sessions.some(({ current }) => !current) && (
      <form class="head__acts" method="post" action="/console/me/sessions/end">
        <button class="button" type="submit">
          {cx.say('account.endOthers')}
        </button>
      </form>
    )}
  </Sheet>
)
