/**
 * The mapping file: where in somebody else's JSON Lines or CSV the conversation, its turns, roles, words and times
 * stand. Described for people in docs/howto/import.md.
 */
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { type PartyRole, type Problem, partyRoles } from './contract.ts'
import { type PathStep, parsePath } from './path.ts'
import { encodings } from './text-decoding.ts'
import { timeUnits } from './times.ts'

/** A role of the table, or `skip` for what is no part of the conversation (instructions to a tester, system noise). */
export type MappedRole = PartyRole | 'skip'

const path = z
  .string()
  .min(1)
  .max(300)
  .refine((text) => parsePath(text) !== undefined, 'path')
const scalar = z.union([z.string(), z.number(), z.boolean()])
const fixedOrPath = z.union([z.string().min(1).max(60), z.strictObject({ path })])
const role = z.enum([...partyRoles, 'skip'])

const schema = z.strictObject({
  mapping: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,59}$/),
  about: z.string().optional(),
  file: z
    .strictObject({
      format: z.enum(['json', 'csv']).optional(),
      delimiter: z.string().length(1).optional(),
      encoding: z.enum(encodings).optional(),
      rows: z.enum(['anywhere', 'together']).optional(),
    })
    .optional(),
  conversation: z.strictObject({
    id: path.optional(),
    channel: fixedOrPath.optional(),
    language: fixedOrPath.optional(),
    subject: path.optional(),
    noRecording: path.optional(),
    objection: path.optional(),
  }),
  turns: z.strictObject({
    at: path.optional(),
    only: z.record(z.string(), z.union([scalar, z.array(scalar).min(1)])).optional(),
    text: path,
    role: z.union([path, z.strictObject({ is: role })]),
    time: z
      .strictObject({
        path,
        unit: z.enum(timeUnits),
        zone: z
          .string()
          .regex(/^(?:Z|[+-]\d\d:\d\d)$/)
          .optional(),
      })
      .optional(),
    order: path.optional(),
    language: path.optional(),
  }),
  roles: z.record(z.string(), role).optional(),
})

/** A place in a record: steps for JSON, the plain text for a column of CSV. */
export type MappedPath = { readonly text: string; readonly steps: readonly PathStep[] }
type FixedOrPath = { readonly fixed: string } | MappedPath

export type Mapping = {
  readonly name: string
  readonly format?: 'json' | 'csv'
  readonly delimiter?: string
  readonly encoding?: (typeof encodings)[number]
  /** Rows of one conversation stand together, or anywhere in the file (then all rows are held until its end). */
  readonly rows: 'anywhere' | 'together'
  readonly id?: MappedPath
  readonly channel?: FixedOrPath
  readonly language?: FixedOrPath
  readonly subject?: MappedPath
  readonly noRecording?: MappedPath
  readonly objection?: MappedPath
  /** List of turns in a record; absent when every row is one turn. */
  readonly turns?: MappedPath
  readonly only: readonly { readonly path: MappedPath; readonly values: ReadonlySet<string> }[]
  readonly text: MappedPath
  readonly role: MappedPath | { readonly is: MappedRole }
  readonly time?: { readonly path: MappedPath; readonly unit: (typeof timeUnits)[number]; readonly zone?: string }
  readonly order?: MappedPath
  readonly turnLanguage?: MappedPath
  readonly roles: ReadonlyMap<string, MappedRole>
}

export type MappingRead =
  | { readonly ok: true; readonly mapping: Mapping }
  | { readonly ok: false; readonly problem: Problem }

/** Reads a mapping file (YAML 1.2). The first thing that is wrong comes back with its place. */
export function parseMapping(text: string, file: string): MappingRead {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const fault = document.errors[0]
  if (fault !== undefined) {
    const at = lines.linePos(fault.pos[0])
    return {
      ok: false,
      problem: { code: 'mapping_invalid', file, line: at.line, column: at.col, params: { expected: 'YAML' } },
    }
  }
  const checked = schema.safeParse(document.toJS({ maxAliasCount: 20 }))
  if (!checked.success) {
    const issue = deepest(checked.error.issues[0]!)
    const node = document.getIn(issue.path, true) as { range?: [number, number, number] } | undefined
    const line = node?.range === undefined ? undefined : lines.linePos(node.range[0]).line
    return {
      ok: false,
      problem: {
        code: 'mapping_invalid',
        file,
        ...(line === undefined ? {} : { line }),
        pointer: issue.path.map((step) => `/${step}`).join(''),
        params: { expected: issue.expected },
      },
    }
  }
  return build(checked.data, file)
}

