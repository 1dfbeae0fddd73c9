/**
 * Whether `signature` over `message` was made with the private half of `publicKey` (RFC 8032, Ed25519). An
 * implementation answers false, or throws, for a key or signature that is malformed or not canonical (S >= L).
 */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>

/** With WebCrypto: Node, and browsers in a secure context. The server passes node:crypto's, which answers at once. */
export const verifyEd25519: VerifyEd25519 = async (publicKey, message, signature) => {
  const subtle = globalThis.crypto.subtle
  const key = await subtle.importKey('raw', new Uint8Array(publicKey), { name: 'Ed25519' }, false, ['verify'])
  return subtle.verify({ name: 'Ed25519' }, key, new Uint8Array(signature), new Uint8Array(message))
}
