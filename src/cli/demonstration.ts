/** The demonstration organisation: applied at the first start, replayed once, taken up again after an interruption. */
import { appendFileSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Conversation } from '../../demo/conversation.ts'
import type { DemoAttribute, DemoDecision } from '../../demo/decisions.ts'
import { createKey, createPortalLink, listKeys, revokeKey } from '../access/index.ts'
import type { startApplication } from '../main.ts'
import { operatorCaller } from '../main.ts'
import { systemClock } from '../platform/clock.ts'
import type { Scope } from '../platform/database.ts'
import { randomIds } from '../platform/ids.ts'
import type { Language } from '../platform/text.ts'
import { formatNumber } from '../platform/text.ts'
import { keyedHash } from '../vault/index.ts'
import { applyFile } from './application/organisation.ts'
import { type Installation, operatorName } from './installation.ts'
import { measureAudits, planAudits, readAudits } from './replaying/audits.ts'
import { gatewayClient } from './replaying/client.ts'
import { playDecisions } from './replaying/decisions.ts'
import { callsIn, replayDemonstration } from './replaying/demonstration.ts'
import { type Tally, total } from './replaying/tally.ts'
import { cliText } from './text.ts'

export const demonstrationFolder = resolve(import.meta.dirname, '../../demo')
export const demonstrationTenant = 'dekade'

type Application = Awaited<ReturnType<typeof startApplication>>

/** `new`: nothing there yet; `interrupted`: a replay did not end; `other-organisation`: the data are someone's own. */
export async function demonstrationState(
  installation: Installation,
): Promise<'new' | 'interrupted' | 'done' | 'other-organisation'> {
  const tenants = await installation.database.inTx(
    everywhere,
    async (tx) =>
      (await tx.query<{ tenant_id: string }>('select tenant_id from tenant')).rows.map((row) => row.tenant_id),
    { readOnly: true },
  )
  if (tenants.length === 0) return 'new'
  if (!tenants.includes(demonstrationTenant)) return 'other-organisation'
  return existsSync(join(installation.folder, 'demonstration.done')) ? 'done' : 'interrupted'
}

export function readConversations(folder = demonstrationFolder): Conversation[] {
  return linesOf<Conversation>(folder, 'conversations/*.jsonl')
}

export function readDecisions(folder = demonstrationFolder): DemoDecision[] {
  return linesOf<DemoDecision>(folder, 'decisions/*.jsonl')
}

export function readAttributes(folder = demonstrationFolder): DemoAttribute[] {
  return linesOf<DemoAttribute>(folder, 'attributes/*.jsonl')
}

function linesOf<T>(folder: string, files: string): T[] {
  return globSync(files, { cwd: folder })
    .sort()
    .flatMap((file) =>
      readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as T),
    )
}

export type DemonstrationOptions = {
  readonly language: Language
  readonly progress: (done: number, total: number, text: string) => void
  /** Asked before each conversation: the process is stopping. */
  readonly ended: () => boolean
}

/** The demonstration's organisation on record; keys that this made are written down once. Returns the file with keys. */
export async function applyDemonstration(installation: Installation): Promise<string | undefined> {
  const { keys } = await applyFile(installation, { path: join(demonstrationFolder, 'organisation.yaml') })
  const keyFile = join(installation.folder, 'demonstration-keys.json')
  if (keys.length > 0) writeFileSync(keyFile, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600 })
  return existsSync(keyFile) ? keyFile : undefined
}

