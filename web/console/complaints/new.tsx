/** Writing down a complaint that a customer made by phone, by letter or at a desk. */
import type { MeView } from '../../../src/access/contract.ts'
import { type ComplaintPeople, complaintView, staffChannels } from '../../../src/accountability/complaints/contract.ts'
import { type Api, failureOf, listIn } from '../../api.ts'
import { Head, Message, Sheet } from '../../ui/components.tsx'
import { dayOf } from '../../ui/dates.ts'
import { LineField, Radios, SelectField, Send, WordsField } from '../../ui/forms.tsx'
import { errorAt, type Filled } from '../cases/filled.ts'
import { casesPath } from '../cases/paths.ts'
import { type ConsoleContext, keptFor } from '../context.ts'
import { Frame } from '../frame.tsx'
import type { Form } from '../kit.ts'
import { Kept, languageWord } from '../parts.tsx'

export const newPath = '/console/complaints/new'
/** Who writes one down; a test holds it against the route. */
export const intake = ['agent', 'supervisor', 'complaint_handler', 'ethics_officer', 'dpo'] as const

const abouts = complaintView.shape.about.options
const remedies = complaintView.shape.remedy.options
const languages = ['nl', 'en'] as const
const fields = ['conversation', 'decision', 'reference', 'client', 'name', 'remedyWords', 'receivedOn'] as const

type StaffName = ComplaintPeople['people'][number]

/** Staff of a client to choose from; null: it is not known yet of which client, or that one is not there for this person. */
export const loadStaffFor = async (api: Api, client: string | null): Promise<readonly StaffName[] | null> => {
  if (client === null) return null
  const reply = await api.get('/api/complaint-people', { client }).catch((error: unknown) => {
    if (failureOf(error)?.status === 404) return null
    throw error
  })
  return reply === null ? null : listIn<StaffName>(reply, 'people')
}

/** The client at hand, or else the one that the form or the link names. */
export const clientIn = (me: Pick<MeView, 'client'> | undefined, form: Form): string | null =>
  me?.client ?? (form.client || null)

/** Where a complaint about this conversation or decision is written down. */
export const newPathFor = (about: { conversation?: string; decision?: string; client: string }): string =>
  `${newPath}?${new URLSearchParams(about)}`

/** What is sent; an empty field is left out. `client`: the one at hand, when the form does not ask. */
export const complaintIn = (form: Form, client: string | null): object => ({
  words: form.words?.trim() ?? '',
  about: form.about,
  remedy: form.remedy,
  channel: form.channel,
  language: form.language,
  wantsHearing: form.wantsHearing === 'yes',
  persons: form.person ? [form.person] : [],
  ...(client === null ? {} : { client }),
  ...Object.fromEntries(
    fields.flatMap((name) => {
      const value = form[name]?.trim()
      return value ? [[name, value]] : []
    }),
  ),
})

type Props = {
  cx: ConsoleContext
  people: readonly StaffName[] | null
  /** What a link to the form fills in. */
  given?: Form
  filled?: Filled | undefined
}

