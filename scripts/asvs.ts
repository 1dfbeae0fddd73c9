/**
 * OWASP ASVS 5.0, levels 1 and 2: for each requirement whether it is met, with the tests that show it. The data is
 * docs/reference/asvs.yaml in words of our own; the standard (CC BY-SA 4.0) is not copied.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

export const asvsVersion = '5.0.0'
const root = join(import.meta.dirname, '..')

/** Names of tests per file, as they run. */
const tests = z
  .record(z.string(), z.array(z.string().min(1)).min(1))
  .refine((files) => Object.keys(files).length > 0, { message: 'names no test' })

/** Exactly one of `met`, `notApplicable` and `open`. */
const requirement = z
  .strictObject({
    /** As the standard numbers it: `V6.2.1`. */
    id: z.string().regex(/^V\d{1,2}\.\d{1,2}\.\d{1,2}$/),
    level: z.union([z.literal(1), z.literal(2)]),
    /** What it asks for, in our words. */
    about: z.string().min(10).max(200),
    met: tests.optional(),
    /** Why it cannot apply. */
    notApplicable: z.string().min(20).optional(),
    /** Expressions that stand nowhere in the code that ships, nor in the name of a package that ships. */
    absent: z.array(z.string().min(2)).optional(),
    /** What is missing. */
    open: z.string().min(20).optional(),
    /** What a reader should know beside the tests. */
    note: z.string().min(10).optional(),
  })
  .refine(
    ({ met, notApplicable, open }) => [met, notApplicable, open].filter((one) => one !== undefined).length === 1,
    {
      message: 'has exactly one of met, notApplicable and open',
    },
  )
  .refine(({ absent, notApplicable }) => absent === undefined || notApplicable !== undefined, {
    message: 'absent belongs to notApplicable',
  })
export type Requirement = z.output<typeof requirement>

const table = z.strictObject({
  chapters: z.record(z.string().regex(/^V\d{1,2}$/), z.string()),
  requirements: z.array(requirement),
})
export type AsvsTable = z.output<typeof table>

/** Errors: a text that names the requirement and the field. */
export function readAsvs(text: string): AsvsTable {
  const given: unknown = parse(text)
  const read = table.safeParse(given)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const [list, index] = issue!.path
  const named =
    list === 'requirements' && typeof index === 'number'
      ? ((given as { requirements: { id?: string }[] }).requirements[index]?.id ?? `number ${index + 1}`)
      : 'the file'
  throw new Error(`docs/reference/asvs.yaml: ${named}: ${issue!.path.slice(2).join('.')} ${issue!.message}`)
}

export const asvs = (): AsvsTable => readAsvs(readFileSync(join(root, 'docs/reference/asvs.yaml'), 'utf8'))

/**
 * What a test file calls its tests, as written there: of a name made for several cases the text with its `${…}`. One that
 * is commented out, or always skipped, is none.
 */
