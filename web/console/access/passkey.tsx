/** What a page needs for a passkey: a form that the script of `islands/passkey.ts` shows and fills. */
import type { PropsWithChildren } from 'hono/jsx'
import { Icon } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'

type Props = {
  cx: ConsoleContext
  /** `get` signs with a passkey that exists, `create` makes one. */
  what: 'get' | 'create'
  /** The name that passkeys are bound to; null where there is none, and then no form. */
  party: string | null
  action: string
  to: string
  button: string
  first?: boolean
}

export const PasskeyForm = ({ cx, what, party, action, to, button, first, children }: PropsWithChildren<Props>) =>
  party === null ? null : (
    <form
      class="form sheet"
      method="post"
      action={action}
      data-passkey={what}
      data-party={party}
      data-options={what === 'create' ? '/api/passkeys/options' : '/api/session/passkey/options'}
      hidden
    >
      <input type="hidden" name="to" value={to} />
      <input type="hidden" name="answer" value="" />
      {children}
      <p class="field__error" data-failed="" role="alert" hidden>
        <Icon name="attention" />
        <span>{cx.say('passkey.failed')}</span>
      </p>
      <button class={first ? 'button button--first' : 'button'} type="submit">
        {button}
      </button>
    </form>
  )
