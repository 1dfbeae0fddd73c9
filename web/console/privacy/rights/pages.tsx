/** Pages of requests, retention, holds and breaches: what each loads, and what its forms do. */
import type { Context, Hono } from 'hono'
import type { BreachDetail, Bundle, RequestDetail } from '../../../../src/privacy/rights/contract.ts'
import { sendFile, sendPage } from '../../../answer.ts'
import type { Api } from '../../../api.ts'
import { instantOf } from '../../../ui/dates.ts'
import { type ConsoleKit, type Form, param } from '../../kit.ts'
import { loadSubject } from '../subjects/person.tsx'
import { Breach, Breaches, breachesPath, loadBreach, loadBreaches } from './breach.tsx'
import { Letters, wordsIn } from './breach-letters.tsx'
import { FindAsker, Recorded, RecordRequest, recordedBody } from './record.tsx'
import {
  ErasedLetter,
  loadRequest,
  loadRequests,
  RequestPage,
  Requests,
  recordPath,
  requestSteps,
  requestsPath,
} from './requests.tsx'
import { loadRetention, Retention, retentionPath } from './retention.tsx'

type Kit = Pick<ConsoleKit, 'page' | 'act'> & {
  readonly contextFor: (
    api: Parameters<Parameters<ConsoleKit['page']>[0]>[0],
    c: Context,
  ) => Promise<Parameters<Parameters<ConsoleKit['page']>[1]>[0]>
}

export function mountRights(app: Hono, kit: Kit): void {
  mountRequests(app, kit)
  mountRetention(app, kit)
  mountBreaches(app, kit)
}

const given = (form: Form, ...names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (form[name]?.trim() ? [[name, form[name].trim()]] : [])))

function mountRequests(app: Hono, { page, act, contextFor }: Kit): void {
  const idOf = (c: Context) => param(c, 'id')
  const api = (c: Context, step: string) => `/api/requests/${encodeURIComponent(idOf(c))}/${step}`
  app.get(
    requestsPath,
    page(loadRequests, (cx, requests) => <Requests cx={cx} requests={requests} />),
  )
  mountRecord(app, { page, act, contextFor })
  app.get(
    `${requestsPath}/:id`,
    page(
      (from, c) => loadRequest(from, idOf(c)),
      (cx, request, c) => <RequestPage cx={cx} request={request} done={c.req.query('done')} />,
    ),
  )
  for (const step of requestSteps) {
    // A form that was sent before its sender had to confirm: back to the request.
    app.get(`${requestsPath}/:id/${step}`, (c) => c.redirect(`${requestsPath}/${encodeURIComponent(idOf(c))}`, 303))
    app.post(
      `${requestsPath}/:id/${step}`,
      act(
        async (to, form, c) => {
          const body =
            step === 'decide'
              ? {
                  ...given(form, 'decision', 'explanation'),
                  grounds: form.ground ? [form.ground] : [],
                  leaveOut: form.leaveOut ? [form.leaveOut] : [],
                }
              : given(form, 'reason', 'explanation')
          const answer = await to.post<{ request: RequestDetail; letter: RequestDetail['letters'][number] }>(
            api(c, step),
            body,
          )
          // Of an erasure the letter is in the answer, and nowhere else.
          if (answer.request.kind === 'erasure' && answer.request.decision === 'granted')
            return sendPage(
              c,
              <ErasedLetter cx={await contextFor(to, c)} letter={answer.letter} request={answer.request} />,
            )
          return `${requestsPath}/${encodeURIComponent(idOf(c))}?done=${step}`
        },
        async (cx, from, form, error, c) => (
          <RequestPage
            cx={cx}
            request={await loadRequest(from, idOf(c))}
            error={error}
            filled={{ step, values: form }}
          />
        ),
      ),
    )
  }
}

