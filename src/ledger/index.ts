export { nodeEd25519, nodeSha256 } from './io/crypto.ts'
export {
  type Appended,
  append,
  consistencyProof,
  type EntryFilter,
  entryByEventId,
  findEntries,
  inclusionProof,
  type LedgerState,
  ledgerState,
  type Receipt,
  readEntries,
  receipt,
  type StoredEntry,
} from './store.ts'
