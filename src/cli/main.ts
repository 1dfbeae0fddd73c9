/** `waarborg <command>`: finds the command, reads its options, runs it, and turns errors into a sentence and an exit code. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parse as parseYaml } from 'yaml'
import { readSettings, SettingError, type Settings } from '../platform/settings.ts'
import { chooseLanguage } from '../platform/text.ts'
import type { Command, ExitCode, Io, Store, Values } from './command.ts'
import { commandNames, loadCommand } from './commands.ts'
import { cliText } from './text.ts'

/** Options that every command knows. */
const common = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  data: { type: 'string' },
  config: { type: 'string' },
  language: { type: 'string' },
} as const

export async function main(
  argv: readonly string[],
  io: Omit<Io, 'language' | 'openStore'> & { language?: 'nl' | 'en' },
): Promise<ExitCode> {
  const language = io.language ?? languageOf(argv, io.env)
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.stdout.write(await help(language, rest[0]))
    return 0
  }
  if (name === '--version') {
    io.stdout.write(`${version()}\n`)
    return 0
  }
  const command = await loadCommand(name)
  if (!command) {
    io.stderr.write(`${cliText(language, 'command.unknown', { name })}\n`)
    return 2
  }
  let values: Values
  let positionals: string[]
  try {
    const parsed = parseArgs({
      args: [...rest],
      options: { ...common, ...optionsOf(command) },
      allowPositionals: true,
      strict: true,
    })
    values = parsed.values as Values
    positionals = parsed.positionals
  } catch (error) {
    io.stderr.write(
      `${cliText(language, 'option.wrong', { problem: (error as Error).message })}\n${cliText(language, 'option.help', { name })}\n`,
    )
    return 2
  }
  if (values.help) {
    io.stdout.write(commandHelp(command, language))
    return 0
  }
  try {
    return await command.run(
      { ...io, language, openStore: (given) => openStore({ ...values, ...given }, io.env) },
      { values, positionals },
    )
  } catch (error) {
    return explain(error, language, io)
  }
}

function optionsOf(command: Command) {
  return Object.fromEntries(
    Object.entries(command.options).map(([name, { type, multiple, short }]) => [
      name,
      { type, ...(multiple ? { multiple } : {}), ...(short ? { short } : {}) },
    ]),
  )
}

/** Settings of this call: environment, the file of --config, and --data on top. */
export function settingsOf(values: Values, env: Readonly<Record<string, string | undefined>>): Settings {
  const settings = readSettings(env, configOf(values), (path) => readFileSync(path, 'utf8'))
  return typeof values.data === 'string' ? { ...settings, data: values.data } : settings
}

/** Was this setting given at all, in whichever way? */
export function isGiven(
  values: Values,
  env: Readonly<Record<string, string | undefined>>,
  setting: { readonly name: string; readonly env: string },
): boolean {
  return Boolean(env[setting.env] || env[`${setting.env}_FILE`] || configOf(values)[setting.name])
}

function configOf(values: Values): Record<string, unknown> {
  const file = typeof values.config === 'string' ? parseYaml(readFileSync(values.config, 'utf8')) : {}
  if (file !== null && (typeof file !== 'object' || Array.isArray(file)))
    throw new SettingError('--config', 'must hold names and values')
  return (file ?? {}) as Record<string, unknown>
}

async function openStore(values: Values, env: Readonly<Record<string, string | undefined>>): Promise<Store> {
  const { openInstallation, operatorName } = await import('./installation.ts')
  const settings = settingsOf(values, env)
  const installation = await openInstallation(settings)
  return { ...installation, operator: operatorName(), installation }
}

async function explain(error: unknown, language: 'nl' | 'en', io: Pick<Io, 'stderr'>): Promise<ExitCode> {
  const { code, message } = error as { code?: string; message?: string }
  io.stderr.write(`${cliText(language, 'failed', { problem: message ?? String(error) })}${code ? ` (${code})` : ''}\n`)
  if (code === 'already_running') return 3
  return 2
}

function languageOf(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): 'nl' | 'en' {
  const given = argv[argv.indexOf('--language') + 1]
  if (argv.includes('--language') && (given === 'nl' || given === 'en')) return given
  if (env.WAARBORG_LANGUAGE === 'nl' || env.WAARBORG_LANGUAGE === 'en') return env.WAARBORG_LANGUAGE
  return chooseLanguage(/^(nl|en)/.exec(env.LC_ALL ?? env.LANG ?? '')?.[0])
}

async function help(language: 'nl' | 'en', about: string | undefined): Promise<string> {
  const one = about === undefined ? undefined : await loadCommand(about)
  if (one) return commandHelp(one, language)
  const commands = await Promise.all(commandNames.map((name) => loadCommand(name)))
  const width = Math.max(...commandNames.map((name) => name.length))
  return [
    cliText(language, 'help.head'),
    '',
    ...commands.map((command) => `  ${command!.name.padEnd(width)}  ${command!.summary[language]}`),
    '',
    cliText(language, 'help.foot'),
    '',
  ].join('\n')
}

function commandHelp(command: Command, language: 'nl' | 'en'): string {
  const options = Object.entries(command.options).map(
    ([name, { type, help: text }]) =>
      `  --${name}${type === 'string' ? ' …' : ''}`.padEnd(26) + (text?.[language] ?? ''),
  )
  const shared = [
    `  --json`.padEnd(26) + cliText(language, 'help.json'),
    `  --data …`.padEnd(26) + cliText(language, 'help.data'),
    `  --config …`.padEnd(26) + cliText(language, 'help.config'),
  ]
  return [
    `waarborg ${command.name} ${command.usage}`.trim(),
    '',
    command.summary[language],
    '',
    ...options,
    ...shared,
    '',
  ].join('\n')
}

export function version(): string {
  const path = new URL(
    import.meta.url.includes('/dist/') ? '../../../package.json' : '../../package.json',
    import.meta.url,
  )
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

/** The process itself: standard streams, environment, exit code. */
export async function run(): Promise<void> {
  const { stdin, stdout, stderr, env } = process
  // A reader that went away (`| head`) ends the command quietly.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  process.exitCode = await main(process.argv.slice(2), { stdin, stdout, stderr, env })
}

// Not awaited: commands import this module, which would then never finish loading.
if (import.meta.main) void run()
