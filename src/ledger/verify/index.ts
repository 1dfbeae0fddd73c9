/**
 * Everything needed to check the ledger without its owner: no dependencies, no clock, no network. Runs in Node and in a
 * browser; the SDK and the verification page bundle this folder as it is.
 */
export * from './bytes.ts'
export * from './checkpoint.ts'
export * from './commitment.ts'
export * from './ed25519.ts'
export * from './errors.ts'
export * from './json.ts'
export * from './merkle.ts'
export * from './note.ts'
export * from './sha256.ts'
export * from './tiles.ts'
export * from './tlog-proof.ts'
export * from './tree.ts'
