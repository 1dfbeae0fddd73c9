/**
 * Passkeys: a form that says what it is for (`data-passkey="get"` or `"create"`) shows itself where the browser can do it,
 * asks the device, and sends what the device answers. Without it, password and code remain.
 */

const forms = [...document.querySelectorAll<HTMLFormElement>('form[data-passkey]')]
const able =
  typeof PublicKeyCredential === 'function' &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential &&
  forms.length > 0 &&
  boundHere(forms[0]!.dataset.party ?? '')

/** Browsers refuse a passkey of another name; then the button would only disappoint. */
function boundHere(party: string): boolean {
  return location.hostname === party || location.hostname.endsWith(`.${party}`)
}

async function answer(form: HTMLFormElement): Promise<PublicKeyCredential | null> {
  const reply = await fetch(form.dataset.options!, { headers: { accept: 'application/json' } })
  if (!reply.ok) throw new Error(String(reply.status))
  const { options } = (await reply.json()) as { options: never }
  return (await (form.dataset.passkey === 'create'
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({
        publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
      }))) as PublicKeyCredential | null
}

for (const form of able ? forms : []) {
  form.hidden = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (form.dataset.busy !== undefined) return
    form.dataset.busy = ''
    const failed = form.querySelector<HTMLElement>('[data-failed]')
    if (failed) failed.hidden = true
    try {
      const credential = await answer(form)
      if (!credential) throw new Error('none')
      form.querySelector<HTMLInputElement>('input[name="answer"]')!.value = JSON.stringify(credential.toJSON())
      // Sends the form as it is, without this listener.
      form.submit()
    } catch {
      if (failed) failed.hidden = false
      delete form.dataset.busy
    }
  })
}

export {}
