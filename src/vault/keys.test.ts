import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { type KeyRing, KeyUnavailable, openKeyRing, openKeys, rotateRoot } from './io/keys.ts'
import type { RootSettings } from './io/root.ts'
import { derive, open, SealBroken, seal } from './seal.ts'

const own: RootSettings = {
  rootKey: null,
  rootKeyPrevious: null,
  kmsUrl: null,
  kmsKey: 'waarborg',
  kmsToken: null,
  kmsTimeoutS: 1,
}
const place = ['subject_key', 't', 's', '1']
const subject = Buffer.alloc(32, 1)
const base64 = (fill: number) => Buffer.alloc(32, fill).toString('base64')

/** What any later opening of the folder must still give. */
async function contentsOf(ring: KeyRing) {
  return { index: ring.indexKey('t').toString('hex'), derived: ring.derived('x').toString('hex') }
}

describe('the key folder', () => {
  let at: string
  beforeEach(() => {
    at = mkdtempSync(join(tmpdir(), 'waarborg-keys-'))
  })
  afterEach(() => rmSync(at, { recursive: true, force: true }))

  test('a second opening finds the same keys', async () => {
    const ring = openKeyRing(at)
    const wrapped = await ring.wrap(place, subject, 1)
    const again = openKeyRing(at)
    assert.deepEqual(await again.unwrap(place, wrapped, 1), subject)
    await assert.rejects(again.unwrap(['subject_key', 't', 'other', '1'], wrapped, 1), SealBroken)
    await assert.rejects(again.unwrap(['subject_key', 't', 's', '2'], wrapped, 1), SealBroken)
    assert.deepEqual(again.indexKey('t'), ring.indexKey('t'))
    assert.notDeepEqual(again.indexKey('t'), again.indexKey('u'))
  })

  test('an epoch that has no key cannot be opened; one that another process began can, without a new start', async () => {
    const ring = openKeyRing(at)
    await assert.rejects(ring.wrap(place, subject, 2), KeyUnavailable)
    await openKeyRing(at).beginEpoch(2)
    assert.deepEqual(await ring.unwrap(place, await ring.wrap(place, subject, 2), 2), subject)
  })

  test('two that begin one epoch end up with one key', async () => {
    const [one, other] = [openKeyRing(at), openKeyRing(at)]
    await Promise.all([one.beginEpoch(2), other.beginEpoch(2)])
    assert.deepEqual(await other.unwrap(place, await one.wrap(place, subject, 2), 2), subject)
    assert.deepEqual(readdirSync(at).sort(), ['epoch-1.key', 'epoch-2.key', 'root.key', 'secret.key'])
  })

  test('a destroyed epoch key opens nothing any more', async () => {
    const ring = openKeyRing(at)
    await ring.beginEpoch(2)
    const wrapped = await ring.wrap(place, subject, 1)
    assert.equal(ring.destroyEpoch(1), true)
    assert.equal(ring.destroyEpoch(1), false)
    assert.deepEqual(ring.epochs(), [2])
    await assert.rejects(ring.unwrap(place, wrapped, 1), KeyUnavailable)
    await assert.rejects(openKeyRing(at).unwrap(place, wrapped, 1), KeyUnavailable)
  })

  test('a root key that others may read is refused', { skip: process.platform === 'win32' && 'no file modes' }, () => {
    openKeyRing(at)
    chmodSync(join(at, 'root.key'), 0o640)
    assert.throws(() => openKeyRing(at), KeyUnavailable)
  })

  test('another root key, or none beside keys that need it, is refused and nothing is made', () => {
    openKeyRing(at)
    rmSync(join(at, 'root.key'))
    assert.throws(() => openKeyRing(at), /root\.key is gone/)
    assert.equal(existsSync(join(at, 'root.key')), false)
    writeFileSync(join(at, 'root.key'), Buffer.alloc(32, 9), { mode: 0o600 })
    assert.throws(() => openKeyRing(at), /does not open/)
  })

  test('a root key given as a setting must be 32 bytes', () => {
    assert.throws(() => openKeyRing(at, { rootKey: 'AAAA' }), KeyUnavailable)
    assert.deepEqual(openKeyRing(at, { rootKey: base64(3) }).epochs(), [1])
  })

  test('a folder of before there was a secret keeps its look-up keys, also when the root key changes', async () => {
    const root = Buffer.alloc(32, 5)
    writeFileSync(join(at, 'root.key'), root, { mode: 0o600 })
    writeFileSync(join(at, 'epoch-1.key'), seal(derive(root, 'epoch'), ['epoch', '1'], Buffer.alloc(32, 6)))
    const index = derive(root, 'index/t')
    assert.deepEqual(openKeyRing(at).indexKey('t'), index)
    await rotateRoot(at, own)
    assert.notDeepEqual(readFileSync(join(at, 'root.key')), root)
    assert.deepEqual(openKeyRing(at).indexKey('t'), index)
  })

  describe('a new root key', () => {
    test('nothing else changes, and a running process goes on', async () => {
      const running = openKeyRing(at)
      const wrapped = await running.wrap(place, subject, 1)
      const before = await contentsOf(running)
      const old = readFileSync(join(at, 'root.key'))
      assert.deepEqual(await rotateRoot(at, own), { files: 2 })
      assert.notDeepEqual(readFileSync(join(at, 'root.key')), old)
      assert.equal(existsSync(join(at, 'root.key.previous')), false)
      const again = openKeyRing(at)
      assert.deepEqual(await contentsOf(again), before)
      assert.deepEqual(await again.unwrap(place, wrapped, 1), subject)
      await running.beginEpoch(2)
      assert.deepEqual(await again.unwrap(place, await running.wrap(place, subject, 2), 2), subject)
    })

    test('whatever moment it is cut off at, the folder opens, and the old root key is gone afterwards', async () => {
      const { beginEpoch } = openKeyRing(at)
      await beginEpoch(2)
      const steps: string[] = []
      await rotateRoot(at, own, (done) => steps.push(done))
      assert.deepEqual(steps, ['root.key.previous', 'root.key', 'epoch-1.key', 'epoch-2.key', 'secret.key'])
      for (let cut = 1; cut <= steps.length; cut++) {
        const ring = openKeyRing(at)
        const wrapped = [await ring.wrap(place, subject, 1), await ring.wrap(place, subject, 2)]
        const before = await contentsOf(ring)
        let n = 0
        await assert.rejects(
          rotateRoot(at, own, () => {
            if (++n === cut) throw new Error('cut off')
          }),
          /cut off/,
        )
        const again = openKeyRing(at)
        assert.deepEqual(await contentsOf(again), before, `after step ${cut}`)
        assert.deepEqual(await again.unwrap(place, wrapped[0]!, 1), subject)
        assert.deepEqual(await again.unwrap(place, wrapped[1]!, 2), subject)
        assert.equal(existsSync(join(at, 'root.key.previous')), false)
      }
    })

    test('as a setting: the one of before beside it, and all is wrapped anew at the start', async () => {
      const first = { ...own, rootKey: base64(1) }
      const before = await contentsOf(await openKeys(at, first))
      await assert.rejects(openKeys(at, { ...own, rootKey: base64(2) }), /does not open/)
      const both = { ...own, rootKey: base64(2), rootKeyPrevious: base64(1) }
      assert.deepEqual(await contentsOf(await openKeys(at, both)), before)
      assert.deepEqual(await contentsOf(await openKeys(at, { ...own, rootKey: base64(2) })), before)
      await assert.rejects(openKeys(at, first), KeyUnavailable)
      await assert.rejects(rotateRoot(at, { ...own, rootKey: base64(2) }), /WAARBORG_ROOT_KEY_PREVIOUS/)
    })
  })
})

