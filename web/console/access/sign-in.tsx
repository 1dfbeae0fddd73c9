/** Signing in, and choosing a password with a one-time link. */

import type { SignInWays } from '../../../src/access/contract.ts'
import { described, Field, Message } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Plain } from '../frame.tsx'
import { PasskeyForm } from './passkey.tsx'

type SignInProps = {
  cx: ConsoleContext
  email: string
  /** Where to go afterwards; a path of this site. */
  to: string
  ways: SignInWays
  done?: 'out' | undefined
  /** Where to sign out at the identity provider too. */
  logout?: string | null | undefined
  error?: string | undefined
}

export const SignIn = ({ cx, email, to, ways, done, logout, error }: SignInProps) => (
  <Plain cx={cx} title={cx.say('signIn.title')} scripts={ways.passkey === null ? [] : [cx.assets.passkeyJs]}>
    <h1 data-signed-out={done === 'out' ? '' : undefined}>{cx.say('signIn.title')}</h1>
    {error && <Message kind="bad" title={error} />}
    {done === 'out' && <Message kind="ok" title={cx.say('signIn.out')} />}
    {ways.issuer !== null && (
      <p>
        <a class="button button--first" href={`/sign-in/oidc?to=${encodeURIComponent(to)}`}>
          {cx.say('oidc.signIn')}
        </a>
      </p>
    )}
    {done === 'out' && logout && (
      <p>
        <a href={logout}>{cx.say('oidc.signOut')}</a>
      </p>
    )}
    {ways.password && <PasswordForm cx={cx} email={email} to={to} first={ways.issuer === null} />}
    <PasskeyForm
      cx={cx}
      what="get"
      party={ways.passkey}
      action="/sign-in/passkey"
      to={to}
      button={cx.say('passkey.signIn')}
    />
    {ways.password && <p class="small subtle">{cx.say('signIn.help')}</p>}
  </Plain>
)

const PasswordForm = ({ cx, email, to, first }: Pick<SignInProps, 'cx' | 'email' | 'to'> & { first: boolean }) => (
  <form class="form sheet" method="post" action="/sign-in">
    <input type="hidden" name="to" value={to} />
    <Field id="email" label={cx.say('signIn.email')}>
      <input id="email" name="email" type="email" autocomplete="username" required value={email} maxlength={200} />
    </Field>
    <Field id="password" label={cx.say('signIn.password')}>
      <input id="password" name="password" type="password" autocomplete="current-password" required maxlength={1000} />
    </Field>
    <button class={first ? 'button button--first' : 'button'} type="submit">
      {cx.say('signIn.now')}
    </button>
  </form>
)

type PasswordProps = {
  cx: ConsoleContext
  token: string
  /** For whom the link is; undefined when the API does not say. */
  who?: { readonly name: string; readonly email: string | null } | undefined
  error?: string | undefined
}

export const Password = ({ cx, token, who, error }: PasswordProps) => (
  <Plain cx={cx} title={cx.say('password.title')}>
    <div>
      <h1>{cx.say('password.title')}</h1>
      <p class="lead">{who ? cx.say('password.for', { name: who.name }) : cx.say('password.lead')}</p>
    </div>
    <form class="form sheet" method="post" action="/password">
      <input type="hidden" name="token" value={token} />
      {who?.email && (
        <Field id="username" label={cx.say('signIn.email')}>
          <input id="username" name="username" type="email" autocomplete="username" readonly value={who.email} />
        </Field>
      )}
      <Field id="password" label={cx.say('password.new')} hint={cx.say('password.hint')} error={error}>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="new-password"
          required
          minlength={12}
          maxlength={1000}
          {...described('password', true, error)}
        />
      </Field>
      <button class="button button--first" type="submit">
        {cx.say('password.now')}
      </button>
    </form>
  </Plain>
)

/** A link that cannot be used any more. */
export const PasswordFailure = ({ cx, error }: { cx: ConsoleContext; error: string }) => (
  <Plain cx={cx} title={cx.say('password.title')}>
    <h1>{cx.say('password.title')}</h1>
    <Message kind="bad" title={error} />
    <p>
      <a class="button" href="/sign-in">
        {cx.say('signIn.title')}
      </a>
    </p>
  </Plain>
)
