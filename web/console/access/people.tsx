/** Staff: who may do what, until when, and with which training. */
import type { PersonView } from '../../../src/access/contract.ts'
import { identityChecks, qualificationKinds } from '../../../src/access/contract.ts'
import { roles } from '../../../src/platform/http.ts'
import { type Api, listIn } from '../../api.ts'
import { described, Empty, Field, Head, Icon, Mail, Message, Select, Sheet, State } from '../../ui/components.tsx'
import { dayOf } from '../../ui/dates.ts'
import { type ConsoleContext, keptFor } from '../context.ts'
import { Frame } from '../frame.tsx'
import { loadNamed, type Named, namesOf } from '../parts.tsx'
import { viewWatchers } from './views.tsx'

/** Staff, and the names of the systems that their roles are for. */
export async function loadStaff(api: Api): Promise<{ people: readonly PersonView[]; named: Named }> {
  const [people, named] = await Promise.all([loadPeople(api), loadNamed(api)])
  return { people, named }
}

export const loadPeople = async (api: Api) => listIn<PersonView>(await api.get('/api/people'), 'people')

const path = '/console/people'
export const personAdministrators = ['administrator'] as const
export const qualifiers = ['administrator', 'ethics_officer'] as const

/** A one-time link as the API gives it: its path holds the secret and is shown once. */
export type OneTimeLink = { readonly path: string; readonly expiresAt: string }

export const People = ({
  cx,
  people,
  named,
  done,
}: {
  cx: ConsoleContext
  people: readonly PersonView[]
  named: Named
  done: string | undefined
}) => {
  const untrained = people.filter(
    (person) => !person.disabled && person.roles.some(({ role }) => role === 'overseer') && !trained(person),
  ).length
  return (
    <Frame cx={cx} title={cx.say('area.people')} area={path}>
      <Head
        title={cx.say('area.people')}
        lead={untrained > 0 ? cx.count('people.untrained', untrained) : cx.say('people.lead')}
        acts={
          cx.may(personAdministrators) && (
            <>
              <a class="button" href={`${path}/groups`}>
                {cx.say('groups.title')}
              </a>
              <a class="button button--first" href={`${path}/new`}>
                {cx.say('people.add')}
              </a>
            </>
          )
        }
      />
      <div class="stack">
        {done && cx.knows(`people.done.${done}`) && <Message kind="ok" title={cx.term('people.done', done)} />}
        {people.length === 0 ? (
          <Empty title={cx.say('people.none')}>{cx.say('people.noneMore')}</Empty>
        ) : (
          <Sheet id="staff" title={cx.say('people.list')}>
            <ul class="rows">
              {people.map((person) => (
                <Line cx={cx} person={person} named={named} />
              ))}
            </ul>
          </Sheet>
        )}
      </div>
    </Frame>
  )
}

const trained = (person: PersonView) =>
  person.qualifications.some(({ kind, valid }) => kind === 'human_oversight' && valid)

/** Each role once, with the systems or clients that it is for; without any, it is for all. */
function roleWords(cx: ConsoleContext, person: PersonView, named: Named): string {
  const names = namesOf(cx, named)
  const clientName = (id: string) => cx.me?.clients.find((one) => one.id === id)?.name ?? id
  const places = Map.groupBy(person.roles, ({ role }) => role)
  return [...places]
    .map(([role, given]) => {
      const where = given.flatMap(({ system, client }) =>
        system !== null ? [names.system(system)] : client !== null ? [clientName(client)] : [],
      )
      const word = cx.term('role', role)
      return where.length === 0 ? word : `${word} (${where.sort().join(', ')})`
    })
    .join(', ')
}