/** Before the address of one request, which would fit it too. */
function mountRecord(app: Hono, { page, act, contextFor }: Kit): void {
  type Found = { readonly subject: string | null }
  type Made = { readonly id: string; readonly letter: RequestDetail['letters'][number] }
  const loadWhose = async (api: Parameters<typeof loadSubject>[0], c: Context) => {
    const subject = c.req.query('subject')
    return subject === undefined ? undefined : loadSubject(api, subject)
  }
  app.get(
    recordPath,
    page(loadWhose, (cx, view, c) =>
      view === undefined ? (
        <FindAsker cx={cx} />
      ) : (
        <RecordRequest cx={cx} view={view} conversation={c.req.query('conversation')} />
      ),
    ),
  )
  app.get(`${recordPath}/find`, (c) => c.redirect(recordPath, 303))
  app.post(
    `${recordPath}/find`,
    act(
      async (api, form, c) => {
        const { subject } = await api.post<Found>('/api/privacy/subjects/find', {
          ...given(form, 'client', 'reference', 'conversation'),
          reason: 'data_request',
        })
        if (subject === null) return sendPage(c, <FindAsker cx={await contextFor(api, c)} none values={form} />)
        const of = form.conversation ? { conversation: form.conversation.trim() } : {}
        return `${recordPath}?${new URLSearchParams({ subject, ...of })}`
      },
      async (cx, _, form, error) => <FindAsker cx={cx} error={error} values={form} />,
    ),
  )
  app.post(
    recordPath,
    act(
      async (api, form, c) => {
        const { id, letter } = await api.post<Made>('/api/requests', recordedBody(form))
        return sendPage(c, <Recorded cx={await contextFor(api, c)} id={id} letter={letter} />)
      },
      async (cx, api, form, error) => (
        <RecordRequest
          cx={cx}
          view={await loadSubject(api, form.subject ?? '')}
          conversation={form.conversation}
          error={error}
          values={form}
        />
      ),
    ),
  )
}

function mountRetention(app: Hono, { page, act }: Kit): void {
  app.get(
    retentionPath,
    page(loadRetention, (cx, data, c) => <Retention cx={cx} data={data} done={c.req.query('done')} />),
  )
  app.post(
    `${retentionPath}/holds`,
    act(
      async (api, form) => {
        const { on = 'conversation', which = '', endsAt = '' } = form
        const place = on === 'subject' ? { subject: which } : on === 'case' ? { case: which } : { conversation: which }
        await api.post('/api/holds', {
          ...place,
          ...given(form, 'reason', 'reference'),
          endsAt: instantOf(`${endsAt}T12:00`),
        })
        return `${retentionPath}?done=placed`
      },
      async (cx, api, form, error) => <Retention cx={cx} data={await loadRetention(api)} error={error} values={form} />,
    ),
  )
  app.post(
    `${retentionPath}/holds/:id/lift`,
    act(
      async (api, form, c) => {
        await api.post(`/api/holds/${encodeURIComponent(param(c, 'id'))}/lift`, given(form, 'reason'))
        return `${retentionPath}?done=lifted`
      },
      async (cx, api, _, error) => <Retention cx={cx} data={await loadRetention(api)} error={error} />,
    ),
  )
}

/** All pieces of it. */
async function wholeBundle(api: Api, breach: string, references: readonly string[]): Promise<Bundle> {
  const whole: Bundle = { letters: [], erased: 0, more: null }
  let after: string | null = null
  do {
    const piece: Bundle = await api.post<Bundle>(`/api/breaches/${encodeURIComponent(breach)}/letters`, {
      references,
      ...(after === null ? {} : { after }),
    })
    whole.letters.push(...piece.letters)
    whole.erased += piece.erased
    after = piece.more
  } while (after !== null)
  return whole
}

