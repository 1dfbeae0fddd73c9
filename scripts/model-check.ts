/** Runs a tiny model that is written here on the real onnxruntime-node; started by `npm run test:model`. */
import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openOnnxModel } from '../src/privacy/model/io/onnx.ts'
import { ModelFailed, type NameModel } from '../src/privacy/model/model.ts'
import { writeModel } from '../src/privacy/model/testing.ts'

const folder = join(process.env.MODEL_CHECK_FOLDER!, 'tiny-names')

describe('a model from a folder', () => {
  let model: NameModel & { readonly hash: string }
  before(async () => {
    writeModel(folder)
    model = await openOnnxModel(folder, 20_000)
  })
  after(() => model.close())
  const words = async (text: string) =>
    (await model.find([text], 'nl'))[0]!.map(({ start, end, label }) => `${label} ${text.slice(start, end)}`)

  test('finds what it was made to find, at its place in the text', async () => {
    assert.deepEqual(await words('Ik ben Jansen de Wit.'), ['PERSON Jansen de Wit'])
    assert.deepEqual(await words('x x Ján x Jan'), ['PERSON Ján', 'PERSON Jan'])
    assert.deepEqual(await words('x'), [])
    assert.deepEqual(await words(''), [])
  })

  test('is as sure as its scores say', async () => {
    const span = (await model.find(['Jan'], 'nl'))[0]![0]!
    assert.ok(Math.abs(span.confidence - Math.exp(6) / (Math.exp(6) + 3)) < 1e-5)
  })

  test('reads texts that are longer than it takes at once, in many windows', async () => {
    const text = `${'x '.repeat(500)}Jan de Wit ${'x '.repeat(500)}Jansen`
    assert.deepEqual(await words(text), ['PERSON Jan de Wit', 'PERSON Jansen'])
  })

  test('answers requests that come together, each with its own', async () => {
    const found = await Promise.all(['Jan', 'x', 'Jansen x'].map((text) => words(text)))
    assert.deepEqual(found, [['PERSON Jan'], [], ['PERSON Jansen']])
  })

  test('a request past its time fails, and the next one is answered again', async () => {
    const brief = await openOnnxModel(folder, 1_500)
    await assert.rejects(
      brief.find(['x '.repeat(3_000_000)], 'nl'),
      (error) => error instanceof ModelFailed && error.code === 'model_timeout',
    )
    assert.deepEqual((await brief.find(['Jan'], 'nl'))[0]!.length, 1)
    await brief.close()
  })

  test('its name holds the fingerprint of its files, and another file is another model', async () => {
    assert.match(model.id, /^tiny-names@[0-9a-f]{12}$/)
    assert.equal(model.id.slice(-12), model.hash.slice(0, 12))
    const other = join(folder, '..', 'other')
    writeModel(other)
    appendFileSync(join(other, 'config.json'), '\n')
    const changed = await openOnnxModel(other, 20_000)
    assert.notEqual(changed.hash, model.hash)
    await changed.close()
  })

  test('a folder without a model does not open', () =>
    assert.rejects(
      openOnnxModel(join(folder, 'onnx'), 1_000),
      (error) => error instanceof ModelFailed && error.code === 'model_failed',
    ))
})
