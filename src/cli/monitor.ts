/** `waarborg monitor`: outcomes line by line, and after each the evidence of a difference between groups. Needs no store. */
import { createReadStream, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import {
  type MonitorLook,
  type MonitorState,
  monitorMethods,
  monitorState,
  type Observation,
  observation,
} from '../fairness/contract.ts'
import { lookNow, type ObservationProblem, observe, observeBatch, problemOf, startMonitor } from '../fairness/rules.ts'
import { auditText } from './auditing/text.ts'
import type { Command, ExitCode, Io, Values } from './command.ts'

/** Lines that are told of; the rest is counted. */
const SHOWN = 20

export const command: Command = {
  name: 'monitor',
  summary: { nl: 'Bewaak uitkomsten van groepen, regel voor regel.', en: 'Watch outcomes of groups, line by line.' },
  usage: '--jsonl [FILE] [--method blocks|pairs] [--alpha A] [--reference GROUP] [--state FILE]',
  options: {
    jsonl: {
      type: 'boolean',
      help: {
        nl: 'Eén uitkomst per regel: t, group en outcome. Geeft per regel e, log10E en alarm.',
        en: 'One outcome a line: t, group and outcome. Gives e, log10E and alarm for each.',
      },
    },
    method: {
      type: 'string',
      help: {
        nl: 'blocks (standaard, uitkomst 0 of 1) of pairs (uitkomst van 0 tot 1).',
        en: 'blocks (default, outcome 0 or 1) or pairs (outcome from 0 to 1).',
      },
    },
    alpha: {
      type: 'string',
      help: {
        nl: 'Kans op een vals alarm, hoe vaak men ook kijkt (standaard 0.05).',
        en: 'Chance of a false alarm, however often one looks (default 0.05).',
      },
    },
    reference: {
      type: 'string',
      help: {
        nl: 'Groep om mee te vergelijken (anders de eerste).',
        en: 'Group to compare with (otherwise the first).',
      },
    },
    block: {
      type: 'string',
      help: {
        nl: 'Zoveel uitkomsten per blok, van de vergelijkingsgroep en de andere: 1:3 (standaard 1:1).',
        en: 'So many outcomes in a block, of the reference and of the other: 1:3 (default 1:1).',
      },
    },
    tolerance: {
      type: 'string',
      help: { nl: 'Verschil dat niet telt (alleen pairs).', en: 'Difference that does not count (pairs only).' },
    },
    state: {
      type: 'string',
      help: {
        nl: 'Bestand met de stand: lees het aan het begin, schrijf het aan het eind.',
        en: 'File with the state: read at the start, written at the end.',
      },
    },
  },
  async run(io, { values, positionals }) {
    const refuse = (key: Parameters<typeof auditText>[1], given: Record<string, string> = {}): ExitCode => {
      io.stderr.write(`${auditText(io.language, key, given)}\n`)
      return 2
    }
    const [file, ...more] = positionals
    if (values.jsonl !== true || more.length > 0) return refuse('monitor.which')
    const wrong = wrongOption(values)
    if (wrong !== undefined) return refuse('audit.option', { option: wrong })
    const kept = typeof values.state === 'string' ? values.state : undefined
    const start = kept !== undefined && existsSync(kept) ? readState(kept) : startMonitor(optionsOf(values))
    if (start === undefined) return refuse('monitor.state', { file: kept! })
    try {
      const input = file === undefined || file === '-' ? io.stdin : createReadStream(file)
      const { state, refused } = await watch(io, start, input)
      if (kept !== undefined) {
        writeFileSync(`${kept}.part`, `${JSON.stringify(state)}\n`)
        renameSync(`${kept}.part`, kept)
      }
      return refused > 0 ? 2 : 0
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === undefined) throw error
      return refuse('monitor.unreadable', { file: file ?? kept ?? '-', code })
    }
  },
}

const share = (value: unknown) => typeof value === 'string' && Number(value) > 0 && Number(value) < 1
const block = /^([1-9]\d{0,3}):([1-9]\d{0,3})$/

/** The first option whose value cannot be. */
function wrongOption(values: Values): string | undefined {
  if (values.method !== undefined && !monitorMethods.includes(values.method as 'blocks')) return 'method'
  if (values.alpha !== undefined && !share(values.alpha)) return 'alpha'
  if (values.tolerance !== undefined && (!share(values.tolerance) || values.method !== 'pairs')) return 'tolerance'
  return values.block !== undefined && !block.test(String(values.block)) ? 'block' : undefined
}

