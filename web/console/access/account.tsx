/** One's own account: the second step, and where one is signed in. */
import type { SessionList, SessionView } from '../../../src/access/contract.ts'
import type { Api } from '../../api.ts'
import { Facts, Head, Icon, Message, Sheet, State } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'

export type Account = { readonly session: SessionView; readonly sessions: SessionList['sessions'] }

export async function loadAccount(api: Api): Promise<Account> {
  const [session, { sessions }] = await Promise.all([
    api.get<SessionView>('/api/session'),
    api.get<SessionList>('/api/sessions'),
  ])
  return { session, sessions }
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
      <SecondStep cx={cx} account={account} />
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