export function testNames(source: string): Set<string> {
  return new Set(
    [
      ...source.matchAll(
        /^[ \t]*test\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`)(?!,\s*\{[^}]*\b(?:skip|todo): *(?:true|['"`]))/gm,
      ),
    ].map(([, single, double, template]) => (single ?? double ?? template)!.replaceAll(/\\(['"`])/g, '$1')),
  )
}

/**
 * Has the file a test that runs under this name? Of a name made for several cases every part that the case fills in must
 * stand in the file too, as a text in quotes or a number.
 */
export function hasTest(source: string, name: string): boolean {
  const names = testNames(source)
  if (names.has(name)) return !name.includes('${')
  const stands = (part: string) =>
    ["'", '"', '`'].some((quote) => source.includes(`${quote}${part.replaceAll(quote, `\\${quote}`)}${quote}`)) ||
    (source.match(/(?<![\w.])\d[\d_]*(?![\w.])/g) ?? []).some((number) => number.replaceAll('_', '') === part)
  for (const template of names) {
    const fixed = template.split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/)
    if (fixed.length < 2) continue
    const pattern = new RegExp(
      `^${fixed.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('(.+)')}$`,
      'u',
    )
    const filled = pattern.exec(name)?.slice(1)
    if (filled?.every(stands)) return true
  }
  return false
}

const order = (id: string) =>
  id
    .slice(1)
    .split('.')
    .reduce((sum, part) => sum * 100 + Number(part), 0)

/** What is wrong with a table, one line a fault. `source` gives the text of a file of the checkout, or undefined. */
export function faultsOf(
  { chapters, requirements }: AsvsTable,
  source: (file: string) => string | undefined,
): readonly string[] {
  const faults: string[] = []
  for (const [index, { id }] of requirements.entries()) {
    const before = requirements[index - 1]?.id
    if (before !== undefined && order(before) >= order(id)) faults.push(`${id} stands after ${before}`)
    if (chapters[id.split('.')[0]!] === undefined) faults.push(`${id}: its chapter has no name`)
  }
  for (const { id, met = {} } of requirements)
    for (const [file, names] of Object.entries(met)) {
      const text = /\.test\.tsx?$/.test(file) ? source(file) : undefined
      if (text === undefined) faults.push(`${id}: ${file} is no test file`)
      else for (const name of names) if (!hasTest(text, name)) faults.push(`${id}: ${file} has no test «${name}»`)
    }
  return faults
}

/** Code that ships, without what is only said in comments and without tests. */
export function shippedCode(): Map<string, string> {
  const files = globSync('{src,web,sdk}/**/*.{ts,tsx,mjs,css}', { cwd: root }).filter(
    (file) => !/\.test\.tsx?$|\/testing\.ts$|node_modules|sdk\/dist|web\/(fixtures|preview)/.test(file),
  )
  return new Map(
    files.map((file) => [
      file,
      readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<![:'"`\\])\/\/.*$/gm, ''),
    ]),
  )
}

const states = ['met', 'notApplicable', 'open'] as const
const stateOf = (one: Requirement) => states.find((state) => one[state] !== undefined)!
const words = { met: 'met', notApplicable: 'not applicable', open: 'open' } as const

/** docs/reference/asvs.md, without its first line. */
export function asvsPage({ chapters, requirements }: AsvsTable): string {
  const count = (level: 1 | 2 | undefined, state: (typeof states)[number] | undefined) =>
    requirements.filter(
      (one) => (level === undefined || one.level === level) && (state === undefined || stateOf(one) === state),
    ).length
  const row = (name: string, level: 1 | 2 | undefined) =>
    `| ${name} | ${count(level, 'met')} | ${count(level, 'notApplicable')} | ${count(level, 'open')} | ${count(level, undefined)} |`
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
  const evidence = ({ met, notApplicable, open, note }: Requirement) =>
    [
      ...Object.entries(met ?? {}).map(
        ([file, names]) => `\`${file}\`: ${names.map((name) => `“${name}”`).join('; ')}`,
      ),
      ...[notApplicable, open, note].filter((text) => text !== undefined),
    ]
      .map(cell)
      .join('<br>')
  return [
    `# OWASP ASVS ${asvsVersion}, levels 1 and 2`,
    '',
    'The [Application Security Verification Standard](https://owasp.org/www-project-application-security-verification-standard/)',
    'names what a web application must do. This page says of each requirement of levels 1 and 2 whether Waarborg does it. *Met*',
    'names the tests that show it: they exist under exactly that name, or the check fails. *Not applicable* says why; where it',
    'rests on something that is not there, a test looks for it. *Open* says what is missing. Sentences are ours; the standard',
    'itself is what counts. It is our own reading, not an audit, of an installation that has what',
    '[production.md](../howto/production.md) asks to set. Data: [asvs.yaml](asvs.yaml).',
    '',
    '| | Met | Not applicable | Open | Together |',
    '| --- | --- | --- | --- | --- |',
    row('Level 1', 1),
    row('Level 2', 2),
    row('Together', undefined),
    ...Object.entries(chapters).flatMap(([chapter, name]) => [
      '',
      `## ${chapter} ${name}`,
      '',
      '| | Level | Asks for | State | Shown by, or why |',
      '| --- | --- | --- | --- | --- |',
      ...requirements
        .filter(({ id }) => id.startsWith(`${chapter}.`))
        .map((one) => `| ${one.id} | ${one.level} | ${cell(one.about)} | ${words[stateOf(one)]} | ${evidence(one)} |`),
    ]),
    '',
  ].join('\n')
}
