/** Parts that several pages of the portal share. */
import type { PortalView } from '../../src/transparency/contract.ts'
import { Icon, type IconName } from '../ui/components.tsx'
import type { PortalContext } from './context.ts'

export const Act = ({
  href,
  icon,
  title,
  more,
  first,
}: {
  href: string
  icon: IconName
  title: string
  more: string
  first?: boolean
}) => (
  <a class={first ? 'act act--first' : 'act'} href={href}>
    <Icon name={icon} />
    <span>
      <b>{title}</b>
      <span class="small">{more}</span>
    </span>
    <Icon name="go" />
  </a>
)

/** How to reach the organisation, as far as it said so. */
export const Contact = ({ cx, view }: { cx: PortalContext; view: Pick<PortalView, 'contact'> }) => {
  const { phone, email, address, website, privacyOfficer } = view.contact
  const rows = [
    phone === undefined
      ? undefined
      : [cx.say('contact.phone'), <a href={`tel:${phone.replace(/[^\d+]/g, '')}`}>{phone}</a>],
    email === undefined ? undefined : [cx.say('contact.email'), <a href={`mailto:${email}`}>{email}</a>],
    address === undefined ? undefined : [cx.say('contact.address'), address],
    website !== undefined && /^https:\/\//.test(website)
      ? [cx.say('contact.website'), <a href={website}>{website.replace(/^https:\/\//, '')}</a>]
      : undefined,
    privacyOfficer === undefined ? undefined : [cx.say('contact.privacyOfficer'), privacyOfficer],
  ].filter((row) => row !== undefined)
  if (rows.length === 0) return null
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  )
}

export const receiptPath = (cx: PortalContext, event: string) =>
  `${cx.base ?? ''}/receipts/${encodeURIComponent(event)}`
