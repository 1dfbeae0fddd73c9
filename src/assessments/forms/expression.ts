/**
 * The language in which forms count: what stands in `calculation.expression`, `riskScore.when`, and the criteria and levels of
 * `assessments`. Its words are all that occur in the forms of the government, and no more: an expression with anything else is
 * refused when the form is read. It can read answers and nothing else, and always ends.
 *
 * ```
 * choice  = or [ "?" choice ":" choice ]
 * or      = and { "||" and }          and     = equal { "&&" equal }     both in one without brackets: refused
 * equal   = compare { ( "==" | "!=" | "in" ) compare }
 * compare = sum { ( "<" | "<=" | ">" | ">=" ) sum }
 * sum     = product { ( "+" | "-" ) product }
 * product = sign { ( "*" | "/" | "%" ) sign }
 * sign    = { "!" | "-" } one { "|" "count" }
 * one     = text | number | true | false | null | "[" … "]" | "(" choice ")" | scores.<key> | criteria.<id> | <name>
 *         | answers('<id>') | countSelectedOptions('<id>') | bool(choice) | weightedCountMap(choice, [texts], [numbers])
 * ```
 */

export type Literal = string | number | boolean | null
export type Binary = '||' | '&&' | '==' | '!=' | 'in' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%'

export type Expression =
  | { readonly is: 'literal'; readonly value: Literal }
  | { readonly is: 'list'; readonly items: readonly Expression[] }
  /** The value of the calculation, in its `when`. */
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'score'; readonly key: string }
  | { readonly is: 'criterion'; readonly id: string }
  | { readonly is: 'answer'; readonly task: string }
  /** How many options are chosen. */
  | { readonly is: 'selected'; readonly task: string }
  | { readonly is: 'bool' | 'count' | 'not' | 'minus'; readonly of: Expression }
  | {
      readonly is: 'weights'
      readonly of: Expression
      readonly keys: readonly string[]
      readonly weights: readonly number[]
    }
  | { readonly is: 'binary'; readonly operator: Binary; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'choice'; readonly test: Expression; readonly yes: Expression; readonly no: Expression }

export type ExpressionFault =
  | 'too_long'
  | 'too_deep'
  | 'unfinished'
  | 'unexpected'
  | 'function_unknown'
  | 'id_not_written_out'
  | 'weights_differ'
  | 'brackets_needed'

export type ExpressionRead =
  | { readonly ok: true; readonly expression: Expression }
  /** `at`: how many characters before it. */
  | { readonly ok: false; readonly fault: ExpressionFault; readonly at: number }

const MAX_LENGTH = 4_000
const MAX_DEPTH = 50

type Token = { readonly kind: 'text' | 'number' | 'word' | 'sign' | 'end'; readonly text: string; readonly at: number }

const pattern =
  /\s+|'([^'\\]*)'|"([^"\\]*)"|(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(\|\||&&|==|!=|<=|>=|[<>+\-*/%!|?:.,()[\]])/y

class Fault extends Error {
  readonly fault: ExpressionFault
  readonly at: number
  constructor(fault: ExpressionFault, at: number) {
    super(fault)
    this.fault = fault
    this.at = at
  }
}

/** Reads an expression. Any text gives an expression or the first fault with its place; nothing is thrown. */
export function readExpression(text: string): ExpressionRead {
  try {
    if (text.length > MAX_LENGTH) throw new Fault('too_long', MAX_LENGTH)
    const tokens = tokensOf(text)
    const reader: Reader = { tokens, next: 0, depth: 0 }
    const expression = choice(reader)
    const rest = peek(reader)
    if (rest.kind !== 'end') throw new Fault('unexpected', rest.at)
    return { ok: true, expression }
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.fault, at: error.at }
    throw error
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null) throw new Fault('unexpected', at)
    const quoted = match[1] ?? match[2]
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted, at })
    else if (match[3] !== undefined) tokens.push({ kind: 'number', text: match[3], at })
    else if (match[4] !== undefined) tokens.push({ kind: 'word', text: match[4], at })
    else if (match[5] !== undefined) tokens.push({ kind: 'sign', text: match[5], at })
    at = pattern.lastIndex
  }
  tokens.push({ kind: 'end', text: '', at })
  return tokens
}

type Reader = { readonly tokens: readonly Token[]; next: number; depth: number }

const peek = (reader: Reader): Token => reader.tokens[reader.next]!

function take(reader: Reader): Token {
  const token = peek(reader)
  if (token.kind === 'end') throw new Fault('unfinished', token.at)
  reader.next++
  return token
}

function takeSign(reader: Reader, signs: readonly string[]): string | undefined {
  const token = peek(reader)
  const isOperator = token.kind === 'sign' || (token.kind === 'word' && token.text === 'in')
  if (!isOperator || !signs.includes(token.text)) return undefined
  reader.next++
  return token.text
}

function mustBe(reader: Reader, sign: string): void {
  const token = take(reader)
  if (token.kind !== 'sign' || token.text !== sign) throw new Fault('unexpected', token.at)
}

function choice(reader: Reader): Expression {
  if (++reader.depth > MAX_DEPTH) throw new Fault('too_deep', peek(reader).at)
  const test = either(reader)
  let read = test
  if (takeSign(reader, ['?']) !== undefined) {
    const yes = choice(reader)
    mustBe(reader, ':')
    read = { is: 'choice', test, yes, no: choice(reader) }
  }
  reader.depth--
  return read
}

