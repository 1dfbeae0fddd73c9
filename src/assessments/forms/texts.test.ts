// Every code has a sentence in both languages, whatever comes with it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { answerErrorCodes } from './answers.ts'
import { answersProblemCodes, answersWarningCodes } from './answers-problem.ts'
import { formErrorCodes, formWarningCodes } from './form-problem.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

describe('sentences', () => {
  const keys = Object.keys(nl)
  const has = (start: string) => keys.some((key) => key === start || key.startsWith(`${start}.`))

  test('each code of a form, an answer and a file of answers has one', () => {
    const wanted = [
      ...[...formErrorCodes, ...formWarningCodes].map((code) => `form.${code}`),
      ...answerErrorCodes.map((code) => `answer.${code}`),
      ...[...answersProblemCodes, ...answersWarningCodes].map((code) => `answers.${code}`),
      ...['required', 'recommended', 'none', 'undecided', 'cannot_tell'].map((level) => `outcome.${level}`),
    ]
    assert.deepEqual(
      wanted.filter((key) => !has(key)),
      [],
    )
    assert.deepEqual(
      keys.filter((key) => key !== 'form.place' && !wanted.some((one) => key === one || key.startsWith(`${one}.`))),
      [],
    )
  })

  test('each fault of an expression, each limit and each pointer has one', () => {
    const faults = [
      'too_long',
      'too_deep',
      'unfinished',
      'unexpected',
      'function_unknown',
      'id_not_written_out',
      'weights_differ',
      'brackets_needed',
      'name_unknown',
    ]
    const limits = ['bytes', 'nesting', 'aliases', 'tasks', 'levels', 'options']
    const pointers = ['condition', 'options', 'instances', 'label', 'reference', 'score', 'criterion']
    for (const texts of [nl, en]) {
      for (const fault of faults) assert.ok(`form.form_expression.${fault}` in texts)
      for (const limit of limits) assert.ok(`form.form_too_large.${limit}` in texts)
      for (const pointer of pointers) assert.ok(`form.form_id_unknown.${pointer}` in texts)
    }
  })
})
