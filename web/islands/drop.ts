/** A file that the reader brings is checked here; it goes nowhere else. */
import { textOf } from '../../src/ledger/verify/bytes.ts'
import { again, get, show } from './check.ts'

type Receipt = { entry: string; proof: string }

/** A receipt from one file (ours), or from an entry and a proof together; a code says what is missing. */
async function receiptOf(files: readonly File[]): Promise<Receipt | string> {
  let entry: string | undefined
  let proof: string | undefined
  for (const file of files.slice(0, 4)) {
    if (file.size > 2_000_000) return 'unreadable'
    const content = textOf(new Uint8Array(await file.arrayBuffer()))
    if (content === undefined) return 'unreadable'
    if (content.startsWith('c2sp.org/tlog-proof@')) proof = content
    else {
      const whole = parsed(content)
      if (whole === undefined) return 'unreadable'
      if (whole.waarborg === undefined) entry = content.endsWith('\n') ? content.slice(0, -1) : content
      else if (typeof whole.entry === 'string' && typeof whole.proof === 'string')
        return { entry: whole.entry, proof: whole.proof }
      else return 'incomplete'
    }
  }
  return entry === undefined || proof === undefined
    ? files.length === 0
      ? 'unreadable'
      : 'incomplete'
    : { entry, proof }
}

function parsed(content: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(content)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const drop = get<HTMLFormElement>('[data-drop]')
if (drop) {
  const take = async (files: readonly File[]) => {
    const receipt = await receiptOf(files)
    const shown = get('[data-shown]')!
    get('[data-result]')!.hidden = false
    shown.hidden = typeof receipt === 'string'
    if (typeof receipt === 'string') show({ verdict: 'unknown', why: receipt })
    else {
      get('[data-entry]')!.textContent = receipt.entry
      get('[data-proof]')!.textContent = receipt.proof
      await again()
    }
    get('[data-result]')!.scrollIntoView({ block: 'nearest' })
  }
  const field = get<HTMLInputElement>('#file')!
  field.addEventListener('change', () => void take([...(field.files ?? [])]))
  drop.addEventListener('submit', (event) => event.preventDefault())
  for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop'] as const)
    drop.addEventListener(kind, (event) => {
      event.preventDefault()
      if (kind === 'dragenter' || kind === 'dragover') drop.dataset.over = ''
      else delete drop.dataset.over
      if (kind === 'drop') void take([...(event.dataTransfer?.files ?? [])])
    })
}
