/**
 * An AI system in the fields of the Dutch algorithm register (Algoritmeregister, publication standard 1.0,
 * https://algoritmes.overheid.nl/nl/footer/documentatie): which there are, how long, which values. A text that does not fit is a problem
 * with its place, and never cut. Public bodies publish there; others show the same fields on a page of their own.
 */
import type { Outcome } from './classification/classify.ts'
import { runningOf, type SystemLife } from './lifecycle.ts'
import type { PortableSupplier, PortableSystem } from './portable.ts'

export const registerThemes = [
  'Organisatie en bedrijfsvoering',
  'Cultuur en recreatie',
  'Economie',
  'Overheidsfinanciën',
  'Wonen',
  'Internationaal',
  'Migratie en integratie',
  'Natuur en milieu',
  'Onderwijs en wetenschap',
  'Openbare orde en veiligheid',
  'Recht',
  'Ruimte en infrastructuur',
  'Sociale zekerheid',
  'Verkeer',
  'Werk',
  'Zorg en gezondheid',
] as const
export const registerStatuses = ['In ontwikkeling', 'In gebruik', 'Buiten gebruik'] as const
export const publicationCategories = ['Hoog-risico AI-systeem', 'Impactvolle algoritmes', 'Overige algoritmes'] as const

type Field =
  | {
      readonly kind: 'text'
      readonly max: number
      readonly required?: true
      readonly form?: 'link' | 'month' | 'contact'
    }
  | { readonly kind: 'choice'; readonly values: readonly string[]; readonly required?: true }
  | { readonly kind: 'choices'; readonly values: readonly string[] }
  /** Pairs of a title and a link. `title` null: the standard sets no length. */
  | { readonly kind: 'links'; readonly title: number | null; readonly link: number; readonly linkMayMiss?: true }

/** Lengths in characters. The register itself fills in `lars` and `publication_dt`. */
export const algorithmFields = {
  name: { kind: 'text', max: 100, required: true },
  description_short: { kind: 'text', max: 400, required: true },
  organization: { kind: 'text', max: 100, required: true },
  category: { kind: 'choices', values: registerThemes },
  status: { kind: 'choice', values: registerStatuses, required: true },
  begin_date: { kind: 'text', max: 7, form: 'month' },
  end_date: { kind: 'text', max: 7, form: 'month' },
  contact_email: { kind: 'text', max: 500, required: true, form: 'contact' },
  website: { kind: 'text', max: 500, form: 'link' },
  publication_category: { kind: 'choice', values: publicationCategories, required: true },
  url: { kind: 'text', max: 500, form: 'link' },
  goal: { kind: 'text', max: 2_500 },
  proportionality: { kind: 'text', max: 2_500 },
  human_intervention: { kind: 'text', max: 2_500 },
  risks: { kind: 'text', max: 2_500 },
  lawful_basis: { kind: 'text', max: 2_500 },
  lawful_basis_grouping: { kind: 'links', title: 100, link: 500 },
  process_index_url: { kind: 'text', max: 500, form: 'link' },
  impacttoetsen: { kind: 'text', max: 2_500 },
  impacttoetsen_grouping: { kind: 'links', title: null, link: 500, linkMayMiss: true },
  source_data: { kind: 'text', max: 2_500 },
  source_data_grouping: { kind: 'links', title: 500, link: 500 },
  methods_and_models: { kind: 'text', max: 5_000 },
  provider: { kind: 'text', max: 200 },
  publiccode: { kind: 'text', max: 500, form: 'link' },
  lang: { kind: 'choice', values: ['nld'], required: true },
  standard_version: { kind: 'choice', values: ['1.0'] },
  source_id: { kind: 'text', max: 100 },
  tags: { kind: 'text', max: 2_500 },
} as const satisfies Record<string, Field>
export type AlgorithmField = keyof typeof algorithmFields
export const algorithmFieldNames = Object.keys(algorithmFields) as AlgorithmField[]

type Link = { readonly title: string; readonly link?: string }
type ValueOf<F extends Field> = F extends { kind: 'links' }
  ? readonly Link[]
  : F extends { kind: 'choices'; values: readonly (infer V)[] }
    ? readonly V[]
    : F extends { kind: 'choice'; values: readonly (infer V)[] }
      ? V
      : string

/** Fields that are absent stay away. */
export type AlgorithmEntry = { readonly [F in AlgorithmField]?: ValueOf<(typeof algorithmFields)[F]> }

