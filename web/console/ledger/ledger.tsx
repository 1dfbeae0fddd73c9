/** The ledger: its signed head, whether it was recomputed, and the entries themselves. */
import type { z } from 'zod'
import type { LedgerEntryView, LedgerView, ledgerLine } from '../../../src/ledger/console-contract.ts'
import type { Api } from '../../api.ts'
import { ReceiptCheck } from '../../portal/receipt-check.tsx'
import { Empty, Facts, Field, Head, Icon, Message, Sheet, State } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Id, Pager, Proof, pathWith } from '../parts.tsx'

/** Who may have the row recomputed; the API decides again. */
export const verifiers = ['administrator', 'ethics_officer', 'dpo', 'auditor'] as const

export type LedgerFilters = { readonly find?: string; readonly type?: string }

const path = '/console/ledger'
const PAGE = 50
const DAY = 86_400_000

export const loadLedger = (api: Api, filters: LedgerFilters, before: string | undefined) =>
  api.get<LedgerView>('/api/ledger', { ...filters, before, limit: String(PAGE) })

export const loadEntry = (api: Api, event: string) =>
  api.get<LedgerEntryView>(`/api/ledger/entries/${encodeURIComponent(event)}`)

type Props = { cx: ConsoleContext; view: LedgerView; filters: LedgerFilters; before: string | undefined }

export const Ledger = ({ cx, view, filters, before }: Props) => (
  <Frame cx={cx} title={cx.say('area.ledger')} area={path}>
    <Head title={cx.say('area.ledger')} lead={cx.say('ledger.lead')} />
    <div class="split">
      <div class="stack">
        <Entries cx={cx} view={view} filters={filters} before={before} />
      </div>
      <div class="stack">
        <Verification cx={cx} view={view} />
        <Checkpoint cx={cx} view={view} />
      </div>
    </div>
  </Frame>
)

// -- is it whole? ---------------------------------------------------------------------------------------------------

const Verification = ({ cx, view: { verified, size, pending, pendingAgeMs } }: Pick<Props, 'cx' | 'view'>) => (
  <section class="sheet" aria-labelledby="check" id="verification" data-poll={verified.running ? '1500' : undefined}>
    <header>
      <h2 id="check">{cx.say('verify.title')}</h2>
    </header>
    <div role="status">
      {verified.running ? (
        <>
          <p>
            <State kind="wait" block>
              {cx.say('verify.running')}
            </State>
          </p>
          <p class="small">
            <progress max={Math.max(1, size)} value={verified.entries} aria-label={cx.say('verify.progress')} />{' '}
            {cx.say('verify.count', { done: verified.entries, size })}{' '}
            <a class="no-script" href={path}>
              {cx.say('verify.refresh')}
            </a>
          </p>
        </>
      ) : (
        <Verdict cx={cx} verified={verified} />
      )}
    </div>
    {verified.problems.length > 0 && <Problems cx={cx} problems={verified.problems} />}
    {pending > 0 && (
      <p class="small subtle">{cx.count('verify.pending', pending, { seconds: Math.ceil(pendingAgeMs / 1000) })}</p>
    )}
    {!verified.running && cx.may(verifiers) && (
      <form class="head__acts" method="post" action={`${path}/verify`}>
        <button class="button" type="submit">
          <Icon name="keur" />
          {cx.say('verify.now')}
        </button>
      </form>
    )}
  </section>
)

const Verdict = ({
  cx,
  verified: { at, ok, entries, problems },
}: {
  cx: ConsoleContext
  verified: LedgerView['verified']
}) => {
  if (at === null || ok === null)
    return (
      <Message kind="unknown" title={cx.say('verify.never')} quiet level={3}>
        <p>{cx.say('verify.neverMore')}</p>
      </Message>
    )
  if (!ok)
    return (
      <Message kind="bad" title={cx.count('verify.bad', Math.max(1, problems.length))} level={3}>
        <p>{cx.say('verify.badMore', { at: cx.full(at) })}</p>
      </Message>
    )
  const old = cx.now.getTime() - Date.parse(at) > DAY
  return (
    <>
      <p>
        <State kind={old ? 'attention' : 'ok'} block>
          {cx.say('ledger.state.ok', { at: cx.moment(at) })}
        </State>
      </p>
      <p class="small">
        {cx.count('verify.ok', entries)} {old && cx.say('verify.old')}
      </p>
    </>
  )
}

const SHOWN = 20

