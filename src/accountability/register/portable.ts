/**
 * The AI register as a file that goes in and out: JSON, or CSV in four tables (portable-csv.ts). What goes out comes in again as the same.
 * No person stands in it.
 */
import { z } from 'zod'
import {
  bilingual,
  channel,
  country,
  decisionClasses,
  emotionInferences,
  isStorable,
  slug,
  words,
} from '../../records/contract.ts'
import { parseJson } from '../../records/ingest/rules.ts'
import { type FieldPath, type FileProblem, type FileProblemCode, pathName } from './file-problem.ts'
import { systemStates } from './lifecycle.ts'
import { shapeProblems } from './shape-problems.ts'

/** Characters of one file. */
export const PORTABLE_CHARACTERS = 16 * 1_048_576
const DEEPEST = 40
/** Characters of the settings of one version, as JSON, and how deep they nest. */
const SETTINGS_CHARACTERS = 100_000
const SETTINGS_DEEPEST = 20
export const PROBLEMS_SHOWN = 100

const yesNoUnknown = ['yes', 'no', 'unknown'] as const

/** Points of annex III of the AI Act that a contact centre can come under. */
export const annexPoints = ['1(b)', '1(c)', '4(b)', '5(a)', '5(b)', '5(c)', '5(d)'] as const

/** Words on one line: a list of them is one cell, an item a line. */
const line = (max: number) => words(1, max).refine((text) => !/[\u0000-\u001f\u007f]/.test(text))
const link = line(500).refine((text) => text.startsWith('https://') && URL.canParse(text))
const slugs = z.array(slug).max(100)

/** Comes back from a file as it was: of a size that files take, and nothing that JSON or the database would change. */
function isSteady(settings: unknown): boolean {
  const steady = (value: unknown, left: number): boolean => {
    if (typeof value === 'string') return isStorable(value)
    if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value)
    if (typeof value !== 'object' || value === null) return true
    return left > 0 && Object.entries(value).every(([key, one]) => isStorable(key) && steady(one, left - 1))
  }
  return steady(settings, SETTINGS_DEEPEST) && JSON.stringify(settings).length <= SETTINGS_CHARACTERS
}

const portableVersion = z.strictObject({
  id: line(64),
  model: line(200),
  prompt: words(0, 100_000),
  knowledge: words(0, 2_000),
  settings: z.record(z.string(), z.json()).refine(isSteady, { error: 'settings_unfit' }),
  current: z.boolean(),
})

const portableSystem = z.strictObject({
  id: slug,
  client: slug,
  name: bilingual.strict(),
  description: bilingual.strict(),
  state: z.enum(systemStates),
  channels: z.array(channel).min(1).max(20),
  purposes: slugs,
  decisionClass: z.enum(decisionClasses),
  /** Whom it affects, in words: `klanten met een betalingsachterstand`. */
  groups: z.array(line(200)).max(50),
  /** What infers emotions of staff is forbidden and does not come in (AI Act 5(1)(f)). */
  emotionInference: z
    .string()
    .refine((value) => value !== 'staff', { error: 'emotion_of_staff' })
    .pipe(z.enum(emotionInferences)),
  profiling: z.enum(yesNoUnknown),
  annexIII: z.strictObject(
    Object.fromEntries(annexPoints.map((point) => [point, z.enum(yesNoUnknown)])) as Record<
      (typeof annexPoints)[number],
      z.ZodEnum<{ yes: 'yes'; no: 'no'; unknown: 'unknown' }>
    >,
  ),
  suppliers: slugs,
  /** The supplier's instructions for use (AI Act 13, 26(1)); null: not on file. */
  instructions: z
    .strictObject({
      title: line(200),
      version: line(64).nullable(),
      date: z.iso.date().nullable(),
      link: link.nullable(),
    })
    .nullable(),
  versions: z.array(portableVersion).max(500),
})

const portableSupplier = z.strictObject({
  id: slug,
  name: line(200),
  country,
  task: bilingual.strict(),
  subProcessors: z.array(z.strictObject({ name: line(200), country, task: line(300).nullable() })).max(200),
})

