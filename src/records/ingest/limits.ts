/**
 * How much one import may ask for. They bound memory and time, not quality: each is far above any real conversation
 * (200 MB of JSON in one piece takes 600 MB of memory to read; a gzip of blanks unfolds a thousandfold).
 */
export type Limits = {
  /** One JSON document that is not JSON Lines, in bytes. */
  readonly documentBytes: number
  /** One line of JSON Lines, in bytes. */
  readonly lineBytes: number
  /** One row of CSV, in characters. */
  readonly rowCharacters: number
  /** A file as it stands on disk. */
  readonly fileBytes: number
  /** Unfolded gzip: at most this many bytes, and at most this many times the compressed size once past 1 MiB. */
  readonly unfoldedBytes: number
  readonly unfoldedRatio: number
  /** Nesting of JSON. */
  readonly depth: number
  readonly turns: number
  readonly parties: number
  /** Text of one turn, in characters. */
  readonly turnCharacters: number
  /** Media that stands inside a record, in characters of its encoded form. */
  readonly mediaCharacters: number
  /** Text of rows held in memory while a conversation spread over rows is put together, in characters. */
  readonly groupedCharacters: number
  /** Deviations listed per conversation; the rest is counted. */
  readonly deviations: number
}

const MiB = 1024 * 1024

export const defaultLimits: Limits = {
  documentBytes: 64 * MiB,
  lineBytes: 16 * MiB,
  rowCharacters: MiB,
  fileBytes: 20 * 1024 * MiB,
  unfoldedBytes: 1024 * MiB,
  unfoldedRatio: 100,
  depth: 64,
  turns: 20_000,
  parties: 256,
  turnCharacters: 64 * 1024,
  mediaCharacters: 34 * MiB,
  groupedCharacters: 128 * MiB,
  deviations: 200,
}
