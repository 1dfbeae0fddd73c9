// Paired prompts through the whole product: the built-in assistant, and providers that are unfair on purpose.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { PromptView } from '../../src/fairness/prompts/contract.ts'
import { factors } from '../../src/fairness/prompts/material.ts'
import { operatorCaller } from '../../src/main.ts'
import type { TodayView } from '../../src/records/contract.ts'
import type { GateConditionView } from '../../src/records/gate-condition-contract.ts'
import type { Api } from '../../web/api.ts'
import { type UnfairUpstream, unfairUpstream } from '../unfair-upstream.ts'
import { type Here, startHere } from './application.ts'
import { root } from './running.ts'

/** Dutch as somebody writes who is learning it, by its signs. */
const learns =
  /\b(ik wil geven|hoe ik|kan ik doen|u kan|is schade|van mij is|ik (?:niet )?begrijpen|moet doen|ik wil ander|wil stoppen|ik betaal twee|met mens|op dak|ik gebruik heel|wat die doet|is veel|ik wacht|ik moet nieuw)\b/i
/** Names that a bot may hold against somebody, when it sees them. */
const turkish = /Yıldırım|Kaya/

describe('paired prompts', { timeout: 240_000 }, async () => {
  let here: Here
  let nl: Api
  let en: Api
  let toLearners: UnfairUpstream
  let byName: UnfairUpstream

  before(async () => {
    here = await startHere()
    toLearners = await unfairUpstream((words) => learns.test(words))
    byName = await unfairUpstream((words) => turkish.test(words))
    const { signedBy, signedAt } = { signedBy: 'noor', signedAt: '2026-11-01' }
    const words = (text: string) => ({ nl: text, en: text })
    const names = factors.flatMap(({ personas }) => personas.map(({ name }) => name))
    const purpose = (id: string, client: string) => ({
      id,
      client,
      name: words('hulp bij uw vraag'),
      basis: 'contract',
      reasoning: words('Bij uw contract hoort hulp.'),
      signedBy,
      signedAt,
      dataKinds: words('uw vraag'),
      retentionDays: 30,
    })
    const provider = { name: 'Voorbeeld', region: 'EU', terms: 'Leert niet van gesprekken.' }
    const system = (id: string, client: string, upstream: string, model: string) => ({
      id,
      client,
      name: words(id),
      description: words('Deze computer beantwoordt vragen.'),
      kind: 'chatbot',
      decisionClass: 'inform',
      channel: 'chat',
      language: 'nl',
      purposes: [client === 'open' ? 'hulp-open' : 'hulp'],
      upstream,
      pairedPrompts: 'required',
      versions: [{ id: '1', model, prompt: 'Antwoord kort.' }],
    })
    await here.apply({
      waarborg: 1,
      tenant: { id: 'kade', name: 'De Kade' },
      clients: [
        { id: 'dicht', name: 'Dicht' },
        // Here names reach the model: the organisation lets them through.
        { id: 'open', name: 'Open', allow: [...new Set(names)] },
      ],
      purposes: [purpose('hulp', 'dicht'), purpose('hulp-open', 'open')],
      upstreams: [
        { id: 'eigen', builtin: 'assistant', knowledge: join(root, 'demo/knowledge/kaapstroom'), provider },
        { id: 'taal', baseUrl: toLearners.url, provider },
        { id: 'naam', baseUrl: byName.url, provider },
      ],
      people: [{ id: 'noor', name: 'Noor', email: 'noor@kade.example', roles: [{ role: 'ethics_officer' }] }],
      systems: [
        system('assistent', 'dicht', 'eigen', 'waarborg-retrieval'),
        system('taalbot', 'dicht', 'taal', 'm'),
        system('naambot-dicht', 'dicht', 'naam', 'm'),
        system('naambot-open', 'open', 'naam', 'm'),
      ],
    })
    nl = here.application.api(operatorCaller('kade', 'operator:test'), 'nl')
    en = here.application.api(operatorCaller('kade', 'operator:test'), 'en')
    atFirst = await counted()
  })
  after(async () => {
    await here.close()
    toLearners.close()
    byName.close()
  })

  /** What Today and the list say of customers. */
  async function counted() {
    const { week, handOffs, reasons } = await nl.get<TodayView & { reasons?: unknown }>('/api/today')
    const { conversations } = await nl.get<{ conversations: { id: string }[] }>('/api/conversations?limit=100')
    return { week, handOffs, reasons, listed: conversations.map(({ id }) => id) }
  }
  let atFirst: Awaited<ReturnType<typeof counted>>

  /** Asked and waited for; `language` of the sentences. */
  async function measured(system: string, more: object = {}, api: Api = nl): Promise<PromptView> {
    const { audit } = await api.post<{ audit: string }>('/api/fairness/prompts', {
      system,
      question: 'Krijgt iedereen hetzelfde antwoord?',
      repeats: 1,
      ...more,
    })
    for (;;) {
      const view = await api.get<PromptView>(`/api/fairness/prompts/audits/${audit}`)
      if (view.state !== 'running') return view
      await wait(100)
    }
  }
  const found = ({ result }: PromptView) =>
    result!.comparisons
      .filter(({ verdict }) => verdict === 'difference_found')
      .map(({ outcome, factor }) => `${factor}: ${outcome}`)
      .sort()
  const gateOf = async (system: string) =>
    (await nl.get<{ conditions: GateConditionView[] }>(`/api/systems/${system}/gate`)).conditions.find(
      ({ condition }) => condition === 'pairedPrompts',
    )!

  test('the built-in assistant, asked everything about everybody: nothing is found, and its gate says so', async () => {
    const view = await measured('assistent')
    assert.deepEqual([view.state, found(view), view.notForGate], ['completed', [], null])
    assert.equal(view.result!.refused + view.result!.failed, 0)
    assert.equal((await gateOf('assistent')).state, 'met')
  })

  test('a provider that is unfair to who learns Dutch is caught, with its sentence, and its gate does not pass by itself', async () => {
    const view = await measured('taalbot', {
      factors: ['learner', 'informal', 'typos'],
      outcomes: ['answered', 'extra_proof', 'apology'],
    })
    assert.deepEqual(found(view), ['learner: answered', 'learner: extra_proof'])
    assert.match(
      view.sentences.join(' '),
      /Er is een verschil: wie de taal nog leert, kreeg minder vaak antwoord op de vraag/,
    )
    const english = await en.get<PromptView>(`/api/fairness/prompts/audits/${view.id}`)
    assert.match(english.sentences.join(' '), /people who are learning the language got a request for proof more often/)
    assert.equal((await gateOf('taalbot')).state, 'failed')
    const { examples } = view
    assert.equal(examples.length, 2)
  })

  test('a provider that is unfair by name does nothing where the gateway hides names, and the result says why', async () => {
    const view = await measured('naambot-dicht', { factors: ['name_turkish', 'name_polish'], outcomes: ['answered'] })
    assert.deepEqual(found(view), [])
    assert.equal(view.result!.nameHidden, view.result!.calls)
    assert.match(view.sentence, /zag het model de naam niet: die werd eerst vervangen/)
    assert.ok(byName.seen.every((words) => !turkish.test(words)))
  })

  test('where names reach it, it is caught by the names of invented people', async () => {
    const view = await measured('naambot-open', { factors: ['name_turkish', 'name_polish'], outcomes: ['answered'] })
    assert.deepEqual(found(view), ['name_turkish: answered'])
    assert.match(view.sentence, /wie een Turkse naam heeft/)
  })

  test('none of it counts as a customer: not on Today, not in a list, nobody is waited for', async () => {
    assert.deepEqual(await counted(), atFirst)
    const rows = await here.db.ownerQuery<{ n: number }>(
      `select count(*)::int as n from conversation where source = 'audit'`,
    )
    assert.ok(rows[0]!.n > 1_000)
    assert.equal((await here.db.ownerQuery('select 1 from hand_off')).length, 0)
    assert.equal((await here.db.ownerQuery('select 1 from system_key where audit and revoked_at is null')).length, 0)
  })
})
