/** What a platform says of disclosures: which words to use, and that they were said. */
import { ApiError, type Route, route } from '../../platform/http.ts'
import { formatList, type Language, languages } from '../../platform/text.ts'
import type { Bilingual } from '../../records/contract.ts'
import { keyedHash } from '../../vault/index.ts'
import { disclosureReply, disclosureRequest, disclosuresOffered } from '../contract.ts'
import {
  type DisclosureKind,
  type DisclosureText,
  disclosureText,
  missingSecondNotices,
  secondNoticeText,
} from '../disclosure.ts'
import { checkDisclosure, squeeze } from '../disclosure-check.ts'
import type { TransparencyDeps } from '../routes.ts'
import { checkSecondNotice } from '../second-notice.ts'
import { loadDisclosing, loadOrganisation, loadPurposeNames, type Organisation, recordDisclosure } from '../store.ts'
import { transparencyText } from '../texts.ts'
import { namesOf } from '../wording-check.ts'

export function disclosureRoutes(deps: TransparencyDeps): Route[] {
  return [offerRoute(deps), reportRoute(deps)]
}

/** The sentences of the system that asks: what it must say, in both languages, as they are worded now. */
function offerRoute({ database }: TransparencyDeps): Route {
  return route({
    method: 'GET',
    path: '/v1/disclosures',
    summary: {
      nl: 'De zinnen waarmee dit systeem zegt dat het AI is, en wat het afleidt.',
      en: 'The sentences with which this system says that it is AI, and what it infers.',
    },
    allow: 'system_key',
    reply: disclosuresOffered,
    events: [],
    async handle({ caller }) {
      const client = caller.bound?.client ?? ''
      const system = caller.bound?.system ?? caller.id
      return database.inTx(
        caller.scope,
        async (tx) => {
          const organisation = await loadOrganisation(tx, client)
          const found = await loadDisclosing(tx, system)
          if (!organisation || !found) throw new ApiError(404, 'client_unknown')
          const purposes = await loadPurposeNames(tx, system)
          const kinds = ['ai', ...missingSecondNotices({ ...found, told: [] })] as const
          return {
            channel: found.channel,
            disclosures: kinds.flatMap((kind) =>
              languages.flatMap((language) =>
                distinct(ownTexts({ kind, channel: found.channel, language }, organisation, purposes.slice(0, 1))).map(
                  ({ text, key, version }) => ({ kind, language, text, textKey: key, textVersion: version }),
                ),
              ),
            ),
          }
        },
        { readOnly: true },
      )
    },
  })
}

const distinct = (texts: readonly DisclosureText[]): DisclosureText[] =>
  texts.filter(({ key }, n) => texts.findIndex((one) => one.key === key) === n)

/** A clock that is a little ahead is no reason to refuse. */
const CLOCK_TOLERANCE_MS = 60_000

function reportRoute({ database, ids, ring, openConversation }: TransparencyDeps): Route {
  return route({
    method: 'POST',
    path: '/v1/disclosures',
    summary: {
      nl: 'Meld dat de klant hoorde of las dat het AI is, of wat de AI uit een stem of gezicht afleidt.',
      en: 'Report that the customer heard or read that it is AI, or what the AI infers from a voice or a face.',
    },
    allow: 'system_key',
    body: disclosureRequest,
    reply: disclosureReply,
    status: 201,
    events: ['disclosure.made', 'emotion.disclosed', 'biometrics.disclosed'],
    async handle({ caller, body, now, language }) {
      if (body.complete === false) throw new ApiError(422, 'disclosure_interrupted', { param: 'complete' })
      const at = body.at === undefined ? now : new Date(body.at)
      if (at.getTime() > now.getTime() + CLOCK_TOLERANCE_MS)
        throw new ApiError(422, 'disclosure_future', { param: 'at' })
      const client = caller.bound?.client ?? ''
      const system = caller.bound?.system ?? caller.id
      return database.inTx(caller.scope, async (tx) => {
        const organisation = await loadOrganisation(tx, client)
        if (!organisation) throw new ApiError(404, 'client_unknown')
        requireComplete(body, organisation, language)
        const found = await openConversation(
          tx,
          { client, system, conversation: body.conversation, channel: body.channel, language: body.language },
          { now, ids },
        )
        const said = at > now ? now : at
        const purposes = body.kind === 'ai' ? [] : await loadPurposeNames(tx, system)
        const text = textOf(body, organisation, purposes, (words) =>
          keyedHash(ring.indexKey(organisation.tenant), 'disclosure', words).toString('hex').slice(0, 12),
        )
        const id = await recordDisclosure(
          tx,
          {
            kind: body.kind,
            client,
            ...found,
            system,
            source: 'reported',
            channel: body.channel,
            language: body.language,
            ...text,
            at: said,
          },
          { now, ids },
        )
        return { id, conversation: found.conversation, at: said.toISOString(), proof: { event: id } }
      })
    },
  })
}

type Disclosed = {
  readonly kind: DisclosureKind
  readonly channel: 'chat' | 'voice' | 'email' | 'agent_assist' | 'other'
  readonly language: string
  readonly text: string
}

function requireComplete(
  { kind, channel, language, text }: Disclosed,
  organisation: Organisation,
  reader: Language,
): void {
  const { profile } = organisation
  const mine = textLanguage(language)
  const missing =
    kind === 'ai'
      ? checkDisclosure(text, {
          channel,
          language,
          organisation: namesOf(organisation),
          humanWord: profile.handoff.humanWord[mine],
        })
      : checkSecondNotice(kind, text, { language, optOutWord: profile.disclosures?.optOutWord?.[mine] })
  if (missing.length === 0) return
  const words = missing.map((part) => transparencyText(reader, `disclosure.missing.${part}`))
  throw new ApiError(422, 'disclosure_incomplete', { param: 'text', values: { missing: formatList(words, reader) } })
}

/** The version of our own sentence, or of the client's, when that was said; else a keyed hash of the words, which are not kept. */
function textOf(
  said: Disclosed,
  organisation: Organisation,
  purposes: readonly Bilingual[],
  hash: (words: string) => string,
): { textKey: string; textVersion: string } {
  const words = squeeze(said.text)
  const found = ownTexts(said, organisation, purposes).find(({ text }) => squeeze(text) === words)
  return found === undefined
    ? { textKey: 'own', textVersion: hash(words) }
    : { textKey: found.key, textVersion: found.version }
}

/** What would be our own sentence here: of an e-mail two, of a second notice one for each purpose it may be for. */
function ownTexts(
  { kind, channel, language: tag }: Pick<Disclosed, 'kind' | 'channel' | 'language'>,
  { clientName, profile }: Organisation,
  purposes: readonly Bilingual[],
): DisclosureText[] {
  const language = textLanguage(tag)
  const facts = { channel, language, organisation: clientName, own: profile.disclosures }
  if (kind !== 'ai') return purposes.map((purpose) => secondNoticeText(kind, { ...facts, purpose: purpose[language] }))
  const humanWord = profile.handoff.humanWord[language]
  return [false, true].map((read) => disclosureText({ ...facts, humanWord, read }))
}

/** The language of our own sentences that stands nearest. */
function textLanguage(tag: string): Language {
  return /^nl\b/i.test(tag) || /^fy\b/i.test(tag) ? 'nl' : 'en'
}
