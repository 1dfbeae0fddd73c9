/** What we know about you: counts, who got it, who looked, what you asked, and the copy to read or to load. */
import type { KnownView, SubjectCopy } from '../../../src/privacy/rights/contract.ts'
import type { Form } from '../../console/kit.ts'
import { Facts, Message, Sheet } from '../../ui/components.tsx'
import { letterWay } from '../cases/parts.tsx'
import type { PortalContext } from '../context.ts'
import { Back, Frame } from '../frame.tsx'
import { Contact, receiptPath } from '../parts.tsx'

const kinds = ['access', 'rectification', 'erasure', 'restriction', 'portability', 'objection'] as const

type Props = {
  cx: PortalContext
  view: KnownView
  made?: string | undefined
  error?: string | undefined
  /** What was filled in and refused. */
  values?: Form
}

export const KnownData = ({ cx, view, made, error, values = {} }: Props) => (
  <Frame cx={cx} title={cx.say('data.title')} brand={view.client}>
    <div>
      <Back cx={cx} />
      <h1>{cx.say('data.title')}</h1>
      <p class="lead">{cx.say('data.lead')}</p>
    </div>
    {error && <Message kind="bad" title={error} />}
    {made && <Message kind="ok" title={cx.say('data.made')} />}
    {view.restrictedAt && (
      <Message kind="attention" title={cx.say('data.paused', { date: cx.date(view.restrictedAt) })} quiet />
    )}
    <Breaches cx={cx} view={view} />
    <Copies cx={cx} view={view} />
    {view.answers > 0 && (
      <p>
        <a class="button" href={`${cx.base}/data/consents`}>
          {cx.say('data.consentsFile')}
        </a>
      </p>
    )}
    <Sheet id="known" title={cx.say('data.known')}>
      <Facts
        facts={[
          [cx.say('data.conversations'), cx.number(view.conversations)],
          [cx.say('data.turns'), cx.number(view.turns)],
          [cx.say('data.calls'), cx.number(view.calls)],
          [cx.say('data.answers'), cx.number(view.answers)],
          view.since === null ? undefined : [cx.say('data.since'), cx.date(view.since)],
          [
            cx.say('data.recipients'),
            view.recipients.length === 0
              ? cx.say('data.nobody')
              : view.recipients.map(({ name, region }) => (region === null ? name : `${name} (${region})`)).join(', '),
          ],
        ]}
      />
      <h3>{cx.say('data.looked')}</h3>
      {view.views.length === 0 ? (
        <p>{cx.say('data.nobodyLooked')}</p>
      ) : (
        <ul class="bullets">
          {view.views.slice(0, 20).map(({ at, role }) => (
            <li>{cx.say('data.look', { role: cx.term('data.role', role ?? 'other'), at: cx.moment(at) })}</li>
          ))}
        </ul>
      )}
      {view.corrections.length > 0 && (
        <>
          <h3>{cx.say('data.corrections')}</h3>
          <ul class="bullets">
            {view.corrections.map(({ at, shouldBe }) => (
              <li>
                {cx.date(at)}: <q>{shouldBe}</q>
              </li>
            ))}
          </ul>
        </>
      )}
    </Sheet>
    <Requests cx={cx} view={view} />
    {view.mayNotAsk !== null && view.mayNotAskFor !== null ? (
      <Message kind="attention" title={cx.say(`data.no.${view.mayNotAsk}`)} quiet />
    ) : (
      <AskForm cx={cx} view={view} values={values} />
    )}
    <p>
      <a href={`${cx.base}/self`}>{cx.say('asked.link')}</a> {cx.say('asked.linkMore')}
    </p>
    <section aria-labelledby="contact">
      <h2 id="contact">{cx.say('data.contact')}</h2>
      <Contact cx={cx} view={view} />
    </section>
  </Frame>
)

