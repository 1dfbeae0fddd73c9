/** Parts of the screens of audits. */

import type {
  AuditLine,
  DocumentBlock,
  RunView,
  TableBlock,
  TallyOfVerdicts,
} from '../../../src/fairness/audits/contract.ts'
import { auditMakers, conversationColumns, decisionColumns } from '../../../src/fairness/audits/contract.ts'
import { calibrationScene } from '../../../src/platform/figures/calibration-plot.ts'
import { intervalScene } from '../../../src/platform/figures/interval-plot.ts'
import { Facts, Icon, Scroll, State, type StateKind } from '../../ui/components.tsx'
import { SceneDrawing } from '../../ui/scene.tsx'
import type { ConsoleContext } from '../context.ts'

export const path = '/console/fairness'
export const auditPath = (id: string) => `${path}/audits/${encodeURIComponent(id)}`
export const runPath = (id: string) => `${path}/runs/${encodeURIComponent(id)}`

/** Who may plan, measure and judge; the API decides again. */
export const makers: readonly string[] = auditMakers

type Recorded = (typeof decisionColumns)[number] | (typeof conversationColumns)[number]
const isRecorded = (column: string): column is Recorded =>
  ([...decisionColumns, ...conversationColumns] as readonly string[]).includes(column)

/** A column in words; a column of a file by its own name. */
export function columnWord(cx: ConsoleContext, column: string): string {
  if (isRecorded(column)) return cx.say(`fair.col.${column}`)
  const [kind, ...rest] = column.split('.')
  return (kind === 'attribute' || kind === 'feature') && rest.length > 0
    ? cx.say(`fair.col.${kind}`, { name: rest.join('.') })
    : column
}

export const lookOfMark: Readonly<Record<'bad' | 'ok' | 'unknown' | 'plain', StateKind>> = {
  bad: 'bad',
  ok: 'ok',
  unknown: 'unknown',
  plain: 'wait',
}

/** Worst first; what is zero is left out. Nothing compared is an answer too. */
export const Tally = ({ cx, tally }: { cx: ConsoleContext; tally: TallyOfVerdicts }) => {
  const kinds = [
    ['difference_found', 'bad'],
    ['cannot_tell', 'unknown'],
    ['no_relevant_difference', 'ok'],
  ] as const
  const shown = kinds.filter(([verdict]) => tally[verdict] > 0)
  return (
    <span class="small">
      {shown.length === 0 ? (
        <State kind="unknown">{cx.say('fair.nothing')}</State>
      ) : (
        shown.map(([verdict, kind]) => (
          <>
            <State kind={kind}>
              {cx.number(tally[verdict])} {cx.say(`fair.count.${verdict}`)}
            </State>{' '}
          </>
        ))
      )}
    </span>
  )
}

export const DueState = ({ cx, audit }: { cx: ConsoleContext; audit: AuditLine }) => {
  if (audit.running) return <State kind="wait">{cx.say('fair.run.running')}</State>
  if (audit.last === null) return <State kind="attention">{cx.say('fair.due.never')}</State>
  if (audit.dueAt === null) return <span>{cx.say('fair.due.once')}</span>
  const date = cx.date(audit.dueAt)
  if (audit.due === 'due') return <State kind="attention">{cx.say('fair.due.due', { date })}</State>
  return <span>{cx.say('fair.due.later', { date })}</span>
}

const lookOfRun: Readonly<Record<RunView['state'], StateKind>> = {
  running: 'wait',
  completed: 'ok',
  failed: 'bad',
  cancelled: 'attention',
}
export const RunState = ({ cx, run }: { cx: ConsoleContext; run: RunView }) => (
  <State kind={lookOfRun[run.state]}>{cx.say(`fair.run.${run.state}`)}</State>
)

// —— the blocks of a report ———————————————————————————————————————————————————————————————————————————————————————————

