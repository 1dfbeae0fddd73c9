export { type KeyRing, KeyUnavailable, openKeyRing } from './io/keys.ts'
export { derive, type Key, keyedHash, open, openJson, SealBroken, seal, sealJson } from './seal.ts'
export { destroyKey, existingKey, KeyDestroyed, subjectKey } from './store.ts'
