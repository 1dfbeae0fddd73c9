import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Api } from '../../api.ts'
import { decisionPage, decisionRows } from '../../fixtures/decisions.ts'
import { asked, decisionFiltersOf, decisionsCsv } from './decisions.tsx'

describe('decisions', () => {
  test('the address asks for what is known, and for nothing else', () => {
    assert.deepEqual(decisionFiltersOf({ system: ' bot ', review: 'waiting', colour: 'red', find: '' }), {
      system: 'bot',
      review: 'waiting',
    })
  })

  test('the last day that was chosen counts in full', () => {
    const { from, until } = asked({ from: '2026-11-24', until: '2026-11-24' })
    assert.equal(Date.parse(until!) - Date.parse(from!), 86_400_000)
  })

  test('the file holds every page, no person and nothing of what counted, and no formula', async () => {
    const pages: Record<string, unknown>[] = []
    const api = {
      get: async (_: string, query: Record<string, unknown>) => {
        pages.push(query)
        return pages.length === 1
          ? decisionPage
          : { ...decisionPage, decisions: [{ ...decisionRows[0]!, outcome: '=1+1', score: -2 }], next: null }
      },
    } as unknown as Api
    const text = await decisionsCsv(api, { review: 'waiting' })
    const lines = text.trimEnd().split('\r\n')
    assert.equal(lines.length, 5)
    assert.deepEqual(
      pages.map(({ review, before }) => [review, before]),
      [
        ['waiting', undefined],
        ['waiting', 'next'],
      ],
    )
    assert.match(lines[4]!, /,'=1\+1,/)
    assert.match(lines[4]!, /,-2,/)
    assert.ok(!/subject|feature|019a0001-0000-7000-8000-0000000000f1/.test(text))
  })
})
