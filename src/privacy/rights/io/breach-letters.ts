/** Letters to the people a breach touched: each with their own days, in their own language; and who was told when. */
import type { z } from 'zod'
import type { Row, Tx } from '../../../platform/database.ts'
import type { Language } from '../../../platform/text.ts'
import { findSubjects, tenantOf } from '../../../records/index.ts'
import type { SubjectPlace } from '../../../records/rules.ts'
import type { KeyRing } from '../../../vault/index.ts'
import type { Bundle, bundleRequest, wordRequest } from '../contract.ts'
import { type AboutBreach, breachLetter } from '../letter.ts'
import { type Search, touched } from './affected.ts'
import { aboutClient } from './copies.ts'

export type BreachAbout = Pick<AboutBreach, 'id' | 'kinds' | 'categories' | 'knownSince'> & {
  readonly searches: readonly Search[]
  readonly words: z.output<typeof wordRequest>
}

/** Letters in one piece of a bundle. */
const PIECE = 1_000

/** How many people were found and are not told yet; who was erased cannot be told any more. */
export async function untoldOf(tx: Tx, id: string): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(
    `select count(*)::int as n from breach_subject b join data_subject d using (tenant_id, subject_id)
     where b.tenant_id = $1 and b.breach_id = $2 and b.told_at is null and d.erased_at is null`,
    [tenantOf(tx), id],
  )
  return rows[0]!.n
}

/** Everybody who was found and not told is told now; returns how many. */
export async function tellAffected(tx: Tx, id: string, now: Date): Promise<number> {
  const { rowCount } = await tx.query(
    `update breach_subject b set told_at = $3 from data_subject d
     where b.tenant_id = $1 and b.breach_id = $2 and b.told_at is null and d.tenant_id = b.tenant_id and d.subject_id = b.subject_id and d.erased_at is null`,
    [tenantOf(tx), id, now],
  )
  return rowCount
}

type Person = Row & {
  subject_id: string
  client_id: string
  language: string | null
  told_at: Date | null
  erased_at: Date | null
}

export async function composeBundle(
  tx: Tx,
  ring: KeyRing,
  about: BreachAbout,
  { client, references, after }: z.output<typeof bundleRequest>,
  now: Date,
): Promise<Bundle> {
  const { rows } = await tx.query<Person>(
    `select b.subject_id, b.client_id, d.language, b.told_at, d.erased_at from breach_subject b join data_subject d using (tenant_id, subject_id)
     where b.tenant_id = $1 and b.breach_id = $2 and ($3::text is null or b.subject_id > $3) order by b.subject_id limit ${PIECE + 1}`,
    [tenantOf(tx), about.id, after ?? null],
  )
  const people = rows.slice(0, PIECE)
  const living = people.filter(({ erased_at }) => erased_at === null)
  const named = await namesOf(tx, ring, client, references, living)
  const days = await daysOf(tx, about.searches)
  const letters: Bundle['letters'] = []
  for (const person of living) {
    const place = { client: person.client_id, subject: person.subject_id }
    const letter = await compose(tx, about, place, languageOf(person.language), days, person.told_at ?? now)
    letters.push({
      ...place,
      reference: named.get(person.subject_id) ?? null,
      toldAt: person.told_at?.toISOString() ?? null,
      letter,
    })
  }
  return {
    letters,
    erased: people.length - living.length,
    more: rows.length > PIECE ? people.at(-1)!.subject_id : null,
  }
}

const languageOf = (tag: string | null): Language => (tag?.toLowerCase().startsWith('en') ? 'en' : 'nl')

/** Which of the customer numbers that were sent along belongs to whom. */
async function namesOf(
  tx: Tx,
  ring: KeyRing,
  client: string | undefined,
  references: readonly string[],
  people: readonly Person[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  if (references.length === 0) return names
  const clients = client === undefined ? [...new Set(people.map(({ client_id }) => client_id))] : [client]
  for (const of of clients)
    for (const [n, found] of (
      await findSubjects(
        tx,
        ring,
        references.map((reference) => ({ client: of, reference })),
      )
    ).entries())
      if (found !== undefined) names.set(found.id, references[n]!)
  return names
}

/** The moments of conversations that the searches found, by subject. */
async function daysOf(tx: Tx, searches: readonly Search[], subject?: string): Promise<ReadonlyMap<string, Date[]>> {
  const found = new Map<string, Set<string>>()
  for (const search of searches)
    for (const one of await touched(tx, search, subject ?? null))
      if (one.conversation !== null && (subject === undefined || one.subject === subject))
        found.set(one.subject, (found.get(one.subject) ?? new Set()).add(one.conversation))
  const { rows } = await tx.query<{ conversation_id: string; started_at: Date }>(
    'select conversation_id, started_at from conversation where tenant_id = $1 and conversation_id = any($2)',
    [tenantOf(tx), [...found.values()].flatMap((conversations) => [...conversations])],
  )
  const began = new Map(rows.map((row) => [row.conversation_id, row.started_at]))
  return new Map(
    [...found].map(([whose, conversations]) => [
      whose,
      [...conversations].flatMap((one) => {
        const at = began.get(one)
        return at === undefined ? [] : [at]
      }),
    ]),
  )
}

async function compose(
  tx: Tx,
  about: BreachAbout,
  place: SubjectPlace,
  language: Language,
  days: ReadonlyMap<string, Date[]>,
  at: Date,
): Promise<Bundle['letters'][number]['letter']> {
  const { name: organisation, contact } = await aboutClient(tx, place.client)
  const { phone, email, privacyOfficer } = contact
  const letter = breachLetter(
    {
      ...about,
      words: about.words[language],
      organisation,
      contact: [phone, email, privacyOfficer].filter((one) => one !== undefined),
      conversations: days.get(place.subject) ?? [],
    },
    language,
    at,
  )
  return { ...letter, paragraphs: [...letter.paragraphs] }
}

/** The letter of one person. */
export const letterFor = async (
  tx: Tx,
  about: BreachAbout,
  place: SubjectPlace,
  language: Language,
  at: Date,
): Promise<Bundle['letters'][number]['letter']> =>
  compose(tx, about, place, language, await daysOf(tx, about.searches, place.subject), at)
