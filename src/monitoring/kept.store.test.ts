// What becomes of feedback and wrong answers when a customer makes themselves known, and when the contents of a conversation end.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { randomIds } from '../platform/ids.ts'
import { runRetention } from '../privacy/index.ts'
import { openConversation } from '../records/index.ts'
import { callRoute, scopeOf, staff, start } from '../records/testing.ts'
import type { PortalCorrections, PortalFeedback, WrongAnswerView } from './contract.ts'
import { client, openWorld, system, type Talked, tenant, type World } from './testing.ts'

const answer = 'U mag binnen 14 dagen opzeggen. Daarna betaalt u € 50 per maand.'

describe('feedback and wrong answers over time', () => {
  let world: World
  const act = { now: start, ids: randomIds }
  const agent = staff(tenant, ['agent'], [client], 'agent-1')
  const judge = staff(tenant, ['supervisor'], '*', 'judge-1')
  before(async () => {
    world = await openWorld()
  })
  after(() => world.db.close())

  /** A conversation with words about it and a wrong answer that was put right. */
  async function full(): Promise<{ talked: Talked; id: string }> {
    const talked = await world.talk({ answers: [answer] })
    await callRoute(world.routes, 'POST', '/api/portal/feedback', await world.link(talked), {
      body: { fair: 2, text: 'Dat klopte niet.' },
    })
    const { id } = (await callRoute(world.routes, 'POST', '/api/wrong-answers', agent, {
      body: { conversation: talked.conversation, turn: 2, kind: 'incorrect', note: 'Dertig dagen.' },
    })) as { id: string }
    const at = { params: { id } }
    await callRoute(world.routes, 'POST', '/api/wrong-answers/:id/decision', judge, {
      ...at,
      body: { decision: 'confirmed' },
    })
    const body = { correction: { nl: 'Binnen 30 dagen.', en: 'Within 30 days.' }, reach: 'same' }
    const { shown } = (await callRoute(world.routes, 'POST', '/api/wrong-answers/:id/preview', judge, {
      ...at,
      body,
    })) as { shown: string }
    await callRoute(world.routes, 'POST', '/api/wrong-answers/:id/correction', judge, {
      ...at,
      body: { ...body, shown },
    })
    return { talked, id }
  }
  const feedback = async (talked: Talked) =>
    (await callRoute(world.routes, 'GET', '/api/portal/feedback', await world.link(talked))) as PortalFeedback
  const corrections = async (talked: Talked) =>
    ((await callRoute(world.routes, 'GET', '/api/portal/corrections', await world.link(talked))) as PortalCorrections)
      .corrections

  test('who becomes known in a conversation keeps what they said and were told', async () => {
    const { talked } = await full()
    const known = await world.db.database.inTx(scopeOf(tenant), (tx) =>
      openConversation(
        tx,
        world.ring,
        { client, system, conversation: talked.conversation, reference: 'K-77' },
        { ...act },
      ),
    )
    assert.notEqual(known.subject, talked.subject)
    const mine = { ...talked, subject: known.subject }
    assert.equal((await feedback(mine)).given!.text, 'Dat klopte niet.')
    assert.match((await corrections(mine))[0]!.sentence, /Binnen 30 dagen/)
    const rows = await world.db.ownerQuery<{ n: number }>(
      `select (select count(*) from feedback where subject_id = $1)::int + (select count(*) from wrong_answer where subject_id = $1)::int
         + (select count(*) from wrong_answer_recipient where subject_id = $1)::int as n`,
      [talked.subject],
    )
    assert.equal(rows[0]!.n, 0, 'nothing hangs on the one they were before')
  })

  test('words end with the contents of their conversation; choices and counts stay until its facts end', async () => {
    const { talked, id } = await full()
    const retain = (days: number) => {
      const now = new Date(start.getTime() + days * 86_400_000)
      return runRetention(world.db.database, scopeOf(tenant, '*', { kind: 'job', id: 'retention' }), {
        act: () => ({ now, ids: randomIds }),
        backupsUntil: () => null,
      })
    }
    const left = async () => {
      const [row] = await world.db.ownerQuery(
        `select (select json_build_object('fair', fair, 'words', sealed is not null) from feedback where conversation_id = $1) as feedback,
           (select json_build_object('note', sealed is not null, 'hashes', cardinality(sentences_hmac), 'correction', correction is not null) from wrong_answer where wrong_answer_id = $2) as answer,
           (select json_agg(json_build_object('sentence', sealed is not null, 'told', told_at is not null)) from wrong_answer_recipient where wrong_answer_id = $2 and conversation_id = $1) as recipients`,
        [talked.conversation, id],
      )
      return row
    }
    assert.deepEqual(await left(), {
      feedback: { fair: 2, words: true },
      answer: { note: true, hashes: 2, correction: true },
      recipients: [{ sentence: true, told: true }],
    })
    await retain(800)
    assert.deepEqual(await left(), {
      feedback: { fair: 2, words: false },
      answer: { note: false, hashes: 0, correction: true },
      recipients: [{ sentence: false, told: true }],
    })
    const view = (await callRoute(world.routes, 'GET', '/api/wrong-answers/:id', judge, {
      params: { id },
    })) as WrongAnswerView
    assert.deepEqual([view.contents, view.recipients.told], ['closed', 1])
    await retain(2_000)
    assert.deepEqual(await left(), { feedback: null, answer: null, recipients: null })
  })
})
