import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Path of a file or folder of the development data that lies beside the checkout, or undefined when it is absent.
 * The project never contains a copy: tests that need it say that they were skipped.
 */
export function sharedData(...parts: string[]): string | undefined {
  const root = process.env.WAARBORG_SHARED_DATA ?? resolve(import.meta.dirname, '../../../shared/data')
  const path = join(root, ...parts)
  return existsSync(path) ? path : undefined
}

/** For `test(name, { skip: without(path) }, …)`: false when there, else the reason that is printed. */
export function without(path: string | undefined): false | string {
  return path === undefined ? 'shared data is absent (WAARBORG_SHARED_DATA)' : false
}
