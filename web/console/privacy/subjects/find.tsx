/** Finding a customer by the client's own reference, which is posted and stands in no address. */
import { readers } from '../../../../src/platform/http.ts'
import { Field, Head, Message, Select, Sheet } from '../../../ui/components.tsx'
import type { ConsoleContext } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import type { Form } from '../../kit.ts'

export const subjectsPath = '/console/privacy/subjects'

/** Who speaks with customers, and who answers for how their data are used: the same as on the routes. */
export const recorders = ['agent', 'supervisor', 'complaint_handler', 'dpo', 'ethics_officer', 'administrator'] as const

/** Who may see the page of a customer. */
export const lookers = [...readers, ...recorders]

type Props = { cx: ConsoleContext; error?: string | undefined; none?: boolean; values?: Form }

export const FindSubject = ({ cx, error, none, values = {} }: Props) => {
  const clients = cx.me?.clients ?? []
  return (
    <Frame cx={cx} title={cx.say('area.subjects')} area={subjectsPath}>
      <Head title={cx.say('area.subjects')} lead={cx.say('subject.findLead')} />
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        {none && (
          <Message kind="unknown" title={cx.say('subject.none')}>
            <p>{cx.say('subject.noneMore')}</p>
          </Message>
        )}
        <Sheet id="find" title={cx.say('subject.find')}>
          <form class="form" method="post" action={subjectsPath}>
            {clients.length === 1 ? (
              <input type="hidden" name="client" value={clients[0]!.id} />
            ) : (
              <Field id="client" label={cx.say('subject.client')}>
                <Select
                  id="client"
                  name="client"
                  required
                  value={values.client ?? cx.me?.client ?? undefined}
                  choices={clients.map(({ id, name }) => ({ value: id, word: name }))}
                />
              </Field>
            )}
            <Field id="reference" label={cx.say('subject.reference')} hint={cx.say('subject.referenceHint')}>
              <input
                id="reference"
                name="reference"
                required
                maxlength={200}
                autocomplete="off"
                spellcheck={false}
                aria-describedby="reference-hint"
              />
            </Field>
            <p>
              <button class="button button--first" type="submit">
                {cx.say('subject.findNow')}
              </button>
            </p>
          </form>
        </Sheet>
      </div>
    </Frame>
  )
}
