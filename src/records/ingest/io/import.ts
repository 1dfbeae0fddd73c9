/** Reads files and hands each conversation to a sink (the store, or nothing in a dry run); gives a report per file. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { admitBySource } from '../admission.ts'
import type { ImportedConversation } from '../contract.ts'
import { type ConversationLine, conversationLine, type FileReport, fileReport, type Outcome } from '../import-report.ts'
import { listFiles, type ReadOptions, readRecordings } from './read.ts'

/**
 * Where conversations go. Durable on return. The same record twice is a duplicate, not a second; two records with one
 * key are never given at the same time.
 */
export interface ImportSink {
  /** How many records it takes at the same time; one when absent. */
  readonly parallel?: number
  take(conversation: ImportedConversation): Promise<Outcome>
  /** Before the first record of a file, with the SHA-256 of the file as it stands on disk. */
  fileStarted?(sha256: string): Promise<void>
  /** After the last record of a file. */
  fileDone?(report: FileReport): Promise<void>
}

/** Imports every file under the paths, in the order given; files of a folder by name. */
export async function* importFiles(
  paths: readonly string[],
  options: ReadOptions,
  sink: ImportSink,
): AsyncGenerator<FileReport> {
  for (const path of paths) {
    for (const file of await listFiles(path)) {
      if (sink.fileStarted !== undefined) await sink.fileStarted(await hashOf(file))
      const report = await importFile(file, options, sink)
      await sink.fileDone?.(report)
      yield report
    }
  }
}

/** Of a file that cannot be read the hash of nothing: the report says that it could not be read. */
async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array)
  } catch {
    return createHash('sha256').digest('hex')
  }
  return hash.digest('hex')
}

type Waiting = { readonly conversation: ImportedConversation | undefined; readonly outcome: Promise<Outcome> }

/** Records are handed on in the order of the file and counted in that order; up to `sink.parallel` are under way. */
async function importFile(file: string, options: ReadOptions, sink: ImportSink): Promise<FileReport> {
  const entries: { outcome: Outcome; line?: ConversationLine }[] = []
  const text = createHash('sha256')
  let turns = 0
  const waiting: Waiting[] = []
  const finish = async ({ conversation, outcome: promised }: Waiting): Promise<void> => {
    const outcome = await promised
    if (conversation === undefined || outcome.state === 'refused') {
      entries.push({ outcome })
      return
    }
    for (const turn of conversation.turns) text.update(turns++ === 0 ? turn.text : `\n${turn.text}`)
    entries.push({ outcome, line: conversationLine(conversation, outcome) })
  }
  try {
    for await (const read of readRecordings(file, options)) {
      waiting.push(
        read.kind === 'refused'
          ? { conversation: undefined, outcome: Promise.resolve({ state: 'refused', problem: read.problem }) }
          : { conversation: read.conversation, outcome: handOn(read.conversation, waiting, sink) },
      )
      while (waiting.length >= (sink.parallel ?? 1)) await finish(waiting.shift()!)
    }
    while (waiting.length > 0) await finish(waiting.shift()!)
  } finally {
    // after a failure nothing of this file may still be on its way
    await Promise.allSettled(waiting.map(({ outcome }) => outcome))
  }
  return fileReport(file, entries, turns === 0 ? undefined : text.digest('hex'))
}

/** A record with the key of one that is under way waits for it, so that the first of the two is the first. */
function handOn(conversation: ImportedConversation, waiting: readonly Waiting[], sink: ImportSink): Promise<Outcome> {
  const before = waiting.findLast((each) => each.conversation?.idempotencyKey === conversation.idempotencyKey)
  const outcome = before === undefined ? sink.take(conversation) : before.outcome.then(() => sink.take(conversation))
  // a failure is met when its turn comes
  outcome.catch(() => {})
  return outcome
}

/** A sink that keeps nothing: it tells what an import into an empty store would do, without looking at the register. */
export function drySink(purpose: string, now: Date): ImportSink {
  const seen = new Map<string, string>()
  return {
    async take(conversation) {
      const admission = admitBySource(conversation, purpose, now)
      const { file, line } = conversation.place
      if (admission.admit === 'refuse')
        return { state: 'refused', problem: { code: admission.code, file, ...(line === undefined ? {} : { line }) } }
      const known = seen.get(conversation.idempotencyKey)
      if (known !== undefined) return { state: known === conversation.contentHash ? 'duplicate' : 'conflict' }
      seen.set(conversation.idempotencyKey, conversation.contentHash)
      if (admission.admit === 'take') return { state: 'accepted' }
      if (admission.reason === 'sealed')
        return {
          state: 'refused',
          problem: { code: 'sealed', file, ...(line === undefined ? {} : { line }) },
          held: 'sealed',
        }
      return { state: 'accepted', held: admission.reason }
    },
  }
}
