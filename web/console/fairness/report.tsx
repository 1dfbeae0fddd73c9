/** What a reading came to: the sentence first, then the conclusions, drawings and tables. */
import type { ReportReply } from '../../../src/fairness/audits/contract.ts'
import { Head, Message } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Proof } from '../parts.tsx'
import { auditPath, Blocks, makers, path, runPath } from './parts.tsx'

export const Report = ({
  cx,
  reply,
  error,
}: {
  cx: ConsoleContext
  reply: ReportReply
  error?: string | undefined
}) => {
  const { run, audit, document } = reply
  return (
    <Frame
      cx={cx}
      title={audit.name}
      area={path}
      crumbs={[
        { href: path, word: cx.say('area.fairness') },
        { href: auditPath(audit.id), word: audit.name },
        { word: cx.say('fair.report') },
      ]}
    >
      <Head
        title={audit.name}
        lead={document?.lead ?? cx.say('fair.noReport')}
        acts={
          document && (
            <>
              <a class="button button--first" href={`${runPath(run.id)}/pdf`} download="">
                {cx.say('fair.pdf')}
              </a>
              {reply.advice !== null && reply.advice.weights.length > 0 && (
                <a class="button" href={`${runPath(run.id)}/weights`} download="">
                  {cx.say('fair.weights')}
                </a>
              )}
              {cx.may(makers) && (
                <form method="post" action={`${runPath(run.id)}/pack`}>
                  <button class="button" type="submit">
                    {cx.say('fair.pack')}
                  </button>
                </form>
              )}
            </>
          )
        }
      />
      <div class="stack">
        {error && <Message kind="bad" title={error} />}
        {document === null ? (
          <Message kind="attention" title={cx.say(`fair.run.${run.state}`)}>
            <p>
              <a href={auditPath(audit.id)}>{cx.say('fair.toAudit')}</a>
            </p>
          </Message>
        ) : (
          <>
            {run.proof && (
              <p>
                <Proof cx={cx} event={run.proof.event} index={run.proof.index} />
              </p>
            )}
            <Blocks cx={cx} blocks={document.blocks} />
          </>
        )}
      </div>
    </Frame>
  )
}
