/** Answers in this conversation that were wrong, on top of its page: what was wrong comes first. */
import type { PortalCorrections } from '../../../src/monitoring/contract.ts'
import { Message } from '../../ui/components.tsx'
import type { PortalContext } from '../context.ts'
import { receiptPath } from '../parts.tsx'

export const Corrected = ({
  cx,
  corrections,
}: {
  cx: PortalContext
  corrections: PortalCorrections['corrections']
}) => (
  <>
    {corrections.map(({ turn, sentence, language, receipt }) => (
      <Message kind="attention" title={cx.say('corrected.title')} quiet>
        <p lang={language} dir="auto">
          {sentence}
        </p>
        <p class="small">
          {cx.say('corrected.turn', { number: turn })}{' '}
          <a href={receiptPath(cx, receipt)}>
            {cx.say('corrected.receipt')}
            <span class="only-read">: {cx.say('corrected.title')}</span>
          </a>
        </p>
      </Message>
    ))}
  </>
)
