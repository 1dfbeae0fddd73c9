/** The second step of signing in, setting it up, and confirming who one is before a dangerous act. */
import type { NewFactor, SessionView, SignInWays } from '../../../src/access/contract.ts'
import { qrCode } from '../../../src/platform/figures/qr.ts'
import { described, Field, Message } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Plain } from '../frame.tsx'
import { PasskeyForm } from './passkey.tsx'

const SignOut = ({ cx }: { cx: ConsoleContext }) => (
  <form method="post" action="/sign-out">
    <button class="button" type="submit">
      {cx.say('second.out')}
    </button>
  </form>
)

const CodeField = ({ cx, id, label, hint, error }: CodeFieldProps) => (
  <Field id={id} label={label} hint={hint} error={error}>
    <input
      id={id}
      name="code"
      autocomplete="one-time-code"
      autocapitalize="none"
      spellcheck={false}
      required
      maxlength={40}
      lang={cx.language}
      {...described(id, hint, error)}
    />
  </Field>
)
type CodeFieldProps = {
  cx: ConsoleContext
  id: string
  label: string
  hint: string
  error?: string | undefined
}

type StepProps = { cx: ConsoleContext; session: SessionView; ways: SignInWays; to: string; error?: string | undefined }

/** For who has a second step: its code, or a recovery code. */
export const CodePage = ({ cx, session, ways, to, error }: StepProps) => (
  <Plain cx={cx} title={cx.say('second.title')} scripts={[cx.assets.passkeyJs]}>
    <div>
      <h1>{cx.say('second.title')}</h1>
      <p class="lead">{cx.say('second.lead')}</p>
    </div>
    <form class="form sheet" method="post" action="/sign-in/code">
      <input type="hidden" name="to" value={to} />
      <CodeField cx={cx} id="code" label={cx.say('second.code')} hint={cx.say('second.codeHint')} error={error} />
      <button class="button button--first" type="submit">
        {cx.say('second.now')}
      </button>
    </form>
    {session.factors.passkeys > 0 && (
      <PasskeyForm
        cx={cx}
        what="get"
        party={ways.passkey}
        action="/sign-in/confirm/passkey"
        to={to}
        button={cx.say('passkey.use')}
      />
    )}
    <p class="small subtle">{cx.say('second.help')}</p>
    <SignOut cx={cx} />
  </Plain>
)

/** Why a second step, with what, and whether it may wait. */
export const EnrolPage = ({ cx, session, ways, to, error }: StepProps) => (
  <Plain cx={cx} title={cx.say('enrol.title')} scripts={[cx.assets.passkeyJs]}>
    <div>
      <h1>{cx.say('enrol.title')}</h1>
      <p class="lead">
        {cx.say(session.stage === 'offer' ? 'enrol.offer' : session.factors.totp ? 'enrol.again' : 'enrol.required')}
      </p>
    </div>
    {error && <Message kind="bad" title={error} />}
    <p>{cx.say('enrol.what')}</p>
    <div class="head__acts">
      <form method="post" action="/sign-in/factor">
        <input type="hidden" name="to" value={to} />
        <button class="button button--first" type="submit">
          {cx.say('enrol.begin')}
        </button>
      </form>
      {session.stage === 'offer' && (
        <form method="post" action="/sign-in/later">
          <input type="hidden" name="to" value={to} />
          <button class="button" type="submit">
            {cx.say('enrol.later')}
          </button>
        </form>
      )}
    </div>
    <PasskeyForm
      cx={cx}
      what="create"
      party={ways.passkey}
      action="/sign-in/passkey/new"
      to={to}
      button={cx.say('passkey.create')}
    >
      <p>{cx.say('passkey.what')}</p>
      <Field id="passkey-name" label={cx.say('passkey.name')} hint={cx.say('passkey.nameHint')}>
        <input
          id="passkey-name"
          name="name"
          required
          maxlength={60}
          autocomplete="off"
          {...described('passkey-name', true, undefined)}
        />
      </Field>
    </PasskeyForm>
    <SignOut cx={cx} />
  </Plain>
)

type ProveProps = { cx: ConsoleContext; factor: NewFactor; to: string; error?: string | undefined }

/** The square for the app, the secret for who types it, and the code that proves it arrived. */
export const ProvePage = ({ cx, factor, to, error }: ProveProps) => (
  <Plain cx={cx} title={cx.say('enrol.title')}>
    <h1>{cx.say('enrol.scan')}</h1>
    <Qr text={factor.uri} label={cx.say('enrol.qr')} />
    <div>
      <p>{cx.say('enrol.typed')}</p>
      <p class="secret">
        <code id="secret">{factor.secret}</code>
        <button class="button" type="button" data-copy="#secret" hidden>
          {cx.say('copy')}
        </button>
      </p>
    </div>
    <form class="form sheet" method="post" action="/sign-in/factor/enrol">
      <input type="hidden" name="to" value={to} />
      <input type="hidden" name="secret" value={factor.secret} />
      <input type="hidden" name="uri" value={factor.uri} />
      <CodeField cx={cx} id="code" label={cx.say('enrol.prove')} hint={cx.say('enrol.proveHint')} error={error} />
      <button class="button button--first" type="submit">
        {cx.say('enrol.now')}
      </button>
    </form>
    <SignOut cx={cx} />
  </Plain>
)

