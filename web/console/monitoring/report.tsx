/** "This AI answer was wrong": the form of staff, and the page on which somebody approves what customers read. */
import { type CorrectionPreview, type WrongAnswerView, wrongKinds } from '../../../src/monitoring/contract.ts'
import { Head, Message, Sheet } from '../../ui/components.tsx'
import { Radios, Send, WordsField } from '../../ui/forms.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import type { Form } from '../kit.ts'
import { shortId } from '../parts.tsx'
import { feedbackPath } from './readers.ts'
import { wrongAddress, wrongPath } from './wrong-answers.tsx'

export const reportPath = (conversation: string, turn: number | string): string =>
  `/console/conversations/${encodeURIComponent(conversation)}/turns/${turn}/wrong`

type ReportProps = {
  cx: ConsoleContext
  conversation: string
  turn: string
  error?: string | undefined
  values?: Form | undefined
}

export const ReportPage = ({ cx, conversation, turn, error, values = {} }: ReportProps) => (
  <Frame
    cx={cx}
    title={cx.say('wa.report.title')}
    area="/console/conversations"
    crumbs={[
      { href: '/console/conversations', word: cx.say('area.conversations') },
      { href: `/console/conversations/${encodeURIComponent(conversation)}#turn-${turn}`, word: shortId(conversation) },
      { word: cx.say('wa.report.turn', { turn }) },
    ]}
  >
    <Head title={cx.say('wa.report.title')} lead={cx.say('wa.report.lead')} />
    {error && <Message kind="bad" title={error} />}
    <form class="form sheet" method="post" action={reportPath(conversation, turn)}>
      <Radios
        name="kind"
        legend={cx.say('wa.report.kind')}
        value={values.kind}
        choices={wrongKinds.map((value) => ({
          value,
          word: cx.say(`wa.kind.${value}`),
          hint: cx.say(`wa.kindHint.${value}`),
        }))}
      />
      <WordsField
        id="note"
        label={cx.say('wa.report.note')}
        hint={cx.say('wa.report.noteHint')}
        value={values.note}
        max={2_000}
      />
      <WordsField
        id="rightAnswer"
        label={cx.say('wa.report.right')}
        hint={cx.say('wa.report.rightHint')}
        value={values.rightAnswer}
        rows={2}
        max={2_000}
      />
      <Send first>{cx.say('wa.report.send')}</Send>
    </form>
  </Frame>
)

/** Nothing is sent yet; the safe choice stands first. */
export const PreviewPage = ({
  cx,
  answer,
  preview,
}: {
  cx: ConsoleContext
  answer: Pick<WrongAnswerView, 'id'>
  preview: CorrectionPreview
}) => {
  const { correction, reach, recipients, sentences, shown } = preview
  return (
    <Frame
      cx={cx}
      title={cx.say('wa.preview.title')}
      area={feedbackPath}
      crumbs={[
        { href: feedbackPath, word: cx.say('area.feedback') },
        { href: wrongPath, word: cx.say('area.wrongAnswers') },
        { href: wrongAddress(answer.id), word: shortId(answer.id) },
        { word: cx.say('wa.preview.title') },
      ]}
    >
      <Head
        title={cx.say('wa.preview.title')}
        lead={`${cx.say('wa.preview.count', { nl: recipients.nl, en: recipients.en })} ${cx.say('wa.preview.lead')}`}
      />
      <div class="stack">
        {(['nl', 'en'] as const).map((language) => (
          <Sheet id={`sentence-${language}`} title={language === 'nl' ? 'Nederlands' : 'English'}>
            <p class="said" lang={language}>
              {sentences[language]}
            </p>
          </Sheet>
        ))}
        <form class="sheet" method="post" action={`${wrongAddress(answer.id)}/correction`}>
          <p>{cx.say(`wa.reach.${reach}`)}.</p>
          <p>{cx.say('wa.preview.final')}</p>
          <input type="hidden" name="nl" value={correction.nl} />
          <input type="hidden" name="en" value={correction.en} />
          <input type="hidden" name="reach" value={reach} />
          <input type="hidden" name="shown" value={shown} />
          <div class="head__acts">
            <a class="button" href={wrongAddress(answer.id)}>
              {cx.say('wa.preview.back')}
            </a>
            <button class="button button--first" type="submit">
              {cx.say('wa.preview.approve')}
            </button>
          </div>
        </form>
      </div>
    </Frame>
  )
}
