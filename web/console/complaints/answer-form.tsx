/** The form of a verdict: point by point, with what was seen, the reasons, and what changes. As it is written it stands in the letter. */
import { complaintView } from '../../../src/accountability/complaints/contract.ts'
import { LineField, SelectField, WordsField } from '../../ui/forms.tsx'
import { errorAt, type Filled } from '../cases/filled.ts'
import type { ConsoleContext } from '../context.ts'
import type { Form } from '../kit.ts'
import { MOST_POINTS, pointRows } from './body.ts'

export const verdicts = complaintView.shape.verdict.unwrap().options

/** A field of the step that is open, for a link to it. */
export const fieldId = (name: string): string => `act-${name}`

const ROWS = 2

/** How many rows the form shows: what is filled in, and what was asked for beside it. */
export function rowsOf(values: Form): number {
  const last = pointRows(values).at(-1) ?? -1
  return Math.min(MOST_POINTS, Math.max(ROWS, last + 1, Number(values.rows) || 0))
}

type Props = { cx: ConsoleContext; values: Form; filled: Filled | undefined }

export const AnswerFields = ({ cx, values, filled }: Props) => {
  const common = (name: string) => ({
    id: fieldId(name),
    name,
    value: values[name],
    error: errorAt(filled, fieldId(name)),
  })
  const rows = rowsOf(values)
  return (
    <>
      <fieldset class="form">
        <legend>{cx.say('complaint.field.points')}</legend>
        <p class="hint">{cx.say('complaint.field.pointsHint')}</p>
        {Array.from({ length: rows }, (_, n) => (
          <Point cx={cx} n={n} common={common} />
        ))}
        <input type="hidden" name="rows" value={rows} />
        {rows < MOST_POINTS && (
          <div>
            <button class="button" type="submit" name="more" value="1" formnovalidate>
              {cx.say('complaint.field.more')}
            </button>
          </div>
        )}
      </fieldset>
      <WordsField
        {...common('findings')}
        label={cx.say('complaint.field.findings')}
        hint={cx.say('complaint.field.findingsHint')}
        required
        min={10}
        max={4_000}
      />
      <WordsField {...common('reasons')} label={cx.say('complaint.field.reasons')} required min={10} max={4_000} />
      <WordsField
        {...common('measures')}
        label={cx.say('complaint.field.measures')}
        hint={cx.say('complaint.field.optional')}
        rows={3}
        max={2_000}
      />
      <LineField
        {...common('measuresBy')}
        type="date"
        label={cx.say('complaint.field.measuresBy')}
        hint={cx.say('complaint.field.optional')}
      />
      <WordsField
        {...common('improvements')}
        label={cx.say('complaint.field.improvements')}
        hint={cx.say('complaint.field.optional')}
        rows={3}
        max={2_000}
      />
      <WordsField
        {...common('evidence')}
        label={cx.say('complaint.field.evidence')}
        hint={cx.say('complaint.field.evidenceHint')}
        rows={3}
        max={6_000}
      />
      <LineField
        {...common('aiRole')}
        label={cx.say('complaint.field.aiRole')}
        hint={cx.say('complaint.field.aiHint')}
        max={300}
      />
      <LineField {...common('aiHuman')} label={cx.say('complaint.field.aiHuman')} max={300} />
    </>
  )
}

type Common = (name: string) => { id: string; name: string; value: string | undefined; error: string | undefined }

const Point = ({ cx, n, common }: { cx: ConsoleContext; n: number; common: Common }) => {
  const number = { n: cx.number(n + 1) }
  const first = n === 0
  return (
    <div class="point">
      <LineField {...common(`point.${n}`)} label={cx.say('complaint.field.point', number)} required={first} max={500} />
      <SelectField
        {...common(`verdict.${n}`)}
        label={cx.say('complaint.field.verdict', number)}
        required={first}
        none={cx.say('complaint.field.choose')}
        choices={verdicts.map((value) => ({ value, word: cx.say(`complaint.verdict.${value}`) }))}
      />
      <WordsField
        {...common(`reasons.${n}`)}
        label={cx.say('complaint.field.pointReasons', number)}
        required={first}
        min={10}
        max={4_000}
        rows={3}
      />
    </div>
  )
}
