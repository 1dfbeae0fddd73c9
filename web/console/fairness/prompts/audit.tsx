/** One test with paired prompts: what it found, for whom, how sure that is, and what a person makes of it. */
import { alarmJudgements } from '../../../../src/fairness/monitors/contract.ts'
import {
  type PromptComparison,
  type PromptFactor,
  type PromptView,
  promptFactors,
  shareOutcomes,
} from '../../../../src/fairness/prompts/contract.ts'
import { intervalScene } from '../../../../src/platform/figures/interval-plot.ts'
import { Facts, Head, Icon, Message, type MessageKind, Scroll, Sheet } from '../../../ui/components.tsx'
import { LineField, Radios, Send, WordsField } from '../../../ui/forms.tsx'
import { SceneDrawing } from '../../../ui/scene.tsx'
import type { ConsoleContext } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import { Entries } from '../../parts.tsx'
import { path as fairnessPath } from '../parts.tsx'
import { makers, Progress, PromptState, path, promptPath } from './list.tsx'

export const dones = ['started', 'judged', 'cancelled', 'repeated', 'ended'] as const
export type Done = (typeof dones)[number]
type Props = { cx: ConsoleContext; audit: PromptView; done?: Done | undefined; error?: string | undefined }

const kinds: Readonly<Record<PromptView['state'], MessageKind>> = {
  running: 'unknown',
  completed: 'ok',
  failed: 'bad',
  cancelled: 'attention',
}
const isKnown = (factor: string): factor is PromptFactor => (promptFactors as readonly string[]).includes(factor)
const whoOf = (cx: ConsoleContext, factor: string) => (isKnown(factor) ? cx.say(`factor.${factor}`) : factor)
const isShare = (outcome: PromptComparison['outcome']) => (shareOutcomes as readonly string[]).includes(outcome)

/** Who may read what was said; the API decides again. */
const readers: readonly string[] = ['ethics_officer', 'dpo', 'overseer', 'auditor']

export const PromptAudit = ({ cx, audit, done, error }: Props) => {
  const mayAct = cx.may(makers)
  const found = (audit.verdicts?.difference_found ?? 0) > 0
  return (
    <Frame
      cx={cx}
      title={audit.question}
      area={fairnessPath}
      crumbs={[
        { href: fairnessPath, word: cx.say('area.fairness') },
        { href: path, word: cx.say('prm.title') },
        { word: cx.local(audit.systemName) },
      ]}
    >
      <Head
        title={audit.question}
        lead={cx.say('prm.what', { system: cx.local(audit.systemName), version: audit.version })}
      />
      <div class="stack" id="audit" data-poll={audit.state === 'running' ? '1500' : undefined}>
        {error && <Message kind="bad" title={error} />}
        {done && <Message kind="ok" title={cx.say(`prm.done.${done}`)} />}
        <Message kind={found ? 'bad' : kinds[audit.state]} title={audit.sentence} quiet>
          {audit.problem && <p>{audit.problem}</p>}
          {audit.notForGate && <p>{audit.notForGate}</p>}
          {audit.state === 'running' && <Progress cx={cx} line={audit} />}
          {audit.state === 'running' && mayAct && (
            <form method="post" action={`${promptPath(audit.id)}/cancel`}>
              <Send>{cx.say('prm.cancel')}</Send>
            </form>
          )}
        </Message>
        {audit.toJudge && mayAct && <Judge cx={cx} audit={audit} />}
        {audit.result && audit.result.comparisons.length > 0 && (
          <>
            <ByPeople cx={cx} audit={audit} />
            <Figures cx={cx} comparisons={audit.result.comparisons} margin={audit.plan.margin} />
            <AllFigures cx={cx} audit={audit} />
          </>
        )}
        {audit.examples.length > 0 && cx.may(readers) && <Examples cx={cx} audit={audit} />}
        <Plan cx={cx} audit={audit} />
        {audit.state === 'completed' && audit.canary === null && mayAct && <Repeat cx={cx} audit={audit} />}
      </div>
    </Frame>
  )
}

const Judge = ({ cx, audit }: { cx: ConsoleContext; audit: PromptView }) => (
  <Sheet id="judge" title={cx.say('prm.judge')}>
    <form class="form" method="post" action={`${promptPath(audit.id)}/judgement`}>
      <Radios
        name="judgement"
        legend={cx.say('prm.ask.judgement')}
        value={undefined}
        choices={alarmJudgements.map((judgement) => ({ value: judgement, word: cx.say(`prm.judgement.${judgement}`) }))}
      />
      <WordsField id="reasons" label={cx.say('prm.ask.why')} required max={2_000} />
      <Send first>{cx.say('prm.judgeNow')}</Send>
    </form>
  </Sheet>
)

const marks = { difference_found: 'bad', cannot_tell: 'unknown', no_relevant_difference: 'ok' } as const
const weight = { difference_found: 0, cannot_tell: 1, no_relevant_difference: 2 } as const

