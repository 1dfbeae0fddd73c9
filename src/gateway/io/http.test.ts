import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { EventWriter, type ReadBody, readJsonBody } from './http.ts'

// One process runs many files: hooks stand inside, so that they run for these tests only.
describe('gateway: http', () => {
  let handle: (req: IncomingMessage, res: ServerResponse) => void = () => {}
  const server = createServer((req, res) => handle(req, res))
  let port = 0
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  const limits = { maxBytes: 1_000, maxMs: 100 }
  const head = (length: number, more = '') =>
    `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${more}content-length: ${length}\r\n\r\n`

  /** What a body is read as when a client sends it in these ways. */
  function read(send: (socket: Socket) => void): Promise<ReadBody | undefined> {
    return new Promise((resolve, reject) => {
      handle = (req, res) => {
        readJsonBody(req, limits).then((body) => {
          resolve(body)
          res.destroy()
        }, reject)
      }
      const socket = connect(port, '127.0.0.1', () => send(socket))
      socket.on('error', () => {})
    })
  }

  describe('a body', () => {
    test('in pieces is read whole', async () => {
      const bytes = Buffer.from('{"a":"é"}')
      const body = await read((socket) => {
        socket.write(head(bytes.length))
        socket.write(bytes.subarray(0, 7))
        setTimeout(() => socket.write(bytes.subarray(7)), 20)
      })
      assert.deepEqual(body?.form, [])
      assert.deepEqual(body?.value, { a: 'é' })
    })

    test('of exactly the limit is read, one byte more is not', async () => {
      const text = JSON.stringify('x'.repeat(998))
      assert.deepEqual((await read((socket) => socket.write(head(1_000) + text)))?.form, [])
      const larger = await read((socket) => socket.write(head(1_001) + JSON.stringify('x'.repeat(999))))
      assert.equal(larger?.form[0]?.code, 'request_too_large')
    })

    test('that stays away is given up on', async () => {
      const body = await read((socket) => socket.write(`${head(100)}{`))
      assert.equal(body?.form[0]?.code, 'request_timeout')
    })

    test('whose sender leaves is nobody’s', async () => {
      const body = await read((socket) => {
        socket.write(`${head(100)}{`)
        setTimeout(() => socket.destroy(), 20)
      })
      assert.equal(body, undefined)
    })

    test('that is too large and of the wrong kind says both', async () => {
      const body = await read((socket) => socket.write(head(5_000).replace('application/json', 'text/html')))
      assert.deepEqual(
        body?.form.map(({ code }) => code),
        ['request_too_large', 'media_type'],
      )
    })
  })

  describe('a stream of events', () => {
    test('waits for a client that does not read, and goes on when it does', async () => {
      let sent = 0
      const stopped = new Promise<void>((resolve) => {
        handle = (_req, res) => {
          const writer = new EventWriter(res, {})
          const piece = `data: ${'x'.repeat(65_536)}\n\n`
          const run = async () => {
            for (; sent < 400; sent++) await writer.send(piece, new AbortController().signal)
            writer.end('')
            resolve()
          }
          void run()
        }
      })
      const socket = connect(port, '127.0.0.1', () => socket.write(head(0)))
      socket.pause()
      await new Promise((resolve) => setTimeout(resolve, 300))
      assert.ok(sent < 400, `${sent} pieces were taken without being read`)
      socket.resume()
      await stopped
      assert.equal(sent, 400)
      socket.destroy()
    })

    test('stops waiting when the call ends', async () => {
      const abort = new AbortController()
      const outcome = new Promise<unknown>((resolve) => {
        handle = (_req, res) => {
          const writer = new EventWriter(res, {})
          const run = async () => {
            for (;;) await writer.send(`data: ${'x'.repeat(65_536)}\n\n`, abort.signal)
          }
          run().catch(resolve)
        }
      })
      const socket = connect(port, '127.0.0.1', () => socket.write(head(0)))
      socket.pause()
      setTimeout(() => abort.abort('stop'), 100)
      assert.equal(await outcome, 'stop')
      socket.destroy()
    })

    test('that is broken off has no clean end', async () => {
      handle = (_req, res) => {
        const writer = new EventWriter(res, {})
        void writer
          .send('data: 1\n\n', new AbortController().signal)
          .then(() => writer.break({ error: { code: 'system_stopped' } }))
      }
      let text = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(head(0)))
      await new Promise<void>((resolve) => {
        socket.on('data', (piece) => {
          text += piece.toString()
        })
        socket.on('error', () => {})
        socket.on('close', () => resolve())
      })
      assert.match(text, /system_stopped/)
      // The last chunk of a chunked body has length 0.
      assert.doesNotMatch(text, /\r\n0\r\n\r\n$/)
    })
  })
})
