/** node:crypto behind the interfaces of verify/: the same answers, several times faster than the portable ones. */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import type { Sha256, VerifyEd25519 } from '../verify/index.ts'

// By way of a string of single bytes: asked for a Buffer, node makes one outside its pool, which costs more than the hash.
export const nodeSha256: Sha256 = (bytes) => Buffer.from(hash('sha256', bytes, 'binary'), 'latin1')

const keys = new Map<string, KeyObject>()
const KEPT = 100

export const nodeEd25519: VerifyEd25519 = (publicKey, message, signature) =>
  verify(null, message, keyOf(publicKey), signature)

function keyOf(publicKey: Uint8Array): KeyObject {
  const x = Buffer.from(publicKey).toString('base64url')
  let key = keys.get(x)
  if (key === undefined) {
    key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    if (keys.size < KEPT) keys.set(x, key)
  }
  return key
}