function mountBreaches(app: Hono, { page, act, contextFor }: Kit): void {
  const idOf = (c: Context) => param(c, 'id')
  app.get(
    breachesPath,
    page(loadBreaches, (cx, breaches) => <Breaches cx={cx} breaches={breaches} />),
  )
  app.post(
    breachesPath,
    act(
      async (api, form) => {
        const { kind = '', category = '', discoveredAt = '' } = form
        const breach = await api.post<BreachDetail>('/api/breaches', {
          ...given(form, 'client', 'cause', 'what', 'measures'),
          kinds: [kind],
          categories: [category],
          discoveredAt: instantOf(discoveredAt),
        })
        return `${breachesPath}/${encodeURIComponent(breach.id)}`
      },
      async (cx, api, form, error) => (
        <Breaches cx={cx} breaches={await loadBreaches(api)} error={error} values={form} />
      ),
    ),
  )
  app.get(
    `${breachesPath}/:id`,
    page(
      (api, c) => loadBreach(api, idOf(c)),
      (cx, breach, c) => <Breach cx={cx} breach={breach} done={c.req.query('done')} />,
    ),
  )
  app.get(
    `${breachesPath}/:id/file`,
    act(
      async (api, _, c) => breachFile(c, await loadBreach(api, idOf(c))),
      async (cx, api, _, error, c) => <Breach cx={cx} breach={await loadBreach(api, idOf(c))} error={error} />,
    ),
  )
  const step = (name: string, bodyOf: (form: Form) => object) => {
    // A form that was sent before its sender had to confirm: back to the breach.
    app.get(`${breachesPath}/:id/${name}`, (c) => c.redirect(`${breachesPath}/${encodeURIComponent(idOf(c))}`, 303))
    app.post(
      `${breachesPath}/:id/${name}`,
      act(
        async (api, form, c) => {
          await api.post(`/api/breaches/${encodeURIComponent(idOf(c))}/${name}`, bodyOf(form))
          return `${breachesPath}/${encodeURIComponent(idOf(c))}?done=${name}`
        },
        async (cx, api, form, error, c) => (
          <Breach cx={cx} breach={await loadBreach(api, idOf(c))} error={error} values={form} />
        ),
      ),
    )
  }
  step('affected', ({ by = 'system', which = '', from = '', until = '' }) => ({
    [by]: which.trim(),
    from: instantOf(from),
    until: instantOf(until),
  }))
  step('assess', (form) => ({
    ...given(form, 'risk', 'reasons', 'consequences', 'tellException'),
    notifyAuthority: form.notifyAuthority === 'true',
    tellPeople: form.tellPeople === 'true',
  }))
  step('letter', wordsIn)
  step('assign', ({ person }) => ({ person: person || null }))
  app.get(`${breachesPath}/:id/letters`, (c) => c.redirect(`${breachesPath}/${encodeURIComponent(idOf(c))}`, 303))
  app.post(
    `${breachesPath}/:id/letters`,
    act(
      async (api, form, c) => {
        const breach = await loadBreach(api, idOf(c))
        const bundle = await wholeBundle(api, breach.id, (form.references ?? '').split(/[\s,;]+/).filter(Boolean))
        if (form.as === 'file')
          return sendFile(
            c,
            `waarborg-letters-${breach.discoveredAt.slice(0, 10)}.json`,
            `${JSON.stringify(bundle, null, 2)}\n`,
          )
        const path = `${breachesPath}/${encodeURIComponent(breach.id)}`
        return sendPage(c, <Letters cx={await contextFor(api, c)} breach={breach} path={path} bundle={bundle} />)
      },
      async (cx, api, form, error, c) => (
        <Breach cx={cx} breach={await loadBreach(api, idOf(c))} error={error} values={form} />
      ),
    ),
  )
  step('notify', (form) => ({
    ...given(form, 'reference', 'lateReason'),
    authority: form.authority === 'true',
    people: form.people === 'true',
  }))
  step('close', () => ({}))
}

/** The report as a file, for the form of the authority. */
export const breachFile = (c: Context, breach: BreachDetail): Response =>
  sendFile(c, `waarborg-breach-${breach.discoveredAt.slice(0, 10)}.json`, `${JSON.stringify(breach, null, 2)}\n`)
