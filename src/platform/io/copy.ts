/**
 * COPY in both directions as streams, over a connection of the driver. Rows pass through in pieces, so that a table of any
 * size needs little memory; a slow reader or writer slows the other side down.
 */
import { Readable } from 'node:stream'
import type pg from 'pg'

/** What the driver gives a query that speaks the protocol itself. */
type Connection = {
  readonly stream: NodeJS.ReadWriteStream & { readonly writableNeedDrain: boolean }
  query(text: string): void
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

type Message = { readonly chunk: Buffer; readonly text: string }

/** The rows of `copy … to stdout`, in COPY's text format. `rows` counts them once the stream has ended. */
export function copyOut(client: pg.Client, text: string): Readable & { rows: number } {
  const out = Object.assign(
    new Readable({
      highWaterMark: 1 << 20,
      read() {
        connection?.stream.resume()
      },
    }),
    { rows: 0 },
  )
  let connection: Connection | undefined
  client.query({
    submit(to: Connection) {
      connection = to
      to.query(text)
    },
    handleRowDescription() {},
    handleDataRow() {},
    handlePortalSuspended() {},
    handleEmptyQuery() {},
    handleCopyInResponse(to: Connection) {
      to.sendCopyFail('rows are read here, not written')
    },
    handleCopyData({ chunk }: Message, from: Connection) {
      // The driver reuses the memory of a message.
      if (!out.push(Buffer.from(chunk))) from.stream.pause()
    },
    handleCommandComplete({ text: tag }: Message) {
      out.rows = Number(/^COPY (\d+)$/.exec(tag)?.[1] ?? 0)
    },
    handleReadyForQuery() {
      out.push(null)
    },
    handleError(error: Error) {
      out.destroy(error)
    },
  } as never)
  return out
}

/** Feeds `copy … from stdin` and returns how many rows were written. An error of the source ends the statement. */
export function copyIn(client: pg.Client, text: string, source: AsyncIterable<Uint8Array>): Promise<number> {
  return new Promise((resolve, reject) => {
    let rows = 0
    let failed: Error | undefined
    const feed = async (to: Connection) => {
      try {
        for await (const chunk of source) {
          if (failed !== undefined) return
          to.sendCopyFromChunk(chunk)
          if (to.stream.writableNeedDrain) await new Promise((go) => to.stream.once('drain', go))
        }
        to.endCopyFrom()
      } catch (error) {
        failed = error as Error
        to.sendCopyFail('the source of the rows failed')
      }
    }
    client.query({
      submit: (to: Connection) => to.query(text),
      handleRowDescription() {},
      handleDataRow() {},
      handlePortalSuspended() {},
      handleEmptyQuery() {},
      handleCopyData() {},
      handleCopyInResponse: (to: Connection) => void feed(to),
      handleCommandComplete({ text: tag }: Message) {
        rows = Number(/^COPY (\d+)$/.exec(tag)?.[1] ?? 0)
      },
      handleReadyForQuery: () => (failed === undefined ? resolve(rows) : reject(failed)),
      handleError(error: Error) {
        failed ??= error
      },
    } as never)
  })
}
