/** `waarborg due`: when a term of law ends, for one event or line by line (`--jsonl`). Needs no store. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { AMSTERDAM, type Calendar, type Due, localTime, readMoment, termRules } from '../deadlines/index.ts'
import type { Command, ExitCode, Io, Values } from './command.ts'
import { answerDue, type DueProblem, parseDueLine } from './timing/line.ts'
import { timingText } from './timing/text.ts'

/** Lines that are told of; the rest is counted. */
const SHOWN = 20
/** Closing days, so that working days are left. */
const MOST_CLOSED = 200

export const command: Command = {
  name: 'due',
  summary: { nl: 'Reken uit wanneer een termijn van de wet eindigt.', en: 'Work out when a term of law ends.' },
  usage: 'RULE EVENT | --jsonl [FILE] | --rules  [--closed DAY]',
  options: {
    jsonl: {
      type: 'boolean',
      help: {
        nl: 'Eén vraag per regel: id, rule en event. Geeft per regel id, strict en latest.',
        en: 'One question a line: id, rule and event. Gives id, strict and latest for each.',
      },
    },
    rules: { type: 'boolean', help: { nl: 'Toon de termijnen en hun wet.', en: 'Show the terms and their law.' } },
    closed: {
      type: 'string',
      multiple: true,
      help: {
        nl: 'Dag waarop de organisatie dicht is; telt voor werkdagen, niet voor een termijn van de wet.',
        en: 'Day on which the organisation is shut; counts for business days, not for a term of law.',
      },
    },
    json: { type: 'boolean', help: { nl: 'Uitvoer als JSON.', en: 'Output as JSON.' } },
  },
  async run(io, { values, positionals }) {
    const refuse = (key: Parameters<typeof timingText>[1], given: Record<string, string> = {}): ExitCode => {
      io.stderr.write(`${timingText(io.language, key, given)}\n`)
      return 2
    }
    if (values.rules === true) return listRules(io, values.json === true)
    const closed = Array.isArray(values.closed) ? values.closed : []
    if (closed.length > MOST_CLOSED) return refuse('due.many_closed', { most: String(MOST_CLOSED) })
    const wrong = closed.find((text) => !isDay(text))
    if (wrong !== undefined) return refuse('due.closed', { value: wrong })
    const calendar: Calendar = { ...AMSTERDAM, closed: new Set(closed) }
    if (values.jsonl !== true) {
      const [rule, event, ...more] = positionals
      if (rule === undefined || event === undefined || more.length > 0) return refuse('due.which')
      return answerOne(io, { rule, event }, calendar, values)
    }
    const [file, ...more] = positionals
    if (more.length > 0) return refuse('due.which')
    try {
      return await answerLines(io, calendar, file === undefined || file === '-' ? io.stdin : createReadStream(file))
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === undefined || file === undefined) throw error
      return refuse('due.unreadable', { file, code })
    }
  },
}

function isDay(text: string): boolean {
  const read = readMoment(text, AMSTERDAM.timeZone)
  return read.ok && read.kind === 'day'
}

function listRules(io: Io, json: boolean): ExitCode {
  if (json) io.stdout.write(`${JSON.stringify(termRules)}\n`)
  else {
    const wide = Math.max(...termRules.map(({ id }) => id.length))
    for (const { id, term, source } of termRules)
      io.stdout.write(
        `${id.padEnd(wide)}  ${String(term.amount).padStart(3)} ${term.unit.padEnd(12)}  ${source.article}\n`,
      )
  }
  return 0
}

/** Moments in UTC, as ledgers keep them; `local` is what a clock in the Netherlands shows. */
function answerOf(due: Due, { timeZone }: Calendar) {
  if (due.kind === 'day') return { strict: due.strict, latest: due.latest }
  return {
    strict: due.strict.toISOString(),
    latest: due.latest.toISOString(),
    local: localTime(due.strict, timeZone),
  }
}

const isProblem = (found: object): found is DueProblem => 'code' in found
const sentenceOf = (io: Io, { code, ...values }: DueProblem) =>
  timingText(io.language, `due.problem.${code}`, values as Record<string, string>)

function answerOne(
  io: Io,
  { rule, event }: { readonly rule: string; readonly event: string },
  calendar: Calendar,
  values: Values,
): ExitCode {
  const due = answerDue(rule, event, calendar)
  if (isProblem(due)) {
    io.stderr.write(`${sentenceOf(io, due)}\n`)
    return 2
  }
  const answer = answerOf(due, calendar)
  if (values.json === true) io.stdout.write(`${JSON.stringify({ rule, event, ...answer })}\n`)
  else {
    const said = { rule, strict: answer.local ?? answer.strict, latest: answer.latest }
    io.stdout.write(`${timingText(io.language, `due.${due.kind}`, said)}\n`)
  }
  return 0
}

/** Line by line, in order; a line that cannot be answered is named, the others go on. */
async function answerLines(io: Io, calendar: Calendar, input: NodeJS.ReadableStream): Promise<ExitCode> {
  let number = 0
  let refused = 0
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    const json = number === 1 ? line.replace(/^\ufeff/, '') : line
    if (json.trim() === '') continue
    const asked = parseDueLine(json)
    const due = isProblem(asked) ? asked : answerDue(asked.rule, asked.event, calendar)
    if (isProblem(due)) {
      refused++
      const problem = sentenceOf(io, due)
      if (refused <= SHOWN)
        io.stderr.write(`${timingText(io.language, 'due.line', { line: String(number), problem })}\n`)
    } else io.stdout.write(`${JSON.stringify({ id: (asked as { id: string }).id, ...answerOf(due, calendar) })}\n`)
  }
  if (refused > SHOWN) io.stderr.write(`${timingText(io.language, 'due.more', { count: refused - SHOWN })}\n`)
  return refused > 0 ? 2 : 0
}
