/** The part that checks a receipt in the reader's own browser; also used in the console. */

import type { Language } from '../../src/platform/text.ts'
import { Icon } from '../ui/components.tsx'
import { datesIn } from '../ui/dates.ts'
import { portalWords } from './context.ts'

/** Why a receipt cannot be checked; each has its sentence. Never green, never red. */
export const unknownReasons = ['unreadable', 'otherLedger', 'noCrypto', 'noKey', 'incomplete'] as const

type Props = {
  readonly language: Language
  /** When the entry was recorded; undefined for a file that the reader brings. */
  readonly at?: string | undefined
  /** False while the entry has no number yet, so that there is nothing to check against. */
  readonly ready: boolean
  /** Where the original can be fetched again, and who hears of a mismatch. */
  readonly again?: string | undefined
  readonly contact?: string | undefined
}

/**
 * Every outcome stands in the page; the script only says which one is so. It finds the texts under `data-entry`,
 * `data-proof` and `data-vkey` elsewhere in the page: what is shown is what is checked.
 */
export const ReceiptCheck = ({ language, at, ready, again, contact }: Props) => {
  const { say } = portalWords(language)
  const dates = datesIn(language)
  return (
    <section
      class="receipt"
      data-receipt={ready ? 'check' : 'wait'}
      data-verdict="wait"
      data-why=""
      aria-labelledby="verdict"
    >
      <h2 class="only-read" id="verdict">
        {say('check.title')}
      </h2>
      <div class="receipt__seal" role="status">
        <div class="receipt__sign">
          <Icon name="wait" class="for-wait" />
          <Icon name="keur" class="for-ok" />
          <Icon name="broken" class="for-bad" />
          <Icon name="unknown" class="for-unknown" />
        </div>
        <div class="receipt__says">
          <div data-for="wait">
            <h3>{say(ready ? 'check.wait' : 'check.noNumber')}</h3>
            <p>
              {say(ready ? 'check.waitMore' : 'check.noNumberMore')}
              {ready && <noscript> {say('check.noScript')}</noscript>}
            </p>
          </div>
          <div data-for="ok">
            <h3>{say('check.ok')}</h3>
            <p>
              {at === undefined
                ? say('check.okFile')
                : say('receipt.valid', { date: dates.date(at), time: dates.time(at) })}
            </p>
          </div>
          <div data-for="bad">
            <h3>{say('check.bad')}</h3>
            <p>
              {say('check.badMore')} {again !== undefined && <a href={again}>{say('check.again')}</a>}{' '}
              {contact !== undefined && say('check.report', { contact })}
            </p>
          </div>
          <div data-for="unknown">
            <h3>{say('check.unknown')}</h3>
            {unknownReasons.map((reason) => (
              <p data-because={reason}>{say(`check.unknown.${reason}`)}</p>
            ))}
          </div>
        </div>
      </div>
    </section>
  )
}
