/**
 * When a session ends, by silence or at its latest moment, what it showed leaves the page, also without a network (OWASP
 * ASVS 5.0, 14.3.1). Two minutes before, the page asks whether somebody is still there (WCAG 2.2, 2.2.1). A request of
 * any window of this browser keeps the session alive, so the moment of the last one is shared between them.
 */

/** Under this name the windows share when the last request was; 0 when somebody signed out. */
export const SEEN = 'waarborg-seen'
const WARN_MS = 120_000
const LOOK_MS = 5_000

const dialog = document.querySelector<HTMLDialogElement>('dialog[data-idle-minutes]')
if (dialog) watch(dialog)

function watch(ask: HTMLDialogElement): void {
  const idleMs = Number(ask.dataset.idleMinutes) * 60_000
  // Counted from now: the clock of this device may be wrong.
  const endsAt = Date.now() + Number(ask.dataset.endsIn) * 1_000
  let answered = false
  const asked = () => localStorage.setItem(SEEN, String(Date.now()))
  const silent = () => Number(localStorage.getItem(SEEN)) + idleMs - Date.now()
  const left = () => Math.min(silent(), endsAt - Date.now())
  const end = () => {
    clearInterval(looking)
    const { ended = '', again = '' } = ask.dataset
    const [page, title, link] = [
      document.createElement('main'),
      document.createElement('h1'),
      document.createElement('a'),
    ]
    page.className = 'page'
    title.tabIndex = -1
    title.textContent = ended
    link.className = 'button button--first'
    link.href = `/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`
    link.textContent = again
    page.append(title, link)
    document.title = 'Waarborg'
    document.body.replaceChildren(page)
    title.focus()
  }
  const look = () => {
    if (left() <= 0) end()
    else if (left() > WARN_MS) ask.close()
    // The latest moment cannot be put off: of that the page tells once.
    else if (!ask.open && document.visibilityState === 'visible' && (silent() <= WARN_MS || !answered)) ask.showModal()
  }
  // Closing the question, by whatever key, is an answer. When the session has ended already, so has the page.
  ask.addEventListener('close', async () => {
    answered = left() <= WARN_MS
    if (!answered) return
    const reply = await fetch('/api/session').catch(() => undefined)
    if (reply?.ok) asked()
    else if (reply?.status === 401) end()
  })
  const looking = setInterval(look, LOOK_MS)
  addEventListener('pageshow', look)
  document.addEventListener('visibilitychange', look)
  asked()
}
