/** How the keys of contents stand, and when they were last kept: no key is shown. */
import type { KeyStanding } from '../../../src/privacy/keys/contract.ts'
import type { Api } from '../../api.ts'
import { Head, Message, Sheet } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'

export const protectionPath = '/console/privacy/keys'
export const loadProtection = (api: Api) => api.get<KeyStanding>('/api/privacy/keys')

type Props = { cx: ConsoleContext; standing: KeyStanding }

export const Protection = ({ cx, standing }: Props) => (
  <Frame cx={cx} title={cx.say('area.protection')} area={protectionPath}>
    <Head title={cx.say('area.protection')} lead={cx.say('protection.lead', { days: standing.epochDays })} />
    <div class="stack">
      {standing.lastBackup === null && (
        <Message kind="attention" title={cx.say('protection.never')}>
          {cx.say('protection.neverMore')}
        </Message>
      )}
      <Epochs cx={cx} standing={standing} />
      <Backups cx={cx} standing={standing} />
      <Drill cx={cx} />
    </div>
  </Frame>
)

const Epochs = ({ cx, standing }: Props) => (
  <Sheet id="epochs" title={cx.say('protection.epochs')}>
    <p>{cx.say('protection.erased', { date: cx.date(standing.erasedFromBackupsOn) })}</p>
    <ul class="rows">
      {standing.epochs.map((one) => (
        <li class="item">
          <b class="nowrap">
            {cx.say('protection.epoch')} {cx.number(one.epoch)}
          </b>
          <span class="item__more small">
            {cx.say('protection.begun')} <time datetime={one.begunAt}>{cx.date(one.begunAt)}</time> ·{' '}
            {cx.say('protection.keys')}: {cx.number(one.keys)}
          </span>
          <span class="item__side small">{stateOf(cx, one)}</span>
        </li>
      ))}
    </ul>
  </Sheet>
)

function stateOf(cx: ConsoleContext, { destroyOn, destroyedAt }: KeyStanding['epochs'][number]): string {
  if (destroyedAt !== null) return cx.say('protection.destroyed', { date: cx.date(destroyedAt) })
  return destroyOn === null ? cx.say('protection.inUse') : cx.say('protection.destroyOn', { date: cx.date(destroyOn) })
}

const Backups = ({ cx, standing }: Props) => {
  const { lastBackup, lastKeyBackup, lastRestore, root } = standing
  return (
    <Sheet id="backups" title={cx.say('protection.backups')}>
      <dl class="facts">
        <dt>{cx.say('protection.database')}</dt>
        <dd>
          {lastBackup === null
            ? cx.say('protection.never')
            : cx.say('protection.databaseMade', {
                when: cx.moment(lastBackup.at),
                rows: lastBackup.rows,
                entries: lastBackup.entries,
              })}
        </dd>
        <dt>{cx.say('protection.keyFiles')}</dt>
        <dd>
          {lastKeyBackup === null
            ? cx.say('protection.never')
            : cx.say('protection.keysMade', { when: cx.moment(lastKeyBackup.at), keys: lastKeyBackup.keys })}
        </dd>
        <dt>{cx.say('protection.root')}</dt>
        <dd>{cx.say(`protection.root.${root}`)}</dd>
      </dl>
      {lastRestore !== null && (
        <p>
          {cx.say('protection.restored', { when: cx.moment(lastRestore.at), backup: cx.moment(lastRestore.backup) })}
        </p>
      )}
    </Sheet>
  )
}

const Drill = ({ cx }: { cx: ConsoleContext }) => (
  <Sheet id="drill" title={cx.say('protection.drill')}>
    <p>{cx.say('protection.drillWhy')}</p>
    <ol>
      <li>
        {cx.say('protection.drill1')} <code>waarborg backup --out DB --keys-out KEYS</code>
      </li>
      <li>
        {cx.say('protection.drill2')} <code>waarborg restore DB --keys KEYS --data NEW</code>
      </li>
      <li>
        {cx.say('protection.drill3')} <code>waarborg verify --data NEW</code>
      </li>
      <li>{cx.say('protection.drill4')}</li>
    </ol>
    <p>
      <b>{cx.say('protection.lost')}</b>
    </p>
  </Sheet>
)
