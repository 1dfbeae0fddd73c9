/**
 * Server-sent events, read and written (https://html.spec.whatwg.org/multipage/server-sent-events.html, section 9.2.6).
 * A reader that gets the same bytes in other pieces gives the same events.
 */

export type ServerEvent = { readonly event: string; readonly data: string }

/** Bytes that are not UTF-8, or one event larger than allowed. */
export class StreamUnreadable extends Error {
  override readonly name = 'StreamUnreadable'
  readonly code: 'utf8' | 'event_too_large'
  constructor(code: 'utf8' | 'event_too_large') {
    super(code)
    this.code = code
  }
}

/**
 * Lines end with LF, CRLF or CR, also when the pair is cut in two; lines that begin with `:` are comments; several data
 * lines join with LF; an event without data is none. An event that the stream ends in the middle of is given too when it
 * has data: providers leave out the last empty line.
 */
export class EventReader {
  readonly #maxEvent: number
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  #line = ''
  #afterCr = false
  #event = ''
  #data: string[] = []
  #size = 0

  /** `maxEvent`: characters of one event's data. */
  constructor(maxEvent = 8 * 1024 * 1024) {
    this.#maxEvent = maxEvent
  }

  push(bytes: Uint8Array): ServerEvent[] {
    return this.#take(this.#decode(bytes))
  }

  end(): ServerEvent[] {
    const events = this.#take(this.#decode())
    if (this.#line !== '') this.#endLine(events)
    if (this.#data.length > 0) this.#endLine(events)
    return events
  }

  #decode(bytes?: Uint8Array): string {
    try {
      return bytes === undefined ? this.#decoder.decode() : this.#decoder.decode(bytes, { stream: true })
    } catch {
      throw new StreamUnreadable('utf8')
    }
  }

  #take(text: string): ServerEvent[] {
    const events: ServerEvent[] = []
    let start = 0
    for (let i = 0; i < text.length; i++) {
      const character = text.charCodeAt(i)
      if (character !== 10 && character !== 13) {
        this.#afterCr = false
        continue
      }
      const secondOfPair = character === 10 && this.#afterCr
      this.#afterCr = character === 13
      if (!secondOfPair) {
        this.#line += text.slice(start, i)
        this.#endLine(events)
      }
      start = i + 1
    }
    this.#line += text.slice(start)
    this.#grow(this.#line.length)
    return events
  }

  #grow(line: number): void {
    if (this.#size + line > this.#maxEvent) throw new StreamUnreadable('event_too_large')
  }

  #endLine(events: ServerEvent[]): void {
    const line = this.#line
    this.#line = ''
    if (line === '') {
      if (this.#data.length > 0) events.push({ event: this.#event || 'message', data: this.#data.join('\n') })
      this.#event = ''
      this.#data = []
      this.#size = 0
      return
    }
    const colon = line.indexOf(':')
    if (colon === 0) return
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') {
      this.#grow(value.length)
      this.#size += value.length + 1
      this.#data.push(value)
    } else if (field === 'event') this.#event = value
  }
}

/** One event whose data is JSON; JSON has no line end outside of escapes, so one data line is enough. */
export function encodeEvent(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

export const doneEvent = 'data: [DONE]\n\n'
export const keepAlive = ': keep-alive\n\n'
