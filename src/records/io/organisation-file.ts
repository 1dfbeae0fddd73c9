/** Reads an organisation file from disk; every problem gets the line and column where it stands. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  parseDocument,
  stringify,
} from 'yaml'
import { EXPLAINER_FILE_MIB } from '../contract.ts'
import { fileProblems, fileTooLarge } from '../explainer.ts'
import type { Organisation, WantedFile, WantedVersion } from '../organisation.ts'
import type { OrganisationInput } from '../organisation-file.ts'
import { type Path, type Problem, problem } from '../organisation-problem.ts'
import { readOrganisation } from '../organisation-reading.ts'

export type Place = { readonly file: string; readonly line: number; readonly column: number }
export type LocatedProblem = Problem & Place

/** Where a path of the file stands, for problems that are found after reading. */
export type Locate = (path: Path) => Place

export type ReadFile = { readonly organisation: Organisation; readonly sha256: string; readonly locate: Locate }

const MAX_BYTES = 32 * 1024 * 1024
/** Open tokens at one place of the file; what the schema knows needs less than a tenth of it. */
const MAX_NESTING = 200

/** Problems of one file, all at once. `file` is named as the person named it. */
export function readOrganisationFile(
  file: string,
  now: Date,
): ReadFile | { readonly problems: readonly LocatedProblem[] } {
  const top: Place = { file, line: 1, column: 1 }
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file)
  } catch (error) {
    const reason = (error as { code?: string }).code ?? 'error'
    return { problems: [{ ...problem('file_unreadable', [], { reason }), ...top }] }
  }
  return readOrganisationBytes(bytes, file, now)
}

/** The same of bytes that were read already; paths in the file are relative to where `file` is. */
export function readOrganisationBytes(
  bytes: Uint8Array,
  file: string,
  now: Date,
): ReadFile | { readonly problems: readonly LocatedProblem[] } {
  const top: Place = { file, line: 1, column: 1 }
  if (bytes.length > MAX_BYTES)
    return { problems: [{ ...problem('file_too_large', [], { mebibytes: MAX_BYTES / 1_048_576 }), ...top }] }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { problems: [{ ...problem('file_unreadable', [], { reason: 'utf-8' }), ...top }] }
  }
  const parsed = parse(text, file)
  if ('problems' in parsed) return parsed
  const { value, locate } = parsed
  const folder = dirname(resolve(file))
  const read = readOrganisation(value, { now, resolve: (path) => resolve(folder, path) })
  if ('problems' in read) return { problems: located(read.problems, locate) }
  const problems = missingFiles(read.organisation)
  const organisation = withFiles(read.organisation, problems)
  if (problems.length > 0) return { problems: located(problems, locate) }
  return { organisation, sha256: createHash('sha256').update(bytes).digest('hex'), locate }
}

export function located(problems: readonly Problem[], locate: Locate): LocatedProblem[] {
  return problems
    .map((one) => ({ ...one, ...locate(one.path) }))
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
}

/** The file that `waarborg export organisation` writes. */
export function organisationYaml(organisation: OrganisationInput): string {
  return stringify(organisation, { lineWidth: 120, aliasDuplicateObjects: false })
}

function parse(
  text: string,
  file: string,
): { readonly value: unknown; readonly locate: Locate } | { readonly problems: readonly LocatedProblem[] } {
  const lines = new LineCounter()
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const unreadable = (reason: string, offset: number) => ({
    problems: [
      {
        ...problem(reason === 'MULTIPLE_DOCS' ? 'yaml_several_documents' : 'yaml_unreadable', [], { reason }),
        ...placeOf(offset),
      },
    ],
  })
  try {
    const tooDeep = nestedTooDeep(text)
    if (tooDeep !== undefined) {
      for (const { index } of text.slice(0, tooDeep).matchAll(/^/gm)) lines.addNewLine(index)
      return unreadable('nesting', tooDeep)
    }
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      strict: true,
      uniqueKeys: true,
      lineCounter: lines,
      prettyErrors: false,
    })
    const [wrong] = [...document.errors, ...document.warnings]
    if (wrong !== undefined) return unreadable(wrong.code, wrong.pos[0])
    // Few aliases: a small file must not unfold into a huge one.
    const value: unknown = document.toJS({ maxAliasCount: 50 })
    return { value, locate: (path) => placeOf(offsetOf(document, path)) }
  } catch {
    return unreadable('structure', 0)
  }
}

/** Where the text nests deeper than any file of this kind does: before anything recursive reads it. */
function nestedTooDeep(text: string): number | undefined {
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > MAX_NESTING) return parser.offset
  }
  return undefined
}

/** Offset of what a path points at: the name of a field, or an item of a list; of the nearest that is there. */
function offsetOf(document: Document, path: Path): number {
  let node = document.contents as Node | null
  let offset = node?.range?.[0] ?? 0
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document) ?? null
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part))
      if (pair === undefined) return offset
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else if (isSeq(node) && typeof part === 'number') {
      node = (node.items[part] as Node | undefined) ?? null
      offset = node?.range?.[0] ?? offset
    } else return offset
  }
  return offset
}

/** Folders and files that a built-in upstream reads must be there now, not at the first call. */
function missingFiles({ upstreams }: Organisation): Problem[] {
  const isThere = (path: string | undefined, kind: 'isFile' | 'isDirectory') =>
    path === undefined || (statSync(path, { throwIfNoEntry: false })?.[kind]() ?? false)
  return upstreams.flatMap(({ options, path }) => [
    ...(isThere(options.knowledge, 'isDirectory') ? [] : [problem('folder_missing', [...path, 'knowledge'])]),
    ...(isThere(options.tools, 'isFile') ? [] : [problem('folder_missing', [...path, 'tools'])]),
    ...(options.file === undefined || isThere(dirname(options.file), 'isDirectory')
      ? []
      : [problem('folder_missing', [...path, 'file'])]),
  ])
}

/** With the contents of the files that explainers name; what is wrong with one is added to the problems. */
function withFiles(organisation: Organisation, problems: Problem[]): Organisation {
  const filled = (version: WantedVersion): WantedVersion => ({
    ...version,
    files: version.files.map((one) => (one.file === null ? one : { ...one, bytes: bytesOf(one, one.file, problems) })),
  })
  return {
    ...organisation,
    systems: organisation.systems.map((system) => ({ ...system, versions: system.versions.map(filled) })),
  }
}

/** Its size is looked at before it is read. */
function bytesOf(wanted: WantedFile, file: string, problems: Problem[]): Uint8Array | null {
  try {
    if (statSync(file).size > EXPLAINER_FILE_MIB * 1_048_576) {
      problems.push(fileTooLarge(wanted.path))
      return null
    }
    const bytes = readFileSync(file)
    problems.push(...fileProblems(wanted, { sha256: createHash('sha256').update(bytes).digest('hex') }))
    return bytes
  } catch {
    problems.push(problem('folder_missing', [...wanted.path, 'file']))
    return null
  }
}
