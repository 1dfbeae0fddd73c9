import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayUseRestricted, type RestrictedUse } from './restriction.ts'

const since = new Date('2026-11-25T12:00:00Z')
const at = (ms: number) => new Date(since.getTime() + ms)

for (const [name, use, may] of [
  ['a contract does not', { basis: 'contract', givenAt: null }, false],
  ['a consent of before does not', { basis: 'consent', givenAt: at(-1) }, false],
  ['a consent of since does', { basis: 'consent', givenAt: at(0) }, true],
  ['no consent does not', { basis: 'consent', givenAt: null }, false],
  ['a legitimate interest does not, whatever was said', { basis: 'legitimate_interests', givenAt: at(1) }, false],
  ['vital interests do', { basis: 'vital_interests', givenAt: null }, true],
] as const satisfies readonly (readonly [string, RestrictedUse, boolean])[])
  test(`of what a restriction lets through: ${name}`, () => assert.equal(mayUseRestricted(use, since), may))
