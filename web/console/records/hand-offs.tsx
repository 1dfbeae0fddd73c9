/** Customers who asked for a person, the longest waiting first; taking one over, and closing it. */
import type { z } from 'zod'
import type { handOffLine } from '../../../src/records/contract.ts'
import { type Api, listIn } from '../../api.ts'
import { Empty, Head, Icon, Message, Sheet, State } from '../../ui/components.tsx'
import { leftUntil } from '../../ui/dates.ts'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { languageWord, loadNamed, type Named, type Names, namesOf } from '../parts.tsx'
import { handOffLook } from './conversations.tsx'

export type HandOff = z.output<typeof handOffLine>

export async function loadHandOffs(api: Api): Promise<{ handOffs: readonly HandOff[]; named: Named }> {
  const [handOffs, named] = await Promise.all([
    api.get('/api/hand-offs').then((reply) => listIn<HandOff>(reply, 'handOffs')),
    loadNamed(api),
  ])
  return { handOffs, named }
}

/** Who may take a conversation over; the API decides again. */
export const handOffTakers = ['agent', 'supervisor', 'complaint_handler', 'administrator'] as const

/** As many as a person can keep in view; the others are folded away under them. */
const SHOWN = 20

type Props = {
  cx: ConsoleContext
  handOffs: readonly HandOff[]
  named: Named
  done: 'accepted' | 'completed' | undefined
  error?: string | undefined
}

export const HandOffs = ({ cx, handOffs, named, done, error }: Props) => {
  const names = namesOf(cx, named)
  const open = handOffs
    .filter(({ state }) => state === 'requested' || state === 'accepted')
    .sort((a, b) => a.requestedAt.localeCompare(b.requestedAt))
  const past = handOffs.filter(({ state }) => state !== 'requested' && state !== 'accepted')
  const waiting = open.filter(({ state }) => state === 'requested').length
  return (
    <Frame cx={cx} title={cx.say('area.handOffs')} area="/console/hand-offs">
      <Head
        title={cx.say('area.handOffs')}
        lead={waiting > 0 ? cx.count('handOffs.waiting', waiting) : cx.say('handOffs.calm')}
      />
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        {done && <Message kind="ok" title={cx.say(`handOffs.done.${done}`)} />}
        {open.length === 0 ? (
          <Empty title={cx.say('handOffs.none')}>{cx.say('handOffs.noneMore')}</Empty>
        ) : (
          <Sheet
            id="open"
            title={cx.say('handOffs.open')}
            side={<span class="small subtle">{cx.say('handOffs.order')}</span>}
          >
            <ol class="rows">
              {open.slice(0, SHOWN).map((one) => (
                <Open cx={cx} one={one} names={names} />
              ))}
            </ol>
            {open.length > SHOWN && (
              <details>
                <summary>{cx.count('handOffs.more', open.length - SHOWN)}</summary>
                <ol class="rows">
                  {open.slice(SHOWN).map((one) => (
                    <Open cx={cx} one={one} names={names} />
                  ))}
                </ol>
              </details>
            )}
          </Sheet>
        )}
        {past.length > 0 && (
          <Sheet id="past" title={cx.say('handOffs.past')}>
            <ol class="rows dense">
              {past.slice(0, 20).map((one) => (
                <li class="small" data-row="">
                  <State kind={handOffLook[one.state as keyof typeof handOffLook] ?? 'wait'}>
                    {cx.term('handOffState', one.state)}
                  </State>{' '}
                  <a href={`/console/conversations/${one.conversation}`}>{cx.moment(one.requestedAt)}</a>,{' '}
                  {cx.term('handOffReason', one.reason)}
                </li>
              ))}
            </ol>
          </Sheet>
        )}
      </div>
    </Frame>
  )
}

const Open = ({ cx, one, names }: { cx: ConsoleContext; one: HandOff; names: Names }) => {
  const left = one.answerBy === null ? undefined : leftUntil(new Date(one.answerBy), cx.now)
  const act = one.state === 'requested' ? 'accept' : 'complete'
  return (
    <li class="row" data-row="" id={one.id}>
      <Icon name={left?.over ? 'bad' : 'wait'} class={left?.over ? 'is-bad' : 'is-wait'} />
      <div>
        <a href={`/console/conversations/${one.conversation}`}>
          <b>{cx.term('handOffReason', one.reason)}</b>
        </a>
        <br />
        <span class="small subtle">
          {[
            one.system === null ? cx.say('conversation.noSystem') : names.system(one.system),
            cx.term('channel', one.channel),
            languageWord(cx, one.language),
          ].join(' · ')}
        </span>
        <br />
        <span class="small">
          {cx.say('handOff.since', { at: cx.moment(one.requestedAt) })}{' '}
          {one.acceptedAt && `${cx.say('handOff.accepted', { at: cx.moment(one.acceptedAt) })} `}
          {one.answerBy && left && (
            <>
              {cx.say('handOff.by', { at: cx.moment(one.answerBy) })}{' '}
              <b class={left.over ? 'is-bad' : undefined}>
                {left.over
                  ? cx.count(`due.over.${left.unit}`, left.count)
                  : cx.count(`due.left.${left.unit}`, left.count)}
                .
              </b>
            </>
          )}
        </span>
      </div>
      {cx.may(handOffTakers) ? (
        <form method="post" action={`/console/hand-offs/${one.id}/${act}`}>
          <button class="button" type="submit">
            {cx.say(`handOff.${act}`)}
            <span class="only-read">: {cx.moment(one.requestedAt)}</span>
          </button>
        </form>
      ) : null}
    </li>
  )
}
