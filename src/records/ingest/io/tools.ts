/** What the pure readers need from the machine: hashes, gunzip within limits, signatures and certificates. */
import { constants, createHash, type KeyObject, verify, X509Certificate } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { ReaderTools, SignatureInput, SignatureReason } from '../contract.ts'
import { defaultLimits, type Limits } from '../limits.ts'

export function readerTools(now: Date, limits: Limits = defaultLimits): ReaderTools {
  return {
    now,
    sha256: (data) => createHash('sha256').update(data).digest('hex'),
    inflate(bytes) {
      const most = Math.min(limits.documentBytes, Math.max(1024 * 1024, bytes.length * limits.unfoldedRatio))
      try {
        return { bytes: gunzipSync(bytes, { maxOutputLength: most }) }
      } catch (error) {
        return {
          reason: (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'gzip_too_much' : 'gzip_damaged',
        }
      }
    },
    verify: (input) => verifySignature(input, now),
  }
}

/**
 * Checks one JWS signature with the key of the first certificate, that the certificates fit each other and that they
 * are in date. No anchor is known, so the answer is who claims to have signed, not that this may be trusted.
 */
function verifySignature(
  input: SignatureInput,
  now: Date,
): { state: 'valid' | 'unverified'; reason?: SignatureReason; certificate?: string } {
  let chain: X509Certificate[]
  try {
    chain = input.chain.map((der) => new X509Certificate(der))
  } catch {
    return { state: 'unverified', reason: 'certificate_unreadable' }
  }
  const signer = chain[0]
  if (signer === undefined) return { state: 'unverified', reason: 'certificate_missing' }
  const certificate = createHash('sha256').update(signer.raw).digest('hex')
  const unverified = (reason: SignatureReason) => ({ state: 'unverified', reason, certificate }) as const
  if (!matches(input, signer.publicKey))
    return unverified(algorithmFits(input.algorithm, signer.publicKey) ? 'signature_wrong' : 'algorithm_refused')
  for (const [n, issued] of chain.entries()) {
    const issuer = chain[n + 1]
    if (issuer !== undefined && !(issued.checkIssued(issuer) && issued.verify(issuer.publicKey)))
      return unverified('chain_broken')
  }
  const inDate = chain.every(
    (each) => Date.parse(each.validFrom) <= now.getTime() && now.getTime() <= Date.parse(each.validTo),
  )
  return inDate ? { state: 'valid', certificate } : unverified('certificate_expired')
}

const curves: Readonly<Record<string, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' }

/** The key must be of the kind the algorithm names, and no RSA key under 2048 bits counts (RFC 7518, 3.3). */
function algorithmFits(algorithm: string, key: KeyObject): boolean {
  const details = key.asymmetricKeyDetails
  if (algorithm.startsWith('RS') || algorithm.startsWith('PS'))
    return key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= 2048
  if (algorithm.startsWith('ES')) return key.asymmetricKeyType === 'ec' && details?.namedCurve === curves[algorithm]
  return key.asymmetricKeyType === 'ed25519'
}

function matches(input: SignatureInput, key: KeyObject): boolean {
  if (!algorithmFits(input.algorithm, key)) return false
  const data = Buffer.from(input.signed, 'ascii')
  const hash = input.algorithm.startsWith('Ed') ? null : `sha${input.algorithm.slice(2)}`
  try {
    if (input.algorithm.startsWith('PS'))
      return verify(
        hash,
        data,
        { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
        input.signature,
      )
    return verify(
      hash,
      data,
      input.algorithm.startsWith('ES') ? { key, dsaEncoding: 'ieee-p1363' } : key,
      input.signature,
    )
  } catch {
    return false
  }
}
