/**
 * Search in what was said. The words go in a form and never in an address: an address ends up in histories and logs, and a
 * word may be a name.
 */
import type { Api } from '../../api.ts'
import { Empty, Field, Head, Sheet } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import type { ConversationList } from '../records/conversations.tsx'

export const wordsPath = '/console/conversations/words'

export const loadWords = (api: Api, words: string, before: string | undefined) =>
  api.get<ConversationList>('/api/conversations', { words, before })

type Props = { cx: ConsoleContext; words?: string; list?: ConversationList | undefined; error?: string | undefined }

export const Words = ({ cx, words = '', list, error }: Props) => (
  <Frame cx={cx} title={cx.say('words.title')} area="/console/conversations">
    <Head title={cx.say('words.title')} lead={cx.say('words.recorded')} />
    <div class="stack">
      <search aria-label={cx.say('words.title')}>
        <form class="sheet" method="post" action={wordsPath}>
          <Field id="f-words" label={cx.say('words.label')} hint={cx.say('words.hint')} error={error}>
            <input
              id="f-words"
              name="words"
              value={words}
              maxlength={200}
              autocomplete="off"
              aria-describedby={error === undefined ? 'f-words-hint' : 'f-words-hint f-words-error'}
              aria-invalid={error === undefined ? undefined : 'true'}
            />
          </Field>
          <button class="button" type="submit">
            {cx.say('words.go')}
          </button>
        </form>
      </search>
      {list !== undefined && <Found cx={cx} words={words} list={list} />}
    </div>
  </Frame>
)

const Found = ({ cx, words, list }: { cx: ConsoleContext; words: string; list: ConversationList }) => {
  const { total, conversations, next } = list
  if (total === 0) return <Empty title={cx.say('words.nothing')}>{cx.say('words.nothingMore')}</Empty>
  const head = total === null ? cx.say('words.few') : cx.count('words.found', total)
  return (
    <Sheet id="found" title={head}>
      {conversations.length === 0 && <p>{cx.say('words.closed')}</p>}
      <ol class="rows">
        {conversations.map(({ id, startedAt, snippet }) => (
          <li class="item" data-row="">
            <a class="nowrap" href={`/console/conversations/${id}`}>
              <time datetime={startedAt}>{cx.moment(startedAt)}</time>
            </a>
            <span class="item__more">
              {snippet === null || snippet === undefined ? (
                <span class="subtle">{cx.say('words.gone')}</span>
              ) : (
                <>
                  {snippet.before}
                  <mark>{snippet.hit}</mark>
                  {snippet.after}
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
      {next !== null && (
        <form method="post" action={wordsPath}>
          <input type="hidden" name="words" value={words} />
          <input type="hidden" name="before" value={next} />
          <button class="button button--plain" type="submit">
            {cx.say('words.next')}
          </button>
        </form>
      )}
    </Sheet>
  )
}
