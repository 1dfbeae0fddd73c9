// System cards on a real database: from the register of the demonstration, and what was decided about its systems.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { callRoute } from '../../records/testing.ts'
import type { SystemCard } from '../contract.ts'
import { code, type Demonstration, demonstration, later, nobody, start } from '../testing.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('transparency: system cards', () => {
  let world: Demonstration
  const card = (system: string, client = 'kaapstroom', language: 'nl' | 'en' = 'nl', now = start) =>
    callRoute(world.api, 'GET', '/api/public/systems/:system', nobody, {
      params: { system },
      query: { client },
      language,
      now,
    }) as Promise<SystemCard>
  const lines = async (id: string, ...asked: Parameters<typeof card>) => {
    const found = (await card(...asked)).sections.find((one) => one.id === id)!
    return [...found.lines, ...found.parts.map(({ title }) => title)]
  }

  before(async () => {
    world = await demonstration()
  })
  after(() => world.close())

  test('every system of the register has one, in both languages, and it names nobody of the staff', async () => {
    const systems = await world.db.ownerQuery<{ system_id: string; client_id: string; name: { nl: string } }>(
      'select system_id, client_id, name from ai_system order by 1',
    )
    const people = await world.db.ownerQuery<{ name: string }>('select name from person')
    assert.ok(systems.length > 5 && people.length > 3)
    for (const { system_id: id, client_id: client, name } of systems)
      for (const language of ['nl', 'en'] as const) {
        const found = await card(id, client, language)
        if (language === 'nl') assert.equal(found.system.name, name.nl)
        for (const person of people) assert.ok(!JSON.stringify(found).includes(person.name), `${id}: ${person.name}`)
      }
  })
  test('a system of another client, or of nobody, is one answer', async () => {
    await assert.rejects(card('bestelhulp', 'kaapstroom'), code('system_unlisted'))
    await assert.rejects(card('nergens'), code('system_unlisted'))
    await assert.rejects(card('klantassistent', 'nergens'), code('client_unknown'))
  })
  test('says what was decided about the version in use', async () => {
    const since = (await lines('since', 'klantassistent')).join(' ')
    assert.match(since, /Dit is versie 4\.2/)
    assert.match(since, /Wij gaven deze versie vrij op/)
    const [{ valid_until: until }] = (await world.db.ownerQuery<{ valid_until: Date }>(
      `select gate_valid_until as valid_until from standing where system_id = 'klantassistent'`,
    )) as [{ valid_until: Date }]
    const after = new Date(until.getTime() + 1)
    assert.match((await lines('since', 'klantassistent', 'kaapstroom', 'nl', after)).join(' '), /nu niet vrijgegeven/)
  })
  test('counts the stops of the last year, of the system and of its whole client, and no others', async () => {
    const stop = (id: string, system: string | null, client: string, at: Date, until: Date | null) =>
      world.db.ownerQuery(
        `insert into stop_order (tenant_id, client_id, stop_id, system_id, reason, stopped_by, stopped_at, resumed_at) values ('dekade', $1, $2, $3, 'privacy', 'x', $4, $5)`,
        [client, id, system, at, until],
      )
    const before = (await lines('stops', 'mailassistent')).length
    const daysAgo = (days: number) => later(-24 * days)
    await stop('s1', 'mailassistent', 'kaapstroom', daysAgo(10), daysAgo(9))
    await stop('s2', null, 'kaapstroom', daysAgo(20), daysAgo(19))
    await stop('s3', 'mailassistent', 'kaapstroom', daysAgo(500), daysAgo(400))
    await stop('s4', 'klantassistent', 'kaapstroom', daysAgo(5), daysAgo(4))
    await stop('s5', null, 'wijkwinkel', daysAgo(5), daysAgo(4))
    const found = await lines('stops', 'mailassistent')
    assert.equal(found.length, before + 2)
    assert.match(found.join(' '), /gegevens kwamen waar zij niet horen/)
    await stop('s6', 'mailassistent', 'kaapstroom', daysAgo(500), null)
    assert.equal((await lines('stops', 'mailassistent')).length, before + 3, 'one that is still open counts')
  })
  test('tells the conclusion of the last audits only where the register makes it public', async () => {
    const audit = (id: string, verdicts: readonly string[], at: Date, follows: string | null = null) =>
      world.db
        .ownerQuery(
          `insert into audit_plan (tenant_id, client_id, audit_id, name, source, system_id, plan, plan_sha256, follows, asked_by, planned_at, record)
           values ('dekade', 'kaapstroom', $1, $1, 'decisions', 'aanbodscore', '{}', 'h', $2, 'x', $3, $1)`,
          [id, follows, at],
        )
        .then(() =>
          world.db.ownerQuery(
            `insert into audit_run (tenant_id, client_id, run_id, audit_id, state, started_by, started_at, beat_at, ended_at, cells, report, cells_sha256, record)
             values ('dekade', 'kaapstroom', $1, $1, 'completed', 'x', $2, $2, $2, '', $3, 'h', $1)`,
            [id, at, JSON.stringify({ verdicts: verdicts.map((verdict) => ({ verdict })) })],
          ),
        )
    await audit('a1', ['difference_found'], later(-100))
    assert.deepEqual(await lines('fairness', 'aanbodscore'), [
      'Kaapstroom Energie maakt dat voor deze computer niet openbaar.',
    ])
    await world.applyDemo(later(1), ['  - id: aanbodscore\n', '  - id: aanbodscore\n    fairnessPublished: true\n'])
    assert.match(
      (await lines('fairness', 'aanbodscore'))[0]!,
      /op 21 november 2026. Er was een verschil tussen groepen/,
    )
    await audit('a2', ['no_relevant_difference'], later(-50), 'a1')
    assert.match((await lines('fairness', 'aanbodscore'))[0]!, /op 23 november 2026. Er was geen verschil boven/)
    await audit('a3', ['cannot_tell'], later(-10))
    assert.match((await lines('fairness', 'aanbodscore'))[0]!, /op 25 november 2026. Er waren te weinig gegevens/)
    await world.applyDemo(later(2))
    assert.match((await lines('fairness', 'aanbodscore'))[0]!, /niet openbaar/)
  })
})
