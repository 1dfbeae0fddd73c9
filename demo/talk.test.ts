import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chanceFrom } from './chance.ts'
import { chooseLines, type Heard } from './choose.ts'
import { labels } from './conversation.ts'
import { inWords, speak } from './spoken.ts'
import { readTalk, type Surroundings, TalkError, unmark, unmarkJson } from './talk.ts'
import { readTopics } from './topics.ts'

const around: Surroundings = {
  systems: new Map([['klantassistent', { client: 'kaapstroom', purpose: 'klantenservice' }]]),
  orders: new Map([['KS-1', { result: { order: 'KS-1' }, spans: [] }]]),
}
const head =
  '=== d001 | klantassistent | K-1 | chat | nl | contract\noutcome: resolved human=no satisfaction=4 trust=-\n'
const readOne = (body: string) => readTalk('test.talk', head + body, around, { handWritten: true })[0]!

test('marks are taken out and their places are in UTF-16 code units', () => {
  const { text, spans } = unmark('Hoi 👋 met {PERSON|Jürgen Bakker}, {AGE|83}')
  assert.equal(text, 'Hoi 👋 met Jürgen Bakker, 83')
  assert.deepEqual(
    spans.map(([from, to, label]) => [text.slice(from, to), label]),
    [
      ['Jürgen Bakker', 'PERSON'],
      ['83', 'AGE'],
    ],
  )
})

test('whatever is marked comes back as text and span', () => {
  const plain = fc.string({ unit: 'binary' }).map((words) => words.replace(/[{}|]/g, ''))
  const piece = fc.tuple(
    plain,
    fc.constantFrom(...labels),
    plain.filter((words) => words !== ''),
  )
  fc.assert(
    fc.property(fc.array(piece), plain, (pieces, end) => {
      const { text, spans } = unmark(pieces.map(([open, label, words]) => `${open}{${label}|${words}}`).join('') + end)
      assert.equal(text, pieces.map(([open, , words]) => open + words).join('') + end)
      assert.deepEqual(
        spans.map(([from, to, label]) => [text.slice(from, to), label]),
        pieces.map(([, label, words]) => [words, label]),
      )
    }),
  )
})

test('a mark that is not one is refused', () => {
  for (const wrong of ['{NAAM|Jan}', '{PERSON|Jan', 'Jan}', '{PERSON|}', '{PERSON|{AGE|3}}'])
    assert.throws(() => unmark(wrong), wrong)
})

test('spans of a value are offsets in its JSON text', () => {
  const { result, spans } = unmarkJson({ name: '{PERSON|Ana "Lu" Vos}', n: 2, more: ['{EMAIL|a@voorbeeld.nl}'] })
  assert.deepEqual(result, { name: 'Ana "Lu" Vos', n: 2, more: ['a@voorbeeld.nl'] })
  const json = JSON.stringify(result)
  assert.deepEqual(
    spans.map(([from, to]) => json.slice(from, to)),
    ['Ana \\"Lu\\" Vos', 'a@voorbeeld.nl'],
  )
})

test('a script becomes turns, acts and tools', () => {
  const one = readOne(
    'K: Hoi\n| tweede regel\n@ tool order_status KS-1\nA: Dag\nK!consent_missing: nog iets\n@ handoff asked\nM: Met {PERSON|Bo}\nK~: dank\n@ stop klantassistent\n',
  )
  assert.deepEqual(one.turns, [
    { role: 'customer', text: 'Hoi\ntweede regel', spans: [] },
    { role: 'ai', text: 'Dag', spans: [] },
    { role: 'customer', text: 'nog iets', spans: [], expect: { refused: 'consent_missing' } },
    { role: 'agent', text: 'Met Bo', spans: [[4, 6, 'PERSON']] },
    { role: 'customer', text: 'dank', spans: [], sent: false },
  ])
  assert.deepEqual(one.acts, [
    { beforeTurn: 3, act: 'handoff', reason: 'asked' },
    { beforeTurn: 5, act: 'stop', system: 'klantassistent' },
  ])
  assert.deepEqual([one.tools[0]?.afterTurn, one.tools[0]?.spans.arguments], [0, [[10, 14, 'CUSTREF']]])
  assert.deepEqual(one.outcome, { resolved: true, reachedHuman: false, satisfaction: 4, trust: null })
})

