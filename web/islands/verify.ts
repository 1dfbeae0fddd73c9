/** A receipt that stands in the page is checked at once; the reader may change one character and see that it matters. */
import { again, get } from './check.ts'

if (get('[data-receipt="check"]')) {
  void again()
  startTry()
}

/** «Change one character»: the reader sees that it matters. The character that differs is marked. */
function startTry(): void {
  const button = get<HTMLButtonElement>('[data-try]')
  const entry = get('[data-entry]')
  if (!button || !entry) return
  const original = entry.textContent ?? ''
  const words = [button.textContent ?? '', button.dataset.other ?? '']
  let changed = false
  button.hidden = false
  button.addEventListener('click', () => {
    changed = !changed
    button.textContent = words[changed ? 1 : 0]!
    if (changed) {
      const at = Math.max(0, original.search(/\d(?=[^"]*"\s*[,}])/))
      const mark = document.createElement('mark')
      mark.className = 'diff'
      mark.textContent = original[at] === '7' ? '1' : '7'
      entry.replaceChildren(original.slice(0, at), mark, original.slice(at + 1))
      entry.closest('details')!.open = true
    } else entry.textContent = original
    // The verdict stands above; what it says must be in sight when it changes.
    void again().then(() => get('[data-receipt]')?.scrollIntoView({ block: 'nearest' }))
  })
}
