import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { openPresidio } from './io/presidio.ts'
import { ModelFailed, type NameModel } from './model.ts'

type Answer = (asked: { text: string; language: string }, res: ServerResponse, path: string) => void

/** A server that answers as it is told, for one test. */
async function with_(answer: Answer, work: (model: NameModel) => Promise<void>, deadlineMs = 2_000): Promise<void> {
  const server = createServer((req: IncomingMessage, res) => {
    const pieces: Buffer[] = []
    req.on('data', (piece: Buffer) => pieces.push(piece))
    req.on('end', () => answer(JSON.parse(Buffer.concat(pieces).toString()), res, `${req.method} ${req.url}`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const model = openPresidio(`http://127.0.0.1:${(server.address() as AddressInfo).port}/presidio/`, deadlineMs)
  try {
    await work(model)
  } finally {
    await model.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
const json = (res: ServerResponse, value: unknown) =>
  res.setHeader('content-type', 'application/json').end(JSON.stringify(value))
const fails = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error) => error instanceof ModelFailed && error.code === code)

describe('a Presidio analyzer', () => {
  test('is asked for each text, and its characters become code units', () =>
    with_(
      ({ text, language }, res, path) => {
        assert.equal(path, 'POST /presidio/analyze')
        assert.equal(language, 'en')
        const start = [...text].join('\u0000').split('\u0000').indexOf('J')
        json(
          res,
          start < 0 ? [] : [{ start, end: start + 3, score: 0.85, entity_type: 'PERSON', analysis_explanation: null }],
        )
      },
      async (model) => {
        const texts = ['😀 Jan', 'niets', 'Jan', 'x', 'y', '👩‍👩‍👧 Jan']
        const found = await model.find(texts, 'en')
        assert.deepEqual(
          found.map((spans, i) => spans.map(({ start, end, label }) => `${label} ${texts[i]!.slice(start, end)}`)),
          [['PERSON Jan'], [], ['PERSON Jan'], [], [], ['PERSON Jan']],
        )
      },
    ))

  test('what it finds that is not personal here is left out', () =>
    with_(
      (_, res) => json(res, [{ start: 0, end: 3, score: 1, entity_type: 'ORGANIZATION' }]),
      async (model) => assert.deepEqual(await model.find(['KPN'], 'nl'), [[]]),
    ))

  for (const [name, answer, code] of [
    ['says no', (_, res) => res.writeHead(500).end('Jan'), 'model_failed'],
    ['sends elsewhere', (_, res) => res.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(), 'model_failed'],
    ['hangs up', (_, res) => res.destroy(), 'model_failed'],
    ['answers no JSON', (_, res) => res.end('<html>'), 'model_answer'],
    ['answers another form', (_, res) => json(res, { error: 'no' }), 'model_answer'],
    [
      'names a place past the end',
      (_, res) => json(res, [{ start: 0, end: 4, score: 1, entity_type: 'PERSON' }]),
      'model_answer',
    ],
    ['answers without end', (_, res) => json(res, ' '.repeat(2_000_000)), 'model_answer'],
    ['does not answer', () => {}, 'model_timeout'],
  ] as readonly (readonly [string, Answer, string])[])
    test(`one that ${name}: ${code}`, () =>
      with_(answer, (model) => fails(model.find(['Jan'], 'nl'), code), code === 'model_timeout' ? 100 : 2_000))

  test('one that is not there', async () => {
    const model = openPresidio('http://127.0.0.1:9', 1_000)
    await fails(model.find(['Jan'], 'nl'), 'model_failed')
    await model.close()
  })

  for (const address of ['ftp://x', 'x', 'http://u:p@x/', 'http://x/?a=1'])
    test(`${address} is no address for it`, () =>
      assert.throws(
        () => openPresidio(address, 1_000),
        (error) => error instanceof ModelFailed,
      ))
})
