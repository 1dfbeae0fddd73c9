// Notices on a real database: made from the register of the demonstration, by version, and shown in conversations.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'yaml'
import { applyDeps } from '../../cli/application/organisation.ts'
import { canonicalize } from '../../ledger/verify/index.ts'
import type { Scope } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../platform/testing.ts'
import { appendConsent, loadConsentEvents, loadNotices, loadPerson } from '../../privacy/index.ts'
import { applyOrganisation, OrganisationRefused, openConversation, readOrganisationFile, registerNotice } from '../../records/index.ts'
import { callRoute, organisationOf, systemCaller } from '../../records/testing.ts'
import { type KeyRing, openKeyRing } from '../../vault/index.ts'
import type { PortalView, PublicNotice } from '../contract.ts'
import { keepNotices } from '../jobs.ts'
import { routes } from '../routes.ts'
import type { NoticeTexts } from './contract.ts'

const start = new Date('2026-11-25T12:00:00.000Z')
const later = (hours: number) => new Date(start.getTime() + hours * 3_600_000)
const demo = join(import.meta.dirname, '../../../demo/organisation.yaml')

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('transparency: notices', () => {
  let db: TestDatabase
  let ring: KeyRing
  let folder: string
  let api: ReturnType<typeof routes>
  const scope = (clients: '*' | string[] = '*', actor: Scope['actor'] = { kind: 'operator', id: 'operator:test' }): Scope => ({
    tenant: 'dekade',
    clients,
    actor,
  })
  const bot = systemCaller('dekade', 'kaapstroom', 'klantassistent')
  const shop = systemCaller('dekade', 'wijkwinkel', 'bestelhulp')
  const customer = (conversation: string, subject: string) =>
    ({
      kind: 'customer',
      id: 'link-1',
      roles: [],
      scope: scope(['kaapstroom'], { kind: 'customer', id: 'link-1' }),
      bound: { client: 'kaapstroom', conversation, subject, link: 'link-1' },
    }) as const
  const nobody = { kind: 'public', id: 'public', roles: [], scope: scope([]) } as const
  const code = (expected: string) => (error: unknown) => error instanceof ApiError && error.code === expected

  /** The demonstration's file as a value, to change one thing of. */
  const fileOf = () => parse(readFileSync(demo, 'utf8'), { merge: true }) as Record<string, never[]>
  const applyDemo = (now: Date) => {
    const read = readOrganisationFile(demo, now)
    if ('problems' in read) throw new OrganisationRefused(read.problems)
    return db.database.inTx(scope(), (tx) => applyOrganisation(tx, applyDeps(ring), read, { now, ids: randomIds }))
  }
  const versions = (client = 'kaapstroom', kind = 'privacy') =>
    db.ownerQuery<{ version: number; sha256: string; document: NoticeTexts; record: string }>(
      'select version, sha256, document, record from notice_version where client_id = $1 and kind = $2 order by version',
      [client, kind],
    )
  const entries = (type: string) =>
    db.ownerQuery<{ type: string; payload: Buffer }>('select type, payload from ledger_pending where type = $1 order by id', [type])

  before(async () => {
    db = await testDatabase()
    folder = mkdtempSync(join(tmpdir(), 'waarborg-notices-'))
    ring = openKeyRing(join(folder, 'keys'))
    api = routes({
      database: db.database,
      ids: randomIds,
      ring,
      tenant: null,
      vkey: 'test',
      openConversation: (tx, wanted, act) => openConversation(tx, ring, wanted, act),
      consents: {
        load: loadConsentEvents,
        record: appendConsent,
        person: loadPerson,
        notices: (tx, client) => loadNotices(tx, client),
        keepNotice: registerNotice,
      },
      say: { refusal: () => '', handOff: () => ({ open: false, sentence: '' }) },
      requestHandOff: async () => ({ id: 'h', state: 'requested', answerBy: null, event: 'e' }),
    })
    await applyDemo(start)
  })
  after(async () => {
    await db.close()
    rmSync(folder, { recursive: true })
  })

  test('the first file makes the first version of both notices of each client', async () => {
    const rows = await db.ownerQuery<{ client_id: string; kind: string; version: number }>(
      'select client_id, kind, version from notice_version order by 1, 2',
    )
    assert.deepEqual(
      rows.map(({ client_id, kind, version }) => [client_id, kind, version]),
      [
        ['kaapstroom', 'ai', 1],
        ['kaapstroom', 'privacy', 1],
        ['wijkwinkel', 'ai', 1],
        ['wijkwinkel', 'privacy', 1],
      ],
    )
    if (process.env.SHOW) for (const kind of ['privacy', 'ai']) console.log(JSON.stringify((await versions('kaapstroom', kind))[0]!.document.nl, null, 1))
  })
})
