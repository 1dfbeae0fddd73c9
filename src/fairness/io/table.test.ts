import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { planOf } from '../testing.ts'
import { auditFile } from './audit-file.ts'
import type { ReadOptions } from './table.ts'

describe('fairness: reading a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'table-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const plan = planOf({ prediction: 'yhat', sensitive: ['g'] })
  const rows = `g,yhat\n${'a,1\nb,0\n'.repeat(300_000)}`
  let files = 0
  const file = (content: string | Buffer) => {
    const path = join(folder, `${++files}.csv`)
    writeFileSync(path, content)
    return path
  }
  const codes = async (path: string, options: ReadOptions = {}) => {
    const audit = await auditFile(path, plan, options)
    return audit.ok ? [] : audit.problems.problems.map(({ code }) => code)
  }
  /** Does something once, after the first piece was read. */
  const once = (work: () => void): ReadOptions => {
    let done = false
    return {
      onProgress: () => {
        if (!done) work()
        done = true
      },
    }
  }

  test('a file that changes while it is read is refused: longer, shorter, replaced, or written again', async () => {
    for (const content of [rows, gzipSync(rows)]) {
      const sound = file(content)
      assert.deepEqual(await codes(sound), [])
      const longer = file(content)
      const grows = once(() => appendFileSync(longer, content))
      assert.ok((await codes(longer, grows)).includes('file_changed'))
      const replaced = file(content)
      assert.deepEqual(
        await codes(
          replaced,
          once(() => renameSync(file(content), replaced)),
        ),
        ['file_changed'],
      )
      const touched = file(content)
      assert.deepEqual(
        await codes(
          touched,
          once(() => utimesSync(touched, 1, 1)),
        ),
        ['file_changed'],
      )
    }
  })

  test('reading can be stopped, and says how far it is', async () => {
    const path = file(rows)
    const seen: number[] = []
    const stop = new AbortController()
    await assert.rejects(
      auditFile(path, plan, {
        signal: stop.signal,
        onProgress: (read, of) => {
          seen.push(read / of)
          if (seen.length === 2) stop.abort()
        },
      }),
      { name: 'AbortError' },
    )
    assert.equal(seen.length, 2)
    assert.ok(seen[0]! > 0 && seen[1]! <= 1)
  })

  test('packed in several members', async () => {
    const half = rows.indexOf('\n', rows.length / 2) + 1
    const path = file(Buffer.concat([gzipSync(rows.slice(0, half)), gzipSync(rows.slice(half))]))
    const audit = await auditFile(path, plan)
    assert.ok(audit.ok)
    assert.equal(audit.report.n, 600_000)
    assert.equal(audit.input.format, 'csv_gzip')
  })
})