/** Applies the organisation if needed and replays what was not replayed yet. Returns what happened, in sentences. */
export async function playDemonstration(
  installation: Installation,
  application: Application,
  { language, progress, ended }: DemonstrationOptions,
): Promise<string> {
  const keyFile = await applyDemonstration(installation)
  const doneFile = join(installation.folder, 'demonstration.progress')
  const finished = new Set(existsSync(doneFile) ? readFileSync(doneFile, 'utf8').split('\n') : [])
  const conversations = readConversations().filter(({ id }) => !finished.has(id))
  const decisions = readDecisions()
  const systems = [...new Set([...conversations, ...decisions].map(({ system }) => system))]
  const keys = await replayKeys(installation, systems)
  const models = await currentModels(installation)
  const client = gatewayClient(application.url, 8)
  const operator = application.api(operatorCaller(demonstrationTenant, operatorName()), language)
  const orders = JSON.parse(readFileSync(join(demonstrationFolder, 'orders.json'), 'utf8')) as {
    orders: Record<string, unknown>
  }
  const wanted = callsIn(conversations)
  try {
    const tally = await replayDemonstration(conversations, {
      client,
      keyOf: (system) => keys.get(system)!.key,
      modelOf: (system) => models.get(system) ?? 'waarborg-retrieval',
      stop: (system) => operator.post(`/api/systems/${system}/stop`, { reason: 'wrong_answers' }),
      resume: (system) =>
        operator.post(`/api/systems/${system}/resume`, { reason: cliText(language, 'demo.resumeReason') }),
      order: (_, reference) => orders.orders[reference] ?? { order: reference, status: 'unknown' },
      progress: (done, so) => progress(done, wanted, summary(so, language)),
      finished: (id) => appendFileSync(doneFile, `${id}\n`, { mode: 0o600 }),
      ended,
      parallel: 6,
    })
    const done = (line: string) => appendFileSync(doneFile, `${line}\n`, { mode: 0o600 })
    const lost = ended()
      ? new Map<string, number>()
      : await playAudited(
          { decisions, attributes: readAttributes() },
          { api: operator, language, finished, done },
          {
            client,
            keyOf: (system) => keys.get(system)!.key,
            now: systemClock.now(),
            finished,
            done,
          },
        )
    if (!ended()) {
      writeFileSync(join(installation.folder, 'demonstration.done'), `${systemClock.now().toISOString()}\n`, {
        mode: 0o600,
      })
      rmSync(doneFile, { force: true })
    }
    return await report(installation, tally, lost, language, keyFile)
  } finally {
    await client.close()
    await dropKeys(
      installation,
      [...keys.values()].map(({ id }) => id),
    )
  }
}

/** What the audits are about, then their plans, then the readings: nobody counts before a plan is fixed. */
async function playAudited(
  rows: Parameters<typeof playDecisions>[0],
  auditing: Parameters<typeof planAudits>[1],
  sending: Parameters<typeof playDecisions>[1],
): Promise<ReadonlyMap<string, number>> {
  const audits = readAudits(join(demonstrationFolder, 'audits.yaml'))
  const lost = await playDecisions(rows, sending)
  await measureAudits(audits, await planAudits(audits, auditing), auditing)
  return lost
}

const everywhere: Scope = { tenant: '*', clients: '*', actor: { kind: 'job', id: 'demonstration' } }
const scope: Scope = { tenant: demonstrationTenant, clients: '*', actor: { kind: 'job', id: 'demonstration' } }

/** Keys for this replay only; those of an interrupted one are revoked first. */
async function replayKeys(
  installation: Installation,
  systems: readonly string[],
): Promise<Map<string, { id: string; key: string }>> {
  const act = { now: systemClock.now(), ids: randomIds }
  return installation.database.inTx(scope, async (tx) => {
    const made = new Map<string, { id: string; key: string }>()
    for (const system of systems) {
      for (const old of await listKeys(tx, { system }))
        if (old.label === 'replay' && old.revokedAt === null) await revokeKey(tx, old.id, act)
      const { row, key } = await createKey(
        tx,
        { system, label: 'replay', expiresAt: new Date(act.now.getTime() + 86_400_000) },
        act,
      )
      made.set(system, { id: row.id, key })
    }
    return made
  })
}

async function dropKeys(installation: Installation, ids: readonly string[]): Promise<void> {
  await installation.database
    .inTx(scope, async (tx) => {
      for (const id of ids) await revokeKey(tx, id, { now: systemClock.now(), ids: randomIds })
    })
    .catch(() => {
      // The database is gone: the keys end by themselves within a day.
    })
}

async function currentModels(installation: Installation): Promise<Map<string, string>> {
  return installation.database.inTx(
    scope,
    async (tx) =>
      new Map(
        (
          await tx.query<{ system_id: string; model: string }>(
            'select system_id, model from system_version where tenant_id = $1 and is_current',
            [demonstrationTenant],
          )
        ).rows.map((row) => [row.system_id, row.model]),
      ),
    { readOnly: true },
  )
}

function summary(tally: Tally, language: Language): string {
  return cliText(language, 'demo.progress', {
    forwarded: tally.forwarded,
    refused: total(tally.refused),
    failed: total(tally.failed),
  })
}

