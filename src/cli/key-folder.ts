/** The parts of `waarborg keys` that are about the key folder: epochs, and a new root key. */
import { table } from '../access/rules.ts'
import { randomIds } from '../platform/ids.ts'
import { formatDate } from '../platform/text.ts'
import { type Epoch, erasedFromBackupsOn, listEpochs, rotateRoot } from '../vault/index.ts'
import { keepEpochs, recordRootRotation } from './application/key-epochs.ts'
import type { ExitCode, Io, Store, Values } from './command.ts'
import { keepingText } from './keeping/text.ts'

/** `rotate` without a key of an AI system is about these keys. */
export function isKeyFolderPart(part: string | undefined, rest: readonly string[]): part is 'epochs' | 'rotate' {
  return part === 'epochs' || (part === 'rotate' && rest.length === 0)
}

export async function runKeyFolder(io: Io, values: Values, part: 'epochs' | 'rotate'): Promise<ExitCode> {
  const store = await io.openStore(values)
  try {
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
