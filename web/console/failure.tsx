/** Pages that say why something cannot be shown, and what to do. */
import { Message } from '../ui/components.tsx'
import type { ConsoleContext } from './context.ts'
import { Frame, Plain } from './frame.tsx'

export const failureKinds = ['notAllowed', 'notFound', 'crossSite', 'badRequest', 'unavailable', 'ours'] as const
export type FailureKind = (typeof failureKinds)[number]

type Props = {
  cx: ConsoleContext
  kind: FailureKind
  /** Code of the API, small and last: for who reports it. */
  code?: string | undefined
  /** A sentence that says it more closely than the kind does. */
  sentence?: string | undefined
}

export const FailurePage = ({ cx, kind, code, sentence }: Props) => {
  const title = cx.say(`failure.${kind}`)
  const body = (
    <>
      <h1>{title}</h1>
      <Message
        kind={kind === 'notFound' ? 'unknown' : kind === 'notAllowed' ? 'attention' : 'bad'}
        title={sentence ?? cx.say(`failure.${kind}What`)}
        quiet
      >
        <p>{cx.say(`failure.${kind}More`)}</p>
        {code && (
          <p class="small">
            <code>{code}</code>
          </p>
        )}
      </Message>
      <p>
        <a class="button" href="/">
          {cx.say('failure.home')}
        </a>
      </p>
    </>
  )
  return cx.me ? (
    <Frame cx={cx} title={title}>
      <div class="stack page--wide">{body}</div>
    </Frame>
  ) : (
    <Plain cx={cx} title={title}>
      {body}
    </Plain>
  )
}
