export { nodeEd25519, nodeSha256 } from './io/crypto.ts'
