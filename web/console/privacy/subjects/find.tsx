/** Finding a customer by the client's own reference, which is posted and stands in no address. Who looked is on record. */
import { lookUpReasons } from '../../../../src/access/contract.ts'
import { readers } from '../../../../src/platform/http.ts'
import { Head, Message, Sheet } from '../../../ui/components.tsx'
import { LineField, SelectField, Send } from '../../../ui/forms.tsx'
import type { ConsoleContext } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import type { Form } from '../../kit.ts'

export const subjectsPath = '/console/privacy/subjects'
export const subjectPath = (subject: string): string => `${subjectsPath}/${encodeURIComponent(subject)}`

/** Who speaks with customers, and who answers for how their data are used: the same as on the routes. */
export const recorders = ['agent', 'supervisor', 'complaint_handler', 'dpo', 'ethics_officer', 'administrator'] as const

/** Who may see the page of a customer. */
export const lookers = [...readers, ...recorders]

type Props = { cx: ConsoleContext; error?: string | undefined; none?: boolean; values?: Form }

export const FindSubject = ({ cx, error, none, values = {} }: Props) => (
  <Frame cx={cx} title={cx.say('area.subjects')} area={subjectsPath}>
    <Head title={cx.say('area.subjects')} lead={cx.say('subject.findLead')} />
    <div class="stack">
      {error && <Message kind="bad" title={error} />}
      {none && <NotFound cx={cx} />}
      <Sheet id="find" title={cx.say('subject.find')}>
        <FindForm cx={cx} action={subjectsPath} values={values} />
      </Sheet>
    </div>
  </Frame>
)

export const NotFound = ({ cx }: { cx: ConsoleContext }) => (
  <Message kind="unknown" title={cx.say('subject.none')}>
    <p>{cx.say('subject.noneMore')}</p>
  </Message>
)

/** What is filled in comes back except the number itself. `reason`: the page says already why somebody looks. */
export const FindForm = ({
  cx,
  action,
  values,
  reason,
}: {
  cx: ConsoleContext
  action: string
  values: Form
  reason?: (typeof lookUpReasons)[number]
}) => {
  const clients = cx.me?.clients ?? []
  return (
    <form class="form" method="post" action={action}>
      {clients.length === 1 ? (
        <input type="hidden" name="client" value={clients[0]!.id} />
      ) : (
        <SelectField
          id="client"
          label={cx.say('subject.client')}
          required
          value={values.client ?? cx.me?.client ?? undefined}
          choices={clients.map(({ id, name }) => ({ value: id, word: name }))}
        />
      )}
      <LineField
        id="sought"
        name="reference"
        label={cx.say('subject.reference')}
        hint={cx.say('subject.referenceHint')}
        max={200}
        required
      />
      {reason === undefined ? (
        <SelectField
          id="reason"
          label={cx.say('subject.findReason')}
          hint={cx.say('subject.findReasonHint')}
          required
          value={values.reason}
          choices={lookUpReasons.map((value) => ({ value, word: cx.term('reason', value) }))}
        />
      ) : (
        <>
          <input type="hidden" name="reason" value={reason} />
          <p class="small">{cx.say('subject.findReasonHint')}</p>
        </>
      )}
      <Send first>{cx.say('subject.findNow')}</Send>
    </form>
  )
}
