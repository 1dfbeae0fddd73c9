/**
 * All settings in one typed table: name, environment variable, default, what it does. The reference page is made from
 * it. A value comes from the environment (`WAARBORG_…`), else from the file that `<NAME>_FILE` names (secrets), else
 * from the YAML file given with --config, else the default. Unknown names are refused.
 */

type Kind = 'text' | 'secret' | 'number' | 'boolean' | 'list'

export type SettingRow = {
  readonly name: string
  readonly env: string
  readonly kind: Kind
  readonly default: string | number | boolean | readonly string[] | null
  readonly min?: number
  readonly max?: number
  readonly options?: readonly string[]
  readonly help: { readonly nl: string; readonly en: string }
}

const row = <const R extends SettingRow>(setting: R) => setting

export const settingRows = [
  row({
    name: 'data',
    env: 'WAARBORG_DATA',
    kind: 'text',
    default: './data',
    help: {
      nl: 'Map met sleutels, de kopie van het logboek en de eigen database.',
      en: 'Folder with keys, the copy of the ledger and the private database.',
    },
  }),
  row({
    name: 'host',
    env: 'WAARBORG_HOST',
    kind: 'text',
    default: '127.0.0.1',
    help: { nl: 'Adres waarop Waarborg luistert.', en: 'Address that Waarborg listens on.' },
  }),
  row({
    name: 'port',
    env: 'WAARBORG_PORT',
    kind: 'number',
    default: 8720,
    min: 0,
    max: 65535,
    help: {
      nl: 'Poort voor console, klantpagina en gateway. 0 kiest een vrije poort.',
      en: 'Port for console, portal and gateway. 0 picks a free port.',
    },
  }),
  row({
    name: 'publicUrl',
    env: 'WAARBORG_PUBLIC_URL',
    kind: 'text',
    default: null,
    help: {
      nl: 'Adres waarop klanten en medewerkers Waarborg bereiken, voor links.',
      en: 'Address at which customers and staff reach Waarborg, for links.',
    },
  }),
  row({
    name: 'portalUrl',
    env: 'WAARBORG_PORTAL_URL',
    kind: 'text',
    default: null,
    help: {
      nl: 'Eigen adres voor klanten, onder een andere naam. Staf en API antwoorden daar niet, en de klantpagina antwoordt alleen daar.',
      en: 'Address of their own for customers, under another name. Staff and API do not answer there, and the portal answers only there.',
    },
  }),
  row({
    name: 'tlsCertificate',
    env: 'WAARBORG_TLS_CERTIFICATE',
    kind: 'text',
    default: null,
    help: {
      nl: 'Bestand met certificaat en keten (PEM). Dan doet Waarborg zelf TLS. Leeg: een proxy doet dat.',
      en: 'File with the certificate and its chain (PEM). Waarborg then takes TLS itself. Empty: a proxy does.',
    },
  }),
  row({
    name: 'tlsKey',
    env: 'WAARBORG_TLS_KEY',
    kind: 'text',
    default: null,
    help: {
      nl: 'Bestand met de sleutel van het certificaat (PEM), alleen leesbaar voor dit account.',
      en: 'File with the key of the certificate (PEM), readable for this account only.',
    },
  }),
  row({
    name: 'plainHttp',
    env: 'WAARBORG_PLAIN_HTTP',
    kind: 'boolean',
    default: false,
    help: {
      nl: 'Ook zonder TLS via een netwerk bereikbaar. Wachtwoorden en gesprekken zijn dan onderweg te lezen.',
      en: 'Reachable over a network without TLS too. Passwords and conversations can then be read on their way.',
    },
  }),
  row({
    name: 'trustedProxies',
    env: 'WAARBORG_TRUSTED_PROXIES',
    kind: 'text',
    default: null,
    help: {
      nl: 'Adressen van de eigen proxy’s, met komma’s ertussen (10.0.0.2, 10.1.0.0/16). Alleen van hen telt X-Forwarded-For.',
      en: 'Addresses of your own proxies, separated by commas (10.0.0.2, 10.1.0.0/16). Only from them X-Forwarded-For counts.',
    },
  }),
  row({
    name: 'databaseUrl',
    env: 'DATABASE_URL',
    kind: 'secret',
    default: null,
    help: {
      nl: 'Eigen PostgreSQL (15 of nieuwer), als eigenaar. Leeg: de meegeleverde server.',
      en: 'Your own PostgreSQL (15 or newer), as owner. Empty: the private server.',
    },
  }),
  row({
    name: 'databaseAppUrl',
    env: 'WAARBORG_DATABASE_APP_URL',
    kind: 'secret',
    default: null,
    help: {
      nl: 'Adres voor de rol zonder eigendom, als de eigenaar geen rollen mag maken.',
      en: 'Address for the role that owns nothing, if the owner may not create roles.',
    },
  }),
  row({
    name: 'databaseIntegratorUrl',
    env: 'WAARBORG_DATABASE_INTEGRATOR_URL',
    kind: 'secret',
    default: null,
    help: {
      nl: 'Adres voor de rol die het logboek rangschikt, als de eigenaar geen rollen mag maken.',
      en: 'Address for the role that orders the ledger, if the owner may not create roles.',
    },
  }),
  row({
    name: 'databaseJobsUrl',
    env: 'WAARBORG_DATABASE_JOBS_URL',
    kind: 'secret',
    default: null,
    help: {
      nl: 'Adres voor de rol van de wachtrij met taken, als de eigenaar geen rollen mag maken.',
      en: 'Address for the role of the job queue, if the owner may not create roles.',
    },
  }),
  row({
    name: 'databaseConnections',
    env: 'WAARBORG_DATABASE_CONNECTIONS',
    kind: 'number',
    default: 16,
    min: 2,
    max: 200,
    help: { nl: 'Hoogste aantal verbindingen met de database.', en: 'Highest number of connections to the database.' },
  }),
  row({
    name: 'keyFolder',
    env: 'WAARBORG_KEY_FOLDER',
    kind: 'text',
    default: null,
    help: {
      nl: 'Map met de hoofdsleutel en de tekensleutel. Leeg: keys in de datamap. Processen op één database delen deze map.',
      en: 'Folder with the root key and the signing key. Empty: keys in the data folder. Processes on one database share it.',
    },
  }),
  row({
    name: 'rootKey',
    env: 'WAARBORG_ROOT_KEY',
    kind: 'secret',
    default: null,
    help: {
      nl: 'Hoofdsleutel (32 bytes, base64) in plaats van een bestand.',
      en: 'Root key (32 bytes, base64) instead of a file.',
    },
  }),
  row({
    name: 'rootKeyPrevious',
    env: 'WAARBORG_ROOT_KEY_PREVIOUS',
    kind: 'secret',
    default: null,
    help: {
      nl: 'Vorige hoofdsleutel, bij het vervangen: wat daarmee is verpakt, wordt bij de start opnieuw verpakt.',
      en: 'Previous root key, when it is replaced: what it wrapped is wrapped anew at the start.',
    },
  }),
  row({
    name: 'kmsUrl',
    env: 'WAARBORG_KMS_URL',
    kind: 'text',
    default: null,
    help: {
      nl: 'Adres van een sleuteldienst (Transit-protocol) die de hoofdsleutel houdt. Leeg: de hoofdsleutel is een bestand of instelling.',
      en: 'Address of a key service (Transit protocol) that holds the root key. Empty: the root key is a file or a setting.',
    },
  }),
  row({
    name: 'kmsKey',
    env: 'WAARBORG_KMS_KEY',
    kind: 'text',
    default: 'waarborg',
    help: { nl: 'Naam van de hoofdsleutel bij de sleuteldienst.', en: 'Name of the root key at the key service.' },
  }),
  row({
    name: 'kmsToken',
    env: 'WAARBORG_KMS_TOKEN',
    kind: 'secret',
    default: null,
    help: { nl: 'Toegangscode voor de sleuteldienst.', en: 'Access token for the key service.' },
  }),
  row({
    name: 'kmsTimeoutS',
    env: 'WAARBORG_KMS_TIMEOUT_S',
    kind: 'number',
    default: 3,
    min: 0.05,
    max: 60,
    help: {
      nl: 'Wachttijd op een antwoord van de sleuteldienst, in seconden.',
      en: 'Time to wait for an answer of the key service, in seconds.',
    },
  }),
  row({
    name: 'epochDays',
    env: 'WAARBORG_EPOCH_DAYS',
    kind: 'number',
    default: 7,
    min: 1,
    max: 366,
    help: {
      nl: 'Zo lang is een tijdvaksleutel in gebruik, in dagen. Daarna worden alle sleutels opnieuw verpakt.',
      en: 'How long an epoch key is in use, in days. Then all keys are wrapped anew.',
    },
  }),
  row({
    name: 'backupDays',
    env: 'WAARBORG_BACKUP_DAYS',
    kind: 'number',
    default: 35,
    min: 1,
    max: 3_660,
    help: {
      nl: 'Zo lang bewaart u back-ups, in dagen. Daarna wordt een oude tijdvaksleutel vernietigd.',
      en: 'How long you keep backups, in days. After that an old epoch key is destroyed.',
    },
  }),
  row({
    name: 'ledgerOrigin',
    env: 'WAARBORG_LEDGER_ORIGIN',
    kind: 'text',
    default: 'waarborg.local/ledger',
    help: {
      nl: 'Naam van het logboek in elk bewijs. Verander die niet na de eerste start.',
      en: 'Name of the ledger in every proof. Do not change it after the first start.',
    },
  }),
  row({
    name: 'ledgerExportFolder',
    env: 'WAARBORG_LEDGER_EXPORT_FOLDER',
    kind: 'text',
    default: null,
    help: {
      nl: 'Map met de kopie van het logboek buiten de database. Leeg: ledger in de datamap.',
      en: 'Folder with the copy of the ledger outside the database. Empty: ledger in the data folder.',
    },
  }),
  row({
    name: 'ledgerIntervalMs',
    env: 'WAARBORG_LEDGER_INTERVAL_MS',
    kind: 'number',
    default: 100,
    min: 5,
    max: 10_000,
    help: {
      nl: 'Tijd tussen twee rondes die het logboek rangschikken, in milliseconden.',
      en: 'Time between two rounds that order the ledger, in milliseconds.',
    },
  }),
  row({
    name: 'ledgerPendingLimitS',
    env: 'WAARBORG_LEDGER_PENDING_LIMIT_S',
    kind: 'number',
    default: 60,
    min: 1,
    max: 86_400,
    help: {
      nl: 'Wacht een regel langer dan dit aantal seconden, dan weigert de gateway aanroepen.',
      en: 'If an entry waits longer than this number of seconds, the gateway refuses calls.',
    },
  }),
  row({
    name: 'ledgerDays',
    env: 'WAARBORG_LEDGER_DAYS',
    kind: 'number',
    default: 2_557,
    min: 184,
    max: 36_600,
    help: {
      nl: 'Zo lang blijft een regel in het logboek, in dagen. Ten minste zes maanden (AI-verordening art. 19 en 26).',
      en: 'How long an entry stays in the ledger, in days. At least six months (AI Act art. 19 and 26).',
    },
  }),
  row({
    name: 'tenant',
    env: 'WAARBORG_TENANT',
    kind: 'text',
    default: null,
    help: {
      nl: 'Organisatie voor aanmelden, als er meer dan één is.',
      en: 'Organisation for signing in, if there is more than one.',
    },
  }),
  row({
    name: 'gatewayBodyLimitKiB',
    env: 'WAARBORG_GATEWAY_BODY_LIMIT_KIB',
    kind: 'number',
    default: 1_024,
    min: 1,
    max: 65_536,
    help: { nl: 'Grootste aanroep van de gateway, in KiB.', en: 'Largest call to the gateway, in KiB.' },
  }),
  row({
    name: 'gatewayReplyLimitKiB',
    env: 'WAARBORG_GATEWAY_REPLY_LIMIT_KIB',
    kind: 'number',
    default: 8_192,
    min: 1,
    max: 262_144,
    help: { nl: 'Grootste antwoord van een leverancier, in KiB.', en: 'Largest reply of a provider, in KiB.' },
  }),
  row({
    name: 'upstreamHeadS',
    env: 'WAARBORG_UPSTREAM_HEAD_S',
    kind: 'number',
    default: 30,
    min: 0.05,
    max: 600,
    help: {
      nl: 'Wachttijd op het begin van een antwoord, in seconden.',
      en: 'Time to wait for the head of a reply, in seconds.',
    },
  }),
  row({
    name: 'upstreamIdleS',
    env: 'WAARBORG_UPSTREAM_IDLE_S',
    kind: 'number',
    default: 30,
    min: 0.05,
    max: 600,
    help: { nl: 'Langste stilte in een antwoord, in seconden.', en: 'Longest silence within a reply, in seconds.' },
  }),
  row({
    name: 'upstreamTotalS',
    env: 'WAARBORG_UPSTREAM_TOTAL_S',
    kind: 'number',
    default: 600,
    min: 0.1,
    max: 3_600,
    help: { nl: 'Langste duur van een aanroep, in seconden.', en: 'Longest duration of a call, in seconds.' },
  }),
  row({
    name: 'upstreamAttempts',
    env: 'WAARBORG_UPSTREAM_ATTEMPTS',
    kind: 'number',
    default: 2,
    min: 1,
    max: 5,
    help: {
      nl: 'Hoogste aantal pogingen zolang er nog niets is doorgegeven.',
      en: 'Highest number of attempts while nothing was passed on yet.',
    },
  }),
  row({
    name: 'openCalls',
    env: 'WAARBORG_OPEN_CALLS',
    kind: 'number',
    default: 2_000,
    min: 1,
    max: 100_000,
    help: {
      nl: 'Aanroepen die tegelijk open mogen staan; daarboven antwoordt de gateway overloaded.',
      en: 'Calls that may be open at once; above it the gateway answers overloaded.',
    },
  }),
  row({
    name: 'portalLinkDays',
    env: 'WAARBORG_PORTAL_LINK_DAYS',
    kind: 'number',
    default: 30,
    min: 1,
    max: 365,
    help: {
      nl: 'Zo lang werkt een link naar de klantpagina, in dagen.',
      en: 'How long a link to the portal works, in days.',
    },
  }),
  row({
    name: 'sessionHours',
    env: 'WAARBORG_SESSION_HOURS',
    kind: 'number',
    default: 12,
    min: 1,
    max: 72,
    help: { nl: 'Langste duur van een aanmelding, in uren.', en: 'Longest duration of a sign-in, in hours.' },
  }),
  row({
    name: 'sessionIdleMinutes',
    env: 'WAARBORG_SESSION_IDLE_MINUTES',
    kind: 'number',
    default: 60,
    min: 5,
    max: 720,
    help: {
      nl: 'Na zo veel minuten stilte eindigt een aanmelding.',
      en: 'After this many minutes of silence a sign-in ends.',
    },
  }),
  row({
    name: 'secondFactor',
    env: 'WAARBORG_SECOND_FACTOR',
    kind: 'text',
    default: 'required',
    options: ['required', 'optional'],
    help: {
      nl: 'Tweede stap bij het aanmelden van medewerkers. optional werkt alleen met de voorbeeldorganisatie op de eigen computer.',
      en: 'Second step when staff sign in. optional works only with the demonstration organisation on one’s own machine.',
    },
  }),
  row({
    name: 'oidcIssuer',
    env: 'WAARBORG_OIDC_ISSUER',
    kind: 'text',
    default: null,
    help: {
      nl: 'Adres van de aanmelddienst van de organisatie (OpenID Connect). Leeg: aanmelden alleen hier.',
      en: 'Address of the organisation’s identity provider (OpenID Connect). Empty: sign in here only.',
    },
  }),
  row({
    name: 'oidcClientId',
    env: 'WAARBORG_OIDC_CLIENT_ID',
    kind: 'text',
    default: null,
    help: {
      nl: 'Naam waaronder Waarborg bij de aanmelddienst bekend is.',
      en: 'Name under which the identity provider knows Waarborg.',
    },
  }),
  row({
    name: 'oidcClientSecret',
    env: 'WAARBORG_OIDC_CLIENT_SECRET',
    kind: 'secret',
    default: null,
    help: { nl: 'Geheim bij die naam. Leeg: alleen PKCE.', en: 'Secret with that name. Empty: PKCE alone.' },
  }),
  row({
    name: 'oidcGroupClaim',
    env: 'WAARBORG_OIDC_GROUP_CLAIM',
    kind: 'text',
    default: 'groups',
    help: {
      nl: 'Veld van het ID-token waarin de groepen staan.',
      en: 'Field of the ID token that holds the groups.',
    },
  }),
  row({
    name: 'passwordSignIn',
    env: 'WAARBORG_PASSWORD_SIGN_IN',
    kind: 'boolean',
    default: true,
    help: {
      nl: 'Aanmelden met een wachtwoord van Waarborg. Uit kan alleen met een aanmelddienst.',
      en: 'Signing in with a password of Waarborg. Off only with an identity provider.',
    },
  }),
  row({
    name: 'leakedPasswords',
    env: 'WAARBORG_LEAKED_PASSWORDS',
    kind: 'text',
    default: null,
    help: {
      nl: 'Bestand met SHA-1 van uitgelekte wachtwoorden, in volgorde (Pwned Passwords). Zo’n wachtwoord wordt dan geweigerd. Leeg: geen lijst.',
      en: 'File with SHA-1 of leaked passwords, in order (Pwned Passwords). Such a password is then refused. Empty: no list.',
    },
  }),
  row({
    name: 'smtpUrl',
    env: 'WAARBORG_SMTP_URL',
    kind: 'secret',
    default: null,
    help: {
      nl: 'Waarmee brieven per e-mail weggaan: smtp://gebruiker:wachtwoord@host:587 of smtps://… Leeg: brieven staan alleen op de klantpagina.',
      en: 'How letters leave by e-mail: smtp://user:password@host:587 or smtps://… Empty: letters stand on the customer page only.',
    },
  }),
  row({
    name: 'imapUrl',
    env: 'WAARBORG_IMAP_URL',
    kind: 'secret',
    default: null,
    help: {
      nl: 'Postvak waarin klachten per e-mail binnenkomen: imaps://gebruiker:wachtwoord@host:993. Leeg: er wordt geen post gelezen.',
      en: 'Mailbox to which complaints are sent: imaps://user:password@host:993. Empty: no mail is read.',
    },
  }),
  row({
    name: 'imapFolder',
    env: 'WAARBORG_IMAP_FOLDER',
    kind: 'text',
    default: 'INBOX',
    help: {
      nl: 'De map van dat postvak die gelezen wordt.',
      en: 'The folder of that mailbox which is read.',
    },
  }),
  row({
    name: 'signInPerEmail',
    env: 'WAARBORG_SIGN_IN_PER_EMAIL',
    kind: 'number',
    default: 5,
    min: 3,
    max: 20,
    help: {
      nl: 'Mislukte pogingen per e-mailadres in 15 minuten, voor wachtwoord en code elk. Daarna wordt er niets meer geprobeerd.',
      en: 'Failed attempts per email address in 15 minutes, for password and code each. After that nothing is tried.',
    },
  }),
  row({
    name: 'signInPerAddress',
    env: 'WAARBORG_SIGN_IN_PER_ADDRESS',
    kind: 'number',
    default: 20,
    min: 5,
    max: 1_000,
    help: {
      nl: 'Mislukte pogingen per netwerkadres in 15 minuten, over alle accounts. Een kantoor achter één adres deelt dit aantal.',
      en: 'Failed attempts per network address in 15 minutes, over all accounts. An office behind one address shares this number.',
    },
  }),
  row({
    name: 'requestsPerMinute',
    env: 'WAARBORG_REQUESTS_PER_MINUTE',
    kind: 'number',
    default: 1_200,
    min: 60,
    max: 1_000_000,
    help: {
      nl: 'Verzoeken per minuut van één medewerker, één klantlink of, zonder aanmelding, één netwerkadres. Een pagina doet er enkele.',
      en: 'Requests per minute of one member of staff, one customer link or, without a sign-in, one network address. A page makes a few.',
    },
  }),
  row({
    name: 'pseudonymHours',
    env: 'WAARBORG_PSEUDONYM_HOURS',
    kind: 'number',
    default: 24,
    min: 1,
    max: 8_760,
    help: {
      nl: 'Zo lang na het einde van een gesprek bestaat de tabel van pseudoniemen nog, in uren.',
      en: 'How long the table of pseudonyms exists after the end of a conversation, in hours.',
    },
  }),
  row({
    name: 'modelFolder',
    env: 'WAARBORG_MODEL_FOLDER',
    kind: 'text',
    default: null,
    help: {
      nl: 'Map van een eigen model dat naast de regels persoonsgegevens zoekt (docs/howto/model.md). Leeg: alleen de regels.',
      en: 'Folder of a model of your own that looks for personal data beside the rules (docs/howto/model.md). Empty: the rules alone.',
    },
  }),
  row({
    name: 'presidioUrl',
    env: 'WAARBORG_PRESIDIO_URL',
    kind: 'text',
    default: null,
    help: {
      nl: 'Adres van een Presidio-analyzer die naast de regels zoekt. Mag in het eigen netwerk staan. Leeg: geen.',
      en: 'Address of a Presidio analyzer that looks beside the rules. May stand in your own network. Empty: none.',
    },
  }),
  row({
    name: 'modelDeadlineMs',
    env: 'WAARBORG_MODEL_DEADLINE_MS',
    kind: 'number',
    default: 2_000,
    min: 50,
    max: 60_000,
    help: {
      nl: 'Zo lang mag het model over een aanroep doen, in milliseconden.',
      en: 'How long the model may take over a call, in milliseconds.',
    },
  }),
  row({
    name: 'modelOnFailure',
    env: 'WAARBORG_MODEL_ON_FAILURE',
    kind: 'text',
    default: 'refuse',
    options: ['refuse', 'rules_only'],
    help: {
      nl: 'Antwoordt het model niet: refuse weigert de aanroep, rules_only gaat door met de regels en legt dat vast.',
      en: 'When the model does not answer: refuse refuses the call, rules_only goes on with the rules and records that.',
    },
  }),
  row({
    name: 'logLevel',
    env: 'WAARBORG_LOG_LEVEL',
    kind: 'text',
    default: 'info',
    options: ['debug', 'info', 'warn', 'error', 'silent'],
    help: { nl: 'Hoeveel Waarborg in het systeemlogboek schrijft.', en: 'How much Waarborg writes to the system log.' },
  }),
  row({
    name: 'language',
    env: 'WAARBORG_LANGUAGE',
    kind: 'text',
    default: 'nl',
    options: ['nl', 'en'],
    help: { nl: 'Taal van meldingen op de opdrachtregel.', en: 'Language of messages on the command line.' },
  }),
] as const

