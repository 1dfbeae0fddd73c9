// The development data beside the checkout, compared with the counts and hashes that another reader made of them.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { sharedData, without } from '../../platform/shared-data.ts'
import type { ImportedConversation, Problem, RecordedConversation } from './contract.ts'
import { readForReplay, readRecordings } from './io/read.ts'
import { type Mapping, parseMapping } from './mapping.ts'
import { now } from './testing.ts'

const samples = sharedData('samples', 'INDEX.json')
const corpora = sharedData('conversations', 'INDEX.json')
const json = (path: string | undefined) => (path === undefined ? undefined : JSON.parse(readFileSync(path, 'utf8')))

type Sample = {
  file: string
  outcome: string
  uuid?: string | null
  parties?: number
  turns?: number
  text_sha256?: string
  turns_by_role?: Record<string, number>
  recordings?: unknown[]
  version?: string
  redacted_of?: string | null
  amended_of?: string | null
  signature?: { valid: boolean }
  core_schema_valid?: boolean
  conversations?: Sample[]
}
const list: Sample[] = (json(samples)?.samples ?? []).filter(({ file }: Sample) => /^(?:vcon|openai-chat)\//.test(file))
const expected = json(corpora)?.corpora ?? {}

async function read(
  path: string,
  mapping?: Mapping,
): Promise<{ conversations: ImportedConversation[]; problems: Problem[] }> {
  const conversations: ImportedConversation[] = []
  const problems: Problem[] = []
  for await (const each of readRecordings(path, { now, mapping })) {
    if (each.kind === 'refused') problems.push(each.problem)
    else conversations.push(each.conversation)
  }
  return { conversations, problems }
}
const hash = (texts: readonly string[]) => createHash('sha256').update(texts.join('\n')).digest('hex')
const textsOf = (conversations: readonly ImportedConversation[]) =>
  conversations.flatMap(({ turns }) => turns.map(({ text }) => text))

function compare(conversation: ImportedConversation, sample: Sample): void {
  assert.equal(conversation.parties.length, sample.parties)
  assert.equal(conversation.turns.length, sample.turns)
  if (sample.text_sha256 !== undefined) assert.equal(conversation.textSha256, sample.text_sha256)
  if (sample.uuid) assert.equal(conversation.sourceId, sample.uuid)
  if (sample.version !== undefined) assert.equal(conversation.formatVersion, sample.version)
  if (sample.recordings !== undefined) assert.equal(conversation.recordings.length, sample.recordings.length)
  assert.equal(
    conversation.links.find(({ relation }) => relation === 'redacts')?.uuid ?? null,
    sample.redacted_of ?? null,
  )
  assert.equal(
    conversation.links.find(({ relation }) => relation === 'amends')?.uuid ?? null,
    sample.amended_of ?? null,
  )
  assert.equal(
    conversation.signature?.state,
    sample.signature === undefined ? undefined : sample.signature.valid ? 'valid' : 'unverified',
  )
  if (sample.core_schema_valid !== undefined)
    assert.equal(
      conversation.deviations.every(({ code }) => !code.startsWith('schema_')),
      sample.core_schema_valid,
    )
  const roles: Record<string, number> = {}
  for (const { party } of conversation.turns) {
    const role = (party === null ? undefined : conversation.parties[party]?.sourceRole) ?? 'unknown'
    roles[role] = (roles[role] ?? 0) + 1
  }
  if (sample.turns_by_role !== undefined) assert.deepEqual(roles, sample.turns_by_role)
}

describe('format samples', { skip: without(samples) }, () => {
  test('there are samples to compare', () => assert.ok(list.length >= 19))
  for (const sample of list)
    test(`${sample.file}: ${sample.outcome}`, async () => {
      const { conversations, problems } = await read(sharedData('samples', sample.file)!)
      if (sample.outcome === 'accept') {
        assert.deepEqual(problems, [])
        const wanted = sample.conversations ?? [sample]
        assert.equal(conversations.length, wanted.length)
        for (const [n, each] of wanted.entries()) compare(conversations[n]!, each)
      } else if (sample.outcome.startsWith('refuse without key')) {
        assert.deepEqual(
          conversations.map(({ grade }) => grade),
          ['sealed'],
        )
        assert.equal(
          conversations[0]!.sealed?.sha256,
          createHash('sha256')
            .update(readFileSync(sharedData('samples', sample.file)!))
            .digest('hex'),
        )
      } else {
        assert.deepEqual(conversations, [])
        assert.equal(problems.length, 1)
        if (sample.outcome.startsWith('reject')) assert.equal(problems[0]!.code, 'uuid_missing')
        else
          assert.deepEqual(
            [problems[0]!.code, problems[0]!.params?.kind],
            ['not_a_conversation', sample.outcome.startsWith('audio') ? 'audio' : 'schema'],
          )
      }
    })
})

describe('corpora', { skip: without(corpora) }, () => {
  test('338 vCons of the first generation', async () => {
    const { conversations, problems } = await read(sharedData('conversations', 'fake-vcons', 'vcons.jsonl.gz')!)
    const truth = expected['fake-vcons'].expected
    assert.deepEqual(problems, [])
    assert.equal(conversations.length, truth.vcons)
    assert.equal(textsOf(conversations).length, truth.text_turns)
    assert.equal(hash(textsOf(conversations)), truth.text_sha256)
    assert.equal(hash(conversations.map(({ sourceId }) => sourceId)), truth.uuid_list_sha256)
    assert.equal(conversations.filter(({ turns }) => turns.length > 0).length, truth.text_vcons)
    assert.equal(
      conversations.reduce((sum, { recordings }) => sum + recordings.length, 0),
      truth.dialogs.recording,
    )
    assert.equal(conversations.filter(({ grade }) => grade === 'conformant').length, 0)
    assert.equal(conversations.filter(({ timeQuality }) => timeQuality === 'offset_only').length, 124)
    assert.doesNotMatch(JSON.stringify(conversations.map(({ recordings }) => recordings)), /Signature|AWSAccessKeyId/)
  })

  test('120 chat logs, message for message', async () => {
    const path = sharedData('conversations', 'tau-bench', 'gpt-4o-airline.jsonl.gz')!
    const truth = expected['tau-bench/gpt-4o-airline'].expected
    const { conversations, problems } = await read(path)
    assert.deepEqual(problems, [])
    assert.equal(conversations.length, truth.conversations)
    assert.equal(textsOf(conversations).length, truth.turns)
    assert.equal(hash(textsOf(conversations)), truth.text_sha256)
    assert.equal(
      conversations.reduce((sum, { events }) => sum + events.filter(({ kind }) => kind === 'tool_call').length, 0),
      truth.tool_calls,
    )
    const replayed: RecordedConversation[] = []
    for await (const each of readForReplay(path, { now }))
      if (each.kind === 'conversation') replayed.push(each.conversation)
    assert.equal(new Set(replayed.map(({ id }) => id)).size, truth.conversations)
    const roles: Record<string, number> = {}
    for (const { messages } of replayed) for (const { role } of messages) roles[role] = (roles[role] ?? 0) + 1
    assert.deepEqual(roles, truth.by_role)
  })

  const star = readFileSync(new URL('../../../docs/howto/star.mapping.yaml', import.meta.url), 'utf8')
  const mapped: readonly (readonly [string, string, string])[] = [
    ['star', 'star/dialogues.jsonl.gz', star],
    [
      'sgd/dev',
      'sgd/dev.jsonl.gz',
      'mapping: 1\nname: sgd\nconversation: { id: dialogue_id }\nturns: { at: turns, text: utterance, role: speaker }\nroles: { USER: customer, SYSTEM: ai }',
    ],
    [
      'abcd-sample',
      'abcd-sample/abcd_sample.json',
      "mapping: 1\nname: abcd\nconversation: { id: convo_id }\nturns: { at: original, text: '[1]', role: '[0]' }\nroles: { agent: human_agent, customer: customer, action: system }",
    ],
    ...['airline', 'finance', 'media'].map(
      (domain) =>
        [
          `multidogo/${domain}`,
          `multidogo/${domain}.tsv.gz`,
          'mapping: 1\nname: multidogo\nfile: { format: csv }\nconversation: { id: conversationId }\nturns: { text: utterance, role: { is: customer }, order: turnNumber }',
        ] as const,
    ),
  ]
  for (const [corpus, file, text] of mapped)
    test(`${corpus} by a mapping`, async () => {
      const mapping = parseMapping(text, 'm')
      assert.ok(mapping.ok)
      const { conversations, problems } = await read(sharedData('conversations', ...file.split('/'))!, mapping.mapping)
      const truth = expected[corpus].expected
      assert.deepEqual(problems, [])
      assert.equal(conversations.length, truth.conversations)
      assert.equal(textsOf(conversations).length, truth.turns)
      assert.equal(hash(textsOf(conversations)), truth.text_sha256)
      if (truth.id_list_sha256) assert.equal(hash(conversations.map(({ sourceId }) => sourceId)), truth.id_list_sha256)
    })
})