/** What the replay did, every number a query over recorded rows. */
async function report(
  installation: Installation,
  tally: Tally,
  lost: ReadonlyMap<string, number>,
  language: Language,
  keyFile: string | undefined,
): Promise<string> {
  const { redacted, disclosed, refused, conversations, decisions } = await installation.database.inTx(
    scope,
    async (tx) => {
      const counts = async (sql: string) =>
        new Map(
          (await tx.query<{ key: string; n: number }>(sql, [demonstrationTenant])).rows.map((row) => [row.key, row.n]),
        )
      return {
        refused: await counts(
          "select code as key, count(*) as n from ai_call where tenant_id = $1 and state = 'refused' group by code order by n desc",
        ),
        redacted: await counts(
          'select r.key, sum(r.value::int) as n from turn, jsonb_each_text(redacted) r where tenant_id = $1 group by r.key order by n desc',
        ),
        decisions: (
          await tx.query<{ n: number; explained: number; waiting: number; outcomes: number }>(
            `select count(*) as n, count(*) filter (where explanation = 'given') as explained, count(*) filter (where review = 'waiting') as waiting,
               (select count(*) from outcome o where o.tenant_id = $1) as outcomes from decision where tenant_id = $1`,
            [demonstrationTenant],
          )
        ).rows[0]!,
        conversations: (
          await tx.query<{ n: number }>(
            "select count(distinct t.conversation_id) as n from turn t join conversation c using (tenant_id, conversation_id) join ai_system s on s.tenant_id = c.tenant_id and s.system_id = c.system_id and s.disclosure <> 'none_needed' where t.tenant_id = $1 and t.role = 'ai'",
            [demonstrationTenant],
          )
        ).rows[0]!.n,
        disclosed: (
          await tx.query<{ n: number }>(
            "select count(distinct c.conversation_id) as n from conversation c join turn t on t.tenant_id = c.tenant_id and t.conversation_id = c.conversation_id and t.role = 'ai' join ai_system s on s.tenant_id = c.tenant_id and s.system_id = c.system_id and s.disclosure <> 'none_needed' where c.tenant_id = $1 and c.disclosed_at is not null",
            [demonstrationTenant],
          )
        ).rows[0]!.n,
      }
    },
    { readOnly: true },
  )
  const list = (counts: Map<string, number>) =>
    [...counts].map(([key, n]) => `${key} ${formatNumber(n, language)}`).join(' · ') || '–'
  const lines = [
    '',
    cliText(language, 'demo.forwarded', { n: tally.forwarded }),
    cliText(language, 'demo.refused', { list: list(refused) }),
    cliText(language, 'demo.redacted', { list: list(redacted) }),
    cliText(language, 'demo.disclosed', { n: disclosed, of: conversations }),
    cliText(language, 'demo.decisions', decisions),
  ]
  if (lost.size > 0)
    lines.push(
      cliText(language, 'demo.decisionsLost', { list: [...lost].map(([key, n]) => `${key} ${n}`).join(' · ') }),
    )
  if (total(tally.failed) > 0)
    lines.push(
      cliText(language, 'demo.failed', {
        list: Object.entries(tally.failed)
          .map(([key, n]) => `${key} ${n}`)
          .join(' · '),
      }),
    )
  lines.push(
    tally.unexpected.length === 0
      ? cliText(language, 'demo.asExpected')
      : cliText(language, 'demo.unexpected', {
          n: tally.unexpected.length,
          first: tally.unexpected
            .slice(0, 5)
            .map(({ conversation, turn, wanted, got }) => `${conversation}/${turn}: ${wanted} → ${got}`)
            .join('; '),
        }),
  )
  if (keyFile) lines.push(cliText(language, 'demo.keys', { file: keyFile }))
  return `${lines.join('\n')}\n\n`
}

/** A link to a conversation that shows much: personal data held back, told it is AI, a choice on record. */
export async function portalExample(installation: Installation, tenant: string): Promise<string | undefined> {
  const external = (client: string, id: string) =>
    keyedHash(installation.keys.indexKey(tenant), 'conversation', client, `demo-${id}`)
  const candidates = readConversations().filter(
    ({ ground, subject, channel }) => ground === 'given' && subject !== null && channel === 'chat',
  )
  return installation.database.inTx(
    { tenant, clients: '*', actor: { kind: 'job', id: 'demonstration' } },
    async (tx) => {
      for (const { client, id } of candidates) {
        const found = (
          await tx.query<{ conversation_id: string; subject_id: string }>(
            'select conversation_id, subject_id from conversation where tenant_id = $1 and client_id = $2 and external_hmac = $3',
            [tenant, client, external(client, id)],
          )
        ).rows[0]
        if (found) {
          const now = systemClock.now()
          const link = await createPortalLink(
            tx,
            {
              to: { conversation: found.conversation_id },
              subject: found.subject_id,
              expiresAt: new Date(now.getTime() + installation.settings.portalLinkDays * 86_400_000),
            },
            { now, ids: randomIds },
          )
          return link.path
        }
      }
      return undefined
    },
  )
}
