/** `waarborg proof check --jsonl`: answers rows of ledger vectors, one JSON object a line, in the order they came. */
import { nodeEd25519, nodeSha256 } from '../ledger/index.ts'
import { ledgerText, type ProofChecker, proofChecker, type Row, RowUnreadable, textOf } from '../ledger/rules.ts'
import type { Command, ExitCode, Io } from './command.ts'

/** A longer line is refused, so that a stream without line ends cannot fill the memory. */
const MAX_LINE_BYTES = 16 * 1024 * 1024

export const command: Command = {
  name: 'proof',
  summary: {
    nl: 'Controleer bewijzen van het logboek, zonder database.',
    en: 'Check proofs of the ledger, without a database.',
  },
  usage: 'check --jsonl [--reasons]',
  options: {
    jsonl: {
      type: 'boolean',
      help: { nl: 'Lees en schrijf een JSON-object per regel.', en: 'Read and write one JSON object a line.' },
    },
    reasons: {
      type: 'boolean',
      help: { nl: 'Schrijf bij elke afwijzing de reden.', en: 'Write the reason with each refusal.' },
    },
  },
  async run(io, { values, positionals }) {
    if (positionals[0] !== 'check' || positionals.length > 1) {
      const name = positionals[0] === 'check' ? positionals[1] : positionals[0]
      io.stderr.write(
        `${name === undefined ? ledgerText(io.language, 'proof.usage') : ledgerText(io.language, 'proof.unknownPart', { name })}\n`,
      )
      return 2
    }
    if (values.jsonl !== true) {
      io.stderr.write(`${ledgerText(io.language, 'proof.usage')}\n`)
      return 2
    }
    return checkLines(io, proofChecker({ sha256: nodeSha256, ed25519: nodeEd25519 }), values.reasons === true)
  },
}

async function checkLines(io: Io, check: ProofChecker, reasons: boolean): Promise<ExitCode> {
  let lines = 0
  let unreadable = 0
  for await (const line of linesOf(io.stdin)) {
    lines++
    const answer = await answerLine(line, lines, check, reasons)
    if ('error' in answer) unreadable++
    io.stdout.write(`${JSON.stringify(answer)}\n`)
  }
  if (unreadable === 0) return 0
  io.stderr.write(`${ledgerText(io.language, 'proof.unreadable', { count: unreadable, lines })}\n`)
  return 2
}

type Line = { readonly bytes: Buffer } | { readonly tooLong: true }

async function answerLine(line: Line, number: number, check: ProofChecker, reasons: boolean): Promise<object> {
  let id: unknown = null
  try {
    const row = readRow(line)
    id = row.id ?? null
    const { reason, ...answer } = await check(row.kind, row)
    return { id, ...answer, ...(reasons && reason !== undefined ? { reason } : {}) }
  } catch (error) {
    const what =
      error instanceof RowUnreadable ? error.message : error instanceof LineUnreadable ? error.code : 'internal_error'
    return { id, error: `${what} (line ${number})` }
  }
}

class LineUnreadable extends Error {
  readonly code: 'line_too_long' | 'line_not_utf8' | 'line_not_json' | 'line_not_object'

  constructor(code: LineUnreadable['code']) {
    super(code)
    this.code = code
  }
}

function readRow(line: Line): Row {
  if ('tooLong' in line) throw new LineUnreadable('line_too_long')
  const text = textOf(line.bytes)
  if (text === undefined) throw new LineUnreadable('line_not_utf8')
  let row: unknown
  try {
    row = JSON.parse(text)
  } catch {
    throw new LineUnreadable('line_not_json')
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw new LineUnreadable('line_not_object')
  return row as Row
}

/** Lines without their end; empty lines are skipped. Nothing is kept but the line under way. */
async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<Line> {
  let parts: Buffer[] = []
  let length = 0
  const take = (): Line | undefined => {
    const line: Line = length > MAX_LINE_BYTES ? { tooLong: true } : { bytes: Buffer.concat(parts) }
    const empty = !('tooLong' in line) && line.bytes.toString('latin1').trim() === ''
    parts = []
    length = 0
    return empty ? undefined : line
  }
  for await (const chunk of stream) {
    let rest = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      keep(rest.subarray(0, end))
      const line = take()
      if (line !== undefined) yield line
      rest = rest.subarray(end + 1)
    }
    keep(rest)
  }
  const last = take()
  if (last !== undefined) yield last

  function keep(part: Buffer): void {
    length += part.length
    if (length <= MAX_LINE_BYTES) parts.push(part)
    else parts = []
  }
}
