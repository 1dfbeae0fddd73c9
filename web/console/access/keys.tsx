/** Keys of AI systems: made once, shown once, replaced without a gap, revoked at once. */
import type { z } from 'zod'
import type { keyView, newKeyReply } from '../../../src/access/contract.ts'
import type { SystemView } from '../../../src/records/contract.ts'
import { type Api, listIn } from '../../api.ts'
import { described, Empty, Field, Head, Icon, Message, Select, Sheet, type StateKind } from '../../ui/components.tsx'
import { dayOf } from '../../ui/dates.ts'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'

export type KeyView = z.output<typeof keyView>
export type NewKey = z.output<typeof newKeyReply>

const path = '/console/keys'
export const keyHolders = ['administrator', 'ai_engineer'] as const

export async function loadKeys(api: Api) {
  const [keys, systems] = await Promise.all([
    api.get('/api/keys').then((reply) => listIn<KeyView>(reply, 'keys')),
    api.get('/api/systems').then((reply) => listIn<SystemView>(reply, 'systems')),
  ])
  return { keys, systems }
}

type Props = {
  cx: ConsoleContext
  keys: readonly KeyView[]
  systems: readonly SystemView[]
  /** Just made: its secret stands in this one page and nowhere else. */
  made?: NewKey | undefined
  done?: 'revoked' | undefined
  error?: string | undefined
  values?: Readonly<Record<string, string>>
}

type KeyState = 'valid' | 'ends' | 'expired' | 'revoked'

const WEEK = 7 * 86_400_000

export function keyState({ expiresAt, revokedAt }: KeyView, now: Date): KeyState {
  if (revokedAt !== null) return 'revoked'
  if (expiresAt === null) return 'valid'
  const left = Date.parse(expiresAt) - now.getTime()
  return left <= 0 ? 'expired' : left < 2 * WEEK ? 'ends' : 'valid'
}

const look: Readonly<Record<KeyState, StateKind>> = { valid: 'ok', ends: 'attention', expired: 'bad', revoked: 'wait' }

export const Keys = ({ cx, keys, systems, made, done, error, values = {} }: Props) => {
  const holds = cx.may(keyHolders)
  const name = (id: string) => {
    const system = systems.find((one) => one.id === id)
    return system ? cx.local(system.name) : id
  }
  const inUse = keys.filter(({ revokedAt }) => revokedAt === null).sort(worstFirst(cx.now))
  const revoked = keys.filter(({ revokedAt }) => revokedAt !== null)
  return (
    <Frame cx={cx} title={cx.say('area.keys')} area={path}>
      <Head title={cx.say('area.keys')} lead={cx.say('keysPage.lead')} />
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        {done === 'revoked' && <Message kind="ok" title={cx.say('key.revokedDone')} />}
        {made && (
          <Message kind="attention" title={cx.say('key.once', { system: name(made.system) })}>
            <p>{cx.say('key.onceMore')}</p>
            <p class="secret">
              <code id="new-key">{made.key}</code>
              <button class="button" type="button" data-copy="#new-key" hidden>
                {cx.say('copy')}
              </button>
            </p>
          </Message>
        )}
        <Sheet id="list" title={cx.say('keysPage.list')}>
          {keys.length === 0 ? (
            <Empty title={cx.say('keysPage.none')}>{cx.say('keysPage.noneMore')}</Empty>
          ) : (
            <>
              <KeyList cx={cx} keys={inUse} name={name} holds={holds} />
              {revoked.length > 0 && (
                <details open={inUse.length === 0}>
                  <summary>{cx.count('keysPage.revoked', revoked.length)}</summary>
                  <KeyList cx={cx} keys={revoked} name={name} holds={holds} />
                </details>
              )}
            </>
          )}
        </Sheet>
        {holds && systems.length > 0 && (
          <Sheet id="new" title={cx.say('key.new')}>
            <form class="form" method="post" action={path}>
              <Field id="system" label={cx.say('filter.system')}>
                <Select
                  id="system"
                  name="system"
                  value={values.system}
                  choices={systems.map((system) => ({ value: system.id, word: cx.local(system.name) }))}
                  required
                />
              </Field>
              <Field id="label" label={cx.say('key.label')} hint={cx.say('key.labelHint')}>
                <input
                  id="label"
                  name="label"
                  required
                  maxlength={100}
                  autocomplete="off"
                  value={values.label ?? ''}
                  {...described('label', true, undefined)}
                />
              </Field>
              <Field id="expires" label={cx.say('key.expires')} hint={cx.say('key.expiresHint')}>
                <input
                  id="expires"
                  name="expires"
                  type="date"
                  min={dayOf(cx.now)}
                  value={values.expires ?? ''}
                  {...described('expires', true, undefined)}
                />
              </Field>
              <div class="head__acts">
                <button class="button button--first" type="submit">
                  {cx.say('key.makeNow')}
                </button>
              </div>
            </form>
          </Sheet>
        )}
      </div>
    </Frame>
  )
}

const heaviness: readonly KeyState[] = ['expired', 'ends', 'valid', 'revoked']

const worstFirst = (now: Date) => (a: KeyView, b: KeyView) =>
  heaviness.indexOf(keyState(a, now)) - heaviness.indexOf(keyState(b, now)) ||
  a.system.localeCompare(b.system) ||
  a.label.localeCompare(b.label)

const KeyList = ({
  cx,
  keys,
  name,
  holds,
}: Pick<Props, 'cx' | 'keys'> & { name: (system: string) => string; holds: boolean }) => (
  <ul class="rows">
    {keys.map((key) => {
      const state = keyState(key, cx.now)
      return (
        <li class="row" data-row="">
          <Icon name={look[state]} class={`is-${look[state]}`} />
          <div>
            <b>{key.label}</b> <a href={`/console/systems/${key.system}`}>{name(key.system)}</a>
            <br />
            <span class="small">
              <b class={`is-${look[state]}`}>{cx.say(`key.${state}`)}</b>{' '}
              <span class="subtle">
                {cx.say('key.made', { date: cx.date(key.createdAt) })}{' '}
                {key.expiresAt && state !== 'revoked' && `${cx.say('key.until', { date: cx.date(key.expiresAt) })} `}
                {key.lastUsedOn
                  ? cx.say('key.used', { date: cx.date(`${key.lastUsedOn.slice(0, 10)}T12:00:00Z`) })
                  : cx.say('key.unused')}
              </span>
            </span>
          </div>
          {holds && state !== 'revoked' ? (
            <a class="button" href={`${path}/${encodeURIComponent(key.id)}/revoke`}>
              {cx.say('key.revoke')}
              <span class="only-read">: {key.label}</span>
            </a>
          ) : null}
        </li>
      )
    })}
  </ul>
)

export const RevokeKey = ({ cx, keyId, label }: { cx: ConsoleContext; keyId: string; label: string }) => (
  <Frame
    cx={cx}
    title={cx.say('key.revokeTitle', { label })}
    area={path}
    crumbs={[{ href: path, word: cx.say('area.keys') }, { word: label }]}
  >
    <Head title={cx.say('key.revokeTitle', { label })} lead={cx.say('key.revokeMore')} />
    <form class="head__acts" method="post" action={`${path}/${encodeURIComponent(keyId)}/revoke`}>
      <a class="button" href={path}>
        {cx.say('key.keep')}
      </a>
      <button class="button button--stop" type="submit">
        {cx.say('key.revoke')}
      </button>
    </form>
  </Frame>
)