/** Dark on light in both looks, with the four light modules around it that a camera needs. Absent when it would not fit. */
export const Qr = ({ text, label }: { text: string; label: string }) => {
  const rows = qrCode(text)
  if (rows === undefined) return null
  const size = rows.length + 8
  const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + 4} ${y + 4}h1v1h-1z`] : []))).join('')
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect class="qr__ground" width={size} height={size} />
      <path class="qr__dark" d={path} />
    </svg>
  )
}

type CodesProps = { cx: ConsoleContext; codes: readonly string[]; to: string }

/** Shown once, right after they were made. */
export const CodesPage = ({ cx, codes, to }: CodesProps) => (
  <Plain cx={cx} title={cx.say('recovery.title')}>
    <div>
      <h1>{cx.say('recovery.title')}</h1>
      <p class="lead">{cx.say('recovery.lead')}</p>
    </div>
    <section class="sheet" aria-labelledby="codes">
      <header>
        <h2 id="codes">{cx.say('recovery.list')}</h2>
        <button class="button" type="button" data-copy="#codes-list" hidden>
          {cx.say('copy')}
        </button>
      </header>
      <ul class="codes" id="codes-list">
        {codes.map((code) => (
          <li>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p>{cx.say('recovery.what')}</p>
    </section>
    <p>
      <a class="button button--first" href={to}>
        {cx.say('recovery.done')}
      </a>
    </p>
    <SignOut cx={cx} />
  </Plain>
)

export const ConfirmPage = ({ cx, session, ways, to, error }: StepProps) => (
  <Plain cx={cx} title={cx.say('confirm.title')} scripts={[cx.assets.passkeyJs]}>
    <div>
      <h1>{cx.say('confirm.title')}</h1>
      <p class="lead">{cx.say('confirm.lead')}</p>
    </div>
    {error && <Message kind="bad" title={error} />}
    {(session.factors.password || session.factors.totp) && <ConfirmForm cx={cx} session={session} to={to} />}
    {session.factors.passkeys > 0 && (
      <PasskeyForm
        cx={cx}
        what="get"
        party={ways.passkey}
        action="/sign-in/confirm/passkey"
        to={to}
        button={cx.say('passkey.use')}
      />
    )}
    {ways.issuer !== null && (
      <p>
        <a class="button" href={`/sign-in/oidc?confirm=1&to=${encodeURIComponent(to)}`}>
          {cx.say('oidc.confirm')}
        </a>
      </p>
    )}
    <p class="subtle">{cx.say('confirm.after')}</p>
    <SignOut cx={cx} />
  </Plain>
)

const ConfirmForm = ({ cx, session, to }: Pick<StepProps, 'cx' | 'session' | 'to'>) => (
  <form class="form sheet" method="post" action="/sign-in/confirm">
    <input type="hidden" name="to" value={to} />
    {session.email && (
      <input type="email" name="username" autocomplete="username" value={session.email} readonly hidden />
    )}
    {session.factors.password && (
      <Field id="password" label={cx.say('signIn.password')}>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          maxlength={1000}
        />
      </Field>
    )}
    {session.factors.totp && (
      <CodeField cx={cx} id="code" label={cx.say('second.code')} hint={cx.say('second.codeHint')} />
    )}
    <div class="head__acts">
      <button class="button button--first" type="submit">
        {cx.say('confirm.now')}
      </button>
    </div>
  </form>
)

/** Changing one's own password: the one of now, and the new one. */
export const ChangePasswordPage = ({ cx, email, error }: ChangeProps) => (
  <Plain cx={cx} title={cx.say('change.title')}>
    <div>
      <h1>{cx.say('change.title')}</h1>
      <p class="lead">{cx.say('change.lead')}</p>
    </div>
    <form class="form sheet" method="post" action="/sign-in/password">
      {email && <input type="email" name="username" autocomplete="username" value={email} readonly hidden />}
      <Field id="current-password" label={cx.say('change.current')}>
        <input
          id="current-password"
          name="current-password"
          type="password"
          autocomplete="current-password"
          required
          maxlength={1000}
        />
      </Field>
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
      <div class="head__acts">
        <a class="button" href="/console/me">
          {cx.say('change.keep')}
        </a>
        <button class="button button--first" type="submit">
          {cx.say('change.now')}
        </button>
      </div>
    </form>
    <SignOut cx={cx} />
  </Plain>
)
type ChangeProps = { cx: ConsoleContext; email: string | null; error?: string | undefined }
