/** A running Waarborg for journeys: the real command in a process of its own, on a data folder that goes away after. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isAlive } from '../../src/platform/io/server.ts'

export const root = resolve(import.meta.dirname, '../..')
export const cli = ['--import', join(root, 'src/platform/jsx.mjs'), join(root, 'src/cli/main.ts')]

export type Running = {
  readonly url: string
  readonly folder: string
  readonly output: () => string
  readonly process: ChildProcess
  stop(): Promise<void>
}

export function dataFolder(): string {
  return mkdtempSync(join(tmpdir(), 'waarborg-journey-'))
}

/** Starts `waarborg start …` and resolves when its output says `until` (default: that it runs). */
export async function start(
  folder: string,
  {
    args = [],
    env = {},
    until = /is running\./,
  }: { args?: readonly string[]; env?: Record<string, string>; until?: RegExp } = {},
): Promise<Running> {
  const child = spawn(process.execPath, [...cli, 'start', '--data', folder, '--port', '0', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WAARBORG_LANGUAGE: 'en', WAARBORG_LOG_LEVEL: 'warn', ...env },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk))
  const address = join(folder, 'address')
  for (let waited = 0; !until.test(text); waited += 50) {
    if (child.exitCode !== null) throw new Error(`start ended with ${child.exitCode}:\n${text}`)
    if (waited > 480_000) throw new Error(`start says nothing after eight minutes:\n${text}`)
    await wait(50)
  }
  return {
    url: readFileSync(address, 'utf8').trim(),
    folder,
    output: () => text,
    process: child,
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await new Promise((ended) => child.once('exit', ended))
    },
  }
}

/** Takes the folder away, and a database server that a killed process left behind. */
export function clean(folder: string): void {
  const note = join(folder, 'server.home')
  const home = existsSync(note) ? readFileSync(note, 'utf8').trim() : folder
  const pidFile = join(home, 'postgres', 'postmaster.pid')
  if (existsSync(pidFile)) {
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
    if (isAlive(pid)) process.kill(pid, 'SIGQUIT')
  }
  rmSync(folder, { recursive: true, force: true })
  if (home !== folder) rmSync(home, { recursive: true, force: true })
}

export function demonstrationKey(folder: string, system: string): string {
  const { keys } = JSON.parse(readFileSync(join(folder, 'demonstration-keys.json'), 'utf8')) as {
    keys: { system: string; key: string }[]
  }
  return keys.find((key) => key.system === system)!.key
}

export type Shown = {
  readonly status: number
  readonly to: string | null
  readonly text: string
  readonly headers: Headers
}

/** What a browser without script keeps and sends: the cookies of the site, and on which page a form stands. */
export function browserOn(url: () => string) {
  const cookies = new Map<string, string>()
  /** Every Set-Cookie that came. */
  const flags: string[] = []
  let page = '/'
  const go = async (path: string, form?: Record<string, string>): Promise<Shown> => {
    const reply = await fetch(new URL(path, url()), {
      redirect: 'manual',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        ...(form ? { 'sec-fetch-site': 'same-origin', origin: url(), referer: new URL(page, url()).href } : {}),
      },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    for (const line of reply.headers.getSetCookie()) {
      const [pair = '', ...rest] = line.split('; ')
      const [name = '', value = ''] = pair.split('=')
      flags.push(line)
      if (rest.includes('Max-Age=0')) cookies.delete(name)
      else cookies.set(name, value)
    }
    if (form === undefined && reply.status === 200) page = path
    return {
      status: reply.status,
      to: reply.headers.get('location'),
      text: await reply.text(),
      headers: reply.headers,
    }
  }
  /** The page at the end of the redirects, and its address. */
  const follow = async (path: string, form?: Record<string, string>): Promise<Shown & { readonly at: string }> => {
    let at = path
    let reply = await go(path, form)
    for (let hops = 0; reply.to !== null && hops < 8; hops++) {
      at = reply.to
      reply = await go(at)
    }
    return { ...reply, at }
  }
  return { cookies, flags, go, follow }
}
