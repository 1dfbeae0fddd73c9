/**
 * What an expression gives with these answers. Always ends, throws nothing. Three answers to a yes-or-no question: when the kinds do
 * not fit (a text that is counted with), the value is undefined, "we cannot tell", and stays so until something else decides:
 * `cannot tell || true` is true, `cannot tell || false` is not false (Kleene 1938).
 *
 * An unanswered question is null: false in a condition, 0 in a sum, equal to null alone.
 */
import type { OptionValue } from './definition.ts'
import type { Binary, Expression } from './expression.ts'

export type Value = OptionValue | number | readonly Value[]
/** Undefined: cannot tell. */
export type Result = Value | undefined

export type Facts = {
  /** The answer of the first repetition that is shown; null when unanswered or unknown. */
  readonly answer: (task: string) => OptionValue | readonly string[]
  /** Null when no score applies. */
  readonly score: (key: string) => number | null | undefined
  readonly criterion: (id: string) => boolean | undefined
  readonly name: (name: string) => Result
}

export function evaluate(expression: Expression, facts: Facts): Result {
  switch (expression.is) {
    case 'literal':
      return expression.value
    case 'list': {
      const items = expression.items.map((item) => evaluate(item, facts))
      return items.includes(undefined) ? undefined : (items as Value[])
    }
    case 'name':
      return facts.name(expression.name)
    case 'score':
      return facts.score(expression.key)
    case 'criterion':
      return facts.criterion(expression.id)
    case 'answer':
      return facts.answer(expression.task)
    case 'selected':
      return countOf(facts.answer(expression.task))
    case 'bool': {
      const value = evaluate(expression.of, facts)
      return value === undefined ? undefined : value === true || value === 'true'
    }
    case 'count':
      return countOf(evaluate(expression.of, facts))
    case 'weights':
      return weigh(evaluate(expression.of, facts), expression.keys, expression.weights)
    case 'not': {
      const value = evaluate(expression.of, facts)
      return value === undefined ? undefined : !holds(value)
    }
    case 'minus': {
      const number = numberOf(evaluate(expression.of, facts))
      return number === undefined ? undefined : -number
    }
    case 'binary':
      return binary(expression.operator, expression.left, expression.right, facts)
    case 'choice': {
      const test = evaluate(expression.test, facts)
      return test === undefined ? undefined : evaluate(holds(test) ? expression.yes : expression.no, facts)
    }
  }
}

/** Does a value count as yes? Nothing chosen, nothing written and 0 are no. */
export function holds(value: Value): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}

function binary(operator: Binary, leftSide: Expression, rightSide: Expression, facts: Facts): Result {
  const left = evaluate(leftSide, facts)
  if (operator === '||' || operator === '&&') {
    const decides = operator === '||'
    if (left !== undefined && holds(left) === decides) return left
    const right = evaluate(rightSide, facts)
    if (left !== undefined) return right
    return right !== undefined && holds(right) === decides ? right : undefined
  }
  const right = evaluate(rightSide, facts)
  if (left === undefined || right === undefined) return undefined
  if (operator === '==') return same(left, right)
  if (operator === '!=') return !same(left, right)
  if (operator === 'in') {
    if (Array.isArray(right)) return right.some((item) => same(left, item))
    return right === null ? false : undefined
  }
  return counted(operator, numberOf(left), numberOf(right))
}

function counted(
  operator: Exclude<Binary, '||' | '&&' | '==' | '!=' | 'in'>,
  a: number | undefined,
  b: number | undefined,
): number | boolean | undefined {
  if (a === undefined || b === undefined) return undefined
  switch (operator) {
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    case '>=':
      return a >= b
    case '+':
      return finite(a + b)
    case '-':
      return finite(a - b)
    case '*':
      return finite(a * b)
    case '/':
      return finite(a / b)
    case '%':
      return finite(a % b)
  }
}

const finite = (number: number): number | undefined => (Number.isFinite(number) ? number : undefined)

function same(a: Value, b: Value): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b
  return a.length === b.length && a.every((item, n) => same(item, b[n]!))
}

function numberOf(value: Result): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return value === null ? 0 : undefined
}

function countOf(value: Result): number | undefined {
  if (value === undefined) return undefined
  return Array.isArray(value) ? value.length : 0
}

/**
 * Adds up the weights of what was chosen. A key stands for the option of that name, also when the option says its kind first
 * (`Categorie betrokkenen: Kinderen` for `Kinderen`): the pre-scan of the government writes the two differently.
 */
function weigh(value: Result, keys: readonly string[], weights: readonly number[]): number | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value)) return 0
  return finite(
    value.reduce<number>((total, chosen) => {
      if (typeof chosen !== 'string') return total
      const exact = keys.indexOf(chosen)
      const n = exact < 0 ? keys.findIndex((key) => weighs(key, chosen)) : exact
      return n < 0 ? total : total + weights[n]!
    }, 0),
  )
}

/** Does this key of `weightedCountMap` stand for this option? */
export function weighs(key: string, option: string): boolean {
  return option === key || option.endsWith(`: ${key}`)
}
