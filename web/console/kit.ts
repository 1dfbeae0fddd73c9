/** What the pages of the console are made with; a folder with pages of its own gets it passed. */
import type { Context } from 'hono'
import type { MeView } from '../../src/access/contract.ts'
import { ApiError } from '../../src/platform/http.ts'
import type { Language } from '../../src/platform/text.ts'
import type { Api, Failure } from '../api.ts'
import type { WebDeps } from '../app.ts'
import type { AssetPaths, ConsoleContext } from './context.ts'

export type PagesDeps = Omit<WebDeps, 'language'> & {
  readonly language: (c: Context) => Language
  readonly paths: AssetPaths
}

export type Form = Readonly<Record<string, string>>

/**
 * The fields of a form; a file or a second value of the same name is not one of ours. A body of another kind has none.
 * Errors: `invalid_request` (400) for one that breaks off.
 */
export async function formOf(c: Context): Promise<Form> {
  const body = await c.req.parseBody().catch((cause: unknown) => {
    throw new ApiError(400, 'invalid_request', { param: 'body', values: { field: 'body', problem: 'form' }, cause })
  })
  return Object.fromEntries(
    Object.entries(body).filter((field): field is [string, string] => typeof field[1] === 'string'),
  )
}

/** A page that loads nothing. */
export const nothing = () => Promise.resolve(undefined)

export const param = (c: Context, name: string): string => c.req.param(name) ?? ''

/** What pages in a file of their own are made with. */
export type ConsoleKit = {
  readonly deps: PagesDeps
  readonly contextOf: (c: Context, me: MeView | undefined) => ConsoleContext
  /** The context of a page for who is signed in. */
  readonly contextFor: (api: Api, c: Context) => Promise<ConsoleContext>
  readonly page: <T>(
    load: (api: Api, c: Context) => Promise<T>,
    view: (cx: ConsoleContext, data: T, c: Context) => unknown,
  ) => (c: Context) => Promise<Response>
  readonly act: (
    change: (api: Api, form: Form, c: Context) => Promise<string | Response>,
    /** `failed`: what the API said no with, for a page that puts the sentence beside its field. */
    again: (cx: ConsoleContext, api: Api, form: Form, error: string, c: Context, failed: Failure) => Promise<unknown>,
  ) => (c: Context) => Promise<Response>
  readonly failure: (c: Context, failed: Failure) => Promise<Response>
  /** What went wrong while a page was made: to the sign-in page, or the page that says so. */
  readonly answerFailure: (c: Context, cx: ConsoleContext, error: unknown) => Response
}