export const NewComplaint = ({ cx, people, given = {}, filled }: Props) => {
  const kept = keptFor(cx, newPath)
  const values: Form = filled?.values ?? kept ?? given
  const common = (name: string) => ({ id: name, name, value: values[name], error: errorAt(filled, name) })
  return (
    <Frame
      cx={cx}
      title={cx.say('complaintNew.title')}
      area={casesPath}
      styles={[cx.assets.casesCss]}
      crumbs={[{ href: casesPath, word: cx.say('area.cases') }, { word: cx.say('complaintNew.title') }]}
    >
      <Head title={cx.say('complaintNew.title')} lead={cx.say('complaintNew.lead')} />
      <div class="stack">
        {filled?.error !== undefined && (
          <Message kind="bad" title={filled.error}>
            {filled.field !== undefined && <a href={`#${filled.field}`}>{cx.say('case.toField')}</a>}
          </Message>
        )}
        {kept && <Kept cx={cx} />}
        <form class="stack" method="post" action={newPath}>
          <Sheet id="what" title={cx.say('complaintNew.what')}>
            <div class="form">
              <WordsField
                {...common('words')}
                label={cx.say('complaintNew.words')}
                hint={cx.say('complaintNew.wordsHint')}
                required
                max={20_000}
                rows={8}
              />
              <Radios
                {...common('about')}
                legend={cx.say('complaintNew.about')}
                choices={abouts.map((value) => ({ value, word: cx.say(`complaint.about.${value}`) }))}
              />
              <SelectField
                {...common('remedy')}
                label={cx.say('complaintNew.remedy')}
                required
                none={cx.say('complaintNew.choose')}
                choices={remedies.map((value) => ({ value, word: cx.say(`complaint.remedy.${value}`) }))}
              />
              <LineField
                {...common('remedyWords')}
                label={cx.say('complaintNew.remedyWords')}
                hint={cx.say('complaint.field.optional')}
                max={1_000}
              />
              <label class="choice">
                <input type="checkbox" name="wantsHearing" value="yes" checked={values.wantsHearing === 'yes'} />
                <span>{cx.say('complaintNew.hearing')}</span>
              </label>
              <About cx={cx} common={common} people={people} />
            </div>
          </Sheet>
          <Whose cx={cx} common={common} />
          <How cx={cx} common={common} />
          <Send first>{cx.say('complaintNew.now')}</Send>
        </form>
      </div>
    </Frame>
  )
}

type Common = (name: string) => { id: string; name: string; value: string | undefined; error: string | undefined }
type PartProps = { cx: ConsoleContext; common: Common }

/** About whom; of which client they may be is asked further down, so that comes first. */
const About = ({ cx, common, people }: PartProps & { people: readonly StaffName[] | null }) => {
  const field = common('person')
  if (people === null)
    return (
      <div>
        <p class="hint">{cx.say('complaintNew.clientFirst')}</p>
        {field.value && <input type="hidden" name="person" value={field.value} />}
        <button class="button" type="submit" name="show" value="people" formnovalidate>
          {cx.say('complaintNew.people')}
        </button>
      </div>
    )
  return people.length === 0 ? null : (
    <SelectField
      {...field}
      label={cx.say('complaintNew.person')}
      hint={cx.say('complaintNew.personHint')}
      none={cx.say('complaintNew.nobody')}
      choices={people.map(({ id, name }) => ({ value: id, word: name }))}
    />
  )
}

const Whose = ({ cx, common }: PartProps) => {
  const clients = cx.me?.client === null ? cx.me.clients : []
  return (
    <Sheet id="whose" title={cx.say('complaintNew.whose')}>
      <p class="small">{cx.say('complaintNew.whoseMore')}</p>
      <div class="form">
        {clients.length > 0 && (
          <SelectField
            {...common('client')}
            label={cx.say('cases.client')}
            required
            none={cx.say('complaintNew.choose')}
            choices={clients.map(({ id, name }) => ({ value: id, word: name }))}
          />
        )}
        <LineField {...common('conversation')} label={cx.say('complaintNew.conversation')} max={64} />
        <LineField {...common('decision')} label={cx.say('complaintNew.decision')} max={64} />
        <LineField {...common('reference')} label={cx.say('complaintNew.reference')} max={200} />
        <LineField
          {...common('name')}
          label={cx.say('complaint.fact.name')}
          hint={cx.say('complaint.field.optional')}
          max={200}
        />
      </div>
    </Sheet>
  )
}

const How = ({ cx, common }: PartProps) => (
  <Sheet id="how" title={cx.say('complaintNew.how')}>
    <div class="form">
      <SelectField
        {...common('channel')}
        label={cx.say('complaintNew.channel')}
        required
        none={cx.say('complaintNew.choose')}
        choices={staffChannels.map((value) => ({ value, word: cx.say(`complaintNew.channel.${value}`) }))}
      />
      <LineField
        {...common('receivedOn')}
        type="date"
        label={cx.say('complaintNew.receivedOn')}
        hint={cx.say('complaintNew.receivedOnHint')}
        latest={dayOf(cx.now)}
      />
      <SelectField
        {...common('language')}
        label={cx.say('complaintNew.language')}
        choices={languages.map((value) => ({ value, word: languageWord(cx, value) }))}
      />
    </div>
  </Sheet>
)