export const portableRegister = z.strictObject({
  /** Version of this form. */
  register: z.literal(1),
  systems: z.array(portableSystem).max(2_000),
  suppliers: z.array(portableSupplier).max(2_000),
})
export type PortableRegister = z.output<typeof portableRegister>
export type PortableSystem = PortableRegister['systems'][number]
export type PortableSupplier = PortableRegister['suppliers'][number]

export type PortableRead = { readonly register: PortableRegister } | { readonly problems: readonly FileProblem[] }

export const registerJson = (register: PortableRegister): string => `${JSON.stringify(register, null, 2)}\n`

/** The register, or everything that is wrong with the text: what is no JSON with line and column, else each field by its path. */
export function readRegisterJson(text: string): PortableRead {
  const whole = (code: FileProblemCode, values: FileProblem['values'], place = {}): PortableRead => ({
    problems: [{ code, field: '', values, ...place }],
  })
  if (text.length > PORTABLE_CHARACTERS) return whole('file_too_large', { mebibytes: PORTABLE_CHARACTERS / 1_048_576 })
  const json = text.replace(/^\uFEFF/, '')
  const parsed = parseJson(json, { depth: DEEPEST })
  if (!parsed.ok) {
    const { code, line, column } = parsed.failure
    return whole('json_unreadable', { reason: code }, { line, column })
  }
  const [note] = parsed.notes
  if (note !== undefined) return whole('json_unreadable', { reason: `${note.code} ${note.pointer}` })
  const checked = checkRegister(JSON.parse(json))
  if ('register' in checked) return checked
  return {
    problems: checked.found.slice(0, PROBLEMS_SHOWN).map(({ code, path, values }) => ({
      code,
      field: pathName(path),
      values,
    })),
  }
}

export type FoundProblem = {
  readonly code: FileProblemCode
  readonly path: FieldPath
  readonly values: FileProblem['values']
}

/** The register in a value, or each field that does not fit; ids and references are looked at once the shape is right. */
export function checkRegister(
  value: unknown,
): { readonly register: PortableRegister } | { readonly found: readonly FoundProblem[] } {
  const parsed = portableRegister.safeParse(value)
  const found = parsed.success ? referenceProblems(parsed.data) : versioned(shapeProblems(parsed.error, value))
  return found.length > 0 ? { found } : { register: parsed.data! }
}

const versioned = (found: readonly FoundProblem[]): FoundProblem[] =>
  found.map((one) =>
    pathName(one.path) === 'register' && one.code === 'choice_unknown'
      ? { ...one, code: 'version_of_file_unknown' }
      : one,
  )

function referenceProblems({ systems, suppliers }: PortableRegister): FoundProblem[] {
  const found: FoundProblem[] = []
  const once = (ids: readonly string[], at: (n: number) => FieldPath) => {
    const seen = new Set<string>()
    for (const [n, id] of ids.entries()) {
      if (seen.has(id)) found.push({ code: 'id_twice', path: at(n), values: { id } })
      seen.add(id)
    }
    return seen
  }
  const known = once(
    suppliers.map(({ id }) => id),
    (n) => ['suppliers', n, 'id'],
  )
  once(
    systems.map(({ id }) => id),
    (n) => ['systems', n, 'id'],
  )
  for (const [s, system] of systems.entries()) {
    for (const id of system.suppliers)
      if (!known.has(id)) found.push({ code: 'reference_unknown', path: ['systems', s, 'suppliers'], values: { id } })
    once(
      system.versions.map(({ id }) => id),
      (n) => ['systems', s, 'versions', n, 'id'],
    )
    const second = system.versions
      .map(({ current }) => current)
      .indexOf(true, 1 + system.versions.findIndex((one) => one.current))
    if (system.versions.some((one) => one.current) && second > 0)
      found.push({ code: 'version_current_twice', path: ['systems', s, 'versions', second, 'current'], values: {} })
  }
  return found
}
