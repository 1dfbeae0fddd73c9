/** What a notice is made from: the part of the register that is about one client and its customers. */
import { type ProcessingActivity, processingActivities } from '../../privacy/rules.ts'
import type { ClientProfile } from '../../records/contract.ts'
import type { Register, RegisterSystem } from '../../records/rules.ts'

export type NoticeSystem = Pick<
  RegisterSystem,
  | 'id'
  | 'name'
  | 'description'
  | 'decisionClass'
  | 'channel'
  | 'purposes'
  | 'decisions'
  | 'emotionInference'
  | 'biometricCategorisation'
  | 'toolsWithOriginals'
> & { readonly provider: { readonly name: string; readonly region?: string } }

export type NoticeFacts = {
  readonly organisation: string
  readonly client: { readonly id: string; readonly name: string; readonly profile: ClientProfile }
  /** Of customers' data, none of them forbidden. */
  readonly activities: readonly ProcessingActivity[]
  /** Which have to do with customers; none of them forbidden. */
  readonly systems: readonly NoticeSystem[]
}

/** Of every client in the register. Purposes about staff are no business of customers, and what is forbidden never runs. */
export function noticeFacts(register: Register, now: Date): NoticeFacts[] {
  const activities = processingActivities(register, now).filter(
    ({ about, prohibited }) => about === 'customer' && prohibited === null,
  )
  return register.clients.map((client) => {
    const mine = activities.filter((one) => one.client === client.id)
    return {
      organisation: register.tenant?.name ?? '',
      client,
      activities: mine,
      systems: register.systems
        .filter((one) => one.client === client.id && one.prohibited === null)
        .filter(({ purposes }) => purposes.some((id) => mine.some(({ purpose }) => purpose === id)))
        .map((system) => ({ ...system, provider: providerOf(register, system) })),
    }
  })
}

function providerOf({ upstreams }: Register, { upstream }: RegisterSystem): NoticeSystem['provider'] {
  const { name, region } = upstreams.find(({ id }) => id === upstream)?.provider ?? { name: upstream }
  return region === undefined ? { name } : { name, region }
}