/** A key service as small as the protocol that docs/howto/keys.md describes; it can be told to fail. */
function scriptedService() {
  const keys = new Map([['waarborg', [Buffer.alloc(32, 40)]]])
  const asked: { path: string; token: unknown }[] = []
  let fail: { status?: number; silent?: boolean } | undefined
  const server: Server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    asked.push({ path: request.url ?? '', token: request.headers['x-vault-token'] })
    if (fail?.silent) return
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (fail?.status) return void answer(fail.status, { errors: ['no'] })
    const [, verb, name] = /^\/v1\/transit\/(encrypt|decrypt)\/(\w+)$/.exec(request.url ?? '') ?? []
    const versions = keys.get(name ?? '')
    if (request.headers['x-vault-token'] !== 'geheim' || versions === undefined) return void answer(403, { errors: [] })
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (verb === 'encrypt') {
      const sealed = seal(versions.at(-1)!, [], Buffer.from(body.plaintext, 'base64')).toString('base64')
      return void answer(200, { data: { ciphertext: `vault:v${versions.length}:${sealed}` } })
    }
    const [, version, sealed] = /^vault:v(\d+):(.+)$/.exec(body.ciphertext) ?? []
    try {
      const plain = open(versions[Number(version) - 1]!, [], Buffer.from(sealed!, 'base64'))
      answer(200, { data: { plaintext: plain.toString('base64') } })
    } catch {
      answer(400, { errors: ['invalid ciphertext'] })
    }
  })
  return {
    server,
    asked,
    fail: (how: typeof fail) => {
      fail = how
    },
    rotate: () => keys.get('waarborg')!.push(Buffer.alloc(32, 41)),
  }
}

