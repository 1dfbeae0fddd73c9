/**
 * Answers one row of the ledger vectors (testdata/vectors/ledger): is what the row claims true? What the row itself
 * says about that (`valid`, `valid_cosigners`) is not read.
 */
import { MAX_TEST_LOG, TestLogs } from './test-log.ts'
import {
  canonicalize,
  equalBytes,
  fromBase64,
  hexOf,
  openCheckpoint,
  parseJson,
  parseTilePath,
  parseVerifierKey,
  rootOfLeafHashes,
  type Sha256,
  utf8,
  type VerifierKey,
  type VerifyEd25519,
  VerifyError,
  verifyConsistency,
  verifyInclusionOfLeafHash,
  verifyTile,
  verifyTlogProof,
} from './verify/index.ts'

export type Row = Readonly<Record<string, unknown>>
export type Answer = { readonly valid: boolean; readonly validCosigners?: number; readonly reason?: string }

/** The row cannot be answered: its kind is unknown or a field it needs is not there. */
export class RowUnreadable extends Error {
  override readonly name = 'RowUnreadable'
  readonly code: 'kind_unknown' | 'field_missing' | 'log_too_large'

  constructor(code: RowUnreadable['code'], place: string) {
    super(`${code}: ${place}`)
    this.code = code
  }
}

export type ProofChecker = (kind: unknown, row: Row) => Promise<Answer>

/** Throws a VerifyError when the claim is false; `cosignatures` returns the number of witnesses. */
type Check = (row: Row) => unknown

/** A checker with the given implementations; it keeps the test logs it has built, so use one for many rows. */
export function proofChecker(crypto: { readonly sha256: Sha256; readonly ed25519: VerifyEd25519 }): ProofChecker {
  const checks = checksWith(crypto)
  return async (kind, row) => {
    const check =
      typeof kind === 'string' && Object.hasOwn(checks, kind) ? checks[kind as keyof typeof checks] : undefined
    if (check === undefined) throw new RowUnreadable('kind_unknown', String(kind).slice(0, 40))
    const counted = kind === 'cosignatures'
    try {
      const found = await check(row)
      return { valid: true, ...(counted ? { validCosigners: Number(found) } : {}) }
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error
      return { valid: false, ...(counted ? { validCosigners: 0 } : {}), reason: error.message }
    }
  }
}