const Line = ({ cx, person, named }: { cx: ConsoleContext; person: PersonView; named: Named }) => {
  const oversees = person.roles.some(({ role }) => role === 'overseer')
  return (
    <li class="row" data-row="">
      <Icon name="person" class="is-wait" />
      <div>
        <a href={`${path}/${person.id}`}>
          <b>{person.name}</b>
        </a>
        <br />
        <span class="small">{roleWords(cx, person, named) || cx.say('people.noRole')}</span>
      </div>
      <span>
        {person.disabled ? (
          <State kind="wait">{cx.say('person.disabled')}</State>
        ) : oversees && !trained(person) ? (
          <State kind="attention">{cx.say('person.untrained')}</State>
        ) : oversees ? (
          <State kind="ok">{cx.say('person.trained')}</State>
        ) : null}
      </span>
    </li>
  )
}

type PersonProps = {
  cx: ConsoleContext
  person: PersonView
  clients: readonly { readonly id: string; readonly name: string }[]
  done?: string | undefined
  error?: string | undefined
  /** Shown once, right after it was made. */
  link?: { readonly address: string; readonly expiresAt: string } | undefined
}

export const Person = ({ cx, person, clients, done, error, link }: PersonProps) => {
  const administers = cx.may(personAdministrators)
  const base = `${path}/${person.id}`
  return (
    <Frame
      cx={cx}
      title={person.name}
      area={path}
      crumbs={[{ href: path, word: cx.say('area.people') }, { word: person.name }]}
    >
      <Head
        title={person.name}
        lead={person.email === null ? cx.say('person.noEmail') : <Mail address={person.email} />}
        acts={
          administers && (
            <>
              <form method="post" action={`${base}/link`}>
                <button class="button" type="submit">
                  {cx.say('person.link')}
                </button>
              </form>
              {person.secondFactor && (
                <a class="button" href={`${base}/reset`}>
                  {cx.say('person.reset')}
                </a>
              )}
              {!person.disabled && (
                <form method="post" action={`${base}/sign-out`}>
                  <button class="button" type="submit">
                    {cx.say('person.endSessions')}
                  </button>
                </form>
              )}
              <form method="post" action={`${base}/${person.disabled ? 'enable' : 'disable'}`}>
                <button class="button" type="submit">
                  {cx.say(person.disabled ? 'person.enable' : 'person.disable')}
                </button>
              </form>
            </>
          )
        }
      />
      <div class="stack">
        {cx.may(viewWatchers) && (
          <p>
            <a href={`${base}/views`}>{cx.say('views.person')}</a>
          </p>
        )}
        {error && <Message kind="bad" title={error} />}
        {done && cx.knows(`people.done.${done}`) && <Message kind="ok" title={cx.term('people.done', done)} />}
        {link && <OnceLink cx={cx} link={link} />}
        {person.secondFactor !== undefined && (
          <p>
            <State kind={person.secondFactor ? 'ok' : 'attention'}>
              {cx.say(person.secondFactor ? 'person.second.yes' : 'person.second.no')}
            </State>
          </p>
        )}
        {person.hints?.map(({ code }) => (
          <Message kind="attention" title={cx.term('role.hint', code)} quiet />
        ))}
        <div class="split">
          <Sheet id="roles" title={cx.say('person.roles')}>
            {person.roles.length === 0 ? (
              <p class="subtle">{cx.say('people.noRole')}</p>
            ) : (
              <ul class="rows">
                {person.roles.map(({ id, role, client, system, from, until }) => (
                  <li class="row">
                    <Icon name="ok" class="is-wait" />
                    <div>
                      <b>{cx.term('role', role)}</b>
                      <br />
                      <span class="small subtle">
                        {system ?? clients.find((one) => one.id === client)?.name ?? client ?? cx.say('client.all')}.{' '}
                        {cx.say('person.since', { date: cx.date(from) })}
                        {until && ` ${cx.say('person.until', { date: cx.date(until) })}`}
                      </span>
                    </div>
                    {administers && (
                      <form method="post" action={`${base}/roles/${id}/end`}>
                        <button class="button" type="submit">
                          {cx.say('person.endRole')}
                          <span class="only-read">: {cx.term('role', role)}</span>
                        </button>
                      </form>
                    )}
                  </li>
                ))}
              </ul>
            )}
            {administers && <RoleForm cx={cx} base={base} clients={clients} />}
          </Sheet>
          <Sheet id="training" title={cx.say('person.qualifications')}>
            {person.qualifications.length === 0 ? (
              <p class="subtle">{cx.say('person.noQualification')}</p>
            ) : (
              <ul class="rows">
                {person.qualifications.map(({ kind, attainedOn, validUntil, valid }) => (
                  <li class="row">
                    <Icon
                      name={valid ? 'ok' : 'attention'}
                      class={valid ? 'is-ok' : 'is-attention'}
                      label={cx.say(valid ? 'sign.ok' : 'sign.attention')}
                    />
                    <div>
                      <b>{cx.term('qualification', kind)}</b>
                      <br />
                      <span class="small">
                        {cx.say('person.attained', { date: cx.date(`${attainedOn.slice(0, 10)}T12:00:00Z`) })}{' '}
                        {cx.say(valid ? 'person.validUntil' : 'person.ended', { date: cx.date(validUntil) })}
                      </span>
                    </div>
                  </li>
                ))}
              </ul>
            )}
            {cx.may(qualifiers) && <QualificationForm cx={cx} base={base} />}
          </Sheet>
        </div>
      </div>
    </Frame>
  )
}