/** What this customer was told of data breaches. */
const Breaches = ({ cx, view }: { cx: PortalContext; view: KnownView }) =>
  view.breaches.length === 0 ? null : (
    <Sheet id="breaches" title={cx.say('data.breaches')}>
      {view.breaches.map(({ at, language, subject, paragraphs }) => (
        <details>
          <summary>{cx.date(at)}</summary>
          <article lang={language}>
            <h3>{subject}</h3>
            {paragraphs.map((paragraph) => (
              <p>{paragraph}</p>
            ))}
          </article>
        </details>
      ))}
    </Sheet>
  )

const Copies = ({ cx, view }: { cx: PortalContext; view: KnownView }) =>
  view.copies.length === 0 ? null : (
    <Sheet id="copies" title={cx.say('data.copies')}>
      <ul class="bullets">
        {view.copies.map(({ id, kind, expiresAt }) => (
          <li>
            <a href={`${cx.base}/data/copies/${encodeURIComponent(id)}`}>{cx.say(`data.copy.${kind}`)}</a>{' '}
            <a href={`${cx.base}/data/copies/${encodeURIComponent(id)}/file`}>{cx.say('data.copyFile')}</a>{' '}
            {cx.say('data.copyUntil', { date: cx.date(expiresAt) })}
          </li>
        ))}
      </ul>
    </Sheet>
  )

const Requests = ({ cx, view }: { cx: PortalContext; view: KnownView }) =>
  view.requests.length === 0 ? null : (
    <Sheet id="requests" title={cx.say('data.requests')}>
      {view.requests.map((one) => (
        <details open={one.decision === null}>
          <summary>
            {cx.say(`data.right.${one.kind}`)}. {cx.date(one.receivedAt)}. {cx.say(`data.state.${one.state}`)}
          </summary>
          {one.decision === null && <p>{cx.say('data.by', { date: cx.date(`${one.dueStrict}T12:00:00Z`) })}</p>}
          {one.letters.map(({ subject, paragraphs, language, mail }) => (
            <>
              <article lang={language}>
                <h3>{subject}</h3>
                {paragraphs.map((paragraph) => (
                  <p>{paragraph}</p>
                ))}
              </article>
              <p class="small subtle">{letterWay(cx, { mail })}</p>
            </>
          ))}
          {one.receipt && cx.base !== undefined && (
            <p>
              <a href={receiptPath(cx, one.receipt)}>{cx.say('data.receipt')}</a>
            </p>
          )}
        </details>
      ))}
    </Sheet>
  )

