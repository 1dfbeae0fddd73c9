// The thread that holds a local model, with a stand-in for onnxruntime-node beside the model, as a deployment has it.
import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { openOnnxModel } from './io/onnx.ts'
import { ModelFailed, type ModelFault, type NameModel } from './model.ts'
import { writeModel } from './testing.ts'

/** Finds nothing; takes as long over loading and over a request as two files say. */
const runtime = `
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const wait = (file) => {
  let ms = 0
  try { ms = Number(readFileSync(join(__dirname, '..', '..', file), 'utf8')) } catch {}
  return new Promise((resolve) => setTimeout(resolve, ms))
}
module.exports = {
  Tensor: class { constructor(type, data, dims) { this.dims = dims } },
  InferenceSession: {
    async create() {
      await wait('load-ms')
      return {
        inputNames: ['input_ids'],
        outputNames: ['logits'],
        async run({ input_ids: { dims } }) {
          await wait('run-ms')
          return { logits: { dims: [1, dims[1], 4], data: new Float32Array(dims[1] * 4) } }
        },
      }
    },
  },
}`

describe('the thread of a local model', () => {
  let folder: string
  let model: NameModel & { readonly hash: string }
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waarborg-onnx-'))
    writeModel(folder)
    mkdirSync(join(folder, 'node_modules/onnxruntime-node'), { recursive: true })
    writeFileSync(join(folder, 'node_modules/onnxruntime-node/index.js'), runtime)
    model = await openOnnxModel(folder, 250)
  })
  afterEach(async () => {
    await model.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const slow = (file: 'load-ms' | 'run-ms', ms: number) => writeFileSync(join(folder, file), String(ms))
  const find = () => model.find(['Jan'], 'nl')
  const fails = (code: ModelFault) =>
    assert.rejects(find(), (error) => error instanceof ModelFailed && error.code === code)
  /** Until a request is answered, at most some seconds. */
  const answers = async () => {
    for (let n = 0; ; n++) {
      try {
        return await find()
      } catch (error) {
        if (n === 40 || (error as ModelFailed).code === 'model_changed') throw error
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }

  test('answers, and after a request past its time it is loaded again from the same files', async () => {
    assert.equal((await find()).length, 1)
    slow('run-ms', 5_000)
    await fails('model_timeout')
    slow('run-ms', 0)
    assert.equal((await answers()).length, 1)
  })

  test('a model that takes longer to load than a request may take is there for a later one', async () => {
    slow('run-ms', 5_000)
    await fails('model_timeout')
    slow('run-ms', 0)
    slow('load-ms', 600)
    await fails('model_timeout')
    assert.equal((await answers()).length, 1)
  })

  test('files that changed are not loaded: the model on record is the one that runs, or none', async () => {
    appendFileSync(join(folder, 'config.json'), '\n')
    assert.equal((await find()).length, 1, 'what was loaded goes on')
    slow('run-ms', 5_000)
    await fails('model_timeout')
    slow('run-ms', 0)
    await assert.rejects(answers(), (error) => error instanceof ModelFailed && error.code === 'model_changed')
    await fails('model_changed')
    const { hash } = model
    await model.close()
    model = await openOnnxModel(folder, 250)
    assert.notEqual(model.hash, hash)
    assert.equal((await find()).length, 1, 'a start loads it, under its own fingerprint')
  })
})
