/** Pages of a customer's consents: what each loads, and what its forms do. */
import type { Context, Hono } from 'hono'
import { relations } from '../../../../src/privacy/subject/contract.ts'
import { sendFile, sendPage } from '../../../answer.ts'
import { dayStart } from '../../../ui/dates.ts'
import { type ConsoleKit, param } from '../../kit.ts'
import { FindSubject, subjectPath, subjectsPath } from './find.tsx'
import { loadSubject, SubjectPage } from './person.tsx'

type Kit = Pick<ConsoleKit, 'page' | 'act'> & {
  readonly contextFor: (
    api: Parameters<Parameters<ConsoleKit['page']>[0]>[0],
    c: Context,
  ) => Promise<Parameters<Parameters<ConsoleKit['page']>[1]>[0]>
}

export function mountSubjects(app: Hono, { page, act, contextFor }: Kit): void {
  const idOf = (c: Context) => param(c, 'subject')
  const api = (c: Context, step: string) => `/api/privacy/subjects/${encodeURIComponent(idOf(c))}/${step}`
  app.get(
    subjectsPath,
    page(
      async () => undefined,
      (cx) => <FindSubject cx={cx} />,
    ),
  )
  app.post(
    subjectsPath,
    act(
      async (to, form, c) => {
        const { client = '', reference = '', reason } = form
        const { subject } = await to.post<{ subject: string | null }>('/api/privacy/subjects/find', {
          client,
          reference: reference.trim(),
          reason,
        })
        return subject === null
          ? sendPage(c, <FindSubject cx={await contextFor(to, c)} none values={form} />)
          : subjectPath(subject)
      },
      async (cx, _, form, error) => <FindSubject cx={cx} error={error} values={form} />,
    ),
  )
  app.get(
    `${subjectsPath}/:subject`,
    page(
      (from, c) => loadSubject(from, idOf(c)),
      (cx, view, c) => <SubjectPage cx={cx} view={view} done={c.req.query('done')} />,
    ),
  )
  app.get(
    `${subjectsPath}/:subject/file`,
    act(
      async (from, _, c) => {
        const wanted = c.req.query('format') === 'vcon' ? 'vcon' : '27560'
        const { format, record } = await from.get<{ format: string; record: object }>(api(c, 'consents/export'), {
          format: wanted,
        })
        return sendFile(c, `waarborg-consents-${format}.json`, `${JSON.stringify(record, null, 2)}\n`)
      },
      async (cx, from, _, error, c) => <SubjectPage cx={cx} view={await loadSubject(from, idOf(c))} error={error} />,
    ),
  )

  const step = (
    path: string,
    change: (
      to: Parameters<Parameters<typeof act>[0]>[0],
      form: Parameters<Parameters<typeof act>[0]>[1],
      c: Context,
    ) => Promise<unknown>,
    done: string,
  ) => {
    // A form that was sent before its sender had to confirm: back to the customer.
    app.get(`${subjectsPath}/:subject/${path}`, (c) => c.redirect(subjectPath(idOf(c)), 303))
    app.post(
      `${subjectsPath}/:subject/${path}`,
      act(
        async (to, form, c) => {
          await change(to, form, c)
          return `${subjectPath(idOf(c))}?done=${done}`
        },
        async (cx, from, form, error, c) => (
          <SubjectPage cx={cx} view={await loadSubject(from, idOf(c))} error={error} values={form} />
        ),
      ),
    )
  }
  step(
    'answer',
    (to, { purpose, state, by, notice, version, language, channel }, c) =>
      to.post(api(c, 'consents'), {
        purpose,
        state,
        by,
        wording: { version, language, channel, ...(notice ? { notice } : {}) },
      }),
    'answer',
  )
  step(
    'representatives',
    (to, { relation = '', for: purpose, evidence = '', validUntil = '' }, c) => {
      // «Valid up to and including»: the whole of the day counts.
      const end = dayStart(validUntil, 1)
      return to.post(api(c, 'representatives'), {
        kind: (relations.guardian as readonly string[]).includes(relation) ? 'guardian' : 'mandate',
        relation,
        evidence: evidence.trim(),
        ...(purpose ? { purposes: [purpose] } : {}),
        ...(end === undefined ? {} : { validUntil: end }),
      })
    },
    'representatives',
  )
  step(
    'representatives/:representative/end',
    (to, _, c) => to.post(api(c, `representatives/${encodeURIComponent(param(c, 'representative'))}/end`)),
    'ended',
  )
  step(
    'circumstance',
    (to, { circumstance, bornOn }, c) => to.post(api(c, 'circumstance'), bornOn ? { bornOn } : { circumstance }),
    'circumstance',
  )
}