const AskForm = ({ cx, view, values }: { cx: PortalContext; view: KnownView; values: Form }) => (
  <form class="form sheet" method="post" action={`${cx.base}/data`}>
    <h2>{cx.say('data.ask')}</h2>
    <For cx={cx} view={view} by={values.by ?? 'customer'} />
    <fieldset>
      <legend>{cx.say('data.which')}</legend>
      {kinds.map((kind) => (
        <label class="choice">
          <input type="radio" name="kind" value={kind} required checked={values.kind === kind} />
          <span>
            <b>{cx.say(`data.right.${kind}`)}</b>
            <span class="hint">{cx.say(`data.more.${kind}`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
    <div class="field">
      <label for="words">
        {cx.say('data.words')}
        <span class="hint" id="words-hint">
          {cx.say('data.wordsHint')}
        </span>
      </label>
      <textarea id="words" name="words" rows={4} maxlength={2000} aria-describedby="words-hint">
        {values.words ?? ''}
      </textarea>
    </div>
    <div class="head__acts">
      <button class="button button--first" type="submit">
        {cx.say('data.send')}
      </button>
    </div>
  </form>
)

/** Who asks: the customer, or who is on record for them. Where only the second may, they say that it is them. */
const For = ({ cx, view, by }: { cx: PortalContext; view: KnownView; by: string }) =>
  view.mayNotAsk === null ? (
    <fieldset>
      <legend>{cx.say('data.for')}</legend>
      {(['customer', 'representative'] as const).map((who) => (
        <label class="choice">
          <input type="radio" name="by" value={who} required checked={by === who} />
          <span>
            <b>{cx.say(`data.for.${who}`)}</b>
            {who === 'representative' && <span class="hint">{cx.say('data.for.representativeMore')}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  ) : (
    <fieldset>
      <legend>{cx.say('data.onlyFor')}</legend>
      <label class="choice">
        <input type="checkbox" name="by" value="representative" required />
        <span>
          <b>{cx.say('data.onlyForMe')}</b>
        </span>
      </label>
    </fieldset>
  )

/** The copy as a page that prints: everything that was said, seen and hidden, and the facts beside it. */
export const CopyPage = ({ cx, copy, id }: { cx: PortalContext; copy: SubjectCopy; id: string }) => (
  <Frame cx={cx} title={cx.say(`data.copy.${copy.kind}`)} brand={copy.client.name}>
    <div>
      <p>
        <a class="back" href={`${cx.base}/data`}>
          {cx.say('data.back')}
        </a>
      </p>
      <h1>{cx.say(`data.copy.${copy.kind}`)}</h1>
      <p class="lead">{cx.say('data.copyMade', { date: cx.date(copy.madeAt) })}</p>
      <p>
        <a class="button" href={`${cx.base}/data/copies/${encodeURIComponent(id)}/file`}>
          {cx.say('data.copyFile')}
        </a>
      </p>
    </div>
    {copy.leftOut.length > 0 && (
      <Message kind="attention" title={cx.say('data.leftOut')} quiet>
        <p>{copy.leftOut.map((part) => cx.say(`data.part.${part}`)).join(', ')}</p>
      </Message>
    )}
    <Sheet id="purposes" title={cx.say('data.purposes')}>
      <ul class="bullets">
        {copy.purposes.map(({ name, dataKinds, basis, retentionDays }) => (
          <li>
            <b>{name[cx.language]}</b>. {dataKinds[cx.language]}.{' '}
            {cx.say(`data.basis.${basis}` as 'data.basis.consent')} {cx.count('data.days', retentionDays)}
          </li>
        ))}
      </ul>
    </Sheet>
    {copy.kind === 'access' && (
      <Sheet id="recipients" title={cx.say('data.recipients')}>
        {copy.recipients.length === 0 ? (
          <p>{cx.say('data.nobody')}</p>
        ) : (
          <ul class="bullets">
            {copy.recipients.map(({ name, region, calls }) => (
              <li>
                {name} {region === null ? '' : `(${region})`}: {cx.count('data.times', calls)}
              </li>
            ))}
          </ul>
        )}
      </Sheet>
    )}
    {copy.consents.length > 0 && (
      <Sheet id="consents" title={cx.say('data.consents')}>
        <ul class="bullets">
          {copy.consents.map(({ purpose, state, at }) => (
            <li>
              {cx.moment(at)}: {copy.purposes.find(({ id: one }) => one === purpose)?.name[cx.language] ?? purpose}.{' '}
              {cx.term('state', state)}
            </li>
          ))}
        </ul>
      </Sheet>
    )}
    {copy.conversations.map((one, n) => (
      <Sheet id={`conversation-${n}`} title={cx.say('data.conversation', { at: cx.moment(one.startedAt) })}>
        {one.turns.map(({ role, said, seen, hidden }) => (
          <div class="field">
            <p>
              <b>{cx.term('data.speaker', role)}</b>: {said ?? cx.say('data.notShown')}
            </p>
            {seen !== null && (
              <p class="small">
                {cx.say('data.seen')} <q>{seen}</q>{' '}
                {cx.count(
                  'data.hidden',
                  Object.values(hidden).reduce((sum, k) => sum + k, 0),
                )}
              </p>
            )}
          </div>
        ))}
        {one.calls.length > 0 && (
          <>
            <h3>{cx.say('data.computer')}</h3>
            <ul class="bullets">
              {one.calls.map(({ at, state, model, sources }) => (
                <li>
                  {cx.moment(at)}: {cx.term('data.call', state)}
                  {model === null ? '' : ` (${model})`}
                  {sources.length === 0 ? '' : `. ${cx.say('data.sources', { sources: sources.join(', ') })}`}
                </li>
              ))}
            </ul>
          </>
        )}
      </Sheet>
    ))}
  </Frame>
)
