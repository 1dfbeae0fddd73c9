/**
 * `waarborg apply`: the organisation as code. Sentences go to standard error; standard output holds JSON only: the new
 * keys, or with --json everything that differs.
 */
import { randomIds } from '../platform/ids.ts'
import {
  applyOrganisation,
  type LocatedProblem,
  located,
  type NewSystemKey,
  OrganisationRefused,
  previewOrganisation,
  readOrganisationFile,
} from '../records/index.ts'
import { fieldName, type Plan, problemSentence, recordsText } from '../records/rules.ts'
import { applyDeps } from './application/organisation.ts'
import type { Command, ExitCode, Io } from './command.ts'

/** More than these would not be read; the rest is counted. */
const SHOWN = 20

export const command: Command = {
  name: 'apply',
  summary: { nl: 'Pas een organisatiebestand toe op het register.', en: 'Apply an organisation file to the register.' },
  usage: 'FILE [--dry-run] [--json]',
  options: {
    'dry-run': {
      type: 'boolean',
      help: { nl: 'vergelijk alleen, verander niets', en: 'only compare, change nothing' },
    },
  },
  async run(io, { values, positionals }) {
    const [file, ...more] = positionals
    if (file === undefined || more.length > 0) {
      io.stderr.write(`${recordsText(io.language, 'apply.file_needed')}\n`)
      return 2
    }
    const json = values.json === true
    const now = new Date()
    const read = readOrganisationFile(file, now)
    if ('problems' in read) return refuse(io, read.problems, json)
    const store = await io.openStore(values)
    try {
      const scope = {
        tenant: read.organisation.tenant.id,
        clients: '*',
        actor: { kind: 'operator', id: store.operator },
      } as const
      if (values['dry-run'] === true) {
        const plan = await store.database.inTx(
          scope,
          (tx) => previewOrganisation(tx, applyDeps(store.keys), read.organisation, now),
          { readOnly: true },
        )
        return show(io, plan, [], { json, preview: true })
      }
      const { plan, keys } = await store.database.inTx(scope, (tx) =>
        applyOrganisation(tx, applyDeps(store.keys), read, { now, ids: randomIds }),
      )
      return show(io, plan, keys, { json, preview: false })
    } catch (error) {
      if (!(error instanceof OrganisationRefused)) throw error
      return refuse(io, located(error.problems, read.locate), json)
    } finally {
      await store.close()
    }
  },
}

function show(
  io: Io,
  plan: Plan,
  keys: readonly NewSystemKey[],
  { json, preview }: { readonly json: boolean; readonly preview: boolean },
): ExitCode {
  const say = (key: Parameters<typeof recordsText>[1], given: Record<string, string | number> = {}) =>
    io.stderr.write(`${recordsText(io.language, key, given)}\n`)
  const kind = (name: Plan['changes'][number]['kind']) => recordsText(io.language, `kind.${name}`)
  const added = plan.changes.filter((change) => change.op === 'add').length
  const counts = { added, changed: plan.changes.length - added, same: plan.same }
  for (const change of plan.changes)
    say(`apply.${change.op}`, { kind: kind(change.kind), id: change.id, fields: change.fields.join(', ') })
  for (const one of plan.kept) say(`apply.${one.why}`, { kind: kind(one.kind), id: one.id })
  for (const one of plan.warnings)
    if (one.kind === 'purpose') say('apply.notNamed', { id: one.id, upstream: one.upstream })
    else
      say('apply.terms', { kind: kind(one.kind), id: one.id, problem: recordsText(io.language, `terms.${one.code}`) })
  if (plan.changes.length === 0) say('apply.nothing')
  else say(preview ? 'apply.preview' : 'apply.done', counts)
  if (keys.length > 0) say('apply.keys')
  const differences = plan.changes.map(({ op, kind: what, id, fields }) => ({
    op,
    kind: what,
    id,
    ...(fields.length > 0 ? { fields } : {}),
  }))
  io.stdout.write(
    `${JSON.stringify(json ? { applied: !preview, ...counts, differences, kept: plan.kept, warnings: plan.warnings, keys } : { keys })}\n`,
  )
  return 0
}

/** Nothing was changed; every problem with its place. */
function refuse(io: Io, problems: readonly LocatedProblem[], json: boolean): ExitCode {
  const sentence = (one: LocatedProblem) =>
    recordsText(io.language, 'apply.place', {
      file: one.file,
      line: String(one.line),
      column: String(one.column),
      problem: problemSentence(io.language, one),
    })
  io.stderr.write(
    `${recordsText(io.language, problems.length === 1 ? 'apply.refused.one' : 'apply.refused.other', { count: problems.length })}\n`,
  )
  for (const one of problems.slice(0, SHOWN)) io.stderr.write(`${sentence(one)}\n`)
  if (problems.length > SHOWN)
    io.stderr.write(`${recordsText(io.language, 'apply.more', { count: problems.length - SHOWN })}\n`)
  if (json)
    io.stdout.write(
      `${JSON.stringify({ applied: false, problems: problems.map((one) => ({ code: one.code, file: one.file, line: one.line, column: one.column, field: fieldName(one.path), message: problemSentence(io.language, one) })) })}\n`,
    )
  return 2
}
