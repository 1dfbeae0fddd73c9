/** One audit: its plan, its readings, and what was found. */
import { type AuditView, type FindingView, judgements, type RunView } from '../../../src/fairness/audits/contract.ts'
import { Empty, Facts, Field, Head, Message, Sheet, State, type StateKind } from '../../ui/components.tsx'
import { Radios, Send, WordsField } from '../../ui/forms.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Proof } from '../parts.tsx'
import { comparePath } from './compare.tsx'
import { auditPath, columnWord, DueState, makers, path, RunState, runPath, Tally } from './parts.tsx'

export type Dones = 'planned' | 'measuring' | 'failed' | 'cancelled' | 'judged' | 'changed' | 'closed'
export const dones: readonly string[] = [
  'planned',
  'measuring',
  'failed',
  'cancelled',
  'judged',
  'changed',
  'closed',
] satisfies Dones[]

type Props = { cx: ConsoleContext; audit: AuditView; done?: Dones | undefined; error?: string | undefined }

export const Audit = ({ cx, audit, done, error }: Props) => (
  <Frame
    cx={cx}
    title={audit.name}
    area={path}
    crumbs={[{ href: path, word: cx.say('area.fairness') }, { word: audit.name }]}
  >
    <Head
      title={audit.name}
      lead={audit.plan.question}
      acts={
        <>
          {comparable(audit) && (
            <a class="button" href={comparePath(audit.id)}>
              {cx.say('fair.compare')}
            </a>
          )}
          {cx.may(makers) && (
            <a class="button" href={`${path}/new?follows=${encodeURIComponent(audit.id)}`}>
              {cx.say('fair.again')}
            </a>
          )}
        </>
      }
    />
    <div class="split">
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        {done && <Message kind={done === 'failed' ? 'attention' : 'ok'} title={cx.say(`fair.done.${done}`)} />}
        {audit.changedAfterResult && (
          <Message kind="attention" title={cx.say('fair.changedAfter')} quiet>
            <p>{cx.say('fair.changedAfterMore')}</p>
          </Message>
        )}
        <Runs cx={cx} audit={audit} />
        <Findings cx={cx} audit={audit} />
      </div>
      <div class="stack">
        {cx.may(makers) && !audit.running && <Measure cx={cx} audit={audit} />}
        <Plan cx={cx} audit={audit} />
      </div>
    </div>
  </Frame>
)

/** There is a reading, and an earlier one of this audit or of the one it follows. */
const comparable = ({ runs, follows }: AuditView): boolean => {
  const done = runs.filter(({ state }) => state === 'completed').length
  return done > 1 || (done === 1 && follows !== null)
}

const Measure = ({ cx, audit }: Props) => (
  <Sheet id="measure" title={cx.say('fair.measure')}>
    {audit.source === 'file' ? (
      <form class="form" method="post" action={`${auditPath(audit.id)}/file`} enctype="multipart/form-data">
        <Field id="file" label={cx.say('fair.file')} hint={cx.say('fair.fileHint')}>
          <input
            id="file"
            name="file"
            type="file"
            required
            accept=".csv,.gz,.parquet,text/csv"
            aria-describedby="file-hint"
          />
        </Field>
        <Send first>{cx.say('fair.measureNow')}</Send>
      </form>
    ) : (
      <form class="form" method="post" action={`${auditPath(audit.id)}/runs`}>
        <p>{cx.say(`fair.${audit.source}What`, { system: audit.system ?? '' })}</p>
        <Send first>{cx.say('fair.measureNow')}</Send>
      </form>
    )}
  </Sheet>
)

