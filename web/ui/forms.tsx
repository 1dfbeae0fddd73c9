/** Fields as forms of the console put them together: a label, a hint, and what is filled in or chosen. */
import type { Child } from 'hono/jsx'
import { type Choice, described, Field, Icon, Select } from './components.tsx'

type FieldProps = {
  /** Also the name that is sent, unless `name` says otherwise. */
  readonly id: string
  readonly name?: string
  readonly label: string
  readonly hint?: string | undefined
  readonly value?: string | undefined
  readonly required?: boolean
  /** Why what was filled in was refused. */
  readonly error?: string | undefined
}

/** One of a list. `none`: nothing chosen is an answer too. */
export const SelectField = ({
  id,
  name = id,
  label,
  hint,
  value,
  required,
  none,
  choices,
  error,
}: FieldProps & { readonly choices: readonly Choice[]; readonly none?: string | undefined }) => (
  <Field id={id} label={label} hint={hint} error={error}>
    <Select
      id={id}
      name={name}
      value={value}
      choices={choices}
      {...(none === undefined ? {} : { none })}
      {...(required === undefined ? {} : { required })}
      hinted={hint !== undefined}
      error={error}
    />
  </Field>
)

/** Words of more than a line; `max` in characters. */
export const WordsField = ({
  id,
  name = id,
  label,
  hint,
  value,
  required = false,
  rows = 4,
  min,
  max,
  error,
}: FieldProps & { readonly rows?: number; readonly min?: number; readonly max: number }) => (
  <Field id={id} label={label} hint={hint} error={error}>
    <textarea
      id={id}
      name={name}
      rows={rows}
      required={required}
      minlength={min}
      maxlength={max}
      {...described(id, hint, error)}
    >
      {value ?? ''}
    </textarea>
  </Field>
)

/** One line, a day or a moment. What a browser remembers of other customers is not offered. */
export const LineField = ({
  id,
  name = id,
  label,
  hint,
  value,
  required = false,
  type = 'text',
  max,
  pattern,
  latest,
  error,
}: FieldProps & {
  readonly type?: 'text' | 'date' | 'datetime-local'
  readonly max?: number
  readonly pattern?: string
  /** The last day that may be chosen. */
  readonly latest?: string
}) => (
  <Field id={id} label={label} hint={hint} error={error}>
    <input
      id={id}
      name={name}
      type={type}
      required={required}
      autocomplete="off"
      value={value ?? ''}
      {...(max === undefined ? {} : { maxlength: max })}
      {...(pattern === undefined ? {} : { pattern })}
      {...(latest === undefined ? {} : { max: latest })}
      {...described(id, hint, error)}
    />
  </Field>
)

export type RadioChoice = { readonly value: string; readonly word: string; readonly hint?: string | undefined }

/** One of a few, all in sight, nothing chosen in advance unless `value` is. `id`: for a link to it. `optional`: none may be chosen. */
export const Radios = ({
  id,
  name,
  legend,
  value,
  choices,
  error,
  optional = false,
}: {
  readonly id?: string
  readonly name: string
  readonly optional?: boolean
  readonly legend: string
  readonly value: string | undefined
  readonly choices: readonly RadioChoice[]
  readonly error?: string | undefined
}) => (
  <fieldset id={id} class={error === undefined ? undefined : 'field--wrong'}>
    <legend>{legend}</legend>
    {error !== undefined && (
      <p class="field__error">
        <Icon name="attention" />
        <span>{error}</span>
      </p>
    )}
    {choices.map((choice) => (
      <label class="choice">
        <input type="radio" name={name} value={choice.value} required={!optional} checked={value === choice.value} />
        <span>
          <b>{choice.word}</b>
          {choice.hint !== undefined && <span class="hint">{choice.hint}</span>}
        </span>
      </label>
    ))}
  </fieldset>
)

/** What the form does, in words. One button of a page is `first`. */
export const Send = ({ first = false, children }: { readonly first?: boolean; readonly children?: Child }) => (
  <div class="head__acts">
    <button class={first ? 'button button--first' : 'button'} type="submit">
      {children}
    </button>
  </div>
)
