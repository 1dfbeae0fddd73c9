/** The parts of `waarborg keys` that are about the key folder: epochs, and a new root key. */
import { resolve } from 'node:path'
import { table } from '../access/rules.ts'
import { randomIds } from '../platform/ids.ts'
import { formatDate } from '../platform/text.ts'
import { type Epoch, erasedFromBackupsOn, listEpochs, openKeys, rotateRoot } from '../vault/index.ts'
import { keepEpochs, recordRootRotation } from './application/key-epochs.ts'
import type { ExitCode, Io, Store, Values } from './command.ts'
import { placesOf } from './installation.ts'
import { recordKept } from './keeping/back-up.ts'
import { backUpKeys, putBackKeys } from './keeping/key-backup.ts'
import { checkFiles, readManifest } from './keeping/manifest.ts'
import { KeepingError } from './keeping/problem.ts'
import { keepingRefusal } from './keeping/refusal.ts'
import { keepingText } from './keeping/text.ts'
import { settingsOf, version } from './main.ts'

/** `rotate` without a key of an AI system is about these keys. */
export function isKeyFolderPart(part: string | undefined, rest: readonly string[]): part is Part {
  return part === 'epochs' || part === 'backup' || part === 'restore' || (part === 'rotate' && rest.length === 0)
}
type Part = 'epochs' | 'rotate' | 'backup' | 'restore'

export async function runKeyFolder(io: Io, values: Values, part: Part, rest: readonly string[]): Promise<ExitCode> {
  try {
    return part === 'restore' ? await restoreKeys(io, values, rest) : await withStore(io, values, part)
  } catch (error) {
    return keepingRefusal(io, error)
  }
}

async function withStore(io: Io, values: Values, part: Exclude<Part, 'restore'>): Promise<ExitCode> {
  const out = textOf(values.out)
  if (part === 'backup' && out === undefined) throw new KeepingError('out_missing', { option: '--out' })
  const store = await io.openStore(values)
  try {
    if (part === 'backup') return await backUpTo(io, values, store, resolve(out!))
    if (part === 'epochs') return await showEpochs(io, values, store, new Date())
    return values.root === true ? await newRoot(io, values, store) : await newEpoch(io, values, store)
  } finally {
    await store.close()
  }
}

async function showEpochs(io: Io, values: Values, { database, settings, operator }: Store, now: Date): Promise<0> {
  const scope = { tenant: '*', clients: '*', actor: { kind: 'operator', id: operator } } as const
  const { epochs, unreadableOn } = await database.inTx(
    scope,
    async (tx) => ({ epochs: await listEpochs(tx), unreadableOn: await erasedFromBackupsOn(tx, settings, now) }),
    { readOnly: true },
  )
  if (values.json) {
    io.stdout.write(`${JSON.stringify({ epochs, erasedFromBackupsOn: unreadableOn })}\n`)
    return 0
  }
  io.stdout.write(
    table([
      keepingText(io.language, 'epochs.head').split('\t'),
      ...epochs.map((epoch) => [
        String(epoch.epoch),
        formatDate(epoch.begunAt, io.language),
        String(epoch.keys),
        stateOf(io, epoch, settings.backupDays),
      ]),
    ]),
  )
  io.stdout.write(`${keepingText(io.language, 'epochs.erased', { date: formatDate(unreadableOn, io.language) })}\n`)
  return 0
}

function stateOf(io: Io, { leftAt, destroyedAt }: Epoch, backupDays: number): string {
  if (destroyedAt !== null)
    return keepingText(io.language, 'epochs.destroyed', { date: formatDate(destroyedAt, io.language) })
  if (leftAt === null) return keepingText(io.language, 'epochs.used')
  const due = new Date(leftAt.getTime() + backupDays * 86_400_000)
  return keepingText(io.language, 'epochs.left', { date: formatDate(due, io.language) })
}

async function newEpoch(io: Io, values: Values, { database, keys, settings, operator }: Store): Promise<0> {
  const actor = { kind: 'operator', id: operator } as const
  const kept = await keepEpochs({ database, ring: keys, ids: randomIds }, settings, new Date(), { force: true, actor })
  if (values.json) io.stdout.write(`${JSON.stringify({ epoch: kept.begun ?? null, ...kept })}\n`)
  else
    io.stdout.write(
      `${keepingText(io.language, 'rotated.epoch', { epoch: String(kept.begun ?? '–'), keys: kept.keys, destroyed: kept.destroyed.length })}\n`,
    )
  return 0
}

async function backUpTo(io: Io, values: Values, { installation, operator }: Store, out: string): Promise<0> {
  const now = new Date()
  const { files } = await backUpKeys(installation, out, { release: version(), now })
  await recordKept(installation, 'backup.completed', operator, now, { kind: 'keys', keys: files.length })
  if (values.json) io.stdout.write(`${JSON.stringify({ out, keys: files.length })}\n`)
  else io.stdout.write(`${keepingText(io.language, 'keys.backedUp', { out })}\n`)
  return 0
}

/** Into an empty key folder, for an installation whose database is still there. */
async function restoreKeys(io: Io, values: Values, [from]: readonly string[]): Promise<0> {
  if (from === undefined) throw new KeepingError('out_missing', { option: 'FOLDER' })
  const settings = settingsOf(values, io.env)
  const { keyFolder } = placesOf(settings)
  await checkFiles(resolve(from), readManifest(resolve(from), 'keys').files)
  await putBackKeys(resolve(from), keyFolder)
  await openKeys(keyFolder, settings)
  if (values.json) io.stdout.write(`${JSON.stringify({ folder: keyFolder })}\n`)
  else io.stdout.write(`${keepingText(io.language, 'keys.putBack', { folder: keyFolder })}\n`)
  return 0
}

const textOf = (value: Values[string]) => (typeof value === 'string' && value !== '' ? value : undefined)

async function newRoot(io: Io, values: Values, { database, installation, operator }: Store): Promise<ExitCode> {
  const { keyFolder, settings, keys } = installation
  if (keys.rootKind === 'setting') {
    io.stderr.write(`${keepingText(io.language, 'rotated.setting')}\n`)
    return 3
  }
  const { files } = await rotateRoot(keyFolder, settings)
  await recordRootRotation({ database, ids: randomIds }, { root: keys.rootKind, files }, operator, new Date())
  if (values.json) io.stdout.write(`${JSON.stringify({ root: keys.rootKind, files })}\n`)
  else io.stdout.write(`${keepingText(io.language, `rotated.root.${keys.rootKind}`, { files })}\n`)
  return 0
}