/** Verdicts that follow each other are one list; long ones fold after the first. */
export const Blocks = ({ cx, blocks }: { cx: ConsoleContext; blocks: readonly DocumentBlock[] }) => (
  <>
    {sections(blocks).map((section) => (
      <section class="sheet" aria-labelledby={section.id}>
        <header>
          <h2 id={section.id}>{section.title}</h2>
        </header>
        {inLists(section.blocks).map((part) =>
          Array.isArray(part) ? (
            <ul class="rows">
              {part.map((verdict) => (
                <li class="row">
                  <Icon name={verdict.mark === 'plain' ? 'wait' : verdict.mark} class={`is-${verdict.mark}`} />
                  <div>
                    <b>{verdict.word}.</b> {verdict.text}
                  </div>
                </li>
              ))}
            </ul>
          ) : (
            <Block cx={cx} block={part} />
          ),
        )}
      </section>
    ))}
  </>
)

/** Sixty-four characters that may be broken after each eighth. */
const Fingerprint = ({ value }: { value: string }) => (
  <code>
    {(value.match(/.{8}/g) ?? [value]).map((part) => (
      <>
        {part}
        <wbr />
      </>
    ))}
  </code>
)

type Verdict = Extract<DocumentBlock, { kind: 'verdict' }>

function sections(blocks: readonly DocumentBlock[]) {
  const found: { id: string; title: string; blocks: DocumentBlock[] }[] = []
  for (const block of blocks)
    if (block.kind === 'heading' && block.level === 2)
      found.push({ id: `part-${found.length + 1}`, title: block.text, blocks: [] })
    else found.at(-1)?.blocks.push(block)
  return found
}

function inLists(blocks: readonly DocumentBlock[]): (Exclude<DocumentBlock, Verdict> | Verdict[])[] {
  const parts: (Exclude<DocumentBlock, Verdict> | Verdict[])[] = []
  for (const block of blocks) {
    const last = parts.at(-1)
    if (block.kind !== 'verdict') parts.push(block)
    else if (Array.isArray(last)) last.push(block)
    else parts.push([block])
  }
  return parts
}

const Block = ({ cx, block }: { cx: ConsoleContext; block: Exclude<DocumentBlock, Verdict> }) => {
  switch (block.kind) {
    case 'heading':
      return <h3>{block.text}</h3>
    case 'text':
      return <p>{block.text}</p>
    case 'facts':
      return (
        <Facts
          facts={block.rows.map(
            ([name, value]) => [name, /^[0-9a-f]{64}$/.test(value) ? <Fingerprint value={value} /> : value] as const,
          )}
        />
      )
    case 'table':
      return <Table table={block} />
    case 'figure': {
      const about = { title: block.title, description: block.describe }
      const scene = (variant: 'wide' | 'narrow') =>
        block.plot.plot === 'intervals' ? intervalScene(block.plot, variant) : calibrationScene(block.plot, variant)
      return (
        <>
          <figure class="plot">
            <figcaption class="small subtle">{block.caption}</figcaption>
            <SceneDrawing {...about} scene={scene('wide')} id={`${block.id}-w`} variant="wide" />
            <SceneDrawing {...about} scene={scene('narrow')} id={`${block.id}-n`} variant="narrow" />
          </figure>
          <details>
            <summary>{cx.say('fair.table')}</summary>
            <Table table={block.table} />
          </details>
        </>
      )
    }
  }
}

const Table = ({ table }: { table: TableBlock }) => (
  <Scroll label={table.caption}>
    <table>
      <caption class="only-read">{table.caption}</caption>
      <thead>
        <tr>
          {table.columns.map(({ word, number }) => (
            <th scope="col" class={number ? 'num' : undefined}>
              {word}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map(([first, ...rest]) => (
          <tr>
            <th scope="row">{first}</th>
            {rest.map((cell, i) => (
              <td class={table.columns[i + 1]?.number ? 'num' : undefined}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
)
