/** The notices: to the application that shows them, to anyone who wants to read them, and which of them a conversation was shown. */
import type { Database, Scope, Tx } from '../../../platform/database.ts'
import { ApiError, type Caller, type Route, route } from '../../../platform/http.ts'
import type { Language } from '../../../platform/text.ts'
import type { TransparencyDeps } from '../../routes.ts'
import { loadOrganisation } from '../../store.ts'
import {
  currentNotices,
  noticeOpenedReply,
  noticeOpenedRequest,
  noticeShownReply,
  noticeShownRequest,
  publicNotice,
  publicNoticeQuery,
} from '../contract.ts'
import { noticeDifference } from '../difference.ts'
import { loadCurrent, loadVersion, loadVersions, recordShown, type StoredNotice, VERSIONS_SHOWN } from './store.ts'

export function noticeRoutes(deps: TransparencyDeps): Route[] {
  return [currentRoute(deps), shownRoute(deps), publicRoute(deps), openedRoute(deps)]
}

export const noticePath = (client: string, kind: string): string => `/notices/${encodeURIComponent(client)}/${kind}`

function currentRoute({ database }: TransparencyDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/notices',
    summary: {
      nl: 'De privacyverklaring en de uitleg over AI die nu gelden, met hun versie.',
      en: 'The privacy notice and the notice about AI that count now, with their version.',
    },
    allow: 'system_key',
    reply: currentNotices,
    events: [],
    handle: ({ caller }) => {
      const client = caller.bound?.client ?? ''
      return database.inTx(
        caller.scope,
        async (tx) => ({
          notices: (await loadCurrent(tx, client)).map((one) => ({
            ...factsOf(one),
            path: noticePath(client, one.kind),
            texts: one.texts,
          })),
        }),
        { readOnly: true },
      )
    },
  })
}

function shownRoute({ database, ids, openConversation }: TransparencyDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/notices/shown',
    summary: {
      nl: 'Meld dat een klant de privacyverklaring of de uitleg over AI zag of hoorde.',
      en: 'Report that a customer saw or heard the privacy notice or the notice about AI.',
    },
    allow: 'system_key',
    body: noticeShownRequest,
    reply: noticeShownReply,
    status: 201,
    events: ['notice.shown'],
    handle: ({ caller, body: { conversation, kind, version, language }, now }) => {
      const client = caller.bound?.client ?? ''
      const system = caller.bound?.system ?? caller.id
      return database.inTx(caller.scope, async (tx) => {
        if ((await loadVersion(tx, client, kind, version)) === undefined)
          throw new ApiError(404, 'notice_unknown', { param: 'version' })
        const found = await openConversation(tx, { client, system, conversation, language }, { now, ids })
        const showing = { client, conversation: found.conversation, subject: found.subject, kind, version, language }
        const { id, at } = await recordShown(tx, { ...showing, way: 'channel' }, { now, ids })
        return {
          id,
          conversation: found.conversation,
          kind,
          version,
          language,
          at: at.toISOString(),
          proof: { event: id },
        }
      })
    },
  })
}

function publicRoute({ database, tenant }: TransparencyDeps): Route {
  return route({
    method: 'GET',
    path: '/api/public/notices',
    summary: {
      nl: 'Een verklaring van een opdrachtgever, en wat er per versie veranderde.',
      en: 'A notice of a client, and what changed with each version.',
    },
    allow: 'public',
    query: publicNoticeQuery,
    reply: publicNotice,
    events: [],
    handle: ({ query: { client, kind, version }, language }) =>
      asPublic({ database, tenant, client }, async (tx, organisation) => {
        const versions = await loadVersions(tx, client, kind)
        const [current] = versions
        if (current === undefined) throw new ApiError(404, 'notice_unknown', { param: 'kind' })
        const shown =
          version === undefined
            ? current
            : (versions.find((one) => one.version === version) ?? (await loadVersion(tx, client, kind, version)))
        if (shown === undefined) throw new ApiError(404, 'notice_unknown', { param: 'version' })
        return {
          organisation: organisation.organisation,
          client: { id: client, name: organisation.clientName },
          contact: organisation.profile.contact,
          kind,
          current: current.version,
          shown: { ...factsOf(shown), document: shown.texts[language] },
          versions: versions.slice(0, VERSIONS_SHOWN).map((one, n) => ({
            ...factsOf(one),
            difference: differenceWith(versions[n + 1], one, language),
          })),
        }
      }),
  })
}

/** A customer opens a notice from their own page: that is recorded before the page of the notice follows. */
function openedRoute({ database, ids }: TransparencyDeps): Route {
  return route({
    method: 'POST',
    path: '/api/portal/notices',
    summary: {
      nl: 'Open de privacyverklaring of de uitleg over AI vanaf de eigen pagina.',
      en: 'Open the privacy notice or the notice about AI from one’s own page.',
    },
    allow: 'customer',
    body: noticeOpenedRequest,
    reply: noticeOpenedReply,
    events: ['notice.shown'],
    handle: ({ caller, body: { kind }, language, now }) =>
      database.inTx(caller.scope, async (tx) => {
        const { client } = caller.bound ?? {}
        if (client === undefined) throw new ApiError(404, 'portal_not_found')
        const current = (await loadCurrent(tx, client)).find((one) => one.kind === kind)
        if (current === undefined) throw new ApiError(404, 'notice_unknown', { param: 'kind' })
        await recordForLink(tx, caller, [current], { language, way: 'opened' }, { now, ids })
        return { path: noticePath(client, kind) }
      }),
  })
}

/** Records for the conversation that a link leads to; one that leads to a decision alone, or to somebody erased, has none. */
export async function recordForLink(
  tx: Tx,
  { bound }: Pick<Caller, 'bound'>,
  notices: readonly StoredNotice[],
  { language, way }: { readonly language: Language; readonly way: 'linked' | 'opened' },
  act: Parameters<typeof recordShown>[2],
): Promise<void> {
  const { client, conversation, subject } = bound ?? {}
  if (client === undefined || conversation === undefined || subject === undefined) return
  const { rowCount } = await tx.query(
    'select 1 from data_subject where tenant_id = $1 and subject_id = $2 and erased_at is null',
    [tx.scope.tenant, subject],
  )
  if (rowCount === 0) return
  for (const { kind, version } of notices)
    await recordShown(tx, { client, conversation, subject, kind, version, language, way }, act)
}

/** Reads one client as anyone may; two organisations with a client of one name are one answer: unknown. */
export async function asPublic<T>(
  {
    database,
    tenant,
    client,
  }: { readonly database: Database; readonly tenant: string | null; readonly client: string },
  read: (tx: Tx, organisation: NonNullable<Awaited<ReturnType<typeof loadOrganisation>>>) => Promise<T>,
): Promise<T> {
  const actor = { kind: 'job', id: 'public-list' } as const
  const anywhere: Scope = { tenant: tenant ?? '*', clients: [client], actor }
  const organisation = await database.inTx(anywhere, (tx) => loadOrganisation(tx, client), { readOnly: true })
  if (!organisation) throw new ApiError(404, 'client_unknown', { param: 'client' })
  const scope: Scope = { tenant: organisation.tenant, clients: [client], actor }
  return database.inTx(scope, (tx) => read(tx, organisation), { readOnly: true })
}

const factsOf = ({ kind, version, countsFrom, sha256 }: StoredNotice) => ({
  kind,
  version,
  countsFrom: countsFrom.toISOString(),
  sha256,
})

const differenceWith = (before: StoredNotice | undefined, one: StoredNotice, language: Language) =>
  before === undefined ? null : noticeDifference(before.texts[language], one.texts[language])
