/** `npm run docs`: writes docs/reference/ from the code: settings, routes and roles, OpenAPI, commands, ledger events. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { collectRoutes, type RouteParts } from '../src/cli/application/routes.ts'
import { commandNames, loadCommand } from '../src/cli/commands.ts'
import { version } from '../src/cli/main.ts'
import { type Route, roles } from '../src/platform/http.ts'
import { openApi, roleMatrix } from '../src/platform/openapi.ts'
import { readSettings, settingRows } from '../src/platform/settings.ts'
import { organisationJsonSchema } from '../src/records/rules.ts'
import { asvs, asvsPage } from './asvs.ts'
import { componentsPage } from './components.ts'

const head = '<!-- Made by `npm run docs` from the code; a test compares. -->\n'

/** The routes as declared; their handlers are never called here. */
export function declaredRoutes(): Route[] {
  const absent = new Proxy({}, { get: () => absent, apply: () => absent }) as never
  const ring = { derived: () => Buffer.alloc(32), indexKey: () => Buffer.alloc(32) }
  const parts = {
    database: absent,
    ring,
    settings: readSettings({}),
    clock: absent,
    ids: absent,
    signer: { origin: '', vkey: '' },
    verifier: { state: () => ({}) },
    publicUrl: null,
    secondFactorOptionalFor: null,
    relyingParty: () => null,
    provider: () => null,
    audits: absent,
    prompts: absent,
    codes: { kinds: [], send: absent, wake: absent },
  }
  return collectRoutes(parts as unknown as RouteParts)
}

/** Path below docs/reference/ → contents. */
export async function reference(): Promise<Map<string, string>> {
  const routes = declaredRoutes()
  const commands = await Promise.all(commandNames.map(async (name) => (await loadCommand(name))!))
  return new Map([
    ['settings.md', settings()],
    ['routes.md', routesPage(routes)],
    ['roles.md', rolesPage(routes)],
    ['commands.md', commandsPage(commands)],
    ['openapi.json', `${JSON.stringify(openApi(routes, { version: version(), language: 'en' }), null, 1)}\n`],
    ['asvs.md', head.replace('the code', 'asvs.yaml') + asvsPage(asvs())],
    ['components.md', head.replace('the code', 'package-lock.json') + componentsPage()],
    ['organisation.schema.json', `${JSON.stringify(organisationJsonSchema(), null, 2)}\n`],
  ])
}

function settings(): string {
  const rows = settingRows.map((row) => {
    const range =
      'min' in row
        ? `${row.min}–${row.max}`
        : 'options' in row
          ? row.options.join(', ')
          : row.kind === 'secret'
            ? 'secret'
            : row.kind
    return `| \`${row.env}\` | \`${row.name}\` | ${row.default === null ? '–' : `\`${row.default}\``} | ${range} | ${row.help.en} |`
  })
  return `${head}# Settings\n\nFrom the environment, or by name in a YAML file given with \`--config\`. Each may also come from a file: \`<VARIABLE>_FILE\` names it. Unknown names are refused.\n\n| Variable | Name | Default | Range | What it does |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

function routesPage(routes: readonly Route[]): string {
  const rows = routes.map(
    (route) =>
      `| \`${route.method} ${route.path}\` | ${typeof route.allow === 'string' ? route.allow : route.allow.join(', ')} | ${route.events.map((event) => `\`${event}\``).join(' ') || '–'} | ${route.summary.en} |`,
  )
  return `${head}# Routes\n\nShapes of bodies and replies: [openapi.json](openapi.json). A reply holds nothing that is not declared there.\n\n| Route | Who may call | Ledger entries it may add | What it does |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

function rolesPage(routes: readonly Route[]): string {
  const columns = ['public', 'system_key', 'customer', ...roles]
  const rows = roleMatrix(routes).map(
    ({ route, allow }) => `| \`${route}\` | ${columns.map((column) => (allow[column] ? '✓' : '')).join(' | ')} |`,
  )
  return `${head}# Who may call what\n\n| Route | ${columns.join(' | ')} |\n| --- |${columns.map(() => ' --- |').join('')}\n${rows.join('\n')}\n`
}

function commandsPage(
  commands: readonly {
    name: string
    usage: string
    summary: { en: string }
    options: Record<string, { type: string; help?: { en: string } }>
  }[],
): string {
  const parts = commands.map((command) => {
    const options = Object.entries(command.options).map(([name, { type, help }]) =>
      `- \`--${name}${type === 'string' ? ' …' : ''}\` ${help?.en ?? ''}`.trimEnd(),
    )
    return [
      `## ${command.name}`,
      '',
      `\`waarborg ${command.name}${command.usage === '' ? '' : ` ${command.usage}`}\``,
      '',
      command.summary.en,
      ...(options.length > 0 ? ['', ...options] : []),
      '',
    ].join('\n')
  })
  return `${head}# Commands\n\nFrom a checkout: \`npm run -s waarborg -- <command>\`; installed: \`npx waarborg <command>\`. Every command knows \`--help\`, \`--json\`, \`--data DIR\`, \`--config FILE\`, \`--language nl|en\`. Exit codes: 0 done, 1 found problems, 2 wrong input, 3 not allowed.\n\n${parts.join('\n')}`
}

if (import.meta.main) {
  for (const [name, contents] of await reference()) {
    const path = join('docs/reference', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, contents)
    console.error(path)
  }
}
