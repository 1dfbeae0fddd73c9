/**
 * The AI register as CSV (RFC 4180) in four tables, for people with a spreadsheet. A column is named by the field of the JSON; a list is
 * one cell with an item on each line; what a spreadsheet would take for a formula is kept as text and read back as it was.
 */
import { cellText, csvText } from '../../platform/csv.ts'
import { createCsvReader, guessDelimiter, parseJson } from '../../records/ingest/rules.ts'
import { type FieldPath, type FileProblem, type FileProblemCode, pathName } from './file-problem.ts'
import {
  annexPoints,
  checkRegister,
  type FoundProblem,
  PORTABLE_CHARACTERS,
  type PortableRead,
  type PortableRegister,
  PROBLEMS_SHOWN,
} from './portable.ts'
import { valueAt } from './shape-problems.ts'

/** `maybe`: an empty cell is null. */
type Kind = 'text' | 'maybe' | 'list' | 'json' | 'yes_no'
type Column = { readonly name: string; readonly path: FieldPath; readonly kind: Kind }

const column = (kind: Kind, ...path: string[]): Column => ({ name: pathName(path), path, kind })
const both = (field: string): Column[] => [column('text', field, 'nl'), column('text', field, 'en')]

/** The tables; the first column of `versions` and `subProcessors` says to what a row belongs. */
export const portableTables = {
  systems: [
    column('text', 'id'),
    column('text', 'client'),
    ...both('name'),
    ...both('description'),
    column('text', 'state'),
    column('list', 'channels'),
    column('list', 'purposes'),
    column('text', 'decisionClass'),
    column('list', 'groups'),
    column('text', 'emotionInference'),
    column('text', 'profiling'),
    ...annexPoints.map((point) => column('text', 'annexIII', point)),
    column('list', 'suppliers'),
    column('maybe', 'instructions', 'title'),
    column('maybe', 'instructions', 'version'),
    column('maybe', 'instructions', 'date'),
    column('maybe', 'instructions', 'link'),
  ],
  versions: [
    column('text', 'system'),
    column('text', 'id'),
    column('text', 'model'),
    column('text', 'prompt'),
    column('text', 'knowledge'),
    column('json', 'settings'),
    column('yes_no', 'current'),
  ],
  suppliers: [column('text', 'id'), column('text', 'name'), column('text', 'country'), ...both('task')],
  subProcessors: [
    column('text', 'supplier'),
    column('text', 'name'),
    column('text', 'country'),
    column('maybe', 'task'),
  ],
} as const satisfies Record<string, readonly Column[]>
export type PortableTable = keyof typeof portableTables
export const portableTableNames = Object.keys(portableTables) as PortableTable[]
export type PortableFiles = Readonly<Record<PortableTable, string>>

/** The four files, each with a byte order mark so that spreadsheets read them as UTF-8. */
export function registerCsv({ systems, suppliers }: PortableRegister): PortableFiles {
  const text = (table: PortableTable, rows: readonly object[]) => {
    const columns: readonly Column[] = portableTables[table]
    return `\uFEFF${csvText(
      columns.map(({ name }) => name),
      rows.map((row) => columns.map((one) => cellOf(one.kind, valueAt(row, one.path)))),
    )}`
  }
  return {
    systems: text('systems', systems),
    versions: text(
      'versions',
      systems.flatMap((system) => system.versions.map((version) => ({ system: system.id, ...version }))),
    ),
    suppliers: text('suppliers', suppliers),
    subProcessors: text(
      'subProcessors',
      suppliers.flatMap((supplier) => supplier.subProcessors.map((sub) => ({ supplier: supplier.id, ...sub }))),
    ),
  }
}

function cellOf(kind: Kind, value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (kind === 'list') return (value as readonly string[]).join('\n')
  if (kind === 'json') return JSON.stringify(value)
  if (kind === 'yes_no') return value === true ? 'yes' : 'no'
  return String(value)
}

/** The register, or everything that is wrong with the files: each problem with its table, line and column. */
export function readRegisterCsv(files: PortableFiles): PortableRead {
  const read = Object.fromEntries(portableTableNames.map((table) => [table, readTable(table, files[table])])) as Record<
    PortableTable,
    Table
  >
  const broken = portableTableNames.flatMap((table) => read[table].problems)
  if (broken.length > 0) return { problems: broken.slice(0, PROBLEMS_SHOWN) }
  const { systems, suppliers, versions, subProcessors } = read
  const lost = [
    ...withoutParent('versions', 'system', versions, systems),
    ...withoutParent('subProcessors', 'supplier', subProcessors, suppliers),
  ]
  const versionsOf = childrenOf(versions)
  const subsOf = childrenOf(subProcessors)
  const value = {
    register: 1,
    systems: systems.rows.map(({ value: one }, n) => ({
      ...one,
      instructions: withoutNothing(one.instructions),
      versions: versionsOf(firstOf(systems, n)).map((row) => row.value),
    })),
    suppliers: suppliers.rows.map(({ value: one }, n) => ({
      ...one,
      subProcessors: subsOf(firstOf(suppliers, n)).map((row) => row.value),
    })),
  }
  const checked = checkRegister(value)
  const found = 'found' in checked ? checked.found : []
  if ('register' in checked && lost.length === 0) return checked
  const placed = found.map((one): FileProblem => {
    const [list, n, part, m, ...rest] = one.path
    const parent = list === 'systems' ? 'systems' : 'suppliers'
    const row = read[parent].rows[Number(n)]
    const id = firstOf(read[parent], Number(n))
    if (part === 'versions' && typeof m === 'number') return at('versions', versionsOf(id)[m], rest, one)
    if (part === 'subProcessors' && typeof m === 'number') return at('subProcessors', subsOf(id)[m], rest, one)
    return at(parent, row, one.path.slice(2), one)
  })
  return { problems: [...lost, ...placed].slice(0, PROBLEMS_SHOWN) }
}

