/** The pages of trying and measuring: what each loads, and what its forms do. */
import type { Context, Hono } from 'hono'
import { ApiError } from '../../../../src/platform/http.ts'
import { sendFile, sendPage } from '../../../answer.ts'
import type { Api } from '../../../api.ts'
import type { ConsoleContext } from '../../context.ts'
import type { ConsoleKit } from '../../kit.ts'
import type { ConversationDetail } from '../../records/chain.ts'
import { Coverage, type CoverageDone, loadCoverage, RemoveSample } from './coverage.tsx'
import { goldOf, type Marks, nameOf, noMarks, readMarks, type Span, stretchOf } from './marks.ts'
import { type Asked, coveragePath, Try, tryPath } from './try.tsx'
import { labelsInOrder, type TryReply } from './types.ts'

type Form = Readonly<Record<string, string>>
const dones: readonly string[] = ['measured', 'imported', 'removed']

export function mountSamples(app: Hono, { page, act, contextFor }: ConsoleKit): void {
  app.get(
    tryPath,
    page(
      async (api, c) => {
        const conversation = c.req.query('conversation')
        if (conversation === undefined) return undefined
        const taken = await api.get<ConversationDetail>(`/api/conversations/${encodeURIComponent(conversation)}`)
        const asked = askedOf(taken)
        return { asked, tried: asked.text === '' ? undefined : await tryIt(api, asked) }
      },
      (cx, data, c) => (
        <Try
          cx={cx}
          asked={data?.asked ?? { ...nothingAsked, client: cx.me?.client ?? '', language: cx.language }}
          tried={data?.tried}
          marks={noMarks}
          closed={data !== undefined && data.asked.text === ''}
          saved={c.req.query('saved')}
        />
      ),
    ),
  )
  app.post(
    tryPath,
    act(
      async (api, form, c) => {
        const asked = askedIn(form)
        const tried = await tryIt(api, asked)
        const before = readMarks(form.marks)
        if (form.do === 'save') return save(api, asked, tried, before, form)
        const { marks, missing } = form.do === 'look' ? { marks: noMarks, missing: false } : judged(tried, before, form)
        const cx = await contextFor(api, c)
        const values = missing ? form : form.do === 'miss' ? { turn: form.turn ?? '', label: form.label ?? '' } : {}
        return sendPage(
          c,
          <Try
            cx={cx}
            asked={asked}
            tried={tried}
            marks={marks}
            values={values}
            error={missing ? cx.say('try.notThere') : undefined}
          />,
        )
      },
      async (cx, api, form, error) => {
        const asked = askedIn(form)
        const tried = form.marks === undefined ? undefined : await tryIt(api, asked).catch(() => undefined)
        return <Try cx={cx} asked={asked} tried={tried} marks={readMarks(form.marks)} values={form} error={error} />
      },
    ),
  )

  const coverage = async (cx: ConsoleContext, api: Api, error: string) => (
    <Coverage cx={cx} data={await loadCoverage(api)} error={error} />
  )
  app.get(
    coveragePath,
    page(loadCoverage, (cx, data, c) => {
      const done = c.req.query('done') ?? ''
      return <Coverage cx={cx} data={data} done={dones.includes(done) ? (done as CoverageDone) : undefined} />
    }),
  )
  app.post(
    `${coveragePath}/measure`,
    act(
      async (api) => {
        await api.post('/api/privacy/coverage', {})
        return `${coveragePath}?done=measured`
      },
      (cx, api, _, error) => coverage(cx, api, error),
    ),
  )
  app.post(
    `${coveragePath}/export`,
    act(
      async (api, _, c) => {
        const { lines } = await api.post<{ lines: readonly object[] }>('/api/privacy/samples/export', {})
        return sendFile(c, 'samples.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
      },
      (cx, api, _, error) => coverage(cx, api, error),
    ),
  )
  app.post(
    `${coveragePath}/import`,
    act(
      async (api, { client = '' }, c) => {
        const { file } = await c.req.parseBody()
        if (file instanceof File && file.size > 0 && !/\.(jsonl|ndjson)$/i.test(file.name))
          throw new ApiError(422, 'file_kind', { param: 'file' })
        await api.post('/api/privacy/samples/import', { client, lines: file instanceof File ? await file.text() : '' })
        return `${coveragePath}?done=imported`
      },
      (cx, api, _, error) => coverage(cx, api, error),
    ),
  )
  const sampleOf = (c: Context) => c.req.param('id') ?? ''
  app.get(
    '/console/privacy/samples/:id/remove',
    page(
      async (api) => api.get('/api/privacy/samples'),
      (cx, _, c) => <RemoveSample cx={cx} id={sampleOf(c)} />,
    ),
  )
  app.post(
    '/console/privacy/samples/:id/remove',
    act(
      async (api, _, c) => {
        await api.delete(`/api/privacy/samples/${encodeURIComponent(sampleOf(c))}`)
        return `${coveragePath}?done=removed`
      },
      async (cx, _, __, error, c) => <RemoveSample cx={cx} id={sampleOf(c)} error={error} />,
    ),
  )
}

const nothingAsked: Asked = { client: '', language: 'nl', channel: 'chat', text: '', conversation: '' }

const askedIn = ({ client = '', language = '', channel = '', text = '', conversation = '' }: Form): Asked => ({
  client,
  language,
  channel,
  text,
  conversation,
})

const prefixes: Readonly<Record<string, string>> = { customer: 'klant', agent: 'agent', ai: 'ai' }

/** A stored conversation as a text to try; empty when this person may not read it. */
function askedOf(taken: ConversationDetail): Asked {
  const lines = taken.turnsList.flatMap(({ role, said }) => {
    const who = prefixes[role]
    return who === undefined || said === null ? [] : [`${who}: ${said.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ')}`]
  })
  return {
    client: taken.client,
    language: taken.language.toLowerCase().startsWith('en') ? 'en' : 'nl',
    channel: taken.channel === 'voice' ? 'speech' : taken.channel === 'email' ? 'email' : 'chat',
    text: lines.join('\n'),
    conversation: taken.id,
  }
}

const tryIt = (api: Api, { client, language, channel, text }: Asked): Promise<TryReply> =>
  api.post<TryReply>('/api/privacy/try', { client, language, channel, text })

/** The marks after one act of the person; `missing`: the words that were named are not there. */
function judged(tried: TryReply, before: Marks, form: Form): { marks: Marks; missing: boolean } {
  const [verb = '', ...rest] = (form.do ?? '').split(':')
  const name = rest.join(':')
  const over = before.over.filter((one) => one !== name)
  if (verb === 'over') return { marks: { ...before, over: [...over, name] }, missing: false }
  if (verb === 'keep') return { marks: { ...before, over }, missing: false }
  if (verb === 'unmiss')
    return { marks: { ...before, missed: before.missed.filter((one) => nameOf(one) !== name) }, missing: false }
  if (verb !== 'miss') return { marks: before, missing: false }
  const missed = missedIn(tried, before, form)
  return missed === undefined
    ? { marks: before, missing: true }
    : { marks: { ...before, missed: [...before.missed, missed] }, missing: false }
}

function missedIn(tried: TryReply, { missed }: Marks, form: Form): Span | undefined {
  const turn = Number(form.turn) - 1
  const text = tried.turns[turn]?.text
  const label = labelsInOrder.find((one) => one === form.label)
  if (text === undefined || label === undefined) return undefined
  const number = (value: string | undefined) => (value && /^\d{1,4}$/.test(value) ? Number(value) : undefined)
  const taken = missed.filter((one) => one.turn === turn)
  const asked = { words: form.words ?? '', from: number(form.from), to: number(form.to) }
  // What is found already may be part of what is meant, but it is not meant by itself.
  const found = tried.turns[turn]!.findings.filter(({ start, end }) => text.slice(start, end) === asked.words.trim())
  const place = stretchOf(text, asked, [...taken, ...found])
  if (place === undefined || taken.some((one) => one.start < place.end && place.start < one.end)) return undefined
  return { turn, ...place, label }
}

async function save(api: Api, asked: Asked, tried: TryReply, marks: Marks, { origin = '' }: Form): Promise<string> {
  const { proof } = await api.post<{ proof: { event: string } }>('/api/privacy/samples', {
    client: asked.client,
    language: asked.language,
    channel: asked.channel,
    ...(origin.trim() === '' ? {} : { origin: origin.trim() }),
    ...(asked.conversation === '' ? {} : { conversation: asked.conversation }),
    turns: tried.turns.map(({ role, text }) => ({ role, text })),
    spans: goldOf(tried.turns, marks),
  })
  return `${tryPath}?saved=${encodeURIComponent(proof.event)}`
}
