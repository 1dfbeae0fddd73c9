/** The last reading of an audit beside an earlier one. */
import type { CompareReply } from '../../../src/fairness/audits/contract.ts'
import { Head, Sheet } from '../../ui/components.tsx'
import { SelectField, Send } from '../../ui/forms.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { auditPath, Blocks, path, runPath } from './parts.tsx'

export const comparePath = (audit: string, run?: string) =>
  `${auditPath(audit)}/compare${run === undefined ? '' : `?with=${encodeURIComponent(run)}`}`

export const Compare = ({ cx, reply }: { cx: ConsoleContext; reply: CompareReply }) => {
  const { audit, before, after, earlier, document } = reply
  return (
    <Frame
      cx={cx}
      title={document.title}
      area={path}
      crumbs={[
        { href: path, word: cx.say('area.fairness') },
        { href: auditPath(audit.id), word: audit.name },
        { word: cx.say('fair.compare') },
      ]}
    >
      <Head title={document.title} lead={document.lead} />
      <div class="stack">
        <Sheet id="which" title={cx.say('fair.compare.which')}>
          <p>
            <a href={runPath(before.id)}>{cx.say('fair.compare.before', { date: cx.full(before.startedAt) })}</a>
            <br />
            <a href={runPath(after.id)}>{cx.say('fair.compare.after', { date: cx.full(after.startedAt) })}</a>
          </p>
          {earlier.length > 1 && (
            <form class="form" method="get" action={comparePath(audit.id)}>
              <SelectField
                id="with"
                label={cx.say('fair.compare.with')}
                value={before.id}
                choices={earlier.map(({ run, name, startedAt }) => ({
                  value: run,
                  word: `${cx.full(startedAt)}, ${name}`,
                }))}
              />
              <Send>{cx.say('fair.compare.show')}</Send>
            </form>
          )}
        </Sheet>
        <Blocks cx={cx} blocks={document.blocks} />
      </div>
    </Frame>
  )
}
