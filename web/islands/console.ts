/**
 * The console's keys, palette and dialogs. Everything here has a way without it: a link, a form or a page of its own.
 */

const get = <T extends Element>(selector: string, within: ParentNode = document) => within.querySelector<T>(selector)
const all = <T extends Element>(selector: string, within: ParentNode = document) => [
  ...within.querySelectorAll<T>(selector),
]

// -- dialogs: a link that names one opens it instead of its page ------------------------------------------------------

function open(name: string): boolean {
  const dialog = get<HTMLDialogElement>(`dialog#${name}`)
  if (!dialog || dialog.open) return dialog !== null
  get<HTMLElement>('[popover]:popover-open')?.hidePopover()
  dialog.showModal()
  if (name === 'palette') showPalette?.()
  void fill(get<HTMLElement>('[data-page]:empty', dialog))
  return true
}

/** Puts the list of a page of its own in its place. */
async function fill(place: HTMLElement | null): Promise<void> {
  const reply = await (place && fetch(place.dataset.page!).catch(() => undefined))
  if (reply?.ok)
    place!.append(...new DOMParser().parseFromString(await reply.text(), 'text/html').querySelectorAll('dl.keys'))
}

document.addEventListener('click', (event) => {
  if (!(event.target instanceof Element)) return
  const opener = event.target.closest<HTMLElement>('[data-dialog]')
  if (opener && !event.ctrlKey && !event.metaKey && open(opener.dataset.dialog!)) event.preventDefault()
  if (event.target.closest('[data-close]')) event.target.closest('dialog')?.close()
  // A click beside a dialog closes it; the backdrop belongs to the dialog element itself.
  if (event.target instanceof HTMLDialogElement && outside(event.target, event)) event.target.close()
  const copy = event.target.closest<HTMLElement>('[data-copy]')
  if (copy) void navigator.clipboard.writeText(get(copy.dataset.copy!)?.textContent ?? '')
})

function outside(dialog: HTMLDialogElement, { clientX, clientY }: MouseEvent): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect()
  return (clientX !== 0 || clientY !== 0) && (clientX < left || clientX > right || clientY < top || clientY > bottom)
}

if (navigator.clipboard) for (const button of all<HTMLElement>('[data-copy]')) button.hidden = false

// -- palette ----------------------------------------------------------------------------------------------------------

/** Rows follow what is typed. A key pressed while rows are on their way waits for them, so it acts on what they show. */
function preparePalette(dialog: HTMLDialogElement): () => void {
  const field = get<HTMLInputElement>('input', dialog)!
  const list = get<HTMLElement>('[data-list]', dialog)!
  let asked = 0
  let latest: Promise<void> = Promise.resolve()
  const load = async () => {
    const turn = ++asked
    const reply = await fetch(`${dialog.dataset.fetch}?q=${encodeURIComponent(field.value)}`).catch(() => undefined)
    const text = reply?.ok ? await reply.text() : undefined
    if (turn !== asked || text === undefined) return
    list.replaceChildren(...new DOMParser().parseFromString(text, 'text/html').body.childNodes)
  }
  const follow = () => {
    latest = load()
  }
  const act = (key: string) => {
    const shown = all<HTMLAnchorElement>('a', list)
    const at = shown.indexOf(document.activeElement as HTMLAnchorElement)
    if (key === 'ArrowDown') (shown[at + 1] ?? shown[0])?.focus()
    else if (key === 'ArrowUp') (at > 0 ? shown[at - 1]! : field).focus()
    else shown[Math.max(at, 0)]?.click()
  }
  field.addEventListener('input', follow)
  dialog.addEventListener('keydown', (event) => {
    if (!['ArrowDown', 'ArrowUp', 'Enter'].includes(event.key) || event.isComposing) return
    event.preventDefault()
    void latest.then(() => act(event.key))
  })
  return () => {
    field.select()
    follow()
  }
}

const palette = get<HTMLDialogElement>('dialog#palette')
const showPalette = palette && preparePalette(palette)

// -- single letters (WCAG 2.1.4: they can be switched off, and never act inside a field) -------------------------------

const LETTERS = 'waarborg-letters'
const letters = get<HTMLInputElement>('[data-letters]')
if (letters) {
  letters.checked = localStorage.getItem(LETTERS) !== 'off'
  letters.addEventListener('change', () => localStorage.setItem(LETTERS, letters.checked ? 'on' : 'off'))
}

const inField = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null

function toRow(step: 1 | -1): void {
  const rows = all<HTMLElement>('[data-row]')
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  const row = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step]
  const link = row && get<HTMLElement>('a, button', row)
  link?.focus()
  link?.scrollIntoView({ block: 'nearest' })
}

let waiting = ''
const acts: Readonly<Record<string, () => void>> = {
  '/': () => void open('palette'),
  '?': () => void open('keys'),
  j: () => toRow(1),
  k: () => toRow(-1),
  o: () => (document.activeElement as HTMLElement | null)?.click(),
  e: () =>
    (document.activeElement?.closest<HTMLElement>('.evidence, .proof') ?? get<HTMLElement>('main .evidence'))?.click(),
  '[': () => get<HTMLElement>('a[rel="prev"]')?.click(),
  ']': () => get<HTMLElement>('a[rel="next"]')?.click(),
}

document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
    if (open('palette')) event.preventDefault()
    return
  }
  if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return
  if (letters?.checked === false || get('dialog[open]')) return
  if (waiting === 'g') {
    waiting = ''
    const area = get<HTMLElement>(`[data-go="${CSS.escape(event.key)}"]`)
    if (area) {
      event.preventDefault()
      area.click()
    }
    return
  }
  if (event.key === 'g') {
    waiting = 'g'
    return
  }
  const act = acts[event.key]
  if (!act) return
  event.preventDefault()
  act()
})

// -- light or dark, without loading the page again ---------------------------------------------------------------------

for (const form of all<HTMLFormElement>('[data-scheme-form]')) {
  form.addEventListener('submit', (event) => {
    const chosen = (event.submitter as HTMLButtonElement | null)?.value
    if (chosen === undefined) return
    event.preventDefault()
    if (chosen === 'device') delete document.documentElement.dataset.scheme
    else document.documentElement.dataset.scheme = chosen
    for (const button of all('button', form))
      button.setAttribute('aria-pressed', String((button as HTMLButtonElement).value === chosen))
    void fetch(form.action, {
      method: 'POST',
      body: new URLSearchParams({ scheme: chosen, back: '/' }),
      redirect: 'manual',
    })
  })
}

// -- the end of a session: not needed at first, so it comes when the page has been looked at for a moment ----------------

if (get('[data-signed-out]')) localStorage.setItem('waarborg-seen', '0')
if (get('dialog#idle')) setTimeout(() => void import('./idle.ts'), 10_000)

// -- a part that changes while something runs ---------------------------------------------------------------------------

function poll(): void {
  const part = get<HTMLElement>('[data-poll]')
  if (!part) return
  setTimeout(async () => {
    const reply = await fetch(location.href).catch(() => undefined)
    if (reply?.ok) {
      const fresh = new DOMParser().parseFromString(await reply.text(), 'text/html').getElementById(part.id)
      if (fresh) part.replaceWith(fresh)
    }
    poll()
  }, Number(part.dataset.poll))
}
for (const link of all('.no-script')) link.remove()
poll()

export {}