type Row = (typeof settingRows)[number]
type ValueOf<R extends Row> = R extends { kind: 'number' }
  ? number
  : R extends { kind: 'boolean' }
    ? boolean
    : R extends { default: null }
      ? string | null
      : string
export type Settings = { readonly [R in Row as R['name']]: ValueOf<R> }

/** A setting that is unknown, of the wrong kind or out of range; names it and where it came from. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
  readonly code = 'setting_invalid'
  readonly setting: string
  constructor(setting: string, problem: string) {
    super(`${setting}: ${problem}`)
    this.setting = setting
  }
}

/**
 * Settings from the environment and a parsed YAML file (`file`, keys are names of the table). `readFile` reads the
 * file that a `<ENV>_FILE` variable names; it is passed in, so that this stays without disk.
 */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  file: Readonly<Record<string, unknown>> = {},
  readFile: (path: string) => string = () => '',
): Settings {
  const known = new Set<string>(settingRows.flatMap((setting) => [setting.env, `${setting.env}_FILE`]))
  for (const name of Object.keys(env)) {
    if (name.startsWith('WAARBORG_') && !known.has(name) && !notSettings.has(name))
      throw new SettingError(name, `is unknown${nearest(name, known)}`)
  }
  const names = new Set<string>(settingRows.map((setting) => setting.name))
  for (const name of Object.keys(file))
    if (!names.has(name)) throw new SettingError(name, `is unknown${nearest(name, names)}`)
  const values: Record<string, unknown> = {}
  for (const setting of settingRows) values[setting.name] = settingValue(setting, env, file, readFile)
  return values as Settings
}

