export { checkExport, type ExportCheck } from './io/check-export.ts'
export { nodeEd25519, nodeSha256 } from './io/crypto.ts'
export { type Integrator, type IntegratorOptions, type IntegratorStatus, startIntegrator } from './io/integrator.ts'
export {
  type LedgerTerm,
  ledgerTerm,
  type PruneOptions,
  type PruneResult,
  pruneAgain,
  pruneLedger,
} from './io/prune.ts'
export { openSigner, readTrust, type Signer } from './io/signer.ts'
export { createVerifier, type Verifier, type VerifierState } from './io/verifier.ts'
export { type PrunedStretch, type Verification, type VerifyOptions, verifyLedger } from './io/verify-ledger.ts'
export {
  type Appended,
  append,
  appendPart,
  consistencyProof,
  consumeEntries,
  type EntryFilter,
  entryByEventId,
  findEntries,
  inclusionProof,
  type LedgerPass,
  type LedgerState,
  ledgerState,
  type Receipt,
  readEntries,
  receipt,
  type StoredEntry,
} from './store.ts'
