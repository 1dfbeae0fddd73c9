/** Asking for a person: what is open now, and every other way to reach one. */
import type { PortalView } from '../../src/transparency/contract.ts'
import { Message } from '../ui/components.tsx'
import type { PortalContext } from './context.ts'
import { Back, Frame } from './frame.tsx'
import { Contact } from './parts.tsx'
import { themeOf } from './what-happened.tsx'

type Props = { cx: PortalContext; view: PortalView; done: boolean; error?: string | undefined }

export const Human = ({ cx, view, done, error }: Props) => {
  const waiting = view.handOff.state === 'requested' || view.handOff.state === 'accepted'
  return (
    <Frame cx={cx} title={cx.say('act.human')} brand={view.client} theme={themeOf(view)}>
      <div>
        <Back cx={cx} />
        <h1>{cx.say('act.human')}</h1>
        <p class="lead">{view.handOff.sentence}</p>
      </div>
      {error && <Message kind="bad" title={error} />}
      {waiting ? (
        <Message kind="ok" title={cx.say('human.asked')} quiet={!done}>
          <p>{cx.term('handOff', view.handOff.state ?? '')}</p>
        </Message>
      ) : (
        <form class="form sheet" method="post" action={`${cx.base}/human`}>
          <div class="field">
            <label for="reason">
              {cx.say('human.why')}
              <span class="hint" id="reason-hint">
                {cx.say('human.whyHint')}
              </span>
            </label>
            <textarea id="reason" name="reason" rows={3} maxlength={500} aria-describedby="reason-hint" />
          </div>
          <div class="head__acts">
            <button class="button button--first" type="submit">
              {cx.say('human.ask')}
            </button>
          </div>
        </form>
      )}
      <section aria-labelledby="other">
        <h2 id="other">{cx.say('human.other')}</h2>
        <Contact cx={cx} view={view} />
      </section>
    </Frame>
  )
}
