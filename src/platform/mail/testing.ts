/** Real mail servers on the loopback, for tests: Debian's dovecot for reading, `smtp-server` for receiving what is sent. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'

export type Mailbox = {
  readonly url: string
  /** Puts a mail into the inbox, as a delivery would. */
  deliver(raw: string | Uint8Array): void
  /** How many mails are flagged for a person, and how many nobody took over. */
  counts(): { readonly flagged: number; readonly unseen: number }
  close(): void
}

const program = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot'].find((path) => existsSync(path))
/** False: why the tests with a real IMAP server do not run here. */
export const noDovecot = program === undefined ? 'no dovecot on this machine (Debian: dovecot-imapd)' : false

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A dovecot of its own with one mailbox; user `klacht`, password `proef`. */
export async function startDovecot(): Promise<Mailbox> {
  const folder = mkdtempSync(join(tmpdir(), 'waarborg-dovecot-'))
  chmodSync(folder, 0o755)
  const maildir = join(folder, 'mail')
  for (const part of ['', 'new', 'cur', 'tmp', '../run', '../state'])
    mkdirSync(join(maildir, part), { recursive: true, mode: 0o777 })
  const port = await freePort()
  const root = process.getuid?.() === 0
  const user = root ? 'nobody' : spawnSync('id', ['-un'], { encoding: 'utf8' }).stdout.trim()
  const config = join(folder, 'dovecot.conf')
  writeFileSync(join(folder, 'users'), `klacht:{PLAIN}proef:::::\n`)
  writeFileSync(
    config,
    `protocols = imap
listen = 127.0.0.1
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = ${user}
default_login_user = ${user}
${root ? '' : `default_internal_group = ${spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim()}\n`}
mail_location = maildir:${maildir}
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=${user} gid=${root ? 'nogroup' : spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim()} home=${folder}
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
}
service anvil {
  chroot =
}
`,
  )
  spawnSync('chmod', ['-R', 'a+rwX', folder])
  const child = spawn(program!, ['-F', '-c', config], { stdio: 'ignore' })
  for (let tries = 0; tries < 100 && !existsSync(join(folder, 'run', 'login', 'imap')); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50))
  let delivered = 0
  return {
    url: `imap://klacht:proef@127.0.0.1:${port}`,
    deliver(raw) {
      const path = join(maildir, 'new', `${Date.now()}.${String(++delivered).padStart(4, '0')}.proef`)
      writeFileSync(path, raw)
      spawnSync('chmod', ['a+rw', path])
    },
    counts() {
      const cur = readdirSync(join(maildir, 'cur'))
      return {
        flagged: cur.filter((name) => /:2,.*F/.test(name)).length,
        unseen: readdirSync(join(maildir, 'new')).length + cur.filter((name) => !/:2,.*[SF]/.test(name)).length,
      }
    },
    close() {
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type SmtpServer = {
  readonly url: string
  readonly received: { readonly to: string; readonly raw: string }[]
  /** What the next mails are answered with; undefined: taken. */
  answer: { code: number } | undefined
  close(): Promise<void>
}

export async function startSmtp(): Promise<SmtpServer> {
  const received: { to: string; raw: string }[] = []
  const state: { answer: { code: number } | undefined } = { answer: undefined }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo(_address, _session, done) {
      done(state.answer === undefined ? null : Object.assign(new Error('no'), { responseCode: state.answer.code }))
    },
    onData(stream, session, done) {
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => pieces.push(piece))
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo[0]!.address, raw: Buffer.concat(pieces).toString('utf8') })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    get answer() {
      return state.answer
    },
    set answer(value) {
      state.answer = value
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