function optionsOf(values: Values): Parameters<typeof startMonitor>[0] {
  const [, reference, group] = block.exec(String(values.block ?? '')) ?? []
  return {
    ...(values.method === undefined ? {} : { method: values.method as 'blocks' | 'pairs' }),
    ...(values.alpha === undefined ? {} : { alpha: Number(values.alpha) }),
    ...(values.tolerance === undefined ? {} : { tolerance: Number(values.tolerance) }),
    ...(typeof values.reference === 'string' ? { reference: values.reference } : {}),
    ...(group === undefined ? {} : { block: { group: Number(group), reference: Number(reference) } }),
  }
}

function readState(path: string): MonitorState | undefined {
  try {
    return monitorState.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** Line by line, in order; a line that cannot count is named, the others go on. */
async function watch(
  io: Io,
  start: MonitorState,
  input: NodeJS.ReadableStream,
): Promise<{ readonly state: MonitorState; readonly refused: number }> {
  const watching = createWatch(start)
  let number = 0
  let refused = 0
  const tell = (problem: ObservationProblem | 'shape') => {
    refused++
    if (refused > SHOWN) return
    const sentence = auditText(io.language, `monitor.problem.${problem}`)
    io.stderr.write(`${auditText(io.language, 'monitor.line', { line: String(number), problem: sentence })}\n`)
  }
  const say = (looks: readonly MonitorLook[]) => {
    if (looks.length > 0) io.stdout.write(`${looks.map(lineOf).join('\n')}\n`)
  }
  for await (const lines of linesOf(input)) {
    const looks: MonitorLook[] = []
    for (const line of lines) {
      number++
      if (line.trim() === '') continue
      const one = parseLine(line)
      const problem = one === undefined ? 'shape' : watching.take(one, looks)
      if (problem !== undefined) tell(problem)
    }
    say(looks)
  }
  const rest: MonitorLook[] = []
  watching.end(rest)
  say(rest)
  if (refused > SHOWN) io.stderr.write(`${auditText(io.language, 'monitor.more', { count: refused })}\n`)
  return { state: watching.state(), refused }
}

/**
 * Outcomes one by one, until two have the same t: from then on those with the same t wait for each other, for they are one block, and
 * their lines come once it is known to be complete.
 */
function createWatch(start: MonitorState) {
  let state = start
  let held: Observation[] = []
  let last: Observation['t'] | undefined

  function weigh(looks: MonitorLook[]): void {
    const [first, ...more] = held
    if (first === undefined) return
    const seen = observeBatch(state, [first, ...more])
    // Each of them was looked at before it was held.
    if (!seen.ok) throw new Error(seen.problem)
    for (const { t } of more) looks.push(lookNow(state, t))
    state = seen.state
    looks.push(seen.look)
    held = []
  }

  return {
    state: () => state,
    /** Adds the looks that are ready now. */
    take(one: Observation, looks: MonitorLook[]): ObservationProblem | undefined {
      const problem = problemOf({ ...state, t: last ?? state.t }, one)
      if (problem !== undefined) return problem
      const again = one.t === last
      last = one.t
      if (!again && held.length > 0) weigh(looks)
      if (again || state.batched || held.length > 0) {
        if (!state.batched) state = { ...state, batched: true }
        held.push(one)
        return undefined
      }
      const seen = observe(state, one)
      if (!seen.ok) return seen.problem
      state = seen.state
      looks.push(seen.look)
      return undefined
    },
    end(looks: MonitorLook[]): void {
      weigh(looks)
    },
  }
}

function parseLine(line: string): Observation | undefined {
  try {
    const value = JSON.parse(line)
    // What nearly every line is, without the price of a schema; the schema then says what else may be.
    const { t, group, outcome } = value
    if (typeof t === 'number' && typeof group === 'string' && (outcome === 0 || outcome === 1))
      return { t, group, outcome }
    const parsed = observation.safeParse({
      t,
      group,
      outcome: typeof outcome === 'boolean' ? Number(outcome) : outcome,
    })
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

function lineOf({ t, e, log10E, alarm, epoch, groups }: MonitorLook): string {
  return JSON.stringify({ t, e, log10E, alarm, epoch, ...(groups === undefined ? {} : { groups }) })
}

/** The lines of a stream, as many at once as came. */
async function* linesOf(input: NodeJS.ReadableStream): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8')
  let rest = ''
  for await (const piece of input) {
    const lines = (rest + (typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true }))).split('\n')
    rest = lines.pop()!
    yield lines
  }
  if (rest !== '') yield [rest]
}
