/** Which group of the identity provider gives which role, and where. */
import type { GroupRoles } from '../../../src/access/contract.ts'
import { roles } from '../../../src/platform/http.ts'
import { type Api, listIn } from '../../api.ts'
import { described, Empty, Field, Head, Icon, Message, Select, Sheet } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'

export const loadGroups = async (api: Api) =>
  listIn<GroupRoles[number]>(await api.get('/api/group-roles'), 'groupRoles')

type Props = {
  cx: ConsoleContext
  groupRoles: readonly GroupRoles[number][]
  values?: Readonly<Record<string, string>>
  done?: string | undefined
  error?: string | undefined
}

const path = '/console/people/groups'

export const Groups = ({ cx, groupRoles, values = {}, done, error }: Props) => (
  <Frame
    cx={cx}
    title={cx.say('groups.title')}
    area="/console/people"
    crumbs={[{ href: '/console/people', word: cx.say('area.people') }, { word: cx.say('groups.title') }]}
  >
    <Head title={cx.say('groups.title')} lead={cx.say('groups.lead')} />
    <div class="stack">
      {error && <Message kind="bad" title={error} />}
      {done && cx.knows(`groups.done.${done}`) && <Message kind="ok" title={cx.term('groups.done', done)} />}
      {groupRoles.length === 0 ? (
        <Empty title={cx.say('groups.none')}>{cx.say('groups.noneMore')}</Empty>
      ) : (
        <Sheet id="groups" title={cx.say('groups.list')}>
          <ul class="rows">
            {groupRoles.map(({ id, group, role, client }) => (
              <li class="row">
                <Icon name="person" class="is-wait" />
                <div>
                  <b dir="auto">{group}</b>
                  <br />
                  <span class="small subtle">
                    {cx.term('role', role)},{' '}
                    {cx.me?.clients.find((one) => one.id === client)?.name ?? client ?? cx.say('client.all')}
                  </span>
                </div>
                <form method="post" action={`${path}/${id}/remove`}>
                  <button class="button" type="submit">
                    {cx.say('groups.remove')}
                    <span class="only-read">: {group}</span>
                  </button>
                </form>
              </li>
            ))}
          </ul>
        </Sheet>
      )}
      <Sheet id="add-group" title={cx.say('groups.add')}>
        <form class="form" method="post" action={path}>
          <Field id="group" label={cx.say('groups.group')} hint={cx.say('groups.groupHint')}>
            <input
              id="group"
              name="group"
              required
              maxlength={200}
              autocomplete="off"
              value={values.group ?? ''}
              {...described('group', true, undefined)}
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
              choices={(cx.me?.clients ?? []).map(({ id, name }) => ({ value: id, word: name }))}
            />
          </Field>
          <button class="button button--first" type="submit">
            {cx.say('groups.addNow')}
          </button>
        </form>
      </Sheet>
    </div>
  </Frame>
)
