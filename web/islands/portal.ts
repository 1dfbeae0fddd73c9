/** A switch that counts at once without a new page: the same form, the same reply, only its parts are put in place. */

document.addEventListener('submit', async (event) => {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || form.dataset.swap === undefined) return
  event.preventDefault()
  if (form.dataset.busy !== undefined) return
  form.dataset.busy = ''
  const focused = document.activeElement?.id
  try {
    const body = new URLSearchParams(
      [...new FormData(form, event.submitter)].map(([name, value]): [string, string] => [name, String(value)]),
    )
    const reply = await fetch(form.action, { method: 'POST', body })
    const page = new DOMParser().parseFromString(await reply.text(), 'text/html')
    const parts = form.dataset.swap
      .split(',')
      .map((selector) => [document.querySelector(selector), page.querySelector(selector)])
    // An answer without these parts (a link that has expired) is a page of its own.
    if (parts.some(([here, fresh]) => !here || !fresh)) return location.reload()
    for (const [here, fresh] of parts) here!.replaceChildren(...fresh!.childNodes)
    if (focused) document.getElementById(focused)?.focus()
  } catch {
    form.submit()
  } finally {
    delete form.dataset.busy
  }
})

export {}
