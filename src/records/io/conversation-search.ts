/** Conversations by the words that were said in them: how many, a page of them, and after a reason a piece of each. */
import type { z } from 'zod'
import { type Act, addReveal, addView, openingOf } from '../../access/index.ts'
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Role } from '../../platform/http.ts'
import type { KeyRing } from '../../vault/index.ts'
import type { foundList, piece, searchRequest } from '../contract.ts'
import { readsContentAs } from '../conversation.ts'
import { AFTER_ALL, momentOf } from '../search/document.ts'
import { clientsOf, findDocuments, type Looking, placesOf } from '../search/io/find.ts'
import { tokensOf } from '../search/io/tokens.ts'
import { COUNTED, FEWEST, type FoundPage, foundPage, foundToken, PAGE, readFoundToken } from '../search/page.ts'
import { snippetOf, type Wanted, wantedIn } from '../search/words.ts'
import { keyIfThere, type Reader, type Summary, summariesOf } from './conversation-reads.ts'
import { openTurn } from './conversations.ts'
import { tenantOf } from './event.ts'

type Request = z.output<typeof searchRequest>
type FoundList = z.output<typeof foundList>
type Pieces = NonNullable<Request['pieces']>

/**
 * A page of the conversations in which all these words were said, the newest first, without contents. Roles that may read
 * get a piece of each after a reason; every piece is a look on record, like opening the conversation. Other roles get only how
 * many there are, since a list would tell what someone said. What is counted is counted up to `COUNTED`. Errors:
 * `words_unclear` (422: nothing is left to look for), `page_unknown` (422), `words_needed` (422: the reason asks for words).
 */
export async function searchConversations(
  tx: Tx,
  ring: KeyRing,
  request: Request,
  reader: Reader,
  act: Act,
): Promise<FoundList> {
  const wanted = wantedIn(request.words)
  if (wanted === undefined) throw new ApiError(422, 'words_unclear', { param: 'words' })
  if (request.pieces?.reason === 'other' && request.pieces.words === undefined)
    throw new ApiError(422, 'words_needed', { param: 'pieces.words' })
  const before = request.before === undefined ? undefined : readFoundToken(request.before)
  if (request.before !== undefined && before === undefined) throw new ApiError(422, 'page_unknown', { param: 'before' })
  const role = readsContentAs(reader.roles, 'normal')
  const looking = await lookingFor(tx, ring, wanted, request)
  const found = await findDocuments(tx, looking, {
    below: before?.below ?? AFTER_ALL,
    most: (before === undefined ? COUNTED : PAGE) + 1,
  })
  const page = foundPage(found, before?.counted)
  const { counted } = page
  if (role === undefined) {
    const total = counted.total < FEWEST ? null : counted.total
    return { conversations: [], total, more: counted.more, until: null, contents: 'closed', next: null }
  }
  return {
    conversations: await linesOf(tx, ring, looking, page, { reader, role, pieces: request.pieces }, act),
    ...counted,
    until: page.until === undefined ? null : momentOf(page.until).toISOString(),
    contents: request.pieces === undefined ? 'reason_needed' : 'open',
    next: page.next === undefined ? null : foundToken({ below: page.next, counted }),
  }
}

async function lookingFor(tx: Tx, ring: KeyRing, wanted: Wanted, request: Request): Promise<Looking> {
  const { client, system, channel, language, from, until, refused } = request
  const tenant = tenantOf(tx)
  return {
    tenant,
    clients: await clientsOf(tx, tenant, client),
    wanted,
    tokens: tokensOf(ring, tenant),
    filters: {
      system,
      channel,
      language,
      refused,
      from: from === undefined ? undefined : new Date(from),
      until: until === undefined ? undefined : new Date(until),
    },
  }
}

type Looker = { readonly reader: Reader; readonly role: Role; readonly pieces: Pieces | undefined }

async function linesOf(
  tx: Tx,
  ring: KeyRing,
  looking: Looking,
  { documents }: FoundPage,
  looker: Looker,
  act: Act,
): Promise<FoundList['conversations']> {
  const places = await placesOf(tx, looking, documents)
  const summaries = await summariesOf(
    tx,
    places.map(({ conversation }) => conversation),
  )
  const lines: FoundList['conversations'] = []
  for (const { conversation, hits } of places) {
    const summary = summaries.get(conversation)
    if (summary === undefined) continue
    const { pieces } = looker
    const shown = pieces && (await pieceOf(tx, ring, summary, hits.seq, looking.wanted, { ...looker, pieces }, act))
    lines.push({ ...summary, hits: hits.count, piece: shown ?? null })
  }
  return lines
}

/** A piece of this turn, opened under a reason and on record; undefined when nothing can be read of it any more. */
async function pieceOf(
  tx: Tx,
  ring: KeyRing,
  { id: conversation, client, subject }: Summary,
  seq: number,
  wanted: Wanted,
  { reader, role, pieces }: Looker & { readonly pieces: Pieces },
  act: Act,
): Promise<z.output<typeof piece> | undefined> {
  const tenant = tenantOf(tx)
  const { rows } = await tx.query<{ sealed: Buffer }>(
    'select sealed from turn where tenant_id = $1 and conversation_id = $2 and seq = $3 and length(sealed) > 0',
    [tenant, conversation, seq],
  )
  const key = rows[0] && (await keyIfThere(tx, ring, { tenant, subject }))
  if (rows[0] === undefined || key === undefined) return undefined
  const found = snippetOf(openTurn(key, tenant, conversation, seq, rows[0].sealed).said, wanted)
  if (found === undefined) return undefined
  const look = { person: reader.id, client, subject, conversation, role }
  let opening = await openingOf(tx, look, act.now)
  if (opening === undefined) {
    await addReveal(tx, key, { ...look, reason: pieces.reason, words: pieces.words ?? null }, act)
    opening = await openingOf(tx, look, act.now)
  }
  await addView(tx, { ...look, ...opening! }, act)
  return { seq, ...found }
}
