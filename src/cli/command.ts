import type { Database } from '../platform/database.ts'
import type { Settings } from '../platform/settings.ts'
import type { KeyRing } from '../vault/index.ts'
import type { Installation } from './installation.ts'

/** 0 done, 1 found problems, 2 bad input, 3 refused by policy. */
export type ExitCode = 0 | 1 | 2 | 3

export type Values = Record<string, string | boolean | string[] | undefined>

/** What a command may touch of the world; everything a test wants to replace. */
export type Io = {
  readonly stdin: NodeJS.ReadableStream
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Language of messages: nl, or en when LANG or WAARBORG_LANGUAGE says so. */
  readonly language: 'nl' | 'en'
  /** Connects to the running database, or starts it; it is closed when the command has run. */
  openStore(values: Values): Promise<Store>
}

export type Store = {
  readonly database: Database
  readonly settings: Settings
  /** The data folder: keys, ledger export, private server. */
  readonly folder: string
  readonly keys: KeyRing
  readonly exportFolder: string
  /** `operator:<login>`: the operating-system user acts. */
  readonly operator: string
  readonly installation: Installation
  /** Every command closes what it opened, in `finally`. Stops the private server when this command started it and nobody else uses it. */
  close(): Promise<void>
}

export type Command = {
  readonly name: string
  readonly summary: { readonly nl: string; readonly en: string }
  /** Shown after the name in help: `FILE… --purpose P`. */
  readonly usage: string
  readonly options: Record<
    string,
    {
      readonly type: 'boolean' | 'string'
      readonly multiple?: boolean
      readonly short?: string
      readonly help?: { readonly nl: string; readonly en: string }
    }
  >
  readonly run: (
    io: Io,
    args: { readonly values: Values; readonly positionals: readonly string[] },
  ) => Promise<ExitCode>
}
