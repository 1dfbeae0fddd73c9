export {
  type AttributeOf,
  attributeKey,
  attributeValueKey,
  destroyAttributeKey,
  makeAttributeKey,
} from './attribute-keys.ts'
export {
  backupsUnreadableOn,
  beginEpoch,
  destroyEpochs,
  type Epoch,
  type EpochDeps,
  type EpochEvent,
  type EpochTerms,
  erasedFromBackupsOn,
  listEpochs,
  rotateKeys,
  settleEpochs,
} from './epochs.ts'
export { type KeyRing, KeyUnavailable, openKeyRing, openKeys, rotateRoot } from './io/keys.ts'
export { type RootKey, type RootSettings, transitRoot } from './io/root.ts'
export { derive, type Key, keyedHash, open, openJson, SealBroken, seal, sealJson } from './seal.ts'
export {
  currentEpoch,
  destroyKey,
  destroyUnused,
  existingKey,
  KeyDestroyed,
  keyPart,
  newKey,
  openWrapped,
  subjectKey,
  type WrappedKey,
} from './store.ts'