const Problems = ({ cx, problems }: { cx: ConsoleContext; problems: LedgerView['verified']['problems'] }) => (
  <ul class="rows">
    {problems.slice(0, SHOWN).map(({ code, index, event, detail }) => (
      <li class="row">
        <Icon name="broken" class="is-bad" />
        <div class="small">
          <b>{cx.term('problem', code)}</b>
          {index !== null && ` ${cx.say('proof.number', { index })}.`}
          <br />
          <span class="subtle">{detail}</span>
          {event !== null && (
            <>
              <br />
              <a href={`${path}/entries/${encodeURIComponent(event)}`}>{cx.say('problem.open')}</a>
            </>
          )}
        </div>
      </li>
    ))}
    {problems.length > SHOWN && <li class="small">{cx.say('problem.more', { count: problems.length - SHOWN })}</li>}
  </ul>
)

const Checkpoint = ({ cx, view }: Pick<Props, 'cx' | 'view'>) => (
  <Sheet id="checkpoint" title={cx.say('checkpoint.title')}>
    <Facts
      facts={[
        [cx.say('checkpoint.size'), cx.number(view.size)],
        [cx.say('checkpoint.at'), view.checkpointAt === null ? cx.say('unknown') : cx.full(view.checkpointAt)],
        [cx.say('checkpoint.origin'), <code>{view.origin}</code>],
        view.pruned.length === 0
          ? undefined
          : [
              cx.say('checkpoint.pruned'),
              <ul>
                {view.pruned.map(({ from, to, event, index }) => (
                  <li>
                    {cx.say('checkpoint.prunedSpan', { from: cx.number(from), to: cx.number(to) })}{' '}
                    <Proof cx={cx} event={event} index={index} />
                  </li>
                ))}
              </ul>,
            ],
      ]}
    />
    <p class="small">{cx.say('checkpoint.more')}</p>
    <details>
      <summary>{cx.say('checkpoint.open')}</summary>
      {view.checkpoint === null ? (
        <p class="small">{cx.say('checkpoint.none')}</p>
      ) : (
        <pre class="bytes">{view.checkpoint}</pre>
      )}
      <dl class="facts facts--over">
        <dt>{cx.say('checkpoint.root')}</dt>
        <dd>
          <code>{view.root}</code>
        </dd>
        <dt>{cx.say('checkpoint.key')}</dt>
        <dd>
          <code>{view.vkey}</code>
        </dd>
      </dl>
      <p class="small">
        <code>waarborg verify</code>
      </p>
    </details>
  </Sheet>
)

// -- entries --------------------------------------------------------------------------------------------------------

const types = [
  'call.admitted',
  'call.refused',
  'call.completed',
  'call.failed',
  'call.stopped',
  'consent.given',
  'consent.withdrawn',
  'objection.received',
  'disclosure.made',
  'conversation.viewed',
  'handoff.requested',
  'decision.recorded',
  'decision.refused',
  'decision.reviewed',
  'decision.explained',
  'scorer.asked',
  'decision.contested',
  'gate.decided',
  'oversight.assigned',
  'system.stopped',
  'system.resumed',
  'key.issued',
  'key.revoked',
  'session.started',
  'ledger.pruned',
] as const

/** Whether somebody looks for the number of an entry that is past its term and gone. */
function isPruned({ pruned }: LedgerView, { find = '' }: LedgerFilters): boolean {
  const wanted = find.trim()
  return /^[0-9]{1,15}$/.test(wanted) && pruned.some(({ from, to }) => Number(wanted) >= from && Number(wanted) <= to)
}

const Entries = ({ cx, view, filters, before }: Props) => {
  const filtered = filters.find !== undefined || filters.type !== undefined
  return (
    <Sheet id="entries" title={cx.say(filtered ? 'entries.found' : 'entries.recent')}>
      <search aria-label={cx.say('entries.search')}>
        <form class="filters" method="get" action={path}>
          <Field id="e-find" label={cx.say('entries.find')}>
            <input id="e-find" name="find" value={filters.find} maxlength={80} autocomplete="off" spellcheck={false} />
          </Field>
          <Field id="e-type" label={cx.say('entries.type')}>
            <select id="e-type" name="type">
              <option value="">{cx.say('filter.any')}</option>
              {types.map((type) => (
                <option value={type} selected={type === filters.type}>
                  {cx.term('event', type)}
                </option>
              ))}
            </select>
          </Field>
          <div class="head__acts">
            <button class="button" type="submit">
              {cx.say('filter.go')}
            </button>
            {filtered && (
              <a class="button button--plain" href={path}>
                {cx.say('conversations.clear')}
              </a>
            )}
          </div>
        </form>
      </search>
      {view.recent.length === 0 ? (
        <Empty title={cx.say(filtered ? 'entries.nothing' : 'entries.none')}>
          {cx.say(!filtered ? 'entries.noneMore' : isPruned(view, filters) ? 'entries.pruned' : 'entries.nothingMore')}
        </Empty>
      ) : (
        <ol class="rows dense">
          {view.recent.map((line) => (
            <Line cx={cx} line={line} />
          ))}
        </ol>
      )}
      <Pager
        cx={cx}
        first={before === undefined ? undefined : pathWith(path, filters)}
        next={view.next === null ? undefined : pathWith(path, { ...filters, before: view.next })}
      />
    </Sheet>
  )
}

