/** Trying a conversation: what would be hidden, why, and what a person says about it. Nothing is kept by trying. */

import { described, Empty, Field, Head, Icon, Message, Select, Sheet } from '../../../ui/components.tsx'
import type { ConsoleContext } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import { labelWord, languageWord } from '../../parts.tsx'
import { seenPieces } from '../../records/seen.ts'
import { goldOf, type Marks, nameOf, piecesOf, reasonFamily, wordsOf } from './marks.ts'
import { labelsInOrder, type TryReply } from './types.ts'

export const tryPath = '/console/privacy/try'
export const coveragePath = '/console/privacy/coverage'
export const removePath = (id: string) => `/console/privacy/samples/${encodeURIComponent(id)}/remove`

export type Asked = {
  readonly client: string
  readonly language: string
  readonly channel: string
  readonly text: string
  /** The stored conversation it was taken from. */
  readonly conversation: string
}

type Props = {
  cx: ConsoleContext
  asked: Asked
  /** What the recogniser says of it; undefined before anything was asked. */
  tried?: TryReply | undefined
  marks: Marks
  values?: Readonly<Record<string, string>>
  error?: string | undefined
  /** The entry of a sample that was just kept. */
  saved?: string | undefined
  /** A conversation was asked for of which this person may read nothing. */
  closed?: boolean
}

export const Try = ({ cx, asked, tried, marks, values = {}, error, saved, closed }: Props) => (
  <Frame
    cx={cx}
    title={cx.say('try.title')}
    area={coveragePath}
    styles={[cx.assets.conversationCss]}
    crumbs={[{ href: coveragePath, word: cx.say('area.coverage') }, { word: cx.say('try.title') }]}
  >
    <Head title={cx.say('try.title')} lead={cx.say('try.lead')} />
    <div class="stack">
      {error && <Message kind="bad" title={error} />}
      {closed && (
        <Message kind="unknown" title={cx.say('try.closed')}>
          <p>{cx.say('try.closedMore')}</p>
        </Message>
      )}
      {saved && (
        <Message kind="ok" title={cx.say('try.saved')}>
          <p>
            {cx.rich('try.savedMore', {
              entry: <a href={`/console/ledger/entries/${encodeURIComponent(saved)}`}>{cx.say('try.savedEntry')}</a>,
              coverage: <a href={coveragePath}>{cx.say('try.savedCoverage')}</a>,
            })}
          </p>
        </Message>
      )}
      {cx.me?.clients.length === 0 ? (
        <Empty title={cx.say('try.noClient')} />
      ) : (
        <Ask cx={cx} asked={asked} first={!tried} />
      )}
      {tried && <Tried cx={cx} asked={asked} tried={tried} marks={marks} values={values} />}
    </div>
  </Frame>
)

const Ask = ({ cx, asked, first }: { cx: ConsoleContext; asked: Asked; first: boolean }) => (
  <Sheet id="ask" title={cx.say('try.ask')}>
    <form class="form" method="post" action={tryPath}>
      <Field id="text" label={cx.say('try.text')} hint={cx.say('try.textHint')}>
        <textarea
          id="text"
          name="text"
          required
          rows={first ? 10 : 5}
          maxlength={20_000}
          spellcheck={false}
          autocomplete="off"
          {...described('text', true, undefined)}
        >
          {asked.text}
        </textarea>
      </Field>
      <div class="filters">
        <Field id="client" label={cx.say('coverage.client')}>
          <Select
            id="client"
            name="client"
            value={asked.client}
            choices={(cx.me?.clients ?? []).map(({ id, name }) => ({ value: id, word: name }))}
            required
          />
        </Field>
        <Field id="language" label={cx.say('coverage.language')}>
          <Select
            id="language"
            name="language"
            value={asked.language}
            choices={['nl', 'en'].map((value) => ({ value, word: languageWord(cx, value) }))}
            required
          />
        </Field>
        <Field id="channel" label={cx.say('coverage.channel')}>
          <Select
            id="channel"
            name="channel"
            value={asked.channel}
            choices={['chat', 'speech', 'email'].map((value) => ({ value, word: cx.term('sampleChannel', value) }))}
            required
          />
        </Field>
      </div>
      <input type="hidden" name="conversation" value={asked.conversation} />
      <div class="head__acts">
        <button class={first ? 'button button--first' : 'button'} type="submit" name="do" value="look">
          {cx.say('try.look')}
        </button>
      </div>
    </form>
  </Sheet>
)

