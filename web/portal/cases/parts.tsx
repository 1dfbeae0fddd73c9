/** What pages of every kind of case share: the thread, letters, files, and the form that adds to them. */
import type { PortalCase } from '../../../src/records/cases/contract.ts'
import { Message } from '../../ui/components.tsx'
import type { PortalContext } from '../context.ts'

/** A day as `2027-01-04`, in words. */
export const dayWords = (cx: PortalContext, day: string): string => cx.date(`${day}T12:00:00Z`)

export const Thread = ({ cx, messages }: { cx: PortalContext; messages: PortalCase['messages'] }) =>
  messages.length === 0 ? null : (
    <section class="sheet" aria-labelledby="thread">
      <h2 id="thread">{cx.say('thread.title')}</h2>
      {messages.map(({ author, at, text }) => (
        <article class="said">
          <h3>
            {cx.say(author === 'customer' ? 'thread.you' : 'thread.we')}{' '}
            <time class="small subtle" datetime={at}>
              {cx.date(at)}, {cx.time(at)}
            </time>
          </h3>
          {text === null ? (
            <p class="subtle">{cx.say('thread.gone')}</p>
          ) : (
            <p class="as-written" dir="auto">
              {text}
            </p>
          )}
        </article>
      ))}
    </section>
  )

/** How a letter went; on this page it stands in any case. */
export function letterWay(
  cx: Pick<PortalContext, 'say'>,
  {
    via,
    mail,
  }: { readonly via?: PortalCase['letters'][number]['via']; readonly mail: PortalCase['letters'][number]['mail'] },
): string {
  const said = [
    ...(via === 'post' ? [cx.say('letterWay.post')] : []),
    ...(mail === null ? [] : [cx.say(`letterMail.${mail}`)]),
  ]
  return said.length === 0 ? cx.say('letterWay.page') : said.join(' ')
}

export const Letters = ({ cx, letters }: { cx: PortalContext; letters: PortalCase['letters'] }) =>
  letters.length === 0 ? null : (
    <section class="sheet" aria-labelledby="letters">
      <h2 id="letters">{cx.say('letters.title')}</h2>
      {letters.toReversed().map(({ id, at, subject, paragraphs, language, via, mail }, n) => (
        <details open={n === 0} id={`letter-${id}`}>
          <summary>
            {subject ?? cx.say('thread.gone')} <span class="small subtle">{cx.date(at)}</span>
          </summary>
          <div lang={language}>
            {(paragraphs ?? []).map((paragraph) => (
              <p class="as-written" dir="auto">
                {paragraph}
              </p>
            ))}
          </div>
          <p class="small subtle">{letterWay(cx, { via, mail })}</p>
        </details>
      ))}
    </section>
  )

export const Files = ({ cx, files }: { cx: PortalContext; files: PortalCase['files'] }) =>
  files.length === 0 ? null : (
    <section aria-labelledby="files">
      <h2 id="files">{cx.say('files.title')}</h2>
      <ul class="bullets">
        {files.map(({ name, bytes }) => (
          <li>
            <span dir="auto">{name ?? cx.say('thread.gone')}</span>{' '}
            <span class="subtle">
              ({cx.say('files.size', { size: cx.number(Math.max(1, Math.round(bytes / 1024))) })})
            </span>
          </li>
        ))}
      </ul>
    </section>
  )

export const Add = ({
  cx,
  id,
  done,
  error,
  text,
}: {
  cx: PortalContext
  id: string
  done: boolean
  error?: string | undefined
  text?: string | undefined
}) => {
  const path = `${cx.base}/cases/${encodeURIComponent(id)}`
  return (
    <section class="sheet" aria-labelledby="add">
      <h2 id="add">{cx.say('add.title')}</h2>
      {done && <Message kind="ok" title={cx.say('add.done')} />}
      {error && <Message kind="bad" title={error} />}
      <form class="form" method="post" action={`${path}/messages`}>
        <div class="field">
          <label for="message">{cx.say('add.message')}</label>
          <textarea id="message" name="text" rows={4} maxlength={10_000} required>
            {text}
          </textarea>
        </div>
        <div class="head__acts">
          <button class="button" type="submit">
            {cx.say('add.send')}
          </button>
        </div>
      </form>
      <form class="form" method="post" action={`${path}/files`} enctype="multipart/form-data">
        <div class="field">
          <label for="file">
            {cx.say('add.file')}
            <span class="hint" id="file-hint">
              {cx.say('add.fileHint')}
            </span>
          </label>
          <input
            id="file"
            type="file"
            name="file"
            required
            accept="application/pdf,image/png,image/jpeg,text/plain"
            aria-describedby="file-hint"
          />
        </div>
        <div class="head__acts">
          <button class="button" type="submit">
            {cx.say('add.sendFile')}
          </button>
        </div>
      </form>
    </section>
  )
}