const Runs = ({ cx, audit }: Props) => (
  <section class="sheet" aria-labelledby="runs-title" id="runs" data-poll={audit.running ? '1500' : undefined}>
    <header>
      <h2 id="runs-title">{cx.say('fair.runs')}</h2>
    </header>
    <div role="status">
      {audit.runs.length === 0 ? (
        <Empty title={cx.say('fair.noRuns')}>
          <p>{cx.say('fair.noRunsMore')}</p>
        </Empty>
      ) : (
        <ul class="rows">
          {audit.runs.map((run) => (
            <li>
              <div>
                <Run cx={cx} run={run} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </div>
  </section>
)

const Run = ({ cx, run }: { cx: ConsoleContext; run: RunView }) => (
  <>
    <RunState cx={cx} run={run} /> <time datetime={run.startedAt}>{cx.full(run.startedAt)}</time>
    {run.state === 'completed' && run.verdicts && (
      <p>
        <a href={runPath(run.id)}>{cx.say('fair.report')}</a> · {cx.say('fair.rows', { n: run.n ?? 0 })}
        <br />
        <Tally cx={cx} tally={run.verdicts} />
      </p>
    )}
    {run.state === 'running' && (
      <>
        <p class="small">
          {run.of > 0 && <progress max={run.of} value={run.read} aria-label={cx.say('fair.progress')} />}{' '}
          {cx.say('fair.runningMore')}
        </p>
        {cx.may(makers) && (
          <form method="post" action={`${runPath(run.id)}/cancel`}>
            <button class="button" type="submit">
              {cx.say('fair.cancel')}
            </button>
          </form>
        )}
      </>
    )}
    {run.state === 'failed' && (
      <>
        <p>{cx.say(run.problems === null ? 'fair.failedOurs' : 'fair.failedData')}</p>
        <Problems cx={cx} run={run} />
      </>
    )}
    {run.proof && (
      <p>
        <Proof cx={cx} event={run.proof.event} index={run.proof.index} />
      </p>
    )}
  </>
)

/** Every problem with its place; the sentence behind it. */
const Problems = ({ cx, run }: { cx: ConsoleContext; run: RunView }) =>
  run.problems === null ? null : (
    <section class="scroll" tabindex={0} aria-label={cx.say('fair.problems')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{cx.say('fair.problem.line')}</th>
            <th scope="col">{cx.say('fair.problem.column')}</th>
            <th scope="col">{cx.say('fair.problem.what')}</th>
          </tr>
        </thead>
        <tbody>
          {run.problems.problems.map(({ line, column }, i) => (
            <tr>
              <td>{line === undefined ? '–' : String(line)}</td>
              <td>{column ?? '–'}</td>
              <td>{run.problemSentences[i]}</td>
            </tr>
          ))}
          {run.problemSentences.slice(run.problems.problems.length).map((more) => (
            <tr>
              <td colspan={3}>{more}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )

const lookOfFinding: Readonly<Record<FindingView['state'], StateKind>> = {
  open: 'bad',
  judged: 'attention',
  changed: 'wait',
  closed: 'ok',
}

const Findings = ({ cx, audit }: Props) => (
  <Sheet id="findings" title={cx.say('fair.findings')}>
    {audit.findings.length === 0 ? (
      <Empty title={cx.say(audit.last === null ? 'fair.noFindingsYet' : 'fair.noFindings')}>
        <p>{cx.say('fair.noFindingsMore')}</p>
      </Empty>
    ) : (
      <ul class="rows">
        {audit.findings.map((finding) => (
          <li>
            <div>
              <State kind={lookOfFinding[finding.state]}>{cx.say(`fair.finding.${finding.state}`)}</State>
              <p>{finding.sentence}</p>
              <Facts
                facts={[
                  finding.judgement === null
                    ? undefined
                    : [
                        cx.say('fair.judgement'),
                        `${cx.say(`fair.judged.${finding.judgement}`)} ${finding.reasons ?? ''}`,
                      ],
                  finding.change === null ? undefined : [cx.say('fair.change'), finding.change],
                  finding.closedAs === null
                    ? undefined
                    : [
                        cx.say('fair.closedAs'),
                        `${cx.say(`fair.closed.${finding.closedAs}`)} ${finding.closedReasons ?? ''}`,
                      ],
                ]}
              />
              {cx.may(makers) && <Act cx={cx} finding={finding} />}
            </div>
          </li>
        ))}
      </ul>
    )}
  </Sheet>
)

const findingPath = (finding: FindingView, what: string) => `${path}/findings/${encodeURIComponent(finding.id)}/${what}`

const Act = ({ cx, finding }: { cx: ConsoleContext; finding: FindingView }) => {
  const audit = <input type="hidden" name="audit" value={finding.audit} />
  if (finding.state === 'closed') return null
  if (finding.state === 'open')
    return (
      <details>
        <summary>{cx.say('fair.judge')}</summary>
        <form class="form" method="post" action={findingPath(finding, 'judge')}>
          {audit}
          <Radios
            name="judgement"
            legend={cx.say('fair.judge.legend')}
            value={undefined}
            choices={judgements.map((value) => ({
              value,
              word: cx.say(`fair.judged.${value}`),
              hint: cx.say(`fair.judged.${value}More`),
            }))}
          />
          <WordsField
            id={`reasons-${finding.id}`}
            name="reasons"
            label={cx.say('fair.reasons')}
            hint={cx.say('fair.reasonsHint')}
            required
            max={2_000}
          />
          <Send>{cx.say('fair.judge.now')}</Send>
        </form>
      </details>
    )
  if (finding.state === 'judged' && finding.judgement === 'real')
    return (
      <details>
        <summary>{cx.say('fair.change.open')}</summary>
        <form class="form" method="post" action={findingPath(finding, 'change')}>
          {audit}
          <WordsField
            id={`change-${finding.id}`}
            name="change"
            label={cx.say('fair.change.label')}
            hint={cx.say('fair.change.hint')}
            required
            max={2_000}
          />
          <Send>{cx.say('fair.change.now')}</Send>
        </form>
      </details>
    )
  return (
    <form class="form" method="post" action={findingPath(finding, 'close')}>
      {audit}
      {finding.state === 'changed' && <p class="small">{cx.say('fair.close.after')}</p>}
      <Send>{cx.say('fair.close')}</Send>
    </form>
  )
}

const Plan = ({ cx, audit }: Props) => {
  const { plan } = audit
  return (
    <Sheet id="plan" title={cx.say('fair.plan')}>
      <Facts
        narrow
        facts={[
          [cx.say('fair.when'), <DueState cx={cx} audit={audit} />],
          [
            cx.say('fair.fact.source'),
            audit.source === 'file'
              ? cx.say('fair.source.file')
              : cx.say(`fair.source.${audit.source}Of`, { system: audit.system ?? '' }),
          ],
          [cx.say('fair.fact.attributes'), plan.sensitive.map((one) => columnWord(cx, one)).join(', ')],
          [
            cx.say('fair.fact.prediction'),
            plan.prediction === undefined ? `${plan.score} ≥ ${plan.threshold}` : columnWord(cx, plan.prediction),
          ],
          plan.label === undefined ? undefined : [cx.say('fair.fact.label'), columnWord(cx, plan.label)],
          [cx.say('fair.fact.margin'), cx.say('fair.points', { points: cx.number(plan.margin * 100) })],
          [cx.say('fair.fact.ground'), plan.legalGround ?? '–'],
          [
            cx.say('fair.fact.interval'),
            audit.intervalDays === null ? cx.say('fair.once') : cx.say('fair.every', { days: audit.intervalDays }),
          ],
          [cx.say('fair.fact.planned'), cx.full(audit.plannedAt)],
          audit.follows === null
            ? undefined
            : [cx.say('fair.fact.follows'), <a href={auditPath(audit.follows)}>{cx.say('fair.earlier')}</a>],
          audit.followedBy.length === 0
            ? undefined
            : [
                cx.say('fair.fact.followedBy'),
                audit.followedBy.map((id, i) => <a href={auditPath(id)}>{cx.say('fair.later', { number: i + 1 })} </a>),
              ],
        ]}
      />
      <p class="small">{cx.say('fair.planFixed')}</p>
      <p>
        <Proof cx={cx} event={audit.proof.event} index={audit.proof.index} />
      </p>
    </Sheet>
  )
}
