import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProcessorTerms, TermsProblem } from './contract.ts'
import { reviewDue, termsProblems, upstreamTermsProblem } from './processor.ts'

const now = new Date('2026-11-25T12:00:00Z')
const complete: ProcessorTerms = {
  agreement: { reference: 'VWO-1', signedOn: '2026-01-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' },
  country: 'NL',
  subProcessors: [{ name: 'Rekenhuis', country: 'IE' }],
  retentionDays: 0,
  trainsOnData: false,
  reviewedAt: '2026-10-01T00:00:00Z',
}
const without = (field: keyof ProcessorTerms): ProcessorTerms => {
  const { [field]: _, ...rest } = complete
  return rest
}

describe('what is missing of processor terms', () => {
  const scc = { ground: 'scc', reference: 'Module 2, 2026-01-01' } as const
  const cases: readonly (readonly [string, ProcessorTerms | undefined, readonly TermsProblem[]])[] = [
    ['complete', complete, []],
    ['none at all', undefined, ['terms_missing']],
    ['no agreement', without('agreement'), ['agreement_missing']],
    [
      'an agreement that is yet to be signed',
      { ...complete, agreement: { reference: 'x', signedOn: '2026-11-25T12:00:01Z' } },
      ['agreement_missing'],
    ],
    [
      'an agreement at its last moment',
      { ...complete, agreement: { reference: 'x', signedOn: '2026-01-01T00:00:00Z', validUntil: now.toISOString() } },
      ['agreement_expired'],
    ],
    [
      'an agreement just before its end',
      {
        ...complete,
        agreement: { reference: 'x', signedOn: '2026-01-01T00:00:00Z', validUntil: '2026-11-25T12:00:01Z' },
      },
      [],
    ],
    ['no country', without('country'), ['country_missing']],
    ['outside the EEA without a ground', { ...complete, country: 'US' }, ['transfer_ground_missing']],
    [
      'outside the EEA and "none needed"',
      { ...complete, country: 'US', transfer: { ground: 'none_needed', reference: 'x' } },
      ['transfer_ground_missing'],
    ],
    [
      'a ground that names no document',
      { ...complete, country: 'US', transfer: { ground: 'scc' } },
      ['transfer_ground_missing'],
    ],
    ['outside the EEA on clauses', { ...complete, country: 'US', transfer: scc }, []],
    ['Norway is in the EEA', { ...complete, country: 'NO' }, []],
    ['the United Kingdom is not', { ...complete, country: 'GB' }, ['transfer_ground_missing']],
    ['sub-processors not known', without('subProcessors'), ['sub_processors_missing']],
    [
      'a sub-processor outside the EEA',
      { ...complete, subProcessors: [{ name: 'a', country: 'US' }] },
      ['transfer_ground_missing'],
    ],
    [
      'a sub-processor on clauses of its own',
      { ...complete, subProcessors: [{ name: 'a', country: 'US', transfer: scc }] },
      [],
    ],
    ['retention not known', without('retentionDays'), ['retention_missing']],
    ['training not known', without('trainsOnData'), ['training_not_excluded']],
    ['trains', { ...complete, trainsOnData: true }, ['training_not_excluded']],
    ['never reviewed', without('reviewedAt'), ['terms_review_overdue']],
    ['reviewed a year and a second ago', { ...complete, reviewedAt: '2025-11-25T11:59:59Z' }, ['terms_review_overdue']],
    ['reviewed a year ago less a second', { ...complete, reviewedAt: '2025-11-25T12:00:01Z' }, []],
    ['an agreed day that has come', { ...complete, reviewBy: now.toISOString() }, ['terms_review_overdue']],
    [
      'nothing but a summary',
      { summary: 'In orde.' },
      [
        'agreement_missing',
        'country_missing',
        'sub_processors_missing',
        'retention_missing',
        'training_not_excluded',
        'terms_review_overdue',
      ],
    ],
  ]
  for (const [name, terms, problems] of cases) test(name, () => assert.deepEqual(termsProblems(terms, now), problems))

  test('terms that were never reviewed have no day to review them again', () => {
    assert.equal(reviewDue(without('reviewedAt')), null)
    assert.equal(reviewDue(complete)?.toISOString(), '2027-10-01T00:00:00.000Z')
  })
})

describe('which upstream needs terms', () => {
  const far = { builtin: null, baseUrl: 'https://models.example/v1', provider: {}, options: {} }
  test('one that is somebody else does; built in, on this machine and self-hosted do not', () => {
    assert.equal(upstreamTermsProblem(far, now), 'terms_missing')
    assert.equal(upstreamTermsProblem({ ...far, provider: { terms: 'Alles is goed.' } }, now), 'terms_missing')
    assert.equal(upstreamTermsProblem({ ...far, provider: { terms: complete } }, now), null)
    assert.equal(upstreamTermsProblem({ ...far, builtin: 'assistant', baseUrl: null }, now), null)
    assert.equal(upstreamTermsProblem({ ...far, baseUrl: 'http://127.0.0.1:8000/v1' }, now), null)
    assert.equal(upstreamTermsProblem({ ...far, baseUrl: 'http://[::1]:8000/v1' }, now), null)
    assert.equal(upstreamTermsProblem({ ...far, baseUrl: 'http://10.0.0.4/v1' }, now), 'terms_missing')
    assert.equal(upstreamTermsProblem({ ...far, options: { selfHosted: true } }, now), null)
  })

  test('terms that are given are judged wherever the upstream is', () => {
    const local = { ...far, baseUrl: 'http://localhost/v1', provider: { terms: { ...complete, trainsOnData: true } } }
    assert.equal(upstreamTermsProblem(local, now), 'training_not_excluded')
  })
})
