/** What `waarborg explain` was asked, checked. */
import type { Language } from '../../platform/text.ts'
import type { AskedMethod, Limit } from '../../transparency/rules.ts'
import type { Values } from '../command.ts'
import { explainingText } from './text.ts'

export type Request = {
  readonly model: string | null
  readonly scorer: string | null
  readonly input: string | null
  readonly background: string | null
  readonly actions: string | null
  readonly words: string | null
  readonly method: AskedMethod
  /** Class or target of a model with several. */
  readonly output: number | null
  readonly role: 'decided' | 'advised' | 'assisted' | null
  readonly language: Language
  /** Sentences were asked for, and not only numbers. */
  readonly sentences: boolean
  readonly limit: Limit | null
  readonly top: number
  readonly seed: number
  readonly pairs: number
  readonly numbers: boolean
  readonly json: boolean
}

class Wrong extends Error {}

/** The request, or the sentence that says what is wrong with it. */
export function readRequest(values: Values, positionals: readonly string[], language: Language): Request | string {
  const text = (name: string): string | null => (typeof values[name] === 'string' ? values[name] : null)
  const oneOf = <T extends string>(name: string, known: readonly T[]): T | null => {
    const value = text(name)
    if (value === null) return null
    const found = known.find((each) => each === value)
    if (found === undefined)
      throw new Wrong(explainingText(language, 'explain.choice', { value, name, known: known.join(', ') }))
    return found
  }
  const whole = (name: string, from: number, to: number): number | null => {
    const value = text(name)
    if (value === null) return null
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
    if (!(number >= from && number <= to))
      throw new Wrong(explainingText(language, 'explain.number', { value, name, from: String(from), to: String(to) }))
    return number
  }
  try {
    const [model, scorer, input] = [text('model'), text('scorer'), text('input')]
    if ((model === null && scorer === null) || (scorer !== null && input === null) || positionals.length > 0)
      return explainingText(language, 'explain.which')
    return {
      model,
      scorer,
      input,
      background: text('background'),
      actions: text('actions'),
      words: text('words'),
      method: methodOf(text('kind'), language),
      output: whole('output', 0, 10_000),
      role: oneOf('role', ['decided', 'advised', 'assisted'] as const),
      sentences: text('role') !== null || text('lang') !== null || text('words') !== null,
      language: oneOf('lang', ['nl', 'en'] as const) ?? language,
      limit: limitOf(text('limit'), language),
      top: whole('top', 1, 10) ?? 3,
      seed: whole('seed', 0, 999_999_999) ?? 1,
      pairs: whole('pairs', 10, 100_000) ?? 500,
      numbers: values.numbers === true,
      json: values.json === true,
    }
  } catch (error) {
    if (error instanceof Wrong) return error.message
    throw error
  }
}

/** The method itself, or a `kind` of a model that ends with it. */
function methodOf(value: string | null, language: Language): AskedMethod {
  if (value === null) return null
  const found = /(?:^|-)(path-dependent|interventional)$/.exec(value)
  if (found === null)
    throw new Wrong(
      explainingText(language, 'explain.choice', { value, name: 'kind', known: 'path-dependent, interventional' }),
    )
  return found[1] as AskedMethod
}

function limitOf(value: string | null, language: Language): Limit | null {
  if (value === null) return null
  const found = /^\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(value)
  if (found === null) throw new Wrong(explainingText(language, 'explain.limit', { value }))
  return { is: found[1] as Limit['is'], value: Number(found[2]) }
}