describe('a root key at a key service', () => {
  const service = scriptedService()
  let at: string
  let kms: RootSettings
  before(async () => {
    await new Promise<void>((resolve) => service.server.listen(0, '127.0.0.1', resolve))
    kms = {
      ...own,
      kmsUrl: `http://127.0.0.1:${(service.server.address() as AddressInfo).port}`,
      kmsToken: 'geheim',
      kmsTimeoutS: 0.2,
    }
  })
  after(() => {
    service.server.closeAllConnections()
    service.server.close()
  })
  beforeEach(() => {
    service.fail(undefined)
    at = mkdtempSync(join(tmpdir(), 'waarborg-keys-'))
  })
  afterEach(() => rmSync(at, { recursive: true, force: true }))

  test('no root key stands in the folder, and what is wrapped opens again', async () => {
    const ring = await openKeys(at, kms)
    const wrapped = await ring.wrap(place, subject, 1)
    assert.deepEqual(readdirSync(at).sort(), ['epoch-1.key', 'secret.key'])
    const again = await openKeys(at, kms)
    assert.deepEqual(await again.unwrap(place, wrapped, 1), subject)
    assert.deepEqual(await contentsOf(again), await contentsOf(ring))
    assert.ok(service.asked.every(({ token }) => token === 'geheim'))
  })

  test('a key put in the place of another does not open', async () => {
    const ring = await openKeys(at, kms)
    await ring.beginEpoch(2)
    writeFileSync(join(at, 'epoch-2.key'), readFileSync(join(at, 'epoch-1.key')))
    await assert.rejects(openKeys(at, kms), /does not open epoch-2\.key/)
  })

  for (const [what, how, sentence] of [
    ['that is down', { status: 503 }, /status 503/],
    ['that refuses', { status: 403 }, /status 403/],
    ['that stays silent', { silent: true }, /no answer within 200 ms/],
  ] as const)
    test(`a service ${what} is said clearly; known epochs go on, nothing is lost`, async () => {
      const ring = await openKeys(at, kms)
      await ring.beginEpoch(2)
      const other = await openKeys(at, kms)
      service.fail(how)
      await assert.rejects(openKeys(at, kms), (error: KeyUnavailable) => {
        assert.equal(error.code, 'key_unavailable')
        assert.match(error.message, sentence)
        return true
      })
      const wrapped = await other.wrap(place, subject, 2)
      await assert.rejects(other.unwrap(place, wrapped, 1), KeyUnavailable)
      await assert.rejects(other.beginEpoch(3), KeyUnavailable)
      assert.deepEqual(other.epochs(), [1, 2])
      service.fail(undefined)
      assert.deepEqual(await (await openKeys(at, kms)).unwrap(place, wrapped, 2), subject)
    })

  test('a new version at the service: all is wrapped anew, one file at a time', async () => {
    const before = await contentsOf(await openKeys(at, kms))
    service.rotate()
    assert.deepEqual(await rotateRoot(at, kms), { files: 2 })
    for (const name of ['epoch-1.key', 'secret.key']) assert.match(readFileSync(join(at, name), 'utf8'), /^vault:v2:/)
    assert.deepEqual(await contentsOf(await openKeys(at, kms)), before)
  })

  test('from a file to a service: at the start all is wrapped anew', async () => {
    const ring = openKeyRing(at)
    const wrapped = await ring.wrap(place, subject, 1)
    const moved = await openKeys(at, kms)
    assert.deepEqual(await contentsOf(moved), await contentsOf(ring))
    rmSync(join(at, 'root.key'))
    assert.deepEqual(await (await openKeys(at, kms)).unwrap(place, wrapped, 1), subject)
  })

  test('an address that would send keys readable over a network, or two root keys, are refused', async () => {
    await assert.rejects(openKeys(at, { ...kms, kmsUrl: 'http://kms.voorbeeld.nl' }), /https/)
    await assert.rejects(openKeys(at, { ...kms, rootKey: base64(1) }), /both set/)
    await assert.rejects(openKeys(at, { ...kms, kmsToken: null }), /WAARBORG_KMS_TOKEN/)
  })
})
