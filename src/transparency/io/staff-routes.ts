/** Disclosures and notices for the staff. */
import type { Tx } from '../../platform/database.ts'
import { ApiError, type Route, readers, route } from '../../platform/http.ts'
import type { Language } from '../../platform/text.ts'
import { type DisclosureWording, disclosureWordings } from '../../records/contract.ts'
import {
  type DisclosureText,
  disclosureText,
  missingSecondNotices,
  type SecondNotice,
  secondNoticeText,
} from '../disclosure.ts'
import { noticeDifference } from '../notices/difference.ts'
import { loadCurrent, loadVersion, loadVersions, type StoredNotice, VERSIONS_SHOWN } from '../notices/io/store.ts'
import type { TransparencyDeps } from '../routes.ts'
import { staffNotice, staffNoticeQuery, type TransparencyOverview, transparencyOverview } from '../staff-contract.ts'
import { transparencyText } from '../texts.ts'
import { countShown, countTold, loadClients, loadInferring, type StaffClient } from './staff-store.ts'
import { loadWordings, type RecordedWording } from './wordings.ts'

const PERIOD_DAYS = 30

type ClientView = TransparencyOverview['clients'][number]

export function staffRoutes({ database }: Pick<TransparencyDeps, 'database'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/transparency',
      summary: {
        nl: 'AI-meldingen en verklaringen per opdrachtgever: de woorden, de versies, en of zij op tijd komen.',
        en: 'Disclosures and notices per client: the words, their versions, and whether they come in time.',
      },
      allow: readers,
      reply: transparencyOverview,
      events: [],
      handle: ({ caller, language, now }) =>
        database.inTx(caller.scope, (tx) => readOverview(tx, language, now), { readOnly: true }),
    }),
    route({
      method: 'GET',
      path: '/api/transparency/notices',
      summary: {
        nl: 'Eén verklaring in beide talen, met haar versies en hun regel in het logboek.',
        en: 'One notice in both languages, with its versions and their entry in the ledger.',
      },
      allow: readers,
      query: staffNoticeQuery,
      reply: staffNotice,
      events: [],
      handle: ({ caller, query: { client, kind, version }, language }) =>
        database.inTx(
          caller.scope,
          async (tx) => {
            const known = (await loadClients(tx)).find(({ id }) => id === client)
            if (known === undefined) throw new ApiError(404, 'client_unknown', { param: 'client' })
            const versions = await loadVersions(tx, client, kind)
            const [current] = versions
            const shown = version === undefined ? current : await loadVersion(tx, client, kind, version)
            if (current === undefined || shown === undefined)
              throw new ApiError(404, 'notice_unknown', { param: current === undefined ? 'kind' : 'version' })
            return {
              client: { id: client, name: known.name },
              current: current.version,
              shown: { ...factsOf(shown), documents: shown.texts },
              versions: versions.slice(0, VERSIONS_SHOWN).map((one, n) => {
                const before = versions[n + 1]
                return {
                  ...factsOf(one),
                  difference:
                    before === undefined ? null : noticeDifference(before.texts[language], one.texts[language]),
                }
              }),
            }
          },
          { readOnly: true },
        ),
    }),
  ]
}

async function readOverview(tx: Tx, language: Language, now: Date): Promise<TransparencyOverview> {
  const from = new Date(now.getTime() - PERIOD_DAYS * 86_400_000)
  const [told, shown] = [await countTold(tx, from), await countShown(tx, from)]
  const inferring = await loadInferring(tx)
  const clients: ClientView[] = []
  for (const client of await loadClients(tx)) {
    const recorded = await loadWordings(tx, client.id)
    const notices = await loadCurrent(tx, client.id)
    clients.push({
      id: client.id,
      name: client.name,
      told: { n: 0, of: 0, ...told.get(client.id), from: from.toISOString() },
      second: inferring
        .filter((one) => one.client === client.id)
        .map((one) => ({
          system: one.system,
          name: one.name[language],
          kinds: missingSecondNotices({ ...one, told: [] }),
        })),
      disclosures: disclosureWordings.map((wording) => disclosureOf(client, wording, recorded)),
      notices: notices.map((one) => ({
        ...factsOf(one),
        // Versions are numbered without gaps.
        versions: one.version,
        shown: shown.get(`${client.id}/${one.kind}/${one.version}`) ?? 0,
      })),
    })
  }
  return { clients }
}

function disclosureOf(
  client: StaffClient,
  wording: DisclosureWording,
  recorded: readonly RecordedWording[],
): ClientView['disclosures'][number] {
  const [nl, en] = [saidBy(client, wording, 'nl'), saidBy(client, wording, 'en')]
  const history = recorded.filter((one) => one.wording === wording).toReversed()
  const [last, ...earlier] = history
  const isOwn = last !== undefined && last.texts !== null
  return {
    wording,
    texts: { nl: nl.text, en: en.text },
    versions: { nl: nl.version, en: en.version },
    own: isOwn ? { record: last.record, countsFrom: last.countsFrom.toISOString() } : null,
    earlier: (isOwn ? earlier : history).map(({ record, countsFrom, texts, versions }) => ({
      record,
      countsFrom: countsFrom.toISOString(),
      texts: texts && asRead(client, wording, texts),
      versions,
    })),
  }
}

/** Earlier words filled in with what is filled in now; what was recorded is their version. */
function asRead(client: StaffClient, wording: DisclosureWording, texts: { readonly nl: string; readonly en: string }) {
  const disclosures = { ...client.profile.disclosures, [wording]: texts }
  const then = { ...client, profile: { ...client.profile, disclosures } }
  return { nl: saidBy(then, wording, 'nl').text, en: saidBy(then, wording, 'en').text }
}

/** As a customer reads it; where a purpose stands, the page says that it stands there. */
function saidBy({ name, profile }: StaffClient, wording: DisclosureWording, language: Language): DisclosureText {
  const facts = { language, organisation: name, own: profile.disclosures }
  const humanWord = profile.handoff.humanWord[language]
  const second = (kind: SecondNotice) =>
    secondNoticeText(kind, { ...facts, channel: 'voice', purpose: transparencyText(language, 'wording.purpose') })
  switch (wording) {
    case 'emotion':
    case 'biometric':
      return second(wording)
    case 'emailRead':
    case 'emailUnread':
      return disclosureText({ ...facts, humanWord, channel: 'email', read: wording === 'emailRead' })
    case 'agentAssist':
      return disclosureText({ ...facts, humanWord, channel: 'agent_assist' })
    default:
      return disclosureText({ ...facts, humanWord, channel: wording })
  }
}

const factsOf = ({ kind, version, countsFrom, sha256, record }: StoredNotice) => ({
  kind,
  version,
  countsFrom: countsFrom.toISOString(),
  sha256,
  record,
})
