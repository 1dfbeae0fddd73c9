// A reporter that prints failures, skips with their reasons, and the closing counts in node's own form.
export default async function* summary(source) {
  const counts = { tests: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 }
  const skipped = new Map()
  const started = Date.now()
  for await (const event of source) {
    const { type, data } = event
    if (type !== 'test:pass' && type !== 'test:fail') continue
    if (data.details?.type === 'suite') continue
    counts.tests++
    if (data.skip !== undefined) {
      counts.skipped++
      const reason = typeof data.skip === 'string' && data.skip !== '' ? data.skip : 'no reason given'
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1)
    } else if (data.todo !== undefined) counts.todo++
    else if (type === 'test:pass') counts.pass++
    else {
      counts.fail++
      const error = data.details?.error
      const cause = error?.cause ?? error
      yield `\nFAILED ${data.file?.replace(`${process.cwd()}/`, '') ?? ''}:${data.line ?? ''} ${data.name}\n  ${String(cause?.stack ?? cause?.message ?? cause).replaceAll('\n', '\n  ')}\n`
    }
  }
  for (const [reason, n] of skipped) yield `skipped ${n}: ${reason}\n`
  for (const [name, n] of Object.entries(counts)) yield `ℹ ${name} ${n}\n`
  yield `ℹ duration_ms ${Date.now() - started}\n`
}