/** A group of people a line, that opens; those with a difference stand open and first. */
const ByPeople = ({ cx, audit }: { cx: ConsoleContext; audit: PromptView }) => {
  const all = audit.result!.comparisons.map((one, i) => ({ ...one, sentence: audit.sentences[i]! }))
  const groups = [...Map.groupBy(all, ({ factor }) => factor)]
    .map(([factor, own]) => ({
      factor,
      own: own.filter(({ pairs }) => pairs > 0).sort((a, b) => weight[a.verdict] - weight[b.verdict]),
    }))
    .sort((a, b) => weight[worst(a.own)] - weight[worst(b.own)])
  return (
    <Sheet id="people" title={cx.say('prm.matrix')}>
      <p class="small subtle">{cx.say('prm.matrixHow')}</p>
      {groups.map(({ factor, own }) => (
        <details open={worst(own) === 'difference_found'}>
          <summary>
            <Icon name={marks[worst(own)]} class={`is-${marks[worst(own)]}`} /> {capital(whoOf(cx, factor))}:{' '}
            {cx.say(`prm.show.${worst(own)}`)}
          </summary>
          <ul class="rows">
            {own.map(({ verdict, sentence }) => (
              <li class="row">
                <Icon name={marks[verdict]} class={`is-${marks[verdict]}`} />
                <div>{sentence}</div>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </Sheet>
  )
}

const worst = (own: readonly PromptComparison[]) => own[0]?.verdict ?? 'cannot_tell'
const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)

/** Whether an answer comes, and every outcome that differed anywhere, each as one drawing over the groups. */
const Figures = ({
  cx,
  comparisons,
  margin,
}: {
  cx: ConsoleContext
  comparisons: readonly PromptComparison[]
  margin: number
}) => {
  const outcomes = shareOutcomes.filter((outcome) =>
    comparisons.some(
      (one) => one.outcome === outcome && one.pairs > 0 && (outcome === 'answered' || one.difference !== 0),
    ),
  )
  return (
    <>
      {outcomes.map((outcome, n) => {
        const own = comparisons.filter((one) => one.outcome === outcome)
        const title = cx.say('prm.figure', { what: cx.say(`outcome.${outcome}`) })
        const drawing = drawingOf(cx, own, margin)
        const describe = own.map((one) => `${whoOf(cx, one.factor)}: ${cx.say(`prm.show.${one.verdict}`)}`).join('. ')
        return (
          <Sheet id={`figure-${outcome}`} title={title}>
            <figure class="plot">
              <figcaption class="small subtle">{cx.say('prm.figureHow')}</figcaption>
              {(['wide', 'narrow'] as const).map((variant) => (
                <SceneDrawing
                  title={title}
                  description={describe}
                  scene={intervalScene(drawing, variant)}
                  id={`prompts-${n}-${variant}`}
                  variant={variant}
                />
              ))}
            </figure>
          </Sheet>
        )
      })}
    </>
  )
}

function drawingOf(cx: ConsoleContext, own: readonly PromptComparison[], margin: number) {
  const far = Math.max(margin, ...own.flatMap(({ lower, upper }) => [Math.abs(lower ?? 0), Math.abs(upper ?? 0)]))
  const reach = Math.min(1, Math.ceil(far * 5) / 5)
  return {
    from: -reach,
    to: reach,
    ticks: [-reach, -reach / 2, 0, reach / 2, reach].map((at) => ({ at, word: pointsOf(cx, at) })),
    zero: true,
    margin,
    marginWord: cx.say('prm.fact.margin'),
    rows: own.map((one) => ({
      word: capital(whoOf(cx, one.factor)),
      detail: cx.say('prm.beside', { other: shown(cx, one, one.other), reference: shown(cx, one, one.reference) }),
      value: one.difference,
      low: one.lower,
      high: one.upper,
      mark: marks[one.verdict],
      show: one.difference === null ? '–' : `${pointsOf(cx, one.difference)} (${limitsOf(cx, one)})`,
    })),
  }
}

const pointsOf = (cx: ConsoleContext, share: number) => cx.number(Math.round(share * 100)).replace('-', '−')
const shown = (cx: ConsoleContext, { outcome }: PromptComparison, value: number | null) =>
  value === null ? '–' : isShare(outcome) ? cx.share(value) : cx.number(Math.round(value * 10) / 10)
const difference = (cx: ConsoleContext, one: PromptComparison, value: number | null) =>
  value === null ? '–' : isShare(one.outcome) ? pointsOf(cx, value) : cx.number(Math.round(value * 10) / 10)
const limitsOf = (cx: ConsoleContext, one: PromptComparison) =>
  one.lower === null ? '–' : `${difference(cx, one, one.lower)} … ${difference(cx, one, one.upper)}`

const AllFigures = ({ cx, audit }: { cx: ConsoleContext; audit: PromptView }) => (
  <Sheet
    id="figures"
    title={cx.say('prm.table')}
    side={
      <a class="small" href={`${promptPath(audit.id)}/csv`}>
        {cx.say('prm.csv')}
      </a>
    }
  >
    <details>
      <summary>{cx.say('prm.table')}</summary>
      <Scroll label={cx.say('prm.table')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{cx.say('prm.column.who')}</th>
              <th scope="col">{cx.say('prm.column.what')}</th>
              {(['reference', 'other', 'difference', 'limits', 'noise', 'p'] as const).map((column) => (
                <th scope="col" class="num">
                  {cx.say(`prm.column.${column}`)}
                </th>
              ))}
              <th scope="col">{cx.say('prm.column.verdict')}</th>
            </tr>
          </thead>
          <tbody>
            {audit
              .result!.comparisons.filter(({ pairs }) => pairs > 0)
              .map((one) => (
                <tr>
                  <th scope="row">{whoOf(cx, one.factor)}</th>
                  <td>{cx.say(`outcome.${one.outcome}`)}</td>
                  <td class="num">{shown(cx, one, one.reference)}</td>
                  <td class="num">{shown(cx, one, one.other)}</td>
                  <td class="num">{difference(cx, one, one.difference)}</td>
                  <td class="num">{limitsOf(cx, one)}</td>
                  <td class="num">{one.noise === null ? '–' : cx.share(one.noise)}</td>
                  <td class="num">{one.pAdjusted === null ? '–' : one.pAdjusted.toPrecision(2)}</td>
                  <td>{cx.say(`prm.show.${one.verdict}`)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  </Sheet>
)

const Examples = ({ cx, audit }: { cx: ConsoleContext; audit: PromptView }) => (
  <Sheet id="examples" title={cx.say('prm.examples')}>
    <ul class="rows">
      {audit.examples.map(({ outcome, factor, template, reference, other }) => (
        <li>
          {capital(cx.say('prm.exampleOf', { what: cx.say(`outcome.${outcome}`), who: whoOf(cx, factor), template }))}:{' '}
          <a href={`/console/conversations/${encodeURIComponent(reference)}`}>{cx.say('prm.example.reference')}</a>,{' '}
          <a href={`/console/conversations/${encodeURIComponent(other)}`}>{cx.say('prm.example.other')}</a>
        </li>
      ))}
    </ul>
  </Sheet>
)

const Plan = ({ cx, audit }: { cx: ConsoleContext; audit: PromptView }) => (
  <Sheet id="plan" title={cx.say('prm.plan')} side={<PromptState cx={cx} line={audit} />}>
    <Facts
      facts={[
        [cx.say('prm.fact.question'), audit.plan.question],
        [cx.say('prm.fact.system'), cx.local(audit.systemName)],
        [cx.say('prm.fact.calls'), `${cx.number(audit.done)} / ${cx.number(audit.of)}`],
        [cx.say('prm.fact.templates'), cx.number(audit.plan.templates.length)],
        [cx.say('prm.fact.repeats'), cx.number(audit.plan.repeats)],
        [cx.say('prm.fact.margin'), cx.say('prm.points', { n: cx.number(Math.round(audit.plan.margin * 100)) })],
        [cx.say('prm.fact.asked'), audit.askedBy],
        [cx.say('prm.fact.hash'), <code>{audit.planSha256.slice(0, 16)}…</code>],
        audit.judgement === null
          ? undefined
          : [
              cx.say('prm.fact.judgement'),
              `${cx.say(`prm.judgement.${audit.judgement}`)}. ${audit.judgementReasons ?? ''}`,
            ],
      ]}
    />
    <Entries cx={cx} record={audit.id} what={cx.say('prm.plan')} />
  </Sheet>
)

const Repeat = ({ cx, audit }: { cx: ConsoleContext; audit: PromptView }) => (
  <Sheet id="repeat" title={cx.say('prm.repeat')}>
    <p>{cx.say('prm.repeatMore')}</p>
    <form class="form" method="post" action={`${promptPath(audit.id)}/canary`}>
      <LineField id="intervalDays" label={cx.say('prm.ask.interval')} value="1" required max={3} pattern="[0-9]*" />
      <WordsField id="canary-reasons" name="reasons" label={cx.say('prm.ask.why')} required max={2_000} />
      <Send>{cx.say('prm.repeatNow')}</Send>
    </form>
  </Sheet>
)

/** A cell that begins like a formula is text for whoever opens it in a sheet. */
const cell = (value: string | number | null) => {
  const text = value === null ? '' : String(value)
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Every comparison as a line, with the names of the contract. */
export function csvOf({ result }: PromptView): string {
  const columns = [
    'factor',
    'outcome',
    'templates',
    'pairs',
    'reference',
    'other',
    'difference',
    'lower',
    'upper',
    'differs',
    'noise',
    'p',
    'pAdjusted',
    'verdict',
    'smallestDetectable',
  ] as const
  const rows = (result?.comparisons ?? []).map((one) => columns.map((column) => cell(one[column])).join(','))
  return `${[columns.join(','), ...rows].join('\r\n')}\r\n`
}