function checksWith({ sha256, ed25519 }: { readonly sha256: Sha256; readonly ed25519: VerifyEd25519 }) {
  const logs = new TestLogs(sha256)
  const vkey = (row: Row, field: string): VerifierKey => parseVerifierKey(text(row, field), sha256)
  const vkeys = (row: Row, field: string): VerifierKey[] =>
    texts(row, field).map((key) => parseVerifierKey(key, sha256))
  const logOf = (row: Row): { log: string; size: number } => {
    const log = text(row, 'log')
    const size = number(row, 'size')
    if (!Number.isInteger(size) || size < 0) throw new VerifyError('number_malformed', 'size')
    if (size > MAX_TEST_LOG) throw new RowUnreadable('log_too_large', `size ${size}`)
    return { log, size }
  }
  const checks = {
    roots(row) {
      const { log, size } = logOf(row)
      same(logs.root(log, size), bytes(row, 'root'), 'root_differs')
    },
    inclusion(row) {
      const claim = {
        index: number(row, 'index'),
        size: number(row, 'size'),
        proof: hashes(row, 'proof'),
        root: bytes(row, 'root'),
      }
      verifyInclusionOfLeafHash(bytes(row, 'leaf_hash'), claim, sha256)
    },
    consistency(row) {
      verifyConsistency(
        {
          size1: number(row, 'size1'),
          root1: bytes(row, 'root1'),
          size2: number(row, 'size2'),
          root2: bytes(row, 'root2'),
          proof: hashes(row, 'proof'),
        },
        sha256,
      )
    },
    tiles(row) {
      const { log, size } = logOf(row)
      const tile = logs.tile(log, size, text(row, 'path'))
      if (row.bytes !== undefined && row.bytes !== tile.bytes.length) throw new VerifyError('tile_length')
      if (hexOf(sha256(tile.bytes)) !== text(row, 'sha256')) throw new VerifyError('tile_differs')
    },
    'tile-mutations'(row) {
      const path = text(row, 'path')
      const hash = bytes(row, 'level0_hash')
      const { log, size } = logOf(row)
      verifyTile(path, bytes(row, 'data'), { size, hash }, sha256)
      // The tile fits the hash that came with it; that hash and the root must then be those of the log.
      same(rootOfLeafHashes(logs.tile(log, size, path).hashes, sha256), hash, 'tile_differs')
      same(logs.root(log, size), bytes(row, 'root'), 'root_differs')
    },
    'tile-paths'(row) {
      parseTilePath(text(row, 'path'))
    },
    async checkpoints(row) {
      await openCheckpoint(text(row, 'note'), { origin: text(row, 'origin'), logKeys: vkeys(row, 'vkeys') }, ed25519)
    },
    vkeys(row) {
      vkey(row, 'vkey')
    },
    async cosignatures(row) {
      const trust = {
        origin: text(row, 'origin'),
        logKeys: [vkey(row, 'log_vkey')],
        witnessKeys: vkeys(row, 'witness_vkeys'),
      }
      return (await openCheckpoint(text(row, 'note'), trust, ed25519)).cosigners.length
    },
    async 'tlog-proofs'(row) {
      const trust = {
        origin: text(row, 'origin'),
        logKeys: [vkey(row, 'log_vkey')],
        witnessKeys: vkeys(row, 'witness_vkeys'),
      }
      const { index, checkpoint } = await verifyTlogProof(text(row, 'proof'), bytes(row, 'entry'), trust, {
        sha256,
        ed25519,
      })
      if (row.index !== undefined && index !== whole(row, 'index'))
        throw new VerifyError('index_outside_tree', 'another index than the row names')
      if (row.size !== undefined && checkpoint.size !== whole(row, 'size'))
        throw new VerifyError('checkpoint_malformed', 'another size than the row names')
    },
    jcs(row) {
      const canonical = canonicalize(parseJson(text(row, 'input')))
      if (canonical !== text(row, 'canonical')) throw new VerifyError('json_malformed', 'another canonical form')
      if (hexOf(sha256(utf8(canonical))) !== text(row, 'sha256'))
        throw new VerifyError('json_malformed', 'another hash')
    },
    'jcs-refuse'(row) {
      canonicalize(parseJson(text(row, 'input')))
    },
  } satisfies Record<string, Check>
  return checks as Record<keyof typeof checks, Check>
}

/** A field that is there with a wrong type makes the claim false; one that is absent makes the row unreadable. */
function field(row: Row, name: string): unknown {
  const value = row[name]
  if (value === undefined) throw new RowUnreadable('field_missing', name)
  return value
}

function text(row: Row, name: string): string {
  const value = field(row, name)
  if (typeof value !== 'string') throw new VerifyError('json_malformed', name)
  return value
}

function texts(row: Row, name: string): string[] {
  const value = field(row, name)
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new VerifyError('json_malformed', name)
  return value
}

function number(row: Row, name: string): number {
  const value = field(row, name)
  if (typeof value !== 'number') throw new VerifyError('number_malformed', name)
  return value
}

function whole(row: Row, name: string): bigint {
  const value = number(row, name)
  if (!Number.isInteger(value)) throw new VerifyError('number_malformed', name)
  return BigInt(value)
}

const bytes = (row: Row, name: string): Uint8Array => fromBase64(text(row, name), name)

/** An absent list is unreadable; `null` is how some writers put an empty one. */
const hashes = (row: Row, name: string): Uint8Array[] =>
  row[name] === null ? [] : texts(row, name).map((item, i) => fromBase64(item, `${name} ${i + 1}`))

function same(own: Uint8Array, claimed: Uint8Array, code: 'root_differs' | 'tile_differs'): void {
  if (!equalBytes(own, claimed)) throw new VerifyError(code)
}
