/**
 * Routes as declarations. From one declaration come the check who may call it, the parsing of what comes in and of
 * what goes out (an undeclared field never leaves), OpenAPI, the role matrix and the reference page.
 */
import type { z } from 'zod'
import type { Scope } from './database.ts'
import type { Language } from './text.ts'

/**
 * `public`: anyone; `system_key`: an AI system's key; `customer`: a portal link; `signed_in`: staff; `signing_in`: staff
 * also before their second factor; otherwise the staff roles that may.
 */
export type Allow = 'public' | 'system_key' | 'customer' | 'signed_in' | 'signing_in' | readonly string[]

/** Who calls, once known. `scope` is what every store function takes. */
export type Caller = {
  readonly kind: 'public' | 'system' | 'person' | 'customer' | 'operator'
  /** System id, person id, link id, `operator:<login>` or `public`. */
  readonly id: string
  readonly scope: Scope
  /** Staff roles that hold now; empty for others. */
  readonly roles: readonly string[]
  /**
   * Customer: the subject that the link belongs to, and the one conversation or decision that it leads to or that was chosen of all
   * that is theirs (`whole`). System: its key and client.
   */
  readonly bound?: {
    readonly whole?: boolean
    readonly conversation?: string
    readonly decision?: string
    readonly subject?: string
    readonly system?: string
    readonly client?: string
    readonly key?: string
    readonly link?: string
  }
  /** Staff: the session behind this request. `pending`: the second factor is still to come. */
  readonly session?: {
    readonly id: string
    readonly provedAt: Date | null
    readonly pending: boolean
    /** Its absolute end. */
    readonly endsAt?: Date
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export type RouteContext<P, Q, B> = {
  readonly caller: Caller
  readonly params: P
  readonly query: Q
  readonly body: B
  readonly now: Date
  readonly language: Language
  readonly header: (name: string) => string | undefined
  /** The bytes that were sent, of a route that takes a file (`file`); they can be read once. */
  readonly bytes?: () => AsyncIterable<Uint8Array>
}

export type RouteDeclaration<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> = {
  readonly method: Method
  /** With `:name` for parameters. */
  readonly path: string
  /** Text keys are not used here: the two sentences stand in the declaration because they are its documentation. */
  readonly summary: { readonly nl: string; readonly en: string }
  readonly allow: Allow
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly reply: R
  readonly status?: number
  /** Types of ledger entries that a successful call may append; empty when it only reads. */
  readonly events: readonly string[]
  /** Only for who proved less than `RECENT_MS` ago who they are: giving access away, taking it, erasing. */
  readonly recent?: boolean
  /**
   * Its reply holds the `token` of a session. A browser gets that as a cookie, out of reach of scripts, and never in
   * what it can read (OWASP ASVS 5.0, 3.3.4); only our own pages, in process, see it.
   */
  readonly session?: boolean
  /** Bytes; default 64 KiB. */
  readonly bodyLimit?: number
  /** It takes a file, as bytes (`application/octet-stream`), and no body: the handler reads it and keeps to `bodyLimit` itself. */
  readonly file?: boolean
  readonly handle: (context: RouteContext<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<R>>
}

/** A route whose handler answers by itself on the raw socket (the gateway's hot path); it is documented like the others. */
export type Route = {
  readonly method: Method
  readonly path: string
  readonly summary: { readonly nl: string; readonly en: string }
  readonly allow: Allow
  readonly params: z.ZodType | undefined
  readonly query: z.ZodType | undefined
  readonly body: z.ZodType | undefined
  readonly reply: z.ZodType
  readonly status: number
  readonly events: readonly string[]
  readonly bodyLimit: number
  readonly file: boolean
  readonly raw: boolean
  readonly recent: boolean
  readonly session: boolean
  readonly handle: (context: RouteContext<unknown, unknown, unknown>) => Promise<unknown>
}

export function route<
  P extends z.ZodType = z.ZodType<undefined>,
  Q extends z.ZodType = z.ZodType<undefined>,
  B extends z.ZodType = z.ZodType<undefined>,
  R extends z.ZodType = z.ZodType,
>(declaration: RouteDeclaration<P, Q, B, R>): Route {
  const {
    params,
    query,
    body,
    status = 200,
    bodyLimit = 65_536,
    recent = false,
    session = false,
    file = false,
  } = declaration
  return {
    ...declaration,
    params,
    query,
    body,
    status,
    bodyLimit,
    file,
    raw: false,
    recent,
    session,
    handle: declaration.handle as Route['handle'],
  }
}

/** Documentation of a route that another handler answers on the socket. */
export function rawRoute(
  declaration: Omit<Route, 'raw' | 'recent' | 'session' | 'file' | 'handle' | 'params' | 'query'>,
): Route {
  return {
    ...declaration,
    params: undefined,
    query: undefined,
    file: false,
    raw: true,
    recent: false,
    session: false,
    handle: () => Promise.reject(new Error(`${declaration.path} is answered on the socket`)),
  }
}

/**
 * What a handler throws when it says no. The sentence is looked up by `code` (`error.<code>` in the text files) in the
 * reader's language; `values` fill it and must hold nothing personal.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly values: Readonly<Record<string, string | number>>
  /** The field or parameter it is about, as a path: `systems[2].gate.by`. */
  readonly param: string | undefined
  constructor(
    status: number,
    code: string,
    options: { values?: Record<string, string | number>; param?: string; cause?: unknown } = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.status = status
    this.code = code
    this.values = options.values ?? {}
    this.param = options.param
  }
}

/** May this caller use this route? The role check of every route, in one place. */
export function mayCall(allow: Allow, caller: Caller): boolean {
  if (allow === 'public') return true
  if (allow === 'system_key') return caller.kind === 'system'
  if (allow === 'customer') return caller.kind === 'customer'
  if (caller.kind === 'operator') return true
  if (caller.kind !== 'person') return false
  if (allow === 'signing_in') return true
  if (caller.session?.pending) return false
  return allow === 'signed_in' || allow.some((role) => caller.roles.includes(role))
}

/** A dangerous act needs a sign-in or a confirmation younger than this (OWASP ASVS 5.0, 7.5.1 and 7.5.3). */
export const RECENT_MS = 15 * 60_000

/** Did who calls prove lately who they are? The operator of the machine has no session. */
export function provedLately(caller: Caller, now: Date): boolean {
  if (caller.kind !== 'person') return true
  const provedAt = caller.session?.provedAt ?? null
  if (provedAt === null) return false
  // A proof from the future (the clock jumped back) is none; processes may differ by a second.
  const ageMs = now.getTime() - provedAt.getTime()
  return ageMs < RECENT_MS && ageMs > -1_000
}

/** Every staff role, in the order of the role matrix. */
export const roles = [
  'administrator',
  'ethics_officer',
  'dpo',
  'auditor',
  'overseer',
  'supervisor',
  'agent',
  'complaint_handler',
  'reviewer',
  'owner',
  'ai_engineer',
  'client_representative',
  'management',
] as const
export type Role = (typeof roles)[number]

/** Roles that may look at everything of their scope but change nothing by that alone. */
export const readers: readonly Role[] = [
  'administrator',
  'ethics_officer',
  'dpo',
  'auditor',
  'overseer',
  'supervisor',
  'owner',
  'ai_engineer',
  'client_representative',
  'management',
]
