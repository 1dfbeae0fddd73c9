/** Splits bytes into lines with a limit on each, so that one endless line cannot fill the memory. */

export type Line =
  | { readonly line: number; readonly bytes: Uint8Array }
  | { readonly line: number; readonly tooLong: true }
export type LineSplitter = { push(chunk: Uint8Array): Line[]; end(): Line[] }

/** Lines end in LF or CRLF; the mark at the start of the file (BOM) and blank lines are left out. */
export function createLineSplitter(lineBytes: number): LineSplitter {
  let pieces: Uint8Array[] = []
  let held = 0
  let line = 1
  let skipping = false

  function take(last: Uint8Array): Line | undefined {
    if (skipping) {
      skipping = false
      return undefined
    }
    let bytes = pieces.length === 0 ? last : joined([...pieces, last])
    pieces = []
    held = 0
    if (bytes.length > lineBytes) return { line, tooLong: true }
    if (line === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3)
    if (bytes.at(-1) === 0x0d) bytes = bytes.subarray(0, -1)
    return bytes.every((byte) => byte === 0x20 || byte === 0x09) ? undefined : { line, bytes }
  }

  return {
    push(chunk) {
      const lines: Line[] = []
      let from = 0
      for (let at = chunk.indexOf(0x0a); at !== -1; at = chunk.indexOf(0x0a, from)) {
        const read = take(chunk.subarray(from, at))
        if (read !== undefined) lines.push(read)
        line++
        from = at + 1
      }
      const rest = chunk.subarray(from)
      if (skipping || rest.length === 0) return lines
      pieces.push(rest)
      held += rest.length
      if (held > lineBytes) {
        lines.push({ line, tooLong: true })
        pieces = []
        held = 0
        skipping = true
      }
      return lines
    },
    end() {
      const read = pieces.length === 0 || skipping ? undefined : take(new Uint8Array())
      return read === undefined ? [] : [read]
    },
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
