/** One data sheet: bring the data, then what they hold. */
import type { SheetView } from '../../../../src/fairness/sheets/contract.ts'
import { Sheet as Block, Facts, Field, Head, Message } from '../../../ui/components.tsx'
import { Send } from '../../../ui/forms.tsx'
import type { ConsoleContext } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import { Proof } from '../../parts.tsx'
import { Blocks, path as fairness, makers } from '../parts.tsx'
import { path, SheetState, sheetPath } from './list.tsx'

type Props = { cx: ConsoleContext; sheet: SheetView; planned?: boolean; error?: string | undefined }

export const Sheet = ({ cx, sheet, planned, error }: Props) => (
  <Frame
    cx={cx}
    title={sheet.name}
    area={fairness}
    crumbs={[
      { href: fairness, word: cx.say('area.fairness') },
      { href: path, word: cx.say('sheets.title') },
      { word: sheet.name },
    ]}
  >
    <Head
      title={sheet.name}
      lead={sheet.document?.lead ?? cx.say(`sheets.lead.${sheet.state}`)}
      acts={
        sheet.document && (
          <>
            <a class="button button--first" href={`${sheetPath(sheet.id)}/pdf`} download="">
              {cx.say('fair.pdf')}
            </a>
            <a class="button" href={`${sheetPath(sheet.id)}/json`} download="">
              {cx.say('sheets.json')}
            </a>
          </>
        )
      }
    />
    <div class="stack">
      {error && <Message kind="bad" title={error} />}
      {planned && <Message kind="ok" title={cx.say('sheets.planned')} />}
      {sheet.state === 'reading' && cx.may(makers) && <Bring cx={cx} sheet={sheet} />}
      {sheet.state === 'failed' && (
        <Message kind="bad" title={cx.say('sheets.failed')}>
          <ul>
            {sheet.problemSentences.map((sentence) => (
              <li>{sentence}</li>
            ))}
          </ul>
          <p>
            <a href={`${path}/new`}>{cx.say('sheets.new')}</a>
          </p>
        </Message>
      )}
      {sheet.document && <Blocks cx={cx} blocks={sheet.document.blocks} />}
      <About cx={cx} sheet={sheet} />
    </div>
  </Frame>
)

const Bring = ({ cx, sheet }: Props) => (
  <Block id="bring" title={cx.say('sheets.bring')}>
    {sheet.source === 'file' ? (
      <form class="form" method="post" action={`${sheetPath(sheet.id)}/file`} enctype="multipart/form-data">
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
        <Send first>{cx.say('sheets.look')}</Send>
      </form>
    ) : (
      <form class="form" method="post" action={`${sheetPath(sheet.id)}/decisions`}>
        <p>{cx.say('fair.decisionsWhat', { system: sheet.system ?? '' })}</p>
        <Send first>{cx.say('sheets.look')}</Send>
      </form>
    )}
  </Block>
)

const About = ({ cx, sheet }: Props) => (
  <Block id="about" title={cx.say('sheets.about')}>
    <Facts
      facts={[
        [cx.say('sheets.fact.state'), <SheetState cx={cx} state={sheet.state} />],
        [
          cx.say('sheets.ask.of'),
          sheet.system === null ? (
            cx.say('sheets.ofNone')
          ) : (
            <a href={`/console/systems/${sheet.system}/gate?version=${encodeURIComponent(sheet.version ?? '')}`}>
              {cx.say('sheets.of', { system: sheet.system, version: sheet.version ?? '' })}
            </a>
          ),
        ],
        [cx.say('sheets.ask.columns'), (sheet.plan.columns ?? sheet.plan.sensitive ?? []).join(', ')],
        [cx.say('fair.fact.planned'), cx.full(sheet.plannedAt)],
        sheet.endedAt === null ? undefined : [cx.say('sheets.fact.looked'), cx.full(sheet.endedAt)],
      ]}
    />
    <p>
      <Proof cx={cx} event={sheet.proof.event} index={sheet.proof.index} />
    </p>
  </Block>
)
