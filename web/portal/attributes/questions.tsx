/** What a customer may say of themselves, so that groups can be compared: voluntary, changed and taken back as easily as given. */
import type { OwnAttributes } from '../../../src/records/attributes/contract.ts'
import { Message, Sheet } from '../../ui/components.tsx'
import { Radios, Send } from '../../ui/forms.tsx'
import type { PortalContext } from '../context.ts'
import { Back, Frame } from '../frame.tsx'
import { receiptPath } from '../parts.tsx'

type Asked = OwnAttributes['attributes'][number]
/** `none` is not an answer of anybody. */
export const NO_ANSWER = '-'

type Props = {
  cx: PortalContext
  own: OwnAttributes
  /** Receipt of what was just kept or taken away. */
  done?: { readonly receipt: string; readonly kept: boolean } | undefined
  error?: string | undefined
}

export const Questions = ({ cx, own, done, error }: Props) => (
  <Frame cx={cx} title={cx.say('asked.title')} brand={own.client}>
    <div>
      <Back cx={cx} />
      <h1>{cx.say('asked.title')}</h1>
      <p class="lead">{cx.say('asked.lead')}</p>
    </div>
    <div id="news" role="status">
      {error && <Message kind="bad" title={error} quiet />}
      {done && (
        <Message kind="ok" title={cx.say(done.kept ? 'asked.saved' : 'asked.removed')} quiet>
          <p>
            <a href={receiptPath(cx, done.receipt)}>{cx.say('receipt.yours')}</a>
          </p>
        </Message>
      )}
    </div>
    {own.attributes.length === 0 && <p>{cx.say('asked.none')}</p>}
    {own.attributes.map((asked) => (
      <Question cx={cx} asked={asked} />
    ))}
  </Frame>
)

const Question = ({ cx, asked }: { cx: PortalContext; asked: Asked }) => (
  <Sheet id={asked.id} title={asked.name[cx.language]}>
    <form class="form" method="post" action={`${cx.base}/self`}>
      <input type="hidden" name="attribute" value={asked.id} />
      <Radios
        name="value"
        legend={asked.question[cx.language]}
        value={asked.value ?? undefined}
        choices={[
          ...asked.choices.map(({ value, label }) => ({ value, word: label[cx.language] })),
          { value: NO_ANSWER, word: cx.say('asked.noAnswer') },
        ]}
      />
      <Send>{cx.say('asked.save')}</Send>
    </form>
    <p class="small">{cx.say('asked.ownWords')}</p>
    <details>
      <summary>{cx.say('asked.why')}</summary>
      <p>{asked.necessity[cx.language]}</p>
      <h3>{cx.say('asked.who')}</h3>
      <p>{cx.say('asked.whoMore')}</p>
      {asked.keptUntil !== null && (
        <>
          <h3>{cx.say('asked.long')}</h3>
          <p>{cx.say('asked.until', { date: cx.date(asked.keptUntil) })}</p>
        </>
      )}
    </details>
  </Sheet>
)