/** `||` and `&&`. Tools differ on which of the two goes first, so an expression with both needs brackets. */
function either(reader: Reader): Expression {
  let left = equal(reader)
  let used: string | undefined
  for (;;) {
    const at = peek(reader).at
    const operator = takeSign(reader, ['||', '&&']) as '||' | '&&' | undefined
    if (operator === undefined) return left
    if (used !== undefined && used !== operator) throw new Fault('brackets_needed', at)
    used = operator
    left = { is: 'binary', operator, left, right: equal(reader) }
  }
}

function level(signs: readonly Binary[], inner: (reader: Reader) => Expression) {
  return (reader: Reader): Expression => {
    let left = inner(reader)
    for (;;) {
      const operator = takeSign(reader, signs) as Binary | undefined
      if (operator === undefined) return left
      left = { is: 'binary', operator, left, right: inner(reader) }
    }
  }
}
const product = level(['*', '/', '%'], signed)
const sum = level(['+', '-'], product)
const compare = level(['<', '<=', '>', '>='], sum)
const equal = level(['==', '!=', 'in'], compare)

function signed(reader: Reader): Expression {
  if (++reader.depth > MAX_DEPTH) throw new Fault('too_deep', peek(reader).at)
  const sign = takeSign(reader, ['!', '-'])
  let read: Expression
  if (sign !== undefined) read = { is: sign === '!' ? 'not' : 'minus', of: signed(reader) }
  else {
    read = one(reader)
    while (takeSign(reader, ['|']) !== undefined) {
      const word = take(reader)
      if (word.kind !== 'word' || word.text !== 'count') throw new Fault('function_unknown', word.at)
      read = { is: 'count', of: read }
    }
  }
  reader.depth--
  return read
}

const words: ReadonlyMap<string, Literal> = new Map<string, Literal>([
  ['true', true],
  ['false', false],
  ['null', null],
])

function one(reader: Reader): Expression {
  const token = take(reader)
  if (token.kind === 'text') return { is: 'literal', value: token.text }
  if (token.kind === 'number') return { is: 'literal', value: Number(token.text) }
  if (token.kind === 'word') {
    const fixed = words.get(token.text)
    if (fixed !== undefined) return { is: 'literal', value: fixed }
    const following = peek(reader)
    if (following.kind === 'sign' && following.text === '(') return called(reader, token)
    if (following.kind === 'sign' && following.text === '.') return member(reader, token)
    return { is: 'name', name: token.text }
  }
  if (token.text === '(') {
    const inner = choice(reader)
    mustBe(reader, ')')
    return inner
  }
  if (token.text === '[') return { is: 'list', items: items(reader) }
  throw new Fault('unexpected', token.at)
}

function items(reader: Reader): Expression[] {
  const found: Expression[] = []
  if (takeSign(reader, [']']) !== undefined) return found
  for (;;) {
    found.push(choice(reader))
    if (takeSign(reader, [']']) !== undefined) return found
    mustBe(reader, ',')
  }
}

function member(reader: Reader, owner: Token): Expression {
  mustBe(reader, '.')
  const key = take(reader)
  if (key.kind !== 'word') throw new Fault('unexpected', key.at)
  if (owner.text === 'scores') return { is: 'score', key: key.text }
  if (owner.text === 'criteria') return { is: 'criterion', id: key.text }
  throw new Fault('unexpected', owner.at)
}

function called(reader: Reader, name: Token): Expression {
  mustBe(reader, '(')
  switch (name.text) {
    case 'answers':
      return { is: 'answer', task: writtenOut(reader) }
    case 'countSelectedOptions':
      return { is: 'selected', task: writtenOut(reader) }
    case 'bool': {
      const of = choice(reader)
      mustBe(reader, ')')
      return { is: 'bool', of }
    }
    case 'weightedCountMap':
      return weights(reader, name.at)
    default:
      throw new Fault('function_unknown', name.at)
  }
}

/** The id of a task stands there as text, so that it can be checked when the form is read. */
function writtenOut(reader: Reader): string {
  const token = take(reader)
  if (token.kind !== 'text') throw new Fault('id_not_written_out', token.at)
  mustBe(reader, ')')
  return token.text
}

function weights(reader: Reader, at: number): Expression {
  const of = choice(reader)
  mustBe(reader, ',')
  const keys = choice(reader)
  mustBe(reader, ',')
  const numbers = choice(reader)
  mustBe(reader, ')')
  const texts = literals(keys).filter((value) => typeof value === 'string')
  const values = literals(numbers).filter((value) => typeof value === 'number')
  if (keys.is !== 'list' || texts.length !== keys.items.length || texts.length !== values.length)
    throw new Fault('weights_differ', at)
  if (numbers.is !== 'list' || values.length !== numbers.items.length) throw new Fault('weights_differ', at)
  return { is: 'weights', of, keys: texts, weights: values }
}

const literals = (list: Expression): Literal[] =>
  list.is === 'list' ? list.items.flatMap((item) => (item.is === 'literal' ? [item.value] : [])) : []

/** Every part of an expression, the whole first. */
export function* partsOf(expression: Expression): Generator<Expression> {
  yield expression
  switch (expression.is) {
    case 'list':
      for (const item of expression.items) yield* partsOf(item)
      return
    case 'bool':
    case 'count':
    case 'not':
    case 'minus':
    case 'weights':
      yield* partsOf(expression.of)
      return
    case 'binary':
      yield* partsOf(expression.left)
      yield* partsOf(expression.right)
      return
    case 'choice':
      yield* partsOf(expression.test)
      yield* partsOf(expression.yes)
      yield* partsOf(expression.no)
      return
    case 'literal':
    case 'name':
    case 'score':
    case 'criterion':
    case 'answer':
    case 'selected':
      return
  }
}
