/** What was written in a case: the thread, letters, files and notes. */
import type { CaseView } from '../../../src/records/cases/contract.ts'
import { Empty, Icon, Sheet } from '../../ui/components.tsx'
import { Send, WordsField } from '../../ui/forms.tsx'
import { type ConsoleContext, keptFor } from '../context.ts'
import { Entries, shortId } from '../parts.tsx'
import type { Filled } from './filled.ts'
import { casePath } from './paths.ts'
import { caseWriters } from './roles.ts'

type Props = { cx: ConsoleContext; view: CaseView }

/** Names that the case itself tells: its owner, and everybody who did something in it. */
export function namesIn(view: CaseView): (id: string) => string {
  const names = new Map(
    view.timeline.flatMap(({ actor, actorName }) => (actorName === null ? [] : [[actor, actorName] as const])),
  )
  if (view.owner !== null) names.set(view.owner.id, view.owner.name)
  return (id) => names.get(id) ?? shortId(id)
}

const Gone = ({ cx }: { cx: ConsoleContext }) => <span class="subtle">{cx.say('case.unreadable')}</span>

/** The customer at the left, the organisation at the right; each says who, how and when. */
export const Thread = ({ cx, view }: Props) => {
  const name = namesIn(view)
  return (
    <Sheet id="thread" title={cx.say('case.thread')}>
      {view.messages.length === 0 ? (
        <p class="subtle">{cx.say('case.threadNone')}</p>
      ) : (
        <ol class="thread">
          {view.messages.map((one) => (
            <li class={one.author === 'staff' ? 'thread__staff' : 'thread__customer'}>
              <p class="thread__who">
                <Icon name={one.author === 'staff' ? 'person' : 'chat'} />
                <b>{one.person === null ? cx.say(`case.author.${one.author}`) : name(one.person)}</b>
                {cx.say(`caseVia.${one.via}`)}, {cx.moment(one.at)}
                <Entries cx={cx} record={one.record} what={cx.moment(one.at)} />
              </p>
              <p class="said" dir="auto">
                {one.text ?? <Gone cx={cx} />}
              </p>
            </li>
          ))}
        </ol>
      )}
    </Sheet>
  )
}

/** How a letter went: by post, by mail and whether that arrived, or on the customer's page alone. */
export function wayWords(
  cx: Pick<ConsoleContext, 'say'>,
  {
    via,
    mail,
  }: { readonly via?: CaseView['letters'][number]['via']; readonly mail: CaseView['letters'][number]['mail'] },
): string {
  const said = [
    ...(via === 'post' ? [cx.say('letterVia.post')] : []),
    ...(mail === null ? [] : [cx.say(`letterMail.${mail}`)]),
  ]
  return said.length === 0 ? cx.say('letterVia.portal') : said.join(' ')
}

export const Letters = ({ cx, view }: Props) => {
  const name = namesIn(view)
  return view.letters.length === 0 ? null : (
    <Sheet id="letters" title={cx.say('case.letters')}>
      <div class="letters">
        {view.letters.map((one) => (
          <details>
            <summary>
              {cx.moment(one.at)}. {one.subject ?? cx.say('case.unreadable')}
              {one.mail === 'undelivered' && <b class="is-bad"> {cx.say('case.letterBack')}</b>}
            </summary>
            <p class="small subtle">
              {cx.say('case.letterBy', { person: one.person === null ? cx.say('case.bySystem') : name(one.person) })}{' '}
              {wayWords(cx, one)} <Entries cx={cx} record={one.record} what={cx.moment(one.at)} />
            </p>
            {one.paragraphs !== null && (
              <div class="letter" lang={one.language}>
                {one.subject !== null && <h3>{one.subject}</h3>}
                {one.paragraphs.map((paragraph) => (
                  <p dir="auto">{paragraph}</p>
                ))}
              </div>
            )}
          </details>
        ))}
      </div>
    </Sheet>
  )
}

const KILO = 1_024

/** Bytes as people say them. */
export function sizeWord(cx: Pick<ConsoleContext, 'number' | 'say'>, bytes: number): string {
  return bytes < KILO * KILO
    ? cx.say('case.kilobytes', { size: cx.number(Math.max(1, Math.round(bytes / KILO))) })
    : cx.say('case.megabytes', { size: cx.number(Math.round((bytes / KILO / KILO) * 10) / 10) })
}

export const CaseFiles = ({ cx, view }: Props) =>
  view.attachments.length === 0 ? null : (
    <Sheet id="files" title={cx.say('case.files')}>
      <p class="small">{cx.say('case.filesMore')}</p>
      <ul class="rows dense">
        {view.attachments.map((one) => (
          <li class="row" data-row="">
            <Icon name="file" />
            <div>
              {one.name === null || view.access === 'closed' ? (
                <Gone cx={cx} />
              ) : (
                <a href={`${casePath(view.id)}/files/${encodeURIComponent(one.id)}`} download="">
                  <bdi>{one.name}</bdi>
                </a>
              )}
              <br />
              <span class="small subtle">
                {cx.say(`fileKind.${one.mediaType}`)}, {sizeWord(cx, one.bytes)}. {cx.say(`case.author.${one.author}`)},{' '}
                {cx.moment(one.at)}
              </span>
            </div>
            <Entries cx={cx} record={one.record} what={cx.moment(one.at)} />
          </li>
        ))}
      </ul>
    </Sheet>
  )

export const NOTE_MAX = 4_000

/** Notes are for staff; whoever may read the case may write one. */
export const Notes = ({ cx, view, filled }: Props & { filled: Filled | undefined }) => {
  const name = namesIn(view)
  const action = `${casePath(view.id)}/notes`
  const mine = filled?.form === 'note' ? filled : undefined
  return (
    <Sheet id="notes" title={cx.say('case.notes')}>
      {view.notes.length === 0 ? (
        <Empty title={cx.say('case.notesNone')}>{cx.say('case.notesMore')}</Empty>
      ) : (
        <ol class="rows">
          {view.notes.map((one) => (
            <li data-row="">
              <p class="thread__who">
                <b>{name(one.person)}</b> {cx.moment(one.at)}
                <Entries cx={cx} record={one.record} what={cx.moment(one.at)} />
              </p>
              <p class="said" dir="auto">
                {one.text ?? <Gone cx={cx} />}
              </p>
            </li>
          ))}
        </ol>
      )}
      {view.access === 'open' && cx.may(caseWriters(view.kind)) && (
        <form class="form" method="post" action={action}>
          <WordsField
            id="note"
            name="text"
            label={cx.say('case.note')}
            hint={cx.say('case.noteHint')}
            value={mine?.values.text ?? keptFor(cx, action)?.text}
            error={mine?.error}
            required
            max={NOTE_MAX}
          />
          <Send>{cx.say('case.noteNow')}</Send>
        </form>
      )}
    </Sheet>
  )
}
