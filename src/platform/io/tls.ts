/** TLS of the server itself, for who has no proxy before it: files, versions, suites, and a new certificate in use. */
import { readFileSync, statSync } from 'node:fs'
import type { Server, ServerOptions } from 'node:https'
import type { Log } from '../log.ts'
import { SettingError } from '../settings.ts'

export type TlsFiles = { readonly certificate: string; readonly key: string }

/** Suites with forward secrecy and authenticated encryption, the strongest first (RFC 9325, 4.2; RFC 8446, B.4). */
const suites = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
]

const RENEWAL_MS = 10 * 60_000

/** Errors: SettingError for a file that cannot be read, or a key that others may read. */
export function readTls({ certificate, key }: TlsFiles): ServerOptions {
  const read = (path: string, setting: string) => {
    try {
      return readFileSync(path)
    } catch {
      throw new SettingError(setting, 'names a file that cannot be read')
    }
  }
  const options = {
    cert: read(certificate, 'WAARBORG_TLS_CERTIFICATE'),
    key: read(key, 'WAARBORG_TLS_KEY'),
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ciphers: suites.join(':'),
    honorCipherOrder: true,
  } as const
  if (process.platform !== 'win32' && (statSync(key).mode & 0o077) !== 0)
    throw new SettingError('WAARBORG_TLS_KEY', 'names a file that others may read: chmod 600')
  return options
}

/** Takes a renewed certificate in use without a new start; one that cannot be read leaves the one of before. */
export function followCertificate(server: Server, files: TlsFiles, log: Log, everyMs = RENEWAL_MS): { stop(): void } {
  const changedAt = () => `${statSync(files.certificate).mtimeMs} ${statSync(files.key).mtimeMs}`
  let known = changedAt()
  const timer = setInterval(() => {
    try {
      const now = changedAt()
      if (now === known) return
      server.setSecureContext(readTls(files))
      known = now
      log.info('tls.renewed')
    } catch (error) {
      log.error('tls.unreadable', { error })
    }
  }, everyMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