const RoleForm = ({ cx, base, clients }: Pick<PersonProps, 'cx' | 'clients'> & { base: string }) => (
  <details>
    <summary>{cx.say('person.addRole')}</summary>
    <form class="form" method="post" action={`${base}/roles`}>
      <Field id="role" label={cx.say('person.role')}>
        <Select
          id="role"
          name="role"
          choices={roles.map((value) => ({ value, word: cx.term('role', value) }))}
          required
        />
      </Field>
      <Field id="role-client" label={cx.say('person.client')}>
        <Select
          id="role-client"
          name="client"
          none={cx.say('client.all')}
          choices={clients.map(({ id, name }) => ({ value: id, word: name }))}
        />
      </Field>
      <button class="button" type="submit">
        {cx.say('person.addRoleNow')}
      </button>
    </form>
  </details>
)

const QualificationForm = ({ cx, base }: { cx: ConsoleContext; base: string }) => (
  <details>
    <summary>{cx.say('person.addQualification')}</summary>
    <form class="form" method="post" action={`${base}/qualifications`}>
      <Field id="kind" label={cx.say('person.kind')}>
        <Select
          id="kind"
          name="kind"
          choices={qualificationKinds.map((value) => ({ value, word: cx.term('qualification', value) }))}
          required
        />
      </Field>
      <Field id="attainedOn" label={cx.say('person.attainedOn')}>
        <input id="attainedOn" name="attainedOn" type="date" required max={dayOf(cx.now)} />
      </Field>
      <Field id="validUntil" label={cx.say('person.validTo')}>
        <input id="validUntil" name="validUntil" type="date" required min={dayOf(cx.now)} />
      </Field>
      <button class="button" type="submit">
        {cx.say('person.addQualificationNow')}
      </button>
    </form>
  </details>
)

const OnceLink = ({ cx, link }: { cx: ConsoleContext; link: NonNullable<PersonProps['link']> }) => (
  <Message kind="attention" title={cx.say('link.once')}>
    <p>{cx.say('link.onceMore', { at: cx.full(link.expiresAt) })}</p>
    <p class="secret">
      <code id="once">{link.address}</code>
      <button class="button" type="button" data-copy="#once" hidden>
        {cx.say('copy')}
      </button>
    </p>
  </Message>
)

type NewProps = {
  cx: ConsoleContext
  clients: readonly { readonly id: string; readonly name: string }[]
  values: Readonly<Record<string, string>>
  error?: string | undefined
}