const Line = ({ cx, line }: { cx: ConsoleContext; line: z.output<typeof ledgerLine> }) => (
  <li class="item item--entry small" data-row="">
    <a class="number nowrap" href={`${path}/entries/${encodeURIComponent(line.event)}`}>
      {line.index === null ? cx.say('proof.waitsShort') : cx.number(line.index)}
      <span class="only-read">, {cx.term('event', line.type)}</span>
    </a>
    <time datetime={line.at}>{cx.moment(line.at)}</time>
    <span>
      {cx.term('event', line.type)} <span class="subtle">{cx.term('actor', line.actorKind)}</span>
    </span>
    <span class="item__side">
      {line.conversation && (
        <a href={`/console/conversations/${line.conversation}`}>{cx.say('entries.conversation')}</a>
      )}
      {!line.conversation && line.system && <a href={`/console/systems/${line.system}`}>{line.system}</a>}
    </span>
  </li>
)

// -- one entry ------------------------------------------------------------------------------------------------------

/** What stands in an entry, for people; the canonical text under it is what was hashed. */
export function entryFacts(entry: string): { type: string; at: string; actor: string; refs: [string, string][] } {
  const read = JSON.parse(entry) as {
    type?: string
    at?: string
    actor?: { kind?: string }
    refs?: Record<string, string>
  }
  return {
    type: String(read.type ?? ''),
    at: String(read.at ?? ''),
    actor: String(read.actor?.kind ?? ''),
    refs: Object.entries(read.refs ?? {}).map(([name, value]) => [name, String(value)]),
  }
}

export const Entry = ({ cx, view }: { cx: ConsoleContext; view: LedgerEntryView }) => {
  const { refs } = entryFacts(view.entry)
  const word = cx.term('event', view.type)
  return (
    <Frame
      cx={cx}
      title={word}
      area={path}
      crumbs={[
        { href: path, word: cx.say('area.ledger') },
        { word: view.index === null ? cx.say('proof.waitsShort') : cx.number(view.index) },
      ]}
      scripts={cx.assets.verifyJs}
    >
      <Head
        title={word}
        lead={cx.say('entry.lead', { at: cx.full(view.at), actor: cx.term('actor', view.actorKind) })}
        acts={
          view.proof !== null && (
            <a class="button" href={`${path}/entries/${encodeURIComponent(view.event)}/receipt`} download>
              {cx.say('entry.download')}
            </a>
          )
        }
      />
      <div class="split">
        <div class="stack">
          <ReceiptCheck
            language={cx.language}
            at={view.at}
            ready={view.proof !== null}
            again={`${path}/entries/${encodeURIComponent(view.event)}`}
          />
          <Sheet id="bytes" title={cx.say('entry.bytes')}>
            <p class="small">{cx.say('entry.bytesMore')}</p>
            <pre class="bytes" data-entry="">
              {view.entry}
            </pre>
          </Sheet>
          <Sheet id="place" title={cx.say('entry.proof')}>
            {view.proof === null ? (
              <p class="small">{cx.say('entry.noProof')}</p>
            ) : (
              <>
                <p class="small">{cx.say('entry.proofMore', { size: view.treeSize ?? 0 })}</p>
                <pre class="bytes" data-proof="">
                  {view.proof}
                </pre>
              </>
            )}
          </Sheet>
        </div>
        <div class="stack">
          <Sheet id="what" title={cx.say('entry.what')}>
            <Facts
              narrow
              facts={[
                [cx.say('entry.index'), view.index === null ? cx.say('proof.waits') : cx.number(view.index)],
                [cx.say('entry.type'), <code>{view.type}</code>],
                [cx.say('entry.actor'), cx.term('actor', view.actorKind)],
                ...refs.map(
                  ([name, value]) =>
                    [
                      cx.term('ref', name),
                      <a href={refPath(name, value)}>
                        <Id id={value} />
                      </a>,
                    ] as const,
                ),
              ]}
            />
          </Sheet>
          <Sheet id="compare" title={cx.say('entry.compare')}>
            <dl class="facts facts--over">
              <dt>{cx.say('entry.leaf')}</dt>
              <dd>
                <code>{view.leafHash}</code>
              </dd>
              <dt>{cx.say('checkpoint.key')}</dt>
              <dd>
                <code data-vkey="">{view.vkey}</code>
              </dd>
            </dl>
          </Sheet>
        </div>
      </div>
    </Frame>
  )
}

const refPath = (name: string, value: string): string => {
  if (name === 'conversation') return `/console/conversations/${encodeURIComponent(value)}`
  if (name === 'system') return `/console/systems/${encodeURIComponent(value)}`
  return `${path}?find=${encodeURIComponent(value)}`
}
