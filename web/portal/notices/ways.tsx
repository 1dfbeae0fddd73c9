/** The ways to the notices of a client: their public address, and from a customer's own page. */
import type { PublicNotice } from '../../../src/transparency/contract.ts'
import type { PortalContext } from '../context.ts'

export type NoticeKind = PublicNotice['kind']

export const noticeKinds = ['privacy', 'ai'] as const satisfies readonly NoticeKind[]

export const noticePath = (client: string, kind: NoticeKind, version?: number): string =>
  `/notices/${encodeURIComponent(client)}/${kind}${version === undefined ? '' : `?version=${version}`}`

/** Opens a notice from a customer's own page. It is a form: that they opened it goes on record. */
export const OpenNotice = ({ cx, kind, look }: { cx: PortalContext; kind: NoticeKind; look?: string }) => (
  <form method="post" action={`${cx.base ?? ''}/notices/${kind}`}>
    <button type="submit" class={look}>
      {cx.say(`notices.${kind}`)}
    </button>
  </form>
)