export const NewPerson = ({ cx, clients, values, error }: NewProps) => (
  <Frame
    cx={cx}
    title={cx.say('people.add')}
    area={path}
    crumbs={[{ href: path, word: cx.say('area.people') }, { word: cx.say('people.add') }]}
  >
    <Head title={cx.say('people.add')} lead={cx.say('people.addMore')} />
    <div class="stack">
      {error && <Message kind="bad" title={error} />}
      <form class="form" method="post" action={path}>
        <Field id="name" label={cx.say('person.name')}>
          <input id="name" name="name" required maxlength={200} autocomplete="off" value={values.name ?? ''} />
        </Field>
        <Field id="email" label={cx.say('signIn.email')} hint={cx.say('person.emailHint')}>
          <input
            id="email"
            name="email"
            type="email"
            required
            maxlength={200}
            autocomplete="off"
            value={values.email ?? ''}
            {...described('email', true, undefined)}
          />
        </Field>
        <Field id="role" label={cx.say('person.role')}>
          <Select
            id="role"
            name="role"
            value={values.role}
            choices={roles.map((value) => ({ value, word: cx.term('role', value) }))}
            required
          />
        </Field>
        <Field id="client" label={cx.say('person.client')}>
          <Select
            id="client"
            name="client"
            value={values.client}
            none={cx.say('client.all')}
            choices={clients.map(({ id, name }) => ({ value: id, word: name }))}
          />
        </Field>
        <div class="head__acts">
          <a class="button" href={path}>
            {cx.say('people.notAdd')}
          </a>
          <button class="button button--first" type="submit">
            {cx.say('people.addNow')}
          </button>
        </div>
      </form>
    </div>
  </Frame>
)

// -- the client one looks at --------------------------------------------------------------------

export const Clients = ({ cx, back }: { cx: ConsoleContext; back: string }) => (
  <Frame cx={cx} title={cx.say('clients.title')}>
    <Head title={cx.say('clients.title')} lead={cx.say('clients.lead')} />
    <form class="sheet form" method="post" action="/console/client">
      <input type="hidden" name="back" value={back} />
      <ul class="rows">
        {[{ id: '', name: cx.say('client.all') }, ...(cx.me?.clients ?? [])].map(({ id, name }) => {
          const current = (cx.me?.client ?? '') === id
          return (
            <li class="row row--plain" data-row="">
              <b>{name}</b>
              {current ? (
                <State kind="ok">{cx.say('clients.current')}</State>
              ) : (
                <button class="button" type="submit" name="client" value={id}>
                  {cx.say('clients.choose')}
                  <span class="only-read">: {name}</span>
                </button>
              )}
            </li>
          )
        })}
      </ul>
    </form>
  </Frame>
)

/** Before a second step is taken away: how it was made sure who asks. */
export const ResetFactor = ({
  cx,
  person,
  error,
}: {
  cx: ConsoleContext
  person: { readonly id: string; readonly name: string }
  error?: string | undefined
}) => {
  const back = `${path}/${person.id}`
  const chosen = keptFor(cx, `${back}/reset`)?.checked
  return (
    <Frame
      cx={cx}
      title={cx.say('reset.title')}
      area={path}
      crumbs={[
        { href: path, word: cx.say('area.people') },
        { href: back, word: person.name },
        { word: cx.say('reset.title') },
      ]}
    >
      <Head title={cx.say('reset.title')} lead={cx.say('reset.lead', { name: person.name })} />
      <form class="form" method="post" action={`${back}/reset`}>
        {error && <Message kind="bad" title={error} />}
        <fieldset>
          <legend>{cx.say('reset.checked')}</legend>
          {identityChecks.map((check) => (
            <label class="choice">
              <input type="radio" name="checked" value={check} checked={check === chosen} required />
              <span>{cx.say(`reset.checked.${check}`)}</span>
            </label>
          ))}
        </fieldset>
        <div class="head__acts">
          <a class="button" href={back}>
            {cx.say('reset.keep')}
          </a>
          <button class="button button--stop" type="submit">
            {cx.say('person.reset')}
          </button>
        </div>
      </form>
    </Frame>
  )
}