export type EntryProblem = {
  readonly code: 'entry_missing' | 'entry_too_long' | 'entry_unreadable' | 'entry_choice'
  /** `goal`, `lawful_basis_grouping[0].title`. */
  readonly field: string
  /** `entry_too_long`: characters there are, and may be. */
  readonly values: Readonly<Record<string, number>>
}

/** What the register of AI systems does not hold; filled in by a person, in Dutch. */
export type Publication = Omit<
  AlgorithmEntry,
  | 'name'
  | 'description_short'
  | 'status'
  | 'publication_category'
  | 'provider'
  | 'lang'
  | 'standard_version'
  | 'source_id'
>

/** The entry of a system, or everything of it that does not fit the standard. `outcome`: its classification. */
export function algorithmEntry(given: {
  readonly system: PortableSystem
  readonly life: SystemLife
  readonly outcome: Outcome
  readonly suppliers: readonly PortableSupplier[]
  readonly publication: Publication
}): { readonly entry: AlgorithmEntry } | { readonly problems: readonly EntryProblem[] } {
  const { system, publication } = given
  const suppliers = given.suppliers.filter(({ id }) => system.suppliers.includes(id)).map(({ name }) => name)
  const entry: AlgorithmEntry = {
    ...publication,
    name: system.name.nl,
    description_short: system.description.nl,
    status: statusOf(given.life),
    publication_category: categoryOf(system, given.outcome),
    ...(suppliers.length === 0 ? {} : { provider: suppliers.join(', ') }),
    lang: 'nld',
    standard_version: '1.0',
    source_id: system.id,
  }
  const problems = entryProblems(entry)
  return problems.length > 0 ? { problems } : { entry }
}

/** A pilot with real customers is use; so is what goes on while a change is looked at. */
function statusOf(life: SystemLife): (typeof registerStatuses)[number] {
  if (life.state === 'retired') return 'Buiten gebruik'
  const inUse = runningOf(life) !== null || life.state === 'suspended' || life.state === 'retiring'
  return inUse ? 'In gebruik' : 'In ontwikkeling'
}

/**
 * High risk by its classification; of the rest those that take decisions about people are impactful (Handreiking Algoritmeregister,
 * category B), also when not every question is answered yet.
 */
function categoryOf(system: PortableSystem, outcome: Outcome): (typeof publicationCategories)[number] {
  if (outcome.highRisk.length > 0) return 'Hoog-risico AI-systeem'
  const decides = system.decisionClass === 'decide' || system.decisionClass === 'solely_automated'
  return decides || outcome.open.length > 0 ? 'Impactvolle algoritmes' : 'Overige algoritmes'
}

/** What of an entry does not fit the standard, in the order of its fields. */
export function entryProblems(entry: AlgorithmEntry): EntryProblem[] {
  return algorithmFieldNames.flatMap((name) => fieldProblems(name, algorithmFields[name], entry[name]))
}

function fieldProblems(name: AlgorithmField, field: Field, value: unknown): EntryProblem[] {
  const required = 'required' in field && field.required === true
  if (value === undefined || value === '') return required ? [{ code: 'entry_missing', field: name, values: {} }] : []
  const choice = (one: string, at: string, values: readonly string[]): EntryProblem[] =>
    values.includes(one) ? [] : [{ code: 'entry_choice', field: at, values: {} }]
  switch (field.kind) {
    case 'text':
      return textProblems(name, value as string, field.max, field.form)
    case 'choice':
      return choice(value as string, name, field.values)
    case 'choices':
      return (value as readonly string[]).flatMap((one, n) => choice(one, `${name}[${n}]`, field.values))
    case 'links':
      return (value as readonly Link[]).flatMap(({ title, link }, n) => [
        ...textProblems(`${name}[${n}].title`, title, field.title),
        ...(link === undefined && field.linkMayMiss
          ? []
          : textProblems(`${name}[${n}].link`, link ?? '', field.link, 'link')),
      ])
  }
}

function textProblems(
  field: string,
  text: string,
  max: number | null,
  form?: 'link' | 'month' | 'contact',
): EntryProblem[] {
  const length = [...text].length
  if (text.trim() === '') return [{ code: 'entry_missing', field, values: {} }]
  if (max !== null && length > max) return [{ code: 'entry_too_long', field, values: { length, limit: max } }]
  const isLink = text.startsWith('https://') && URL.canParse(text)
  const fits =
    form === undefined ||
    (form === 'month' ? /^\d{4}-(0[1-9]|1[0-2])$/.test(text) : isLink) ||
    (form === 'contact' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text))
  return fits ? [] : [{ code: 'entry_unreadable', field, values: {} }]
}
