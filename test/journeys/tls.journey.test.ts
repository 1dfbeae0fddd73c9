// TLS of the server itself, and what our own calls do when the other side's certificate is nobody's.
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as ask, createServer } from 'node:https'
import { type AddressInfo, connect as connectPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type ConnectionOptions, connect } from 'node:tls'
import { openProvider } from '../../src/access/io/oidc.ts'
import { httpProvider } from '../../src/gateway/io/upstream.ts'
import { followCertificate, readTls } from '../../src/platform/io/tls.ts'
import { silentLog } from '../../src/platform/log.ts'
import { openPresidio } from '../../src/privacy/model/io/presidio.ts'
import { makeSigner } from '../../src/records/ingest/testing.ts'
import { transitRoot } from '../../src/vault/io/root.ts'
import { type Here, startHere } from './application.ts'

const folder = mkdtempSync(join(tmpdir(), 'waarborg-tls-'))
const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
/** A certificate of our own making, written where the settings look; gives it back for who trusts it. */
function certify(): string {
  const { key, certificate } = makeSigner({ name: 'localhost' })
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate.replaceAll(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`
  writeFileSync(files.certificate, pem)
  writeFileSync(files.key, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  return pem
}

/** What a client and the server agree on, or how it failed. */
function handshake(
  port: number,
  options: ConnectionOptions,
): Promise<{ protocol: string; cipher: string; print: string } | string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options }, () => {
      resolve({
        protocol: socket.getProtocol() ?? '',
        cipher: socket.getCipher().name,
        print: socket.getPeerCertificate().fingerprint256,
      })
      socket.destroy()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
}

describe('TLS of the server itself', { timeout: 120_000 }, () => {
  let here: Here
  let port: number
  let ca: string
  before(async () => {
    ca = certify()
    here = await startHere({
      publicUrl: 'https://localhost',
      tlsCertificate: files.certificate,
      tlsKey: files.key,
    })
    port = Number(new URL(here.application.url).port)
  })
  after(async () => {
    await here.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('answers over TLS, as behind a proxy, and tells browsers to stay there', async () => {
    assert.match(here.application.url, /^https:/)
    const { status, hsts } = await new Promise<{ status: number; hsts: unknown }>((resolve, reject) => {
      ask({ port, host: '127.0.0.1', path: '/sign-in', ca, checkServerIdentity: () => undefined }, (reply) => {
        reply.resume()
        resolve({ status: reply.statusCode!, hsts: reply.headers['strict-transport-security'] })
      })
        .on('error', reject)
        .end()
    })
    assert.deepEqual([status, hsts], [200, 'max-age=31536000; includeSubDomains'])
  })

  test('speaks 1.3 and 1.2, the later first, and nothing before', async () => {
    const best = await handshake(port, {})
    assert.ok(typeof best === 'object' && best.protocol === 'TLSv1.3', JSON.stringify(best))
    const older = await handshake(port, { maxVersion: 'TLSv1.2' })
    assert.ok(typeof older === 'object' && older.protocol === 'TLSv1.2', JSON.stringify(older))
    // No suite of ours exists before 1.2, which alone would keep older versions out; the version is held by itself.
    const { minVersion, maxVersion } = readTls(files)
    assert.deepEqual([minVersion, maxVersion], ['TLSv1.2', 'TLSv1.3'])
    for (const version of ['TLSv1.1', 'TLSv1'] as const)
      assert.equal(
        typeof (await handshake(port, { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' })),
        'string',
        version,
      )
  })

  test('agrees on suites with forward secrecy and authenticated encryption only, the strongest first', async () => {
    const chosen = await handshake(port, { maxVersion: 'TLSv1.2' })
    assert.ok(typeof chosen === 'object' && chosen.cipher === 'ECDHE-ECDSA-AES256-GCM-SHA384', JSON.stringify(chosen))
    const reversed = await handshake(port, {
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384',
    })
    assert.ok(typeof reversed === 'object' && reversed.cipher === 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ours is the order')
    for (const weak of [
      'ECDHE-ECDSA-AES256-SHA',
      'ECDHE-ECDSA-AES128-SHA256',
      'AES128-GCM-SHA256',
      'AES128-SHA',
      'NULL',
    ])
      assert.equal(
        typeof (await handshake(port, { maxVersion: 'TLSv1.2', ciphers: `${weak}:@SECLEVEL=0` })),
        'string',
        weak,
      )
  })

  test('does not fall back: who speaks plain http gets no answer', async () => {
    const text = await new Promise<string>((resolve) => {
      const socket = connectPlain(port, '127.0.0.1', () =>
        socket.write('GET /sign-in HTTP/1.1\r\nhost: localhost\r\n\r\n'),
      )
      let seen = ''
      socket.on('data', (piece) => (seen += piece.toString('latin1')))
      socket.on('error', () => {})
      socket.on('close', () => resolve(seen))
    })
    assert.doesNotMatch(text, /HTTP\/1\.1 200|<html/)
  })

  test('takes a renewed certificate in use, keeps the one of before when the new one cannot be read, and no key that others may read', async () => {
    const server = createServer(readTls(files), (_, reply) => reply.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const following = followCertificate(server, files, silentLog, 20)
    const own = (server.address() as AddressInfo).port
    const print = async () => {
      const agreed = await handshake(own, {})
      return typeof agreed === 'object' ? agreed.print : agreed
    }
    try {
      const first = await print()
      certify()
      let second = first
      for (let i = 0; i < 100 && second === first; i++) {
        await wait(20)
        second = await print()
      }
      assert.notEqual(second, first)
      writeFileSync(files.certificate, 'no certificate')
      await wait(100)
      assert.equal(await print(), second)
      certify()
      if (process.platform !== 'win32') {
        chmodSync(files.key, 0o644)
        assert.throws(() => readTls(files), /WAARBORG_TLS_KEY/)
      }
      assert.throws(() => readTls({ ...files, certificate: join(folder, 'absent') }), /WAARBORG_TLS_CERTIFICATE/)
    } finally {
      following.stop()
      server.close()
      server.closeAllConnections()
    }
  })
})

describe('a server whose certificate nobody trusts', () => {
  const { key, certificate } = makeSigner({ name: 'localhost' })
  const asked: string[] = []
  const server = createServer(
    {
      key: key.export({ type: 'pkcs8', format: 'pem' }),
      cert: `-----BEGIN CERTIFICATE-----\n${certificate.replaceAll(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`,
    },
    (request, reply) => {
      asked.push(request.url ?? '')
      reply.end('{}')
    },
  )
  let url: string
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => {
    server.close()
    server.closeAllConnections()
  })

  test('gets nothing: no call of the gateway, no key, no sign-in, no text for the model', async () => {
    const provider = httpProvider(
      {
        id: 'u',
        builtin: null,
        baseUrl: `${url}/v1`,
        keyRef: null,
        provider: { name: 'x' },
        options: {},
      },
      { headMs: 2_000, idleMs: 2_000 },
      () => undefined,
    )
    await assert.rejects(
      provider.send({ body: {}, stream: false, context: () => ({}) as never, signal: AbortSignal.timeout(5_000) }),
    )
    await provider.close()
    const root = transitRoot({ url, key: 'waarborg', token: 'geheim', timeoutMs: 1_000 })
    await assert.rejects(root.wrap(['a'], Buffer.alloc(32)))
    const identity = openProvider(
      {
        issuer: url,
        clientId: 'w',
        clientSecret: 'geheim',
        groupClaim: 'groups',
        origin: () => 'https://waarborg.example',
      },
      () => new Date(),
    )
    await assert.rejects(identity.start({ again: false }))
    const presidio = openPresidio(url, 1_000)
    await assert.rejects(presidio.find(['Jan'], 'nl'))
    await presidio.close()
    assert.deepEqual(asked, [])
  })
})
