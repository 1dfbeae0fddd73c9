/** How a screen reaches the product: its own API, in process, as the person or customer of the request. */

export type Query = Readonly<Record<string, string | undefined>>

/**
 * Replies are those of the routes' contracts. A refusal is thrown as something with `status` and `code` (an ApiError).
 * `get` may be called in parallel.
 */
export type Api = {
  get<T>(path: string, query?: Query): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
  delete<T>(path: string, body?: unknown): Promise<T>
  /** To a route that takes a file; `headers` say what the bytes do not. */
  upload<T>(path: string, file: Blob, headers?: Readonly<Record<string, string>>): Promise<T>
}

export type Failure = {
  readonly status: number
  readonly code: string
  readonly param?: string | undefined
  readonly values?: Readonly<Record<string, string | number>>
  /** The API's own sentence, in the reader's language, when the caller has it. */
  readonly sentence?: string | undefined
  /** The same, for a screen that has no words of its own for the code. */
  readonly otherwise?: string | undefined
}

/** What the API said no with, or undefined when the error is of another kind. */
export function failureOf(error: unknown): Failure | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { status, code } = error as Partial<Failure>
  return typeof status === 'number' && typeof code === 'string' ? (error as Failure) : undefined
}

/** The list in a reply, whether it stands bare or under a name. */
export function listIn<T>(reply: unknown, name: string): readonly T[] {
  if (Array.isArray(reply)) return reply as T[]
  const named = (reply as Readonly<Record<string, unknown>> | null)?.[name]
  return Array.isArray(named) ? (named as T[]) : []
}

/** What a screen looks for in a list and does not find; treated like a 404 of the API. */
export class NotHere extends Error {
  override readonly name = 'NotHere'
  readonly status = 404
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}
