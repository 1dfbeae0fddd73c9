// A few random runs of the path of a call; `npm run simulate` does many.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runSimulation } from '../../bench/simulation/run.ts'

for (const seed of [1, 2])
  test(`whatever happens, every promise holds: seed ${seed}`, async () => {
    const { broken, outcomes, received } = await runSimulation(seed, 80)
    assert.deepEqual(broken, [])
    assert.ok((outcomes.completed ?? 0) > 0 && (outcomes.refused ?? 0) > 0 && received > 0, JSON.stringify(outcomes))
  })
