/** Pages on keys and backups, and of the search in what was said. */
import type { Hono } from 'hono'
import { sendPage } from '../../answer.ts'
import type { ConsoleKit } from '../kit.ts'
import { loadProtection, Protection, protectionPath } from './protection.tsx'
import { loadWords, Words, wordsPath } from './words.tsx'

export function mountVault(
  app: Hono,
  { page, act, contextFor }: Pick<ConsoleKit, 'page' | 'act' | 'contextFor'>,
): void {
  app.get(
    protectionPath,
    page(loadProtection, (cx, standing) => <Protection cx={cx} standing={standing} />),
  )
  app.get(
    wordsPath,
    page(
      () => Promise.resolve(undefined),
      (cx) => <Words cx={cx} />,
    ),
  )
  app.post(
    wordsPath,
    act(
      async (api, form, c) => {
        const words = (form.words ?? '').trim().slice(0, 200)
        const list = words === '' ? undefined : await loadWords(api, words, form.before || undefined)
        return sendPage(c, <Words cx={await contextFor(api, c)} words={words} list={list} />)
      },
      async (cx, _, form, error) => <Words cx={cx} words={form.words ?? ''} error={error} />,
    ),
  )
}