function build(given: z.infer<typeof schema>, file: string): MappingRead {
  const place = (text: string): MappedPath => ({ text, steps: parsePath(text) ?? [] })
  const maybe = <K extends string>(key: K, text: string | undefined) =>
    (text === undefined ? {} : { [key]: place(text) }) as { [P in K]?: MappedPath }
  const fixed = <K extends string>(key: K, value: string | { path: string } | undefined) =>
    (value === undefined ? {} : { [key]: typeof value === 'string' ? { fixed: value } : place(value.path) }) as {
      [P in K]?: FixedOrPath
    }
  const only = Object.entries(given.turns.only ?? {})
  const badPath = only.find(([name]) => parsePath(name) === undefined)
  if (badPath !== undefined)
    return {
      ok: false,
      problem: { code: 'mapping_invalid', file, pointer: `/turns/only/${badPath[0]}`, params: { expected: 'path' } },
    }
  if (typeof given.turns.role === 'string' && given.roles === undefined)
    return {
      ok: false,
      problem: { code: 'mapping_invalid', file, pointer: '/roles', params: { expected: partyRoles.join(' | ') } },
    }
  const { time } = given.turns
  return {
    ok: true,
    mapping: {
      name: given.name,
      ...(given.file?.format === undefined ? {} : { format: given.file.format }),
      ...(given.file?.delimiter === undefined ? {} : { delimiter: given.file.delimiter }),
      ...(given.file?.encoding === undefined ? {} : { encoding: given.file.encoding }),
      rows: given.file?.rows ?? 'anywhere',
      ...maybe('id', given.conversation.id),
      ...fixed('channel', given.conversation.channel),
      ...fixed('language', given.conversation.language),
      ...maybe('subject', given.conversation.subject),
      ...maybe('noRecording', given.conversation.noRecording),
      ...maybe('objection', given.conversation.objection),
      ...maybe('turns', given.turns.at),
      only: only.map(([name, values]) => ({
        path: place(name),
        values: new Set((Array.isArray(values) ? values : [values]).map(String)),
      })),
      text: place(given.turns.text),
      role: typeof given.turns.role === 'string' ? place(given.turns.role) : given.turns.role,
      ...(time === undefined
        ? {}
        : {
            time: { path: place(time.path), unit: time.unit, ...(time.zone === undefined ? {} : { zone: time.zone }) },
          }),
      ...maybe('order', given.turns.order),
      ...maybe('turnLanguage', given.turns.language),
      roles: new Map(Object.entries(given.roles ?? {})),
    },
  }
}

/** Columns of a CSV file that the mapping reads, for checking the header. */
export function columnsOf(mapping: Mapping): string[] {
  const paths = [
    mapping.id,
    mapping.channel,
    mapping.language,
    mapping.subject,
    mapping.noRecording,
    mapping.objection,
    mapping.text,
    mapping.role,
    mapping.time?.path,
    mapping.order,
    mapping.turnLanguage,
    ...mapping.only.map(({ path }) => path),
  ]
  return [...new Set(paths.flatMap((path) => (path !== undefined && 'text' in path ? [path.text] : [])))]
}

type Issue = { readonly path: readonly (string | number)[]; readonly expected: string }

/** The issue that says most: of a choice the branch that got furthest. */
function deepest(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): Issue {
  const path = [...above, ...issue.path]
  if (issue.code === 'invalid_union') {
    const branches = issue.errors.flatMap((errors) => (errors[0] === undefined ? [] : [deepest(errors[0], path)]))
    const furthest = branches.reduce<Issue | undefined>(
      (best, branch) => (best === undefined || branch.path.length > best.path.length ? branch : best),
      undefined,
    )
    if (furthest !== undefined)
      return furthest.path.length > path.length
        ? furthest
        : { ...furthest, expected: branches.map((branch) => branch.expected).join(' | ') }
  }
  const steps = path.map((step) => (typeof step === 'number' ? step : String(step)))
  if (issue.code === 'unrecognized_keys') return { path: [...steps, issue.keys[0] ?? ''], expected: 'no such field' }
  if (issue.code === 'invalid_type') return { path: steps, expected: issue.expected }
  if (issue.code === 'invalid_value') return { path: steps, expected: issue.values.map(String).join(' | ') }
  if (issue.code === 'invalid_format') return { path: steps, expected: String(issue.pattern ?? issue.format) }
  return { path: steps, expected: issue.message }
}
