/** `waarborg redact`: where personal data stands in conversations (`--jsonl`), or a text without it. Needs no store. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text as readAll } from 'node:stream/consumers'
import { type Channel, emptyPseudonyms, findPersonalData, type RedactionOptions, redact } from '../privacy/rules.ts'
import type { Command, ExitCode, Io, Values } from './command.ts'
import {
  type Conversation,
  isChannel,
  isLanguage,
  languagesFrom,
  parseLine,
  partsOf,
  rolesByPrefix,
} from './redacting/line.ts'
import { redactText } from './redacting/text.ts'

type Span = readonly [start: number, end: number, label: string]
/** With how sure the recogniser is, in (0, 1], and by which kind of evidence. */
type ExplainedSpan = readonly [...span: Span, confidence: number, reason: string]

export const command: Command = {
  name: 'redact',
  summary: { nl: 'Scherm persoonsgegevens af in een tekst.', en: 'Hide personal data in a text.' },
  usage: 'FILE|- [--jsonl [--explain]] [--lang nl|en] [--channel chat|speech|email] [--allow VALUE]',
  options: {
    jsonl: {
      type: 'boolean',
      help: {
        nl: 'Eén gesprek per regel: id, lang, channel, roles en text. Geeft per regel id en spans.',
        en: 'One conversation a line: id, lang, channel, roles and text. Gives id and spans for each.',
      },
    },
    explain: {
      type: 'boolean',
      help: {
        nl: 'Met --jsonl: zet achter elke plaats ook hoe zeker het is en waarom.',
        en: 'With --jsonl: adds to each place how sure it is, and why.',
      },
    },
    lang: { type: 'string', help: { nl: 'Taal van de tekst, nl of en.', en: 'Language of the text, nl or en.' } },
    channel: {
      type: 'string',
      help: { nl: 'chat (standaard), speech of email.', en: 'chat (default), speech or email.' },
    },
    allow: {
      type: 'string',
      multiple: true,
      help: {
        nl: 'Waarde die blijft staan: merk, product, eigen nummer.',
        en: 'Value that stays: brand, product, own number.',
      },
    },
  },
  async run(io, { values, positionals }) {
    const refuse = (key: Parameters<typeof redactText>[1], given: Record<string, string> = {}): ExitCode => {
      io.stderr.write(`${redactText(io.language, key, given)}\n`)
      return 2
    }
    const [file] = positionals
    if (values.explain === true && values.jsonl !== true) return refuse('redact.explain')
    if (positionals.length > 1 || (file === undefined && values.jsonl !== true)) return refuse('redact.which')
    if (values.lang !== undefined && !isLanguage(values.lang))
      return refuse('redact.language', { value: String(values.lang) })
    if (values.channel !== undefined && !isChannel(values.channel))
      return refuse('redact.channel', { value: String(values.channel) })
    try {
      const input = file === undefined || file === '-' ? io.stdin : createReadStream(file)
      return values.jsonl === true ? await redactLines(io, values, input) : await redactWhole(io, values, input)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === undefined || file === undefined) throw error
      return refuse('redact.unreadable', { file, code })
    }
  },
}

const allowOf = (values: Values): readonly string[] => (Array.isArray(values.allow) ? values.allow : [])

/** Line by line, in order; a line that cannot be read is named, the others go on. */
async function redactLines(io: Io, values: Values, input: NodeJS.ReadableStream): Promise<ExitCode> {
  let number = 0
  let exit: ExitCode = 0
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    const json = number === 1 ? line.replace(/^\ufeff/, '') : line
    if (json.trim() === '') continue
    const conversation = parseLine(json)
    if (typeof conversation === 'string') {
      const problem = redactText(io.language, `redact.problem.${conversation}`)
      io.stderr.write(`${redactText(io.language, 'redact.line', { line: String(number), problem })}\n`)
      exit = 2
    } else {
      const spans = explainedSpansOf(conversation, allowOf(values))
      const written = values.explain === true ? spans : spans.map(withoutReason)
      io.stdout.write(`${JSON.stringify({ id: conversation.id, spans: written })}\n`)
    }
  }
  return exit
}

/** Spans in the whole text. Looks back at earlier turns, never forward, as a gateway sees a conversation grow. */
export function spansOf(conversation: Conversation, allow: readonly string[]): Span[] {
  return explainedSpansOf(conversation, allow).map(withoutReason)
}

const withoutReason = ([start, end, label]: ExplainedSpan): Span => [start, end, label]

function explainedSpansOf(conversation: Conversation, allow: readonly string[]): ExplainedSpan[] {
  const { languages, channel } = conversation
  const parts = partsOf(conversation)
  const found = findPersonalData(parts, { languages, channel, allow, memory: 'backward' })
  let offset = 0
  return parts.flatMap(({ text }, i) => {
    const begin = offset
    offset += text.length + 1
    return found[i]!.map(
      ({ start, end, label, confidence, reason }): ExplainedSpan => [
        begin + start,
        begin + end,
        label,
        confidence,
        reason,
      ],
    )
  })
}

async function redactWhole(io: Io, values: Values, input: NodeJS.ReadableStream): Promise<ExitCode> {
  const text = await readAll(input as Readable)
  const options: RedactionOptions = {
    languages: languagesFrom(isLanguage(values.lang) ? values.lang : io.language),
    channel: (values.channel as Channel | undefined) ?? 'chat',
    allow: allowOf(values),
  }
  const parts = partsOf({ text, roles: rolesByPrefix(text) })
  io.stdout.write(redact(parts, emptyPseudonyms(), options).texts.join('\n'))
  return 0
}