test('a mistake is refused with its file and line', () => {
  const mistakes: [string, number][] = [
    ['X: wat\n', 3],
    ['K: Hoi\nA~: dag\n', 4],
    ['K: {PERSON|Jan\n', 3],
    ['| los\n', 3],
    ['@ consent maybe klantenservice\n', 3],
    ['@ tool order_status KS-9\n', 3],
    ['@ dance\n', 3],
    ['outcome: fine\n', 3],
  ]
  for (const [body, line] of mistakes)
    assert.throws(
      () => readOne(body),
      (error) => error instanceof TalkError && error.file === 'test.talk' && error.line === line,
      body,
    )
  assert.throws(() => readTalk('x', 'K: Hoi\n', around, { handWritten: true }), /x:1/)
  assert.throws(
    () => readTalk('x', '=== d1 | nobody | - | chat | nl | contract\n', around, { handWritten: true }),
    /x:1/,
  )
  assert.throws(
    () => readTalk('x', '=== d1 | klantassistent | - | fax | nl | contract\n', around, { handWritten: true }),
    /fax/,
  )
  assert.throws(() => readTopics('y', '== a\nK: hoi\n/ dag\nzomaar\n'), /y:4/)
  assert.throws(() => readTopics('y', '== a\n? 50\nK: hoi\n== b\n'), /y:4/)
})

test('a way is said only after the way it belongs to', () => {
  const steps = readTopics('t', '== a\nK: een\n/ twee\nH: [1] op een || ik op een\n/ [2] op twee\n').get('a')!
  const heard: Heard = new Map()
  const pairs = new Set<string>()
  for (let seed = 0; seed < 40; seed++) {
    const [exchange] = chooseLines(steps, chanceFrom(String(seed)), heard).exchanges
    pairs.add(`${exchange?.K} ${exchange?.H?.computer} ${exchange?.H?.person}`)
  }
  assert.deepEqual([...pairs].sort(), ['een op een ik op een', 'twee op twee op twee'])
  // Both are heard as often: the least heard goes first.
  assert.equal(heard.get('een'), 20)
})

test('numbers are said in words', () => {
  const dutch: [number, string][] = [
    [0, 'nul'],
    [17, 'zeventien'],
    [22, 'tweeëntwintig'],
    [31, 'eenendertig'],
    [83, 'drieëntachtig'],
    [100, 'honderd'],
    [148, 'honderdachtenveertig'],
    [1000, 'duizend'],
    [2536, 'tweeduizend vijfhonderdzesendertig'],
  ]
  for (const [n, words] of dutch) assert.equal(inWords(n, 'nl'), words)
  const english: [number, string][] = [
    [40, 'forty'],
    [84, 'eighty four'],
    [260, 'two hundred and sixty'],
    [1950, 'one thousand nine hundred and fifty'],
  ]
  for (const [n, words] of english) assert.equal(inWords(n, 'en'), words)
  for (const n of [-1, 1.5, 1_000_000]) assert.throws(() => inWords(n, 'nl'))
})

test('what is typed becomes what a speech recogniser writes', () => {
  const nl: [string, string][] = [
    ['Bel {PHONE|06-00000123}.', 'bel {PHONE|nul zes nul nul nul nul nul een twee drie}'],
    ['{POSTCODE|8004 QZ} nummer {ADDRESS|14}', '{POSTCODE|tachtig nul vier q z} nummer {ADDRESS|veertien}'],
    ['Geboren {DOB|17 april 1958}!', 'geboren {DOB|zeventien april negentien achtenvijftig}'],
    ['{DOB|2-2-1981}', '{DOB|twee februari negentien eenentachtig}'],
    ['Mail {EMAIL|j.bakker@voorbeeld.nl}', 'mail {EMAIL|j punt bakker apenstaartje voorbeeld punt nl}'],
    [
      'Het kost € 1.048,69 of € 0,09 per kWh',
      'het kost duizend achtenveertig euro negenenzestig of negen cent per kilowattuur',
    ],
    [
      'Tussen 12.00 en 17.30 uur, rond de 27e, 20%',
      'tussen twaalf uur en zeventien uur dertig rond de zevenentwintigste twintig procent',
    ],
    ['Stand 04712', 'stand nul vier zeven een twee'],
    ['{IBAN|NL62TEST0000003037}', '{IBAN|n l zes twee t e s t nul nul nul nul nul nul drie nul drie zeven}'],
  ]
  for (const [typed, spoken] of nl) assert.equal(speak(typed, 'nl'), spoken)
  const en: [string, string][] = [
    ['On {DOB|02/10/1996}', 'on {DOB|the second of october nineteen ninety six}'],
    ['{EMAIL|rachel69@voorbeeld.nl}', '{EMAIL|rachel sixty nine at voorbeeld dot nl}'],
    [
      'Between 9:00 and 17:30, €1,154.11',
      'between nine am and five thirty pm one thousand one hundred and fifty four euros eleven',
    ],
    ['{CUSTREF|K-100059}', '{CUSTREF|k one oh oh oh five nine}'],
  ]
  for (const [typed, spoken] of en) assert.equal(speak(typed, 'en'), spoken)
})

test('the same seed gives the same chance, another seed another', () => {
  const draw = (seed: string) => Array.from({ length: 20 }, chanceFrom(seed).next)
  assert.deepEqual(draw('a'), draw('a'))
  assert.notDeepEqual(draw('a'), draw('b'))
  for (const one of draw('c')) assert.ok(one >= 0 && one < 1)
})
