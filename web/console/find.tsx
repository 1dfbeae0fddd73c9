/** Finding one's way: every screen and system by name, a conversation or entry by number. The palette shows the same. */
import type { SystemView } from '../../src/records/contract.ts'
import { Empty, Head } from '../ui/components.tsx'
import { areasFor, type ConsoleContext } from './context.ts'
import { Frame, KeyList } from './frame.tsx'
import { stoppers } from './records/system.tsx'

type Props = { cx: ConsoleContext; systems: readonly SystemView[]; query: string }

type Target = { readonly href: string; readonly word: string; readonly kind: string }

/** Everything that can be reached, the most used first; filtered by words when there are any. */
export function targetsOf({ cx, systems, query }: Props): { title: string; targets: Target[] }[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = ({ word, kind }: Target) => wanted.every((part) => `${word} ${kind}`.toLowerCase().includes(part))
  const screens = areasFor(cx).map(({ path, key }) => ({ href: path, word: cx.say(key), kind: cx.say('find.screen') }))
  const named = systems.map((system) => ({
    href: `/console/systems/${system.id}`,
    word: cx.local(system.name),
    kind: cx.say('find.system'),
  }))
  const acts = cx.may(stoppers)
    ? systems
        .filter(({ standing }) => !standing?.stop)
        .map((system) => ({
          href: `/console/systems/${system.id}/stop`,
          word: cx.say('find.stop', { system: cx.local(system.name) }),
          kind: cx.say('find.act'),
        }))
    : []
  return [
    { title: cx.say('find.numbers'), targets: numbers(cx, query) },
    { title: cx.say('find.screens'), targets: screens.filter(fits) },
    { title: cx.say('find.systems'), targets: named.filter(fits) },
    { title: cx.say('find.acts'), targets: acts.filter(fits) },
  ].filter(({ targets }) => targets.length > 0)
}

/** What looks like a number can be a conversation or something entries refer to. */
function numbers(cx: ConsoleContext, query: string): Target[] {
  const number = query.trim()
  // A case goes by what people say on the phone: a letter, a year and six digits.
  if (/^[khvg][\s.-]*\d{4}[\s.-]*\d{0,6}$/i.test(number))
    return [
      {
        href: `/console/cases?find=${encodeURIComponent(number)}`,
        word: cx.say('find.cases', { number }),
        kind: cx.say('area.cases'),
      },
    ]
  if (!/^[0-9a-f][0-9a-f-]{3,63}$/i.test(number)) return []
  return [
    {
      href: `/console/conversations?find=${encodeURIComponent(number)}`,
      word: cx.say('find.conversation', { number }),
      kind: cx.say('area.conversations'),
    },
    {
      href: `/console/ledger?find=${encodeURIComponent(number)}`,
      word: cx.say('find.entries', { number }),
      kind: cx.say('area.ledger'),
    },
  ]
}

/** Only the lists; the palette puts them into its dialog. */
export const FindList = (props: Props) => (
  <>
    {targetsOf(props).map(({ title, targets }, i) => (
      <>
        <h2 id={`find-${i}`}>{title}</h2>
        <ul aria-labelledby={`find-${i}`}>
          {targets.map(({ href, word, kind }) => (
            <li>
              <a href={href}>
                <span>{word}</span>
                <span class="subtle small">{kind}</span>
              </a>
            </li>
          ))}
        </ul>
      </>
    ))}
  </>
)

export const Find = (props: Props) => {
  const { cx, query } = props
  return (
    <Frame cx={cx} title={cx.say('find.title')}>
      <Head title={cx.say('find.title')} lead={cx.say('find.noNames')} />
      <div class="stack">
        <search>
          <form class="form" action="/console/find">
            <label for="q">{cx.say('find.label')}</label>
            <input id="q" name="q" type="search" value={query} autocomplete="off" spellcheck={false} />
            <div class="head__acts">
              <button class="button" type="submit">
                {cx.say('filter.go')}
              </button>
            </div>
          </form>
        </search>
        <div class="sheet palette-list">
          {targetsOf(props).length === 0 ? (
            <Empty title={cx.say('find.nothing')}>{cx.say('find.nothingMore')}</Empty>
          ) : (
            <FindList {...props} />
          )}
        </div>
      </div>
    </Frame>
  )
}

export const Shortcuts = ({ cx }: { cx: ConsoleContext }) => (
  <Frame cx={cx} title={cx.say('keys.title')}>
    <Head title={cx.say('keys.title')} lead={cx.say('keys.lettersHint')} />
    <KeyList cx={cx} />
  </Frame>
)