/** Variables that steer the project's own checks, not the product. */
export const notSettings: ReadonlySet<string> = new Set([
  'WAARBORG_TEST_DB',
  'WAARBORG_REQUIRE',
  'WAARBORG_SHARED_DATA',
])

function settingValue(
  setting: SettingRow,
  env: Readonly<Record<string, string | undefined>>,
  file: Readonly<Record<string, unknown>>,
  readFile: (path: string) => string,
): unknown {
  const fromFile = env[`${setting.env}_FILE`]
  const given =
    env[setting.env] ?? (fromFile === undefined ? undefined : readFile(fromFile).trim()) ?? file[setting.name]
  if (given === undefined || given === '' || given === null) return setting.default
  const where =
    env[setting.env] !== undefined ? setting.env : fromFile !== undefined ? `${setting.env}_FILE` : setting.name
  if (setting.kind === 'number') {
    const value = typeof given === 'number' ? given : Number(given)
    if (!Number.isFinite(value)) throw new SettingError(where, 'is not a number')
    if (value < (setting.min ?? -Infinity) || value > (setting.max ?? Infinity))
      throw new SettingError(where, `must lie between ${setting.min} and ${setting.max}`)
    return value
  }
  if (setting.kind === 'boolean') {
    if (given === true || given === 'true' || given === '1') return true
    if (given === false || given === 'false' || given === '0') return false
    throw new SettingError(where, 'must be true or false')
  }
  if (typeof given !== 'string') throw new SettingError(where, 'must be a text')
  if (setting.options && !setting.options.includes(given))
    throw new SettingError(where, `must be one of: ${setting.options.join(', ')}`)
  return given
}

/** `; did you mean X?` for the closest known name, when one is close. */
function nearest(name: string, known: ReadonlySet<string>): string {
  let best: { name: string; distance: number } | undefined
  for (const candidate of known) {
    const distance = editDistance(name, candidate)
    if (distance <= 4 && (best === undefined || distance < best.distance)) best = { name: candidate, distance }
  }
  return best ? `; did you mean ${best.name}?` : ''
}

/** Levenshtein distance. */
export function editDistance(a: string, b: string): number {
  let row_ = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row_[j]! + 1, next[j - 1]! + 1, row_[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row_ = next
  }
  return row_[b.length]!
}