/** `value` is built by the paths of the columns; `parent`: to what the row belongs. */
type Row = { readonly line: number; readonly parent: string | null; readonly value: Readonly<Record<string, unknown>> }
type Table = { readonly rows: readonly Row[]; readonly problems: readonly FileProblem[] }

function at(table: PortableTable, row: Row | undefined, path: FieldPath, { code, values }: FoundProblem): FileProblem {
  const columns: readonly Column[] = portableTables[table]
  // An item of a list stands in the cell of the list.
  const column = columns.find((one) => one.path.every((part, n) => path[n] === part))
  return {
    code,
    file: table,
    ...(row === undefined ? {} : { line: row.line }),
    field: column?.name ?? pathName(path),
    values,
  }
}

function readTable(table: PortableTable, text: string): Table {
  const problem = (code: FileProblemCode, line: number, field: string, values: FileProblem['values'] = {}) => ({
    code,
    file: table,
    line,
    field,
    values,
  })
  if (text.length > PORTABLE_CHARACTERS)
    return {
      rows: [],
      problems: [problem('file_too_large', 1, '', { mebibytes: PORTABLE_CHARACTERS / 1_048_576 })],
    }
  const plain = text.replace(/^\uFEFF/, '')
  const reader = createCsvReader({ delimiter: guessDelimiter(plain.slice(0, 10_000)), rowCharacters: 1_048_576 })
  const read = [...reader.push(plain), ...reader.end()]
  const [head, ...lines] = read
  const columns: readonly Column[] = portableTables[table]
  if (head === undefined || 'problem' in head)
    return { rows: [], problems: [problem('csv_unreadable', 1, '', { reason: head?.problem ?? 'empty' })] }
  const names = head.cells
  const problems: FileProblem[] = [
    ...columns.filter(({ name }) => !names.includes(name)).map(({ name }) => problem('column_missing', 1, name)),
    ...names
      .filter((name) => !columns.some((one) => one.name === name))
      .map((name) => problem('column_unknown', 1, name)),
    ...names.filter((name, n) => names.indexOf(name) < n).map((name) => problem('column_twice', 1, name)),
  ]
  if (problems.length > 0) return { rows: [], problems }
  const rows: Row[] = []
  for (const row of lines) {
    if ('problem' in row) problems.push(problem('csv_unreadable', row.line, '', { reason: row.problem }))
    else if (row.cells.length !== names.length)
      problems.push(problem('row_cells', row.line, '', { cells: row.cells.length, columns: names.length }))
    else {
      const value: Record<string, unknown> = {}
      for (const one of columns) {
        const given = readCell(one.kind, cellText(row.cells[names.indexOf(one.name)]!))
        if (given === undefined) problems.push(problem('field_unreadable', row.line, one.name))
        else set(value, one.path, given.value)
      }
      const child = table === 'versions' || table === 'subProcessors'
      const { [columns[0]!.name]: first, ...others } = value
      rows.push({ line: row.line, parent: child ? String(first) : null, value: child ? others : value })
    }
  }
  return { rows, problems }
}

/** undefined when the cell cannot be of this kind. */
function readCell(kind: Kind, cell: string): { readonly value: unknown } | undefined {
  if (kind === 'text') return { value: cell }
  if (kind === 'maybe') return { value: cell === '' ? null : cell }
  if (kind === 'list') return { value: cell === '' ? [] : cell.split(/\r?\n/) }
  if (kind === 'yes_no') return cell === 'yes' || cell === 'no' ? { value: cell === 'yes' } : undefined
  // What is read with a note, such as a key that is there twice, is not what was written.
  const read = parseJson(cell)
  return read.ok && read.notes.length === 0 ? { value: JSON.parse(cell) } : undefined
}

function set(into: Record<string, unknown>, [first, ...rest]: FieldPath, value: unknown): void {
  const name = String(first)
  if (rest.length === 0) {
    into[name] = value
    return
  }
  into[name] ??= {}
  set(into[name] as Record<string, unknown>, rest, value)
}

/** Four empty cells are no instructions. */
const withoutNothing = (given: unknown): unknown =>
  Object.values(given as Readonly<Record<string, unknown>>).every((one) => one === null) ? null : given

const firstOf = (table: Table, n: number): string => String(table.rows[n]?.value.id)

/** Rows by what they belong to. */
function childrenOf(table: Table): (parent: string) => readonly Row[] {
  const byParent = Map.groupBy(table.rows, ({ parent }) => parent)
  return (parent) => byParent.get(parent) ?? []
}

function withoutParent(table: PortableTable, field: string, children: Table, parents: Table): FileProblem[] {
  const known = new Set(parents.rows.map((_, n) => firstOf(parents, n)))
  return children.rows
    .filter(({ parent }) => !known.has(parent!))
    .map(({ line, parent }) => ({ code: 'reference_unknown', file: table, line, field, values: { id: parent! } }))
}