/** What the next request needs to know: trying keeps nothing on the server. */
const State = ({ asked, marks }: { asked: Asked; marks: Marks }) => (
  <>
    {Object.entries(asked).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <input type="hidden" name="marks" value={JSON.stringify(marks)} />
  </>
)

type TriedProps = Required<Pick<Props, 'asked' | 'marks' | 'values'>> & { cx: ConsoleContext; tried: TryReply }

const Tried = ({ cx, asked, tried, marks, values }: TriedProps) => {
  const gold = goldOf(tried.turns, marks)
  const findings = tried.turns.reduce((sum, turn) => sum + turn.findings.length, 0)
  return (
    <>
      <form id="judge" method="post" action={`${tryPath}#result`}>
        <State asked={asked} marks={marks} />
      </form>
      <div class="turns" id="result">
        <div class="turns__heads">
          <h2 id="said">{cx.say('try.said')}</h2>
          <h2>{cx.say('turns.seen')}</h2>
        </div>
        <ol aria-labelledby="said">
          {tried.turns.map((_, turn) => (
            <Turn cx={cx} tried={tried} turn={turn} marks={marks} />
          ))}
        </ol>
      </div>
      <p class="subtle small">{findings === 0 ? cx.say('try.nothing') : cx.count('try.found', findings)}</p>
      <Missed cx={cx} asked={asked} tried={tried} marks={marks} values={values} />
      <Sheet id="keep" title={cx.say('try.keep')}>
        <p>{gold.length === 0 ? cx.say('try.keepNone') : cx.count('try.keepSpans', gold.length)}</p>
        <p class="subtle small">{cx.say(asked.conversation === '' ? 'try.keepOwn' : 'try.keepTheirs')}</p>
        <form class="form" method="post" action={tryPath}>
          <State asked={asked} marks={marks} />
          <Field id="origin" label={cx.say('try.origin')} hint={cx.say('try.originHint')}>
            <input
              id="origin"
              name="origin"
              pattern="[a-z0-9][a-z0-9_\-]*"
              maxlength={40}
              autocomplete="off"
              value={values.origin ?? ''}
              {...described('origin', true, undefined)}
            />
          </Field>
          <div class="head__acts">
            <button class="button button--first" type="submit" name="do" value="save">
              {cx.say('try.save')}
            </button>
          </div>
        </form>
      </Sheet>
    </>
  )
}

const turnLook = {
  customer: { icon: 'person', class: 'turn turn--customer' },
  agent: { icon: 'person', class: 'turn turn--person' },
  ai: { icon: 'ai', class: 'turn turn--ai' },
} as const

const Turn = ({ cx, tried, turn, marks }: { cx: ConsoleContext; tried: TryReply; turn: number; marks: Marks }) => {
  const { role, text, seen, findings } = tried.turns[turn]!
  const missed = marks.missed.filter((one) => one.turn === turn)
  return (
    <li class={turnLook[role].class} id={`turn-${turn + 1}`}>
      <div>
        <p class="turn__who">
          <Icon name={turnLook[role].icon} />
          <b>{cx.say(`turnRole.${role}`)}</b>
          <span>{cx.say('turn.number', { number: turn + 1 })}</span>
        </p>
        <p class="said" dir="auto" lang={tried.language}>
          {piecesOf(tried.turns, turn, marks).map((piece) =>
            piece.kind === 'plain' ? (
              piece.text
            ) : piece.kind === 'over' ? (
              <mark class="personal personal--over">{piece.text}</mark>
            ) : (
              <mark class={piece.kind === 'missed' ? 'personal personal--missed' : 'personal'}>{piece.text}</mark>
            ),
          )}
        </p>
        {(findings.length > 0 || missed.length > 0) && (
          <ul class="tried">
            {findings.map((one) => {
              const name = nameOf({ turn, ...one })
              const over = marks.over.includes(name)
              return (
                <li>
                  <b>{labelWord(cx, one.label)}</b>
                  <span lang={tried.language}>«{text.slice(one.start, one.end)}»</span>
                  <span class="subtle">
                    {cx.say('try.why', {
                      why: cx.term('evidence', reasonFamily(one.reason)),
                      sure: cx.share(one.confidence),
                    })}{' '}
                    <code>{one.reason}</code>
                  </span>
                  <button
                    class="button button--plain"
                    type="submit"
                    form="judge"
                    name="do"
                    value={`${over ? 'keep' : 'over'}:${name}`}
                  >
                    {cx.say(over ? 'try.isPersonal' : 'try.notPersonal')}
                    <span class="only-read">: {text.slice(one.start, one.end)}</span>
                  </button>
                </li>
              )
            })}
            {missed.map((one) => (
              <li>
                <b class="is-bad">{cx.say('try.missedOne', { what: labelWord(cx, one.label) })}</b>
                <span lang={tried.language}>«{text.slice(one.start, one.end)}»</span>
                <button
                  class="button button--plain"
                  type="submit"
                  form="judge"
                  name="do"
                  value={`unmiss:${nameOf(one)}`}
                >
                  {cx.say('try.notMissed')}
                  <span class="only-read">: {text.slice(one.start, one.end)}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div>
        <p class="turn__seen">{cx.say('turns.seen')}:</p>
        {seen === text ? (
          <p class="turn__same turn__same--equal">{cx.say('turn.same')}</p>
        ) : (
          <p class="said" dir="auto" lang={tried.language}>
            {seenPieces(seen).map((piece) =>
              piece.kind === 'pseudonym' ? (
                <span class="pseudo" lang={cx.language}>
                  {labelWord(cx, piece.label)} {piece.number}
                </span>
              ) : piece.kind === 'omitted' ? (
                <span class="omitted" lang={cx.language}>
                  {cx.say('turn.omitted', { what: labelWord(cx, piece.label) })}
                </span>
              ) : (
                piece.text
              ),
            )}
          </p>
        )}
      </div>
    </li>
  )
}

const Missed = ({ cx, asked, tried, marks, values }: TriedProps) => (
  <Sheet id="missed" title={cx.say('try.missed')}>
    <form class="form" method="post" action={`${tryPath}#missed`}>
      <State asked={asked} marks={marks} />
      <div class="filters">
        <Field id="turn" label={cx.say('try.turn')}>
          <Select
            id="turn"
            name="turn"
            value={values.turn}
            choices={tried.turns.map(({ role }, turn) => ({
              value: String(turn + 1),
              word: `${turn + 1} (${cx.say(`turnRole.${role}`)})`,
            }))}
          />
        </Field>
        <Field id="label" label={cx.say('try.label')}>
          <Select
            id="label"
            name="label"
            value={values.label}
            choices={labelsInOrder.map((label) => ({ value: label, word: labelWord(cx, label) }))}
          />
        </Field>
      </div>
      <Field id="words" label={cx.say('try.words')} hint={cx.say('try.wordsHint')}>
        <input
          id="words"
          name="words"
          maxlength={300}
          autocomplete="off"
          spellcheck={false}
          value={values.words ?? ''}
          {...described('words', true, undefined)}
        />
      </Field>
      <div class="filters">
        <Field id="from" label={cx.say('try.from')}>
          <input
            id="from"
            name="from"
            inputmode="numeric"
            pattern="[0-9]*"
            maxlength={4}
            autocomplete="off"
            value={values.from ?? ''}
          />
        </Field>
        <Field id="to" label={cx.say('try.to')}>
          <input
            id="to"
            name="to"
            inputmode="numeric"
            pattern="[0-9]*"
            maxlength={4}
            autocomplete="off"
            value={values.to ?? ''}
          />
        </Field>
      </div>
      <div class="head__acts">
        <button class="button" type="submit" name="do" value="miss">
          {cx.say('try.mark')}
        </button>
      </div>
    </form>
    <details>
      <summary>{cx.say('try.numbers')}</summary>
      <ol class="rows">
        {tried.turns.map(({ text }, turn) => (
          <li>
            <b class="small">{cx.say('try.turnNumber', { number: turn + 1 })}</b>
            <p class="numbered" lang={tried.language}>
              {wordsOf(text).map(({ start, end }, n) => (
                <span>
                  <b>{n + 1}</b>
                  {text.slice(start, end)}
                </span>
              ))}
            </p>
          </li>
        ))}
      </ol>
    </details>
  </Sheet>
)
