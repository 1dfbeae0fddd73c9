/** The parts that every screen is made of. One component is one class of the style sheets. */
import type { Child, PropsWithChildren } from 'hono/jsx'
import { hyphenated } from './hyphens.ts'

export type IconName =
  | 'logo'
  | 'find'
  | 'menu'
  | 'person'
  | 'bad'
  | 'keur'
  | 'attention'
  | 'unknown'
  | 'ok'
  | 'wait'
  | 'file'
  | 'letter'
  | 'ai'
  | 'chat'
  | 'go'
  | 'again'
  | 'broken'
  | 'stop'
  | 'tool'
  | 'eye'

/** One sprite for the whole origin; it keeps its address, so that a page needs nothing to name it. */
export const SPRITE = '/assets/icons.svg'

/** With `label` it is read aloud, without it is decoration beside a word. */
export const Icon = ({ name, label, class: extra }: { name: IconName; label?: string; class?: string }) => {
  const look = extra === undefined ? 'icon' : `icon ${extra}`
  return label === undefined ? (
    <svg class={look} aria-hidden="true">
      <use href={`${SPRITE}#${name}`} />
    </svg>
  ) : (
    <svg class={look} role="img" aria-label={label}>
      <use href={`${SPRITE}#${name}`} />
    </svg>
  )
}

export type StateKind = 'ok' | 'attention' | 'bad' | 'unknown' | 'wait'

/** Shape, word and colour together: never colour alone. */
export const State = ({ kind, block, children }: PropsWithChildren<{ kind: StateKind; block?: boolean }>) => (
  <span class={`state state--${kind}${block ? ' state--block' : ''}`}>
    <Icon name={kind} />
    {children}
  </span>
)

/** A count over recorded entries, that opens them. `title` says what of, for who hears the number alone. */
export const Evidence = ({ href, title, children }: PropsWithChildren<{ href: string; title: string }>) => (
  <a class="evidence" href={href} title={title}>
    {children}
    <Icon name="keur" />
  </a>
)

/** One subject. `id` names the heading; `side` stands opposite it. */
/** Long words of a heading or a name may be broken at their joints. */
const broken = (text: Child): Child => (typeof text === 'string' ? hyphenated(text) : text)

export const Sheet = ({
  id,
  title,
  side,
  children,
}: PropsWithChildren<{ id: string; title: string; side?: Child }>) => (
  <section class="sheet" aria-labelledby={id}>
    <header>
      <h2 id={id}>{broken(title)}</h2>
      {side}
    </header>
    {children}
  </section>
)

export type Fact = readonly [name: string, value: Child]

export const Facts = ({ facts, narrow }: { facts: readonly (Fact | undefined)[]; narrow?: boolean }) => (
  <dl class={narrow ? 'facts facts--narrow' : 'facts'}>
    {facts.map(
      (fact) =>
        fact && (
          <>
            <dt>{broken(fact[0])}</dt>
            <dd>{fact[1]}</dd>
          </>
        ),
    )}
  </dl>
)

export type MessageKind = 'ok' | 'attention' | 'bad' | 'unknown'

/** News: what happened, what it means for the reader, what to do. Errors are announced at once, other news politely. */
export const Message = ({
  kind,
  title,
  quiet,
  level = 2,
  children,
}: PropsWithChildren<{ kind: MessageKind; title: string; quiet?: boolean; level?: 2 | 3 }>) => (
  <div class={`message message--${kind}`} role={quiet ? undefined : kind === 'bad' ? 'alert' : 'status'}>
    <Icon name={kind} />
    <div>
      {level === 2 ? <h2>{title}</h2> : <h3>{title}</h3>}
      {children}
    </div>
  </div>
)

export const Empty = ({ title, children }: PropsWithChildren<{ title: string }>) => (
  <div class="empty">
    <b>{title}</b>
    {children}
  </div>
)

export type Crumb = { readonly href?: string; readonly word: Child }

export const Crumbs = ({ label, crumbs }: { label: string; crumbs: readonly Crumb[] }) => (
  <nav aria-label={label}>
    <ol class="crumbs">
      {crumbs.map(({ href, word }) => (
        <li>{href === undefined ? <span class="id">{word}</span> : <a href={href}>{word}</a>}</li>
      ))}
    </ol>
  </nav>
)

/** Title, at most three sentences under it, and the acts of the page. */
export const Head = ({ title, lead, acts }: { title: Child; lead?: Child; acts?: Child }) => (
  <div class="head">
    <div>
      <h1>{broken(title)}</h1>
      {lead && <p class="lead">{lead}</p>}
    </div>
    {acts && <div class="head__acts">{acts}</div>}
  </div>
)

/** An address of mail, which may be broken before its sign. */
export const Mail = ({ address }: { address: string }) => {
  const at = address.lastIndexOf('@')
  return at < 1 ? (
    address
  ) : (
    <>
      {address.slice(0, at)}
      <wbr />
      {address.slice(at)}
    </>
  )
}

/** A wide table scrolls by itself, and its region has a name of its own. */
export const Scroll = ({ label, children }: PropsWithChildren<{ label: string }>) => (
  // tabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
  <section class="scroll" tabindex={0} aria-label={label}>
    {children}
  </section>
)

export const Field = ({
  id,
  label,
  hint,
  error,
  children,
}: PropsWithChildren<{ id: string; label: string; hint?: string | undefined; error?: string | undefined }>) => (
  <div class={error === undefined ? 'field' : 'field field--wrong'}>
    <label for={id}>
      {label}
      {hint !== undefined && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </label>
    {error !== undefined && (
      <p class="field__error" id={`${id}-error`}>
        <Icon name="attention" />
        <span>{error}</span>
      </p>
    )}
    {children}
  </div>
)

/** What ties an input to its hint and its error. */
export const described = (id: string, hint: unknown, error: unknown) => {
  const ids = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].filter(Boolean)
  return {
    ...(ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') }),
    ...(error === undefined ? {} : { 'aria-invalid': 'true' as const }),
  }
}

export type Choice = { readonly value: string; readonly word: string }

export const Select = ({
  id,
  name,
  value,
  none,
  choices,
  required,
  hinted,
  error,
}: {
  id: string
  name: string
  value?: string | undefined
  none?: string
  choices: readonly Choice[]
  required?: boolean
  /** Its field has a hint. */
  hinted?: boolean
  error?: string | undefined
}) => (
  <select id={id} name={name} required={required} {...described(id, hinted || undefined, error)}>
    {none !== undefined && <option value="">{none}</option>}
    {choices.map((choice) => (
      <option value={choice.value} selected={choice.value === value}>
        {choice.word}
      </option>
    ))}
  </select>
)
