/** A progress line on a terminal; without one, a line now and then. */
export type Progress = { update(done: number, total: number, text: string): void; end(): void }

export function progressBar(stream: {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}): Progress {
  let last = 0
  let shown = false
  return {
    update(done, total, text) {
      const now = Date.now()
      const finished = done >= total
      if (!finished && now - last < (stream.isTTY ? 100 : 5_000)) return
      last = now
      const share = total === 0 ? 1 : done / total
      if (!stream.isTTY) {
        stream.write(`${Math.floor(share * 100)}% ${done}/${total} ${text}\n`)
        return
      }
      const width = 24
      const full = Math.round(share * width)
      const line = `${'█'.repeat(full)}${'░'.repeat(width - full)} ${done}/${total} ${text}`
      stream.write(`\r\u001b[2K${line.slice(0, (stream.columns ?? 100) - 1)}`)
      shown = true
    },
    end() {
      if (shown) stream.write('\n')
      shown = false
    },
  }
}
